//! Where messages wait, and where those that may have to be sent again are kept.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::base::{Level, Timestamp};
use crate::sink::syslog::frame::Message;
use crate::subscription::{Ids, Mark};

/// Bytes of lines that a batch takes before the next one is begun.
const BATCH_BYTES: usize = 256 << 10;

/// What a message costs besides its bytes, as the bound of the queue counts it.
const OVERHEAD: usize = 32;

/// One message of a batch.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Where its line ends, without its line feed; the next one begins a byte further on.
    end: u32,
    level: Level,
    time: Timestamp,
}

/// Messages that were handed over together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    lines: Vec<u8>,
    entries: Vec<Entry>,
    /// One for each entry, or none at all.
    ids: Vec<Ids>,
}

impl Batch {
    /// Takes marked lines, the first of which begins at `start`, until it is full; returns behind which
    /// byte and how many marks.
    ///
    /// A mark that is several lines is as many messages.
    pub(crate) fn take(
        &mut self,
        lines: &[u8],
        marks: &[Mark],
        start: usize,
        with_ids: bool,
    ) -> (usize, usize) {
        self.clear();
        let mut at = start;
        for (index, mark) in marks.iter().enumerate() {
            let Some(part) = lines.get(at..mark.end) else { return (at, index) };
            if !self.lines.is_empty() && self.lines.len() + part.len() > BATCH_BYTES {
                return (at, index);
            }
            let base = self.lines.len();
            self.lines.extend_from_slice(part);
            if !part.ends_with(b"\n") {
                self.lines.push(b'\n');
            }
            let taken = self.lines.get(base..).unwrap_or_default();
            for end in memchr::memchr_iter(b'\n', taken) {
                let end = u32::try_from(base + end).unwrap_or(u32::MAX);
                self.entries.push(Entry { end, level: mark.level, time: mark.time });
                if with_ids {
                    self.ids.push(mark.ids);
                }
            }
            at = mark.end;
        }
        (at, marks.len())
    }

    /// Appends one message.
    pub(crate) fn push(&mut self, line: &[u8], level: Level, time: Timestamp, ids: Ids) {
        self.lines.extend_from_slice(line);
        let end = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        self.lines.push(b'\n');
        self.entries.push(Entry { end, level, time });
        self.ids.push(ids);
    }

    /// Its messages.
    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Bytes that it counts for.
    pub(crate) const fn weight(&self) -> usize {
        self.lines.len() + self.entries.len() * OVERHEAD
    }

    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        self.entries.clear();
        self.ids.clear();
    }

    /// One of its messages, by its place; its number is not set.
    pub(crate) fn message(&self, index: usize) -> Option<Message<'_>> {
        let entry = self.entries.get(index)?;
        let start = match index.checked_sub(1).and_then(|before| self.entries.get(before)) {
            Some(before) => before.end as usize + 1,
            None => 0,
        };
        let ids = self.ids.get(index).copied().unwrap_or_default();
        Some(Message {
            line: self.lines.get(start..entry.end as usize)?,
            time: entry.time,
            level: Some(entry.level),
            ids: [ids.mid, ids.icid, ids.dcid, ids.rid],
            sequence: None,
            is_resent: false,
        })
    }
}

/// Messages in memory, by number.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    batches: VecDeque<Arc<Batch>>,
    /// The number of the first message of the first batch, and that behind the last one.
    first: u64,
    end: u64,
    /// The batch that the next message is in, its place there, and its number.
    cursor: (usize, usize, u64),
    /// How many batches at the front are acknowledged as a whole, the number behind their last
    /// message, and what they weigh.
    settled: (usize, u64, usize),
}

impl Memory {
    pub(crate) fn push(&mut self, batch: Arc<Batch>) {
        self.end += batch.len() as u64;
        self.batches.push_back(batch);
    }

    /// Forgets all, and goes on with this number.
    pub(crate) fn restart(&mut self, number: u64) {
        self.batches.clear();
        (self.first, self.end) = (number, number);
        self.cursor = (0, 0, number);
        self.settled = (0, number, 0);
    }

    /// The number behind the last message.
    pub(crate) const fn end(&self) -> u64 {
        self.end
    }

