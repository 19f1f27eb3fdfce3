//! A record from an untrusted file or lane: it is read or refused, and makes one whole line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringmail::event::{self, Event, RowVisitor};
use ringmail::format::{LineWriter, Zone, render, render_row};
use ringmail::record::{MAX_RECORD_BYTES, Reader, Record, fields, from_json, to_json};
use ringmail::{Dialect, LogType, Timestamp};

/// Whether the bytes are an event of this type, and how long its own encoding of them is.
struct Decoded<'a>(&'a [u8]);

impl<'a> RowVisitor<'a> for Decoded<'a> {
    type Output = Option<usize>;

    fn visit<E: Event<'a>>(self) -> Self::Output {
        E::decode(&mut Reader::new(self.0)).ok().map(|event| event.encoded_len())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(record) = Record::read(bytes) else { return };
    let Some(row) = event::row(record.number) else {
        assert!(event::visit(record.number, Decoded(record.payload)).is_none());
        return;
    };
    let decoded = event::visit(record.number, Decoded(record.payload)).expect("the row is known");
    let is_readable = fields(row, record.payload).all(|field| field.is_ok());
    assert_eq!(decoded.is_some(), is_readable, "struct and row disagree: {}", row.name);
    assert!(decoded.is_none_or(|len| len <= MAX_RECORD_BYTES));

    let zone = Zone::utc();
    let stamp = zone.stamp(Timestamp::from_seconds(1_416_410_198));
    for dialect in Dialect::ALL {
        let mut block = LineWriter::new(256, dialect, zone.clone());
        let rendered = render_row(&record, &stamp, &mut block);
        assert_eq!(rendered.is_ok(), is_readable, "{}", row.name);
        if rendered.is_ok() {
            assert_line(block.as_bytes());
        }
        for log_type in LogType::ALL {
            block.clear();
            if render(&record, log_type, &stamp, &mut block).is_ok() {
                assert_line(block.as_bytes());
            }
        }
    }

    let json = to_json(record.number, record.level, record.time, record.payload);
    assert_eq!(json.is_ok(), is_readable, "{}", row.name);
    if let Ok(json) = json {
        assert!(!json.contains('\n'));
        // A time out of the calendar's range and a field over its bound may be refused; what is
        // read must say the same again.
        if let Ok(read) = from_json(&json) {
            let level = read.level.unwrap_or(row.level);
            assert_eq!(level, record.level);
            let again = to_json(read.number, level, read.time, &read.payload);
            assert_eq!(again.expect("read from its own form"), json);
        }
    }
});

/// One line, and nothing raw in it.
fn assert_line(line: &[u8]) {
    let (last, line) = line.split_last().expect("a line is not empty");
    assert_eq!(*last, b'\n');
    let text = str::from_utf8(line).expect("a line is UTF-8");
    let is_raw = |char: char| char.is_control() || matches!(char, '\u{2028}' | '\u{2029}');
    assert!(!text.contains(is_raw), "{text:?}");
}
