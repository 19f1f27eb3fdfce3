//! A log file, line by line, as it grows, through rotations.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::scan::fnv;
use super::siblings;
use crate::base::{Error, Result};

/// The most bytes of a line; of a longer one the first so many are given.
pub(super) const MAX_LINE: usize = 64 * 1024;
/// Bytes that are read at once, behind the rest of a line.
const CHUNK: usize = 256 * 1024;
/// The bytes before an offset by which it is known again.
const MARK: usize = 64;

/// Where a line ends: the file, how far into it, and by what that place is known again.
///
/// An inode is given again when its file is deleted; the mark tells whether a file that has the
/// inode is still the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made from what was saved")]
pub struct Position {
    /// The file's device.
    pub device: u64,
    /// The file's inode.
    pub inode: u64,
    /// Bytes from the file's start.
    pub offset: u64,
    /// A hash of the last bytes before the offset.
    pub mark: u64,
    /// How many bytes, at most 64.
    pub mark_len: u8,
}

/// Where to begin in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Begin {
    /// Behind this position, in whatever file it is by now; at the start of the file when that is
    /// gone, which is counted.
    At(Position),
    /// At the file's end.
    End,
    /// At the file's start.
    Start,
}

/// A line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FollowedLine<'a> {
    /// The line without its line feed.
    pub text: &'a [u8],
    /// Whether it was longer than 64 KiB.
    pub is_cut: bool,
}

/// What happened to a file that is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FollowCounts {
    /// Lines given.
    pub lines: u64,
    /// Lines that were cut to 64 KiB.
    pub cut: u64,
    /// How often another file took the place of the one that was read.
    pub rotations: u64,
    /// How often a file was emptied, or its contents replaced, while it was read.
    pub truncations: u64,
    /// How often the place to go on at was not found.
    pub lost: u64,
}

/// Follows a file by its name, as `tail -F` does.
///
/// It survives rotation by renaming (the old file is read to its end, and then the new one once
/// there is something in it), files between the two that came and went meanwhile as long as they
/// are beside it, emptying (`copytruncate`), and a file that is not there yet.
///
/// ```
/// use std::io::Write;
/// use std::time::Duration;
/// use ringmail::service::postfix::{Begin, Follow};
/// # let dir = std::env::temp_dir().join(format!("follow-{}", std::process::id()));
/// # std::fs::create_dir_all(&dir)?;
/// let path = dir.join("mail.log");
/// let mut follow = Follow::new(&path, Begin::Start, Duration::from_secs(1));
/// assert!(follow.poll()?.is_none());
/// std::fs::write(&path, "one\ntw")?;
/// assert_eq!(follow.poll()?.unwrap().text, b"one");
/// assert!(follow.poll()?.is_none());
/// let position = follow.position();
/// std::fs::File::options().append(true).open(&path)?.write_all(b"o\n")?;
/// let mut again = Follow::new(&path, Begin::At(position), Duration::from_secs(1));
/// assert_eq!(again.poll()?.unwrap().text, b"two");
/// # std::fs::remove_dir_all(&dir)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Limits
/// What is written between the last look and an emptying of the file is lost. Compressed files are
/// not read. A rotated file is one whose name begins with the file's name and `.` or `-`; of those
/// that came and went between two looks only ones that go on with numbers or a date are read.
#[derive(Debug)]
pub struct Follow {
    path: PathBuf,
    interval: Duration,
    begin: Option<Begin>,
    open: Option<Open>,
    counts: FollowCounts,
    position: Position,
}

/// A file that is being read.
#[derive(Debug)]
struct Open {
    file: File,
    device: u64,
    inode: u64,
    /// When it was last written, as far as known, in nanoseconds.
    modified: i128,
    /// What was read and not given yet begins at `start`.
    buffer: Vec<u8>,
    start: usize,
    /// Where the next read begins.
    offset: u64,
    /// Up to here there is no line feed behind `start`.
    searched: usize,
    /// Whether the end was reached, so that what follows may be of another content.
    at_end: bool,
    /// The last bytes before `offset`.
    tail: Vec<u8>,
}

/// What a look at an open file gives.
enum Step {
    /// A line from here to there in the buffer.
    Line {
        from: usize,
        to: usize,
        is_cut: bool,
    },
    End,
}

impl Follow {
    /// Follows the file; it is opened at the first [`poll`](Self::poll). `interval` is how long
    /// [`wait`](Self::wait) sleeps between looks.
    pub fn new(path: impl AsRef<Path>, begin: Begin, interval: Duration) -> Self {
        // Until something is read, that is where it is.
        let position = if let Begin::At(position) = begin { position } else { Position::default() };
        Self {
            path: path.as_ref().to_path_buf(),
            interval,
            begin: Some(begin),
            open: None,
            counts: FollowCounts::default(),
            position,
        }
    }

