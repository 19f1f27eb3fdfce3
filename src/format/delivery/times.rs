//! Times of the readable forms: local, with milliseconds.

use crate::base::Timestamp;
use crate::format::{STAMP_LEN, Stamper, Zone};

/// Puts times, and remembers the last ones.
#[derive(Clone, Debug)]
pub(super) struct Times {
    /// Deliveries come in their order, the messages' injections in another.
    delivered: Stamper,
    injected: Stamper,
}

/// A time in its pieces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    stamp: [u8; STAMP_LEN],
    millis: [u8; 3],
}

impl Times {
    pub(super) fn new(zone: &Zone) -> Self {
        Self { delivered: Stamper::new(zone.clone()), injected: Stamper::new(zone.clone()) }
    }

    pub(super) fn delivered(&mut self, time: Timestamp) -> Moment {
        moment(&mut self.delivered, time)
    }

    pub(super) fn injected(&mut self, time: Timestamp) -> Moment {
        moment(&mut self.injected, time)
    }
}

fn moment(stamper: &mut Stamper, time: Timestamp) -> Moment {
    let millis = time.micros().rem_euclid(1_000_000) / 1000;
    let digit = |value: i64| b'0' + u8::try_from(value % 10).unwrap_or_default();
    let mut stamp = *stamper.stamp(time);
    if let Some(day @ b' ') = stamp.get_mut(8) {
        *day = b'0';
    }
    Moment { stamp, millis: [digit(millis / 100), digit(millis / 10), digit(millis)] }
}

impl Moment {
    /// `Tue Jan 28 15:56:13.123 2003`, the day padded with a zero.
    pub(super) fn put_xml(&self, out: &mut Vec<u8>) {
        let (second, year) = self.stamp.split_at(19);
        out.extend(second);
        out.push(b'.');
        out.extend(self.millis);
        out.extend(year);
    }

    /// `28-Jan-2003 15:56:13,123`.
    pub(super) fn put_csv(&self, out: &mut Vec<u8>) {
        let [_, _, _, _, b0, b1, b2, _, d0, d1, b' ', clock @ .., _, y0, y1, y2, y3] = self.stamp
        else {
            return;
        };
        out.extend([d0, d1, b'-', b0, b1, b2, b'-', y0, y1, y2, y3, b' ']);
        out.extend(clock);
        out.push(b',');
        out.extend(self.millis);
    }
}
