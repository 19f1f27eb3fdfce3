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
//! | B    | formatter: head, twice           | `emit`, when full: head, twice| space to write into    |
//! | C    | `Producer::drop`: closed         | formatter: closed             | the lane's last tail   |
//! | D    | two `SeqCst` fences in `doorbell`|                               | either tail or sleeper |
//! | E    | `open_lane`: version             | formatter: version            | a new lane             |
//! | F    | `emit`: offered, accepted, shed  | ledger: the same              | what was counted before|
//!
//! The models in `ring/models.rs` (run with `--cfg loom`) fail when one of A to D or F is weakened:
//!
//! | weakened to `Relaxed`                          | the model that fails                         |
//! |------------------------------------------------|----------------------------------------------|
//! | A: the store of the tail                       | `records_are_whole_and_stay_whole`           |
//! | A: the load of the tail                        | `records_are_whole_and_stay_whole`           |
//! | B: the stores of the head                      | `records_are_whole_and_stay_whole`           |
//! | B: the loads of the head                       | `records_are_whole_and_stay_whole`           |
//! | C: the store of `closed`                       | `a_closed_lane_is_drained_to_its_end`        |
//! | C: the load of `closed`                        | `a_closed_lane_is_drained_to_its_end`        |
//! | D: either fence left out                       | `a_bell_is_never_missed`                     |
//! | F: the stores or the loads of the counts       | `an_account_balances_at_any_moment`          |
//!
//! E has no model of its own: the models' counter is a sequence, whose order (stamp before horizon)
//! hands the version over as well. With the hardware's counter it stands where the argument in
//! `order` needs it: a lane is listed before anything in it is stamped.
//!
//! Between processes the same pairs hold, as the words lie in memory that both map. Where a lane is
//! read by system calls, the kernel's copy stands for the load, and what it copied is read again
//! until it is twice the same.
//!
//! # In a run directory
//! Lanes are files (`lane_file`), which the end of a process leaves as they were; the words that
//! the formatter speaks by are a file (`page`); and what has been written into the log, and from
//! where in the lanes, is a third (the engine's `commit`). `attach` opens lanes there from other
//! processes, of which the kernel tells the formatter (`watch`, `arrivals`).

mod arrivals;
mod attach;
mod consumer;
#[cfg(all(test, not(loom)))]
mod damage;
mod directory;
mod doorbell;
mod handle;
mod inspect;
mod interest;
mod lane;
mod lane_file;
mod lane_head;
mod mapping;
mod merge;
#[cfg(all(test, loom))]
mod models;
mod order;
mod owner;
mod page;
mod place;
mod producer;
mod region;
mod sync;
mod watch;
mod window;
mod words;

use std::sync::atomic::{AtomicU64 as PlainU64, Ordering as Plain};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::base::{Result, generation, observed_generation};
use crate::ring::place::Place;
use crate::ring::sync::{AtomicU64, Ordering};

pub(crate) use arrivals::{Arrival, Arrivals};
pub use attach::{Attached, attach};
pub(crate) use consumer::{Consumer, Past, Progress};
pub use directory::RunDirectory;
pub(crate) use doorbell::Doorbell;
pub use handle::Handle;
pub use inspect::{LaneReport, lanes_of};
pub(crate) use interest::{EVENT_NUMBERS, EventSet, Interest};
pub(crate) use lane::Lane;
pub use lane::ShedReason;
pub(crate) use lane_head::{MAX_LANE_BYTES, MIN_LANE_BYTES, sum_of};
pub(crate) use mapping::Mapping;
pub(crate) use merge::Merge;
pub(crate) use order::Counter;
pub(crate) use owner::Owner;
pub(crate) use place::random;
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
    place: Place,
    counter: Counter,
    order: Order,
    full_lane: FullLane,
    lane_bytes: usize,
    doorbell: Doorbell,
    lanes: Mutex<Vec<Arc<Lane>>>,
    /// How many lanes have ever been opened.
    version: AtomicU64,
    /// Events that were shed because their thread could have no lane.
    laneless: PlainU64,
    /// Events that came after the engine's end, from threads that had no lane.
    late: PlainU64,
    /// What was wanted when the engine was shut down.
    wanted_at_close: OnceLock<EventSet>,
    /// The process in which it was made.
    generation: u64,
    /// The ring of this process, when it is a fork of the one that this was made in.
    child: OnceLock<Option<Arc<Self>>>,
}

impl Ring {
    /// A ring whose lanes are memory of this process.
    pub(crate) fn new(
        counter: Counter,
        order: Order,
        full_lane: FullLane,
        lane_bytes: usize,
    ) -> Self {
        Self::at(Place::memory(), counter, order, full_lane, lane_bytes)
    }

    fn at(
        place: Place,
        counter: Counter,
        order: Order,
        full_lane: FullLane,
        lane_bytes: usize,
    ) -> Self {
        Self {
            place,
            counter,
            order,
            full_lane,
            lane_bytes,
            doorbell: Doorbell::new(),
            lanes: Mutex::new(Vec::new()),
            version: AtomicU64::new(0),
            laneless: PlainU64::new(0),
            late: PlainU64::new(0),
            wanted_at_close: OnceLock::new(),
            generation: observed_generation(),
            child: OnceLock::new(),
        }
    }

    /// Whether anybody wants events of this number: asked by `emit` before anything else.
    #[inline]
    pub(crate) fn wants(&self, number: u16) -> bool {
        self.place.words().interest.wants(number)
    }

