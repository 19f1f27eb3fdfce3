//! Values as operators write them: sizes, periods, words.

use core::fmt;
use core::marker::PhantomData;
use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base::{Dialect, Level, LogType};
use crate::format::CefField;
use crate::sink::syslog::Facility;
use crate::subscription::{Fsync, When};

/// A number of bytes: a whole number, or one with `k`, `m` or `g` behind it, powers of 1024.
///
/// ```
/// use ringmail::service::config::Bytes;
/// assert_eq!(Bytes::parse("10m"), Some(Bytes(10 << 20)));
/// assert_eq!(Bytes::parse("100 K"), Some(Bytes(100 << 10)));
/// assert_eq!(Bytes::parse("1.5g"), None);
/// assert_eq!(Bytes(10 << 20).to_string(), "10m");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub u64);

impl Bytes {
    /// Reads a size; `None` for what is none, or past 64 bits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (digits, shift) = match text.as_bytes().last()?.to_ascii_lowercase() {
            b'k' => (text.get(..text.len() - 1)?, 10),
            b'm' => (text.get(..text.len() - 1)?, 20),
            b'g' => (text.get(..text.len() - 1)?, 30),
            _ => (text, 0),
        };
        number(digits.trim_end())?.checked_mul(1 << shift).map(Self)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(30, "g"), (20, "m"), (10, "k")];
        let unit = units.iter().find(|(shift, _)| self.0 > 0 && self.0.is_multiple_of(1 << shift));
        match unit {
            Some((shift, unit)) => write!(f, "{}{unit}", self.0 >> shift),
            None => write!(f, "{}", self.0),
        }
    }
}

/// A length of time: a whole number of seconds, or numbers with `d`, `h`, `m`, `s` or `ms` behind
/// each, the greater unit first.
///
/// ```
/// use std::time::Duration;
/// use ringmail::service::config::Period;
/// assert_eq!(Period::parse("1d12h"), Some(Period(Duration::from_secs(129_600))));
/// assert_eq!(Period::parse("90"), Some(Period(Duration::from_secs(90))));
/// assert_eq!(Period::parse("12h1d"), None);
/// assert_eq!(Period(Duration::from_secs(129_600)).to_string(), "1d12h");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(pub Duration);

const UNITS: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl Period {
    /// Reads a period; `None` for what is none, or too long to count in milliseconds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(seconds) = number(text) {
            return Some(Self(Duration::from_secs(seconds)));
        }
        let (mut rest, mut millis, mut units) = (text, 0_u64, UNITS.as_slice());
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (count, behind) = rest.split_at_checked(digits)?;
            let behind = behind.trim_start();
            let len = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
            let (unit, behind) = behind.split_at_checked(len)?;
            let at = units.iter().position(|(known, _)| known.eq_ignore_ascii_case(unit))?;
            let (_, of_unit) = units.get(at)?;
            millis = millis.checked_add(number(count)?.checked_mul(*of_unit)?)?;
            units = units.get(at + 1..)?;
            rest = behind.trim_start();
        }
        (!text.is_empty()).then(|| Self(Duration::from_millis(millis)))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        if millis == 0 {
            return f.write_str("0s");
        }
        for (unit, of_unit) in UNITS {
            let count = millis / of_unit;
            millis %= of_unit;
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
        }
        Ok(())
    }
}

/// When lines are brought to the disk: `never`, behind each `batch`, or a period.
///
/// ```
/// use std::time::Duration;
/// use ringmail::Fsync;
/// use ringmail::service::config::Syncing;
/// assert_eq!(Syncing::parse("batch"), Some(Syncing(Fsync::batch())));
/// assert_eq!(Syncing::parse("5s"), Some(Syncing(Fsync::every(Duration::from_secs(5))?)));
/// assert_eq!(Syncing::parse("0s"), None);
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Syncing(pub Fsync);

impl Syncing {
    /// Reads one; `None` for what is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(match text.trim() {
            "never" => Fsync::never(),
            "batch" => Fsync::batch(),
            period => Fsync::every(Period::parse(period)?.0).ok()?,
        }))
    }
}

impl fmt::Display for Syncing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.0 {
            When::Never => f.write_str("never"),
            When::Batch => f.write_str("batch"),
            When::Every(period) => Period(period).fmt(f),
        }
    }
}

fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// What is written as one of several words.
pub trait Words: Copy + PartialEq + 'static {
    /// What the word says, for messages: `a level`.
    const WHAT: &'static str;
    /// All words, in order.
    fn words() -> Vec<&'static str>;
    /// Reads a word.
    fn read(word: &str) -> Option<Self>;
    /// The word for it.
    fn word(self) -> &'static str;
}

/// One of several words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<T>(pub T);

