//! Disk trouble: each call of the file sink fails at every point, and nothing is lost uncounted
//! (contracts C5, C10, C11).

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends where it fails"
)]

#[path = "common/faulty.rs"]
mod faulty;
#[path = "common/gate.rs"]
mod gate;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use faulty::{Call, Fault, Faulty};
use gate::Gate;
use ringmail::event::{Icid, IcidClose};
use ringmail::sink::proof::Checked;
use ringmail::{
    Engine, EngineGuard, File, Fsync, FullLane, Ledger, LogFile, LogType, ManualClock, Memory,
    Outcome, Rollover, RunDirectory, Subscription, Timestamp,
};

/// What the n-th event of a worker says.
const OF_WORKER: u64 = 1_000_000;

/// A scripted run in a directory.
struct Run {
    engine: Engine,
    guard: EngineGuard,
    clock: ManualClock,
    /// What goes on whatever happens to the files.
    other: Memory,
}

impl Run {
    /// Starts an engine whose files are on this disk. What fails then fails the start, which is
    /// tried again.
    fn start(dir: &Path, disk: &Faulty, fsync: Fsync) -> Self {
        Self::on_thread(dir, disk, fsync, false)
    }

    /// The same, with a thread of its own for the files or not.
    fn on_thread(dir: &Path, disk: &Faulty, fsync: Fsync, is_apart: bool) -> Self {
        let clock = ManualClock::at(Timestamp::from_seconds(1_700_000_000));
        let other = Memory::new();
        let start = || {
            let file = File::in_dir(dir).on(disk.clone());
            let mail = Subscription::new("mail", LogType::TextMail)
                .rollover(Rollover::at_bytes(4096).unwrap())
                .keep_files(9)
                .fsync(fsync)
                .sink(if is_apart { file.apart() } else { file });
            #[cfg(feature = "verify")]
            let mail = mail.hash_chain(true);
            Engine::builder()
                .clock(clock.clone())
                .time_zone("UTC")
                .subscribe(mail)
                .subscribe(Subscription::new("other", LogType::TextMail).sink(other.clone()))
                .start()
        };
        let (engine, guard) = start().or_else(|_| start()).unwrap();
        Self { engine, guard, clock, other }
    }

    /// Two workers go on from their n-th event.
    fn emit(&self, from: u64, to: u64) {
        for worker in 0..2 {
            let mut producer = self.engine.producer().unwrap();
            for number in from..to {
                let icid = Icid(worker * OF_WORKER + number);
                assert_eq!(producer.emit(&IcidClose { icid }), Outcome::Accepted);
            }
        }
    }

    /// Flushes; if the disk has to be waited for, time passes.
    fn flush(&self, waits: bool) {
        std::thread::scope(|scope| {
            let flushed = scope.spawn(|| self.engine.flush());
            while waits && !flushed.is_finished() {
                self.clock.advance(Duration::from_millis(500));
                std::thread::yield_now();
            }
        });
    }

    fn end(self) -> (Ledger, Memory) {
        drop(self.guard);
        (self.engine.ledger(), self.other)
    }
}

/// All that must hold of a directory behind a run: whole lines, each worker's numbers in order, and
/// gone is only what the ledger counts.
fn holds(dir: &Path, ledger: &Ledger, offered: u64, what: &str) {
    ledger.check().unwrap_or_else(|gap| panic!("{what}: {gap}"));
    let account = &ledger.subscriptions[0];
    let numbers = numbers(dir, what);
    assert_eq!(numbers.len() as u64, account.written, "{what}: {account:?}");
    assert_eq!(account.taken, offered, "{what}: {account:?}");
    assert_eq!(account.written + account.failed, offered, "{what}: {account:?}");
    let mut last = BTreeMap::new();
    for number in numbers {
        let before = last.insert(number / OF_WORKER, number);
        assert!(before.is_none_or(|before| before < number), "{what}: {number} behind {before:?}");
    }
    let other = &ledger.subscriptions[1];
    assert_eq!((other.written, other.failed), (offered, 0), "{what}: the others go on");
}

