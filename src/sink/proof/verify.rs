use std::collections::VecDeque;
use std::io::{BufRead, Read};

use crate::base::{Error, Result};
use crate::sink::proof::chain::{Hash, Link, SHOWN, hash_of, is_hash, next_piece};
use crate::sink::proof::counts::Counts;
use crate::sink::proof::difference::{Differences, Side};
use crate::sink::proof::flat::Object;
use crate::sink::proof::resync::resync;

pub use crate::sink::proof::difference::{Difference, Kind};

/// What a comparison of a file with its sidecar found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Lines of the file as it is. In one that is not lines: its pieces.
    pub lines: u64,
    /// Bytes of the file as it is.
    pub bytes: u64,
    /// What the sidecar says of the file; `None` while the file is being written.
    pub expected: Option<Counts>,
    /// Whether the file is lines.
    pub is_text: bool,
    /// Lines that stand in the place of others.
    pub altered: u64,
    /// Lines that are gone.
    pub missing: u64,
    /// Lines that were put in.
    pub added: u64,
    /// Lines that stand elsewhere.
    pub reordered: u64,
    /// The first 20 of them, by line.
    pub differences: Vec<Difference>,
    /// Values of the chain that its lines do not lead to, though each line looks as it should: the
    /// sidecar was altered.
    pub broken: u64,
    /// The chain's value before the file and behind it; `None` if the sidecar has no chain.
    pub chain: Option<(String, String)>,
}

