use core::marker::PhantomData;
use core::ptr;

use crate::base::{Level, Timestamp};
use crate::event::{Encode, Event};
use crate::record::header::{EXPLICIT_TIME, HEAD_BYTES, Head};

/// Puts an event's fields into a slot of memory, in place.
///
/// A put that would pass the slot's end puts nothing and is remembered, so that an event whose
/// `encoded_len` and `encode` disagree costs that event and not the memory behind it.
pub(crate) struct SlotWriter<'a> {
    cursor: *mut u8,
    left: usize,
    overflowed: bool,
    cuts: u32,
    slot: PhantomData<&'a mut [u8]>,
}

impl<'a> SlotWriter<'a> {
    /// # Safety
    /// `start` to `start + len` must be writable, and nobody else's, for `'a`.
    #[inline]
    pub(crate) const unsafe fn new(start: *mut u8, len: usize) -> Self {
        Self { cursor: start, left: len, overflowed: false, cuts: 0, slot: PhantomData }
    }

    /// Whether every put had room.
    #[inline]
    pub(crate) const fn is_whole(&self) -> bool {
        !self.overflowed
    }

    /// How many fields were cut to the bound of a field.
    #[inline]
    pub(crate) const fn cuts(&self) -> u32 {
        self.cuts
    }

    /// Moves on by `len` bytes and gives where they begin, when there is room for them.
    #[inline]
    fn advance(&mut self, len: usize) -> Option<*mut u8> {
        if len > self.left {
            self.overflowed = true;
            return None;
        }
        let start = self.cursor;
        self.left -= len;
        // SAFETY: `len` is within what is left of the slot.
        self.cursor = unsafe { start.add(len) };
        Some(start)
    }

    #[inline]
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some(start) = self.advance(N) {
            // SAFETY: `advance` said that N bytes from `start` are the slot's.
            unsafe { start.cast::<[u8; N]>().write_unaligned(bytes) };
        }
    }
}

impl Encode for SlotWriter<'_> {
    #[inline]
    fn put_u8(&mut self, value: u8) {
        self.put([value]);
    }

    #[inline]
    fn put_u16(&mut self, value: u16) {
        self.put(value.to_le_bytes());
    }

    #[inline]
    fn put_u32(&mut self, value: u32) {
        self.put(value.to_le_bytes());
    }

    #[inline]
    fn put_u64(&mut self, value: u64) {
        self.put(value.to_le_bytes());
    }

    #[inline]
    fn put_bytes(&mut self, bytes: &[u8]) {
        if let Some(start) = self.advance(bytes.len()) {
            copy_short(bytes, start);
        }
    }

    #[inline]
    fn note_cut(&mut self) {
        self.cuts += 1;
    }
}

/// Copies without a call for the lengths that mail addresses have.
///
/// `to` must be writable for the length of `from`: only [`SlotWriter`] calls this.
#[inline(always)]
fn copy_short(from: &[u8], to: *mut u8) {
    let len = from.len();
    let source = from.as_ptr();
    macro_rules! two_halves {
        ($word:ty) => {{
            const WORD: usize = size_of::<$word>();
            // SAFETY: WORD <= len, so the first and the last WORD bytes lie in both places.
            unsafe {
                let first = source.cast::<$word>().read_unaligned();
                let last = source.add(len - WORD).cast::<$word>().read_unaligned();
                to.cast::<$word>().write_unaligned(first);
                to.add(len - WORD).cast::<$word>().write_unaligned(last);
            }
        }};
    }
    match len {
        33.. => {
            // SAFETY: `to` has room for `len` bytes and is not part of `from`: it is the slot.
            unsafe { ptr::copy_nonoverlapping(source, to, len) };
        }
        16..=32 => two_halves!(u128),
        8..=15 => two_halves!(u64),
        4..=7 => two_halves!(u32),
        2..=3 => two_halves!(u16),
        1 => {
            let [byte, ..] = *from else { return };
            // SAFETY: there is room for one byte.
            unsafe { to.write(byte) };
        }
        0 => {}
    }
}

/// Bytes of the record that `event` makes.
#[inline]
pub(crate) fn record_len<'a, E: Event<'a>>(event: &E, has_time: bool) -> usize {
    HEAD_BYTES + if has_time { 8 } else { 0 } + event.encoded_len()
}

/// Appends `event` as a record to `out`: for events that never see a lane.
pub(crate) fn append<'a, E: Event<'a>>(
    out: &mut Vec<u8>,
    event: &E,
    level: Level,
    order: u64,
    time: Option<Timestamp>,
) {
    let len = record_len(event, time.is_some());
    let start = out.len();
    out.resize(start + len, 0);
    let Some(slot) = out.get_mut(start..) else { return };
    // SAFETY: the slice is borrowed mutably for as long as the writer lives.
    let mut writer = unsafe { SlotWriter::new(slot.as_mut_ptr(), slot.len()) };
    put_head(&mut writer, E::ROW.number, level, len, order, time);
    event.encode(&mut writer);
}

/// Puts the head, and the explicit time where there is one.
#[inline]
pub(crate) fn put_head(
    writer: &mut SlotWriter<'_>,
    number: u16,
    level: Level,
    len: usize,
    order: u64,
    time: Option<Timestamp>,
) {
    let flags = if time.is_some() { EXPLICIT_TIME } else { 0 };
    #[expect(clippy::cast_possible_truncation, reason = "a record is at most 64 KiB")]
    let head = Head { len: len as u32, number, level: level as u8, flags, order };
    let [first, second] = head.to_words();
    writer.put_u64(first);
    writer.put_u64(second);
    if let Some(time) = time {
        writer.put_u64(time.micros().cast_unsigned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_copies_copy_every_length() {
        let source: Vec<u8> = (0..100).collect();
        for len in 0..100 {
            let mut target = vec![0xAA_u8; len + 8];
            // SAFETY: the vector is longer than `len`.
            let mut writer = unsafe { SlotWriter::new(target.as_mut_ptr(), len) };
            writer.put_bytes(&source[..len]);
            assert!(writer.is_whole());
            assert_eq!(&target[..len], &source[..len]);
            assert!(target[len..].iter().all(|byte| *byte == 0xAA), "{len}");
        }
    }

    #[test]
    fn a_put_past_the_end_puts_nothing() {
        let mut target = [0xAA_u8; 16];
        // SAFETY: 10 bytes of the array.
        let mut writer = unsafe { SlotWriter::new(target.as_mut_ptr(), 10) };
        writer.put_u64(1);
        writer.put_u32(2);
        assert!(!writer.is_whole());
        assert!(target[8..].iter().all(|byte| *byte == 0xAA));
    }
}
