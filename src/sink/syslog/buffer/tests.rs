//! A buffer against a plain list, and against damage.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;

fn small() -> BufferOptions {
    BufferOptions::default().of_sizes(4096, 512)
}

fn open(dir: &Path, options: &BufferOptions) -> (BufferWriter, BufferReader) {
    Buffer::open(dir, options.clone()).unwrap().split()
}

fn append(writer: &mut BufferWriter, payloads: impl IntoIterator<Item = impl AsRef<[u8]>>) -> u64 {
    for payload in payloads {
        let payload = payload.as_ref();
        let time = payload.len() as i64;
        writer.stage(&Entry { time, level: 3, flags: 9, payload, ..Entry::EMPTY }).unwrap();
    }
    writer.commit().unwrap().taken
}

/// Sequence and message of all that is left.
fn drain(reader: &mut BufferReader) -> Vec<(u64, Vec<u8>)> {
    let mut all = Vec::new();
    loop {
        let had = all.len();
        all.extend(reader.read(300).map(|entry| (entry.sequence, entry.payload.to_vec())));
        if all.len() == had {
            assert!(!reader.has_more());
            return all;
        }
    }
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some());
    paths.sort();
    paths
}

fn numbered(range: std::ops::RangeInclusive<u64>) -> Vec<(u64, Vec<u8>)> {
    range.map(|number| (number, text(number).into_bytes())).collect()
}

fn text(number: u64) -> String {
    format!("message {number} {}", "x".repeat(usize::try_from(number % 50).unwrap()))
}

#[test]
fn what_is_released_is_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, mut reader) = open(dir.path(), &small());
    assert_eq!(append(&mut writer, (1..=30).map(text)), 30);
    let many = segments(dir.path()).len();
    assert!(many > 3, "{many}");
    assert_eq!(drain(&mut reader), numbered(1..=30));
    reader.acknowledge(30);
    assert_eq!(segments(dir.path()).len(), many, "kept until it is released");
    reader.rewind(28);
    assert!(reader.read(1).next().unwrap().is_repeat);
    assert_eq!(drain(&mut reader), numbered(29..=30));
    reader.release(29);
    assert_eq!(segments(dir.path()).len(), 1, "but for the last one");
    let account = reader.account();
    assert_eq!((account.taken, account.acknowledged, account.pending), (30, 30, 0));
}

#[test]
fn a_full_buffer_refuses_until_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, mut reader) = open(dir.path(), &small());
    let taken = append(&mut writer, (1..=200).map(text));
    let account = writer.account();
    assert!(taken < 100 && account.refused == 200 - taken, "{account}");
    assert!(account.bytes <= 4096);
    let on_disk: u64 = segments(dir.path()).iter().map(|path| path.metadata().unwrap().len()).sum();
    assert_eq!(account.bytes, on_disk);
    assert_eq!(drain(&mut reader), numbered(1..=taken));
    // What is acknowledged makes room, though it is not released.
    reader.acknowledge(taken);
    assert_eq!(append(&mut writer, (taken + 1..=taken + 20).map(text)), 20);
    assert_eq!(drain(&mut reader), numbered(taken + 1..=taken + 20));
}

#[test]
fn or_gives_up_the_oldest() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, mut reader) = open(dir.path(), &small().when_full(WhenFull::DropOldest));
    assert_eq!(append(&mut writer, (1..=200).map(text)), 200);
    let account = writer.account();
    assert!(account.bytes <= 4096 && account.refused == 0 && account.given_up > 100, "{account}");
    assert_eq!(drain(&mut reader), numbered(account.given_up + 1..=200));
    reader.release(200);
    let account = writer.account();
    assert!(account.is_balanced() && account.pending == 0 && account.lost == 0, "{account}");
}

#[test]
fn files_are_this_users_alone() {
    let above = tempfile::tempdir().unwrap();
    let dir = above.path().join("pushed/mail_logs");
    let (mut writer, _reader) = open(&dir, &small());
    append(&mut writer, ["one"]);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for entry in fs::read_dir(&dir).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    let error = Buffer::open(&dir, small()).unwrap_err();
    assert!(error.is_config() && error.to_string().contains("another process"), "{error}");
    let link = above.path().join("link");
    std::os::unix::fs::symlink(&dir, &link).unwrap();
    assert!(Buffer::open(&link, small()).unwrap_err().to_string().contains("not a link"));
}

