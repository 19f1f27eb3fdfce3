use crate::base::{Error, Result, Timestamp};
use crate::format::Zone;

/// At which local times of which days a subscription's file is closed.
///
/// Each time of each day counts exactly once: one that a change to daylight saving skips counts an
/// hour later, one that comes twice counts the first time.
///
/// ```
/// use ringmail::{Schedule, Timestamp};
/// use ringmail::format::Zone;
/// let weekly = Schedule::weekly("1-5", "00:00, 12:30")?;
/// let zone = Zone::parse("CST6CDT,M3.2.0,M11.1.0")?;
/// // A Wednesday, 09:16:46 local time.
/// let next = weekly.next_after(Timestamp::from_seconds(1_416_410_206), &zone).unwrap();
/// assert_eq!(&zone.stamp(next), b"Wed Nov 19 12:30:00 2014");
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Monday in the lowest bit.
    days: u8,
    /// Minutes of the day, in order.
    minutes: Vec<u16>,
}

const EVERY_DAY: u8 = 0x7F;

impl Schedule {
    /// At these times on every day; see [`weekly`](Self::weekly) for their form.
    ///
    /// # Errors
    /// As [`weekly`](Self::weekly).
    pub fn daily(times: &str) -> Result<Self> {
        Self::weekly("*", times)
    }

    /// At these times on these days.
    ///
    /// Days are numbers from 1, Monday, to 7, Sunday, or their English names or the first three
    /// letters of these; ranges with a dash (`1-5`, `Sat-Mon`); several with commas between; `*`
    /// for every day. Times are `HH:MM`, either of which can be `*` for every hour or minute; several
    /// with commas between. Blanks may stand around each.
    ///
    /// # Errors
    /// [`Error::is_config`] for what is not of this form, with the part that is not.
    pub fn weekly(days: &str, times: &str) -> Result<Self> {
        let mut set = 0;
        for part in days.split(',').map(str::trim) {
            set |= day_set(part).ok_or_else(|| {
                Error::config(format!(
                    "days {days:?}: {part:?} is no day: use 1 (Monday) to 7 (Sunday), a name, a \
                     range such as 1-5, several with commas between, or * for every day"
                ))
            })?;
        }
        let mut minutes = Vec::new();
        for part in times.split(',').map(str::trim) {
            minutes.extend(minutes_of(part).ok_or_else(|| {
                Error::config(format!(
                    "times {times:?}: {part:?} is no time of day: use HH:MM from 00:00 to 23:59, * \
                     for every hour or minute, several with commas between"
                ))
            })?);
        }
        minutes.sort_unstable();
        minutes.dedup();
        Ok(Self { days: set, minutes })
    }

    /// The first moment of the schedule behind `time`; `None` only at the end of the calendar.
    #[must_use]
    pub fn next_after(&self, time: Timestamp, zone: &Zone) -> Option<Timestamp> {
        // A time that is skipped counts later, perhaps on the next day: begin a day before, and
        // look a day further than the first that is found.
        let mut found: Option<(u32, Timestamp)> = None;
        for ahead in 0..10 {
            if found.is_some_and(|(day, _)| ahead > day + 1) {
                break;
            }
            let Some((weekday, moments)) = zone.moments(time, i64::from(ahead) - 1, &self.minutes)
            else {
                continue;
            };
            if self.days >> weekday & 1 == 0 {
                continue;
            }
            let first = moments.filter(|moment| *moment > time).min();
            if let Some(moment) = first.filter(|m| found.is_none_or(|(_, known)| *m < known)) {
                found = Some((ahead, moment));
            }
        }
        found.map(|(_, moment)| moment)
    }
}

/// The days of `3`, `Wed`, `1-5`, `*`.
fn day_set(text: &str) -> Option<u8> {
    if text == "*" {
        return Some(EVERY_DAY);
    }
    let Some((first, last)) = text.split_once('-') else { return Some(1 << day(text)?) };
    let (first, last) = (day(first.trim())?, day(last.trim())?);
    // A range may pass the end of the week.
    let count = (last + 7 - first) % 7 + 1;
    Some((0..count).fold(0, |set, step| set | 1 << ((first + step) % 7)))
}

