//! TAI64N, the stamps of multilog: `@`, 16 hexadecimal digits of seconds, 8 of nanoseconds.

use crate::base::Timestamp;

/// Bytes of a label.
pub(crate) const LABEL_LEN: usize = 25;

/// What multilog adds to seconds since 1970: 2^62, and the ten seconds that TAI was ahead of UTC
/// then. Leap seconds since are left out, as in multilog on a machine whose clock leaves them out.
const EPOCH: i64 = (1 << 62) + 10;

/// The label of a time.
pub(crate) fn label(time: Timestamp) -> [u8; LABEL_LEN] {
    let seconds = EPOCH.saturating_add(time.seconds()).max(0).unsigned_abs();
    let nanos = time.micros().rem_euclid(1_000_000).unsigned_abs() * 1000;
    let mut label = [b'@'; LABEL_LEN];
    let digits = label.iter_mut().skip(1);
    let words = (0..16).rev().map(|at| seconds >> (4 * at));
    let words = words.chain((0..8).rev().map(|at| nanos >> (4 * at)));
    for (place, word) in digits.zip(words) {
        *place = HEX.get((word & 15) as usize).copied().unwrap_or(b'0');
    }
    label
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The time of the label that `text` begins with, to the microsecond.
pub(crate) fn read(text: &[u8]) -> Option<Timestamp> {
    let digits = text.first_chunk::<LABEL_LEN>()?.strip_prefix(b"@")?;
    let hex = |digits: &[u8]| {
        digits.iter().try_fold(0_u64, |number, digit| {
            Some(number << 4 | u64::from(char::from(*digit).to_digit(16)?))
        })
    };
    let (seconds, nanos) = digits.split_at_checked(16)?;
    let seconds = i64::try_from(hex(seconds)?).ok()?.checked_sub(EPOCH)?;
    let micros = i64::try_from(hex(nanos)? / 1000).ok().filter(|micros| *micros < 1_000_000)?;
    Some(Timestamp::from_micros(seconds.checked_mul(1_000_000)?.checked_add(micros)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_of_multilog() {
        // From the manual page of tai64n.
        let time = read(b"@4000000037c219bf2ef02e94 mark").unwrap();
        assert_eq!(time, Timestamp::from_micros(935_467_445_787_492));
        assert_eq!(&label(time)[..17], b"@4000000037c219bf");
        for micros in [0, -1, 1_416_410_206_123_456, -1_000_000_000_000_001, i64::MAX] {
            let time = Timestamp::from_micros(micros);
            assert_eq!(read(&label(time)), Some(time), "{micros}");
        }
    }

    #[test]
    fn what_is_no_label_is_refused() {
        for text in [
            &b"@4000000037c219bf2ef02e9"[..],
            b"4000000037c219bf2ef02e940",
            b"@4000000037c219bf2ef02e9x",
            b"@ffffffffffffffff00000000",
            b"@4000000037c219bf3b9aca00",
            b"",
        ] {
            assert_eq!(read(text), None);
        }
    }
}
