use std::fs::File;
use std::io;
use std::sync::Arc;

use crate::base::{Disk, Error, How, Result};
use crate::ring::random;
use crate::sink::syslog::buffer::entry::{self, Entry, MAX_EXTRA, MAX_PAYLOAD};
use crate::sink::syslog::buffer::segment::{self, SEGMENT_HEAD, Segment};
use crate::sink::syslog::buffer::{BufferAccount, Shared};

/// The end of a buffer that entries are appended to.
///
/// Entries are staged in memory, then a batch of them is committed by one `write(2)`, or by one for
/// each segment that it touches.
#[derive(Debug)]
pub struct BufferWriter {
    shared: Arc<Shared>,
    active: Option<Active>,
    staged: Vec<u8>,
    /// What of it is taken or refused.
    done: usize,
}

/// The segment that is written.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) file: File,
    pub(super) salt: u64,
    pub(super) bytes: u64,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appended {
    /// Entries that are in the buffer: the first ones of the batch.
    pub taken: u64,
    /// The others, which are not, because it is full. They are counted.
    pub refused: u64,
    /// The sequence of the last entry in the buffer.
    pub end: u64,
}

impl BufferWriter {
    pub(super) const fn new(shared: Arc<Shared>, active: Option<Active>) -> Self {
        Self { shared, active, staged: Vec::new(), done: 0 }
    }

    /// Puts an entry into the next batch.
    ///
    /// # Errors
    /// For a message of more than [`MAX_PAYLOAD`] bytes, or with more than [`MAX_EXTRA`] beside it.
    pub fn stage(&mut self, entry: &Entry<'_>) -> Result<()> {
        let (extra, payload) = (entry.extra.len(), entry.payload.len());
        if payload > MAX_PAYLOAD || extra > MAX_EXTRA {
            return Err(Error::input(format!(
                "a message of {payload} bytes and {extra} beside it: a buffer takes up to \
                 {MAX_PAYLOAD} and {MAX_EXTRA}"
            )));
        }
        entry::put(&mut self.staged, entry);
        Ok(())
    }

    /// Bytes that are staged.
    #[must_use]
    pub const fn staged_bytes(&self) -> usize {
        self.staged.len() - self.done
    }

    /// Appends what is staged. The first entry that does not fit is refused with all that are staged
    /// behind it, and counted.
    ///
    /// # Errors
    /// Whatever the file system says. What was not taken stays staged: it is appended by the next
    /// call, unless it is [discarded](Self::discard).
    pub fn commit(&mut self) -> io::Result<Appended> {
        let mut appended = Appended::default();
        let result = self.append(&mut appended);
        self.staged.drain(..self.done);
        self.done = 0;
        let mut place = self.shared.place.lock();
        appended.end = place.state.taken;
        if appended.refused > 0 {
            place.state.refused += appended.refused;
            place.write_state();
        }
        drop(place);
        result.map(|()| appended)
    }

    /// Gives up what is staged, and counts it as failed. How many entries these were.
    pub fn discard(&mut self) -> u64 {
        let count = self.clear_staged();
        if count > 0 {
            let mut place = self.shared.place.lock();
            place.state.failed += count;
            place.write_state();
        }
        count
    }

