//! Reads an event's fields out of a record.

use crate::event::{Decode, Malformed};

/// What is left of a record's payload.
///
/// ```
/// use ringmail::event::{Event, Finished, Mid};
/// use ringmail::record::Reader;
/// let payload = 7_u64.to_le_bytes();
/// let event = Finished::decode(&mut Reader::new(&payload)).unwrap();
/// assert_eq!(event.mid, Mid(7));
/// assert!(Finished::decode(&mut Reader::new(&payload[..3])).is_err());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the start of a payload.
    #[inline]
    #[must_use]
    pub const fn new(payload: &'a [u8]) -> Self {
        Self { rest: payload }
    }

    /// What has not been read yet.
    #[inline]
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Decode<'a> for Reader<'a> {
    #[inline]
    fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    #[inline]
    fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }
}
