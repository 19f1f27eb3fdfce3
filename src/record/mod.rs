//! The binary form of events: what lanes, recovery and tracking files hold.

#[cfg(feature = "json")]
mod base64;
mod decode;
#[cfg(feature = "json")]
mod json;
mod value;

pub use decode::Reader;
#[cfg(feature = "json")]
pub use json::{JsonEvent, from_json, to_json};
pub(crate) use value::Payload;
pub use value::{Value, fields};
