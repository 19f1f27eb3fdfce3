//! Escapes: no byte of a field can start or forge a line (contract C9).
//!
//! There are two rules. *Text* stands in a line without quotes; what must not stand there is
//! written as `\ooo`, three octal digits a byte. *Quoted* text follows Python's `repr`, with `\n`
//! and `\xNN`. Both leave printable UTF-8 as it is, and both can be undone exactly.
//!
//! What must not stand in a line: the controls C0, DEL and C1, the separators U+2028 and U+2029,
//! and bytes that are not UTF-8.

/// Appends `text` by the rule of text without quotes.
///
/// A backslash stays as it is, unless with the three digits behind it would read as an escape:
/// that one is written `\134`.
///
/// ```
/// use ringmail::format::escape::escape_text;
/// let mut out = Vec::new();
/// escape_text(b"a\r\nb \\o/ \\012", &mut out);
/// assert_eq!(out, br"a\015\012b \o/ \134012");
/// ```
pub fn escape_text(text: &[u8], out: &mut Vec<u8>) {
    rewrite(text, out, push_octal, |char, rest| match char {
        '\\' if octal(rest).is_some() => Form::Bytes,
        _ if is_unsafe(char) => Form::Bytes,
        _ => Form::Same,
    });
}

/// Appends what [`escape_text`] was given.
///
/// Takes any bytes: a backslash that does not begin an escape is one.
///
/// ```
/// use ringmail::format::escape::unescape_text;
/// let mut out = Vec::new();
/// unescape_text(br"a\015\012b \o/ \134012 \", &mut out);
/// assert_eq!(out, b"a\r\nb \\o/ \\012 \\");
/// ```
pub fn unescape_text(text: &[u8], out: &mut Vec<u8>) {
    undo(text, out, |text, out| {
        let (byte, len) = octal(text)?;
        out.push(byte);
        Some(len)
    });
}

/// Appends `text` in Python's quoting.
///
/// In apostrophes, or in double quotes if there is an apostrophe in it and no double quote.
///
/// ```
/// use ringmail::format::escape::quote;
/// let mut out = Vec::new();
/// quote(b"it is\r\n", &mut out);
/// quote(b"it's", &mut out);
/// quote(b"\"it's\" \xff", &mut out);
/// assert_eq!(out, br#"'it is\r\n'"it's"'"it\'s" \xff'"#);
/// ```
pub fn quote(text: &[u8], out: &mut Vec<u8>) {
    if text.contains(&b'\'') && !text.contains(&b'"') {
        quote_double(text, out);
        return;
    }
    out.push(b'\'');
    rewrite(text, out, push_hex, |char, _| match char {
        '\'' => Form::Text(r"\'"),
        _ => quoted_form(char),
    });
    out.push(b'\'');
}

/// Appends `text` in double quotes, with the escapes of [`quote`] but none for a quote inside.
///
/// So the text ends at the *last* quote of what follows.
///
/// ```
/// use ringmail::format::escape::quote_double;
/// let mut out = Vec::new();
/// quote_double(b"the \"best\"\n", &mut out);
/// assert_eq!(out, br#""the "best"\n""#);
/// ```
pub fn quote_double(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    rewrite(text, out, push_hex, |char, _| quoted_form(char));
    out.push(b'"');
}

/// Appends what [`quote`] or [`quote_double`] was given, and says whether it was in quotes.
///
/// Takes any bytes: what does not begin and end with the same quote is appended as it is, and a
/// backslash that does not begin an escape is one. Understands `\ooo` besides the escapes that
/// are written.
///
/// ```
/// use ringmail::format::escape::unquote;
/// let mut out = Vec::new();
/// assert!(unquote(br#"'"it\'s" \xff\u2028'"#, &mut out));
/// assert_eq!(out, b"\"it's\" \xff\xe2\x80\xa8");
/// assert!(!unquote(br"bare\n", &mut out));
/// assert!(out.ends_with(br"bare\n"));
/// ```
pub fn unquote(quoted: &[u8], out: &mut Vec<u8>) -> bool {
    let ([b'\'', body @ .., b'\''] | [b'"', body @ .., b'"']) = quoted else {
        out.extend_from_slice(quoted);
        return false;
    };
    undo(body, out, |text, out| {
        let (byte, len) = match text {
            [_, b'n', ..] => (b'\n', 2),
            [_, b'r', ..] => (b'\r', 2),
            [_, b't', ..] => (b'\t', 2),
            [_, mark @ (b'\\' | b'\'' | b'"'), ..] => (*mark, 2),
            [_, b'x', digits @ ..] => (u8::try_from(hex(digits.first_chunk::<2>()?)?).ok()?, 4),
            [_, b'u', digits @ ..] => {
                let char = char::from_u32(hex(digits.first_chunk::<4>()?)?)?;
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                return Some(6);
            }
            _ => octal(text)?,
        };
        out.push(byte);
        Some(len)
    });
    true
}

