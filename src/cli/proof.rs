//! Checking the ledger against the files.

use std::fmt::Write as _;
use std::fs;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use flate2::bufread::MultiGzDecoder;
use serde_json::json;

use crate::cli::Failure;
use crate::cli::control::print;
use crate::sink::proof::Checked;

/// Compares the ledger in directories with the files there.
#[derive(Args, Debug)]
#[command(after_help = "\
Counted anew are the lines and bytes of each file. Compared are, for each run of the engine, what
became of the events that the subscription took: taken = written + absorbed + filtered + limited +
failed + pending, and written = the events in the files. Files that are gone without a record that
they were deleted, and files that nobody has written, are told.

Examples:
  ringmail ledger check /var/log/ringmail
  ringmail ledger check /var/log/ringmail/mail_logs --json

Exit code 1 when there is a gap; the first is told.")]
pub(crate) struct Check {
    /// The directory of a subscription, or one that has those of subscriptions in it
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let folders = folders(&self.directory)?;
        let mut checked = Vec::new();
        for folder in &folders {
            checked.push((folder.display().to_string(), Checked::of(folder, open)?));
        }
        print(&if self.json { json(&checked) } else { text(&checked) })?;
        let gaps =
            || checked.iter().flat_map(|(name, one)| one.gaps.iter().map(move |gap| (name, gap)));
        match gaps().next() {
            None => Ok(()),
            Some((name, first)) => {
                Err(Failure::new(format!("{} gaps, the first in {name}: {first}", gaps().count())))
            }
        }
    }
}

/// The directories that have a ledger.
fn folders(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    if Checked::has_ledger(directory) {
        return Ok(vec![directory.to_path_buf()]);
    }
    let failed = |error| Failure::new(format!("{}: {error}", directory.display()));
    let mut folders = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if Checked::has_ledger(&path) {
            folders.push(path);
        }
    }
    folders.sort();
    if folders.is_empty() {
        return Err(Failure::new(format!(
            "{}: no ledger here, nor in the directories in it",
            directory.display()
        )));
    }
    Ok(folders)
}

/// Opens a file; what is compressed is told by its first bytes, not by its name.
fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::with_capacity(128 << 10, File::open(path)?);
    let is_gzip = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_gzip { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

fn json(checked: &[(String, Checked)]) -> String {
    let subscriptions = checked.iter().map(|(name, one)| {
        json!({
            "directory": name,
            "balanced": one.gaps.is_empty(),
            "runs": one.runs,
            "files": one.files,
            "lines": one.lines,
            "bytes": one.bytes,
            "written": one.written,
            "gaps": one.gaps,
            "notes": one.notes,
        })
    });
    json!({
        "balanced": checked.iter().all(|(_, one)| one.gaps.is_empty()),
        "subscriptions": subscriptions.collect::<Vec<_>>(),
    })
    .to_string()
}

fn text(checked: &[(String, Checked)]) -> String {
    let mut text = String::new();
    // Writing into memory does not fail.
    for (name, one) in checked {
        let verdict = if one.gaps.is_empty() { "balanced" } else { "NOT balanced" };
        let Checked { runs, files, lines, written, .. } = one;
        writeln!(
            text,
            "{name}: {verdict}: {runs} runs, {written} events written; {files} files compared, \
             {lines} lines"
        )
        .ok();
        for (what, lines) in [("gap", &one.gaps), ("note", &one.notes)] {
            for line in lines {
                writeln!(text, "  {what}: {line}").ok();
            }
        }
    }
    text.truncate(text.trim_end().len());
    text
}