    /// The next line, or `None` when there is none for now.
    ///
    /// # Errors
    /// [`Error::is_io`] when the file cannot be read; a file that is not there is no error. The
    /// next call tries again.
    pub fn poll(&mut self) -> Result<Option<FollowedLine<'_>>> {
        let found = self.found()?;
        Ok(found.map(|found| self.given(found)))
    }

    /// The next line; sleeps while there is none. `None` when `goes_on` says so, which is asked
    /// before each sleep.
    ///
    /// # Errors
    /// As [`poll`](Self::poll).
    pub fn wait(&mut self, mut goes_on: impl FnMut() -> bool) -> Result<Option<FollowedLine<'_>>> {
        loop {
            if let Some(found) = self.found()? {
                return Ok(Some(self.given(found)));
            }
            if !goes_on() {
                return Ok(None);
            }
            thread::sleep(self.interval);
        }
    }

    /// Where the last line ended that was given: the place to go on at. The default one when nothing
    /// was opened yet that was to be begun with at its start or end.
    #[must_use]
    pub fn position(&self) -> Position {
        let mut position = self.position;
        if let Some(open) = &self.open
            && (open.device, open.inode) == (position.device, position.inode)
            && let Some(behind) = open.buffer.get(..open.start)
        {
            let behind = if open.buffer.is_empty() { &open.tail } else { behind };
            let mark = behind.get(behind.len().saturating_sub(MARK)..).unwrap_or_default();
            if !mark.is_empty() {
                position.mark = fnv(mark);
                position.mark_len = u8::try_from(mark.len()).unwrap_or(0);
            }
        }
        position
    }

    /// What happened so far.
    #[must_use]
    pub fn counts(&self) -> FollowCounts {
        self.counts
    }

    /// The file's name.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn found(&mut self) -> Result<Option<(usize, usize, bool)>> {
        self.step()
            .map_err(|source| Error::io("cannot follow the file", source).at_path(&self.path))
    }

    fn given(&mut self, (from, to, is_cut): (usize, usize, bool)) -> FollowedLine<'_> {
        self.counts.lines += 1;
        self.counts.cut += u64::from(is_cut);
        let text = self.open.as_ref().and_then(|open| open.buffer.get(from..to));
        FollowedLine { text: text.unwrap_or_default(), is_cut }
    }

    /// A line in the buffer of the open file: from, to, whether it is cut.
    fn step(&mut self) -> io::Result<Option<(usize, usize, bool)>> {
        loop {
            if self.open.is_none() && !self.open_first()? {
                return Ok(None);
            }
            let Some(open) = &mut self.open else { return Ok(None) };
            match open.next(&mut self.counts, false)? {
                Step::Line { from, to, is_cut } => {
                    self.position = open.position();
                    return Ok(Some((from, to, is_cut)));
                }
                Step::End => {}
            }
            // Whoever writes may still have the old file open when the new one appears; when the
            // new one has something in it the old one is complete.
            let Some(next) = self.next_file()? else { return Ok(None) };
            let Some(open) = &mut self.open else { return Ok(None) };
            if let Step::Line { from, to, is_cut } = open.next(&mut self.counts, true)? {
                self.position = open.position();
                return Ok(Some((from, to, is_cut)));
            }
            self.counts.rotations += 1;
            self.position = next.position();
            self.open = Some(next);
        }
    }

    /// Opens the file to begin with; `false` when it is not there.
    fn open_first(&mut self) -> io::Result<bool> {
        if let Some(Begin::At(position)) = self.begin {
            let named = Open::new(&self.path)?;
            let resumed = match named {
                Some(open) if open.is_at(&position)? => Some(open),
                _ => siblings::with_inode(&self.path, position.device, position.inode)?
                    .map(|path| Open::new(&path))
                    .transpose()?
                    .flatten(),
            };
            if let Some(mut open) = resumed
                && open.is_at(&position)?
            {
                open.go_to(position.offset)?;
                self.position = position;
                self.open = Some(open);
                self.begin = None;
                return Ok(true);
            }
        }
        let Some(mut open) = Open::new(&self.path)? else { return Ok(false) };
        match self.begin.take() {
            Some(Begin::End) => {
                let end = open.file.metadata()?.len();
                open.go_to(end)?;
            }
            Some(Begin::At(_)) => self.counts.lost += 1,
            _ => {}
        }
        self.position = open.position();
        self.open = Some(open);
        Ok(true)
    }

    /// The file behind the open one, when there is something in it.
    fn next_file(&self) -> io::Result<Option<Open>> {
        let Some(open) = &self.open else { return Ok(None) };
        let Some(named) = Open::new(&self.path)? else { return Ok(None) };
        if (named.device, named.inode) == (open.device, open.inode) {
            return Ok(None);
        }
        if named.file.metadata()?.len() == 0 {
            return Ok(None);
        }
        let after = siblings::written_after(&self.path, open.modified, |device, inode| {
            (device, inode) == (open.device, open.inode)
        })?;
        for path in after {
            if let Some(between) = Open::new(&path)?
                && (between.device, between.inode) != (named.device, named.inode)
                && between.modified <= named.modified
            {
                return Ok(Some(between));
            }
        }
        Ok(Some(named))
    }
}

