//! What differs between dialects (contract C12), as data.
//!
//! The rows of the catalogue carry these differences in their own pieces; this table is the list
//! of them for readers, and what the rows are held to. Besides the text of lines, dialects differ
//! in how a subject is quoted, [`subject_quoting`].

use crate::base::Dialect;

/// A line that is written in two ways.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Difference {
    /// The first dialect that writes [`within`](Self::within).
    pub since: Dialect,
    /// The last one.
    pub until: Dialect,
    /// An example as these dialects write it, without stamp and level.
    pub within: &'static str,
    /// The same event as all others write it.
    pub otherwise: &'static str,
}

impl Difference {
    /// The example as a dialect writes it.
    ///
    /// ```
    /// use ringmail::Dialect;
    /// use ringmail::format::dialect::DIFFERENCES;
    /// let tagging = DIFFERENCES.iter().find(|row| row.within.contains("Tagging")).unwrap();
    /// assert_eq!(tagging.line(Dialect::Manual), "EUQ: Tagging MID 7 for quarantine");
    /// assert_eq!(tagging.line(Dialect::V15_0), "ISQ: Tagging MID 7 for quarantine");
    /// ```
    #[must_use]
    pub fn line(&self, dialect: Dialect) -> &'static str {
        if (self.since..=self.until).contains(&dialect) { self.within } else { self.otherwise }
    }
}

/// Every difference in the lines of the text mail log.
pub const DIFFERENCES: &[Difference] = &[
    // Version 7.6 leaves a blank at the end of four lines, and of no other.
    only_7_6("MID 7 antivirus negative ", "MID 7 antivirus negative"),
    only_7_6("Message done DCID 8 MID 7 to RID [0] ", "Message done DCID 8 MID 7 to RID [0]"),
    only_7_6(
        "Message done DCID 8 MID 7 to RID [0] (external quarantine) ",
        "Message done DCID 8 MID 7 to RID [0] (external quarantine)",
    ),
    only_7_6(
        "DCID 8 TLS success protocol TLSv1 cipher RC4-SHA ",
        "DCID 8 TLS success protocol TLSv1 cipher RC4-SHA",
    ),
    since(
        Dialect::V7_6,
        "MID 9 was generated based on MID 7 by bcc filter 'copy'",
        "MID 9 generated based on MID 7 by bcc filter 'copy'",
    ),
    since(
        Dialect::V7_6,
        "MID 9 was generated for bounce of MID 7",
        "MID 9 generated for bounce of MID 7",
    ),
    since(
        Dialect::V7_6,
        "MID 7 rewritten to MID 9 by antispam",
        "MID 7 rewritten to 9 by antispam",
    ),
    since(Dialect::V7_6, "ISQ: Tagging MID 7 for quarantine", "EUQ: Tagging MID 7 for quarantine"),
    since(Dialect::V7_6, "ISQ: Quarantined MID 7", "EUQ: Quarantined MID 7"),
    since(Dialect::V7_6, "ISQ: Reinjected MID 7 as MID 9", "EUQ: Reinjected MID 7 as MID 9"),
    since(Dialect::V14_0, "MID 7 Subject \"Hello\"", "MID 7 Subject 'Hello'"),
];

/// How a subject is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quoting {
    /// Always in double quotes, those inside as they are:
    /// [`quote_double`](super::escape::quote_double).
    Double,
    /// As Python does: [`quote`](super::escape::quote).
    Repr,
}

/// How a dialect quotes subjects.
///
/// ```
/// use ringmail::Dialect;
/// use ringmail::format::dialect::{Quoting, subject_quoting};
/// assert_eq!(subject_quoting(Dialect::V13_0), Quoting::Repr);
/// assert_eq!(subject_quoting(Dialect::V14_0), Quoting::Double);
/// ```
#[must_use]
pub fn subject_quoting(dialect: Dialect) -> Quoting {
    if dialect < Dialect::V14_0 { Quoting::Repr } else { Quoting::Double }
}

const fn only_7_6(within: &'static str, otherwise: &'static str) -> Difference {
    Difference { since: Dialect::V7_6, until: Dialect::V7_6, within, otherwise }
}

const fn since(since: Dialect, within: &'static str, otherwise: &'static str) -> Difference {
    Difference { since, until: Dialect::V16_0, within, otherwise }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Line;
    use crate::format::{LineWriter, Zone};

    #[test]
    fn the_table_says_how_subjects_are_quoted() {
        let row = DIFFERENCES.iter().find(|row| row.within.contains("Subject")).unwrap();
        for dialect in Dialect::ALL {
            let mut block = LineWriter::new(0, dialect, Zone::utc());
            block.literal("MID ");
            block.uint(7);
            block.literal(" Subject ");
            block.subject(b"Hello");
            assert_eq!(block.as_bytes(), row.line(dialect).as_bytes(), "{dialect}");
        }
    }

    #[test]
    fn both_ways_of_a_row_differ_and_have_their_dialects() {
        for row in DIFFERENCES {
            assert_ne!(row.within, row.otherwise);
            let within = Dialect::ALL.iter().filter(|dialect| row.line(**dialect) == row.within);
            assert!((1..Dialect::ALL.len()).contains(&within.count()), "{row:?}");
        }
    }
}
