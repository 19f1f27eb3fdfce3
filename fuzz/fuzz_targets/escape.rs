//! Any bytes: what is escaped is safe and comes back, and nothing that is unescaped panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringmail::event::Line;
use ringmail::format::escape::{escape_text, quote, quote_double, unescape_text, unquote};
use ringmail::format::{LineWriter, Zone};
use ringmail::Dialect;

fuzz_target!(|text: &[u8]| {
    let mut undone = Vec::new();
    unescape_text(text, &mut undone);
    assert!(undone.len() <= text.len());
    unquote(text, &mut Vec::new());

    let mut escaped = Vec::new();
    escape_text(text, &mut escaped);
    assert_safe(&escaped);
    undone.clear();
    unescape_text(&escaped, &mut undone);
    assert_eq!(undone, text);

    for quote in [quote, quote_double] {
        escaped.clear();
        quote(text, &mut escaped);
        assert_safe(&escaped);
        undone.clear();
        assert!(unquote(&escaped, &mut undone));
        assert_eq!(undone, text);
    }

    // The writer's own fast copy must say the same.
    let mut block = LineWriter::new(0, Dialect::V15_0, Zone::utc());
    escaped.clear();
    block.text(text);
    escape_text(text, &mut escaped);
    assert_eq!(block.as_bytes(), escaped);
    block.clear();
    escaped.clear();
    block.quoted(text);
    quote(text, &mut escaped);
    assert_eq!(block.as_bytes(), escaped);
    block.clear();
    escaped.clear();
    block.subject(text);
    quote_double(text, &mut escaped);
    assert_eq!(block.as_bytes(), escaped);
});

fn assert_safe(text: &[u8]) {
    let text = str::from_utf8(text).expect("what is escaped is UTF-8");
    let is_raw = |char: char| char.is_control() || matches!(char, '\u{2028}' | '\u{2029}');
    assert!(!text.contains(is_raw), "{text:?}");
}
