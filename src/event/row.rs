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
    /// What the row says of it, or empty.
    pub doc: &'static str,
}
