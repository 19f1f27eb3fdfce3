use sha2::{Digest as _, Sha256};

use crate::sink::proof::chain::is_hash;
use crate::sink::proof::flat::Writer;

pub(crate) type Hash = [u8; 32];

/// Pieces between two values of the chain.
const EVERY: u64 = 64;

/// The longest piece: a line that is longer, or what is no lines, is cut into pieces of this.
const LONGEST: usize = 1 << 20;

/// Bytes of a piece's SHA-256 that the sidecar has: they find out which piece was changed. That one
/// was is for the chain to say, whose values are whole.
pub(crate) const SHOWN: usize = 8;

/// A file's chain while it is written.
///
/// The file is taken in pieces, which are its lines. Behind each 64 and at the end the chain has a
/// value: the SHA-256 of the value before and the SHA-256 of each piece since.
#[derive(Debug)]
pub(crate) struct Chain {
    first: String,
    link: Link,
    digests: String,
    /// The last whole piece, which may be taken back, and what is behind it.
    held: Vec<u8>,
    /// Bytes that were fed, the held ones included.
    fed: u64,
    /// Lines for the sidecar.
    text: Vec<u8>,
}

impl Chain {
    /// A chain that goes on from this value.
    pub(crate) fn new(first: &str) -> Option<Self> {
        let link = Link::new(first)?;
        let text = Writer::new().text("first", first).number("every", EVERY).line().into_bytes();
        let (first, digests, held) = (first.to_owned(), String::new(), Vec::new());
        Some(Self { first, link, digests, held, fed: 0, text })
    }

    /// The value that it goes on from.
    pub(crate) fn first(&self) -> &str {
        &self.first
    }

    /// Takes what was written.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.fed += bytes.len() as u64;
        let mut held = std::mem::take(&mut self.held);
        held.extend_from_slice(bytes);
        // The last whole piece waits for the next, and so can be taken back.
        let (mut at, mut last) = (0, None);
        while let Some(len) = next_piece(held.get(at..).unwrap_or_default()) {
            if let Some(start) = last.replace(at) {
                self.absorb(held.get(start..at).unwrap_or_default());
            }
            at += len;
        }
        held.drain(..last.unwrap_or(0));
        self.held = held;
    }

    /// Takes back what was fed behind `position`. Whether it could: if not, all has to be fed anew.
    pub(crate) fn cut_to(&mut self, position: u64) -> bool {
        let too_many = self.fed.saturating_sub(position);
        let left = usize::try_from(too_many)
            .ok()
            .and_then(|too_many| self.held.len().checked_sub(too_many));
        if let Some(left) = left {
            self.held.truncate(left);
            self.fed = self.fed.min(position);
        }
        left.is_some()
    }

    /// The last value: there is nothing more to come.
    pub(crate) fn end(&mut self) -> String {
        let held = std::mem::take(&mut self.held);
        let mut rest = held.as_slice();
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(next_piece(rest).unwrap_or(rest.len()));
            self.absorb(piece);
            rest = behind;
        }
        if self.link.pieces > 0 {
            self.end_block();
        }
        hex(&self.link.value)
    }

    /// The lines for the sidecar since this was last called.
    pub(crate) fn take_text(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }

    fn absorb(&mut self, piece: &[u8]) {
        let hash = hash_of(piece);
        self.digests.push_str(&hex(hash.get(..SHOWN).unwrap_or(&hash)));
        self.link.absorb(&hash);
        if self.link.pieces == EVERY {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        let value = hex(&self.link.end());
        let line = Writer::new().text("digests", &self.digests).text("chain", &value).line();
        self.text.extend_from_slice(line.as_bytes());
        self.digests.clear();
    }
}

/// A chain's last value, and what has come since.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) value: Hash,
    since: Sha256,
    /// Pieces since that value.
    pub(crate) pieces: u64,
}

impl Link {
    /// Goes on from a value; `None` if it is none.
    pub(crate) fn new(value: &str) -> Option<Self> {
        let mut bytes = Hash::default();
        if !is_hash(value) {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(value.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self::behind(bytes))
    }

    /// Goes on from a value.
    pub(crate) fn behind(value: Hash) -> Self {
        Self { value, since: Sha256::new().chain_update(value), pieces: 0 }
    }

    /// Takes a piece by its hash.
    pub(crate) fn absorb(&mut self, hash: &Hash) {
        self.since.update(hash);
        self.pieces += 1;
    }

    /// The next value.
    pub(crate) fn end(&mut self) -> Hash {
        let value = self.since.finalize_reset().into();
        *self = Self::behind(value);
        value
    }
}

/// The SHA-256 of a piece.
pub(crate) fn hash_of(piece: &[u8]) -> Hash {
    Sha256::digest(piece).into()
}

/// How long the piece is with which the bytes begin; `None` if its end is not among them.
pub(crate) fn next_piece(bytes: &[u8]) -> Option<usize> {
    let most = bytes.get(..LONGEST).unwrap_or(bytes);
    match memchr::memchr(b'\n', most) {
        Some(end) => Some(end + 1),
        None => (most.len() == LONGEST).then_some(LONGEST),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value & 15)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sink::proof::chain::ORIGIN;

    /// The text and the end of the chain of a file that is written at once.
    fn at_once(file: &[u8]) -> (String, Vec<u8>) {
        let mut chain = Chain::new(ORIGIN).unwrap();
        chain.feed(file);
        (chain.end(), chain.take_text())
    }

    #[test]
    fn the_chain_is_sha_256() {
        let (end, text) = at_once(b"a\nb\n");
        let mut value = Sha256::new().chain_update([0; 32]);
        value.update(Sha256::digest(b"a\n"));
        value.update(Sha256::digest(b"b\n"));
        assert_eq!(end, hex(&value.finalize()));
        let text = String::from_utf8(text).unwrap();
        assert!(text.starts_with(&format!("{{\"first\":\"{ORIGIN}\",\"every\":64}}\n")), "{text}");
        // echo a | sha256sum, echo b | sha256sum
        assert!(text.contains("{\"digests\":\"87428fc522803d310263829989b6fd95\""), "{text}");
        assert_eq!(Chain::new("x").is_none(), Chain::new(&"A".repeat(64)).is_none());
    }

    #[test]
    fn a_piece_ends_though_there_is_no_line_end() {
        let file = vec![b'x'; 2 * LONGEST + 5];
        let (_, text) = at_once(&file);
        let text = String::from_utf8(text).unwrap();
        let digests = text.split('"').nth(9).unwrap();
        assert_eq!(digests.len(), 3 * 2 * SHOWN, "{text}");
    }

    proptest! {
        #[test]
        fn however_it_is_written_and_cut_the_chain_is_that_of_the_file(
            parts in prop::collection::vec(
                (prop::collection::vec(prop_oneof![3 => Just(b'a'), 1 => Just(b'\n')], 0..40), 0..12_u64),
                0..60,
            ),
        ) {
            let mut chain = Chain::new(ORIGIN).unwrap();
            let mut file: Vec<u8> = Vec::new();
            let mut text = Vec::new();
            for (part, back) in parts {
                chain.feed(&part);
                text.extend(chain.take_text());
                file.extend(&part);
                let position = (file.len() as u64).saturating_sub(back);
                if chain.cut_to(position) {
                    file.truncate(usize::try_from(position).unwrap());
                }
            }
            let end = chain.end();
            text.extend(chain.take_text());
            prop_assert_eq!((end, text), at_once(&file));
        }
    }
}
