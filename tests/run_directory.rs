//! Lanes in a run directory: what was accepted outlives the process, and other processes attach.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use ringmail::event::{Icid, Mid, StartMid};
use ringmail::{Engine, EngineGuard, File, LogType, Outcome, RunDirectory, Subscription, attach};

fn start(dir: &Path) -> (Engine, EngineGuard) {
    let mail = Subscription::new("mail", LogType::TextMail).sink(File::in_dir(dir.join("logs")));
    let status = Subscription::new("status", LogType::Status).sink(File::in_dir(dir.join("logs")));
    let builder = Engine::builder().run_directory(dir.join("run"));
    builder.subscribe(mail).subscribe(status).start().unwrap()
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

/// What a process of another kind does in these tests: `run` starts this program again, in which this
/// test does what its environment says. By itself it has nothing to do.
#[test]
fn role() {
    let Ok(role) = std::env::var("RINGMAIL_TEST_ROLE") else { return };
    let dir = std::path::PathBuf::from(std::env::var_os("RINGMAIL_TEST_DIR").unwrap());
    match role.as_str() {
        // Logs, and waits to be killed.
        "server" => {
            let (engine, _guard) = start(&dir);
            let mut worker = engine.producer().unwrap();
            for number in 1..=30_000 {
                assert_eq!(worker.emit(&numbered(1, number)), Outcome::Accepted);
            }
            fs::write(dir.join("ready"), "").unwrap();
            std::thread::sleep(Duration::from_secs(60));
        }
        // Logs, and leaves a child behind when it is killed.
        "parent" => {
            let (engine, _guard) = start(&dir);
            let mut worker = engine.producer().unwrap();
            for number in 1..=1000 {
                assert_eq!(worker.emit(&numbered(1, number)), Outcome::Accepted);
            }
            // SAFETY: the child waits for a file, and ends.
            if unsafe { libc::fork() } == 0 {
                let began = Instant::now();
                while !dir.join("end").exists() && began.elapsed() < Duration::from_secs(30) {
                    std::thread::sleep(Duration::from_millis(5));
                }
                // SAFETY: ends the child, without running what belongs to the parent.
                unsafe { libc::_exit(0) };
            }
            fs::write(dir.join("ready"), "").unwrap();
            std::thread::sleep(Duration::from_secs(60));
        }
        // Another user's: logs, and cuts its own lane short.
        "stranger" => {
            let attached = attach(dir.join("run")).unwrap();
            let mut worker = attached.producer().unwrap();
            for number in 1..=5000 {
                assert_eq!(worker.emit(&numbered(1, number)), Outcome::Accepted);
            }
            wait_until("the first part is read", || dir.join("read").exists());
            let lane = ringmail::ring::lanes_of(dir.join("run")).unwrap();
            let lane = lane.iter().find(|lane| lane.pid == std::process::id()).unwrap();
            worker.emit(&numbered(1, 5001));
            let lane = fs::File::options().write(true).open(dir.join("run").join(&lane.name));
            lane.unwrap().set_len(100).unwrap();
            // The memory is gone: whatever it touched now would end it, and nobody else.
            std::process::exit(0);
        }
        // Another user's: cuts every lane that it may write.
        "cutter" => {
            for lane in fs::read_dir(dir.join("run")).unwrap() {
                if let Ok(lane) = fs::File::options().write(true).open(lane.unwrap().path()) {
                    lane.set_len(100).unwrap();
                }
            }
        }
        other => panic!("there is no role {other}"),
    }
}

fn run(role: &str, dir: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "role", "--nocapture"]).stdout(std::process::Stdio::null());
    command.env("RINGMAIL_TEST_ROLE", role).env("RINGMAIL_TEST_DIR", dir);
    command
}

