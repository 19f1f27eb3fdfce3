//! A C program that logs every event of the catalogue once, under valgrind: what it writes is what
//! the same events write in Rust.

#![expect(
    clippy::cast_possible_truncation,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "what a test cannot do ends it"
)]

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

use library::event::{
    self, Event, FieldKind, Pairs, Presence, Rid, Rids, Row, RowVisitor, Text, Texts,
};
use library::record::{Reader, Value};
use library::{Engine, File, Level, LogType, Outcome, Peers, Producer, Subscription, Timestamp};

/// When all events happen, in microseconds: the stamps of both programs are the same.
const TIME: i64 = 1_416_410_206_123_456;

#[test]
fn every_event_is_logged_from_c_as_from_rust() {
    if !common::has(&["cc", "valgrind"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (of_c, of_rust) = (folder.path().join("c"), folder.path().join("rust"));
    let (source, program) = (folder.path().join("events.c"), folder.path().join("events"));
    let wanted = in_rust(&of_rust);
    assert!(wanted.len() * 10 > event::rows().count() * 9, "{}", wanted.len());
    fs::write(&source, c_program(&wanted)).unwrap();
    common::compile(&source, &program);
    common::under_valgrind(&program, &[&of_c]);

    let (of_c, of_rust) = (logs(&of_c), logs(&of_rust));
    assert_eq!(of_c.keys().collect::<Vec<_>>(), of_rust.keys().collect::<Vec<_>>());
    let mut lines = 0;
    // They tell when they were written, and by which process.
    let of_its_own = |name: &str| ["delivery", "qmail_mail"].contains(&name);
    for (name, expected) in of_rust.iter().filter(|(name, _)| !of_its_own(name)) {
        let found = &of_c[name];
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found, expected, "in {name}");
        }
        assert_eq!(found.len(), expected.len(), "in {name}");
        lines += found.len();
    }
    assert!(lines > event::rows().count() * 3 / 4, "{lines} lines are too few");
}

/// All files of a directory of logs, without what the engine says of itself, which has the time of
/// its run.
fn logs(directory: &Path) -> BTreeMap<String, Vec<String>> {
    let mut logs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for log in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let lines = logs.entry(log.file_name().into_string().unwrap()).or_default();
        for file in library::LogFile::list(log.path()).unwrap() {
            let bytes = fs::read(file.path()).unwrap();
            let text = bytes.escape_ascii().to_string().replace("\\n", "\n");
            let own = [
                "Begin Logfile",
                "Version: ",
                "Time offset",
                "End Logfile",
                "Status: ",
                "Logging: ",
            ];
            let of_events =
                |line: &&str| line.contains("2014") || !own.iter().any(|own| line.contains(own));
            lines.extend(text.lines().filter(of_events).map(str::to_owned));
        }
    }
    logs
}

/// A value of a field: text that has to be escaped, and numbers that need their whole width.
fn value(kind: FieldKind, at: usize) -> Value<'static> {
    let text = |tail: &str| Text::from(&*format!("f{at} 'ä\"\\\r\n\0{tail}").leak());
    match kind {
        FieldKind::Bool | FieldKind::YesNo => Value::Bool(true),
        FieldKind::Code => Value::Uint(550 + at as u64),
        FieldKind::Uint(1) => Value::Uint(200 + at as u64),
        FieldKind::Uint(width) => Value::Uint((3 << (8 * width - 7)) + at as u64),
        FieldKind::I64 => Value::Int(-70_000_000_000 - i64::try_from(at).unwrap()),
        FieldKind::Time => Value::Time(Timestamp::from_micros(TIME + 1_000_000 * at as i64)),
        FieldKind::Ip if at.is_multiple_of(2) => Value::Ip([192, 0, 2, at as u8].into()),
        FieldKind::Ip => Value::Ip([0x2001, 0xdb8, 0, 0, 0, 0, 0, at as u16].into()),
        FieldKind::Word(words) => Value::Word(words.last().unwrap()),
        FieldKind::RidList => Value::Rids(Rids::new(vec![Rid(0), Rid(7)].leak())),
        FieldKind::TextList => {
            let invalid = Text::from(&b"\xff\xfe"[..]);
            Value::Texts(Texts::new(vec![text("a"), Text::EMPTY, invalid].leak()))
        }
        FieldKind::Pairs | FieldKind::Headers => {
            Value::Pairs(Pairs::new(vec![(text("n"), text("v")), (text("m"), text(""))].leak()))
        }
        _ => Value::Text(text("\u{2028}")),
    }
}

