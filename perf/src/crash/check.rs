//! Compares the files with the board.

use std::path::Path;
use std::sync::atomic::Ordering;

use ringmail::LogFile;
use ringmail::sink::proof::Checked;

use crate::Result;
use crate::crash::board::{Board, WORKERS};

/// What the files hold. Events count once for each of the logs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    pub(crate) accepted: u64,
    pub(crate) written: u64,
    pub(crate) lost: u64,
    pub(crate) duplicated: u64,
    pub(crate) torn: u64,
    pub(crate) reordered: u64,
}

impl Found {
    pub(crate) fn add(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.written += other.written;
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.torn += other.torn;
        self.reordered += other.reordered;
    }
}

pub(crate) fn files(logs: &Path, board: &Board) -> Result<Found> {
    let mut found = Found::default();
    for name in ["mail", "twin"] {
        let folder = logs.join(name);
        found.add(&log(&folder, board)?);
        // The files' own proof says the same.
        let open = |path: &Path| -> std::io::Result<Box<dyn std::io::Read>> {
            Ok(Box::new(std::fs::File::open(path)?))
        };
        let checked = Checked::of(&folder, open)?;
        if let Some(gap) = checked.gaps.first() {
            return Err(format!("{}: the ledger has a gap: {gap}", folder.display()).into());
        }
    }
    Ok(found)
}

fn log(folder: &Path, board: &Board) -> Result<Found> {
    let mut found = Found::default();
    let mut workers: Vec<Vec<u64>> = vec![Vec::new(); WORKERS];
    for file in LogFile::list(folder)? {
        let text = std::fs::read(file.path())?;
        if !text.is_empty() && !text.ends_with(b"\n") {
            found.torn += 1;
        }
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match numbers(&String::from_utf8_lossy(line)) {
                Line::Event(worker, number) => {
                    found.written += 1;
                    match workers.get_mut(worker) {
                        Some(numbers) => numbers.push(number),
                        None => found.torn += 1,
                    }
                }
                Line::Own => {}
                Line::Torn => found.torn += 1,
            }
        }
    }
    for (numbers, returned) in workers.iter_mut().zip(board.numbers()) {
        let returned = returned.load(Ordering::Acquire);
        found.accepted += returned;
        found.reordered +=
            numbers.windows(2).filter(|pair| matches!(pair, [a, b] if a > b)).count() as u64;
        numbers.sort_unstable();
        let all = numbers.len();
        numbers.dedup();
        found.duplicated += (all - numbers.len()) as u64;
        // Beyond the one whose emit may not have returned, nobody has emitted anything.
        found.torn += numbers.iter().filter(|number| **number > returned + 1).count() as u64;
        let kept = numbers.iter().filter(|number| **number <= returned).count() as u64;
        found.lost += returned - kept;
    }
    Ok(found)
}

enum Line {
    /// An event: its worker and its number.
    Event(usize, u64),
    /// A line of the engine's own.
    Own,
    Torn,
}

/// Takes `{stamp} Info: Start MID {worker} ICID {number}` apart.
fn numbers(line: &str) -> Line {
    // The stamp has one length.
    let Some((level, text)) = line.get(25..).and_then(|rest| rest.split_once(": ")) else {
        return Line::Torn;
    };
    if let Some(rest) = text.strip_prefix("Start MID ") {
        let ids = rest.split_once(" ICID ");
        let ids = ids.map(|(worker, number)| (worker.parse(), number.parse()));
        return match ids {
            Some((Ok(worker), Ok(number))) => Line::Event(worker, number),
            _ => Line::Torn,
        };
    }
    let is_own = ["Begin Logfile", "End Logfile", "Version: ", "Time offset", "Logging: "]
        .iter()
        .any(|own| text.starts_with(own));
    if is_own && ["Info", "Warning", "Critical"].contains(&level.trim()) {
        Line::Own
    } else {
        Line::Torn
    }
}
