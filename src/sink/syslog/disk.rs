//! The queue's two ends where it is a buffer on disk.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::base::{Level, Timestamp};
use crate::sink::syslog::buffer::{BufferReader, BufferWriter, Entry, MAX_PAYLOAD};
use crate::sink::syslog::store::{Batch, Memory};
use crate::sink::syslog::window::Window;
use crate::subscription::{Ids, Mark};

/// Bytes that are read at once.
const PIECE: usize = 256 << 10;

/// How often the buffer is told what is acknowledged: what was since then is sent again, marked, by
/// the run that follows a crash.
const TELL: Duration = Duration::from_millis(50);

/// Appends marked lines to a buffer. How many bytes of them it took, and how many messages.
///
/// # Errors
/// [`io::ErrorKind::QuotaExceeded`] when it is full; whatever the disk says, and then nothing
/// stays behind.
pub(crate) fn append(
    writer: &mut BufferWriter,
    lines: &[u8],
    marks: &[Mark],
    with_ids: bool,
) -> io::Result<(usize, u64)> {
    let before = writer.end();
    let (mut at, mut ids) = (0, Vec::new());
    let mut ends = Vec::new();
    for mark in marks {
        let Some(part) = lines.get(at..mark.end) else { break };
        ids.clear();
        let flags = if with_ids { put_ids(mark.ids, &mut ids) } else { 0 };
        for line in part.split_inclusive(|byte| *byte == b'\n') {
            at += line.len();
            let payload = line.strip_suffix(b"\n").unwrap_or(line);
            // No message is as long: the frame is cut before that, and marked.
            let payload = payload.get(..MAX_PAYLOAD).unwrap_or(payload);
            let (time, level) = (mark.time.micros(), mark.level as u8);
            let entry = Entry { time, level, flags, extra: &ids, payload, ..Entry::EMPTY };
            if let Err(error) = writer.stage(&entry) {
                // They will be handed over again, and must not be there twice.
                writer.discard();
                return Err(io::Error::other(error));
            }
            ends.push(at);
        }
    }
    let result = writer.commit();
    if result.is_err() {
        writer.discard();
    }
    let count = writer.end() - before;
    let taken = usize::try_from(count).ok().and_then(|count| count.checked_sub(1));
    let bytes = taken.and_then(|last| ends.get(last)).copied().unwrap_or(0);
    match result {
        Err(error) if bytes == 0 => Err(error),
        Ok(_) if bytes == 0 && !ends.is_empty() => {
            Err(io::Error::new(io::ErrorKind::QuotaExceeded, "the disk buffer is full"))
        }
        _ => Ok((bytes, count)),
    }
}

/// The ids that are there, eight bytes each, and which these are.
fn put_ids(ids: Ids, extra: &mut Vec<u8>) -> u8 {
    let mut flags = 0;
    for (bit, id) in [ids.mid, ids.icid, ids.dcid, ids.rid].into_iter().enumerate() {
        if let Some(id) = id {
            flags |= 1 << bit;
            extra.extend_from_slice(&id.to_le_bytes());
        }
    }
    flags
}

/// The ids beside an entry.
fn take_ids(entry: &Entry<'_>) -> Ids {
    let mut rest = entry.extra;
    let mut ids = [None; 4];
    for (bit, id) in ids.iter_mut().enumerate() {
        if entry.flags & 1 << bit != 0
            && let Some((bytes, behind)) = rest.split_first_chunk()
        {
            *id = Some(u64::from_le_bytes(*bytes));
            rest = behind;
        }
    }
    let [mid, icid, dcid, rid] = ids;
    Ids { mid, icid, dcid, rid }
}

/// The end that is read: it fills the memory with what comes next, and can go back.
///
/// The window counts messages that are there, without a gap; entries that cannot be read, or were
/// given up, leave gaps in the buffer's sequences.
#[derive(Debug)]
pub(crate) struct DiskQueue {
    reader: BufferReader,
    /// From which number on messages have which sequences, in runs without a gap.
    runs: VecDeque<(u64, u64)>,
    /// The gaps, which the window counts no longer.
    missed: VecDeque<(u64, u64)>,
    /// The sequence of the last message that the window knows of.
    taken: u64,
    /// The sequence that is read next, if there is no gap.
    expected: u64,
    /// Told to the buffer.
    acknowledged: u64,
    released: u64,
    told: Duration,
}