/// A day, Monday as 0.
fn day(text: &str) -> Option<u8> {
    const NAMES: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    if let Ok(number) = text.parse::<u8>() {
        return (1..=7).contains(&number).then(|| number - 1);
    }
    let text = text.to_ascii_lowercase();
    let is_name = |name: &&str| **name == text || name.get(..3) == Some(text.as_str());
    NAMES.iter().position(is_name).and_then(|at| u8::try_from(at).ok())
}

/// The minutes of the day of `HH:MM`, `*:MM`, `HH:*`, `*:*`.
fn minutes_of(text: &str) -> Option<Vec<u16>> {
    let (hours, minutes) = text.split_once(':')?;
    let values = |text: &str, end: u16| -> Option<Vec<u16>> {
        if text == "*" {
            return Some((0..end).collect());
        }
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let value = text.parse().ok().filter(|value| is_number && *value < end)?;
        Some(vec![value])
    };
    let minutes = values(minutes, 60)?;
    Some(
        values(hours, 24)?
            .into_iter()
            .flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Central European time.
    const ZONE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    /// All moments from the first second of 2026 on, as stamps, as long as they are of that year.
    fn moments_of_2026(schedule: &Schedule) -> Vec<String> {
        let zone = Zone::parse(ZONE).unwrap();
        let mut time = Timestamp::from_seconds(1_767_222_000 - 1);
        let mut moments = Vec::new();
        loop {
            let next = schedule.next_after(time, &zone).unwrap();
            assert!(next > time);
            let stamp = String::from_utf8(zone.stamp(next).to_vec()).unwrap();
            if !stamp.ends_with(" 2026") {
                return moments;
            }
            moments.push(stamp);
            time = next;
        }
    }

    #[test]
    fn a_year_has_each_time_once() {
        let count = |days, times| moments_of_2026(&Schedule::weekly(days, times).unwrap()).len();
        assert_eq!(count("*", "00:00"), 365);
        assert_eq!(count("*", "02:30"), 365, "skipped once, twice once");
        assert_eq!(count("7", "02:30"), 52);
        assert_eq!(count("1-5", "08:00,20:00"), 2 * 261);
        // 23 hours have passed on one day, and 24 of 25 count on another.
        assert_eq!(count("*", "*:00"), 365 * 24 - 1);
        assert_eq!(count("3, 5", "*:15"), 104 * 24);
    }

    #[test]
    fn a_time_that_is_skipped_or_comes_twice_counts_once() {
        let moments = moments_of_2026(&Schedule::daily("02:30").unwrap());
        let of = |day: &str| -> Vec<_> {
            moments.iter().filter(|moment| moment.contains(day)).cloned().collect()
        };
        assert_eq!(of("Mar 29"), ["Sun Mar 29 03:30:00 2026"]);
        assert_eq!(of("Oct 25"), ["Sun Oct 25 02:30:00 2026"]);
    }

    #[test]
    fn days_and_times_are_read_as_they_are_meant() {
        let days = |text| Schedule::weekly(text, "00:00").unwrap().days;
        assert_eq!(days("1-5"), 0b001_1111);
        assert_eq!(days("3, 5"), 0b001_0100);
        assert_eq!(days("Sat-Mon"), 0b110_0001);
        assert_eq!(days("sunday"), 0b100_0000);
        assert_eq!(days("*"), EVERY_DAY);
        let minutes = |text| Schedule::daily(text).unwrap().minutes;
        assert_eq!(minutes("23:59, 0:05,00:05"), [5, 1439]);
        assert_eq!(minutes("*:*").len(), 1440);
        assert_eq!(minutes("07:*").len(), 60);
        for (days, times) in [
            ("", "00:00"),
            ("0", "00:00"),
            ("8", "00:00"),
            ("1-", "00:00"),
            ("1,,2", "00:00"),
            ("mo", "00:00"),
            ("*", ""),
            ("*", "24:00"),
            ("*", "12:60"),
            ("*", "12"),
            ("*", "+1:00"),
            ("*", "012:00"),
            ("*", "12:00,"),
        ] {
            assert!(Schedule::weekly(days, times).unwrap_err().is_config(), "{days:?} {times:?}");
        }
    }
}
