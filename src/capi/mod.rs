//! The C interface: what `include/ringmail.h` declares.
//!
//! The row macro writes each event's struct and function (`rows/src/c.rs`); this folder has what
//! they stand on, and the rest of the header. `cbindgen` makes the header of [`SOURCES`] and
//! [`events`], as `capi/` at the top of the workspace says; that package also makes the libraries.
//!
//! # Across the border
//! - No panic passes it: each function runs inside `error::guarded`.
//! - What C hands in is looked at before it is used: NULL, sizes, counts, words. A pointer that is
//!   neither NULL nor valid cannot be told from one that is.
//! - What C hands in is read while the function runs, and not kept.
//! - No type of a field has values that are not allowed: truth values and words come as integers.
//! - A struct that callers fill in tells its size. What lies behind the end of a caller's struct
//!   reads as zero, which every member takes for absent, so that fields may be appended.

#![expect(non_camel_case_types, reason = "the names are C's")]
#![expect(unreachable_pub, reason = "the header's generator and the linker look for `pub`")]

pub(crate) mod abi;
mod builder;
mod emit;
mod error;
mod field;
mod id;
mod log;
mod member;
#[cfg(test)]
mod proof;
mod subscription;
mod text;
#[expect(dead_code, reason = "C has them from the header, and only their numbers come back")]
mod word;

/// The sources that the C header is made of, besides [`events`].
pub const SOURCES: &[&str] = &[
    include_str!("error.rs"),
    include_str!("word.rs"),
    include_str!("field.rs"),
    include_str!("emit.rs"),
    include_str!("subscription.rs"),
    include_str!("builder.rs"),
    include_str!("log.rs"),
    include_str!("id.rs"),
];

/// What the C header says of the events, as Rust source, one text a family.
#[must_use]
pub const fn events() -> &'static [&'static str] {
    crate::event::C_SOURCES
}