impl Open {
    /// `None` when there is no such file, or none that has a content.
    fn new(path: &Path) -> io::Result<Option<Self>> {
        // A pipe would not open before somebody writes to it.
        match path.metadata() {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Err(io::Error::other("it is no regular file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        Ok(Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            modified: siblings::modified(&metadata),
            file,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            searched: 0,
            at_end: false,
            tail: Vec::new(),
        }))
    }

    /// Whether the position is one of this file.
    fn is_at(&self, position: &Position) -> io::Result<bool> {
        let len = u64::from(position.mark_len);
        if (self.device, self.inode) != (position.device, position.inode)
            || self.file.metadata()?.len() < position.offset
            || position.offset < len
        {
            return Ok(false);
        }
        let mut mark = vec![0; position.mark_len.into()];
        self.file.read_exact_at(&mut mark, position.offset - len)?;
        Ok(mark.is_empty() || fnv(&mark) == position.mark)
    }

    fn go_to(&mut self, offset: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(offset))?;
        self.offset = offset;
        (self.start, self.searched, self.at_end) = (0, 0, false);
        self.buffer.clear();
        self.tail.clear();
        let len = usize::try_from(offset).unwrap_or(MARK).min(MARK);
        self.tail.resize(len, 0);
        self.file.read_exact_at(&mut self.tail, offset - len as u64)
    }

    /// Where the last line ended; the mark is put in when somebody asks for it.
    fn position(&self) -> Position {
        let left = (self.buffer.len() - self.start) as u64;
        Position {
            device: self.device,
            inode: self.inode,
            offset: self.offset - left,
            mark: 0,
            mark_len: 0,
        }
    }

    /// The next line. At the end of a file that nobody writes to any more, what is left counts as
    /// a line.
    fn next(&mut self, counts: &mut FollowCounts, is_last: bool) -> io::Result<Step> {
        loop {
            let rest = self.buffer.get(self.searched..).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'\n', rest) {
                let (from, end) = (self.start, self.searched + at);
                self.start = end + 1;
                self.searched = self.start;
                let to = end.min(from + MAX_LINE);
                return Ok(Step::Line { from, to, is_cut: to < end });
            }
            self.searched = self.buffer.len();
            if self.searched - self.start > MAX_LINE + MARK {
                // The end stays, which a mark may want.
                self.buffer.drain(self.start + MAX_LINE..self.searched - MARK);
                self.searched = self.buffer.len();
            }
            if self.fill(counts)? {
                continue;
            }
            if is_last && self.start < self.buffer.len() {
                let (from, end) = (self.start, self.buffer.len());
                (self.start, self.searched) = (end, end);
                let to = end.min(from + MAX_LINE);
                return Ok(Step::Line { from, to, is_cut: to < end });
            }
            return Ok(Step::End);
        }
    }

    /// Reads on; `false` at the end.
    fn fill(&mut self, counts: &mut FollowCounts) -> io::Result<bool> {
        if self.at_end {
            let metadata = self.file.metadata()?;
            if metadata.len() == self.offset {
                self.modified = siblings::modified(&metadata);
                return Ok(false);
            }
            if metadata.len() < self.offset || !self.has_tail()? {
                counts.truncations += 1;
                self.go_to(0)?;
            }
            self.at_end = false;
        }
        // The bytes before the line stay as far as a mark wants them.
        let kept = self.start.saturating_sub(MARK);
        self.buffer.drain(..kept);
        self.start -= kept;
        self.searched -= kept;
        let len = self.buffer.len();
        self.buffer.resize(len + CHUNK, 0);
        let read = match self.buffer.get_mut(len..) {
            Some(place) => self.file.read(place),
            None => Ok(0),
        };
        let count = match read {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            Err(error) => {
                self.buffer.truncate(len);
                return Err(error);
            }
        };
        self.buffer.truncate(len + count);
        self.offset += count as u64;
        if count == 0 {
            self.at_end = true;
            self.modified = siblings::modified(&self.file.metadata()?);
            return Ok(false);
        }
        let new = self.buffer.get(len..).unwrap_or_default();
        self.tail.extend_from_slice(new.get(new.len().saturating_sub(MARK)..).unwrap_or_default());
        let over = self.tail.len().saturating_sub(MARK);
        self.tail.drain(..over);
        Ok(true)
    }

    /// Whether the file still holds what was read last.
    fn has_tail(&self) -> io::Result<bool> {
        let mut found = vec![0; self.tail.len()];
        self.file.read_exact_at(&mut found, self.offset - self.tail.len() as u64)?;
        Ok(found == self.tail)
    }
}
