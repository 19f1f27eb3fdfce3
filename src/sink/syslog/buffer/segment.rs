//! Segments: their names, their heads, and how they are read.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use crate::base::{Disk, How};
use crate::sink::syslog::buffer::entry::{self, Found, LAST_SEQUENCE, Next, number};

/// Magic, first sequence, salt, sum of these.
pub(super) const SEGMENT_HEAD: usize = 32;

/// The last byte is the version.
const MAGIC: [u8; 8] = *b"RINGBUF\x01";

/// Behind the first sequence in a segment's name.
const ENDING: &str = ".segment";

/// Of a longer one no more is read.
pub(super) const LARGEST_SEGMENT: u64 = 16 << 20;

/// A segment that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// The sequence of its first entry, by its name.
    pub(super) first: u64,
    /// Its length. Of the last one: as far as it is written.
    pub(super) bytes: u64,
}

impl Segment {
    /// Where the segment is that begins with this sequence.
    pub(super) fn path(folder: &Path, first: u64) -> PathBuf {
        folder.join(format!("{first:020}{ENDING}"))
    }

    /// All segments of a directory, the oldest first.
    pub(super) fn list(disk: &dyn Disk, folder: &Path) -> io::Result<Vec<Self>> {
        let mut segments = Vec::new();
        for name in disk.list(folder)? {
            let Some(first) = first_of(&name) else { continue };
            match folder.join(&name).symlink_metadata() {
                Ok(found) => segments.push(Self { first, bytes: found.len() }),
                // Deleted meanwhile by who has the buffer.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        segments.sort_unstable_by_key(|segment| segment.first);
        Ok(segments)
    }
}

/// The sequence that a segment's name tells; `None` for the names of other files.
fn first_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(ENDING)?;
    let is_one = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let first = digits.parse().ok().filter(|_| is_one)?;
    (1..LAST_SEQUENCE).contains(&first).then_some(first)
}

/// The head of a segment.
pub(super) fn head(first: u64, salt: u64) -> [u8; SEGMENT_HEAD] {
    let mut head = [0; SEGMENT_HEAD];
    let words = [u64::from_le_bytes(MAGIC), first, salt];
    for (to, word) in head.chunks_exact_mut(8).zip(words) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    let (said, sum) = head.split_at_mut(SEGMENT_HEAD - 8);
    sum.copy_from_slice(&u64::from(crc32fast::hash(said)).to_le_bytes());
    head
}

/// A segment that is read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) first: u64,
    file: File,
    salt: u64,
    /// Where the next entry begins.
    pub(super) at: u64,
    /// The sequence of the next entry, if nothing is lost.
    pub(super) next: u64,
}

/// What a piece of a segment came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// Bytes that were read from the file.
    pub(super) read: u64,
    /// The ranges of sequences that are missing, both ends included.
    pub(super) gaps: Vec<(u64, u64)>,
    /// Whether there is no more in the segment.
    pub(super) is_end: bool,
}

/// Why no more entries were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// All that was read is taken.
    All,
    /// There are no more in the segment.
    End,
    /// For the next, so many bytes are needed.
    Short(usize),
}

impl Reading {
    /// Opens a segment.
    ///
    /// # Errors
    /// When it is not there, cannot be read, or its head is not that of this segment.
    pub(super) fn open(disk: &dyn Disk, folder: &Path, first: u64) -> io::Result<Self> {
        let file = disk.open(&Segment::path(folder, first), How::Read)?;
        if !file.metadata()?.is_file() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut found = [0; SEGMENT_HEAD];
        file.read_exact_at(&mut found, 0)?;
        let salt = number::<8>(&found, 16);
        if found != head(first, salt) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Self { first, file, salt, at: SEGMENT_HEAD as u64, next: first })
    }

    pub(super) const fn salt(&self) -> u64 {
        self.salt
    }

    /// Reads whole entries, up to `until` in the file and below the sequence `below`, and puts them
    /// behind what is in `block`: some `bytes` of them, at least one if there is one. Damage is passed
    /// over.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub(super) fn piece(
        &mut self,
        block: &mut Vec<u8>,
        entries: &mut Vec<Found>,
        bytes: usize,
        until: u64,
        below: u64,
    ) -> io::Result<Piece> {
        let mut piece = Piece::default();
        let (from, had) = (block.len(), entries.len());
        let mut want = bytes.max(entry::HEAD);
        loop {
            let is_all = self.fill(block, from, want, until.min(LARGEST_SEGMENT))?;
            piece.read += (block.len() - from) as u64;
            let (at, stop) = self.take(block, from, entries, is_all, below, &mut piece.gaps);
            match stop {
                // Nothing was read: with more of the file there is something.
                Stop::Short(needed) if entries.len() == had => want = needed,
                _ => {
                    piece.is_end = stop == Stop::End || (stop == Stop::All && is_all);
                    self.at += (at - from) as u64;
                    block.truncate(at);
                    return Ok(piece);
                }
            }
        }
    }

    /// Takes the entries out of what was read. Tells where they end, and why.
    fn take(
        &mut self,
        block: &[u8],
        mut at: usize,
        entries: &mut Vec<Found>,
        is_all: bool,
        below: u64,
        gaps: &mut Vec<(u64, u64)>,
    ) -> (usize, Stop) {
        while at < block.len() {
            let found = match entry::read(block, at, self.salt, self.next) {
                Next::Entry(found) if found.sequence == self.next => found,
                Next::Short(needed) if !is_all => return (at, Stop::Short(needed)),
                // What is whole behind it may be anywhere in the segment.
                _ if !is_all => return (at, Stop::Short(usize::MAX)),
                // An entry that does not end, or one that others should come before: damage.
                _ => match entry::find(block, at, self.salt, self.next) {
                    Some(found) => found,
                    None => return (at, Stop::End),
                },
            };
            if found.sequence >= below {
                return (at, Stop::End);
            }
            if found.sequence > self.next {
                gaps.push((self.next, found.sequence - 1));
            }
            at = found.end();
            self.next = found.sequence + 1;
            entries.push(found);
        }
        (at, Stop::All)
    }

    /// Reads the file from where the next entry begins, so that `want` bytes stand behind `from`.
    /// Whether these are all up to `until`, or to the end of the file, if that comes first.
    fn fill(&self, block: &mut Vec<u8>, from: usize, want: usize, until: u64) -> io::Result<bool> {
        block.truncate(from);
        let left = usize::try_from(until.saturating_sub(self.at)).unwrap_or(usize::MAX);
        block.resize(from + want.min(left), 0);
        let mut done = from;
        while let Some(rest) = block.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, self.at + (done - from) as u64) {
                // The file is shorter than it was.
                Ok(0) => {
                    block.truncate(done);
                    return Ok(true);
                }
                Ok(read) => done += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(want >= left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sequences() {
        let path = Segment::path(Path::new("/b"), 7);
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(name, "00000000000000000007.segment");
        assert_eq!(first_of(name), Some(7));
        for wrong in [
            "7.segment",
            "00000000000000000000.segment",
            "99999999999999999999.segment",
            "0000000000000000000x.segment",
            "+0000000000000000007.segment",
            "00000000000000000007.segment.gz",
        ] {
            assert_eq!(first_of(wrong), None, "{wrong}");
        }
    }
}
