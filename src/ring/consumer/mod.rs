mod account;

use std::sync::Arc;

use crate::base::{LaneAccount, Timestamp};
use crate::record::{HEAD_BYTES, Head, MAX_RECORD_BYTES, Record, SKIP};
use crate::ring::lane::{Lane, PANICKED};

use crate::ring::merge::Take;
use crate::ring::region::UNIT;
use crate::ring::sync::Ordering;
use crate::ring::window::Window;

pub(crate) use account::Untold;

/// The formatter's end of a lane.
///
/// Reading and giving back are two steps: what has been read stays in the lane until it is settled
/// (contract C6).
#[derive(Debug)]
pub(crate) struct Consumer {
    lane: Arc<Lane>,
    /// Where this consumer began.
    begun: u64,
    /// Everything before it has been read.
    position: u64,
    /// The tail as last read.
    tail: u64,
    /// What stands at `position`, when it has been looked at.
    next: Option<Next>,
    /// Where the tail was when `mark` was called.
    marked: u64,
    /// How often the record at `position` was left because it was stamped behind the horizon.
    pub(crate) left_behind: u8,
    /// Events read.
    pub(crate) drained: u64,
    /// Events that could not be read: what stood in their place was no record.
    pub(crate) malformed: u64,
    /// What notices have told of this lane.
    pub(crate) told: LaneAccount,
    /// A copy of what comes next, of lanes that somebody else can write.
    window: Option<Window>,
    /// The stamp of the last record: those behind it are not below.
    last_order: u64,
    /// Looks at which there was nothing.
    idle_looks: u8,
    /// The horizon of the round of the last look.
    looked_at: u64,
    /// From this position on no stamp is below `late_floor`: see `look_by`.
    late_from: u64,
    late_floor: u64,
    /// What is added to stamps, modulo 2^64: not 0 for those of another boot of the machine.
    shift: u64,
    /// What tells the times of stamps of another boot.
    past: Option<Past>,
    /// Something was skipped that was no record, and may have been several.
    has_gaps: bool,
    /// What stands at `position` is being skipped.
    is_skipping: bool,
    /// No tail that could be true was found: nothing more is read.
    is_condemned: bool,
    /// The process that wrote it is gone: what it counted last may not agree with what is there.
    is_orphan: bool,
}

#[derive(Clone, Copy, Debug)]
struct Next {
    order: u64,
    len: usize,
}

/// How much is looked at by one call in search of the next record, in units.
const MOST_SKIPPED: usize = 16 << 10;

/// A lane that has had nothing for so many rounds is not worth the memory of a copy.
const MOST_IDLE_LOOKS: u8 = 100;

/// No lane ever comes so far: an exabyte.
const FARTHEST: u64 = 1 << 60;

/// Where the reading of a lane begins, or has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) position: u64,
    pub(crate) drained: u64,
    pub(crate) malformed: u64,
    pub(crate) last_order: u64,
}

/// A moment of another boot of the machine, by whose stamps no time of now can be told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Past {
    pub(crate) counter: u64,
    pub(crate) wall: Timestamp,
    pub(crate) nanos_per_tick: f64,
}

impl Past {
    /// When a stamp of that boot was taken.
    fn time_of(&self, order: u64) -> Timestamp {
        let ticks = order.wrapping_sub(self.counter).cast_signed();
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
        let micros = (ticks as f64 * self.nanos_per_tick / 1000.0) as i64;
        Timestamp::from_micros(self.wall.micros().saturating_add(micros))
    }
}

impl Consumer {
    /// Reads a new lane of this process.
    pub(crate) const fn new(lane: Arc<Lane>) -> Self {
        Self {
            lane,
            begun: 0,
            position: 0,
            tail: 0,
            next: None,
            marked: 0,
            left_behind: 0,
            drained: 0,
            malformed: 0,
            told: LaneAccount::ZERO,
            window: None,
            last_order: 0,
            idle_looks: 0,
            looked_at: 0,
            late_from: 0,
            late_floor: 0,
            shift: 0,
            past: None,
            has_gaps: false,
            is_skipping: false,
            is_condemned: false,
            is_orphan: false,
        }
    }

