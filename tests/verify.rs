//! What was changed in a file is found (feature `verify`).

#![cfg(feature = "verify")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where it fails")]

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::*;
use ringmail::event::{Icid, IcidClose};
use ringmail::sink::proof::{Kind, Verified};
use ringmail::{Engine, File, LogFile, LogType, ManualClock, Rollover, Subscription, Timestamp};

/// Writes logs with a hash chain: so many files, in each the numbers.
fn write(dir: &Path, files: usize, numbers: &[u64]) -> Vec<LogFile> {
    let mail = Subscription::new("mail", LogType::TextMail)
        .rollover(Rollover::never())
        .keep_files(1000)
        .hash_chain(true)
        .sink(File::in_dir(dir));
    let (engine, guard) = Engine::builder()
        .clock(ManualClock::at(Timestamp::from_seconds(1_700_000_000)))
        .time_zone("UTC")
        .subscribe(mail)
        .start()
        .unwrap();
    let mut worker = engine.producer().unwrap();
    for file in 0..files {
        for number in numbers {
            worker.emit(&IcidClose { icid: Icid(*number) });
        }
        if file + 1 < files {
            engine.rollover("mail").unwrap();
        }
    }
    drop(guard);
    LogFile::list(dir.join("mail")).unwrap()
}

fn sidecar(file: &LogFile) -> Vec<u8> {
    fs::read(format!("{}.sum", file.path().display())).unwrap()
}

/// A file with lines that stand in it several times, and its sidecar.
fn sample() -> &'static (Vec<u8>, Vec<u8>) {
    static SAMPLE: OnceLock<(Vec<u8>, Vec<u8>)> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let numbers: Vec<u64> =
            (0..300).map(|at| if at % 7 == 0 { at / 50 } else { 1000 + at }).collect();
        let file = write(dir.path(), 1, &numbers).remove(0);
        (fs::read(file.path()).unwrap(), sidecar(&file))
    })
}

fn lines(file: &[u8]) -> Vec<&[u8]> {
    file.split_inclusive(|byte| *byte == b'\n').collect()
}

fn verify(file: &[u8]) -> Verified {
    Verified::of(file, sample().1.as_slice()).unwrap()
}

#[test]
fn each_kind_of_change_is_named_with_its_line() {
    let (file, _) = sample();
    assert!(verify(file).is_as_written());
    let lines = lines(file);
    let first = |file: &[u8]| {
        let verified = verify(file);
        assert!(!verified.is_as_written());
        let counts = (verified.altered, verified.missing, verified.added, verified.reordered);
        let first = verified.differences[0];
        (counts, first.kind, first.line, first.was)
    };
    let mut altered = lines.clone();
    altered[100] = b"Tue Nov 14 22:13:20 2023 Info: ICID 1 open\n";
    assert_eq!(first(&altered.concat()), ((1, 0, 0, 0), Kind::Altered, 101, Some(101)));

    let mut missing = lines.clone();
    missing.drain(100..140);
    assert_eq!(first(&missing.concat()), ((0, 40, 0, 0), Kind::Missing, 101, None));

    let mut added = lines.clone();
    added.insert(100, b"forged\n");
    assert_eq!(first(&added.concat()), ((0, 0, 1, 0), Kind::Added, 101, None));

    let mut moved = lines.clone();
    let line = moved.remove(200);
    moved.insert(20, line);
    assert_eq!(first(&moved.concat()), ((0, 0, 0, 1), Kind::Reordered, 21, Some(201)));

    let cut = &file[..file.len() - 5];
    assert_eq!(first(cut), ((1, 0, 0, 0), Kind::Altered, 304, Some(304)));
    let empty = verify(b"");
    assert_eq!((empty.missing, empty.lines), (304, 0));
    assert!(empty.has_other_counts());
}

