use core::fmt;
use std::io;
use std::time::Duration;

use rustls::{AlertDescription, CertificateError};

use crate::sink::syslog::trouble::{Cause, Trouble};

/// How soon a server that looks at a certificate behind the handshake has done so.
const SOON: Duration = Duration::from_secs(1);

/// What was seen of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observation {
    /// The connection was made, all was acknowledged, and it stayed open.
    Delivered(Progress),
    /// So many datagrams were sent, and no error came back.
    Sent(u64),
    /// The name was not found.
    LookupFailed(String),
    /// The attempt to connect was answered by a reset.
    Refused,
    /// It was not answered for so long.
    NoAnswer(Duration),
    /// There is no route.
    NetworkUnreachable,
    /// There is no way to the host.
    HostUnreachable,
    /// The own host does not let it out.
    Prohibited,
    /// The connection was reset.
    Reset(Progress),
    /// It was closed in order by the peer.
    Closed(Progress),
    /// The peer takes nothing more, and says so.
    Stalled(Progress),
    /// The peer does not acknowledge any more.
    Lost(Progress),
    /// The peer said something, of which this is the beginning.
    Spoke(String),
    /// TLS failed, with the words of the library.
    Tls(TlsFailure, String),
    /// A plain connection was ended, and TLS is answered at the same port.
    WantsTls(Progress),
    /// A datagram was answered by ICMP: nobody listens.
    UdpUnreachable,
    /// A datagram of so many bytes is too big.
    TooBig(usize),
    /// Something else, in the operating system's words.
    LocalError(String),
}

/// How far a connection had come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that were given to the kernel to be sent.
    pub written: u64,
    /// Of these, bytes that the peer's kernel acknowledged.
    pub acknowledged: u64,
    /// How long the connection had stood.
    pub after: Duration,
}

impl Progress {
    /// Whether the connection ended before any message can have played a part. What a reset itself
    /// acknowledges the kernel does not count.
    pub(super) const fn is_at_once(&self) -> bool {
        self.acknowledged == 0 && (self.written == 0 || self.after.as_millis() < 100)
    }
}

/// Why TLS failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsFailure {
    /// The certificate is of no use for a server.
    BadCertificate,
    /// The server does not accept our certificate.
    ClientCertificateRefused,
    /// The server asks for a certificate, and we have none.
    ClientCertificateWanted,
    /// The connection ended during the handshake.
    Ended,
    /// It ended behind the handshake, in which we showed a certificate.
    EndedBehindCertificate,
    /// The certificate has expired.
    Expired,
    /// The handshake was not answered.
    NoAnswer,
    /// What answered is no TLS.
    NotTls,
    /// The certificate is not valid yet.
    NotYetValid,
    /// Something else.
    Other,
    /// The certificate is not one of those that were named.
    OtherFingerprint,
    /// The certificate was revoked.
    Revoked,
    /// The certificate's issuer is not trusted.
    UnknownIssuer,
    /// There is no version or cipher that both know.
    Version,
    /// The certificate is for another name.
    WrongName,
}

impl Observation {
    /// Of an attempt to connect that failed, `after` so long.
    #[must_use]
    pub fn of_connect(error: &io::Error, after: Duration) -> Self {
        match error.raw_os_error() {
            Some(libc::ECONNREFUSED) => Self::Refused,
            // Answered, and reset before this host could look.
            Some(libc::ECONNRESET) => Self::Reset(Progress { after, ..Progress::default() }),
            _ => Self::of_way(error, after),
        }
    }

    /// Of a datagram of so many bytes that was not sent, or came back.
    #[must_use]
    pub fn of_datagram(error: &io::Error, bytes: usize) -> Self {
        match error.raw_os_error() {
            Some(libc::ECONNREFUSED) => Self::UdpUnreachable,
            Some(libc::EMSGSIZE) => Self::TooBig(bytes),
            _ => Self::of_way(error, Duration::ZERO),
        }
    }

    /// Of a connection that broke.
    #[must_use]
    pub fn of_break(error: &io::Error, progress: Progress) -> Self {
        match error.raw_os_error() {
            Some(libc::ECONNRESET | libc::EPIPE | libc::ENOTCONN) => Self::Reset(progress),
            // The kernel gave it up: nothing was acknowledged for too long.
            Some(libc::ETIMEDOUT) => Self::Lost(progress),
            _ => Self::of_way(error, progress.after),
        }
    }

