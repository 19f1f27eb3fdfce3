//! The ledger beside the files: what became of each file, and the subscription's account then.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::time::SystemTime;

use crate::base::{How, SubscriptionAccount, Timestamp};
use crate::sink::file::Folder;
use crate::sink::names::FileName;
use crate::sink::proof::appended::Appended;
use crate::sink::proof::chain::is_hash;
use crate::sink::proof::counts::Counts;
use crate::sink::proof::flat::{Object, Writer};

/// The ledger's file in a subscription's directory.
pub(crate) const LEDGER: &str = "ledger.jsonl";

/// What the ledger was before it grew too long.
pub(crate) const OLD_LEDGER: &str = "ledger.old.jsonl";

/// From here on another file is begun.
const LONG: u64 = 4 << 20;

/// What a record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A file that an earlier run left open is written on.
    Again,
    /// A run begins, with this file.
    Begin,
    /// A file has been closed.
    Closed,
    /// A file has been deleted, as retention says.
    Deleted,
    /// A run has ended.
    End,
    /// A file of a run that was interrupted, as it was found.
    Found,
    /// A file that was taken back behind a crash: its events are written again.
    TakenBack,
}

impl What {
    const ALL: [(Self, &str); 7] = [
        (Self::Again, "again"),
        (Self::Begin, "begin"),
        (Self::Closed, "closed"),
        (Self::Deleted, "deleted"),
        (Self::End, "end"),
        (Self::Found, "found"),
        (Self::TakenBack, "taken_back"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(what, _)| *what == self).map_or("", |(_, word)| word)
    }
}

/// A chain's values before and behind a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) first: String,
    pub(crate) last: String,
}

/// A record to be written.
#[derive(Debug)]
pub(crate) struct New<'a> {
    pub(crate) what: What,
    pub(crate) file: Option<&'a FileName>,
    /// The file that is begun when this one has been closed.
    pub(crate) next: Option<&'a FileName>,
    pub(crate) counts: Option<Counts>,
    pub(crate) ends: Option<&'a Ends>,
    pub(crate) account: Option<&'a SubscriptionAccount>,
    pub(crate) time: Timestamp,
}

impl<'a> New<'a> {
    pub(crate) fn of(what: What, file: &'a FileName) -> Self {
        let time = SystemTime::now().into();
        Self { what, file: Some(file), next: None, counts: None, ends: None, account: None, time }
    }
}

/// A record that was read.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) seq: u64,
    pub(crate) what: What,
    pub(crate) file: Option<FileName>,
    pub(crate) next: Option<FileName>,
    pub(crate) counts: Option<Counts>,
    pub(crate) ends: Option<Ends>,
    pub(crate) terms: Option<BTreeMap<String, u64>>,
    /// Whether the file is lines.
    pub(crate) is_text: bool,
}

impl Record {
    /// Reads a line of the ledger; `None` if it is none.
    pub(crate) fn read(line: &[u8]) -> Option<Self> {
        let object = Object::read(line)?;
        let word = object.text("record")?;
        let name = |key| object.text(key).map(FileName::parse_any);
        let ends = object.text("first").zip(object.text("chain"));
        Some(Self {
            seq: object.number("seq")?,
            what: What::ALL.iter().find(|(_, known)| *known == word)?.0,
            file: match name("file") {
                Some(file) => Some(file?),
                None => None,
            },
            next: name("next").flatten(),
            counts: Counts::read(&object),
            ends: ends
                .filter(|(first, last)| is_hash(first) && is_hash(last))
                .map(|(first, last)| Ends { first: first.to_owned(), last: last.to_owned() }),
            terms: object.numbers("terms").map(|terms| terms.iter().cloned().collect()),
            is_text: object.text("form").is_none_or(|form| form == "lines"),
        })
    }
}

/// The ledger, to be written on.
#[derive(Debug)]
pub(crate) struct Records {
    file: Appended,
    seq: u64,
    len: u64,
    /// Whether files are lines.
    is_text: bool,
}