/// What stands for a character.
enum Form {
    Same,
    /// An escape for each of its bytes.
    Bytes,
    Text(&'static str),
}

/// Appends `text` with `form` for each character, which is also given the text from it on, and
/// `escape` for each byte that is not UTF-8.
#[inline]
fn rewrite(
    text: &[u8],
    out: &mut Vec<u8>,
    escape: fn(u8, &mut Vec<u8>),
    form: impl Fn(char, &[u8]) -> Form,
) {
    for chunk in text.utf8_chunks() {
        // What is the same is copied in runs.
        let (valid, mut copied) = (chunk.valid(), 0);
        for (at, char) in valid.char_indices() {
            let rest = valid.as_bytes().get(at..).unwrap_or_default();
            let form = form(char, rest);
            if matches!(form, Form::Same) {
                continue;
            }
            out.extend_from_slice(valid.as_bytes().get(copied..at).unwrap_or_default());
            copied = at + char.len_utf8();
            match form {
                Form::Text(text) => out.extend_from_slice(text.as_bytes()),
                _ => rest.iter().take(char.len_utf8()).for_each(|&byte| escape(byte, out)),
            }
        }
        out.extend_from_slice(valid.as_bytes().get(copied..).unwrap_or_default());
        chunk.invalid().iter().for_each(|&byte| escape(byte, out));
    }
}

/// Appends `text` with its escapes undone: `escape` is given the text from a backslash on, appends
/// what the escape there stands for and says how long the escape is.
#[inline]
fn undo(text: &[u8], out: &mut Vec<u8>, escape: impl Fn(&[u8], &mut Vec<u8>) -> Option<usize>) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        let len = escape(from, out).unwrap_or_else(|| {
            out.push(b'\\');
            1
        });
        rest = from.get(len..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

/// Whether a character must not stand in a line.
fn is_unsafe(char: char) -> bool {
    char.is_control() || matches!(char, '\u{2028}' | '\u{2029}')
}

/// The escapes in quotes, but for the quote itself.
fn quoted_form(char: char) -> Form {
    match char {
        '\\' => Form::Text(r"\\"),
        '\n' => Form::Text(r"\n"),
        '\r' => Form::Text(r"\r"),
        '\t' => Form::Text(r"\t"),
        '\u{2028}' => Form::Text(r"\u2028"),
        '\u{2029}' => Form::Text(r"\u2029"),
        _ if is_unsafe(char) => Form::Bytes,
        _ => Form::Same,
    }
}

/// The byte of the escape `\ooo` at the front, and the length of the escape.
fn octal(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => {
            Some(((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), 4))
        }
        _ => None,
    }
}

/// The number of hexadecimal digits in either case.
fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, &digit| Some(number << 4 | char::from(digit).to_digit(16)?))
}

fn push_octal(byte: u8, out: &mut Vec<u8>) {
    let digit = |shift: u8| b'0' + (byte >> shift & 7);
    out.extend_from_slice(&[b'\\', digit(6), digit(3), digit(0)]);
}