#[test]
fn a_killed_process_leaves_what_it_had_accepted() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = run("server", dir.path()).spawn().unwrap();
    wait_until("the server is ready", || dir.path().join("ready").exists());
    server.kill().unwrap();
    server.wait().unwrap();
    let (engine, guard) = start(dir.path());
    engine.flush();
    assert_eq!(numbers(dir.path(), 1), (1..=30_000).collect::<Vec<_>>());
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let mail = &ledger.subscriptions[0];
    assert_eq!(mail.written, 30_000, "it counts on: {mail:?}");
    let is_last_mid = |(label, value): &(String, String)| label == "CrtMID" && value == "1";
    assert!(engine.status().iter().any(is_last_mid), "{:?}", engine.status());
    drop(guard);
    let last = fs::read_to_string(newest(dir.path())).unwrap();
    assert!(last.contains("Logging: took up 1 lanes that an interrupted run left"), "{last}");
    assert_eq!(last.matches("Begin Logfile").count(), 1, "the file went on");
    let open = |path: &Path| Ok(Box::new(fs::File::open(path)?) as Box<dyn std::io::Read>);
    let checked = ringmail::sink::proof::Checked::of(&dir.path().join("logs/mail"), open).unwrap();
    assert_eq!((&checked.gaps, &checked.notes), (&vec![], &vec![]));
    assert_eq!(checked.runs, 2);
}

#[test]
fn a_child_that_outlives_its_parent_keeps_nobody_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let mut parent = run("parent", dir.path()).spawn().unwrap();
    wait_until("the parent is ready", || dir.path().join("ready").exists());
    parent.kill().unwrap();
    parent.wait().unwrap();
    let (engine, guard) = start(dir.path());
    engine.flush();
    assert_eq!(numbers(dir.path(), 1), (1..=1000).collect::<Vec<_>>());
    wait_until("the parent's lane is let go", || {
        engine.flush();
        engine.ledger().open_lanes.is_empty()
    });
    fs::write(dir.path().join("end"), "").unwrap();
    drop(guard);
}

/// A commit that was left long ago must not take back what another engine wrote since.
#[test]
fn a_stale_commit_takes_nothing_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = run("server", dir.path()).spawn().unwrap();
    wait_until("the server is ready", || dir.path().join("ready").exists());
    server.kill().unwrap();
    server.wait().unwrap();
    // Another engine, which knows no run directory, goes on in the file and begins others.
    let sink = File::in_dir(dir.path().join("logs")).go_on();
    let mail = Subscription::new("mail", LogType::TextMail).sink(sink);
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    for number in 1..=100 {
        worker.emit(&numbered(9, number));
        if number == 50 {
            engine.rollover("mail").unwrap();
        }
    }
    drop((worker, guard, engine));
    // It did so much later.
    let later = std::time::SystemTime::now() + Duration::from_secs(3600);
    for file in ringmail::LogFile::list(dir.path().join("logs/mail")).unwrap() {
        fs::File::options().append(true).open(file.path()).unwrap().set_modified(later).unwrap();
    }
    let (engine, guard) = start(dir.path());
    engine.flush();
    assert_eq!(numbers(dir.path(), 9), (1..=100).collect::<Vec<_>>());
    drop(guard);
}

fn newest(dir: &Path) -> std::path::PathBuf {
    ringmail::LogFile::list(dir.join("logs/mail")).unwrap().last().unwrap().path()
}

/// A user that has nothing here, and its group.
const NOBODY: u32 = 65534;