#[test]
fn links_in_a_buffer_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let precious = dir.path().join("precious");
    fs::write(&precious, "precious").unwrap();
    let buffer = dir.path().join("buffer");
    fs::create_dir(&buffer).unwrap();
    for name in ["state", "lock"] {
        fs::remove_file(buffer.join(name)).ok();
        std::os::unix::fs::symlink(&precious, buffer.join(name)).unwrap();
        assert!(Buffer::open(&buffer, small()).unwrap_err().is_io());
        fs::remove_file(buffer.join(name)).unwrap();
    }
    std::os::unix::fs::symlink(&precious, Segment::path(&buffer, 1)).unwrap();
    let (mut writer, _reader) = open(&buffer, &small());
    writer.stage(&Entry { payload: b"one", ..Entry::EMPTY }).unwrap();
    assert!(writer.commit().is_err());
    assert_eq!(writer.discard(), 1);
    assert_eq!(writer.account().failed, 1);
    assert_eq!(fs::read(&precious).unwrap(), b"precious");
}

#[test]
fn a_torn_entry_was_never_taken() {
    let dir = tempfile::tempdir().unwrap();
    append(&mut open(dir.path(), &small()).0, (1..=3).map(text));
    let path = segments(dir.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let third = text(1).len() + text(2).len() + 2 * entry::HEAD + SEGMENT_HEAD;
    for len in third..whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        fs::remove_file(dir.path().join("state")).unwrap();
        let (mut writer, mut reader) = open(dir.path(), &small());
        assert_eq!(writer.end(), 2);
        append(&mut writer, [text(3)]);
        assert_eq!(drain(&mut reader), numbered(1..=3));
        assert_eq!(reader.account().lost, 0);
    }
}

#[test]
fn a_long_message_gets_a_segment_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, mut reader) = open(dir.path(), &BufferOptions::default());
    let long = vec![b'x'; MAX_PAYLOAD];
    let options = BufferOptions::default().of_sizes(1 << 20, 512);
    assert_eq!(append(&mut writer, [&long, &long]), 2);
    let longer = Entry { payload: &vec![0; MAX_PAYLOAD + 1], ..Entry::EMPTY };
    assert!(writer.stage(&longer).unwrap_err().is_input());
    assert_eq!(reader.read(1).next().unwrap().payload, long);
    drop((writer, reader));
    let (mut writer, mut reader) = open(dir.path(), &options);
    assert_eq!(append(&mut writer, [&long, &long]), 2);
    assert_eq!(segments(dir.path()).len(), 3);
    assert_eq!(drain(&mut reader).len(), 4);
}

#[test]
fn a_cut_buffer_knows_what_was_sent() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, mut reader) = open(dir.path(), &small());
    append(&mut writer, (1..=30).map(text));
    drain(&mut reader);
    reader.release(25);
    drop((writer, reader));
    for end in [40, 27, 20] {
        let mut buffer = Buffer::open(dir.path(), small()).unwrap();
        buffer.cut(end).unwrap();
        assert_eq!((buffer.end(), buffer.maybe_sent_until()), (end, 30));
        let account = buffer.shared.place.lock().account();
        assert!(account.is_balanced() && account.taken == end, "{account}");
        drop(buffer.split());
    }
    let (mut writer, mut reader) = open(dir.path(), &small());
    append(&mut writer, (21..=32).map(text));
    let mut read = Vec::new();
    while reader.has_more() {
        read.extend(reader.read(4000).map(|entry| (entry.sequence, entry.is_repeat)));
    }
    assert_eq!(read, (21..=32).map(|number| (number, number <= 30)).collect::<Vec<_>>());
    let account = reader.account();
    assert_eq!((account.acknowledged, account.pending, account.lost), (20, 12, 0));
}

/// What is missing behind the last entry has its sequences, too.
#[test]
fn a_buffer_that_ends_too_early_goes_on_behind_the_gap() {
    let dir = tempfile::tempdir().unwrap();
    append(&mut open(dir.path(), &small()).0, (1..=3).map(text));
    let mut buffer = Buffer::open(dir.path(), small()).unwrap();
    buffer.cut(10).unwrap();
    let (mut writer, mut reader) = buffer.split();
    append(&mut writer, (11..=12).map(text));
    assert_eq!(drain(&mut reader), [numbered(1..=3), numbered(11..=12)].concat());
    assert_eq!(reader.account().lost, 7);
    assert_eq!(
        reader.take_notices(),
        ["a segment of the buffer is damaged: 7 messages lost, sequence 4 to 10"]
    );
    reader.release(12);
    let account = reader.account();
    assert!(account.is_balanced() && account.acknowledged == 5, "{account}");
}

