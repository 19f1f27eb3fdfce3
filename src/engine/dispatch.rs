use std::sync::Arc;

use crate::base::{Dialect, Durations, Gauges, LogType, SubscriptionAccount, Timestamp, probe};
use crate::engine::alerts::Alerts;
use crate::engine::leaving::Leaving;
use crate::engine::machine::Machine;
use crate::engine::outlet::{Outlet, Settled, Work};
use crate::engine::routes::Routes;
use crate::engine::stamps::Stamps;
use crate::engine::times::Times;
use crate::event::{self, Event};
use crate::format::status::Counters;
use crate::format::{self, GivenUp, LineWriter, Logged, STAMP_LEN};
use crate::record::Record;
use crate::ring::{EventSet, Take, Untold};

/// Brings each record to the subscriptions that want it.
#[derive(Debug)]
pub(crate) struct Dispatch {
    pub(crate) outlets: Vec<Outlet>,
    /// Which events each outlet takes.
    pub(crate) takes: Vec<EventSet>,
    /// Which outlets take which events.
    pub(crate) routes: Routes,
    /// What is logged of an event.
    pub(crate) logged: Logged,
    /// The fields of an event that is logged otherwise than it was told.
    pub(crate) changed: Vec<u8>,
    /// The accounts of subscriptions that were taken away.
    pub(crate) ended: Vec<SubscriptionAccount>,
    /// What is wanted from now on, when that is less than before.
    pub(crate) narrowed: Option<EventSet>,
    pub(crate) times: Times,
    /// How old each round's oldest record was.
    pub(crate) lag: Durations,
    pub(crate) stamps: Stamps,
    /// The status line's counters, when a subscription wants them.
    pub(crate) counters: Option<Counters>,
    pub(crate) gauges: Arc<Gauges>,
    pub(crate) machine: Machine,
    pub(crate) status_nanos: u64,
    pub(crate) next_status_nanos: u64,
    /// A block of this size is full.
    pub(crate) block_bytes: usize,
    /// All files have ended.
    pub(crate) is_closed: bool,
    /// Records taken.
    pub(crate) seen: u64,
    /// The second for which housekeeping was last done.
    pub(crate) kept_second: i64,
    /// The offset from UTC that the open files tell.
    pub(crate) offset: i32,
    /// What lanes lost whose workers have gone, to be told at the next such time.
    pub(crate) untold: Vec<Untold>,
    /// Before this moment no further notice of losses is due.
    pub(crate) next_loss_nanos: u64,
    /// Events shed outside any lane of which a notice has told.
    pub(crate) laneless_told: u64,
    pub(crate) alerts: Alerts,
    /// Earlier sinks that still have something to send.
    pub(crate) leaving: Vec<Leaving>,
    /// The notice being told, in its binary form.
    pub(crate) notice: Vec<u8>,
}

impl Take for Dispatch {
    /// Brings a record to everyone who wants it. Whether the blocks have room for more.
    ///
    /// It comes by value and is lent to nobody on the way of a plain line, so that its parts stay in
    /// registers.
    #[inline(always)]
    fn take(&mut self, record: Record<'_>) -> bool {
        let taker = self.routes.plain_taker(record.number);
        let Some(outlet) = taker.and_then(|index| self.outlets.get_mut(index)) else {
            // A copy in memory for who is not plain.
            return self.take_otherwise(&Record { ..record });
        };
        self.seen += 1;
        probe::event(record.number, record.level as u8, || record.mid().unwrap_or(0));
        let stamp = self.stamps.of(record.time, record.order, &self.times);
        let has_room = write_row(record, stamp, &self.times, outlet);
        if !has_room {
            self.make_room();
        }
        has_room
    }
}

impl Dispatch {
    /// Takes the time of a round.
    pub(crate) fn begin_round(&mut self, horizon: u64, oldest: Option<u64>) {
        self.times.begin_round(horizon);
        self.stamps.begin_round(&self.times);
        if let Some(nanos) = oldest.and_then(|order| self.times.age(order)) {
            self.lag.add(nanos);
            probe::round(nanos);
        }
        self.outlets.iter_mut().for_each(|outlet| outlet.begin_round(self.block_bytes));
    }

    /// How far the rounds were behind.
    pub(crate) const fn lag(&self) -> Durations {
        self.lag
    }

