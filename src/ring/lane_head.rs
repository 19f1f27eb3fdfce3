//! What a lane's file says of itself, before the words that its two ends share.
//!
//! ```text
//! offset  bytes  what
//! 0       8      "RINGLANE"
//! 8       4      layout version, 1
//! 12      4      bytes of the control words
//! 16      8      bytes of data: a power of two
//! 24      8      key: a random number, the same as in the file's name
//! 32      8      maker: the ring that it belongs to, a random number
//! 40      8      epoch of the run directory when it was made
//! 48      8      order counter when it was made
//! 56      8      wall clock at that moment, microseconds since the epoch
//! 64      4      process that owns it
//! 68      4      user of that process
//! 72      8      start of that process, clock ticks since the machine came up
//! 80      8      namespace of the process's number
//! 88      16     boot of the machine
//! 104     8      sum over the bytes before it
//! 1024           control words: tail, offered, accepted, closed; head twice; losses
//! 4096           data
//! ```
//! All integers are little-endian; the control words are the machine's own.

use crate::ring::lane::Control;
use crate::ring::owner::Owner;
use crate::ring::region::UNIT;

/// The head of a lane's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LaneHead {
    pub(crate) size: u64,
    pub(crate) key: u64,
    pub(crate) maker: u64,
    pub(crate) epoch: u64,
    pub(crate) counter: u64,
    pub(crate) wall: i64,
    pub(crate) owner: Owner,
}

/// Bytes of a head.
pub(crate) const HEAD_LEN: usize = 112;

const MAGIC: u64 = u64::from_le_bytes(*b"RINGLANE");
const LAYOUT: u64 = 1 | (size_of::<Control>() as u64) << 32;

/// The largest lane, in bytes of data.
pub(crate) const MAX_LANE_BYTES: usize = 1 << 30;
/// The smallest lane of a file: the largest record fits with room to spare.
pub(crate) const MIN_LANE_BYTES: usize = 256 << 10;

impl LaneHead {
    pub(crate) fn to_bytes(self) -> [u8; HEAD_LEN] {
        let owner = self.owner;
        let mut words = [
            MAGIC,
            LAYOUT,
            self.size,
            self.key,
            self.maker,
            self.epoch,
            self.counter,
            self.wall.cast_unsigned(),
            u64::from(owner.pid) | u64::from(owner.uid) << 32,
            owner.start,
            owner.namespace,
            owner.boot[0],
            owner.boot[1],
            0,
        ];
        let [before @ .., sum] = &mut words;
        *sum = sum_of(before);
        let mut bytes = [0; HEAD_LEN];
        for (to, word) in bytes.chunks_exact_mut(8).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// Reads a head.
    ///
    /// # Errors
    /// Why these bytes are none that this version can use.
    pub(crate) fn read(bytes: &[u8; HEAD_LEN]) -> Result<Self, &'static str> {
        let mut words = [0; HEAD_LEN / 8];
        for (word, from) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*from);
        }
        let [before @ .., sum] = &words;
        let &[magic, layout, size, key, maker, epoch, counter, wall, ids, start, namespace, b0, b1] =
            before;
        if magic != MAGIC {
            return Err("it is no lane");
        }
        if layout != LAYOUT {
            return Err("another version of the library made it");
        }
        if *sum != sum_of(before) {
            return Err("its head is damaged");
        }
        let sizes = MIN_LANE_BYTES as u64..=MAX_LANE_BYTES as u64;
        if !size.is_power_of_two() || !sizes.contains(&size) {
            return Err("its size is not one that a lane can have");
        }
        debug_assert!(size % UNIT as u64 == 0);
        #[expect(clippy::cast_possible_truncation, reason = "each cast takes its own half")]
        let (pid, uid) = (ids as u32, (ids >> 32) as u32);
        let owner = Owner { pid, uid, start, namespace, boot: [b0, b1] };
        Ok(Self { size, key, maker, epoch, counter, wall: wall.cast_signed(), owner })
    }
}

/// A sum that tells damage from what was written: FNV-1a over words.
pub(crate) fn sum_of(words: &[u64]) -> u64 {
    words.iter().fold(0xcbf2_9ce4_8422_2325, |sum, word| {
        (sum ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(29)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> LaneHead {
        LaneHead {
            size: 1 << 20,
            key: 7,
            maker: 8,
            epoch: 9,
            counter: u64::MAX,
            wall: -1,
            owner: Owner::here(),
        }
    }

    #[test]
    fn a_head_survives_its_bytes() {
        assert_eq!(LaneHead::read(&head().to_bytes()), Ok(head()));
    }

    #[test]
    fn any_flipped_bit_is_seen() {
        for bit in 0..HEAD_LEN * 8 {
            let mut bytes = head().to_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(LaneHead::read(&bytes).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn sizes_that_no_lane_has_are_refused() {
        for size in [0, 64, (1 << 20) + 64, 1 << 31, u64::MAX] {
            let bytes = LaneHead { size, ..head() }.to_bytes();
            assert_eq!(
                LaneHead::read(&bytes),
                Err("its size is not one that a lane can have"),
                "{size}"
            );
        }
    }
}
