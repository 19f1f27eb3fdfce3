use crate::base::Timestamp;
use crate::engine::times::Times;
use crate::format::{STAMP_LEN, Stamper, Zone};

/// The stamps that lines begin with, each made once for all lines of its second.
#[derive(Debug)]
pub(crate) struct Stamps {
    of_counter: Stamper,
    /// The stamp of the round's second, and the first order counter that it is for.
    of_round: ([u8; STAMP_LEN], u64),
    /// Of events that carry their own time, whose seconds are others.
    of_own_time: Stamper,
}

impl Stamps {
    pub(crate) fn new(zone: Zone) -> Self {
        Self {
            of_counter: Stamper::new(zone.clone()),
            of_round: ([b' '; STAMP_LEN], u64::MAX),
            of_own_time: Stamper::new(zone),
        }
    }

    /// Takes the second of a round that begins.
    pub(crate) fn begin_round(&mut self, times: &Times) {
        let (second, began) = times.current_second();
        self.of_round = (*self.of_counter.stamp(second), began);
    }

    /// The stamp of a record, by its own time or its order counter.
    #[inline(always)]
    pub(crate) fn of(
        &mut self,
        time: Option<Timestamp>,
        order: u64,
        times: &Times,
    ) -> &[u8; STAMP_LEN] {
        match time {
            None if order >= self.of_round.1 => &self.of_round.0,
            None => self.of_counter.stamp(times.second_of(order)),
            Some(time) => self.of_own_time.stamp(time),
        }
    }

    /// The stamp of this moment.
    pub(crate) fn at(&mut self, now: Timestamp) -> &[u8; STAMP_LEN] {
        self.of_counter.stamp(now)
    }

    /// The offset from UTC at this moment.
    pub(crate) fn offset_seconds(&mut self, now: Timestamp) -> i32 {
        self.of_counter.offset_seconds(now)
    }

    pub(crate) fn zone(&self) -> &Zone {
        self.of_counter.zone()
    }
}
