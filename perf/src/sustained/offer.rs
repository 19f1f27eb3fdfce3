//! Workers that say their lines at a fixed rate, whatever becomes of them.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use ringmail::{Outcome, Producer};

use super::coarse_histogram;
use super::watched::Schedule;
use crate::measure::nanos_since;
use crate::pace::wait_until;
use crate::said::Script;

/// What one worker offers.
pub(super) struct Offer {
    pub(super) script: Script,
    pub(super) worker: u64,
    pub(super) workers: u64,
    pub(super) schedule: Schedule,
    pub(super) seconds: usize,
}

/// What came of it.
pub(super) struct Offered {
    /// How late each call came back, by the second in which it was due.
    pub(super) latencies: Vec<Histogram<u64>>,
    pub(super) said: u64,
    pub(super) shed: u64,
}

impl Offer {
    /// Room for what is measured, touched now, so that memory does not grow later.
    pub(super) fn room(&self) -> Vec<Histogram<u64>> {
        let mut room: Vec<_> = (0..self.seconds).map(|_| coarse_histogram()).collect();
        for histogram in &mut room {
            for exponent in 0..36 {
                histogram.saturating_record(1 << exponent);
            }
            histogram.reset();
        }
        room
    }

    /// Says each line at its time; the latency is from that time until the call came back.
    pub(super) fn run(&self, mut producer: Producer, room: Vec<Histogram<u64>>) -> Offered {
        let mut offered = Offered { latencies: room, said: 0, shed: 0 };
        let began = self.schedule.began;
        loop {
            let nanos = self.schedule.due(offered.said * self.workers + self.worker);
            let second = nanos / 1_000_000_000;
            let second = usize::try_from(second).unwrap_or(usize::MAX);
            let Some(latency) = offered.latencies.get_mut(second) else { return offered };
            let event = self.script.event(offered.said);
            let due = began + Duration::from_nanos(nanos);
            // One look at the clock a line while the schedule is kept.
            if due > Instant::now() {
                wait_until(due);
            }
            if producer.emit(&event) != Outcome::Accepted {
                offered.shed += 1;
            }
            latency.saturating_record(nanos_since(due));
            offered.said += 1;
        }
    }
}
