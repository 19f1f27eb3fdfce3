//! What holds for every row: its binary form, its line, its JSON form and its reader agree.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it skips, and fails by a panic"
)]

mod common;
#[path = "common/line.rs"]
mod line;

use common::naive;
use line::line;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::{Config, TestRunner};
use ringmail::event::{
    self, Event, FieldKind, Mid, Pairs, Presence, Recipient, Rid, Rids, Row, RowVisitor, Text,
    TextLine, Texts,
};
use ringmail::format::{LineWriter, Zone, render};
use ringmail::parse::{LineReader, LogReader, LogWriter, Rewriter, Rewritten, read_message};
use ringmail::record::{Reader, Record, Value, fields};
#[cfg(feature = "json")]
use ringmail::record::{from_json, to_json};
use ringmail::{Dialect, Timestamp};

/// What fields are made of: anything, or what a line can tell apart.
#[derive(Clone, Copy, PartialEq)]
enum Content {
    Wild,
    Tame,
}

fn text(kind: FieldKind, content: Content) -> BoxedStrategy<Vec<u8>> {
    match (content, kind) {
        (Content::Tame, FieldKind::Text) => "[a-z]{1,12}".prop_map(String::into_bytes).boxed(),
        // Double quotes are not escaped in subjects; that they may end one early is known.
        (Content::Tame, FieldKind::Subject) => {
            "[a-z' \\\\\n\t]{0,12}".prop_map(String::into_bytes).boxed()
        }
        _ => {
            // What escaping is about, more often than chance would bring it.
            let hostile = "[\u{2028}\u{2029}\u{85}\\\\'\"\n\r\tü0-7x]{0,20}";
            prop_oneof![
                vec(any::<u8>(), 0..30),
                "\\PC{0,10}".prop_map(String::into_bytes),
                hostile.prop_map(String::into_bytes),
            ]
            .boxed()
        }
    }
}

fn encoded(value: Value<'_>, kind: FieldKind) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.encode(kind, &mut bytes).expect("a value of the field's kind");
    bytes
}

/// The binary form of a field of this kind.
fn field(kind: FieldKind, content: Content) -> BoxedStrategy<Vec<u8>> {
    match kind {
        FieldKind::Bool | FieldKind::YesNo => {
            any::<bool>().prop_map(move |yes| encoded(Value::Bool(yes), kind)).boxed()
        }
        FieldKind::Code => {
            (0..1000_u64).prop_map(move |code| encoded(Value::Uint(code), kind)).boxed()
        }
        FieldKind::I64 => {
            any::<i64>().prop_map(move |number| encoded(Value::Int(number), kind)).boxed()
        }
        FieldKind::Uint(bytes) => (any::<u64>(), 0..64_u32)
            .prop_map(move |(number, shift)| {
                let number = (number >> shift) >> (64 - 8 * u32::from(bytes));
                encoded(Value::Uint(number), kind)
            })
            .boxed(),
        FieldKind::Ip => any::<core::net::IpAddr>()
            .prop_map(move |address| encoded(Value::Ip(address), kind))
            .boxed(),
        FieldKind::Time => (0..4_000_000_000_i64)
            .prop_map(move |at| encoded(Value::Time(Timestamp::from_seconds(at)), kind))
            .boxed(),
        FieldKind::Word(words) => {
            (0..words.len()).prop_map(move |index| encoded(Value::Word(words[index]), kind)).boxed()
        }
        FieldKind::Quoted | FieldKind::Subject | FieldKind::Text => text(kind, content)
            .prop_map(move |text| encoded(Value::Text(Text::from(&text)), kind))
            .boxed(),
        FieldKind::RidList => vec(any::<u32>().prop_map(Rid), 0..4)
            .prop_map(move |rids| encoded(Value::Rids(Rids::new(&rids)), kind))
            .boxed(),
        FieldKind::TextList => vec(text(kind, Content::Wild), 0..4)
            .prop_map(move |texts| {
                let texts: Vec<_> = texts.iter().map(Text::from).collect();
                encoded(Value::Texts(Texts::new(&texts)), kind)
            })
            .boxed(),
        FieldKind::Pairs | FieldKind::Headers => {
            vec((text(kind, Content::Wild), text(kind, Content::Wild)), 0..4)
                .prop_map(move |pairs| {
                    let pairs: Vec<_> = pairs
                        .iter()
                        .map(|(name, value)| (Text::from(name), Text::from(value)))
                        .collect();
                    encoded(Value::Pairs(Pairs::new(&pairs)), kind)
                })
                .boxed()
        }
        other => panic!("{other:?}"),
    }
}

