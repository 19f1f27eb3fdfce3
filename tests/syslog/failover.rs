//! Several servers, of which one has the lines: how the first one gets them back.

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ringmail::Sink as _;
use ringmail::sink::syslog::buffer::BufferOptions;
use ringmail::sink::syslog::{Destination, Syslog, Tls};
use ringmail::subscription::PushNews;

use crate::server::{Program, Server, Way, free_port};
use crate::traffic;

fn quick(first: Destination, second: u16) -> Syslog {
    Syslog::to(first)
        .or_to(Destination::tcp("127.0.0.1", second))
        .retry(Duration::from_millis(20), Duration::from_millis(100))
        .first_again(Duration::from_millis(200))
        .linger(Duration::from_secs(20))
}

fn is_back(news: &PushNews) -> bool {
    matches!(news, PushNews::Warned { text } if text.contains("can be had again"))
}

fn numbers(messages: &[Vec<u8>]) -> Vec<usize> {
    messages.iter().filter_map(|message| traffic::number(message)).collect()
}

fn lines(bytes: &[u8]) -> Vec<usize> {
    bytes.split(|byte| *byte == b'\n').filter_map(traffic::number).collect()
}

/// All that comes over one connection.
fn read(stream: &mut TcpStream) -> Vec<usize> {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    lines(&all)
}

#[test]
fn the_first_server_is_gone_back_to_without_a_loss_or_a_repeat() {
    go_back(|push| push);
}

#[test]
fn the_first_server_is_gone_back_to_from_a_buffer() {
    let dir = tempfile::tempdir().unwrap();
    go_back(|push| push.buffer(dir.path().join("mail_logs"), BufferOptions::default()));
}

fn go_back(with: impl FnOnce(Syslog) -> Syslog) {
    let Some(mut first) = Server::start(Program::Rsyslog, Way::Tls) else { return };
    let Some(second) = Server::start(Program::SyslogNg, Way::Lf) else { return };
    first.end(libc::SIGTERM);
    let tls = Tls::new()
        .authorities(first.dir().join("ca.pem"))
        .identity(first.dir().join("client.pem"), first.dir().join("client.key"));
    let destination = Destination::tcp("localhost", first.port).tls(tls);
    let mut sink = traffic::open(with(quick(destination, second.port)));
    traffic::push(&mut sink, 0..20_000, 0);
    let account = traffic::wait(&sink, "the second", |account| account.acknowledged == 20_000);
    assert_eq!((account.failures, account.connections), (1, 1), "{account:?}");
    first.run();
    let (mut count, mut news) = (20_000, Vec::new());
    let deadline = Instant::now() + Duration::from_secs(60);
    while !news.iter().any(is_back) {
        traffic::push(&mut sink, count..count + 400, 0);
        count += 400;
        news.extend(traffic::news(&mut sink));
        assert!(Instant::now() < deadline, "{news:?}");
    }
    traffic::push(&mut sink, count..count + 20_000, 0);
    count += 20_000;
    let account = traffic::wait(&sink, "all", |account| account.pending == 0);
    sink.close().unwrap();
    assert_eq!((account.acknowledged, account.resent), (count as u64, 0), "{account:?}");
    assert_eq!((account.failures, account.connections), (1, 2), "{account:?}");
    // Both write what they have read in their own time.
    let deadline = Instant::now() + Duration::from_secs(60);
    let (before, all) = loop {
        let mut all = numbers(&second.messages());
        let before = all.len();
        all.extend(numbers(&first.messages()));
        if all.len() >= count {
            break (before, all);
        }
        assert!(Instant::now() < deadline, "{} of {count}, {before} by the second", all.len());
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(before >= 20_000 && before <= count - 20_000, "{before} of {count}");
    assert_eq!(all, (0..count).collect::<Vec<_>>());
}

#[test]
fn a_first_server_that_closes_at_once_is_not_gone_back_to() {
    let [first, second] = [0, 1].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    let ports = [&first, &second].map(|listener| listener.local_addr().unwrap().port());
    let tries = Arc::new(AtomicUsize::new(0));
    let tried = Arc::clone(&tries);
    // It ends with the process.
    std::thread::spawn(move || {
        for stream in first.incoming() {
            drop(stream);
            tried.fetch_add(1, Ordering::Relaxed);
        }
    });
    let reader = std::thread::spawn(move || read(&mut second.accept().unwrap().0));
    let mut sink = traffic::open(quick(Destination::tcp("127.0.0.1", ports[0]), ports[1]));
    // It is given no line at the beginning, when it is tried like any other.
    traffic::wait(&sink, "the second", |account| account.failures == 1);
    let mut count = 0;
    let deadline = Instant::now() + Duration::from_secs(60);
    while tries.load(Ordering::Relaxed) < 4 {
        traffic::push(&mut sink, count..count + 1, 0);
        count += 1;
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(10));
    }
    sink.close().unwrap();
    assert_eq!(reader.join().unwrap(), (0..count).collect::<Vec<_>>());
    let account = sink.push_account().unwrap();
    assert_eq!(account.acknowledged, count as u64, "{account:?}");
    assert_eq!((account.failures, account.resent), (1, 0), "{account:?}");
    assert!(account.connections <= 2, "{account:?}");
}

/// What it has acknowledged may not be read: the first server gets it again, and then what is new, also
/// when the end comes meanwhile.
#[test]
fn a_second_server_that_never_closes_costs_repeats_and_no_line() {
    let first = free_port();
    let second = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = second.local_addr().unwrap().port();
    let (tell, told) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let (mut stream, _) = second.accept().unwrap();
        tell.send(read(&mut stream)).unwrap();
        stream
    });
    // They are kept for longer than the end of the second one takes.
    let push = quick(Destination::tcp("127.0.0.1", first), port)
        .resend_window(Duration::from_secs(60), 1 << 20);
    let mut sink = traffic::open(push);
    traffic::push(&mut sink, 0..100, 0);
    traffic::wait(&sink, "the second", |account| account.acknowledged == 100);
    let first = TcpListener::bind(("127.0.0.1", first)).unwrap();
    let again = std::thread::spawn(move || read(&mut first.accept().unwrap().0));
    // Our side of it is shut, since the first can be had.
    assert_eq!(told.recv_timeout(Duration::from_secs(30)).unwrap(), (0..100).collect::<Vec<_>>());
    traffic::push(&mut sink, 100..200, 0);
    sink.close().unwrap();
    assert_eq!(again.join().unwrap(), (0..200).collect::<Vec<_>>());
    let account = sink.push_account().unwrap();
    assert_eq!((account.acknowledged, account.resent), (200, 100), "{account:?}");
    drop(reader.join().unwrap());
}

/// Without it, others have to fail before.
#[test]
fn the_first_server_is_left_alone_where_that_is_said() {
    let first = free_port();
    let second = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = second.local_addr().unwrap().port();
    let reader = std::thread::spawn(move || read(&mut second.accept().unwrap().0));
    let push = quick(Destination::tcp("127.0.0.1", first), port).first_again(Duration::ZERO);
    let mut sink = traffic::open(push);
    traffic::push(&mut sink, 0..1, 0);
    traffic::wait(&sink, "the second", |account| account.acknowledged == 1);
    let first = TcpListener::bind(("127.0.0.1", first)).unwrap();
    first.set_nonblocking(true).unwrap();
    // What is tested is time in which nothing happens.
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(first.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    sink.close().unwrap();
    assert_eq!(reader.join().unwrap(), [0]);
}
