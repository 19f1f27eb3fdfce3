//! How far a buffer has come.

use std::collections::VecDeque;

use crate::sink::syslog::buffer::BufferAccount;
use crate::sink::syslog::buffer::entry::LAST_SEQUENCE;
use crate::sink::syslog::buffer::segment::Segment;
use crate::sink::syslog::buffer::state::{Last, State, StateFile};

/// Notices that nobody takes are not kept for ever.
const MOST_NOTICES: usize = 16;

/// The segments and the state, which both ends change.
#[derive(Debug)]
pub(super) struct Place {
    /// The oldest first.
    pub(super) segments: VecDeque<Segment>,
    /// The bytes of all segments.
    pub(super) bytes: u64,
    pub(super) state: State,
    /// What was lost behind what is settled: ranges, in their order, which do not overlap.
    gaps: VecDeque<(u64, u64)>,
    file: StateFile,
    /// Whether the last state could not be written.
    has_failed: bool,
    notices: Vec<String>,
}

/// What is to be read next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) first: u64,
    /// How far the segment is written.
    pub(super) until: u64,
    /// The last sequence that belongs there.
    pub(super) last: u64,
}

impl Place {
    pub(super) fn new(segments: Vec<Segment>, file: StateFile) -> Self {
        let bytes = segments.iter().map(|segment| segment.bytes).sum();
        Self {
            segments: segments.into(),
            bytes,
            state: State::default(),
            gaps: VecDeque::new(),
            file,
            has_failed: false,
            notices: Vec::new(),
        }
    }

    /// Begins with the last state that was written, and the last entry that is there.
    pub(super) fn recover(&mut self, last: Last, taken: u64) {
        let first = self.segments.front().map_or(1, |segment| segment.first);
        let (mut state, is_last) = match last {
            Last::Whole(state) => (state, true),
            Last::Older(state) => (state, false),
            Last::None | Last::Damaged => {
                let before = first - 1;
                let state =
                    State { base: before, settled: before, released: before, ..State::default() };
                (state, last == Last::None && self.segments.is_empty())
            }
        };
        state.taken = state.taken.max(taken).max(state.settled);
        if !is_last {
            // Nobody knows what was sent since.
            state.sent = state.sent.max(state.taken);
            if !self.segments.is_empty() {
                self.notice(
                    "the state of the buffer is damaged: some of its messages may be sent twice, \
                     all are marked"
                        .to_owned(),
                );
            }
        }
        self.state = state;
    }

    /// Takes `end` as the last entry's sequence.
    pub(super) fn cut(&mut self, end: u64) {
        let state = &mut self.state;
        self.gaps.retain_mut(|(from, to)| {
            *to = end.min(*to);
            from <= to
        });
        // What was settled behind it comes again.
        state.unsettle(state.settled.saturating_sub(end.max(state.base)));
        state.taken = end;
        for sequence in [&mut state.base, &mut state.settled, &mut state.released] {
            *sequence = end.min(*sequence);
        }
    }

    /// Takes this as the length of the last segment.
    pub(super) fn set_last_bytes(&mut self, bytes: u64) {
        if let Some(last) = self.segments.back_mut() {
            self.bytes = self.bytes - last.bytes + bytes;
            last.bytes = bytes;
        }
    }

    pub(super) fn pop_last(&mut self) {
        if let Some(last) = self.segments.pop_back() {
            self.bytes -= last.bytes;
        }
    }

    /// Writes the state down, so that the next run finds it.
    pub(super) fn write_state(&mut self) {
        match self.file.write(&self.state) {
            Ok(()) => self.has_failed = false,
            Err(error) if !self.has_failed => {
                self.has_failed = true;
                self.notice(format!(
                    "cannot write the state of the buffer: {error}; if this process is killed now, \
                     messages are sent twice"
                ));
            }
            Err(_) => {}
        }
    }

    /// Whether the state is on disk as it is.
    pub(super) const fn is_state_written(&self) -> bool {
        !self.has_failed
    }

    pub(super) const fn state_file(&self) -> &StateFile {
        &self.file
    }

