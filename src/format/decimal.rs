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
    // Not counted from the digits, which take some forty cycles: where the next piece of the line
    // goes depends on the length, and must not wait for them.
    let len = length(value);
    let text = (word(value) | ZEROS) >> (64 - 8 * len);
    (text.to_le_bytes(), len)
}

/// How many digits a value below [`WORD`] has; 0 has one.
#[inline(always)]
fn length(value: u64) -> usize {
    let log2 = 63 - (value | 1).leading_zeros() as usize;
    let added = LENGTHS.get(log2 % LENGTHS.len()).copied().unwrap_or(0) + value;
    // Masked, as the compiler cannot know that it is 1 to 8.
    (((added >> 32) - 1) & 7) as usize + 1
}

/// For each power of two: what makes the upper half of the sum with a value between it and the next
/// one the value's length.
#[expect(clippy::indexing_slicing, reason = "worked out as it is compiled, within the array")]
const LENGTHS: [u64; 32] = {
    let mut lengths = [0; 32];
    let mut log2 = 0;
    let (mut digits, mut power) = (1, 10);
    while log2 < 32 {
        if 1 << log2 >= power {
            digits += 1;
            power *= 10;
        }
        // A value of one digit more is at least `power`, and carries.
        lengths[log2] = ((digits + 1) << 32) - power;
        log2 += 1;
    }
    lengths
};

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
    fn lengths_are_right_at_every_border() {
        let powers = (0..8).map(|digits| 10_u64.pow(digits));
        let twos = (0..27).map(|log2| 1_u64 << log2);
        let near = powers.chain(twos).flat_map(|at| [at - 1, at, at + 1]);
        for value in near.chain([0, WORD - 1]).filter(|value| *value < WORD) {
            assert_eq!(length(value), value.to_string().len(), "{value}");
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
