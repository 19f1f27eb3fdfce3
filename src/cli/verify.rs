//! Comparing log files with what was written to them.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, Empty, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use crate::LogFile;
use crate::cli::Failure;
use crate::cli::control::print;
use crate::cli::input::Inputs;
use crate::sink::proof::{Difference, Verified};

/// Finds out whether log files are as they were written.
#[derive(Args, Debug)]
#[command(after_help = "\
Each closed file has a sidecar, its name with .sum behind it, that tells how many lines and bytes
it has. Where the subscription has a hash chain (hash_chain = true), lines that were altered, taken
out, put in or moved are found and told by number; the chain leads from file to file, so that a file
that is missing or was replaced is found too. A directory stands for its files, the oldest first.

Who may write the files may also write sidecars that fit. Keep the last value elsewhere, and give it
with --expect.

Examples:
  ringmail verify /var/log/ringmail/audit
  ringmail verify mail.@20141119T091638.s mail.@20141119T101200.s
  ringmail verify --json /var/log/ringmail/audit | jq -r .end

Exit code 1 when a file is not as it was written, or that cannot be told.")]
pub(crate) struct Verify {
    /// The value that the chain of the last file must end with
    #[arg(long, value_name = "HASH")]
    expect: Option<String>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,

    /// Log files, the oldest first, or directories of subscriptions
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// What was found of a file.
enum Found {
    Compared(Verified),
    /// There is nothing to compare it with.
    NoSidecar,
    /// The sidecar cannot be read.
    Damaged(String),
}

impl Verify {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut paths = Vec::new();
        for path in &self.files {
            if path.is_dir() {
                let files = LogFile::history(path)?;
                if files.is_empty() {
                    return Err(Failure::new(format!("{}: no log files", path.display())));
                }
                paths.extend(files);
            } else {
                paths.push(path.clone());
            }
        }
        let inputs = Inputs::new(&paths, false);
        let mut files = paths.iter();
        let mut found = Vec::new();
        inputs.each(|name, input| {
            let path = files.next().map_or(Path::new(name), PathBuf::as_path);
            found.push((path.display().to_string(), compare(path, input)?));
            Ok::<_, Failure>(())
        })?;
        let report = Report::of(&found, self.expect.as_deref());
        print(&if self.json { report.json(&found) } else { report.text(&found) })?;
        match report.problems.len() {
            0 => Ok(()),
            1 => Err(Failure::new("1 file or link of the chain is not as it was written")),
            more => Err(Failure::new(format!(
                "{more} files or links of the chain are not as they were written"
            ))),
        }
    }
}

