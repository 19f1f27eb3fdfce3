use core::fmt;

/// Whose spelling of the lines is written.
///
/// Gateways of different versions write the same event with small differences. The order of the
/// variants is the order of the versions, with [`Dialect::Manual`] (the manual's own templates)
/// before all. What differs is listed in one table, `format::dialect`. Readers take all dialects.
///
/// ```
/// use ringmail::Dialect;
/// assert!(Dialect::Manual < Dialect::V7_6 && Dialect::V7_6 < Dialect::V15_0);
/// assert_eq!(Dialect::default(), Dialect::V15_0);
/// assert_eq!(Dialect::parse("7.6"), Some(Dialect::V7_6));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// The templates of the manual.
    Manual,
    /// Version 7.6: trailing blanks, `ISQ:`, subjects in Python's quoting.
    V7_6,
    /// Version 13.0.
    V13_0,
    /// Version 14.0: subjects always in double quotes.
    V14_0,
    /// Version 14.3.
    V14_3,
    /// Version 15.0.
    #[default]
    V15_0,
    /// Version 16.0.
    V16_0,
}

impl Dialect {
    /// All dialects, the oldest first.
    pub const ALL: [Self; 7] =
        [Self::Manual, Self::V7_6, Self::V13_0, Self::V14_0, Self::V14_3, Self::V15_0, Self::V16_0];

    /// Reads a dialect by its [name](Self::name).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == text)
    }

    /// `manual`, or the version: `7.6`, `15.0` ...
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::V7_6 => "7.6",
            Self::V13_0 => "13.0",
            Self::V14_0 => "14.0",
            Self::V14_3 => "14.3",
            Self::V15_0 => "15.0",
            Self::V16_0 => "16.0",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
