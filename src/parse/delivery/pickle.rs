//! Reads Python's pickles of protocol 0, 1 and 2, as far as data goes.
//!
//! Numbers, strings, `None`, tuples, lists and the memo are known. All that could make a class or
//! call something is refused, as is everything else. Each operation takes at least a byte and puts
//! at most one thing somewhere, so memory is bounded by the payload's length.

use core::ops::Range;

use super::{MAX_PAYLOAD, Wrong};
use crate::format::escape::unquote;

/// The machine that a pickle is a program for, made to be used again.
#[derive(Debug, Default)]
pub(super) struct Unpickler {
    stack: Vec<Item>,
    /// Where in the stack each open tuple or list begins.
    marks: Vec<usize>,
    memo: Vec<Option<Item>>,
    /// The elements of tuples and lists, each with the one behind it.
    elements: Vec<(Item, u32)>,
    sequences: Vec<Sequence>,
    /// Texts that do not stand in the payload as they are.
    decoded: Vec<u8>,
    used: usize,
}

/// A thing on the stack.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item {
    None,
    Int(i64),
    /// A number that is too large for the other kind.
    Uint(u64),
    Text(Span),
    /// An index into the sequences.
    Sequence(u32),
}

/// Where a text is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    start: u32,
    len: u32,
    is_decoded: bool,
}

/// A tuple or list.
#[derive(Clone, Copy, Debug, Default)]
struct Sequence {
    first: u32,
    last: u32,
    len: u32,
    is_tuple: bool,
}

/// Where the texts of a pickle stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Texts<'a> {
    payload: &'a [u8],
    decoded: &'a [u8],
}

impl Span {
    fn new(range: Range<usize>, is_decoded: bool) -> Self {
        Self { start: short(range.start), len: short(range.len()), is_decoded }
    }

    pub(super) fn len(self) -> usize {
        self.len as usize
    }

    fn range(self) -> Range<usize> {
        let start = self.start as usize;
        start..start + self.len as usize
    }
}

impl<'a> Texts<'a> {
    pub(super) fn of(self, span: Span) -> &'a [u8] {
        let texts = if span.is_decoded { self.decoded } else { self.payload };
        texts.get(span.range()).unwrap_or_default()
    }
}

const ENDS: Wrong = "the pickle ends too early";
const RANGE: Wrong = "a number in the pickle is out of range";
const WRONG: Wrong = "the pickle is not made well";

impl Unpickler {
    /// Runs a pickle, and gives what it makes.
    pub(super) fn run(&mut self, payload: &[u8]) -> Result<Item, Wrong> {
        self.stack.clear();
        self.marks.clear();
        self.memo.clear();
        self.elements.clear();
        self.sequences.clear();
        self.decoded.clear();
        let mut code = Code { all: payload, at: 0 };
        let result = self.interpret(&mut code);
        self.used = code.at;
        result
    }

    /// How many bytes the last pickle had that was run, up to where it went wrong.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// No pickle was run last.
    pub(super) fn forget(&mut self) {
        self.used = 0;
    }

    /// The texts of the last pickle.
    pub(super) fn texts<'a>(&'a self, payload: &'a [u8]) -> Texts<'a> {
        Texts { payload, decoded: &self.decoded }
    }

    /// The elements of a tuple, or `None` for anything else.
    pub(super) fn tuple(&self, item: Item) -> Option<impl ExactSizeIterator<Item = Item>> {
        self.sequence(item, true)
    }

    /// The elements of a list, or `None` for anything else.
    pub(super) fn list(&self, item: Item) -> Option<impl ExactSizeIterator<Item = Item>> {
        self.sequence(item, false)
    }

    /// Keeps a text that is put together of others.
    pub(super) fn join(&mut self, parts: [Span; 2], between: u8, payload: &[u8]) -> Span {
        let start = self.decoded.len();
        let [first, second] = parts;
        self.copy(first, payload);
        self.decoded.push(between);
        self.copy(second, payload);
        Span::new(start..self.decoded.len(), true)
    }

    fn copy(&mut self, span: Span, payload: &[u8]) {
        if span.is_decoded {
            self.decoded.extend_from_within(span.range());
        } else {
            self.decoded.extend(payload.get(span.range()).unwrap_or_default());
        }
    }

    fn sequence(&self, item: Item, is_tuple: bool) -> Option<impl ExactSizeIterator<Item = Item>> {
        let Item::Sequence(index) = item else { return None };
        let sequence = self.sequences.get(index as usize)?;
        if sequence.is_tuple != is_tuple {
            return None;
        }
        let mut next = sequence.first;
        Some((0..sequence.len as usize).map(move |_| {
            let (item, behind) =
                self.elements.get(next as usize).copied().unwrap_or((Item::None, 0));
            next = behind;
            item
        }))
    }

