use std::fs;
use std::io;

use crate::base::How;
use crate::sink::file::Folder;

/// A small file beside the logs to which whole lines are added.
///
/// What could not be written waits for the next time, so that a disk that was full for a while
/// leaves no gap.
#[derive(Debug)]
pub(crate) struct Appended {
    name: String,
    handle: Option<fs::File>,
    /// To cut it to before anything is added.
    cut_to: Option<u64>,
    /// What is not in the file yet.
    waits: Vec<u8>,
}

/// Lines that wait beyond this are given up.
const MOST_WAITING: usize = 1 << 20;

impl Appended {
    /// A file of this name, of which the first bytes are kept.
    pub(crate) const fn keeping(name: String, bytes: u64) -> Self {
        Self { name, handle: None, cut_to: Some(bytes), waits: Vec::new() }
    }

    /// Whether the lines will be written; if not, there are too many already.
    pub(crate) fn push(&mut self, lines: &[u8]) -> bool {
        let has_room = self.waits.len() + lines.len() <= MOST_WAITING;
        if has_room {
            self.waits.extend_from_slice(lines);
        }
        has_room
    }

    /// Writes what waits.
    pub(crate) fn write(&mut self, folder: &Folder) -> io::Result<()> {
        let handle = match &mut self.handle {
            Some(handle) => handle,
            none => {
                none.insert(folder.disk.open(&folder.at(&self.name), How::Append(folder.mode))?)
            }
        };
        if let Some(len) = self.cut_to {
            if handle.metadata()?.len() > len {
                folder.disk.truncate(handle, len)?;
            }
            self.cut_to = None;
        }
        while !self.waits.is_empty() {
            match folder.disk.write(handle, &self.waits) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(taken) => drop(self.waits.drain(..taken.min(self.waits.len()))),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if folder.syncs { folder.disk.sync(handle) } else { Ok(()) }
    }

    /// How much waits.
    pub(crate) const fn waiting(&self) -> usize {
        self.waits.len()
    }

    /// Writes what waits and gives the file another name.
    pub(crate) fn finish(mut self, folder: &Folder, name: &str) -> io::Result<()> {
        let done = self.write(folder);
        if self.waiting() > 0 {
            return done;
        }
        // It is whole, whether or not it is on the disk.
        folder.disk.rename(&folder.at(&self.name), &folder.at(name)).and(done)
    }
}
