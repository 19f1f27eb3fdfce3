//! The thread that talks to syslog servers sleeps when there is nothing to do, whatever servers do.
//!
//! One test only: the thread is the process's, and so is its time.

#![cfg(feature = "syslog")]
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use ringmail::sink::syslog::buffer::BufferOptions;
use ringmail::sink::syslog::{Destination, Syslog, Tls};
use ringmail::subscription::{Mark, Opening};
use ringmail::{Level, Sink as _, Timestamp};

const LINE: &[u8] = b"Wed Nov 19 09:16:38 2014 Info: MID 1 Subject 'x'\n";

fn open(mut sink: Syslog) -> Syslog {
    sink.open(&Opening::new("mail_logs", "mail_logs", "20141119T091638", 10)).unwrap();
    sink
}

fn push(sink: &mut Syslog, count: usize) {
    let lines = LINE.repeat(count);
    let time = Timestamp::from_seconds(1_416_388_598);
    let marks: Vec<_> =
        (1..=count).map(|line| Mark::new(line * LINE.len(), time, Level::Info)).collect();
    assert_eq!(sink.write_marked(&lines, &marks).unwrap(), lines.len());
}

/// Processor time that the loop's threads have used.
fn used() -> Duration {
    let mut ticks = 0_u64;
    for task in std::fs::read_dir("/proc/self/task").unwrap() {
        let stat = std::fs::read_to_string(task.unwrap().path().join("stat")).unwrap_or_default();
        let Some((name, rest)) = stat.split_once(") ") else { continue };
        if name.ends_with("(ringmail-syslog") {
            // utime and stime are fields 14 and 15, the state behind the name is 3.
            let fields = rest.split_whitespace().skip(11).take(2);
            ticks += fields.map(|field| field.parse::<u64>().unwrap()).sum::<u64>();
        }
    }
    Duration::from_millis(ticks * 10)
}

/// In a second in which nothing can be done, nothing is.
fn assert_idle(what: &str) {
    let before = used();
    std::thread::sleep(Duration::from_secs(1));
    let used = used() - before;
    assert!(used <= Duration::from_millis(80), "{what}: {used:?} of a second");
}

fn wait(sink: &Syslog, what: &str, is: impl Fn(&ringmail::base::PushAccount) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is(&sink.push_account().unwrap()) {
        assert!(Instant::now() < deadline, "{what}: {:?}", sink.push_account());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Accepts one connection, and holds it without reading.
fn stall(listener: TcpListener) -> std::thread::JoinHandle<(TcpListener, TcpStream)> {
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        (listener, stream)
    })
}

#[test]
fn nothing_is_done_while_nothing_can_be() {
    let dir = tempfile::tempdir().unwrap();
    let quick = |destination| {
        Syslog::to(destination)
            .retry(Duration::from_millis(300), Duration::from_millis(300))
            .linger(Duration::from_millis(50))
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);

    // A server that is away, comes, and then reads nothing.
    let mut sink = open(quick(Destination::tcp("127.0.0.1", port)));
    push(&mut sink, 300_000);
    wait(&sink, "refused", |account| account.failures > 0);
    let held = stall(TcpListener::bind(("127.0.0.1", port)).unwrap());
    wait(&sink, "connected", |account| account.connections > 0);
    std::thread::sleep(Duration::from_secs(1));
    assert_idle("a server that reads nothing");
    sink.close().unwrap();
    drop(sink);
    drop(held.join().unwrap());

    // The same, and no handshake is made.
    let mut sink = open(quick(
        Destination::tcp("127.0.0.1", port).tls(Tls::new().fingerprint(&"0".repeat(64)).unwrap()),
    ));
    push(&mut sink, 10);
    wait(&sink, "refused", |account| account.failures > 0);
    let held = stall(TcpListener::bind(("127.0.0.1", port)).unwrap()).join().unwrap();
    std::thread::sleep(Duration::from_secs(1));
    assert_idle("a server that makes no handshake");
    sink.close().unwrap();
    drop(sink);
    drop(held);

    // What has waited goes slowly.
    let buffered = |port| {
        quick(Destination::tcp("127.0.0.1", port))
            .buffer(dir.path().join("mail_logs"), BufferOptions::default())
            .drain_rate(2)
    };
    let mut sink = open(buffered(port));
    push(&mut sink, 1000);
    wait(&sink, "refused", |account| account.failures > 0);
    let held = stall(TcpListener::bind(("127.0.0.1", port)).unwrap());
    wait(&sink, "connected", |account| account.connections > 0);
    std::thread::sleep(Duration::from_secs(1));
    assert_idle("two messages a second");
    let sent = sink.push_account().unwrap().acknowledged;
    assert!((1..=20).contains(&sent), "{sent}");
    sink.close().unwrap();
    drop(sink);
    drop(held.join().unwrap());

    // Nobody is there at all.
    let sink = open(quick(Destination::tcp("127.0.0.1", port)));
    assert_idle("nobody");
    drop(sink);
}
