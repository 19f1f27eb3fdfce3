use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::base::{Error, Result};
use crate::sink::LogFile;
use crate::sink::names::FileName;
use crate::sink::proof::counts::Counts;
use crate::sink::proof::records::{LEDGER, OLD_LEDGER, Record, What};

/// What a subscription's directory comes to when its ledger is compared with its files.
///
/// Everything is counted anew: the lines in the files, and the terms of each run's account against
/// each other and against the files that the run wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// Runs of the engine that the ledger tells of.
    pub runs: u64,
    /// Files that were read.
    pub files: u64,
    /// Lines in them.
    pub lines: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Events that runs say they wrote, as far as the ledger goes back.
    pub written: u64,
    /// Where something is not as it should be; the first in the ledger's order comes first.
    pub gaps: Vec<String>,
    /// What cannot be proved, and why, or is good to know.
    pub notes: Vec<String>,
}

/// What is known of a file.
#[derive(Clone, Debug)]
struct Known {
    name: FileName,
    /// What was last told of it.
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed { counts: Counts, is_text: bool },
    Gone,
    Open,
}

/// A run while it is read.
#[derive(Debug, Default)]
struct Run {
    number: u64,
    /// The account at its beginning and at its last record.
    begin: BTreeMap<String, u64>,
    last: BTreeMap<String, u64>,
    /// What its files hold.
    events: u64,
    own: u64,
    further: u64,
    has_ended: bool,
}

impl Checked {
    /// Whether the directory of a subscription has a ledger.
    #[must_use]
    pub fn has_ledger(folder: &Path) -> bool {
        [LEDGER, OLD_LEDGER].iter().any(|name| folder.join(name).is_file())
    }

