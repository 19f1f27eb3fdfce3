use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, channel};
use std::time::{Duration, Instant};

use crate::base::{LaneAccount, Ledger, Result};
use crate::engine::dispatch::Dispatch;
use crate::engine::outlet::Settled;
use crate::engine::reconfigure::Reconfiguration;
use crate::engine::run::Run;
use crate::ring::{Consumer, Merge, Ring};

/// A block of this size is handed to its sink, in bytes. Large enough that a system call's cost is
/// spread over a thousand lines, small enough that block and lane stay in the second-level cache.
pub(crate) const BLOCK_BYTES: usize = 128 << 10;

/// The first of the sleeps that double while nothing happens.
const FIRST_SLEEP: Duration = Duration::from_millis(2);

/// How long whoever flushes waits for what other processes had said. Longer than a batch is held.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait for a sink that takes nothing.
const HELD_SLEEP: Duration = Duration::from_millis(10);

/// What is asked of the formatter thread, and how it answers.
#[derive(Debug)]
pub(crate) enum Command {
    /// Write everything that was accepted before.
    Flush(SyncSender<()>),
    /// Tell the state of the account.
    Ledger(SyncSender<Ledger>),
    /// Close the files of this subscription, or of all, and begin new ones.
    Rollover(Option<String>, SyncSender<Vec<(String, bool)>>),
    /// Go on with other subscriptions and settings; where their lines then are.
    Reconfigure(Box<Reconfiguration>, SyncSender<Result<Vec<(String, String)>>>),
    /// Tell the status line of now, without writing it.
    Figures(SyncSender<String>),
    /// Write a status line now.
    Status(SyncSender<()>),
    /// Write everything, close everything, end.
    Shutdown(SyncSender<()>),
}

/// The one thread that takes records out of the lanes and turns them into lines.
#[derive(Debug)]
pub(crate) struct Formatter {
    pub(crate) ring: Arc<Ring>,
    pub(crate) commands: Receiver<Command>,
    pub(crate) dispatch: Dispatch,
    /// The longest sleep: half of the delay that a line may have.
    pub(crate) longest_sleep: Duration,
    pub(crate) lanes: Vec<Consumer>,
    pub(crate) lanes_seen: u64,
    /// The accounts of lanes that have ended.
    pub(crate) ended: LaneAccount,
    pub(crate) merge: Merge,
    /// What a run directory has to do with it, if there is one.
    pub(crate) run: Option<Run>,
}

/// What a round came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    /// Everything before the horizon has been taken.
    Dry,
    /// A block was full first.
    Full,
}

impl Formatter {
    /// Runs until it is told to end, and leaves itself, so that the account can still be read.
    pub(crate) fn run(mut self) -> Self {
        self.ring.doorbell().answer_here();
        let ending = Ending(Arc::clone(&self.ring));
        // A panic is a defect of this library or of the clock. What it leaves half done shows in
        // the account, which must not be lost with the thread.
        let _panicked = catch_unwind(AssertUnwindSafe(|| self.work()));
        drop(ending);
        // Whoever waits for an answer gets none.
        self.commands = channel().1;
        self
    }

    /// Runs until it is told to end.
    fn work(&mut self) {
        self.take_up_lanes();
        self.commit_files();
        let mut sleep = FIRST_SLEEP;
        loop {
            let before = self.dispatch.seen();
            let round = self.round();
            let settled = if round == Round::Full || self.dispatch.has_lines() {
                self.settle()
            } else {
                Settled::Yes
            };
            self.keep_house();
            match self.commands.try_recv() {
                Ok(command) => {
                    if self.obey(command) {
                        return;
                    }
                    continue;
                }
                Err(TryRecvError::Disconnected) => {
                    self.end();
                    return;
                }
                Err(TryRecvError::Empty) => {}
            }
            if round == Round::Full {
                continue;
            }
            if settled == Settled::Held {
                std::thread::sleep(HELD_SLEEP);
                continue;
            }
            sleep = if self.dispatch.seen() == before {
                (sleep * 2).min(self.longest_sleep)
            } else {
                FIRST_SLEEP.min(self.longest_sleep)
            };
            self.sleep(sleep);
        }
    }

