//! What is known from one run to the next: how far inputs were read, and how far files were written
//! then.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::{Error, Result};
use crate::sink::LogFile;

/// A commit: everything that the inputs had said up to their positions stands in the files up to
/// their lengths, and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct State {
    /// How far each input was read, by its name.
    pub(crate) inputs: BTreeMap<String, Value>,
    /// The open file of each subscription, by its name. None behind an orderly end.
    pub(crate) files: BTreeMap<String, OpenFile>,
}

/// An open file, as it was at a commit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct OpenFile {
    /// Its name without the status.
    pub(crate) stem: String,
    /// Its length in bytes.
    pub(crate) length: u64,
    /// The highest name without status of all files that there were, where that is another: the
    /// local time has gone back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) highest: Option<String>,
}

/// What was undone to come back to a commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Undone {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

const NAME: &str = "state.json";

impl State {
    /// Reads the last commit; `None` where there has been none.
    pub(crate) fn read(directory: &Path) -> Result<Option<Self>> {
        let path = directory.join(NAME);
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|error| {
                Error::input(format!(
                    "is damaged: {error}; move it away to begin anew, with what the inputs hold"
                ))
                .at_path(path)
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::io("cannot read the state", source).at_path(path)),
        }
    }

    /// Writes a commit, in one step for whoever reads it.
    pub(crate) fn write(&self, directory: &Path) -> Result<()> {
        let (path, new) = (directory.join(NAME), directory.join("state.json.new"));
        let failed = |source| Error::io("cannot write the state", source).at_path(&path);
        let text = serde_json::to_vec(self).map_err(|error| failed(error.into()))?;
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(libc::O_NOFOLLOW)
            .open(&new)
            .map_err(failed)?;
        file.write_all(&text).map_err(failed)?;
        // An empty file, which a loss of power may else leave, would keep the service from starting.
        file.sync_data().map_err(failed)?;
        drop(file);
        fs::rename(&new, &path).map_err(failed)
    }

    /// The open files of these subscriptions, as they are now.
    pub(crate) fn open_files(places: &[(String, String)]) -> Result<BTreeMap<String, OpenFile>> {
        let mut files = BTreeMap::new();
        for (name, place) in places {
            if !Path::new(place).is_dir() {
                // Somebody took it away: the others' commits go on.
                continue;
            }
            let all = LogFile::list(place)?;
            let Some(open) = all.iter().rfind(|file| file.is_open()) else {
                continue;
            };
            let highest = all.last().filter(|last| last.is_after(open));
            let path = open.path();
            let length = fs::metadata(&path)
                .map_err(|source| Error::io("cannot look at the log file", source).at_path(&path))?
                .len();
            let highest = highest.map(|last| stem(&last.path()));
            files.insert(name.clone(), OpenFile { stem: stem(&path), length, highest });
        }
        Ok(files)
    }

    /// Takes back what was written behind the commit, so that it can be written again: files that
    /// were begun later are deleted, and the one that was open is cut and is open again.
    pub(crate) fn restore(&self, directory: &Path) -> Result<Undone> {
        let mut undone = Undone::default();
        for (name, committed) in &self.files {
            let folder = directory.join(name);
            // As the engine: nothing is followed out of the directory.
            let is_below =
                Path::new(name).components().map(Component::as_os_str).eq([name.as_str()])
                    && fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir());
            if !is_below {
                continue;
            }
            let files = LogFile::list(&folder)?;
            let Some(known) = LogFile::named(&folder, &format!("{}.s", committed.stem)) else {
                continue;
            };
            let highest = committed.highest.as_ref().unwrap_or(&committed.stem);
            let Some(highest) = LogFile::named(&folder, &format!("{highest}.s")) else {
                continue;
            };
            // Whatever became of the file, what was begun later will be written again. What is
            // being written instead is later whatever its name says.
            let series = |stem: &str| stem.rsplit_once(".@").map(|(file, _)| file.to_owned());
            let is_instead = |file: &LogFile| {
                file.is_open()
                    && !file.is_same(&known)
                    && series(&stem(&file.path())) == series(&committed.stem)
            };
            let is_later = |file: &&LogFile| file.is_after(&highest) || is_instead(file);
            let later: Vec<_> = files.iter().filter(is_later).collect();
            for later in &later {
                undone.files += 1;
                undone.bytes += remove(&later.path())?;
            }
            LogFile::taken_back(&folder, &later)?;
            let Some(open) = files.iter().find(|file| file.is_same(&known)) else {
                // Rollovers had it deleted, or somebody took it away.
                continue;
            };
            undone.bytes += cut(&open.path(), committed.length)?;
            let current = folder.join(format!("{}.current", committed.stem));
            if open.path() != current {
                fs::rename(open.path(), &current).map_err(|source| {
                    Error::io("cannot open the log file again", source).at_path(open.path())
                })?;
                // Its chain goes on from the value that it went on from.
                let sidecar = format!("{}.sum", current.display());
                fs::rename(open.sidecar(), sidecar).ok();
            }
        }
        Ok(undone)
    }
}

/// A file's name without the status.
fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Deletes a file, and tells how long it was.
fn remove(path: &PathBuf) -> Result<u64> {
    let failed = |source| Error::io("cannot take back the log file", source).at_path(path);
    let length = fs::symlink_metadata(path).map_err(failed)?.len();
    fs::remove_file(path).map_err(failed)?;
    Ok(length)
}

