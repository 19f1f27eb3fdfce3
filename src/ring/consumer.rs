use std::sync::Arc;
use std::sync::atomic::Ordering as Plain;

use crate::base::{LaneAccount, Timestamp};
use crate::record::{HEAD_BYTES, Head, MAX_RECORD_BYTES, Record, SKIP};
use crate::ring::lane::{Lane, PANICKED, ShedReason};
use crate::ring::lane_file::{LaneFile, Reach};
use crate::ring::region::UNIT;
use crate::ring::sync::Ordering;
use crate::ring::window::Window;

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
        // SAFETY: `find_next` has checked that the record lies before the tail (pair A) and does
        // not pass the data's end; the lane is this process's own.
        Record::read(unsafe { self.lane.region.to_read(self.index(), next.len) }).ok()
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

    /// The lane's account while events may come: what had become of each when the tail was read.
    ///
    /// An event whose `emit` is under way counts when it is in the lane or was shed, not before.
    pub(crate) fn account(&self) -> LaneAccount {
        let before = self.counts();
        let pending = self.count_pending();
        self.account_with(&before, pending)
    }

    /// The same, with so many events pending, counted since the producer's counts were `before`.
    pub(crate) fn account_with(&self, before: &LaneAccount, pending: u64) -> LaneAccount {
        let may_move = u64::from(self.ended().is_none());
        let after = self.counts();
        let mut account = LaneAccount { pending, ..after };
        self.settle_gaps(&mut account, before.accepted);

        // The producer's counts are taken before and behind, since it moves meanwhile: what is there
        // has to lie between them, or something was lost or doubled, which the account then shows.
        let there = account.drained.saturating_add(pending);
        let decided = there.saturating_add(account.shed());
        let in_lane_uncounted = after.offered > after.accepted.saturating_add(after.shed());
        let most = after.accepted.saturating_add(u64::from(in_lane_uncounted));
        if (before.accepted..=most).contains(&there)
            && (before.offered.saturating_sub(may_move)..=after.offered).contains(&decided)
        {
            account.accepted = there;
            account.offered = decided;
        }
        account
    }

    /// What was lost of the lane, and all else that notices tell of: pending events are left out.
    pub(crate) fn tally(&self) -> LaneAccount {
        let counts = self.counts();
        let mut account = counts;
        self.settle_gaps(&mut account, counts.accepted);
        account
    }

    /// What the lane's two ends have counted.
    pub(crate) fn counts(&self) -> LaneAccount {
        let words = &self.lane.control().producer;
        let loss = &self.lane.control().loss;
        let mut account = LaneAccount {
            // ORDERING: pair F. What was accepted or shed has been offered, so that is read last.
            accepted: words.accepted.load(Ordering::Acquire),
            drained: self.drained,
            malformed: self.malformed,
            // ORDERING: a counter of its own.
            cut_fields: loss.cuts.load(Plain::Relaxed),
            ..LaneAccount::default()
        };
        for reason in ShedReason::ALL {
            // ORDERING: pair F.
            *reason.term(&mut account) += loss.shed(reason).load(Plain::Acquire);
        }
        // ORDERING: pair F.
        account.offered = words.offered.load(Ordering::Acquire);
        account
    }

    /// Makes good in an account for what a lane cannot say itself, once it is empty.
    ///
    /// What was skipped as no record may have been several events, and a length that was damaged may
    /// have covered some: the producer's count of those that it handed over, taken before the
    /// pending ones were counted, tells how many. It counts an event behind the store
    /// that hands it over, so a process that was killed between the two has handed over one more
    /// than it counted, and has offered one that it did not hand over if it was killed before.
    fn settle_gaps(&self, account: &mut LaneAccount, handed_over: u64) {
        let has_ended = self.ended().is_some();
        let is_empty = account.pending == 0 && self.position == self.newest_tail();
        if has_ended || self.has_gaps && is_empty {
            let known = account.drained.saturating_add(account.pending);
            let more = handed_over.saturating_sub(known);
            // So many have not been there: who says so does not count, it lies.
            if more <= self.position.saturating_sub(self.begun) / UNIT as u64 {
                account.drained += more;
                account.malformed += more;
            }
        }
        // Of a lane of another process that has ended, and of one of another user, what is there
        // counts, and not what it says.
        let reach = self.lane.file.as_ref().map(LaneFile::reach);
        if self.is_orphan || has_ended && self.window.is_some() || reach == Some(Reach::Read) {
            account.accepted = account.drained + account.pending;
            account.offered = account.accepted.saturating_add(account.shed());
        }
    }

    /// Whether anything was lost that no notice has told of.
    pub(crate) fn has_untold(&self) -> bool {
        let account = self.tally();
        account.shed() != self.told.shed()
            || account.malformed != self.told.malformed
            || account.cut_fields != self.told.cut_fields
    }

    /// The stamp of the first event that was shed since the last call.
    pub(crate) fn take_first_loss(&self) -> Option<u64> {
        // ORDERING: a hint for a notice.
        match self.lane.control().loss.first_order.swap(0, Plain::Relaxed) {
            0 => None,
            order => Some(order),
        }
    }

    /// How many bytes of the lane the producer can't use yet.
    pub(crate) fn held_bytes(&self) -> u64 {
        let words = self.lane.control();
        // ORDERING: the head is the consumer's own store; the tail is a figure for people.
        let tail = words.producer.tail.load(Ordering::Relaxed);
        tail.saturating_sub(words.head.again.load(Ordering::Relaxed)).min(self.lane.size())
    }

    /// Counts the events that are published and not yet read.
    pub(crate) fn count_pending(&self) -> u64 {
        let mut copy = Self {
            position: self.position,
            tail: self.tail,
            window: self.window.as_ref().map(|_| Window::default()),
            last_order: self.last_order,
            shift: self.shift,
            past: self.past,
            is_skipping: self.is_skipping,
            is_condemned: self.is_condemned,
            is_orphan: self.is_orphan,
            ..Self::new(Arc::clone(&self.lane))
        };
        if !copy.is_condemned {
            copy.look();
        }
        let mut pending = 0;
        while copy.next_order().is_some() {
            pending += 1;
            copy.pass();
        }
        pending
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
        while self.position != self.tail {
            // SAFETY: positions are multiples of a unit, which is larger than a head, and there is
            // at least one unit before the tail (pair A).
            let bytes = unsafe { self.lane.region.to_read(self.index(), HEAD_BYTES) };
            let Some(head) = head_of(bytes).filter(|head| self.is_possible(head)) else {
                return self.skip_damage();
            };
            if head.flags & SKIP == 0 {
                self.next = Some(Next { order: head.order, len: head.len as usize });
                return Some(head.order);
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
        self.has_gaps = true;
        self.malformed += 1;
        self.drained += 1;
        if self.window.is_none() {
            // This process's own memory is damaged: nothing in it is to be trusted.
            self.position = self.tail;
            return None;
        }
        self.is_skipping = true;
        self.skip_on()
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
