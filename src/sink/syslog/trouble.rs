//! What went wrong with a server.

use std::fmt;
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
    /// The peer reset the connection, or the kernel gave it up.
    Broken(io::Error),
    /// The peer closed the connection.
    Closed,
    /// The peer took nothing for too long.
    Stalled,
    /// A datagram could not be sent.
    Datagram(io::Error),
}

impl Trouble {
    pub(crate) const fn new(cause: Cause) -> Self {
        Self { cause, stood: None, written: 0, acknowledged: 0 }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Lookup(error) => write!(f, "the name was not found: {error}")?,
            Cause::Connect(error) => write!(f, "no connection: {error}")?,
            Cause::ConnectTimeout => f.write_str("no answer to the attempt to connect")?,
            Cause::Tls(error) => write!(f, "TLS failed: {error}")?,
            Cause::TlsTimeout => f.write_str("the TLS handshake was not answered")?,
            Cause::Broken(error) => write!(f, "the connection broke: {error}")?,
            Cause::Closed => f.write_str("the server closed the connection")?,
            Cause::Stalled => f.write_str("the server takes nothing more")?,
            Cause::Datagram(error) => write!(f, "a datagram was not sent: {error}")?,
        }
        if let Some(stood) = self.stood {
            let (acknowledged, written) = (self.acknowledged, self.written);
            let millis = stood.as_millis();
            write!(
                f,
                ", {millis} ms after it was made, {acknowledged} of {written} bytes acknowledged"
            )?;
        }
        Ok(())
    }
}
