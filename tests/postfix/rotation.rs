//! Log files are rotated while they are followed.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ringmail::service::postfix::{Begin, Follow, Position};
use tempfile::TempDir;

/// A folder with a log file in it.
struct Log {
    folder: TempDir,
}

impl Log {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn append(&self, text: &str) {
        append(&self.path("mail.log"), text);
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// Says that a file was written so many seconds ago.
    fn age(&self, name: &str, seconds: u64) {
        let time = SystemTime::now() - Duration::from_secs(seconds);
        File::options().append(true).open(self.path(name)).unwrap().set_modified(time).unwrap();
    }

    fn follow(&self, begin: Begin) -> Follow {
        // Nobody sleeps here: `poll` does not.
        Follow::new(self.path("mail.log"), begin, Duration::from_secs(3600))
    }
}

fn append(path: &Path, text: &str) {
    let mut file = File::options().append(true).create(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

/// All lines that there are for now.
fn lines(follow: &mut Follow) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(line) = follow.poll().unwrap() {
        lines.push(String::from_utf8(line.text.to_vec()).unwrap());
    }
    lines
}

#[test]
fn a_file_that_is_not_there_yet() {
    let log = Log::new();
    let mut follow = log.follow(Begin::Start);
    assert!(lines(&mut follow).is_empty());
    log.append("a\nb");
    assert_eq!(lines(&mut follow), ["a"]);
    log.append("c\n\nd\n");
    assert_eq!(lines(&mut follow), ["bc", "", "d"]);
    let mut missing = Follow::new("/nowhere/at/all", Begin::End, Duration::ZERO);
    let mut asked = 0;
    let found = missing.wait(|| {
        asked += 1;
        asked < 3
    });
    assert!(found.unwrap().is_none());
    assert_eq!(asked, 3);
}

#[test]
fn from_the_end() {
    let log = Log::new();
    log.append("old\n");
    let mut follow = log.follow(Begin::End);
    assert!(lines(&mut follow).is_empty());
    log.append("new\n");
    assert_eq!(lines(&mut follow), ["new"]);
}

#[test]
fn a_folder_is_an_error() {
    let log = Log::new();
    let error = Follow::new(log.folder.path(), Begin::Start, Duration::ZERO).poll().unwrap_err();
    assert!(error.is_io() && error.to_string().contains("no regular file"), "{error}");
}

/// The writer goes on in the old file until it is told to open the new one.
#[test]
fn renamed_while_it_is_written() {
    let log = Log::new();
    log.append("1\n");
    let mut follow = log.follow(Begin::Start);
    assert_eq!(lines(&mut follow), ["1"]);
    log.rename("mail.log", "mail.log.1");
    append(&log.path("mail.log.1"), "2\n");
    assert_eq!(lines(&mut follow), ["2"]);
    File::create(log.path("mail.log")).unwrap();
    append(&log.path("mail.log.1"), "3\n");
    assert_eq!(lines(&mut follow), ["3"]);
    append(&log.path("mail.log.1"), "4\nwithout an end");
    log.append("5\n");
    assert_eq!(lines(&mut follow), ["4", "without an end", "5"]);
    assert_eq!(follow.counts().rotations, 1);
    log.append("6\n");
    assert_eq!(lines(&mut follow), ["6"]);
}

#[test]
fn deleted_and_made_anew() {
    let log = Log::new();
    log.append("1\n");
    let mut follow = log.follow(Begin::Start);
    assert_eq!(lines(&mut follow), ["1"]);
    fs::remove_file(log.path("mail.log")).unwrap();
    assert!(lines(&mut follow).is_empty());
    log.append("2\n");
    assert_eq!(lines(&mut follow), ["2"]);
}

/// Rotated several times between two looks: nothing that is still there is left out.
#[test]
fn files_that_came_and_went() {
    let log = Log::new();
    log.append("0\n");
    log.rename("mail.log", "mail.log.3");
    log.append("1\n");
    let mut follow = log.follow(Begin::Start);
    assert_eq!(lines(&mut follow), ["1"]);
    let position = follow.position();
    log.append("2\n");
    log.rename("mail.log", "mail.log.2");
    log.append("3\n");
    log.rename("mail.log", "mail.log.1");
    fs::write(log.path("mail.log.4.gz"), "packed\n").unwrap();
    fs::write(log.path("mail.log.notes"), "not a log\n").unwrap();
    log.append("4\n");
    for (name, age) in [
        ("mail.log.3", 40),
        ("mail.log.2", 30),
        ("mail.log.1", 20),
        ("mail.log.notes", 15),
        ("mail.log", 10),
    ] {
        log.age(name, age);
    }
    assert_eq!(lines(&mut follow), ["2", "3", "4"]);
    assert_eq!(lines(&mut log.follow(Begin::At(position))), ["2", "3", "4"]);
}

#[test]
fn emptied_in_place() {
    let log = Log::new();
    log.append("1\n2\n3\n");
    let mut follow = log.follow(Begin::Start);
    assert_eq!(lines(&mut follow), ["1", "2", "3"]);
    File::options().write(true).open(log.path("mail.log")).unwrap().set_len(0).unwrap();
    assert!(lines(&mut follow).is_empty());
    log.append("4\n");
    assert_eq!(lines(&mut follow), ["4"]);
    // Emptied, and written again to beyond what was there.
    File::create(log.path("mail.log")).unwrap();
    log.append("five\nsix\n");
    assert_eq!(lines(&mut follow), ["five", "six"]);
    assert_eq!((follow.counts().truncations, follow.counts().rotations), (2, 0));
}

/// At each line a reader ends, and another one goes on from its position.
#[test]
fn any_position_is_found_again() {
    let log = Log::new();
    let long = "x".repeat(300_000);
    let all = ["1", "", long.as_str(), "two words", "last"];
    log.append(&(all.join("\n") + "\n"));
    let mut expected = all.map(str::to_owned);
    expected[2].truncate(64 * 1024);
    let mut position = None;
    for line in &expected {
        let mut follow = log.follow(position.map_or(Begin::Start, Begin::At));
        let found = follow.poll().unwrap().unwrap();
        assert!(found.text == line.as_bytes());
        assert_eq!(found.is_cut, line.len() > 10_000);
        position = Some(follow.position());
    }
    let position: Position = position.unwrap();
    assert_eq!(position.offset, log.path("mail.log").metadata().unwrap().len());
    assert_eq!(log.follow(Begin::At(position)).poll().unwrap(), None);
}

#[test]
fn a_position_in_a_file_that_was_rotated() {
    let log = Log::new();
    log.append("1\n2\n");
    let mut follow = log.follow(Begin::Start);
    follow.poll().unwrap();
    let position = follow.position();
    log.rename("mail.log", "mail.log-20261122");
    assert_eq!(lines(&mut log.follow(Begin::At(position))), ["2"], "no new file yet");
    log.append("3\n");
    assert_eq!(lines(&mut log.follow(Begin::At(position))), ["2", "3"]);
}

#[test]
fn a_position_that_is_gone() {
    let log = Log::new();
    log.append("1\n2\n");
    let mut follow = log.follow(Begin::Start);
    assert_eq!(lines(&mut follow), ["1", "2"]);
    let position = follow.position();
    // The same inode and as long, but another content.
    fs::write(log.path("mail.log"), "3\n4\n").unwrap();
    let mut again = log.follow(Begin::At(position));
    assert_eq!(lines(&mut again), ["3", "4"]);
    assert_eq!(again.counts().lost, 1);
}

#[test]
fn long_lines_are_cut_and_take_no_memory() {
    let log = Log::new();
    let mut follow = log.follow(Begin::Start);
    for _ in 0..20 {
        log.append(&"y".repeat(100_000));
        assert!(lines(&mut follow).is_empty());
    }
    log.append("\nnext\n");
    let line = follow.poll().unwrap().unwrap();
    assert_eq!((line.text.len(), line.is_cut), (64 * 1024, true));
    assert_eq!(lines(&mut follow), ["next"]);
    assert_eq!(follow.counts().cut, 1);
    log.append(&"z".repeat(64 * 1024));
    log.append("\n");
    assert!(!follow.poll().unwrap().unwrap().is_cut);
}
