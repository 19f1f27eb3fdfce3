//! How events look in a file: stamps, escapes, dialects, and the block that lines are written to.

mod copy;
mod decimal;
pub mod dialect;
pub mod escape;
mod line;
mod stamp;

pub use line::LineWriter;
pub use stamp::{FILE_STAMP_LEN, STAMP_LEN, Stamper, Zone};
