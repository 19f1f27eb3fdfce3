//! Back to a point of an earlier run, so that what came behind it can be written again.

use std::fs;
use std::io;

use crate::base::{How, Timestamp};
use crate::sink::file::folder::Folder;
use crate::sink::names::FileName;
use crate::sink::proof::sidecar;
use crate::subscription::Point;

/// The file of an earlier run, as it was at a point.
pub(super) struct Resumed {
    pub(super) name: FileName,
    pub(super) handle: fs::File,
    /// What it lacks of the bytes that it had at the point.
    pub(super) missing: u64,
    /// The files that were deleted.
    pub(super) taken_back: Vec<FileName>,
}

/// A run commits every few seconds, whatever its sinks do: what was written so many seconds behind
/// its last commit was written by another.
const LONGEST_AFTER: i64 = 120;

impl Folder {
    /// Cuts the file of a point to its length and opens it again; files that were begun later are
    /// deleted. `None`, and nothing is touched, where another run has been here since, which is
    /// told by files that it marked as interrupted or wrote much later, or where the file is gone.
    pub(super) fn resume(&self, point: &Point<'_>) -> io::Result<Option<Resumed>> {
        let parse = |stem: &str| FileName::parse(&self.file, &format!("{stem}.current"));
        let (stem, highest) = point.file.split_once(BEHIND).unwrap_or((point.file, point.file));
        let Some((open, highest)) = parse(stem).zip(parse(highest)) else {
            return Ok(None);
        };
        let names = self.list()?;
        let Some(found) = names.iter().find(|name| name.is_same_stem(&open)) else {
            return Ok(None);
        };
        // The next file is begun when this one is no longer current: until then there is none that
        // is later, whatever the names say. The local time may have gone back: what is being
        // written is later in any case, and what was there before is not, however high its name.
        let is_later = |name: &&FileName| {
            found.status() != "current"
                && !name.is_same_stem(&open)
                && (name.is_behind(&open) && name.is_behind(&highest) || name.status() == "current")
        };
        let later: Vec<&FileName> = names.iter().filter(is_later).collect();
        if found.status() == "u" || later.iter().any(|name| name.status() == "u") {
            return Ok(None);
        }
        if let Some(time) = point.time {
            for name in later.iter().chain([&found]) {
                let written = fs::symlink_metadata(self.at(*name))?.modified()?;
                let seconds = Timestamp::from(written).seconds() - time.seconds();
                if seconds > LONGEST_AFTER {
                    return Ok(None);
                }
            }
        }
        for name in &later {
            self.remove(*name)?;
            for name in [*name, &name.with_status("current")] {
                self.remove(&sidecar::name(name))?;
            }
        }
        let taken_back = later.into_iter().cloned().collect();
        if found.status() != open.status() {
            self.rename(found, &open)?;
            // Its chain goes on from the value that it went on from. Without it the ledger says.
            let sidecars = [found, &open].map(|name| self.at(&sidecar::name(name)));
            let [from, to] = &sidecars;
            self.disk.rename(from, to).ok();
        }
        let handle = self.disk.open(&self.at(&open), How::Append(self.mode))?;
        let len = handle.metadata()?.len();
        if len > point.len {
            self.disk.truncate(&handle, point.len)?;
        }
        Ok(Some(Resumed { name: open, handle, missing: point.len.saturating_sub(len), taken_back }))
    }

    /// What a point says of a file: its name without the status, and behind it the highest of the
    /// names that are there, where the local time has gone back and it is higher.
    pub(super) fn point_of(&self, open: &FileName) -> io::Result<String> {
        let names = self.list()?;
        let before = names.iter().filter(|name| name.is_behind(open)).max();
        Ok(before.map_or_else(
            || open.stem(),
            |highest| format!("{}{BEHIND}{}", open.stem(), highest.stem()),
        ))
    }
}

/// Between the names in a point. No name has it.
const BEHIND: char = '\t';