    /// Takes the time while nothing is read.
    pub(crate) fn refresh_time(&mut self) {
        self.times.refresh();
    }

    /// How many records have been taken.
    pub(crate) const fn seen(&self) -> u64 {
        self.seen
    }

    /// Whether any block has lines.
    pub(crate) fn has_lines(&self) -> bool {
        self.outlets.iter().any(|outlet| !outlet.block.is_empty())
    }

    /// Takes a record that is more than a line of one outlet.
    #[inline(never)]
    fn take_otherwise(&mut self, record: &Record<'_>) -> bool {
        if self.logged.concerns(record.number) {
            return self.take_changed(record);
        }
        self.distribute(record)
    }

    /// Takes a record as the settings want it to be logged.
    #[inline(never)]
    fn take_changed(&mut self, record: &Record<'_>) -> bool {
        let mut payload = core::mem::take(&mut self.changed);
        // What cannot be read is counted where it would be rendered.
        let has_room = if let Ok(true) = self.logged.change(record, &mut payload) {
            self.distribute(&Record { payload: &payload, ..*record })
        } else {
            self.distribute(record)
        };
        self.changed = payload;
        has_room
    }

    #[inline]
    fn distribute(&mut self, record: &Record<'_>) -> bool {
        self.seen += 1;
        probe::event(record.number, record.level as u8, || record.mid().unwrap_or(0));
        let stamp = self.stamps.of(record.time, record.order, &self.times);
        let (times, block_bytes) = (&self.times, self.block_bytes);
        let has_room =
            hand_to_all(record, stamp, times, block_bytes, &self.routes, &mut self.outlets);
        if let Some(counters) = &mut self.counters {
            // What cannot be read moves none; its log counts it.
            counters.absorb(record).ok();
        }
        if !has_room {
            self.make_room();
        }
        has_room
    }

