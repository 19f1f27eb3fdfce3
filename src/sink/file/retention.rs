//! Which closed files are deleted.

use std::fs;
use std::io;
use std::time::{Duration, SystemTime};

use crate::sink::file::folder::Folder;
use crate::sink::names::FileName;
use crate::subscription::Opening;

/// How many files are kept, how large, how long.
#[derive(Debug)]
pub(crate) struct Retention {
    keep: usize,
    keep_bytes: Option<u64>,
    keep_age: Option<Duration>,
    /// The files that this sink has closed, the oldest first: their names tell their age only as
    /// long as the local time does not go back.
    closed: Vec<FileName>,
}

impl Retention {
    pub(crate) const fn new(opening: &Opening<'_>) -> Self {
        let Opening { keep, keep_bytes, keep_age, .. } = *opening;
        Self { keep, keep_bytes, keep_age, closed: Vec::new() }
    }

    /// Remembers that a file has been closed, behind those before.
    pub(crate) fn closed(&mut self, name: FileName) {
        self.closed.push(name);
    }

    /// The closed files to delete, the oldest first; `open_bytes` are those of the open file.
    pub(crate) fn overdue(
        &mut self,
        folder: &Folder,
        open_bytes: u64,
    ) -> io::Result<Vec<FileName>> {
        let mut closed: Vec<FileName> =
            folder.list()?.into_iter().filter(|name| name.status() != "current").collect();
        let too_many = (closed.len() + 1).saturating_sub(self.keep);
        if too_many == 0 && self.keep_bytes.is_none() && self.keep_age.is_none() {
            return Ok(Vec::new());
        }
        self.closed.retain(|name| closed.contains(name));
        closed.sort();
        // Those of earlier runs first.
        closed.sort_by_key(|name| self.closed.iter().position(|own| own == name));
        let too_many = too_many.max(self.too_big_or_old(folder, &closed, open_bytes)?);
        closed.truncate(too_many);
        Ok(closed)
    }

    /// How many of the closed files, the oldest first, are past the bound of bytes or age.
    fn too_big_or_old(
        &self,
        folder: &Folder,
        closed: &[FileName],
        open_bytes: u64,
    ) -> io::Result<usize> {
        let (mut bytes, now) = (open_bytes, SystemTime::now());
        for (at, name) in closed.iter().enumerate().rev() {
            let found = match fs::symlink_metadata(folder.at(name)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                found => found?,
            };
            bytes = bytes.saturating_add(found.len());
            let age = found.modified().ok().and_then(|then| now.duration_since(then).ok());
            let is_over = self.keep_bytes.is_some_and(|most| bytes > most)
                || self.keep_age.zip(age).is_some_and(|(most, age)| age > most);
            if is_over {
                return Ok(at + 1);
            }
        }
        Ok(0)
    }
}
