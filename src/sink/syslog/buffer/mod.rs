//! A buffer on disk for what a syslog server has not yet taken.
//!
//! It is a write-ahead log: every message of a subscription goes through it, whether the server is
//! there or not. The formatter thread appends ([`BufferWriter`]), the thread that talks to the
//! server reads, sends and acknowledges ([`BufferReader`]). What was appended survives the process,
//! and what was not acknowledged is sent by the next one.
//!
//! ```
//! use ringmail::sink::syslog::buffer::{Buffer, BufferOptions, Entry};
//! # let dir = tempfile::tempdir().unwrap();
//! # let dir = dir.path().join("mail_logs");
//! let (mut writer, mut reader) = Buffer::open(&dir, BufferOptions::default())?.split();
//! for payload in [b"one", b"two"] {
//!     writer.stage(&Entry { time: 1_416_410_206_000_000, level: 3, payload, ..Entry::EMPTY })?;
//! }
//! assert_eq!(writer.commit().unwrap().taken, 2);
//!
//! let batch = reader.read(64 << 10);
//! assert_eq!(batch.map(|entry| entry.payload).collect::<Vec<_>>(), [b"one", b"two"]);
//! reader.acknowledge(1); // the server has the first
//! drop((writer, reader)); // or the process is killed
//!
//! let (_writer, mut reader) = Buffer::open(&dir, BufferOptions::default())?.split();
//! let again = reader.read(64 << 10).next().unwrap();
//! assert_eq!((again.sequence, again.payload, again.is_repeat), (2, &b"two"[..], true));
//! # Ok::<(), ringmail::Error>(())
//! ```
//!
//! # What is on disk
//! A directory (0700) for each buffer, with files (0600) in it:
//!
//! - `lock`, locked by who has the buffer;
//! - `state`: two slots with the sequences up to which entries were taken, handed out, settled and
//!   released, and the counters;
//! - `00000000000000000001.segment`: entries, the name tells the first one's sequence. Behind a head
//!   of 32 bytes (magic with the version, first sequence, salt, sum) stand entries: length of what is
//!   behind the head (4 bytes), CRC-32 over salt and entry (4), sequence (8), time in Unix
//!   microseconds (8), level, flags, length of what is beside the message, five zeros; then what is
//!   beside the message, and the message. All numbers are little-endian.
//!
//! The salt is another for each segment and known to nobody outside, so that no message can hold
//! what would pass for an entry where damage is passed over.
//!
//! # How it works
//! A batch is one `write(2)` at the end of the last segment; a full segment is followed by another.
//! Entries are *handed out* by the reader, *acknowledged* when the server has them, and *released*
//! when they need not be kept for being sent again. Segments of which all is released are deleted.
//! Before entries are handed out, the state says so: whatever is killed, an entry that may have been
//! sent is known as a repeat when it is handed out again.
//!
//! When the buffer is full, what is acknowledged goes first, released or not. Then
//! [`WhenFull`] says which messages are given up, and they are counted.
//!
//! Opening reads the state, the names and lengths of segments, and the last segment. An entry that
//! is torn at its end was never taken, and is cut off. Damage elsewhere is found when it is read, and
//! passed over: what is lost by it is known by the gap in the sequence, counted, and told in a notice.
//!
//! # Limits
//! Nothing is synced unless [`BufferWriter::sync`] is called: what was taken survives the process,
//! and the loss of power where it was synced. Where the last segment's end is lost together with
//! the state, nobody can tell how many entries it had.

mod account;
mod entry;
mod inspect;
mod options;
mod place;
mod reader;
mod segment;
mod state;
#[cfg(test)]
mod tests;
mod writer;

use std::fs::{DirBuilder, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

pub use account::BufferAccount;
pub use entry::{Entry, MAX_EXTRA, MAX_PAYLOAD};
pub use inspect::{Inspection, SegmentReport, Walked};
pub use options::{BufferOptions, DEFAULT_CAPACITY, MAX_CAPACITY, MIN_CAPACITY, WhenFull};
pub use reader::{BufferReader, Entries};
pub use writer::{Appended, BufferWriter};

use crate::base::{Disk, Error, HeldFile, How, Result};
use entry::LAST_SEQUENCE;
use place::Place;
use segment::{Reading, SEGMENT_HEAD, Segment};
use state::StateFile;
use writer::Active;

/// The name of the file that is locked by who has a buffer.
const LOCK: &str = "lock";

/// How long a lock is waited for.
const MOMENT: Duration = Duration::from_millis(200);

/// Bytes that are read at once where a segment is only walked through.
const PIECE: usize = 256 << 10;

/// A buffer that has been opened, before its two ends part.
#[derive(Debug)]
pub struct Buffer {
    shared: Arc<Shared>,
    active: Option<Active>,
    read: u64,
}

/// What the two ends have in common.
#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    options: BufferOptions,
    place: Mutex<Place>,
    /// Held as long as either end lives.
    _lock: HeldFile,
}

