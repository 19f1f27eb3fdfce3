//! The log of a Postfix becomes mail events.

#![cfg(feature = "service")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it skips, and fails by a panic"
)]

#[path = "../common/mod.rs"]
mod common;
mod lines;
mod real;
mod rotation;

use ringmail::event::Event;
use ringmail::format::Zone;
use ringmail::record::to_json;
use ringmail::service::postfix::{Counting, Emit, Translator};
use ringmail::{Level, Timestamp};

/// Events as they are encoded, with their times.
#[derive(Default)]
struct Said(Vec<(u16, Timestamp, Vec<u8>)>);

impl Emit for Said {
    fn emit<'a, E: Event<'a>>(&mut self, time: Timestamp, event: &E) {
        let mut bytes = Vec::with_capacity(event.encoded_len());
        event.encode(&mut bytes);
        self.0.push((E::ROW.number, time, bytes));
    }
}

impl Said {
    fn json(&self) -> impl Iterator<Item = serde_json::Value> {
        self.0.iter().map(|(number, time, payload)| {
            let json = to_json(*number, Level::Info, Some(*time), payload).unwrap();
            serde_json::from_str(&json).unwrap()
        })
    }
}

/// A time behind those of all lines here.
fn reference() -> Timestamp {
    Timestamp::from_seconds(1_797_000_000)
}

fn translator() -> Translator {
    Translator::new(Counting::default(), &Zone::utc(), reference())
}
