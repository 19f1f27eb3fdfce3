use std::fmt;
use std::time::Duration;

use crate::base::{Dialect, Error, Level, LogType, Result};
use crate::filter::{Peers, RateLimit};
use crate::format::{CefField, QmailStamp};
use crate::subscription::{Fsync, Rollover, Sink};

/// A named log: a type, a level, a rate, a rule for rollover, and a way out.
///
/// ```
/// use ringmail::{File, Level, LogType, RateLimit, Rollover, Subscription};
///
/// let bounces = Subscription::new("bounces", LogType::Bounce)
///     .level(Level::Info)
///     .rate_limit(RateLimit::events(5_000)?)
///     .rollover(Rollover::at_bytes(10 << 20)?)
///     .keep_files(10)
///     .sink(File::in_dir("/var/log/gateway"));
/// bounces.check()?;
/// # Ok::<(), ringmail::Error>(())
/// ```
#[must_use]
pub struct Subscription {
    pub(crate) name: String,
    pub(crate) log_type: LogType,
    pub(crate) file: String,
    pub(crate) level: Level,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) rollover: Rollover,
    pub(crate) keep_files: usize,
    pub(crate) keep_bytes: Option<u64>,
    pub(crate) keep_age: Option<Duration>,
    pub(crate) fsync: Fsync,
    pub(crate) is_chained: bool,
    pub(crate) dialect: Option<Dialect>,
    pub(crate) message_bytes: Option<usize>,
    pub(crate) peers: Option<Peers>,
    pub(crate) sessions: Option<u64>,
    pub(crate) qmail_stamp: Option<QmailStamp>,
    pub(crate) cef_fields: Option<Vec<CefField>>,
    pub(crate) unfinished: Option<(usize, Duration)>,
    pub(crate) sink: Option<Box<dyn Sink>>,
}

impl Subscription {
    /// A subscription of this name, which is also the name of its directory and its files.
    ///
    /// The name must be one to 64 letters, digits, `-`, `_` or `.`, and not begin with a dot; the
    /// engine refuses others when it starts.
    pub fn new(name: impl Into<String>, log_type: LogType) -> Self {
        let name = name.into();
        Self {
            file: name.clone(),
            name,
            log_type,
            level: Level::Info,
            rate_limit: None,
            rollover: Rollover::default(),
            keep_files: 10,
            keep_bytes: None,
            keep_age: None,
            fsync: Fsync::never(),
            is_chained: false,
            dialect: None,
            message_bytes: None,
            peers: None,
            sessions: None,
            qmail_stamp: None,
            cef_fields: None,
            unfinished: None,
            sink: None,
        }
    }

    /// Writes events of this level and all more important ones. Default: [`Level::Info`].
    pub const fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Writes no more events than this. Default: no limit.
    pub const fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// When to begin a new file. Default: at 100 MiB.
    pub fn rollover(mut self, rollover: Rollover) -> Self {
        self.rollover = rollover;
        self
    }

    /// How many files to keep, the open one included; the oldest are deleted at rollover.
    /// Default: 10. Zero is refused: the open file is always kept.
    pub const fn keep_files(mut self, files: usize) -> Self {
        self.keep_files = files;
        self
    }

    /// How many bytes all files together may have; the oldest closed ones are deleted at rollover.
    /// Default: any number.
    pub const fn keep_bytes(mut self, bytes: u64) -> Self {
        self.keep_bytes = Some(bytes);
        self
    }

    /// How long a closed file is kept, from when it was last written; older ones are deleted at
    /// rollover. Default: as long as the other two bounds let it.
    pub const fn keep_age(mut self, age: Duration) -> Self {
        self.keep_age = Some(age);
        self
    }

    /// When written lines are brought to the disk. Default: never.
    pub const fn fsync(mut self, when: Fsync) -> Self {
        self.fsync = when;
        self
    }

