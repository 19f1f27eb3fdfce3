//! Lines and files back to events, driven by the rows' own data.
//!
//! For each log type there is a tree of all spellings of its rows, built at the first line. It is
//! walked by these rules:
//!
//! - text of the template goes before fields: where a line can go on with either, the template
//!   wins, and what is more specific is tried before what is less;
//! - a text in the middle of a line ends at the first place from which the template goes on to the
//!   line's end, the last one before the text that ends the line ends at the last;
//! - a quoted text ends at its closing quote; where that leads nowhere (gateways of version 14 and
//!   later do not escape quotes in subjects) it is taken as a text that has quotes at both ends;
//! - optional parts and the texts of all dialects may be there or not.
//!
//! What is read is put into its binary form at once.
//!
//! [`LogReader`] goes through whole files, [`Rewriter`] writes their lines again, and [`LogWriter`]
//! makes a file of events.
//!
//! # Limits
//! A text that holds the words of its own line is cut in the wrong place: nothing in a line tells
//! the two apart.

mod configuration;
pub mod delivery;
mod emit;
mod field;
pub mod find;
mod line;
mod lines;
mod log;
mod log_writer;
pub mod mbox;
mod parts;
mod prefix;
mod rewrite;
mod stamp;
mod status;
mod tree;
mod walk;

pub use configuration::read_configuration;
pub use delivery::{DeliveryEntry, DeliveryReader};
pub use line::{LineReader, ReadLine, read_line, read_message};
pub use lines::{LinePart, Lines, MAX_LINE, RawLine};
pub use log::{LogLine, LogReader};
pub use log_writer::LogWriter;
pub use mbox::{MboxMessage, MboxReader};
pub use prefix::StampForm;
pub use rewrite::{Reason, Rewriter, Rewritten, Tally};
pub use stamp::{Stamp, read_stamp};
#[cfg(feature = "service")]
pub(crate) use stamp::{read_date, read_rfc3339};
