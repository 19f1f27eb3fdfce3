use core::fmt;
use core::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use crate::base::{Error, Result};

/// How messages get to a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// A message a datagram: the default, as gateways have it. Nothing that is lost is known.
    #[default]
    Udp,
    /// A stream, plain or by TLS. Nothing is lost silently.
    Tcp,
}

impl Protocol {
    /// The sizes that a [maximum message](super::Syslog::max_message) can have.
    ///
    /// ```
    /// use ringmail::sink::syslog::Protocol;
    /// assert_eq!(Protocol::Udp.sizes(), 1024..=9216);
    /// assert_eq!(Protocol::Tcp.sizes(), 1024..=65_535);
    /// ```
    #[must_use]
    pub const fn sizes(self) -> RangeInclusive<usize> {
        match self {
            Self::Udp => 1024..=9216,
            Self::Tcp => 1024..=65_535,
        }
    }
}

/// What a frame looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// `<PRI>Mmm dd HH:MM:SS [HOST ]TAG: Level: message`, as real gateways write RFC 3164.
    #[default]
    Rfc3164,
    /// RFC 5424: microseconds, zone, and structured data with a sequence number.
    Rfc5424,
}

/// How the frames of a stream are told apart (RFC 6587).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Framing {
    /// A line feed behind each.
    Lf,
    /// The frame's length in decimal digits and a blank before each.
    OctetCounting,
}

impl Format {
    /// The framing that goes with it where none is said.
    #[must_use]
    pub const fn framing(self) -> Framing {
        match self {
            Self::Rfc3164 => Framing::Lf,
            Self::Rfc5424 => Framing::OctetCounting,
        }
    }
}

/// The severity of a frame's priority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Severity {
    /// By the level of the line: critical 1, warning 4, info 6, debug and trace 7.
    ByLevel,
    /// Always info (6), as gateways do.
    #[default]
    Info,
}

/// What several destinations are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Spread {
    /// Each gets every message, at its own pace.
    All,
    /// One gets the messages; when it fails, the next one does.
    #[default]
    Failover,
}

/// A syslog server.
///
/// ```
/// use ringmail::sink::syslog::{Destination, Tls};
/// assert_eq!(Destination::udp("logs.example.com", 514).to_string(), "udp://logs.example.com:514");
/// let secured = Destination::tcp("2001:db8::7", 6514).tls(Tls::new());
/// assert_eq!(secured.to_string(), "tls://[2001:db8::7]:6514");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) protocol: Protocol,
    pub(crate) tls: Option<Tls>,
}

impl Destination {
    /// By UDP. The usual port is 514.
    #[must_use]
    pub fn udp(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port, protocol: Protocol::Udp, tls: None }
    }

    /// By TCP. The usual port is 514, or 601.
    #[must_use]
    pub fn tcp(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port, protocol: Protocol::Tcp, tls: None }
    }

    /// By TLS over TCP. The usual port is 6514.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Its host: a name or an address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// How messages get there.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Whether they are encrypted on the way.
    #[must_use]
    pub const fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    pub(crate) fn check(&self) -> Result<()> {
        let wrong = |what: &str| Err(Error::config(format!("syslog server {self}: {what}")));
        if self.host.is_empty() || self.host.len() > 255 {
            return wrong("the host must be a name or an address of 1 to 255 bytes");
        }
        if self.host.bytes().any(|byte| !byte.is_ascii_graphic() || byte == b'/') {
            return wrong("the host has characters that no name and no address has");
        }
        if self.port == 0 {
            return wrong("the port must be 1 to 65535");
        }
        if self.protocol == Protocol::Udp && self.tls.is_some() {
            return wrong("TLS goes with TCP only");
        }
        if self.tls.as_ref().is_some_and(Tls::is_ambiguous) {
            return wrong(
                "a certificate is trusted by its fingerprint alone: leave out the fingerprints, or \
                 the server name and the authorities",
            );
        }
        Ok(())
    }
}

impl fmt::Display for Destination {
    /// As a URL: `udp://HOST:PORT`, `tcp://..`, `tls://..`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match (self.protocol, &self.tls) {
            (Protocol::Udp, _) => "udp",
            (Protocol::Tcp, None) => "tcp",
            (Protocol::Tcp, Some(_)) => "tls",
        };
        let host = self.host.escape_debug();
        if self.host.contains(':') {
            write!(f, "{scheme}://[{host}]:{}", self.port)
        } else {
            write!(f, "{scheme}://{host}:{}", self.port)
        }
    }
}

/// How a server is trusted, and what it is shown.
///
/// Where nothing else is said the server's certificate must come from an authority that the system
/// trusts and bear the destination's host name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Tls {
    pub(crate) server_name: Option<String>,
    pub(crate) fingerprints: Vec<[u8; 32]>,
    pub(crate) authorities: Option<PathBuf>,
    pub(crate) identity: Option<(PathBuf, PathBuf)>,
}