#[test]
fn a_sidecar_that_was_altered_is_found() {
    let (file, sidecar) = sample();
    let text = String::from_utf8(sidecar.clone()).unwrap();
    let refused = |text: &str| Verified::of(file.as_slice(), text.as_bytes()).unwrap_err();
    // Other counts, another end, half of it, something behind it, no sidecar at all.
    assert!(refused(&text.replace("\"lines\":304", "\"lines\":305")).is_input());
    let end = text.trim_end().rsplit('"').nth(1).unwrap();
    let at = text.rfind(end).unwrap();
    let (before, behind) = text.split_at(at);
    assert!(refused(&format!("{before}{}", behind.replace(end, &"0".repeat(64)))).is_input());
    assert!(refused(&format!("{text}{{}}\n")).is_input());
    assert!(refused("no sidecar\n").is_input());
    // A value in the middle, though no digest is another.
    let value = text.lines().nth(2).unwrap().rsplit('"').nth(1).unwrap();
    let broken =
        Verified::of(file.as_slice(), text.replacen(value, &"1".repeat(64), 1).as_bytes()).unwrap();
    assert!(broken.broken > 0 && !broken.is_as_written(), "{broken:?}");
    assert_eq!(broken.altered, 0);
}

#[test]
fn a_change_far_away_is_found_in_a_large_file() {
    let dir = tempfile::tempdir().unwrap();
    let numbers: Vec<u64> = (0..200_000).collect();
    let file = write(dir.path(), 1, &numbers).remove(0);
    let (mut text, sum) = (fs::read(file.path()).unwrap(), sidecar(&file));
    let verified = Verified::of(text.as_slice(), sum.as_slice()).unwrap();
    assert!(verified.is_as_written());
    assert_eq!(verified.lines, 200_004);
    // 30,000 lines are gone, and one is another, which nothing near it betrays.
    let at = text.len() / 2;
    text[at] ^= 1;
    let ends: Vec<usize> = memchr::memchr_iter(b'\n', &text).collect();
    text.drain(ends[9_999] + 1..ends[39_999] + 1);
    let verified = Verified::of(text.as_slice(), sum.as_slice()).unwrap();
    assert_eq!((verified.altered, verified.missing, verified.added), (1, 30_000, 0));
    assert_eq!(verified.differences[0].line, 10_001);
}

#[test]
fn a_line_longer_than_any_block_and_no_line_at_all_are_compared() {
    for text in [vec![b'x'; 3 << 20], b"\n\n\n".to_vec(), Vec::new()] {
        let verified = Verified::of(text.as_slice(), sample().1.as_slice()).unwrap();
        assert!(!verified.is_as_written());
        assert_eq!(verified.bytes, text.len() as u64);
    }
}

/// An edit of a file's lines.
#[derive(Clone, Debug)]
enum Edit {
    Alter(usize),
    Add(usize, u8),
    Delete(usize, usize),
    Move(usize, usize),
    Double(usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        (0..304usize).prop_map(Edit::Alter),
        (0..304usize, any::<u8>()).prop_map(|(at, with)| Edit::Add(at, with)),
        (0..304usize, 1..40usize).prop_map(|(at, many)| Edit::Delete(at, many)),
        (0..304usize, 0..304usize).prop_map(|(from, to)| Edit::Move(from, to)),
        (0..304usize).prop_map(Edit::Double),
    ];
    prop::collection::vec(edit, 0..6)
}

fn apply(edit: &Edit, lines: &mut Vec<Vec<u8>>) {
    let within = |at: usize| at.min(lines.len().saturating_sub(1));
    match edit {
        _ if lines.is_empty() => {}
        Edit::Alter(at) => {
            let at = within(*at);
            lines[at].insert(0, b'!');
        }
        Edit::Add(at, with) => {
            let at = within(*at);
            lines.insert(at, format!("added {with}\n").into_bytes());
        }
        Edit::Delete(at, many) => {
            let at = within(*at);
            lines.drain(at..lines.len().min(at + many));
        }
        Edit::Move(from, to) => {
            let (from, to) = (within(*from), within(*to));
            let line = lines.remove(from);
            lines.insert(to, line);
        }
        Edit::Double(at) => {
            let at = within(*at);
            lines.insert(at, lines[at].clone());
        }
    }
}