    /// Takes everything stamped before a new horizon, or as much as a block holds.
    fn round(&mut self) -> Round {
        let horizon = self.ring.begin_round();
        self.take_up_lanes();
        for lane in &mut self.lanes {
            lane.look_by(horizon);
        }
        let oldest = self.lanes.iter_mut().filter_map(Consumer::next_order).min();
        self.dispatch.begin_round(horizon, oldest);
        let dispatch = &mut self.dispatch;
        let mut round = Round::Dry;
        self.merge.drain(&mut self.lanes, horizon, |_, record| {
            let has_room = dispatch.take(record);
            if !has_room {
                round = Round::Full;
            }
            has_room
        });
        round
    }

    /// Takes up the lanes that workers have opened.
    fn take_up_lanes(&mut self) {
        for lane in self.ring.new_lanes(&mut self.lanes_seen) {
            self.lanes.push(Consumer::new(lane));
        }
        if let Some(run) = &mut self.run {
            let taken = run.take_up(&self.ring, &mut self.lanes);
            for error in taken.refused {
                self.dispatch.tell_failure("the run directory", &error.to_string());
            }
            if let Some((lanes, events)) = taken.left {
                self.dispatch.tell_recovery(lanes, events);
            }
        }
    }

    /// Hands all blocks to their sinks, and gives the lanes' space back when they have them.
    fn settle(&mut self) -> Settled {
        let settled = self.dispatch.settle();
        if settled == Settled::Yes {
            self.give_back();
        }
        self.close_lanes();
        self.tell_losses();
        settled
    }

    fn sleep(&mut self, max: Duration) {
        self.close_lanes();
        self.tell_losses();
        if self.dispatch.has_lines() {
            // A notice was just added: write it now.
            return;
        }
        self.give_back();
        self.ring.stop_coarse_time();
        let lanes = &self.lanes;
        let is_idle = || lanes.iter().all(Consumer::is_drained);
        let bell = self.ring.doorbell();
        if let Some(run) = &self.run {
            self.ring.tell_sleeping(true);
            bell.sleep_by(is_idle, || run.arrivals.wait(max));
            self.ring.tell_sleeping(false);
        } else {
            bell.sleep(max, is_idle);
        }
    }

    /// Gives the lanes' space back: everything that was read is settled.
    fn give_back(&mut self) {
        if let Some(run) = &mut self.run
            && !run.commit(&self.lanes, &self.ended, &mut self.dispatch)
        {
            // A restart goes back to the last commit: what came behind it has to be there then.
            return;
        }
        for lane in &self.lanes {
            lane.give_back();
        }
    }

    /// Writes down which files are open, before any event gets into them: a block may be written
    /// long before all others are, and behind a crash in between it would be written twice.
    fn commit_files(&mut self) {
        if let Some(run) = &mut self.run {
            // Where it cannot be done, it is tried again with the next blocks.
            let _failed = run.commit_now(&self.lanes, &self.ended, &mut self.dispatch);
        }
    }

    /// Whether that was the last command.
    fn obey(&mut self, command: Command) -> bool {
        // Whoever asked may have gone: an answer that nobody takes is no loss.
        match command {
            Command::Flush(done) => {
                self.drain();
                let _gone = done.send(());
            }
            Command::Ledger(answer) => {
                let _gone = answer.send(self.ledger());
            }
            Command::Rollover(name, answer) => {
                self.drain();
                let _gone = answer.send(self.dispatch.roll(name.as_deref()));
            }
            Command::Reconfigure(new, answer) => {
                // Widened before the switch and narrowed behind it, so that nothing that either
                // side wants is missed.
                let mut wanted = self.ring.wanted();
                wanted.union(&new.wanted());
                self.ring.set_wanted(&wanted);
                self.drain();
                let done = self.dispatch.reconfigure(*new);
                if done.is_err() {
                    // As it was before.
                    self.dispatch.narrow();
                }
                // Either way there are files that no commit tells of.
                self.commit_files();
                self.keep_house();
                let _gone = answer.send(done.map(|()| self.dispatch.places()));
            }
            Command::Figures(answer) => {
                self.drain();
                let _gone = answer.send(self.dispatch.status_line());
            }
            Command::Status(done) => {
                self.drain();
                self.dispatch.write_status();
                self.settle();
                let _gone = done.send(());
            }
            Command::Shutdown(done) => {
                self.end();
                let _gone = done.send(());
                return true;
            }
        }
        false
    }

