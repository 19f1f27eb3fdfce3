//! Comparing what a receiver wrote with what a load sent.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value};

use super::numbered::Number;
use crate::cli::Failure;
use crate::cli::control::print;
use crate::cli::input::Inputs;

/// Finds out whether everything that `load --to` sent is in a receiver's files.
#[derive(Args, Debug)]
#[command(after_help = "\
Each line that `ringmail load --to` sends ends with a number, and the last one tells how many there
were. Files may be compressed, and in any order if the receiver began new ones meanwhile: then only
`reordered` means nothing.

Examples:
  ringmail load verify /var/log/remote/mail.log
  ringmail load verify --json a.log b.log | jq .missing

sent        lines that were sent; as far as the numbers go, if the last line is missing
received    lines with a number
missing     numbers that did not come
duplicated  lines whose number had come before
reordered   lines that came behind one with a higher number, and had not come before
unnumbered  lines without a number: others', or cut

Exit code 1 when a line is missing, the last one too, or came twice, or not in its place.")]
pub(super) struct Verify {
    /// Print one JSON object
    #[arg(long)]
    json: bool,

    /// The receiver's files, the oldest first; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// The longest line that is looked at whole: a receiver may write anything.
const LONGEST: u64 = 1 << 20;

/// The most runs that are told apart, so that hostile files take no memory.
const RUNS: usize = 4096;

/// Numbers that have come are bits in blocks of so many words.
const BLOCK: usize = 512;

/// The most blocks, of all runs together: 256 MiB, for 2,147,483,648 lines.
const BLOCKS: usize = 1 << 16;

/// What was found of all lines of a run's subscription.
#[derive(Clone, Debug, Default)]
struct Seen {
    blocks: BTreeMap<u64, Box<[u64; BLOCK]>>,
    highest: u64,
    /// As the last line tells.
    sent: Option<u64>,
    received: u64,
    duplicated: u64,
    reordered: u64,
}

#[derive(Debug, Default)]
struct Found {
    runs: BTreeMap<(u32, u32), Seen>,
    blocks: usize,
    unnumbered: u64,
}

impl Verify {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut found = Found::default();
        let inputs = Inputs::new(&self.files, false);
        inputs.each(|name, input| {
            found
                .read(&mut BufReader::with_capacity(256 << 10, input))
                .map_err(|error| Failure::new(format!("{name}: {error}")))
        })?;
        if found.runs.is_empty() {
            return Err(Failure::new(
                "no line has a number: are these the files of what received `ringmail load --to`?",
            ));
        }
        let all = found.all();
        print(&if self.json { found.json().to_string() } else { found.text() })?;
        if all.missing() + all.duplicated + all.reordered == 0 {
            if !found.is_complete() {
                // At least that line is missing, and nobody knows how many before it.
                return Err(Failure::new("the last line is missing"));
            }
            Ok(())
        } else {
            Err(Failure::new(format!(
                "{} missing, {} duplicated, {} reordered",
                all.missing(),
                all.duplicated,
                all.reordered
            )))
        }
    }
}

impl Found {
    fn read(&mut self, input: &mut impl BufRead) -> std::io::Result<()> {
        let mut line = Vec::new();
        loop {
            line.clear();
            if std::io::Read::take(&mut *input, LONGEST).read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            match Number::of(&line) {
                Some(number) => self.take(number),
                None => self.unnumbered += 1,
            }
        }
    }

    fn take(&mut self, number: Number) {
        let key = (number.run, number.subscription);
        if self.runs.len() >= RUNS && !self.runs.contains_key(&key) {
            self.unnumbered += 1;
            return;
        }
        let seen = self.runs.entry(key).or_default();
        let is_new = !seen.blocks.contains_key(&block_of(number.number));
        if is_new && self.blocks >= BLOCKS {
            self.unnumbered += 1;
            return;
        }
        self.blocks += usize::from(is_new);
        seen.take(number);
    }

    /// All runs together.
    fn all(&self) -> Seen {
        let mut all = Seen::default();
        for seen in self.runs.values() {
            all.sent = Some(all.sent().saturating_add(seen.sent()));
            all.received += seen.received;
            all.duplicated += seen.duplicated;
            all.reordered += seen.reordered;
        }
        all
    }

