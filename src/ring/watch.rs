//! Learns from the kernel what happens in a run directory, and sleeps until something does.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::Duration;

/// A watch on a directory.
#[derive(Debug)]
pub(crate) struct Watch {
    queue: File,
    buffer: Box<[u8; 4096]>,
}

/// What happened to a file of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    /// It is there under this name.
    Appeared(String),
    /// A process that could write it has closed it: it may have ended.
    Closed(String),
    /// More than the kernel keeps: look at everything.
    Overflowed,
    /// The directory itself is gone.
    Vanished,
}

/// Enough for a full queue of the kernel: 16,384 records of at most 64 bytes with a lane's name.
const MOST_READS: usize = 256;

impl Watch {
    /// Watches a directory from now on.
    ///
    /// # Errors
    /// Whatever the operating system says; often that this user has too many watches.
    pub(crate) fn new(dir: &Path) -> io::Result<Self> {
        let path = CString::new(dir.as_os_str().as_bytes())?;
        // SAFETY: a call without memory.
        let fd = unsafe { libc::inotify_init1(libc::IN_NONBLOCK | libc::IN_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: just opened, and nobody else's.
        let queue = unsafe { File::from_raw_fd(fd) };
        let mask = libc::IN_MOVED_TO
            | libc::IN_CLOSE_WRITE
            | libc::IN_ATTRIB
            | libc::IN_DELETE_SELF
            | libc::IN_ONLYDIR
            | libc::IN_DONT_FOLLOW;
        // SAFETY: an open descriptor and a path that ends in zero.
        let watch = unsafe { libc::inotify_add_watch(queue.as_raw_fd(), path.as_ptr(), mask) };
        if watch < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { queue, buffer: Box::new([0; 4096]) })
    }

    /// Sleeps until something happens in the directory, but no longer than `max`.
    pub(crate) fn wait(&self, max: Duration) {
        let mut waited =
            libc::pollfd { fd: self.queue.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        let millis = i32::try_from(max.as_millis()).unwrap_or(i32::MAX).max(1);
        // SAFETY: one descriptor, described by memory that outlives the call. However it ends,
        // there is a look at everything behind it.
        let _woken = unsafe { libc::poll(&raw mut waited, 1, millis) };
    }

    /// What has happened since the last call.
    pub(crate) fn happened(&mut self) -> Vec<Happened> {
        let mut all = Vec::new();
        // Who touches files faster than this reads is not to keep it here: the rest comes next time.
        for _ in 0..MOST_READS {
            // Nothing to read is an error of its own, and ends the loop as any other does.
            let Ok(len @ 1..) = self.queue.read(&mut self.buffer[..]) else { break };
            events(self.buffer.get(..len).unwrap_or_default(), &mut all);
        }
        all
    }
}

/// Takes the kernel's records apart: watch, mask, cookie, length of the name, name.
fn events(mut bytes: &[u8], all: &mut Vec<Happened>) {
    while let Some((head, rest)) = bytes.split_first_chunk::<16>() {
        let number = |at: usize| {
            let four = head.get(at..).and_then(|rest| rest.first_chunk());
            four.map_or(0, |four| u32::from_ne_bytes(*four))
        };
        let (mask, len) = (number(4), number(12) as usize);
        let Some((name, behind)) = rest.split_at_checked(len) else { return };
        bytes = behind;
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        let name = || String::from_utf8_lossy(name).into_owned();
        if mask & libc::IN_Q_OVERFLOW != 0 {
            all.push(Happened::Overflowed);
        } else if mask & (libc::IN_DELETE_SELF | libc::IN_IGNORED) != 0 {
            all.push(Happened::Vanished);
        } else if mask & libc::IN_MOVED_TO != 0 {
            all.push(Happened::Appeared(name()));
        } else if mask & libc::IN_CLOSE_WRITE != 0 {
            all.push(Happened::Closed(name()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_appears_and_is_closed_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let mut watch = Watch::new(dir.path()).unwrap();
        assert_eq!(watch.happened(), []);
        let file = File::create(dir.path().join("new")).unwrap();
        fs::rename(dir.path().join("new"), dir.path().join("a.lane")).unwrap();
        assert_eq!(watch.happened(), [Happened::Appeared("a.lane".to_owned())]);
        crate::ring::lane_file::touch(&file);
        watch.wait(Duration::from_secs(60));
        assert_eq!(watch.happened(), [], "it only wakes");
        drop(file);
        assert_eq!(watch.happened(), [Happened::Closed("a.lane".to_owned())]);
        fs::remove_dir_all(dir.path()).unwrap();
        assert!(watch.happened().contains(&Happened::Vanished));
    }

    #[test]
    fn a_record_that_is_cut_short_ends_it() {
        let mut all = Vec::new();
        let mut bytes = [0u8; 24];
        bytes[12] = 200;
        events(&bytes, &mut all);
        events(&bytes[..7], &mut all);
        assert_eq!(all, []);
    }
}
