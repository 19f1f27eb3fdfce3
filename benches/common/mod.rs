//! What the benchmarks of the engine have in common.

#![expect(clippy::cast_possible_truncation, reason = "the numbers are small")]
#![allow(dead_code, reason = "each benchmark uses a part")]

use std::time::Duration;

use criterion::Criterion;
use ringmail::event::{Icid, Mid, Recipient, Rid};
use ringmail::{Builder, Engine, EngineGuard, LogType, Null, Subscription};

/// Addresses of 17 to 29 bytes, so that a recipient's line has some 94.
pub(crate) struct Recipients(Vec<String>);

impl Recipients {
    pub(crate) fn new() -> Self {
        let address = |number: u64| {
            let mixed = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            format!("{:0>1$}@example{2:02}.com", "user", 4 + (mixed >> 60) as usize, mixed % 100)
        };
        Self((0..1024).map(address).collect())
    }

    #[inline]
    pub(crate) fn event(&self, number: u64) -> Recipient<'_> {
        Recipient {
            mid: Mid(24_600_000 + number),
            icid: Icid(60_140_000 + number / 3),
            rid: Rid((number % 12) as u32),
            to: self.0[number as usize % 1024].as_str().into(),
        }
    }
}

/// An engine that formats text mail and keeps nothing of it.
pub(crate) fn engine(builder: Builder) -> (Engine, EngineGuard) {
    let mail = Subscription::new("mail_logs", LogType::TextMail).sink(Null::new());
    builder.time_zone("UTC").subscribe(mail).start().expect("an engine")
}

/// Few samples: there is much to measure, and a machine is seldom quiet for long.
pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
}
