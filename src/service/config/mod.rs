//! The configuration of the service: one TOML file.
//!
//! The structs are the whole of it: `docs/CONFIG.md`, the JSON Schema and the default file are made
//! from their comments. Source: `docs/CONFIG.md`.

mod default;
mod docs;
mod edit;
mod read;
mod subscription;
mod syslog;
mod unit;

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

pub use docs::{default_file, document, schema};
pub use edit::ConfigFile;
pub use subscription::{
    Keep, QmailStamps, RateLimiting, Retrieval, Rolling, SubscriptionConfig, Unfinished,
};
pub use syslog::{
    BufferConfig, Dropping, Severities, Spreading, SyslogConfig, SyslogFormat, SyslogFraming,
};
pub use unit::{Bytes, Period, Syncing, Word, Words};

use crate::base::Dialect;
use crate::subscription::Identity;

/// The configuration of `ringmail run`.
///
/// Sizes are whole numbers of bytes, or numbers with `k`, `m` or `g` behind them, powers of 1024:
/// `10m`. Periods are seconds, or numbers with `d`, `h`, `m`, `s` or `ms` behind each, the greater
/// unit first: `1d12h`. A key that does not exist is an error.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the directories of the subscriptions are.
    pub directory: PathBuf,
    /// How the engine works.
    pub engine: EngineConfig,
    /// What the logs call the gateway.
    pub identity: IdentityConfig,
    /// What is logged of every message.
    pub global: GlobalConfig,
    /// Where lanes are files, so that what was accepted survives the program, and mail servers can
    /// attach.
    pub lanes: LanesConfig,
    /// Who is told by mail of what goes wrong.
    pub alerts: AlertsConfig,
    /// How the program runs.
    pub service: ServiceConfig,
    /// Figures for a monitoring system.
    pub metrics: MetricsConfig,
    /// Where events come from. Without any: a socket in the run directory.
    #[schemars(with = "Vec<InputConfig>")]
    pub input: Vec<Spanned<InputConfig>>,
    /// The named logs. Without any: those that a gateway has when it is new.
    #[schemars(with = "Vec<SubscriptionConfig>")]
    pub subscription: Vec<Spanned<SubscriptionConfig>>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("/var/log/ringmail"),
            engine: EngineConfig::default(),
            identity: IdentityConfig::default(),
            global: GlobalConfig::default(),
            lanes: LanesConfig::default(),
            alerts: AlertsConfig::default(),
            service: ServiceConfig::default(),
            metrics: MetricsConfig::default(),
            input: Vec::new(),
            subscription: default::subscriptions(),
        }
    }
}

/// How the engine works. A change needs a restart, but for dialect and status interval.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EngineConfig {
    /// Bytes of each input's lane: a power of two from 256k to 1g.
    pub lane: Bytes,
    /// How long an input waits at most when its lane is full, before events are shed and counted.
    pub full_lane_wait: Period,
    /// Whose spelling the lines have: `manual`, `7.6`, `13.0`, `14.0`, `14.3`, `15.0` or `16.0`.
    pub dialect: Word<Dialect>,
    /// The time zone of the stamps, by its name in the time zone database. Empty: the system's.
    pub time_zone: String,
    /// The host's name, in alerts and where syslog messages bear one. Empty: the system's.
    pub host_name: String,
    /// How long a line may wait for others before it is written, 2 ms to 10 s.
    pub flush_delay: Period,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            lane: Bytes(1 << 20),
            full_lane_wait: Period(Duration::from_secs(5)),
            dialect: Word(Dialect::default()),
            time_zone: String::new(),
            host_name: String::new(),
            flush_delay: Period(Duration::from_millis(100)),
        }
    }
}

/// Lanes as files: what was accepted is written by the next run when the program is killed, each event
/// once, and mail servers that link the library log through the program (`ringmail::attach`). A
/// change needs a restart.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LanesConfig {
    /// The directory, which belongs into memory: `/run/ringmail-lanes`. Empty: lanes are memory of
    /// the program alone. Of inputs that are followed (`postfix`), the lines of the last second
    /// before the program was killed are then read, and written, again.
    pub directory: PathBuf,
    /// Its mode: `0700` for processes of the same user, `03770` for those of the group.
    pub mode: String,
    /// The group whose members attach. Empty: that of the program.
    pub group: String,
}

impl Default for LanesConfig {
    fn default() -> Self {
        Self { directory: PathBuf::new(), mode: "0700".to_owned(), group: String::new() }
    }
}

/// What the logs call the gateway, in header records and consolidated event logs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IdentityConfig {
    /// Who made it.
    pub vendor: String,
    /// What it is.
    pub product: String,
    /// Its version.
    pub version: String,
    /// Its serial number.
    pub serial: String,
}

