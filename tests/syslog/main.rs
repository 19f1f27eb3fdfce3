//! Pushing to real syslog servers, and to peers that do what servers should not.

#![cfg(feature = "syslog")]
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]
#![expect(clippy::indexing_slicing, reason = "a test ends where it fails")]
#![expect(clippy::print_stdout, reason = "a test says why it skips")]

#[cfg(feature = "cli")]
mod asked;
mod buffered;
mod delivery;
mod edges;
mod failover;
mod interrupted;
mod killed;
#[cfg(feature = "cli")]
mod loads;
mod parsed;
mod peers;
mod reload;
mod server;
mod traffic;
