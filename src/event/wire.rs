//! The three doors by which a row's fields leave and enter: the binary form, and the line.
//!
//! The row macro writes each event's `encode`, `decode` and `line` against these traits, so that
//! the catalogue knows nothing of records and lines: `record` implements [`Encode`] and
//! [`Decode`], `format` implements [`Line`].

use core::fmt;
use core::net::IpAddr;

use crate::base::Timestamp;

/// Takes an event's fields into their binary form, in the row's order, integers little-endian.
///
/// ```
/// use ringmail::event::{Event, Finished, Mid};
/// let mut payload = Vec::new();
/// Finished { mid: Mid(7) }.encode(&mut payload);
/// assert_eq!(payload, 7_u64.to_le_bytes());
/// ```
pub trait Encode {
    /// One byte.
    fn put_u8(&mut self, value: u8);
    /// Two bytes.
    fn put_u16(&mut self, value: u16);
    /// Four bytes.
    fn put_u32(&mut self, value: u32);
    /// Eight bytes.
    fn put_u64(&mut self, value: u64);
    /// Bytes as they are; whoever calls has put their length before.
    fn put_bytes(&mut self, bytes: &[u8]);
    /// A field was longer than a field may be and has been cut; whoever encodes counts it.
    fn note_cut(&mut self) {}
}

/// Behind what the vector holds.
impl Encode for Vec<u8> {
    fn put_u8(&mut self, value: u8) {
        self.push(value);
    }

    fn put_u16(&mut self, value: u16) {
        self.put_bytes(&value.to_le_bytes());
    }

    fn put_u32(&mut self, value: u32) {
        self.put_bytes(&value.to_le_bytes());
    }

    fn put_u64(&mut self, value: u64) {
        self.put_bytes(&value.to_le_bytes());
    }

    fn put_bytes(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Gives an event's fields out of their binary form.
///
/// The bytes may come from another process or a damaged file: no length in them is trusted.
pub trait Decode<'a> {
    /// Whether nothing is left: the field belongs to a tail that the writer did not know.
    fn is_at_end(&self) -> bool;
    /// The next `len` bytes.
    ///
    /// # Errors
    /// [`Malformed`] when fewer are left.
    fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed>;
}

/// A record whose bytes do not form the event that its number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record's bytes do not form the event that its number says")
    }
}

impl std::error::Error for Malformed {}

/// Takes the pieces of a line, in the row's order.
///
/// Escaping happens behind this trait and nowhere else (contract C9).
pub trait Line {
    /// A piece of the template. The only text that goes into a line as it is.
    fn literal(&mut self, text: &'static str);
    /// An unsigned number in decimal.
    fn uint(&mut self, value: u64);
    /// A signed number in decimal, the sign only if negative.
    fn int(&mut self, value: i64);
    /// An SMTP reply code: three digits, `000` when there was no answer.
    fn code(&mut self, value: u16);
    /// Plain text: controls and invalid UTF-8 as `\ooo`.
    fn text(&mut self, text: &[u8]);
    /// Text in Python's quoting: `'it is'`, `"it's"`.
    fn quoted(&mut self, text: &[u8]);
    /// A subject: in the quoting of the dialect that this line is written in.
    fn subject(&mut self, text: &[u8]);
    /// An address.
    fn ip(&mut self, address: IpAddr);
    /// A time as the 24-character stamp, in the engine's zone.
    fn time(&mut self, time: Timestamp);
}
