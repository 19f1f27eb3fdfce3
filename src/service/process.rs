//! The process: one at a time, as another user, known to systemd.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use nix::unistd::{Gid, Group, Uid, User, setgid, setgroups, setuid};

use crate::base::{Error, Result};

/// Keeps a second service out of the same run directory, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Makes the run directory, which only its owner may look into, locks it and writes this
    /// process's id into it.
    pub(crate) fn take(run_directory: &Path) -> Result<Self> {
        make_private(run_directory)?;
        let path = run_directory.join("ringmail.pid");
        let failed = |what: &'static str| {
            let path = path.clone();
            move |source| Error::io(what, source).at_path(path)
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags(libc::O_NOFOLLOW)
            .open(&path)
            .map_err(failed("cannot open the file of the process id"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let other = fs::read_to_string(&path).unwrap_or_default();
                return Err(Error::config(format!(
                    "another ringmail runs here, process {}: stop it, or give this one its own \
                     service.run_directory",
                    other.trim()
                ))
                .at_path(run_directory));
            }
            Err(TryLockError::Error(source)) => {
                return Err(failed("cannot lock the file of the process id")(source));
            }
        }
        file.set_len(0).map_err(failed("cannot write the process id"))?;
        writeln!(file, "{}", std::process::id()).map_err(failed("cannot write the process id"))?;
        Ok(Self { _file: file })
    }
}

/// Makes a directory that only its owner may look into.
pub(crate) fn make_private(path: &Path) -> Result<()> {
    let failed = |source| Error::io("cannot make the directory", source).at_path(path);
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
    let found = fs::symlink_metadata(path).map_err(failed)?;
    if !found.is_dir() {
        return Err(Error::config("must be a directory, not a link").at_path(path));
    }
    if found.permissions().mode() & 0o077 != 0 {
        let open = open_directory(path).map_err(failed)?;
        // One that others use must not be taken from them.
        let is_empty = fs::read_dir(path).map_err(failed)?.next().is_none();
        if !is_empty {
            return Err(Error::config(
                "others may look into this directory: give the service one of its own, or take \
                 their permissions away (chmod 0700)",
            )
            .at_path(path));
        }
        open.set_permissions(fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

/// Opens a directory that is no link: whoever may write above it could put one there meanwhile.
fn open_directory(path: &Path) -> std::io::Result<File> {
    let flags = libc::O_DIRECTORY | libc::O_NOFOLLOW;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// The user and group that a service becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    uid: Uid,
    gid: Gid,
}

/// The group of this name, which the configuration has under `key`; `None` for no name.
pub(crate) fn group_named(name: &str, key: &str) -> Result<Option<Gid>> {
    if name.is_empty() {
        return Ok(None);
    }
    let found = Group::from_name(name)
        .map_err(|errno| Error::io("cannot look up the group", errno.into()))?;
    found.map(|group| Some(group.gid)).ok_or_else(|| no_such(key, "group", name))
}

fn no_such(key: &str, what: &str, name: &str) -> Error {
    Error::config(format!("{key}: there is no {what} {name:?} on this machine"))
}

impl Person {
    /// The person of these names; `None` when no user is named.
    pub(crate) fn find(user: &str, group: &str) -> Result<Option<Self>> {
        if user.is_empty() {
            return if group.is_empty() {
                Ok(None)
            } else {
                Err(Error::config(
                    "service.group without service.user: name both, or the user alone",
                ))
            };
        }
        let found = User::from_name(user)
            .map_err(|errno| Error::io("cannot look up the user", errno.into()))?;
        let found = found.ok_or_else(|| no_such("service.user", "user", user))?;
        let gid = group_named(group, "service.group")?.unwrap_or(found.gid);
        Ok(Some(Self { uid: found.uid, gid }))
    }

    /// Gives a directory to this person, where this process may. No link is followed.
    pub(crate) fn own(self, path: &Path) -> Result<()> {
        let failed = |source| Error::io("cannot change the owner", source).at_path(path);
        let open = open_directory(path).map_err(failed)?;
        let (user, group) = (self.uid.as_raw(), self.gid.as_raw());
        std::os::unix::fs::fchown(open, Some(user), Some(group)).map_err(failed)
    }

    /// Becomes this person, for good. Nothing is done by a process that is this person already.
    pub(crate) fn become_it(self) -> Result<()> {
        if Uid::effective() == self.uid && Gid::effective() == self.gid {
            return Ok(());
        }
        let failed = |errno: nix::errno::Errno| {
            Error::io(
                "cannot become the user of service.user: start as root, or as that user",
                errno.into(),
            )
        };
        // Groups first: behind `setuid` it is not allowed any more.
        setgroups(&[self.gid]).map_err(failed)?;
        setgid(self.gid).map_err(failed)?;
        setuid(self.uid).map_err(failed)
    }
}

/// Takes permissions from everything that this process makes.
pub(crate) fn set_umask(umask: u32) {
    nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(umask));
}

/// Tells systemd, if it asked to be told; whether it did is not known, and does not matter.
pub(crate) fn tell_systemd(states: &[sd_notify::NotifyState<'_>]) {
    sd_notify::notify(states).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_directory_has_one_service() {
        let dir = tempfile::tempdir().unwrap();
        let run = dir.path().join("run");
        let lock = Lock::take(&run).unwrap();
        assert_eq!(fs::metadata(&run).unwrap().permissions().mode() & 0o777, 0o700);
        let pid = fs::read_to_string(run.join("ringmail.pid")).unwrap();
        assert_eq!(pid.trim().parse(), Ok(std::process::id()));
        let error = Lock::take(&run).unwrap_err().to_string();
        assert!(error.contains(pid.trim()) && error.contains("run_directory"), "{error}");
        drop(lock);
        Lock::take(&run).unwrap();
    }

    #[test]
    fn a_link_is_given_to_nobody() {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let link = dir.path().join("run");
        std::os::unix::fs::symlink(elsewhere.path(), &link).unwrap();
        let found = fs::metadata(elsewhere.path()).unwrap();
        let (uid, gid) = (Uid::effective(), Gid::effective());
        assert!(Person { uid, gid }.own(&link).unwrap_err().is_io());
        assert!(make_private(&link).unwrap_err().is_config());
        Person { uid, gid }.own(dir.path()).unwrap();
        let after = fs::metadata(elsewhere.path()).unwrap();
        assert_eq!(found.permissions(), after.permissions());
    }

    #[test]
    fn a_directory_that_others_use_is_not_taken_from_them() {
        let dir = tempfile::tempdir().unwrap();
        let shared = dir.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o755)).unwrap();
        make_private(&shared).unwrap();
        assert_eq!(fs::metadata(&shared).unwrap().permissions().mode() & 0o777, 0o700);
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
        fs::write(shared.join("of others"), "").unwrap();
        let error = make_private(&shared).unwrap_err();
        assert!(error.is_config() && error.to_string().contains("of its own"), "{error}");
        assert_eq!(fs::metadata(&shared).unwrap().permissions().mode() & 0o1777, 0o1777);
    }

    #[test]
    fn persons_are_looked_up() {
        assert_eq!(Person::find("", "").unwrap(), None);
        assert!(Person::find("", "root").is_err());
        let error = Person::find("nobody-of-this-name", "").unwrap_err();
        assert!(error.to_string().contains("nobody-of-this-name"), "{error}");
        let root = Person::find("root", "").unwrap().unwrap();
        assert_eq!((root.uid.as_raw(), root.gid.as_raw()), (0, 0));
    }
}
