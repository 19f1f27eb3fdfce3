//! The fixed head of a record (contract C2).
//!
//! ```text
//! offset  bytes  what
//! 0       4      length of the record in bytes, this head included, padding not
//! 4       2      event number
//! 6       1      level, 1 to 5
//! 7       1      flags
//! 8       8      order counter
//! 16      8      with the flag EXPLICIT_TIME only: microseconds since the epoch
//! 16/24          the event's fields
//! ```
//! All integers are little-endian.

use crate::base::{Level, Timestamp};
use crate::event::{self, Event, FieldKind, Malformed, Presence, RowVisitor};
use crate::record::Reader;

/// Bytes of a record's head without an explicit time.
pub const HEAD_BYTES: usize = 16;

/// The largest record, head included.
pub const MAX_RECORD_BYTES: usize = 64 * 1024;

/// The event carries its own time, eight bytes behind the head.
pub(crate) const EXPLICIT_TIME: u8 = 1;

/// Not an event: fills the lane up to its end, because the next record did not fit there.
pub(crate) const SKIP: u8 = 2;

/// The fixed part of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) len: u32,
    pub(crate) number: u16,
    pub(crate) level: u8,
    pub(crate) flags: u8,
    pub(crate) order: u64,
}

impl Head {
    /// The head in its binary form.
    #[inline]
    pub(crate) const fn to_words(self) -> [u64; 2] {
        [
            self.len as u64
                | (self.number as u64) << 32
                | (self.level as u64) << 48
                | (self.flags as u64) << 56,
            self.order,
        ]
    }

    /// Reads a head from its two little-endian words.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "each cast takes the field's own bits")]
    pub(crate) const fn from_words(words: [u64; 2]) -> Self {
        Self {
            len: words[0] as u32,
            number: (words[0] >> 32) as u16,
            level: (words[0] >> 48) as u8,
            flags: (words[0] >> 56) as u8,
            order: words[1],
        }
    }
}

/// A record, borrowed from the lane or buffer that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The event's number in the catalogue.
    pub number: u16,
    /// The level that the event was emitted with.
    pub level: Level,
    /// The order counter: comparable between records of one engine, not a time.
    pub order: u64,
    /// The event's own time, where it was emitted with one.
    pub time: Option<Timestamp>,
    /// The event's fields in their binary form.
    pub payload: &'a [u8],
}

impl<'a> Record<'a> {
    /// Reads the record at the start of `bytes`; what follows it is left alone.
    ///
    /// # Errors
    /// [`Malformed`] when the length does not fit or the level does not exist.
    #[inline]
    pub fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (first, rest) = bytes.split_first_chunk::<8>().ok_or(Malformed)?;
        let (second, _) = rest.split_first_chunk::<8>().ok_or(Malformed)?;
        let head = Head::from_words([u64::from_le_bytes(*first), u64::from_le_bytes(*second)]);
        let body = bytes.get(HEAD_BYTES..head.len as usize).ok_or(Malformed)?;
        let level = Level::from_number(head.level).ok_or(Malformed)?;
        let (time, payload) = if head.flags & EXPLICIT_TIME == 0 {
            (None, body)
        } else {
            let (micros, payload) = body.split_first_chunk::<8>().ok_or(Malformed)?;
            (Some(Timestamp::from_micros(i64::from_le_bytes(*micros))), payload)
        };
        Ok(Self { number: head.number, level, order: head.order, time, payload })
    }
}

/// Decodes an event, whatever it is.
struct Decoding<'a>(&'a [u8]);

impl<'a> RowVisitor<'a> for Decoding<'a> {
    type Output = bool;

    fn visit<E: Event<'a>>(self) -> bool {
        E::decode(&mut Reader::new(self.0)).is_ok()
    }
}

impl Record<'_> {
    /// The MID of the message that the event is about, if it names one behind numbers only.
    #[cold]
    pub(crate) fn mid(&self) -> Option<u64> {
        let mut rest = self.payload;
        for (field, presence) in event::row(self.number)?.fields() {
            let FieldKind::Uint(bytes) = field.kind else { return None };
            if presence != Presence::Always {
                return None;
            }
            if field.name == "mid" {
                return Some(u64::from_le_bytes(*rest.first_chunk()?));
            }
            rest = rest.get(usize::from(bytes)..)?;
        }
        None
    }

    /// Whether the catalogue has the event, and its fields can be read.
    pub(crate) fn is_of_catalogue(&self) -> bool {
        event::visit(self.number, Decoding(self.payload)).unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_survives_its_words() {
        let head = Head { len: 0x1_0000, number: 499, level: 3, flags: 1, order: u64::MAX - 5 };
        assert_eq!(Head::from_words(head.to_words()), head);
    }

    #[test]
    fn a_length_that_lies_is_refused() {
        let mut bytes = [0u8; 32];
        for len in [0u32, 15, 33, u32::MAX] {
            let head = Head { len, number: 1, level: 3, flags: 0, order: 7 };
            let words = head.to_words();
            bytes[..8].copy_from_slice(&words[0].to_le_bytes());
            bytes[8..16].copy_from_slice(&words[1].to_le_bytes());
            assert_eq!(Record::read(&bytes), Err(Malformed), "{len}");
        }
    }

    #[test]
    fn the_message_is_found_behind_numbers() {
        let of = |name: &str, payload| {
            let number = event::row_by_name(name).unwrap().number;
            Record { number, level: Level::Info, order: 0, time: None, payload }.mid()
        };
        let mut payload = [0; 24];
        (payload[0], payload[8]) = (7, 9);
        assert_eq!(of("Recipient", &payload), Some(7));
        // Its DCID comes first.
        assert_eq!(of("Done", &payload), Some(9));
        assert_eq!(of("Done", &payload[..15]), None);
        assert_eq!(of("IcidClose", &payload), None);
    }

    #[test]
    fn an_explicit_time_needs_its_bytes() {
        let words =
            Head { len: 20, number: 1, level: 3, flags: EXPLICIT_TIME, order: 7 }.to_words();
        let mut bytes = [0u8; 32];
        bytes[..8].copy_from_slice(&words[0].to_le_bytes());
        assert_eq!(Record::read(&bytes), Err(Malformed));
        bytes[0] = 24;
        bytes[16] = 9;
        let record = Record::read(&bytes).unwrap();
        assert_eq!(record.time, Some(Timestamp::from_micros(9)));
        assert!(record.payload.is_empty());
    }
}
