//! Tells a process from the child that it forks: a lane has one producer, and after a fork there
//! would be two; a lock tells that a process lives, and its child is another.

use std::fs::{File, TryLockError};
use std::ops::Deref;
use std::os::fd::{AsRawFd as _, RawFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// How many forks lie between this process and the one that was started.
static GENERATION: AtomicU64 = AtomicU64::new(0);

/// The files that a child does not get, and what it gets in their place.
static HELD: Mutex<Held> = Mutex::new(Held { files: Vec::new(), nothing: None });

#[derive(Debug)]
struct Held {
    files: Vec<RawFd>,
    nothing: Option<File>,
}

/// A file whose locks end with this process: a forked child has `/dev/null` in its place. A lock
/// would else be held for as long as any child lives.
#[derive(Debug)]
pub(crate) struct HeldFile(File);

impl HeldFile {
    /// How long a lock is waited for where somebody may just have been killed.
    pub(crate) const MOMENT: Duration = Duration::from_millis(500);

    /// Keeps a file from children that are forked from now on.
    pub(crate) fn new(file: File) -> Self {
        observed_generation();
        let mut held = HELD.lock();
        if held.nothing.is_none() {
            held.nothing = File::open("/dev/null").ok();
        }
        held.files.push(file.as_raw_fd());
        drop(held);
        Self(file)
    }

    /// Locks it, if nobody else holds the lock for longer than this: a process that was killed may
    /// just have forked a child, which holds what its parent held until it runs for the first time.
    pub(crate) fn try_lock_for(&self, at_most: Duration) -> Result<(), TryLockError> {
        let began = Instant::now();
        loop {
            match self.0.try_lock() {
                Err(TryLockError::WouldBlock) if began.elapsed() < at_most => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                locked_or_not => return locked_or_not,
            }
        }
    }
}

impl Deref for HeldFile {
    type Target = File;

    fn deref(&self) -> &File {
        &self.0
    }
}

impl Drop for HeldFile {
    fn drop(&mut self) {
        let mut held = HELD.lock();
        let own = self.0.as_raw_fd();
        if let Some(at) = held.files.iter().position(|file| *file == own) {
            held.files.swap_remove(at);
        }
        // Also for a child that is forked before the file is closed.
        self.0.unlock().ok();
    }
}

/// This process's generation, to be compared with [`generation`] later.
pub(crate) fn observed_generation() -> u64 {
    static OBSERVED: OnceLock<()> = OnceLock::new();
    OBSERVED.get_or_init(|| {
        // SAFETY: the handlers do what is allowed around a fork: they take and give back a lock, add
        // to a number, and duplicate descriptors. It fails only for lack of memory; forks are then
        // not seen.
        let _failed =
            unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
    });
    generation()
}

/// This process's generation, once it is observed.
#[inline]
pub(crate) fn generation() -> u64 {
    // ORDERING: changed before any thread of the child runs.
    GENERATION.load(Ordering::Relaxed)
}

/// No other thread is to be at the list when the process is copied.
extern "C" fn before() {
    core::mem::forget(HELD.lock());
}

extern "C" fn in_parent() {
    // SAFETY: locked by this thread in `before`, whose guard was forgotten.
    unsafe { HELD.force_unlock() };
}

extern "C" fn in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    // SAFETY: locked in `before`, and this is the only thread of the child.
    let held = unsafe { &mut *HELD.data_ptr() };
    if let Some(nothing) = &held.nothing {
        for file in &held.files {
            // SAFETY: a call on open descriptors. The number stays taken, so that whoever owns it
            // here closes nothing else. Where it fails, the child holds the lock as long as it lives.
            let _failed = unsafe { libc::dup3(nothing.as_raw_fd(), *file, libc::O_CLOEXEC) };
        }
    }
    held.files.clear();
    // SAFETY: as before.
    unsafe { HELD.force_unlock() };
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_child_does_not_hold_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let held = HeldFile::new(File::create(&path).unwrap());
        held.lock().unwrap();
        let (mut reader, writer) = std::io::pipe().unwrap();
        // SAFETY: the child waits for the end of the pipe, and ends.
        let child = unsafe { libc::fork() };
        if child == 0 {
            drop(writer);
            reader.read_exact(&mut [0]).ok();
            // SAFETY: ends the child, without running what belongs to the parent.
            unsafe { libc::_exit(0) };
        }
        let other = File::open(&path).unwrap();
        assert!(other.try_lock().is_err(), "it is held here");
        drop(held);
        assert!(other.try_lock().is_ok(), "and by nobody else");
        drop(writer);
        // SAFETY: waits for the child that was just made.
        let waited = unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
        assert_eq!(waited, child);
    }
}
