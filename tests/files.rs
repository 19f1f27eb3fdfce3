//! Files: names, headers, rollover, retention, several subscriptions (contract C16).

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use ringmail::event::{Icid, IcidClose, Mid, Subject, Text};
use ringmail::{
    Dialect, Engine, File, Identity, LogFile, LogType, ManualClock, Rollover, Schedule,
    Subscription, Timestamp,
};

fn read(file: &LogFile) -> String {
    fs::read_to_string(file.path()).unwrap()
}

fn files(dir: &Path, name: &str) -> Vec<LogFile> {
    LogFile::list(dir.join(name)).unwrap()
}

#[test]
fn a_file_is_whole_from_its_header_to_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(Timestamp::from_seconds(1_416_388_598));
    let mail = Subscription::new("mail_logs", LogType::TextMail)
        .file_name("mail")
        .sink(File::in_dir(dir.path()));
    let (engine, guard) = Engine::builder()
        .clock(clock)
        .time_zone("Etc/GMT+6")
        .identity(Identity::default().version("7.6.3-019").serial("420D4FEA7093-0AF2EE5"))
        .subscribe(mail)
        .start()
        .unwrap();
    engine.producer().unwrap().emit(&IcidClose { icid: Icid(7) });
    engine.flush();
    let link = dir.path().join("mail_logs/mail.current");
    assert_eq!(
        fs::read_to_string(&link).unwrap(),
        "Wed Nov 19 03:16:38 2014 Info: Begin Logfile\n\
         Wed Nov 19 03:16:38 2014 Info: Version: 7.6.3-019 SN: 420D4FEA7093-0AF2EE5\n\
         Wed Nov 19 03:16:38 2014 Info: Time offset from UTC: -21600 seconds\n\
         Wed Nov 19 03:16:38 2014 Info: ICID 7 close\n"
    );
    drop(guard);
    assert!(!link.exists());
    let closed = dir.path().join("mail_logs/mail.@20141119T031638.s");
    let text = fs::read_to_string(closed).unwrap();
    assert!(text.ends_with("ICID 7 close\nWed Nov 19 03:16:38 2014 Info: End Logfile\n"));
}

#[test]
fn no_file_is_larger_than_its_bound_and_no_line_is_split_or_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mail = Subscription::new("mail", LogType::TextMail)
        .rollover(Rollover::at_bytes(5000).unwrap())
        .keep_files(10_000)
        .sink(File::in_dir(dir.path()));
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    let long = "x".repeat(8000);
    for number in 0..2000 {
        worker.emit(&IcidClose { icid: Icid(number) });
        if number % 500 == 250 {
            worker.emit(&Subject { mid: Mid(1), subject: Text::from(&long) });
        }
    }
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(ledger.subscriptions[0].written, 2004);
    let mut next = 0;
    let mut lines = 0;
    for file in files(dir.path(), "mail") {
        let text = read(&file);
        lines += text.lines().count() as u64;
        assert!(text.lines().next().unwrap().ends_with("Info: Begin Logfile"));
        assert!(text.ends_with("Info: End Logfile\n"));
        if text.contains("Subject") {
            assert_eq!(text.lines().count(), 5, "a line too long for a file has one of its own");
        } else {
            assert!(text.len() <= 5000, "{}", text.len());
        }
        for line in text.lines().filter(|line| line.ends_with(" close")) {
            assert!(line.ends_with(&format!("ICID {next} close")), "{line}, not {next}");
            next += 1;
        }
    }
    assert_eq!(next, 2000);
    assert_eq!(lines, ledger.subscriptions[0].lines());
}