/// The numbers of the events in the files of a directory, in order.
fn numbers(dir: &Path, what: &str) -> Vec<u64> {
    let mut numbers = Vec::new();
    for file in LogFile::list(dir.join("mail")).unwrap() {
        let text = fs::read_to_string(file.path()).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "{what}: {text}");
        for line in text.lines() {
            assert_eq!(line.get(19..25), Some(" 2023 "), "{what}: no whole line: {line}");
            if let Some(rest) = line.split_once("Info: ICID ") {
                numbers.push(rest.1.strip_suffix(" close").unwrap().parse().unwrap());
            }
        }
    }
    numbers
}

fn check(dir: &Path) -> Checked {
    let open = |path: &Path| Ok(Box::new(fs::File::open(path)?) as Box<dyn Read>);
    Checked::of(&dir.join("mail"), open).unwrap()
}

/// What a crash leaves: the files as they are, and half a line.
fn crash(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("mail")).unwrap();
    for entry in fs::read_dir(from.join("mail")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join("mail").join(entry.file_name())).unwrap();
        }
    }
    let open = LogFile::list(to.join("mail")).unwrap().into_iter().rfind(LogFile::is_open);
    if let Some(open) = open {
        let text = fs::read_to_string(open.path()).unwrap();
        fs::write(open.path(), text + "Tue Nov 14 22:1").unwrap();
    }
}

/// Numbered events, rollovers by size, deletions, a crash, a run behind it, two orderly ends; the
/// n-th call of a kind fails. Whether it came to that.
fn script(call: Call, nth: u64, fault: Fault, lasts: bool, is_apart: bool) -> bool {
    let what = format!("{call:?} {nth} {fault:?} apart {is_apart} lasts {lasts}");
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let disk = Faulty::default();
    if !lasts {
        disk.fail(call, nth, fault, false);
    }
    let run = Run::on_thread(first.path(), &disk, Fsync::batch(), is_apart);
    if lasts {
        disk.fail(call, nth, fault, true);
    }
    for step in 0..4 {
        run.emit(step * 30, (step + 1) * 30);
        run.flush(lasts);
    }
    let mut has_struck = false;
    if lasts {
        has_struck = disk.heal();
        run.emit(120, 125);
        run.flush(true);
    } else {
        run.emit(120, 125);
        run.flush(false);
    }
    crash(first.path(), second.path());
    let whole = numbers_before_crash(second.path());
    let (ledger, other) = run.end();
    assert_eq!(other.text().matches(" close\n").count(), 250, "{what}");
    holds(first.path(), &ledger, 250, &what);
    let checked = check(first.path());
    assert_eq!(checked.gaps, [""; 0], "{what}: {checked:?}");
    assert_eq!(checked.written, ledger.subscriptions[0].written, "{what}");

    let run = Run::on_thread(second.path(), &disk, Fsync::never(), is_apart);
    run.emit(125, 155);
    run.flush(false);
    has_struck |= disk.heal();
    let (ledger, _) = run.end();
    ledger.check().unwrap();
    let account = &ledger.subscriptions[0];
    assert_eq!(account.written + account.failed, 60, "{what}: {account:?}");
    let all = numbers(second.path(), &what);
    assert_eq!(all.len() as u64, whole + account.written, "{what}");
    let checked = check(second.path());
    assert_eq!(checked.gaps, [""; 0], "{what}: {checked:?}");
    #[cfg(feature = "verify")]
    verify(second.path(), &what);
    has_struck
}

fn numbers_before_crash(dir: &Path) -> u64 {
    let count =
        |file: LogFile| fs::read_to_string(file.path()).unwrap().matches(" close\n").count() as u64;
    LogFile::list(dir.join("mail")).unwrap().into_iter().map(count).sum()
}

/// Every sidecar that there is fits its file, and they are one chain but for those that there are
/// not.
#[cfg(feature = "verify")]
fn verify(dir: &Path, what: &str) {
    let (mut without, mut chains) = (0, Vec::new());
    for file in LogFile::list(dir.join("mail")).unwrap() {
        let path = file.path();
        let Ok(sum) = fs::read(format!("{}.sum", path.display())) else {
            without += 1;
            continue;
        };
        let read = fs::File::open(&path).unwrap();
        let verified = ringmail::sink::proof::Verified::of(read, sum.as_slice()).unwrap();
        assert!(verified.is_as_written(), "{what}: {}: {verified:?}", path.display());
        chains.extend(verified.chain);
    }
    let goes_on = |(first, _): &&(String, String)| chains.iter().any(|(_, last)| last == first);
    let heads = chains.len() - chains.iter().filter(goes_on).count();
    assert!(without <= 1 || what.ends_with("true"), "{what}: {without} have no sidecar");
    assert!(heads <= 1 + without, "{what}: {without} {heads}");
}