/// The subscriptions of both programs: one of each type.
fn types() -> impl Iterator<Item = LogType> {
    LogType::ALL.into_iter()
}

fn is_debug(log_type: LogType) -> bool {
    matches!(log_type, LogType::DomainDebug | LogType::InjectionDebug)
}

/// Gives the numbers of the events that somebody wants: those of which other events make lines are
/// for nobody.
fn in_rust(directory: &Path) -> BTreeSet<u16> {
    let mut builder = Engine::builder().time_zone("UTC");
    for log_type in types() {
        let mut subscription = Subscription::new(log_type.name(), log_type)
            .level(Level::Trace)
            .sink(File::in_dir(directory));
        if is_debug(log_type) {
            subscription = subscription.peers(Peers::any()).sessions(9);
        }
        builder = builder.subscribe(subscription);
    }
    let (engine, guard) = builder.start().unwrap();
    let mut worker = engine.producer().unwrap();
    let mut wanted = BTreeSet::new();
    for row in event::rows() {
        let mut payload = Vec::new();
        for (at, (field, presence)) in row.fields().enumerate() {
            if presence == Presence::Optional {
                payload.push(1);
            }
            value(field.kind, at).encode(field.kind, &mut payload).unwrap();
        }
        let emit = Emit { payload: &payload, worker: &mut worker };
        let outcome = event::visit(row.number, emit).unwrap();
        match outcome {
            Outcome::Accepted => drop(wanted.insert(row.number)),
            Outcome::Unwanted => {}
            shed => panic!("{}: {shed:?}", row.name),
        }
    }
    drop(guard);
    wanted
}

struct Emit<'a> {
    payload: &'a [u8],
    worker: &'a mut Producer,
}

impl<'a> RowVisitor<'a> for Emit<'a> {
    type Output = Outcome;

    fn visit<E: Event<'a>>(self) -> Outcome {
        let event = E::decode(&mut Reader::new(self.payload)).unwrap();
        self.worker.emit_at(&event, Timestamp::from_micros(TIME))
    }
}

/// The same as [`in_rust`] in C.
fn c_program(wanted: &BTreeSet<u16>) -> String {
    let mut c = String::from(
        "#include \"ringmail.h\"\n#include <stdio.h>\n#include <stdlib.h>\n\n\
         static void check(int ok, const char *what)\n{\n    if (!ok) {\n        \
         fprintf(stderr, \"%s: %s\\n\", what, ringmail_last_error());\n        exit(1);\n    }\n}\n\n",
    );
    // A function each, so that no stack holds all of them.
    for row in event::rows() {
        c_event(&mut c, row, wanted.contains(&row.number));
    }
    c.push_str(
        "int main(int count, char **arguments)\n{\n    if (count != 2)\n        return 2;\n    \
         struct ringmail_builder *builder = ringmail_builder_new();\n    \
         check(ringmail_builder_directory(builder, arguments[1]) == 0, \"directory\");\n    \
         check(ringmail_builder_time_zone(builder, \"UTC\") == 0, \"zone\");\n",
    );
    for log_type in types() {
        let name = log_type.name();
        write!(
            c,
            "    check(RINGMAIL_SUBSCRIBE(builder, .name = \"{name}\", .log_type = \"{name}\",\n        \
             .level = RINGMAIL_LEVEL_TRACE"
        ).unwrap();
        if is_debug(log_type) {
            c.push_str(", .peers = (const char *const[]){\"*\"}, .peer_count = 1, .sessions = 9");
        }
        writeln!(c, ") == 0, \"{name}\");").unwrap();
    }
    c.push_str(
        "    ringmail_log *log;\n    \
         check(ringmail_builder_start(builder, &log) == RINGMAIL_OK, \"start\");\n",
    );
    for row in event::rows() {
        writeln!(c, "    event_{}(log);", row.number).unwrap();
    }
    write!(
        c,
        "    uint64_t accepted = 0;\n    \
         check(ringmail_flush(log) == RINGMAIL_OK, \"flush\");\n    \
         check(ringmail_ledger_figure(log, NULL, \"accepted\", &accepted) == 0, \"figure\");\n    \
         check(accepted == {}, \"accepted\");\n    \
         check(ringmail_ledger_check(log) == RINGMAIL_OK, \"ledger\");\n    \
         ringmail_free(log);\n    return 0;\n}}\n",
        wanted.len()
    )
    .unwrap();
    c
}

