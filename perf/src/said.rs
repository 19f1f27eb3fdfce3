//! What all rivals say: recipients, in lines of some 94 bytes.

#![expect(clippy::cast_possible_truncation, reason = "the numbers are small")]

use std::hash::{DefaultHasher, Hasher};

use ringmail::event::{Icid, Mid, Recipient, Rid};

/// Recipients that differ; more lines say them again with other ids.
const ADDRESSES: usize = 1024;

/// The events of one producer.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    producer: u64,
    producers: u64,
    addresses: Vec<String>,
}

impl Script {
    /// The same for the same producer.
    pub(crate) fn new(producer: u64, producers: u64) -> Self {
        // 17 to 29 bytes, so that a whole line has 94 in the middle.
        let addresses = (0..ADDRESSES as u64)
            .map(|number| {
                let mixed = (number + producer * 7919 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let user = 4 + (mixed >> 60) as usize % 13;
                let letters: String =
                    (0..user).map(|at| char::from(b'a' + (mixed >> (at * 4)) as u8 % 16)).collect();
                format!("{letters}@example{:02}.com", mixed % 100)
            })
            .collect();
        Self { producer, producers, addresses }
    }

    /// The event of this number.
    #[inline]
    pub(crate) fn event(&self, number: u64) -> Recipient<'_> {
        let id = number * self.producers + self.producer;
        let to = self.addresses.get(number as usize % ADDRESSES).map_or("", String::as_str);
        Recipient {
            mid: Mid(24_600_000 + id),
            icid: Icid(60_140_000 + id / 3),
            rid: Rid((number % 12) as u32),
            to: to.into(),
        }
    }
}

/// What the lines of a file come to, whatever their order and their stamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) lines: u64,
    sum: u64,
    pub(crate) bytes: u64,
}

impl Digest {
    /// Of the lines of a file, its header records left out.
    pub(crate) fn of_file(bytes: &[u8]) -> Self {
        let mut digest = Self::default();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let Some((_stamp, body)) = line.split_at_checked(24) else { continue };
            if body.starts_with(b" Info: MID ") {
                digest.add(body);
            }
        }
        digest
    }

    /// Of what a script says up to a number, in plain words.
    pub(crate) fn of_script(script: &Script, lines: u64) -> Self {
        let mut digest = Self::default();
        for number in 0..lines {
            let Recipient { mid, icid, rid, to } = script.event(number);
            let (mid, icid, rid) = (mid.0, icid.0, rid.0);
            let to = to.to_str().unwrap_or_default();
            let body = format!(" Info: MID {mid} ICID {icid} RID {rid} To: <{to}>\n");
            digest.add(body.as_bytes());
        }
        digest
    }

    pub(crate) const fn merge(&mut self, other: Self) {
        self.lines += other.lines;
        self.bytes += other.bytes;
        self.sum = self.sum.wrapping_add(other.sum);
    }

    fn add(&mut self, body: &[u8]) {
        let mut hasher = DefaultHasher::new();
        hasher.write(body);
        self.sum = self.sum.wrapping_add(hasher.finish());
        self.lines += 1;
        self.bytes += body.len() as u64 + 24;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_some_94_bytes() {
        let digest = Digest::of_script(&Script::new(0, 2), 10_000);
        let mean = digest.bytes / digest.lines;
        assert!((92..=96).contains(&mean), "{mean}");
    }

    #[test]
    fn a_digest_sees_a_line_that_differs() {
        let file = b"Wed Nov 19 09:16:38 2014 Info: MID 1 ICID 2 RID 3 To: <a@b>\n";
        let mut other = *file;
        other[40] ^= 1;
        assert_eq!(Digest::of_file(file).lines, 1);
        assert_ne!(Digest::of_file(file), Digest::of_file(&other));
    }
}
