//! One run of one system, from outside: started, listened to, and its lines counted.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::Value;
use tempfile::TempDir;

use super::spdlog;
use super::system::{Kind, Start, System};
use crate::Result;
use crate::measure::{Others, of_steps};
use crate::said::{Digest, Script};
use crate::target::{Place, Target};

/// What one run is to do.
pub(super) struct Task {
    pub(super) place: Place,
    pub(super) producers: u64,
    /// Of each producer.
    pub(super) lines: u64,
    pub(super) interval: Option<Duration>,
}

/// What one run came to.
pub(super) struct Run {
    pub(super) lines_per_second: f64,
    pub(super) cpu_seconds_per_million_lines: f64,
    pub(super) latency: Histogram<u64>,
    pub(super) lost: u64,
    pub(super) peak_bytes: u64,
    /// What a timed call of nothing took, where that was measured.
    pub(super) timer_ns: Option<u64>,
    /// Cores that other programs took meanwhile.
    pub(super) others: f64,
}

/// A system that can be run here.
pub(super) struct Contestant {
    pub(super) system: System,
    /// Its program, where it is not this one.
    program: PathBuf,
}

impl Contestant {
    /// # Errors
    /// Why it cannot be run here.
    pub(super) fn of(system: System) -> std::result::Result<Self, (System, String)> {
        let program = match system.start {
            Start::Here(_) => std::env::current_exe().map_err(|error| error.to_string()),
            Start::Spdlog(_) => spdlog::program(),
        };
        match program {
            Ok(program) => Ok(Self { system, program }),
            Err(reason) => Err((system, reason)),
        }
    }

    /// Runs it, and checks what it wrote. The expectation is of all producers.
    pub(super) fn run(&self, target: Target, task: &Task, expected: Digest) -> Result<Run> {
        let scratch = TempDir::new()?;
        let others = Others::watch();
        let output = self.command(task, scratch.path())?.stderr(Stdio::inherit()).output()?;
        let others = others.cores();
        let name = self.system.name;
        if !output.status.success() {
            return Err(format!("{name}: {}", output.status).into());
        }
        let told: Value = serde_json::from_slice(&output.stdout)?;
        let figure = |key: &str| {
            let figure = told.get(key).and_then(Value::as_f64);
            figure.ok_or_else(|| format!("{name}: no {key}"))
        };
        let count = |key: &str| told.get(key).and_then(Value::as_u64);
        let total = expected.lines;
        Ok(Run {
            lines_per_second: total as f64 / figure("seconds")?,
            cpu_seconds_per_million_lines: figure("cpu_seconds")? * 1e6 / total as f64,
            latency: of_steps(told.get("latency").unwrap_or(&Value::Null)),
            lost: self.lost(target, task, expected, count("bytes"))?,
            peak_bytes: count("peak_bytes").unwrap_or(0),
            timer_ns: count("timer_ns"),
            others,
        })
    }

    fn command(&self, task: &Task, scratch: &Path) -> Result<Command> {
        if let Start::Spdlog(mode) = self.system.start {
            return spdlog::command(mode, &self.program, task, scratch);
        }
        let mut command = Command::new(&self.program);
        command.args(["rivals-child", "--json", "--system", self.system.name]);
        if let Some(dir) = task.place.dir() {
            command.arg("--dir").arg(dir);
        }
        command.arg("--producers").arg(task.producers.to_string());
        command.arg("--lines").arg(task.lines.to_string());
        if let Some(interval) = task.interval {
            command.arg("--interval-ns").arg(interval.as_nanos().to_string());
        }
        Ok(command)
    }

    /// Lines that did not arrive: in files they are looked for, and what the kernel counted until
    /// the clock was stopped is compared in any case.
    fn lost(
        &self,
        target: Target,
        task: &Task,
        expected: Digest,
        bytes: Option<u64>,
    ) -> Result<u64> {
        let name = self.system.name;
        let mean = expected.bytes / expected.lines.max(1);
        // The ceiling repeats a block: its lengths are right in the middle only.
        let slack = if self.system.kind == Kind::Ceiling { expected.bytes / 100 } else { 0 };
        let missing = match bytes {
            Some(bytes) => expected.bytes.saturating_sub(bytes + slack),
            None => 0,
        };
        if target == Target::Null || self.system.kind == Kind::Ceiling {
            return Ok(missing.div_ceil(mean));
        }
        let found = written(&task.place)?;
        if found.lines == expected.lines && found != expected {
            return Err(format!("{name}: lines that nobody said").into());
        }
        if found.lines == expected.lines && missing > 0 {
            return Err(format!("{name}: {missing} bytes were written after its flush").into());
        }
        Ok(expected.lines.abs_diff(found.lines))
    }
}

/// What such a task makes of all producers.
pub(super) fn expectation(producers: u64, lines: u64) -> Digest {
    Digest::of_scripts(&Script::all(producers), lines)
}

/// What stands in the files of a place, whatever their directories.
fn written(place: &Place) -> Result<Digest> {
    let mut digest = Digest::default();
    let mut dirs: Vec<PathBuf> = place.dir().map(Path::to_owned).into_iter().collect();
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            let file_type = entry.file_type()?;
            if file_type.is_dir() {
                dirs.push(entry.path());
            } else if file_type.is_file() {
                digest.merge(Digest::of_file(&std::fs::read(entry.path())?));
            }
        }
    }
    Ok(digest)
}
