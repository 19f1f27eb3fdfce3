//! How events look in a file: stamps, escapes, dialects, and the block that lines are written to.

pub(crate) mod bounce;
pub mod configuration;
mod copy;
mod decimal;
pub mod delivery;
pub mod dialect;
pub mod escape;
mod line;
pub mod mbox;
pub mod parts;
mod render;
mod stamp;
pub(crate) mod status;

pub use line::LineWriter;
pub(crate) use render::events_of;
pub use render::{render, render_row};
pub use stamp::{FILE_STAMP_LEN, STAMP_LEN, Stamper, Zone};
