//! What stands before the text of a line: stamp, host, program.

use core::fmt;

use super::scan::{at_byte, fnv, number};
use crate::base::Timestamp;
use crate::format::Zone;
use crate::parse::{read_date, read_rfc3339};

/// A line, taken apart as far as syslog goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    pub(super) time: Timestamp,
    /// A number for the host's name.
    pub(super) host: u64,
    /// The whole program: `postfix/submission/smtpd`.
    pub(super) program: &'a [u8],
    /// Its last part: `smtpd`.
    pub(super) daemon: &'a [u8],
    pub(super) pid: u32,
    pub(super) text: &'a [u8],
}

impl<'a> Head<'a> {
    /// `None` when the line is not one of syslog; the daemon is empty when the program has no `/`,
    /// as all of Postfix have.
    #[inline]
    pub(super) fn read(line: &'a [u8], stamps: &mut Stamps) -> Option<Self> {
        let line = match line {
            [b'<', rest @ ..] => {
                let (_, len @ 1..=3) = number(rest) else { return None };
                rest.get(len..)?.strip_prefix(b">")?
            }
            _ => line,
        };
        let (time, rest) = stamps.read(line)?;
        let (host, rest) = at_byte(rest.strip_prefix(b" ")?, b' ')?;
        let (tag, text) = at_byte(rest, b' ')?;
        let tag = tag.strip_suffix(b":")?;
        let (program, pid) = match at_byte(tag, b'[') {
            Some((program, pid)) => (program, u32::try_from(number(pid).0).unwrap_or(u32::MAX)),
            None => (tag, 0),
        };
        let daemon = memchr::memrchr(b'/', program).and_then(|slash| program.get(slash + 1..));
        let daemon = daemon.unwrap_or_default();
        Some(Self { time, host: fnv(host), program, daemon, pid, text })
    }

    /// The service by its name in the program: `submission/smtpd`.
    pub(super) fn service(&self) -> &'a [u8] {
        at_byte(self.program, b'/').map_or(self.program, |(_, service)| service)
    }
}

/// Reads stamps, and finds the year of those that have none.
pub(super) struct Stamps {
    zone: Zone,
    /// The time of the last line, or that which the caller gave.
    pub(super) reference: Timestamp,
    /// Whether [`reference`](Self::reference) is that of a line.
    pub(super) has_begun: bool,
    /// The last stamp up to its minute, and when that minute began.
    minute: ([u8; 12], i64),
}

impl fmt::Debug for Stamps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stamps").field("reference", &self.reference).finish_non_exhaustive()
    }
}

impl Stamps {
    pub(super) fn new(zone: &Zone, reference: Timestamp) -> Self {
        Self { zone: zone.clone(), reference, has_begun: false, minute: ([0; 12], 0) }
    }

    /// Reads the stamp that `text` begins with, and gives what follows.
    #[inline]
    pub(super) fn read<'a>(&mut self, text: &'a [u8]) -> Option<(Timestamp, &'a [u8])> {
        if text.first().is_some_and(u8::is_ascii_digit) {
            let (time, rest) = read_rfc3339(text)?;
            self.reference = time;
            self.has_begun = true;
            return Some((time, rest));
        }
        if let Some((minute, rest)) = text.split_first_chunk::<12>()
            && *minute == self.minute.0
            && let [b':', tens @ b'0'..=b'5', ones @ b'0'..=b'9', rest @ ..] = rest
        {
            let second = i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
            self.reference = Timestamp::from_seconds(self.minute.1 + second);
            return Some((self.reference, rest));
        }
        self.without_year(text)
    }

    fn without_year<'a>(&mut self, text: &'a [u8]) -> Option<(Timestamp, &'a [u8])> {
        let (date, rest) = read_date(text)?;
        // The first line is from the year before the reference, however old it is: a log is
        // seldom of the future. Those behind it are near to the one before them.
        let half_a_year = if self.has_begun { 0 } else { 181 * DAY };
        let target = Timestamp::from_seconds(self.reference.seconds() - half_a_year);
        let about = date.near(target, 0)?.seconds();
        // The offset from UTC is that of a time which depends on the offset: of the two that
        // there can be, the one that holds at its own time, and, where an hour comes twice, that
        // which goes on from the line before.
        let time = [about - DAY, about + DAY]
            .into_iter()
            .map(|near| {
                let offset = self.zone.offset_seconds(Timestamp::from_seconds(near));
                let time = Timestamp::from_seconds(about - i64::from(offset));
                let fits = self.zone.offset_seconds(time) == offset;
                (time, !fits, time.seconds().abs_diff(self.reference.seconds()))
            })
            .min_by_key(|(_, misfits, distance)| (*misfits, *distance))?
            .0;
        self.reference = time;
        self.has_begun = true;
        if let Some((minute, [b':', tens, ones, ..])) = text.split_first_chunk::<12>()
            && minute.get(9) == Some(&b':')
        {
            let second =
                i64::from(tens.wrapping_sub(b'0')) * 10 + i64::from(ones.wrapping_sub(b'0'));
            self.minute = (*minute, time.seconds() - second);
        }
        Some((time, rest))
    }
}

