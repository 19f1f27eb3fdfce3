//! Messages in the buffer on disk, while the server is away and we are killed.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use ringmail::Sink as _;
use ringmail::sink::syslog::buffer::{BufferOptions, WhenFull};
use ringmail::sink::syslog::{Destination, Format, Syslog};
use ringmail::subscription::{Header, Opening};
use ringmail::{Identity, LogType};

use crate::server::{Program, Server, Way, free_port};
use crate::traffic;

const COUNT: usize = 50_000;

fn sink(port: u16, folder: &Path) -> Syslog {
    Syslog::to(Destination::tcp("127.0.0.1", port))
        .format(Format::Rfc5424)
        .retry(Duration::from_millis(20), Duration::from_millis(100))
        .buffer(folder, BufferOptions::default())
}

#[test]
fn what_is_buffered_while_the_server_is_away_arrives_in_order_also_behind_a_restart() {
    let Some(mut server) = Server::start(Program::Rsyslog, Way::Counted) else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("mail_logs");
    server.end(libc::SIGTERM);
    let mut first = traffic::open(sink(server.port, &folder));
    traffic::push(&mut first, 0..COUNT, 0);
    let account = first.push_account().unwrap();
    assert_eq!((account.pending, account.acknowledged), (COUNT as u64, 0));
    let began = Instant::now();
    first.close().unwrap();
    assert!(began.elapsed() < Duration::from_secs(2), "the disk has it: nobody waits");
    let account = first.push_account().unwrap();
    assert_eq!((account.buffered, account.lost, account.unknown), (COUNT as u64, 0, 0));
    drop(first);

    let mut second = traffic::open(sink(server.port, &folder));
    assert_eq!(second.push_account().unwrap().pending, COUNT as u64);
    traffic::push(&mut second, COUNT..2 * COUNT, 0);
    server.run();
    let all = 2 * COUNT as u64;
    let account = traffic::wait(&second, "all", |account| account.acknowledged == all);
    assert_eq!((account.pending, account.buffered, account.resent), (0, 0, 0));
    second.close().unwrap();
    let messages = server.wait_for(2 * COUNT + 3);
    let mut numbers = messages.iter().filter_map(|message| traffic::number(message));
    assert!((0..2 * COUNT).all(|number| numbers.next() == Some(number)), "in their order");
    drop(second);

    let third = traffic::open(sink(server.port, &folder));
    assert_eq!(third.push_account().unwrap().handed, 0, "nothing is left");
}

#[test]
fn a_connection_that_breaks_costs_nothing() {
    let Some(mut server) = Server::start(Program::Rsyslog, Way::Counted) else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut sink = traffic::open(sink(server.port, &dir.path().join("mail_logs")));
    for round in 0..4 {
        traffic::push(&mut sink, round * COUNT..(round + 1) * COUNT, 0);
        server.end(if round % 2 == 0 { libc::SIGTERM } else { libc::SIGKILL });
        server.run();
    }
    let all = 4 * COUNT as u64;
    let account = traffic::wait(&sink, "all", |account| account.acknowledged == all);
    assert_eq!((account.unknown, account.lost, account.buffered), (0, 0, 0), "{account:?}");
    sink.close().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let numbers: BTreeSet<_> =
            server.messages().iter().filter_map(|message| traffic::number(message)).collect();
        if numbers.len() == 4 * COUNT {
            break;
        }
        assert!(Instant::now() < deadline, "{} arrived: {account:?}", numbers.len());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_has_waited_is_sent_at_a_pace() {
    let dir = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = dir.path().join("mail_logs");
    let mut first = traffic::open(sink(free_port(), &folder));
    traffic::push(&mut first, 0..1000, 0);
    first.close().unwrap();
    drop(first);
    let began = Instant::now();
    let mut second = traffic::open(sink(port, &folder).drain_rate(2000));
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        listener.accept().unwrap().0.read_to_end(&mut all).unwrap();
        all
    });
    traffic::push(&mut second, 1000..1100, 0);
    traffic::wait(&second, "all", |account| account.acknowledged == 1100);
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(450), "1000 at 2000 a second: {took:?}");
    second.close().unwrap();
    let all = reader.join().unwrap();
    let mut messages = all.split(|byte| *byte == b'>').filter_map(traffic::number);
    assert!((0..1100).all(|number| messages.next() == Some(number)));
}

#[test]
fn a_full_buffer_refuses_or_gives_up_the_oldest_and_counts() {
    let dir = tempfile::tempdir().unwrap();
    let options = |when| BufferOptions::default().capacity(1 << 20).unwrap().when_full(when);
    let header = Header::new(LogType::TextMail, ringmail::format::Zone::utc(), Identity::default());
    for when in WhenFull::ALL {
        let port = free_port();
        let folder = dir.path().join(when.name());
        let mut sink = Syslog::to(Destination::tcp("127.0.0.1", port))
            .retry(Duration::from_millis(20), Duration::from_millis(50))
            .buffer(&folder, options(when));
        let mut opening = Opening::new("mail_logs", "mail_logs", "20141119T091638", 10);
        opening.header = Some(&header);
        sink.open(&opening).unwrap();
        let mut taken = 0;
        for number in 0..20_000 {
            let (line, mark) = traffic::line(number);
            match sink.write_marked(&line, &[mark]) {
                Ok(bytes) => {
                    assert_eq!(bytes, line.len());
                    taken += 1;
                }
                Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::QuotaExceeded),
            }
        }
        let account = sink.push_account().unwrap();
        assert_eq!(account.handed, taken);
        assert_eq!(taken == 20_000, when == WhenFull::DropOldest, "{taken}");
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let reader = std::thread::spawn(move || {
            let mut all = Vec::new();
            listener.accept().unwrap().0.read_to_end(&mut all).unwrap();
            all
        });
        let account = traffic::wait(&sink, "all", |account| account.pending == 0);
        assert_eq!(account.acknowledged + account.lost, taken, "{account:?}");
        assert_eq!(account.lost > 0, when == WhenFull::DropOldest);
        sink.close().unwrap();
        drop(sink);
        let all = reader.join().unwrap();
        let numbers: Vec<_> =
            all.split(|byte| *byte == b'\n').filter_map(traffic::number).collect();
        assert_eq!(numbers.len() as u64, account.acknowledged);
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "in their order");
        let edge = if when == WhenFull::DropOldest { numbers.last() } else { numbers.first() };
        assert_eq!(edge, Some(&if when == WhenFull::DropOldest { 19_999 } else { 0 }));
    }
}

#[test]
fn where_a_buffer_is_of_no_use_it_is_refused() {
    let options = BufferOptions::default;
    for (sink, said) in [
        (Syslog::to(Destination::udp("a", 514)).buffer("x", options()), "TCP only"),
        (
            Syslog::to(Destination::tcp("a", 514))
                .or_to(Destination::tcp("b", 514))
                .spread(ringmail::sink::syslog::Spread::All)
                .buffer("x", options()),
            "failover",
        ),
    ] {
        let error = sink.check().unwrap_err();
        assert!(error.is_config() && error.to_string().contains(said), "{error}");
    }
}
