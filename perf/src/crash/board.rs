//! Where workers write down what was accepted: a mapped file, which outlives them.

use std::fs::OpenOptions;
use std::os::fd::AsRawFd as _;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use crate::Result;

/// How many workers there can be.
pub(crate) const WORKERS: usize = 256;

/// One number for each worker.
pub(crate) struct Board(*const [AtomicU64; WORKERS]);

// SAFETY: atomic numbers in memory that is mapped for good.
unsafe impl Send for Board {}
// SAFETY: as for Send.
unsafe impl Sync for Board {}

impl Board {
    pub(crate) fn make(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
        file.set_len(size_of::<[AtomicU64; WORKERS]>() as u64)?;
        drop(file);
        Self::open(path)
    }

    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let len = size_of::<[AtomicU64; WORKERS]>();
        // SAFETY: a new mapping touches no memory in use; the file has these bytes.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error().into());
        }
        Ok(Self(start.cast()))
    }

    /// The workers' numbers: of each, the last event whose `emit` returned.
    pub(crate) fn numbers(&self) -> &[AtomicU64; WORKERS] {
        // SAFETY: mapped with this size, never unmapped; any bytes are valid numbers.
        unsafe { &*self.0 }
    }
}
