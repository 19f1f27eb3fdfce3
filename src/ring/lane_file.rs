//! A lane as a file, which survives the end of the process that writes it.

use std::fs::{self, File};
use std::io;
use std::mem::offset_of;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{Ordering, fence};

use crate::base::{Disk, HeldFile, How};
use crate::ring::RunDirectory;
use crate::ring::lane::{Control, HeadWords, ProducerWords};
use crate::ring::lane_head::{HEAD_LEN, LaneHead};
use crate::ring::mapping::Mapping;
use crate::ring::owner::effective_user;
use crate::ring::region::{CONTROL_AT, DATA_AT, Region};

/// The file of a lane, and how far it can be trusted.
#[derive(Debug)]
pub(crate) struct LaneFile {
    pub(crate) head: LaneHead,
    path: PathBuf,
    /// In the process that owns the lane it holds the lock that says that the process lives.
    file: HeldFile,
    reach: Reach,
}

/// How the records of a lane are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// This process alone writes it: where they stand.
    Own,
    /// Another process can write it: from a copy of mapped memory.
    Mapped,
    /// Another user can cut it short, which would end whoever maps it, or its owner has died and
    /// nobody knows what is left: by system calls.
    Read,
}

/// Why a lane cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// In words.
    pub(crate) why: String,
    /// It may be readable later: something has run out.
    pub(crate) may_pass: bool,
}

impl Unreadable {
    #[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
    fn by_system(error: io::Error) -> Self {
        let may_pass = matches!(
            error.raw_os_error(),
            Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::EINTR)
        );
        Self { why: error.to_string(), may_pass }
    }
}

impl From<&str> for Unreadable {
    fn from(why: &str) -> Self {
        Self { why: why.to_owned(), may_pass: false }
    }
}

impl LaneFile {
    /// Makes a lane, all of whose space is there: no half-made one is ever seen under its name.
    ///
    /// # Errors
    /// Whatever keeps the file from being made, above all a lack of space.
    pub(crate) fn create(
        directory: &RunDirectory,
        head: LaneHead,
        mode: u32,
    ) -> io::Result<(Self, Region)> {
        let dir = directory.path();
        let made = dir.join(format!(".{:016x}.new", head.key));
        let path = dir.join(lane_name(head.key));
        let done = Self::create_at(directory.disk(), &made, &path, head, mode);
        if done.is_err() {
            fs::remove_file(&made).ok();
        }
        done
    }

    fn create_at(
        disk: &dyn Disk,
        made: &Path,
        path: &Path,
        head: LaneHead,
        mode: u32,
    ) -> io::Result<(Self, Region)> {
        let file = HeldFile::new(disk.open(made, How::Make(mode))?);
        file.lock()?;
        // Whatever the umask is: who may read lanes is the run directory's affair.
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        let len = DATA_AT as u64 + head.size;
        disk.allocate(&file, len)?;
        file.write_all_at(&head.to_bytes(), 0)?;
        let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let mut mapping = Mapping::shared(disk, &file, len)?;
        mapping.keep_from_children();
        let region = Region::mapped(mapping);
        disk.rename(made, path)?;
        Ok((Self { head, path: path.to_path_buf(), file, reach: Reach::Own }, region))
    }

