//! Copies a field's text and looks in the same pass whether it needs escapes.
//!
//! Most text is printable ASCII, so this is nearly all that is ever done for a field. It goes
//! forward in chunks of constant width, the last one overlapping the one before: there is no loop
//! over bytes, and nothing is read or written outside the text.

/// Copies `text` to `to`, and says whether it surely needs no escape: without quotes or in double
/// quotes, or with `APOSTROPHE` in apostrophes.
///
/// # Safety
/// `to` must be valid for writes of `text.len()` bytes and must not overlap `text`.
#[inline(always)]
pub(super) unsafe fn copy_plain<const APOSTROPHE: bool>(text: &[u8], to: *mut u8) -> bool {
    #[cfg(target_arch = "x86_64")]
    type Widest = sse2::Found;
    #[cfg(not(target_arch = "x86_64"))]
    type Widest = Words;
    // SAFETY: as the caller vouches.
    unsafe { copy::<APOSTROPHE, Widest>(text, to) }
}

/// # Safety
/// As that of [`copy_plain`].
#[inline(always)]
unsafe fn copy<const APOSTROPHE: bool, F: Found>(text: &[u8], to: *mut u8) -> bool {
    let len = text.len();
    if let Some(last) = text.last_chunk::<16>() {
        let mut found = F::among::<APOSTROPHE>(last);
        for (number, chunk) in text.as_chunks::<16>().0.iter().enumerate() {
            found = found.or(F::among::<APOSTROPHE>(chunk));
            // SAFETY: the chunk lies within the text.
            unsafe { store(to, 16 * number, *chunk) };
        }
        // SAFETY: the text is at least this long.
        unsafe { store(to, len - 16, *last) };
        return found.is_nothing();
    }
    let suspects = |word: [u8; 8]| suspects::<APOSTROPHE>(u64::from_ne_bytes(word));
    let found = if let (Some(&first), Some(&last)) = (text.first_chunk::<8>(), text.last_chunk()) {
        // SAFETY: the text is at least this long.
        unsafe { store(to, 0, first) };
        // SAFETY: the same.
        unsafe { store(to, len - 8, last) };
        suspects(first) | suspects(last)
    } else if let (Some(&first), Some(&last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        // SAFETY: the text is at least this long.
        unsafe { store(to, 0, first) };
        // SAFETY: the same.
        unsafe { store(to, len - 4, last) };
        let ([a, b, c, d], [e, f, g, h]) = (first, last);
        suspects([a, b, c, d, e, f, g, h])
    } else if let (&[first, ..], Some(&middle), &[.., last]) = (text, text.get(len / 2), text) {
        // SAFETY: the text has a byte there.
        unsafe { store(to, 0, [first]) };
        // SAFETY: the same.
        unsafe { store(to, len / 2, [middle]) };
        // SAFETY: the same.
        unsafe { store(to, len - 1, [last]) };
        suspects([first, middle, last, b' ', b' ', b' ', b' ', b' '])
    } else {
        0
    };
    found == 0
}

/// # Safety
/// `to` must be valid for writes of `at + N` bytes.
#[inline(always)]
unsafe fn store<const N: usize>(to: *mut u8, at: usize, bytes: [u8; N]) {
    // SAFETY: the caller vouches for the room.
    let to = unsafe { to.add(at) };
    // SAFETY: the same, and bytes are never misaligned.
    unsafe { to.cast::<[u8; N]>().write(bytes) }
}

/// Not 0 if one of eight bytes could need an escape.
///
/// May accuse where there is none in the end (a valid character beyond ASCII, a backslash), but
/// never acquits where there is one. Works on all bytes at once: each term has the highest bit of
/// a byte set that is below a blank, DEL, a backslash or an apostrophe. Carries and borrows reach
/// into the next byte only where a suspect has been found.
#[inline(always)]
fn suspects<const APOSTROPHE: bool>(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let each = |byte: u8| ONES * u64::from(byte);
    let is = |byte: u8| (word ^ each(byte)).wrapping_sub(ONES);
    let mut found = word | word.wrapping_sub(each(b' ')) | word.wrapping_add(ONES) | is(b'\\');
    if APOSTROPHE {
        found |= is(b'\'');
    }
    found & each(0x80)
}

/// The [`suspects`] among sixteen bytes, gathered over chunks.
trait Found: Copy {
    /// Those of `chunk`.
    fn among<const APOSTROPHE: bool>(chunk: &[u8; 16]) -> Self;
    /// Those of both.
    fn or(self, other: Self) -> Self;
    /// Whether there are none.
    fn is_nothing(self) -> bool;
}

/// For machines without vector code of their own.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[derive(Clone, Copy)]
struct Words(u64);

#[cfg(any(test, not(target_arch = "x86_64")))]
impl Found for Words {
    #[inline(always)]
    fn among<const APOSTROPHE: bool>(chunk: &[u8; 16]) -> Self {
        let words = chunk.as_chunks::<8>().0.iter().map(|word| u64::from_ne_bytes(*word));
        Self(words.fold(0, |found, word| found | suspects::<APOSTROPHE>(word)))
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline(always)]
    fn is_nothing(self) -> bool {
        self.0 == 0
    }
}

/// Vector code: left to the compiler, the same comparisons come out bytewise and cost twice the
/// time of a whole line.
#[cfg(target_arch = "x86_64")]
mod sse2 {
    use core::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128,
        _mm_set1_epi8,
    };

    /// Each byte not 0 that is a suspect.
    #[derive(Clone, Copy)]
    pub(super) struct Found(__m128i);

    #[inline]
    #[target_feature(enable = "sse2")]
    fn suspects<const APOSTROPHE: bool>(bytes: __m128i) -> __m128i {
        let is = |byte: u8| _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte.cast_signed()));
        // Compared as signed numbers: what is beyond ASCII is negative.
        let below_blank = _mm_cmplt_epi8(bytes, _mm_set1_epi8(b' '.cast_signed()));
        let found = _mm_or_si128(below_blank, _mm_or_si128(is(0x7f), is(b'\\')));
        if APOSTROPHE { _mm_or_si128(found, is(b'\'')) } else { found }
    }

    impl super::Found for Found {
        #[inline(always)]
        fn among<const APOSTROPHE: bool>(chunk: &[u8; 16]) -> Self {
            // SAFETY: the array is as wide as the load, which asks for no alignment.
            let bytes = unsafe { _mm_loadu_si128(chunk.as_ptr().cast()) };
            // SAFETY: every x86_64 has SSE2.
            Self(unsafe { suspects::<APOSTROPHE>(bytes) })
        }

        #[inline(always)]
        fn or(self, other: Self) -> Self {
            // SAFETY: every x86_64 has SSE2.
            Self(unsafe { _mm_or_si128(self.0, other.0) })
        }

        #[inline(always)]
        fn is_nothing(self) -> bool {
            // SAFETY: every x86_64 has SSE2.
            unsafe { _mm_movemask_epi8(self.0) == 0 }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::escape::{self, tests::hostile};

    type Copy = unsafe fn(&[u8], *mut u8) -> bool;

    /// In apostrophes or not, by this machine's code and by that of others.
    const COPIES: [(bool, Copy); 4] = [
        (false, copy_plain::<false>),
        (true, copy_plain::<true>),
        (false, copy::<false, Words>),
        (true, copy::<true, Words>),
    ];

    /// Copies between two guards, and says what came out, and whether it was found plain.
    fn copied(copy: Copy, text: &[u8]) -> (Vec<u8>, bool) {
        let mut room = vec![0xa5; text.len() + 64];
        // SAFETY: there is room for the text and 32 bytes more.
        let to = unsafe { room.as_mut_ptr().add(32) };
        // SAFETY: the same, in memory of its own.
        let plain = unsafe { copy(text, to) };
        let (head, tail) = (room[..32].to_vec(), room.split_off(32 + text.len()));
        assert_eq!((head, tail), (vec![0xa5; 32], vec![0xa5; 32]), "wrote outside the text");
        (room.split_off(32), plain)
    }

    fn check(text: &[u8]) -> Result<(), TestCaseError> {
        for (apostrophe, copy) in COPIES {
            let (copied, plain) = copied(copy, text);
            prop_assert_eq!(copied, text);
            let is_plain = |byte: &u8| match byte {
                b'\\' => false,
                b'\'' => !apostrophe,
                byte => matches!(byte, b' '..=b'~'),
            };
            prop_assert_eq!(plain, text.iter().all(is_plain), "{}", text.escape_ascii());
            if plain {
                let mut escaped = Vec::new();
                escape::escape_text(text, &mut escaped);
                prop_assert_eq!(&escaped, text);
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn hostile_text_is_copied_and_judged(text in hostile(0..30)) {
            check(&text)?;
        }

        #[test]
        fn plain_text_is_copied_and_judged(text in "[ -~]{0,200}") {
            check(text.as_bytes())?;
        }
    }

    /// Every byte at every place of every short length, between neighbours that could borrow or
    /// carry.
    #[test]
    fn no_byte_escapes_at_any_place() {
        for (len, neighbour) in (0..=35).flat_map(|len| [(len, b' '), (len, b'~'), (len, b']')]) {
            for place in 0..len {
                for byte in [0, 9, 10, 13, 31, b' ', b'\'', b'(', b'[', b'\\', b'~', 127, 128, 255]
                {
                    let mut text = vec![neighbour; len];
                    text[place] = byte;
                    check(&text).unwrap();
                }
            }
        }
    }
}
