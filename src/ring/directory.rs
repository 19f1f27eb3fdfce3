//! The run directory: where lanes, the ring's words and the commit are files.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::{Disk, Error, HeldFile, RealDisk, Result};
use crate::ring::lane_file::key_of;
use crate::ring::owner::effective_user;
use crate::ring::place::random;

/// The name of the file that is locked by who serves a directory.
const LOCK: &str = "lock";

/// A directory in which the events that workers hand over survive the process, and into which
/// workers of other processes bring theirs.
///
/// Each worker's lane is a file there. It belongs into memory (`/run`, `/dev/shm`): a page of a
/// lane then costs no disk. On a disk it works as well, with a stall now and then.
///
/// ```
/// use ringmail::event::{Icid, IcidClose};
/// use ringmail::{Engine, File, LogType, RunDirectory, Subscription};
/// # let dir = tempfile::tempdir().unwrap();
/// let mail = Subscription::new("mail", LogType::TextMail).sink(File::in_dir(dir.path()));
/// let run = RunDirectory::at(dir.path().join("run"));
/// let (engine, guard) = Engine::builder().run_directory(run).subscribe(mail).start()?;
/// let other = ringmail::attach(dir.path().join("run"))?;
/// other.producer()?.emit(&IcidClose { icid: Icid(7) });
/// # drop((engine, guard));
/// # Ok::<(), ringmail::Error>(())
/// ```
///
/// # Security
/// The directory is made with mode 0700: processes of this user can attach. For mail servers whose
/// processes run under several users give it a group and the mode 03770: lanes of users other than
/// the engine's are then readable and writable for the group. A process of the group can fill the
/// directory's file system and forge events, but not harm the engine or processes of its user:
/// their lanes and the ring's words are not its to write, lanes of other users are read by system
/// calls from which a file that is cut short makes an error, and each record is copied before it is
/// looked at. Processes of other users in one group have to trust each other: who cuts a lane short
/// ends the process that writes it.
#[derive(Clone, Debug)]
pub struct RunDirectory {
    path: PathBuf,
    mode: u32,
    group: Option<u32>,
    disk: Arc<dyn Disk>,
}

