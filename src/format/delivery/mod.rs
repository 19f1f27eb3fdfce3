//! The delivery log: a binary file of records, and its two readable forms.
//!
//! ```text
//! offset  bytes  what, big-endian
//! 0       2      kind: `<<` the file begins, `MD` delivered, `HB` bounced, `>>` the file ends
//! 2       4      length of the payload
//! 6       4      time of the record: seconds since 1970
//! 10      4      ... and microseconds
//! 14             the payload: a Python pickle
//! ```
//! The payload of `<<` is the version of the file, a number from 0 to 4; that of `MD` and `HB` is
//! a tuple, which became longer with each version. Source: section "delivery" of
//! `docs/FORMATS.md`.
//!
//! [`append`] and its sisters write a file of version 4, [`DeliveryReader`] reads all versions,
//! [`Xml`] and [`Csv`] turn what was read into text.
//!
//! [`DeliveryReader`]: crate::parse::DeliveryReader

mod csv;
mod log;
mod pickle;
mod times;
mod write;
mod xml;

use core::net::Ipv4Addr;

pub use csv::Csv;
pub(crate) use log::{Deliveries, EVENTS};
pub use write::{append, append_begin, append_end};
pub use xml::Xml;

use crate::base::Timestamp;
use crate::event::{Mid, Rid, Text};

/// The version of the files that we write, and the newest that we read.
pub const VERSION: u8 = 4;

/// Bytes of a record before its payload.
pub const HEAD_BYTES: usize = 14;

/// What a record's first two bytes say.
pub(crate) const BEGIN: [u8; 2] = *b"<<";
pub(crate) const END: [u8; 2] = *b">>";
pub(crate) const DONE: [u8; 2] = *b"MD";
pub(crate) const BOUNCED: [u8; 2] = *b"HB";

/// One record of a delivery log: some recipients of a message were delivered, or bounced.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery<'a> {
    /// When it was delivered or bounced.
    pub time: Timestamp,
    /// When the message came in.
    pub injected: Timestamp,
    /// The message's size in bytes.
    pub bytes: u64,
    /// The message.
    pub mid: Mid,
    /// The other server, 0.0.0.0 when there was no connection.
    pub ip: Ipv4Addr,
    /// The envelope sender, without angle brackets.
    pub from: Text<'a>,
    /// The host that the message came from; 0.0.0.0 in files before version 4.
    pub source_ip: Ipv4Addr,
    /// The SMTP code of the other server's reply; 0 when there was none, and for what was
    /// delivered in files before version 4.
    pub code: u16,
    /// What became of it.
    pub outcome: Outcome<'a>,
    /// The recipients.
    pub recipients: Vec<Recipient<'a>>,
    /// Names and values of the logged headers.
    pub headers: Vec<(Text<'a>, Text<'a>)>,
}

/// What became of a message's recipients.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// They will not get it.
    Bounced {
        /// Enhanced code and its reading: `5.1.0 - Unknown address error`; empty in files of
        /// version 0.
        reason: Text<'a>,
        /// The lines of the other server's reply.
        errors: Vec<Text<'a>>,
    },
    /// They got it.
    Delivered {
        /// The domain that it went to.
        domain: Text<'a>,
        /// The other server's reply; empty in files before version 4.
        reply: Text<'a>,
    },
}

/// A recipient of a [`Delivery`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recipient<'a> {
    /// Its number in the message.
    pub rid: Rid,
    /// The envelope recipient, without angle brackets.
    pub to: Text<'a>,
    /// Delivery attempts, the last one included; from 1.
    pub attempts: u32,
}