impl DiskQueue {
    /// The end of an opened buffer, and the window with what an earlier run has left.
    pub(crate) fn new(reader: BufferReader, keep: Duration) -> (Self, Window) {
        let settled = reader.settled();
        let taken = reader.account().end.max(settled);
        let mut window = Window::new(keep);
        window.append(taken - settled);
        window.set_sent(reader.maybe_sent_until().saturating_sub(settled));
        let runs = VecDeque::from([(0, settled + 1)]);
        let (expected, told) = (settled + 1, Duration::ZERO);
        let (missed, acknowledged, released) = (VecDeque::new(), settled, settled);
        let queue = Self { reader, runs, missed, taken, expected, acknowledged, released, told };
        (queue, window)
    }

    /// Tells the window what was appended since.
    pub(crate) fn pull(&mut self, window: &mut Window) {
        let taken = self.reader.account().end.max(self.taken);
        window.append(taken - self.taken);
        self.taken = taken;
    }

    /// Reads on, behind the message before `number`; whether there was more.
    pub(crate) fn fill(&mut self, number: u64, memory: &mut Memory, window: &mut Window) -> bool {
        let mut number = number;
        let (mut batch, mut gaps) = (Batch::default(), Vec::new());
        for entry in self.reader.read(PIECE) {
            if entry.sequence > self.expected {
                gaps.push((number, self.expected, entry.sequence - 1));
                self.runs.push_back((number, entry.sequence));
            }
            self.expected = entry.sequence + 1;
            let level = Level::from_number(entry.level).unwrap_or(Level::Info);
            let time = Timestamp::from_micros(entry.time);
            batch.push(entry.payload, level, time, take_ids(&entry));
            number += 1;
        }
        // What could not be read at the end.
        if self.reader.cursor() > self.expected {
            gaps.push((number, self.expected, self.reader.cursor() - 1));
            self.expected = self.reader.cursor();
            self.runs.push_back((number, self.expected));
        }
        // What was read may have been appended a moment ago.
        self.pull(window);
        for (number, from, to) in gaps {
            let count = self.miss(from, to);
            window.remove(number, count);
        }
        let is_there = batch.len() > 0;
        if is_there {
            memory.push(Arc::new(batch));
        }
        is_there
    }

    /// Whether there is something that could not be read for now.
    pub(crate) fn is_stuck(&self) -> bool {
        self.reader.has_more()
    }

    /// Goes back to the message of this number.
    pub(crate) fn rewind(&mut self, number: u64, memory: &mut Memory) {
        memory.restart(number);
        while self.runs.back().is_some_and(|(first, _)| *first > number) {
            self.runs.pop_back();
        }
        self.expected = self.sequence(number);
        self.reader.rewind(self.expected);
        let before = self.expected.saturating_sub(1);
        self.reader.take_back(before);
        self.acknowledged = self.acknowledged.min(before.max(self.released));
    }

    /// The sequences from one to another are not there. How many of them the window still counts.
    fn miss(&mut self, from: u64, to: u64) -> u64 {
        // When all is read again, so is each gap, which may have grown meanwhile.
        let known = |&&(first, last): &&(u64, u64)| from <= first && last <= to;
        let counted: u64 = self.missed.iter().filter(known).map(|(a, b)| b - a + 1).sum();
        self.missed.retain(|(first, last)| *first < from || *last > to);
        self.missed.push_back((from, to));
        (to - from + 1).saturating_sub(counted)
    }

    /// Tells the buffer what is acknowledged and what is not needed any more.
    pub(crate) fn tell(&mut self, window: &Window, now: Duration, at_once: bool) {
        if !at_once && now.saturating_sub(self.told) < TELL {
            return;
        }
        self.told = now;
        let (acked, held) = (self.sequence(window.acked()), self.sequence(window.held()));
        if held > self.released + 1 {
            self.released = held - 1;
            self.reader.release(self.released);
            while self.missed.pop_front_if(|(_, last)| *last <= self.released).is_some() {}
        }
        if acked > self.acknowledged + 1 {
            self.acknowledged = acked - 1;
            self.reader.acknowledge(self.acknowledged);
        }
        while self.runs.get(1).is_some_and(|(first, _)| *first <= window.held()) {
            self.runs.pop_front();
        }
    }

    /// What went wrong, for people.
    pub(crate) fn take_notices(&mut self) -> Vec<String> {
        self.reader.take_notices()
    }

    /// The sequence of a message, or the one that is next if it is not known yet.
    pub(crate) fn sequence(&self, number: u64) -> u64 {
        let run = self.runs.iter().rfind(|(first, _)| *first <= number);
        run.map_or(self.expected, |(first, sequence)| sequence + (number - first))
    }
}
