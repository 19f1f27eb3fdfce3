//! What all rivals say: recipients, in lines of some 94 bytes.

#![expect(clippy::cast_possible_truncation, reason = "the numbers are small")]

use std::hash::{DefaultHasher, Hasher};

use ringmail::event::{Icid, Mid, Recipient, Rid};

/// Recipients that differ; more lines say them again with other ids.
const ADDRESSES: usize = 1024;

/// The first numbers: they have eight digits, as those of a server that has run for years.
const FIRST_MID: u64 = 24_600_000;
const FIRST_ICID: u64 = 60_140_000;

/// The length of a stamp, ` Info: ` and what else stands in front of a line's body.
const STAMP: usize = 24;

/// The fields of one line, as numbers and text that any logger takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    pub(crate) mid: u64,
    pub(crate) icid: u64,
    pub(crate) rid: u32,
    pub(crate) to: &'a str,
}

impl<'a> Said<'a> {
    /// The same as an event of ringmail.
    #[inline]
    pub(crate) fn event(&self) -> Recipient<'a> {
        Recipient {
            mid: Mid(self.mid),
            icid: Icid(self.icid),
            rid: Rid(self.rid),
            to: self.to.into(),
        }
    }
}

/// The lines of one producer.
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

    /// One for each producer.
    pub(crate) fn all(producers: u64) -> Vec<Self> {
        (0..producers).map(|producer| Self::new(producer, producers)).collect()
    }

    pub(crate) const fn producers(&self) -> u64 {
        self.producers
    }

    /// The line of this number.
    #[inline]
    pub(crate) fn said(&self, number: u64) -> Said<'_> {
        let id = number * self.producers + self.producer;
        let to = self.addresses.get(number as usize % ADDRESSES).map_or("", String::as_str);
        Said { mid: FIRST_MID + id, icid: FIRST_ICID + id / 3, rid: (number % 12) as u32, to }
    }

    /// The same as an event.
    #[inline]
    pub(crate) fn event(&self, number: u64) -> Recipient<'_> {
        self.said(number).event()
    }

    /// What a program in another language needs to say the same: the addresses, a line each, which
    /// [`said`](Self::said) takes in turn.
    pub(crate) fn addresses(&self) -> String {
        let mut text = self.addresses.join("\n");
        text.push('\n');
        text
    }

    /// Its first lines, as a file holds them.
    pub(crate) fn text(&self, lines: u64) -> String {
        let mut text = String::new();
        for number in 0..lines {
            text += "Thu Jan  1 00:00:00 1970";
            text += &body(&self.said(number));
        }
        text
    }
}

/// The first numbers, for a program in another language.
pub(crate) const FIRST: (u64, u64) = (FIRST_MID, FIRST_ICID);

/// A line without its stamp, in plain words.
fn body(said: &Said<'_>) -> String {
    let Said { mid, icid, rid, to } = said;
    format!(" Info: MID {mid} ICID {icid} RID {rid} To: <{to}>\n")
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
            let Some((_stamp, body)) = line.split_at_checked(STAMP) else { continue };
            if body.starts_with(b" Info: MID ") {
                digest.add(body);
            }
        }
        digest
    }

    /// Of what scripts say up to a number, in plain words.
    pub(crate) fn of_scripts(scripts: &[Script], lines: u64) -> Self {
        let mut digest = Self::default();
        for script in scripts {
            for number in 0..lines {
                digest.add(body(&script.said(number)).as_bytes());
            }
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
        self.bytes += (body.len() + STAMP) as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_some_94_bytes() {
        let digest = Digest::of_scripts(&Script::all(2), 10_000);
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

    #[test]
    fn a_script_is_what_its_text_says() {
        let script = Script::new(1, 2);
        let said = Digest::of_scripts(std::slice::from_ref(&script), 100);
        assert_eq!(Digest::of_file(script.text(100).as_bytes()), said);
    }
}