impl Shared {
    fn disk(&self) -> &dyn Disk {
        self.options.disk()
    }

    /// Deletes segments that are not needed any more. One that stays is deleted by the next run.
    fn delete(&self, segments: &[Segment]) {
        for segment in segments {
            if let Err(error) = self.disk().remove(&Segment::path(&self.folder, segment.first))
                && error.kind() != io::ErrorKind::NotFound
            {
                self.place.lock().notice(format!(
                    "cannot delete the segment {:020} of the buffer, which is sent: {error}",
                    segment.first
                ));
            }
        }
    }
}

impl Buffer {
    /// Opens the buffer in a directory, which is made if it does not exist.
    ///
    /// Whatever the files hold, it opens; what is damaged is told by
    /// [`take_notices`](BufferReader::take_notices).
    ///
    /// # Errors
    /// When the directory or a file in it cannot be made, read or locked, is a link, or belongs to
    /// another user; when somebody else has the buffer.
    pub fn open(folder: impl Into<PathBuf>, options: BufferOptions) -> Result<Self> {
        let folder = folder.into();
        let lock = lock(options.disk(), &folder)?;
        let failed = |what: &'static str| {
            let folder = folder.clone();
            move |source| Error::io(what, source).at_path(folder)
        };
        let (state_file, last) = StateFile::open(options.disk(), &folder)
            .map_err(failed("cannot open the buffer's state"))?;
        let segments = Segment::list(options.disk(), &folder)
            .map_err(failed("cannot list the buffer's segments"))?;
        let mut place = Place::new(segments, state_file);
        let found = Tail::of(&place, &options, &folder)
            .map_err(failed("cannot open the buffer's last segment"))?;
        if let Some(end) = found.end {
            place.set_last_bytes(end);
        }
        place.recover(last, found.taken);
        // What is lost at its end has sequences that cannot be written there.
        let active = found.active.filter(|_| place.state.taken == found.taken);
        let shared = Shared { folder, options, place: Mutex::new(place), _lock: lock };
        let mut buffer = Self { shared: Arc::new(shared), active, read: found.read };
        buffer.begin();
        Ok(buffer)
    }

    /// The sequence of the last entry that was taken: what an engine puts into its commit.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.shared.place.lock().state.taken
    }

    /// The sequence up to which entries may have been sent; it can lie behind [`end`](Self::end)
    /// when the buffer was [`cut`](Self::cut). Entries up to it are handed out as repeats.
    #[must_use]
    pub fn maybe_sent_until(&self) -> u64 {
        self.shared.place.lock().state.sent
    }

    /// Goes back to what was the [`end`](Self::end) at some time: what was taken behind it is given
    /// up, and its sequences are used again, for an engine that hands it over again (contract C6).
    /// Where the buffer ends before, what is missing counts as lost.
    ///
    /// # Errors
    /// When files cannot be cut or deleted. It can be tried again.
    pub fn cut(&mut self, end: u64) -> Result<()> {
        let failed =
            |source| Error::io("cannot cut the buffer", source).at_path(&self.shared.folder);
        if end >= LAST_SEQUENCE {
            return Err(Error::input(format!("no buffer ends at {end}")));
        }
        let mut place = self.shared.place.lock();
        if end == place.state.taken {
            return Ok(());
        }
        self.active = None;
        if end < place.state.taken {
            // The last one first: what remains when this is killed is a buffer that ends earlier.
            while let Some(last) = place.segments.back().copied().filter(|last| last.first > end) {
                match self.shared.disk().remove(&Segment::path(&self.shared.folder, last.first)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(failed(error));
                    }
                    _ => place.pop_last(),
                }
            }
            let tail = Tail::up_to(&place, &self.shared.options, &self.shared.folder, end + 1)
                .map_err(failed)?;
            self.active = tail.active.filter(|_| tail.taken == end);
            if let Some(end) = tail.end {
                place.set_last_bytes(end);
            }
        }
        place.cut(end);
        place.write_state();
        drop(place);
        self.begin();
        Ok(())
    }

    /// Parts the end that is written from the end that is read.
    #[must_use]
    pub fn split(self) -> (BufferWriter, BufferReader) {
        let writer = BufferWriter::new(Arc::clone(&self.shared), self.active);
        (writer, BufferReader::new(self.shared))
    }

    /// Bytes that were read of segments to open it.
    #[doc(hidden)]
    #[must_use]
    pub const fn read_bytes(&self) -> u64 {
        self.read
    }

    /// Makes what was found the last state, and deletes what is not needed.
    fn begin(&mut self) {
        let mut place = self.shared.place.lock();
        let done = place.release(0);
        // Twice, so that both slots are whole.
        place.write_state();
        place.write_state();
        drop(place);
        self.shared.delete(&done);
        // One that bears the name of the next segment has nothing in it that is known of.
        if self.active.is_none() {
            let place = self.shared.place.lock();
            let next = place.state.taken + 1;
            let in_the_way = place.segments.back().copied().filter(|last| last.first >= next);
            drop(place);
            if let Some(segment) = in_the_way {
                self.shared.delete(&[segment]);
                self.shared.place.lock().pop_last();
            }
        }
    }
}

