//! The programs of a scenario: the example server, its clients, its next hop.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use ringmail::LogFile;
use serde_json::Value;

use crate::account::Account;
use crate::story::Stories;

/// No step of a scenario takes longer, on a machine with other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether the scenario's programs are there. Where they are not, its test says so and passes,
/// unless `RINGMAIL_PEERS` is `required`.
pub(crate) fn peers(programs: &[&str]) -> bool {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
    let missing: Vec<_> = programs
        .iter()
        .filter(|name| !path.split(':').any(|folder| Path::new(folder).join(name).exists()))
        .collect();
    if missing.is_empty() {
        return true;
    }
    let required = std::env::var("RINGMAIL_PEERS").is_ok_and(|value| value == "required");
    assert!(!required, "RINGMAIL_PEERS is required, and {missing:?} are not installed");
    eprintln!("skipped: needs {missing:?} (Debian packages swaks and postfix)");
    false
}

pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
    command.env("PATH", path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Looks again and again until something holds.
pub(crate) fn wait_until(what: &str, holds: impl FnMut() -> bool) {
    wait_or(what, holds, String::new);
}

fn wait_or(what: &str, mut holds: impl FnMut() -> bool, state: impl FnOnce() -> String) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "{what} did not happen in {PATIENCE:?}{}", state());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// An address on which nothing listens.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A program that does not outlive its scenario.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    pub(crate) fn end(&mut self) -> ExitStatus {
        let mut status = None;
        wait_until("the end of a program", || {
            status = self.0.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail when it has ended before.
        let _killed = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// Runs a client to its end.
pub(crate) fn run(command: &mut Command) -> ExitStatus {
    Running::start(command).end()
}

/// Starts `smtp-sink` with these options, and waits until it listens.
pub(crate) fn sink(address: SocketAddr, options: &[&str]) -> Running {
    start_sink(command("smtp-sink").args(options), address)
}

/// Starts `smtp-sink`, which writes how many messages it has seen into a file.
pub(crate) fn counting_sink(address: SocketAddr, counts: fs::File) -> Running {
    start_sink(command("smtp-sink").arg("-c").stdout(counts), address)
}

fn start_sink(sink: &mut Command, address: SocketAddr) -> Running {
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        sink.args(["-u", "nobody"]);
    }
    let running = Running::start(sink.arg(address.to_string()).arg("100"));
    wait_until("smtp-sink listening", || TcpStream::connect(address).is_ok());
    running
}

/// The example server.
pub(crate) struct Mta {
    running: Running,
    output: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    logs: tempfile::TempDir,
}

impl Mta {
    pub(crate) fn start(next_hop: SocketAddr, options: &[&str]) -> Self {
        let logs = tempfile::tempdir().unwrap();
        let mut command = Command::new(executable());
        command
            .args(["--listen", "127.0.0.1:0", "--next-hop", &next_hop.to_string(), "--dir"])
            .arg(logs.path())
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let running = Running(child);
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on ").unwrap().parse().unwrap();
        Self { running, output, address, logs }
    }

    /// The lines of a log so far.
    pub(crate) fn lines(&self, log: &str) -> Vec<String> {
        lines_in(&self.logs.path().join(log))
    }

    /// Waits until the text mail log has this many lines with this in them, and no more.
    pub(crate) fn wait_for(&self, count: usize, text: &str) {
        assert_eq!(self.wait_for_at_least(count, text), count, "{text:?}");
    }

    pub(crate) fn wait_for_at_least(&self, count: usize, text: &str) -> usize {
        let mut found = 0;
        wait_or(
            &format!("{text:?} {count} times"),
            || {
                let lines = self.lines("mail_logs");
                found = lines.iter().filter(|line| line.contains(text)).count();
                found >= count
            },
            || format!("; the log ends: {:#?}", self.lines("mail_logs").iter().rev().take(20)),
        );
        found
    }

    /// Ends the server, checks what holds in every scenario, and tells the rest.
    pub(crate) fn end(mut self) -> Account {
        let pid = i32::try_from(self.running.0.id()).unwrap();
        // SAFETY: no memory is involved; the child is not reaped yet, so the id is its own.
        assert_eq!(unsafe { libc::kill(pid, libc::SIGTERM) }, 0);
        let status = self.running.end();
        let mut said = String::new();
        self.output.read_to_string(&mut said).unwrap();
        assert!(status.success(), "{status}: {said}");
        let ledger: Value = serde_json::from_str(said.trim_end()).unwrap();
        let logs = ["mail_logs", "bounces", "status", "system_logs"];
        Account::new(&ledger, logs.map(|log| (log, self.lines(log))))
    }

    /// Ends the server, and tells each message's and connection's story.
    pub(crate) fn end_with_stories(self) -> (Account, Stories) {
        let account = self.end();
        let stories = Stories::read(account.lines("mail_logs"));
        (account, stories)
    }
}

/// The example's executable: cargo builds it beside the tests.
fn executable() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let executable = profile.join("examples").join("mta");
    assert!(
        executable.exists(),
        "{} is missing: `cargo test` builds it, `cargo test --test mta` does not",
        executable.display()
    );
    executable
}

fn lines_in(folder: &Path) -> Vec<String> {
    let files = LogFile::list(folder).unwrap();
    let mut lines = Vec::new();
    for file in files {
        // It may be renamed between the two calls: the next look finds it.
        let Ok(text) = fs::read_to_string(file.path()) else { continue };
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        lines.extend(whole.lines().map(str::to_owned));
    }
    lines
}
