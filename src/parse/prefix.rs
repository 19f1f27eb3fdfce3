//! What stands before the message, where it is not a stamp and a level.

use super::stamp::{
    Reference, read_date, read_level, read_level_word, read_numeric_stamp, read_stamp, read_year,
};
use crate::base::{Level, Timestamp};
use crate::format::tai64n;

/// What stands where the level would in a log of queries to directories.
const LDAP: &[u8] = b"LDAP: ";

/// How a line tells its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StampForm {
    /// `Wed Jun 25 08:50:03 2014` at the line's start, as files have it.
    File,
    /// A label of multilog or seconds with a fraction, at the line's start and up to its first
    /// blank, as qmail's loggers write them.
    Qmail,
    /// Another form, or another place.
    Other,
    /// Not at all.
    None,
}

/// What was said before a message, as far as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prefix<'l> {
    pub(super) stamp: StampForm,
    pub(super) time: Option<Timestamp>,
    pub(super) level: Option<Level>,
    pub(super) message: &'l [u8],
}

/// Takes a line apart in all the ways that are known. What fits none is a message without prefix.
///
/// A stamp without a year is of the year that `reference` tells, and no time at all without one.
pub(super) fn read_prefix(line: &[u8], offset: i32, reference: Option<Reference>) -> Prefix<'_> {
    let when = When { offset, reference };
    when.stamped(line)
        .or_else(|| labelled(line))
        .or_else(|| when.numbered(line))
        .or_else(|| when.yearless(line))
        .or_else(|| when.framed(line))
        .unwrap_or_else(|| levelled(StampForm::None, None, line))
}

/// What leads from a stamp to a time.
#[derive(Clone, Copy)]
struct When {
    offset: i32,
    reference: Option<Reference>,
}

impl When {
    /// `Wed Nov 19 09:16:46 2014 ` and a level, `LDAP:`, or nothing; some CEF lines have a colon
    /// behind the year.
    fn stamped<'l>(&self, line: &'l [u8]) -> Option<Prefix<'l>> {
        let stamp = read_stamp(line, self.offset)?;
        let rest = line.get(stamp.len..)?;
        let rest = rest.strip_prefix(b":").unwrap_or(rest).strip_prefix(b" ")?;
        Some(levelled(StampForm::File, Some(stamp.time), rest))
    }

    /// `2020-10-15 08:00:11,968 INFO csa `: the level in capitals, then the logger's name.
    fn numbered<'l>(&self, line: &'l [u8]) -> Option<Prefix<'l>> {
        let (time, rest) = read_numeric_stamp(line, self.offset)?;
        let mut words = rest.strip_prefix(b" ")?.splitn(3, |byte| *byte == b' ');
        let (level, _logger, message) = (words.next()?, words.next()?, words.next()?);
        let level = [Level::Critical, Level::Warning, Level::Info, Level::Debug, Level::Trace]
            .into_iter()
            .find(|known| known.name().as_bytes().eq_ignore_ascii_case(level))?;
        Some(Prefix { stamp: StampForm::Other, time: Some(time), level: Some(level), message })
    }

    /// `Wed Apr  2 14:30:04 Info: `.
    fn yearless<'l>(&self, line: &'l [u8]) -> Option<Prefix<'l>> {
        let (weekday, rest) = line.split_first_chunk::<4>()?;
        let [a, b, c, b' '] = weekday else { return None };
        if ![a, b, c].into_iter().all(u8::is_ascii_alphabetic) {
            return None;
        }
        let (date, rest) = read_date(rest)?;
        let (level, len) = read_level(rest)?;
        let time = self.reference.and_then(|reference| reference.time(date, self.offset));
        let message = rest.get(len..)?;
        Some(Prefix { stamp: StampForm::Other, time, level: Some(level), message })
    }

    /// `<22>Jun 25 08:50:03 host name: Info: `, all but stamp and name at will: what a line looks
    /// like that came over syslog. The stamp may have a year behind it, and the line its own.
    fn framed<'l>(&self, line: &'l [u8]) -> Option<Prefix<'l>> {
        let (date, rest) = read_date(without_priority(line))?;
        let (time, rest) = match read_year(rest) {
            Some((year, rest)) => (Some(date.in_year(year, self.offset)?), rest),
            None => (self.reference.and_then(|reference| reference.time(date, self.offset)), rest),
        };
        let rest = rest.strip_prefix(b" ")?.trim_ascii_start();
        if let Some((level, len)) = read_level_word(rest) {
            let message = rest.get(len..)?;
            return Some(Prefix { stamp: StampForm::Other, time, level: Some(level), message });
        }
        let end = memchr::memmem::find(rest, b": ")?;
        let words = rest.get(..end)?.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        if !(1..=2).contains(&words.count()) {
            return None;
        }
        let rest = rest.get(end + 2..)?;
        let prefix = self.stamped(rest).unwrap_or_else(|| levelled(StampForm::Other, time, rest));
        Some(Prefix { stamp: StampForm::Other, ..prefix })
    }
}

