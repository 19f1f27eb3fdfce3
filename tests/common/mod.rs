//! What several tests need.
#![allow(dead_code, reason = "each test uses a part of it")]

pub mod naive;
pub mod peer;
#[cfg(feature = "cli")]
pub mod service;

use std::path::PathBuf;

/// The folder that the environment variable names, or `None` with a word why tests skip.
pub fn folder(variable: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: {variable} is not set");
    }
    folder
}

/// A vector that events can be encoded to.
pub struct Bytes(pub Vec<u8>);

impl ringmail::event::Encode for Bytes {
    fn put_u8(&mut self, value: u8) {
        self.0.push(value);
    }

    fn put_u16(&mut self, value: u16) {
        self.0.extend(value.to_le_bytes());
    }

    fn put_u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    fn put_u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    fn put_bytes(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
    }
}
