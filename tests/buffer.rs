//! The disk buffer of syslog subscriptions: processes that are killed, disks that fail, and the
//! program that looks into it.

#![cfg(feature = "syslog")]
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

#[path = "common/faulty.rs"]
#[expect(dead_code, reason = "no write stalls here")]
mod faulty;

use std::env;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use faulty::{Call, Fault, Faulty};
use ringmail::sink::syslog::buffer::{
    Buffer, BufferOptions, BufferReader, BufferWriter, Entry, WhenFull,
};

/// Tells a child its directory.
const CHILD: &str = "RINGMAIL_BUFFER_CHILD";

/// What a child has done, in numbers that outlive it. Each is written behind the call that did it.
const TAKEN: u64 = 0;
const SENT: u64 = 8;
const ACKNOWLEDGED: u64 = 16;
/// Written before the call.
const ABOUT_TO_ACKNOWLEDGE: u64 = 24;

fn message(number: u64) -> String {
    format!("message {number} {}", "x".repeat(usize::try_from(number * 7 % 300).unwrap()))
}

fn stage(writer: &mut BufferWriter, number: u64) {
    let payload = message(number);
    let entry = Entry { time: 1_416_410_206_000_000, level: 3, ..Entry::EMPTY };
    writer.stage(&Entry { payload: payload.as_bytes(), ..entry }).unwrap();
}

fn options(name: &str) -> BufferOptions {
    let when = if name.ends_with("oldest") { WhenFull::DropOldest } else { WhenFull::DropNewest };
    BufferOptions::default().of_sizes(256 << 10, 16 << 10).when_full(when)
}

/// Not a test, but what a child of one does until it is killed: it appends, sends and acknowledges.
#[test]
fn child() {
    let Some(dir) = env::var_os(CHILD) else { return };
    let dir = Path::new(&dir);
    let board = File::options().write(true).open(dir.with_extension("board")).unwrap();
    let write = |at, number: u64| board.write_all_at(&number.to_le_bytes(), at).unwrap();
    let options = options(dir.file_name().unwrap().to_str().unwrap());
    let (mut writer, mut reader) = Buffer::open(dir, options).unwrap().split();
    let ends = Instant::now() + Duration::from_secs(20);
    thread::scope(|scope| {
        scope.spawn(|| {
            while Instant::now() < ends {
                let next = writer.end() + 1;
                for number in next..next + 1 + next % 40 {
                    stage(&mut writer, number);
                }
                write(TAKEN, writer.commit().unwrap().end);
            }
        });
        let mut turn = 0;
        while Instant::now() < ends {
            turn += 1;
            let Some(last) = reader.read(4000).last() else { continue };
            let sent = last.sequence;
            write(SENT, sent);
            // The server is slow at times, so that the buffer fills.
            if turn % 40 < 30 {
                write(ABOUT_TO_ACKNOWLEDGE, sent);
                reader.acknowledge(sent);
                write(ACKNOWLEDGED, sent);
                reader.release(sent.saturating_sub(200));
            }
        }
    });
}

#[test]
fn a_killed_process_loses_nothing() {
    kill_often("newest", 25);
}

#[test]
fn a_killed_process_that_gives_up_the_oldest_loses_nothing_else() {
    kill_often("oldest", 25);
}

fn kill_often(name: &str, times: u64) {
    let above = tempfile::tempdir().unwrap();
    let dir = above.path().join(name);
    let board_path = dir.with_extension("board");
    fs::write(&board_path, [0; 32]).unwrap();
    let board = File::open(&board_path).unwrap();
    let read = |at| {
        let mut number = [0; 8];
        board.read_exact_at(&mut number, at).unwrap();
        u64::from_le_bytes(number)
    };
    let (mut has_repeats, mut own) = (false, 0);
    for turn in 0..times {
        let before = read(SENT);
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child"])
            .env(CHILD, &dir)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while read(SENT) == before {
            assert!(child.try_wait().unwrap().is_none(), "the child has ended");
            assert!(began.elapsed() < Duration::from_secs(20), "the child does nothing");
            thread::yield_now();
        }
        // A moment that is another each time.
        thread::sleep(Duration::from_micros(turn * 7919 % 20_000));
        child.kill().unwrap();
        child.wait().unwrap();

        let (mut writer, mut reader) = Buffer::open(&dir, options(name)).unwrap().split();
        let settled = reader.settled();
        assert!(writer.end() >= read(TAKEN), "taken is taken");
        assert!(settled >= read(ACKNOWLEDGED), "acknowledged is acknowledged");
        let (sent, most) = (read(SENT), read(ABOUT_TO_ACKNOWLEDGE));
        let given_up = writer.account().given_up;
        assert!(settled <= most.max(own) || given_up > 0, "{settled} {most}: nothing else is");
        let mut next = settled + 1;
        while next <= writer.end() {
            for entry in reader.read(8000) {
                assert_eq!(entry.sequence, next);
                assert_eq!(entry.payload, message(next).as_bytes());
                assert!(entry.is_repeat || entry.sequence > sent, "{next} may have been sent");
                has_repeats |= entry.is_repeat;
                next += 1;
            }
        }
        assert!(!reader.has_more());
        // Half of it stays for the next turn.
        own = settled + (next - settled) / 2;
        reader.acknowledge(own);
        let account = writer.account();
        assert!(account.is_balanced() && account.lost == 0, "{account}");
        assert_eq!(reader.take_notices(), [""; 0]);
        writer.commit().unwrap();
    }
    assert!(has_repeats);
}