/// How many lines both have in the same order, at most: plain and slow.
fn common(one: &[&[u8]], other: &[Vec<u8>]) -> u64 {
    let mut row = vec![0_u64; other.len() + 1];
    for line in one {
        let mut diagonal = 0;
        for (at, with) in other.iter().enumerate() {
            let best = if line == with { diagonal + 1 } else { row[at].max(row[at + 1]) };
            diagonal = row[at + 1];
            row[at + 1] = best;
        }
    }
    row[other.len()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_is_found_and_told_rightly(edits in edits()) {
        let (file, sidecar) = sample();
        let original = lines(file);
        let mut edited: Vec<Vec<u8>> = original.iter().map(|line| line.to_vec()).collect();
        edits.iter().for_each(|edit| apply(edit, &mut edited));
        let now = edited.concat();
        let verified = Verified::of(now.as_slice(), sidecar.as_slice()).unwrap();
        prop_assert_eq!(verified.is_as_written(), now == *file, "{:?}", &verified);
        prop_assert_eq!(verified.broken, 0);
        prop_assert_eq!(verified.lines, edited.len() as u64);
        // As many have gone and come as must have, and not many more.
        let in_place = verified.altered + verified.reordered;
        let (gone, come) = (verified.missing + in_place, verified.added + in_place);
        let common = common(&original, &edited);
        prop_assert_eq!(original.len() as u64 - gone, edited.len() as u64 - come);
        let least = original.len() as u64 - common;
        prop_assert!(gone >= least && gone <= least + 4 * edits.len() as u64,
            "{} of {}: {:?}", gone, least, &verified);
        // Each that is told is what it is told to be.
        for difference in &verified.differences {
            let line = usize::try_from(difference.line).unwrap() - 1;
            let was = difference.was.map(|was| original[usize::try_from(was).unwrap() - 1]);
            match difference.kind {
                Kind::Altered => prop_assert_ne!(Some(edited[line].as_slice()), was),
                Kind::Reordered => prop_assert_eq!(Some(edited[line].as_slice()), was),
                Kind::Missing => prop_assert!(line < original.len()),
                _ => prop_assert!(line < edited.len()),
            }
        }
    }

    #[test]
    fn any_bytes_as_a_sidecar_are_read_or_refused(bytes: Vec<u8>, text in "[ -~\n]{0,300}") {
        for sidecar in [bytes, text.into_bytes()] {
            let _read_or_refused = Verified::of(sample().0.as_slice(), sidecar.as_slice());
        }
    }
}

#[cfg(feature = "cli")]
mod program {
    use std::process::{Command, Output};

    use super::*;

    fn run(arguments: &[&str], dir: &Path) -> Output {
        Command::new(env!("CARGO_BIN_EXE_ringmail"))
            .args(arguments)
            .current_dir(dir)
            .output()
            .unwrap()
    }

    fn json(arguments: &[&str], dir: &Path) -> (serde_json::Value, bool) {
        let out = run(&[&["verify", "--json"], arguments].concat(), dir);
        (serde_json::from_slice(&out.stdout).unwrap(), out.status.success())
    }

    #[test]
    fn the_chain_leads_from_file_to_file() {
        let dir = tempfile::tempdir().unwrap();
        let files = write(dir.path(), 4, &[1, 2, 3]);
        let (report, good) = json(&["mail"], dir.path());
        assert!(good && report["as_written"] == true, "{report}");
        assert_eq!(report["files"].as_array().unwrap().len(), 4);
        let end = report["end"].as_str().unwrap().to_owned();
        assert!(json(&["mail", "--expect", &end.to_uppercase()], dir.path()).1);
        let (report, good) = json(&["mail", "--expect", &"0".repeat(64)], dir.path());
        assert!(!good && report["problems"][0].as_str().unwrap().contains("the chain ends with"));

        // One file is gone with its sidecar.
        let path = files[1].path();
        let kept = (fs::read(&path).unwrap(), sidecar(&files[1]));
        let sum = format!("{}.sum", path.display());
        fs::remove_file(&path).unwrap();
        fs::remove_file(&sum).unwrap();
        let out = run(&["verify", "mail"], dir.path());
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        assert_eq!(out.status.code(), Some(1));
        assert!(text.contains("a file between them is missing, or one of them was"), "{text}");

        // Another stands in its place, with a sidecar that fits it.
        let elsewhere = tempfile::tempdir().unwrap();
        let other = write(elsewhere.path(), 1, &[9]).remove(0);
        fs::copy(other.path(), &path).unwrap();
        fs::write(&sum, sidecar(&other)).unwrap();
        assert!(!json(&["mail"], dir.path()).1);

        // As it was, compressed.
        fs::write(&path, kept.0).unwrap();
        fs::write(&sum, kept.1).unwrap();
        assert!(Command::new("gzip").arg(&path).status().unwrap().success());
        let (report, good) = json(&["mail"], dir.path());
        assert!(good && report["end"] == *end, "{report}");
    }

    #[test]
    fn an_open_file_is_compared_as_far_as_its_sidecar_is() {
        let dir = tempfile::tempdir().unwrap();
        let mail = Subscription::new("mail", LogType::TextMail)
            .hash_chain(true)
            .sink(File::in_dir(dir.path()));
        let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
        let mut worker = engine.producer().unwrap();
        (0..20_000).for_each(|number| {
            worker.emit(&IcidClose { icid: Icid(number) });
        });
        engine.flush();
        let (report, good) = json(&["mail"], dir.path());
        assert!(good, "{report}");
        assert!(report["notes"][0].as_str().unwrap().contains("is being written"), "{report}");
        assert_eq!(report["files"][0]["lines"], 20_003);
        let out = run(&["ledger", "check", "mail"], dir.path());
        assert!(out.status.success(), "{out:?}");
        // A line that has been in the sidecar for long is another.
        let file = dir.path().join("mail/mail.current");
        let text = fs::read_to_string(&file).unwrap();
        let path = fs::canonicalize(&file).unwrap();
        fs::write(&path, text.replace("ICID 1000 close", "ICID 1000 CLOSE")).unwrap();
        let (report, good) = json(&["mail"], dir.path());
        assert!(!good && report["files"][0]["altered"] == 1, "{report}");
        fs::write(&path, text).unwrap();
        drop(guard);
        assert!(json(&["mail"], dir.path()).1);
    }

    #[test]
    fn messages_say_what_is_wrong() {
        let dir = tempfile::tempdir().unwrap();
        let file = write(dir.path(), 1, &[1, 2, 3]).remove(0).path();
        let name = file.to_str().unwrap();
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replace("ICID 2 close", "ICID 2 CLOSE")).unwrap();
        let out = run(&["verify", name], dir.path());
        assert_eq!(out.status.code(), Some(1));
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(said.contains("NOT as written\n  line 5 altered\n"), "{said}");
        assert!(said.contains("1 altered, first line 5 altered"), "{said}");
        let (report, _) = json(&[name], dir.path());
        assert_eq!(report["files"][0]["differences"][0]["kind"], "altered");

        fs::remove_file(format!("{name}.sum")).unwrap();
        let out = run(&["verify", name], dir.path());
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(said.contains("has no sidecar: nothing can be told"), "{said}");
        assert_eq!(run(&["verify", "nothing"], dir.path()).status.code(), Some(1));
        assert_eq!(run(&["verify"], dir.path()).status.code(), Some(2));
    }
}
