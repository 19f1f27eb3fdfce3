//! The log engine of a mail server.

pub mod base;
pub mod event;
pub mod record;

pub use base::{Dialect, Level, LogType, Timestamp};
