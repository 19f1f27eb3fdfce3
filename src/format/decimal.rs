//! Decimal digits without a loop: eight at a time in one machine word.
//!
//! The digits of a value below 10^8 are worked out side by side in the bytes of a `u64`, so that
//! a number costs a few multiplications and no branch on its length. What comes out is wider than
//! the number; the caller stores all eight bytes and counts only the digits.

/// Values below this fit into one word of digits.
pub(super) const WORD: u64 = 100_000_000;

/// The decimal digits of a value below [`WORD`], at the front, and how many there are.
///
/// The bytes behind them have no meaning.
#[inline(always)]
pub(super) fn short(value: u64) -> ([u8; 8], usize) {
    debug_assert!(value < WORD, "{value} has more than 8 digits");
    let digits = word(value);
    // The first digit stands in the lowest byte, so leading zeros are trailing zero bits. The
    // last digit counts even when it is 0.
    let zeros = (digits | 1 << 56).trailing_zeros() & !7;
    let text = (digits | ZEROS) >> zeros;
    (text.to_le_bytes(), 8 - (zeros >> 3) as usize)
}

/// The decimal digits of any value, and how many there are.
#[inline(never)]
pub(super) fn long(value: u64) -> ([u8; 24], usize) {
    let upper = value / WORD;
    let words = [
        (word(upper / WORD) | ZEROS).to_le_bytes(),
        (word(upper % WORD) | ZEROS).to_le_bytes(),
        (word(value % WORD) | ZEROS).to_le_bytes(),
    ];
    let all = words.as_flattened();
    let zeros = all.iter().take(23).take_while(|&&digit| digit == b'0').count();
    let mut text = [0; 24];
    for (to, &from) in text.iter_mut().zip(all.iter().skip(zeros)) {
        *to = from;
    }
    (text, 24 - zeros)
}

/// `0` in each byte.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The eight digits of a value below [`WORD`] as numbers 0 to 9, the first in the lowest byte.
///
/// Divides in three rounds: into halves of four digits, these into pairs, these into digits. Each
/// round works on all lanes at once and divides by a multiplication that is exact for the few
/// values that a lane can have.
#[inline(always)]
fn word(value: u64) -> u64 {
    let upper = (value * 109_951_163) >> 40;
    let halves = upper | (value - upper * 10_000) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = hundreds | (halves - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (pairs - tens * 10) << 8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first division is exact where its result steps, so it is exact in between; the other
    /// two are tried for every value of a lane.
    #[test]
    fn short_agrees_with_display() {
        let steps = (1..=10_000_u64).flat_map(|step| [step * 10_000 - 1, step * 10_000]);
        for value in (0..10_000).chain(steps).filter(|&value| value < WORD) {
            let (text, len) = short(value);
            assert_eq!(text[..len], *value.to_string().as_bytes());
        }
    }

    #[test]
    fn long_agrees_with_display_at_every_length() {
        let powers = (0..20).map(|digits| 10_u64.pow(digits));
        let borders = powers.flat_map(|power| [power - 1, power, power + 7]);
        for value in borders.chain([u64::MAX, u64::MAX - 1]) {
            let (text, len) = long(value);
            assert_eq!(text[..len], *value.to_string().as_bytes());
        }
    }
}
