//! Messages for the archives: from an MTA's parts to an mbox file that everybody reads.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it skips, and fails by a panic"
)]

mod common;

use common::peer::{has_python, python};
use proptest::collection::vec;
use proptest::prelude::*;
use ringmail::event::{Archive, ArchivePart, Event, Mid, Text};
use ringmail::format::mbox;
use ringmail::format::parts::Parts;
use ringmail::parse::MboxReader;
use ringmail::record::{Reader, Record};
use ringmail::{Level, Timestamp};

const TIME: Timestamp = Timestamp::from_seconds(1_043_769_373);

/// A message as an mbox file holds it.
fn with_lf(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        let end = if line.ends_with(b"\r\n") { 2 } else { usize::from(line.ends_with(b"\n")) };
        out.extend(&line[..line.len() - end]);
        out.push(b'\n');
    }
    out
}

/// Messages made of what matters to the form, more often than chance would bring it.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"From ".to_vec()),
        Just(b">From ".to_vec()),
        Just(b">>".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"Subject: x\r\n\r\n".to_vec()),
        vec(any::<u8>(), 0..10),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn reading_undoes_writing(messages in vec(message(), 0..5)) {
        let mut file = Vec::new();
        for message in &messages {
            mbox::append(b"a@b.example", TIME, message, &mut file);
        }
        let read: Vec<_> = MboxReader::new(&file[..]).map(|message| message.unwrap()).collect();
        prop_assert_eq!(read.len(), messages.len());
        for (read, message) in read.iter().zip(&messages) {
            prop_assert_eq!(&read.sender, b"a@b.example");
            prop_assert_eq!(read.time, Some(TIME));
            prop_assert_eq!(&read.bytes, &with_lf(message), "{}", message.escape_ascii());
            prop_assert!(!read.is_cut);
        }
    }

    /// What is read of any file, and written again, reads as the same.
    #[test]
    fn any_file_is_read(file in message()) {
        let read = |file: &[u8]| -> Vec<_> {
            MboxReader::new(file).filter_map(Result::ok).map(|message| message.bytes).collect()
        };
        let first = read(&file);
        let mut again = Vec::new();
        for message in &first {
            mbox::append(b"", TIME, message, &mut again);
        }
        let expected: Vec<_> = first.iter().map(|message| with_lf(message)).collect();
        prop_assert_eq!(read(&again), expected);
    }

    #[test]
    fn parts_make_the_message_again(len in 0..40_000_usize, salt in any::<u8>()) {
        let message: Vec<u8> = (0..251).cycle().take(len).map(|byte: u8| byte ^ salt).collect();
        let mut parts = Parts::default();
        let mut lost = Vec::new();
        let mut wholes = Vec::new();
        let from = Text::from("a@b.example");
        for event in ArchivePart::parts(Archive::Graymail, Mid(7), 9, from, &message) {
            let mut payload = Vec::new();
            event.encode(&mut payload);
            let record = Record {
                number: ArchivePart::ROW.number,
                level: Level::Info,
                order: 0,
                time: None,
                payload: &payload,
            };
            wholes.extend(parts.add(mbox::part(&record).unwrap(), TIME, TIME, &mut lost));
        }
        prop_assert!(lost.is_empty());
        prop_assert_eq!(wholes.len(), 1);
        let head = ArchivePart::decode(&mut Reader::new(&wholes[0].head)).unwrap();
        prop_assert_eq!((head.archive, head.mid, head.from), (Archive::Graymail, Mid(7), from));
        prop_assert_eq!(&wholes[0].body, &message);
    }
}

#[test]
fn text_before_the_first_message_is_told_once() {
    let file = b"\n\njunk\nmore\nFrom a@b  Tue Jan 28 15:56:13 2003\nx\n\nFrom c\n";
    let mut reader = MboxReader::new(&file[..]);
    let error = reader.next().unwrap().unwrap_err();
    assert!(error.is_input());
    assert_eq!(error.position(), Some(2));
    let message = reader.next().unwrap().unwrap();
    assert_eq!((message.bytes.as_slice(), message.time), (&b"x\n"[..], Some(TIME)));
    let message = reader.next().unwrap().unwrap();
    assert_eq!((message.sender.as_slice(), message.time), (&b"c"[..], None));
    assert!(reader.next().is_none());
}

#[test]
fn a_file_of_one_endless_line_needs_no_memory() {
    /// Gives the same bytes for a long time.
    struct Endless(u64);

    impl std::io::Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let len = out.len().min(usize::try_from(self.0).unwrap());
            out[..len].fill(b'>');
            self.0 -= len as u64;
            Ok(len)
        }
    }

    let mut reader = MboxReader::new(Endless(256 << 20));
    assert!(reader.next().unwrap().is_err());
    assert!(reader.next().is_none());
    let file = std::io::Read::chain(&b"From a\n"[..], Endless(100 << 20));
    let message = MboxReader::new(file).next().unwrap().unwrap();
    assert_eq!(message.bytes.len(), ringmail::parse::mbox::MAX_MESSAGE);
    assert!(message.is_cut);
}

/// Reads an mbox file as Python does, and says each message in hexadecimal; Python leaves the
/// quotes in.
const SAY: &str = r#"
import mailbox, re, sys
for message in mailbox.mbox(sys.argv[1], create=False):
    sender, _, time = message.get_from().partition(' ')
    bytes = message.as_bytes(unixfrom=False)
    print(sender, time, re.sub(rb'(?m)^>(>*From )', rb'\1', bytes).hex(), sep='|')
"#;

#[test]
fn python_reads_what_we_write() {
    if !has_python() {
        return;
    }
    let messages = [
        &b"Subject: one\r\nFrom: <a@b>\r\n\r\nFrom here\r\n>From there\r\n\r\nFrom\r\n"[..],
        b"Subject: two\r\n\r\n\r\n\r\nblank lines\r\n\r\n\r\n",
        b"Subject: three\r\n\r\nno end",
        b"Subject: four\r\n\r\n",
        b"Subject: five\r\nX-Odd: \xff\xfe\r\n\r\n\xe4\xf6\xfc \x00 \r\n",
    ];
    let mut file = Vec::new();
    for (message, sender) in messages.iter().zip(["a@b.example", "", "x y@z", "a@b", "\u{fc}@b"]) {
        mbox::append(sender.as_bytes(), TIME, message, &mut file);
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("archive.mbox");
    std::fs::write(&path, &file).unwrap();
    let said = String::from_utf8(python(SAY, &[path.to_str().unwrap()], b"")).unwrap();
    let said: Vec<Vec<_>> = said.lines().map(|line| line.split('|').collect()).collect();
    assert_eq!(said.len(), messages.len());
    let senders = ["a@b.example", "MAILER-DAEMON", "x_y@z", "a@b", "__@b"];
    for ((said, message), sender) in said.iter().zip(messages).zip(senders) {
        assert_eq!(said[..2], [sender, "Tue Jan 28 15:56:13 2003"]);
        let hex: String = with_lf(message).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(said[2], hex, "{}", message.escape_ascii());
    }
}