/// The payload of an event.
fn payload(row: &Row, content: Content) -> BoxedStrategy<Vec<u8>> {
    let shown = row.fields().count() - row.hidden.len();
    let parts: Vec<_> = row
        .fields()
        .enumerate()
        .map(|(at, (declared, presence))| {
            if content == Content::Tame && at >= shown {
                let value = encoded(Value::empty(declared.kind), declared.kind);
                return Just(value).boxed();
            }
            let value = field(declared.kind, content);
            match presence {
                Presence::Always | Presence::Flag => value,
                Presence::Optional => prop_oneof![
                    Just(vec![0]),
                    value.prop_map(|value| [&[1], value.as_slice()].concat()),
                ]
                .boxed(),
            }
        })
        .collect();
    parts.prop_map(|parts| parts.concat()).boxed()
}

/// Runs a test for payloads of every row.
fn for_every_row(content: Content, test: impl Fn(&'static Row, &[u8])) {
    for row in event::rows() {
        let mut runner =
            TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
        let result = runner.run(&payload(row, content), |payload| {
            test(row, &payload);
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{}: {error}", row.name));
    }
}

/// Decodes a payload to its struct and encodes it again.
struct Again<'a>(&'a [u8]);

impl<'a> RowVisitor<'a> for Again<'a> {
    type Output = (usize, Vec<u8>);

    fn visit<E: Event<'a>>(self) -> Self::Output {
        let event = E::decode(&mut Reader::new(self.0)).expect("a payload of this event");
        let mut bytes = Vec::new();
        event.encode(&mut bytes);
        (event.encoded_len(), bytes)
    }
}

#[test]
fn decoding_undoes_encoding() {
    for_every_row(Content::Wild, |row, payload| {
        let (len, again) = event::visit(row.number, Again(payload)).unwrap();
        assert_eq!(again, payload);
        assert_eq!(len, payload.len());
    });
}

/// Decodes what may be damaged.
struct Decoded<'a>(&'a [u8]);

impl<'a> RowVisitor<'a> for Decoded<'a> {
    type Output = Option<Vec<u8>>;

    fn visit<E: Event<'a>>(self) -> Self::Output {
        let event = E::decode(&mut Reader::new(self.0)).ok()?;
        let mut bytes = Vec::new();
        event.encode(&mut bytes);
        assert_eq!(event.encoded_len(), bytes.len());
        Some(bytes)
    }
}

#[test]
fn a_record_that_ends_early_is_read_or_refused() {
    for_every_row(Content::Wild, |row, payload| {
        for len in (0..payload.len()).step_by(payload.len() / 16 + 1) {
            event::visit(row.number, Decoded(&payload[..len])).unwrap();
        }
        let nothing = event::visit(row.number, Decoded(&[])).unwrap();
        let empty = fields(row, &[]).map(|field| field.unwrap().1).collect::<Vec<_>>();
        let nothing = nothing.expect("a missing tail reads as empty");
        assert!(fields(row, &nothing).map(|field| field.unwrap().1).eq(empty));
    });
}

