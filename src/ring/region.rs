//! The memory of a lane: its control words and its data.

use std::fmt;
use std::sync::atomic::{AtomicU64 as PlainU64, Ordering as Plain};

#[cfg(not(loom))]
use crate::base::Error;
use crate::base::Result;
use crate::ring::lane::Control;
use crate::ring::mapping::Mapping;

/// Records begin at multiples of this, so that producer and consumer share few cache lines and
/// stores may be wider than what they store.
pub(crate) const UNIT: usize = 64;

/// Where the control words begin, behind what a lane's file says of itself.
pub(crate) const CONTROL_AT: usize = 1024;

/// Where the data begin: a page, so that they are page aligned.
pub(crate) const DATA_AT: usize = 4096;

/// Memory for one lane: anonymous, or a mapped file; in both the control words stand before the
/// data. Or only a copy of the control words, when the lane is a file that is read, not mapped.
pub(crate) struct Region {
    control: *mut Control,
    data: *mut u8,
    data_len: usize,
    memory: Memory,
    #[cfg(loom)]
    cells: Vec<loom::cell::UnsafeCell<()>>,
}

enum Memory {
    /// Control words and data lie in it.
    Mapped { _mapping: Mapping },
    /// The pointers own what they point to: control words, and in models data.
    Owned,
}

// SAFETY: the region owns its memory. Control words are atomics; who may touch which data bytes is
// decided by head and tail (see the table of pairs in `ring`).
unsafe impl Send for Region {}
// SAFETY: as for Send.
unsafe impl Sync for Region {}

impl Region {
    /// Anonymous memory for `data_len` bytes of data, a power of two of at least two units.
    ///
    /// # Errors
    /// When the operating system has no memory to give.
    #[cfg(not(loom))]
    pub(crate) fn anonymous(data_len: usize) -> Result<Self> {
        debug_assert!(data_len.is_power_of_two() && data_len >= 2 * UNIT);
        let mapping = Mapping::anonymous(DATA_AT + data_len).map_err(|source| {
            Error::io(
                format!("no memory for a lane of {data_len} bytes: use smaller or fewer lanes"),
                source,
            )
        })?;
        Ok(Self::mapped(mapping))
    }

    #[cfg(loom)]
    pub(crate) fn anonymous(data_len: usize) -> Result<Self> {
        let data = Box::leak(vec![0u64; data_len / 8].into_boxed_slice()).as_mut_ptr().cast();
        Ok(Self {
            control: Box::into_raw(Box::new(Control::new())),
            data,
            data_len,
            memory: Memory::Owned,
            cells: (0..data_len / UNIT).map(|_| loom::cell::UnsafeCell::new(())).collect(),
        })
    }

    /// A mapping of a lane's file, or memory laid out like one. Zeroed control words are those of a
    /// new lane.
    pub(crate) fn mapped(mapping: Mapping) -> Self {
        let data_len = mapping.len().saturating_sub(DATA_AT);
        debug_assert!(mapping.len() > DATA_AT);
        // SAFETY: the mapping is longer than DATA_AT.
        let control = unsafe { mapping.start().add(CONTROL_AT) }.cast::<Control>();
        // SAFETY: as before.
        let data = unsafe { mapping.start().add(DATA_AT) };
        Self {
            control,
            data,
            data_len,
            memory: Memory::Mapped { _mapping: mapping },
            #[cfg(loom)]
            cells: Vec::new(),
        }
    }

    /// Only control words, to be brought up to date from elsewhere; there are no data.
    pub(crate) fn copied() -> Self {
        Self {
            control: Box::into_raw(Box::new(Control::new())),
            data: std::ptr::null_mut(),
            data_len: 0,
            memory: Memory::Owned,
            #[cfg(loom)]
            cells: Vec::new(),
        }
    }

    /// The words that producer and consumer share.
    #[inline]
    pub(crate) fn control(&self) -> &Control {
        // SAFETY: made with the region, lives as long as it, shared only as `&`; any bytes are
        // valid control words, as all of them are atomic numbers.
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

    /// Copies the bytes from `index` on, whoever writes them meanwhile: they are then whatever they
    /// are, but they stay so. Offset and length are multiples of eight; what passes the data's end
    /// is left out.
    pub(crate) fn copy(&self, index: usize, to: &mut [u8]) {
        let len = to.len().min(self.data_len.saturating_sub(index));
        let words = self.data.wrapping_add(index).cast::<PlainU64>();
        for (at, eight) in to.chunks_exact_mut(8).take(len / 8).enumerate() {
            // SAFETY: below `len / 8` words, which lie in the data.
            let word = unsafe { words.add(at) };
            // SAFETY: as before; aligned, as `index` is.
            let word = unsafe { &*word };
            eight.copy_from_slice(&word.load(Plain::Relaxed).to_ne_bytes());
        }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        let Memory::Owned = self.memory else { return };
        // SAFETY: made by Box::into_raw, in `copied` or `anonymous`.
        drop(unsafe { Box::from_raw(self.control) });
        #[cfg(loom)]
        if !self.data.is_null() {
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

#[cfg(not(loom))]
const _: () = assert!(CONTROL_AT + size_of::<Control>() <= DATA_AT);
