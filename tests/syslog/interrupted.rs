//! Servers that are stopped, stalled and killed while messages flow.

use std::collections::BTreeMap;
use std::time::Duration;

use ringmail::Sink as _;
use ringmail::sink::syslog::{Destination, Format, Syslog};
use ringmail::subscription::PushNews;

use crate::server::{Program, Server, Way};
use crate::traffic;

const COUNT: usize = 30_000;

/// A sink that tells repeats, and does not wait long before it connects again.
fn sink(server: &Server) -> Syslog {
    Syslog::to(Destination::tcp("127.0.0.1", server.port))
        .format(Format::Rfc5424)
        .retry(Duration::from_millis(20), Duration::from_millis(100))
}

/// How often each number has come, where what comes again must say so. A connection that ends in the
/// middle of a frame can leave a piece of it behind, which is no message.
fn count(messages: &[Vec<u8>]) -> BTreeMap<usize, usize> {
    let mut times = BTreeMap::new();
    for message in messages {
        let Some(number) = traffic::number(message) else { continue };
        if !message.ends_with(traffic::text(number, 0).as_bytes()) {
            continue;
        }
        let times = times.entry(number).or_insert(0);
        *times += 1;
        let is_marked = memchr::memmem::find(message, b" resent=\"1\"").is_some();
        assert!(*times == 1 || is_marked, "{}", String::from_utf8_lossy(message));
    }
    times
}