const DAY: i64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        read_rfc3339(text.as_bytes()).unwrap().0
    }

    /// The times of lines, read one after the other.
    fn times(zone: &str, reference: &str, stamps: &[&str]) -> Vec<String> {
        let mut reader = Stamps::new(&Zone::parse(zone).unwrap(), at(reference));
        let read = |stamp: &&str| reader.read(stamp.as_bytes()).unwrap().0.to_string();
        stamps.iter().map(read).collect()
    }

    #[test]
    fn the_year_rolls_over() {
        assert_eq!(
            times(
                "UTC",
                "2027-02-01T00:00:00Z",
                &[
                    "Nov 30 12:00:00",
                    "Dec 31 23:59:59",
                    "Jan  1 00:00:00",
                    "Dec 31 23:59:59",
                    "Mar  1 00:00:00"
                ]
            ),
            [
                "2026-11-30T12:00:00.000000Z",
                "2026-12-31T23:59:59.000000Z",
                "2027-01-01T00:00:00.000000Z",
                "2026-12-31T23:59:59.000000Z",
                "2027-03-01T00:00:00.000000Z",
            ]
        );
    }

    #[test]
    fn the_first_line_is_of_the_past() {
        for (stamp, year) in [("Feb  2 00:00:00", "2026"), ("Jan  1 00:00:00", "2027")] {
            let times = times("UTC", "2027-01-31T00:00:00Z", &[stamp]);
            assert!(times[0].starts_with(year), "{stamp}: {times:?}");
        }
    }

    #[test]
    fn an_hour_that_comes_twice_goes_on() {
        let zone = "CET-1CEST,M3.5.0,M10.5.0/3";
        assert_eq!(
            times(
                zone,
                "2026-12-01T00:00:00Z",
                &[
                    "Oct 25 01:59:59",
                    "Oct 25 02:59:59",
                    "Oct 25 02:00:00",
                    "Oct 25 02:00:01",
                    "Oct 25 03:00:00"
                ]
            )[1..],
            [
                "2026-10-25T00:59:59.000000Z",
                "2026-10-25T01:00:00.000000Z",
                "2026-10-25T01:00:01.000000Z",
                "2026-10-25T02:00:00.000000Z",
            ]
        );
    }

    #[test]
    fn heads_in_all_forms() {
        let mut stamps = Stamps::new(&Zone::utc(), at("2026-11-30T00:00:00Z"));
        for (line, time) in [
            ("Nov 21 22:36:00 mx postfix/submission/smtpd[12]: hi", "2026-11-21T22:36:00.000000Z"),
            ("Nov 21 22:36:09 mx postfix/submission/smtpd[12]: hi", "2026-11-21T22:36:09.000000Z"),
            (
                "<22>Nov  1 02:36:00 mx postfix/submission/smtpd[12]: hi",
                "2026-11-01T02:36:00.000000Z",
            ),
            (
                "2026-11-21T22:36:00.25+01:00 mx postfix/submission/smtpd[12]: hi",
                "2026-11-21T21:36:00.250000Z",
            ),
        ] {
            let head = Head::read(line.as_bytes(), &mut stamps).unwrap();
            assert_eq!(head.time, at(time), "{line}");
            assert_eq!((head.daemon, head.pid, head.text), (&b"smtpd"[..], 12, &b"hi"[..]));
            assert_eq!(head.service(), b"submission/smtpd");
        }
        for line in
            ["", "Nov 21", "<1>", "<1234>Nov 21 22:36:00 a b: c", "Nov 21 22:36:00 mx x[1] y"]
        {
            assert!(Head::read(line.as_bytes(), &mut stamps).is_none(), "{line}");
        }
    }
}
