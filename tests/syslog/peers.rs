//! Peers that do what servers should not: the account holds, and tells what happened.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ringmail::Sink as _;
use ringmail::sink::syslog::{Destination, Spread, Syslog, Tls};
use ringmail::subscription::PushNews;

use crate::server::{certificates, free_port};
use crate::traffic;

/// A listener whose connections are each given to `serve` with their number. It ends with the value.
struct Peer {
    port: u16,
    is_over: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Peer {
    fn new(serve: impl Fn(usize, TcpStream, &AtomicBool) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            let mut number = 0;
            while !ends.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => {
                        stream.set_nonblocking(false).unwrap();
                        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
                        serve(number, stream, &ends);
                        number += 1;
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        Self { port, is_over, thread: Some(thread) }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(std::thread::JoinHandle::join);
        assert!(std::thread::panicking() || ended.is_none_or(|ended| ended.is_ok()));
    }
}

/// Reads at most so many bytes, until the other end or the test is over.
fn read(stream: &mut TcpStream, most: usize, is_over: &AtomicBool) -> Vec<u8> {
    let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
    while all.len() < most && !is_over.load(Ordering::Relaxed) {
        let room = buffer.len().min(most - all.len());
        match stream.read(&mut buffer[..room]) {
            Ok(0) => break,
            Ok(count) => all.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    all
}

/// Closes by a reset.
fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}

fn quick(destination: Destination) -> Syslog {
    Syslog::to(destination)
        .retry(Duration::from_millis(10), Duration::from_millis(50))
        .stall_timeout(Duration::from_secs(1))
        .linger(Duration::from_millis(300))
}

#[test]
fn a_peer_that_resets_after_some_bytes_gets_everything_in_the_end() {
    let (tell, told) = std::sync::mpsc::channel();
    let peer = Peer::new(move |number, mut stream, is_over| {
        if number < 5 {
            read(&mut stream, 10_000 * (number + 1), is_over);
            reset(stream);
        } else {
            tell.send(read(&mut stream, usize::MAX, is_over)).unwrap();
        }
    });
    let mut sink = traffic::open(quick(Destination::tcp("127.0.0.1", peer.port)));
    traffic::push(&mut sink, 0..5_000, 0);
    let account = traffic::wait(&sink, "all", |account| account.acknowledged == 5_000);
    assert_eq!((account.unknown, account.lost, account.failures), (0, 0, 5));
    assert!(account.resent > 0 && account.connections == 6, "{account:?}");
    sink.close().unwrap();
    let last = told.recv_timeout(Duration::from_secs(30)).unwrap();
    let mut numbers = last.split(|byte| *byte == b'\n').filter_map(traffic::number);
    // Nothing was old enough to be let go, so the last connection has all.
    assert!((0..5_000).all(|number| numbers.next() == Some(number)));
    let news = traffic::news(&mut sink);
    let failed = news.iter().filter(|news| matches!(news, PushNews::Failed { .. })).count();
    assert_eq!(failed, 1, "once a minute: {news:?}");
}

#[test]
fn a_peer_that_never_reads_is_given_up_and_nothing_counts_as_arrived() {
    let peer = Peer::new(|_, stream, is_over| {
        while !is_over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(stream);
    });
    let mut sink = traffic::open(quick(Destination::tcp("127.0.0.1", peer.port)));
    traffic::push(&mut sink, 0..200_000, 0);
    let account = traffic::wait(&sink, "it is given up", |account| account.failures > 0);
    // What its kernel took was let go by nobody: it waits to be sent again.
    assert_eq!((account.acknowledged, account.pending), (0, 200_000), "{account:?}");
    let news = traffic::news(&mut sink);
    assert!(
        matches!(&news[0], PushNews::Failed { finding, .. } if !finding.is_empty()),
        "{news:?}"
    );
    let began = Instant::now();
    sink.close().unwrap();
    assert!(began.elapsed() < Duration::from_secs(3), "the close does not wait for it");
    let account = sink.push_account().unwrap();
    traffic::check(&account);
    assert_eq!((account.acknowledged, account.pending), (0, 0));
    assert!(account.unknown > 0 && account.lost > 0, "{account:?}");
}

#[test]
fn a_peer_that_reads_a_byte_now_and_then_is_not_given_up() {
    let peer = Peer::new(|_, mut stream, is_over| {
        let deadline = Instant::now() + Duration::from_secs(2);
        while Instant::now() < deadline && !is_over.load(Ordering::Relaxed) {
            read(&mut stream, 1, is_over);
            std::thread::sleep(Duration::from_millis(100));
        }
        read(&mut stream, usize::MAX, is_over);
    });
    let destination = Destination::tcp("127.0.0.1", peer.port);
    let sink = Syslog::to(destination).linger(Duration::from_secs(30));
    let mut sink = traffic::open(sink);
    traffic::push(&mut sink, 0..100_000, 0);
    sink.close().unwrap();
    let account = sink.push_account().unwrap();
    assert_eq!((account.acknowledged, account.failures), (100_000, 0), "{account:?}");
}

#[test]
fn a_connection_that_was_idle_has_all_of_its_time_when_something_comes() {
    let peer = Peer::new(|_, mut stream, is_over| {
        // Idle for longer than the stall timeout, then slow for less.
        std::thread::sleep(Duration::from_millis(1900));
        read(&mut stream, usize::MAX, is_over);
    });
    let sink = quick(Destination::tcp("127.0.0.1", peer.port)).linger(Duration::from_secs(30));
    let mut sink = traffic::open(sink);
    traffic::wait(&sink, "a connection", |account| account.connections == 1);
    std::thread::sleep(Duration::from_millis(1300));
    traffic::push(&mut sink, 0..100_000, 0);
    sink.close().unwrap();
    let account = sink.push_account().unwrap();
    assert_eq!((account.acknowledged, account.failures), (100_000, 0), "{account:?}");
}

#[test]
fn a_peer_that_talks_is_not_listened_to_and_does_no_harm() {
    let peer = Peer::new(|_, mut stream, is_over| {
        stream.write_all(&[b'z'; 3_000_000]).unwrap();
        read(&mut stream, usize::MAX, is_over);
    });
    let mut sink = traffic::open(quick(Destination::tcp("127.0.0.1", peer.port)));
    traffic::push(&mut sink, 0..100, 0);
    traffic::wait(&sink, "all", |account| account.acknowledged == 100);
    sink.close().unwrap();
    assert_eq!(sink.push_account().unwrap().failures, 0);
}

#[test]
fn a_peer_that_closes_at_once_is_tried_less_and_less_often() {
    let peer = Peer::new(|_, stream, _| drop(stream));
    let sink = quick(Destination::tcp("127.0.0.1", peer.port));
    let sink = sink.retry(Duration::from_millis(10), Duration::from_secs(60));
    let mut sink = traffic::open(sink);
    traffic::push(&mut sink, 0..10, 0);
    let account = traffic::wait(&sink, "four failures", |account| account.failures >= 4);
    assert_eq!((account.acknowledged, account.unknown, account.lost), (0, 0, 0));
    assert_eq!(account.pending, 10);
    sink.close().unwrap();
    let account = sink.push_account().unwrap();
    traffic::check(&account);
    assert_eq!((account.acknowledged, account.pending, account.unknown + account.lost), (0, 0, 10));
    assert!(account.failures < 12, "the wait doubles each time: {account:?}");
}

#[test]
fn nobody_listens_and_then_somebody_does() {
    let port = free_port();
    let mut sink = traffic::open(quick(Destination::tcp("localhost", port)));
    traffic::push(&mut sink, 0..100, 0);
    traffic::wait(&sink, "a failure", |account| account.failures >= 2);
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        all
    });
    traffic::wait(&sink, "all", |account| account.acknowledged == 100);
    sink.close().unwrap();
    let all = thread.join().unwrap();
    assert_eq!(all.iter().filter(|byte| **byte == b'\n').count(), 103);
    assert_eq!(sink.push_account().unwrap().resent, 0);
}

/// A server's end of TLS that is made from the files of [`certificates`].
fn secure(dir: &std::path::Path) -> Arc<rustls::ServerConfig> {
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let certificate = CertificateDer::from_pem_file(dir.join("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(dir.join("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

#[test]
fn a_peer_that_completes_tls_and_drops_gets_everything_in_the_end() {
    let dir = tempfile::tempdir().unwrap();
    certificates(dir.path());
    let config = secure(dir.path());
    let (tell, told) = std::sync::mpsc::channel();
    let peer = Peer::new(move |number, mut stream, is_over| {
        let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        stream.set_read_timeout(None).unwrap();
        while tls.is_handshaking() {
            tls.complete_io(&mut stream).unwrap();
        }
        if number < 3 {
            return reset(stream);
        }
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
        while !is_over.load(Ordering::Relaxed) {
            match rustls::Stream::new(&mut tls, &mut stream).read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => all.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
        tls.send_close_notify();
        tls.write_tls(&mut stream).unwrap();
        stream.flush().unwrap();
        tell.send(all).unwrap();
    });
    let tls = Tls::new().authorities(dir.path().join("ca.pem"));
    let destination = Destination::tcp("localhost", peer.port).tls(tls);
    let mut sink = traffic::open(quick(destination).linger(Duration::from_secs(5)));
    traffic::push(&mut sink, 0..5_000, 0);
    let account = traffic::wait(&sink, "all", |account| account.acknowledged == 5_000);
    assert_eq!((account.unknown, account.lost, account.failures), (0, 0, 3), "{account:?}");
    sink.close().unwrap();
    let last = told.recv_timeout(Duration::from_secs(30)).unwrap();
    let mut numbers = last.split(|byte| *byte == b'\n').filter_map(traffic::number);
    assert!((0..5_000).all(|number| numbers.next() == Some(number)));
}

#[test]
fn a_server_that_is_not_the_one_gets_nothing() {
    let dir = tempfile::tempdir().unwrap();
    certificates(dir.path());
    let config = secure(dir.path());
    let peer = Peer::new(move |_, mut stream, _| {
        let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let mut read = Vec::new();
        while tls.complete_io(&mut stream).is_ok_and(|(bytes, _)| bytes > 0) {
            drop(tls.reader().read_to_end(&mut read));
        }
        assert_eq!(read, b"");
    });
    let trusting = || Tls::new().authorities(dir.path().join("ca.pem"));
    for (tls, said) in [
        (trusting().server_name("other.example.com"), "other.example.com"),
        (Tls::new().fingerprint(&"00".repeat(32)).unwrap(), "TLS"),
    ] {
        let destination = Destination::tcp("localhost", peer.port).tls(tls);
        let mut sink = traffic::open(quick(destination));
        traffic::push(&mut sink, 0..10, 0);
        let account = traffic::wait(&sink, "a failure", |account| account.failures > 0);
        assert_eq!((account.connections, account.pending), (0, 10));
        let news = traffic::news(&mut sink);
        let Some(PushNews::Failed { finding, .. }) = news.first() else { unreachable!("{news:?}") };
        assert!(finding.contains(said), "{finding}");
        sink.close().unwrap();
        assert_eq!(sink.push_account().unwrap().lost, 10);
    }
}

#[test]
fn all_servers_get_everything_or_one_takes_over() {
    let serve = |tell: std::sync::mpsc::Sender<Vec<u8>>| {
        Peer::new(move |_, mut stream, is_over| {
            tell.send(read(&mut stream, usize::MAX, is_over)).unwrap();
        })
    };
    let count =
        |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').filter_map(traffic::number).count();
    let (tell, told) = std::sync::mpsc::channel();
    let (one, two) = (serve(tell.clone()), serve(tell.clone()));
    let to = |port| Destination::tcp("127.0.0.1", port);
    let sink = quick(to(one.port)).or_to(to(two.port)).spread(Spread::All);
    let mut sink = traffic::open(sink);
    traffic::push(&mut sink, 0..1000, 0);
    traffic::wait(&sink, "both", |account| account.acknowledged == 2000);
    sink.close().unwrap();
    for _ in 0..2 {
        assert_eq!(count(&told.recv_timeout(Duration::from_secs(30)).unwrap()), 1000);
    }
    let mut sink = traffic::open(quick(to(free_port())).or_to(to(two.port)));
    traffic::push(&mut sink, 0..1000, 0);
    let account = traffic::wait(&sink, "the second", |account| account.acknowledged == 1000);
    assert_eq!((account.failures, account.connections), (1, 1));
    sink.close().unwrap();
    assert_eq!(count(&told.recv_timeout(Duration::from_secs(30)).unwrap()), 1000);
    drop((one, two));
}

#[test]
fn a_datagram_that_nobody_wants_is_told_and_the_next_ones_are_sent() {
    let port = free_port();
    let mut sink = traffic::open(quick(Destination::udp("127.0.0.1", port)));
    // The refusal of one is told at the next.
    for number in 0..1000 {
        traffic::push(&mut sink, number..number + 1, 0);
        if sink.push_account().unwrap().failures > 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let account = traffic::wait(&sink, "a failure", |account| account.failures > 0);
    assert_eq!((account.acknowledged, account.lost), (0, 0));
    let socket = UdpSocket::bind(("127.0.0.1", port)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    traffic::push(&mut sink, 5000..5001, 0);
    let mut buffer = [0; 2048];
    loop {
        let count = socket.recv(&mut buffer).unwrap();
        if traffic::number(&buffer[..count]) == Some(5000) {
            break;
        }
    }
    sink.close().unwrap();
    let account = sink.push_account().unwrap();
    traffic::check(&account);
    assert_eq!(account.pending, 0);
}
