use std::sync::Arc;

use crate::base::{Disk, Error, RealDisk, Result};
use crate::sink::syslog::buffer::segment::SEGMENT_HEAD;

/// The most bytes of a buffer's files if nothing else is said: 100 MB.
pub const DEFAULT_CAPACITY: u64 = 100 << 20;

/// The largest capacity: 1 GB.
pub const MAX_CAPACITY: u64 = 1 << 30;

/// The smallest capacity: 1 MB.
pub const MIN_CAPACITY: u64 = 1 << 20;

/// What becomes of messages when a buffer is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenFull {
    /// New ones are refused until there is room.
    #[default]
    DropNewest,
    /// The oldest ones are given up, a segment at a time: a sixteenth of the capacity, or 4 MB.
    DropOldest,
}

impl WhenFull {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DropNewest, Self::DropOldest];

    /// Its name in a configuration: `drop newest` or `drop oldest`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DropNewest => "drop newest",
            Self::DropOldest => "drop oldest",
        }
    }
}

/// How large a buffer is, and what it does when it is full.
///
/// ```
/// use ringmail::sink::syslog::buffer::{BufferOptions, WhenFull};
/// let options = BufferOptions::default().capacity(1 << 30)?.when_full(WhenFull::DropOldest);
/// assert_eq!(options.capacity_bytes(), 1_073_741_824);
/// assert!(BufferOptions::default().capacity(2 << 30).unwrap_err().is_config());
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct BufferOptions {
    capacity: u64,
    segment: u64,
    when_full: WhenFull,
    disk: Arc<dyn Disk>,
}

impl Default for BufferOptions {
    /// 100 MB, and new messages are refused when it is full.
    fn default() -> Self {
        Self {
            capacity: DEFAULT_CAPACITY,
            segment: segment_of(DEFAULT_CAPACITY),
            when_full: WhenFull::DropNewest,
            disk: Arc::new(RealDisk),
        }
    }
}

impl BufferOptions {
    /// The most bytes that its files have together, from [`MIN_CAPACITY`] to [`MAX_CAPACITY`]. An
    /// entry has 32 bytes beside its message.
    ///
    /// # Errors
    /// For sizes out of this range.
    pub fn capacity(mut self, bytes: u64) -> Result<Self> {
        if !(MIN_CAPACITY..=MAX_CAPACITY).contains(&bytes) {
            return Err(Error::config(format!(
                "a disk buffer of {bytes} bytes: it can have from 1 MB ({MIN_CAPACITY}) to 1 GB \
                 ({MAX_CAPACITY})"
            )));
        }
        self.capacity = bytes;
        self.segment = segment_of(bytes);
        Ok(self)
    }

    /// What becomes of messages when it is full. Default: new ones are refused.
    #[must_use]
    pub const fn when_full(mut self, when_full: WhenFull) -> Self {
        self.when_full = when_full;
        self
    }

    /// Another file system: for tests, which make it fail.
    #[doc(hidden)]
    #[must_use]
    pub fn on(mut self, disk: impl Disk + 'static) -> Self {
        self.disk = Arc::new(disk);
        self
    }

    /// A capacity and a length of segments that no user can ask for: for tests.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_sizes(mut self, capacity: u64, segment: u64) -> Self {
        self.capacity = capacity;
        self.segment = segment;
        self
    }

    /// The most bytes that its files have together.
    #[must_use]
    pub const fn capacity_bytes(&self) -> u64 {
        self.capacity
    }

    pub(super) const fn drops_oldest(&self) -> bool {
        matches!(self.when_full, WhenFull::DropOldest)
    }

    pub(super) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// Whether so many bytes more go into a file of this length. A segment has at least one entry.
    pub(super) const fn fits_segment(&self, bytes: u64, more: u64) -> bool {
        bytes <= SEGMENT_HEAD as u64 || bytes + more <= self.segment
    }
}

const fn segment_of(capacity: u64) -> u64 {
    let sixteenth = capacity / 16;
    if sixteenth < 4 << 20 { sixteenth } else { 4 << 20 }
}