#[test]
fn the_oldest_files_go_and_the_interval_counts_only_lines() {
    let dir = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(Timestamp::from_seconds(1_000_000_000));
    let mail = Subscription::new("mail", LogType::TextMail)
        .rollover(Rollover::never().every(Duration::from_secs(60)).unwrap())
        .keep_files(3)
        .sink(File::in_dir(dir.path()));
    let (engine, guard) =
        Engine::builder().clock(clock.clone()).time_zone("UTC").subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    for number in 0..6 {
        worker.emit(&IcidClose { icid: Icid(number) });
        engine.flush();
        clock.advance(Duration::from_secs(60));
        engine.flush();
        engine.flush();
    }
    // Nothing was said: nothing is rolled over.
    clock.advance(Duration::from_secs(6000));
    engine.flush();
    let left = files(dir.path(), "mail");
    let names: Vec<_> = left
        .iter()
        .map(|file| file.path().file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        ["mail.@20010909T015040.s", "mail.@20010909T015140.s", "mail.@20010909T015240.current"]
    );
    drop(guard);
}

#[test]
fn rollover_on_demand_names_what_it_cannot_do() {
    let dir = tempfile::tempdir().unwrap();
    let log = |name| Subscription::new(name, LogType::TextMail).sink(File::in_dir(dir.path()));
    let (engine, guard) =
        Engine::builder().subscribe(log("one")).subscribe(log("two")).start().unwrap();
    let mut worker = engine.producer().unwrap();
    worker.emit(&IcidClose { icid: Icid(1) });
    engine.rollover("one").unwrap();
    let error = engine.rollover("three").unwrap_err().to_string();
    assert!(error.contains("\"three\"") && error.contains("one, two"), "{error}");
    engine.rollover_all().unwrap();
    assert_eq!(files(dir.path(), "one").len(), 3);
    assert_eq!(files(dir.path(), "two").len(), 2);
    assert!(read(&files(dir.path(), "two")[0]).contains("ICID 1 close"));
    drop(guard);
    assert!(engine.rollover("one").is_err(), "after the end");
}

#[test]
fn subscriptions_of_one_type_have_each_their_own_level_and_dialect() {
    let dir = tempfile::tempdir().unwrap();
    let log = |name, dialect| {
        Subscription::new(name, LogType::TextMail).dialect(dialect).sink(File::in_dir(dir.path()))
    };
    let (engine, guard) = Engine::builder()
        .subscribe(log("old", Dialect::V7_6))
        .subscribe(log("new", Dialect::V15_0))
        .subscribe(log("twin", Dialect::V15_0))
        .start()
        .unwrap();
    let mut worker = engine.producer().unwrap();
    worker.emit(&Subject { mid: Mid(1), subject: "Hi".into() });
    worker.emit(&ringmail::event::AntivirusNegative { mid: Mid(1) });
    drop(guard);
    let text = |name| read(&files(dir.path(), name)[0]);
    assert!(text("old").contains("MID 1 Subject 'Hi'\n"));
    assert!(text("old").contains("antivirus negative \n"));
    assert!(text("new").contains("MID 1 Subject \"Hi\"\n"));
    assert!(text("new").contains("antivirus negative\n"));
    assert_eq!(text("new"), text("twin"));
}

#[test]
fn an_engine_that_cannot_open_its_files_does_not_start() {
    let dir = tempfile::tempdir().unwrap();
    let blocked = dir.path().join("file");
    fs::write(&blocked, "").unwrap();
    let mail = Subscription::new("mail", LogType::TextMail).sink(File::in_dir(&blocked));
    let error = Engine::builder().subscribe(mail).start().unwrap_err();
    assert!(error.is_io() && error.path().unwrap().ends_with("file/mail"), "{error}");
}

