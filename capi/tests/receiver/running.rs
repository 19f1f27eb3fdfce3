//! The example receiver as a process, clients that talk to it, and its log as events.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use library::event;
use library::parse::LogReader;
use library::record::{Value, fields};
use library::{LogFile, LogType};

use crate::common;

/// No step takes longer, on a machine with other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "{what} did not happen in {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The receiver, built by its own Makefile against the static library.
fn executable() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let libraries = common::libraries();
        let program = libraries.join("examples").join("c-receiver");
        fs::create_dir_all(libraries.join("examples")).unwrap();
        let mut make = Command::new("make");
        make.args(["-C", &format!("{}/examples/c", common::ROOT), "--always-make"])
            .arg(format!("LIBDIR={}", libraries.display()))
            .arg(format!("OUT={}", program.display()));
        common::succeeds(&mut make);
        program
    })
}

/// A receiver that does not outlive its test.
pub(crate) struct Receiver {
    child: Child,
    output: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl Receiver {
    pub(crate) fn start(directory: &Path, options: &[&str]) -> Self {
        Self::run(Command::new(executable()), directory, options)
    }

    /// The same under valgrind, which tells on standard error what is wrong.
    pub(crate) fn start_under_valgrind(
        directory: &Path,
        errors: fs::File,
        options: &[&str],
    ) -> Self {
        let mut command = common::valgrind(executable());
        command.stderr(errors);
        Self::run(command, directory, options)
    }

    fn run(mut command: Command, directory: &Path, options: &[&str]) -> Self {
        command.arg("-r").arg(directory.join("run")).arg("-i").arg(directory.join("ids"));
        let mut child =
            command.args(options).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on ").unwrap().parse().unwrap();
        Self { child, output, address }
    }

    fn id(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap()
    }

    /// The processes that serve connections.
    pub(crate) fn children(&self) -> Vec<i32> {
        let id = self.id();
        let list = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        list.split_ascii_whitespace().map(|id| id.parse().unwrap()).collect()
    }

    /// Ends it as an init system does.
    pub(crate) fn end(mut self) -> ExitStatus {
        kill(self.id(), libc::SIGTERM);
        let mut status = None;
        wait_until("the receiver's end", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        status.unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // Its children end with it. Both fail when it has ended before.
        let _killed = self.child.kill();
        let _reaped = self.child.wait();
    }
}

pub(crate) fn kill(process: i32, signal: i32) {
    // SAFETY: no memory is involved; the process is a child of ours, or of one.
    assert_eq!(unsafe { libc::kill(process, signal) }, 0);
}

/// A client that says what it likes.
pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut client = Self(BufReader::new(stream));
        assert_eq!(client.answer(), "220");
        client
    }

    /// The code of the next answer; nothing when the connection is at its end.
    pub(crate) fn answer(&mut self) -> String {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap_or(0) == 0 {
                return String::new();
            }
            if line.as_bytes()[3] != b'-' {
                return line[..3].to_owned();
            }
        }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    pub(crate) fn say(&mut self, line: &str, code: &str) {
        self.send(format!("{line}\r\n").as_bytes());
        assert_eq!(self.answer(), code, "{line}");
    }
}

/// An event of the log: its name, and its fields' values as text.
#[derive(Debug)]
pub(crate) struct Logged {
    pub(crate) name: &'static str,
    fields: Vec<(&'static str, String)>,
}

impl Logged {
    pub(crate) fn text(&self, name: &str) -> &str {
        &self.fields.iter().find(|(field, _)| *field == name).unwrap().1
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.fields.iter().find(|(field, _)| *field == name)?.1.parse().ok()
    }
}

/// The text mail log of a directory, read back by the library: every line is an event.
pub(crate) fn log(directory: &Path) -> Vec<Logged> {
    let folder = directory.join("logs/mail_logs");
    let mut events = Vec::new();
    for file in LogFile::list(folder).unwrap() {
        let open = fs::File::open(file.path()).unwrap();
        let mut reader = LogReader::new(LogType::TextMail, open);
        while let Some(line) = reader.read().unwrap() {
            let text = String::from_utf8_lossy(line.raw.bytes).into_owned();
            let number = line.read.and_then(|read| read.number).unwrap_or_else(|| panic!("{text}"));
            let row = event::row(number).unwrap();
            let of_event = fields(row, line.payload).filter_map(|field| {
                let (field, value) = field.unwrap();
                Some((field.name, shown(value?)))
            });
            events.push(Logged { name: row.name, fields: of_event.collect() });
        }
    }
    events
}

fn shown(value: Value<'_>) -> String {
    match value {
        Value::Uint(number) => number.to_string(),
        Value::Text(text) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
        Value::Word(word) => word.to_owned(),
        Value::Ip(address) => address.to_string(),
        other => format!("{other:?}"),
    }
}
