//! Where lines go.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use tempfile::TempDir;

use crate::Result;

/// What is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// A directory on the disk that this project was built on
    Disk,
    /// A directory in memory, /dev/shm
    Tmpfs,
    /// /dev/null: a system call, and nothing behind it
    Null,
}

impl Target {
    pub(crate) const ALL: [Self; 3] = [Self::Disk, Self::Tmpfs, Self::Null];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Tmpfs => "tmpfs",
            Self::Null => "null",
        }
    }

    /// A place of its own for one run, gone with everything in it when it is dropped.
    pub(crate) fn place(self) -> Result<Place> {
        let dir = match self {
            Self::Null => return Ok(Place::null()),
            Self::Tmpfs => PathBuf::from("/dev/shm"),
            Self::Disk => PathBuf::from("target"),
        };
        fs::create_dir_all(&dir)?;
        let owned = TempDir::with_prefix_in("perf-", dir)?;
        Ok(Place { dir: Some(owned.path().to_owned()), _owned: Some(owned) })
    }
}

/// Where one run's lines go.
#[derive(Debug)]
pub(crate) struct Place {
    dir: Option<PathBuf>,
    _owned: Option<TempDir>,
}

impl Place {
    /// A directory that somebody else looks after.
    pub(crate) const fn in_dir(dir: PathBuf) -> Self {
        Self { dir: Some(dir), _owned: None }
    }

    /// /dev/null
    pub(crate) const fn null() -> Self {
        Self { dir: None, _owned: None }
    }

    /// The directory; none when the lines go to /dev/null.
    pub(crate) fn dir(&self) -> Option<&Path> {
        self.dir.as_deref()
    }

    /// Where a file of this name is, or /dev/null.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir().map_or_else(|| PathBuf::from("/dev/null"), |dir| dir.join(name))
    }

    /// A new file, or /dev/null.
    pub(crate) fn create(&self, name: &str) -> std::io::Result<fs::File> {
        match self.dir() {
            Some(dir) => fs::File::create(dir.join(name)),
            None => dev_null(),
        }
    }
}

pub(crate) fn dev_null() -> std::io::Result<fs::File> {
    fs::OpenOptions::new().write(true).open("/dev/null")
}
