//! The probes, by the scripts of `perf/bpf` on an engine at work.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ringmail::event::{Icid, Mid, Recipient, Rid};
use ringmail::{Engine, File, FullLane, LogType, RateLimit, Rollover, Subscription};

/// Each script, and what it must say of the load below.
const SCRIPTS: [(&str, &[&str]); 5] = [
    ("emit.bt", &["@emit_ns:"]),
    ("lag.bt", &["@lag_us:"]),
    ("write.bt", &["@write_bytes[mail_logs]:", "@write_us[mail_logs]:", "@rollovers[mail_logs]:"]),
    ("drops.bt", &["@dropped[lane full]:", "@dropped[rate limit]:", "@lane_full["]),
    ("mids.bt", &["@events[7]:", "@events[8]:"]),
];

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("perf/bpf")
}

/// What keeps this machine from tracing, if anything does.
fn obstacle() -> Option<String> {
    if !scripts().is_dir() {
        return Some("the scripts are not part of the package".to_owned());
    }
    let tries = Command::new("bpftrace")
        .args(["-p", &std::process::id().to_string(), "-e"])
        .arg("usdt:*:ringmail:round { } BEGIN { exit(); }")
        .output();
    match tries {
        Err(error) => Some(format!("no bpftrace: {error}")),
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            // A probe that is missing is no obstacle, but what is tested.
            (!said.contains("ringmail")).then_some(said)
        }
    }
}

#[test]
fn scripts_show_what_an_engine_does() {
    if let Some(reason) = obstacle() {
        eprintln!("skipped: cannot trace: {reason}");
        return;
    }
    let done = AtomicBool::new(false);
    let outputs = thread::scope(|scope| {
        scope.spawn(|| load(&done));
        // To attach takes a while, the longer the busier the machine is.
        let outputs = [4, 10, 25].into_iter().find_map(|seconds| {
            let outputs = trace(Duration::from_secs(seconds));
            let whole = outputs
                .iter()
                .zip(SCRIPTS)
                .all(|(output, script)| missing(output, script).is_none());
            (whole || seconds == 25).then_some(outputs)
        });
        done.store(true, Ordering::Relaxed);
        outputs.unwrap()
    });
    for (output, script) in outputs.iter().zip(SCRIPTS) {
        if let Some(missing) = missing(output, script) {
            let said = String::from_utf8_lossy(&output.stdout);
            let complained = String::from_utf8_lossy(&output.stderr);
            panic!("{}: no {missing} in:\n{said}\n{complained}", script.0);
        }
    }
}

/// What a script should have said and did not.
fn missing(output: &Output, (_, expected): (&str, &[&'static str])) -> Option<&'static str> {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    expected.iter().find(|part| !said.contains(**part)).copied()
}

/// Runs all scripts for so long, and takes what they print at their end.
fn trace(time: Duration) -> Vec<Output> {
    let dir = scripts();
    let tracers: Vec<Child> = SCRIPTS
        .iter()
        .map(|(script, _)| {
            Command::new("bpftrace")
                .args(["-p", &std::process::id().to_string()])
                .arg(dir.join(script))
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    thread::sleep(time);
    for tracer in &tracers {
        let pid = i32::try_from(tracer.id()).unwrap();
        // SAFETY: a signal to a child that has not been waited for.
        assert_eq!(unsafe { libc::kill(pid, libc::SIGINT) }, 0);
    }
    tracers.into_iter().map(|tracer| tracer.wait_with_output().unwrap()).collect()
}

/// Bursts into a small lane, two subscriptions, files that roll over.
fn load(done: &AtomicBool) {
    let dir = tempfile::tempdir().unwrap();
    let mail = Subscription::new("mail_logs", LogType::TextMail)
        .rollover(Rollover::at_bytes(64 << 10).unwrap())
        .keep_files(2)
        .sink(File::in_dir(dir.path()));
    let limited = Subscription::new("limited", LogType::TextMail)
        .rate_limit(RateLimit::events(10).unwrap())
        .keep_files(2)
        .sink(File::in_dir(dir.path()));
    let (engine, _guard) = Engine::builder()
        .lane_bytes(256 << 10)
        .full_lane(FullLane::Drop)
        .subscribe(mail)
        .subscribe(limited)
        .start()
        .unwrap();
    let mut worker = engine.producer().unwrap();
    let began = Instant::now();
    while !done.load(Ordering::Relaxed) && began.elapsed() < Duration::from_secs(120) {
        for number in 0..10_000_u32 {
            let mid = Mid(7 + u64::from(number) % 2);
            let to = "somebody@example.com".into();
            let _shed = worker.emit(&Recipient { mid, icid: Icid(9), rid: Rid(number), to });
        }
        thread::sleep(Duration::from_millis(2));
    }
}
