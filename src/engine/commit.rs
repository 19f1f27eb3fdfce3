//! What has been written, and from where in the lanes: the point to which a restart goes back
//! (contract C6).
//!
//! # The file
//! `commit` in the run directory, mapped: two slots of equal size behind a page of head. A commit is
//! written into the slot that does not hold the last one, so a process that is killed while it
//! writes leaves the one before. A slot is three words (number, length, sum over both and the
//! content), then the content: numbers of eight bytes, texts with their length, all little-endian.

use std::fs;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::base::{
    Disk, Error, How, LaneAccount, LogType, PushAccount, Result, SubscriptionAccount, Timestamp,
};
use crate::format::status::KEPT;
use crate::ring::{Mapping, Progress, RunDirectory, random, sum_of};

/// Where commits go.
#[derive(Debug)]
pub(crate) struct CommitFile {
    directory: RunDirectory,
    mapping: Mapping,
    /// Bytes of a slot.
    slot: usize,
    number: u64,
    content: Content,
}

/// What a commit says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Commit {
    /// The boot of the machine, whose counter the stamps are of.
    pub(crate) boot: [u64; 2],
    /// The counter and the wall clock at one moment, and how fast the counter runs.
    pub(crate) counter: u64,
    pub(crate) wall: Timestamp,
    pub(crate) nanos_per_tick: f64,
    /// When it was made, by the operating system's clock.
    pub(crate) time: Timestamp,
    /// The accounts of lanes that have ended.
    pub(crate) ended: LaneAccount,
    /// How far each lane was read.
    pub(crate) lanes: Vec<LaneCommit>,
    /// The counters of status lines, if there were any.
    pub(crate) counters: Option<[u64; KEPT]>,
    /// What each subscription has written; none behind an orderly end.
    pub(crate) outlets: Vec<OutletCommit>,
}

/// How far a lane was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LaneCommit {
    pub(crate) key: u64,
    pub(crate) progress: Progress,
    /// What notices had told of it.
    pub(crate) told: LaneAccount,
}

/// What a subscription has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutletCommit {
    pub(crate) account: SubscriptionAccount,
    /// The open file and its length, where its sink can go back to it.
    pub(crate) point: Option<(String, u64)>,
    /// The state of its rate window.
    pub(crate) window: Option<[u64; 3]>,
}

const NAME: &str = "commit";
const HEAD: usize = 4096;
const MAGIC: u64 = u64::from_le_bytes(*b"RINGCMT2");
/// Number, length, sum.
const SLOT_HEAD: usize = 24;
/// Room for as many lanes of other processes as there can be: these do not make it grow.
const FIRST_SLOT: usize = 1 << 20;
const LARGEST_SLOT: usize = 256 << 20;

impl CommitFile {
    /// Opens the file of a run directory, or makes it, and tells the last commit in it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn open(directory: &RunDirectory) -> Result<(Self, Option<Commit>)> {
        let path = directory.path().join(NAME);
        let failed = |what: &'static str| {
            let path = path.clone();
            move |source| Error::io(what, source).at_path(path)
        };
        let last = match read(directory.disk(), &path) {
            Ok(last) => last,
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(failed("cannot read the last commit")(source)),
        };
        // A new file, so that what is wrong with the old one, or its size, is left behind.
        let last_content = last.as_ref().map(|(_, content)| content.clone()).unwrap_or_default();
        let number = last.as_ref().map_or(0, |(number, _)| *number);
        let slot = FIRST_SLOT.max((SLOT_HEAD + last_content.0.len()).next_power_of_two());
        let mapping = make(directory, slot, number, &last_content)
            .map_err(failed("cannot make the commit file"))?;
        let commit = last.and_then(|(_, content)| Commit::read(&content.0));
        let directory = directory.clone();
        Ok((Self { directory, mapping, slot, number, content: Content::default() }, commit))
    }

    /// Puts a commit in the place of the last one, in one step for whoever is killed.
    ///
    /// # Errors
    /// When it has grown out of the file, and no larger one can be made: the last one stands.
    pub(crate) fn write(&mut self, put: impl FnOnce(&mut Content)) -> io::Result<()> {
        let mut content = core::mem::take(&mut self.content);
        content.0.clear();
        put(&mut content);
        content.0.resize(content.0.len().next_multiple_of(8), 0);
        self.number += 1;
        let done = if SLOT_HEAD + content.0.len() <= self.slot {
            write_slot(&self.mapping, self.slot, self.number, &content.0);
            Ok(())
        } else {
            self.grow(&content)
        };
        self.content = content;
        done
    }

    #[cold]
    fn grow(&mut self, content: &Content) -> io::Result<()> {
        let slot = (SLOT_HEAD + content.0.len()).next_power_of_two();
        if slot > LARGEST_SLOT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.mapping = make(&self.directory, slot, self.number, content)?;
        self.slot = slot;
        Ok(())
    }
}

