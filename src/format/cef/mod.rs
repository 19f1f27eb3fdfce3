//! The consolidated event log: one CEF line a message, when it is finished.
//!
//! [`correlator`] follows messages, [`events`] says what each event adds to its message,
//! [`message`] makes fields of it, [`line`] puts them in order. Source: section
//! "consolidated_event" of `docs/FORMATS.md`.

mod correlator;
mod events;
mod field;
mod line;
mod message;

pub(crate) use correlator::{Consolidated, DEFAULT_AGE, DEFAULT_MESSAGES};
pub(crate) use events::events;
pub use field::CefField;
pub(crate) use line::{Gateway, Layout, behind_stamp};
use message::Message;
