//! Another configuration while messages are on their way.

use std::time::{Duration, Instant};

use ringmail::event::{Icid, IcidClose};
use ringmail::sink::syslog::buffer::BufferOptions;
use ringmail::sink::syslog::{Destination, Facility, Syslog};
use ringmail::{Builder, Engine, LogType, Subscription};

use crate::server::{Program, Server, Way};

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
