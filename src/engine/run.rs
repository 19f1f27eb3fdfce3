//! What the formatter does for a run directory: lanes of other processes, and commits.

use std::time::{Duration, Instant, SystemTime};

use crate::base::{Error, LaneAccount, LogType, Result, Timestamp};
use crate::engine::commit::{Commit, CommitFile, Content, LaneCommit, OutletCommit};
use crate::engine::dispatch::Dispatch;
use crate::format::status::{Counters, KEPT};
use crate::ring::{Arrival, Arrivals, Consumer, Owner, Past, Ring, RunDirectory};

/// The formatter's side of a run directory.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) arrivals: Arrivals,
    commits: CommitFile,
    /// What the last run had committed, for the lanes that it left.
    last: Commit,
    boot: [u64; 2],
    /// What the subscriptions had written at the last commit.
    written: u64,
    /// When the last commit was written.
    committed: Option<Instant>,
    is_first_look: bool,
    /// A commit could not be written: told once, until one can be again.
    has_failed: bool,
}

/// A commit is written at least this often: a file that was written long behind the last one is not
/// this run's.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// What came to light while lanes were taken up.
#[derive(Debug, Default)]
pub(crate) struct TakenUp {
    /// Files that are no lanes.
    pub(crate) refused: Vec<Error>,
    /// How many lanes an earlier run had left, and how many events they held.
    pub(crate) left: Option<(u64, u64)>,
}

impl Run {
    /// Goes on from where the last run of the directory ended, however it ended.
    ///
    /// # Errors
    /// When the directory cannot be watched, or nothing can be written there.
    pub(crate) fn begin(directory: &RunDirectory) -> Result<Self> {
        let (commits, last) = CommitFile::open(directory)?;
        Ok(Self {
            arrivals: Arrivals::new(directory)?,
            commits,
            last: last.unwrap_or_default(),
            boot: Owner::here().boot,
            written: 0,
            committed: None,
            is_first_look: true,
            has_failed: false,
        })
    }

    /// What the last run had written of a subscription, if it did not end in order.
    pub(crate) fn outlet(&self, name: &str, log_type: LogType) -> Option<&OutletCommit> {
        self.last
            .outlets
            .iter()
            .find(|outlet| outlet.account.name == name && outlet.account.log_type == log_type)
    }

    /// When the last run committed last.
    pub(crate) const fn last_time(&self) -> Timestamp {
        self.last.wall
    }

    /// The counters of status lines of the last run, if it did not end in order.
    pub(crate) const fn counters(&self) -> Option<[u64; KEPT]> {
        if self.last.outlets.is_empty() { None } else { self.last.counters }
    }

    /// The accounts of lanes that ended in the last run, if it did not end in order.
    pub(crate) const fn ended(&self) -> LaneAccount {
        self.last.ended
    }

    /// How fast the counter ran, in nanoseconds a tick, if it is the same counter.
    pub(crate) fn rate(&self) -> Option<f64> {
        let rate = self.last.nanos_per_tick;
        (self.last.boot == self.boot && (0.001..1000.0).contains(&rate)).then_some(rate)
    }

    /// Takes up the lanes that have arrived, and learns of processes that have gone.
    pub(crate) fn take_up(&mut self, ring: &Ring, lanes: &mut Vec<Consumer>) -> TakenUp {
        let mut taken = TakenUp::default();
        let first_new = lanes.len();
        for arrival in self.arrivals.take_up(ring) {
            match arrival {
                Arrival::Lane(lane) => {
                    let key = lane.file.as_ref().map(|file| file.head.key);
                    let known = self.last.lanes.iter().find(|known| Some(known.key) == key);
                    lanes.push(match known {
                        Some(known) => Consumer::of_other(lane, known.progress, known.told),
                        None => Consumer::of_unknown(lane),
                    });
                }
                Arrival::Refused(error) => taken.refused.push(error),
            }
        }
        for lane in lanes.iter_mut().filter(|lane| !lane.is_orphan()) {
            if self.arrivals.is_gone(lane.lane()) {
                lane.orphan();
            }
        }
        if core::mem::take(&mut self.is_first_look) {
            let arrived = lanes.get_mut(first_new..).unwrap_or_default();
            self.rebase(arrived);
            if !self.last.outlets.is_empty() {
                let events = arrived.iter().map(Consumer::count_pending).sum();
                taken.left = Some((arrived.len() as u64, events));
            }
        }
        taken
    }

