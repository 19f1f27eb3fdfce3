//! The stamp at the start of a line.

use crate::base::{Level, Timestamp};

/// A stamp and how many bytes it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stamp {
    /// The time.
    pub time: Timestamp,
    /// The number of bytes.
    pub len: usize,
}

/// Reads the stamp that `text` begins with: `Wed Nov 19 09:16:46 2014`.
///
/// `offset` is local time minus UTC in seconds, as the file's head says it. The day may stand in
/// two columns, in one, or with a zero before it. The weekday is not checked: real files hold
/// wrong ones.
///
/// ```
/// use ringmail::Timestamp;
/// use ringmail::parse::read_stamp;
/// let stamp = read_stamp(b"Wed Nov 19 09:16:46 2014 Info: ...", -21_600).unwrap();
/// assert_eq!((stamp.time, stamp.len), (Timestamp::from_seconds(1_416_410_206), 24));
/// assert_eq!(read_stamp(b"Tue Aug 3 16:36:29 2004", 0).unwrap().len, 23);
/// assert!(read_stamp(b"Tue Aug 32 16:36:29 2004", 0).is_none());
/// ```
#[must_use]
pub fn read_stamp(text: &[u8], offset: i32) -> Option<Stamp> {
    let (head, rest) = text.split_first_chunk::<8>()?;
    let [a, b, c, b' ', month @ .., b' '] = head else { return None };
    if !(a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_alphabetic()) {
        return None;
    }
    let month = match month {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    };
    let (day, rest, day_len) = match rest {
        [b' ', d @ b'0'..=b'9', b' ', rest @ ..] => (digit(*d), rest, 3),
        [t @ b'0'..=b'9', d @ b'0'..=b'9', b' ', rest @ ..] => {
            (digit(*t) * 10 + digit(*d), rest, 3)
        }
        [d @ b'0'..=b'9', b' ', rest @ ..] => (digit(*d), rest, 2),
        _ => return None,
    };
    let [h, i, b':', m, j, b':', s, k, b' ', y @ ..] = rest.first_chunk::<13>()? else {
        return None;
    };
    if ![h, i, m, j, s, k].into_iter().chain(y).all(u8::is_ascii_digit) {
        return None;
    }
    let two = |tens: &u8, ones: &u8| digit(*tens) * 10 + digit(*ones);
    let (hour, minute, second) = (two(h, i), two(m, j), two(s, k));
    let year = y.iter().fold(0, |year, byte| year * 10 + digit(*byte));
    if day == 0 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let local = days_since_epoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let time = Timestamp::from_seconds(local - i64::from(offset));
    Some(Stamp { time, len: 8 + day_len + 13 })
}

/// Reads the level behind a stamp, ` Info: `, and gives how many bytes it takes.
pub(super) fn read_level(text: &[u8]) -> Option<(Level, usize)> {
    let level = match text {
        [b' ', b'I', ..] => Level::Info,
        [b' ', b'D', ..] => Level::Debug,
        [b' ', b'W', ..] => Level::Warning,
        [b' ', b'C', ..] => Level::Critical,
        [b' ', b'T', ..] => Level::Trace,
        _ => return None,
    };
    let name = level.name().as_bytes();
    let behind = text.get(1..)?.strip_prefix(name)?.strip_prefix(b":")?;
    let blank = usize::from(behind.first() == Some(&b' '));
    Some((level, 1 + name.len() + 1 + blank))
}

fn digit(byte: u8) -> i64 {
    i64::from(byte - b'0')
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar; years of 365.2425 days that begin in
/// March, so that the leap day comes last.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = if month <= 2 { month + 9 } else { month - 3 };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::{read_level, read_stamp};
    use crate::base::{Level, Timestamp};

    fn seconds(text: &str) -> Option<i64> {
        read_stamp(text.as_bytes(), 0).map(|stamp| stamp.time.seconds())
    }

    #[test]
    fn knows_the_calendar() {
        assert_eq!(seconds("Thu Jan  1 00:00:00 1970"), Some(0));
        assert_eq!(seconds("Wed Dec 31 23:59:59 1969"), Some(-1));
        assert_eq!(seconds("Tue Feb 29 12:00:00 2000"), Some(951_825_600));
        assert_eq!(seconds("Mon Mar 01 00:00:00 2100"), Some(4_107_542_400));
        assert_eq!(seconds("Thu Feb 29 00:00:00 2024"), Some(1_709_164_800));
    }

    #[test]
    fn refuses_what_is_no_stamp() {
        for text in [
            "",
            "Thu Jan  1 00:00:00 197",
            "Thu Jan  1 24:00:00 1970",
            "Thu Jan  0 00:00:00 1970",
            "Thu Feb 29 00:00:00 2023",
            "Thu Jux  1 00:00:00 1970",
            "T1u Jan  1 00:00:00 1970",
            "Thu Jan  1 00-00:00 1970",
            "2014-11-19T15:16:46.000000Z",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn reads_levels() {
        assert_eq!(read_level(b" Info: x"), Some((Level::Info, 7)));
        assert_eq!(read_level(b" Critical:x"), Some((Level::Critical, 10)));
        assert_eq!(read_level(b" INFO: x"), None);
        assert_eq!(read_level(b"Info: x"), None);
    }

    #[test]
    fn takes_local_time_by_its_offset() {
        let stamp = read_stamp(b"Wed Nov 19 17:16:46 2014", 7200).unwrap();
        assert_eq!(stamp.time, Timestamp::from_seconds(1_416_410_206));
    }
}
