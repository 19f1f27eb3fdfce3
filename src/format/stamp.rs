use jiff::civil::{DateTime, Weekday};
use jiff::tz::{Offset, TimeZone};

use crate::base::{Error, Result, Timestamp};

/// Bytes of a stamp: `Wed Nov 19 09:16:38 2014`.
pub const STAMP_LEN: usize = 24;

/// Bytes of a file name's stamp: `20141119T091638`.
pub const FILE_STAMP_LEN: usize = 15;

/// The time zone that an engine writes its stamps in.
///
/// Cheap to clone.
///
/// ```
/// use ringmail::Timestamp;
/// use ringmail::format::Zone;
/// let zone = Zone::parse("CST6CDT,M3.2.0,M11.1.0")?;
/// let time = Timestamp::from_seconds(1_416_410_206);
/// assert_eq!(zone.offset_seconds(time), -21_600);
/// assert_eq!(&zone.stamp(time), b"Wed Nov 19 09:16:46 2014");
/// assert_eq!(&zone.file_stamp(time), b"20141119T091646");
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// UTC.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The machine's zone, by `TZ` or `/etc/localtime`; UTC where neither says.
    #[must_use]
    pub fn system() -> Self {
        Self(TimeZone::system())
    }

    /// The zone of a name of the time zone database (`America/Chicago`), or of a POSIX rule
    /// (`CST6CDT,M3.2.0,M11.1.0`).
    ///
    /// # Errors
    /// [`Error::is_config`] when it is neither. A machine without the database knows no name
    /// but `UTC`.
    pub fn parse(text: &str) -> Result<Self> {
        TimeZone::get(text).or_else(|_| TimeZone::posix(text)).map(Self).map_err(|_| {
            Error::config(format!(
                "no time zone `{}`: give a name like `Europe/Berlin`, `UTC`, or a POSIX rule",
                text.escape_debug()
            ))
        })
    }

    /// The zone that is always so many seconds ahead of UTC; `None` from 26 hours on.
    ///
    /// ```
    /// use ringmail::Timestamp;
    /// use ringmail::format::Zone;
    /// let zone = Zone::fixed(-21_600).unwrap();
    /// assert_eq!(&zone.stamp(Timestamp::from_seconds(0)), b"Wed Dec 31 18:00:00 1969");
    /// assert!(Zone::fixed(93_600).is_none());
    /// ```
    #[must_use]
    pub fn fixed(seconds: i32) -> Option<Self> {
        Offset::from_seconds(seconds).ok().map(TimeZone::fixed).map(Self)
    }

    /// Seconds that local time is ahead of UTC at `time`; negative in the west.
    ///
    /// This is the number of the header record `Time offset from UTC`.
    #[must_use]
    pub fn offset_seconds(&self, time: Timestamp) -> i32 {
        self.offset(second_of(time)).seconds()
    }

    /// The stamp of a line at `time`, see [`Stamper`] for its form and limits.
    #[must_use]
    pub fn stamp(&self, time: Timestamp) -> [u8; STAMP_LEN] {
        let second = second_of(time);
        stamp(self.offset(second).to_datetime(second))
    }

    /// The stamp in the name of a file that was started at `time`: `YYYYMMDDTHHMMSS`.
    ///
    /// The same limits as those of [`stamp`](Self::stamp).
    #[must_use]
    pub fn file_stamp(&self, time: Timestamp) -> [u8; FILE_STAMP_LEN] {
        let second = second_of(time);
        file_stamp(self.offset(second).to_datetime(second))
    }

    /// The day that lies `days` behind the local day of `time`, Monday as 0, and the moments at which
    /// these minutes of it begin; `None` at the ends of the calendar.
    ///
    /// A minute that the day lacks begins as much later as the clocks are put forward; one that it
    /// has twice begins the first time.
    pub(crate) fn moments<'a>(
        &'a self,
        time: Timestamp,
        days: i64,
        minutes: &'a [u16],
    ) -> Option<(u8, impl Iterator<Item = Timestamp> + 'a)> {
        let second = second_of(time);
        let local = self.offset(second).to_datetime(second);
        let day = local.date().checked_add(jiff::Span::new().days(days)).ok()?;
        let moments = minutes.iter().filter_map(move |minute| {
            let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
            let moment = self.0.to_ambiguous_timestamp(day.at(hour, minute, 0, 0));
            moment.compatible().ok().map(|moment| Timestamp::from_seconds(moment.as_second()))
        });
        let weekday = u8::try_from(day.weekday().to_monday_zero_offset()).ok()?;
        Some((weekday, moments))
    }

    fn offset(&self, second: jiff::Timestamp) -> Offset {
        self.0.to_offset(second)
    }
}