/// Fails each call of a kind in turn, until the script runs through without.
fn every(call: Call, fault: Fault, is_apart: bool) {
    let mut nth = 0;
    while script(call, nth, fault, false, is_apart) {
        nth += 1;
        assert!(nth < 1000, "it never ends");
    }
    assert!(nth > 0, "{call:?} was never called");
}

#[test]
fn every_write_fails_once() {
    every(Call::Write, Fault::Error(libc::ENOSPC), false);
}

#[test]
fn every_write_is_short_once() {
    every(Call::Write, Fault::Short(libc::EIO), false);
}

#[test]
fn every_write_on_another_thread_fails_once() {
    every(Call::Write, Fault::Error(libc::EIO), true);
    every(Call::Write, Fault::Short(libc::ENOSPC), true);
}

#[test]
fn every_fsync_fails_once() {
    every(Call::Sync, Fault::Error(libc::EIO), false);
}

#[test]
fn every_rename_fails_once() {
    every(Call::Rename, Fault::Error(libc::EROFS), false);
}

#[test]
fn every_open_fails_once() {
    every(Call::Open, Fault::Error(libc::EMFILE), false);
}

#[test]
fn every_other_call_fails_once() {
    for call in [Call::Link, Call::List, Call::MakeFolder, Call::Remove, Call::Truncate] {
        every(call, Fault::Error(libc::EROFS), false);
    }
}

/// Lanes in a run directory on the same disk as the files, with workers that open lanes while calls
/// fail: whoever gets no lane is told, and tries again.
fn script_of_lanes(call: Call, nth: u64) -> bool {
    let what = format!("{call:?} {nth} with lanes");
    let dir = tempfile::tempdir().unwrap();
    let disk = Faulty::default();
    disk.fail(call, nth, Fault::Error(libc::ENOSPC), false);
    let start = || {
        let sink = File::in_dir(dir.path().join("logs")).on(disk.clone());
        Engine::builder()
            .run_directory(RunDirectory::at(dir.path().join("run")).on(disk.clone()))
            .lane_bytes(256 << 10)
            .subscribe(Subscription::new("mail", LogType::TextMail).sink(sink))
            .start()
    };
    for run in 0..2 {
        let (engine, guard) = start().or_else(|_| start()).unwrap();
        for worker in 0..3 {
            let producer = engine.producer().or_else(|_| engine.producer());
            let mut producer = producer.unwrap_or_else(|error| panic!("{what}: {error}"));
            for number in 0..20 {
                let icid = Icid(worker * OF_WORKER + run * 20 + number);
                assert_eq!(producer.emit(&IcidClose { icid }), Outcome::Accepted, "{what}");
            }
        }
        engine.flush();
        drop(guard);
        let ledger = engine.ledger();
        ledger.check().unwrap_or_else(|gap| panic!("{what}: {gap}"));
        let account = &ledger.subscriptions[0];
        assert_eq!((account.written, account.failed), (60, 0), "{what}: {account:?}");
    }
    let mut numbers = Vec::new();
    for file in LogFile::list(dir.path().join("logs/mail")).unwrap() {
        let text = fs::read_to_string(file.path()).unwrap();
        let closed = text.lines().filter_map(|line| line.strip_suffix(" close"));
        numbers.extend(closed.map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap()));
    }
    numbers.sort_unstable();
    let all = (0..3).flat_map(|worker| (0..40).map(move |number| worker * OF_WORKER + number));
    assert_eq!(numbers, all.collect::<Vec<_>>(), "{what}");
    disk.heal()
}

#[test]
fn every_call_for_lanes_fails_once() {
    for call in [Call::Map, Call::Allocate, Call::Open, Call::Rename, Call::Sync, Call::Write] {
        let mut nth = 0;
        while script_of_lanes(call, nth) {
            nth += 1;
            assert!(nth < 200, "it never ends");
        }
        assert!(nth > 0 || call == Call::Sync, "{call:?} was never called");
    }
}

