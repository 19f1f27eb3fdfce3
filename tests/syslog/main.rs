//! Pushing to real syslog servers, and to peers that do what servers should not.

#![cfg(feature = "syslog")]
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]
#![expect(clippy::indexing_slicing, reason = "a test ends where it fails")]

#[path = "../common/mod.rs"]
mod common;
mod delivery;
mod server;
mod traffic;