/// An engine whose run directory is that user's group's, too; `None` where there can be none.
#[expect(clippy::print_stdout, reason = "a test says why it skips")]
fn start_for_nobody() -> Option<(tempfile::TempDir, Engine, EngineGuard)> {
    use std::os::unix::fs::PermissionsExt as _;
    // SAFETY: touches no memory and cannot fail.
    if unsafe { libc::geteuid() } != 0 {
        println!("skipped: another user needs root");
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let directory = RunDirectory::at(dir.path().join("run")).mode(0o3770).group(NOBODY);
    let mail = Subscription::new("mail", LogType::TextMail);
    let mail = mail.sink(File::in_dir(dir.path().join("logs")));
    let (engine, guard) =
        Engine::builder().run_directory(directory).subscribe(mail).start().unwrap();
    Some((dir, engine, guard))
}

#[test]
fn lanes_of_another_user_are_read_and_cannot_harm() {
    use std::os::unix::process::CommandExt as _;
    let Some((dir, engine, guard)) = start_for_nobody() else { return };
    let mut stranger = run("stranger", dir.path()).uid(NOBODY).gid(NOBODY).spawn().unwrap();
    wait_until("the stranger's events", || {
        engine.flush();
        numbers(dir.path(), 1).len() == 5000
    });
    fs::write(dir.path().join("read"), "").unwrap();
    assert!(stranger.wait().unwrap().success());
    let mut own = engine.producer().unwrap();
    own.emit(&numbered(2, 1));
    wait_until("the stranger's lane is let go", || {
        engine.flush();
        engine.ledger().open_lanes.len() == 1
    });
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(numbers(dir.path(), 2), [1]);
    let got = numbers(dir.path(), 1);
    assert!(got.len() >= 5000 && got.len() as u64 + ledger.lanes.malformed >= 5000, "{ledger:?}");
    assert_eq!(got, (1..=got.len() as u64).collect::<Vec<_>>());
    drop(guard);
}

#[test]
fn a_forked_child_logs_through_lanes_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, guard) = start(dir.path());
    let attached = attach(dir.path().join("run")).unwrap();
    let (mut producer, handle) = (attached.producer().unwrap(), engine.handle());
    producer.emit(&numbered(1, 1));
    handle.emit(&numbered(2, 1));
    // SAFETY: the child does nothing but emit, and ends by `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let mut ok = true;
        for number in 1..=1000 {
            ok &= producer.emit(&numbered(3, number)) == Outcome::Accepted;
            ok &= handle.emit(&numbered(4, number)) == Outcome::Accepted;
        }
        drop(producer);
        // What the parent's thread would have to do is not waited for.
        engine.flush();
        engine.shutdown();
        // SAFETY: ends the child, without running what belongs to the parent.
        unsafe { libc::_exit(i32::from(!ok)) };
    }
    for number in 2..=1000 {
        assert_eq!(producer.emit(&numbered(1, number)), Outcome::Accepted);
        assert_eq!(handle.emit(&numbered(2, number)), Outcome::Accepted);
    }
    let mut status = 0;
    // SAFETY: waits for the child that was just made.
    let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!((waited, status), (child, 0), "the child's events were all accepted");
    engine.flush();
    for worker in 1..=4 {
        assert_eq!(numbers(dir.path(), worker), (1..=1000).collect::<Vec<_>>(), "{worker}");
    }
    engine.ledger().check().unwrap();
    drop(guard);
}

#[test]
fn a_child_without_a_run_directory_sheds_and_says_so() {
    let mail = Subscription::new("mail", LogType::TextMail).sink(ringmail::Null::new());
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let (mut producer, handle) = (engine.producer().unwrap(), engine.handle());
    handle.emit(&numbered(1, 1));
    // SAFETY: as above.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let shed = |outcome| matches!(outcome, Outcome::Shed(_));
        let ok = shed(producer.emit(&numbered(1, 2))) && shed(handle.emit(&numbered(1, 2)));
        // SAFETY: as above.
        unsafe { libc::_exit(i32::from(!ok)) };
    }
    let mut status = 0;
    // SAFETY: as above.
    let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!((waited, status), (child, 0));
    assert_eq!(producer.emit(&numbered(1, 3)), Outcome::Accepted);
    engine.flush();
    assert_eq!(engine.ledger().lanes.accepted, 2);
    drop(guard);
}

#[test]
fn an_end_does_not_wait_for_attached_workers() {
    let dir = tempfile::tempdir().unwrap();
    let (engine, guard) = start(dir.path());
    let attached = attach(dir.path().join("run")).unwrap();
    let ends = std::sync::atomic::AtomicBool::new(false);
    let relaxed = std::sync::atomic::Ordering::Relaxed;
    let accepted = std::thread::scope(|scope| {
        let worker = |number: u64| {
            let mut producer = attached.producer().unwrap();
            let ends = &ends;
            scope.spawn(move || {
                let mut accepted = 0;
                while !ends.load(relaxed) {
                    let outcome = producer.emit(&numbered(number, accepted + 1));
                    accepted += u64::from(outcome == Outcome::Accepted);
                    if accepted % 64 == 0 {
                        std::thread::sleep(Duration::from_micros(50));
                    }
                }
                accepted
            })
        };
        let workers = [worker(1), worker(2)];
        std::thread::sleep(Duration::from_millis(100));
        let ended = scope.spawn(move || drop((engine, guard)));
        let began = Instant::now();
        while !ended.is_finished() && began.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let in_time = ended.is_finished();
        ends.store(true, relaxed);
        assert!(in_time, "it waits for those who never pause");
        workers.map(|worker| worker.join().unwrap())
    });
    let (engine, guard) = start(dir.path());
    engine.flush();
    for (worker, accepted) in [1, 2].into_iter().zip(accepted) {
        assert_eq!(numbers(dir.path(), worker), (1..=accepted).collect::<Vec<_>>());
    }
    drop(guard);
}

