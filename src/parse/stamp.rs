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
    let (head, rest) = text.split_first_chunk::<4>()?;
    let [a, b, c, b' '] = head else { return None };
    if !(a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_alphabetic()) {
        return None;
    }
    let (date, rest) = read_date(rest)?;
    let (year, rest) = read_year(rest)?;
    let time = date.in_year(year, offset)?;
    Some(Stamp { time, len: text.len() - rest.len() })
}

/// A day and a time of day, of whichever year.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Date {
    month: i64,
    day: i64,
    /// Of the day.
    second: i64,
}

impl Date {
    /// The time in this year; `None` when the year has no such day.
    #[inline]
    pub(super) fn in_year(self, year: i64, offset: i32) -> Option<Timestamp> {
        if self.day > days_in(year, self.month) {
            return None;
        }
        let local = days_since_epoch(year, self.month, self.day) * 86_400 + self.second;
        Some(Timestamp::from_seconds(local - i64::from(offset)))
    }

    /// The time in that year in which it is nearest to `reference`.
    pub(crate) fn near(self, reference: Timestamp, offset: i32) -> Option<Timestamp> {
        // A year of the calendar takes 31,556,952 seconds on average.
        let year = 1970 + reference.seconds().div_euclid(31_556_952);
        // 29 February is in one year of four, or of eight around a century.
        (year - 8..=year + 8)
            .filter_map(|year| self.in_year(year, offset))
            .min_by_key(|time| time.seconds().abs_diff(reference.seconds()))
    }
}

/// What tells the year of a stamp without one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reference {
    /// A time that the stamps are near.
    Near(Timestamp),
    /// The year that all of them are in.
    Year(i64),
}

impl Reference {
    /// The time of a date.
    pub(super) fn time(self, date: Date, offset: i32) -> Option<Timestamp> {
        match self {
            Self::Near(time) => date.near(time, offset),
            Self::Year(year) => date.in_year(year, offset),
        }
    }
}

/// Reads `Nov 19 09:16:46` at the start of `text`, and gives what follows.
#[inline]
pub(crate) fn read_date(text: &[u8]) -> Option<(Date, &[u8])> {
    let (head, rest) = text.split_first_chunk::<4>()?;
    let [month @ .., b' '] = head else { return None };
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
    let (day, rest) = match rest {
        [b' ', d @ b'0'..=b'9', b' ', rest @ ..] | [d @ b'0'..=b'9', b' ', rest @ ..] => {
            (digit(*d), rest)
        }
        [t @ b'0'..=b'9', d @ b'0'..=b'9', b' ', rest @ ..] => (two(*t, *d), rest),
        _ => return None,
    };
    let (second, rest) = read_time_of_day(rest)?;
    (day > 0).then_some((Date { month, day, second }, rest))
}

/// Reads `09:16:46`, as the second of its day.
#[inline]
fn read_time_of_day(text: &[u8]) -> Option<(i64, &[u8])> {
    let ([h, i, b':', m, j, b':', s, k], rest) = text.split_first_chunk::<8>()? else {
        return None;
    };
    if ![h, i, m, j, s, k].into_iter().all(u8::is_ascii_digit) {
        return None;
    }
    let (hour, minute, second) = (two(*h, *i), two(*m, *j), two(*s, *k));
    let valid = hour < 24 && minute < 60 && second <= 60;
    valid.then_some((hour * 3600 + minute * 60 + second, rest))
}

/// Reads ` 2014`.
#[inline]
pub(super) fn read_year(text: &[u8]) -> Option<(i64, &[u8])> {
    let ([b' ', year @ ..], rest) = text.split_first_chunk::<5>()? else { return None };
    let year = year
        .iter()
        .try_fold(0, |year, byte| byte.is_ascii_digit().then(|| year * 10 + digit(*byte)))?;
    Some((year, rest))
}

/// Reads `2020-10-15 08:00:11,968` at the start of `text`, and gives what follows.
pub(super) fn read_numeric_stamp(text: &[u8], offset: i32) -> Option<(Timestamp, &[u8])> {
    let ([y @ .., b'-', m, n, b'-', d, e, b' '], rest) = text.split_first_chunk::<11>()? else {
        return None;
    };
    if !y.iter().chain([m, n, d, e]).all(u8::is_ascii_digit) {
        return None;
    }
    let year = y.iter().fold(0, |year, byte| year * 10 + digit(*byte));
    let (month, day) = (two(*m, *n), two(*d, *e));
    let (second, rest) = read_time_of_day(rest)?;
    let ([b',', millis @ ..], rest) = rest.split_first_chunk::<4>()? else { return None };
    if !(1..=12).contains(&month) || day == 0 || !millis.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let millis = millis.iter().fold(0, |millis, byte| millis * 10 + digit(*byte));
    let time = Date { month, day, second }.in_year(year, offset)?;
    Some((Timestamp::from_micros(time.micros() + millis * 1000), rest))
}

