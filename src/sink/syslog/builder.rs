use std::path::PathBuf;
use std::time::Duration;

use crate::base::PushAccount;
use crate::sink::syslog::buffer::BufferOptions;
use crate::sink::syslog::options::Times;
use crate::sink::syslog::sink::Open;
use crate::sink::syslog::{Destination, Facility, Format, Framing, Severity, Spread};

/// Bytes that may wait for a destination, where nothing else is said.
const QUEUE_BYTES: usize = 64 << 20;

/// Bytes of acknowledged messages that are kept, where nothing else is said.
const RESEND_BYTES: usize = 64 << 20;

/// Sends each line to a syslog server.
///
/// Made with the destination; everything else has a default. [`check`](Self::check) says what is
/// wrong with it, and so does the engine when it starts.
///
/// ```
/// use std::time::Duration;
/// use ringmail::sink::syslog::{Destination, Framing, Severity, Spread, Syslog, Tls};
///
/// let secured = Destination::tcp("logs1.example.com", 6514)
///     .tls(Tls::new().authorities("/etc/ringmail/ca.pem"));
/// let second = Destination::tcp("logs2.example.com", 514);
/// let push = Syslog::to(secured)
///     .or_to(second)
///     .spread(Spread::Failover)
///     .severity(Severity::ByLevel)
///     .framing(Framing::OctetCounting)
///     .max_message(8192)
///     .resend_window(Duration::from_secs(10), 16 << 20);
/// push.check()?;
/// assert!(push.max_message(100).check().is_err());
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Syslog {
    pub(super) destinations: Vec<Destination>,
    pub(super) spread: Spread,
    pub(super) facility: Facility,
    pub(super) severity: Severity,
    pub(super) format: Format,
    pub(super) framing: Option<Framing>,
    pub(super) max_message: Option<usize>,
    pub(super) host_name: Option<String>,
    pub(super) queue_bytes: usize,
    pub(super) resend_bytes: usize,
    pub(super) times: Times,
    pub(super) buffer: Option<(PathBuf, BufferOptions)>,
    pub(super) pace: Option<u32>,
    pub(super) open: Option<Open>,
    /// What became of the lines of earlier times that it was open.
    pub(super) before: PushAccount,
    pub(super) position: u64,
}

impl Syslog {
    /// A push to this server.
    pub fn to(destination: Destination) -> Self {
        Self {
            destinations: vec![destination],
            spread: Spread::default(),
            facility: Facility::default(),
            severity: Severity::default(),
            format: Format::default(),
            framing: None,
            max_message: None,
            host_name: None,
            queue_bytes: QUEUE_BYTES,
            resend_bytes: RESEND_BYTES,
            times: Times::default(),
            buffer: None,
            pace: None,
            open: None,
            before: PushAccount::default(),
            position: 0,
        }
    }

    /// One more server, for what [`spread`](Self::spread) says. At most 16 in all.
    pub fn or_to(mut self, destination: Destination) -> Self {
        self.destinations.push(destination);
        self
    }

    /// What several servers are for. Default: [`Spread::Failover`], in the order in which they were
    /// given; after a failure each has its turn, and the first one is
    /// [tried again](Self::first_again) meanwhile.
    pub const fn spread(mut self, spread: Spread) -> Self {
        self.spread = spread;
        self
    }

    /// The facility. Default: [`Facility::Auth`].
    pub const fn facility(mut self, facility: Facility) -> Self {
        self.facility = facility;
        self
    }

    /// The severity. Default: [`Severity::Info`].
    pub const fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// What frames look like. Default: [`Format::Rfc3164`].
    pub const fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// How the frames of a stream are told apart. Default: by the format, a line feed for RFC 3164
    /// and octet counting for RFC 5424. Datagrams have no framing.
    pub const fn framing(mut self, framing: Framing) -> Self {
        self.framing = Some(framing);
        self
    }

    /// Bytes that a message has at most, its framing not counted; a longer one is cut between two
    /// characters and ends in `...`. Default: the most that all
    /// [protocols](super::Protocol::sizes) in use can have.
    pub const fn max_message(mut self, bytes: usize) -> Self {
        self.max_message = Some(bytes);
        self
    }

    /// The host name in each message; empty: none. Default: none for RFC 3164, as many gateways have
    /// it, and the system's for RFC 5424.
    pub fn host_name(mut self, name: impl Into<String>) -> Self {
        self.host_name = Some(name.into());
        self
    }

    /// Bytes that may wait for a server, 64 KiB to 16 GiB. Default: 64 MiB. What does not fit is
    /// refused at once, and counted.
    pub const fn queue_bytes(mut self, bytes: usize) -> Self {
        self.queue_bytes = bytes;
        self
    }

    /// How long acknowledged messages are kept, to be sent again when the connection ends without
    /// order, and how many bytes of them. Default: 5 s, and 64 MiB. What is let go earlier than that
    /// becomes unknown in the account if the connection then ends.
    pub const fn resend_window(mut self, time: Duration, bytes: usize) -> Self {
        self.times.resend = time;
        self.resend_bytes = bytes;
        self
    }

    /// How long it may take until a connection stands, its TLS handshake included. Default: 10 s.
    pub const fn connect_timeout(mut self, time: Duration) -> Self {
        self.times.connect = time;
        self
    }

    /// How long the peer's kernel may take nothing of what waits for it, before the connection is
    /// given up. Default: 60 s.
    pub const fn stall_timeout(mut self, time: Duration) -> Self {
        self.times.stall = time;
        self
    }

    /// How long to wait before a server is tried again, at first; each time twice as long, up to the
    /// second one. A quarter more or less, by chance. Default: 0.5 s and 30 s.
    pub const fn retry(mut self, first: Duration, longest: Duration) -> Self {
        self.times.retry = first;
        self.times.retry_max = longest;
        self
    }

    /// How often the first of several servers, if that is by TCP, is tried again while another one has
    /// the lines. Default: 5 min. Zero: never, it is gone back to when the others have failed.
    ///
    /// It is tried beside the working connection, TLS included; when it holds, that connection is
    /// ended in order: what was sent over it is acknowledged before the first server gets a line. If
    /// the other server does not close the connection within 3 s, what is in the resend window is
    /// sent again.
    pub const fn first_again(mut self, every: Duration) -> Self {
        self.times.comeback = every;
        self
    }

    /// After how much silence TCP asks whether the peer is there. Default: 60 s. Zero: never.
    pub const fn keep_alive(mut self, time: Duration) -> Self {
        self.times.keep_alive = time;
        self
    }

    /// How long the close waits until everything is acknowledged. Default: 5 s. When all of it is, the
    /// server has 3 s to close its side, longer while it reads; if it does not, whether it has read
    /// the last lines is unknown, and told.
    pub const fn linger(mut self, time: Duration) -> Self {
        self.times.linger = time;
        self
    }

    /// Keeps messages in a buffer on disk, in a directory of its own, from when they are handed over
    /// until they are acknowledged and the resend window is over. It goes with TCP, and with one
    /// server at a time. Default: none.
    pub fn buffer(mut self, folder: impl Into<PathBuf>, options: BufferOptions) -> Self {
        self.buffer = Some((folder.into(), options));
        self
    }

    /// How fast messages that have waited are sent when the server is back, in messages a second.
    /// Newer ones queue behind them. Default, and zero: as fast as it takes them.
    pub const fn drain_rate(mut self, messages: u32) -> Self {
        self.pace = if messages == 0 { None } else { Some(messages) };
        self
    }
}
