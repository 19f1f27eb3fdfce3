//! How far a field reaches, for the kinds whose own form tells.

use crate::event::FieldKind;

/// The most that the element of a list can be marked with when the list was cut.
pub(super) const CUT: &[u8] = b"...";

/// Whether only what follows tells where a field of this kind ends.
pub(super) fn is_open(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Quoted | FieldKind::Subject | FieldKind::Text)
}

/// The length of the field that `text` begins with, if its own form tells.
pub(super) fn reach(kind: FieldKind, text: &[u8]) -> Option<usize> {
    match kind {
        FieldKind::Uint(_) | FieldKind::Code => some(digits(text)),
        FieldKind::I64 => match text {
            [b'-', rest @ ..] => some(digits(rest)).map(|len| len + 1),
            _ => some(digits(text)),
        },
        FieldKind::Ip => some(address(text)),
        FieldKind::Time => [24, 23].into_iter().find(|len| {
            text.get(..*len)
                .and_then(|text| super::read_stamp(text, 0))
                .is_some_and(|s| s.len == *len)
        }),
        FieldKind::Bool => word(text, &["True", "False"]),
        FieldKind::YesNo => word(text, &["yes", "no"]),
        FieldKind::Word(words) => word(text, words),
        FieldKind::RidList => Some(list(text, |text| some(digits(text)))),
        FieldKind::TextList | FieldKind::Headers => Some(list(text, quoted)),
        FieldKind::Pairs => Some(list(text, |text| Some(pair(text)?.2))),
        FieldKind::Quoted | FieldKind::Subject => quoted(text),
        FieldKind::Text => None,
    }
}

/// The length of the quoted text at the start, quotes included.
pub(super) fn quoted(text: &[u8]) -> Option<usize> {
    let (&quote, body) = text.split_first().filter(|(quote, _)| matches!(quote, b'\'' | b'"'))?;
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(quote, b'\\', body.get(from..)?)?;
        if body.get(at) == Some(&quote) {
            return Some(at + 2);
        }
        from = at + 2;
    }
}

/// The lengths of name and value of the pair at the start, and of the whole.
pub(super) fn pair(text: &[u8]) -> Option<(usize, usize, usize)> {
    let body = text.strip_prefix(b"(")?;
    let name = quoted(body)?;
    let behind = body.get(name..)?.strip_prefix(b", ")?;
    let value = quoted(behind)?;
    behind.get(value..)?.strip_prefix(b")")?;
    Some((name, value, 1 + name + 2 + value + 1))
}

/// The length of elements with `, ` between them; the last may be the mark of a cut.
fn list(text: &[u8], element: impl Fn(&[u8]) -> Option<usize>) -> usize {
    let mut end = 0;
    let mut rest = text;
    loop {
        let Some(len) = element(rest) else {
            return if rest.starts_with(CUT) { end + CUT.len() } else { end.saturating_sub(2) };
        };
        end += len;
        match rest.get(len..).and_then(|rest| rest.strip_prefix(b", ")) {
            Some(behind) => rest = behind,
            None => return end,
        }
        end += 2;
    }
}

fn word(text: &[u8], words: &[&str]) -> Option<usize> {
    words
        .iter()
        .map(|word| word.as_bytes())
        .filter(|word| text.starts_with(word))
        .map(<[u8]>::len)
        .max()
}

fn is_address(text: &[u8]) -> bool {
    str::from_utf8(text).is_ok_and(|text| text.parse::<core::net::IpAddr>().is_ok())
}

/// The length of an address; a colon behind it is not a part of it.
fn address(text: &[u8]) -> usize {
    let len = run(text, |byte| byte.is_ascii_hexdigit() || byte == b'.' || byte == b':');
    match text.get(..len) {
        Some(run @ [.., b':']) if !is_address(run) => len - 1,
        _ => len,
    }
}

fn digits(text: &[u8]) -> usize {
    run(text, |byte| byte.is_ascii_digit())
}

fn run(text: &[u8], of: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| of(**byte)).count()
}

fn some(len: usize) -> Option<usize> {
    (len > 0).then_some(len)
}

#[cfg(test)]
mod tests {
    use super::{FieldKind, reach};

    #[test]
    fn fields_end_where_their_form_says() {
        for (kind, text, len) in [
            (FieldKind::Uint(8), "123 x", Some(3)),
            (FieldKind::Uint(8), "x", None),
            (FieldKind::I64, "-5 seconds", Some(2)),
            (FieldKind::Ip, "10.0.0.1) ", Some(8)),
            (FieldKind::Ip, "2001:db8::1 port", Some(11)),
            (FieldKind::Ip, "10.0.0.1: x", Some(8)),
            (FieldKind::Ip, "2001:db8::: x", Some(10)),
            (FieldKind::Ip, "2001:db8:: x", Some(10)),
            (FieldKind::YesNo, "not", Some(2)),
            (FieldKind::RidList, "0, 1, 22] x", Some(8)),
            (FieldKind::RidList, "] x", Some(0)),
            (FieldKind::RidList, "0, ...]", Some(6)),
            (FieldKind::Quoted, r#"'a\'b' c'"#, Some(6)),
            (FieldKind::Quoted, r#""it's" x"#, Some(6)),
            (FieldKind::Quoted, "'open", None),
            (FieldKind::TextList, r#"'a', "b"])"#, Some(8)),
            (FieldKind::Pairs, "('a', 'b'), ('c', 'd')]", Some(22)),
            (FieldKind::Time, "Mon Mar 31 20:01:23 2003", Some(24)),
            (FieldKind::Time, "Mon Mar 3 20:01:23 2003 x", Some(23)),
        ] {
            assert_eq!(reach(kind, text.as_bytes()), len, "{text}");
        }
    }
}
