//! What is kept beside a subscription's files to prove them.

use std::fs;
use std::io;
use std::os::unix::fs::FileExt as _;

use crate::base::{How, SubscriptionAccount, Timestamp};
use crate::sink::file::Folder;
use crate::sink::names::FileName;
use crate::sink::proof::appended::Appended;
use crate::sink::proof::chain::{Chain, ORIGIN};
use crate::sink::proof::counts::Counts;
use crate::sink::proof::records::{Ends, New, Record, Records, What};
use crate::sink::proof::sidecar;
use crate::subscription::Opening;

/// Keeps the ledger and the sidecars of a subscription's files.
///
/// Nothing here keeps a line from being written: what goes wrong is a complaint.
#[derive(Debug)]
pub(crate) struct Books {
    records: Records,
    is_text: bool,
    is_chained: bool,
    /// The account as it was when the open file was begun.
    begin: Option<SubscriptionAccount>,
    /// The account as it was told last.
    told: Option<(SubscriptionAccount, Timestamp)>,
    /// Lines of earlier runs in the open file.
    earlier: u64,
    chain: Option<Chain>,
    /// The last value of the last file that has a chain.
    last: String,
    sidecar: Appended,
    owes_head: bool,
    /// The directory was made anew: what was in it cannot be proved any more.
    is_anew: bool,
    complaint: Option<io::Error>,
}

/// What an earlier run left, as it was dealt with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left<'a> {
    /// Files that were open and have been marked.
    pub(crate) interrupted: &'a [FileName],
    /// Files that have been deleted, as their events will be written again.
    pub(crate) taken_back: &'a [FileName],
}

impl Books {
    /// Goes on with what an earlier run left: tells of the files that it did not close itself, and
    /// of the open one that is written on.
    pub(crate) fn open(
        folder: &Folder,
        opening: &Opening<'_>,
        open: (&FileName, &fs::File),
        left: &Left<'_>,
    ) -> io::Result<Self> {
        let past = Records::read(folder)?;
        let past = past.unwrap_or_default();
        let is_text = opening.form.is_text();
        let mut books = Self {
            records: Records::go_on(folder, &past, is_text)?,
            is_text,
            is_chained: opening.is_chained,
            begin: None,
            told: None,
            earlier: 0,
            chain: None,
            last: last_value(&past, open.0, left.taken_back),
            sidecar: Appended::keeping(sidecar::name(open.0), 0),
            owes_head: false,
            is_anew: false,
            complaint: None,
        };
        for name in left.taken_back {
            let done = books.records.append(folder, &New::of(What::TakenBack, name));
            books.keep(done);
        }
        let mut found = left.interrupted.to_vec();
        found.extend(unrecorded(folder, &past)?);
        found.sort();
        for name in &found {
            let done = books.found(folder, name, &past);
            books.keep(done);
        }
        let first = first_value(folder, &past, open.0)?.unwrap_or_else(|| books.last.clone());
        books.begin_file(folder, open.0, &first);
        if open.1.metadata()?.len() > 0 {
            let done = books.take_up(folder, open.0, open.1);
            books.keep(done);
        }
        Ok(books)
    }

    /// Takes the account of now. The first one begins the run.
    pub(crate) fn tell(
        &mut self,
        folder: &Folder,
        open: &FileName,
        account: &SubscriptionAccount,
        now: Timestamp,
    ) {
        if self.begin.is_none() {
            self.begin = Some(account.clone());
            let done = self.records.append(
                folder,
                &New { account: Some(account), time: now, ..New::of(What::Begin, open) },
            );
            self.keep(done);
        }
        self.told = Some((account.clone(), now));
    }

    /// The file has taken these bytes.
    pub(crate) fn wrote(&mut self, folder: &Folder, bytes: &[u8]) {
        if self.records.is_behind() {
            let done = self.records.write(folder);
            self.keep(done);
        }
        if let Some(chain) = &mut self.chain {
            chain.feed(bytes);
            self.write_chain(folder);
        }
    }

    /// The file has been cut to this length.
    pub(crate) fn cut(&mut self, folder: &Folder, open: &FileName, file: &fs::File, len: u64) {
        if let Some(chain) = &mut self.chain
            && !chain.cut_to(len)
        {
            let first = chain.first().to_owned();
            self.begin_file(folder, open, &first);
            let done = self.feed_all(folder, file, len);
            self.keep(done);
        }
    }