/// Reads `2020-10-15T08:00:11.968+02:00` (RFC 3339) at the start of `text`, and gives what follows.
/// Of a fraction, microseconds are kept.
#[cfg(any(feature = "service", test))]
pub(crate) fn read_rfc3339(text: &[u8]) -> Option<(Timestamp, &[u8])> {
    let ([y @ .., b'-', m, n, b'-', d, e, b'T' | b't' | b' '], rest) =
        text.split_first_chunk::<11>()?
    else {
        return None;
    };
    if !y.iter().chain([m, n, d, e]).all(u8::is_ascii_digit) {
        return None;
    }
    let year = y.iter().fold(0, |year, byte| year * 10 + digit(*byte));
    let (month, day) = (two(*m, *n), two(*d, *e));
    let (second, mut rest) = read_time_of_day(rest)?;
    let mut micros = 0;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let mut weight = 100_000;
        let mut behind = fraction;
        while let [byte @ b'0'..=b'9', after @ ..] = behind {
            micros += digit(*byte) * weight;
            weight /= 10;
            behind = after;
        }
        if behind.len() == fraction.len() {
            return None;
        }
        rest = behind;
    }
    let (offset, rest) = match rest {
        [b'Z' | b'z', rest @ ..] => (0, rest),
        [sign @ (b'+' | b'-'), h, i, b':', k, l, rest @ ..]
            if [h, i, k, l].into_iter().all(u8::is_ascii_digit) =>
        {
            let seconds = two(*h, *i) * 3600 + two(*k, *l) * 60;
            (if *sign == b'-' { -seconds } else { seconds }, rest)
        }
        _ => return None,
    };
    if !(1..=12).contains(&month) || day == 0 {
        return None;
    }
    let time = Date { month, day, second }.in_year(year, 0)?;
    Some((Timestamp::from_micros(time.micros() - offset * 1_000_000 + micros), rest))
}

/// Reads the level behind a stamp, ` Info: `, and gives how many bytes it takes.
#[inline]
pub(super) fn read_level(text: &[u8]) -> Option<(Level, usize)> {
    let (level, len) = read_level_word(text.strip_prefix(b" ")?)?;
    Some((level, 1 + len))
}

/// Reads a level and its colon, `Info: `, and gives how many bytes they take.
#[inline]
pub(super) fn read_level_word(text: &[u8]) -> Option<(Level, usize)> {
    let level = match text {
        [b'I', ..] => Level::Info,
        [b'D', ..] => Level::Debug,
        [b'W', ..] => Level::Warning,
        [b'C', ..] => Level::Critical,
        [b'T', ..] => Level::Trace,
        _ => return None,
    };
    let name = level.name().as_bytes();
    let behind = text.strip_prefix(name)?.strip_prefix(b":")?;
    let blank = usize::from(behind.first() == Some(&b' '));
    Some((level, name.len() + 1 + blank))
}

fn two(tens: u8, ones: u8) -> i64 {
    digit(tens) * 10 + digit(ones)
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
    use super::{read_date, read_level, read_numeric_stamp, read_rfc3339, read_stamp};
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

    #[test]
    fn finds_the_year_that_is_nearest() {
        let near = |text: &str, reference| {
            let (date, rest) = read_date(text.as_bytes()).unwrap();
            assert_eq!(rest, b"");
            let reference = seconds(reference).map(Timestamp::from_seconds).unwrap();
            date.near(reference, 0).map(Timestamp::seconds)
        };
        for (text, reference, year) in [
            ("Jun 25 08:50:03", "Thu Jun 26 00:00:00 2014", "Wed Jun 25 08:50:03 2014"),
            ("Dec 31 23:59:59", "Wed Jan  1 00:00:05 2020", "Tue Dec 31 23:59:59 2019"),
            ("Jan  1 00:00:01", "Tue Dec 31 23:59:58 2019", "Wed Jan  1 00:00:01 2020"),
            ("Feb 29 12:00:00", "Mon Mar  1 00:00:00 2021", "Sat Feb 29 12:00:00 2020"),
            ("Feb 29 12:00:00", "Mon Mar  1 00:00:00 1898", "Sat Feb 29 12:00:00 1896"),
        ] {
            assert_eq!(near(text, reference), seconds(year), "{text}");
        }
    }

    #[test]
    fn reads_stamps_of_numbers() {
        let read = |text: &'static str| read_numeric_stamp(text.as_bytes(), 3600);
        let (time, rest) = read("2020-10-15 08:00:11,968 INFO csa").unwrap();
        assert_eq!((time.micros(), rest), (1_602_745_211_968_000, &b" INFO csa"[..]));
        for text in ["2020-13-15 08:00:11,968", "2020-02-30 08:00:11,968", "2020-10-15 08:00:11"] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn reads_rfc_3339() {
        let micros = |text: &'static str| {
            read_rfc3339(text.as_bytes()).map(|(time, rest)| (time.micros(), rest))
        };
        for (text, time) in [
            ("1970-01-01T00:00:00Z x", 0),
            ("1970-01-01T01:00:00.5+01:00 x", 500_000),
            ("1969-12-31T18:30:00.0000019-05:30 x", 1),
        ] {
            assert_eq!(micros(text), Some((time, &b" x"[..])), "{text}");
        }
        for text in [
            "2020-10-15T08:00:11",
            "2020-10-15T08:00:11.Z",
            "2020-10-15T08:00:11+1:00",
            "2020-13-15T08:00:11Z",
            "2021-02-29T08:00:11Z",
            "2020-00-15T08:00:11Z",
        ] {
            assert_eq!(micros(text), None, "{text}");
        }
    }
}
