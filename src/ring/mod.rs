//! Lanes: how a worker's events reach the formatter.
//!
//! Each worker has a lane of its own, a ring of bytes with one producer and one consumer. A record
//! is written in place and published by storing the tail; the formatter reads it in place and gives
//! its space back by storing the head, once every sink is done with it.
//!
//! # Pairs
//! Every ordering in this folder belongs to one of these, or is a counter that orders nothing.
//!
//! | pair | Release store                    | Acquire load                  | hands over             |
//! |------|----------------------------------|-------------------------------|------------------------|
//! | A    | `emit`: tail                     | formatter: tail               | whole records          |
//! | B    | formatter: head                  | `emit`, when full: head       | space to write into    |
//! | C    | `Producer::drop`: closed         | formatter: closed             | the lane's last tail   |
//! | D    | two `SeqCst` fences in `doorbell`|                               | either tail or sleeper |
//! | E    | `open_lane`: version             | formatter: version            | a new lane             |
//!
//! The models in `ring/models.rs` (run with `--cfg loom`) fail when one of A to D is weakened.

mod consumer;
mod doorbell;
mod handle;
mod interest;
mod lane;
mod merge;
#[cfg(all(test, loom))]
mod models;
mod order;
mod producer;
mod region;
mod sync;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crossbeam_utils::CachePadded;

use crate::base::Result;
use crate::ring::sync::{AtomicU64, Ordering};

pub(crate) use consumer::Consumer;
pub(crate) use doorbell::Doorbell;
pub use handle::Handle;
pub(crate) use interest::{EVENT_NUMBERS, EventSet, Interest};
pub(crate) use lane::Lane;
pub use lane::ShedReason;
pub(crate) use merge::Merge;
pub(crate) use order::Counter;
pub use producer::{Outcome, Producer};

/// What `emit` does when its lane is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FullLane {
    /// Waits until the formatter has made room, but no longer than `max`; then the event is shed.
    /// It does not wait when the formatter is gone, nor a second time for a formatter that has not
    /// moved since the first. Zero: no wait.
    Block {
        /// The longest wait of one `emit`.
        max: Duration,
    },
    /// Sheds at once. The last eighth of a lane is kept for events of level Warning and above and
    /// for those that end a message's story (bounced, delayed, aborted, finished).
    Drop,
}

impl Default for FullLane {
    /// [`FullLane::Block`] with 5 seconds.
    fn default() -> Self {
        Self::Block { max: Duration::from_secs(5) }
    }
}

/// How lines of different workers are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// If one `emit` returned before another began, its line comes first.
    #[default]
    Causal,
    /// Lines of one worker keep their order; those of different workers are merged by a time that
    /// the formatter sets each round, so that two lines of one round may stand the wrong way
    /// round. Saves `emit` the ordered counter.
    Relaxed,
}

/// What workers and formatter share.
#[derive(Debug)]
pub(crate) struct Ring {
    interest: Interest,
    counter: Counter,
    order: Order,
    full_lane: FullLane,
    lane_bytes: usize,
    /// In the relaxed order: the stamp of the round that the formatter is in; 0 while it sleeps.
    coarse: CachePadded<AtomicU64>,
    /// Rounds of the formatter, plus one; 0 when there is none.
    heartbeat: CachePadded<AtomicU64>,
    doorbell: Doorbell,
    lanes: Mutex<Vec<Arc<Lane>>>,
    /// How many lanes have ever been opened.
    version: AtomicU64,
    /// Events that were shed because their thread could have no lane.
    laneless: AtomicU64,
    /// Events that came after the engine's end, from threads that had no lane.
    late: AtomicU64,
    /// What was wanted when the engine was shut down.
    wanted_at_close: OnceLock<EventSet>,
}

