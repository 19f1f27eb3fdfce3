//! Logs of a file each, while their sink fails.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by a panic")]

use std::time::Duration;

use ringmail::event::{ConfigurationPart, Done};
use ringmail::parse::read_configuration;
use ringmail::{Engine, LogType, Memory, Subscription};

#[test]
fn a_file_holds_one_configuration_whatever_the_sink_does() {
    for (room, wait) in [(0, 100), (150, 100), (150, 5_500)] {
        let log = Memory::new();
        let history = Subscription::new("history", LogType::ConfigurationHistory).sink(log.clone());
        let (engine, guard) = Engine::builder().subscribe(history).start().unwrap();
        let mut worker = engine.producer().unwrap();
        let mut say = |id: u64| {
            let commit = ConfigurationPart { id, ..ConfigurationPart::EMPTY };
            for part in commit.parts(b"<config>\n</config>") {
                worker.emit(&part);
            }
        };
        say(1);
        engine.flush();
        log.fail_after(room, libc::ENOSPC);
        (2..5).for_each(&mut say);
        std::thread::sleep(Duration::from_millis(wait));
        log.recover();
        engine.flush();
        (5..7).for_each(&mut say);
        drop(guard);
        let ledger = engine.ledger();
        ledger.check().unwrap();
        let files: Vec<_> = log.files().into_iter().filter(|file| !file.is_empty()).collect();
        for file in &files {
            assert_eq!(String::from_utf8_lossy(file).matches("<?xml").count(), 1, "{room} {wait}");
            read_configuration(file, 0).unwrap();
        }
        // Held for less than 5 seconds, nothing is lost.
        let account = &ledger.subscriptions[0];
        assert_eq!(account.written, files.len() as u64, "{account:?}");
        assert_eq!(account.failed == 0, wait < 5_000, "{account:?}");
        assert_eq!(account.written + account.failed, 6, "{account:?}");
    }
}

#[test]
fn what_leaves_nothing_in_a_file_is_not_written() {
    let log = Memory::new();
    let qmail = Subscription::new("qmail", LogType::QmailMail).sink(log.clone());
    let (engine, guard) = Engine::builder().subscribe(qmail).start().unwrap();
    engine.producer().unwrap().emit(&Done::EMPTY);
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let account = &ledger.subscriptions[0];
    assert_eq!((account.written, account.absorbed), (0, 1), "{account:?}");
    assert!(log.bytes().is_empty());
}
