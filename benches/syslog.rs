//! How many messages a second go to a syslog server, and how many would if the same bytes were sent
//! without us?
//!
//! A thread hands over rendered lines as the engine's formatter does, the loop frames and sends them,
//! and a reader on the same machine takes them: three threads on whatever cores there are. A round
//! ends when the reader has all of it; for datagrams, when the kernel has taken all, and what the
//! reader's socket dropped is told. Rounds of all kinds take turns.

#![expect(clippy::print_stdout, reason = "it tells what it measured")]
#![expect(clippy::cast_precision_loss, reason = "rates are not counted")]
#![expect(clippy::indexing_slicing, reason = "within a benchmark's own arrays")]
#![allow(missing_docs, reason = "a benchmark")]

use std::io::{ErrorKind, Read, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ringmail::format::Zone;
use ringmail::sink::syslog::{Destination, Format, Syslog, Tls};
use ringmail::subscription::{Header, Mark, Opening};
use ringmail::{Identity, Level, LogType, Sink as _, Timestamp};

/// Lines that are handed over at once: some 40 KB, what a formatter has in a fraction of a
/// millisecond.
const BLOCK: usize = 400;

/// Rounds of each kind, and messages in each.
const ROUNDS: usize = 11;
const MESSAGES: u64 = 1_000_000;

/// Lines of some 100 bytes and their marks.
struct Lines {
    bytes: Vec<u8>,
    marks: Vec<Mark>,
}

impl Lines {
    fn new() -> Self {
        let (mut bytes, mut marks) = (Vec::new(), Vec::new());
        for number in 0..BLOCK {
            writeln!(
                bytes,
                "Wed Nov 19 09:16:38 2014 Info: MID {} ICID {} RID 0 To: <user{:04}@example.com>",
                24_600_000 + number,
                60_140_000 + number,
                number * 7
            )
            .expect("memory takes it");
            marks.push(Mark::new(bytes.len(), Timestamp::from_seconds(1_416_388_598), Level::Info));
        }
        Self { bytes, marks }
    }
}

/// Something that sends so many messages and returns when they are there.
trait Way {
    fn round(&mut self, lines: &Lines, messages: u64);
    /// What else is to be told.
    fn note(&self) -> String {
        String::new()
    }
}

/// Counts messages that arrive at a stream.
fn count(mut stream: impl Read, end: u8, counted: &AtomicU64) {
    let mut buffer = vec![0; 256 << 10];
    while let Ok(read) = stream.read(&mut buffer) {
        if read == 0 {
            return;
        }
        let ends = memchr::memchr_iter(end, &buffer[..read]).count() as u64;
        counted.fetch_add(ends, Ordering::Relaxed);
    }
}

fn wait(counted: &AtomicU64, until: u64) {
    while counted.load(Ordering::Relaxed) < until {
        std::thread::sleep(Duration::from_micros(100));
    }
}

/// A listener whose one connection is counted.
fn reader(end: u8, secured: Option<Arc<rustls::ServerConfig>>) -> (u16, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port();
    let counted = Arc::new(AtomicU64::new(0));
    let counts = Arc::clone(&counted);
    std::thread::spawn(move || {
        let Ok((stream, _)) = listener.accept() else { return };
        match secured {
            None => count(stream, end, &counts),
            Some(config) => {
                let tls = rustls::ServerConnection::new(config).expect("a configuration");
                count(rustls::StreamOwned::new(tls, stream), end, &counts);
            }
        }
    });
    (port, counted)
}

/// The sink, and what has arrived from it.
struct Ours {
    sink: Syslog,
    counted: Arc<AtomicU64>,
    expected: u64,
}

impl Ours {
    fn new(mut sink: Syslog, counted: Arc<AtomicU64>) -> Self {
        let header = Header::new(LogType::TextMail, Zone::utc(), Identity::default());
        let mut opening = Opening::new("mail_logs", "mail_logs", "20141119T091638", 10);
        opening.header = Some(&header);
        sink.open(&opening).expect("a sink");
        Self { sink, counted, expected: 3 }
    }

    fn push(&mut self, lines: &Lines, messages: u64) {
        let mut left = messages / BLOCK as u64;
        while left > 0 {
            match self.sink.write_marked(&lines.bytes, &lines.marks) {
                Ok(_) => left -= 1,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::QuotaExceeded, "{error}");
                    std::thread::sleep(Duration::from_micros(200));
                }
            }
        }
    }
}

impl Way for Ours {
    fn round(&mut self, lines: &Lines, messages: u64) {
        self.push(lines, messages);
        self.expected += messages;
        wait(&self.counted, self.expected);
    }
}

/// The same bytes by plain writes.
struct Raw {
    stream: TcpStream,
    frames: Vec<u8>,
    counted: Arc<AtomicU64>,
    expected: u64,
}

impl Raw {
    fn new(lines: &Lines) -> Self {
        let (port, counted) = reader(b'\n', None);
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("a reader");
        Self { stream, frames: frames(lines).concat(), counted, expected: 0 }
    }
}

impl Way for Raw {
    fn round(&mut self, _lines: &Lines, messages: u64) {
        for _ in 0..messages / BLOCK as u64 {
            self.stream.write_all(&self.frames).expect("a reader");
        }
        self.expected += messages;
        wait(&self.counted, self.expected);
    }
}

