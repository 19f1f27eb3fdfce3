//! A file that is being written.

use std::fs;
use std::io;
use std::sync::Arc;

use crate::sink::file::apart::{Apart, Landed};
use crate::sink::file::folder::Folder;
use crate::sink::file::retention::Retention;
use crate::sink::names::FileName;
use crate::sink::proof::Books;

#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) folder: Folder,
    pub(super) retention: Retention,
    /// What proves the files, if that is wanted.
    pub(super) books: Option<Books>,
    pub(super) name: FileName,
    /// The name as points tell it; empty: there are none.
    pub(super) point: String,
    pub(super) handle: Arc<fs::File>,
    /// Writes on a thread of its own.
    pub(super) apart: Option<Apart>,
    pub(super) position: u64,
    /// The file is longer than its position: it could not be cut yet.
    pub(super) is_too_long: bool,
    /// What went wrong without keeping anything from being done.
    pub(super) complaint: Option<io::Error>,
}

impl OpenFile {
    /// Writes, on whichever thread.
    pub(super) fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        match &mut self.apart {
            Some(apart) => apart.write(&self.handle, lines),
            None => self.folder.disk.write(&self.handle, lines),
        }
    }

    /// What became of the lines that were handed over last, if they are these.
    pub(super) fn land(&mut self, lines: &[u8]) -> io::Result<Option<io::Result<usize>>> {
        let Some(apart) = &mut self.apart else { return Ok(None) };
        let landed = apart.land(lines)?;
        Ok(self.landed(landed))
    }

    pub(super) fn land_last(&mut self) -> io::Result<()> {
        let Some(apart) = &mut self.apart else { return Ok(()) };
        let landed = apart.land_last()?;
        self.landed(landed);
        Ok(())
    }

    fn landed(&mut self, landed: Landed) -> Option<io::Result<usize>> {
        match landed {
            Landed::Nothing => None,
            // What is to be cut off stands before them.
            Landed::These(done) if !self.is_too_long => Some(done),
            Landed::These(_) => None,
            Landed::Others => {
                self.is_too_long = true;
                None
            }
        }
    }

    /// Cuts the file to its position, if it is longer.
    pub(super) fn cut_what_is_owed(&mut self) -> io::Result<()> {
        if self.is_too_long {
            // Somebody else may have cut it shorter: that is no reason to fill it up with zeros.
            let len = self.handle.metadata()?.len();
            self.folder.disk.truncate(&self.handle, self.position.min(len))?;
            self.is_too_long = false;
        }
        Ok(())
    }

    /// Creates the next file; in a directory made anew, if somebody has taken the old one away.
    pub(super) fn create(&mut self, stamp: &str) -> io::Result<(FileName, fs::File)> {
        match self.folder.create(stamp) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.folder.make_anew()?;
                if let Some(books) = &mut self.books {
                    books.begin_anew();
                }
                self.folder.create(stamp)
            }
            other => other,
        }
    }

    /// Brings the file to the disk, if the subscription wants that at all.
    pub(super) fn sync_if_wanted(&self) -> io::Result<()> {
        if self.folder.syncs { self.folder.disk.sync(&self.handle) } else { Ok(()) }
    }

    /// Deletes the oldest closed files beyond those to keep.
    pub(super) fn delete_oldest(&mut self) -> io::Result<()> {
        for name in self.retention.overdue(&self.folder, self.position)? {
            self.folder.remove(&name)?;
            if let Some(books) = &mut self.books {
                books.deleted(&self.folder, &name);
            }
        }
        self.folder.sync()
    }
}