    /// Makes lanes of another boot of the machine, whose counter was another, comparable: among
    /// themselves they are in order, and they come before all others.
    fn rebase(&self, lanes: &mut [Consumer]) {
        let of_other_boot = |lane: &Consumer| {
            lane.lane().file.as_ref().filter(|file| file.head.owner.boot != self.boot).is_some()
        };
        let mut old: Vec<_> = lanes.iter_mut().filter(|lane| of_other_boot(lane)).collect();
        let first = old.iter_mut().filter_map(|lane| {
            lane.look();
            lane.next_order()
        });
        let Some(first) = first.min() else { return };
        for lane in old {
            let Some(head) = lane.lane().file.as_ref().map(|file| file.head) else { continue };
            let last = &self.last;
            let past = if last.boot == head.owner.boot {
                Past { counter: last.counter, wall: last.wall, nanos_per_tick: last.nanos_per_tick }
            } else {
                // All that is known is when the lane was made.
                let wall = Timestamp::from_micros(head.wall);
                Past { counter: head.counter, wall, nanos_per_tick: 0.0 }
            };
            lane.rebase(first, past);
        }
    }

    /// Writes down how far lanes were read and files written, if that has changed. To be called
    /// when all blocks are settled, and before any lane's space is given back. Whether it may be.
    pub(crate) fn commit(
        &mut self,
        lanes: &[Consumer],
        ended: &LaneAccount,
        dispatch: &mut Dispatch,
    ) -> bool {
        let written = dispatch.written();
        let is_fresh = self.committed.is_some_and(|then| then.elapsed() < LONGEST_SILENCE);
        if is_fresh && written == self.written && lanes.iter().all(Consumer::is_settled) {
            return true;
        }
        let done = self.commit_now(lanes, ended, dispatch);
        if done {
            self.written = written;
        }
        done
    }

    /// The same, whether or not anything has changed. Whether it stands.
    pub(crate) fn commit_now(
        &mut self,
        lanes: &[Consumer],
        ended: &LaneAccount,
        dispatch: &mut Dispatch,
    ) -> bool {
        let (boot, nanos) = (self.boot, dispatch.times.nanos());
        let (counter, wall, nanos_per_tick) = dispatch.times.pair();
        let done = self.commits.write(|content| {
            content.numbers(boot);
            let now = Timestamp::from(SystemTime::now());
            let [wall, now] = [wall, now].map(|time| time.micros().cast_unsigned());
            content.numbers([counter, wall, nanos_per_tick.to_bits(), now]);
            content.terms(ended.terms());
            let of_files = lanes.iter().filter(|lane| lane.lane().file.is_some());
            content.list(of_files.collect::<Vec<_>>().into_iter(), |content, lane| {
                let key = lane.lane().file.as_ref().map_or(0, |file| file.head.key);
                LaneCommit::put(content, key, lane.progress(), &lane.told);
            });
            content.option(dispatch.counters.as_ref().map(Counters::kept), Content::numbers);
            // Behind an orderly end there is nothing to go back to.
            let outlets = dispatch.outlets.iter();
            let open = if dispatch.is_closed { Default::default() } else { outlets };
            content.list(open, |content, outlet| outlet.put_commit(content, nanos));
        });
        match &done {
            Ok(()) => {
                self.has_failed = false;
                self.committed = Some(Instant::now());
            }
            Err(error) => {
                if !core::mem::replace(&mut self.has_failed, true) {
                    dispatch.tell_failure("commit of the run directory", &error.to_string());
                }
            }
        }
        done.is_ok()
    }
}