/// Waits until the server has every number.
fn wait_for_all(server: &Server, count_to: usize) -> BTreeMap<usize, usize> {
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        let times = count(&server.messages());
        if times.len() == count_to {
            return times;
        }
        assert!(std::time::Instant::now() < deadline, "{} of {count_to}", times.len());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_server_that_is_stopped_and_started_gets_everything() {
    let Some(mut server) = Server::start(Program::Rsyslog, Way::Counted) else { return };
    let mut sink = traffic::open(sink(&server));
    traffic::push(&mut sink, 0..COUNT, 0);
    server.end(libc::SIGTERM);
    traffic::push(&mut sink, COUNT..2 * COUNT, 0);
    let down = traffic::wait(&sink, "failure", |account| account.failures > 0);
    assert!(down.pending >= COUNT as u64, "{down:?}");
    server.run();
    traffic::push(&mut sink, 2 * COUNT..3 * COUNT, 0);
    let account = traffic::wait(&sink, "all", |account| account.acknowledged == 3 * COUNT as u64);
    assert_eq!((account.unknown, account.lost), (0, 0), "{account:?}");
    wait_for_all(&server, 3 * COUNT);
    let resumed =
        traffic::wait_for_news(&mut sink, |news| matches!(news, PushNews::Resumed { .. }));
    assert!(matches!(resumed[0], PushNews::Failed { repeats: 1, .. }), "{resumed:?}");
    let Some(PushNews::Resumed { resent, .. }) = resumed.last() else { unreachable!() };
    assert_eq!(*resent, sink.push_account().unwrap().resent);
    sink.close().unwrap();
}

#[test]
fn a_server_that_stalls_gets_everything_once() {
    let Some(server) = Server::start(Program::SyslogNg, Way::Lf) else { return };
    let destination = Destination::tcp("127.0.0.1", server.port);
    let mut sink = traffic::open(Syslog::to(destination));
    traffic::push(&mut sink, 0..COUNT, 0);
    server.signal(libc::SIGSTOP);
    traffic::push(&mut sink, COUNT..6 * COUNT, 0);
    let account = sink.push_account().unwrap();
    assert!(account.pending > 0, "the kernel's buffers do not hold all: {account:?}");
    server.signal(libc::SIGCONT);
    sink.close().unwrap();
    let account = sink.push_account().unwrap();
    assert_eq!(account.acknowledged, 6 * COUNT as u64, "{account:?}");
    assert_eq!((account.resent, account.failures), (0, 0));
    assert_eq!(server.wait_for(6 * COUNT + 3).len(), 6 * COUNT + 3);
}

/// Kills a server that has not read what its kernel has taken, and sends on; returns the sink and how
/// many messages the server has.
fn kill(sink: Syslog, server: &mut Server) -> (Syslog, usize) {
    let mut sink = traffic::open(sink);
    traffic::push(&mut sink, 0..COUNT, 0);
    traffic::wait(&sink, "the first", |account| account.acknowledged == COUNT as u64);
    wait_for_all(server, COUNT);
    server.signal(libc::SIGSTOP);
    traffic::push(&mut sink, COUNT..2 * COUNT, 0);
    traffic::wait(&sink, "what is not read", |account| account.acknowledged > COUNT as u64);
    // The rest waits, as nobody reads; what is acknowledged is in the kernel's buffer alone.
    server.end(libc::SIGKILL);
    server.run();
    traffic::push(&mut sink, 2 * COUNT..3 * COUNT, 0);
    traffic::wait(&sink, "all", |account| account.pending == 0);
    sink.close().unwrap();
    let account = sink.push_account().unwrap();
    assert_eq!(account.lost, 0);
    let known = usize::try_from(account.acknowledged).unwrap();
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        let times = count(&server.messages());
        if times.len() >= known || std::time::Instant::now() > deadline {
            return (sink, times.len());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_a_killed_server_took_with_it_is_sent_again() {
    let Some(mut server) = Server::start(Program::Rsyslog, Way::Counted) else { return };
    let sink = sink(&server);
    let (sink, arrived) = kill(sink, &mut server);
    let account = sink.push_account().unwrap();
    assert_eq!((account.acknowledged, account.unknown), (3 * COUNT as u64, 0));
    assert_eq!(arrived, 3 * COUNT, "{account:?}");
}

#[test]
fn what_was_not_kept_when_a_server_is_killed_is_unknown() {
    let Some(mut server) = Server::start(Program::Rsyslog, Way::Counted) else { return };
    let sink = sink(&server).resend_window(Duration::from_secs(5), 1 << 20);
    let (sink, arrived) = kill(sink, &mut server);
    let account = sink.push_account().unwrap();
    assert!(account.unknown > 0, "more was taken than was kept: {account:?}");
    assert!(arrived >= usize::try_from(account.acknowledged).unwrap(), "{arrived}: {account:?}");
    assert_eq!(account.handed, 3 * COUNT as u64);
}

#[test]
fn datagrams_are_unknown_and_the_missing_are_those_that_were_dropped() {
    let Some(server) = Server::start(Program::Rsyslog, Way::Udp) else { return };
    let mut sink = traffic::open(Syslog::to(Destination::udp("127.0.0.1", server.port)));
    for batch in 0..100 {
        traffic::push(&mut sink, batch * 100..(batch + 1) * 100, 0);
        // As fast as the server reads.
        server.wait_for(((batch + 1) * 100 + 3).saturating_sub(server.drops()));
    }
    assert_eq!(server.drops(), 0, "each batch is smaller than the socket's buffer");
    server.signal(libc::SIGSTOP);
    traffic::push(&mut sink, 10_000..20_000, 0);
    traffic::wait(&sink, "sent", |account| account.unknown == 20_000);
    server.signal(libc::SIGCONT);
    let drops = server.drops();
    assert!(drops > 0, "a stopped server's buffer is full");
    let messages = server.wait_for(20_003 - drops);
    assert_eq!(messages.len(), 20_003 - drops);
    sink.close().unwrap();
    let account = sink.push_account().unwrap();
    assert_eq!((account.unknown, account.acknowledged, account.pending), (20_000, 0, 0));
    assert_eq!((account.headers, account.failures), (3, 0));
}

#[test]
fn what_a_server_left_unread_for_long_is_sent_again_or_unknown_when_it_is_killed() {
    for count in [300, 20_000] {
        let Some(mut server) = Server::start(Program::Rsyslog, Way::Counted) else { return };
        let mut sink = traffic::open(sink(&server));
        traffic::push(&mut sink, 0..100, 0);
        wait_for_all(&server, 100);
        server.signal(libc::SIGSTOP);
        traffic::push(&mut sink, 100..count, 0);
        traffic::wait(&sink, "what is not read", |account| account.acknowledged >= 300);
        // Longer than acknowledged messages are kept.
        std::thread::sleep(Duration::from_millis(5500));
        server.end(libc::SIGKILL);
        server.run();
        traffic::push(&mut sink, count..count + 1, 0);
        let account = traffic::wait(&sink, "the rest", |a| a.pending == 0 && a.connections == 2);
        let known = usize::try_from(account.acknowledged).unwrap();
        assert!(account.resent + account.unknown > 0, "{account:?}");
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        loop {
            let arrived = count_of(&server);
            if arrived >= known {
                assert!(arrived + usize::try_from(account.unknown).unwrap() > count, "{account:?}");
                break;
            }
            assert!(std::time::Instant::now() < deadline, "{arrived}: {account:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        sink.close().unwrap();
    }
}

fn count_of(server: &Server) -> usize {
    count(&server.messages()).len()
}