fn c_event(c: &mut String, row: &Row, is_wanted: bool) {
    let mut name = String::new();
    for letter in row.name.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    let number = row.number;
    write!(
        c,
        "static void event_{number}(ringmail_log *log)\n{{\n    \
         check(RINGMAIL_EVENT_{} == {number}, \"number\");\n    \
         check(RINGMAIL_EMIT(log, {name}, .time = {TIME}",
        name.to_uppercase()
    )
    .unwrap();
    for (at, (field, presence)) in row.fields().enumerate() {
        let kept = matches!(field.name, "class" | "new" | "template" | "explicit");
        let value = c_value(field.kind, presence, &value(field.kind, at));
        write!(c, ",\n        .{}{} = {value}", field.name, if kept { "_" } else { "" }).unwrap();
    }
    let outcome = if is_wanted { "RINGMAIL_ACCEPTED" } else { "RINGMAIL_UNWANTED" };
    writeln!(
        c,
        ") == {outcome}, \"{name}\");\n    \
         check(ringmail_wants(log, {number}) == {is_wanted}, \"wants\");\n}}\n"
    )
    .unwrap();
}

fn c_value(kind: FieldKind, presence: Presence, value: &Value<'_>) -> String {
    let list = |of: &str, items: Vec<String>| {
        format!("{{(const {of}[]){{{}}}, {}}}", items.join(", "), items.len())
    };
    match *value {
        Value::Uint(number) if presence == Presence::Optional => {
            format!("RINGMAIL_U64({number}u)")
        }
        Value::Uint(number) => format!("{number}u"),
        Value::Bool(yes) => yes.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Time(time) => time.micros().to_string(),
        Value::Ip(address) => {
            let (bytes, family) = match address {
                IpAddr::V4(address) => (address.octets().to_vec(), 4),
                IpAddr::V6(address) => (address.octets().to_vec(), 6),
            };
            let bytes: Vec<_> = bytes.iter().map(u8::to_string).collect();
            format!("{{.bytes = {{{}}}, .family = {family}}}", bytes.join(", "))
        }
        Value::Word(word) => {
            let FieldKind::Word(words) = kind else { panic!("{kind:?}") };
            words.iter().position(|other| *other == word).unwrap().to_string()
        }
        Value::Text(text) => c_text(text),
        Value::Rids(rids) => list("uint32_t", rids.iter().map(|rid| rid.to_string()).collect()),
        Value::Texts(texts) => list("struct ringmail_str", texts.iter().map(c_text).collect()),
        Value::Pairs(pairs) => {
            let pair = |(name, value)| format!("{{{}, {}}}", c_text(name), c_text(value));
            list("struct ringmail_pair", pairs.iter().map(pair).collect())
        }
        _ => panic!("{kind:?}"),
    }
}

fn c_text(text: Text<'_>) -> String {
    let bytes: String = text.as_bytes().iter().map(|byte| format!("\\{byte:03o}")).collect();
    format!("RINGMAIL_LITERAL(\"{bytes}\")")
}