    fn is_complete(&self) -> bool {
        self.runs.values().all(|seen| seen.sent.is_some())
    }

    fn json(&self) -> Value {
        let run = |((run, subscription), seen): (&(u32, u32), &Seen)| {
            let mut object = seen.json();
            object.insert("has_last".to_owned(), seen.sent.is_some().into());
            object.insert("run".to_owned(), format!("{run:08X}.{subscription}").into());
            Value::Object(object)
        };
        let mut object = self.all().json();
        object.insert("unnumbered".to_owned(), self.unnumbered.into());
        object.insert("has_last".to_owned(), self.is_complete().into());
        object.insert("runs".to_owned(), self.runs.iter().map(run).collect());
        Value::Object(object)
    }

    fn text(&self) -> String {
        let all = self.all();
        let mut text = format!(
            "{} sent, {} received, {} missing, {} duplicated, {} reordered",
            all.sent(),
            all.received,
            all.missing(),
            all.duplicated,
            all.reordered
        );
        if self.unnumbered > 0 {
            text += &format!("\nnote: {} lines have no number", self.unnumbered);
        }
        if !self.is_complete() {
            text += "\nnote: the last line is not there: there may have been more";
        }
        text
    }
}

impl Seen {
    fn take(&mut self, number: Number) {
        self.received += 1;
        if number.is_last {
            self.sent = Some(number.number);
        }
        let block = self.blocks.entry(block_of(number.number));
        let block = block.or_insert_with(|| Box::new([0; BLOCK]));
        let (word, bit) = (number.number / 64 % BLOCK as u64, 1 << (number.number % 64));
        let word = usize::try_from(word).ok().and_then(|word| block.get_mut(word));
        let Some(seen) = word else { return };
        if *seen & bit != 0 {
            self.duplicated += 1;
        } else if number.number < self.highest {
            self.reordered += 1;
        }
        *seen |= bit;
        self.highest = self.highest.max(number.number);
    }

    fn sent(&self) -> u64 {
        self.sent.unwrap_or(0).max(self.highest)
    }

    fn missing(&self) -> u64 {
        self.sent().saturating_sub(self.received - self.duplicated)
    }

    fn json(&self) -> Map<String, Value> {
        let terms = [
            ("sent", self.sent()),
            ("received", self.received),
            ("missing", self.missing()),
            ("duplicated", self.duplicated),
            ("reordered", self.reordered),
        ];
        terms.into_iter().map(|(term, count)| (term.to_owned(), count.into())).collect()
    }
}

/// The block that a number's bit is in.
const fn block_of(number: u64) -> u64 {
    number / (64 * BLOCK as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Found {
        let mut found = Found::default();
        found.read(&mut text.as_bytes()).unwrap();
        found
    }

    #[test]
    fn what_is_missing_doubled_and_out_of_place_is_counted() {
        let line = |number: u64| format!("x load=00000001.0:{number}.\n");
        let numbers = [1, 2, 5, 4, 2, 7];
        let text: String = numbers.into_iter().map(line).collect();
        let found = found(&(text + "another\n" + "x load=00000001.0:9/9.\n"));
        let all = found.all();
        assert_eq!((all.sent(), all.received, all.missing()), (9, 7, 3));
        assert_eq!((all.duplicated, all.reordered, found.unnumbered), (1, 1, 1));
        assert!(found.is_complete());
    }

    #[test]
    fn runs_are_told_apart() {
        let found = found("a load=00000001.0:1.\nb load=00000001.1:1/1.\nc load=00000002.0:3.\n");
        assert_eq!(found.runs.len(), 3);
        assert_eq!((found.all().sent(), found.all().missing()), (5, 2));
        assert!(!found.is_complete());
        assert_eq!(found.json()["runs"].as_array().map(Vec::len), Some(3));
    }

    #[test]
    fn hostile_numbers_take_no_memory() {
        let line = |at: u64| format!("a load=00000001.0:{}.\n", u64::MAX - at * 40_000);
        let text: String = (0..BLOCKS as u64 + 5).map(line).collect();
        let found = found(&text);
        assert_eq!((found.blocks, found.unnumbered), (BLOCKS, 5));
    }
}
