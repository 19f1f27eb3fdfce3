//! A stamp that is made anew only when the second changes, for all who let it be chosen.

use std::time::SystemTime;

use ringmail::Timestamp;
use ringmail::format::{STAMP_LEN, Stamper, Zone};

pub(super) struct Stamp {
    stamper: Stamper,
    second: i64,
    stamp: [u8; STAMP_LEN],
}

impl Stamp {
    pub(super) fn new() -> Self {
        Self { stamper: Stamper::new(Zone::utc()), second: i64::MIN, stamp: [0; STAMP_LEN] }
    }

    #[inline]
    pub(super) fn now(&mut self) -> &[u8; STAMP_LEN] {
        self.at(SystemTime::now())
    }

    #[inline]
    pub(super) fn at(&mut self, time: SystemTime) -> &[u8; STAMP_LEN] {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let second = since.as_secs().cast_signed();
        if second != self.second {
            self.second = second;
            self.stamp = *self.stamper.stamp(Timestamp::from_seconds(second));
        }
        &self.stamp
    }

    /// The same for what wants text.
    #[cfg(feature = "others")]
    pub(super) fn text(&mut self, time: SystemTime) -> &str {
        std::str::from_utf8(self.at(time)).unwrap_or_default()
    }
}