impl Verified {
    /// Compares a file with its sidecar, both read once, from the beginning.
    ///
    /// ```
    /// use ringmail::sink::proof::Verified;
    /// let sum = "{\"file\":\"m.@20260101T000000.s\",\"form\":\"lines\",\"lines\":2,\"events\":1,\
    ///            \"own\":1,\"further\":0,\"earlier\":0,\"bytes\":8}\n";
    /// let verified = Verified::of("one\ntwo\n".as_bytes(), sum.as_bytes())?;
    /// assert!(verified.is_as_written() && verified.chain.is_none());
    /// assert!(!Verified::of("one\n".as_bytes(), sum.as_bytes())?.is_as_written());
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::is_io`] when one cannot be read, [`Error::is_input`] for what is no sidecar.
    pub fn of(file: impl Read, sidecar: impl BufRead) -> Result<Self> {
        let mut expected = Expected::new(sidecar)?;
        let mut actual = Actual::new(file);
        let mut verified = Self { is_text: true, ..Self::default() };
        if let Some(first) = expected.first.clone() {
            verified.walk(&mut expected, &mut actual, &first)?;
        }
        actual.skip_all()?;
        (verified.lines, verified.bytes) = (actual.lines, actual.bytes);
        if let Some((counts, is_text)) = expected.sum {
            (verified.expected, verified.is_text) = (Some(counts), is_text);
        }
        verified.chain = expected.first.zip(expected.last);
        Ok(verified)
    }

    /// Whether nothing is wrong, as far as the sidecar can tell: without a chain, that are the
    /// numbers of lines and bytes.
    #[must_use]
    pub fn is_as_written(&self) -> bool {
        self.altered + self.missing + self.added + self.reordered + self.broken == 0
            && !self.has_other_counts()
    }

    /// Whether lines or bytes are more or less than the sidecar says.
    #[must_use]
    pub fn has_other_counts(&self) -> bool {
        self.expected.is_some_and(|counts| {
            self.bytes != counts.bytes || self.is_text && self.lines != counts.lines()
        })
    }

    fn walk(
        &mut self,
        expected: &mut Expected<impl BufRead>,
        actual: &mut Actual<impl Read>,
        first: &str,
    ) -> Result<()> {
        let damaged = || Error::input("is no sidecar: its chain begins with no hash");
        let mut link = Link::new(first).ok_or_else(damaged)?;
        // Whether all lines since the chain's last value are as they were.
        let mut is_whole = true;
        let mut differences = Differences::default();
        loop {
            expected.fill(1)?;
            actual.fill(1)?;
            match (expected.window.front(), actual.window.front()) {
                (Some(piece), Some(hash)) if hash.starts_with(&piece.digest) => {
                    link.absorb(hash);
                    let value = piece.value;
                    expected.take(1);
                    actual.take(1);
                    self.end_block(value, &mut link, &mut is_whole);
                }
                (None, None) => break,
                // The file is being written, and is ahead of its sidecar.
                (None, Some(_)) if expected.sum.is_none() => break,
                _ => {
                    let (gone, come) = resync(expected, actual)?;
                    is_whole = false;
                    for piece in expected.window.iter().take(gone) {
                        differences.add(Side::Expected, &piece.digest);
                    }
                    for hash in actual.window.iter().take(come) {
                        differences.add(Side::Actual, hash.get(..SHOWN).unwrap_or_default());
                    }
                    differences.end_gap();
                    let values: Vec<_> =
                        expected.window.iter().take(gone).filter_map(|piece| piece.value).collect();
                    expected.take(gone);
                    actual.take(come);
                    for value in values {
                        self.end_block(Some(value), &mut link, &mut is_whole);
                        is_whole = false;
                    }
                    continue;
                }
            }
            differences.pass();
        }
        differences.tell(self);
        Ok(())
    }

    fn end_block(&mut self, value: Option<Hash>, link: &mut Link, is_whole: &mut bool) {
        let Some(value) = value else { return };
        if *is_whole && link.end() != value {
            self.broken += 1;
        }
        *link = Link::behind(value);
        *is_whole = true;
    }
}

/// A piece as the sidecar has it.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) digest: [u8; SHOWN],
    /// The chain's value behind it.
    value: Option<Hash>,
}

/// What the sidecar says, piece by piece.
#[derive(Debug)]
pub(super) struct Expected<R> {
    input: R,
    /// The next pieces.
    pub(super) window: VecDeque<Piece>,
    pub(super) has_ended: bool,
    first: Option<String>,
    last: Option<String>,
    sum: Option<(Counts, bool)>,
    line: u64,
}

impl<R: BufRead> Expected<R> {
    fn new(input: R) -> Result<Self> {
        let (window, has_ended) = (VecDeque::new(), false);
        let mut expected =
            Self { input, window, has_ended, first: None, last: None, sum: None, line: 0 };
        match expected.next_object()? {
            Some(head) if head.text("first").is_some_and(is_hash) => {
                expected.first = head.text("first").map(str::to_owned);
                expected.last.clone_from(&expected.first);
            }
            Some(sum) => expected.take_sum(&sum)?,
            // It was begun a moment ago, or never got further.
            None => expected.has_ended = true,
        }
        Ok(expected)
    }

    /// Reads on until there are so many pieces, or no more.
    pub(super) fn fill(&mut self, pieces: usize) -> Result<()> {
        while self.window.len() < pieces && !self.has_ended {
            let Some(object) = self.next_object()? else {
                self.has_ended = true;
                break;
            };
            let (Some(digests), Some(value)) = (object.text("digests"), object.text("chain"))
            else {
                self.take_sum(&object)?;
                break;
            };
            let value_bytes = Link::new(value).map(|link| link.value);
            let pieces =
                digests.as_bytes().chunks(2 * SHOWN).map(digest).collect::<Option<Vec<_>>>();
            let (Some(value_bytes), Some(pieces)) = (value_bytes, pieces) else {
                return Err(self.damaged());
            };
            self.last = Some(value.to_owned());
            let last = pieces.len().checked_sub(1).ok_or_else(|| self.damaged())?;
            let piece = |(at, digest)| Piece { digest, value: (at == last).then_some(value_bytes) };
            self.window.extend(pieces.into_iter().enumerate().map(piece));
        }
        Ok(())
    }

    pub(super) fn take(&mut self, pieces: usize) {
        self.window.drain(..pieces.min(self.window.len()));
    }

    fn take_sum(&mut self, sum: &Object) -> Result<()> {
        let counts = Counts::read(sum).ok_or_else(|| self.damaged())?;
        // The value is what the lines before lead to, or somebody has been at it.
        if sum.text("chain") != self.last.as_deref() {
            return Err(self.damaged());
        }
        self.sum = Some((counts, sum.text("form") == Some("lines")));
        self.has_ended = true;
        if self.next_object()?.is_some() { Err(self.damaged()) } else { Ok(()) }
    }

    /// The next line; `None` at the end, and at half a line that is still being written.
    fn next_object(&mut self) -> Result<Option<Object>> {
        // No line that we write is as long.
        const LONGEST: u64 = 64 << 10;
        let mut line = Vec::new();
        self.input
            .by_ref()
            .take(LONGEST)
            .read_until(b'\n', &mut line)
            .map_err(|source| Error::io("cannot read the sidecar", source))?;
        self.line += 1;
        if !line.ends_with(b"\n") {
            return if line.len() as u64 == LONGEST { Err(self.damaged()) } else { Ok(None) };
        }
        Object::read(&line).map(Some).ok_or_else(|| self.damaged())
    }

    fn damaged(&self) -> Error {
        Error::input("is no whole sidecar, or was altered").at_position(self.line)
    }
}

fn digest(digits: &[u8]) -> Option<[u8; SHOWN]> {
    let mut digest = [0; SHOWN];
    if digits.len() != 2 * SHOWN {
        return None;
    }
    for (byte, digits) in digest.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(digest)
}

/// What the file has, piece by piece.
#[derive(Debug)]
pub(super) struct Actual<R> {
    input: R,
    /// Bytes that were read, and how far they have been taken.
    block: Vec<u8>,
    at: usize,
    /// The hashes of the next pieces.
    pub(super) window: VecDeque<Hash>,
    pub(super) has_ended: bool,
    lines: u64,
    bytes: u64,
}

impl<R: Read> Actual<R> {
    const fn new(input: R) -> Self {
        Self {
            input,
            block: Vec::new(),
            at: 0,
            window: VecDeque::new(),
            has_ended: false,
            lines: 0,
            bytes: 0,
        }
    }

    /// Reads on until there are so many pieces, or no more.
    pub(super) fn fill(&mut self, pieces: usize) -> Result<()> {
        while self.window.len() < pieces {
            let rest = self.block.get(self.at..).unwrap_or_default();
            let len = match next_piece(rest) {
                Some(len) => len,
                None if self.read()? => continue,
                // What is behind the last line end is a piece too.
                None => self.block.len() - self.at,
            };
            if len == 0 {
                self.has_ended = true;
                break;
            }
            let piece = self.block.get(self.at..self.at + len).unwrap_or_default();
            self.window.push_back(hash_of(piece));
            self.at += len;
            self.lines += 1;
        }
        Ok(())
    }

    pub(super) fn take(&mut self, pieces: usize) {
        self.window.drain(..pieces.min(self.window.len()));
    }

    /// Counts what has not been taken.
    fn skip_all(&mut self) -> Result<()> {
        loop {
            let rest = self.block.get(self.at..).unwrap_or_default();
            match next_piece(rest) {
                Some(len) => self.at += len,
                None if self.read()? => continue,
                None if rest_is_empty(&self.block, self.at) => return Ok(()),
                None => self.at = self.block.len(),
            }
            self.lines += 1;
        }
    }

    /// Whether there was more.
    fn read(&mut self) -> Result<bool> {
        const BLOCK: u64 = 256 << 10;
        self.block.drain(..self.at);
        self.at = 0;
        let read = self
            .input
            .by_ref()
            .take(BLOCK)
            .read_to_end(&mut self.block)
            .map_err(|source| Error::io("cannot read the log file", source))?;
        self.bytes += read as u64;
        Ok(read > 0)
    }
}

const fn rest_is_empty(block: &[u8], at: usize) -> bool {
    at >= block.len()
}
