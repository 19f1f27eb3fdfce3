//! The ledger beside the files: what happened is told, and what is not as told is found (contract
//! C10).

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ringmail::event::{Bounced, Done, Icid, IcidClose};
use ringmail::sink::proof::Checked;
use ringmail::{
    Engine, EngineGuard, File, Level, LogFile, LogType, RateLimit, Rollover, Subscription,
};

fn start(dir: &Path, goes_on: bool) -> (Engine, EngineGuard) {
    let sink = || if goes_on { File::in_dir(dir).go_on() } else { File::in_dir(dir) };
    let log = |name, log_type| {
        Subscription::new(name, log_type)
            .rollover(Rollover::at_bytes(4096).unwrap())
            .keep_files(4)
            .sink(sink())
    };
    Engine::builder()
        .subscribe(log("mail", LogType::TextMail))
        .subscribe(log("limited", LogType::TextMail).rate_limit(RateLimit::events(50).unwrap()))
        .subscribe(log("critical", LogType::TextMail).level(Level::Critical))
        .subscribe(log("bounces", LogType::Bounce))
        .subscribe(log("status", LogType::Status))
        .subscribe(log("delivery", LogType::Delivery))
        .start()
        .unwrap()
}

const NAMES: [&str; 6] = ["mail", "limited", "critical", "bounces", "status", "delivery"];

fn emit(engine: &Engine, count: u64) {
    let mut worker = engine.producer().unwrap();
    for number in 0..count {
        worker.emit(&IcidClose { icid: Icid(number) });
        if number % 10 == 0 {
            worker.emit(&Bounced::EMPTY);
            worker.emit(&Done::EMPTY);
        }
    }
    engine.flush();
}

fn check(dir: &Path, name: &str) -> Checked {
    let open = |path: &Path| Ok(Box::new(fs::File::open(path)?) as Box<dyn Read>);
    Checked::of(&dir.join(name), open).unwrap()
}

fn gaps(dir: &Path, name: &str) -> Vec<String> {
    check(dir, name).gaps
}

fn closed(dir: &Path) -> Vec<PathBuf> {
    let files = LogFile::list(dir.join("mail")).unwrap();
    files.iter().filter(|file| !file.is_open()).map(LogFile::path).collect()
}

#[test]
fn what_every_subscription_counted_is_in_its_files() {
    let dir = tempfile::tempdir().unwrap();
    let mut written = [0; 6];
    for run in 0..3 {
        let (engine, guard) = start(dir.path(), false);
        emit(&engine, 300);
        engine.rollover_all().unwrap();
        emit(&engine, 20 * run);
        drop(guard);
        let ledger = engine.ledger();
        ledger.check().unwrap();
        for (sum, account) in written.iter_mut().zip(&ledger.subscriptions) {
            *sum += account.written;
        }
    }
    for (name, written) in NAMES.iter().zip(written) {
        let checked = check(dir.path(), name);
        assert_eq!((&checked.gaps, &checked.notes), (&vec![], &vec![]), "{name}");
        assert_eq!((checked.runs, checked.written), (3, written), "{name}");
        assert!(checked.files >= 3, "{name}: {checked:?}");
    }
}

#[test]
fn sidecars_come_and_go_with_their_files_and_have_their_mode() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, guard) = start(dir.path(), false);
    emit(&engine, 600);
    drop(guard);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = dir.path().join("mail");
    let files = closed(dir.path());
    assert_eq!(files.len(), 4, "as many as are kept");
    for file in &files {
        let sum = PathBuf::from(format!("{}.sum", file.display()));
        assert_eq!(mode(&sum), mode(file));
        let text = fs::read_to_string(&sum).unwrap();
        let lines = fs::read_to_string(file).unwrap().lines().count();
        assert!(text.contains(&format!("\"lines\":{lines},")), "{text}");
    }
    let sums = fs::read_dir(&folder)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".sum"));
    assert_eq!(sums.count(), files.len());
    assert_eq!(mode(&folder.join("ledger.jsonl")), mode(&files[0]));
}

#[test]
fn what_is_not_as_told_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, guard) = start(dir.path(), false);
    emit(&engine, 200);
    drop(guard);
    assert_eq!(gaps(dir.path(), "mail"), [""; 0]);
    let files = closed(dir.path());
    let name = |at: usize| files[at].file_name().unwrap().to_str().unwrap().to_owned();

    // A line is gone, and the same again as a longer line.
    let text = fs::read_to_string(&files[1]).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&files[1], rest).unwrap();
    let found = gaps(dir.path(), "mail");
    assert!(found.len() == 1 && found[0].contains(" lines, but "), "{found:?}");
    fs::write(&files[1], text.replacen("ICID", "ICIDD", 1)).unwrap();
    assert!(gaps(dir.path(), "mail")[0].contains(" bytes, but "));
    fs::write(&files[1], &text).unwrap();

    // A file is gone, and one is there that nobody wrote.
    let other = dir.path().join("mail/mail.@29990101T000000.s");
    fs::rename(&files[0], &other).unwrap();
    let found = gaps(dir.path(), "mail");
    assert!(found[0].contains(&format!("{} is missing, with ", name(0))), "{found:?}");
    assert!(found[1].contains("mail.@29990101T000000.s is there, but no record"), "{found:?}");
    fs::rename(&other, &files[0]).unwrap();

    // Records are gone, or say something else.
    let ledger = dir.path().join("mail/ledger.jsonl");
    let records = fs::read_to_string(&ledger).unwrap();
    let lines: Vec<&str> = records.lines().collect();
    let without: Vec<&str> = [&lines[..1], &lines[2..]].concat();
    fs::write(&ledger, without.join("\n") + "\n").unwrap();
    let found = gaps(dir.path(), "mail");
    assert!(found[0].contains("record 3 comes behind record 1"), "{found:?}");
    let (before, rest) = records.rsplit_once("\"taken\":2").unwrap();
    fs::write(&ledger, format!("{before}\"taken\":3{rest}")).unwrap();
    assert!(gaps(dir.path(), "mail")[0].contains("taken = written + "));
    fs::write(&ledger, records.replace("\"record\":\"end\"", "\"record\":\"and\"")).unwrap();
    assert!(gaps(dir.path(), "mail")[0].contains(" is no record"));
    fs::write(&ledger, &records).unwrap();
    assert_eq!(gaps(dir.path(), "mail"), [""; 0]);
}

