//! An event's fields by name: for everything that works on any event alike, as its row says.

use core::net::IpAddr;

use super::Reader;
use crate::base::Timestamp;
use crate::event::kind::{Kind, named};
use crate::event::{Encode, Field, FieldKind, Malformed, Pairs, Presence, Rids, Row, Text, Texts};

/// What one field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Yes or no; also a part of a line that is there or not.
    Bool(bool),
    /// A signed number.
    Int(i64),
    /// An address.
    Ip(IpAddr),
    /// Names with values.
    Pairs(Pairs<'a>),
    /// Recipients.
    Rids(Rids<'a>),
    /// A text.
    Text(Text<'a>),
    /// Several texts.
    Texts(Texts<'a>),
    /// A time.
    Time(Timestamp),
    /// A number; also an SMTP reply code.
    Uint(u64),
    /// One of a few words.
    Word(&'static str),
}

/// The fields of a record in the order of its row, each with its value; an optional field that is
/// absent has none.
///
/// ```
/// use ringmail::event;
/// use ringmail::record::{Value, fields};
/// let row = event::row_by_name("Finished").unwrap();
/// let payload = 7_u64.to_le_bytes();
/// let (field, value) = fields(row, &payload).next().unwrap().unwrap();
/// assert_eq!((field.name, value), ("mid", Some(Value::Uint(7))));
/// ```
pub fn fields<'a>(
    row: &Row,
    payload: &'a [u8],
) -> impl Iterator<Item = Result<(Field, Option<Value<'a>>), Malformed>> + use<'a> {
    let mut reader = Reader::new(payload);
    row.fields().map(move |(field, presence)| {
        let value = Value::decode_field(field.kind, presence, &mut reader)?;
        Ok((field, value))
    })
}

impl<'a> Value<'a> {
    /// What a field of this kind reads as when its record ends before it.
    #[must_use]
    pub fn empty(kind: FieldKind) -> Value<'static> {
        let mut nothing = Reader::new(&[]);
        Value::decode(kind, &mut nothing).unwrap_or(Value::Uint(0))
    }

    /// Takes a value of this kind.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are not those of such a value.
    pub fn decode(kind: FieldKind, from: &mut Reader<'a>) -> Result<Self, Malformed> {
        Ok(match kind {
            FieldKind::Bool | FieldKind::YesNo => Self::Bool(named::Bool::decode(from)?),
            FieldKind::Code | FieldKind::Uint(2) => Self::Uint(named::U16::decode(from)?.into()),
            FieldKind::Headers | FieldKind::Pairs => Self::Pairs(named::Pairs::decode(from)?),
            FieldKind::I64 => Self::Int(named::I64::decode(from)?),
            FieldKind::Ip => Self::Ip(named::Ip::decode(from)?),
            FieldKind::Quoted | FieldKind::Subject | FieldKind::Text => {
                Self::Text(named::Text::decode(from)?)
            }
            FieldKind::RidList => Self::Rids(named::RidList::decode(from)?),
            FieldKind::TextList => Self::Texts(named::TextList::decode(from)?),
            FieldKind::Time => Self::Time(named::Time::decode(from)?),
            FieldKind::Uint(1) => Self::Uint(named::U8::decode(from)?.into()),
            FieldKind::Uint(4) => Self::Uint(named::U32::decode(from)?.into()),
            FieldKind::Uint(_) => Self::Uint(named::U64::decode(from)?),
            FieldKind::Word(words) => {
                let index = named::U8::decode(from)?;
                Self::Word(words.get(usize::from(index)).ok_or(Malformed)?)
            }
        })
    }

    fn decode_field(
        kind: FieldKind,
        presence: Presence,
        from: &mut Reader<'a>,
    ) -> Result<Option<Self>, Malformed> {
        let there = match presence {
            Presence::Always | Presence::Flag => true,
            Presence::Optional => named::Bool::decode(from)?,
        };
        if there { Self::decode(kind, from).map(Some) } else { Ok(None) }
    }

    /// Puts the value as a field of this kind.
    ///
    /// # Errors
    /// [`Malformed`] when such a field cannot hold it: a number that is too large, a word that is
    /// none of its words, a value of another kind. Nothing has been put then.
    pub fn encode<E: Encode>(self, kind: FieldKind, out: &mut E) -> Result<(), Malformed> {
        match (kind, self) {
            (FieldKind::Bool | FieldKind::YesNo, Self::Bool(yes)) => named::Bool::encode(yes, out),
            (FieldKind::Code | FieldKind::Uint(2), Self::Uint(number)) => {
                named::U16::encode(number.try_into().map_err(|_| Malformed)?, out);
            }
            (FieldKind::Headers | FieldKind::Pairs, Self::Pairs(pairs)) => {
                named::Pairs::encode(pairs, out);
            }
            (FieldKind::I64, Self::Int(number)) => named::I64::encode(number, out),
            (FieldKind::Ip, Self::Ip(address)) => named::Ip::encode(address, out),
            (FieldKind::Quoted | FieldKind::Subject | FieldKind::Text, Self::Text(text)) => {
                named::Text::encode(text, out);
            }
            (FieldKind::RidList, Self::Rids(rids)) => named::RidList::encode(rids, out),
            (FieldKind::TextList, Self::Texts(texts)) => named::TextList::encode(texts, out),
            (FieldKind::Time, Self::Time(time)) => named::Time::encode(time, out),
            (FieldKind::Uint(1), Self::Uint(number)) => {
                named::U8::encode(number.try_into().map_err(|_| Malformed)?, out);
            }
            (FieldKind::Uint(4), Self::Uint(number)) => {
                named::U32::encode(number.try_into().map_err(|_| Malformed)?, out);
            }
            (FieldKind::Uint(_), Self::Uint(number)) => named::U64::encode(number, out),
            (FieldKind::Word(words), Self::Word(word)) => {
                let index = words.iter().position(|known| *known == word).ok_or(Malformed)?;
                named::U8::encode(index.try_into().map_err(|_| Malformed)?, out);
            }
            _ => return Err(Malformed),
        }
        Ok(())
    }
}
