//! What differs between dialects (contract C12).

use crate::base::Dialect;

/// How a subject is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quoting {
    /// Always in double quotes, those inside as they are: [`quote_double`](super::escape::quote_double).
    Double,
    /// As Python does: [`quote`](super::escape::quote).
    Repr,
}

/// How a dialect quotes subjects.
#[must_use]
pub fn subject_quoting(dialect: Dialect) -> Quoting {
    if dialect < Dialect::V14_0 { Quoting::Repr } else { Quoting::Double }
}