    /// Of TLS that failed. `has_identity`: whether there is a certificate to show.
    #[must_use]
    pub fn of_tls(error: &rustls::Error, has_identity: bool) -> Self {
        Self::Tls(TlsFailure::of(error, has_identity), error.to_string())
    }

    /// What a sink's connection failed of.
    pub(crate) fn of_trouble(trouble: &Trouble, has_identity: bool) -> Self {
        let Trouble { cause, stood, written, acknowledged, .. } = trouble;
        let after = stood.unwrap_or_default();
        let progress = Progress { written: *written, acknowledged: *acknowledged, after };
        let end = match cause {
            Cause::Lookup(error) => Self::LookupFailed(error.to_string()),
            Cause::Connect(error) => Self::of_connect(error, after),
            Cause::ConnectTimeout => Self::NoAnswer(after),
            Cause::Tls(error) => Self::of_tls(error, has_identity),
            Cause::TlsTimeout => Self::Tls(TlsFailure::NoAnswer, "no answer".to_owned()),
            Cause::TlsEnded => Self::Tls(TlsFailure::Ended, format!("closed {progress}")),
            Cause::Broken(error) => Self::of_break(error, progress),
            Cause::Closed => Self::Closed(progress),
            Cause::Stalled => Self::Stalled(progress),
            Cause::Datagram(error, bytes) => Self::of_datagram(error, *bytes),
        };
        // What opens a stream is on its way before a server has looked at a certificate.
        if trouble.was_asked && after < SOON {
            return Self::behind_certificate(&end, has_identity);
        }
        end
    }

    /// Of a connection that was ended at once behind a handshake in which the server asked for a
    /// certificate: some look at it then, and close without a word.
    pub(crate) fn behind_certificate(end: &Self, has_identity: bool) -> Self {
        let failure = if has_identity {
            TlsFailure::EndedBehindCertificate
        } else {
            TlsFailure::ClientCertificateWanted
        };
        match end {
            Self::Reset(_) | Self::Closed(_) => Self::Tls(failure, end.to_string()),
            other => other.clone(),
        }
    }

    fn of_way(error: &io::Error, after: Duration) -> Self {
        match error.raw_os_error() {
            Some(libc::ENETUNREACH | libc::EAFNOSUPPORT | libc::EADDRNOTAVAIL) => {
                Self::NetworkUnreachable
            }
            Some(libc::EHOSTUNREACH | libc::EHOSTDOWN) => Self::HostUnreachable,
            Some(libc::EACCES | libc::EPERM) => Self::Prohibited,
            Some(libc::ETIMEDOUT) => Self::NoAnswer(after),
            _ if error.kind() == io::ErrorKind::TimedOut => Self::NoAnswer(after),
            _ => Self::LocalError(error.to_string()),
        }
    }
}

impl TlsFailure {
    fn of(error: &rustls::Error, has_identity: bool) -> Self {
        match error {
            rustls::Error::InvalidCertificate(error) => Self::of_certificate(error),
            rustls::Error::AlertReceived(alert) => Self::of_alert(*alert, has_identity),
            rustls::Error::PeerIncompatible(_) => Self::Version,
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            _ => Self::Other,
        }
    }

