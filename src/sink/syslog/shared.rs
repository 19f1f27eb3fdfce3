//! What the formatter's thread and the loop have in common for one sink.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::base::PushAccount;
use crate::sink::syslog::store::Batch;
use crate::subscription::{Mark, PushNews};

/// Batches that are kept to be filled again.
const SPARE: usize = 16;

/// News that wait to be asked for; what is beyond is dropped, as it is told again in a minute.
const NEWS: usize = 64;

/// Between a sink and the loop.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Rung when a route has ended.
    ended: Condvar,
    /// Bytes that may wait for each destination.
    bound: usize,
    with_ids: bool,
}

#[derive(Debug)]
struct State {
    /// One for each destination that has a queue of its own.
    lanes: Vec<Lane>,
    spare: Vec<Arc<Batch>>,
    news: VecDeque<PushNews>,
}

/// What waits for one destination.
#[derive(Debug, Default)]
struct Lane {
    batches: Vec<Arc<Batch>>,
    /// What is handed over and not acknowledged weighs so much.
    weight: usize,
    /// Messages handed over.
    handed: u64,
    /// They are in a buffer on disk.
    is_on_disk: bool,
    /// Some were appended to it since the loop last looked.
    appended: bool,
    /// Messages that others have room for, and this one has not.
    refused: u64,
    /// What the loop last said; it counts as handed what it took.
    loops: PushAccount,
    has_ended: bool,
}

impl Shared {
    pub(crate) fn new(lanes: usize, bound: usize, with_ids: bool) -> Self {
        let lanes = (0..lanes).map(|_| Lane::default()).collect();
        let state = State { lanes, spare: Vec::new(), news: VecDeque::new() };
        Self { state: Mutex::new(state), ended: Condvar::new(), bound, with_ids }
    }

