//! The decision table.

use crate::sink::syslog::diagnose::{Observation, TlsFailure};

/// What an observation means, without its numbers.
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) is_fault: bool,
    pub(super) proven: &'static str,
    pub(super) likely: &'static [&'static str],
    pub(super) next: &'static str,
}

const fn fault(
    id: &'static str,
    proven: &'static str,
    likely: &'static [&'static str],
    next: &'static str,
) -> Row {
    Row { id, is_fault: true, proven, likely, next }
}

/// Who closes a connection that is open.
const CLOSERS: &[&str] = &[
    "a firewall or an IPS blocks access to the server, and closes the connection in its name",
    "if all devices on the path allow the traffic: the server is too busy and refuses connections",
    "the server does not take messages from this address, or takes them by TLS alone at this port",
];

const CHECK_PATH: &str = "check each device on the path for rules and logs about these two addresses \
    and this port; if all allow the traffic, relieve or tune the server, and look into its log";

/// The row of an observation.
#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) const fn row(observation: &Observation) -> Row {
    match observation {
        Observation::LookupFailed(_) => fault(
            "lookup_failed",
            "the name has no address here; nothing was sent",
            &["a name that is spelled wrong", "a name server that does not answer"],
            "look the name up with `getent hosts NAME`, or configure the server's address",
        ),
        Observation::Refused => fault(
            "refused",
            "the host is there, and a reset answered the attempt to connect: the port is closed",
            &[
                "the syslog server is not running, or listens on another port",
                "it listens by UDP alone, which is the default of syslog",
                "a firewall refuses the connection in its name",
            ],
            "check the server's port and protocol, there with `ss -lntu`; try --udp",
        ),
        Observation::NoAnswer(_) => fault(
            "no_answer",
            "nobody answered the attempt to connect, neither with yes nor with no",
            &[
                "a firewall drops the packets",
                "the host is down, or it is another address",
                "the server is too busy: its queue of connections is full",
            ],
            "see whether the host answers at all (`ping`), then check each device on the path",
        ),
        Observation::NetworkUnreachable => fault(
            "network_unreachable",
            "this host has no route to that network; nothing was sent",
            &["an address of a family (IPv4, IPv6) that this host has no network for", "no route"],
            "check the routes (`ip route get ADDRESS`)",
        ),
        Observation::HostUnreachable => fault(
            "host_unreachable",
            "a router, or this host, says that there is no way to the server",
            &["the host is down", "a firewall on the path refuses the traffic"],
            "see whether the host answers at all (`ping`), then check each device on the path",
        ),
        Observation::Prohibited => fault(
            "prohibited",
            "this host does not let the packet out",
            &["a rule of this host's own firewall", "a restriction of this process"],
            "check this host's own firewall (`nft list ruleset`)",
        ),
        Observation::Reset(progress) if progress.is_at_once() => fault(
            "reset_at_once",
            "the connection was made, and a reset from the server's address closed it before any \
             message was acknowledged",
            CLOSERS,
            CHECK_PATH,
        ),
        Observation::Reset(_) => fault(
            "reset_after_data",
            "the connection was made and messages were sent, then a reset from the server's address \
             closed it while it was open: it was actively closed",
            CLOSERS,
            CHECK_PATH,
        ),
        Observation::Closed(progress) if progress.is_at_once() => fault(
            "closed_at_once",
            "the connection was made, and the server's side closed it before any message was \
             acknowledged",
            CLOSERS,
            CHECK_PATH,
        ),
        Observation::Closed(_) => fault(
            "closed_after_data",
            "the connection was made and messages were sent, then the server's side closed it in \
             order: it was actively closed",
            CLOSERS,
            CHECK_PATH,
        ),
        Observation::Stalled(_) => fault(
            "stalled",
            "the connection stands and the server's host answers, but takes nothing more: its \
             buffer is full",
            &[
                "the server does not read: it is too busy, stopped, or waits for a disk",
                "what listens there is no syslog server",
            ],
            "look at the server: its load, its disk, its own queues",
        ),
        Observation::Lost(_) => fault(
            "lost",
            "what was sent is not acknowledged, and no reset came: packets are lost on the way",
            &[
                "a firewall forgot the connection, or drops packets of it",
                "a network that loses packets, or large ones alone (MTU)",
                "the server's host went down",
            ],
            "see whether the host still answers (`ping -s 1400`), then check each device on the path",
        ),
        Observation::Spoke(_) => fault(
            "wrong_service",
            "what listens there speaks first, which no syslog server does",
            &[
                "another service has this port",
                "a proxy or a firewall answers in the server's place",
            ],
            "check the port; syslog is 514 by UDP or TCP, 601 by TCP, 6514 by TLS",
        ),
        Observation::Tls(failure, _) => tls(*failure),
        Observation::WantsTls(_) => fault(
            "wants_tls",
            "a plain connection was ended by the server's side, and TLS is answered at this port",
            &["the port is one for TLS"],
            "use TLS (try --tls), or the server's port for plain TCP",
        ),
        Observation::UdpUnreachable => fault(
            "udp_unreachable",
            "the host is there, and says that nobody listens on this UDP port",
            &[
                "the syslog server is not running, or listens on another port",
                "it listens by TCP alone",
                "a firewall refuses the datagrams in its name",
            ],
            "confirm the protocol: UDP 514 is the default, TCP must be configured; try --tcp",
        ),
        Observation::TooBig(_) => fault(
            "too_big",
            "the message is larger than a datagram to this server can be; it was not sent",
            &["a maximum message size that is too large for UDP, or for the network on the way"],
            "set a smaller maximum message size (1024 bytes pass everywhere), or use TCP",
        ),
        Observation::LocalError(_) => fault(
            "local_error",
            "this host refused before anything was sent",
            &["a limit of this host: descriptors, memory, ports"],
            "free what is short, or raise the limit",
        ),
        Observation::Delivered(_) => Row {
            id: "healthy",
            is_fault: false,
            proven: "the connection was made, everything was acknowledged by the server's host, and \
                     nobody closed it",
            likely: &[],
            next: "look for the probe messages in the server's log: that it reads them is not proven \
                   (--bytes 16m sends more than buffers hold)",
        },
        Observation::Sent(_) => Row {
            id: "udp_sent",
            is_fault: false,
            proven: "no error came back; for UDP that proves nothing",
            likely: &[],
            next: "look for the probe messages in the server's log, or try --tcp",
        },
    }
}

