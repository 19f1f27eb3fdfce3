//! Disk buffers of syslog subscriptions, looked at from outside.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use base64::Engine as _;
use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::cli::Failure;
use crate::cli::control::print;
use crate::cli::input::bar_of;
use crate::cli::output::{Output, Stop};
use crate::sink::syslog::buffer::{Entry, Inspection, SegmentReport, Walked};
use crate::{Level, Timestamp};

/// Looks into the disk buffer of a syslog subscription, or saves what waits in it.
#[derive(Args, Debug)]
#[command(after_help = "\
A buffer keeps the messages that a syslog server has not yet taken. It is a directory; a process that
is using it is not disturbed, and nothing is changed.

Examples:
  ringmail buffer list /var/spool/ringmail/mail_logs
  ringmail buffer verify --json /var/spool/ringmail/mail_logs | jq .missing
  ringmail buffer export /var/spool/ringmail/mail_logs > unsent.log

Exit codes: 0 done; 1 a segment is damaged, or the buffer cannot be read; 2 wrong usage.")]
pub(crate) struct Buffer {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand, Debug)]
enum Act {
    List(List),
    Verify(Verify),
    Export(Export),
}

/// Lists segments: their sequences, sizes and times, and what became of all messages.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail buffer list /var/spool/ringmail/mail_logs
  ringmail buffer list --json /var/spool/ringmail/mail_logs | jq .account.pending")]
struct List {
    /// The buffer's directory
    directory: PathBuf,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Reads every message, and says which are not as they were written.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail buffer verify /var/spool/ringmail/mail_logs
  ringmail buffer verify --json /var/spool/ringmail/mail_logs | jq .is_whole

Exit code 1 when messages are missing or damaged, or the state is.")]
struct Verify {
    /// The buffer's directory
    directory: PathBuf,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Writes the messages that wait, a line each.
#[derive(Args, Debug)]
#[command(after_help = "\
For a server that never comes back. Messages that were acknowledged are left out.

Examples:
  ringmail buffer export --output unsent.log /var/spool/ringmail/mail_logs
  ringmail buffer export --json /var/spool/ringmail/mail_logs | jq -r .message

Exit code 1 when messages are missing or damaged: the others are written.")]
struct Export {
    /// The buffer's directory
    directory: PathBuf,

    /// Also those that were acknowledged and are still there
    #[arg(long)]
    all: bool,

    /// A JSON object a line: sequence, time, level, maybe_sent, message
    #[arg(long)]
    json: bool,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Buffer {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match &self.act {
            Act::List(list) => list.run(),
            Act::Verify(verify) => verify.run(),
            Act::Export(export) => export.run(),
        }
    }
}

impl List {
    fn run(&self) -> Result<(), Failure> {
        let found = Inspection::of(&self.directory)?;
        print(&if self.json { listed(&found).to_string() } else { table(&found) })?;
        damaged(found.segments.iter().filter(|segment| segment.error.is_some()).count() as u64)
    }
}

impl Verify {
    fn run(&self) -> Result<(), Failure> {
        let found = Inspection::of(&self.directory)?;
        let bar = progress(&found, std::io::stderr().is_terminal());
        let mut segments = Vec::new();
        for (place, report) in found.segments.iter().enumerate() {
            segments.push((report, walk(&found, place, |_| ())));
            bar.inc(report.bytes);
        }
        bar.finish_and_clear();
        let verified = Verified::of(&segments, found.is_in_use);
        let text = if self.json {
            verified.json(&segments, &found)
        } else {
            verified.text(&segments, &found)
        };
        print(&text)?;
        if found.account.is_none() {
            return Err(Failure::new("the state is damaged"));
        }
        damaged(verified.damaged)
    }
}

impl Export {
    fn run(&self) -> Result<(), Failure> {
        let found = Inspection::of(&self.directory)?;
        let settled = if self.all { 0 } else { found.settled };
        let mut out = Output::open(self.output.as_deref(), &[])?;
        let shows = std::io::stderr().is_terminal()
            && (self.output.is_some() || !std::io::stdout().is_terminal());
        let bar = progress(&found, shows);
        match self.write(&found, settled, &mut out, &bar) {
            Ok(count) => {
                bar.finish_and_clear();
                damaged(count)
            }
            Err(stop) => stop.failure().map_or(Ok(()), Err),
        }
    }

    /// Writes the messages, and tells how many segments are damaged.
    fn write(
        &self,
        found: &Inspection,
        settled: u64,
        out: &mut Output,
        bar: &ProgressBar,
    ) -> Result<u64, Stop> {
        let mut count = 0;
        for (place, report) in found.segments.iter().enumerate() {
            if report.last > settled {
                // A segment has a few megabytes.
                let walked = walk(found, place, |entry| {
                    if entry.sequence > settled {
                        self.put(&entry, &mut out.block);
                    }
                });
                count += u64::from(is_damaged(report, &walked));
                if let Err(error) = walked {
                    bar.suspend(|| eprintln!("ringmail: {error}"));
                }
                out.write_full()?;
            }
            bar.inc(report.bytes);
        }
        out.write()?;
        Ok(count)
    }

    fn put(&self, entry: &Entry<'_>, block: &mut Vec<u8>) {
        if self.json {
            block.extend_from_slice(exported(entry).to_string().as_bytes());
        } else {
            block.extend_from_slice(entry.payload);
        }
        block.push(b'\n');
    }
}

type Segments<'a> = [(&'a SegmentReport, Result<Walked, String>)];

/// What all segments together come to.
#[derive(Default)]
struct Verified {
    entries: u64,
    missing: u64,
    damaged: u64,
}

