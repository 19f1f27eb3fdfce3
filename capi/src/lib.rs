//! `libringmail.so` and `libringmail.a`: the C interface, which is the feature `capi` of the
//! library.

#[doc(hidden)]
pub use library::capi;