    /// The sequence of the last entry that was taken: what an engine puts into its commit.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.shared.place.lock().state.taken
    }

    /// Brings what was taken to where it survives the loss of power.
    ///
    /// # Errors
    /// When that is not sure.
    pub fn sync(&mut self) -> io::Result<()> {
        let disk = self.shared.disk();
        if let Some(active) = &self.active {
            disk.sync(&active.file)?;
        }
        let place = self.shared.place.lock();
        disk.sync(place.state_file().file())
    }

    /// What became of all entries.
    #[must_use]
    pub fn account(&self) -> BufferAccount {
        self.shared.place.lock().account()
    }

    fn append(&mut self, appended: &mut Appended) -> io::Result<()> {
        let mut next = self.end() + 1;
        while self.done < self.staged.len() {
            let len = self.staged.get(self.done..).map_or(0, entry::bytes_of);
            if !self.has_room(len as u64)? {
                appended.refused = self.clear_staged();
                break;
            }
            let count = match self.write_run(next) {
                Err(error) if is_full(&error) && self.drop_sent() => {
                    self.begin_segment()?;
                    self.write_run(next)?
                }
                written => written?,
            };
            appended.taken += count;
            next += count;
        }
        Ok(())
    }

    /// Forgets what is staged. How many entries these were.
    fn clear_staged(&mut self) -> u64 {
        let (mut at, mut count) = (self.done, 0);
        while let Some(rest) = self.staged.get(at..).filter(|rest| !rest.is_empty()) {
            at += entry::bytes_of(rest).max(1);
            count += 1;
        }
        self.staged.clear();
        self.done = 0;
        count
    }

    /// Makes sure that there is a segment with room for an entry. `false`: the buffer is full.
    fn has_room(&mut self, bytes: u64) -> io::Result<bool> {
        let options = &self.shared.options;
        let fits = |active: &&Active| options.fits_segment(active.bytes, bytes);
        let is_new = self.active.as_ref().filter(fits).is_none();
        let needed = bytes + if is_new { SEGMENT_HEAD as u64 } else { 0 };
        let mut given_up = Vec::new();
        let mut place = self.shared.place.lock();
        let has_room = loop {
            if place.bytes + needed <= options.capacity_bytes() {
                break true;
            }
            match place.make_room(options.drops_oldest()) {
                Some(segment) => given_up.push(segment),
                // A last segment that is full and sent makes room when another one follows it.
                None => break false,
            }
        };
        if !given_up.is_empty() {
            place.write_state();
        }
        drop(place);
        self.shared.delete(&given_up);
        if has_room && is_new {
            self.begin_segment()?;
        }
        Ok(has_room)
    }

    /// Deletes the last segment, if nothing of it is needed any more, as the disk has no room. Whether
    /// it has then.
    #[cold]
    fn drop_sent(&mut self) -> bool {
        let mut place = self.shared.place.lock();
        let is_sent = place.state.released == place.state.taken;
        let Some(last) = place.segments.back().copied().filter(|_| is_sent) else { return false };
        // From then on the state alone tells which sequence is next.
        place.write_state();
        let is_known = place.is_state_written();
        let has_entries = |active: &mut Active| is_known && active.bytes > SEGMENT_HEAD as u64;
        let Some(active) = self.active.take_if(has_entries) else { return false };
        place.pop_last();
        drop(place);
        // The other end may hold the file open.
        self.shared.disk().truncate(&active.file, 0).ok();
        self.shared.delete(&[last]);
        true
    }

    /// Begins a segment, and ends the one before.
    fn begin_segment(&mut self) -> io::Result<()> {
        let first = self.end() + 1;
        let (disk, salt) = (self.shared.disk(), random());
        let path = Segment::path(&self.shared.folder, first);
        let file = disk.open(&path, How::Create(0o600))?;
        if let Err(error) = write_all(disk, &file, &segment::head(first, salt)) {
            disk.remove(&path).ok();
            return Err(error);
        }
        let bytes = SEGMENT_HEAD as u64;
        self.active = Some(Active { file, salt, bytes });
        let mut place = self.shared.place.lock();
        place.segments.push_back(Segment { first, bytes });
        place.bytes += bytes;
        let done = place.release(0);
        place.write_state();
        drop(place);
        self.shared.delete(&done);
        Ok(())
    }

    /// Writes as many of the staged entries as there is room for in the segment, at least one. How
    /// many these were.
    fn write_run(&mut self, first: u64) -> io::Result<u64> {
        let options = &self.shared.options;
        let Some(active) = &mut self.active else { return Ok(0) };
        let free = options.capacity_bytes().saturating_sub(self.shared.place.lock().bytes);
        let (mut run, mut count) = (0, 0);
        while let Some(rest) = self.staged.get_mut(self.done + run..) {
            let len = entry::bytes_of(rest);
            let Some(entry) = rest.get_mut(..len).filter(|entry| !entry.is_empty()) else { break };
            let fits = options.fits_segment(active.bytes + run as u64, len as u64)
                && (run + len) as u64 <= free;
            if !fits {
                break;
            }
            entry::seal(entry, first + count, active.salt);
            run += len;
            count += 1;
        }
        let bytes = self.staged.get(self.done..self.done + run).unwrap_or_default();
        if let Err(error) = write_all(self.shared.disk(), &active.file, bytes) {
            // A piece of it would stand between entries.
            if self.shared.disk().truncate(&active.file, active.bytes).is_err() {
                self.active = None;
            }
            return Err(error);
        }
        active.bytes += run as u64;
        self.done += run;
        let mut place = self.shared.place.lock();
        place.state.taken += count;
        place.set_last_bytes(active.bytes);
        Ok(count)
    }
}

/// Whether there is no room, which there may be when something is deleted.
fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn write_all(disk: &dyn Disk, file: &File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match disk.write(file, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
