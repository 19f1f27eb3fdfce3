//! An event's one binary form: encoded once by the worker, decoded borrowed (contract C2).

mod decode;
mod encode;
mod header;

pub use decode::Reader;
pub(crate) use encode::{SlotWriter, append, put_head, record_len};
pub use header::{HEAD_BYTES, MAX_RECORD_BYTES, Record};
pub(crate) use header::{Head, SKIP};