/// Each byte of each file is flipped in turn, each file is cut at each place, emptied, and deleted.
#[test]
fn damage_costs_itself() {
    let dir = tempfile::tempdir().unwrap();
    let (mut writer, mut reader) = open(dir.path(), &small());
    append(&mut writer, (1..=24).map(text));
    reader.read(1);
    reader.read(1);
    reader.acknowledge(1);
    drop((writer, reader));
    let files: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect();
    let restore = || {
        for path in segments(dir.path()) {
            fs::remove_file(path).unwrap();
        }
        for (path, bytes) in &files {
            fs::write(path, bytes).unwrap();
        }
    };
    let check = |what: &str, most_lost: u64| {
        let (mut writer, mut reader) = open(dir.path(), &small());
        let next = writer.end() + 1;
        append(&mut writer, [text(next)]);
        let mut expected = reader.cursor();
        let mut missing = 0;
        for (sequence, payload) in drain(&mut reader) {
            assert!(sequence >= expected, "{what}: order");
            assert_eq!(payload, text(sequence).into_bytes(), "{what}");
            missing += sequence - expected;
            expected = sequence + 1;
        }
        assert_eq!(expected, next + 1, "{what}");
        let account = reader.account();
        assert!(account.is_balanced(), "{what}: {account}");
        assert_eq!(account.lost, missing, "{what}");
        assert!(missing <= most_lost, "{what}: {missing} lost");
        assert!(missing == 0 || !reader.take_notices().is_empty(), "{what}");
    };
    let in_a_segment = 10;
    for (path, whole) in &files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let is_segment = name.ends_with(".segment");
        for at in 0..whole.len() {
            // Between the slots of the state there is nothing.
            if !is_segment && whole[at] == 0 && at % 64 != 0 {
                continue;
            }
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            fs::write(path, &flipped).unwrap();
            let most = match (is_segment, at < SEGMENT_HEAD) {
                (true, true) => in_a_segment,
                (true, false) => 1,
                _ => 0,
            };
            check(&format!("{name}: {at} flipped"), most);
            restore();
        }
        for len in (0..whole.len()).filter(|len| is_segment || len % 64 == 0) {
            fs::write(path, &whole[..len]).unwrap();
            check(&format!("{name}: cut to {len}"), in_a_segment);
            restore();
        }
        fs::write(path, vec![0; whole.len()]).unwrap();
        check(&format!("{name}: zeros"), in_a_segment);
        restore();
        fs::remove_file(path).unwrap();
        check(&format!("{name}: deleted"), in_a_segment);
        restore();
    }
    for path in segments(dir.path()) {
        fs::remove_file(path).unwrap();
    }
    check("no segments", 24);
}

/// Opening reads as much of a large buffer as of a small one.
#[test]
fn opening_does_not_read_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    let options = BufferOptions::default().of_sizes(256 << 20, 1 << 20);
    let (mut writer, _) = open(dir.path(), &options);
    let long = vec![b'x'; 60_000];
    for _ in 0..60 {
        assert_eq!(append(&mut writer, (0..20).map(|_| &long)), 20);
    }
    drop(writer);
    let bytes: u64 = segments(dir.path()).iter().map(|path| path.metadata().unwrap().len()).sum();
    let buffer = Buffer::open(dir.path(), options).unwrap();
    assert!(bytes > 64 << 20 && buffer.read_bytes() < 2 << 20, "{bytes} {}", buffer.read_bytes());
}

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<u16>),
    Read(u16),
    Acknowledge(u8),
    Release(u8),
    Rewind(u8),
    /// The process ends, and leaves this many bytes of an entry that it was writing.
    Restart(u16),
    Cut(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => prop::collection::vec(0u16..400, 1..20).prop_map(Step::Append),
        4 => (1u16..2000).prop_map(Step::Read),
        2 => any::<u8>().prop_map(Step::Acknowledge),
        2 => any::<u8>().prop_map(Step::Release),
        1 => any::<u8>().prop_map(Step::Rewind),
        1 => (0u16..60).prop_map(Step::Restart),
        1 => any::<u8>().prop_map(Step::Cut),
    ];
    prop::collection::vec(step, 1..60)
}

/// What a buffer should do, as a list.
#[derive(Default)]
struct Twin {
    /// By sequence; all that were ever taken.
    taken: BTreeMap<u64, Vec<u8>>,
    made: u64,
    sent: u64,
    cursor: u64,
    refused: u64,
}

impl Twin {
    fn end(&self) -> u64 {
        self.taken.len() as u64
    }

    fn payload(&mut self, len: u16) -> Vec<u8> {
        self.made += 1;
        let mut payload = self.made.to_le_bytes().to_vec();
        payload.resize(8 + usize::from(len), b'.');
        payload
    }