/// Every call of every kind fails once, or for a while. What was taken is there, and what was not
/// can be handed in again.
#[test]
fn a_failing_disk_loses_nothing_that_was_taken() {
    let (enospc, eio) = (Fault::Error(libc::ENOSPC), Fault::Error(libc::EIO));
    let plans = [
        (Call::Write, enospc, false, 30),
        (Call::Write, Fault::Short(libc::ENOSPC), false, 30),
        (Call::Write, eio, true, 30),
        (Call::Truncate, eio, false, 3),
        (Call::Open, Fault::Error(libc::EMFILE), false, 40),
        (Call::Open, eio, true, 40),
        (Call::Remove, eio, false, 12),
        (Call::List, eio, false, 2),
        (Call::MakeFolder, Fault::Error(libc::EROFS), false, 2),
    ];
    for (call, fault, lasts, most) in plans {
        let mut has_struck = false;
        for nth in 0..most {
            let disk = Faulty::default();
            disk.fail(call, nth, fault, lasts);
            has_struck |= survives(&disk, lasts, &format!("{call:?} {nth} {fault:?}"));
        }
        assert!(has_struck || call == Call::Truncate, "{call:?} never failed");
    }
}

/// Where the buffer itself fills the disk, what is sent makes room for what comes.
#[test]
fn what_is_sent_makes_room_on_a_full_disk() {
    let (dir, disk) = (tempfile::tempdir().unwrap(), Faulty::default());
    let open = || {
        let options = BufferOptions::default().on(disk.clone());
        Buffer::open(dir.path(), options).unwrap().split()
    };
    let is_full = || disk.fail(Call::Write, 0, Fault::Error(libc::ENOSPC), false);
    let (mut writer, mut reader) = open();
    (1..=50).for_each(|number| stage(&mut writer, number));
    writer.commit().unwrap();
    let mut next = 1;
    drain(&mut reader, &mut next, "sent");
    is_full();
    stage(&mut writer, 51);
    writer.commit().unwrap_err();
    writer.commit().unwrap();
    drain(&mut reader, &mut next, "sent");
    reader.release(51);
    is_full();
    stage(&mut writer, 52);
    writer.commit().unwrap();
    assert!(disk.heal(), "the disk was full");
    let names = || {
        let entries = fs::read_dir(dir.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".segment")).collect::<Vec<_>>()
    };
    assert_eq!(names(), ["00000000000000000052.segment"]);
    assert_eq!(drain(&mut reader, &mut next, "sent"), 0);
    assert_eq!(next, 53);
    drop((writer, reader));
    let (mut writer, mut reader) = open();
    assert_eq!((writer.end(), reader.settled()), (52, 51));
    stage(&mut writer, 53);
    writer.commit().unwrap();
    next = 52;
    assert_eq!(drain(&mut reader, &mut next, "sent"), 0);
    let account = writer.account();
    assert!(account.is_balanced() && account.lost == 0 && next == 54, "{account}");
}

fn survives(disk: &Faulty, lasts: bool, what: &str) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let mut has_struck = false;
    let options = BufferOptions::default().of_sizes(64 << 10, 2000).on(disk.clone());
    let mut open = |disk: &Faulty| -> (BufferWriter, BufferReader) {
        let buffer = Buffer::open(dir.path(), options.clone()).or_else(|_| {
            has_struck |= disk.heal();
            Buffer::open(dir.path(), options.clone())
        });
        buffer.unwrap().split()
    };
    let (mut writer, mut reader) = open(disk);
    let (mut number, mut struck) = (0, false);
    let mut append = |writer: &mut BufferWriter| {
        for _ in 0..9 {
            number += 1;
            stage(writer, number);
        }
        while let Err(error) = writer.commit() {
            assert!(error.raw_os_error().is_some(), "{what}: {error}");
            assert!(disk.heal(), "{what}: {error}");
            struck = true;
        }
        assert_eq!(writer.end(), number, "{what}");
    };
    let mut next = 1;
    for _ in 0..5 {
        append(&mut writer);
    }
    let mut lost = drain(&mut reader, &mut next, what);
    reader.release(20);
    append(&mut writer);
    lost += drain(&mut reader, &mut next, what);
    let account = writer.account();
    // A segment that cannot be read is passed over, and told.
    assert_eq!((next, lost), (account.end + 1, account.lost), "{what}");
    assert!(account.is_balanced() && (lasts || lost <= 16), "{what}: {account}");
    assert!(lost == 0 || !reader.take_notices().is_empty(), "{what}");
    drop((writer, reader));
    let (mut writer, mut reader) = open(disk);
    append(&mut writer);
    next = reader.cursor();
    drain(&mut reader, &mut next, what);
    reader.release(writer.end());
    let account = writer.account();
    assert!(account.is_balanced() && account.pending == 0, "{what}: {account}");
    has_struck | struck | disk.heal()
}