/// Renders the stamps of lines, and remembers the last one.
///
/// The form is that of C's `ctime`: English names, the day padded with a blank, local time of the
/// [`Zone`], neither zone nor fraction. All records of one second share a stamp, so the next one
/// of the same second costs a comparison.
///
/// # Limits
/// A stamp has four digits of year. A time before the year 1000 is written as
/// 1000-01-03 00:00:00 UTC and one past the year 9999 as 9999-12-30 22:00:00 UTC.
///
/// ```
/// use ringmail::Timestamp;
/// use ringmail::format::{Stamper, Zone};
/// let mut stamper = Stamper::new(Zone::utc());
/// assert_eq!(stamper.stamp(Timestamp::from_micros(-1)), b"Wed Dec 31 23:59:59 1969");
/// assert_eq!(stamper.stamp(Timestamp::from_seconds(0)), b"Thu Jan  1 00:00:00 1970");
/// assert_eq!(stamper.stamp(Timestamp::from_micros(i64::MAX)), b"Thu Dec 30 22:00:00 9999");
/// ```
#[derive(Clone, Debug)]
pub struct Stamper {
    zone: Zone,
    /// The second that `stamp` shows: its first and its last microsecond.
    first: i64,
    last: i64,
    stamp: [u8; STAMP_LEN],
    offset_seconds: i32,
}

impl Stamper {
    /// A stamper for a zone.
    #[must_use]
    pub fn new(zone: Zone) -> Self {
        let mut new = Self { zone, first: 0, last: 0, stamp: [b' '; STAMP_LEN], offset_seconds: 0 };
        new.render(Timestamp::default());
        new
    }

    /// The stamp of `time`.
    #[inline]
    pub fn stamp(&mut self, time: Timestamp) -> &[u8; STAMP_LEN] {
        self.seek(time);
        &self.stamp
    }

    /// Seconds that local time is ahead of UTC at `time`, as [`Zone::offset_seconds`].
    ///
    /// Free for the second that was stamped last, so a change can be looked for at each record.
    #[inline]
    pub fn offset_seconds(&mut self, time: Timestamp) -> i32 {
        self.seek(time);
        self.offset_seconds
    }

    /// The zone that it stamps in.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    #[inline]
    fn seek(&mut self, time: Timestamp) {
        if !(self.first..=self.last).contains(&time.micros()) {
            self.render(time);
        }
    }

    #[inline(never)]
    fn render(&mut self, time: Timestamp) {
        let second = second_of(time);
        let offset = self.zone.offset(second);
        // At the ends of the range this saturates; the stamp is a clamped one there anyway.
        self.first = time.micros().saturating_sub(time.micros().rem_euclid(1_000_000));
        self.last = self.first.saturating_add(999_999);
        self.stamp = stamp(offset.to_datetime(second));
        self.offset_seconds = offset.seconds();
    }
}