#[test]
fn a_member_of_the_group_cannot_cut_the_engines_lanes() {
    use std::os::unix::process::CommandExt as _;
    let Some((dir, engine, guard)) = start_for_nobody() else { return };
    let attached = attach(dir.path().join("run")).unwrap();
    let (mut own, mut other) = (engine.producer().unwrap(), attached.producer().unwrap());
    let mut cutter = run("cutter", dir.path()).uid(NOBODY).gid(NOBODY).spawn().unwrap();
    assert!(cutter.wait().unwrap().success());
    for number in 1..=10_000 {
        assert_eq!(own.emit(&numbered(1, number)), Outcome::Accepted);
        assert_eq!(other.emit(&numbered(2, number)), Outcome::Accepted);
    }
    engine.flush();
    for worker in [1, 2] {
        assert_eq!(numbers(dir.path(), worker), (1..=10_000).collect::<Vec<_>>());
    }
    drop(guard);
}

/// Who may read the directory can lock it: that must not keep an engine from starting.
#[test]
fn a_lock_on_the_directory_keeps_no_engine_out() {
    let dir = tempfile::tempdir().unwrap();
    drop(start(dir.path()));
    let run = fs::File::open(dir.path().join("run")).unwrap();
    run.lock().unwrap();
    drop(start(dir.path()));
}

/// A sink whose points grow out of any commit when it is told so.
#[derive(Debug)]
struct Talkative {
    point: String,
    talks: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl ringmail::Sink for Talkative {
    fn write(&mut self, lines: &[u8]) -> std::io::Result<usize> {
        Ok(lines.len())
    }
    fn position(&self) -> u64 {
        0
    }
    fn point(&self) -> Option<ringmail::subscription::Point<'_>> {
        let talks = self.talks.load(std::sync::atomic::Ordering::Relaxed);
        let point = if talks { self.point.as_str() } else { "x" };
        Some(ringmail::subscription::Point::new(point, 0))
    }
    fn cut(&mut self, _position: u64) -> std::io::Result<()> {
        Ok(())
    }
    fn roll(&mut self, _stamp: &str) -> std::io::Result<()> {
        Ok(())
    }
    fn place(&self) -> String {
        "nowhere".to_owned()
    }
}

/// A commit that cannot be written leaves the last one, behind which everything must still be
/// in the lanes.
#[test]
fn nothing_is_given_back_that_no_commit_tells_of() {
    let dir = tempfile::tempdir().unwrap();
    let talks = std::sync::Arc::default();
    let odd = Talkative { point: "x".repeat(257 << 20), talks: std::sync::Arc::clone(&talks) };
    let mail =
        Subscription::new("mail", LogType::TextMail).sink(File::in_dir(dir.path().join("logs")));
    let (engine, guard) = Engine::builder()
        .run_directory(dir.path().join("run"))
        .lane_bytes(256 << 10)
        .full_lane(ringmail::FullLane::Drop)
        .subscribe(mail)
        .subscribe(Subscription::new("odd", LogType::Bounce).sink(odd))
        .start()
        .unwrap();
    let attached = attach(dir.path().join("run")).unwrap();
    let mut worker = attached.producer().unwrap();
    let mut accepted = 0;
    let mut emit = |count| {
        for _ in 0..count {
            let outcome = worker.emit(&numbered(1, accepted + 1));
            accepted += u64::from(outcome == Outcome::Accepted);
        }
        accepted
    };
    emit(1000);
    engine.flush();
    talks.store(true, std::sync::atomic::Ordering::Relaxed);
    for _ in 0..6 {
        emit(1000);
        engine.flush();
    }
    let accepted = emit(0);
    let left = as_left(dir.path());
    let (after, after_guard) = start(left.path());
    after.flush();
    assert_eq!(numbers(left.path(), 1), (1..=accepted).collect::<Vec<_>>());
    drop((after, after_guard));
    talks.store(false, std::sync::atomic::Ordering::Relaxed);
    drop((engine, guard));
    assert_eq!(numbers(dir.path(), 1), (1..=accepted).collect::<Vec<_>>());
}