/// Makes the file with one commit in it, in the place of the one that there is.
fn make(
    directory: &RunDirectory,
    slot: usize,
    number: u64,
    content: &Content,
) -> io::Result<Mapping> {
    let (path, disk) = (directory.path().join(NAME), directory.disk());
    // A name that nobody can have laid something in the way of. What is left of it is swept away
    // with that of lanes.
    let made = path.with_file_name(format!(".{:016x}.new", random()));
    let made_file = make_at(disk, &made, slot, number, content);
    let done = made_file.and_then(|mapping| disk.rename(&made, &path).map(|()| mapping));
    if done.is_err() {
        fs::remove_file(&made).ok();
    }
    done
}

fn make_at(
    disk: &dyn Disk,
    made: &Path,
    slot: usize,
    number: u64,
    content: &Content,
) -> io::Result<Mapping> {
    let file = disk.open(made, How::Make(0o600))?;
    let len = HEAD + 2 * slot;
    disk.allocate(&file, len as u64)?;
    file.write_all_at(&MAGIC.to_le_bytes(), 0)?;
    file.write_all_at(&(slot as u64).to_le_bytes(), 8)?;
    let mapping = Mapping::shared(disk, &file, len)?;
    if !content.0.is_empty() {
        write_slot(&mapping, slot, number, &content.0);
    }
    Ok(mapping)
}

/// Writes a slot. Its sum tells whether it was written to its end.
fn write_slot(mapping: &Mapping, slot: usize, number: u64, content: &[u8]) {
    debug_assert!(SLOT_HEAD + content.len() <= slot);
    let at = HEAD + if number.is_multiple_of(2) { 0 } else { slot };
    let len = content.len() as u64;
    let mut head = [0; SLOT_HEAD];
    let words = [number, len, sum_of_slot(number, content)];
    for (to, word) in head.chunks_exact_mut(8).zip(words) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    // SAFETY: the mapping has two slots behind the head.
    let start = unsafe { mapping.start().add(at) };
    // SAFETY: head and content fit the slot, as the caller has made sure, and nobody else writes
    // the file: it is this user's alone, and the run directory has one engine.
    unsafe { start.copy_from_nonoverlapping(head.as_ptr(), SLOT_HEAD) };
    // SAFETY: as before.
    let behind = unsafe { start.add(SLOT_HEAD) };
    // SAFETY: as before.
    unsafe { behind.copy_from_nonoverlapping(content.as_ptr(), content.len()) };
}

fn sum_of_slot(number: u64, content: &[u8]) -> u64 {
    let mut sum = sum_of(&[number, content.len() as u64]);
    for word in content.as_chunks::<8>().0 {
        sum = sum_of(&[sum, u64::from_le_bytes(*word)]);
    }
    sum
}

/// The last whole slot of a file; none if there is none.
fn read(disk: &dyn Disk, path: &Path) -> io::Result<Option<(u64, Content)>> {
    let file = disk.open(path, How::Read)?;
    let number_at = |at: u64| {
        let mut bytes = [0; 8];
        file.read_exact_at(&mut bytes, at).map(|()| u64::from_le_bytes(bytes))
    };
    let Ok((MAGIC, slot)) = number_at(0).and_then(|magic| Ok((magic, number_at(8)?))) else {
        return Ok(None);
    };
    if slot > LARGEST_SLOT as u64 {
        return Ok(None);
    }
    let mut best: Option<(u64, Content)> = None;
    for at in [HEAD as u64, HEAD as u64 + slot] {
        let Ok((number, len, sum)) =
            number_at(at).and_then(|number| Ok((number, number_at(at + 8)?, number_at(at + 16)?)))
        else {
            continue;
        };
        if len > slot.saturating_sub(SLOT_HEAD as u64)
            || best.as_ref().is_some_and(|(other, _)| *other >= number)
        {
            continue;
        }
        let mut content = vec![0; usize::try_from(len).unwrap_or(0)];
        if file.read_exact_at(&mut content, at + SLOT_HEAD as u64).is_ok()
            && sum_of_slot(number, &content) == sum
        {
            best = Some((number, Content(content)));
        }
    }
    Ok(best)
}

