use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering as Plain;
use std::time::{Duration, Instant};

use crate::base::{Error, Level, Result, Timestamp, probe};
use crate::event::Event;
use crate::record::{HEAD_BYTES, Head, SKIP, SlotWriter, put_head, record_len};
use crate::ring::lane::{ENDED, Lane, PANICKED, ShedReason};
use crate::ring::region::UNIT;
use crate::ring::sync::{Ordering, pause};
use crate::ring::{FullLane, Ring};

/// A worker's end of its own lane. `emit` is what a mail server's threads call.
///
/// One thread at a time owns it; it can be moved to another thread, but not shared. For code that
/// wanders between threads see [`Handle`](crate::Handle). Dropping it closes the lane: what is in
/// it is still written.
///
/// ```
/// use ringmail::event::{IcidClose, Icid};
/// use ringmail::{Engine, LogType, Memory, Outcome, Subscription};
///
/// let lines = Memory::new();
/// let mail = Subscription::new("mail_logs", LogType::TextMail).sink(lines.clone());
/// let (engine, _guard) = Engine::builder().subscribe(mail).start()?;
/// let mut worker = engine.producer()?;
/// assert_eq!(worker.emit(&IcidClose { icid: Icid(7) }), Outcome::Accepted);
/// engine.flush();
/// assert!(lines.text().ends_with("Info: ICID 7 close\n"));
/// # Ok::<(), ringmail::Error>(())
/// ```
pub struct Producer {
    tail: u64,
    /// The head as last read: there is at least as much room as this says.
    head_seen: u64,
    /// The tail at which to look at the doorbell again.
    bell_at: u64,
    last_order: u64,
    offered: u64,
    accepted: u64,
    /// How far events without a right to the reserve may fill the lane.
    ordinary_limit: u64,
    lane: Arc<Lane>,
    ring: Arc<Ring>,
    /// The formatter's heartbeat when a wait for room was in vain.
    gave_up_at: Option<u64>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is in the lane: visible to the formatter, and to recovery.
    Accepted,
    /// It was shed, and the ledger has counted it.
    Shed(ShedReason),
    /// No subscription wants events of this kind; nothing was encoded, nothing is counted.
    Unwanted,
}

impl Producer {
    pub(crate) fn new(ring: &Arc<Ring>) -> Result<Self> {
        let ring = ring.of_this_process().ok_or_else(|| {
            Error::config(
                "this process was forked from the engine's: give the engine a run directory, \
                 attach to it here, or start another engine",
            )
        })?;
        let lane = ring.open_lane()?;
        let size = lane.size();
        Ok(Self {
            tail: 0,
            head_seen: 0,
            // In models the fence in the bell would stand in for pairs B and C; they ring it themselves.
            bell_at: if cfg!(loom) { u64::MAX } else { size / 4 },
            last_order: 0,
            offered: 0,
            accepted: 0,
            ordinary_limit: match ring.full_lane() {
                FullLane::Block { .. } => size,
                FullLane::Drop => size - size / 8,
            },
            lane,
            ring,
            gave_up_at: None,
        })
    }

    /// Hands an event over to the log.
    ///
    /// It takes no lock, makes no system call, allocates nothing and formats nothing, as long as
    /// there is room in the lane; when there is none, the engine's
    /// [`FullLane`](crate::FullLane) policy decides. When it returns [`Outcome::Accepted`], the
    /// event is visible to the formatter; what becomes of it is in the ledger.
    ///
    /// # Ordering
    /// Events of one producer keep their order. Across producers: if one `emit` returned before
    /// another began, its line comes first (unless the engine's order is relaxed).
    #[inline]
    pub fn emit<'a, E: Event<'a>>(&mut self, event: &E) -> Outcome {
        self.push(event, E::ROW.level, None)
    }

    /// Hands an event over that happened at `time`, for events that come from elsewhere.
    ///
    /// The line carries that time; its place among the lines is that of this call.
    #[inline]
    pub fn emit_at<'a, E: Event<'a>>(&mut self, event: &E, time: Timestamp) -> Outcome {
        self.push(event, E::ROW.level, Some(time))
    }

    /// Hands an event over with another level than its row's.
    #[inline]
    pub fn emit_as<'a, E: Event<'a>>(&mut self, event: &E, level: Level) -> Outcome {
        self.push(event, level, None)
    }

    /// Hands an event over with a level, and with a time of its own if it has one: for events that
    /// come from elsewhere with both.
    #[inline]
    pub fn emit_with<'a, E: Event<'a>>(
        &mut self,
        event: &E,
        level: Level,
        time: Option<Timestamp>,
    ) -> Outcome {
        self.push(event, level, time)
    }