    /// Rolls over the files that the last lines took past their bound.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        let (now, nanos) = (self.times.wall(), self.times.nanos());
        for outlet in &mut self.outlets {
            if outlet.is_complete() {
                outlet.roll(now, nanos);
            } else if outlet.is_over() {
                outlet.roll_before_last_line(now, nanos);
            }
        }
    }

    /// Hands all blocks to their sinks.
    pub(crate) fn settle(&mut self) -> Settled {
        let (now, nanos) = (self.times.wall(), self.times.nanos());
        let mut settled = Settled::Yes;
        for outlet in &mut self.outlets {
            if outlet.settle(now, nanos) == Settled::Held {
                settled = Settled::Held;
            }
        }
        self.tell_news();
        settled
    }

    /// What is due by time: the ends of rate windows, rollovers, status lines, clock notices.
    pub(crate) fn housekeeping(&mut self) {
        let now = self.times.wall();
        let nanos = self.times.nanos();
        if nanos >= self.next_status_nanos {
            self.next_status_nanos = nanos.saturating_add(self.status_nanos);
            self.write_status();
        }
        for index in 0..self.outlets.len() {
            self.turn_window(index, nanos);
            if let Some(outlet) = self.outlets.get_mut(index) {
                outlet.roll_by_interval(now, nanos);
                outlet.poll_stream();
            }
        }
        self.look_after_composers(Some(now));
        self.look_after_leaving();
        let millis = self.times.take_jump_millis();
        if millis != 0 {
            self.tell(&event::ClockStepped { millis }, None);
        }
        if now.seconds() != self.kept_second {
            self.kept_second = now.seconds();
            self.tell_offset(now);
        }
        self.tell_news();
    }

    /// Tells what composers gave up, and lets go of those that are done.
    fn look_after_composers(&mut self, now: Option<Timestamp>) {
        for index in 0..self.outlets.len() {
            self.look_after_composer(index, now);
        }
    }

    pub(crate) fn look_after_composer(&mut self, index: usize, now: Option<Timestamp>) {
        let Some(outlet) = self.outlets.get_mut(index) else { return };
        let given_up = outlet.give_up_composed(now);
        let is_done = outlet.is_done();
        for GivenUp { count, reason } in given_up {
            let Some(outlet) = self.outlets.get(index) else { break };
            let name = outlet.account.name.clone();
            let (subscription, reason) = (name.as_str().into(), reason.into());
            self.tell(&event::MessagesGivenUp { subscription, count, reason }, Some(index));
        }
        if is_done {
            self.let_go(index);
        }
    }

    /// Lets go of a subscription that will never write any more.
    fn let_go(&mut self, index: usize) {
        let Some(outlet) = self.outlets.get(index) else { return };
        let Some(taken) = self.takes.get_mut(index).filter(|taken| **taken != EventSet::EMPTY)
        else {
            return;
        };
        *taken = EventSet::EMPTY;
        let name = outlet.account.name.clone();
        self.tell(&event::RecordingEnded { subscription: name.as_str().into() }, Some(index));
        self.route();
        self.narrow();
    }

    /// Writes a line into each status log.
    pub(crate) fn write_status(&mut self) {
        let Some(counters) = &self.counters else { return };
        let machine = self.machine.read();
        let available = format::status::size(machine.log_available);
        let line = counters.line(&self.gauges, &machine, &available);
        self.tell_to(&line, |outlet| outlet.log_type == LogType::Status);
    }

    /// The status line of now, without stamp; empty without a status log.
    pub(crate) fn status_line(&mut self) -> String {
        let Some(counters) = &self.counters else { return String::new() };
        let machine = self.machine.read();
        let available = format::status::size(machine.log_available);
        let line = counters.line(&self.gauges, &machine, &available);
        let mut block = LineWriter::new(1024, Dialect::default(), self.stamps.zone().clone());
        line.line(Dialect::default(), &mut block);
        String::from_utf8_lossy(block.as_bytes()).into_owned()
    }

    /// Rolls over the subscription of this name, or all. Whether it worked, by name.
    pub(crate) fn roll(&mut self, name: Option<&str>) -> Vec<(String, bool)> {
        let (now, nanos) = (self.times.wall(), self.times.nanos());
        let mut rolled = Vec::new();
        for outlet in &mut self.outlets {
            if name.is_none_or(|name| outlet.account.name == name) {
                let worked = outlet.roll(now, nanos) && {
                    outlet.settle(now, nanos);
                    true
                };
                rolled.push((outlet.account.name.clone(), worked));
            }
        }
        self.tell_news();
        rolled
    }

    /// Ends all files.
    pub(crate) fn close(&mut self) {
        let nanos = self.times.nanos();
        for index in 0..self.outlets.len() {
            // A limited event that no notice told of would be a silent gap.
            self.turn_window(index, u64::MAX);
        }
        if self.counters.is_some() {
            self.write_status();
        }
        self.look_after_composers(None);
        let now = self.times.wall();
        // The system logs end last: what the others' ends have to tell goes there.
        for is_system in [false, true] {
            let is_due = |outlet: &Outlet| (outlet.log_type == LogType::System) == is_system;
            // What is sent to peers ends while files are closed, and all of it at the same time.
            for index in 0..self.outlets.len() {
                if self.outlets.get(index).is_some_and(is_due) {
                    self.leave(index);
                }
            }
            for outlet in self.outlets.iter_mut().filter(|outlet| !outlet.has_left) {
                if is_due(outlet) {
                    outlet.close_and_tell(now, nanos);
                }
            }
            self.await_leaving();
            if !is_system {
                self.tell_news();
            }
        }
        self.is_closed = true;
    }

    /// Each subscription's name and where its lines are.
    pub(crate) fn places(&self) -> Vec<(String, String)> {
        let place = |outlet: &Outlet| (outlet.account.name.clone(), outlet.place());
        self.outlets.iter().map(place).collect()
    }

    pub(crate) fn accounts(&self) -> Vec<SubscriptionAccount> {
        let working = self.outlets.iter().map(Outlet::account);
        let mut accounts = working.chain(self.ended.iter().cloned()).collect::<Vec<_>>();
        self.add_leaving(&mut accounts);
        accounts
    }

    /// Bytes that the subscriptions have written, all together.
    pub(crate) fn written(&self) -> u64 {
        self.outlets.iter().map(|outlet| outlet.account.bytes).sum()
    }

    /// Ends a subscription's rate window if it is over, with its notice.
    pub(crate) fn turn_window(&mut self, index: usize, nanos: u64) {
        let Some(outlet) = self.outlets.get_mut(index) else { return };
        let Some(window) = &mut outlet.window else { return };
        let count = window.turn(nanos);
        if count == 0 {
            return;
        }
        let limit = window.limit();
        let name = outlet.account.name.clone();
        let notice = event::RateLimited {
            subscription: name.as_str().into(),
            limit: limit.max_events(),
            seconds: limit.period().as_secs(),
            count,
        };
        self.tell(&notice, Some(index));
    }
}

