//! Memory from the operating system: of this process alone, or a file's.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;

use crate::base::{Disk, generation, observed_generation};

/// Mapped memory, given back when it is dropped. What it holds may change at any moment when it is
/// a file's: whoever uses it goes through atomics, or owns the bytes by a protocol.
pub(crate) struct Mapping {
    start: *mut u8,
    len: usize,
    /// The process that it was kept to: in its children there may be something else in its place.
    only_in: Option<u64>,
}

// SAFETY: it is an address and a length; who may touch the bytes is its user's affair.
unsafe impl Send for Mapping {}
// SAFETY: as for Send.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// `len` zeroed bytes of this process, touched now, so that nobody meets a page fault later.
    ///
    /// # Errors
    /// When the operating system has no memory to give.
    #[cfg(not(loom))]
    pub(crate) fn anonymous(len: usize) -> io::Result<Self> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_POPULATE;
        Self::map(len, libc::PROT_READ | libc::PROT_WRITE, flags, -1)
    }

    /// The first `len` bytes of a file, shared with whoever else maps it, and touched now.
    ///
    /// The file must have these bytes: a touch of those that it has not ends the process.
    ///
    /// # Errors
    /// Whatever keeps the file from being mapped.
    pub(crate) fn shared(disk: &dyn Disk, file: &File, len: usize) -> io::Result<Self> {
        disk.map(file, len).map(|start| Self { start: start.as_ptr(), len, only_in: None })
    }

    /// The same, only to be read.
    ///
    /// # Errors
    /// As for [`shared`](Self::shared).
    pub(crate) fn shared_to_read(file: &File, len: usize) -> io::Result<Self> {
        let flags = libc::MAP_SHARED | libc::MAP_POPULATE;
        Self::map(len, libc::PROT_READ, flags, file.as_raw_fd())
    }

    fn map(len: usize, protection: i32, flags: i32, file: i32) -> io::Result<Self> {
        // SAFETY: a mapping at an address of the kernel's choice touches no memory in use.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), len, protection, flags, file, 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { start: start.cast(), len, only_in: None })
    }

    /// Keeps it from children that are forked: a mapping holds its file open, and with it the lock
    /// that says that this process lives. A child that touches it is ended.
    pub(crate) fn keep_from_children(&mut self) {
        let here = observed_generation();
        // SAFETY: advice on a range that was mapped with this length. Where it is not taken, a child
        // holds the file open for as long as it lives.
        let failed = unsafe { libc::madvise(self.start.cast(), self.len, libc::MADV_DONTFORK) };
        self.only_in = (failed == 0).then_some(here);
    }

    /// Where it begins, at the beginning of a page.
    pub(crate) const fn start(&self) -> *mut u8 {
        self.start
    }

    /// How many bytes it has.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        if self.only_in.is_some_and(|process| process != generation()) {
            return;
        }
        // SAFETY: mapped with this length, and nobody can use it any more. A failure would leave
        // it mapped, which harms nobody.
        let _unmapped = unsafe { libc::munmap(self.start.cast(), self.len) };
    }
}

impl fmt::Debug for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mapping").field("len", &self.len).finish_non_exhaustive()
    }
}
