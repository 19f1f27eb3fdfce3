//! Pushing lines to syslog servers.

pub mod buffer;
