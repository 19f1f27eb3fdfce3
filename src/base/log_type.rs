use core::fmt;

/// What a subscription records, and in which form.
///
/// Each type has a stable name, by which options and directories call it. Source: section "Log
/// types" of `docs/FORMATS.md`.
///
/// ```
/// use ringmail::LogType;
/// assert_eq!(LogType::TextMail.name(), "text_mail");
/// assert_eq!(LogType::parse("bounce"), Some(LogType::Bounce));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LogType {
    /// Each bounced or delayed recipient.
    Bounce,
    /// The counters and gauges of the mail system, one line an interval.
    Status,
    /// What the system itself has to say: boot, commits, cluster, and this engine's notices.
    System,
    /// The working of the mail system: receipt, verdicts, delivery, bounces.
    TextMail,
}

impl LogType {
    /// All types, by name.
    pub const ALL: [Self; 4] = [Self::Bounce, Self::Status, Self::System, Self::TextMail];

    /// Reads a type by its [name](Self::name).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|log_type| log_type.name() == text)
    }

    /// The name by which options and files call the type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Status => "status",
            Self::System => "system",
            Self::TextMail => "text_mail",
        }
    }
}

impl fmt::Display for LogType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
