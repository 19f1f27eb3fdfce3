//! A JSON line by anybody: it is read or refused, and what was read says itself the same again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringmail::event;
use ringmail::record::{fields, from_json, to_json};

fuzz_target!(|text: &str| {
    let Ok(read) = from_json(text) else { return };
    let row = event::row(read.number).expect("a reader gives rows that exist");
    assert!(fields(row, &read.payload).all(|field| field.is_ok()), "{}", row.name);
    let level = read.level.unwrap_or(row.level);
    let json = to_json(read.number, level, read.time, &read.payload).expect("it was just read");
    let again = from_json(&json).expect("our own form");
    assert_eq!(again.payload, read.payload, "{json}");
    assert_eq!((again.number, again.time, again.unknown), (read.number, read.time, 0));
    assert_eq!(again.level.unwrap_or(row.level), level);
});