impl Ring {
    pub(crate) fn new(
        counter: Counter,
        order: Order,
        full_lane: FullLane,
        lane_bytes: usize,
    ) -> Self {
        Self {
            interest: Interest::new(),
            counter,
            order,
            full_lane,
            lane_bytes,
            coarse: CachePadded::new(AtomicU64::new(0)),
            heartbeat: CachePadded::new(AtomicU64::new(1)),
            doorbell: Doorbell::new(),
            lanes: Mutex::new(Vec::new()),
            version: AtomicU64::new(0),
            laneless: AtomicU64::new(0),
            late: AtomicU64::new(0),
            wanted_at_close: OnceLock::new(),
        }
    }

    #[inline]
    pub(crate) fn interest(&self) -> &Interest {
        &self.interest
    }

    pub(crate) const fn full_lane(&self) -> FullLane {
        self.full_lane
    }

    pub(crate) const fn doorbell(&self) -> &Doorbell {
        &self.doorbell
    }

    /// A stamp for a record that is about to be written.
    #[inline]
    pub(crate) fn stamp(&self) -> u64 {
        if matches!(self.order, Order::Relaxed) {
            // ORDERING: any recent value will do.
            let coarse = self.coarse.load(Ordering::Relaxed);
            if coarse != 0 {
                return coarse;
            }
        }
        self.counter.stamp()
    }

    /// Begins a round of the formatter: reads the horizon, and lets workers know that it lives.
    pub(crate) fn begin_round(&self) -> u64 {
        let horizon = self.counter.horizon();
        if matches!(self.order, Order::Relaxed) {
            self.coarse.store(horizon, Ordering::Relaxed);
        }
        // ORDERING: a sign of life; nothing is handed over by it.
        self.heartbeat.store(self.heartbeat.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        horizon
    }

    /// The formatter is about to sleep: nobody keeps the coarse time up to date.
    pub(crate) fn stop_coarse_time(&self) {
        self.coarse.store(0, Ordering::Relaxed);
    }

    /// The formatter has ended: nobody waits for it any more.
    pub(crate) fn end(&self) {
        self.heartbeat.store(0, Ordering::Relaxed);
    }

    /// The engine is being shut down: from now on workers shed what was wanted until now.
    pub(crate) fn close(&self) {
        let _again = self.wanted_at_close.set(self.interest.snapshot());
        self.interest.set(&EventSet::EMPTY);
    }

    /// Whether an event that nobody wants now would have been wanted before the engine was shut
    /// down, and so is lost.
    pub(crate) fn is_lost_by_close(&self, number: u16) -> bool {
        self.wanted_at_close.get().is_some_and(|set| set.contains(number))
    }

    /// Whether the engine has been shut down.
    pub(crate) fn is_closed(&self) -> bool {
        self.wanted_at_close.get().is_some()
    }

    pub(crate) fn count_late(&self) {
        self.late.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn late(&self) -> u64 {
        self.late.load(Ordering::Relaxed)
    }

    pub(crate) fn count_laneless(&self) {
        self.laneless.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn laneless(&self) -> u64 {
        self.laneless.load(Ordering::Relaxed)
    }

    pub(crate) fn heartbeat(&self) -> u64 {
        self.heartbeat.load(Ordering::Relaxed)
    }

    pub(crate) fn is_formatter_alive(&self) -> bool {
        self.heartbeat() != 0
    }

    /// Opens a lane, which the formatter takes up in its next round.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub(crate) fn open_lane(&self) -> Result<Arc<Lane>> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane =
            Arc::new(Lane::anonymous(self.version.load(Ordering::Relaxed), self.lane_bytes)?);
        lanes.push(Arc::clone(&lane));
        // ORDERING: pair E. The formatter reads it behind the horizon and before the tails: a lane
        // that it misses holds only records stamped behind that horizon.
        self.version.fetch_add(1, Ordering::Release);
        Ok(lane)
    }

    /// The lanes opened since `seen` of them had been, which is brought up to date.
    pub(crate) fn new_lanes(&self, seen: &mut u64) -> Vec<Arc<Lane>> {
        // ORDERING: pair E.
        if self.version.load(Ordering::Acquire) == *seen {
            return Vec::new();
        }
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = self.version.load(Ordering::Relaxed);
        core::mem::take(&mut *lanes)
    }
}
