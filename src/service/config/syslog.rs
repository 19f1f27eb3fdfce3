use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Error, Result};
use crate::service::config::{Bytes, Period, Word};
use crate::sink::syslog::buffer::{BufferOptions, WhenFull};
use crate::sink::syslog::{Destination, Facility, Format, Framing, Severity, Spread, Syslog, Tls};

/// Where the lines of a subscription go by syslog. Source: `docs/FORMATS.md`, section "Syslog frames".
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyslogConfig {
    /// The servers: `udp://HOST:514`, `tcp://HOST:514`, `tls://HOST:6514`; a host alone is by UDP.
    pub servers: Vec<String>,
    /// What several servers are for: `failover`, one after the other, or `all`.
    #[serde(default)]
    pub spread: Spreading,
    /// With `failover`: how often the first server, if it is by TCP or TLS, is tried again beside one
    /// that works, to be gone back to when it does. 0: never, others have to fail before.
    #[serde(default = "first_again")]
    pub first_again: Period,
    /// The facility: `auth`, `mail`, `local0` ...
    #[serde(default = "auth")]
    pub facility: Word<Facility>,
    /// The severity: always `info`, as gateways write it, or by the `level` of the line.
    #[serde(default)]
    pub severity: Severities,
    /// What messages look like: `rfc3164` as gateways write it, or `rfc5424` with microseconds, a
    /// sequence number and the message's ids.
    #[serde(default)]
    pub format: SyslogFormat,
    /// How the messages of a stream are told apart: `lf`, a line feed, or `octet-counting`. Without
    /// it: as goes with the format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framing: Option<SyslogFraming>,
    /// The largest message, 1024 to 9216 bytes by UDP, to 65535 by TCP. Longer ones are cut and end in
    /// `...`. Without it: the largest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_message: Option<Bytes>,
    /// Whether messages bear the host's name. Without it: in the format `rfc5424` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<bool>,
    /// For TLS: the name that the servers' certificates must bear. Without it: the host's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// For TLS: SHA-256 fingerprints of certificates that are trusted whatever else they say, so that
    /// neither `server_name` nor `authorities` goes with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fingerprints: Vec<String>,
    /// For TLS: a PEM file with the authorities that are trusted. Without it: the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorities: Option<PathBuf>,
    /// For TLS: a PEM file with the certificate to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// For TLS: a PEM file with its private key, of mode 0600, or 0640 where root owns it: access of
    /// everybody is refused, of another group warned of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// Bytes that may wait for a server in memory.
    #[serde(default = "queue")]
    pub queue: Bytes,
    /// How long messages are kept that a server's machine has acknowledged, to be sent again when the
    /// connection ends without order.
    #[serde(default = "window")]
    pub resend_window: Period,
    /// The most bytes that are kept for that.
    #[serde(default = "queue")]
    pub resend_bytes: Bytes,
    /// How long it may take until a connection stands.
    #[serde(default = "connect")]
    pub connect_timeout: Period,
    /// How long a server may take nothing before its connection is given up.
    #[serde(default = "stall")]
    pub stall_timeout: Period,
    /// How long the end of the program waits for the servers; for one that has acknowledged everything
    /// and does not close the connection, 3 s.
    #[serde(default = "window")]
    pub linger: Period,
    /// For TCP: what servers have not acknowledged waits on disk, and survives the program. Without
    /// it: in memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buffer: Option<BufferConfig>,
}

/// A disk buffer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BufferConfig {
    /// The most bytes, up to 1g.
    pub size: Bytes,
    /// What is given up when it is full: the `newest` messages or the `oldest`.
    pub drop: Dropping,
    /// The most messages a second that are sent when a server is back. 0: as fast as it takes them.
    pub pace: u32,
    /// Where it is. Empty: a folder of the subscription's name in `buffers` of the state directory.
    pub directory: PathBuf,
}

impl Default for BufferConfig {
    fn default() -> Self {
        let (size, directory) = (Bytes(100 << 20), PathBuf::new());
        Self { size, drop: Dropping::default(), pace: 0, directory }
    }
}

