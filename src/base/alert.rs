use core::fmt;

/// Something that an operator should know at once, wherever they are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alert {
    /// What it is about: `System`.
    pub class: &'static str,
    /// How bad it is: `Critical`.
    pub severity: &'static str,
    /// Whose it is: the engine's host name.
    pub host_name: String,
    /// The line of the log that tells it, without stamp and level.
    pub message: String,
}

/// The most characters of a subject before `...` takes the place of the rest.
const SUBJECT: usize = 99;

impl Alert {
    /// One of the class `System` and the severity `Critical`.
    #[must_use]
    pub fn critical(host_name: impl Into<String>, message: impl Into<String>) -> Self {
        let (host_name, message) = (host_name.into(), message.into());
        Self { class: "System", severity: "Critical", host_name, message }
    }

    /// The subject of its mail, cut as gateways do. Source: section "Syslog frames" of
    /// `docs/FORMATS.md`.
    ///
    /// ```
    /// use ringmail::base::Alert;
    /// let message = "Log Error: Subscription Mail_Log: Network error while sending log data to syslog server";
    /// let subject = Alert::critical("mail.example.com", message).subject();
    /// assert!(subject.starts_with("Critical <System> mail.example.com: Log Error: "));
    /// assert!(subject.ends_with("Network error while sending l..."));
    /// ```
    #[must_use]
    pub fn subject(&self) -> String {
        let Self { class, severity, host_name, message } = self;
        let whole = format!("{severity} <{class}> {host_name}: {message}");
        match whole.char_indices().nth(SUBJECT) {
            Some((end, _)) if whole.len() > end => {
                format!("{}...", whole.get(..end).unwrap_or_default())
            }
            _ => whole,
        }
    }
}

/// Takes alerts to people.
///
/// The calls come from the formatter thread: what takes time belongs on another.
pub trait Alarm: fmt::Debug + Send {
    /// Takes an alert, and tells the addresses to which it goes: none if it is held back, such as
    /// the same one a moment later. The log gets a line for each.
    fn raise(&mut self, alert: &Alert) -> Vec<String>;
}
