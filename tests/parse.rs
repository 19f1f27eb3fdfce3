//! Whole files are read, rewritten and made again of their events, and no byte of them is lost.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it skips, and fails by a panic"
)]

mod common;

use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use ringmail::parse::{LinePart, LogReader, LogWriter, Rewriter, Rewritten, Tally};
use ringmail::{Dialect, LogType, Timestamp};

/// What a file becomes: rewritten, and made again of its records; and what became of its lines.
fn through(log_type: LogType, dialect: Dialect, file: &[u8]) -> (Vec<u8>, Vec<u8>, Tally) {
    let mut log = LogReader::new(log_type, file);
    let mut rewriter = Rewriter::new(log_type, dialect);
    let mut writer = LogWriter::new(log_type, dialect);
    let (mut rewritten, mut again) = (Vec::new(), Vec::new());
    while let Some(line) = log.read().unwrap() {
        rewriter.rewrite(&line, &mut rewritten);
        line.records(|record| writer.write(record, &mut again).unwrap());
    }
    (rewritten, again, rewriter.tally())
}

#[test]
fn a_real_gateways_mail_log_comes_back_byte_for_byte() {
    let Some(corpus) = common::folder("RINGMAIL_CORPUS") else { return };
    let file = fs::read(corpus.join("text_mail_7.6.3_first500.log")).unwrap();
    let (rewritten, again, tally) = through(LogType::TextMail, Dialect::V7_6, &file);
    assert_eq!((tally.lines, tally.identical), (500, 500), "{tally:?}");
    assert!(rewritten == file, "rewritten");
    assert!(again == file, "of its events");
}

/// The same file in another dialect and back.
#[test]
fn a_dialect_is_left_and_come_back_to() {
    let Some(corpus) = common::folder("RINGMAIL_CORPUS") else { return };
    let file = fs::read(corpus.join("text_mail_7.6.3_first500.log")).unwrap();
    for dialect in Dialect::ALL {
        let (other, ..) = through(LogType::TextMail, dialect, &file);
        assert_eq!(other == file, dialect == Dialect::V7_6, "{dialect}");
        let (back, ..) = through(LogType::TextMail, Dialect::V7_6, &other);
        assert!(back == file, "{dialect}");
    }
}

/// What files are made of: lines of all forms, pieces of them, and anything.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "Wed Nov 19 09:16:46 2014 Info: Time offset from UTC: -21600 seconds\n",
        "Wed Nov 19 09:16:46 2014 Info: Time offset from UTC: 9223372036854775807 seconds\n",
        "Wed Nov 19 09:16:39 2014 Info: MID 7 antivirus negative \r\n",
        "Wed Nov  9 09:16:39 2014 Warning: MID 7 Subject \"it's\"\n",
        "<22>Jun 25 08:50:03 esa.example name: Info: Message finished MID 7 done\n",
        "2020-10-15 08:00:11,968 INFO csa Begin Logfile\n",
        "Wed Nov 19 09:16:39 2014 Info: Bounced: 7:0 From:<a> To:<b> Reason: \"x\" \
         Response: \"('550', ['y'])\"\n",
        "Wed Nov 19 09:16:39 2014 LDAP: connected\n",
        "@400000003e8b3cb83a3f58b1 end msg 7\n",
        "1049312430.977230 end msg 7\n",
        "Wed Nov 19 09:16:39 2014 CEF:0|a|b|c|ESA_CONSOLIDATED_LOG_EVENT|\
         Consolidated Log Event|5|act=x\n",
        "Info: End Logfile\n",
        "\r\n",
        "\n",
    ];
    let line = prop::sample::select(known.to_vec()).prop_map(|line| line.as_bytes().to_vec());
    prop_oneof![
        4 => line.clone(),
        2 => (line, any::<prop::sample::Index>()).prop_map(|(mut line, at)| {
            line.truncate(at.index(line.len()));
            line
        }),
        1 => vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    /// Whatever a file holds: there are as many lines behind as before, each with its line end, and
    /// those that were not understood are the same.
    #[test]
    fn no_line_is_ever_lost(
        file in vec(piece(), 0..12).prop_map(|pieces| pieces.concat()),
        log_type in prop::sample::select(&LogType::ALL[..]),
        dialect in prop::sample::select(&Dialect::ALL[..]),
    ) {
        let near = Timestamp::from_seconds(1_403_686_203);
        let mut log = LogReader::new(log_type, file.as_slice()).reference(near);
        let mut rewriter = Rewriter::new(log_type, dialect);
        let (mut lines, mut bytes) = (0, Vec::<u8>::new());
        while let Some(line) = log.read().unwrap() {
            bytes.extend(line.raw.bytes);
            lines += 1;
            let mut out = Vec::new();
            let what = rewriter.rewrite(&line, &mut out);
            prop_assert!(out.ends_with(line.raw.end()));
            let ends = out.iter().filter(|byte| **byte == b'\n').count();
            prop_assert_eq!(ends, usize::from(line.raw.bytes.ends_with(b"\n")));
            prop_assert_eq!(what == Rewritten::Different, out != line.raw.bytes);
            prop_assert_eq!(line.raw.part, LinePart::Whole);
        }
        let tally = rewriter.tally();
        prop_assert_eq!(tally.lines, lines);
        let passed_on = tally.no_event + tally.no_time + tally.too_long + tally.not_writable;
        prop_assert_eq!(tally.understood() + passed_on, lines);
        prop_assert!(bytes == file);
    }

    /// What was written once in a dialect is not changed the second time.
    #[test]
    fn what_is_rewritten_stays(
        file in vec(piece(), 0..6).prop_map(|pieces| pieces.concat()),
        log_type in prop::sample::select(&[
            LogType::TextMail, LogType::Bounce, LogType::LdapDebug, LogType::QmailMail,
            LogType::ConsolidatedEvent, LogType::SmtpConversation,
        ][..]),
        dialect in prop::sample::select(&Dialect::ALL[..]),
    ) {
        let (once, ..) = through(log_type, dialect, &file);
        let (twice, _, tally) = through(log_type, dialect, &once);
        prop_assert!(once == twice, "{}", String::from_utf8_lossy(&once));
        prop_assert_eq!(tally.different, 0);
    }
}

#[test]
fn a_line_of_any_length_is_passed_on() {
    let long = [b"a\n", vec![b'x'; 3 << 20].as_slice(), b"\r\nb\n"].concat();
    let (rewritten, again, tally) = through(LogType::TextMail, Dialect::V15_0, &long);
    assert!(rewritten == long && again == long);
    assert_eq!((tally.lines, tally.too_long, tally.no_event), (3, 1, 2));
}