impl Records {
    /// Reads what there is, to go on from it. `None` where there is none.
    pub(crate) fn read(folder: &Folder) -> io::Result<Option<Vec<Record>>> {
        let mut records = Vec::new();
        let mut is_there = false;
        for name in [OLD_LEDGER, LEDGER] {
            let mut text = Vec::new();
            match folder.disk.open(&folder.at(name), How::Read) {
                Ok(mut file) => file.read_to_end(&mut text)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            is_there = true;
            records.extend(text.split(|byte| *byte == b'\n').filter_map(Record::read));
        }
        Ok(is_there.then_some(records))
    }

    /// Goes on behind these records. Half a line that a crash left is cut off.
    pub(crate) fn go_on(folder: &Folder, past: &[Record], is_text: bool) -> io::Result<Self> {
        let mut text = Vec::new();
        match folder.disk.open(&folder.at(LEDGER), How::Read) {
            Ok(mut file) => drop(file.read_to_end(&mut text)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let len = memchr::memrchr(b'\n', &text).map_or(0, |end| end as u64 + 1);
        let seq = past.iter().map(|record| record.seq).max().unwrap_or(0);
        Ok(Self { file: Appended::keeping(LEDGER.to_owned(), len), seq, len, is_text })
    }

    /// Goes on in a directory that has been made anew.
    pub(crate) fn begin_anew(&mut self) {
        self.file = Appended::keeping(LEDGER.to_owned(), 0);
        self.len = 0;
    }

    /// Appends a record. What cannot be written now is written with the next.
    pub(crate) fn append(&mut self, folder: &Folder, new: &New<'_>) -> io::Result<()> {
        self.seq += 1;
        let mut line = Writer::new();
        line.number("seq", self.seq).text("record", new.what.word());
        line.text("time", &new.time.to_string());
        if let Some(account) = new.account.filter(|_| new.what == What::Begin) {
            line.text("version", env!("CARGO_PKG_VERSION"));
            line.text("name", &account.name).text("type", account.log_type.name());
        }
        for (key, file) in [("file", new.file), ("next", new.next)] {
            if let Some(file) = file {
                line.text(key, &file.to_string());
            }
        }
        if let Some(counts) = &new.counts {
            line.text("form", if self.is_text { "lines" } else { "other" });
            counts.write(&mut line);
        }
        if let Some(Ends { first, last }) = new.ends {
            line.text("first", first).text("chain", last);
        }
        if let Some(account) = new.account {
            line.numbers("terms", account.terms().map(|(term, _, count)| (term, count)));
        }
        let line = line.line();
        if self.file.push(line.as_bytes()) {
            self.len += line.len() as u64;
        }
        self.file.write(folder)
    }

    /// Whether a record could not be written yet.
    pub(crate) const fn is_behind(&self) -> bool {
        self.file.waiting() > 0
    }

    /// Writes what could not be written before.
    pub(crate) fn write(&mut self, folder: &Folder) -> io::Result<()> {
        self.file.write(folder)
    }

    /// Tells of files that were taken back, if there is a ledger.
    #[cfg(feature = "service")]
    pub(crate) fn taken_back<'a>(
        folder: &Folder,
        files: impl Iterator<Item = &'a FileName>,
    ) -> io::Result<()> {
        let Some(past) = Self::read(folder)? else { return Ok(()) };
        let mut records = Self::go_on(folder, &past, true)?;
        files
            .map(|file| New::of(What::TakenBack, file))
            .try_for_each(|new| records.append(folder, &new))
    }

    /// Begins another file if this one is long.
    pub(crate) fn turn_over(&mut self, folder: &Folder) -> io::Result<()> {
        if self.len > LONG && self.file.waiting() == 0 {
            folder.disk.rename(&folder.at(LEDGER), &folder.at(OLD_LEDGER))?;
            self.begin_anew();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_as_they_are_written() {
        for (what, word) in What::ALL {
            let line =
                format!("{{\"seq\":3,\"record\":\"{word}\",\"file\":\"m.@20260101T000000.s\"}}\n");
            let read = Record::read(line.as_bytes()).unwrap();
            assert_eq!((read.what, read.what.word(), read.seq), (what, word, 3));
            assert_eq!(read.file.unwrap().to_string(), "m.@20260101T000000.s");
        }
        assert!(Record::read(b"{\"seq\":3,\"record\":\"other\"}").is_none());
        assert!(Record::read(b"{\"seq\":3,\"record\":\"end\",\"file\":\"../m\"}").is_none());
    }
}