/// The second of `time`, within what a stamp can show in any zone.
fn second_of(time: Timestamp) -> jiff::Timestamp {
    /// 1000-01-03 00:00:00 UTC: no zone is so far west that this is not yet the year 1000.
    const FIRST: i64 = -30_610_051_200;
    let second = time.seconds().clamp(FIRST, jiff::Timestamp::MAX.as_second());
    // The clamp leaves nothing to refuse.
    jiff::Timestamp::from_second(second).unwrap_or_default()
}

fn stamp(local: DateTime) -> [u8; STAMP_LEN] {
    let [w0, w1, w2] = weekday(local.weekday());
    let [b0, b1, b2] = month(local.month());
    let [d0, d1] = two_digits(i16::from(local.day()));
    let d0 = if d0 == b'0' { b' ' } else { d0 };
    let [h0, h1] = two_digits(i16::from(local.hour()));
    let [m0, m1] = two_digits(i16::from(local.minute()));
    let [s0, s1] = two_digits(i16::from(local.second()));
    let [y0, y1] = two_digits(local.year() / 100);
    let [y2, y3] = two_digits(local.year() % 100);
    [
        w0, w1, w2, b' ', b0, b1, b2, b' ', d0, d1, b' ', h0, h1, b':', m0, m1, b':', s0, s1, b' ',
        y0, y1, y2, y3,
    ]
}

fn file_stamp(local: DateTime) -> [u8; FILE_STAMP_LEN] {
    let [y0, y1] = two_digits(local.year() / 100);
    let [y2, y3] = two_digits(local.year() % 100);
    let [b0, b1] = two_digits(i16::from(local.month()));
    let [d0, d1] = two_digits(i16::from(local.day()));
    let [h0, h1] = two_digits(i16::from(local.hour()));
    let [m0, m1] = two_digits(i16::from(local.minute()));
    let [s0, s1] = two_digits(i16::from(local.second()));
    [y0, y1, y2, y3, b0, b1, d0, d1, b'T', h0, h1, m0, m1, s0, s1]
}

/// The digits of a number from 0 to 99.
fn two_digits(number: i16) -> [u8; 2] {
    let [_, number] = number.to_be_bytes();
    [b'0' + number / 10, b'0' + number % 10]
}

fn weekday(day: Weekday) -> [u8; 3] {
    match day {
        Weekday::Monday => *b"Mon",
        Weekday::Tuesday => *b"Tue",
        Weekday::Wednesday => *b"Wed",
        Weekday::Thursday => *b"Thu",
        Weekday::Friday => *b"Fri",
        Weekday::Saturday => *b"Sat",
        Weekday::Sunday => *b"Sun",
    }
}

/// The name of a month by its number, 1 to 12.
fn month(number: i8) -> [u8; 3] {
    match number {
        1 => *b"Jan",
        2 => *b"Feb",
        3 => *b"Mar",
        4 => *b"Apr",
        5 => *b"May",
        6 => *b"Jun",
        7 => *b"Jul",
        8 => *b"Aug",
        9 => *b"Sep",
        10 => *b"Oct",
        11 => *b"Nov",
        _ => *b"Dec",
    }
}

#[cfg(test)]
mod tests {
    use jiff::fmt::strtime;
    use proptest::prelude::*;

    use super::*;

    /// Zones that are there on every machine: both hemispheres, quarter hours, the extremes.
    const ZONES: [&str; 6] = [
        "UTC",
        "CST6CDT,M3.2.0,M11.1.0",
        "NZST-12NZDT,M9.5.0,M4.1.0/3",
        "<+0545>-5:45",
        "<-24>24:59:59",
        "<+24>-24:59:59",
    ];

    fn oracle(zone: &Zone, time: Timestamp, format: &str) -> String {
        let time = jiff::Timestamp::from_second(time.seconds()).unwrap();
        strtime::format(format, &time.to_zoned(zone.0.clone())).unwrap()
    }

    /// Microseconds within the years that a stamp shows without a clamp.
    fn showable() -> impl Strategy<Value = i64> {
        prop_oneof![
            -30_610_051_200_000_000..253_402_207_200_000_000_i64,
            // The last decades, where transitions are.
            0..2_000_000_000_000_000_i64,
        ]
    }