impl Default for IdentityConfig {
    fn default() -> Self {
        let Identity { vendor, product, version, serial } = Identity::default();
        Self { vendor, product, version, serial }
    }
}

/// What is logged of every message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GlobalConfig {
    /// How often a line goes into the status logs, 1 s to 1 d.
    pub metrics_interval: Period,
    /// Whether text mail logs have the Message-ID of messages.
    pub message_id: bool,
    /// Whether text mail logs have the answers of other servers to messages.
    pub response: bool,
    /// Whether text mail logs have the subject of messages.
    pub subject: bool,
    /// The headers to log in text mail, bounce and delivery logs, spelled as they are to be shown.
    pub headers: Vec<String>,
    /// The headers to log in consolidated event logs, at most 25.
    pub cef_headers: Vec<String>,
}

impl Default for GlobalConfig {
    fn default() -> Self {
        Self {
            metrics_interval: Period(Duration::from_secs(60)),
            message_id: true,
            response: true,
            subject: true,
            headers: Vec::new(),
            cef_headers: Vec::new(),
        }
    }
}

/// Who is told by mail when a subscription's lines cannot be written or do not get to their server. A
/// change needs a restart.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AlertsConfig {
    /// The addresses. Without any: nobody, and the log has no lines about alerts.
    pub to: Vec<String>,
    /// The sender. Empty: `ringmail@` and the host's name.
    pub from: String,
    /// The mail server that takes the mails: `smtp://HOST:25`, `smtps://HOST`, or
    /// `smtp://USER:PASSWORD@HOST:587?tls=required`.
    pub relay: String,
    /// How long the same alert is held back: the next mail tells how often it happened meanwhile.
    pub period: Period,
    /// The most alerts in an hour.
    pub per_hour: usize,
}

impl Default for AlertsConfig {
    fn default() -> Self {
        Self {
            to: Vec::new(),
            from: String::new(),
            relay: "smtp://localhost:25".to_owned(),
            period: Period(Duration::from_secs(300)),
            per_hour: 20,
        }
    }
}

/// How the program runs. A change needs a restart.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceConfig {
    /// Where the control socket, the lock and the process id are. Only its owner may look into it.
    pub run_directory: PathBuf,
    /// Where positions and ids are kept from one run to the next. Empty: a folder `.state` in the
    /// directory of the logs.
    pub state_directory: PathBuf,
    /// The user to become after the start as root. Empty: stay.
    pub user: String,
    /// The group to become after the start as root. Empty: the user's own.
    pub group: String,
    /// The permissions that nothing gets which is made, in octal.
    pub umask: String,
    /// The mode of log files, in octal, from `0600` to `0664`; others may never write.
    pub file_mode: String,
}

impl Default for ServiceConfig {
    fn default() -> Self {
        Self {
            run_directory: PathBuf::from("/run/ringmail"),
            state_directory: PathBuf::new(),
            user: String::new(),
            group: String::new(),
            umask: "0027".to_owned(),
            file_mode: "0640".to_owned(),
        }
    }
}

/// Figures for a monitoring system, in the text form of Prometheus.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsConfig {
    /// The address to answer `GET /metrics` on, a loopback one: `127.0.0.1:9464`. Empty: none.
    pub listen: String,
    /// A file that is written anew every 15 seconds, for the textfile collector of node_exporter.
    /// Empty: none.
    pub file: PathBuf,
}

/// A source of events.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputConfig {
    /// `socket`: a Unix stream socket that takes one JSON event a line. `stdin`: the same from
    /// standard input. `postfix`: the log of a Postfix.
    pub kind: InputKind,
    /// The socket, or the file to follow. For `postfix` a file, or `-` for standard input.
    #[serde(default)]
    pub path: PathBuf,
    /// The mode of the socket, in octal.
    #[serde(default = "socket_mode")]
    pub mode: String,
    /// For `postfix`: where to begin with a file that has not been read before.
    #[serde(default)]
    pub from: From,
}

impl InputConfig {
    /// A socket at this path.
    #[must_use]
    pub fn socket(path: PathBuf) -> Self {
        Self { kind: InputKind::Socket, path, mode: socket_mode(), from: From::default() }
    }

    /// The mode of the socket.
    ///
    /// # Errors
    /// [`Error::is_config`](crate::Error::is_config) for what is no mode.
    pub fn socket_mode(&self) -> crate::Result<u32> {
        read::octal(&self.mode, "input.mode")
    }
}

fn socket_mode() -> String {
    "0660".to_owned()
}

/// What a source of events is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InputKind {
    /// A Unix stream socket.
    Socket,
    /// Standard input.
    Stdin,
    /// The log of a Postfix.
    Postfix,
}

/// Where to begin with a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// With its first line.
    #[default]
    Start,
    /// With what comes.
    End,
}
