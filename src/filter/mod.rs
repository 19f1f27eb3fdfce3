//! How much of what its type takes a subscription writes: its rate, and whose sessions. (Its level
//! is one comparison, made where the event is dispatched.)

mod peers;
mod rate;

pub use peers::Peers;
pub use rate::RateLimit;
pub(crate) use rate::RateWindow;