    /// Takes marked lines; returns how many bytes.
    ///
    /// # Errors
    /// [`io::ErrorKind::QuotaExceeded`] when no lane has room.
    pub(crate) fn hand(&self, lines: &[u8], marks: &[Mark]) -> io::Result<usize> {
        let (mut at, mut marks) = (0, marks);
        while !marks.is_empty() {
            let Some(spare) = self.spare() else { break };
            let mut batch = Arc::into_inner(spare).unwrap_or_default();
            // The copy is made outside of the lock: the loop never waits for it.
            let (end, count) = batch.take(lines, marks, at, self.with_ids);
            if count == 0 {
                break;
            }
            self.push(&Arc::new(batch));
            at = end;
            marks = marks.get(count..).unwrap_or_default();
        }
        if at == 0 && !lines.is_empty() {
            let what = format!("the queue of {} bytes is full", self.bound);
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, what));
        }
        Ok(at)
    }

    /// Moves what waits for a lane to `into`.
    pub(crate) fn take(&self, lane: usize, into: &mut Vec<Arc<Batch>>) {
        if let Some(lane) = self.state.lock().lanes.get_mut(lane) {
            into.append(&mut lane.batches);
            lane.appended = false;
        }
    }

    /// Whether something waits for a lane.
    pub(crate) fn has_mail(&self, lane: usize) -> bool {
        let is_new = |lane: &Lane| lane.appended || !lane.batches.is_empty();
        self.state.lock().lanes.get(lane).is_some_and(is_new)
    }

    /// So many messages were appended to the only lane's buffer on disk.
    pub(crate) fn append(&self, count: u64) {
        if let Some(lane) = self.state.lock().lanes.first_mut() {
            lane.handed += count;
            lane.is_on_disk = true;
            lane.appended |= count > 0;
        }
    }

    /// Messages that an earlier run has left in the only lane's buffer.
    pub(crate) fn set_left(&self, count: u64) {
        if let Some(lane) = self.state.lock().lanes.first_mut() {
            lane.handed = count;
            lane.is_on_disk = true;
        }
    }

    /// Says what became of a lane's messages: the counts that the loop keeps, of all that it took,
    /// and by how much what waits has become less.
    pub(crate) fn publish(&self, lane: usize, loops: &PushAccount, weight: isize) {
        let mut state = self.state.lock();
        let Some(lane) = state.lanes.get_mut(lane) else { return };
        lane.weight = lane.weight.saturating_add_signed(-weight);
        lane.loops = *loops;
    }

    /// Gives batches back, to be filled again.
    pub(crate) fn give_back(&self, batches: &mut Vec<Arc<Batch>>) {
        let mut state = self.state.lock();
        for batch in batches.drain(..) {
            // With several lanes the last one to let go of it gives it back.
            if state.spare.len() < SPARE && Arc::strong_count(&batch) == 1 {
                state.spare.push(batch);
            }
        }
    }

    /// Has something told to the operator.
    pub(crate) fn tell(&self, news: PushNews) {
        let mut state = self.state.lock();
        if state.news.len() < NEWS {
            state.news.push_back(news);
        }
    }

    pub(crate) fn take_news(&self) -> Option<PushNews> {
        self.state.lock().news.pop_front()
    }

    /// All lanes together. Exact at any time: what is handed over is pending until the loop says
    /// otherwise.
    pub(crate) fn account(&self) -> PushAccount {
        let state = self.state.lock();
        let mut all = PushAccount::default();
        for lane in &state.lanes {
            let mut account = lane.loops;
            account.handed += lane.refused;
            account.lost += lane.refused;
            // The loop may know of what a buffer took before it was said here.
            let waiting = lane.handed.saturating_sub(lane.loops.handed);
            account.handed += waiting;
            account.pending += waiting;
            account.buffered += if lane.is_on_disk { waiting } else { 0 };
            all.add(&account);
        }
        all
    }

    /// A lane's route has ended.
    pub(crate) fn end(&self, lane: usize) {
        if let Some(lane) = self.state.lock().lanes.get_mut(lane) {
            lane.has_ended = true;
        }
        self.ended.notify_all();
    }

    /// Waits until all routes have ended; whether they have in this time.
    pub(crate) fn wait_for_end(&self, at_most: Duration) -> bool {
        let deadline = Instant::now() + at_most;
        let mut state = self.state.lock();
        while state.lanes.iter().any(|lane| !lane.has_ended) {
            if self.ended.wait_until(&mut state, deadline).timed_out() {
                return state.lanes.iter().all(|lane| lane.has_ended);
            }
        }
        true
    }

    /// A batch to fill; `None` when no lane has room.
    fn spare(&self) -> Option<Arc<Batch>> {
        let mut state = self.state.lock();
        let has_room = state.lanes.iter().any(|lane| lane.has_room(self.bound));
        has_room.then(|| state.spare.pop().unwrap_or_default())
    }

    fn push(&self, batch: &Arc<Batch>) {
        let mut state = self.state.lock();
        for lane in &mut state.lanes {
            let count = batch.len() as u64;
            if lane.has_room(self.bound) {
                lane.weight += batch.weight();
                lane.handed += count;
                lane.batches.push(Arc::clone(batch));
            } else {
                lane.refused += count;
            }
        }
    }
}

impl Lane {
    const fn has_room(&self, bound: usize) -> bool {
        self.weight < bound && !self.has_ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Level, Timestamp};

    fn hand(shared: &Shared, lines: &[u8]) -> io::Result<usize> {
        shared.hand(lines, &[Mark::new(lines.len(), Timestamp::default(), Level::Info)])
    }

    #[test]
    fn a_full_queue_refuses_at_once_and_one_of_two_counts() {
        let shared = Shared::new(2, 100, false);
        let line = [b"x".repeat(99), b"\n".to_vec()].concat();
        assert_eq!(hand(&shared, &line).unwrap(), 100);
        let error = hand(&shared, &line).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::QuotaExceeded);
        let mut batches = Vec::new();
        shared.take(0, &mut batches);
        let done = PushAccount { handed: 1, acknowledged: 1, ..PushAccount::default() };
        shared.publish(0, &done, batches[0].weight().cast_signed());
        assert_eq!(hand(&shared, &line).unwrap(), 100);
        let account = shared.account();
        assert_eq!((account.handed, account.acknowledged), (4, 1));
        assert_eq!((account.pending, account.lost), (2, 1));
    }

    #[test]
    fn what_the_loop_has_not_seen_is_buffered_where_it_is_on_disk() {
        let shared = Shared::new(1, 100, false);
        shared.set_left(3);
        shared.append(2);
        let account = shared.account();
        assert_eq!((account.handed, account.pending, account.buffered), (5, 5, 5));
        let seen = PushAccount { handed: 4, acknowledged: 1, pending: 3, buffered: 3, ..account };
        shared.publish(0, &seen, 0);
        let account = shared.account();
        assert_eq!((account.handed, account.pending, account.buffered), (5, 4, 4));
    }
}
