//! What every other folder stands on: levels, log types, dialects, time, errors.

mod dialect;
mod error;
mod level;
mod log_type;
mod time;

pub use dialect::Dialect;
pub use error::{Error, Result};
pub use level::Level;
pub use log_type::LogType;
pub use time::Timestamp;
