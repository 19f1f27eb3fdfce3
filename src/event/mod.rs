//! What a mail server can say: the catalogue of events, one file of rows a family.
//!
//! An event is a struct that you fill in and `emit`; its line, its binary form and its JSON form
//! follow from the row that declares it. [`rows`] lists all rows; [`visit`] leads from an event's
//! number to its type.
//!
//! The structs are made to be written down: fields are public, and a literal may end in
//! `..Recipient::EMPTY`. A minor version may add fields to an event.

mod any;
pub(crate) mod kind;
pub(crate) mod row;
mod wire;

pub(crate) use any::MAX_PAYLOAD;
pub use any::{Event, RowVisitor};
#[cfg(feature = "capi")]
pub(crate) use kind::Given;
pub use kind::{
    Action, Archive, BounceCause, Dcid, DnsSecurity, Icid, Mid, Pairs, Rcid, Rid, Rids, Text, Texts,
};
pub(crate) use kind::{MAX_ELEMENT, MAX_FIELD, MAX_HALF, mark_cut};
pub use row::{Field, FieldKind, Piece, Presence, Row};
pub use wire::{Decode, Encode, Line, Malformed};

/// Declares the families, and what leads from numbers to them.
macro_rules! families {
    ($($family:ident)*) => {
        $(
            mod $family;
            pub use $family::*;
        )*

        const FAMILIES: &[&[&Row]] = &[$($family::ROWS,)*];

        /// What the C header says of the events, as Rust source, one text a family.
        #[cfg(feature = "capi")]
        pub(crate) const C_SOURCES: &[&str] = &[$($family::C_SOURCE,)*];

        /// How tests read the C structs, one list a family.
        #[cfg(all(test, feature = "capi"))]
        pub(crate) const C_ENCODERS: &[&[CEncoder]] = &[$($family::C_ENCODERS,)*];

        /// Hands the type of the event with this number to the visitor; `None` when there is no
        /// such event.
        #[inline]
        pub fn visit<'a, V: RowVisitor<'a>>(number: u16, visitor: V) -> Option<V::Output> {
            $(
                if $family::NUMBERS.contains(&number) {
                    return $family::visit(number, visitor);
                }
            )*
            None
        }
    };
}

families! {
    connection
    reception
    authentication
    scanning
    url
    rewriting
    quarantine
    delivery
    dane
    mail_system
    status
    system
    cli_audit
    ftp_server
    http
    ntp
    ldap_debug
    anti_spam
    graymail_engine
    anti_virus
    amp_engine
    scanning_engines
    spam_quarantine
    spam_quarantine_gui
    injection_dialogue
    delivery_dialogue
    safelist_blocklist
    reporting
    reporting_query
    updater
    tracking
    login
    configuration
    upgrade
    api
    csn
    advanced_phishing
    audit
    csa
    remediation
    email_cloud_scanner
    threat_feed_engine
    encryption
    archive
    qmail
    consolidated
    notice
}

/// The number of an event, the size of its C struct, and how the binary form is made of one.
#[cfg(all(test, feature = "capi"))]
pub(crate) type CEncoder = (u16, usize, unsafe fn(*const u8) -> Result<Vec<u8>, String>);

/// All rows, by number.
///
/// ```
/// use ringmail::event;
/// assert!(event::rows().count() > 200);
/// assert!(event::rows().is_sorted_by_key(|row| row.number));
/// ```
pub fn rows() -> impl Iterator<Item = &'static Row> + Clone {
    FAMILIES.iter().copied().flatten().copied()
}

/// The row of the event with this number.
#[must_use]
pub fn row(number: u16) -> Option<&'static Row> {
    FAMILIES.iter().find_map(|family| {
        let at = family.binary_search_by_key(&number, |row| row.number).ok()?;
        family.get(at).copied()
    })
}

/// The row of the event with this name.
///
/// ```
/// use ringmail::event;
/// let row = event::row_by_name("Bounced").unwrap();
/// assert_eq!(event::row(row.number).unwrap().name, "Bounced");
/// ```
#[must_use]
pub fn row_by_name(name: &str) -> Option<&'static Row> {
    rows().find(|row| row.name == name)
}