/// What became of a record at one outlet.
#[derive(Clone, Copy)]
struct Handed {
    /// Whether there is room for another line.
    has_room: bool,
    /// Whether its line was rendered, and ends the block.
    is_rendered: bool,
}

/// Writes a record's row into the block of an outlet that does no more with it. Whether there is room
/// for another line.
#[inline(always)]
fn write_row(
    record: Record<'_>,
    stamp: &[u8; STAMP_LEN],
    times: &Times,
    outlet: &mut Outlet,
) -> bool {
    if !outlet.takes(record.level) || !outlet.admits(record.level) {
        return true;
    }
    outlet.begin_line();
    if format::render_row(&record, stamp, &mut outlet.block).is_err() {
        outlet.take_back();
        return true;
    }
    outlet.end_event();
    if outlet.is_stream() {
        let time = record.time.unwrap_or_else(|| times.time_of(record.order));
        outlet.mark(&Record { ..record }, time);
    }
    outlet.has_room_in_round()
}

/// Brings a record to an outlet that takes it. A twin is another one whose block ends in the
/// record's line.
fn hand_out(
    record: &Record<'_>,
    stamp: &[u8; STAMP_LEN],
    times: &Times,
    block_bytes: usize,
    outlet: &mut Outlet,
    twin: Option<&Outlet>,
) -> Handed {
    let passed = Handed { has_room: true, is_rendered: false };
    if !outlet.takes(record.level) {
        return passed;
    }
    match outlet.work {
        Work::Lines => {}
        Work::Counts => {
            outlet.account.absorbed += 1;
            return passed;
        }
        Work::Composes => {
            let time = record.time.unwrap_or_else(|| times.time_of(record.order));
            let has_room = !outlet.compose(record, time) && outlet.has_room(block_bytes);
            return Handed { has_room, ..passed };
        }
    }
    if !outlet.admits(record.level) {
        return passed;
    }
    outlet.begin_line();
    let same = twin.filter(|twin| {
        twin.log_type == outlet.log_type && twin.block.dialect() == outlet.block.dialect()
    });
    if let Some(twin) = same {
        outlet.block.append(twin.last_line());
    } else if format::render(record, outlet.log_type, stamp, &mut outlet.block).is_err() {
        outlet.take_back();
        return passed;
    }
    outlet.end_event();
    if outlet.is_stream() {
        outlet.mark(record, record.time.unwrap_or_else(|| times.time_of(record.order)));
    }
    Handed { has_room: outlet.has_room(block_bytes), is_rendered: same.is_none() }
}

/// Brings a record to all who take it. Whether the blocks have room for more.
#[inline(never)]
fn hand_to_all(
    record: &Record<'_>,
    stamp: &[u8; STAMP_LEN],
    times: &Times,
    block_bytes: usize,
    routes: &Routes,
    outlets: &mut [Outlet],
) -> bool {
    let mut has_room = true;
    // The outlet whose block ends in this record's line.
    let mut rendered: Option<usize> = None;
    for word in 0..routes.words() {
        let mut takers = routes.takers(record.number, word);
        while takers != 0 {
            let index = word * 64 + takers.trailing_zeros() as usize;
            takers &= takers - 1;
            let Some((before, outlet)) = split(outlets, index) else { break };
            let twin = rendered.and_then(|twin| before.get(twin));
            let handed = hand_out(record, stamp, times, block_bytes, outlet, twin);
            has_room &= handed.has_room;
            if handed.is_rendered {
                rendered = Some(index);
            }
        }
    }
    has_room
}

/// The outlets before `index`, and the one there.
#[inline]
fn split(outlets: &mut [Outlet], index: usize) -> Option<(&[Outlet], &mut Outlet)> {
    let (before, rest) = outlets.split_at_mut_checked(index)?;
    Some((before, rest.first_mut()?))
}