/// `@400000003e8b3cb83a3f58b0 ` or `1049312430.977230 `: the stamps of qmail's loggers.
fn labelled(line: &[u8]) -> Option<Prefix<'_>> {
    let (time, rest) = if line.starts_with(b"@") {
        (tai64n::read(line)?, line.get(tai64n::LABEL_LEN..)?)
    } else {
        let dot = line.iter().take(12).position(|byte| *byte == b'.')?;
        let (seconds, rest) = line.split_at_checked(dot)?;
        let (micros, rest) = rest.get(1..)?.split_first_chunk::<6>()?;
        let micros = number(seconds)?.checked_mul(1_000_000)?.checked_add(number(micros)?)?;
        (Timestamp::from_micros(micros), rest)
    };
    let message = rest.strip_prefix(b" ")?;
    Some(Prefix { stamp: StampForm::Qmail, time: Some(time), level: None, message })
}

/// A number of digits and nothing else.
fn number(digits: &[u8]) -> Option<i64> {
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| str::from_utf8(digits).ok()?.parse().ok())?
}

/// A level, `LDAP:` or nothing, and the message.
fn levelled(stamp: StampForm, time: Option<Timestamp>, rest: &[u8]) -> Prefix<'_> {
    if let Some((level, len)) = read_level_word(rest) {
        let message = rest.get(len..).unwrap_or_default();
        return Prefix { stamp, time, level: Some(level), message };
    }
    Prefix { stamp, time, level: None, message: rest.strip_prefix(LDAP).unwrap_or(rest) }
}

