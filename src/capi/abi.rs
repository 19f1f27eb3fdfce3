//! What the row macro's C structs and functions use.
//!
//! Words and truth values are plain integers here, whatever the header calls them: C can put any
//! number there, and no member may have values that Rust does not allow.

pub(crate) use super::emit::{CEvent, emit, ringmail_outcome};
pub(crate) use super::field::{
    ringmail_ip, ringmail_opt_u64, ringmail_pairs, ringmail_rids, ringmail_str, ringmail_strs,
};
pub(crate) use super::log::ringmail_log;
pub(crate) use super::member::{Wrong, read};

#[cfg(test)]
pub(crate) use super::emit::encoded;

#[cfg(test)]
pub(crate) use crate::event::CEncoder;

/// `bool` in C: anything but 0 is true.
pub(crate) type flag = u8;
pub(crate) type ringmail_level = u32;
pub(crate) type ringmail_full_lane = u32;
pub(crate) type ringmail_order = u32;
pub(crate) type ringmail_qmail_stamp = u32;
pub(crate) type ringmail_action = u32;
pub(crate) type ringmail_archive = u32;
pub(crate) type ringmail_bounce_cause = u32;
pub(crate) type ringmail_dns_security = u32;
