//! placeholder
pub mod base;
pub mod event;