/// Reads what is there, and tells how much of it is missing.
fn drain(reader: &mut BufferReader, next: &mut u64, what: &str) -> u64 {
    let mut lost = 0;
    while reader.has_more() {
        for entry in reader.read(1500) {
            lost += entry.sequence - *next;
            assert_eq!(entry.payload, message(entry.sequence).as_bytes(), "{what}");
            *next = entry.sequence + 1;
        }
        lost += reader.cursor() - *next;
        *next = reader.cursor();
    }
    lost
}

#[cfg(feature = "cli")]
fn ringmail(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ringmail")).args(args).output().unwrap()
}

#[cfg(feature = "cli")]
fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[cfg(feature = "cli")]
#[test]
fn a_buffer_is_listed_verified_and_exported() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let (mut writer, mut reader) = Buffer::open(path, options("newest")).unwrap().split();
    for number in 1..=500 {
        stage(&mut writer, number);
        writer.commit().unwrap();
    }
    assert!(reader.read(2000).len() > 3);
    reader.acknowledge(3);

    let list = ringmail(&["buffer", "list", path]);
    let text = String::from_utf8(list.stdout).unwrap();
    assert!(list.status.success() && text.contains("00000000000000000001.segment"), "{text}");
    assert!(text.contains("500 taken = 3 acknowledged + 0 given up + 0 lost + 497 pending"));
    assert!(text.ends_with("in use\n") && text.contains("2014-11-19T15:16:46.000000Z"), "{text}");
    drop((writer, reader));
    let list = json(&ringmail(&["buffer", "list", "--json", path]));
    assert_eq!((&list["is_in_use"], &list["account"]["pending"]), (&false.into(), &497.into()));

    let verified = ringmail(&["buffer", "verify", "--json", path]);
    assert!(verified.status.success());
    assert_eq!(json(&verified)["entries"], 500);
    assert_eq!(json(&verified)["is_whole"], true);

    let exported = ringmail(&["buffer", "export", path]);
    assert!(exported.status.success());
    let lines: Vec<String> = (4..=500).map(message).collect();
    assert_eq!(String::from_utf8(exported.stdout).unwrap(), lines.join("\n") + "\n");
    let exported = ringmail(&["buffer", "export", "--json", "--all", path]);
    let text = String::from_utf8(exported.stdout).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(
        first,
        serde_json::json!({
            "sequence": 1,
            "time": "2014-11-19T15:16:46.000000Z",
            "level": "Info",
            "maybe_sent": true,
            "message": message(1),
        })
    );
    assert_eq!(text.lines().count(), 500);
}

#[cfg(feature = "cli")]
#[test]
fn a_damaged_buffer_is_told_and_exported_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let (mut writer, reader) = Buffer::open(path, options("newest")).unwrap().split();
    for number in 1..=200 {
        stage(&mut writer, number);
    }
    assert_eq!(writer.commit().unwrap().taken, 200);
    drop((writer, reader));
    let first = dir.path().join("00000000000000000001.segment");
    let mut bytes = fs::read(&first).unwrap();
    bytes[2000] ^= 1;
    fs::write(&first, bytes).unwrap();

    let verified = ringmail(&["buffer", "verify", path]);
    let text = String::from_utf8(verified.stdout).unwrap();
    assert_eq!(verified.status.code(), Some(1));
    assert!(text.contains(", 1 MISSING or damaged"), "{text}");
    assert!(text.ends_with("199 messages as they were written, 1 missing or damaged\n"), "{text}");
    let exported = ringmail(&["buffer", "export", path]);
    assert_eq!(exported.status.code(), Some(1));
    assert_eq!(exported.stdout.iter().filter(|byte| **byte == b'\n').count(), 199);
    assert!(String::from_utf8(exported.stderr).unwrap().contains("1 segment is damaged"));

    fs::write(dir.path().join("state"), [7; 5000]).unwrap();
    let verified = ringmail(&["buffer", "verify", "--json", path]);
    assert_eq!(verified.status.code(), Some(1));
    assert_eq!(json(&verified)["has_state"], false);
    let list = ringmail(&["buffer", "list", path]);
    let text = String::from_utf8(list.stdout).unwrap();
    assert!(text.contains("the state is damaged: what was acknowledged is not known"), "{text}");
    let nothing = ringmail(&["buffer", "list", "/nowhere"]);
    assert_eq!(nothing.status.code(), Some(1));
    assert_eq!(ringmail(&["buffer", "list"]).status.code(), Some(2));
}
