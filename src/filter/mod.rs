//! How much of what its type takes a subscription writes: its rate. (Its level is one comparison,
//! made where the event is dispatched.)

mod rate;

pub use rate::RateLimit;
pub(crate) use rate::RateWindow;