    /// Takes and writes everything that was published before the call.
    fn drain(&mut self) {
        self.take_up_lanes();
        for lane in &mut self.lanes {
            lane.mark();
        }
        // Not until the lanes are dry: workers that never pause would keep it from coming back.
        let began = Instant::now();
        loop {
            let round = self.round();
            let settled = self.settle();
            let is_over = began.elapsed() > PATIENCE;
            let is_done = |lane: &Consumer| {
                // Other processes may write into their lanes what takes forever to read.
                lane.is_past_mark() || lane.is_of_other() && (is_over || lane.left_behind > 0)
            };
            if settled == Settled::Yes && self.lanes.iter().all(is_done) {
                break;
            }
            if settled == Settled::Held && round == Round::Dry {
                std::thread::sleep(HELD_SLEEP);
            }
        }
        self.keep_house();
        while self.dispatch.has_lines() && self.settle() == Settled::Held {
            std::thread::sleep(HELD_SLEEP);
            self.dispatch.refresh_time();
        }
    }

    /// What is due by time.
    fn keep_house(&mut self) {
        self.dispatch.housekeeping();
        if let Some(wanted) = self.dispatch.narrowed.take() {
            self.ring.set_wanted(&wanted);
        }
    }

    fn end(&mut self) {
        // Whoever asks from now on gets no answer, instead of waiting for one.
        self.commands = channel().1;
        self.ring.close();
        loop {
            self.drain();
            // What became known there to be wanted is not wanted any more either.
            self.ring.close();
            // An emit that asked before the ring was closed may have come behind the drain. Those
            // of other processes go on, for the next engine.
            if self.lanes.iter().all(|lane| lane.is_of_other() || lane.is_drained()) {
                break;
            }
        }
        self.dispatch.next_loss_nanos = 0;
        self.tell_losses();
        self.close_lanes();
        self.dispatch.close();
        if let Some(run) = &mut self.run
            && run.commit_now(&self.lanes, &self.ended, &mut self.dispatch)
        {
            // The others' workers are there still, or an emit that asked before the ring was closed
            // has yet to come: the next engine finds what is in their lanes, which is most often
            // nothing.
            let is_over = |lane: &&Consumer| !lane.is_of_other() && lane.ended().is_some();
            self.lanes.iter().filter(is_over).for_each(Consumer::remove);
        }
    }

    /// Lets go of lanes whose workers have gone.
    fn close_lanes(&mut self) {
        let (ended, dispatch, run) = (&mut self.ended, &mut self.dispatch, &mut self.run);
        self.lanes.retain(|lane| {
            let Some(panicked) = lane.ended() else { return true };
            // What it lost is told at most once a second: until then it is kept.
            if !lane.is_settled() || lane.has_untold() {
                return true;
            }
            let account = lane.account();
            if panicked {
                dispatch.tell_panic(lane.lane().id, account.accepted);
            }
            ended.add(&account);
            lane.remove();
            if let Some(run) = run {
                run.arrivals.forget(lane.lane());
            }
            false
        });
    }

    /// Tells of losses that no notice has told of.
    fn tell_losses(&mut self) {
        let laneless = self.ring.laneless();
        self.dispatch.tell_losses(&mut self.lanes, &mut self.merge, laneless);
    }

    /// The state of the account.
    pub(crate) fn ledger(&mut self) -> Ledger {
        // A lane may have been opened since the last round, even behind the engine's end.
        self.take_up_lanes();
        let mut ledger = Ledger { lanes: self.ended, ..Ledger::default() };
        let (laneless, late) = (self.ring.laneless(), self.ring.late());
        ledger.lanes.shed_no_lane += laneless;
        ledger.lanes.shed_closed += late;
        ledger.lanes.offered += laneless + late;
        for lane in &self.lanes {
            let account = LaneAccount {
                held_bytes: lane.held_bytes(),
                size_bytes: lane.lane().size(),
                ..lane.account()
            };
            ledger.lanes.add(&account);
            ledger.open_lanes.push((lane.lane().id, account));
        }
        ledger.lanes.ahead += self.merge.ahead_total;
        ledger.lag = self.dispatch.lag();
        ledger.subscriptions = self.dispatch.accounts();
        ledger
    }
}

/// Lets workers know that nobody reads their lanes any more, however the thread ends.
struct Ending(Arc<Ring>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.close();
        self.0.end();
    }
}
