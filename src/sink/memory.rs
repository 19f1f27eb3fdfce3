use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::subscription::Sink;

/// Keeps all lines in memory, and fails on demand: for tests, of this library and of its users.
///
/// Clones share the lines, so a test keeps one and gives the other to the subscription.
///
/// ```
/// use ringmail::Memory;
/// let lines = Memory::new();
/// assert_eq!(lines.text(), "");
/// ```
///
/// # Limits
/// It grows without bound.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The files before the current one.
    closed: Vec<Vec<u8>>,
    current: Vec<u8>,
    /// Bytes that may still be taken before writes fail, and with which error.
    fails: Option<(usize, i32)>,
    writes: u64,
}

impl Memory {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything that was written, all files together. Bytes that are not UTF-8 are replaced:
    /// a test that looks for them uses [`bytes`](Self::bytes).
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// Everything that was written, all files together.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let shared = self.lock();
        [shared.closed.concat().as_slice(), &shared.current].concat()
    }

    /// The files, in order: a rollover begins a new one.
    #[must_use]
    pub fn files(&self) -> Vec<Vec<u8>> {
        let shared = self.lock();
        let mut files = shared.closed.clone();
        files.push(shared.current.clone());
        files
    }

    /// How often something was written.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.lock().writes
    }

    /// Takes `room` more bytes and then fails with this error number (`libc::ENOSPC` ...).
    pub fn fail_after(&self, room: usize, error: i32) {
        self.lock().fails = Some((room, error));
    }

    /// Takes bytes again.
    pub fn recover(&self) {
        self.lock().fails = None;
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Memory {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let mut shared = self.lock();
        let mut taken = lines;
        if let Some((room, error)) = &mut shared.fails {
            if *room == 0 {
                return Err(io::Error::from_raw_os_error(*error));
            }
            taken = lines.get(..(*room).min(lines.len())).unwrap_or(lines);
            *room -= taken.len();
        }
        shared.writes += 1;
        shared.current.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn position(&self) -> u64 {
        self.lock().current.len() as u64
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        let mut shared = self.lock();
        shared.current.truncate(usize::try_from(position).unwrap_or(usize::MAX));
        Ok(())
    }

    fn roll(&mut self, _stamp: &str) -> io::Result<()> {
        let mut shared = self.lock();
        if let Some((0, error)) = shared.fails {
            return Err(io::Error::from_raw_os_error(error));
        }
        let closed = std::mem::take(&mut shared.current);
        shared.closed.push(closed);
        Ok(())
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}