/// The bytes of a commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Content(Vec<u8>);

impl Content {
    pub(crate) fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(crate) fn numbers<const N: usize>(&mut self, numbers: [u64; N]) {
        numbers.into_iter().for_each(|number| self.number(number));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    /// A list: how many, then each.
    pub(crate) fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        mut put: impl FnMut(&mut Self, T),
    ) {
        self.number(items.len() as u64);
        items.for_each(|item| put(self, item));
    }

    /// Something that may be absent: how many, then it.
    pub(crate) fn option<T>(&mut self, item: Option<T>, put: impl FnOnce(&mut Self, T)) {
        self.number(u64::from(item.is_some()));
        if let Some(item) = item {
            put(self, item);
        }
    }

    /// An account's terms, as a list.
    pub(crate) fn terms(&mut self, terms: impl Iterator<Item = (&'static str, &'static str, u64)>) {
        let from = self.0.len();
        self.number(0);
        let mut count = 0u64;
        for (_, _, term) in terms {
            count += 1;
            self.number(term);
        }
        if let Some(place) = self.0.get_mut(from..from + 8) {
            place.copy_from_slice(&count.to_le_bytes());
        }
    }
}

/// Takes the bytes of a commit apart, in the same order.
struct Reading<'a>(&'a [u8]);

impl<'a> Reading<'a> {
    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    fn numbers<const N: usize>(&mut self) -> Option<[u64; N]> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = self.number()?;
        }
        Some(numbers)
    }

    fn text(&mut self) -> Option<&'a str> {
        let len = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        str::from_utf8(text).ok()
    }

    /// How many follow: never more than there can be.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len() / 8).then_some(count)
    }

    fn list<T>(&mut self, mut take: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        (0..count).map(|_| take(self)).collect()
    }

    fn terms(&mut self) -> Option<Vec<u64>> {
        self.list(Self::number)
    }
}

impl Commit {
    /// Reads what was put. `None` for what nobody put.
    fn read(content: &[u8]) -> Option<Self> {
        let mut from = Reading(content);
        let boot = from.numbers()?;
        let [counter, wall, rate, time] = from.numbers()?;
        let mut ended = LaneAccount::default();
        ended.set_terms(from.terms()?);
        let lanes = from.list(|from| {
            let [key, position, drained, malformed, last_order] = from.numbers()?;
            let progress = Progress { position, drained, malformed, last_order };
            let mut told = LaneAccount::default();
            told.set_terms(from.terms()?);
            Some(LaneCommit { key, progress, told })
        })?;
        let counters = match from.count()? {
            0 => None,
            _ => Some(from.numbers()?),
        };
        let outlets = from.list(|from| {
            let name = from.text()?.to_owned();
            let log_type = LogType::parse(from.text()?)?;
            let mut account = SubscriptionAccount::new(name, log_type);
            account.set_terms(from.terms()?);
            if from.count()? != 0 {
                let mut push = PushAccount::default();
                push.set_terms(from.terms()?);
                account.push = Some(push);
            }
            let point = match from.count()? {
                0 => None,
                _ => Some((from.text()?.to_owned(), from.number()?)),
            };
            let window = match from.count()? {
                0 => None,
                _ => Some(from.numbers()?),
            };
            Some(OutletCommit { account, point, window })
        })?;
        let nanos_per_tick = f64::from_bits(rate);
        let [wall, time] = [wall, time].map(|micros| Timestamp::from_micros(micros.cast_signed()));
        Some(Self { boot, counter, wall, nanos_per_tick, time, ended, lanes, counters, outlets })
    }
}

impl LaneCommit {
    /// Puts what [`Commit`] reads.
    pub(crate) fn put(content: &mut Content, key: u64, progress: Progress, told: &LaneAccount) {
        let Progress { position, drained, malformed, last_order } = progress;
        content.numbers([key, position, drained, malformed, last_order]);
        if *told == LaneAccount::ZERO {
            content.number(0);
        } else {
            content.terms(told.terms());
        }
    }
}