#[test]
fn what_fails_for_long_is_counted_and_ends() {
    for call in [Call::Write, Call::Rename, Call::Open, Call::Sync, Call::List] {
        for nth in [0, 1, 2, 5, 11] {
            script(call, nth, Fault::Error(libc::EROFS), true, false);
        }
    }
    for nth in [0, 1, 3, 8] {
        script(Call::Write, nth, Fault::Short(libc::ENOSPC), true, false);
    }
}

#[test]
fn a_directory_that_vanishes_is_made_again_and_the_ledger_says_what_it_knows() {
    let dir = tempfile::tempdir().unwrap();
    let run = Run::start(dir.path(), &Faulty::default(), Fsync::never());
    run.emit(0, 20);
    run.flush(false);
    fs::remove_dir_all(dir.path().join("mail")).unwrap();
    run.emit(20, 100);
    run.flush(true);
    run.engine.rollover("mail").unwrap();
    run.emit(100, 110);
    let (ledger, other) = run.end();
    ledger.check().unwrap();
    assert_eq!(other.text().matches(" close\n").count(), 220, "the others go on");
    let numbers = numbers(dir.path(), "vanished");
    assert!(numbers.len() >= 20 && numbers.ends_with(&[OF_WORKER + 109]), "{numbers:?}");
    let checked = check(dir.path());
    assert_eq!(checked.gaps, [""; 0], "{checked:?}");
    assert!(checked.notes[0].contains("the ledger begins with record "), "{checked:?}");
}

#[test]
fn a_write_that_stalls_is_waited_for_and_a_full_lane_is_not() {
    let gate = Gate::closed();
    let clock = ManualClock::at(Timestamp::from_seconds(1_700_000_000));
    let (engine, guard) = Engine::builder()
        .clock(clock.clone())
        .lane_bytes(256 << 10)
        .full_lane(FullLane::Block { max: Duration::from_millis(20) })
        .subscribe(Subscription::new("stalled", LogType::TextMail).sink(gate.clone()))
        .start()
        .unwrap();
    let mut worker = engine.producer().unwrap();
    let mut accepted = 0;
    let mut shed = 0;
    // The policy holds while the write stalls: a wait that is no longer than told, then a count.
    for number in 0..6000 {
        match worker.emit(&IcidClose { icid: Icid(number) }) {
            Outcome::Accepted => accepted += 1,
            _ => {
                shed += 1;
                if shed == 3 {
                    break;
                }
            }
        }
    }
    assert_eq!(shed, 3);
    clock.advance(Duration::from_secs(30));
    gate.open();
    engine.flush();
    worker.emit(&IcidClose { icid: Icid(7000) });
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!((ledger.lanes.accepted, ledger.lanes.shed_lane_full), (accepted + 1, 3));
    assert_eq!(gate.lines.text().matches(" close\n").count() as u64, accepted + 1);
    assert_eq!(ledger.subscriptions[0].failed, 0, "late is not lost");
}

#[test]
fn a_disk_that_takes_nothing_for_30_seconds_holds_up_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Faulty::default();
    let run = Run::start(dir.path(), &disk, Fsync::never());
    run.emit(0, 10);
    run.flush(false);
    disk.fail(Call::Write, 0, Fault::Error(libc::EAGAIN), true);
    run.emit(10, 20);
    // Not yet given up: the batch is held, and the others have theirs.
    while run.other.text().matches(" close\n").count() < 40 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(run.engine.ledger().subscriptions[0].failed, 0);
    for _ in 0..6 {
        run.clock.advance(Duration::from_secs(5));
        run.flush(true);
    }
    let failed = run.engine.ledger().subscriptions[0].failed;
    assert_eq!(failed, 20, "held for 5 s, then counted");
    disk.heal();
    run.emit(20, 30);
    let (ledger, _) = run.end();
    holds(dir.path(), &ledger, 60, "stalled");
    assert_eq!(check(dir.path()).gaps, [""; 0]);
}