/// What a crash leaves: the files as they are in the middle of a run.
fn crash(from: &Path, to: &Path) {
    for name in NAMES {
        fs::create_dir_all(to.join(name)).unwrap();
        for entry in fs::read_dir(from.join(name)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), to.join(name).join(entry.file_name())).unwrap();
            }
        }
    }
}

#[test]
fn a_run_that_was_interrupted_is_told_and_is_no_gap() {
    for goes_on in [false, true] {
        let (dir, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (engine, _guard) = start(dir.path(), false);
        emit(&engine, 100);
        crash(dir.path(), crashed.path());
        let checked = check(crashed.path(), "mail");
        assert_eq!(checked.gaps, [""; 0]);
        assert!(checked.notes[0].contains("run 1 has not ended"), "{checked:?}");

        let (engine, guard) = start(crashed.path(), goes_on);
        emit(&engine, 100);
        drop(guard);
        engine.ledger().check().unwrap();
        for name in NAMES {
            let checked = check(crashed.path(), name);
            assert_eq!((&checked.gaps, &checked.notes), (&vec![], &vec![]), "{name}");
            assert_eq!(checked.runs, 2);
        }
    }
}

#[test]
fn subscriptions_that_change_while_events_flow_leave_no_gap() {
    let dir = tempfile::tempdir().unwrap();
    let log = |level| {
        Subscription::new("mail", LogType::TextMail).level(level).sink(File::in_dir(dir.path()))
    };
    let (engine, guard) = Engine::builder().subscribe(log(Level::Info)).start().unwrap();
    emit(&engine, 100);
    engine.reconfigure(Engine::builder().subscribe(log(Level::Warning)), &[]).unwrap();
    emit(&engine, 100);
    engine.reconfigure(Engine::builder().subscribe(log(Level::Debug)), &[]).unwrap();
    emit(&engine, 100);
    drop(guard);
    let checked = check(dir.path(), "mail");
    assert_eq!((&checked.gaps, &checked.notes), (&vec![], &vec![]));
    assert_eq!(checked.runs, 3);
    assert_eq!(checked.written, engine.ledger().subscriptions[0].written);
}

#[test]
fn a_ledger_that_grows_too_long_is_turned_over() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, guard) = start(dir.path(), false);
    drop(guard);
    drop(engine);
    // Long enough by what it was before: another run's records.
    let ledger = dir.path().join("mail/ledger.jsonl");
    let record = fs::read_to_string(&ledger).unwrap();
    let deleted = "\"record\":\"deleted\",\"file\":\"mail.@20000101T000000.s\"";
    let mut text = record.clone();
    let from = record.lines().count() as u64 + 1;
    for seq in from..from + 70_000 {
        text.push_str(&format!("{{\"seq\":{seq},{deleted}}}\n"));
    }
    fs::write(&ledger, text).unwrap();
    let (engine, guard) = start(dir.path(), false);
    engine.rollover("mail").unwrap();
    emit(&engine, 10);
    drop(guard);
    assert!(dir.path().join("mail/ledger.old.jsonl").is_file());
    assert!(fs::metadata(&ledger).unwrap().len() < 10_000);
    let checked = check(dir.path(), "mail");
    assert_eq!(checked.gaps, [""; 0]);
    assert_eq!(checked.runs, 2);
}

#[cfg(feature = "cli")]
#[test]
fn the_program_checks_all_subscriptions_of_a_directory() {
    use std::process::Command;
    let dir = tempfile::tempdir().unwrap();
    let (engine, guard) = start(dir.path(), false);
    emit(&engine, 200);
    drop(guard);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringmail"));
        command.args(["ledger", "check"]).args(arguments).current_dir(dir.path()).output().unwrap()
    };
    let out = run(&["."]);
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{text}");
    assert_eq!(text.matches(": balanced: 1 runs, ").count(), 6, "{text}");
    // A compressed file is as good.
    let files = closed(dir.path());
    assert!(Command::new("gzip").arg(&files[0]).status().unwrap().success());
    assert!(run(&["mail"]).status.success());
    fs::remove_file(&files[1]).unwrap();
    let out = run(&[".", "--json"]);
    assert_eq!(out.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(report["balanced"], false);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("1 gaps, the first in ") && said.contains(" is missing"), "{said}");
    let out = run(&["nothing"]);
    assert_eq!(out.status.code(), Some(1));
}
