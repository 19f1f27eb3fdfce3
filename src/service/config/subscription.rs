use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Dialect, Error, Level, LogType, Result};
use crate::filter::{Peers, RateLimit};
use crate::format::{CefField, QmailStamp};
use crate::service::config::{Bytes, Period, Syncing, SyslogConfig, Word};
use crate::subscription::{Rollover, Schedule, Subscription};

/// A named log.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionConfig {
    /// The name, which is also that of its directory: 1 to 64 letters, digits, `-`, `_` or `.`.
    pub name: String,
    /// What it records: a name of `ringmail types`.
    #[serde(rename = "type")]
    pub log_type: Word<LogType>,
    /// The name of its files before the stamp. Without it: the name, less `_logs` at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// How much detail: `critical`, `warning`, `information`, `debug` or `trace`.
    #[serde(default = "information")]
    pub level: Word<Level>,
    /// Whose spelling, where it differs from the engine's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Word<Dialect>>,
    /// The most events in a period. Without it: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimiting>,
    /// When a new file is begun.
    #[serde(default)]
    pub rollover: Rolling,
    /// Which closed files are kept.
    #[serde(default)]
    pub keep: Keep,
    /// When lines are brought to the disk (fsync), so that they survive the loss of power: `never`,
    /// which leaves it to the kernel; behind each `batch`, which slows all logs down to the disk's
    /// pace; or a period, such as `5s`.
    #[serde(default, skip_serializing_if = "is_never")]
    pub fsync: Syncing,
    /// Whether the sidecars of closed files have a hash chain, by which `ringmail verify` finds each
    /// line that was altered, added, taken out or moved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hash_chain: bool,
    /// Whether its files are written on a thread of their own: for disks that may stall, such as
    /// network file systems, so that the other subscriptions go on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_thread: bool,
    /// How the lines leave the machine: `manual`, files that somebody fetches, or `syslog`, without
    /// files.
    #[serde(default)]
    pub retrieval: Retrieval,
    /// With `retrieval = "syslog"`: where they go. What was sent cannot be taken back: when the program
    /// is killed, servers get the last second of inputs that are followed (`postfix`) once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub syslog: Option<SyslogConfig>,
    /// For bounce logs: how many bytes of the message to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_bytes: Option<u16>,
    /// For injection debug, domain debug and SMTP conversation logs: whose sessions, by address,
    /// network, range, name, part of a name (`.example.com`) or `*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<String>,
    /// For the same logs: how many sessions to record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions: Option<u64>,
    /// For qmail-format logs: the stamps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamps: Option<QmailStamps>,
    /// For consolidated event logs: the fields, by name or key, besides serial number, MID, ICID and
    /// DCID.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Word<CefField>>,
    /// For consolidated event logs: how many unfinished messages are followed, and how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<Unfinished>,
}

fn is_never(syncing: &Syncing) -> bool {
    *syncing == Syncing::default()
}

const fn information() -> Word<Level> {
    Word(Level::Info)
}

/// The most events in a period. What exceeds it is counted, and one line at the end of the period
/// tells how much that was. Critical events are never held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLimiting {
    /// How many events, at least 1.
    pub events: u64,
    /// The period, 1 s to 1 d.
    #[serde(default = "ten_seconds")]
    pub period: Period,
}

const fn ten_seconds() -> Period {
    Period(Duration::from_secs(10))
}

/// When a new file is begun: whichever comes first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rolling {
    /// The most bytes of a file, at least 4k. 0: any number.
    pub size: Bytes,
    /// How long after a file was begun. Here `m` is minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<Period>,
    /// On which days: numbers from 1, Monday, to 7, or names; ranges (`1-5`); several with commas
    /// between; `*`.
    pub days: String,
    /// At which times of these days: `HH:MM`, `*` for every hour or minute, several with commas
    /// between. Empty: at none.
    pub times: String,
}

impl Default for Rolling {
    fn default() -> Self {
        let (days, times) = ("*".to_owned(), String::new());
        Self { size: Bytes(100 << 20), every: None, days, times }
    }
}

/// Which closed files are kept; the oldest are deleted at a rollover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Keep {
    /// How many files, the open one included; at least 1.
    pub files: usize,
    /// The most bytes of all files together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Bytes>,
    /// How long after a file was last written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<Period>,
}

impl Default for Keep {
    fn default() -> Self {
        Self { files: 10, size: None, age: None }
    }
}

/// How lines leave the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Retrieval {
    /// Somebody fetches the files.
    #[default]
    Manual,
    /// Each line is sent to a syslog server.
    Syslog,
}

/// The stamps of qmail-format logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum QmailStamps {
    /// As multilog writes them.
    Tai64n,
    /// Seconds since 1970 with six decimals.
    Epoch,
}