impl RunDirectory {
    /// The directory at `path`, which is made if it does not exist, for this user's processes.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), mode: 0o700, group: None, disk: Arc::new(RealDisk) }
    }

    /// Its mode. Default: 0700. Use 03770 together with a group whose members attach: who made a
    /// file there can then remove it, and others cannot.
    #[must_use]
    pub const fn mode(mut self, mode: u32) -> Self {
        self.mode = mode & 0o7777;
        self
    }

    /// The number of the group that it belongs to. Default: that of the process.
    #[must_use]
    pub const fn group(mut self, group: u32) -> Self {
        self.group = Some(group);
        self
    }

    /// Another file system: for tests, which make it fail.
    #[doc(hidden)]
    #[must_use]
    pub fn on(mut self, disk: impl Disk + 'static) -> Self {
        self.disk = Arc::new(disk);
        self
    }

    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The mode of lanes in it.
    pub(crate) const fn lane_mode(&self) -> u32 {
        0o600 | if self.mode & 0o020 == 0 { 0 } else { 0o060 }
    }

    /// The mode of what only the engine writes, and attached processes read.
    pub(crate) const fn page_mode(&self) -> u32 {
        0o600 | self.mode & 0o044
    }

    /// Makes the directory, if need be, and keeps other engines out of it for as long as the lock
    /// lives.
    pub(crate) fn serve(&self) -> Result<HeldFile> {
        let path = &self.path;
        self.make()?;
        let (dir, found) = open(path)?;
        // Not somebody else's, laid here to be used: its owner could take away what is in it.
        if ![effective_user(), 0].contains(&found.uid()) {
            return Err(Error::config(format!(
                "the run directory belongs to user {}: use one of your own",
                found.uid()
            ))
            .at_path(path));
        }
        let lock = HeldFile::new(self.lock_file()?);
        match lock.try_lock_for(HeldFile::MOMENT) {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(Error::config(
                    "another engine serves this run directory: end it first, or use another \
                     directory",
                )
                .at_path(path));
            }
            Err(fs::TryLockError::Error(source)) => {
                return Err(Error::io("cannot lock the run directory", source).at_path(path));
            }
        }
        self.give_to_group()?;
        let failed = |source| Error::io("cannot set its mode", source).at_path(path);
        if found.mode() & 0o7777 != self.mode {
            dir.set_permissions(fs::Permissions::from_mode(self.mode)).map_err(failed)?;
        }
        Ok(lock)
    }

    /// The file that is locked by who serves the directory. Only this user can open it: a lock on
    /// the directory itself could be held by anybody who may read it.
    fn lock_file(&self) -> Result<File> {
        let path = self.path.join(LOCK);
        let failed =
            |source| Error::io("cannot open the lock of the run directory", source).at_path(&path);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
        let is_own =
            |found: &fs::Metadata| found.is_file() && [effective_user(), 0].contains(&found.uid());
        if fs::symlink_metadata(&path).is_ok_and(|found| !is_own(&found)) {
            // Laid in the way by somebody else; it may be a directory with something in it.
            let away = self.path.join(format!(".{:016x}.new", random()));
            fs::rename(&path, away).map_err(failed)?;
        }
        let lock = options.open(&path).map_err(failed)?;
        let found = lock.metadata().map_err(failed)?;
        if is_own(&found) { Ok(lock) } else { Err(failed(io::ErrorKind::PermissionDenied.into())) }
    }

    /// Makes the directory, if it does not exist, for this user alone.
    pub(crate) fn make(&self) -> Result<()> {
        let path = &self.path;
        if !path.is_absolute() {
            return Err(Error::config("the run directory must be an absolute path").at_path(path));
        }
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|source| {
            Error::io("cannot make the run directory: check the owner and mode above it", source)
                .at_path(path)
        })
    }

    /// Gives it to its group, if it has one of its own.
    pub(crate) fn give_to_group(&self) -> Result<()> {
        let (dir, found) = open(&self.path)?;
        if self.group.is_none_or(|group| group == found.gid()) {
            return Ok(());
        }
        std::os::unix::fs::fchown(&dir, None, self.group).map_err(|source| {
            Error::io("cannot give the run directory to its group", source).at_path(&self.path)
        })
    }

    /// The user whose directory it is, for who attaches.
    pub(crate) fn owner(&self) -> Result<u32> {
        let (_, found) = open(&self.path)?;
        Ok(found.uid())
    }

    /// The lanes that there are, by their keys.
    pub(crate) fn lanes(&self) -> Result<Vec<u64>> {
        let read = || -> io::Result<Vec<u64>> {
            let mut keys = Vec::new();
            for entry in fs::read_dir(&self.path)? {
                keys.extend(entry?.file_name().to_str().and_then(key_of));
            }
            keys.sort_unstable();
            Ok(keys)
        };
        read().map_err(|source| {
            Error::io("cannot list the run directory", source).at_path(&self.path)
        })
    }

    /// Takes away what processes left behind that ended while they made a lane.
    pub(crate) fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_unfinished = name
                .strip_prefix('.')
                .and_then(|name| name.strip_suffix(".new"))
                .is_some_and(|key| key.len() == 16 && u64::from_str_radix(key, 16).is_ok());
            if !is_unfinished {
                continue;
            }
            let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
            let opened = OpenOptions::new().read(true).custom_flags(flags).open(entry.path());
            // Its maker holds a lock on it as long as it lives.
            if opened.is_ok_and(|file| file.try_lock().is_ok()) {
                fs::remove_file(entry.path()).ok();
            }
        }
        Ok(())
    }
}

impl<P: Into<PathBuf>> From<P> for RunDirectory {
    fn from(path: P) -> Self {
        Self::at(path)
    }
}

/// Opens a directory, no link to one.
fn open(path: &Path) -> Result<(File, fs::Metadata)> {
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_DIRECTORY | libc::O_NOFOLLOW)
        .open(path)
        .and_then(|dir| dir.metadata().map(|found| (dir, found)));
    opened.map_err(|source| {
        Error::io("the run directory must be a directory, not a link", source).at_path(path)
    })
}