    /// Checks a subscription's directory. `open` opens each file; one that is compressed it unpacks.
    ///
    /// ```
    /// # let dir = tempfile::tempdir().unwrap();
    /// # let dir = dir.path();
    /// use ringmail::sink::proof::Checked;
    /// use ringmail::{Engine, File, LogType, Subscription};
    /// let mail = Subscription::new("mail_logs", LogType::TextMail).sink(File::in_dir(dir));
    /// drop(Engine::builder().subscribe(mail).start()?);
    /// let open = |path: &std::path::Path| Ok(Box::new(std::fs::File::open(path)?) as Box<_>);
    /// let checked = Checked::of(&dir.join("mail_logs"), open)?;
    /// assert!(checked.gaps.is_empty());
    /// assert_eq!((checked.runs, checked.files, checked.lines), (1, 1, 4));
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::is_io`] when ledger or directory cannot be read, [`Error::is_input`] where there is
    /// no ledger.
    pub fn of(
        folder: &Path,
        mut open: impl FnMut(&Path) -> io::Result<Box<dyn Read>>,
    ) -> Result<Self> {
        // A rollover meanwhile would look like a gap.
        const TRIES: u8 = 3;
        let mut tries = 0;
        loop {
            let before = ledger_len(folder);
            let checked = Self::once(folder, &mut open)?;
            tries += 1;
            if tries == TRIES || before == ledger_len(folder) {
                return Ok(checked);
            }
        }
    }

    fn once(
        folder: &Path,
        open: &mut impl FnMut(&Path) -> io::Result<Box<dyn Read>>,
    ) -> Result<Self> {
        let mut checked = Self::default();
        let mut known = BTreeMap::new();
        let last = checked.read_ledger(folder, &mut known)?;
        if let Some(run) = last.filter(|run| !run.has_ended) {
            checked.notes.push(format!(
                "run {} has not ended: it goes on, or was interrupted; what it closed is proved, \
                 its open file and what is in its lanes is not",
                run.number
            ));
        }
        checked.compare_files(folder, &known, open)?;
        Ok(checked)
    }

    /// Reads all records, and compares each run's account with the files of the run. The last run.
    fn read_ledger(
        &mut self,
        folder: &Path,
        known: &mut BTreeMap<String, Known>,
    ) -> Result<Option<Run>> {
        let mut run: Option<Run> = None;
        let mut seq = None;
        let mut is_there = false;
        for name in [OLD_LEDGER, LEDGER] {
            let path = folder.join(name);
            let text = match fs::read(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                text => text
                    .map_err(|source| Error::io("cannot read the ledger", source).at_path(&path))?,
            };
            is_there = true;
            for (at, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
                if !line.ends_with(b"\n") {
                    self.notes.push(format!("{name}: its last line is not whole"));
                    continue;
                }
                let Some(record) = Record::read(line) else {
                    self.gaps.push(format!("{name}: line {} is no record", at + 1));
                    continue;
                };
                self.in_order(&mut seq, record.seq);
                self.take(record, &mut run, known);
            }
        }
        if !is_there {
            return Err(Error::input("has no ledger: nothing can be proved").at_path(folder));
        }
        if let Some(run) = &run {
            self.end_run(run);
        }
        Ok(run)
    }

    fn in_order(&mut self, before: &mut Option<u64>, seq: u64) {
        match before.replace(seq) {
            None if seq != 1 => self.notes.push(format!(
                "the ledger begins with record {seq}: files that it does not know are older"
            )),
            Some(before) if before + 1 != seq => {
                self.gaps.push(format!(
                    "the ledger is not whole: record {seq} comes behind record {before}"
                ));
            }
            _ => {}
        }
    }

    fn take(&mut self, record: Record, run: &mut Option<Run>, known: &mut BTreeMap<String, Known>) {
        if record.what == What::Begin {
            if let Some(before) = run.take() {
                self.end_run(&before);
            }
            self.runs += 1;
            let begin = record.terms.clone().unwrap_or_default();
            *run = Some(Run { number: self.runs, begin, ..Run::default() });
        }
        if let Some(terms) = &record.terms {
            self.balance(record.seq, terms);
            if let Some(run) = run {
                self.no_less(record.seq, &run.last, terms);
                run.last.clone_from(terms);
            }
        }
        if let (What::Closed, Some(counts), Some(run)) = (record.what, record.counts, run.as_mut())
        {
            run.events += counts.events;
            run.own += counts.own;
            run.further += counts.further;
        }
        if let (What::End, Some(run)) = (record.what, run.as_mut()) {
            run.has_ended = true;
            if count(&run.last, "pending") > 0 {
                self.gaps.push(format!(
                    "run {} ended with {} events pending",
                    run.number,
                    count(&run.last, "pending")
                ));
            }
        }
        let mut set = |name: Option<FileName>, state| {
            if let Some(name) = name {
                known.insert(name.stem(), Known { name, state });
            }
        };
        let is_text = record.is_text;
        set(record.next, State::Open);
        match (record.what, record.counts) {
            (What::Closed | What::Found, Some(counts)) => {
                set(record.file, State::Closed { counts, is_text });
            }
            (What::Closed | What::Found, None) => {
                self.gaps.push(format!("record {} has no whole counts", record.seq));
            }
            (What::Deleted | What::TakenBack, _) => set(record.file, State::Gone),
            (What::Again | What::Begin, _) => set(record.file, State::Open),
            (What::End, _) => {}
        }
    }

    /// taken = written + absorbed + filtered + limited + failed + pending.
    fn balance(&mut self, seq: u64, terms: &BTreeMap<String, u64>) {
        let parts = ["written", "absorbed", "filtered", "limited", "failed", "pending"];
        let right = parts.iter().fold(0_u64, |sum, term| sum.saturating_add(count(terms, term)));
        let taken = count(terms, "taken");
        if taken != right {
            self.gaps.push(format!(
                "record {seq}: taken = written + absorbed + filtered + limited + failed + \
                 pending: {taken} is not {right}"
            ));
        }
    }

    /// Whatever was counted stays counted.
    fn no_less(&mut self, seq: u64, before: &BTreeMap<String, u64>, terms: &BTreeMap<String, u64>) {
        for (term, before) in before.iter().filter(|(term, _)| *term != "pending") {
            let now = count(terms, term);
            if now < *before {
                self.gaps.push(format!("record {seq}: {term} was {before} before and is {now}"));
            }
        }
    }

    /// What a run says it wrote is what its files hold.
    fn end_run(&mut self, run: &Run) {
        let of_run = |term: &str| count(&run.last, term).saturating_sub(count(&run.begin, term));
        self.written = self.written.saturating_add(of_run("written"));
        for (term, in_files, what) in [
            ("written", run.events, "events"),
            ("own_lines", run.own, "own lines"),
            ("further_lines", run.further, "further lines"),
        ] {
            let counted = of_run(term);
            if counted != in_files {
                self.gaps.push(format!(
                    "run {}: its account has {counted} {term}, its files have {in_files} {what}",
                    run.number
                ));
            }
        }
    }

    fn compare_files(
        &mut self,
        folder: &Path,
        known: &BTreeMap<String, Known>,
        open: &mut impl FnMut(&Path) -> io::Result<Box<dyn Read>>,
    ) -> Result<()> {
        let files = LogFile::history(folder)?;
        let mut there = BTreeMap::new();
        for path in files {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if let Some(name) = FileName::parse_any(name.strip_suffix(".gz").unwrap_or(name)) {
                there.insert(name.stem(), (name, path));
            }
        }
        for (stem, Known { name, state }) in known {
            match (state, there.get(stem)) {
                (State::Closed { counts, is_text }, Some((_, path))) => {
                    self.compare(path, counts, *is_text, open);
                }
                (State::Closed { counts, .. }, None) => self.gaps.push(format!(
                    "{name} is missing, with {} lines: no record tells that it was deleted",
                    counts.lines()
                )),
                (State::Open, None) => self
                    .gaps
                    .push(format!("{name} is missing: it was open when it was last told of")),
                (State::Open, Some((found, _))) if found.status() != "current" => {
                    self.notes.push(format!("{found} was closed, but no record tells of it"));
                }
                (State::Open, Some((found, _))) => {
                    self.notes.push(format!("{found} is open: it is not compared"));
                }
                (State::Gone, Some((found, _))) => {
                    self.gaps.push(format!("{found} is there, though it was deleted"));
                }
                _ => {}
            }
        }
        // Files from before there was a ledger are none of its affair.
        let oldest = known.values().map(|known| &known.name).min();
        let strangers = there.iter().filter(|(stem, _)| !known.contains_key(*stem));
        for (_, (name, _)) in strangers {
            if oldest.is_some_and(|oldest| oldest < name) {
                self.gaps.push(format!("{name} is there, but no record tells of it"));
            } else {
                self.notes.push(format!("{name} is older than the ledger"));
            }
        }
        Ok(())
    }

    /// Counts a file anew.
    fn compare(
        &mut self,
        path: &Path,
        told: &Counts,
        is_text: bool,
        open: &mut impl FnMut(&Path) -> io::Result<Box<dyn Read>>,
    ) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (lines, bytes) = match open(path).and_then(count_lines) {
            Ok(found) => found,
            Err(error) => {
                self.gaps.push(format!("{name} cannot be read: {error}"));
                return;
            }
        };
        self.files += 1;
        self.bytes += bytes;
        if is_text {
            self.lines += lines;
        }
        if is_text && lines != told.lines() {
            self.gaps
                .push(format!("{name} has {lines} lines, but {} were written to it", told.lines()));
        } else if bytes != told.bytes {
            self.gaps
                .push(format!("{name} has {bytes} bytes, but {} were written to it", told.bytes));
        }
    }
}

fn count(terms: &BTreeMap<String, u64>, term: &str) -> u64 {
    terms.get(term).copied().unwrap_or(0)
}

/// The lines and bytes of a file.
fn count_lines(mut file: Box<dyn Read>) -> io::Result<(u64, u64)> {
    let mut block = vec![0; 128 << 10];
    let (mut lines, mut bytes) = (0, 0);
    loop {
        let read = match file.read(&mut block) {
            Ok(0) => return Ok((lines, bytes)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let part = block.get(..read).unwrap_or_default();
        lines += memchr::memchr_iter(b'\n', part).count() as u64;
        bytes += read as u64;
    }
}

fn ledger_len(folder: &Path) -> Option<u64> {
    fs::metadata(folder.join(LEDGER)).ok().map(|found| found.len())
}