    /// The message of this number, which is mostly the one behind the last that was asked for.
    pub(crate) fn message(&mut self, number: u64) -> Option<Message<'_>> {
        if number != self.cursor.2 {
            self.seek(number);
        }
        let (mut batch, mut index, _) = self.cursor;
        while self.batches.get(batch)?.len() <= index {
            batch += 1;
            index = 0;
        }
        self.cursor = (batch, index + 1, number + 1);
        let message = self.batches.get(batch)?.message(index)?;
        Some(Message { sequence: Some(number), ..message })
    }

    /// Tells how far messages are acknowledged, which may be less far than before; returns the
    /// weight of batches that are now, less that of those that are no longer.
    pub(crate) fn settle(&mut self, acked: u64) -> isize {
        let before = self.settled.2;
        if acked < self.settled.1 {
            self.settled = (0, self.first, 0);
        }
        while let Some(batch) = self.batches.get(self.settled.0) {
            let end = self.settled.1 + batch.len() as u64;
            if end > acked {
                break;
            }
            self.settled = (self.settled.0 + 1, end, self.settled.2 + batch.weight());
        }
        self.settled.2.cast_signed() - before.cast_signed()
    }

    /// What acknowledged batches weigh that are kept.
    pub(crate) const fn kept_weight(&self) -> usize {
        self.settled.2
    }

    /// The number behind the last message of the first batch.
    pub(crate) fn first_end(&self) -> u64 {
        self.first + self.batches.front().map_or(0, |batch| batch.len() as u64)
    }

    /// Lets go of batches whose messages are all before `held`, into `spare`.
    pub(crate) fn release(&mut self, held: u64, spare: &mut Vec<Arc<Batch>>) {
        while self.settled.0 > 0 && self.first_end() <= held {
            let Some(batch) = self.batches.pop_front() else { break };
            self.first += batch.len() as u64;
            self.settled.0 -= 1;
            self.settled.2 -= batch.weight();
            match self.cursor.0.checked_sub(1) {
                Some(before) => self.cursor.0 = before,
                None => self.cursor = (0, 0, self.first),
            }
            spare.push(batch);
        }
    }

    fn seek(&mut self, number: u64) {
        let mut start = self.first;
        for (index, batch) in self.batches.iter().enumerate() {
            let end = start + batch.len() as u64;
            if number < end {
                let inside = usize::try_from(number.saturating_sub(start)).unwrap_or(usize::MAX);
                self.cursor = (index, inside, number);
                return;
            }
            start = end;
        }
        self.cursor = (self.batches.len(), 0, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(lines: &[&str]) -> Arc<Batch> {
        let bytes = lines.concat().into_bytes();
        let mut end = 0;
        let marks: Vec<_> = lines
            .iter()
            .map(|line| {
                end += line.len();
                Mark::new(end, Timestamp::from_seconds(1), Level::Info)
            })
            .collect();
        let mut batch = Batch::default();
        assert_eq!(batch.take(&bytes, &marks, 0, false), (end, lines.len()));
        Arc::new(batch)
    }

    fn line(memory: &mut Memory, number: u64) -> Option<String> {
        memory.message(number).map(|m| String::from_utf8_lossy(m.line).into_owned())
    }

    #[test]
    fn messages_are_found_by_number_forwards_and_again() {
        let mut memory = Memory::default();
        memory.push(batch(&["0\n", "1\n"]));
        memory.push(batch(&["2\n", "3\n4\n"]));
        for number in [0, 1, 2, 3, 4, 2, 3, 0, 4, 1] {
            assert_eq!(line(&mut memory, number).unwrap(), number.to_string());
        }
        assert_eq!(line(&mut memory, 5), None);
        memory.push(batch(&["5\n"]));
        assert_eq!(line(&mut memory, 5).unwrap(), "5");
    }

    #[test]
    fn batches_are_let_go_when_all_of_them_is_settled() {
        let (mut memory, mut spare) = (Memory::default(), Vec::new());
        for lines in [&["0\n", "1\n"], &["2\n", "3\n"]] {
            memory.push(batch(lines));
        }
        assert_eq!(memory.settle(1), 0);
        memory.release(1, &mut spare);
        assert!(spare.is_empty());
        assert_eq!(memory.settle(3), 4 + 2 * OVERHEAD as isize);
        assert_eq!(line(&mut memory, 3).unwrap(), "3");
        memory.release(3, &mut spare);
        assert_eq!((spare.len(), memory.first, memory.kept_weight()), (1, 2, 0));
        assert_eq!(line(&mut memory, 2).unwrap(), "2", "the cursor moves along");
        assert_eq!(memory.settle(4), 4 + 2 * OVERHEAD as isize);
        assert_eq!(memory.settle(2), -(4 + 2 * OVERHEAD as isize), "an end without order");
    }

    #[test]
    fn a_batch_ends_behind_a_mark() {
        let line = [b"x".repeat(BATCH_BYTES / 2), b"\n".to_vec()].concat();
        let bytes = line.repeat(3);
        let marks: Vec<_> =
            (1..=3).map(|n| Mark::new(n * line.len(), Timestamp::default(), Level::Info)).collect();
        let mut batch = Batch::default();
        assert_eq!(batch.take(&bytes, &marks, 0, true), (line.len(), 1));
        assert_eq!((batch.len(), batch.ids.len()), (1, 1));
        let long = [b"y".repeat(BATCH_BYTES * 2), b"\n".to_vec()].concat();
        let mark = Mark::new(long.len(), Timestamp::default(), Level::Info);
        assert_eq!(batch.take(&long, &[mark], 0, false), (long.len(), 1), "one is always taken");
    }
}
