use std::io;
use std::path::{Path, PathBuf};

use crate::base::{Disk, Error, How, RealDisk, Result, Timestamp};
use crate::sink::syslog::buffer::entry::{Entry, Found, LAST_SEQUENCE};
use crate::sink::syslog::buffer::segment::{Reading, Segment};
use crate::sink::syslog::buffer::state::{Last, State, StateFile};
use crate::sink::syslog::buffer::{BufferAccount, LOCK, PIECE};

/// What the files of a buffer hold. Nothing is changed, and it may be in use meanwhile.
///
/// ```
/// use ringmail::sink::syslog::buffer::{Buffer, BufferOptions, Entry, Inspection};
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path();
/// let (mut writer, _reader) = Buffer::open(dir, BufferOptions::default())?.split();
/// writer.stage(&Entry { payload: b"a line", ..Entry::EMPTY })?;
/// writer.commit().unwrap();
///
/// let found = Inspection::of(dir)?;
/// assert!(found.is_in_use && found.segments.len() == 1);
/// let mut lines = Vec::new();
/// let walked = found.walk(0, |entry| lines.push(entry.payload.to_vec()))?;
/// assert_eq!((walked.entries, walked.missing), (1, 0));
/// assert_eq!(lines, [b"a line"]);
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    folder: PathBuf,
    /// The oldest first.
    pub segments: Vec<SegmentReport>,
    /// What became of all entries, as far as the state says; `None` where it is damaged.
    pub account: Option<BufferAccount>,
    /// The sequence up to which all entries are acknowledged, given up or lost.
    pub settled: u64,
    /// The sequence up to which entries need not be kept.
    pub released: u64,
    /// The sequence up to which entries may have been sent.
    pub maybe_sent_until: u64,
    /// Whether a process has it now. The end of the last segment may then not be whole.
    pub is_in_use: bool,
}

/// A segment, as far as its name, its length and its first entry tell.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SegmentReport {
    /// Its file's name.
    pub name: String,
    /// Its first entry's sequence.
    pub first: u64,
    /// The last sequence that belongs there, as far as that is known. Where it is less than the
    /// first, there is none.
    pub last: u64,
    /// Its length.
    pub bytes: u64,
    /// The time of its first entry.
    pub time: Option<Timestamp>,
    /// What keeps it from being read.
    pub error: Option<String>,
}

/// What a segment's entries came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Walked {
    /// Entries that are as they were written.
    pub entries: u64,
    /// Those that should be there and are not, or are damaged.
    pub missing: u64,
    /// Bytes at its end that are no entry: one that was being written, or damage.
    pub trailing: u64,
    /// The times of the first and the last entry.
    pub times: Option<(Timestamp, Timestamp)>,
}

impl Inspection {
    /// Looks at the buffer in a directory.
    ///
    /// # Errors
    /// When it is not there, is no buffer, or cannot be read.
    pub fn of(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        Self::look(&folder)
            .map_err(|source| Error::io("cannot read the buffer", source).at_path(&folder))?
            .ok_or_else(|| Error::input("there is no disk buffer here").at_path(&folder))
    }

    /// Reads a segment, by its place among them, and hands out each entry.
    ///
    /// # Errors
    /// When it cannot be read at all. A segment that is deleted meanwhile has no entries.
    pub fn walk(&self, place: usize, mut each: impl FnMut(Entry<'_>)) -> Result<Walked> {
        let mut walked = Walked::default();
        let Some(report) = self.segments.get(place) else { return Ok(walked) };
        let next = self.segments.get(place + 1).map_or(LAST_SEQUENCE, |next| next.first);
        let done = walk(&self.folder, report.first, next, PIECE, |reading, found, block| {
            for found in found {
                let time = Timestamp::from_micros(found.time);
                walked.entries += 1;
                walked.times = Some((walked.times.map_or(time, |(first, _)| first), time));
                each(found.entry(block, self.maybe_sent_until));
            }
            walked.trailing = report.bytes.saturating_sub(reading.at);
            true
        });
        match done {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(walked),
            Err(source) => {
                return Err(Error::io("cannot read the segment", source)
                    .at_path(self.folder.join(&report.name)));
            }
        }
        walked.missing = (report.last + 1).saturating_sub(report.first + walked.entries);
        Ok(walked)
    }

    fn look(folder: &Path) -> io::Result<Option<Self>> {
        let disk = &RealDisk;
        disk.open(folder, How::Folder)?;
        let is_in_use = match disk.open(&folder.join(LOCK), How::Read) {
            Ok(lock) => lock.try_lock_shared().is_err(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        let last = StateFile::read(disk, folder)?;
        let segments = Segment::list(disk, folder)?;
        let state = match last {
            Last::Whole(state) | Last::Older(state) => Some(state),
            Last::None if segments.is_empty() => return Ok(None),
            Last::None | Last::Damaged => None,
        };
        let first = segments.first().map_or(1, |segment| segment.first);
        let known = state.unwrap_or(State { settled: first - 1, ..State::default() });
        let mut reports = Vec::new();
        for (place, segment) in segments.iter().enumerate() {
            let next = segments.get(place + 1).map(|next| next.first);
            reports.push(report(folder, segment, next, known.taken));
        }
        let bytes = segments.iter().map(|segment| segment.bytes).sum();
        let end = reports.last().map_or(0, |last| last.last).max(known.taken);
        let sent = if state.is_some() { known.sent } else { end };
        Ok(Some(Self {
            folder: folder.to_owned(),
            segments: reports,
            account: state.map(|state| BufferAccount::of(&State { taken: end, ..state }, 0, bytes)),
            settled: known.settled,
            released: known.released,
            maybe_sent_until: sent,
            is_in_use,
        }))
    }
}

/// What can be told of a segment without reading all of it; the last one is read.
fn report(folder: &Path, segment: &Segment, next: Option<u64>, taken: u64) -> SegmentReport {
    let mut time = None;
    let below = next.unwrap_or(LAST_SEQUENCE);
    // Where the last one ends is not in any name; of the others one entry is enough.
    let bytes = if next.is_none() { PIECE } else { 1 };
    let walked = walk(folder, segment.first, below, bytes, |_, found, _| {
        time = time.or(found.first().map(|found| Timestamp::from_micros(found.time)));
        next.is_none()
    });
    let last = match (&walked, next) {
        (_, Some(next)) => next - 1,
        (Ok(end), None) => taken.max(*end),
        (Err(_), None) => taken.max(segment.first - 1),
    };
    let path = Segment::path(folder, segment.first);
    SegmentReport {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        first: segment.first,
        last,
        bytes: segment.bytes,
        time,
        error: walked.err().map(|error| match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                "its head is damaged".to_owned()
            }
            _ => error.to_string(),
        }),
    }
}

/// Hands out the entries of a segment, some `bytes` at a time, as long as they are wanted. The
/// sequence of the last one.
fn walk(
    folder: &Path,
    first: u64,
    below: u64,
    bytes: usize,
    mut each: impl FnMut(&Reading, &[Found], &[u8]) -> bool,
) -> io::Result<u64> {
    let mut reading = Reading::open(&RealDisk, folder, first)?;
    let (mut block, mut found) = (Vec::new(), Vec::new());
    loop {
        let piece = reading.piece(&mut block, &mut found, bytes, u64::MAX, below)?;
        if !each(&reading, &found, &block) || piece.is_end {
            return Ok(reading.next - 1);
        }
        block.clear();
        found.clear();
    }
}