macro_rules! words {
    ($($of:ty, $what:literal, $all:expr, $read:expr, $word:expr;)*) => {
        $(
            impl Words for $of {
                const WHAT: &'static str = $what;

                fn words() -> Vec<&'static str> {
                    $all.iter().map(|one: &Self| one.word()).collect()
                }

                fn read(word: &str) -> Option<Self> {
                    $read(word)
                }

                fn word(self) -> &'static str {
                    $word(self)
                }
            }
        )*
    };
}

words! {
    CefField, "a field of the consolidated event log", CefField::ALL, CefField::parse, CefField::name;
    Dialect, "a dialect", Dialect::ALL, Dialect::parse, Dialect::name;
    Level, "a level", Level::ALL, Level::parse, level_word;
    Facility, "a syslog facility", Facility::ALL, Facility::parse, Facility::name;
    LogType, "a log type", LogType::ALL, LogType::parse, LogType::name;
}

const fn level_word(level: Level) -> &'static str {
    match level {
        Level::Critical => "critical",
        Level::Warning => "warning",
        Level::Info => "information",
        Level::Debug => "debug",
        Level::Trace => "trace",
    }
}

impl<T: Words> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

impl<'de, T: Words> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        T::read(&word).map(Self).ok_or_else(|| {
            let words = T::words().join(", ");
            D::Error::custom(format!("{word:?} is not {}; there are: {words}", T::WHAT))
        })
    }
}

impl<T: Words> JsonSchema for Word<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::WHAT.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": T::words() })
    }
}

/// A value that is a whole number, or text of a form.
struct Written<T> {
    what: &'static str,
    read: fn(&str) -> Option<T>,
    of: PhantomData<T>,
}

impl<T> Visitor<'_> for Written<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<T, E> {
        (self.read)(&value.to_string())
            .ok_or_else(|| E::custom(format!("{value} is not {}", self.what)))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<T, E> {
        (self.read)(&value.to_string())
            .ok_or_else(|| E::custom(format!("{value} is not {}", self.what)))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<T, E> {
        (self.read)(value).ok_or_else(|| E::custom(format!("{value:?} is not {}", self.what)))
    }
}

macro_rules! written {
    ($($of:ident, $what:literal, $pattern:literal;)*) => {
        $(
            impl Serialize for $of {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> Deserialize<'de> for $of {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let written = Written { what: $what, read: Self::parse, of: PhantomData };
                    deserializer.deserialize_any(written)
                }
            }

            impl JsonSchema for $of {
                fn inline_schema() -> bool {
                    true
                }

                fn schema_name() -> Cow<'static, str> {
                    stringify!($of).into()
                }

                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    json_schema!({ "type": ["integer", "string"], "minimum": 0, "pattern": $pattern })
                }
            }
        )*
    };
}

written! {
    Bytes, "a size: a whole number, with k, m or g behind it if you like, such as 10m",
        "^\\s*[0-9]+\\s*[kKmMgG]?\\s*$";
    Period, "a length of time: seconds, or numbers with d, h, m, s or ms behind each, the greater \
             first, such as 1d12h",
        "^\\s*([0-9]+|([0-9]+\\s*([dDhHmMsS]|[mM][sS])\\s*)+)$";
    Syncing, "when to bring lines to the disk: never, batch, or a period from 1 ms to 1 day such as 5s",
        "^\\s*(never|batch|[0-9]+|([0-9]+\\s*([dDhHmMsS]|[mM][sS])\\s*)+)\\s*$";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_they_are_meant() {
        for (text, bytes) in [("0", 0), ("512", 512), ("1k", 1024), (" 2 G ", 2 << 30)] {
            assert_eq!(Bytes::parse(text), Some(Bytes(bytes)), "{text}");
        }
        for text in ["", "k", "-1", "1.5m", "1kb", "1t", "99999999999g", "+1"] {
            assert_eq!(Bytes::parse(text), None, "{text}");
        }
        for bytes in [0, 1, 1023, 1024, 1025, 10 << 20, u64::MAX] {
            assert_eq!(Bytes::parse(&Bytes(bytes).to_string()), Some(Bytes(bytes)));
        }
    }

    #[test]
    fn periods_are_read_as_they_are_meant() {
        for (text, millis) in [
            ("0", 0),
            ("10", 10_000),
            ("250ms", 250),
            ("1m", 60_000),
            ("1h 30m", 5_400_000),
            ("2D", 172_800_000),
            ("1s5ms", 1005),
        ] {
            assert_eq!(Period::parse(text), Some(Period(Duration::from_millis(millis))), "{text}");
        }
        for text in ["", "h", "1x", "1m1h", "1h1h", "-1s", "1.5h", "99999999999999999999d"] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
        for millis in [0, 1, 999, 60_001, 129_600_000] {
            let period = Period(Duration::from_millis(millis));
            assert_eq!(Period::parse(&period.to_string()), Some(period));
        }
    }
}
