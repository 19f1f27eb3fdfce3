//! The hash chain of a file (feature `verify`).

#[cfg_attr(feature = "verify", path = "enabled.rs")]
#[cfg_attr(not(feature = "verify"), path = "disabled.rs")]
mod imp;

pub(crate) use imp::Chain;
#[cfg(feature = "verify")]
pub(crate) use imp::{Hash, Link, SHOWN, hash_of, next_piece};

/// The value before the first file of all.
pub(crate) const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Whether it is a hash as we write them: 64 digits, lower case.
pub(crate) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
