//! Lanes that are not as their producer left them: what is whole in them is read, and nothing else.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test ends where it fails")]

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;

use crate::base::RealDisk;
use crate::event::{Event as _, Icid, Sbrs};
use crate::record::Record;
use crate::ring::lane_file::LaneFile;
use crate::ring::region::DATA_AT;
use crate::ring::{
    Consumer, Counter, EventSet, FullLane, Lane, MIN_LANE_BYTES, Order, Outcome, Producer, Ring,
    RunDirectory,
};

/// A lane with events of different lengths, whose producer was killed.
struct Left {
    _dir: tempfile::TempDir,
    path: PathBuf,
    bytes: Vec<u8>,
    /// Where each record begins and ends in the file.
    places: Vec<(usize, usize)>,
}

fn name_of(number: u64) -> String {
    "x".repeat(usize::try_from(number * 37 % 300).unwrap()) + &number.to_string()
}

/// A run directory, and the ring that is served there.
fn served() -> (tempfile::TempDir, RunDirectory, Arc<Ring>) {
    let dir = tempfile::tempdir().unwrap();
    let run = RunDirectory::at(dir.path().join("run"));
    let (order, counter) = (Order::Causal, Counter::between_processes());
    let ring = Ring::serving(&run, counter, order, FullLane::Drop, MIN_LANE_BYTES).unwrap();
    let mut all = EventSet::EMPTY;
    all.insert(Sbrs::ROW.number);
    ring.set_wanted(&all);
    (dir, run, Arc::new(ring))
}

fn left(count: u64) -> Left {
    let (dir, run, ring) = served();
    let mut producer = Producer::new(&ring).unwrap();
    let mut places = Vec::new();
    for number in 0..count {
        let before = producer.tail();
        let name = name_of(number);
        let event = Sbrs { icid: Icid(number), sbrs: name.as_str().into() };
        assert_eq!(producer.emit(&event), Outcome::Accepted);
        let place = |at: u64| DATA_AT + usize::try_from(at).unwrap();
        places.push((place(before), place(producer.tail())));
    }
    let key = run.lanes().unwrap()[0];
    let path = run.path().join(crate::ring::lane_file::lane_name(key));
    let bytes = fs::read(&path).unwrap();
    // As if it had been killed: the lane is not closed.
    drop((producer, ring));
    fs::write(&path, &bytes).unwrap();
    Left { _dir: dir, path, bytes, places }
}

/// The numbers of the events that are read out of the lane, and how many were counted as lost.
fn read(left: &Left) -> (Vec<u64>, u64) {
    let Ok((file, region)) = LaneFile::open(&RealDisk, &left.path) else { return (Vec::new(), 0) };
    let mut lane = Consumer::of_unknown(Arc::new(Lane::of_file(0, region, file)));
    lane.orphan();
    let mut numbers = Vec::new();
    let mut steps = 0;
    lane.look();
    while lane.next_order().is_some() {
        if let Some(record) = lane.record() {
            numbers.push(number_of(&record));
            lane.drained += 1;
        }
        lane.pass();
        steps += 1;
        assert!(steps <= MIN_LANE_BYTES / 64, "it does not end");
    }
    assert!(lane.ended().is_some(), "it can be let go");
    let account = lane.account();
    assert_eq!(account.accepted, account.drained, "the equations hold");
    assert_eq!(account.offered, account.accepted.saturating_add(account.shed()));
    (numbers, account.malformed)
}

fn number_of(record: &Record<'_>) -> u64 {
    record.payload.first_chunk().map_or(u64::MAX, |eight| u64::from_le_bytes(*eight))
}

#[test]
fn a_lane_that_was_left_is_read_whole() {
    let left = left(100);
    assert_eq!(read(&left), ((0..100).collect(), 0));
}

