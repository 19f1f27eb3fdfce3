use core::fmt;

/// How important an event is, as the gateway's logs name it.
///
/// A lower number is more important; a subscription of a level takes that level and all lower
/// numbers, so [`Level::Info`] takes critical, warning and info events. Source: section "Levels"
/// of `docs/FORMATS.md`.
///
/// ```
/// use ringmail::Level;
/// assert!(Level::Critical < Level::Info);
/// assert_eq!(Level::Info.name(), "Info");
/// assert_eq!(Level::parse("information"), Some(Level::Info));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// Errors only. Never rate limited.
    Critical = 1,
    /// Errors and warnings.
    Warning = 2,
    /// The second-by-second working: connections, messages, delivery attempts. The default.
    Info = 3,
    /// For tracing errors, temporarily.
    Debug = 4,
    /// For developers; heavy.
    Trace = 5,
}

impl Level {
    /// All levels, the most important first.
    pub const ALL: [Self; 5] =
        [Self::Critical, Self::Warning, Self::Info, Self::Debug, Self::Trace];

    /// Reads a level by its name in a log line or its name in a configuration
    /// (`information`), without regard to case, or by its number `1` to `5`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("information") {
            return Some(Self::Info);
        }
        Self::ALL.into_iter().find(|level| {
            level.name().eq_ignore_ascii_case(text)
                || text.parse::<u8>().is_ok_and(|number| number == *level as u8)
        })
    }

    /// The level with this number, `1` to `5`.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Critical),
            2 => Some(Self::Warning),
            3 => Some(Self::Info),
            4 => Some(Self::Debug),
            5 => Some(Self::Trace),
            _ => None,
        }
    }

    /// The severity that this level has in syslog (RFC 5424, section 6.2.1): what is critical here is
    /// an alert there, and what is for developers is for debugging.
    ///
    /// ```
    /// use ringmail::Level;
    /// assert_eq!(Level::ALL.map(Level::syslog_severity), [1, 4, 6, 7, 7]);
    /// ```
    #[must_use]
    pub const fn syslog_severity(self) -> u8 {
        match self {
            Self::Critical => 1,
            Self::Warning => 4,
            Self::Info => 6,
            Self::Debug | Self::Trace => 7,
        }
    }

    /// The word that stands in a log line before the colon.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::Warning => "Warning",
            Self::Info => "Info",
            Self::Debug => "Debug",
            Self::Trace => "Trace",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