/// Stamps that no counter gave hold up the lane that they stand in, and nobody else.
#[test]
fn a_lane_whose_stamps_lie_ahead_holds_up_no_end() {
    const SIZE: usize = 64 << 20;
    let dir = tempfile::tempdir().unwrap();
    let start = || {
        let mail = Subscription::new("mail", LogType::TextMail);
        let mail = mail.sink(File::in_dir(dir.path().join("logs")));
        let run = dir.path().join("run");
        Engine::builder().run_directory(run).lane_bytes(SIZE).subscribe(mail).start().unwrap()
    };
    drop(start());
    let mut worker = attach(dir.path().join("run")).unwrap().producer().unwrap();
    for number in 1..=500_000 {
        assert_eq!(worker.emit(&numbered(1, number)), Outcome::Accepted);
    }
    let lane = &ringmail::ring::lanes_of(dir.path().join("run")).unwrap()[0];
    let lane = fs::File::options().write(true).open(dir.path().join("run").join(&lane.name));
    let lane = lane.unwrap();
    for at in 0..500_000 {
        use std::os::unix::fs::FileExt as _;
        // The stamp stands behind length, number, level and flags.
        lane.write_all_at(&(1u64 << 62).to_le_bytes(), 4096 + 64 * at + 8).unwrap();
    }
    let (engine, guard) = start();
    let mut own = engine.producer().unwrap();
    assert_eq!(own.emit(&numbered(2, 1)), Outcome::Accepted);
    let began = Instant::now();
    engine.flush();
    assert_eq!(numbers(dir.path(), 2), [1]);
    drop((engine, guard));
    let took = began.elapsed();
    assert!(took < Duration::from_millis(1500), "{took:?}");
}

/// Run directory and logs as a crash at this moment would leave them.
fn as_left(dir: &Path) -> tempfile::TempDir {
    let left = tempfile::tempdir().unwrap();
    let mut copy = std::process::Command::new("cp");
    copy.args(["-a", "run", "logs"]).arg(left.path()).current_dir(dir);
    assert!(copy.status().unwrap().success());
    left
}

/// A sink that takes nothing.
#[derive(Debug)]
struct Full;

impl ringmail::Sink for Full {
    fn write(&mut self, _lines: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::StorageFull.into())
    }
    fn position(&self) -> u64 {
        0
    }
    fn cut(&mut self, _position: u64) -> std::io::Result<()> {
        Ok(())
    }
    fn roll(&mut self, _stamp: &str) -> std::io::Result<()> {
        Ok(())
    }
    fn place(&self) -> String {
        "nowhere".to_owned()
    }
}

/// The first lines of a subscription may be written long before all sinks have theirs.
#[test]
fn a_crash_before_the_first_lines_are_settled_writes_none_twice() {
    for is_added_later in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        drop(start(dir.path()));
        let attached = attach(dir.path().join("run")).unwrap();
        let mut worker = attached.producer().unwrap();
        let mut emit = || {
            for number in 1..=1000 {
                assert_eq!(worker.emit(&numbered(1, number)), Outcome::Accepted);
            }
        };
        let mail = || {
            let mail = Subscription::new("mail", LogType::TextMail);
            mail.sink(File::in_dir(dir.path().join("logs")))
        };
        let full = || Subscription::new("full", LogType::TextMail).sink(Full);
        let builder = || Engine::builder().run_directory(dir.path().join("run"));
        let (_engine, _guard) = if is_added_later {
            let null = Subscription::new("null", LogType::Bounce).sink(ringmail::Null::new());
            let (engine, guard) = builder().subscribe(null).start().unwrap();
            engine.reconfigure(builder().subscribe(mail()).subscribe(full()), &[]).unwrap();
            emit();
            (engine, guard)
        } else {
            emit();
            builder().subscribe(mail()).subscribe(full()).start().unwrap()
        };
        wait_until("the lines", || numbers(dir.path(), 1).len() == 1000);
        let left = as_left(dir.path());
        let (after, after_guard) = start(left.path());
        after.flush();
        assert_eq!(numbers(left.path(), 1), (1..=1000).collect::<Vec<_>>(), "{is_added_later}");
        drop((after, after_guard));
    }
}
