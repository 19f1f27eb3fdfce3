//! What a comparison of files with what would be written for their lines found.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use crate::event;
use crate::parse::{LogLine, Reason, Rewritten, Tally};

/// How many lines of each kind are shown.
const SHOWN: usize = 20;

/// The findings so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    tally: Tally,
    /// How often each event was found, by number.
    events: BTreeMap<u16, u64>,
    different: Vec<Different>,
    unknown: Vec<Unknown>,
}

/// A line that would be written otherwise.
#[derive(Debug)]
struct Different {
    file: String,
    line: u64,
    read: String,
    written: String,
}

/// A line that was not understood.
#[derive(Debug)]
struct Unknown {
    file: String,
    line: u64,
    reason: &'static str,
    read: String,
}

impl Findings {
    /// Takes a line of a file, what became of it, and what is written for it.
    pub(crate) fn take(&mut self, file: &str, line: &LogLine<'_>, what: Rewritten, written: &[u8]) {
        if let (Some(number), Rewritten::Identical | Rewritten::Different) = (line.event(), what) {
            *self.events.entry(number).or_default() += 1;
        }
        let (file, number) = (file.to_owned(), line.raw.number);
        match what {
            Rewritten::Different if self.different.len() < SHOWN => {
                let (read, written) = (shown(line.raw.bytes), shown(written));
                self.different.push(Different { file, line: number, read, written });
            }
            Rewritten::PassedOn(reason) if self.unknown.len() < SHOWN && line.raw.is_begin() => {
                let read = shown(line.raw.bytes);
                self.unknown.push(Unknown { file, line: number, reason: word(reason), read });
            }
            _ => {}
        }
    }

    /// Takes what became of the lines of a file.
    pub(crate) fn add(&mut self, tally: Tally) {
        self.tally += tally;
    }

    /// What is wrong, if anything is.
    pub(crate) fn verdict(&self) -> Option<String> {
        let Tally { lines, different, .. } = self.tally;
        let unknown = lines - self.tally.understood();
        (different + unknown > 0).then(|| {
            format!("of {lines} lines {different} differ and {unknown} were not understood")
        })
    }

    /// One JSON object.
    pub(crate) fn json(&self) -> String {
        let Tally { lines, identical, .. } = self.tally;
        let different = self.different.iter().map(|Different { file, line, read, written }| {
            json!({ "file": file, "line": line, "read": read, "written": written })
        });
        let unknown = self.unknown.iter().map(|Unknown { file, line, reason, read }| {
            json!({ "file": file, "line": line, "reason": reason, "read": read })
        });
        let events = self.by_name().map(|(name, count)| (name.to_owned(), count.into()));
        let passed_on = self.passed_on().map(|(reason, count)| (reason.to_owned(), count.into()));
        let object = json!({
            "lines": lines,
            "understood": self.tally.understood(),
            "identical": identical,
            "different": different.collect::<Vec<_>>(),
            "not_understood": unknown.collect::<Vec<_>>(),
            "passed_on": Json::Object(Map::from_iter(passed_on)),
            "events": Json::Object(events.collect()),
        });
        format!("{object}\n")
    }

    /// The same for people.
    pub(crate) fn text(&self) -> String {
        let Tally { lines, identical, different, .. } = self.tally;
        let mut text = format!(
            "{lines} lines: {} understood, {identical} identical, {different} different\n",
            self.tally.understood()
        );
        // Writing into memory does not fail.
        for (reason, count) in self.passed_on() {
            if count > 0 {
                writeln!(text, "{count} not understood: {}", reason.replace('_', " ")).ok();
            }
        }
        for (name, count) in self.by_name() {
            writeln!(text, "{count:>12} {name}").ok();
        }
        for Different { file, line, read, written } in &self.different {
            let (read, written) = (visible(read), visible(written));
            writeln!(text, "{file}: {line}: read    {read}\n{file}: {line}: written {written}")
                .ok();
        }
        for Unknown { file, line, reason, read } in &self.unknown {
            let reason = reason.replace('_', " ");
            writeln!(text, "{file}: {line}: {reason}: {}", visible(read)).ok();
        }
        text
    }

    fn by_name(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let name = |number: u16| event::row(number).map_or("", |row| row.name);
        self.events.iter().map(move |(number, count)| (name(*number), *count))
    }

    fn passed_on(&self) -> [(&'static str, u64); 4] {
        let Tally { no_event, no_time, too_long, not_writable, .. } = self.tally;
        [
            (word(Reason::NoEvent), no_event),
            (word(Reason::NoTime), no_time),
            (word(Reason::TooLong), too_long),
            (word(Reason::NotWritable), not_writable),
        ]
    }
}

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::NoEvent => "no_event",
        Reason::NoTime => "no_time",
        Reason::TooLong => "too_long",
        Reason::NotWritable => "not_writable",
    }
}

/// A line for people: what is not UTF-8 is replaced, and of very long ones only the start is shown.
fn shown(line: &[u8]) -> String {
    const LONG: usize = 1000;
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    match line.get(..LONG) {
        Some(start) if line.len() > LONG => format!("{}...", String::from_utf8_lossy(start)),
        _ => String::from_utf8_lossy(line).into_owned(),
    }
}

/// What a terminal can show: controls are escaped.
fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_control() {
            visible.extend(char.escape_debug());
        } else {
            visible.push(char);
        }
    }
    visible
}
