use core::fmt;
use core::net::{IpAddr, Ipv4Addr};
use std::io::Write;

use super::copy::copy_plain;
use super::dialect::{Quoting, subject_quoting};
use super::escape;
use super::{STAMP_LEN, Stamper, Zone, decimal};
use crate::base::{Dialect, Level, Timestamp};
use crate::event::Line;

/// The block that a subscription's lines are rendered into.
///
/// A line is [`begin`](Self::begin), the pieces of its event by the methods of [`Line`], and
/// [`end`](Self::end). The block grows as it must and keeps its memory when it is cleared.
///
/// ```
/// use ringmail::event::Line;
/// use ringmail::format::{LineWriter, Zone};
/// use ringmail::{Dialect, Level, Timestamp};
///
/// let zone = Zone::utc();
/// let stamp = zone.stamp(Timestamp::from_seconds(1_416_388_598));
/// let mut block = LineWriter::new(64 << 10, Dialect::default(), zone);
/// block.begin(&stamp, Level::Info);
/// block.literal("MID ");
/// block.uint(24_611_490);
/// block.literal(" ICID ");
/// block.uint(60_140_120);
/// block.literal(" From: <");
/// block.text(b"user1@mycompany.com\n");
/// block.literal(">");
/// block.end();
/// let line = b"Wed Nov 19 09:16:38 2014 Info: \
///     MID 24611490 ICID 60140120 From: <user1@mycompany.com\\012>\n";
/// assert_eq!(block.as_bytes(), line);
/// ```
pub struct LineWriter {
    bytes: Vec<u8>,
    dialect: Dialect,
    subject: Quoting,
    stamper: Stamper,
}

impl Line for LineWriter {
    #[inline(always)]
    fn literal(&mut self, text: &'static str) {
        // Inlined, its length is a constant and the copy a few moves.
        self.append(text.as_bytes());
    }

    #[inline]
    fn uint(&mut self, value: u64) {
        // A branch for the recipient numbers, nearly all of them 0, is worth it.
        if let (0..10, [digit, ..]) = (value, value.to_le_bytes()) {
            self.put([b'0' + digit], 1);
        } else if value < decimal::WORD {
            let (digits, len) = decimal::short(value);
            self.put(digits, len);
        } else {
            self.long_uint(value);
        }
    }

    fn int(&mut self, value: i64) {
        if value < 0 {
            self.put([b'-'], 1);
        }
        self.uint(value.unsigned_abs());
    }

    fn code(&mut self, value: u16) {
        if value < 1000 {
            let (digits, _) = decimal::short(u64::from(value) + 1000);
            let [_, a, b, c, ..] = digits;
            self.put([a, b, c], 3);
        } else {
            self.uint(u64::from(value));
        }
    }

    #[inline(never)]
    fn text(&mut self, text: &[u8]) {
        if !self.copy_plain::<false>(text) {
            self.escape(text, escape::escape_text);
        }
    }

    fn quoted(&mut self, text: &[u8]) {
        let mark = self.bytes.len();
        self.put([b'\''], 1);
        if self.copy_plain::<true>(text) {
            self.put([b'\''], 1);
        } else {
            self.bytes.truncate(mark);
            self.escape(text, escape::quote);
        }
    }

    fn subject(&mut self, text: &[u8]) {
        match self.subject {
            Quoting::Repr => self.quoted(text),
            Quoting::Double => {
                let mark = self.bytes.len();
                self.put([b'"'], 1);
                if self.copy_plain::<false>(text) {
                    self.put([b'"'], 1);
                } else {
                    self.bytes.truncate(mark);
                    self.escape(text, escape::quote_double);
                }
            }
        }
    }

    fn ip(&mut self, address: IpAddr) {
        match address {
            IpAddr::V4(address) => self.ipv4(address),
            IpAddr::V6(address) => {
                // Writing into memory does not fail.
                self.bytes.write_fmt(format_args!("{address}")).ok();
            }
        }
    }

