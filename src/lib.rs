//! placeholder
pub mod base;
pub mod event;
pub mod format;

pub use base::{Dialect, Error, Level, LogType, Result, Timestamp};
