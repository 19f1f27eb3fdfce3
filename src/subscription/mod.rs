//! Named logs: what each records, how much of it, and where to.

mod header;
mod options;
mod rollover;
mod sink;

pub(crate) use header::header_records;
pub use options::Subscription;
pub use rollover::Rollover;
pub use sink::{Opening, Sink};
