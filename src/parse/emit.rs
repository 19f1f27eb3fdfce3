//! Puts what a line shows into an event's binary form.

use super::field::{CUT, pair, quoted};
use super::tree::{Put, Source, Spelling};
use super::walk::Captures;
use crate::event::{
    Encode as _, FieldKind, MAX_ELEMENT, MAX_FIELD, MAX_HALF, Presence, Text, mark_cut,
};
use crate::format::escape::{unescape_text, unquote};
use crate::record::Value;

/// Puts all fields of a spelling; `None` when one of them holds what it cannot.
pub(super) fn emit(
    spelling: &Spelling,
    captures: &Captures,
    line: &[u8],
    offset: i32,
    payload: &mut Vec<u8>,
) -> Option<()> {
    for Put { kind, presence, source } in &spelling.fields {
        match (source, presence) {
            (Source::Shown(index, shown), presence) => {
                if *presence == Presence::Optional {
                    payload.push(1);
                }
                put(*kind, *shown, captures.of(line, *index), offset, payload)?;
            }
            (Source::Flag, _) => payload.push(1),
            (Source::Nothing, Presence::Optional | Presence::Flag) => payload.push(0),
            (Source::Nothing, Presence::Always) => {
                Value::empty(*kind).encode(*kind, payload).ok()?;
            }
        }
    }
    Some(())
}

/// Puts one field, which a line shows as `text` in the way of the kind `shown`.
pub(super) fn put(
    kind: FieldKind,
    shown: FieldKind,
    text: &[u8],
    offset: i32,
    payload: &mut Vec<u8>,
) -> Option<()> {
    match shown {
        FieldKind::Uint(_) | FieldKind::Code => {
            Value::Uint(uint(text)?).encode(kind, payload).ok()?;
        }
        FieldKind::I64 => {
            let number = core::str::from_utf8(text).ok()?.parse().ok()?;
            Value::Int(number).encode(kind, payload).ok()?;
        }
        FieldKind::Ip => {
            let address = address(text)?;
            Value::Ip(address).encode(kind, payload).ok()?;
        }
        FieldKind::Time => {
            let time = super::read_stamp(text, offset)?.time;
            Value::Time(time).encode(kind, payload).ok()?;
        }
        FieldKind::Bool => payload.push((text == b"True").into()),
        FieldKind::YesNo => payload.push((text == b"yes").into()),
        FieldKind::Word(words) => {
            let index = words.iter().position(|word| word.as_bytes() == text)?;
            payload.push(index.try_into().ok()?);
        }
        // A line whose text no record can hold is not understood: its end would be lost.
        FieldKind::Text => put_whole(payload, |out| unescape_text(text, out))?,
        FieldKind::Quoted | FieldKind::Subject => put_whole(payload, |out| {
            unquote(text, out);
        })?,
        FieldKind::RidList => put_list(text, payload, |text, payload| {
            let len = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let number = uint(text.get(..len)?)?;
            payload.put_u32(number.try_into().ok()?);
            Some(len)
        })?,
        FieldKind::TextList => put_list(text, payload, |text, payload| {
            let len = quoted(text)?;
            put_quoted(payload, MAX_ELEMENT, text.get(..len)?);
            Some(len)
        })?,
        FieldKind::Pairs => put_list(text, payload, |text, payload| {
            let (name, value, len) = pair(text)?;
            let body = text.get(1..)?;
            put_quoted(payload, MAX_HALF, body.get(..name)?);
            put_quoted(payload, MAX_HALF, body.get(name + 2..name + 2 + value)?);
            Some(len)
        })?,
        FieldKind::Headers => put_list(text, payload, |text, payload| {
            let len = quoted(text)?;
            let mut header = Vec::new();
            unquote(text.get(..len)?, &mut header);
            let (name, value) = match memchr::memmem::find(&header, b": ") {
                Some(at) => (header.get(..at)?, header.get(at + 2..)?),
                None => (header.as_slice(), &b""[..]),
            };
            put_text(payload, MAX_HALF, |out| out.extend_from_slice(name));
            put_text(payload, MAX_HALF, |out| out.extend_from_slice(value));
            Some(len)
        })?,
    }
    Some(())
}

fn address(text: &[u8]) -> Option<core::net::IpAddr> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

fn uint(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0_u64, |number, byte| {
        number.checked_mul(10)?.checked_add(u64::from(byte.wrapping_sub(b'0')))
    })
}

fn put_quoted(payload: &mut Vec<u8>, limit: usize, text: &[u8]) {
    put_text(payload, limit, |out| {
        unquote(text, out);
    });
}

/// Puts the length of what `write` appends before it; `None` when that is too long for a field.
fn put_whole(payload: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> Option<()> {
    let start = payload.len();
    payload.extend([0, 0]);
    write(payload);
    let len = payload.len() - start - 2;
    patch(payload, start, len);
    (len <= MAX_FIELD).then_some(())
}

/// Puts the length of what `write` appends before it, and cuts it at the limit.
fn put_text(payload: &mut Vec<u8>, limit: usize, write: impl FnOnce(&mut Vec<u8>)) {
    let start = payload.len();
    payload.extend([0, 0]);
    write(payload);
    if payload.len() - start - 2 > limit {
        let long = payload.split_off(start + 2);
        let (kept, mark) = Text::from(&long).within(limit);
        payload.extend_from_slice(kept);
        payload.extend_from_slice(mark);
    }
    let len = payload.len() - start - 2;
    patch(payload, start, len);
}

/// Puts the elements of a list, as many as fit; `element` gives how far each reaches.
fn put_list(
    text: &[u8],
    payload: &mut Vec<u8>,
    element: impl Fn(&[u8], &mut Vec<u8>) -> Option<usize>,
) -> Option<()> {
    let start = payload.len();
    payload.extend([0; 4]);
    let mut count = 0;
    let mut rest = text;
    let mut cut = false;
    while !rest.is_empty() {
        let before = payload.len();
        if rest == CUT {
            cut = true;
            break;
        }
        let len = element(rest, payload)?;
        if payload.len() - start - 4 > MAX_FIELD {
            payload.truncate(before);
            cut = true;
            break;
        }
        count += 1;
        rest = rest.get(len..)?;
        rest = rest.strip_prefix(b", ").unwrap_or(rest);
    }
    patch(payload, start, count);
    let len = payload.len() - start - 4;
    patch(payload, start + 2, len);
    if cut {
        mark_cut(payload.get_mut(start..)?);
    }
    Some(())
}

fn patch(payload: &mut [u8], at: usize, len: usize) {
    if let (Some(place), Ok(len)) = (payload.get_mut(at..at + 2), u16::try_from(len)) {
        place.copy_from_slice(&len.to_le_bytes());
    }
}