    /// Where the entry with this sequence is to be read, or the first behind it that is there. What
    /// lies between was given up, or is lost. `None` when there is none.
    pub(super) fn part(&mut self, cursor: &mut u64) -> Option<Part> {
        let last = self.state.taken;
        if *cursor > last {
            return None;
        }
        let behind = self.segments.partition_point(|segment| segment.first <= *cursor);
        let next = self.segments.get(behind).map(|segment| segment.first);
        let Some(segment) = behind.checked_sub(1).and_then(|at| self.segments.get(at)) else {
            let first = next.unwrap_or(LAST_SEQUENCE).min(last + 1);
            self.lose(*cursor, first - 1, "a segment of the buffer is not there");
            *cursor = first;
            return self.part(cursor);
        };
        let last = next.map_or(last, |next| last.min(next - 1));
        Some(Part { first: segment.first, until: segment.bytes, last })
    }

    /// Settles all up to `upto`, and tells how many were not settled before.
    fn settle(&mut self, upto: u64) -> u64 {
        let mut count = 0;
        while self.state.settled < upto {
            let until = self.gaps.front().map_or(upto, |(from, _)| upto.min(from - 1));
            count += until - self.state.settled;
            self.state.settled = until;
            self.settle_gap();
        }
        count
    }

    /// What is lost right behind what is settled is settled too. Until then the state does not count
    /// it: the next run finds it again.
    fn settle_gap(&mut self) {
        while let Some((from, to)) =
            self.gaps.pop_front_if(|(from, _)| *from == self.state.settled + 1)
        {
            self.state.lost += to - from + 1;
            self.state.settled = to;
        }
    }

    /// Counts the entries from one sequence to another as lost, where they are not settled.
    pub(super) fn lose(&mut self, from: u64, to: u64, why: &str) {
        let mut count = 0;
        let mut at = from.max(self.state.settled + 1);
        let mut place = 0;
        while at <= to {
            match self.gaps.get(place).copied() {
                Some((_, known)) if known < at => place += 1,
                Some((known, until)) if known <= at => at = until + 1,
                gap => {
                    let until = gap.map_or(to, |(known, _)| to.min(known - 1));
                    self.gaps.insert(place, (at, until));
                    count += until - at + 1;
                    at = until + 1;
                }
            }
        }
        if count > 0 {
            self.notice(format!("{why}: {count} messages lost, sequence {from} to {to}"));
            self.settle_gap();
        }
    }

    pub(super) fn acknowledge(&mut self, upto: u64) {
        self.state.acknowledged += self.settle(upto.min(self.state.taken));
    }

    /// Takes what is behind `upto` as not settled, as far as it is not released. Whether anything was.
    pub(super) fn take_back(&mut self, upto: u64) -> bool {
        let state = &mut self.state;
        let upto = upto.max(state.released).max(state.base);
        let again = state.settled.saturating_sub(upto);
        state.unsettle(again);
        state.settled -= again;
        again > 0
    }

    /// Takes all up to `upto` as not needed any more, as far as it is settled. The segments that are
    /// then to be deleted.
    pub(super) fn release(&mut self, upto: u64) -> Vec<Segment> {
        self.state.released = self.state.released.max(upto.min(self.state.settled));
        let mut done = Vec::new();
        while self.segments.get(1).is_some_and(|next| next.first <= self.state.released + 1) {
            done.extend(self.pop_first());
        }
        done
    }

    /// Gives up the oldest segment, if all of it is settled, or if it may be given up anyhow.
    pub(super) fn make_room(&mut self, even_if_unsent: bool) -> Option<Segment> {
        let last = self.segments.get(1)?.first - 1;
        if last > self.state.settled {
            if !even_if_unsent {
                return None;
            }
            self.state.given_up += self.settle(last);
        }
        self.state.released = self.state.released.max(last);
        self.pop_first()
    }

    fn pop_first(&mut self) -> Option<Segment> {
        let first = self.segments.pop_front()?;
        self.bytes -= first.bytes;
        Some(first)
    }

    #[cold]
    pub(super) fn notice(&mut self, notice: String) {
        if self.notices.len() < MOST_NOTICES {
            self.notices.push(notice);
        }
    }

    pub(super) fn take_notices(&mut self) -> Vec<String> {
        core::mem::take(&mut self.notices)
    }

    pub(super) fn account(&self) -> BufferAccount {
        let lost_ahead = self.gaps.iter().map(|(from, to)| to - from + 1).sum();
        BufferAccount::of(&self.state, lost_ahead, self.bytes)
    }
}