    /// Reads on in a lane that another process writes, or wrote.
    pub(crate) fn of_other(lane: Arc<Lane>, progress: Progress, told: LaneAccount) -> Self {
        Self {
            begun: progress.position,
            position: progress.position,
            tail: progress.position,
            drained: progress.drained,
            malformed: progress.malformed,
            last_order: progress.last_order,
            told,
            window: Some(Window::default()),
            ..Self::new(lane)
        }
    }

    /// Reads a lane of another process of which nothing is known but what it says itself.
    pub(crate) fn of_unknown(lane: Arc<Lane>) -> Self {
        // ORDERING: stored by this consumer's predecessor, which has gone.
        let head = lane.control().head.head.load(Ordering::Relaxed);
        let tail = lane.control().producer.tail.load(Ordering::Acquire);
        let can_be = head.is_multiple_of(UNIT as u64)
            && tail < FARTHEST
            && tail.checked_sub(head).is_some_and(|held| held <= lane.size());
        // Where not even that is known, all that is there is read: rather twice than never.
        let all = if tail < FARTHEST { tail.saturating_sub(lane.size()) } else { 0 };
        let position = if can_be { head } else { all - all % UNIT as u64 };
        let progress = Progress { position, ..Progress::default() };
        let mut unknown = Self::of_other(lane, progress, LaneAccount::ZERO);
        if position > 0 {
            let accepted = unknown.lane.control().producer.accepted.load(Ordering::Relaxed);
            // Each took a unit at least, whatever the count says.
            let drained = accepted.saturating_sub(unknown.count_pending());
            unknown.drained = drained.min(position / UNIT as u64);
        }
        unknown
    }

    /// How far the reading has come.
    pub(crate) const fn progress(&self) -> Progress {
        Progress {
            position: self.position,
            drained: self.drained,
            malformed: self.malformed,
            last_order: self.last_order,
        }
    }

    /// Takes the stamps for those of another boot: `first`, the least of all lanes of it, becomes 1.
    pub(crate) fn rebase(&mut self, first: u64, past: Past) {
        self.next = None;
        self.last_order = 0;
        self.shift = 1u64.wrapping_sub(first);
        self.past = Some(past);
    }

    pub(crate) fn lane(&self) -> &Lane {
        &self.lane
    }

    /// Reads how far the producer is.
    #[inline]
    pub(crate) fn look(&mut self) {
        if self.window.is_some() {
            self.look_warily();
        } else {
            // ORDERING: pair A, the records before the tail are whole.
            self.tail = self.lane.control().producer.tail.load(Ordering::Acquire);
        }
    }

    /// Reads how far the producer is, in the round of this horizon.
    ///
    /// A lane of another process may lie about its stamps: one that always says the least would always
    /// be read first. What was not yet there at the look of the round before is taken for stamped at
    /// that round's horizon at least. This keeps causes before effects: if its `emit` had returned
    /// before one began that was stamped below that horizon, the look had seen it.
    pub(crate) fn look_by(&mut self, horizon: u64) {
        let before = self.tail;
        self.look();
        if self.window.is_some() {
            // Until the last such place is reached, it stands: what lies behind it is later still.
            if self.late_from <= self.position {
                (self.late_from, self.late_floor) = (before, self.looked_at);
            }
            self.looked_at = horizon;
            self.idle_looks =
                if self.position == self.tail { self.idle_looks.saturating_add(1) } else { 0 };
            if self.idle_looks == MOST_IDLE_LOOKS
                && let Some(window) = &mut self.window
            {
                window.forget();
            }
        }
    }

    /// The same, of a lane whose words may be anything.
    #[inline(never)]
    fn look_warily(&mut self) {
        let tail = self.published();
        let held = tail.wrapping_sub(self.position);
        if tail >= self.position
            && held <= self.lane.size()
            && tail.is_multiple_of(UNIT as u64)
            && (self.tail..FARTHEST).contains(&tail)
        {
            self.tail = tail;
        } else if !self.is_condemned {
            // Of a lane that nobody writes any more, all that looks like a record is tried.
            self.is_condemned = true;
            self.has_gaps = true;
            self.malformed += 1;
            self.drained += 1;
            if self.is_orphan {
                self.position = self.position.next_multiple_of(UNIT as u64);
                self.tail = self.position.saturating_add(self.lane.size());
            }
        }
    }

    /// The tail as it is now, if it can be true.
    fn newest_tail(&self) -> u64 {
        if self.is_condemned { self.tail } else { self.published() }
    }

