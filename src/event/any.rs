//! What all events have in common, and how one is met whose number is known only at run time.

use super::{Decode, Encode, Line, Malformed, Row};
use crate::base::Dialect;

/// The most bytes that an event's fields may take in a record.
pub(crate) const MAX_PAYLOAD: usize = 64 * 1024 - 64;

/// A mail event: one of the structs of [`event`](super).
///
/// The row macro writes all implementations. Fields may be added to an event in a minor version:
/// end a struct literal with `..Recipient::EMPTY` where you want to be safe against that.
///
/// ```
/// use ringmail::event::{Event, Mid, Recipient, Text};
/// let event = Recipient { mid: Mid(7), to: Text::from("a@b.example"), ..Recipient::EMPTY };
/// assert_eq!(Recipient::ROW.name, "Recipient");
/// assert!(event.encoded_len() > 11);
/// ```
pub trait Event<'a>: Copy {
    /// What the event's row declares.
    const ROW: &'static Row;

    /// How many bytes [`encode`](Self::encode) puts, exactly.
    fn encoded_len(&self) -> usize;

    /// Puts the fields in the row's order.
    ///
    /// A text over 8192 bytes is cut and ends in `...`; a list that would take more is cut behind
    /// an element and says so in its count.
    fn encode<E: Encode>(&self, out: &mut E);

    /// Takes the fields out again; a tail that is missing reads as absent, zero or empty.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are not those of this event.
    fn decode<D: Decode<'a>>(from: &mut D) -> Result<Self, Malformed>;

    /// Says the event as a line, without stamp and level, in the spelling of a dialect.
    fn line<L: Line>(&self, dialect: Dialect, out: &mut L);
}

/// Meets an event's type; see [`visit`](super::visit).
///
/// ```
/// use ringmail::event::{self, Event, RowVisitor};
/// struct Name;
/// impl<'a> RowVisitor<'a> for Name {
///     type Output = &'static str;
///     fn visit<E: Event<'a>>(self) -> &'static str {
///         E::ROW.name
///     }
/// }
/// let number = event::row_by_name("Recipient").unwrap().number;
/// assert_eq!(event::visit(number, Name), Some("Recipient"));
/// assert_eq!(event::visit(0, Name), None);
/// ```
pub trait RowVisitor<'a> {
    /// What the visit gives.
    type Output;
    /// Is called with the type of the event.
    fn visit<E: Event<'a>>(self) -> Self::Output;
}
