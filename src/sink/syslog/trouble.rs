//! What went wrong with a server.

use std::io;
use std::time::Duration;

/// Why a destination cannot be had, or no longer.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) cause: Cause,
    /// How long the connection stood.
    pub(crate) stood: Option<Duration>,
    /// Bytes given to the socket, and of these, bytes that the peer's kernel acknowledged.
    pub(crate) written: u64,
    pub(crate) acknowledged: u64,
    /// The peer asked for a certificate of ours.
    pub(crate) was_asked: bool,
}

#[derive(Debug)]
pub(crate) enum Cause {
    /// The name was not found.
    Lookup(io::Error),
    /// No connection was made.
    Connect(io::Error),
    /// Nobody answered in time.
    ConnectTimeout,
    /// The TLS handshake failed, or a record that cannot be read came.
    Tls(rustls::Error),
    /// The TLS handshake did not end in time.
    TlsTimeout,
    /// The connection ended during the TLS handshake.
    TlsEnded,
    /// The peer reset the connection, or the kernel gave it up.
    Broken(io::Error),
    /// The peer closed the connection.
    Closed,
    /// The peer took nothing for too long.
    Stalled,
    /// A datagram of so many bytes could not be sent.
    Datagram(io::Error, usize),
}

impl Trouble {
    pub(crate) const fn new(cause: Cause) -> Self {
        Self { cause, stood: None, written: 0, acknowledged: 0, was_asked: false }
    }
}
