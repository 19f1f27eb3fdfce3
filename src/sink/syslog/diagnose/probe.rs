use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use crate::base::Result;
use crate::ring::random;
use crate::sink::syslog::diagnose::talk::{Messages, Talk};
use crate::sink::syslog::diagnose::{Finding, Observation, Progress, TlsFailure, diagnose};
use crate::sink::syslog::tls::Trust;
use crate::sink::syslog::{Destination, Framing, Protocol, Tls};

/// Addresses that are tried of one name, at most.
const MOST_ADDRESSES: usize = 16;

/// Talks to a syslog server, as a sink does, and looks closer.
///
/// Each address of the server is connected to, some messages are sent that are marked as probes, and
/// the connection is watched for a while. Nothing of it needs any rights.
///
/// ```
/// use std::net::TcpListener;
/// use ringmail::sink::syslog::Destination;
/// use ringmail::sink::syslog::diagnose::Probe;
/// let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
/// // The listener is gone again.
/// let found = Probe::of(Destination::tcp("127.0.0.1", port)).run()?;
/// assert_eq!(found[0].finding.id, "refused");
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Probe {
    destination: Destination,
    framing: Framing,
    messages: u32,
    size: usize,
    bytes: u64,
    timeout: Duration,
    watch: Duration,
    id: String,
}

/// What was found at one address.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probed {
    /// The address; none where the name has none.
    pub address: Option<SocketAddr>,
    /// What was found.
    pub finding: Finding,
    /// How long it took until the connection was made.
    pub connected: Option<Duration>,
    /// How far the connection had come, where there is one.
    pub progress: Option<Progress>,
    /// What TLS was agreed on.
    pub secured: Option<Secured>,
}

/// What TLS was agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Secured {
    /// The version, as `TLSv1_3`.
    pub version: String,
    /// The cipher suite.
    pub cipher: String,
    /// What is to be told of the server's certificate, if it expires soon.
    pub notice: Option<String>,
}

impl Probe {
    /// Four messages of 200 bytes, five seconds for each step, two to watch the connection.
    pub fn of(destination: Destination) -> Self {
        Self {
            destination,
            framing: Framing::Lf,
            messages: 4,
            size: 200,
            bytes: 0,
            timeout: Duration::from_secs(5),
            watch: Duration::from_secs(2),
            id: format!("{:08x}", random() >> 32),
        }
    }

    /// How frames of a stream are told apart. Default: by line feeds.
    pub const fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// How many messages are sent, at least one.
    pub const fn messages(mut self, messages: u32) -> Self {
        self.messages = if messages == 0 { 1 } else { messages };
        self
    }

    /// The bytes of each message, up to 65,535; less than 100 are taken as 100.
    pub const fn size(mut self, size: usize) -> Self {
        self.size = if size < 100 {
            100
        } else if size > 65_535 {
            65_535
        } else {
            size
        };
        self
    }

    /// Goes on sending messages over a stream until so many bytes are sent, to see whether the server
    /// reads them: buffers on the way hold some megabytes.
    pub const fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// How long nothing may happen: before a connection is made, TLS is agreed on, or anything more
    /// is taken.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long the connection is watched when all is sent.
    pub const fn watch(mut self, watch: Duration) -> Self {
        self.watch = watch;
        self
    }

    /// The mark that all its messages bear, to be looked for in the server's log.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Tries all addresses of the server, beside each other.
    ///
    /// # Errors
    /// When the destination or its files of TLS are of no use, or no thread can be made.
    pub fn run(&self) -> Result<Vec<Probed>> {
        self.destination.check()?;
        let trust = match &self.destination.tls {
            Some(tls) => Some(Trust::new(tls, &self.destination)?),
            None => None,
        };
        let found = (self.destination.host(), self.destination.port()).to_socket_addrs();
        let mut addresses: Vec<SocketAddr> = match found {
            Ok(addresses) => addresses.collect(),
            Err(error) => {
                let observation = Observation::LookupFailed(error.to_string());
                return Ok(vec![Probed::new(None, &observation)]);
            }
        };
        addresses.dedup();
        addresses.truncate(MOST_ADDRESSES);
        if addresses.is_empty() {
            let observation = Observation::LookupFailed("it has no address".to_owned());
            return Ok(vec![Probed::new(None, &observation)]);
        }
        Ok(thread::scope(|scope| {
            let running: Vec<_> = addresses
                .iter()
                .map(|address| {
                    (address, scope.spawn(|| self.try_address(*address, trust.as_ref())))
                })
                .collect();
            let ended = running.into_iter().map(|(address, thread)| {
                thread.join().unwrap_or_else(|_| {
                    let observation = Observation::LocalError("the probe ended early".to_owned());
                    Probed::new(Some(*address), &observation)
                })
            });
            ended.collect()
        }))
    }

