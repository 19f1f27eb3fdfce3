use std::cmp::Ordering;
use std::fmt;

/// `{file}.@{stamp}[-{number}].{status}`: the name of a log file. Ordered by age, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileName {
    file: String,
    stamp: String,
    number: u32,
    status: &'static str,
}

/// `current`: being written; `s`: saved; `u`: interrupted by a crash.
const STATUSES: [&str; 3] = ["current", "s", "u"];

impl FileName {
    pub(crate) fn new(file: &str, stamp: &str, status: &'static str) -> Self {
        Self { file: file.to_owned(), stamp: stamp.to_owned(), number: 0, status }
    }

    /// Reads the name of one of `file`'s files.
    pub(crate) fn parse(file: &str, name: &str) -> Option<Self> {
        Self::parse_any(name).filter(|found| found.file == file)
    }

    /// Reads the name of a log file.
    pub(crate) fn parse_any(name: &str) -> Option<Self> {
        let (file, rest) = name.rsplit_once(".@")?;
        let (stem, status) = rest.rsplit_once('.')?;
        let status = STATUSES.into_iter().find(|known| *known == status)?;
        let (stamp, number) = match stem.split_once('-') {
            Some((stamp, number)) => (stamp, number.parse().ok()?),
            None => (stem, 0),
        };
        // Only what we would write ourselves: a name that reads the same as another (`-01`, `-+1`)
        // is somebody else's, and a number that cannot be counted on from is too.
        let found = Self { number, ..Self::new(file, stamp, status) };
        (is_stamp(stamp) && number < u32::MAX / 2 && found.to_string() == name).then_some(found)
    }

    pub(crate) const fn status(&self) -> &'static str {
        self.status
    }

    /// The same file in another status.
    pub(crate) fn with_status(&self, status: &'static str) -> Self {
        Self { status, ..self.clone() }
    }

    /// The next name to try when this one exists.
    pub(crate) fn next(&self) -> Self {
        Self { number: self.number + 1, ..self.clone() }
    }

    /// The name of a new open file that starts at `stamp`, behind all those that there are.
    pub(crate) fn behind(there: &[Self], file: &str, stamp: &str) -> Self {
        let number = there
            .iter()
            .filter(|name| name.stamp == stamp)
            .map(|name| name.number + 1)
            .max()
            .unwrap_or(0);
        Self { number, ..Self::new(file, stamp, "current") }
    }

    /// Whether it is the name of a file that was begun later, as far as names tell.
    pub(crate) fn is_behind(&self, other: &Self) -> bool {
        (&self.stamp, self.number) > (&other.stamp, other.number)
    }

    /// Its name without the status.
    pub(crate) fn stem(&self) -> String {
        let name = self.to_string();
        name.rsplit_once('.').map_or_else(String::new, |(stem, _)| stem.to_owned())
    }

    /// Whether the names differ in nothing but the status.
    pub(crate) fn is_same_stem(&self, other: &Self) -> bool {
        self.file == other.file && self.stamp == other.stamp && self.number == other.number
    }
}

/// Whether it has the form `YYYYMMDDTHHMMSS`.
fn is_stamp(text: &str) -> bool {
    text.len() == 15
        && text.bytes().enumerate().all(
            |(at, byte)| {
                if at == 8 { byte == b'T' } else { byte.is_ascii_digit() }
            },
        )
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.@{}", self.file, self.stamp)?;
        if self.number > 0 {
            write!(f, "-{}", self.number)?;
        }
        write!(f, ".{}", self.status)
    }
}

impl Ord for FileName {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.stamp, self.number, &self.file, self.status).cmp(&(
            &other.stamp,
            other.number,
            &other.file,
            other.status,
        ))
    }
}

impl PartialOrd for FileName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in
            ["m.@20260101T000000.current", "m.@20260101T000000-12.s", "m.@20260101T000000.u"]
        {
            assert_eq!(FileName::parse("m", name).unwrap().to_string(), name);
        }
        for name in [
            "m.@20260101T000000-0.s",
            "m.@20260101T000000-01.s",
            "m.@20260101T000000-+1.s",
            "m.@20260101T000000-4294967295.s",
        ] {
            assert_eq!(FileName::parse("m", name), None, "{name}");
        }
        for name in ["m.current", "m.@2026.s", "m.@20260101T000000.t", "mm.@20260101T000000.s", "m"]
        {
            assert_eq!(FileName::parse("m", name), None, "{name}");
        }
    }

    #[test]
    fn age_counts_numbers_not_letters() {
        let name = |text| FileName::parse("m", text).unwrap();
        assert!(name("m.@20260101T000000-2.s") < name("m.@20260101T000000-10.s"));
        assert!(name("m.@20260101T000000-10.s") < name("m.@20260101T000001.s"));
    }
}