    proptest! {
        #[test]
        fn stamps_agree_with_strftime(micros in showable(), zone in 0..ZONES.len()) {
            let zone = Zone::parse(ZONES[zone]).unwrap();
            let time = Timestamp::from_micros(micros);
            let line = oracle(&zone, time, "%a %b %e %H:%M:%S %Y");
            prop_assert_eq!(zone.stamp(time).escape_ascii().to_string(), line.as_str());
            let mut stamper = Stamper::new(zone.clone());
            prop_assert_eq!(stamper.stamp(time).escape_ascii().to_string(), line);
            let file = oracle(&zone, time, "%Y%m%dT%H%M%S");
            prop_assert_eq!(zone.file_stamp(time).escape_ascii().to_string(), file);
        }

        #[test]
        fn a_used_stamper_says_what_a_new_one_says(
            start in any::<i64>(),
            steps in prop::collection::vec(
                prop_oneof![-2_000_000..2_000_000_i64, any::<i64>()], 1..50),
            zone in 0..ZONES.len(),
        ) {
            let zone = Zone::parse(ZONES[zone]).unwrap();
            let mut stamper = Stamper::new(zone.clone());
            let mut micros = start;
            for step in steps {
                micros = micros.wrapping_add(step);
                let time = Timestamp::from_micros(micros);
                prop_assert_eq!(stamper.stamp(time), &zone.stamp(time));
                prop_assert_eq!(stamper.offset_seconds(time), zone.offset_seconds(time));
            }
        }
    }

    /// Every hour of three days around both changes of a year, and each second next to them.
    #[test]
    fn stamps_follow_daylight_saving() {
        let zone = Zone::parse("CST6CDT,M3.2.0,M11.1.0").unwrap();
        let mut stamper = Stamper::new(zone.clone());
        let (spring, autumn) = (1_394_352_000, 1_414_911_600);
        for change in [spring, autumn] {
            for second in (change - 2..change + 2).chain((change - 129_600..change).step_by(3600)) {
                let time = Timestamp::from_seconds(second);
                let expected = oracle(&zone, time, "%a %b %e %H:%M:%S %Y");
                assert_eq!(stamper.stamp(time), expected.as_bytes());
            }
        }
        let mut offset = |second| stamper.offset_seconds(Timestamp::from_seconds(second));
        assert_eq!((offset(spring - 1), offset(spring)), (-21_600, -18_000));
        assert_eq!((offset(autumn - 1), offset(autumn)), (-18_000, -21_600));
        assert_eq!(stamper.stamp(Timestamp::from_seconds(autumn - 1)), b"Sun Nov  2 01:59:59 2014");
        assert_eq!(stamper.stamp(Timestamp::from_seconds(autumn)), b"Sun Nov  2 01:00:00 2014");
    }

    #[test]
    fn times_out_of_range_are_clamped_in_every_zone() {
        for name in ZONES {
            let zone = Zone::parse(name).unwrap();
            for micros in [i64::MIN, i64::MIN + 1, -40_000_000_000_000_000] {
                let year = zone.stamp(Timestamp::from_micros(micros))[20..].to_vec();
                assert_eq!(year, b"1000", "{name}");
            }
            for micros in [i64::MAX, i64::MAX - 1, 253_402_300_800_000_000] {
                let year = zone.stamp(Timestamp::from_micros(micros))[20..].to_vec();
                assert_eq!(year, b"9999", "{name}");
            }
        }
    }

    #[test]
    fn a_zone_that_does_not_exist_is_refused() {
        for text in ["", "Nowhere/Atall", "../etc/passwd", "CST6CDT,M3", "\n"] {
            assert!(Zone::parse(text).is_err_and(|error| error.is_config()), "{text:?}");
        }
    }
}