    fn interpret(&mut self, code: &mut Code<'_>) -> Result<Item, Wrong> {
        loop {
            match code.byte()? {
                b'(' => self.marks.push(self.stack.len()),
                b'.' => break,
                b')' => self.build(self.stack.len(), true),
                b']' => self.build(self.stack.len(), false),
                b't' => {
                    let mark = self.mark()?;
                    self.build(mark, true);
                }
                b'l' => {
                    let mark = self.mark()?;
                    self.build(mark, false);
                }
                len @ 0x85..=0x87 => {
                    let from = self.stack.len().checked_sub(usize::from(len - 0x84));
                    self.build(from.ok_or(WRONG)?, true);
                }
                b'a' => self.append(self.stack.len().checked_sub(1).ok_or(WRONG)?)?,
                b'e' => {
                    let mark = self.mark()?;
                    self.append(mark)?;
                }
                b'N' => self.stack.push(Item::None),
                b'I' | b'L' => self.long(code.number()?)?,
                b'J' => self.int(i32::from_le_bytes(*code.array()?).into()),
                b'K' => self.int(u8::from_le_bytes(*code.array()?).into()),
                b'M' => self.int(u16::from_le_bytes(*code.array()?).into()),
                0x88 => self.int(1),
                0x89 => self.int(0),
                0x8a => {
                    let len = usize::from(code.byte()?);
                    self.long(little_endian(code.take(len)?)?)?;
                }
                0x8b => {
                    let len = code.len()?;
                    self.long(little_endian(code.take(len)?)?)?;
                }
                b'U' => {
                    let len = usize::from(code.byte()?);
                    self.text(code, len)?;
                }
                b'T' | b'X' => {
                    let len = code.len()?;
                    self.text(code, len)?;
                }
                b'S' => self.quoted(code.line()?)?,
                b'V' => self.unicode(code.line()?)?,
                b'p' => {
                    let index = usize::try_from(code.number()?).map_err(|_| WRONG)?;
                    self.put(index, code)?;
                }
                b'q' => {
                    let index = usize::from(code.byte()?);
                    self.put(index, code)?;
                }
                b'r' => {
                    let index = code.len()?;
                    self.put(index, code)?;
                }
                b'g' => {
                    let index = usize::try_from(code.number()?).map_err(|_| WRONG)?;
                    self.get(index)?;
                }
                b'h' => {
                    let index = usize::from(code.byte()?);
                    self.get(index)?;
                }
                b'j' => {
                    let index = code.len()?;
                    self.get(index)?;
                }
                0x80 => {
                    if code.byte()? > 2 {
                        return Err("the pickle's protocol is not known");
                    }
                }
                _ => return Err("the pickle holds what is no data"),
            }
        }
        match self.stack.as_slice() {
            [root] if code.rest().is_empty() && self.marks.is_empty() => Ok(*root),
            _ => Err(WRONG),
        }
    }

    /// The place of the innermost mark, which is taken off. All above it is still on the stack.
    fn mark(&mut self) -> Result<usize, Wrong> {
        self.marks.pop().filter(|mark| *mark <= self.stack.len()).ok_or(WRONG)
    }

    fn int(&mut self, value: i64) {
        self.stack.push(Item::Int(value));
    }

    fn long(&mut self, value: i128) -> Result<(), Wrong> {
        let item = i64::try_from(value)
            .map(Item::Int)
            .or_else(|_| u64::try_from(value).map(Item::Uint))
            .map_err(|_| RANGE)?;
        self.stack.push(item);
        Ok(())
    }

    /// The next `len` bytes as text.
    fn text(&mut self, code: &mut Code<'_>, len: usize) -> Result<(), Wrong> {
        let start = code.at;
        code.take(len)?;
        self.stack.push(Item::Text(Span::new(start..code.at, false)));
        Ok(())
    }

    /// A string as Python's `repr` has it.
    fn quoted(&mut self, line: &[u8]) -> Result<(), Wrong> {
        let start = self.decoded.len();
        if !unquote(line, &mut self.decoded) {
            return Err(WRONG);
        }
        self.push_decoded(start);
        Ok(())
    }

