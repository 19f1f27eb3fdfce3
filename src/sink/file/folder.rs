//! A subscription's directory: the files in it, and what is done to them.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::base::{Disk, Error, Form, HeldFile, How, Result};
use crate::sink::names::FileName;

/// A subscription's directory, locked for as long as this lives.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) path: PathBuf,
    /// The name of the files before the stamp.
    pub(crate) file: String,
    /// The mode of new files.
    pub(crate) mode: u32,
    /// Whether names are brought to the disk when they change.
    pub(crate) syncs: bool,
    /// Holds the lock.
    handle: HeldFile,
}

impl Folder {
    /// Makes the directory if need be, and locks it.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        path: PathBuf,
        file: &str,
        mode: u32,
        syncs: bool,
    ) -> Result<Self> {
        let handle = open_locked(&*disk, &path, HeldFile::MOMENT)?;
        Ok(Self { disk, path, file: file.to_owned(), mode, syncs, handle })
    }

    /// Makes the directory again, which somebody has taken away.
    pub(crate) fn make_anew(&mut self) -> io::Result<()> {
        // The formatter thread does not wait: it tries again.
        self.handle = open_locked(&*self.disk, &self.path, Duration::ZERO)
            .map_err(|error| io::Error::other(error.to_string()))?;
        Ok(())
    }

    /// Where a file of this name is.
    pub(crate) fn at(&self, name: &(impl ToString + ?Sized)) -> PathBuf {
        self.path.join(name.to_string())
    }

    /// The subscription's files, whatever their status; links and others' files are passed over.
    pub(crate) fn list(&self) -> io::Result<Vec<FileName>> {
        let names = self.disk.list(&self.path)?;
        Ok(names.iter().filter_map(|name| FileName::parse(&self.file, name)).collect())
    }

    /// Brings names to the disk, if the subscription wants that.
    pub(crate) fn sync(&self) -> io::Result<()> {
        if self.syncs { self.disk.sync(&self.handle) } else { Ok(()) }
    }

    pub(crate) fn rename(&self, from: &FileName, to: &FileName) -> io::Result<()> {
        self.disk.rename(&self.at(from), &self.at(to))
    }

    /// Deletes a file, if it is there.
    pub(crate) fn remove(&self, name: &(impl ToString + ?Sized)) -> io::Result<()> {
        match self.disk.remove(&self.at(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Creates the file that starts at `stamp`, under a name that no file had in any status.
    pub(crate) fn create(&self, stamp: &str) -> io::Result<(FileName, fs::File)> {
        let mut name = FileName::behind(&self.list()?, &self.file, stamp);
        loop {
            match self.disk.open(&self.at(&name), How::Create(self.mode)) {
                // Something that is no log file of ours has the name.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => name = name.next(),
                other => return other.map(|handle| (name, handle)),
            }
        }
    }

    /// Points `{file}.current` at the open file, in one step for whoever looks.
    pub(crate) fn link(&self, name: &FileName) -> io::Result<()> {
        let link = self.link_path();
        if fs::symlink_metadata(&link).is_ok_and(|found| !found.file_type().is_symlink()) {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                format!("{} is in the way: it is not a link; move it", link.display()),
            ));
        }
        let new = format!(".{}.current.new", self.file);
        self.remove(&new)?;
        let new = self.at(&new);
        self.disk.link(&name.to_string(), &new)?;
        self.disk.rename(&new, &link)
    }

    /// Takes away the link to the open file.
    pub(crate) fn unlink(&self) -> io::Result<()> {
        let link = self.link_path();
        if fs::symlink_metadata(&link)?.file_type().is_symlink() {
            self.disk.remove(&link)?;
        }
        Ok(())
    }

    fn link_path(&self) -> PathBuf {
        self.at(&format!("{}.current", self.file))
    }

    /// The newest file that an earlier run left open, to be written on.
    pub(crate) fn left_open(&self) -> io::Result<Option<(FileName, fs::File)>> {
        let names = self.list()?;
        let Some(name) = names.into_iter().filter(|name| name.status() == "current").max() else {
            return Ok(None);
        };
        let handle = self.disk.open(&self.at(&name), How::Append(self.mode))?;
        Ok(Some((name, handle)))
    }

    /// Cuts what a crash left open to its last whole line, where it is lines, and marks it
    /// interrupted. The files' names as they are then.
    pub(crate) fn close_interrupted(
        &self,
        form: Form,
        goes_on: Option<&FileName>,
    ) -> io::Result<Vec<FileName>> {
        let is_left = |name: &FileName| name.status() == "current" && Some(name) != goes_on;
        let mut closed = Vec::new();
        for name in self.list()?.into_iter().filter(is_left) {
            let handle = self.disk.open(&self.at(&name), How::Change)?;
            let len = handle.metadata()?.len();
            // A record of another form may hold line ends: its reader says where it was torn.
            let whole = if form.is_text() { whole_lines(&handle, len)? } else { len };
            if whole < len {
                self.disk.truncate(&handle, whole)?;
            }
            if self.syncs {
                self.disk.sync(&handle)?;
            }
            let interrupted = name.with_status("u");
            self.rename(&name, &interrupted)?;
            closed.push(interrupted);
        }
        Ok(closed)
    }
}

/// Makes a directory if need be, and locks it, if nobody else holds it for longer than this.
fn open_locked(disk: &dyn Disk, path: &Path, at_most: Duration) -> Result<HeldFile> {
    disk.make_folder(path).map_err(|source| {
        Error::io("cannot make the log directory: check the owner and mode above it", source)
            .at_path(path)
    })?;
    let handle = disk.open(path, How::Folder).map_err(|source| {
        Error::io("the log directory must be a directory, not a link", source).at_path(path)
    })?;
    let handle = HeldFile::new(handle);
    match handle.try_lock_for(at_most) {
        Ok(()) => Ok(handle),
        Err(fs::TryLockError::WouldBlock) => Err(Error::config(
            "another engine writes here: give each its own directory or subscription name",
        )
        .at_path(path)),
        Err(fs::TryLockError::Error(source)) => {
            Err(Error::io("cannot lock the log directory", source).at_path(path))
        }
    }
}

/// How many of the first `len` bytes are whole lines.
fn whole_lines(mut handle: &fs::File, len: u64) -> io::Result<u64> {
    let mut block = [0u8; 4096];
    let mut end = len;
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        handle.seek(SeekFrom::Start(start))?;
        let len = usize::try_from(end - start).unwrap_or(0);
        let Some(part) = block.get_mut(..len) else { break };
        handle.read_exact(part)?;
        if let Some(found) = memchr::memrchr(b'\n', part) {
            return Ok(start + found as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}