fn push_hex(byte: u8, out: &mut Vec<u8>) {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble };
    out.extend_from_slice(&[b'\\', b'x', digit(byte >> 4), digit(byte & 15)]);
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes with many of those that matter: quotes, backslashes, digits, controls, broken UTF-8.
    pub(in crate::format) fn hostile(len: std::ops::Range<usize>) -> BoxedStrategy<Vec<u8>> {
        let piece = prop_oneof![
            4 => "[ -~]{1,12}".prop_map(String::into_bytes),
            2 => any::<char>().prop_map(|char| char.to_string().into_bytes()),
            2 => any::<u8>().prop_map(|byte| vec![byte]),
            1 => prop::sample::select(vec![
                &b"\\"[..], b"\\01", b"\\012", b"\\777", b"\\x4", b"\\u2028", b"'", b"\"", b"\r\n",
                b"\xe2\x80\xa8", b"\xe2\x80", b"\xc2\x85", b"\x7f", b"\0", b"0", b"7",
            ])
            .prop_map(<[u8]>::to_vec),
        ];
        prop::collection::vec(piece, len).prop_map(|pieces| pieces.concat()).boxed()
    }

    fn written(write: fn(&[u8], &mut Vec<u8>), text: &[u8]) -> Vec<u8> {
        let mut out = b"before".to_vec();
        write(text, &mut out);
        out.split_off(6)
    }

    /// What a reader of the file could take for the end of a line.
    fn is_safe(line: &[u8]) -> bool {
        str::from_utf8(line).is_ok_and(|line| !line.chars().any(is_unsafe))
    }

    proptest! {
        #[test]
        fn text_comes_back(text in hostile(0..30)) {
            let escaped = written(escape_text, &text);
            prop_assert!(is_safe(&escaped), "{}", escaped.escape_ascii());
            prop_assert_eq!(&written(unescape_text, &escaped), &text);
        }

        #[test]
        fn quoted_text_comes_back(text in hostile(0..30)) {
            for write in [quote, quote_double] {
                let quoted = written(write, &text);
                prop_assert!(is_safe(&quoted), "{}", quoted.escape_ascii());
                let mut out = Vec::new();
                prop_assert!(unquote(&quoted, &mut out));
                prop_assert_eq!(&out, &text);
            }
        }

        /// The end of `quote`d text can be found without its length.
        #[test]
        fn no_quote_of_its_kind_stands_bare_in_quotes(text in hostile(0..30)) {
            let quoted = written(quote, &text);
            let (mark, body) = quoted.split_first().unwrap();
            let mut bytes = body[..body.len() - 1].iter();
            while let Some(byte) = bytes.next() {
                prop_assert_ne!(byte, mark);
                if *byte == b'\\' {
                    bytes.next();
                }
            }
        }

        #[test]
        fn readers_take_any_bytes(text in hostile(0..30)) {
            let mut out = Vec::new();
            unescape_text(&text, &mut out);
            unquote(&text, &mut out);
            let undone = out.len();
            prop_assert!(undone <= 2 * text.len());
        }
    }

    #[test]
    fn escapes_have_the_form_of_the_field() {
        for (text, plain, quoted, double) in [
            ("", "", "''", r#""""#),
            ("\t", r"\011", r"'\t'", r#""\t""#),
            ("\r\n\tfolded", r"\015\012\011folded", r"'\r\n\tfolded'", r#""\r\n\tfolded""#),
            ("C:\\temp", r"C:\temp", r"'C:\\temp'", r#""C:\\temp""#),
            (r"\012", r"\134012", r"'\\012'", r#""\\012""#),
            (r"\400", r"\400", r"'\\400'", r#""\\400""#),
            ("it's", "it's", r#""it's""#, r#""it's""#),
            (r#"a "b""#, r#"a "b""#, r#"'a "b"'"#, r#""a "b"""#),
            (r#"it's "b""#, r#"it's "b""#, r#"'it\'s "b"'"#, r#""it's "b"""#),
            ("Grüße 🐦", "Grüße 🐦", "'Grüße 🐦'", "\"Grüße 🐦\""),
            ("\0\x1b[2J\x7f", r"\000\033[2J\177", r"'\x00\x1b[2J\x7f'", r#""\x00\x1b[2J\x7f""#),
            ("\u{85}", r"\302\205", r"'\xc2\x85'", r#""\xc2\x85""#),
            ("\u{2029}", r"\342\200\251", r"'\u2029'", r#""\u2029""#),
        ] {
            let write = |write| String::from_utf8(written(write, text.as_bytes())).unwrap();
            assert_eq!(write(escape_text), plain, "{text:?}");
            assert_eq!(write(quote), quoted, "{text:?}");
            assert_eq!(write(quote_double), double, "{text:?}");
        }
    }
}