    /// Whether any subscription wants events of this kind.
    ///
    /// `emit` asks by itself; ask before when the event is costly to gather.
    #[inline]
    #[must_use]
    pub fn wants<'a, E: Event<'a>>(&self) -> bool {
        self.ring.wants(E::ROW.number)
    }

    #[inline]
    fn push<'a, E: Event<'a>>(
        &mut self,
        event: &E,
        level: Level,
        time: Option<Timestamp>,
    ) -> Outcome {
        if !self.ring.wants(E::ROW.number) {
            return self.unwanted(E::ROW.number);
        }
        probe::emit_begin(E::ROW.number);
        let outcome = self.hand_over(event, level, time);
        probe::emit_end(E::ROW.number, outcome != Outcome::Accepted);
        outcome
    }

    #[inline]
    fn hand_over<'a, E: Event<'a>>(
        &mut self,
        event: &E,
        level: Level,
        time: Option<Timestamp>,
    ) -> Outcome {
        if self.ring.is_of_parent() && !self.move_to_child() {
            return Outcome::Shed(ShedReason::NoLane);
        }
        self.offer();

        let len = record_len(event, time.is_some());
        let slot = len.next_multiple_of(UNIT);
        let mut index = self.index();
        let to_end = self.lane.region.data_len() - index;
        let need = if slot <= to_end { slot } else { to_end + slot } as u64;
        let limit = if E::ROW.keep || level <= Level::Warning {
            self.lane.size()
        } else {
            self.ordinary_limit
        };
        if self.tail - self.head_seen + need > limit
            && let Err(reason) = self.make_room(need, limit)
        {
            return self.shed(reason);
        }

        let order = self.ring.stamp().max(self.last_order);
        self.last_order = order;
        if slot > to_end {
            self.skip(to_end, order);
            index = 0;
        }
        // SAFETY: `need` bytes behind the tail are free (pair B), and they do not pass the end.
        let start = unsafe { self.lane.region.to_write(index, slot) };
        // SAFETY: as before, and the writer does not outlive this call.
        let mut writer = unsafe { SlotWriter::new(start, slot) };
        put_head(&mut writer, E::ROW.number, level, len, order, time);
        event.encode(&mut writer);
        if !writer.is_whole() {
            return self.shed(ShedReason::Malformed);
        }
        if writer.cuts() > 0 {
            self.count_cuts(writer.cuts());
        }

        self.accepted += 1;
        self.tail += slot as u64;
        let words = &self.lane.control().producer;
        // ORDERING: pair A, the record is handed to the consumer.
        words.tail.store(self.tail, Ordering::Release);
        // ORDERING: pair F. Behind the tail, so that a process that is killed here has not counted
        // what nobody can find.
        words.accepted.store(self.accepted, Ordering::Release);
        if self.tail >= self.bell_at {
            self.bell_at = self.tail + self.lane.size() / 4;
            self.ring.ring_bell(&self.lane);
        }
        Outcome::Accepted
    }

    #[inline]
    fn offer(&mut self) {
        self.offered += 1;
        // ORDERING: pair F: what became of those before is counted.
        self.lane.control().producer.offered.store(self.offered, Ordering::Release);
    }

    /// Tells what nobody wants from what nobody takes any more.
    #[cold]
    fn unwanted(&mut self, number: u16) -> Outcome {
        if self.ring.is_of_parent() {
            // The lane is not this process's to touch.
            return if self.ring.is_lost_by_close(number) {
                Outcome::Shed(ShedReason::Closed)
            } else {
                Outcome::Unwanted
            };
        }
        if self.ring.is_lost_by_close(number) {
            self.offer();
            self.shed(ShedReason::Closed)
        } else {
            Outcome::Unwanted
        }
    }

