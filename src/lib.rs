//! The log engine of a mail server.

pub mod base;
pub mod event;
pub mod format;
pub mod parse;
pub mod record;

pub use base::{Dialect, Error, Level, LogType, Result, Timestamp};