    fn time(&mut self, time: Timestamp) {
        let stamp = *self.stamper.stamp(time);
        self.put(stamp, STAMP_LEN);
    }
}

impl LineWriter {
    /// An empty block with room for `capacity` bytes, whose lines are spelled as `dialect` does.
    ///
    /// The zone is that of [`Line::time`]; the stamp at the front of a line is the caller's.
    #[must_use]
    pub fn new(capacity: usize, dialect: Dialect, zone: Zone) -> Self {
        Self {
            bytes: Vec::with_capacity(capacity),
            dialect,
            subject: subject_quoting(dialect),
            stamper: Stamper::new(zone),
        }
    }

    /// Begins a line: `{stamp} {Level}: `.
    #[inline]
    pub fn begin(&mut self, stamp: &[u8; STAMP_LEN], level: Level) {
        let (word, len) = match level {
            Level::Critical => (b" Critical: \0", 11),
            Level::Warning => (b" Warning: \0\0", 10),
            Level::Info => (b" Info: \0\0\0\0\0", 7),
            Level::Debug => (b" Debug: \0\0\0\0", 8),
            Level::Trace => (b" Trace: \0\0\0\0", 8),
        };
        self.put(*stamp, STAMP_LEN);
        self.put(*word, len);
    }

    /// Begins a line at `time`, in the zone of the block.
    pub(crate) fn begin_at(&mut self, time: Timestamp, level: Level) {
        let stamp = *self.stamper.stamp(time);
        self.begin(&stamp, level);
    }

    /// Ends a line.
    #[inline]
    pub fn end(&mut self) {
        self.put([b'\n'], 1);
    }

    /// Adds bytes as they are: lines that another block of the same dialect and zone holds.
    #[inline]
    pub fn append(&mut self, lines: &[u8]) {
        self.bytes.extend_from_slice(lines);
    }

    /// Empties the block; its memory stays.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Takes back everything behind the first `len` bytes; nothing if there are fewer.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    /// Writes what follows in another dialect.
    pub fn set_dialect(&mut self, dialect: Dialect) {
        self.dialect = dialect;
        self.subject = subject_quoting(dialect);
    }

    /// Writes the times that follow in another zone.
    pub fn set_zone(&mut self, zone: Zone) {
        self.stamper = Stamper::new(zone);
    }

    /// The dialect that is written.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The bytes in the block.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the block holds nothing.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What the block holds.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Adds the first `len` bytes of `piece`, which is stored whole: a store of constant width is
    /// one or two instructions, whatever `len` is.
    #[inline(always)]
    fn put<const WIDTH: usize>(&mut self, piece: [u8; WIDTH], len: usize) {
        debug_assert!(len <= WIDTH, "a piece of {WIDTH} bytes has no {len}");
        self.reserve(WIDTH);
        // Read before the store: the compiler cannot know that the store does not change it, and
        // to read it back from memory for each piece doubles the time of a line.
        let end = self.bytes.len();
        // SAFETY: `reserve` left room for `WIDTH` bytes behind the end, and bytes are never
        // misaligned.
        unsafe { self.end_ptr().cast::<[u8; WIDTH]>().write(piece) };
        // SAFETY: at most `WIDTH` bytes are added, all just written.
        unsafe { self.bytes.set_len(end + len.min(WIDTH)) };
    }

    /// Adds `text` if it needs no escape. If it could, says no and has added nothing.
    #[inline(always)]
    fn copy_plain<const APOSTROPHE: bool>(&mut self, text: &[u8]) -> bool {
        self.reserve(text.len());
        let end = self.bytes.len();
        // SAFETY: `reserve` left room for the whole text behind the end.
        let plain = unsafe { copy_plain::<APOSTROPHE>(text, self.end_ptr()) };
        if plain {
            // SAFETY: the whole text was just written behind the end.
            unsafe { self.bytes.set_len(end + text.len()) };
        }
        plain
    }