#[test]
fn a_link_that_cannot_be_laid_spoils_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let mail = Subscription::new("mail", LogType::TextMail).sink(File::in_dir(dir.path()));
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let link = dir.path().join("mail/mail.current");
    fs::remove_file(&link).unwrap();
    fs::write(&link, "somebody's").unwrap();
    let mut worker = engine.producer().unwrap();
    worker.emit(&IcidClose { icid: Icid(1) });
    engine.rollover("mail").unwrap();
    worker.emit(&IcidClose { icid: Icid(2) });
    drop(guard);
    assert_eq!(fs::read_to_string(&link).unwrap(), "somebody's");
    let texts: Vec<_> = files(dir.path(), "mail").iter().map(read).collect();
    assert_eq!(texts.len(), 2);
    for text in &texts {
        assert!(text.contains("Info: Begin Logfile\n"), "{text:?}");
        assert!(text.ends_with("Info: End Logfile\n") && !text.contains('\0'), "{text:?}");
    }
    assert!(texts[1].contains("ICID 2 close") && texts[1].contains("is in the way"), "{texts:?}");
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let lines: usize = texts.iter().map(|text| text.lines().count()).sum();
    assert_eq!(ledger.subscriptions[0].lines(), lines as u64);
    let bytes: usize = texts.iter().map(String::len).sum();
    assert_eq!(ledger.subscriptions[0].bytes, bytes as u64);
}

#[test]
fn a_rollover_is_the_way_out_when_the_open_file_has_been_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    let mail = Subscription::new("mail", LogType::TextMail).sink(File::in_dir(dir.path()));
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let open = files(dir.path(), "mail").pop().unwrap();
    fs::rename(open.path(), dir.path().join("taken")).unwrap();
    engine.rollover("mail").unwrap();
    engine.producer().unwrap().emit(&IcidClose { icid: Icid(7) });
    drop(guard);
    let last = files(dir.path(), "mail").pop().unwrap();
    assert!(read(&last).contains("ICID 7 close\n"));
}

#[test]
fn local_time_that_goes_back_deletes_no_new_file() {
    let dir = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(Timestamp::from_seconds(1_416_388_598));
    let mail =
        Subscription::new("mail", LogType::TextMail).keep_files(3).sink(File::in_dir(dir.path()));
    let (engine, guard) =
        Engine::builder().clock(clock.clone()).time_zone("UTC").subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    for id in 0..6 {
        if id == 3 {
            clock.step_to(Timestamp::from_seconds(1_416_384_000));
        }
        clock.advance(Duration::from_secs(10));
        worker.emit(&IcidClose { icid: Icid(id) });
        engine.rollover("mail").unwrap();
    }
    drop(guard);
    let text: String = files(dir.path(), "mail").iter().map(read).collect();
    for id in 0..6 {
        assert_eq!(text.contains(&format!("ICID {id} close")), id >= 4, "{id}: {text}");
    }
}

#[test]
fn a_schedule_rolls_over_at_its_local_times_and_once() {
    let dir = tempfile::tempdir().unwrap();
    // Saturday 28 March 2026, 12:00 in a zone that goes to summer time in the night.
    let clock = ManualClock::at(Timestamp::from_seconds(1_774_695_600));
    let daily = Schedule::daily("02:30").unwrap();
    let mail = Subscription::new("mail", LogType::TextMail)
        .rollover(Rollover::never().at(daily))
        .sink(File::in_dir(dir.path()));
    let (engine, guard) = Engine::builder()
        .clock(clock.clone())
        .time_zone("CET-1CEST,M3.5.0,M10.5.0/3")
        .subscribe(mail)
        .start()
        .unwrap();
    let mut worker = engine.producer().unwrap();
    for half_hour in 0..48 * 2 {
        if half_hour < 60 {
            worker.emit(&IcidClose { icid: Icid(half_hour) });
        }
        engine.flush();
        clock.advance(Duration::from_secs(1800));
    }
    drop(guard);
    let stamps: Vec<_> = files(dir.path(), "mail")
        .iter()
        .map(|file| file.path().file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        stamps,
        [
            "mail.@20260328T120000.s",
            // 02:30 was skipped.
            "mail.@20260329T033000.s",
            // A night later nothing has been written since, but a file ends.
            "mail.@20260330T023000.s",
        ]
    );
}
