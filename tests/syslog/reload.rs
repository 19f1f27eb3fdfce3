//! Another configuration while messages are on their way.

use std::io::{copy, sink};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use ringmail::event::{Icid, IcidClose};
use ringmail::sink::syslog::buffer::BufferOptions;
use ringmail::sink::syslog::{Destination, Facility, Syslog, Tls};
use ringmail::{Builder, Engine, LogType, Subscription};

use crate::server::{Program, Server, Way, free_port};

/// Events before the reload, and behind it.
const HALF: u64 = 2000;
const HALF_LEN: usize = 2000;

fn push(server: &Server, facility: Facility) -> Syslog {
    Syslog::to(Destination::tcp("127.0.0.1", server.port))
        .facility(facility)
        .retry(Duration::from_millis(100), Duration::from_millis(200))
        .linger(Duration::from_secs(30))
}

fn builder(push: Syslog) -> Builder {
    Engine::builder().subscribe(Subscription::new("mail_logs", LogType::TextMail).sink(push))
}

fn say(engine: &Engine, icids: std::ops::Range<u64>) {
    let mut worker = engine.producer().unwrap();
    for icid in icids {
        worker.emit(&IcidClose { icid: Icid(icid) });
    }
    engine.flush();
}

/// The events that the server has, in its order.
fn icids(server: &Server) -> Vec<u64> {
    let of = |message: &Vec<u8>| {
        let text = String::from_utf8_lossy(message);
        let (_, icid) = text.split_once("Info: ICID ")?;
        icid.split_once(' ')?.0.parse().ok()
    };
    server.messages().iter().filter_map(of).collect()
}

#[test]
fn what_waits_in_memory_comes_before_what_comes_behind_a_reload() {
    let Some(mut server) = Server::start(Program::Rsyslog, Way::Lf) else { return };
    server.end(libc::SIGTERM);
    let (engine, guard) = builder(push(&server, Facility::Auth)).start().unwrap();
    say(&engine, 0..HALF);
    let began = Instant::now();
    engine.reconfigure(builder(push(&server, Facility::Mail)), &[]).unwrap();
    assert!(began.elapsed() < Duration::from_secs(15), "nobody waits for a server that is away");
    say(&engine, HALF..2 * HALF);
    server.run();
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let push = ledger.pushed();
    assert_eq!((push.lost, push.pending), (0, 0), "{push:?}");
    server.wait_for(2 * HALF_LEN + 6);
    let got = icids(&server);
    let odd = (0..).zip(&got).find(|(at, icid)| at != *icid);
    assert_eq!((got.len() as u64, odd), (2 * HALF, None));
}

#[test]
fn a_buffer_with_a_server_that_hangs_is_handed_over_at_once() {
    let Some(mut server) = Server::start(Program::Rsyslog, Way::Lf) else { return };
    let dir = tempfile::tempdir().unwrap();
    let with_buffer = |facility| {
        let options = BufferOptions::default();
        builder(push(&server, facility).buffer(dir.path().join("buffer"), options))
    };
    let (engine, guard) = with_buffer(Facility::Auth).start().unwrap();
    say(&engine, 0..HALF);
    server.wait_for(HALF_LEN);
    server.signal(libc::SIGSTOP);
    // More than the server's machine takes while it hangs.
    for start in (HALF..200_000).step_by(20_000) {
        say(&engine, start..start + 20_000);
    }
    let began = Instant::now();
    let other = with_buffer(Facility::Mail);
    engine.reconfigure(other, &[]).unwrap();
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    server.signal(libc::SIGCONT);
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(ledger.pushed().lost, 0);
    server.end(libc::SIGTERM);
    // Some may come twice, none is missing.
    let mut got = icids(&server);
    got.sort_unstable();
    got.dedup();
    let all = HALF + (HALF..200_000).step_by(20_000).count() as u64 * 20_000;
    let pending = ledger.pushed().pending;
    assert!(got.len() as u64 + pending >= all, "{} and {pending} of {all}", got.len());
}

/// The new sink sends what an earlier one left on disk before it is asked for its account: the reload
/// goes on with what else there is to do.
#[test]
fn what_a_new_sink_has_sent_at_once_waits_no_longer() {
    let dir = tempfile::tempdir().unwrap();
    let hangs = TcpListener::bind("127.0.0.1:0").unwrap();
    let (away, port) = (free_port(), hangs.local_addr().unwrap().port());
    // It reads, and never closes; it ends with the process.
    std::thread::spawn(move || {
        let clients = hangs.incoming().map(Result::unwrap);
        let read = |mut client| copy(&mut client, &mut sink()).map(|_| client);
        clients.map(|client| std::thread::spawn(move || read(client))).collect::<Vec<_>>()
    });
    let push = |name: &str, port, facility| {
        let push = Syslog::to(Destination::tcp("127.0.0.1", port))
            .facility(facility)
            .retry(Duration::from_millis(20), Duration::from_millis(100))
            .buffer(dir.path().join(name), BufferOptions::default());
        Subscription::new(name, LogType::TextMail).sink(push)
    };
    let second = |facility| Engine::builder().subscribe(push("second", port, facility));
    let both = |facility| second(facility).subscribe(push("first", away, Facility::Auth));
    let (engine, guard) = both(Facility::Auth).start().unwrap();
    say(&engine, 0..HALF);
    engine.reconfigure(second(Facility::Auth), &["second"]).unwrap();
    let listener = TcpListener::bind(("127.0.0.1", away)).unwrap();
    std::thread::spawn(move || copy(&mut listener.accept().unwrap().0, &mut sink()));
    // The end of the second's sink takes a moment, and the first's has been opened before it.
    engine.reconfigure(both(Facility::Mail), &[]).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let ledger = engine.ledger();
        ledger.check().unwrap();
        let push = ledger.pushed();
        if push.acknowledged >= 2 * HALF && push.pending == 0 {
            break;
        }
        assert!(Instant::now() < deadline, "{:?}", ledger.subscriptions);
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(guard);
}

#[test]
fn a_reload_that_fails_counts_what_waits_on_disk_once() {
    let dir = tempfile::tempdir().unwrap();
    let to = |destination| {
        let push = Syslog::to(destination);
        builder(push.buffer(dir.path().join("buffer"), BufferOptions::default()))
    };
    let away = || Destination::tcp("127.0.0.1", free_port());
    let (engine, guard) = to(away()).start().unwrap();
    say(&engine, 0..HALF);
    let nobody = away().tls(Tls::new().authorities(dir.path().join("nowhere.pem")));
    engine.reconfigure(to(nobody), &[]).unwrap_err();
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let push = ledger.pushed();
    assert_eq!((push.handed, push.buffered), (push.pending, push.pending), "{push:?}");
    assert!((HALF..2 * HALF).contains(&push.handed), "{push:?}");
    drop(guard);
}