/// Declares the words of a setting and what each stands for.
macro_rules! words {
    ($($(#[$doc:meta])* $setting:ident of $of:ident, $case:literal {
        $($(#[$word_doc:meta])* $word:ident,)+
    })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
            #[serde(rename_all = $case)]
            pub enum $setting {
                $($(#[$word_doc])* $word,)+
            }

            impl From<$setting> for $of {
                fn from(setting: $setting) -> Self {
                    match setting {
                        $($setting::$word => Self::$word,)+
                    }
                }
            }
        )+
    };
}

words! {
    /// What several servers are for.
    Spreading of Spread, "lowercase" {
        /// One gets the messages; when it fails, the next one does.
        #[default]
        Failover,
        /// Each gets every message.
        All,
    }

    /// The severity of messages.
    Severities of Severity, "lowercase" {
        /// Always info.
        #[default]
        Info,
        /// By the level of the line.
        #[serde(rename = "level")]
        ByLevel,
    }

    /// What messages look like.
    SyslogFormat of Format, "lowercase" {
        /// As gateways write it.
        #[default]
        Rfc3164,
        /// With microseconds, a sequence number, and the message's ids.
        Rfc5424,
    }
}

/// How the messages of a stream are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SyslogFraming {
    /// A line feed behind each.
    Lf,
    /// The length before each.
    OctetCounting,
}

/// What a full buffer gives up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dropping {
    /// What comes.
    #[default]
    Newest,
    /// What has waited longest.
    Oldest,
}

const fn auth() -> Word<Facility> {
    Word(Facility::Auth)
}

const fn queue() -> Bytes {
    Bytes(64 << 20)
}

const fn window() -> Period {
    Period(Duration::from_secs(5))
}

const fn first_again() -> Period {
    Period(Duration::from_secs(300))
}

const fn connect() -> Period {
    Period(Duration::from_secs(10))
}

const fn stall() -> Period {
    Period(Duration::from_secs(60))
}

impl SyslogConfig {
    /// The sink of a subscription, on a host of this name, whose buffers are in this directory.
    ///
    /// # Errors
    /// [`Error::is_config`] for what is out of range, or goes with nothing else.
    pub(crate) fn sink(&self, host_name: &str, name: &str, buffers: &Path) -> Result<Syslog> {
        let mut servers = self.servers.iter().map(|server| self.destination(server));
        let Some(first) = servers.next() else {
            return Err(Error::config(format!(
                "subscription {name}: syslog.servers is empty: name a server, such as \
                 udp://loghost:514"
            )));
        };
        let mut push = Syslog::to(first?);
        for server in servers {
            push = push.or_to(server?);
        }
        let has_tls = self.server_name.is_some()
            || !self.fingerprints.is_empty()
            || self.authorities.is_some()
            || self.certificate.is_some()
            || self.key.is_some();
        if has_tls && !self.servers.iter().any(|server| server.starts_with("tls://")) {
            return Err(Error::config(
                "syslog: server_name, fingerprints, authorities, certificate and key go with \
                 tls:// servers",
            ));
        }
        push = push
            .spread(self.spread.into())
            .facility(self.facility.0)
            .severity(self.severity.into())
            .format(self.format.into())
            .queue_bytes(whole(self.queue))
            .resend_window(self.resend_window.0, whole(self.resend_bytes))
            .connect_timeout(self.connect_timeout.0)
            .stall_timeout(self.stall_timeout.0)
            .first_again(self.first_again.0)
            .linger(self.linger.0);
        if let Some(framing) = self.framing {
            push = push.framing(match framing {
                SyslogFraming::Lf => Framing::Lf,
                SyslogFraming::OctetCounting => Framing::OctetCounting,
            });
        }
        if let Some(max) = self.max_message {
            push = push.max_message(whole(max));
        }
        push = match (self.host, self.format) {
            (Some(true), _) | (None, SyslogFormat::Rfc5424) => push.host_name(host_name),
            (Some(false), _) | (None, SyslogFormat::Rfc3164) => push.host_name(""),
        };
        if let Some(BufferConfig { size, drop, pace, directory }) = &self.buffer {
            let is_default = directory.as_os_str().is_empty();
            let directory = if is_default { buffers.join(name) } else { directory.clone() };
            let options = BufferOptions::default().capacity(size.0)?.when_full(match drop {
                Dropping::Newest => WhenFull::DropNewest,
                Dropping::Oldest => WhenFull::DropOldest,
            });
            push = push.buffer(directory, options).drain_rate(*pace);
        }
        push.check()?;
        Ok(push)
    }

    fn destination(&self, server: &str) -> Result<Destination> {
        let destination: Destination = server.parse()?;
        if !destination.is_tls() {
            return Ok(destination);
        }
        let mut tls = Tls::new();
        if let Some(name) = &self.server_name {
            tls = tls.server_name(name);
        }
        for fingerprint in &self.fingerprints {
            tls = tls.fingerprint(fingerprint)?;
        }
        if let Some(path) = &self.authorities {
            tls = tls.authorities(path);
        }
        tls = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => tls.identity(certificate, key),
            (None, None) => tls,
            _ => {
                return Err(Error::config(
                    "syslog: certificate and key go together: name both files",
                ));
            }
        };
        Ok(destination.tls(tls))
    }
}

fn whole(bytes: Bytes) -> usize {
    usize::try_from(bytes.0).unwrap_or(usize::MAX)
}
