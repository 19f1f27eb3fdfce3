use std::fs;
use std::path::{Path, PathBuf};
#[cfg(feature = "service")]
use std::sync::Arc;

use crate::base::{Error, Result};
use crate::sink::names::FileName;

/// A log file as it lies in a subscription's directory.
///
/// Source: section "File names" of `docs/FORMATS.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFile {
    folder: PathBuf,
    name: FileName,
}

impl LogFile {
    /// The log files in a subscription's directory, the oldest first; links and other files are
    /// passed over.
    ///
    /// ```
    /// # let dir = tempfile::tempdir().unwrap();
    /// # let dir = dir.path();
    /// use ringmail::{Engine, File, LogFile, LogType, Subscription};
    /// let mail = Subscription::new("mail_logs", LogType::TextMail).sink(File::in_dir(dir));
    /// let (engine, guard) = Engine::builder().subscribe(mail).start()?;
    /// engine.rollover("mail_logs")?;
    /// let files = LogFile::list(dir.join("mail_logs"))?;
    /// assert!(!files[0].is_open() && files[1].is_open());
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::is_io`] when the directory cannot be read.
    pub fn list(folder: impl AsRef<Path>) -> Result<Vec<Self>> {
        let folder = folder.as_ref();
        let failed = |source| Error::io("cannot list the log directory", source).at_path(folder);
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_str().and_then(FileName::parse_any);
            if let Some(name) = name
                && entry.file_type().map_err(failed)?.is_file()
            {
                files.push(Self { folder: folder.to_path_buf(), name });
            }
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(files)
    }

    /// The paths of the log files in a subscription's directory, those included that somebody
    /// compressed and named `.gz`: the oldest first, the open one last.
    ///
    /// A file that is there in both forms is given once, as it was written.
    ///
    /// # Errors
    /// [`Error::is_io`] when the directory cannot be read.
    pub fn history(folder: impl AsRef<Path>) -> Result<Vec<PathBuf>> {
        let folder = folder.as_ref();
        let failed = |source| Error::io("cannot list the log directory", source).at_path(folder);
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let plain = name.strip_suffix(".gz");
            if let Some(log) = FileName::parse_any(plain.unwrap_or(name))
                && entry.file_type().map_err(failed)?.is_file()
            {
                files.push((log.status() == "current", log, plain.is_some()));
            }
        }
        // Whatever its name says: local time may have gone back.
        files.sort_by(|(is_open, name, is_packed), (is_open_too, other, is_packed_too)| {
            (is_open, name, is_packed).cmp(&(is_open_too, other, is_packed_too))
        });
        files.dedup_by(|(_, name, is_packed), (_, before, _)| {
            *is_packed && name.is_same_stem(before)
        });
        let path = |(_, name, is_packed): (bool, FileName, bool)| {
            folder.join(format!("{name}{}", if is_packed { ".gz" } else { "" }))
        };
        Ok(files.into_iter().map(path).collect())
    }

    /// The file of this name, whether or not there is one; `None` if it is no log file's name.
    #[cfg_attr(not(feature = "service"), expect(dead_code, reason = "for its commits"))]
    pub(crate) fn named(folder: &Path, name: &str) -> Option<Self> {
        Some(Self { folder: folder.to_path_buf(), name: FileName::parse_any(name)? })
    }

    /// Tells the ledger that these files of a directory, which nobody writes, have been deleted, as
    /// their events will be written again.
    #[cfg(feature = "service")]
    pub(crate) fn taken_back(folder: &Path, files: &[&Self]) -> Result<()> {
        use crate::base::RealDisk;
        use crate::sink::file::Folder;
        use crate::sink::proof::{Records, sidecar};

        let Some(first) = files.first() else { return Ok(()) };
        let failed = |source| Error::io("cannot write to the ledger", source).at_path(folder);
        // The ledger is there already, with the mode that it was given.
        let file = first.name.file();
        let opened = Folder::open(Arc::new(RealDisk), folder.to_path_buf(), file, 0o600, true)?;
        for file in files {
            opened.remove(&sidecar::name(&file.name)).map_err(failed)?;
        }
        let names = files.iter().map(|file| &file.name);
        Records::taken_back(&opened, names).map_err(failed)
    }

    /// Where its sidecar is.
    #[cfg(feature = "service")]
    pub(crate) fn sidecar(&self) -> PathBuf {
        self.folder.join(crate::sink::proof::sidecar::name(&self.name))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join(self.name.to_string())
    }

    /// Whether an engine writes it, as far as its name tells.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.name.status() == "current"
    }

    /// Whether it is the same file, perhaps under the name of another status.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.folder == other.folder && self.name.is_same_stem(&other.name)
    }

    /// Whether it was begun after the other.
    #[must_use]
    pub fn is_after(&self, other: &Self) -> bool {
        !self.is_same(other) && self.name > other.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_has_each_file_once_and_the_open_one_last() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "m.@20260102T000000.current",
            "m.@20260103T000000.s",
            "m.@20260101T000000.s.gz",
            "m.@20260101T000000-1.u",
            "m.@20260103T000000.s.gz",
            "m.@20260101.s.gz",
            "notes.gz",
        ] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        std::os::unix::fs::symlink("m.@20260102T000000.current", dir.path().join("m.current"))
            .unwrap();
        let history = LogFile::history(dir.path()).unwrap();
        let names: Vec<_> =
            history.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(
            names,
            [
                "m.@20260101T000000.s.gz",
                "m.@20260101T000000-1.u",
                "m.@20260103T000000.s",
                "m.@20260102T000000.current",
            ]
        );
    }
}
