use core::fmt;
use core::net::{IpAddr, Ipv4Addr};
use std::io::Write;

use super::dialect::{Quoting, subject_quoting};
use super::escape::{self, is_suspect};
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
        if value < decimal::WORD {
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

    #[inline]
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
        // SAFETY: `reserve` left room for `WIDTH` bytes behind the end, and bytes are never
        // misaligned.
        unsafe { self.end_ptr().cast::<[u8; WIDTH]>().write(piece) };
        // SAFETY: at most `WIDTH` bytes are added, all just written.
        unsafe { self.bytes.set_len(self.bytes.len() + len.min(WIDTH)) };
    }

    /// Adds `text` if it needs no escape. If it could, says no and has added nothing.
    #[inline(always)]
    fn copy_plain<const APOSTROPHE: bool>(&mut self, text: &[u8]) -> bool {
        self.reserve(text.len());
        // SAFETY: `reserve` left room for the whole text behind the end.
        let plain = unsafe { copy_plain::<APOSTROPHE>(text, self.end_ptr()) };
        if plain {
            // SAFETY: the whole text was just written behind the end.
            unsafe { self.bytes.set_len(self.bytes.len() + text.len()) };
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

/// Copies `text` to `to`, and says whether it needs no escape.
///
/// Chunks of constant width, the last one overlapping the one before: nothing is read or written
/// outside the text, and there is no loop for what is shorter than a chunk.
///
/// # Safety
/// `to` must be valid for writes of `text.len()` bytes and must not overlap `text`.
#[inline(always)]
unsafe fn copy_plain<const APOSTROPHE: bool>(text: &[u8], to: *mut u8) -> bool {
    /// # Safety
    /// `to` must be valid for writes of `at + N` bytes.
    #[inline(always)]
    unsafe fn store<const N: usize>(to: *mut u8, at: usize, chunk: [u8; N]) {
        // SAFETY: the caller vouches for the room; bytes are never misaligned.
        unsafe { to.byte_add(at).cast::<[u8; N]>().write(chunk) }
    }
    let len = text.len();
    if let Some(&last) = text.last_chunk::<16>() {
        let mut suspect = is_suspect::<APOSTROPHE, 16>(&last);
        for (number, chunk) in text.as_chunks::<16>().0.iter().enumerate() {
            suspect |= is_suspect::<APOSTROPHE, 16>(chunk);
            // SAFETY: the chunk lies within the text.
            unsafe { store(to, 16 * number, *chunk) };
        }
        // SAFETY: the text is at least this long.
        unsafe { store(to, len - 16, last) };
        return !suspect;
    }
    if let (Some(&first), Some(&last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        // SAFETY: the text is at least this long.
        unsafe { store(to, 0, first) };
        // SAFETY: the same.
        unsafe { store(to, len - 8, last) };
        return !(is_suspect::<APOSTROPHE, 8>(&first) | is_suspect::<APOSTROPHE, 8>(&last));
    }
    if let (Some(&first), Some(&last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        // SAFETY: the text is at least this long.
        unsafe { store(to, 0, first) };
        // SAFETY: the same.
        unsafe { store(to, len - 4, last) };
        return !(is_suspect::<APOSTROPHE, 4>(&first) | is_suspect::<APOSTROPHE, 4>(&last));
    }
    let mut suspect = false;
    for (at, &byte) in text.iter().enumerate() {
        suspect |= is_suspect::<APOSTROPHE, 1>(&[byte]);
        // SAFETY: the byte lies within the text.
        unsafe { store(to, at, [byte]) };
    }
    !suspect
}

/// An octet in decimal with a dot behind it, and how long that is.
#[inline(always)]
fn octet_and_dot(octet: u8) -> ([u8; 4], usize) {
    const TEXTS: [[u8; 4]; 256] = {
        let mut texts = [[0; 4]; 256];
        let mut octet = 0;
        while octet < 256 {
            #[expect(clippy::cast_possible_truncation, reason = "digits")]
            let (a, b, c) = ((octet / 100) as u8, (octet / 10 % 10) as u8, (octet % 10) as u8);
            texts[octet] = match (a, b) {
                (0, 0) => [b'0' + c, b'.', 0, 0],
                (0, _) => [b'0' + b, b'0' + c, b'.', 0],
                _ => [b'0' + a, b'0' + b, b'0' + c, b'.'],
            };
            octet += 1;
        }
        texts
    };
    let len = 2 + usize::from(octet > 9) + usize::from(octet > 99);
    (TEXTS.get(usize::from(octet)).copied().unwrap_or_default(), len)
}