const fn tls(failure: TlsFailure) -> Row {
    match failure {
        TlsFailure::Expired => fault(
            "tls_expired",
            "the server's certificate has expired",
            &["it was not renewed, or the server was not restarted since", "this host's clock"],
            "renew the server's certificate; check `date` here",
        ),
        TlsFailure::NotYetValid => fault(
            "tls_not_yet_valid",
            "the server's certificate is not valid yet",
            &[
                "this host's clock is behind",
                "the certificate was made on a host whose clock is ahead",
            ],
            "check `date` here, then the certificate's dates",
        ),
        TlsFailure::WrongName => fault(
            "tls_wrong_name",
            "the server's certificate is for another name",
            &["the server is configured by address or by an alias", "another server answers"],
            "configure the name that is in the certificate (--server-name), or its fingerprint",
        ),
        TlsFailure::UnknownIssuer => fault(
            "tls_unknown_issuer",
            "the server's certificate comes from an authority that is not trusted here",
            &[
                "a private authority, or a certificate that signed itself",
                "the server does not send the certificates between its own and the authority's",
                "a device on the path that opens TLS",
            ],
            "name the authority's file (--ca), or the certificate's fingerprint (--fingerprint)",
        ),
        TlsFailure::Revoked => fault(
            "tls_revoked",
            "the server's certificate was revoked",
            &["it was replaced, and the server still has the old one"],
            "renew the server's certificate",
        ),
        TlsFailure::OtherFingerprint => fault(
            "tls_other_fingerprint",
            "the server's certificate is not the one that was configured by its fingerprint",
            &["it was renewed", "another server, or a device on the path, answers"],
            "compare with `openssl x509 -fingerprint -sha256` on the server, then configure the new one",
        ),
        TlsFailure::BadCertificate => fault(
            "tls_bad_certificate",
            "the server's certificate is of no use for a server",
            &["it was made for another purpose, or its signature or form is wrong"],
            "look at it with `openssl x509 -text` on the server",
        ),
        TlsFailure::ClientCertificateWanted => fault(
            "tls_client_certificate_wanted",
            "the server asks for a client certificate, and none was shown",
            &["the server's mode of authentication asks for one from each sender"],
            "give a certificate and its key (--client-cert, --client-key)",
        ),
        TlsFailure::ClientCertificateRefused => fault(
            "tls_client_certificate_refused",
            "the server refused the client certificate that was shown",
            &[
                "the server does not trust its authority",
                "it has expired, or bears a name that the server does not permit",
            ],
            "compare the certificate with the authorities and names in the server's configuration",
        ),
        TlsFailure::EndedBehindCertificate => fault(
            "tls_ended_behind_certificate",
            "TLS was agreed on, the client certificate was shown, and the server's side closed the \
             connection at once",
            &[
                "the server does not accept the certificate: its authority, its dates, or its name",
                "a firewall or an IPS blocks access to the server",
                "the server is too busy and refuses connections",
            ],
            "look into the server's log; compare the certificate with the authorities and names in \
             its configuration, then check each device on the path",
        ),
        TlsFailure::Version => fault(
            "tls_version",
            "the server and this host have no version or cipher of TLS in common",
            &[
                "the server allows only versions before TLS 1.2, or old ciphers",
                "with TLS 1.2 some servers say the same when they want a client certificate",
            ],
            "allow TLS 1.2 or 1.3 on the server; look into its log",
        ),
        TlsFailure::NotTls => fault(
            "tls_not_tls",
            "what answered is no TLS",
            &["the port is one for plain TCP", "another service has this port"],
            "check the port (6514 is usual for TLS), or try without --tls",
        ),
        TlsFailure::NoAnswer => fault(
            "tls_no_answer",
            "the connection was made, and nobody answered the TLS handshake",
            &["the port is one for plain TCP: the server takes it for messages", "a busy server"],
            "check the port (6514 is usual for TLS), or try without --tls",
        ),
        TlsFailure::Ended => fault(
            "tls_ended",
            "the connection was made, and closed from the server's side during the TLS handshake",
            &[
                "a firewall or an IPS blocks TLS, or access to the server",
                "the server refuses this host, its versions of TLS, or the lack of a client certificate",
                "the port is one for plain TCP",
            ],
            "look into the server's log, then check each device on the path",
        ),
        TlsFailure::Other => fault(
            "tls_failed",
            "the TLS handshake failed",
            &["settings of TLS that do not go together"],
            "look into the server's log",
        ),
    }
}
