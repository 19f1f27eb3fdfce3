//! The status line: labels with values, of which versions write more or fewer.

use super::emit::put;
use crate::event::{Event as _, Field, FieldKind, Piece, Status};
use crate::record::Value;

/// What every status line begins with.
pub(super) const START: &[u8] = b"Status: ";

/// Labels that were written otherwise once: how they are read, and which label they are.
const OLD: [(&str, &str); 2] = [("AVLd", "SophLd"), ("SwPg Out", "SwPgOut")];

/// Whether a status line has each label once, and no other.
pub(super) fn is_whole(line: &[u8]) -> bool {
    let Some(values) = line.strip_prefix(START).and_then(|text| str::from_utf8(text).ok()) else {
        return false;
    };
    let text = in_new_words(values);
    let mut found: Vec<_> = text.split_ascii_whitespace().step_by(2).collect();
    let mut known: Vec<_> = labels().map(|(label, _)| label).collect();
    found.sort_unstable_by_key(|label| label.to_ascii_lowercase());
    known.sort_unstable_by_key(|label| label.to_ascii_lowercase());
    found.len() == known.len()
        && found.iter().zip(known).all(|(found, known)| found.eq_ignore_ascii_case(known))
}

/// Puts the fields of a status line: labels in any order, unknown ones left out, missing ones 0.
pub(super) fn read(line: &[u8], payload: &mut Vec<u8>) -> Option<u16> {
    let text = core::str::from_utf8(line.strip_prefix(START)?).ok()?;
    let text = in_new_words(text);
    let mut words = text.split_ascii_whitespace();
    let mut values = Vec::new();
    while let Some(label) = words.next() {
        values.push((label, words.next()?));
    }
    for (label, field) in labels() {
        let value = values.iter().find(|(known, _)| known.eq_ignore_ascii_case(label));
        match (value, field.kind) {
            (Some((_, value)), FieldKind::Text) => {
                put(field.kind, field.kind, value.as_bytes(), 0, payload)?;
            }
            (Some((_, value)), kind) => {
                let digits = value.trim_end_matches('%');
                Value::Uint(digits.parse().ok()?).encode(kind, payload).ok()?;
            }
            (None, kind) => Value::empty(kind).encode(kind, payload).ok()?,
        }
    }
    Some(Status::ROW.number)
}

fn in_new_words(text: &str) -> String {
    OLD.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
}

/// The labels that are known, and the fields that they stand before.
fn labels() -> impl Iterator<Item = (&'static str, &'static Field)> {
    Status::ROW.pieces.windows(2).filter_map(|pair| {
        let [Piece::Literal(label), Piece::Field(field)] = pair else { return None };
        let label = label.rsplit(' ').find(|word| !word.is_empty()).unwrap_or_default();
        Some((label, field))
    })
}