    /// The file has been closed, under this name, and another may have been begun.
    pub(crate) fn closed(
        &mut self,
        folder: &Folder,
        file: &FileName,
        bytes: u64,
        next: Option<&FileName>,
    ) {
        let Some((account, time)) = self.told.clone() else {
            // Nobody counts.
            self.earlier = 0;
            return;
        };
        if let Some(next) = next
            && std::mem::take(&mut self.is_anew)
        {
            let begin = New { account: Some(&account), time, ..New::of(What::Begin, next) };
            let done = self.records.append(folder, &begin);
            self.keep(done);
            if let Some(chain) = &mut self.chain {
                self.last = chain.end();
            }
            self.begin_next(folder, next, account);
            return;
        }
        let began = self.begin.as_ref().unwrap_or(&account);
        let counts = Counts { earlier: self.earlier, bytes, ..Counts::between(began, &account) };
        let ends = self.finish(folder, file, counts);
        let done = self.records.append(
            folder,
            &New {
                next,
                counts: Some(counts),
                ends: ends.as_ref(),
                account: Some(&account),
                time,
                ..New::of(What::Closed, file)
            },
        );
        self.keep(done);
        if let Some(next) = next {
            let done = self.records.turn_over(folder);
            self.keep(done);
            self.begin_next(folder, next, account);
        }
    }

    fn begin_next(&mut self, folder: &Folder, next: &FileName, account: SubscriptionAccount) {
        self.earlier = 0;
        self.begin = Some(account);
        let first = self.last.clone();
        self.begin_file(folder, next, &first);
    }

    /// A file has been deleted.
    pub(crate) fn deleted(&mut self, folder: &Folder, file: &FileName) {
        // The other is there if the sidecar could not be finished.
        for file in [file, &file.with_status("current")] {
            let done = folder.remove(&sidecar::name(file));
            self.keep(done);
        }
        let done = self.records.append(folder, &New::of(What::Deleted, file));
        self.keep(done);
    }

    /// The run has ended.
    pub(crate) fn end(&mut self, folder: &Folder) {
        if let Some((account, time)) = self.told.take() {
            let (file, next, counts, ends, account) = (None, None, None, None, Some(&account));
            let end = New { what: What::End, file, next, counts, ends, account, time };
            let done = self.records.append(folder, &end);
            // There is no later time to make up for it.
            let done = done.or_else(|_| self.records.write(folder));
            self.keep(done);
        }
    }

    /// The directory has been made anew: the run begins again there with the next file.
    pub(crate) fn begin_anew(&mut self) {
        self.records.begin_anew();
        self.is_anew = true;
    }

    /// What went wrong since this was last asked.
    pub(crate) const fn take_complaint(&mut self) -> Option<io::Error> {
        self.complaint.take()
    }

    fn keep<T>(&mut self, done: io::Result<T>) -> Option<T> {
        done.map_err(|error| self.complaint.get_or_insert(error)).ok()
    }

    fn begin_file(&mut self, folder: &Folder, open: &FileName, first: &str) {
        self.sidecar = Appended::keeping(sidecar::name(open), 0);
        self.owes_head = false;
        self.chain = if self.is_chained { Chain::new(first) } else { None };
        self.write_chain(folder);
    }

    /// Writes what there is of the chain, if that is much or the chain has just begun.
    fn write_chain(&mut self, folder: &Folder) {
        let Some(chain) = &mut self.chain else { return };
        let text = chain.take_text();
        // Without its head nobody would know later where the chain goes on from.
        self.owes_head |= text.starts_with(b"{\"first\"");
        if !self.sidecar.push(&text) {
            // A sidecar with a gap proves nothing.
            self.chain = None;
            self.complaint.get_or_insert(io::Error::other(
                "the sidecar could not be written for too long: this file has no hash chain",
            ));
        } else if self.owes_head || self.sidecar.waiting() > 64 << 10 {
            let done = self.sidecar.write(folder);
            self.owes_head = done.is_err();
            self.keep(done);
        }
    }

    /// Finishes the sidecar of a file that has been closed, under this name.
    fn finish(&mut self, folder: &Folder, file: &FileName, counts: Counts) -> Option<Ends> {
        let ends = self.chain.as_mut().map(|chain| {
            let last = chain.end();
            Ends { first: chain.first().to_owned(), last }
        });
        self.write_chain(folder);
        let ends = ends.filter(|_| self.chain.is_some());
        if let Some(ends) = &ends {
            self.last.clone_from(&ends.last);
        }
        let empty = Appended::keeping(String::new(), 0);
        let mut sidecar = std::mem::replace(&mut self.sidecar, empty);
        let sum = sidecar::sum(file, self.is_text, &counts, ends.as_ref());
        if !sidecar.push(sum.as_bytes()) {
            return ends;
        }
        let done = sidecar.finish(folder, &sidecar::name(file));
        self.keep(done);
        ends
    }