    /// Opens a lane that another process made, or this one for another ring.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    pub(crate) fn open(disk: &dyn Disk, path: &Path) -> Result<(Self, Region), Unreadable> {
        let failed = Unreadable::by_system;
        let file = HeldFile::new(disk.open(path, How::Change).map_err(failed)?);
        let found = file.metadata().map_err(failed)?;
        if !found.is_file() {
            return Err("it is no regular file".into());
        }
        let mut bytes = [0; HEAD_LEN];
        file.read_exact_at(&mut bytes, 0).map_err(|_| "it has no whole head")?;
        let head = LaneHead::read(&bytes)?;
        if head.owner.uid != found.uid() {
            return Err("it says that it belongs to another user than it does".into());
        }
        if path.file_name().is_none_or(|name| *name != *lane_name(head.key)) {
            return Err("its name is not its own".into());
        }
        let mut opened = Self { head, path: path.to_path_buf(), file, reach: Reach::Read };
        let len = DATA_AT as u64 + head.size;
        let can_be_mapped =
            found.uid() == effective_user() && found.len() == len && !opened.is_owner_gone();
        let region = if can_be_mapped {
            opened.reach = Reach::Mapped;
            let len = usize::try_from(len).map_err(|_| "it is too large")?;
            let mapping = Mapping::shared(disk, &opened.file, len).map_err(failed)?;
            Region::mapped(mapping)
        } else {
            Region::copied()
        };
        opened.refresh(region.control());
        Ok((opened, region))
    }

    /// How its records are read.
    pub(crate) const fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether the process that owned it has ended, and all its children that inherited the file.
    /// For lanes of others only: the lock that it looks at is its own for one's own.
    pub(crate) fn is_owner_gone(&self) -> bool {
        let is_gone = self.file.try_lock().is_ok();
        if is_gone {
            // Whoever else looks is to find the same.
            self.file.unlock().ok();
        }
        is_gone
    }

    /// Changes the time of the file, of which whoever watches its directory is told.
    pub(crate) fn touch(&self) {
        touch(&self.file);
    }

    /// Takes the file away.
    pub(crate) fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Brings a copy of the control words up to date, where there is one.
    ///
    /// A system call need not read eight bytes at once: the tail is read until it is twice the
    /// same, or, if its producer is too fast for that, left as it was.
    pub(crate) fn refresh(&self, control: &Control) {
        if self.reach != Reach::Read {
            return;
        }
        const PRODUCER: usize = offset_of!(Control, producer);
        const LOSS: usize = offset_of!(Control, loss);
        let mut bytes = [0; size_of::<Control>()];
        let tail_of = |bytes: &[u8]| word(bytes, PRODUCER + offset_of!(ProducerWords, tail));
        let mut tail = None;
        for _ in 0..8 {
            // What a file that was cut short does not have reads as it was before.
            if self.file.read_exact_at(&mut bytes, CONTROL_AT as u64).is_err() {
                return;
            }
            let before = tail.replace(tail_of(&bytes));
            if before == tail {
                break;
            }
        }
        let words = &control.producer;
        let word_at = |at| word(&bytes, at);
        // ORDERING: pair A for what is read by system calls: data are read behind the tail.
        fence(Ordering::Acquire);
        words.tail.store(tail_of(&bytes), Ordering::Relaxed);
        words
            .offered
            .store(word_at(PRODUCER + offset_of!(ProducerWords, offered)), Ordering::Relaxed);
        words
            .accepted
            .store(word_at(PRODUCER + offset_of!(ProducerWords, accepted)), Ordering::Relaxed);
        words
            .closed
            .store(word_at(PRODUCER + offset_of!(ProducerWords, closed)), Ordering::Relaxed);
        let head = offset_of!(Control, head);
        control.head.head.store(word_at(head), Ordering::Relaxed);
        for (at, count) in control.loss.all().into_iter().enumerate() {
            count.store(word_at(LOSS + 8 * at), Ordering::Relaxed);
        }
    }

    /// Reads data from `index` on, and tells how many bytes the file has of them.
    pub(crate) fn read_data(&self, index: u64, to: &mut [u8]) -> usize {
        let mut done = 0;
        while let Some(rest) = to.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, DATA_AT as u64 + index + done as u64) {
                Ok(0) => break,
                Ok(more) => done += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        done
    }

    /// Writes the head where the producer reads it, if it is not written by a store.
    pub(crate) fn write_head(&self, position: u64) {
        if self.reach == Reach::Read {
            let head = CONTROL_AT + offset_of!(Control, head);
            for at in [offset_of!(HeadWords, head), offset_of!(HeadWords, again)] {
                // Where it cannot be written, the lane stays full, which its producer counts.
                self.file.write_all_at(&position.to_ne_bytes(), (head + at) as u64).ok();
            }
        }
    }
}

fn word(bytes: &[u8], at: usize) -> u64 {
    let eight = bytes.get(at..).and_then(|rest| rest.first_chunk());
    eight.map_or(0, |eight| u64::from_ne_bytes(*eight))
}

/// Changes the time of a file.
pub(crate) fn touch(file: &File) {
    // SAFETY: a call on an open descriptor; no times means now. Who cannot be told this way wakes
    // up by itself a little later.
    let _told = unsafe { libc::futimens(file.as_raw_fd(), std::ptr::null()) };
}

/// The name of the lane with this key.
pub(crate) fn lane_name(key: u64) -> String {
    format!("{key:016x}.lane")
}

/// The key in the name of a lane.
pub(crate) fn key_of(name: &str) -> Option<u64> {
    let key = u64::from_str_radix(name.strip_suffix(".lane")?, 16).ok()?;
    (lane_name(key) == name).then_some(key)
}
