//! What a mail server can say: the catalogue of events, one file of rows a family.

mod row;
mod wire;

pub use row::{Field, Piece, Row};
pub use wire::{Decode, Encode, Line, Malformed};