    const fn of_certificate(error: &CertificateError) -> Self {
        match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYetValid
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::WrongName
            }
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::Revoked => Self::Revoked,
            CertificateError::ApplicationVerificationFailure => Self::OtherFingerprint,
            _ => Self::BadCertificate,
        }
    }

    const fn of_alert(alert: AlertDescription, has_identity: bool) -> Self {
        match alert {
            AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
                Self::ClientCertificateWanted
            }
            AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity => {
                Self::Version
            }
            AlertDescription::UnrecognisedName => Self::WrongName,
            // Of what we showed: it can be about nothing else.
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::DecryptError => {
                if has_identity {
                    Self::ClientCertificateRefused
                } else {
                    Self::ClientCertificateWanted
                }
            }
            // What servers say when nothing fits, and TLS 1.2 servers that want a certificate too.
            AlertDescription::HandshakeFailure => Self::Version,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivered(progress) => write!(f, "open {progress}"),
            Self::Sent(datagrams) => write!(f, "{datagrams} datagrams sent"),
            Self::LookupFailed(error) => write!(f, "the name was not found: {error}"),
            Self::Refused => f.write_str("connection refused"),
            Self::NoAnswer(after) => write!(f, "no answer within {} ms", after.as_millis()),
            Self::NetworkUnreachable => f.write_str("network unreachable"),
            Self::HostUnreachable => f.write_str("host unreachable"),
            Self::Prohibited => f.write_str("not permitted"),
            Self::Reset(progress) => write!(f, "reset {progress}"),
            Self::Closed(progress) => write!(f, "closed by the server {progress}"),
            Self::Stalled(progress) => write!(f, "nothing taken any more {progress}"),
            Self::Lost(progress) => write!(f, "nothing acknowledged any more {progress}"),
            Self::Spoke(said) => write!(f, "it said \"{}\"", said.escape_debug()),
            Self::Tls(_, error) => write!(f, "TLS: {}", error.escape_debug()),
            Self::WantsTls(progress) => write!(f, "ended {progress}; TLS is answered there"),
            Self::UdpUnreachable => f.write_str("ICMP port unreachable"),
            Self::TooBig(0) => f.write_str("a datagram is too big"),
            Self::TooBig(bytes) => write!(f, "a datagram of {bytes} bytes is too big"),
            Self::LocalError(error) => f.write_str(error),
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { written, acknowledged, after } = self;
        write!(
            f,
            "{} ms after it was made, {acknowledged} of {written} bytes acknowledged",
            after.as_millis()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::syslog::diagnose::diagnose;

    #[test]
    fn errors_of_the_system_are_told_apart() {
        let error = io::Error::from_raw_os_error;
        let second = Duration::from_secs(1);
        for (number, id) in [
            (libc::ECONNREFUSED, "refused"),
            (libc::ETIMEDOUT, "no_answer"),
            (libc::ENETUNREACH, "network_unreachable"),
            (libc::EHOSTUNREACH, "host_unreachable"),
            (libc::EPERM, "prohibited"),
            (libc::ECONNRESET, "reset_at_once"),
            (libc::EMFILE, "local_error"),
        ] {
            let observation = Observation::of_connect(&error(number), second);
            assert_eq!(diagnose(&observation).id, id);
        }
        let progress = Progress { written: 9, acknowledged: 5, after: second };
        for (number, id) in [
            (libc::ECONNRESET, "reset_after_data"),
            (libc::EPIPE, "reset_after_data"),
            (libc::ETIMEDOUT, "lost"),
            (libc::EHOSTUNREACH, "host_unreachable"),
        ] {
            assert_eq!(diagnose(&Observation::of_break(&error(number), progress)).id, id);
        }
        for (number, id) in [
            (libc::ECONNREFUSED, "udp_unreachable"),
            (libc::EMSGSIZE, "too_big"),
            (libc::ENETUNREACH, "network_unreachable"),
        ] {
            assert_eq!(diagnose(&Observation::of_datagram(&error(number), 70_000)).id, id);
        }
    }

    #[test]
    fn alerts_are_about_what_was_shown() {
        let of = |alert, has_identity| {
            let error = rustls::Error::AlertReceived(alert);
            diagnose(&Observation::of_tls(&error, has_identity)).id
        };
        assert_eq!(of(AlertDescription::UnknownCA, true), "tls_client_certificate_refused");
        assert_eq!(of(AlertDescription::UnknownCA, false), "tls_client_certificate_wanted");
        assert_eq!(of(AlertDescription::ProtocolVersion, false), "tls_version");
        assert_eq!(of(AlertDescription::InternalError, false), "tls_failed");
    }

    /// As it stands behind the error in the system log.
    #[test]
    fn a_finding_is_one_line() {
        let progress =
            Progress { written: 412, acknowledged: 412, after: Duration::from_millis(2) };
        let line = diagnose(&Observation::Reset(progress)).to_string();
        assert!(line.starts_with("reset 2 ms after it was made, 412 of 412 bytes acknowledged: "));
        assert!(line.contains("; likely: a firewall or an IPS blocks access"), "{line}");
        assert!(line.contains("; next: check each device on the path"), "{line}");
        let odd = Observation::Spoke("220 mx1\r\n\u{2028}".to_owned()).to_string();
        assert!(!odd.contains('\n') && !odd.contains('\u{2028}'), "{odd}");
    }
}
