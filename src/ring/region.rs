//! The memory of a lane: its control words and its data.

use std::fmt;

#[cfg(not(loom))]
use crate::base::Error;
use crate::base::Result;
use crate::ring::lane::Control;

/// Records begin at multiples of this, so that producer and consumer share few cache lines and
/// stores may be wider than what they store.
pub(crate) const UNIT: usize = 64;

/// Memory for one lane.
///
/// Today it is anonymous memory of this process, touched when it is made, so that `emit` meets no
/// page fault. A mapped file fits behind the same type: control words first, then the data.
pub(crate) struct Region {
    control: *mut Control,
    data: *mut u8,
    data_len: usize,
    #[cfg(loom)]
    cells: Vec<loom::cell::UnsafeCell<()>>,
}

// SAFETY: the region owns its memory. Control words are atomics; who may touch which data bytes is
// decided by head and tail (see the table of pairs in `ring`).
unsafe impl Send for Region {}
// SAFETY: as for Send.
unsafe impl Sync for Region {}

impl Region {
    /// Maps anonymous memory for `data_len` bytes of data, a power of two of at least two units.
    ///
    /// # Errors
    /// When the operating system has no memory to give.
    #[cfg(not(loom))]
    pub(crate) fn anonymous(data_len: usize) -> Result<Self> {
        debug_assert!(data_len.is_power_of_two() && data_len >= 2 * UNIT);
        // SAFETY: an anonymous mapping at an address of the kernel's choice touches no memory
        // that is in use.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                CONTROL_BYTES + data_len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_POPULATE,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            let source = std::io::Error::last_os_error();
            return Err(Error::io(
                format!("no memory for a lane of {data_len} bytes: use smaller or fewer lanes"),
                source,
            ));
        }
        let control = start.cast::<Control>();
        // SAFETY: the mapping is page aligned and CONTROL_BYTES long, nobody else knows it yet.
        unsafe { control.write(Control::new()) };
        // SAFETY: the data lie behind the control words, in the same mapping.
        let data = unsafe { start.cast::<u8>().add(CONTROL_BYTES) };
        Ok(Self { control, data, data_len })
    }

    #[cfg(loom)]
    pub(crate) fn anonymous(data_len: usize) -> Result<Self> {
        let data = Box::leak(vec![0u64; data_len / 8].into_boxed_slice()).as_mut_ptr().cast();
        Ok(Self {
            control: Box::into_raw(Box::new(Control::new())),
            data,
            data_len,
            cells: (0..data_len / UNIT).map(|_| loom::cell::UnsafeCell::new(())).collect(),
        })
    }

    /// The words that producer and consumer share.
    #[inline]
    pub(crate) fn control(&self) -> &Control {
        // SAFETY: made and initialised with the region, lives as long as it, shared only as `&`.
        unsafe { &*self.control }
    }

    /// Bytes of data.
    #[inline]
    pub(crate) const fn data_len(&self) -> usize {
        self.data_len
    }

    /// Where the producer may write `len` bytes from `index` on.
    ///
    /// # Safety
    /// `index + len` must not pass the data's end, and the producer must own these bytes.
    #[inline]
    pub(crate) unsafe fn to_write(&self, index: usize, len: usize) -> *mut u8 {
        debug_assert!(index + len <= self.data_len);
        #[cfg(loom)]
        for cell in &self.cells[index / UNIT..(index + len).div_ceil(UNIT)] {
            cell.with_mut(|_| ());
        }
        // SAFETY: the caller keeps to the data.
        unsafe { self.data.add(index) }
    }

    /// The `len` bytes from `index` on.
    ///
    /// # Safety
    /// `index + len` must not pass the data's end, and the consumer must own these bytes for as
    /// long as the slice is used.
    #[inline]
    pub(crate) unsafe fn to_read(&self, index: usize, len: usize) -> &[u8] {
        debug_assert!(index + len <= self.data_len);
        #[cfg(loom)]
        for cell in &self.cells[index / UNIT..(index + len).div_ceil(UNIT)] {
            cell.with(|_| ());
        }
        // SAFETY: the caller keeps to the data.
        let start = unsafe { self.data.add(index) };
        // SAFETY: initialised (the mapping came zeroed), and the caller says who owns them.
        unsafe { std::slice::from_raw_parts(start, len) }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        #[cfg(not(loom))]
        // SAFETY: the mapping was made with this length, and nobody can use it any more. A failure
        // would leave the memory mapped, which harms nobody.
        let _unmapped = unsafe { libc::munmap(self.control.cast(), CONTROL_BYTES + self.data_len) };
        #[cfg(loom)]
        {
            // SAFETY: made by Box::into_raw in `anonymous`.
            drop(unsafe { Box::from_raw(self.control) });
            let words =
                std::ptr::slice_from_raw_parts_mut(self.data.cast::<u64>(), self.data_len / 8);
            // SAFETY: leaked from a box of this length in `anonymous`.
            drop(unsafe { Box::from_raw(words) });
        }
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Region").field("data_len", &self.data_len).finish_non_exhaustive()
    }
}

/// A page, so that the data are page aligned in a mapped file too.
#[cfg(not(loom))]
const CONTROL_BYTES: usize = 4096;

#[cfg(not(loom))]
const _: () = assert!(size_of::<Control>() <= CONTROL_BYTES);
