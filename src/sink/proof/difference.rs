use std::collections::HashMap;

use crate::sink::proof::chain::SHOWN;
use crate::sink::proof::verify::Verified;

/// How many differences are told one by one.
const TOLD: usize = 20;

/// So many lines of each side are kept to find out which only stand elsewhere.
const KEPT: usize = 1 << 20;

/// What has happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// It was put in.
    Added,
    /// It stands in the place of another.
    Altered,
    /// It is gone.
    Missing,
    /// It stands elsewhere.
    Reordered,
}

impl Kind {
    /// The word for it.
    ///
    /// ```
    /// use ringmail::sink::proof::Kind;
    /// assert_eq!(Kind::Reordered.name(), "reordered");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Reordered => "reordered",
        }
    }
}

/// A line that is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Difference {
    /// The line's number in the file as it is, from 1; of a missing line the number that it had.
    pub line: u64,
    /// What has happened to it.
    pub kind: Kind,
    /// The number that it had, or that the line had whose place it took.
    pub was: Option<u64>,
}

/// Which side a piece without counterpart is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Expected,
    Actual,
}

/// A piece without counterpart.
#[derive(Clone, Copy, Debug)]
struct Single {
    line: u64,
    digest: [u8; SHOWN],
    gap: u64,
}

/// What does not fit, gathered gap by gap.
#[derive(Debug, Default)]
pub(super) struct Differences {
    expected: Vec<Single>,
    actual: Vec<Single>,
    /// Pieces passed on either side.
    expected_line: u64,
    actual_line: u64,
    gap: u64,
    /// Pieces that are not kept.
    more_missing: u64,
    more_added: u64,
}

impl Differences {
    /// A piece that is as expected.
    pub(super) const fn pass(&mut self) {
        self.expected_line += 1;
        self.actual_line += 1;
    }

    pub(super) fn add(&mut self, side: Side, digest: &[u8]) {
        let (line, kept, more) = match side {
            Side::Expected => (&mut self.expected_line, &mut self.expected, &mut self.more_missing),
            Side::Actual => (&mut self.actual_line, &mut self.actual, &mut self.more_added),
        };
        *line += 1;
        match digest.first_chunk() {
            Some(digest) if kept.len() < KEPT => {
                kept.push(Single { line: *line, digest: *digest, gap: self.gap });
            }
            _ => *more += 1,
        }
    }

    pub(super) const fn end_gap(&mut self) {
        self.gap += 1;
    }

    /// Says of each what happened to it.
    pub(super) fn tell(self, to: &mut Verified) {
        (to.missing, to.added) = (self.more_missing, self.more_added);
        let mut found = Vec::new();
        // What is gone here and has come there has been moved.
        let mut moved: HashMap<[u8; SHOWN], Vec<usize>> = HashMap::new();
        for (at, single) in self.expected.iter().enumerate().rev() {
            moved.entry(single.digest).or_default().push(at);
        }
        let mut is_moved = vec![false; self.expected.len()];
        let mut come: HashMap<u64, Vec<Single>> = HashMap::new();
        for single in self.actual {
            let from = moved.get_mut(&single.digest).and_then(Vec::pop);
            let was = from.and_then(|at| {
                *is_moved.get_mut(at)? = true;
                self.expected.get(at)
            });
            match was {
                Some(was) => {
                    let (line, was) = (single.line, Some(was.line));
                    found.push(Difference { line, kind: Kind::Reordered, was });
                }
                None => come.entry(single.gap).or_default().push(single),
            }
        }
        for (single, _) in self.expected.iter().zip(is_moved).filter(|(_, moved)| !moved).rev() {
            // What came in the same gap took its place.
            let in_place = come.get_mut(&single.gap).and_then(Vec::pop);
            found.push(match in_place {
                Some(new) => {
                    Difference { line: new.line, kind: Kind::Altered, was: Some(single.line) }
                }
                None => Difference { line: single.line, kind: Kind::Missing, was: None },
            });
        }
        let added = come.into_values().flatten();
        found.extend(added.map(|new| Difference { line: new.line, kind: Kind::Added, was: None }));
        for difference in &found {
            *match difference.kind {
                Kind::Added => &mut to.added,
                Kind::Altered => &mut to.altered,
                Kind::Missing => &mut to.missing,
                Kind::Reordered => &mut to.reordered,
            } += 1;
        }
        found.sort();
        found.truncate(TOLD);
        to.differences = found;
    }
}
