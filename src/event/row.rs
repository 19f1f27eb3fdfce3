//! What a row declares, as data: for readers, the JSON form, and lists of what there is.

use crate::base::{Dialect, Level, LogType};

/// One row of the catalogue, as data.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Row {
    /// The event's number: in the record, in interest words. Never reused.
    pub number: u16,
    /// The event's name: that of its struct, and the `event` of its JSON form.
    pub name: &'static str,
    /// The level that the event has unless its emitter says otherwise.
    pub level: Level,
    /// The log type whose line the row is.
    pub log_type: LogType,
    /// Whether a full lane keeps its reserve for this event although its level is low.
    pub keep: bool,
    /// The doc comment of the row.
    pub doc: &'static str,
    /// The line, in order.
    pub pieces: &'static [Piece],
    /// The fields that the line does not show, in order, behind those of the line.
    pub hidden: &'static [Field],
    /// Other spellings of the line, which are read but never written.
    pub also: &'static [&'static [Piece]],
}

/// A piece of a row's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Piece {
    /// Text as it is.
    Literal(&'static str),
    /// A field.
    Field(Field),
    /// A part that is there or not. Its one field is an `Option`; a part without a field is a
    /// `bool` of the given name.
    Optional(Field, &'static [Self]),
    /// Text that only the dialects of the range write, both ends included.
    Only(Dialect, Dialect, &'static str),
}

/// A field of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name of the struct's field and of the JSON member.
    pub name: &'static str,
    /// What it holds and how a line shows it.
    pub kind: FieldKind,
    /// What the row says of it.
    pub doc: &'static str,
}

/// What a field holds, how a line shows it, and its binary form.
///
/// Integers are little-endian. A text is its length in two bytes, then its bytes. A list is the
/// count of its elements in two bytes, their length in two bytes, then the elements; the count's
/// top bit says that the list was longer and is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// `true` as `True` and `false` as `False`; one byte, 1 or 0.
    Bool,
    /// An SMTP reply code in three digits; two bytes.
    Code,
    /// Pairs shown as a list of `'name: value'`; the binary form is that of [`Self::Pairs`].
    Headers,
    /// A signed number; eight bytes.
    I64,
    /// An address; one byte 4 or 6, then that family's 4 or 16 bytes in network order.
    Ip,
    /// Names and values as `('name', 'value'), ('name', 'value')`; a list of two texts each.
    Pairs,
    /// Text in Python's quoting.
    Quoted,
    /// Recipients as `0, 1, 2`; a list of four bytes each.
    RidList,
    /// Text in the quoting of the dialect.
    Subject,
    /// Text as it is, controls as `\ooo`.
    Text,
    /// Texts as the inside of a Python list: `'a', 'b'`.
    TextList,
    /// A time as the 24-character stamp; eight bytes, signed microseconds since 1970.
    Time,
    /// An unsigned number in so many bytes: 1, 2, 4 or 8.
    Uint(u8),
    /// One word of these; one byte, its index.
    Word(&'static [&'static str]),
    /// `true` as `yes` and `false` as `no`; one byte, 1 or 0.
    YesNo,
}

/// How a field stands in its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is always there.
    Always,
    /// It is an `Option`: its binary form has a byte before it, 1 or 0; after 0 nothing follows.
    Optional,
    /// It is a part of the line without a field of its own: a `bool` of one byte.
    Flag,
}

impl Row {
    /// The event's fields in the order of its binary form: those of the line, then the others.
    ///
    /// ```
    /// use ringmail::event::{self, Presence};
    /// let row = event::row_by_name("Done").unwrap();
    /// let names: Vec<_> = row.fields().map(|(field, _)| field.name).collect();
    /// assert_eq!(names[..3], ["dcid", "mid", "rids"]);
    /// assert!(row.fields().any(|(f, p)| f.name == "pairs" && p == Presence::Optional));
    /// ```
    pub fn fields(&self) -> impl Iterator<Item = (Field, Presence)> + use<> {
        let of_line = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Field(field) => Some((*field, Presence::Always)),
            Piece::Optional(field, pieces) => {
                let shown = pieces.iter().any(|piece| matches!(piece, Piece::Field(_)));
                Some((*field, if shown { Presence::Optional } else { Presence::Flag }))
            }
            Piece::Literal(_) | Piece::Only(..) => None,
        });
        of_line.chain(self.hidden.iter().map(|field| (*field, Presence::Always)))
    }

    /// The line as one text: fields as `{name}`, and what is not always there in `⟦⟧`.
    ///
    /// ```
    /// use ringmail::event;
    /// let row = event::row_by_name("LoginFailed").unwrap();
    /// assert_eq!(row.template(), "User {user}⟦ from {ip}⟧ failed authentication.");
    /// ```
    #[must_use]
    pub fn template(&self) -> String {
        template(self.pieces)
    }
}

fn template(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => (*text).to_owned(),
            Piece::Field(field) => format!("{{{}}}", field.name),
            Piece::Optional(_, pieces) => format!("⟦{}⟧", template(pieces)),
            Piece::Only(_, _, text) => format!("⟦{text}⟧"),
        })
        .collect()
}
