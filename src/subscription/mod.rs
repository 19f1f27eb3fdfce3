//! Named logs: what each records, how much of it, and where to.

mod fsync;
mod header;
mod options;
mod rollover;
mod schedule;
mod sink;

pub use fsync::Fsync;
pub(crate) use fsync::When;
pub use header::Identity;
pub(crate) use header::{end_record, header_records};
pub use options::Subscription;
pub use rollover::Rollover;
pub use schedule::Schedule;
pub use sink::{Opening, Point, Sink};