    /// Counts a file that an interrupted run left, and tells of it.
    fn found(&mut self, folder: &Folder, name: &FileName, past: &[Record]) -> io::Result<()> {
        let first = first_value(folder, past, name)?.unwrap_or_else(|| self.last.clone());
        let file = folder.disk.open(&folder.at(name), How::Read)?;
        let bytes = file.metadata()?.len();
        self.begin_file(folder, &name.with_status("current"), &first);
        let earlier = self.feed_all(folder, &file, bytes)?;
        let counts = Counts { earlier, bytes, ..Counts::default() };
        let ends = self.finish(folder, name, counts);
        self.records.append(
            folder,
            &New { counts: Some(counts), ends: ends.as_ref(), ..New::of(What::Found, name) },
        )
    }

    /// Takes up the file that an interrupted run left open.
    fn take_up(&mut self, folder: &Folder, name: &FileName, file: &fs::File) -> io::Result<()> {
        let bytes = file.metadata()?.len();
        self.earlier = self.feed_all(folder, file, bytes)?;
        let counts = Counts { earlier: self.earlier, bytes, ..Counts::default() };
        self.records.append(folder, &New { counts: Some(counts), ..New::of(What::Again, name) })
    }

    /// Reads a file for its chain. How many lines it has, if it is lines.
    fn feed_all(&mut self, folder: &Folder, file: &fs::File, len: u64) -> io::Result<u64> {
        let mut block = vec![0; 64 << 10];
        let (mut at, mut lines) = (0, 0);
        while at < len {
            let most = usize::try_from(len - at).unwrap_or(usize::MAX).min(block.len());
            let part = block.get_mut(..most).unwrap_or_default();
            let read = match file.read_at(part, at) {
                Ok(0) => break,
                Err(error) => {
                    // What is not known cannot be proved.
                    self.chain = None;
                    return Err(error);
                }
                Ok(read) => read,
            };
            let part = part.get(..read).unwrap_or_default();
            if self.is_text {
                lines += memchr::memchr_iter(b'\n', part).count() as u64;
            }
            self.wrote(folder, part);
            at += read as u64;
        }
        Ok(lines)
    }
}

/// The closed files of an interrupted run of which no record tells: it ended between closing one
/// and telling of it.
fn unrecorded(folder: &Folder, past: &[Record]) -> io::Result<Vec<FileName>> {
    let is_interrupted = past.iter().rfind(|record| matches!(record.what, What::Begin | What::End));
    let oldest = past.iter().filter_map(|record| record.file.as_ref()).min();
    let (Some(_), Some(oldest)) = (is_interrupted.filter(|it| it.what == What::Begin), oldest)
    else {
        return Ok(Vec::new());
    };
    let is_known = |name: &FileName| {
        let last = past.iter().rfind(|record| {
            let files = [&record.file, &record.next];
            files.into_iter().flatten().any(|file| file.is_same_stem(name))
        });
        last.is_some_and(|record| {
            matches!(record.what, What::Closed | What::Found)
                && record.file.as_ref().is_some_and(|file| file.is_same_stem(name))
        })
    };
    let mut names = folder.list()?;
    names.retain(|name| name.status() == "s" && name >= oldest && !is_known(name));
    Ok(names)
}

/// The chain's value before this file: as its sidecar has it, or the ledger.
fn first_value(folder: &Folder, past: &[Record], file: &FileName) -> io::Result<Option<String>> {
    let of_file = |record: &&Record| {
        record.file.as_ref().is_some_and(|found| found.is_same_stem(file)) && record.ends.is_some()
    };
    for file in [&file.with_status("current"), file] {
        if let Some(first) = sidecar::first(folder, file)? {
            return Ok(Some(first));
        }
    }
    let known = past.iter().rfind(of_file);
    Ok(known.and_then(|record| record.ends.as_ref()).map(|ends| ends.first.clone()))
}