#[test]
fn garbage_never_panics() {
    let mut runner =
        TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    runner
        .run(&vec(any::<u8>(), 0..200), |bytes| {
            for row in event::rows() {
                event::visit(row.number, Decoded(&bytes)).unwrap();
                for field in fields(row, &bytes) {
                    if field.is_err() {
                        break;
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}

#[cfg(feature = "json")]
#[test]
fn json_keeps_everything() {
    for_every_row(Content::Wild, |row, payload| {
        let json = to_json(row.number, row.level, None, payload).unwrap();
        let read = from_json(&json).unwrap();
        assert_eq!((read.number, read.level, read.unknown), (row.number, None, 0), "{json}");
        assert_eq!(read.payload, payload, "{json}");
    });
}

fn show_time(time: Timestamp) -> String {
    String::from_utf8(Zone::utc().stamp(time).to_vec()).unwrap()
}

#[test]
fn lines_are_what_the_rows_say() {
    for_every_row(Content::Wild, |row, payload| {
        for dialect in Dialect::ALL {
            let line = line(row.number, payload, dialect);
            let plain = naive::line(row, payload, dialect, &show_time);
            assert_eq!(line, plain, "{}", String::from_utf8_lossy(&plain));
            assert!(!line.contains(&b'\n') && core::str::from_utf8(&line).is_ok());
        }
    });
}

#[test]
fn reading_undoes_writing() {
    for_every_row(Content::Tame, |row, payload| {
        // Its text is a line of its own, which is read as what it says.
        if row.number == TextLine::ROW.number {
            return;
        }
        for dialect in Dialect::ALL {
            let line = line(row.number, payload, dialect);
            let shown = String::from_utf8_lossy(&line);
            let mut read = Vec::new();
            let number = read_message(row.log_type, 0, &line, &mut read);
            assert_eq!(number, Some(row.number), "{shown}");
            let values = |payload| fields(row, payload).map(|f| f.unwrap()).collect::<Vec<_>>();
            assert_eq!(values(&read), values(payload), "{shown}");
        }
    });
}

#[test]
fn whole_lines_are_read_back_whichever_way_they_come() {
    let time = Timestamp::from_seconds(1_403_686_203);
    let stamp = Zone::utc().stamp(time);
    for_every_row(Content::Tame, |row, payload| {
        // Its text is a line of its own, which is read as what it says.
        if row.number == TextLine::ROW.number {
            return;
        }
        let record = Record { number: row.number, level: row.level, order: 0, time: None, payload };
        let mut block = LineWriter::new(1024, Dialect::default(), Zone::utc());
        render(&record, row.log_type, &stamp, &mut block).unwrap();
        let line = block.as_bytes().strip_suffix(b"\n").unwrap();
        // The same from a server that took it over syslog: without weekday and year.
        let behind = &line[stamp.len()..];
        let frame = [b"<22>Jun 25 08:50:03 esa.example name:", behind].concat();
        let reader =
            LineReader::new(row.log_type).reference(Timestamp::from_seconds(1_400_000_000));
        for line in [line, &frame] {
            let mut read = Vec::new();
            let shown = String::from_utf8_lossy(line);
            let said = reader.read(line, &mut read).unwrap_or_else(|| panic!("{shown}"));
            assert_eq!((said.time, said.level), (Some(time), row.level), "{shown}");
            assert_eq!(said.number, Some(row.number), "{shown}");
            assert!(
                fields(row, &read).map(Result::unwrap).eq(fields(row, payload).map(Result::unwrap)),
                "{shown}"
            );
        }
    });
}

/// A file with one line of each dialect is rewritten as it is, and made again of its records.
#[test]
fn files_come_back_byte_for_byte() {
    for_every_row(Content::Tame, |row, payload| {
        for dialect in Dialect::ALL {
            let time = Some(Timestamp::from_seconds(1_403_686_203));
            let record = Record { number: row.number, level: row.level, order: 0, time, payload };
            let mut writer = LogWriter::new(row.log_type, dialect);
            let mut file = Vec::new();
            writer.write(&record, &mut file).unwrap();

            let shown = String::from_utf8_lossy(&file);
            let mut log = LogReader::new(row.log_type, file.as_slice());
            let mut rewriter = Rewriter::new(row.log_type, dialect);
            let mut writer = LogWriter::new(row.log_type, dialect);
            let (mut rewritten, mut again) = (Vec::new(), Vec::new());
            let line = log.read().unwrap().unwrap();
            let what = rewriter.rewrite(&line, &mut rewritten);
            line.records(|record| writer.write(record, &mut again).unwrap());
            assert!(rewritten == file && again == file, "{shown}");
            if row.number != TextLine::ROW.number {
                assert_eq!(what, Rewritten::Identical, "{shown}");
            }
        }
    });
}

#[test]
fn a_damaged_line_is_refused_or_read_as_some_event() {
    for_every_row(Content::Wild, |row, payload| {
        let line = line(row.number, payload, Dialect::default());
        for at in 0..line.len().min(80) {
            let mut damaged = line.clone();
            damaged[at] ^= 0x15;
            for message in [&damaged[..], &line[..at], &line[at..]] {
                let mut read = Vec::new();
                let reader = LineReader::new(row.log_type);
                match reader.read(message, &mut read).and_then(|read| read.number) {
                    Some(number) => {
                        event::visit(number, Decoded(&read)).unwrap().expect("a payload");
                    }
                    None => assert!(read.is_empty()),
                }
            }
        }
    });
}

#[test]
fn no_two_rows_write_the_same_line() {
    let mut lines = std::collections::HashMap::new();
    for row in event::rows() {
        let shape = naive::shape(row);
        if let Some(other) = lines.insert((row.log_type, shape), row.name) {
            panic!("{} and {other} write the same line", row.name);
        }
    }
}

#[test]
fn names_and_numbers_are_given_once() {
    let rows: Vec<_> = event::rows().collect();
    assert!(rows.is_sorted_by(|a, b| a.number < b.number));
    for row in rows {
        assert_eq!(event::row_by_name(row.name).unwrap().number, row.number);
        assert_eq!(event::row(row.number).unwrap().name, row.name);
    }
}

#[test]
fn a_text_that_is_too_long_is_cut_and_marked() {
    let long = "x".repeat(20_000);
    let event = Recipient { mid: Mid(7), to: Text::from(&long), ..Recipient::EMPTY };
    let mut bytes = Vec::new();
    event.encode(&mut bytes);
    assert_eq!(event.encoded_len(), bytes.len());
    let read = Recipient::decode(&mut Reader::new(&bytes)).unwrap();
    assert_eq!(read.to.len(), 8192);
    assert!(read.to.as_bytes().ends_with(b"x..."));
    assert_eq!(read.mid, Mid(7));
}
