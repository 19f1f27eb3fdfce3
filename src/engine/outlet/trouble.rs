//! A sink that does not take its lines: how long they are held, what is given up, what is told.

use std::io;

use super::{News, Outlet, Settled};
use crate::base::probe;

/// How long a batch that cannot be written is held before it is given up (contract C5).
const HOLD_NANOS: u64 = 5_000_000_000;

/// How long a sink may make its lines wait before that is told.
const STALL_NANOS: u64 = 1_000_000_000;

/// How long a subscription's further errors are not told.
const REPORT_NANOS: u64 = 60_000_000_000;

/// The sink does not take lines.
#[derive(Debug)]
pub(super) struct Trouble {
    since_nanos: u64,
    lost: u64,
    pub(super) has_given_up: bool,
    /// A notice has told of it.
    told: bool,
}

impl Outlet {
    /// The sink has taken something again.
    pub(super) fn end_trouble(&mut self, now_nanos: u64) {
        if let Some(trouble) = self.trouble.take().filter(|it| it.told || it.lost > 0) {
            let seconds = now_nanos.saturating_sub(trouble.since_nanos) / 1_000_000_000;
            self.news.push(News::Resumed { seconds, lost: trouble.lost });
        }
    }

    #[cold]
    pub(super) fn not_taken(&mut self, error: &io::Error, now_nanos: u64) -> Settled {
        let new = Trouble { since_nanos: now_nanos, lost: 0, has_given_up: false, told: false };
        let is_first = self.trouble.is_none();
        let trouble = self.trouble.get_or_insert(new);
        let since_nanos = trouble.since_nanos;
        let is_due = match error.kind() {
            // A disk may take a moment now and then.
            io::ErrorKind::WouldBlock => {
                now_nanos.saturating_sub(since_nanos) >= STALL_NANOS && !trouble.told
            }
            _ => is_first,
        };
        if is_due {
            let told = self.report(error, now_nanos);
            if let Some(trouble) = &mut self.trouble {
                trouble.told |= told;
            }
        } else if error.kind() != io::ErrorKind::WouldBlock {
            self.account.errors += 1;
        }
        let Some(trouble) = &mut self.trouble else { return Settled::Held };
        // What has no room in a queue has none while it is held either.
        trouble.has_given_up |= error.kind() == io::ErrorKind::QuotaExceeded;
        if !trouble.has_given_up && now_nanos.saturating_sub(trouble.since_nanos) < HOLD_NANOS {
            return Settled::Held;
        }
        trouble.has_given_up = true;
        self.give_up_block(now_nanos);
        Settled::Yes
    }

    /// Counts the lines that the sink has whole as written and the others as failed.
    fn give_up_block(&mut self, now_nanos: u64) {
        let whole = self.whole(self.sent);
        let own = self.own_ends.iter().filter(|end| **end <= whole).count() as u64;
        let written = if self.composer.is_some() {
            self.event_ends.iter().filter(|end| **end <= whole).count() as u64
        } else {
            self.newlines(whole) - own
        };
        self.count_further_lines(whole);
        let lost = self.account.pending - written;
        self.account.written += written;
        self.account.failed += lost;
        probe::dropped("sink", lost);
        self.account.pending = 0;
        self.account.own_lines += own;
        self.account.own_lines_failed += self.own_ends.len() as u64 - own;
        self.account.bytes += whole as u64;
        if whole > 0 {
            self.wrote(now_nanos);
        }
        if whole < self.sent {
            let torn = (self.sent - whole) as u64;
            self.cut_to(self.sink.position().saturating_sub(torn), now_nanos);
        }
        if let Some(trouble) = &mut self.trouble {
            trouble.lost += lost;
        }
        self.clear();
    }

    /// Has an error told, unless one was within the last minute (contract C11). Whether it has.
    pub(super) fn report(&mut self, error: &io::Error, now_nanos: u64) -> bool {
        self.account.errors += 1;
        if now_nanos < self.next_report_nanos {
            return false;
        }
        self.next_report_nanos = now_nanos.saturating_add(REPORT_NANOS);
        self.news.push(News::Failed { place: self.place(), error: error.to_string() });
        true
    }

    /// Takes back what the sink has behind `position`.
    pub(super) fn cut_to(&mut self, position: u64, now_nanos: u64) {
        if let Err(error) = self.sink.cut(position) {
            self.report(&error, now_nanos);
        }
    }

    /// How much of the first `sent` bytes of the block is whole lines, or whole things that a
    /// composer made.
    fn whole(&self, sent: usize) -> usize {
        let taken = self.block.as_bytes().get(..sent).unwrap_or_default();
        if self.composer.is_none() {
            return memchr::memrchr(b'\n', taken).map_or(0, |end| end + 1);
        }
        let ends = self.event_ends.iter().chain(&self.own_ends);
        ends.copied().filter(|end| *end <= sent).max().unwrap_or(0)
    }
}