/// The chain's last value in the files before this one.
fn last_value(past: &[Record], open: &FileName, taken_back: &[FileName]) -> String {
    let is_gone = |file: &FileName| {
        taken_back.iter().any(|gone| gone.is_same_stem(file))
            || past.iter().any(|record| {
                record.what == What::TakenBack
                    && record.file.as_ref().is_some_and(|gone| gone.is_same_stem(file))
            })
    };
    let before = past.iter().rfind(|record| {
        let file = record.file.as_ref();
        record.ends.is_some() && file.is_some_and(|file| !file.is_same_stem(open) && !is_gone(file))
    });
    before
        .and_then(|record| record.ends.as_ref())
        .map_or_else(|| ORIGIN.to_owned(), |ends| ends.last.clone())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::path::Path;

    use super::*;
    use crate::base::LogType;
    use crate::sink::proof::Checked;
    use crate::sink::{File, LogFile};
    use crate::subscription::{Point, Sink as _};

    fn opening(stamp: &str) -> Opening<'_> {
        Opening { has_proof: true, is_chained: true, ..Opening::new("mail", "mail", stamp, 99) }
    }

    /// A sink and what is counted of it.
    struct Counted {
        sink: File,
        account: SubscriptionAccount,
    }

    impl Counted {
        fn open(dir: &Path, opening: &Opening<'_>, account: SubscriptionAccount) -> Self {
            let mut sink = File::in_dir(dir);
            sink.open(opening).unwrap();
            sink.tell(&account, Timestamp::from_seconds(0));
            Self { sink, account }
        }

        fn write(&mut self, line: &str) {
            assert_eq!(self.sink.write(line.as_bytes()).unwrap(), line.len());
            self.account.taken += 1;
            self.account.written += 1;
            self.sink.tell(&self.account, Timestamp::from_seconds(0));
        }
    }

    fn check(dir: &Path) -> Checked {
        let open = |path: &Path| Ok(Box::new(fs::File::open(path)?) as Box<dyn Read>);
        Checked::of(&dir.join("mail"), open).unwrap()
    }

    #[test]
    fn what_is_taken_back_behind_a_crash_is_no_gap() {
        let dir = tempfile::tempdir().unwrap();
        let account = || SubscriptionAccount::new("mail".to_owned(), LogType::TextMail);
        let mut run = Counted::open(dir.path(), &opening("20260101T000000"), account());
        run.write("one\n");
        run.sink.roll("20260101T000001").unwrap();
        run.write("two\n");
        let committed = run.account.clone();
        let point = run.sink.point().map(|Point { file, len, .. }| (file.to_owned(), len)).unwrap();
        run.write("three\n");
        run.sink.roll("20260101T000002").unwrap();
        run.write("four\n");
        run.sink.roll("20260101T000003").unwrap();
        run.write("fi");
        drop(run);

        let opening = opening("20260101T000009").resume(Point::new(&point.0, point.1));
        let mut again = Counted::open(dir.path(), &opening, committed);
        for line in ["three\n", "four\n", "five\n"] {
            again.write(line);
        }
        again.sink.close().unwrap();
        let checked = check(dir.path());
        assert_eq!((&checked.gaps, &checked.notes), (&vec![], &vec![]));
        assert_eq!((checked.runs, checked.files, checked.lines), (2, 2, 5));
        let files = LogFile::list(dir.path().join("mail")).unwrap();
        assert_eq!(fs::read_to_string(files[1].path()).unwrap(), "two\nthree\nfour\nfive\n");
        #[cfg(feature = "verify")]
        {
            let verify = |file: &LogFile| {
                let sum = fs::read(format!("{}.sum", file.path().display())).unwrap();
                let file = fs::File::open(file.path()).unwrap();
                crate::sink::proof::Verified::of(file, sum.as_slice()).unwrap()
            };
            let (one, two) = (verify(&files[0]), verify(&files[1]));
            assert!(one.is_as_written() && two.is_as_written());
            assert_eq!(one.chain.unwrap().1, two.chain.unwrap().0, "one chain");
        }
        assert_eq!(fs::read_dir(dir.path().join("mail")).unwrap().count(), 5, "and the ledger");
    }

    #[test]
    fn a_cut_takes_the_chain_back() {
        let dir = tempfile::tempdir().unwrap();
        let account = SubscriptionAccount::new("mail".to_owned(), LogType::TextMail);
        let mut run = Counted::open(dir.path(), &opening("20260101T000000"), account);
        run.write("one\ntwo\nthree\nfo");
        run.sink.cut(14).unwrap();
        run.sink.cut(4).unwrap();
        run.write("other\n");
        run.sink.close().unwrap();
        let file = LogFile::list(dir.path().join("mail")).unwrap().remove(0);
        let text = fs::read(file.path()).unwrap();
        assert_eq!(text, b"one\nother\n");
        #[cfg(feature = "verify")]
        {
            let sum = fs::read(format!("{}.sum", file.path().display())).unwrap();
            let verified =
                crate::sink::proof::Verified::of(text.as_slice(), sum.as_slice()).unwrap();
            assert!(verified.is_as_written(), "{verified:?}");
        }
    }
}
