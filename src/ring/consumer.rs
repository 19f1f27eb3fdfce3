use std::sync::Arc;
use std::sync::atomic::Ordering as Plain;

use crate::base::LaneAccount;
use crate::record::{HEAD_BYTES, Head, Record, SKIP};
use crate::ring::lane::{Lane, ShedReason};
use crate::ring::region::UNIT;
use crate::ring::sync::Ordering;

/// The formatter's end of a lane.
///
/// Reading and giving back are two steps: what has been read stays in the lane until it is settled
/// (contract C6).
#[derive(Debug)]
pub(crate) struct Consumer {
    lane: Arc<Lane>,
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
    /// Records that were not what a record must be; the rest of the lane up to its tail went with
    /// them, as their length cannot be trusted.
    pub(crate) malformed: u64,
    /// What notices have told of this lane.
    pub(crate) told: LaneAccount,
}

#[derive(Clone, Copy, Debug)]
struct Next {
    order: u64,
    len: usize,
}

impl Consumer {
    pub(crate) const fn new(lane: Arc<Lane>) -> Self {
        Self {
            lane,
            position: 0,
            tail: 0,
            next: None,
            marked: 0,
            left_behind: 0,
            drained: 0,
            malformed: 0,
            told: LaneAccount::ZERO,
        }
    }

    pub(crate) fn lane(&self) -> &Lane {
        &self.lane
    }

    /// Reads how far the producer is.
    #[inline]
    pub(crate) fn look(&mut self) {
        // ORDERING: pair A, the records before the tail are whole.
        self.tail = self.lane.control().producer.tail.load(Ordering::Acquire);
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
        // SAFETY: `find_next` has checked that the record lies before the tail (pair A) and does
        // not pass the data's end.
        Record::read(unsafe { self.lane.region.to_read(self.index(), next.len) }).ok()
    }

    /// Passes the record that `record` gave.
    #[inline]
    pub(crate) fn pass(&mut self) {
        if let Some(next) = self.next.take() {
            self.position += next.len.next_multiple_of(UNIT) as u64;
            self.left_behind = 0;
        }
    }

    /// Gives back everything that has been read.
    #[inline]
    pub(crate) fn give_back(&self) {
        // ORDERING: pair B, the producer may overwrite what lies before the head.
        self.lane.control().head.store(self.position, Ordering::Release);
    }

    /// Whether nothing is left to read, by a fresh look at the tail.
    pub(crate) fn is_drained(&self) -> bool {
        // ORDERING: behind the doorbell's fence (pair D), and before nothing.
        self.lane.control().producer.tail.load(Ordering::Acquire) == self.position
    }

    /// Whether the producer is gone and everything has been read. `None` as long as it is not;
    /// then whether it was panicking.
    pub(crate) fn ended(&self) -> Option<bool> {
        let words = &self.lane.control().producer;
        // ORDERING: pair C, the tail behind it is the last one.
        if words.closed.load(Ordering::Acquire) && self.is_drained() {
            Some(words.panicked.load(Ordering::Relaxed))
        } else {
            None
        }
    }

    /// Remembers what is published now.
    pub(crate) fn mark(&mut self) {
        // ORDERING: pair A; who asks for a flush has been told of the emits before it.
        self.marked = self.lane.control().producer.tail.load(Ordering::Acquire);
    }

    /// Whether everything that was published at `mark` has been read.
    pub(crate) const fn is_past_mark(&self) -> bool {
        self.position >= self.marked
    }

    /// Whether everything that has been read has been given back.
    pub(crate) fn is_settled(&self) -> bool {
        // ORDERING: the consumer's own store, read by itself.
        self.lane.control().head.load(Ordering::Relaxed) == self.position
    }

    /// The lane's account, with this number of events pending.
    pub(crate) fn account(&self, pending: u64) -> LaneAccount {
        let words = &self.lane.control().producer;
        let loss = &self.lane.loss;
        // ORDERING: counters; they agree with each other when no `emit` is under way.
        let mut account = LaneAccount {
            offered: words.offered.load(Ordering::Relaxed),
            accepted: words.accepted.load(Ordering::Relaxed),
            drained: self.drained,
            pending,
            malformed: self.malformed,
            cut_fields: loss.cuts.load(Plain::Relaxed),
            ..LaneAccount::default()
        };
        for reason in ShedReason::ALL {
            *reason.term(&mut account) += loss.shed(reason).load(Plain::Relaxed);
        }
        account
    }

    /// Whether anything was lost that no notice has told of.
    pub(crate) fn has_untold(&self) -> bool {
        let account = self.account(0);
        account.shed() != self.told.shed()
            || account.malformed != self.told.malformed
            || account.cut_fields != self.told.cut_fields
    }

    /// The stamp of the first event that was shed since the last call.
    pub(crate) fn take_first_loss(&self) -> Option<u64> {
        // ORDERING: a hint for a notice.
        match self.lane.loss.first_order.swap(0, Plain::Relaxed) {
            0 => None,
            order => Some(order),
        }
    }

    /// How many bytes of the lane the producer can't use yet.
    pub(crate) fn held_bytes(&self) -> u64 {
        let words = self.lane.control();
        // ORDERING: the head is the consumer's own store; the tail is a figure for people.
        words.producer.tail.load(Ordering::Relaxed) - words.head.load(Ordering::Relaxed)
    }

    /// Counts the events that are published and not yet read.
    pub(crate) fn count_pending(&self) -> u64 {
        // ORDERING: pair A.
        let tail = self.lane.control().producer.tail.load(Ordering::Acquire);
        let mut copy = Self { tail, next: None, ..Self::new(Arc::clone(&self.lane)) };
        copy.position = self.position;
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

    /// Looks at the record at `position`, passing what only fills the lane.
    #[inline]
    fn find_next(&mut self) -> Option<u64> {
        while self.position != self.tail {
            let index = self.index();
            // SAFETY: positions are multiples of a unit, which is larger than a head, and there is
            // at least one unit before the tail (pair A).
            let bytes = unsafe { self.lane.region.to_read(index, HEAD_BYTES) };
            let (words, _) = bytes.as_chunks::<8>();
            let &[first, second] = words else { return self.give_up() };
            let head = Head::from_words([u64::from_le_bytes(first), u64::from_le_bytes(second)]);
            let len = head.len as usize;
            let slot = len.next_multiple_of(UNIT);
            if len < HEAD_BYTES
                || slot as u64 > self.tail - self.position
                || index + slot > self.lane.region.data_len()
            {
                return self.give_up();
            }
            if head.flags & SKIP == 0 {
                self.next = Some(Next { order: head.order, len });
                return Some(head.order);
            }
            self.position += slot as u64;
        }
        None
    }

    /// The lane's bytes are not to be trusted: what is in it is lost, and counted as one.
    #[cold]
    #[inline(never)]
    fn give_up(&mut self) -> Option<u64> {
        self.malformed += 1;
        self.position = self.tail;
        None
    }
}
