//! The C++ spdlog, in a small program that is compiled when it is first wanted.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::run::Task;
use super::system::TIMED;
use crate::Result;
use crate::said::{FIRST, Script};

#[derive(Clone, Copy)]
pub(super) enum Mode {
    Async,
    Sync,
}

const SOURCE: &str = include_str!("spdlog.cpp");

/// The library as Debian has it, compiled; else its headers alone.
const WAYS: [&[&str]; 2] =
    [&["-DSPDLOG_COMPILED_LIB", "-DSPDLOG_FMT_EXTERNAL", "-", "-lspdlog", "-lfmt"], &["-"]];

/// The program, compiled unless it has been.
///
/// # Errors
/// Why it cannot be: there is no `g++`, or no `libspdlog-dev`.
pub(super) fn program() -> std::result::Result<PathBuf, String> {
    let mut hasher = DefaultHasher::new();
    SOURCE.hash(&mut hasher);
    let here = std::env::current_exe().map_err(|error| error.to_string())?;
    let path = here.with_file_name(format!("perf-spdlog-{:016x}", hasher.finish()));
    if path.is_file() {
        return Ok(path);
    }
    let mut said = String::new();
    for way in WAYS {
        said = match compile(way, &path) {
            Ok(said) if said.is_empty() => return Ok(path),
            Ok(said) => said,
            Err(error) => return Err(format!("no g++: {error}")),
        };
    }
    let first = said.lines().find(|line| line.contains("error")).unwrap_or("g++ failed");
    Err(first.to_owned())
}

/// What the compiler had to say; nothing if it succeeded.
fn compile(way: &[&str], path: &Path) -> std::io::Result<String> {
    let made = path.with_extension(std::process::id().to_string());
    let mut compiler = Command::new("g++")
        .args(["-std=c++17", "-O2", "-pthread", "-x", "c++", "-o"])
        .arg(&made)
        .args(way)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = compiler.stdin.take() {
        stdin.write_all(SOURCE.as_bytes())?;
    }
    let output = compiler.wait_with_output()?;
    if output.status.success() {
        fs::rename(&made, path)?;
        return Ok(String::new());
    }
    Ok(String::from_utf8_lossy(&output.stderr).into_owned() + "g++ failed")
}

/// The command that does a task; the addresses are written into a directory.
pub(super) fn command(mode: Mode, program: &Path, task: &Task, dir: &Path) -> Result<Command> {
    let mut command = Command::new(program);
    command.arg(match mode {
        Mode::Async => "async",
        Mode::Sync => "sync",
    });
    command.arg(task.place.path("mail_logs"));
    let nanos = task.interval.map_or(0, |interval| interval.as_nanos());
    command.args([task.producers, task.lines].map(|figure| figure.to_string()));
    command.arg(nanos.to_string());
    command.args([TIMED, FIRST.0, FIRST.1].map(|figure| figure.to_string()));
    for (number, script) in Script::all(task.producers).iter().enumerate() {
        let path = dir.join(format!("addresses-{number}"));
        fs::write(&path, script.addresses())?;
        command.arg(path);
    }
    Ok(command)
}