/// Cuts a file, and tells by how much.
fn cut(path: &PathBuf, length: u64) -> Result<u64> {
    let failed = |source| Error::io("cannot cut the log file", source).at_path(path);
    let file =
        OpenOptions::new().write(true).custom_flags(libc::O_NOFOLLOW).open(path).map_err(failed)?;
    let more = file.metadata().map_err(failed)?.len().saturating_sub(length);
    if more > 0 {
        file.set_len(length).map_err(failed)?;
    }
    Ok(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_back_to_the_commit() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("mail");
        fs::create_dir(&folder).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
        write("mail.@20260101T000000.s", "before\n");
        write("mail.@20260102T000000.current", "one\n");
        let places = [("mail".to_owned(), folder.display().to_string())];
        let files = State::open_files(&places).unwrap();
        let state = State { inputs: BTreeMap::from([("a".to_owned(), 7.into())]), files };
        state.write(dir.path()).unwrap();

        // It goes on: the file is finished, another is begun.
        fs::remove_file(folder.join("mail.@20260102T000000.current")).unwrap();
        write("mail.@20260102T000000.s", "one\ntwo\nEnd Logfile\n");
        write("mail.@20260103T000000.current", "three\n");
        let state = State::read(dir.path()).unwrap().unwrap();
        let undone = state.restore(dir.path()).unwrap();
        assert_eq!(undone, Undone { files: 1, bytes: 22 });
        let mut names: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["mail.@20260101T000000.s", "mail.@20260102T000000.current"]);
        let text = fs::read_to_string(folder.join("mail.@20260102T000000.current")).unwrap();
        assert_eq!(text, "one\n");
        assert_eq!(state.restore(dir.path()).unwrap(), Undone::default(), "twice is once");
    }

    /// A state in which `mail` had written so much into the file of the second day.
    fn of_second_day(name: &str, length: u64) -> State {
        let stem = "mail.@20260102T000000".to_owned();
        let open = OpenFile { stem, length, highest: None };
        let files = BTreeMap::from([(name.to_owned(), open)]);
        State { inputs: BTreeMap::new(), files }
    }

    #[test]
    fn what_was_begun_later_is_taken_back_though_the_file_is_deleted() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("mail");
        fs::create_dir(&folder).unwrap();
        for name in
            ["mail.@20260101T000000.s", "mail.@20260102T000001.s", "mail.@20260103T000000.current"]
        {
            fs::write(folder.join(name), "one\n").unwrap();
        }
        let undone = of_second_day("mail", 4).restore(dir.path()).unwrap();
        assert_eq!(undone, Undone { files: 2, bytes: 8 });
        assert_eq!(LogFile::list(&folder).unwrap().len(), 1, "the first day's is left");
    }

    #[test]
    fn a_clock_that_went_back_takes_no_file_of_before() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("mail");
        fs::create_dir(&folder).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
        write("mail.@20261025T025900.s", "summer\n");
        write("mail.@20261025T020500.current", "winter\n");
        let places = [("mail".to_owned(), folder.display().to_string())];
        let files = State::open_files(&places).unwrap();
        fs::rename(
            folder.join("mail.@20261025T020500.current"),
            folder.join("mail.@20261025T020500.s"),
        )
        .unwrap();
        write("mail.@20261025T021000.current", "not committed\n");
        let state = State { inputs: BTreeMap::new(), files };
        let undone = state.restore(dir.path()).unwrap();
        assert_eq!(undone, Undone { files: 1, bytes: 14 });
        assert_eq!(fs::read(folder.join("mail.@20261025T025900.s")).unwrap(), b"summer\n");
        let open = fs::read(folder.join("mail.@20261025T020500.current")).unwrap();
        assert_eq!(open, b"winter\n");
    }

    #[test]
    fn a_directory_that_is_gone_keeps_no_other_from_its_commit() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("mail");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("mail.@20260102T000000.current"), "one\n").unwrap();
        let place = |name: &str| (name.to_owned(), dir.path().join(name).display().to_string());
        let files = State::open_files(&[place("gone"), place("mail")]).unwrap();
        assert_eq!(files, of_second_day("mail", 4).files);
    }

    #[test]
    fn nothing_is_taken_back_elsewhere() {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = elsewhere.path().join("mail.@20260102T000000.current");
        fs::write(&file, "one\n").unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("mail")).unwrap();
        let below = dir.path().join("logs");
        fs::create_dir(&below).unwrap();
        fs::create_dir(dir.path().join("other")).unwrap();
        let beside = dir.path().join("other/mail.@20260102T000000.current");
        fs::write(&beside, "one\n").unwrap();
        let whole = elsewhere.path().display().to_string();
        for (name, below) in [("mail", dir.path()), ("../other", &below), (&whole, &below)] {
            let undone = of_second_day(name, 0).restore(below).unwrap();
            assert_eq!(undone, Undone::default(), "{name}");
        }
        assert_eq!(fs::read(&file).unwrap(), b"one\n");
        assert_eq!(fs::read(&beside).unwrap(), b"one\n");
    }

    #[test]
    fn a_damaged_state_is_named() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(State::read(dir.path()).unwrap(), None);
        fs::write(dir.path().join(NAME), "{").unwrap();
        let error = State::read(dir.path()).unwrap_err().to_string();
        assert!(error.contains("state.json") && error.contains("move it away"), "{error}");
    }
}