/// The line without `<22>` before it.
fn without_priority(line: &[u8]) -> &[u8] {
    let rest = line.strip_prefix(b"<").and_then(|rest| {
        let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        rest.get(digits..)?.strip_prefix(b">").filter(|_| digits > 0)
    });
    rest.unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::{Prefix, Reference, StampForm, read_prefix};
    use crate::base::{Level, Timestamp};

    fn read(line: &str) -> Prefix<'_> {
        // A day behind the stamps below.
        read_prefix(
            line.as_bytes(),
            0,
            Some(Reference::Near(Timestamp::from_seconds(1_403_772_603))),
        )
    }

    #[test]
    fn takes_lines_apart() {
        const JUNE_25: Option<i64> = Some(1_403_686_203);
        for (line, stamp, seconds, level, message) in [
            (
                "Wed Jun 25 08:50:03 2014 Info: a: b",
                StampForm::File,
                JUNE_25,
                Some(Level::Info),
                "a: b",
            ),
            ("Wed Jun 25 08:50:03 2014 LDAP: a: b", StampForm::File, JUNE_25, None, "a: b"),
            ("Wed Jun 25 08:50:03 2014 a", StampForm::File, JUNE_25, None, "a"),
            (
                "Wed Jun 25 08:50:03 Warning: a",
                StampForm::Other,
                JUNE_25,
                Some(Level::Warning),
                "a",
            ),
            (
                "2014-06-25 08:50:03,000 INFO csa a b",
                StampForm::Other,
                JUNE_25,
                Some(Level::Info),
                "a b",
            ),
            (
                "<22>Jun 25 08:50:03 mail_logs: Info: a",
                StampForm::Other,
                JUNE_25,
                Some(Level::Info),
                "a",
            ),
            (
                "<22>Jun 25 08:50:03 esa.example mail_logs: Debug: a",
                StampForm::Other,
                JUNE_25,
                Some(Level::Debug),
                "a",
            ),
            (
                "Jun 25 08:50:03  esa.example  mail_logs: Info: a",
                StampForm::Other,
                JUNE_25,
                Some(Level::Info),
                "a",
            ),
            (
                "Jun 25 08:50:03 2014 esa.example m: Info: a",
                StampForm::Other,
                JUNE_25,
                Some(Level::Info),
                "a",
            ),
            (
                "<6>Jan  1 00:00:00 h m: Wed Jun 25 08:50:03 2014 Info: a",
                StampForm::Other,
                JUNE_25,
                Some(Level::Info),
                "a",
            ),
            ("<22>Jun 25 08:50:03 ldap: LDAP: a", StampForm::Other, JUNE_25, None, "a"),
            ("<22>Jun 25 08:50:03 Info: a", StampForm::Other, JUNE_25, Some(Level::Info), "a"),
            ("Wed Jun 25 08:50:03 2014: CEF:0|a", StampForm::File, JUNE_25, None, "CEF:0|a"),
            ("@4000000053aa8d4500000000 new msg 7", StampForm::Qmail, JUNE_25, None, "new msg 7"),
            ("1403686203.000000 new msg 7", StampForm::Qmail, JUNE_25, None, "new msg 7"),
            (
                "1403686203.00000 new msg 7",
                StampForm::None,
                None,
                None,
                "1403686203.00000 new msg 7",
            ),
            ("Info: a", StampForm::None, None, Some(Level::Info), "a"),
            ("a b: c", StampForm::None, None, None, "a b: c"),
            ("<22>", StampForm::None, None, None, "<22>"),
            (
                "<2222>Jun 25 08:50:03 m: Info: a",
                StampForm::None,
                None,
                None,
                "<2222>Jun 25 08:50:03 m: Info: a",
            ),
            (
                "Jun 25 08:50:03 one two three: a",
                StampForm::None,
                None,
                None,
                "Jun 25 08:50:03 one two three: a",
            ),
            ("", StampForm::None, None, None, ""),
        ] {
            let time = seconds.map(Timestamp::from_seconds);
            let message = message.as_bytes();
            assert_eq!(read(line), Prefix { stamp, time, level, message }, "{line}");
        }
    }

    #[test]
    fn a_stamp_without_a_year_needs_a_reference() {
        let line = b"<22>Jun 25 08:50:03 mail_logs: Info: a";
        let read = read_prefix(line, 0, None);
        assert_eq!((read.time, read.level), (None, Some(Level::Info)));
    }

    #[test]
    fn damaged_lines_are_taken_apart_without_a_panic() {
        for line in [
            "<22>Feb 29 23:59:60 2024 host name: Thu Feb 29 23:59:59 2024 Info: MID 7 done",
            "2024-02-29 08:00:11,968 CRITICAL csa The feature is over",
            "Thu Feb 29 23:59:59 LDAP: connected",
        ] {
            for at in 0..line.len() {
                let bytes = line.as_bytes();
                for flip in [0x01, 0x15, 0x80] {
                    let mut damaged = bytes.to_vec();
                    damaged[at] ^= flip;
                    for part in [&damaged[..], &damaged[..at], &damaged[at..]] {
                        let read = read_prefix(
                            part,
                            i32::MIN,
                            Some(Reference::Near(Timestamp::from_micros(i64::MIN))),
                        );
                        assert!(part.ends_with(read.message));
                    }
                }
            }
        }
    }
}