    fn try_address(&self, address: SocketAddr, trust: Option<&Trust>) -> Probed {
        let found = match self.destination.protocol() {
            Protocol::Udp => self
                .datagrams(address)
                .map(|()| Probed::new(Some(address), &Observation::Sent(self.messages.into()))),
            Protocol::Tcp => self.stream(address, trust),
        };
        found.unwrap_or_else(|observation| Probed::new(Some(address), &observation))
    }

    fn stream(&self, address: SocketAddr, trust: Option<&Trust>) -> Result<Probed, Observation> {
        let began = Instant::now();
        let socket = TcpStream::connect_timeout(&address, self.timeout)
            .map_err(|error| Observation::of_connect(&error, began.elapsed()))?;
        let connected = began.elapsed();
        let mut talk = Talk::new(socket, trust, self.timeout, self.watch)?;
        let observation = talk.run(&mut self.queue(Some(self.framing)));
        let observation = match observation {
            Observation::Reset(_) | Observation::Closed(_)
                if trust.is_none() && self.speaks_tls(address) =>
            {
                Observation::WantsTls(talk.progress())
            }
            other => other,
        };
        Ok(Probed {
            connected: Some(connected),
            progress: Some(talk.progress()),
            secured: talk.secured(),
            ..Probed::new(Some(address), &observation)
        })
    }

    /// Whether a certificate is shown to who begins with TLS.
    fn speaks_tls(&self, address: SocketAddr) -> bool {
        // No certificate has this fingerprint: whatever is shown is refused here.
        let speaks = || {
            let tls = Tls::new().fingerprint(&"0".repeat(64)).ok()?;
            let trust = Trust::new(&tls, &self.destination).ok()?;
            let socket = TcpStream::connect_timeout(&address, self.timeout).ok()?;
            let mut talk = Talk::new(socket, Some(&trust), self.timeout, self.watch).ok()?;
            Some(talk.run(&mut self.queue(None)))
        };
        matches!(speaks(), Some(Observation::Tls(TlsFailure::OtherFingerprint, _)))
    }

    fn datagrams(&self, address: SocketAddr) -> Result<(), Observation> {
        let any: SocketAddr = match address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let failed = |error: io::Error| Observation::of_datagram(&error, self.size);
        let socket = UdpSocket::bind(any).and_then(|socket| {
            socket.connect(address)?;
            Ok(socket)
        });
        let socket = socket.map_err(failed)?;
        let mut queue = self.queue(None);
        let mut message = Vec::new();
        while queue.next(&mut message) {
            // An answer to the last one comes with this one.
            socket.send(&message).map_err(failed)?;
            message.clear();
            listen(&socket, Duration::from_millis(20)).map_err(failed)?;
        }
        match listen(&socket, self.watch).map_err(failed)? {
            Some(said) => Err(Observation::Spoke(said)),
            None => Ok(()),
        }
    }

    fn queue(&self, framing: Option<Framing>) -> Messages {
        let bytes = if framing.is_some() { self.bytes } else { 0 };
        Messages::new(&self.id, self.messages, self.size, bytes, framing)
    }
}

impl Probed {
    fn new(address: Option<SocketAddr>, observation: &Observation) -> Self {
        let finding = diagnose(observation);
        let progress = match observation {
            // The reset came before the attempt to connect had ended here.
            Observation::Reset(progress) => Some(*progress),
            _ => None,
        };
        Self { address, finding, connected: None, progress, secured: None }
    }
}

/// Waits for an answer, which no syslog server gives, or for an error that comes back.
fn listen(socket: &UdpSocket, wait: Duration) -> io::Result<Option<String>> {
    socket.set_read_timeout(Some(wait.max(Duration::from_millis(1))))?;
    let mut said = [0; 60];
    match socket.recv(&mut said) {
        Ok(len) => {
            let said = said.get(..len).unwrap_or_default();
            Ok(Some(String::from_utf8_lossy(said).into_owned()))
        }
        Err(error)
            if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
