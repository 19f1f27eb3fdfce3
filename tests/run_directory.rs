//! Lanes in a run directory: what was accepted outlives the process, and other processes attach.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use ringmail::event::{Icid, Mid, StartMid};
use ringmail::{Engine, EngineGuard, File, LogType, Outcome, RunDirectory, Subscription, attach};

fn start(dir: &Path) -> (Engine, EngineGuard) {
    let mail = Subscription::new("mail", LogType::TextMail).sink(File::in_dir(dir.join("logs")));
    Engine::builder().run_directory(dir.join("run")).subscribe(mail).start().unwrap()
}

fn numbered(worker: u64, number: u64) -> StartMid {
    StartMid { mid: Mid(worker), icid: Icid(number), ..StartMid::EMPTY }
}

/// The numbers that each worker's lines carry, in the order of the files.
fn numbers(dir: &Path, worker: u64) -> Vec<u64> {
    let mut numbers = Vec::new();
    for file in ringmail::LogFile::list(dir.join("logs/mail")).unwrap() {
        for line in fs::read_to_string(file.path()).unwrap().lines() {
            if let Some((_, rest)) = line.split_once(&format!("Start MID {worker} ICID ")) {
                numbers.push(rest.parse().unwrap());
            }
        }
    }
    numbers
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(20), "never came: {what}");
        std::thread::yield_now();
    }
}

#[test]
fn attached_workers_log_through_the_engine() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, guard) = start(dir.path());
    let attached = attach(dir.path().join("run")).unwrap();
    assert!(attached.is_served());
    let mut worker = attached.producer().unwrap();
    for number in 1..=50_000 {
        assert_eq!(worker.emit(&numbered(1, number)), Outcome::Accepted);
    }
    engine.flush();
    assert_eq!(numbers(dir.path(), 1), (1..=50_000).collect::<Vec<_>>());
    assert_eq!(engine.ledger().open_lanes.len(), 1);
    drop(worker);
    wait_until("the lane's end", || {
        engine.flush();
        engine.ledger().open_lanes.is_empty()
    });
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(ledger.lanes.accepted, 50_000);
    let lanes = || {
        let names = fs::read_dir(dir.path().join("run")).unwrap();
        names.filter(|name| name.as_ref().unwrap().path().extension().is_some()).count()
    };
    wait_until("the lane's file is gone", || lanes() == 0);
    drop(guard);
}

#[test]
fn what_waits_while_there_is_no_engine_is_written_by_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, guard) = start(dir.path());
    let attached = attach(dir.path().join("run")).unwrap();
    let mut worker = attached.producer().unwrap();
    let mut gone = attached.producer().unwrap();
    worker.emit(&numbered(1, 1));
    gone.emit(&numbered(2, 1));
    engine.flush();
    drop((engine, guard));
    assert!(!attached.is_served());
    for number in 2..=1000 {
        assert_eq!(worker.emit(&numbered(1, number)), Outcome::Accepted);
        assert_eq!(gone.emit(&numbered(2, number)), Outcome::Accepted);
    }
    drop(gone);
    let (engine, guard) = start(dir.path());
    worker.emit(&numbered(1, 1001));
    engine.flush();
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(numbers(dir.path(), 1), (1..=1001).collect::<Vec<_>>());
    assert_eq!(numbers(dir.path(), 2), (1..=1000).collect::<Vec<_>>());
    drop(guard);
}

#[test]
fn a_directory_has_one_engine() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, guard) = start(dir.path());
    let other = Subscription::new("other", LogType::TextMail).sink(ringmail::Null::new());
    let second = Engine::builder().run_directory(dir.path().join("run")).subscribe(other);
    let error = second.start().unwrap_err();
    assert!(error.is_config() && error.to_string().contains("another engine"), "{error}");
    drop(guard);
    // The first one has ended, though its handle is still there.
    let (_second, _guard) = start(dir.path());
    drop(engine);
}

#[test]
fn nobody_attaches_where_no_engine_has_been() {
    let dir = tempfile::tempdir().unwrap();
    let error = attach(dir.path()).unwrap_err().to_string();
    assert!(error.contains("start the engine"), "{error}");
    assert!(attach(dir.path().join("nowhere")).is_err());
    let link = dir.path().join("link");
    let (_engine, _guard) = start(dir.path());
    std::os::unix::fs::symlink(dir.path().join("run"), &link).unwrap();
    assert!(attach(&link).is_err(), "a link is not followed");
    let linked = Subscription::new("mail", LogType::TextMail).sink(ringmail::Null::new());
    assert!(
        Engine::builder().run_directory(RunDirectory::at(&link)).subscribe(linked).start().is_err()
    );
}
