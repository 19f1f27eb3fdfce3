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
