//! Sinks that take nothing: the ledger counts, the others go on, writing resumes by itself.

use std::process::Command;
use std::time::Duration;

use ringmail::event::{Icid, IcidClose};
use ringmail::{Engine, File, LogType, ManualClock, Memory, Rollover, Subscription, Timestamp};

const ENOSPC: i32 = 28;

#[test]
fn a_sink_that_fails_is_given_up_after_5_seconds_and_resumes() {
    let clock = ManualClock::at(Timestamp::from_seconds(1_000_000));
    let (bad, good, system) = (Memory::new(), Memory::new(), Memory::new());
    let (engine, guard) = Engine::builder()
        .clock(clock.clone())
        .time_zone("UTC")
        .subscribe(Subscription::new("bad", LogType::TextMail).sink(bad.clone()))
        .subscribe(Subscription::new("good", LogType::TextMail).sink(good.clone()))
        .subscribe(Subscription::new("system", LogType::System).sink(system.clone()))
        .start()
        .unwrap();
    let mut worker = engine.producer().unwrap();
    worker.emit(&IcidClose { icid: Icid(0) });
    engine.flush();
    // Room for one line and a half.
    bad.fail_after(60, ENOSPC);
    for number in 1..=10 {
        worker.emit(&IcidClose { icid: Icid(number) });
    }
    // The flush waits until the batch is given up: time must pass for that.
    std::thread::scope(|scope| {
        let flushed = scope.spawn(|| engine.flush());
        while !flushed.is_finished() {
            clock.advance(Duration::from_millis(500));
            std::thread::yield_now();
        }
    });
    assert_eq!(good.text().matches(" close\n").count(), 11, "the others go on");
    assert!(bad.text().ends_with("ICID 1 close\n"), "the torn line is cut: {}", bad.text());
    worker.emit(&IcidClose { icid: Icid(11) });
    engine.flush();
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!((ledger.subscriptions[0].written, ledger.subscriptions[0].failed), (2, 10));

    bad.recover();
    worker.emit(&IcidClose { icid: Icid(12) });
    engine.flush();
    drop(guard);
    let text = bad.text();
    assert!(text.contains("ICID 12 close\n"), "{text}");
    assert!(text.contains("Warning: Logging: subscription bad writes again after "), "{text}");
    assert!(text.contains("seconds, 10 events lost\n"), "{text}");
    let told = system.text();
    assert!(told.contains("Critical: Logging: subscription bad cannot write memory: "), "{told}");
    assert_eq!(told.matches("cannot write").count(), 1, "told once: {told}");
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let lines = text.lines().count() as u64;
    assert_eq!(ledger.subscriptions[0].lines(), lines);
}

#[test]
fn a_rollover_while_nothing_has_ever_been_written_is_refused_and_counted() {
    let clock = ManualClock::at(Timestamp::from_seconds(1_000_000));
    let bad = Memory::new();
    bad.fail_after(0, ENOSPC);
    let (engine, guard) = Engine::builder()
        .clock(clock.clone())
        .subscribe(Subscription::new("bad", LogType::TextMail).sink(bad.clone()))
        .start()
        .unwrap();
    std::thread::scope(|scope| {
        let refused = scope.spawn(|| engine.rollover("bad").unwrap_err());
        while !refused.is_finished() {
            clock.advance(Duration::from_millis(500));
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    assert!(engine.rollover("bad").is_err());
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let account = &ledger.subscriptions[0];
    assert_eq!((account.own_lines, account.bytes), (0, 0));
    assert!(account.own_lines_failed >= 4, "header and closing record: {account:?}");
    bad.recover();
    drop(guard);
    assert_eq!(engine.ledger().subscriptions[0].bytes, bad.bytes().len() as u64);
}

#[test]
fn a_sink_that_keeps_failing_is_reported_once_a_minute() {
    let clock = ManualClock::at(Timestamp::from_seconds(1_000_000));
    let (bad, system) = (Memory::new(), Memory::new());
    let (engine, guard) = Engine::builder()
        .clock(clock.clone())
        .subscribe(Subscription::new("bad", LogType::TextMail).sink(bad.clone()))
        .subscribe(Subscription::new("system", LogType::System).sink(system.clone()))
        .start()
        .unwrap();
    let mut worker = engine.producer().unwrap();
    // It fails and recovers every two seconds, for a minute and a half; nothing is lost.
    for number in 0..45 {
        bad.fail_after(0, ENOSPC);
        worker.emit(&IcidClose { icid: Icid(number) });
        let writer = bad.clone();
        std::thread::scope(|scope| {
            let flushed = scope.spawn(|| engine.flush());
            std::thread::sleep(Duration::from_millis(15));
            writer.recover();
            flushed.join().unwrap();
        });
        clock.advance(Duration::from_secs(2));
    }
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!((ledger.subscriptions[0].written, ledger.subscriptions[0].failed), (45, 0));
    let told = system.text().matches("cannot write").count();
    assert!((1..=2).contains(&told), "told {told} times: {}", system.text());
}

/// A real full disk: a small tmpfs of our own.
#[test]
fn a_full_disk_stops_nothing_and_writing_resumes() {
    let dir = tempfile::tempdir().unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=256k", "ringmail-test"])
        .arg(dir.path())
        .output();
    if !mounted.is_ok_and(|mount| mount.status.success()) {
        println!("skipped: a file system of a known size needs the right to mount one");
        return;
    }
    let _mounted = Unmount(dir.path().to_path_buf());
    let system = Memory::new();
    let mail = Subscription::new("mail", LogType::TextMail)
        .rollover(Rollover::never())
        .sink(File::in_dir(dir.path().join("logs")));
    let clock = ManualClock::at(Timestamp::from_seconds(1_000_000));
    let (engine, guard) = Engine::builder()
        .clock(clock.clone())
        .subscribe(mail)
        .subscribe(Subscription::new("system", LogType::System).sink(system.clone()))
        .start()
        .unwrap();
    let ballast = dir.path().join("ballast");
    std::fs::write(&ballast, vec![0; 100 << 10]).unwrap();
    let mut worker = engine.producer().unwrap();
    std::thread::scope(|scope| {
        let emitting = scope.spawn(|| {
            for number in 0..10_000 {
                worker.emit(&IcidClose { icid: Icid(number) });
            }
            engine.flush();
        });
        while !emitting.is_finished() {
            clock.advance(Duration::from_millis(500));
            std::thread::yield_now();
        }
    });
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let failed = ledger.subscriptions[0].failed;
    assert!(failed > 0 && failed < 10_000, "{failed}");
    std::fs::remove_file(ballast).unwrap();
    worker.emit(&IcidClose { icid: Icid(99_999) });
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let file = &ringmail::LogFile::list(dir.path().join("logs/mail")).unwrap()[0];
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert_eq!(text.lines().count() as u64, ledger.subscriptions[0].lines());
    assert_eq!(text.matches(" close\n").count() as u64, ledger.subscriptions[0].written);
    assert!(text.contains("ICID 99999 close\n"));
    assert!(text.contains(&format!("{failed} events lost\n")));
    assert!(system.text().contains("cannot write"), "{}", system.text());
}

struct Unmount(std::path::PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        // Lazily: the engine may still have a file open when a test fails.
        let _left_behind = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
