use std::io::{ErrorKind, Read};

use crate::base::{Error, Result};

/// The longest line that is read whole, its line end included. A longer one comes in parts.
pub const MAX_LINE: usize = 1 << 20;

/// How much room there is for lines at first.
const ROOM: usize = 128 << 10;

/// Takes an input apart into lines, whatever they hold.
///
/// It needs memory for one line, at most [`MAX_LINE`].
///
/// ```
/// use ringmail::parse::Lines;
/// let mut lines = Lines::new(&b"one\ntwo"[..]);
/// assert_eq!(lines.read()?.unwrap().bytes, b"one\n");
/// let two = lines.read()?.unwrap();
/// assert_eq!((two.number, two.bytes), (2, &b"two"[..]));
/// assert!(lines.read()?.is_none());
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    /// What of the buffer was read from the input and not yet given out.
    start: usize,
    end: usize,
    is_at_end: bool,
    /// The number of the line given last, and whether there is more of it.
    number: u64,
    is_within: bool,
}

/// A line of an input, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawLine<'r> {
    /// The line's number, from 1. All parts of a line have the same.
    pub number: u64,
    /// Which part of the line it is.
    pub part: LinePart,
    /// The bytes, the line end included.
    pub bytes: &'r [u8],
}

/// Which part of a line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinePart {
    /// All of it: the line is no longer than [`MAX_LINE`].
    Whole,
    /// The first of several.
    First,
    /// Neither the first nor the last.
    Middle,
    /// The last.
    Last,
}

impl<R: Read> Lines<R> {
    /// Takes an input apart from its start; it need not be buffered.
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            is_at_end: false,
            number: 0,
            is_within: false,
        }
    }

    /// The next line; `None` at the end of the input.
    ///
    /// # Errors
    /// [`Error::is_io`] when the input cannot be read.
    #[inline]
    pub fn read(&mut self) -> Result<Option<RawLine<'_>>> {
        let Some((len, is_last)) = self.find_end()? else { return Ok(None) };
        let bytes = self.buffer.get(self.start..self.start + len).unwrap_or_default();
        self.start += len;
        let part = match (self.is_within, is_last) {
            (false, true) => LinePart::Whole,
            (false, false) => LinePart::First,
            (true, false) => LinePart::Middle,
            (true, true) => LinePart::Last,
        };
        self.number += u64::from(!self.is_within);
        self.is_within = !is_last;
        Ok(Some(RawLine { number: self.number, part, bytes }))
    }

    /// How much of the buffer is the next line, or as much of it as there is room for; and whether
    /// the line ends there.
    #[inline]
    fn find_end(&mut self) -> Result<Option<(usize, bool)>> {
        let mut searched = 0;
        loop {
            let there = self.buffer.get(self.start..self.end).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'\n', there.get(searched..).unwrap_or_default()) {
                return Ok(Some((searched + at + 1, true)));
            }
            searched = there.len();
            if searched >= MAX_LINE {
                return Ok(Some((searched, false)));
            }
            if self.is_at_end {
                return Ok((searched > 0).then_some((searched, true)));
            }
            self.fill()?;
        }
    }

    /// Reads more behind what is in the buffer.
    #[inline(never)]
    fn fill(&mut self) -> Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.buffer.len() {
            self.buffer.resize((2 * self.end).clamp(ROOM, MAX_LINE), 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = loop {
            match self.input.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        match read.map_err(|error| Error::io("cannot read", error))? {
            0 => self.is_at_end = true,
            // An input that claims more than there was room for is not believed.
            more => self.end = self.buffer.len().min(self.end + more),
        }
        Ok(())
    }
}

impl<'r> RawLine<'r> {
    /// The line without its line end.
    #[must_use]
    pub fn text(&self) -> &'r [u8] {
        let text = self.bytes.strip_suffix(b"\n");
        text.map_or(self.bytes, |text| text.strip_suffix(b"\r").unwrap_or(text))
    }

    /// The line end: a line feed, with or without a carriage return before it; empty where the
    /// input ends without one, and behind a part of a line.
    #[must_use]
    pub fn end(&self) -> &'r [u8] {
        self.bytes.get(self.text().len()..).unwrap_or_default()
    }

    /// Whether it is the line, or its first part: what to count lines by.
    #[must_use]
    pub fn is_begin(&self) -> bool {
        matches!(self.part, LinePart::Whole | LinePart::First)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time, and is interrupted between.
    struct Drops<'d>(&'d [u8], usize, bool);

    impl Read for Drops<'_> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            self.2 = !self.2;
            if self.2 {
                return Err(ErrorKind::Interrupted.into());
            }
            let len = self.1.min(room.len()).min(self.0.len());
            let (given, rest) = self.0.split_at(len);
            room[..len].copy_from_slice(given);
            self.0 = rest;
            Ok(len)
        }
    }

    fn parts(input: impl Read) -> Vec<(u64, LinePart, usize)> {
        let mut lines = Lines::new(input);
        let mut parts = Vec::new();
        while let Some(line) = lines.read().unwrap() {
            parts.push((line.number, line.part, line.bytes.len()));
        }
        assert!(lines.buffer.len() <= MAX_LINE);
        parts
    }

    #[test]
    fn lines_come_whole_and_longer_ones_in_parts() {
        use LinePart::{First, Last, Middle, Whole};
        let longest = [vec![b'x'; MAX_LINE - 1], b"\n".to_vec()].concat();
        let longer = [vec![b'x'; 2 * MAX_LINE], b"yz\n".to_vec()].concat();
        let file = [b"a\n\n", longest.as_slice(), &longer, b"\r\nb"].concat();
        let expected = [
            (1, Whole, 2),
            (2, Whole, 1),
            (3, Whole, MAX_LINE),
            (4, First, MAX_LINE),
            (4, Middle, MAX_LINE),
            (4, Last, 3),
            (5, Whole, 2),
            (6, Whole, 1),
        ];
        assert_eq!(parts(file.as_slice()), expected);
        assert_eq!(parts(Drops(&file, 60_001, false)), expected);
        assert_eq!(parts(Drops(&b"a\nbc"[..], 1, false)), [(1, Whole, 2), (2, Whole, 2)]);
        assert_eq!(parts(&[][..]), []);
    }

    #[test]
    fn line_ends_are_told_from_lines() {
        for (bytes, text, end) in [
            ("a\n", "a", "\n"),
            ("a\r\n", "a", "\r\n"),
            ("a\r", "a\r", ""),
            ("\r\r\n", "\r", "\r\n"),
        ] {
            let mut lines = Lines::new(bytes.as_bytes());
            let line = lines.read().unwrap().unwrap();
            assert_eq!((line.text(), line.end()), (text.as_bytes(), end.as_bytes()));
        }
    }

    #[test]
    fn an_input_that_fails_is_an_error() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _room: &mut [u8]) -> std::io::Result<usize> {
                Err(ErrorKind::PermissionDenied.into())
            }
        }
        assert!(Lines::new(Fails).read().unwrap_err().is_io());
    }
}
