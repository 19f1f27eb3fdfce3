use std::io::{ErrorKind, Read};

use crate::base::{Error, Result};
use crate::parse::MAX_LINE;

/// Takes an input apart into blocks of whole lines.
#[derive(Debug)]
pub(super) struct Blocks<R> {
    input: R,
    buffer: Vec<u8>,
    /// What of the buffer was read and not yet given out.
    start: usize,
    end: usize,
    is_at_end: bool,
    /// Whether the line given last was cut, so that its rest is passed over.
    is_cut: bool,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, buffer: vec![0; MAX_LINE], start: 0, end: 0, is_at_end: false, is_cut: false }
    }

    /// The next lines; the last of the input may have no line feed, and so has one that is cut.
    pub(super) fn read(&mut self) -> Result<Option<&[u8]>> {
        let len = loop {
            self.fill()?;
            let there = self.buffer.get(..self.end).unwrap_or_default();
            if there.is_empty() {
                return Ok(None);
            }
            if self.is_cut {
                let rest = memchr::memchr(b'\n', there);
                self.is_cut = rest.is_none();
                self.start = rest.map_or(self.end, |end| end + 1);
                continue;
            }
            match memchr::memrchr(b'\n', there) {
                _ if self.is_at_end => break self.end,
                Some(end) => break end + 1,
                None => {
                    self.is_cut = true;
                    break self.end;
                }
            }
        };
        self.start = len;
        Ok(self.buffer.get(..len))
    }

    /// Brings what is left to the front, and fills the rest as far as there is input.
    fn fill(&mut self) -> Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while !self.is_at_end && self.end < self.buffer.len() {
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => self.is_at_end = true,
                // An input that claims more than there was room for is not believed.
                Ok(more) => self.end = self.buffer.len().min(self.end + more),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io("cannot read", error)),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<usize> {
        let mut blocks = Blocks::new(input);
        let mut lens = Vec::new();
        while let Some(block) = blocks.read().unwrap() {
            assert!(block.len() <= MAX_LINE);
            lens.extend(block.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::len));
        }
        lens
    }

    #[test]
    fn lines_are_whole_wherever_blocks_end() {
        let line = [&[b'x'; 88][..], b"\n"].concat();
        let many = line.repeat(3 * MAX_LINE / 89);
        assert!(lines(&many).iter().all(|len| *len == 89));
        assert_eq!(lines(&many).len(), 3 * MAX_LINE / 89);
        assert_eq!(lines(b"a\nbc"), [2, 2]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_and_its_rest_passed_over() {
        for rest in [1, MAX_LINE, 3 * MAX_LINE + 7] {
            let long = [&b"a\n"[..], &vec![b'x'; MAX_LINE + rest], b"\nbcd\n"].concat();
            assert_eq!(lines(&long), [2, MAX_LINE, 4], "{rest}");
            let ends = [&b"a\n"[..], &vec![b'x'; MAX_LINE + rest]].concat();
            assert_eq!(lines(&ends), [2, MAX_LINE], "{rest}");
        }
    }
}