    /// The tail as it is now.
    fn published(&self) -> u64 {
        if let Some(file) = &self.lane.file {
            file.refresh(self.lane.control());
        }
        // ORDERING: pair A, the records before the tail are whole.
        self.lane.control().producer.tail.load(Ordering::Acquire)
    }

    /// The stamp of the next record, if there is one before the tail that was last read.
    #[inline]
    pub(crate) fn next_order(&mut self) -> Option<u64> {
        match self.next {
            Some(next) => Some(next.order),
            None if self.position == self.tail => None,
            None => self.find_next(),
        }
    }

    /// The next record and what it takes to pass it. Call it after `next_order` gave a stamp.
    #[inline]
    pub(crate) fn record(&self) -> Option<Record<'_>> {
        let next = self.next?;
        if let Some(window) = &self.window {
            return self.record_of_other(window, next);
        }
        self.own_record(next)
    }

    /// The next record of a lane of this process.
    #[inline(always)]
    fn own_record(&self, next: Next) -> Option<Record<'_>> {
        // SAFETY: `find_own` has checked that the record lies before the tail (pair A) and does not
        // pass the data's end; the lane is this process's own.
        Record::read(unsafe { self.lane.region.to_read(self.index(), next.len) }).ok()
    }

    /// Gives the next records of a lane of this process to `taker`, up to a stamp that is not below
    /// `below`, until it says to stop. Whether it did. Call it after `next_order` gave a stamp.
    ///
    /// A record goes from the lane to the line by value: put together in memory, each line waited
    /// until that could be read as a whole.
    #[inline(always)]
    pub(crate) fn drain_own(&mut self, below: u64, taker: &mut impl Take) -> bool {
        let mut found = self.next.take();
        self.left_behind = 0;
        while let Some(next) = found {
            let Some(record) = self.own_record(next) else {
                self.pass_malformed(next);
                break;
            };
            let goes_on = taker.take(record);
            self.end_record(next);
            if !goes_on {
                return true;
            }
            found = self.find_own();
            if found.is_none_or(|next| next.order >= below) {
                self.next = found;
                break;
            }
        }
        false
    }

    /// The same for a lane of another process.
    #[inline(never)]
    pub(crate) fn drain_of_other(&mut self, below: u64, taker: &mut dyn Take) -> bool {
        while let Some(next) = self.next {
            let goes_on = self.record().map(|record| taker.take(record));
            self.next = None;
            self.left_behind = 0;
            let Some(goes_on) = goes_on else {
                self.pass_malformed(next);
                break;
            };
            self.end_record(next);
            if !goes_on {
                return true;
            }
            if self.next_order().is_none_or(|order| order >= below) {
                break;
            }
        }
        false
    }

    /// Counts a record that was taken, and passes it.
    #[inline(always)]
    const fn end_record(&mut self, next: Next) {
        self.drained += 1;
        self.position += next.len.next_multiple_of(UNIT) as u64;
        self.last_order = next.order;
    }

    /// The same for one of which nothing could be made.
    #[cold]
    #[inline(never)]
    const fn pass_malformed(&mut self, next: Next) {
        self.malformed += 1;
        self.end_record(next);
    }

    #[inline(never)]
    fn record_of_other<'s>(&self, window: &'s Window, next: Next) -> Option<Record<'s>> {
        let mut record = Record::read(window.bytes(self.position, next.len)?).ok()?;
        if let Some(past) = &self.past {
            record.time = record.time.or_else(|| Some(past.time_of(record.order)));
        }
        Some(Record { order: next.order, ..record })
    }

    /// Takes the next record for one of this stamp: its own is not one of our counter.
    pub(crate) fn restamp(&mut self, order: u64) {
        let order = order.max(self.last_order);
        self.next = self.next.map(|next| Next { order, ..next });
    }

    /// Passes the record that `record` gave.
    #[inline]
    pub(crate) fn pass(&mut self) {
        if let Some(next) = self.next.take() {
            self.position += next.len.next_multiple_of(UNIT) as u64;
            self.last_order = next.order;
            self.left_behind = 0;
        }
    }

    /// Gives back everything that has been read.
    #[inline]
    pub(crate) fn give_back(&self) {
        if !self.is_settled() {
            self.lane.give_back(self.position);
        }
    }

    /// Whether nothing is left to read, by a fresh look at the tail.
    pub(crate) fn is_drained(&self) -> bool {
        if self.is_condemned {
            return self.position >= self.tail;
        }
        // ORDERING: behind the doorbell's fence (pair D), and before nothing.
        self.published() == self.position
    }

    /// Whether the producer is gone and everything has been read. `None` as long as it is not;
    /// then whether it was panicking.
    pub(crate) fn ended(&self) -> Option<bool> {
        let words = &self.lane.control().producer;
        // ORDERING: pair C, the tail behind it is the last one.
        let closed = words.closed.load(Ordering::Acquire);
        if (closed != 0 || self.is_orphan) && self.is_drained() {
            Some(closed == PANICKED)
        } else {
            None
        }
    }

    /// Whether another process writes the lane, or wrote it.
    pub(crate) const fn is_of_other(&self) -> bool {
        self.window.is_some()
    }

    /// Takes the lane's file away, if it is one: everything in it is settled. Where that fails, the
    /// next run finds that there is nothing to be read in it.
    pub(crate) fn remove(&self) {
        if let Some(file) = &self.lane.file {
            file.remove().ok();
        }
    }

    /// The process that writes the lane is gone: what is there is all that there will be.
    pub(crate) const fn orphan(&mut self) {
        self.is_orphan = true;
    }

    /// Whether the process that wrote it is gone without having closed it.
    pub(crate) const fn is_orphan(&self) -> bool {
        self.is_orphan
    }

    /// Remembers what is published now.
    pub(crate) fn mark(&mut self) {
        // ORDERING: pair A; who asks for a flush has been told of the emits before it.
        self.marked = self.newest_tail();
        if self.marked.wrapping_sub(self.position) > self.lane.size() {
            // No tail that could be true: there is nothing to wait for.
            self.marked = self.position;
        }
    }

    /// Whether everything that was published at `mark` has been read.
    pub(crate) const fn is_past_mark(&self) -> bool {
        self.position >= self.marked
    }

    /// Whether everything that has been read has been given back.
    #[inline]
    pub(crate) fn is_settled(&self) -> bool {
        // ORDERING: the consumer's own store, read by itself.
        self.lane.control().head.again.load(Ordering::Relaxed) == self.position
    }

    #[inline]
    fn index(&self) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "masked by a size that is a usize")]
        let index = (self.position & (self.lane.size() - 1)) as usize;
        index
    }

    /// The `len` bytes at `position`, of a lane that somebody else wrote.
    fn bytes(&self, len: usize) -> Option<&[u8]> {
        self.window.as_ref()?.bytes(self.position, len)
    }

    /// The head of what stands at `position` there, before the tail.
    fn head(&mut self) -> Option<Head> {
        self.window.as_mut()?.reach(&self.lane, self.position, self.tail);
        head_of(self.bytes(HEAD_BYTES)?)
    }

    /// Whether a head can be that of what stands at `position`.
    #[inline]
    fn is_possible(&self, head: &Head) -> bool {
        let slot = (head.len as usize).next_multiple_of(UNIT);
        head.len as usize >= HEAD_BYTES
            && slot as u64 <= self.tail - self.position
            && (self.index() + slot) as u64 <= self.lane.size()
    }

    /// Looks at the record at `position`, passing what only fills the lane.
    #[inline]
    fn find_next(&mut self) -> Option<u64> {
        if self.window.is_some() {
            return self.find_next_of_other();
        }
        self.next = self.find_own();
        self.next.map(|next| next.order)
    }

    /// The same in a lane of this process, without making it the next record.
    #[inline(always)]
    fn find_own(&mut self) -> Option<Next> {
        while self.position != self.tail {
            // SAFETY: positions are multiples of a unit, which is larger than a head, and there is
            // at least one unit before the tail (pair A).
            let bytes = unsafe { self.lane.region.to_read(self.index(), HEAD_BYTES) };
            let Some(head) = head_of(bytes).filter(|head| self.is_possible(head)) else {
                // This process's own memory is damaged: nothing in it is to be trusted.
                self.count_damage();
                self.position = self.tail;
                return None;
            };
            if head.flags & SKIP == 0 {
                return Some(Next { order: head.order, len: head.len as usize });
            }
            self.position += (head.len as usize).next_multiple_of(UNIT) as u64;
        }
        None
    }

    /// The same in a lane that somebody else wrote: of what stands there nothing is taken for granted.
    #[inline(never)]
    fn find_next_of_other(&mut self) -> Option<u64> {
        if self.is_skipping {
            return self.skip_on();
        }
        while self.position != self.tail {
            let Some(head) = self.head().filter(|head| self.is_possible(head)) else {
                return self.skip_damage();
            };
            let len = head.len as usize;
            if head.flags & SKIP == 0 {
                if !self.can_be_trusted(&head) {
                    return self.skip_damage();
                }
                // The stamps of a lane do not fall.
                let floor = if self.position < self.late_from { 0 } else { self.late_floor };
                let order = head.order.wrapping_add(self.shift).max(self.last_order).max(floor);
                self.next = Some(Next { order, len });
                return Some(order);
            }
            self.position += len.next_multiple_of(UNIT) as u64;
        }
        None
    }

    /// Whether what a head begins is the next record, in a lane that somebody else wrote.
    fn can_be_trusted(&self, head: &Head) -> bool {
        // Behind the true tail of a condemned lane stand records of its last turn.
        let is_old = self.is_condemned && head.order.wrapping_add(self.shift) < self.last_order;
        !is_old && self.is_sound(head)
    }

    /// Whether a head is that of a whole record.
    fn is_sound(&self, head: &Head) -> bool {
        head.len as usize <= MAX_RECORD_BYTES
            && self.bytes(head.len as usize).is_some_and(|bytes| Record::read(bytes).is_ok())
    }

    /// What stands at `position` is no record: passes it, up to the next that is one, and is
    /// followed by others or the tail. It is counted as one event until more is known.
    #[cold]
    #[inline(never)]
    fn skip_damage(&mut self) -> Option<u64> {
        self.count_damage();
        self.is_skipping = true;
        self.skip_on()
    }

    #[cold]
    #[inline(never)]
    const fn count_damage(&mut self) {
        self.has_gaps = true;
        self.malformed += 1;
        self.drained += 1;
    }

    /// Goes on with what is skipped, as far as one call may: a lane may be large and another user's,
    /// and the other lanes are not to wait for it.
    #[cold]
    fn skip_on(&mut self) -> Option<u64> {
        let mut left = MOST_SKIPPED;
        while self.position < self.tail {
            if left == 0 {
                return None;
            }
            // Each step goes on by a unit, so it ends.
            self.position += UNIT as u64;
            left = left.saturating_sub(1);
            if self.position != self.tail && self.is_in_line(&mut left) {
                self.is_skipping = false;
                return self.find_next();
            }
        }
        self.is_skipping = false;
        None
    }

    /// Whether a record begins at `position` that stands in line: its stamp is not below the last
    /// one's, its event is one of the catalogue and can be decoded, and what follows could be a
    /// record as well. What looking costs is taken from `left`.
    fn is_in_line(&mut self, left: &mut usize) -> bool {
        let Some(head) = self.head().filter(|head| self.is_possible(head)) else { return false };
        if head.flags & SKIP != 0 {
            // Nothing is known of it but that it reaches to the lane's end.
            return (self.index() + head.len as usize) as u64 == self.lane.size();
        }
        if head.order.wrapping_add(self.shift) < self.last_order || !self.is_sound(&head) {
            return false;
        }
        *left = left.saturating_sub(head.len as usize / UNIT);
        let is_decoded = self
            .bytes(head.len as usize)
            .and_then(|bytes| Record::read(bytes).ok())
            .is_some_and(|record| record.is_of_catalogue());
        if !is_decoded {
            return false;
        }
        let here = self.position;
        self.position += (head.len as usize).next_multiple_of(UNIT) as u64;
        let follows = self.position == self.tail
            || self.head().is_some_and(|next| {
                self.is_possible(&next) && (next.flags & SKIP != 0 || next.order >= head.order)
            });
        self.position = here;
        follows
    }
}

/// Reads a head from its bytes.
#[inline]
fn head_of(bytes: &[u8]) -> Option<Head> {
    let (first, rest) = bytes.split_first_chunk::<8>()?;
    let (second, _) = rest.split_first_chunk::<8>()?;
    Some(Head::from_words([u64::from_le_bytes(*first), u64::from_le_bytes(*second)]))
}
