//! What became of a lane's events: its part of the ledger (contract C10).

use std::sync::Arc;
use std::sync::atomic::Ordering as Plain;

use crate::base::LaneAccount;
use crate::ring::consumer::Consumer;
use crate::ring::lane::ShedReason;
use crate::ring::lane_file::{LaneFile, Reach};
use crate::ring::region::UNIT;
use crate::ring::sync::Ordering;
use crate::ring::window::Window;

/// What a lane lost that no notice has told of. It outlives the lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Untold {
    /// The lane's number.
    pub(crate) lane: u64,
    /// What has been told.
    pub(crate) before: LaneAccount,
    /// What there is to tell.
    pub(crate) now: LaneAccount,
    /// The stamp of the first event that was shed.
    pub(crate) first: Option<u64>,
}

fn differs(now: &LaneAccount, told: &LaneAccount) -> bool {
    now.shed() != told.shed()
        || now.malformed != told.malformed
        || now.cut_fields != told.cut_fields
}

impl Consumer {
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
        // What a gap covered is known while the lane is empty. Once told it stays told, though the
        // lane fills again.
        account.malformed = account.malformed.max(self.told.malformed);
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
        differs(&self.tally(), &self.told)
    }

    /// What was lost that no notice has told of: one tells of it now.
    pub(crate) fn take_untold(&mut self) -> Option<Untold> {
        let now = self.tally();
        if !differs(&now, &self.told) {
            return None;
        }
        // ORDERING: a hint for a notice.
        let first = self.lane.control().loss.first_order.swap(0, Plain::Relaxed);
        let before = core::mem::replace(&mut self.told, now);
        Some(Untold { lane: self.lane.id, before, now, first: (first != 0).then_some(first) })
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
}
