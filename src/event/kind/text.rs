//! Text, as it came from outside: any bytes.

use core::fmt;

use crate::event::Encode;

/// The most bytes of one text, and of the elements of one list.
pub(crate) const MAX_FIELD: usize = 8 * 1024;

/// What stands at the end of a text that was cut.
const MARK: &[u8] = b"...";

/// A text field: bytes as they came, mostly but not surely UTF-8.
///
/// A line shows what is not printable as an escape. A text over 8192 bytes is cut at a character
/// when it is encoded, and ends in `...`.
///
/// ```
/// use ringmail::event::Text;
/// let text = Text::from("a@b.example");
/// assert_eq!(text.to_str(), Some("a@b.example"));
/// assert_eq!(Text::from(&b"\xff"[..]).to_str(), None);
/// assert!(Text::default().is_empty());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<'a>(pub(super) &'a [u8]);

impl<'a> Text<'a> {
    /// No text at all.
    pub const EMPTY: Text<'static> = Text(b"");

    /// The bytes.
    #[inline]
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// The text, if it is UTF-8.
    #[must_use]
    pub const fn to_str(self) -> Option<&'a str> {
        match core::str::from_utf8(self.0) {
            Ok(text) => Some(text),
            Err(_) => None,
        }
    }

    /// The number of bytes.
    #[inline]
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there is no text.
    #[inline]
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// What of the text goes into a record where at most `limit` bytes may, and what then marks
    /// the cut.
    #[inline]
    pub(crate) fn within(self, limit: usize) -> (&'a [u8], &'static [u8]) {
        if self.0.len() <= limit { (self.0, b"") } else { self.cut(limit) }
    }

    #[cold]
    #[inline(never)]
    fn cut(self, limit: usize) -> (&'a [u8], &'static [u8]) {
        let end = limit.saturating_sub(MARK.len());
        // A byte that goes on a UTF-8 character is 10xxxxxx; a character has at most 3 of them.
        let start_of_char = |at: &usize| self.0.get(*at).is_none_or(|byte| byte & 0xc0 != 0x80);
        let end = (end.saturating_sub(3)..=end).rev().find(start_of_char).unwrap_or(end);
        (self.0.get(..end).unwrap_or_default(), MARK)
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_str() {
            Some(text) => fmt::Debug::fmt(text, f),
            None => write!(f, "b\"{}\"", self.0.escape_ascii()),
        }
    }
}

impl<'a> From<&'a str> for Text<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<&'a String> for Text<'a> {
    #[inline]
    fn from(text: &'a String) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<&'a [u8]> for Text<'a> {
    #[inline]
    fn from(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Text<'a> {
    #[inline]
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// A length that [`MAX_FIELD`] bounds, as it stands in a record.
#[inline]
pub(super) fn short(len: usize) -> u16 {
    debug_assert!(len <= MAX_FIELD, "a field is cut before its length is written");
    u16::try_from(len).unwrap_or(u16::MAX)
}

/// Puts a text of at most `limit` bytes, its length before it.
#[inline]
pub(super) fn put_text<E: Encode>(text: Text<'_>, limit: usize, out: &mut E) {
    let (kept, mark) = text.within(limit);
    out.put_u16(short(kept.len() + mark.len()));
    out.put_bytes(kept);
    if !mark.is_empty() {
        out.put_bytes(mark);
        out.note_cut();
    }
}

/// The names by which rows call these kinds.
pub(crate) mod kinds {
    use super::super::{Decode, Dialect, Encode, FieldKind, Kind, Line, Malformed, take};
    use super::{MAX_FIELD, put_text};

    macro_rules! texts {
        ($($name:ident, $show:ident;)*) => {
            $(
                pub(crate) struct $name;

                impl Kind for $name {
                    type Value<'a> = super::Text<'a>;
                    const KIND: FieldKind = FieldKind::$name;
                    const MAX_LEN: usize = 2 + MAX_FIELD;
                    const EMPTY: super::Text<'static> = super::Text::EMPTY;

                    #[inline]
                    fn encoded_len(value: super::Text<'_>) -> usize {
                        let (kept, mark) = value.within(MAX_FIELD);
                        2 + kept.len() + mark.len()
                    }

                    #[inline]
                    fn encode<E: Encode>(value: super::Text<'_>, out: &mut E) {
                        put_text(value, MAX_FIELD, out);
                    }

                    #[inline]
                    fn decode<'a, D: Decode<'a>>(
                        from: &mut D,
                    ) -> Result<super::Text<'a>, Malformed> {
                        if from.is_at_end() {
                            return Ok(Self::EMPTY);
                        }
                        let len = take(from).map(u16::from_le_bytes)?;
                        from.take(len.into()).map(super::Text)
                    }

                    #[inline]
                    fn line<L: Line>(value: super::Text<'_>, _: Dialect, out: &mut L) {
                        out.$show(value.as_bytes());
                    }
                }
            )*
        };
    }

    texts! {
        Quoted, quoted;
        Subject, subject;
        Text, text;
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_FIELD, Text};

    #[test]
    fn cuts_at_a_character_and_marks_it() {
        let long = "ä".repeat(MAX_FIELD);
        let (kept, mark) = Text::from(&long).within(MAX_FIELD);
        assert_eq!((kept.len(), mark), (MAX_FIELD - 4, &b"..."[..]));
        assert!(core::str::from_utf8(kept).is_ok());

        let plain = "a".repeat(MAX_FIELD + 1);
        let (kept, _) = Text::from(&plain).within(MAX_FIELD);
        assert_eq!(kept.len(), MAX_FIELD - 3);

        let fits = "a".repeat(MAX_FIELD);
        assert_eq!(Text::from(&fits).within(MAX_FIELD), (fits.as_bytes(), &b""[..]));
    }

    #[test]
    fn cuts_bytes_that_are_no_utf8_too() {
        let bytes = vec![0x80; MAX_FIELD * 2];
        let (kept, mark) = Text::from(&bytes).within(MAX_FIELD);
        assert!(kept.len() + mark.len() <= MAX_FIELD);
    }
}