/// Which unfinished messages are followed; the oldest are given up, which is counted and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unfinished {
    /// The most messages.
    pub messages: usize,
    /// The longest time.
    pub age: Period,
}

impl SubscriptionConfig {
    /// A subscription of this name and type, with everything else as it is without being said.
    #[must_use]
    pub fn new(name: &str, log_type: LogType) -> Self {
        Self {
            name: name.to_owned(),
            log_type: Word(log_type),
            file: None,
            level: information(),
            dialect: None,
            rate_limit: None,
            rollover: Rolling::default(),
            keep: Keep::default(),
            fsync: Syncing::default(),
            hash_chain: false,
            own_thread: false,
            retrieval: Retrieval::Manual,
            syslog: None,
            message_bytes: None,
            peers: Vec::new(),
            sessions: None,
            stamps: None,
            fields: Vec::new(),
            unfinished: None,
        }
    }

    /// Where its lines go by syslog; `None`: into files.
    ///
    /// # Errors
    /// [`Error::is_config`](crate::Error::is_config) for settings that do not go with the way out.
    pub fn pushes(&self) -> Result<Option<&SyslogConfig>> {
        let wrong = |what: &str| Err(Error::config(format!("subscription {}: {what}", self.name)));
        match (self.retrieval, &self.syslog) {
            (Retrieval::Manual, None) => return Ok(None),
            (Retrieval::Manual, Some(_)) => {
                return wrong("syslog needs retrieval = \"syslog\" beside it");
            }
            (Retrieval::Syslog, None) => {
                return wrong(
                    "retrieval = \"syslog\" needs syslog.servers, such as \
                              [\"udp://loghost:514\"]",
                );
            }
            (Retrieval::Syslog, Some(_)) => {}
        }
        let of_files = [
            ("own_thread", self.own_thread),
            ("hash_chain", self.hash_chain),
            ("fsync", !is_never(&self.fsync)),
        ];
        match of_files.iter().find(|(_, is_set)| *is_set) {
            Some((key, _)) => wrong(&format!("{key} is for files, and there are none")),
            None => Ok(self.syslog.as_ref()),
        }
    }

    /// The subscription, without its sink.
    ///
    /// # Errors
    /// [`Error::is_config`](crate::Error::is_config) for what is out of range, or means nothing to
    /// the type.
    pub fn subscription(&self) -> Result<Subscription> {
        let file = self.file.as_deref();
        let file = file.unwrap_or_else(|| match self.name.strip_suffix("_logs") {
            Some(short) if !short.is_empty() => short,
            _ => &self.name,
        });
        let mut subscription = Subscription::new(&self.name, self.log_type.0)
            .file_name(file)
            .level(self.level.0)
            .rollover(self.rollover.rollover()?)
            .keep_files(self.keep.files)
            .fsync(self.fsync.0)
            .hash_chain(self.hash_chain);
        if let Some(dialect) = self.dialect {
            subscription = subscription.dialect(dialect.0);
        }
        if let Some(limit) = self.rate_limit {
            let limit = RateLimit::events(limit.events)?.per(limit.period.0)?;
            subscription = subscription.rate_limit(limit);
        }
        if let Some(size) = self.keep.size {
            subscription = subscription.keep_bytes(size.0);
        }
        if let Some(age) = self.keep.age {
            subscription = subscription.keep_age(age.0);
        }
        if let Some(bytes) = self.message_bytes {
            subscription = subscription.message_bytes(bytes.into());
        }
        if !self.peers.is_empty() {
            subscription = subscription.peers(Peers::parse(&self.peers)?);
        }
        if let Some(sessions) = self.sessions {
            subscription = subscription.sessions(sessions);
        }
        if let Some(stamps) = self.stamps {
            subscription = subscription.qmail_stamp(match stamps {
                QmailStamps::Tai64n => QmailStamp::Tai64n,
                QmailStamps::Epoch => QmailStamp::Epoch,
            });
        }
        if !self.fields.is_empty() {
            subscription = subscription.cef_fields(self.fields.iter().map(|field| field.0));
        }
        if let Some(unfinished) = self.unfinished {
            subscription = subscription.unfinished(unfinished.messages, unfinished.age.0);
        }
        Ok(subscription)
    }
}

impl Rolling {
    fn rollover(&self) -> Result<Rollover> {
        let mut rollover = match self.size {
            Bytes(0) => Rollover::never(),
            Bytes(size) => Rollover::at_bytes(size)?,
        };
        if let Some(every) = self.every {
            rollover = rollover.every(every.0)?;
        }
        if !self.times.trim().is_empty() {
            rollover = rollover.at(Schedule::weekly(&self.days, &self.times)?);
        }
        Ok(rollover)
    }
}