fn compare(path: &Path, input: Box<dyn Read>) -> Result<Found, Failure> {
    let name = path.to_string_lossy();
    let beside = PathBuf::from(format!("{}.sum", name.strip_suffix(".gz").unwrap_or(&name)));
    let is_open = name.ends_with(".current");
    let found = match File::open(&beside) {
        Ok(sidecar) => Verified::of(input, BufReader::new(sidecar)),
        // The sidecar of an open file comes when it is closed, unless it has a chain.
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_open => {
            Verified::of(input, BufReader::new(Empty::default()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::NoSidecar),
        Err(error) => return Err(Failure::new(format!("{}: {error}", beside.display()))),
    };
    match found {
        Ok(verified) => Ok(Found::Compared(verified)),
        Err(error) if error.is_input() => {
            Ok(Found::Damaged(format!("{}: {error}", beside.display())))
        }
        Err(error) => Err(Failure::new(format!("{}: {error}", path.display()))),
    }
}

/// What all files together come to.
struct Report {
    /// In the order of the files.
    problems: Vec<String>,
    /// What is not proved.
    notes: Vec<String>,
    /// The last value of the chain.
    end: Option<String>,
}

impl Report {
    fn of(found: &[(String, Found)], expect: Option<&str>) -> Self {
        let mut report = Self { problems: Vec::new(), notes: Vec::new(), end: None };
        for (name, found) in found {
            match found {
                Found::NoSidecar => {
                    report.problems.push(format!("{name}: has no sidecar: nothing can be told"));
                }
                Found::Damaged(what) => report.problems.push(what.clone()),
                Found::Compared(verified) => report.take(name, verified),
            }
        }
        report.follow(found);
        if let Some(expect) = expect
            && report.end.as_deref() != Some(&*expect.to_ascii_lowercase())
        {
            let end = report.end.as_deref().unwrap_or("nothing: no file has a chain");
            report.problems.push(format!("the chain ends with {end}, not with {expect}"));
        }
        report
    }

    fn take(&mut self, name: &str, verified: &Verified) {
        if !verified.is_as_written() {
            self.problems.push(format!("{name}: {}", differences(verified)));
        }
        let note = match (&verified.chain, &verified.expected) {
            (None, None) => "is being written: not compared",
            (None, Some(_)) => "has no hash chain: lines and bytes were counted",
            (Some(_), None) => "is being written: compared as far as its sidecar is",
            (Some(_), Some(_)) => return,
        };
        self.notes.push(format!("{name}: {note}"));
    }

    /// Follows the chain from file to file, whatever their order: names do not tell it where local
    /// time went back.
    fn follow(&mut self, found: &[(String, Found)]) {
        let mut chains: Vec<(&str, &str, &str)> = Vec::new();
        for (name, found) in found {
            if let Found::Compared(Verified { chain: Some((first, last)), .. }) = found {
                chains.push((name, first, last));
            }
        }
        let mut before: Option<&str> = None;
        while !chains.is_empty() {
            // The next is the one that goes on from where this has come to, or else from no other.
            let goes_on =
                chains.iter().position(|(_, first, _)| self.end.as_deref() == Some(first));
            let is_head = |at: &usize| {
                chains.get(*at).is_some_and(|(_, first, _)| {
                    let mut others = chains.iter().enumerate().filter(|(other, _)| other != at);
                    !others.any(|(_, (_, _, last))| last == first)
                })
            };
            let head = (0..chains.len()).find(is_head).unwrap_or(0);
            let (name, first, last) = chains.remove(goes_on.unwrap_or(head));
            match before {
                Some(before) if goes_on.is_none() => self.problems.push(format!(
                    "{name}: its chain does not go on from {before}: a file between them is \
                     missing, or one of them was replaced"
                )),
                None if first.bytes().any(|byte| byte != b'0') => self
                    .notes
                    .push(format!("{name}: its chain goes on from a file that is not among these")),
                _ => {}
            }
            before = Some(name);
            self.end = Some(last.to_owned());
        }
    }

    fn text(&self, found: &[(String, Found)]) -> String {
        let mut text = String::new();
        // Writing into memory does not fail.
        for (name, found) in found {
            if let Found::Compared(verified) = found {
                let Verified { lines, bytes, .. } = verified;
                let verdict =
                    if verified.is_as_written() { "as written" } else { "NOT as written" };
                let lines =
                    if verified.is_text { format!("{lines} lines, ") } else { String::new() };
                writeln!(text, "{name}: {lines}{bytes} bytes, {verdict}").ok();
                for difference in &verified.differences {
                    writeln!(text, "  {}", words(difference)).ok();
                }
                let told = verified.differences.len() as u64;
                let all = verified.altered + verified.missing + verified.added + verified.reordered;
                if all > told {
                    writeln!(text, "  and {} more", all - told).ok();
                }
            }
        }
        for (what, lines) in [("problem", &self.problems), ("note", &self.notes)] {
            for line in lines {
                writeln!(text, "{what}: {line}").ok();
            }
        }
        if let Some(end) = &self.end {
            writeln!(text, "the chain ends with {end}").ok();
        }
        text.truncate(text.trim_end().len());
        text
    }

    fn json(&self, found: &[(String, Found)]) -> String {
        let files: Vec<Value> = found.iter().map(|(name, found)| of_file(name, found)).collect();
        json!({
            "as_written": self.problems.is_empty(),
            "files": files,
            "problems": self.problems,
            "notes": self.notes,
            "end": self.end,
        })
        .to_string()
    }
}

fn of_file(name: &str, found: &Found) -> Value {
    let verified = match found {
        Found::Compared(verified) => verified,
        Found::NoSidecar => return json!({ "file": name, "sidecar": false }),
        Found::Damaged(what) => return json!({ "file": name, "sidecar": true, "damaged": what }),
    };
    let differences = verified.differences.iter().map(|difference| {
        json!({ "line": difference.line, "kind": difference.kind.name(), "was": difference.was })
    });
    json!({
        "file": name,
        "sidecar": true,
        "as_written": verified.is_as_written(),
        "lines": verified.lines,
        "bytes": verified.bytes,
        "expected_lines": verified.expected.map(|counts| counts.lines()),
        "expected_bytes": verified.expected.map(|counts| counts.bytes),
        "altered": verified.altered,
        "missing": verified.missing,
        "added": verified.added,
        "reordered": verified.reordered,
        "broken": verified.broken,
        "differences": differences.collect::<Vec<_>>(),
        "first": verified.chain.as_ref().map(|(first, _)| first),
        "end": verified.chain.as_ref().map(|(_, end)| end),
    })
}

/// What is wrong with a file, in words.
fn differences(verified: &Verified) -> String {
    let kinds = [
        (verified.altered, "altered"),
        (verified.missing, "missing"),
        (verified.added, "added"),
        (verified.reordered, "reordered"),
    ];
    let mut parts: Vec<String> = kinds
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, kind)| format!("{count} {kind}"))
        .collect();
    if let Some(first) = verified.differences.first() {
        parts.push(format!("first {}", words(first)));
    }
    if verified.broken > 0 {
        parts.push(format!(
            "{} values of its chain do not fit: the sidecar was altered",
            verified.broken
        ));
    }
    if let Some(counts) = verified.expected.filter(|_| verified.has_other_counts()) {
        parts.push(format!(
            "{} lines and {} bytes, where {} lines and {} bytes were written",
            verified.lines,
            verified.bytes,
            counts.lines(),
            counts.bytes
        ));
    }
    parts.join(", ")
}

fn words(difference: &Difference) -> String {
    let (line, kind) = (difference.line, difference.kind.name());
    match difference.was {
        Some(was) if was != line => format!("line {line} {kind}, was line {was}"),
        _ => format!("line {line} {kind}"),
    }
}