/// What the frames of these lines are.
fn frames(lines: &Lines) -> Vec<Vec<u8>> {
    let frame = |line: &[u8]| [b"<38>", &line[4..19], b" mail_logs: ", &line[25..]].concat();
    lines.bytes.split_inclusive(|byte| *byte == b'\n').map(frame).collect()
}

/// A socket whose datagrams are counted.
fn datagrams() -> (u16, Arc<AtomicU64>) {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket2::SockRef::from(&socket).set_recv_buffer_size(8 << 20).unwrap_or_default();
    let port = socket.local_addr().expect("a port").port();
    let counted = Arc::new(AtomicU64::new(0));
    let counts = Arc::clone(&counted);
    std::thread::spawn(move || {
        let mut buffer = [0; 2048];
        while socket.recv(&mut buffer).is_ok() {
            counts.fetch_add(1, Ordering::Relaxed);
        }
    });
    (port, counted)
}

struct Datagrams {
    ours: Ours,
}

impl Way for Datagrams {
    fn round(&mut self, lines: &Lines, messages: u64) {
        self.ours.push(lines, messages);
        self.ours.expected += messages;
        while self.ours.sink.push_account().expect("an account").pending > 0 {
            std::thread::sleep(Duration::from_micros(100));
        }
    }

    fn note(&self) -> String {
        arrived(&self.ours.counted, self.ours.expected)
    }
}

/// One datagram a call.
struct RawDatagrams {
    socket: UdpSocket,
    frames: Vec<Vec<u8>>,
    counted: Arc<AtomicU64>,
    expected: u64,
}

impl Way for RawDatagrams {
    fn round(&mut self, _lines: &Lines, messages: u64) {
        for _ in 0..messages / BLOCK as u64 {
            for frame in &self.frames {
                self.socket.send(frame).expect("a reader");
            }
        }
        self.expected += messages;
    }

    fn note(&self) -> String {
        arrived(&self.counted, self.expected)
    }
}

fn arrived(counted: &AtomicU64, expected: u64) -> String {
    let share = counted.load(Ordering::Relaxed) as f64 / expected as f64 * 100.0;
    format!(", {share:.1} % of them read")
}

/// Both ends of TLS, with a certificate of its own making.
fn secured(dir: &std::path::Path) -> (Arc<rustls::ServerConfig>, Tls) {
    let key = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate");
    let file = dir.join("ca.pem");
    std::fs::write(&file, certificate.pem()).expect("a file");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .expect("a certificate");
    (Arc::new(config), Tls::new().authorities(file))
}

fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let (rounds, messages) = if is_test { (1, 20_000) } else { (ROUNDS, MESSAGES) };
    let lines = Lines::new();
    let dir = tempfile::tempdir().expect("a directory");
    let to = |port| Syslog::to(Destination::tcp("127.0.0.1", port));

    let (lf, lf_counted) = reader(b'\n', None);
    let (counted, counted_counted) = reader(b'@', None);
    let (config, tls) = secured(dir.path());
    let (secure, secure_counted) = reader(b'\n', Some(config));
    let (udp, udp_counted) = datagrams();
    let (raw_udp, raw_udp_counted) = datagrams();
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.connect(("127.0.0.1", raw_udp)).expect("a reader");

    let tls = Destination::tcp("localhost", secure).tls(tls);
    let newer = to(counted).format(Format::Rfc5424);
    let mut ways: Vec<(&str, Box<dyn Way>)> = vec![
        ("tcp, rfc 3164", Box::new(Ours::new(to(lf), lf_counted))),
        ("tcp, rfc 5424", Box::new(Newer(Ours::new(newer, counted_counted)))),
        ("tcp, raw writes", Box::new(Raw::new(&lines))),
        ("tls, rfc 3164", Box::new(Ours::new(Syslog::to(tls), secure_counted))),
        (
            "udp, rfc 3164",
            Box::new(Datagrams {
                ours: Ours::new(Syslog::to(Destination::udp("127.0.0.1", udp)), udp_counted),
            }),
        ),
        (
            "udp, raw sends",
            Box::new(RawDatagrams {
                socket,
                frames: frames(&lines),
                counted: raw_udp_counted,
                expected: 0,
            }),
        ),
    ];
    let mut rates: Vec<Vec<f64>> = vec![Vec::new(); ways.len()];
    for round in 0..=rounds {
        for ((_, way), rates) in ways.iter_mut().zip(&mut rates) {
            let began = Instant::now();
            way.round(&lines, messages);
            // The first round warms up.
            if round > 0 {
                rates.push(messages as f64 / began.elapsed().as_secs_f64() / 1000.0);
            }
        }
    }
    for ((name, way), mut rates) in ways.into_iter().zip(rates) {
        rates.sort_by(f64::total_cmp);
        let (min, max) = (rates[0], rates[rates.len() - 1]);
        let median = rates[rates.len() / 2];
        let note = way.note();
        println!("{name}: {median:.0} k messages/s ({min:.0} to {max:.0}){note}");
    }
}

/// The same, where headers have none of what is counted.
struct Newer(Ours);

impl Way for Newer {
    fn round(&mut self, lines: &Lines, messages: u64) {
        if self.0.expected == 3 {
            self.0.expected = 0;
        }
        // Each message has an `@` in its structured data and one in its address.
        self.0.push(lines, messages);
        self.0.expected += messages * 2;
        wait(&self.0.counted, self.0.expected);
    }
}