    /// Unicode with `\uXXXX` and `\UXXXXXXXX`, its other bytes being Latin-1.
    fn unicode(&mut self, line: &[u8]) -> Result<(), Wrong> {
        let start = self.decoded.len();
        let mut rest = line;
        while let [byte, behind @ ..] = rest {
            let digits = match rest {
                [b'\\', b'u', ..] => rest.get(2..6),
                [b'\\', b'U', ..] => rest.get(2..10),
                _ => Some(&[][..]),
            };
            let digits = digits.ok_or(WRONG)?;
            let char = if digits.is_empty() {
                rest = behind;
                char::from(*byte)
            } else {
                rest = rest.get(2 + digits.len()..).unwrap_or_default();
                let digits = core::str::from_utf8(digits).map_err(|_| WRONG)?;
                let number = u32::from_str_radix(digits, 16).map_err(|_| WRONG)?;
                // Half a pair of surrogates is no character.
                char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)
            };
            self.decoded.extend(char.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.push_decoded(start);
        Ok(())
    }

    fn push_decoded(&mut self, start: usize) {
        self.stack.push(Item::Text(Span::new(start..self.decoded.len(), true)));
    }

    /// Makes a tuple or list of what is on the stack from `from` on.
    fn build(&mut self, from: usize, is_tuple: bool) {
        let mut sequence = Sequence { is_tuple, ..Sequence::default() };
        for item in self.stack.drain(from.min(self.stack.len())..) {
            link(&mut self.elements, &mut sequence, item);
        }
        self.stack.push(Item::Sequence(short(self.sequences.len())));
        self.sequences.push(sequence);
    }

    /// Puts what is on the stack from `from` on to the list below.
    fn append(&mut self, from: usize) -> Result<(), Wrong> {
        let below = from.checked_sub(1).and_then(|at| self.stack.get(at));
        let Some(Item::Sequence(index)) = below.copied() else { return Err(WRONG) };
        let list = self.sequences.get_mut(index as usize);
        let list = list.filter(|found| !found.is_tuple).ok_or(WRONG)?;
        for item in self.stack.drain(from..) {
            link(&mut self.elements, list, item);
        }
        Ok(())
    }

    fn put(&mut self, index: usize, code: &Code<'_>) -> Result<(), Wrong> {
        let item = self.stack.last().copied().ok_or(WRONG)?;
        // No pickle has more entries than bytes.
        if index > code.all.len() {
            return Err("the pickle's memo is out of range");
        }
        if index >= self.memo.len() {
            self.memo.resize(index + 1, None);
        }
        if let Some(place) = self.memo.get_mut(index) {
            *place = Some(item);
        }
        Ok(())
    }

    fn get(&mut self, index: usize) -> Result<(), Wrong> {
        let item = self.memo.get(index).copied().flatten().ok_or(WRONG)?;
        self.stack.push(item);
        Ok(())
    }
}

/// Puts an element behind a sequence.
fn link(elements: &mut Vec<(Item, u32)>, sequence: &mut Sequence, item: Item) {
    let new = short(elements.len());
    if sequence.len == 0 {
        sequence.first = new;
    } else if let Some((_, next)) = elements.get_mut(sequence.last as usize) {
        *next = new;
    }
    sequence.last = new;
    sequence.len += 1;
    elements.push((item, 0));
}

/// A number of things that a payload can hold.
fn short(number: usize) -> u32 {
    // Text that is decoded is at most four times as long as what it was made of.
    debug_assert!(number <= 8 * MAX_PAYLOAD, "each thing takes a byte of the payload");
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A number in two's complement.
fn little_endian(bytes: &[u8]) -> Result<i128, Wrong> {
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let mut all = if negative { [0xff; 16] } else { [0; 16] };
    let place = all.get_mut(..bytes.len()).ok_or(RANGE)?;
    place.copy_from_slice(bytes);
    Ok(i128::from_le_bytes(all))
}

/// The bytes of a pickle, and how far they have been read.
struct Code<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Code<'a> {
    fn rest(&self) -> &'a [u8] {
        self.all.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Wrong> {
        let taken = self.rest().get(..len).ok_or(ENDS)?;
        self.at += len;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Wrong> {
        let taken = self.rest().first_chunk().ok_or(ENDS)?;
        self.at += N;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Wrong> {
        let [byte] = self.array()?;
        Ok(*byte)
    }

    /// A length or index in four bytes.
    fn len(&mut self) -> Result<usize, Wrong> {
        let len = i32::from_le_bytes(*self.array()?);
        usize::try_from(len).map_err(|_| WRONG)
    }

    /// What stands before the next line feed, which is taken too.
    fn line(&mut self) -> Result<&'a [u8], Wrong> {
        let len = memchr::memchr(b'\n', self.rest()).ok_or(ENDS)?;
        let line = self.take(len)?;
        self.at += 1;
        Ok(line)
    }

    /// A line that holds a number, with or without Python's `L` behind it.
    fn number(&mut self) -> Result<i128, Wrong> {
        let line = self.line()?;
        let digits = core::str::from_utf8(line).map_err(|_| WRONG)?.trim_end_matches('L');
        digits.parse().map_err(|_| WRONG)
    }
}
