//! Writes a seed for each row into the corpus of each target: `cargo run --example seeds`.

use std::fs;
use std::path::Path;

use ringmail::event::{self, FieldKind, Presence, Row};
use ringmail::format::delivery::{append, append_begin, append_end};
use ringmail::format::{LineWriter, Zone, mbox, render};
use ringmail::record::{HEAD_BYTES, Record, from_json, to_json};
use ringmail::{Dialect, Timestamp};

fn value(kind: FieldKind) -> String {
    match kind {
        FieldKind::Bool | FieldKind::YesNo => "true".to_owned(),
        FieldKind::Code => "250".to_owned(),
        FieldKind::Headers | FieldKind::Pairs => r#"[["a","b"],["c d","it's"]]"#.to_owned(),
        FieldKind::I64 => "-7".to_owned(),
        FieldKind::Ip => r#""192.0.2.7""#.to_owned(),
        FieldKind::RidList => "[0,1]".to_owned(),
        FieldKind::TextList => r#"["one","two\n"]"#.to_owned(),
        FieldKind::Time => r#""2014-11-19T15:16:46.000000Z""#.to_owned(),
        FieldKind::Uint(_) => "17".to_owned(),
        FieldKind::Word(words) => format!("{:?}", words[0]),
        _ => r#""a b@c.d""#.to_owned(),
    }
}

fn json(row: &Row, is_full: bool) -> String {
    let fields = row.fields().filter(|(_, presence)| is_full || *presence == Presence::Always);
    let members: String =
        fields.map(|(field, _)| format!(",\"{}\":{}", field.name, value(field.kind))).collect();
    format!("{{\"event\":\"{}\"{members}}}", row.name)
}

fn main() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in ["record", "line", "json", "escape", "delivery", "mbox", "proof"] {
        fs::create_dir_all(corpus.join(target)).expect("a directory for seeds");
    }
    let write = |target: &str, name: &str, bytes: &[u8]| {
        fs::write(corpus.join(target).join(name), bytes).expect("a seed");
    };
    let zone = Zone::utc();
    let time = Timestamp::from_seconds(1_416_410_198);
    let stamp = zone.stamp(time);
    for row in event::rows() {
        for is_full in [false, true] {
            let name = format!("{}-{is_full}", row.name);
            let read = from_json(&json(row, is_full)).expect("each kind has its value");
            let payload = read.payload;
            let shown = to_json(row.number, row.level, None, &payload).expect("it was just read");
            write("json", &name, shown.as_bytes());

            let mut record = Vec::new();
            let len = u32::try_from(HEAD_BYTES + payload.len()).expect("short");
            record.extend(len.to_le_bytes());
            record.extend(row.number.to_le_bytes());
            record.extend([row.level as u8, 0]);
            record.extend(7_u64.to_le_bytes());
            record.extend(&payload);
            write("record", &name, &record);

            let record = Record::read(&record).expect("as the head says");
            let mut file = Vec::new();
            append_begin(time, &mut file);
            if append(&record, time, &mut file).is_ok() {
                append_end(time, &mut file);
                write("delivery", &name, &file);
            }
            let mut block = LineWriter::new(256, Dialect::default(), zone.clone());
            render(&record, row.log_type, &stamp, &mut block).expect("each row has a line");
            let line = block.as_bytes().trim_ascii_end();
            write("line", &name, line);
            // What stands behind stamp and level is read on its own as well.
            let at = line.windows(2).skip(24).position(|pair| pair == b": ").unwrap_or(0) + 26;
            write("line", &format!("{name}-message"), &line[at..]);
        }
    }
    let messages = ["", "Subject: x\r\n\r\nFrom here\r\n>From there\r\n\r\n", "no end"];
    let mut file = Vec::new();
    for message in messages {
        mbox::append(b"a@b.example", time, message.as_bytes(), &mut file);
    }
    write("mbox", "all", &file);
    let sum = "{\"file\":\"m.@20260101T000000.s\",\"form\":\"lines\",\"lines\":2,\"events\":1,\"own\":1,\
               \"further\":0,\"earlier\":0,\"bytes\":8}\n\0one\ntwo\n";
    write("proof", "sum", sum.as_bytes());
    let begin = "{\"seq\":1,\"record\":\"begin\",\"file\":\"m.@20260101T000000.current\",\
                 \"terms\":{\"taken\":0,\"written\":0}}\n{\"seq\":2,\"record\":\"deleted\",\
                 \"file\":\"m.@20260101T000000.s\"}\n{\"seq\":3,\"record\":\"end\",\"terms\":{}}\n";
    write("proof", "ledger", begin.as_bytes());
    let chain = format!(
        "{{\"first\":\"{0}\",\"every\":64}}\n{{\"digests\":\"{1}\",\"chain\":\"{0}\"}}\n\0a\n",
        "0".repeat(64),
        "87428fc522803d31"
    );
    write("proof", "chain", chain.as_bytes());
    write("escape", "all", "a\\n\\012 'it''s' \"q\" \u{85}\u{2028}\r\n\t\\u2028\\xff".as_bytes());
}