impl Tls {
    /// The system's authorities, the destination's name, no certificate of our own.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name that the server's certificate must bear. Default: the destination's host.
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// A certificate that is trusted by its SHA-256 fingerprint alone, as 64 hexadecimal digits
    /// with or without colons, and with or without `sha-256:` before them (RFC 5425, section
    /// 4.2.2). May be said several times. Neither name nor authority is looked at then.
    ///
    /// # Errors
    /// [`Error::is_config`] when it is not such a fingerprint.
    ///
    /// ```
    /// use ringmail::sink::syslog::Tls;
    /// Tls::new().fingerprint(&format!("sha-256:{}AB", "AB:".repeat(31)))?;
    /// assert!(Tls::new().fingerprint("AB:CD").is_err());
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    pub fn fingerprint(mut self, text: &str) -> Result<Self> {
        let wrong = || {
            Error::config(format!(
                "`{}` is no SHA-256 fingerprint: give 64 hexadecimal digits",
                text.escape_debug()
            ))
        };
        let digits = text.get(..8).filter(|start| start.eq_ignore_ascii_case("sha-256:"));
        let digits = digits.and_then(|_| text.get(8..)).unwrap_or(text);
        let digits: Vec<u8> = digits.bytes().filter(|byte| *byte != b':').collect();
        if digits.len() != 64 {
            return Err(wrong());
        }
        let mut fingerprint = [0; 32];
        for (byte, pair) in fingerprint.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = core::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        self.fingerprints.push(fingerprint);
        Ok(self)
    }

    /// A PEM file with the authorities that are trusted, in place of the system's.
    pub fn authorities(mut self, path: impl Into<PathBuf>) -> Self {
        self.authorities = Some(path.into());
        self
    }

    /// Whether it names what would not be looked at.
    const fn is_ambiguous(&self) -> bool {
        !self.fingerprints.is_empty() && (self.server_name.is_some() || self.authorities.is_some())
    }

    /// PEM files with the certificate (and what stands between it and an authority) and the private
    /// key that a server is shown when it asks. A key to which everybody on this machine has access is
    /// refused, and a group's access warned of: its mode is to be 0600, or 0640 where root owns it.
    pub fn identity(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.identity = Some((certificate.into(), key.into()));
        self
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    /// Until a connection, its TLS handshake included, stands.
    pub(crate) connect: Duration,
    /// Without the peer's kernel taking anything that waits for it.
    pub(crate) stall: Duration,
    /// Before the first retry, doubled up to `retry_max`.
    pub(crate) retry: Duration,
    pub(crate) retry_max: Duration,
    /// How long acknowledged frames are kept.
    pub(crate) resend: Duration,
    /// Before the first server is tried again while another one works; zero: never.
    pub(crate) comeback: Duration,
    /// TCP keep-alive after so much silence; zero: none.
    pub(crate) keep_alive: Duration,
    /// At the close: until everything is acknowledged.
    pub(crate) linger: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            stall: Duration::from_secs(60),
            retry: Duration::from_millis(500),
            retry_max: Duration::from_secs(30),
            resend: Duration::from_secs(5),
            comeback: Duration::from_secs(300),
            keep_alive: Duration::from_secs(60),
            linger: Duration::from_secs(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pinned() -> Tls {
        Tls::new().fingerprint(&"0".repeat(64)).unwrap()
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for (destination, said) in [
            (Destination::udp("", 514), "host"),
            (Destination::udp("a b", 514), "characters"),
            (Destination::udp("a\nb", 514), "characters"),
            (Destination::tcp("a/b", 514), "characters"),
            (Destination::tcp("x".repeat(256), 514), "255"),
            (Destination::tcp("a", 0), "port"),
            (Destination::udp("a", 514).tls(Tls::new()), "TCP only"),
            (Destination::tcp("a", 514).tls(pinned().server_name("b")), "fingerprint alone"),
            (Destination::tcp("a", 514).tls(pinned().authorities("/ca")), "fingerprint alone"),
        ] {
            let error = destination.check().unwrap_err();
            assert!(error.is_config() && error.to_string().contains(said), "{error}");
            assert!(!error.to_string().contains('\n'));
        }
        Destination::tcp("::1", 1).tls(Tls::new()).check().unwrap();
    }

    #[test]
    fn fingerprints_are_read_in_each_spelling() {
        let plain = "0123456789abcdef".repeat(4);
        let colons: Vec<_> =
            plain.as_bytes().chunks(2).map(|p| str::from_utf8(p).unwrap()).collect();
        let colons = format!("SHA-256:{}", colons.join(":").to_uppercase());
        let tls = Tls::new().fingerprint(&plain).unwrap().fingerprint(&colons).unwrap();
        assert_eq!(tls.fingerprints[0], tls.fingerprints[1]);
        assert_eq!(tls.fingerprints[0][..4], [1, 0x23, 0x45, 0x67]);
        for wrong in
            ["", "sha-256:", plain.get(1..).unwrap(), &plain.replace('0', "g"), "sha-256:\u{e4}"]
        {
            assert!(Tls::new().fingerprint(wrong).is_err(), "{wrong}");
        }
    }
}