impl OutletCommit {
    /// Puts what [`Commit`] reads.
    pub(crate) fn put(
        content: &mut Content,
        account: &SubscriptionAccount,
        push: Option<&PushAccount>,
        point: Option<(&str, u64)>,
        window: Option<[u64; 3]>,
    ) {
        content.text(&account.name);
        content.text(account.log_type.name());
        content.terms(account.terms());
        content.option(push, |content, push| content.terms(push.terms()));
        content.option(point, |content, (file, len)| {
            content.text(file);
            content.number(len);
        });
        content.option(window, Content::numbers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(lanes: u64) -> Commit {
        let told = LaneAccount { shed_lane_full: 3, ..LaneAccount::default() };
        let progress = Progress { position: 640, drained: 9, malformed: 1, last_order: 77 };
        let account = SubscriptionAccount::new("mail".to_owned(), LogType::TextMail);
        let push = PushAccount { handed: 9, acknowledged: 7, unknown: 2, ..PushAccount::ZERO };
        let outlet = OutletCommit {
            account: SubscriptionAccount { taken: 12, written: 12, push: Some(push), ..account },
            point: Some(("mail.@20260101T000000".to_owned(), 4096)),
            window: Some([1, 2, 3]),
        };
        let bare = SubscriptionAccount::new("null".to_owned(), LogType::Bounce);
        Commit {
            boot: [1, 2],
            counter: 3,
            wall: Timestamp::from_micros(-4),
            nanos_per_tick: 0.5,
            time: Timestamp::from_micros(77),
            ended: LaneAccount { offered: 5, accepted: 5, ..LaneAccount::default() },
            lanes: (0..lanes)
                .map(|key| {
                    let told = if key % 2 == 0 { told } else { LaneAccount::ZERO };
                    LaneCommit { key, progress, told }
                })
                .collect(),
            counters: Some([5; KEPT]),
            outlets: vec![outlet, OutletCommit { account: bare, point: None, window: None }],
        }
    }

    fn put(content: &mut Content, commit: &Commit) {
        content.numbers(commit.boot);
        let (wall, rate) = (commit.wall.micros().cast_unsigned(), commit.nanos_per_tick.to_bits());
        content.numbers([commit.counter, wall, rate, commit.time.micros().cast_unsigned()]);
        content.terms(commit.ended.terms());
        content.list(commit.lanes.iter(), |content, lane| {
            LaneCommit::put(content, lane.key, lane.progress, &lane.told);
        });
        content.option(commit.counters, Content::numbers);
        content.list(commit.outlets.iter(), |content, outlet| {
            let point = outlet.point.as_ref().map(|(file, len)| (file.as_str(), *len));
            let push = outlet.account.push.as_ref();
            OutletCommit::put(content, &outlet.account, push, point, outlet.window);
        });
    }

    fn last(dir: &Path) -> Option<Commit> {
        CommitFile::open(&RunDirectory::at(dir)).unwrap().1
    }

    #[test]
    fn the_last_commit_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let (mut file, none) = CommitFile::open(&RunDirectory::at(dir.path())).unwrap();
        assert_eq!(none, None);
        for lanes in 0..5 {
            file.write(|content| put(content, &commit(lanes))).unwrap();
        }
        assert_eq!(last(dir.path()), Some(commit(4)));
        assert_eq!(last(dir.path()), Some(commit(4)), "and again");
    }

    #[test]
    fn a_commit_that_outgrows_the_file_gets_a_larger_one() {
        let dir = tempfile::tempdir().unwrap();
        let (mut file, _) = CommitFile::open(&RunDirectory::at(dir.path())).unwrap();
        for lanes in [1, 10_000, 20_000, 2] {
            file.write(|content| put(content, &commit(lanes))).unwrap();
            assert_eq!(last(dir.path()), Some(commit(lanes)));
            // The reader has made a new file: this one is written on all the same.
            file = CommitFile::open(&RunDirectory::at(dir.path())).unwrap().0;
        }
    }

    /// A commit that is cut off anywhere leaves the one before; flipped bits leave one of the two.
    #[test]
    fn what_is_not_whole_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let (mut file, _) = CommitFile::open(&RunDirectory::at(dir.path())).unwrap();
        file.write(|content| put(content, &commit(1))).unwrap();
        file.write(|content| put(content, &commit(2))).unwrap();
        let path = dir.path().join(NAME);
        let whole = fs::read(&path).unwrap();
        // The second commit is in the first slot.
        let mut content = Content::default();
        put(&mut content, &commit(2));
        for at in (HEAD..HEAD + SLOT_HEAD + content.0.len()).step_by(3) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            fs::write(&path, &bytes).unwrap();
            assert_eq!(last(dir.path()), Some(commit(1)), "{at}");
        }
        for len in [0, 7, 15, HEAD, HEAD + 10, HEAD + SLOT_HEAD, whole.len() - FIRST_SLOT] {
            fs::write(&path, &whole[..len]).unwrap();
            let found = last(dir.path());
            assert!(found.is_none() || found == Some(commit(2)), "{len}");
        }
    }
}
