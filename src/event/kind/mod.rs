//! The kinds of fields: what a row can hold, its binary form, and how a line shows it.

mod id;
mod list;
mod number;
mod text;
mod word;

pub use id::{Dcid, Icid, Mid, Rcid, Rid};
#[cfg(feature = "capi")]
pub(crate) use list::Given;
pub(crate) use list::{MAX_ELEMENT, MAX_HALF, mark_cut};
pub use list::{Pairs, Rids, Texts};
pub(crate) use text::MAX_FIELD;
pub use text::Text;
pub use word::{Action, Archive, BounceCause, DnsSecurity};

use super::{Decode, Encode, FieldKind, Line, Malformed};
use crate::base::Dialect;

/// The kinds by the names that rows use.
pub(crate) mod named {
    pub(crate) use super::list::kinds::*;
    pub(crate) use super::number::kinds::*;
    pub(crate) use super::text::kinds::*;
    pub(crate) use super::{Action, Archive, BounceCause, Dcid, DnsSecurity, Icid, Mid, Rcid, Rid};
}

/// How the fields of one kind are stored and shown. The implementing types bear the names by which
/// rows call the kinds.
pub(crate) trait Kind {
    /// What the struct's field holds.
    type Value<'a>: Copy;
    /// The kind as data.
    const KIND: FieldKind;
    /// The most bytes that a value takes.
    const MAX_LEN: usize;
    /// What a field reads as when the record ends before it.
    const EMPTY: Self::Value<'static>;

    /// How many bytes [`encode`](Self::encode) puts.
    fn encoded_len(value: Self::Value<'_>) -> usize;
    /// Puts the value's binary form.
    fn encode<E: Encode>(value: Self::Value<'_>, out: &mut E);
    /// Takes a value; at the end of the record that is [`EMPTY`](Self::EMPTY).
    fn decode<'a, D: Decode<'a>>(from: &mut D) -> Result<Self::Value<'a>, Malformed>;
    /// Shows the value in a line.
    fn line<L: Line>(value: Self::Value<'_>, dialect: Dialect, out: &mut L);
}

#[inline]
pub(crate) fn optional_len<K: Kind>(value: Option<K::Value<'_>>) -> usize {
    1 + value.map_or(0, K::encoded_len)
}

#[inline]
pub(crate) fn encode_optional<K: Kind, E: Encode>(value: Option<K::Value<'_>>, out: &mut E) {
    match value {
        Some(value) => {
            out.put_u8(1);
            K::encode(value, out);
        }
        None => out.put_u8(0),
    }
}

#[inline]
pub(crate) fn decode_optional<'a, K: Kind, D: Decode<'a>>(
    from: &mut D,
) -> Result<Option<K::Value<'a>>, Malformed> {
    if from.is_at_end() || take::<1, D>(from)? == [0] {
        return Ok(None);
    }
    K::decode(from).map(Some)
}

/// Takes as many bytes as the caller's array has.
#[inline]
fn take<'a, const N: usize, D: Decode<'a>>(from: &mut D) -> Result<[u8; N], Malformed> {
    from.take(N)?.try_into().map_err(|_| Malformed)
}