    #[inline]
    fn index(&self) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "masked by a size that is a usize")]
        let index = (self.tail & (self.lane.size() - 1)) as usize;
        index
    }

    /// Fills the lane up to its end with a record that says so.
    #[cold]
    #[inline(never)]
    fn skip(&mut self, to_end: usize, order: u64) {
        // SAFETY: the caller has made sure of room for the rest of the lane and the record.
        let start = unsafe { self.lane.region.to_write(self.index(), to_end) };
        // SAFETY: as before.
        let mut writer = unsafe { SlotWriter::new(start, to_end) };
        #[expect(clippy::cast_possible_truncation, reason = "shorter than the record to come")]
        let head = Head { len: to_end as u32, number: 0, level: 0, flags: SKIP, order };
        let [first, second] = head.to_words();
        crate::event::Encode::put_u64(&mut writer, first);
        crate::event::Encode::put_u64(&mut writer, second);
        debug_assert!(writer.is_whole() && to_end >= HEAD_BYTES);
        // The tail that is published covers both records: nobody sees a skip alone.
        self.tail += to_end as u64;
    }

    /// Reads how far the consumer is, and waits for it if the policy says so.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, need: u64, limit: u64) -> core::result::Result<(), ShedReason> {
        if self.has_room(need, limit) {
            return Ok(());
        }
        probe::lane_full(self.lane.id, self.tail - self.head_seen);
        if !self.ring.is_formatter_alive() {
            return Err(self.ring.reason_without_formatter());
        }
        let FullLane::Block { max } = self.ring.full_lane() else {
            return Err(ShedReason::LaneFull);
        };
        let beat = self.ring.heartbeat();
        if self.gave_up_at == Some(beat) {
            // The formatter has not moved since the last wait was in vain: do not wait again.
            return Err(ShedReason::LaneFull);
        }
        self.ring.ring_bell(&self.lane);
        if self.wait_for_room(need, limit, max) {
            self.gave_up_at = None;
            // The room may be that of the engine's last drain, behind which nothing is read.
            if self.ring.is_closed() { Err(ShedReason::Closed) } else { Ok(()) }
        } else if self.ring.is_formatter_alive() {
            self.gave_up_at = Some(self.ring.heartbeat());
            Err(ShedReason::LaneFull)
        } else {
            Err(self.ring.reason_without_formatter())
        }
    }

    /// How many bytes were ever written into the lane.
    #[cfg(all(test, not(loom)))]
    pub(crate) const fn tail(&self) -> u64 {
        self.tail
    }

    /// After a fork: goes on in a lane of this process. The lane of the parent is left to it.
    /// Whether there is one.
    #[cold]
    #[inline(never)]
    fn move_to_child(&mut self) -> bool {
        let own = Self::new(&self.ring);
        own.map(|own| *self = own).is_ok()
    }

    /// Waits until a quarter of the lane is free, so that one wait serves many events.
    fn wait_for_room(&mut self, need: u64, limit: u64, max: Duration) -> bool {
        let comfort = need.max(self.lane.size() / 4).min(limit);
        let began = Instant::now();
        let mut rounds = 0;
        loop {
            pause(&mut rounds);
            if self.has_room(comfort, limit) {
                return true;
            }
            if began.elapsed() >= max || !self.ring.is_formatter_alive() {
                return self.has_room(need, limit);
            }
        }
    }

    fn has_room(&mut self, need: u64, limit: u64) -> bool {
        let words = &self.lane.control().head;
        // ORDERING: pair B, what lies before the head is the producer's again.
        let again = words.again.load(Ordering::Acquire);
        // ORDERING: as before; see `HeadWords`. It never goes back, nor past the tail.
        if words.head.load(Ordering::Acquire) == again
            && (self.head_seen..=self.tail).contains(&again)
        {
            self.head_seen = again;
        }
        self.tail - self.head_seen + need <= limit
    }

    #[cold]
    #[inline(never)]
    fn shed(&self, reason: ShedReason) -> Outcome {
        let loss = &self.lane.control().loss;
        let order = self.ring.stamp();
        // ORDERING: a hint for a notice.
        let _first = loss.first_order.compare_exchange(0, order, Plain::Relaxed, Plain::Relaxed);
        // ORDERING: pair F.
        loss.shed(reason).fetch_add(1, Plain::Release);
        probe::dropped(reason.name(), 1);
        Outcome::Shed(reason)
    }

    #[cold]
    #[inline(never)]
    fn count_cuts(&self, cuts: u32) {
        // ORDERING: a counter.
        self.lane.control().loss.cuts.fetch_add(u64::from(cuts), Plain::Relaxed);
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        if self.ring.is_of_parent() {
            // The parent goes on with it.
            return;
        }
        let closed = if std::thread::panicking() { PANICKED } else { ENDED };
        // ORDERING: pair C, whoever sees the lane closed sees its last tail.
        self.lane.control().producer.closed.store(closed, Ordering::Release);
    }
}

impl fmt::Debug for Producer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer")
            .field("lane", &self.lane.id)
            .field("offered", &self.offered)
            .field("accepted", &self.accepted)
            .finish_non_exhaustive()
    }
}