/// The end of the last segment.
struct Tail {
    /// The last entry's sequence; if there is none, the one before the segment's first.
    taken: u64,
    /// The segment, if it can be written on.
    active: Option<Active>,
    /// Where it ends, if that is known.
    end: Option<u64>,
    read: u64,
}

impl Tail {
    fn of(place: &Place, options: &BufferOptions, folder: &Path) -> io::Result<Self> {
        Self::up_to(place, options, folder, LAST_SEQUENCE)
    }

    /// Walks through the last segment, up to the entry before `below`, and cuts off what is behind.
    fn up_to(
        place: &Place,
        options: &BufferOptions,
        folder: &Path,
        below: u64,
    ) -> io::Result<Self> {
        let Some(last) = place.segments.back() else {
            return Ok(Self { taken: 0, active: None, end: None, read: 0 });
        };
        let nothing =
            Self { taken: last.first - 1, active: None, end: None, read: SEGMENT_HEAD as u64 };
        let Ok(mut reading) = Reading::open(options.disk(), folder, last.first) else {
            return Ok(nothing);
        };
        let (mut block, mut entries) = (Vec::new(), Vec::new());
        let mut read = SEGMENT_HEAD as u64;
        loop {
            let piece = reading.piece(&mut block, &mut entries, PIECE, last.bytes, below);
            let Ok(piece) = piece else {
                return Ok(Self { taken: reading.next - 1, active: None, end: None, read });
            };
            read += piece.read;
            if piece.is_end {
                break;
            }
            block.clear();
            entries.clear();
        }
        let file = options.disk().open(&Segment::path(folder, last.first), How::Append(0o600))?;
        if reading.at < last.bytes {
            options.disk().truncate(&file, reading.at)?;
        }
        let active = Active { file, salt: reading.salt(), bytes: reading.at };
        Ok(Self { taken: reading.next - 1, active: Some(active), end: Some(reading.at), read })
    }
}

/// Makes the directory, if need be, and keeps others out of the buffer.
fn lock(disk: &dyn Disk, folder: &Path) -> Result<HeldFile> {
    let failed = |what: &'static str| move |source| Error::io(what, source).at_path(folder);
    if let Some(above) = folder.parent() {
        disk.make_folder(above).map_err(failed("cannot make the directory above the buffer"))?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(failed("cannot make the buffer's directory")(error));
        }
        _ => {}
    }
    let opened = disk.open(folder, How::Folder).and_then(|folder| folder.metadata());
    let found = opened.map_err(failed("the buffer must be a directory, not a link"))?;
    // SAFETY: the call cannot fail and touches no memory.
    let own = unsafe { libc::geteuid() };
    if ![own, 0].contains(&found.uid()) {
        let what =
            format!("the buffer belongs to user {}: use a directory of your own", found.uid());
        return Err(Error::config(what).at_path(folder));
    }
    let path = folder.join(LOCK);
    let file = match disk.open(&path, How::Change) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            disk.open(&path, How::Append(0o600))
        }
        opened => opened,
    };
    let lock = HeldFile::new(file.map_err(failed("cannot open the buffer's lock"))?);
    // Who only looks at the buffer holds it for a moment.
    match lock.try_lock_for(MOMENT) {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Error::config(
            "another process has this buffer: end it first, or use another directory",
        )
        .at_path(folder)),
        Err(TryLockError::Error(source)) => Err(failed("cannot lock the buffer")(source)),
    }
}
