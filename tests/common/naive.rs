//! A renderer that is plain before all else: what lines must look like, from the rows' data.

use ringmail::Dialect;
use ringmail::event::{FieldKind, Piece, Row};
use ringmail::record::{Value, fields};

/// The line of an event, without stamp and level; `time` shows times.
pub fn line(
    row: &Row,
    payload: &[u8],
    dialect: Dialect,
    time: &dyn Fn(ringmail::Timestamp) -> String,
) -> Vec<u8> {
    let values: Vec<_> = fields(row, payload).map(|field| field.expect("a payload")).collect();
    let value = |name: &str| {
        values.iter().find(|(field, _)| field.name == name).and_then(|(_, value)| *value)
    };
    let mut out = Vec::new();
    for piece in row.pieces {
        match piece {
            Piece::Literal(text) => out.extend(text.bytes()),
            Piece::Only(from, to, text) => {
                if (*from..=*to).contains(&dialect) {
                    out.extend(text.bytes());
                }
            }
            Piece::Field(field) => {
                out.extend(show(field.kind, value(field.name).expect("a field"), dialect, time));
            }
            Piece::Optional(field, pieces) => match value(field.name) {
                None | Some(Value::Bool(false)) => {}
                Some(value) => {
                    for piece in *pieces {
                        match piece {
                            Piece::Literal(text) => out.extend(text.bytes()),
                            Piece::Field(field) => {
                                out.extend(show(field.kind, value, dialect, time));
                            }
                            other => panic!("{other:?} in an optional part"),
                        }
                    }
                }
            },
            other => panic!("{other:?}"),
        }
    }
    out
}

fn show(
    kind: FieldKind,
    value: Value<'_>,
    dialect: Dialect,
    time: &dyn Fn(ringmail::Timestamp) -> String,
) -> Vec<u8> {
    let join = |mut shown: Vec<Vec<u8>>, cut| {
        if cut {
            shown.push(b"...".to_vec());
        }
        shown.join(&b", "[..])
    };
    match (kind, value) {
        (FieldKind::YesNo, Value::Bool(yes)) => if yes { "yes" } else { "no" }.into(),
        (_, Value::Bool(yes)) => if yes { "True" } else { "False" }.into(),
        (FieldKind::Code, Value::Uint(code)) => format!("{code:03}").into(),
        (_, Value::Uint(number)) => number.to_string().into(),
        (_, Value::Int(number)) => number.to_string().into(),
        (_, Value::Ip(address)) => address.to_string().into(),
        (_, Value::Time(moment)) => time(moment).into(),
        (_, Value::Word(word)) => word.into(),
        (FieldKind::Quoted, Value::Text(text)) => repr(text.as_bytes()),
        (FieldKind::Subject, Value::Text(text)) if dialect >= Dialect::V14_0 => {
            let mut out = vec![b'"'];
            escape(text.as_bytes(), None, &mut out);
            out.push(b'"');
            out
        }
        (FieldKind::Subject, Value::Text(text)) => repr(text.as_bytes()),
        (_, Value::Text(text)) => octal(text.as_bytes()),
        (_, Value::Rids(rids)) => {
            join(rids.iter().map(|rid| rid.to_string().into()).collect(), rids.is_cut())
        }
        (_, Value::Texts(texts)) => {
            join(texts.iter().map(|text| repr(text.as_bytes())).collect(), texts.is_cut())
        }
        (FieldKind::Headers, Value::Pairs(pairs)) => {
            let header = |(name, value): (ringmail::event::Text<'_>, ringmail::event::Text<'_>)| {
                repr(&[name.as_bytes(), b": ", value.as_bytes()].concat())
            };
            join(pairs.iter().map(header).collect(), pairs.is_cut())
        }
        (_, Value::Pairs(pairs)) => {
            let pair = |(name, value): (ringmail::event::Text<'_>, ringmail::event::Text<'_>)| {
                let (name, value) = (repr(name.as_bytes()), repr(value.as_bytes()));
                [&b"("[..], &name, b", ", &value, b")"].concat()
            };
            join(pairs.iter().map(pair).collect(), pairs.is_cut())
        }
        other => panic!("{other:?}"),
    }
}

fn repr(text: &[u8]) -> Vec<u8> {
    let quote = if text.contains(&b'\'') && !text.contains(&b'"') { b'"' } else { b'\'' };
    let mut out = vec![quote];
    escape(text, (quote == b'\'').then_some('\''), &mut out);
    out.push(quote);
    out
}

fn escape(text: &[u8], quote: Option<char>, out: &mut Vec<u8>) {
    for chunk in text.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '\\' => out.extend(br"\\"),
                '\n' => out.extend(br"\n"),
                '\r' => out.extend(br"\r"),
                '\t' => out.extend(br"\t"),
                char if Some(char) == quote => out.extend(format!("\\{char}").bytes()),
                '\u{2028}' => out.extend(br"\u2028"),
                '\u{2029}' => out.extend(br"\u2029"),
                char if unsafe_in_a_line(char) => {
                    for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                        out.extend(format!("\\x{byte:02x}").bytes());
                    }
                }
                char => out.extend(char.encode_utf8(&mut [0; 4]).bytes()),
            }
        }
        for byte in chunk.invalid() {
            out.extend(format!("\\x{byte:02x}").bytes());
        }
    }
}

fn octal(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let escaped = |at: usize| {
        text.get(at + 1..at + 4)
            .is_some_and(|digits| matches!(digits, [b'0'..=b'3', b'0'..=b'7', b'0'..=b'7']))
    };
    let mut at = 0;
    for chunk in text.utf8_chunks() {
        for char in chunk.valid().chars() {
            let len = char.len_utf8();
            if unsafe_in_a_line(char) || (char == '\\' && escaped(at)) {
                for byte in &text[at..at + len] {
                    out.extend(format!("\\{byte:03o}").bytes());
                }
            } else {
                out.extend(&text[at..at + len]);
            }
            at += len;
        }
        for byte in chunk.invalid() {
            out.extend(format!("\\{byte:03o}").bytes());
            at += 1;
        }
    }
    out
}

fn unsafe_in_a_line(char: char) -> bool {
    char.is_control() || matches!(char, '\u{2028}' | '\u{2029}')
}

/// A row's line with all fields alike.
pub fn shape(row: &Row) -> String {
    fn all(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => (*text).to_owned(),
                Piece::Only(_, _, text) => format!("({text})"),
                Piece::Optional(_, pieces) => format!("[{}]", all(pieces)),
                _ => "{}".to_owned(),
            })
            .collect()
    }
    all(row.pieces)
}
