//! `ringmail run` in a directory of its own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A service in a directory of its own.
pub struct Service {
    pub dir: tempfile::TempDir,
    pub child: Option<Child>,
}

impl Service {
    pub fn configured(more: &str) -> Self {
        let service = Self { dir: tempfile::tempdir().unwrap(), child: None };
        service.configure(more);
        service
    }

    pub fn started(more: &str) -> Self {
        let mut service = Self::configured(more);
        service.start();
        service
    }

    pub fn configure(&self, more: &str) {
        let dir = self.dir.path().display();
        let text = format!(
            "directory = '{dir}/logs'\n[service]\nrun_directory = '{dir}/run'\n\
             [engine]\ntime_zone = 'UTC'\n{more}"
        );
        fs::write(self.config(), text).unwrap();
    }

    pub fn config(&self) -> PathBuf {
        self.dir.path().join("ringmail.toml")
    }

    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("run/events.sock")
    }

    pub fn start(&mut self) {
        let mut child = self.command(&["run"]).stderr(Stdio::piped()).spawn().unwrap();
        // It says where it reads when everything is open.
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains(": reads ") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it ended: {:?}", child.wait());
        }
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::stderr()));
        self.child = Some(child);
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringmail"));
        command.args(arguments).env("RINGMAIL_CONFIG", self.config()).stdin(Stdio::null());
        command
    }

    pub fn ask(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.ask(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub fn signal(&self, signal: i32) {
        let pid = i32::try_from(self.child.as_ref().unwrap().id()).unwrap();
        // SAFETY: `kill` takes no memory; the process is our child, which has not been waited for.
        let sent = unsafe { libc::kill(pid, signal) };
        assert_eq!(sent, 0);
    }

    /// Ends it in order, and tells whether it did.
    pub fn stop(&mut self) -> bool {
        self.signal(libc::SIGTERM);
        self.child.take().unwrap().wait().unwrap().success()
    }

    /// The text of all files of a subscription, the oldest first.
    pub fn text(&self, name: &str) -> String {
        let folder = self.dir.path().join("logs").join(name);
        let files = ringmail::LogFile::list(folder).unwrap();
        files.iter().map(|file| fs::read_to_string(file.path()).unwrap()).collect()
    }

    pub fn wait_until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !is_so(self) {
            assert!(began.elapsed() < Duration::from_secs(20), "not in 20 s: {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            child.kill().ok();
            child.wait().ok();
        }
    }
}