    fn ipv4(&mut self, address: Ipv4Addr) {
        let [a, b, c, d] = address.octets();
        for octet in [a, b, c] {
            let (text, len) = octet_and_dot(octet);
            self.put(text, len);
        }
        let (text, len) = octet_and_dot(d);
        self.put(text, len - 1);
    }

    #[inline(never)]
    fn long_uint(&mut self, value: u64) {
        let (digits, len) = decimal::long(value);
        self.put(digits, len);
    }

    #[cold]
    #[inline(never)]
    fn escape(&mut self, text: &[u8], rule: fn(&[u8], &mut Vec<u8>)) {
        rule(text, &mut self.bytes);
    }

    /// Where the next byte goes.
    #[inline(always)]
    fn end_ptr(&mut self) -> *mut u8 {
        self.bytes.spare_capacity_mut().as_mut_ptr().cast()
    }

    /// Makes room for `more` bytes.
    #[inline(always)]
    fn reserve(&mut self, more: usize) {
        if self.bytes.capacity() - self.bytes.len() < more {
            self.grow(more);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        self.bytes.reserve(more);
    }
}

impl fmt::Debug for LineWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineWriter")
            .field("len", &self.bytes.len())
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}

/// An octet in decimal with a dot behind it, and how long that is.
#[inline(always)]
fn octet_and_dot(octet: u8) -> ([u8; 4], usize) {
    let text = OCTETS.get(usize::from(octet)).copied().unwrap_or_default();
    (text, 2 + usize::from(octet > 9) + usize::from(octet > 99))
}

