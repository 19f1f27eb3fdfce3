//! How events look in a file: stamps, escapes, dialects, and the block that lines are written to.

mod absorb;
pub(crate) mod assembled;
pub(crate) mod bounce;
pub(crate) mod cef;
mod compose;
pub mod configuration;
mod copy;
mod decimal;
pub mod delivery;
pub mod dialect;
pub(crate) mod dialogue;
pub mod escape;
mod line;
mod logged;
pub mod mbox;
pub mod parts;
pub(crate) mod qmail;
mod render;
pub mod reply;
mod stamp;
pub(crate) mod status;
pub(crate) mod tai64n;

pub use cef::CefField;
pub(crate) use compose::{Compose, Composed, GivenUp};
pub use line::LineWriter;
pub(crate) use logged::Logged;
pub use qmail::QmailStamp;
pub(crate) use render::{begin_own, decode, events_of, is_of_rows, render_own, render_qmail};
pub use render::{render, render_row};
pub use stamp::{FILE_STAMP_LEN, STAMP_LEN, Stamper, Zone};
