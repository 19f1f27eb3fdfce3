//! Memory from the operating system: of this process alone, or a file's.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;

/// Mapped memory, given back when it is dropped. What it holds may change at any moment when it is
/// a file's: whoever uses it goes through atomics, or owns the bytes by a protocol.
pub(crate) struct Mapping {
    start: *mut u8,
    len: usize,
}

/// What may be done with a mapped file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    ReadWrite,
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
    pub(crate) fn shared(file: &File, len: usize, access: Access) -> io::Result<Self> {
        let protection = match access {
            Access::Read => libc::PROT_READ,
            Access::ReadWrite => libc::PROT_READ | libc::PROT_WRITE,
        };
        let flags = libc::MAP_SHARED | libc::MAP_POPULATE;
        Self::map(len, protection, flags, file.as_raw_fd())
    }

    fn map(len: usize, protection: i32, flags: i32, file: i32) -> io::Result<Self> {
        // SAFETY: a mapping at an address of the kernel's choice touches no memory in use.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), len, protection, flags, file, 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { start: start.cast(), len })
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

/// Gives a file all of these bytes now, so that no later touch of its memory can fail for lack of
/// space.
pub(crate) fn allocate(file: &File, len: u64) -> io::Result<()> {
    let len = libc::off_t::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
    loop {
        // SAFETY: a call on an open descriptor.
        match unsafe { libc::posix_fallocate(file.as_raw_fd(), 0, len) } {
            0 => return Ok(()),
            libc::EINTR => {}
            error => return Err(io::Error::from_raw_os_error(error)),
        }
    }
}