/// Each octet in decimal with a dot behind it. To work it out takes half again as long a line.
const OCTETS: [[u8; 4]; 256] = {
    let mut texts = [[0; 4]; 256];
    let (mut octet, mut at) = (0_u8, 0);
    while at < texts.len() {
        let (a, b, c) = (b'0' + octet / 100, b'0' + octet / 10 % 10, b'0' + octet % 10);
        #[expect(clippy::indexing_slicing, reason = "the loop ends before the array")]
        let text = &mut texts[at];
        *text = match octet {
            0..10 => [c, b'.', 0, 0],
            10..100 => [b, c, b'.', 0],
            100.. => [a, b, c, b'.'],
        };
        octet = octet.wrapping_add(1);
        at += 1;
    }
    texts
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::escape::tests::hostile;

    /// What can be asked of a writer.
    #[derive(Clone, Debug)]
    enum Piece {
        Begin(Level, i64),
        Literal(&'static str),
        Uint(u64),
        Int(i64),
        Code(u16),
        Text(Vec<u8>),
        Quoted(Vec<u8>),
        Subject(Vec<u8>),
        Ip(IpAddr),
        Time(i64),
        Append(Vec<u8>),
        End,
    }

    impl Piece {
        fn write(&self, block: &mut LineWriter) {
            let zone = Zone::parse(ZONE).unwrap();
            match self {
                Self::Begin(level, micros) => {
                    block.begin(&zone.stamp(Timestamp::from_micros(*micros)), *level);
                }
                Self::Literal(text) => block.literal(text),
                Self::Uint(value) => block.uint(*value),
                Self::Int(value) => block.int(*value),
                Self::Code(value) => block.code(*value),
                Self::Text(text) => block.text(text),
                Self::Quoted(text) => block.quoted(text),
                Self::Subject(text) => block.subject(text),
                Self::Ip(address) => block.ip(*address),
                Self::Time(micros) => block.time(Timestamp::from_micros(*micros)),
                Self::Append(lines) => block.append(lines),
                Self::End => block.end(),
            }
        }

        /// The same in the plainest words.
        fn plainly(&self, dialect: Dialect) -> Vec<u8> {
            let zone = Zone::parse(ZONE).unwrap();
            let stamp = |micros: &i64| {
                let stamp = zone.stamp(Timestamp::from_micros(*micros));
                String::from_utf8(stamp.to_vec()).unwrap()
            };
            match self {
                Self::Begin(level, micros) => format!("{} {level}: ", stamp(micros)).into(),
                Self::Literal(text) => text.as_bytes().to_vec(),
                Self::Uint(value) => value.to_string().into(),
                Self::Int(value) => value.to_string().into(),
                Self::Code(value) => format!("{value:03}").into(),
                Self::Text(text) => plain_text(text).into(),
                Self::Quoted(text) => plain_repr(text).into(),
                Self::Subject(text) if dialect < Dialect::V14_0 => plain_repr(text).into(),
                Self::Subject(text) => format!("\"{}\"", plain_body(text)).into(),
                Self::Ip(address) => address.to_string().into(),
                Self::Time(micros) => stamp(micros).into(),
                Self::Append(lines) => lines.clone(),
                Self::End => b"\n".to_vec(),
            }
        }
    }

    const ZONE: &str = "CST6CDT,M3.2.0,M11.1.0";

    /// Each character with what follows it, and each byte that belongs to none.
    fn chars(text: &[u8]) -> Vec<(Result<char, u8>, &[u8])> {
        let mut all = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let next = (1..=4).find_map(|len| {
                let char = str::from_utf8(text.get(at..at + len)?).ok()?.chars().next()?;
                Some((char, len))
            });
            let (item, len) = next.map_or((Err(text[at]), 1), |(char, len)| (Ok(char), len));
            all.push((item, &text[at + len..]));
            at += len;
        }
        all
    }

    fn is_unsafe(char: char) -> bool {
        matches!(char, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}' | '\u{2029}')
    }

    fn plain_text(text: &[u8]) -> String {
        let octal = |char: char| {
            char.to_string().bytes().map(|byte| format!("\\{byte:03o}")).collect::<String>()
        };
        let one = |(item, rest): (Result<char, u8>, &[u8])| match item {
            Err(byte) => format!("\\{byte:03o}"),
            Ok('\\') if matches!(rest, [b'0'..=b'3', b'0'..=b'7', b'0'..=b'7', ..]) => octal('\\'),
            Ok(char) if is_unsafe(char) => octal(char),
            Ok(char) => char.to_string(),
        };
        chars(text).into_iter().map(one).collect()
    }

    fn plain_body(text: &[u8]) -> String {
        let one = |(item, _): (Result<char, u8>, &[u8])| match item {
            Err(byte) => format!("\\x{byte:02x}"),
            Ok('\\') => "\\\\".into(),
            Ok('\n') => "\\n".into(),
            Ok('\r') => "\\r".into(),
            Ok('\t') => "\\t".into(),
            Ok(char @ ('\u{2028}' | '\u{2029}')) => format!("\\u{:04x}", u32::from(char)),
            Ok(char) if is_unsafe(char) => {
                char.to_string().bytes().map(|byte| format!("\\x{byte:02x}")).collect()
            }
            Ok(char) => char.to_string(),
        };
        chars(text).into_iter().map(one).collect()
    }

    fn plain_repr(text: &[u8]) -> String {
        match (text.contains(&b'\''), text.contains(&b'"')) {
            (false, _) => format!("'{}'", plain_body(text)),
            (true, false) => format!("\"{}\"", plain_body(text)),
            (true, true) => format!("'{}'", plain_body(text).replace('\'', "\\'")),
        }
    }

    /// Numbers of every length.
    fn number() -> impl Strategy<Value = u64> {
        (any::<u64>(), 0..64).prop_map(|(value, shift)| value >> shift)
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            "[ -~]{0,50}".prop_map(String::into_bytes),
            "[ -&(-\\[\\]-~]{14,18}".prop_map(String::into_bytes),
            hostile(0..20),
            prop::collection::vec(any::<u8>(), 0..200),
            (Just(b'x'), 8190..8195_usize).prop_map(|(byte, len)| vec![byte; len]),
        ]
    }

    fn piece() -> impl Strategy<Value = Piece> {
        let level = prop::sample::select(&Level::ALL[..]);
        let literal = prop::sample::select(vec!["", "MID ", " reverse dns host ", ">", "\t"]);
        prop_oneof![
            (level, any::<i64>()).prop_map(|(level, micros)| Piece::Begin(level, micros)),
            literal.prop_map(Piece::Literal),
            number().prop_map(Piece::Uint),
            number().prop_map(|value| Piece::Int(value.cast_signed())),
            any::<u16>().prop_map(Piece::Code),
            (0..1100_u16).prop_map(Piece::Code),
            text().prop_map(Piece::Text),
            text().prop_map(Piece::Quoted),
            text().prop_map(Piece::Subject),
            any::<IpAddr>().prop_map(Piece::Ip),
            any::<i64>().prop_map(Piece::Time),
            text().prop_map(Piece::Append),
            Just(Piece::End),
        ]
    }

    proptest! {
        /// From no room at all, so that each piece is once the one that makes the block grow.
        #[test]
        fn pieces_agree_with_plain_formatting(
            pieces in prop::collection::vec(piece(), 0..30),
            dialect in prop::sample::select(&Dialect::ALL[..]),
        ) {
            let mut block = LineWriter::new(0, dialect, Zone::parse(ZONE).unwrap());
            let mut expected = Vec::new();
            for piece in &pieces {
                piece.write(&mut block);
                expected.extend(piece.plainly(dialect));
                prop_assert_eq!(block.len(), expected.len(), "{:?}", piece);
            }
            prop_assert!(block.as_bytes() == expected, "{:?}", pieces);
        }

        #[test]
        fn fields_never_start_or_forge_a_line(
            text in text(),
            dialect in prop::sample::select(&Dialect::ALL[..]),
        ) {
            let mut block = LineWriter::new(0, dialect, Zone::utc());
            block.text(&text);
            block.quoted(&text);
            block.subject(&text);
            let line = str::from_utf8(block.as_bytes());
            prop_assert!(line.is_ok_and(|line| !line.chars().any(is_unsafe)), "{:?}", line);
        }
    }

    #[test]
    fn numbers_are_right_at_every_length() {
        let mut block = LineWriter::new(0, Dialect::default(), Zone::utc());
        let powers = (0..20).map(|digits| 10_u64.pow(digits));
        for value in powers.flat_map(|power| [power - 1, power, power + 1]).chain([u64::MAX]) {
            block.clear();
            block.uint(value);
            assert_eq!(block.as_bytes(), value.to_string().as_bytes());
        }
        for value in [i64::MIN, -1, 0, i64::MAX] {
            block.clear();
            block.int(value);
            assert_eq!(block.as_bytes(), value.to_string().as_bytes());
        }
    }

    #[test]
    fn every_octet_is_right() {
        let mut block = LineWriter::new(0, Dialect::default(), Zone::utc());
        for octet in 0..=u8::MAX {
            block.clear();
            block.ip(IpAddr::from([octet, 0, octet, octet]));
            assert_eq!(block.as_bytes(), format!("{octet}.0.{octet}.{octet}").as_bytes());
        }
    }

    #[test]
    fn a_block_is_cut_cleared_and_written_in_another_dialect() {
        let mut block = LineWriter::new(8, Dialect::V7_6, Zone::utc());
        block.subject(b"one");
        let mark = block.len();
        block.set_dialect(Dialect::V15_0);
        block.subject(b"two");
        assert_eq!(block.as_bytes(), b"'one'\"two\"");
        assert_eq!(block.dialect(), Dialect::V15_0);
        block.truncate(mark);
        block.truncate(100);
        assert_eq!(block.as_bytes(), b"'one'");
        block.clear();
        assert!(block.is_empty());
    }
}
