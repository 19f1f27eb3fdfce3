//! A log file by anybody: no byte of it is lost, what is rewritten has as many lines, and what was
//! made of its events is read as the same events again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringmail::parse::{LogReader, LogWriter, Rewriter, Rewritten};
use ringmail::record::{from_json, to_json};
use ringmail::{Dialect, LogType, Timestamp};

// The log type and the dialect are chosen by a byte each.
fuzz_target!(|input: (u8, u8, &[u8])| {
    let (log_type, dialect, file) = input;
    let log_type = LogType::ALL[usize::from(log_type) % LogType::ALL.len()];
    let dialect = Dialect::ALL[usize::from(dialect) % Dialect::ALL.len()];
    let near = Timestamp::from_seconds(1_403_686_203);

    let mut log = LogReader::new(log_type, file).reference(near);
    let mut rewriter = Rewriter::new(log_type, dialect);
    let mut writer = LogWriter::new(log_type, dialect);
    let (mut bytes, mut out, mut again) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(line) = log.read().expect("memory can be read") {
        bytes.extend_from_slice(line.raw.bytes);
        let before = out.len();
        let what = rewriter.rewrite(&line, &mut out);
        let written = &out[before..];
        assert_eq!(what == Rewritten::Different, written != line.raw.bytes);
        assert!(written.ends_with(line.raw.end()));
        line.records(|record| {
            let json = |payload: &[u8]| {
                to_json(record.number, record.level, record.time, payload)
                    .expect("what was read has a JSON form")
            };
            let first = json(record.payload);
            let read = from_json(&first).expect("JSON of our own");
            assert_eq!(json(&read.payload), first);
            writer.write(record, &mut again).expect("what was read can be written");
        });
    }
    assert!(bytes == file, "bytes were lost");
    let ends = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(ends(&out), ends(file), "lines were lost");
    let tally = rewriter.tally();
    let passed_on = tally.no_event + tally.no_time + tally.too_long + tally.not_writable;
    assert_eq!(tally.lines, tally.understood() + passed_on);
});
