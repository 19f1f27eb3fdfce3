//! A copy of a part of a lane, which stays as it is whoever writes into the lane.

use crate::record::MAX_RECORD_BYTES;
use crate::ring::Lane;
use crate::ring::lane_file::Reach;
use crate::ring::region::UNIT;

/// Bytes of a lane from some position on.
#[derive(Debug, Default)]
pub(crate) struct Window {
    start: u64,
    /// Where it ends, whether or not there are bytes to it.
    end: u64,
    bytes: Vec<u8>,
}

/// A window has room for any record and many small ones, and fits a second-level cache.
const MOST: u64 = 2 * MAX_RECORD_BYTES as u64;

impl Window {
    /// Moves on, if need be, so that the record at `position` lies in it, as far as it lies before
    /// the tail and the lane's end. No record passes either.
    pub(crate) fn reach(&mut self, lane: &Lane, position: u64, tail: u64) {
        let size = lane.size();
        let index = position & (size - 1);
        let end = tail.min(position.saturating_add(size - index));
        let needed = end.min(position.saturating_add(MAX_RECORD_BYTES as u64));
        if self.start <= position && needed <= self.end && position < self.end {
            return;
        }
        let len = usize::try_from(end.saturating_sub(position).min(MOST)).unwrap_or(0);
        self.start = position;
        self.end = position.saturating_add(len as u64);
        self.bytes.clear();
        self.bytes.resize(len.next_multiple_of(UNIT), 0);
        self.copy(lane, index);
    }

    fn copy(&mut self, lane: &Lane, index: u64) {
        match &lane.file {
            Some(file) if file.reach() == Reach::Read => {
                // Of what a file that was cut short does not have, no record is made.
                let len = file.read_data(index, &mut self.bytes);
                self.bytes.truncate(len);
            }
            _ => lane.region.copy(usize::try_from(index).unwrap_or(0), &mut self.bytes),
        }
    }

    /// Gives its memory back; it is taken again when there is something to read.
    pub(crate) fn forget(&mut self) {
        if self.bytes.capacity() > 0 {
            *self = Self::default();
        }
    }

    /// The `len` bytes at a position of the lane.
    #[inline]
    pub(crate) fn bytes(&self, position: u64, len: usize) -> Option<&[u8]> {
        let from = usize::try_from(position.checked_sub(self.start)?).ok()?;
        self.bytes.get(from..from.checked_add(len)?)
    }
}
