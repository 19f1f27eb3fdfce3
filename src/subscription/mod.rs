//! Named logs: what each records, how much of it, and where to.

mod fsync;
mod header;
mod options;
mod push;
mod rollover;
mod schedule;
mod sink;

pub use fsync::Fsync;
pub(crate) use fsync::When;
pub(crate) use header::end_record;
pub use header::{Header, Identity};
pub use options::Subscription;
pub use push::{Ids, Mark, PushNews, PushRest, Wants};
pub use rollover::Rollover;
pub use schedule::Schedule;
pub use sink::{Opening, Point, Sink};
