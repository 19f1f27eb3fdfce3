//! The binary form of events: what lanes, recovery and tracking files hold.

mod decode;
pub use decode::Reader;