    fn append(&mut self, writer: &mut BufferWriter, lens: &[u16]) {
        let payloads: Vec<_> = lens.iter().map(|len| self.payload(*len)).collect();
        for batch in payloads.chunks(5) {
            for payload in batch {
                writer.stage(&Entry { payload, ..Entry::EMPTY }).unwrap();
            }
            let appended = writer.commit().unwrap();
            assert_eq!(appended.taken + appended.refused, batch.len() as u64);
            self.refused += appended.refused;
            for payload in batch.iter().take(appended.taken.try_into().unwrap()) {
                self.taken.insert(self.end() + 1, payload.clone());
            }
            assert_eq!(appended.end, self.end());
        }
    }

    fn read(&mut self, reader: &mut BufferReader, bytes: u16) -> u64 {
        let (settled, mut count) = (reader.settled(), 0);
        let mut last = self.cursor.saturating_sub(1);
        for entry in reader.read(bytes.into()) {
            // What is settled, and made room for others, is passed over.
            if count == 0 && entry.sequence > self.cursor {
                assert!(entry.sequence <= settled + 1);
            } else {
                assert_eq!(entry.sequence, last + 1);
            }
            assert_eq!(entry.payload, self.taken[&entry.sequence]);
            assert_eq!(entry.is_repeat, entry.sequence <= self.sent);
            last = entry.sequence;
            count += 1;
        }
        self.cursor = last + 1;
        if count > 0 {
            self.sent = self.sent.max(last);
        }
        count
    }
}

fn behaves(steps: &[Step], when_full: WhenFull) {
    let dir = tempfile::tempdir().unwrap();
    let drops = when_full == WhenFull::DropOldest;
    let options = BufferOptions::default().of_sizes(6000, 1000).when_full(when_full);
    let mut ends = open(dir.path(), &options);
    let mut twin = Twin { cursor: 1, ..Twin::default() };
    for step in steps {
        let (writer, reader) = (&mut ends.0, &mut ends.1);
        let part = |part: u8| twin.cursor.saturating_sub(1) * u64::from(part) / 255;
        match step {
            Step::Append(lens) => twin.append(writer, lens),
            Step::Read(bytes) => {
                twin.read(reader, *bytes);
            }
            Step::Acknowledge(to) => reader.acknowledge(part(*to)),
            Step::Release(to) => reader.release(part(*to)),
            Step::Rewind(to) => {
                let to = part(*to);
                reader.rewind(to);
                assert!(reader.cursor() <= twin.cursor);
                twin.cursor = reader.cursor();
            }
            Step::Restart(torn) => {
                let settled = reader.settled();
                drop(ends);
                if let Some(last) = segments(dir.path()).pop() {
                    let mut torn_entry = Vec::new();
                    entry::put(&mut torn_entry, &Entry { payload: &[7; 60], ..Entry::EMPTY });
                    torn_entry.truncate((*torn).into());
                    let mut file = fs::OpenOptions::new().append(true).open(last).unwrap();
                    file.write_all(&torn_entry).unwrap();
                }
                ends = open(dir.path(), &options);
                twin.cursor = settled + 1;
                assert_eq!(ends.1.cursor(), twin.cursor);
            }
            Step::Cut(to) => {
                let end = twin.end() * u64::from(*to) / 255;
                let settled = reader.settled().min(end);
                drop(ends);
                let mut buffer = Buffer::open(dir.path(), options.clone()).unwrap();
                buffer.cut(end).unwrap();
                assert_eq!(buffer.maybe_sent_until(), twin.sent);
                twin.taken.split_off(&(end + 1));
                ends = buffer.split();
                twin.cursor = settled + 1;
            }
        }
        let account = ends.0.account();
        assert!(account.is_balanced(), "{step:?}: {account}");
        assert_eq!((account.taken, account.refused), (twin.end(), twin.refused), "{step:?}");
        assert_eq!((account.lost, account.failed), (0, 0), "{step:?}");
        assert!(account.bytes <= 6000 && (drops || account.given_up == 0), "{step:?}");
        let on_disk: u64 =
            segments(dir.path()).iter().map(|path| path.metadata().unwrap().len()).sum();
        assert_eq!(account.bytes, on_disk, "{step:?}");
    }
    while twin.read(&mut ends.1, 500) > 0 {}
    ends.1.release(twin.end());
    let account = ends.0.account();
    assert_eq!(account.acknowledged + account.given_up, twin.end());
    assert!(ends.1.take_notices().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_a_list_that_refuses(steps in steps()) {
        behaves(&steps, WhenFull::DropNewest);
    }

    #[test]
    fn it_is_a_list_that_gives_up(steps in steps()) {
        behaves(&steps, WhenFull::DropOldest);
    }
}