    /// Whether the sidecars of its files have a hash chain, by which `ringmail verify` finds each
    /// line that was altered, added, taken out or moved, and each file. Default: no. It costs the
    /// formatter thread a SHA-256 of each line, and a fifth of the log's size on the disk.
    ///
    /// ```
    /// use ringmail::{LogType, Memory, Subscription};
    /// let audit = Subscription::new("audit", LogType::Audit).hash_chain(true).sink(Memory::new());
    /// audit.check()?;
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    #[cfg(feature = "verify")]
    pub const fn hash_chain(mut self, yes: bool) -> Self {
        self.is_chained = yes;
        self
    }

    /// The name of the files before the stamp, where it differs from the subscription's. The same
    /// rules hold for it.
    pub fn file_name(mut self, file: impl Into<String>) -> Self {
        self.file = file.into();
        self
    }

    /// Whose spelling to write, where it differs from the engine's.
    pub const fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = Some(dialect);
        self
    }

    /// For bounce logs: how many bytes of the message to show, from its front. Default: 0, none.
    /// Events carry at most 8192.
    pub const fn message_bytes(mut self, bytes: usize) -> Self {
        self.message_bytes = Some(bytes);
        self
    }

    /// For logs of SMTP dialogues: whose sessions to record. For injection debug logs the clients'
    /// addresses and names, for domain debug logs the recipients' domains; both need it. For SMTP
    /// conversation logs both, and by default all.
    pub fn peers(mut self, peers: Peers) -> Self {
        self.peers = Some(peers);
        self
    }

    /// For logs of SMTP dialogues: how many sessions to record, at least 1; the recording then
    /// stops by itself. Injection and domain debug logs need it. SMTP conversation logs go on
    /// without it.
    ///
    /// ```
    /// use ringmail::{LogType, Memory, Peers, Subscription};
    /// let debug = Subscription::new("partner", LogType::InjectionDebug)
    ///     .peers(Peers::parse(&["192.0.2.0/24", ".partner.example"])?)
    ///     .sessions(5)
    ///     .sink(Memory::new());
    /// debug.check()?;
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    pub const fn sessions(mut self, sessions: u64) -> Self {
        self.sessions = Some(sessions);
        self
    }

    /// For qmail-format logs: the stamps. Default: TAI64N.
    pub const fn qmail_stamp(mut self, stamp: QmailStamp) -> Self {
        self.qmail_stamp = Some(stamp);
        self
    }

    /// For consolidated event logs: the fields of the lines, in any order; the dialect says how they
    /// are ordered. Serial number, MID, ICID and DCID are always among them. Default: these four.
    ///
    /// ```
    /// use ringmail::{CefField, LogType, Memory, Subscription};
    /// let siem = Subscription::new("siem", LogType::ConsolidatedEvent)
    ///     .cef_fields([CefField::FinalAction, CefField::MailFrom, CefField::Recipients])
    ///     .sink(Memory::new());
    /// siem.check()?;
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    pub fn cef_fields(mut self, fields: impl IntoIterator<Item = CefField>) -> Self {
        self.cef_fields = Some(fields.into_iter().collect());
        self
    }

    /// For consolidated event logs: how many messages are followed at most, and how long one is,
    /// until it is finished. The oldest are given up, which is counted and told. Default: 65,536
    /// messages, of some kilobytes each, and 5 days.
    pub const fn unfinished(mut self, messages: usize, age: Duration) -> Self {
        self.unfinished = Some((messages, age));
        self
    }

    /// Where the lines go. Needed.
    pub fn sink(self, sink: impl Sink + 'static) -> Self {
        self.boxed_sink(Box::new(sink))
    }

    /// The same, of a sink whose type is found out when the program runs.
    pub fn boxed_sink(mut self, sink: Box<dyn Sink>) -> Self {
        self.sink = Some(sink);
        self
    }

    /// Checks what the engine would refuse at its start.
    ///
    /// # Errors
    /// [`Error::is_config`] for a name that cannot be a directory's, no files to keep, or a
    /// missing sink.
    pub fn check(&self) -> Result<()> {
        for (what, name) in [("name", &self.name), ("file name", &self.file)] {
            if !is_file_name(name) {
                return Err(Error::config(format!(
                    "subscription {:?}: the {what} {name:?} cannot name a directory or file: use 1 \
                     to 64 letters, digits, '-', '_' or '.', not beginning with '.'",
                    self.name
                )));
            }
        }
        if self.keep_files == 0 {
            return Err(Error::config(format!(
                "subscription {:?}: 0 files to keep, but the open one is always kept: use at \
                 least 1",
                self.name
            )));
        }
        self.check_type_options()?;
        if self.sink.is_none() {
            return Err(Error::config(format!(
                "subscription {:?} has no sink: say where its lines go, for example \
                 .sink(File::in_dir(\"/var/log/gateway\"))",
                self.name
            )));
        }
        Ok(())
    }
}