#[test]
fn a_damaged_record_costs_itself() {
    let left = left(50);
    for (number, (start, _)) in left.places.iter().enumerate() {
        let mut bytes = left.bytes.clone();
        // A length that no record can have.
        bytes[*start..start + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        fs::write(&left.path, bytes).unwrap();
        let others: Vec<u64> = (0..50).filter(|other| *other != number as u64).collect();
        assert_eq!(read(&left), (others, 1), "{number}");
    }
}

#[test]
fn a_file_that_was_cut_short_gives_what_it_has() {
    let left = left(50);
    for (number, (start, _)) in left.places.iter().enumerate() {
        fs::write(&left.path, &left.bytes[..start + (number * 7) % 24]).unwrap();
        let (numbers, lost) = read(&left);
        assert_eq!(numbers[..number], (0..number as u64).collect::<Vec<_>>(), "{number}");
        assert!(
            numbers.len() == number && lost == 50 - number as u64,
            "{number}: {numbers:?} {lost}"
        );
    }
}

/// The tail's word says nothing that could be true: what looks like records in line is taken.
#[test]
fn a_tail_that_lies_loses_nothing_and_reads_nothing_twice() {
    let left = left(50);
    let tail_at = crate::ring::region::CONTROL_AT;
    for tail in [1u64, 63, u64::MAX, 1 << 40, 64 * 7 + 1] {
        let mut bytes = left.bytes.clone();
        bytes[tail_at..tail_at + 8].copy_from_slice(&tail.to_ne_bytes());
        fs::write(&left.path, bytes).unwrap();
        let (numbers, lost) = read(&left);
        assert_eq!(numbers, (0..50).collect::<Vec<_>>(), "{tail}");
        assert!(lost >= 1, "{tail}");
    }
}

/// A lane of another user may be as large as it likes, and hold nothing that is a record.
#[test]
fn what_is_no_record_is_passed_a_piece_at_a_time() {
    const SIZE: u64 = 64 << 20;
    let left = left(1);
    let mut head = [0; crate::ring::lane_head::HEAD_LEN];
    head.copy_from_slice(&left.bytes[..crate::ring::lane_head::HEAD_LEN]);
    let head = crate::ring::lane_head::LaneHead::read(&head).unwrap();
    let head = crate::ring::lane_head::LaneHead { size: SIZE, ..head };
    let mut bytes = left.bytes[..DATA_AT].to_vec();
    bytes[..crate::ring::lane_head::HEAD_LEN].copy_from_slice(&head.to_bytes());
    let tail_at = crate::ring::region::CONTROL_AT;
    bytes[tail_at..tail_at + 8].copy_from_slice(&SIZE.to_ne_bytes());
    bytes.resize(DATA_AT + usize::try_from(SIZE).unwrap(), 0xff);
    fs::write(&left.path, &bytes).unwrap();
    let (file, region) = LaneFile::open(&RealDisk, &left.path).unwrap();
    let mut lane = Consumer::of_unknown(Arc::new(Lane::of_file(0, region, file)));
    lane.look();
    assert_eq!(lane.next_order(), None);
    assert!(lane.progress().position <= 4 << 20, "{}", lane.progress().position);
    while lane.progress().position < SIZE {
        assert!(!lane.is_drained());
        assert_eq!(lane.next_order(), None);
    }
    assert_eq!(lane.account().malformed, 1, "it counts once");
}

/// What a lane of somebody else says of itself may be anything, whether or not it was closed.
#[test]
fn a_lane_that_lies_keeps_the_equations() {
    let left = left(20);
    let words = crate::ring::region::CONTROL_AT;
    let lies = [(5, 20), (20, u64::MAX), (20, 3), (1 << 40, 1 << 40)];
    for (closed, (offered, accepted)) in lies.map(|lie| [(1, lie), (0, lie)]).into_iter().flatten()
    {
        let mut bytes = left.bytes.clone();
        for (at, word) in [(8, offered), (16, accepted), (24, closed)] {
            bytes[words + at..words + at + 8].copy_from_slice(&word.to_ne_bytes());
        }
        fs::write(&left.path, &bytes).unwrap();
        let (file, region) = LaneFile::open(&RealDisk, &left.path).unwrap();
        let mut lane = Consumer::of_unknown(Arc::new(Lane::of_file(0, region, file)));
        lane.look();
        while lane.next_order().is_some() {
            lane.drained += 1;
            lane.pass();
        }
        assert_eq!(lane.ended().is_some(), closed == 1);
        let account = lane.account();
        assert_eq!(account.accepted, account.drained, "{account:?}");
        assert_eq!(account.offered, account.accepted.saturating_add(account.shed()));
    }
}

/// What a damaged length covered is known when the lane is empty, and not while events come: a notice
/// tells of it once.
#[test]
fn what_was_told_of_a_gap_is_not_told_again() {
    let (_dir, run, ring) = served();
    let mut producer = Producer::new(&ring).unwrap();
    let emit = |producer: &mut Producer, count: u64| {
        for number in 0..count {
            let event = Sbrs { icid: Icid(number), sbrs: "x".into() };
            assert_eq!(producer.emit(&event), Outcome::Accepted);
        }
    };
    emit(&mut producer, 10);
    let key = run.lanes().unwrap()[0];
    let path = run.path().join(crate::ring::lane_file::lane_name(key));
    // Three records that are none.
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    let slot = producer.tail() / 10;
    for number in 4..7 {
        file.write_all_at(&u32::MAX.to_le_bytes(), DATA_AT as u64 + number * slot).unwrap();
    }
    let (file, region) = LaneFile::open(&RealDisk, &path).unwrap();
    let mut lane = Consumer::of_unknown(Arc::new(Lane::of_file(0, region, file)));
    let mut told = 0;
    for _ in 0..3 {
        lane.look();
        while lane.next_order().is_some() {
            lane.drained += 1;
            lane.pass();
        }
        told += lane.take_untold().map_or(0, |it| it.now.malformed - it.before.malformed);
        emit(&mut producer, 1);
        assert!(!lane.has_untold(), "while events come");
        assert!(lane.take_untold().is_none());
    }
    assert_eq!(told, 3);
}

/// A lane whose stamps are always the least, and which is filled as fast as it is read, keeps no other
/// from being read.
#[test]
fn low_stamps_starve_nobody() {
    let (_dir, run, ring) = served();
    let (mut liar, mut honest) = (Producer::new(&ring).unwrap(), Producer::new(&ring).unwrap());
    let key = run.lanes().unwrap();
    let lanes: Vec<_> = key.iter().map(|key| crate::ring::lane_file::lane_name(*key)).collect();
    let event = |number| Sbrs { icid: Icid(number), sbrs: "x".into() };
    liar.emit(&event(7));
    // The lane of the liar is the one that has something in it.
    let mut consumers: Vec<_> = lanes
        .iter()
        .map(|name| {
            let path = run.path().join(name);
            let (file, region) = LaneFile::open(&RealDisk, &path).unwrap();
            (path, Consumer::of_unknown(Arc::new(Lane::of_file(0, region, file))))
        })
        .collect();
    consumers.sort_by_key(|(_, lane)| lane.count_pending());
    let path = consumers.last().unwrap().0.clone();
    let mut lanes: Vec<_> = consumers.into_iter().map(|(_, lane)| lane).collect();
    let lie = |from: u64, to: u64| {
        let file = fs::File::options().write(true).open(&path).unwrap();
        for at in (from..to).step_by(64) {
            let index = DATA_AT as u64 + at % MIN_LANE_BYTES as u64 + 8;
            std::os::unix::fs::FileExt::write_all_at(&file, &1u64.to_le_bytes(), index).unwrap();
        }
    };
    let mut merge = crate::ring::Merge::default();
    let mut rounds = 0;
    let mut read = 0;
    honest.emit(&event(1));
    while read == 0 {
        rounds += 1;
        assert!(rounds < 20, "the other's event is never read");
        let before = liar.tail();
        for _ in 0..100 {
            liar.emit(&event(7));
        }
        lie(before, liar.tail());
        let horizon = ring.begin_round();
        lanes.iter_mut().for_each(|lane| lane.look_by(horizon));
        // A block has room for less than what comes in.
        let mut room = 90;
        merge.drain(&mut lanes, horizon, &mut |record: Record<'_>| {
            read += u64::from(number_of(&record) == 1);
            room -= 1;
            room > 0
        });
        lanes.iter().for_each(Consumer::give_back);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is done to the data, what is read are events of the lane in their order, and those
    /// are read which are whole, stand before one that is whole or the tail, and behind one that is.
    #[test]
    fn what_is_whole_is_read(
        flips in prop::collection::vec((0usize..20_000, 1u8..), 1..20),
    ) {
        let left = left(60);
        let mut bytes = left.bytes.clone();
        let data = left.places.first().unwrap().0..left.places.last().unwrap().1;
        let len = data.len();
        for (at, mask) in &flips {
            bytes[data.start + at % len] ^= mask;
        }
        fs::write(&left.path, &bytes).unwrap();
        let is_whole = |number: usize| {
            left.places.get(number).is_none_or(|(start, end)| {
                bytes[*start..*end] == left.bytes[*start..*end]
            })
        };
        let (numbers, _) = read(&left);
        for number in 0..left.places.len() {
            // A stamp that was made larger hides those behind it, which nobody can tell from theirs.
            let stamps_fell = (0..number).any(|before| {
                let at = left.places[before].0 + 8;
                let stamp = |bytes: &[u8]| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
                stamp(&bytes) > stamp(&left.bytes)
            });
            let lengthened = (0..number).any(|before| {
                let at = left.places[before].0;
                bytes[at..at + 4] != left.bytes[at..at + 4]
            });
            if is_whole(number) && is_whole(number + 1) && !stamps_fell && !lengthened {
                prop_assert!(numbers.contains(&(number as u64)), "{number} of {numbers:?}");
            }
        }
    }

    /// Any bytes at all: it ends, and the account holds.
    #[test]
    fn any_bytes_come_to_an_end(
        bytes in prop::collection::vec(any::<u8>(), 0..9000),
        at in 0usize..12_000,
    ) {
        let left = left(20);
        let mut all = left.bytes.clone();
        for (offset, byte) in bytes.iter().enumerate() {
            if let Some(place) = all.get_mut(at + offset) {
                *place = *byte;
            }
        }
        fs::write(&left.path, &all).unwrap();
        read(&left);
    }
}