impl Verified {
    fn of(segments: &Segments<'_>, is_in_use: bool) -> Self {
        let mut verified = Self::default();
        for (place, (report, walked)) in segments.iter().enumerate() {
            verified.damaged += u64::from(is_damaged(report, walked));
            match walked {
                Ok(walked) => {
                    verified.entries += walked.entries;
                    verified.missing += walked.missing;
                }
                // What the last one has is written while this reads.
                Err(_) if is_in_use && place + 1 == segments.len() => {}
                Err(_) => verified.missing += (report.last + 1).saturating_sub(report.first),
            }
        }
        verified
    }

    fn text(&self, segments: &Segments<'_>, found: &Inspection) -> String {
        let mut text = String::new();
        // Writing into memory does not fail.
        for (report, walked) in segments {
            write!(text, "{}: ", report.name).ok();
            match walked {
                Ok(walked) => {
                    write!(text, "{} messages", walked.entries).ok();
                    if walked.missing > 0 {
                        write!(text, ", {} MISSING or damaged", walked.missing).ok();
                    }
                    if walked.trailing > 0 {
                        write!(text, ", {} bytes at its end are no message", walked.trailing).ok();
                    }
                }
                Err(error) => write!(text, "CANNOT be read: {error}").unwrap_or_default(),
            }
            text.push('\n');
        }
        let Self { entries, missing, .. } = self;
        write!(text, "{entries} messages as they were written, {missing} missing or damaged").ok();
        if found.account.is_none() {
            text.push_str("\nthe state is damaged: what was acknowledged is not known");
        }
        text
    }

    fn json(&self, segments: &Segments<'_>, found: &Inspection) -> String {
        let segments = segments.iter().map(|(report, walked)| match walked {
            Ok(walked) => json!({
                "segment": report.name,
                "entries": walked.entries,
                "missing": walked.missing,
                "trailing_bytes": walked.trailing,
                "first_time": walked.times.map(|(first, _)| first.to_string()),
                "last_time": walked.times.map(|(_, last)| last.to_string()),
            }),
            Err(error) => json!({ "segment": report.name, "error": error }),
        });
        json!({
            "is_whole": self.damaged == 0 && found.account.is_some(),
            "has_state": found.account.is_some(),
            "entries": self.entries,
            "missing": self.missing,
            "segments": segments.collect::<Vec<_>>(),
        })
        .to_string()
    }
}

fn walk(found: &Inspection, place: usize, each: impl FnMut(Entry<'_>)) -> Result<Walked, String> {
    found.walk(place, each).map_err(|error| error.to_string())
}

fn is_damaged(report: &SegmentReport, walked: &Result<Walked, String>) -> bool {
    match walked {
        Ok(walked) => walked.missing > 0,
        // An empty one is what is left of a process that was killed when it made the file.
        Err(_) => report.first <= report.last,
    }
}

fn damaged(segments: u64) -> Result<(), Failure> {
    match segments {
        0 => Ok(()),
        1 => Err(Failure::new("1 segment is damaged")),
        more => Err(Failure::new(format!("{more} segments are damaged"))),
    }
}

fn progress(found: &Inspection, shows: bool) -> ProgressBar {
    if shows {
        bar_of(found.segments.iter().map(|segment| segment.bytes).sum())
    } else {
        ProgressBar::hidden()
    }
}

fn exported(entry: &Entry<'_>) -> Value {
    let message = match str::from_utf8(entry.payload) {
        Ok(text) => json!(text),
        Err(_) => {
            json!({ "b64": base64::engine::general_purpose::STANDARD.encode(entry.payload) })
        }
    };
    json!({
        "sequence": entry.sequence,
        "time": Timestamp::from_micros(entry.time).to_string(),
        "level": Level::from_number(entry.level).map(Level::name),
        "maybe_sent": entry.is_repeat,
        "message": message,
    })
}

fn listed(found: &Inspection) -> Value {
    let segments = found.segments.iter().map(|segment| {
        json!({
            "segment": segment.name,
            "first": segment.first,
            "last": segment.last,
            "bytes": segment.bytes,
            "time": segment.time.map(|time| time.to_string()),
            "error": segment.error,
        })
    });
    let account = found.account.map(|account| {
        json!({
            "taken": account.taken,
            "acknowledged": account.acknowledged,
            "given_up": account.given_up,
            "lost": account.lost,
            "pending": account.pending,
            "refused": account.refused,
            "failed": account.failed,
            "bytes": account.bytes,
        })
    });
    json!({
        "is_in_use": found.is_in_use,
        "settled": found.settled,
        "maybe_sent_until": found.maybe_sent_until,
        "account": account,
        "segments": segments.collect::<Vec<_>>(),
    })
}

fn table(found: &Inspection) -> String {
    let mut out = format!(
        "{:<28} {:>14} {:>14} {:>11}  {:<11} {}\n",
        "SEGMENT", "FIRST", "LAST", "BYTES", "SENT", "TIME OF THE FIRST"
    );
    for segment in &found.segments {
        let SegmentReport { name, first, last, bytes, .. } = segment;
        let sent = match () {
            () if first > last => "empty",
            () if *last <= found.settled => "yes",
            () if *first <= found.settled => "in part",
            () if *first <= found.maybe_sent_until => "perhaps",
            () => "no",
        };
        let time = segment.time.map_or_else(String::new, |time| time.to_string());
        let time = segment.error.as_ref().unwrap_or(&time);
        writeln!(out, "{name:<28} {first:>14} {last:>14} {bytes:>11}  {sent:<11} {time}").ok();
    }
    match &found.account {
        Some(account) => writeln!(out, "{account}").unwrap_or_default(),
        None => out.push_str("the state is damaged: what was acknowledged is not known\n"),
    }
    out.push_str(if found.is_in_use { "in use" } else { "not in use" });
    out
}