impl Subscription {
    /// Checks the options that only some types have.
    fn check_type_options(&self) -> Result<()> {
        let is_debug = matches!(self.log_type, LogType::DomainDebug | LogType::InjectionDebug);
        let is_dialogue = is_debug || self.log_type == LogType::SmtpConversation;
        let is_cef = self.log_type == LogType::ConsolidatedEvent;
        for (option, is_set, has_it) in [
            ("message_bytes", self.message_bytes.is_some(), self.log_type == LogType::Bounce),
            ("peers", self.peers.is_some(), is_dialogue),
            ("sessions", self.sessions.is_some(), is_dialogue),
            ("cef_fields", self.cef_fields.is_some(), is_cef),
            ("unfinished", self.unfinished.is_some(), is_cef),
            ("qmail_stamp", self.qmail_stamp.is_some(), self.log_type == LogType::QmailMail),
        ] {
            if is_set && !has_it {
                return Err(Error::config(format!(
                    "subscription {:?}: {option} means nothing to a log of type {}",
                    self.name, self.log_type
                )));
            }
        }
        if self.sessions == Some(0) || is_debug && (self.sessions.is_none() || self.peers.is_none())
        {
            return Err(Error::config(format!(
                "subscription {:?}: a {} log needs .peers(...), whose sessions to record, and \
                 .sessions(n), how many: at least 1",
                self.name, self.log_type
            )));
        }
        Ok(())
    }
}

/// Whether a name can be that of a directory or file, and nothing but that.
fn is_file_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("name", &self.name)
            .field("log_type", &self.log_type)
            .field("level", &self.level)
            .field("sink", &self.sink)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Null;

    #[test]
    fn names_that_leave_their_directory_are_refused() {
        for name in ["", ".", "..", "../etc", "a/b", ".hidden", "a\0b", "a b", &"x".repeat(65)] {
            let error =
                Subscription::new(name, LogType::Bounce).sink(Null::new()).check().unwrap_err();
            assert!(error.is_config(), "{name:?}");
        }
        for name in ["mail_logs", "a.b-c", &"x".repeat(64)] {
            Subscription::new(name, LogType::Bounce).sink(Null::new()).check().unwrap();
        }
    }

    #[test]
    fn options_of_other_types_are_refused() {
        let new = |log_type| Subscription::new("a", log_type).sink(Null::new());
        assert!(new(LogType::Bounce).message_bytes(9).check().is_ok());
        let error = new(LogType::TextMail).message_bytes(9).check().unwrap_err().to_string();
        assert!(error.contains("message_bytes means nothing to a log of type text_mail"));
        assert!(new(LogType::Bounce).peers(Peers::any()).check().is_err());
        assert!(new(LogType::DomainDebug).peers(Peers::any()).check().is_err());
        assert!(new(LogType::DomainDebug).sessions(3).check().is_err());
        assert!(new(LogType::DomainDebug).peers(Peers::any()).sessions(0).check().is_err());
        assert!(new(LogType::DomainDebug).peers(Peers::any()).sessions(3).check().is_ok());
        assert!(new(LogType::SmtpConversation).check().is_ok());
        assert!(new(LogType::Status).qmail_stamp(QmailStamp::Epoch).check().is_err());
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = Subscription::new("a", LogType::Bounce).check().unwrap_err();
        assert!(error.to_string().contains("has no sink"), "{error}");
        let none = Subscription::new("a", LogType::Bounce).sink(Null::new()).keep_files(0);
        assert!(none.check().unwrap_err().to_string().contains("at least 1"));
    }
}
