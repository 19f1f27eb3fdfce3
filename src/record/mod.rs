//! An event's one binary form: encoded once by the worker, decoded borrowed (contract C2).

mod decode;
mod encode;
mod header;
#[cfg(feature = "json")]
mod json;
mod value;

pub use decode::Reader;
pub(crate) use encode::{SlotWriter, append, put_head, record_len};
pub use header::{HEAD_BYTES, MAX_RECORD_BYTES, Record};
pub(crate) use header::{Head, SKIP};
#[cfg(feature = "json")]
pub use json::{JsonEvent, from_json, json_type, to_json};
pub use value::{Value, fields};
