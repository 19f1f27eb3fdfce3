//! Which events a subscription writes: what its type takes, its level, its rate.

mod rate;
mod takes;

pub use rate::RateLimit;
pub(crate) use rate::RateWindow;
pub(crate) use takes::takes;