    /// What is wanted.
    pub(crate) fn wanted(&self) -> EventSet {
        self.place.words().interest.snapshot()
    }

    /// Sets what is wanted from now on.
    pub(crate) fn set_wanted(&self, wanted: &EventSet) {
        self.place.each_words(|words| words.interest.set(wanted));
    }

    pub(crate) const fn full_lane(&self) -> FullLane {
        self.full_lane
    }

    pub(crate) const fn counter(&self) -> &Counter {
        &self.counter
    }

    pub(crate) const fn doorbell(&self) -> &Doorbell {
        &self.doorbell
    }

    /// Wakes the formatter if it sleeps, or is about to, for what stands in `lane`.
    #[cold]
    #[inline(never)]
    pub(crate) fn ring_bell(&self, lane: &Lane) {
        if !self.place.wakes_by_touch(lane) {
            self.doorbell.ring();
        }
    }

    /// A stamp for a record that is about to be written.
    #[inline]
    pub(crate) fn stamp(&self) -> u64 {
        if matches!(self.order, Order::Relaxed) {
            // ORDERING: any recent value will do.
            let coarse = self.place.words().coarse.load(Plain::Relaxed);
            if coarse != 0 {
                return coarse;
            }
        }
        self.counter.stamp()
    }

    /// Begins a round of the formatter: reads the horizon, and lets workers know that it lives.
    pub(crate) fn begin_round(&self) -> u64 {
        let horizon = self.counter.horizon();
        self.place.each_words(|words| {
            if matches!(self.order, Order::Relaxed) {
                words.coarse.store(horizon, Plain::Relaxed);
            }
            // ORDERING: a sign of life; nothing is handed over by it.
            words.heartbeat.store(words.heartbeat.load(Plain::Relaxed) + 1, Plain::Relaxed);
        });
        horizon
    }

    /// The formatter is about to sleep: nobody keeps the coarse time up to date.
    pub(crate) fn stop_coarse_time(&self) {
        self.place.each_words(|words| words.coarse.store(0, Plain::Relaxed));
    }

    /// The formatter has ended: nobody waits for it any more.
    pub(crate) fn end(&self) {
        self.place.each_words(|words| words.heartbeat.store(0, Plain::Relaxed));
        self.place.release();
    }

    /// The engine is being shut down: from now on workers of this process shed what was wanted
    /// until now. Those of others go on, for the next engine.
    pub(crate) fn close(&self) {
        let _again = self.wanted_at_close.set(self.wanted());
        self.place.words().interest.set(&EventSet::EMPTY);
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
        self.late.fetch_add(1, Plain::Relaxed);
    }

    pub(crate) fn late(&self) -> u64 {
        self.late.load(Plain::Relaxed)
    }

    pub(crate) fn count_laneless(&self) {
        self.laneless.fetch_add(1, Plain::Relaxed);
    }

    pub(crate) fn laneless(&self) -> u64 {
        self.laneless.load(Plain::Relaxed)
    }

    pub(crate) fn heartbeat(&self) -> u64 {
        self.place.words().heartbeat.load(Plain::Relaxed)
    }

    pub(crate) fn is_formatter_alive(&self) -> bool {
        self.heartbeat() != 0
    }

    /// Why an event is shed when there is no room and no formatter.
    pub(crate) fn reason_without_formatter(&self) -> ShedReason {
        // The next formatter finds what is in a lane of a run directory.
        if self.place.is_attached() { ShedReason::LaneFull } else { ShedReason::Closed }
    }

    /// The number of the next lane.
    pub(crate) fn next_lane_id(&self) -> u64 {
        // ORDERING: a number; pair E is made where a lane is handed over.
        self.version.fetch_add(1, Ordering::Relaxed)
    }

    /// Opens a lane, which the formatter takes up in its next round.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub(crate) fn open_lane(&self) -> Result<Arc<Lane>> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let id = self.version.load(Ordering::Relaxed);
        let lane = Arc::new(self.place.lane(id, self.lane_bytes, &self.counter)?);
        if !self.place.is_attached() {
            lanes.push(Arc::clone(&lane));
        }
        // ORDERING: pair E. The formatter reads it behind the horizon and before the tails: a lane
        // that it misses holds only records stamped behind that horizon.
        self.version.fetch_add(1, Ordering::Release);
        Ok(lane)
    }

    /// The lanes that this process opened since `seen` of them had been, which is brought up to
    /// date.
    pub(crate) fn new_lanes(&self, seen: &mut u64) -> Vec<Arc<Lane>> {
        // ORDERING: pair E.
        if self.version.load(Ordering::Acquire) == *seen {
            return Vec::new();
        }
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = self.version.load(Ordering::Relaxed);
        core::mem::take(&mut *lanes)
    }

    /// Whether this process is a fork of the one that made the ring: it is not to be used here.
    #[inline]
    pub(crate) fn is_of_parent(&self) -> bool {
        generation() != self.generation
    }

    /// The ring to use in this process: after a fork one of its own, if this one's lanes are in a
    /// run directory; none if they are memory, of which the child has only a copy.
    pub(crate) fn of_this_process(self: &Arc<Self>) -> Option<Arc<Self>> {
        if !self.is_of_parent() {
            return Some(Arc::clone(self));
        }
        let child = self.child.get_or_init(|| self.place.ring_of_child().map(Arc::new)).as_ref()?;
        // The child may have forked in its turn.
        child.of_this_process()
    }
}