/// Waits for the other subscription to have so many events.
fn wait_for_others(run: &Run, events: usize) {
    while run.other.text().matches(" close\n").count() < events {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_write_that_stalls_for_30_seconds_holds_up_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Faulty::default();
    let run = Run::on_thread(dir.path(), &disk, Fsync::never(), true);
    run.emit(0, 10);
    run.flush(false);
    disk.stall(true);
    run.emit(10, 20);
    wait_for_others(&run, 40);
    run.emit(20, 30);
    wait_for_others(&run, 60);
    assert_eq!(run.engine.ledger().subscriptions[0].failed, 0, "held, not lost");
    for _ in 0..6 {
        run.clock.advance(Duration::from_secs(5));
        run.flush(true);
    }
    assert_eq!(run.engine.ledger().subscriptions[0].failed, 40);
    run.emit(30, 35);
    wait_for_others(&run, 70);
    run.flush(true);
    assert!(run.other.text().contains("subscription mail cannot write"));
    // The write comes back, and takes lines that are counted as failed: they are cut off again.
    disk.stall(false);
    run.emit(35, 60);
    run.flush(true);
    let (ledger, _) = run.end();
    holds(dir.path(), &ledger, 120, "stalled");
    assert!(ledger.subscriptions[0].written >= 70, "{ledger:?}");
    assert_eq!(check(dir.path()).gaps, [""; 0]);
    #[cfg(feature = "verify")]
    verify(dir.path(), "stalled");
}

#[test]
fn a_write_that_stalls_for_a_moment_is_not_even_told() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Faulty::default();
    let run = Run::on_thread(dir.path(), &disk, Fsync::never(), true);
    run.emit(0, 5);
    run.flush(false);
    for step in 1..10 {
        disk.stall(true);
        run.emit(step * 5, step * 5 + 5);
        wait_for_others(&run, usize::try_from(step).unwrap() * 10 + 10);
        run.clock.advance(Duration::from_millis(500));
        std::thread::sleep(Duration::from_millis(30));
        disk.stall(false);
        run.flush(false);
    }
    let (ledger, other) = run.end();
    holds(dir.path(), &ledger, 100, "moments");
    let account = &ledger.subscriptions[0];
    assert_eq!((account.failed, account.errors), (0, 0));
    assert!(!other.text().contains("cannot write"), "{}", other.text());
}

#[test]
fn an_engine_ends_though_a_write_does_not_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Faulty::default();
    let run = Run::on_thread(dir.path(), &disk, Fsync::never(), true);
    run.emit(0, 10);
    run.flush(false);
    disk.stall(true);
    run.emit(10, 20);
    wait_for_others(&run, 40);
    run.clock.advance(Duration::from_secs(30));
    let (ledger, _) = run.end();
    ledger.check().unwrap();
    assert_eq!((ledger.subscriptions[0].written, ledger.subscriptions[0].failed), (20, 20));
    disk.stall(false);
}

#[test]
fn lines_are_synced_as_told() {
    let count = |fsync: Fsync| {
        let dir = tempfile::tempdir().unwrap();
        let run = Run::start(dir.path(), &Faulty::default(), fsync);
        for step in 0..5 {
            run.emit(step, step + 1);
            run.flush(false);
            run.clock.advance(Duration::from_secs(4));
        }
        let (ledger, _) = run.end();
        ledger.check().unwrap();
        ledger.subscriptions[0].syncs
    };
    assert_eq!(count(Fsync::never()), 0);
    assert!(count(Fsync::batch()) >= 5);
    let every = count(Fsync::every(Duration::from_secs(10)).unwrap());
    assert!((1..=3).contains(&every), "{every}");
}

#[test]
fn a_sync_that_fails_is_told_and_the_lines_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Faulty::default();
    let run = Run::start(dir.path(), &disk, Fsync::batch());
    run.emit(0, 5);
    run.flush(false);
    disk.fail(Call::Sync, 0, Fault::Error(libc::EIO), false);
    run.emit(5, 10);
    run.flush(false);
    run.flush(false);
    let (ledger, other) = run.end();
    holds(dir.path(), &ledger, 20, "sync");
    assert_eq!(ledger.subscriptions[0].errors, 1);
    assert!(other.text().contains("subscription mail cannot write"), "{}", other.text());
}
