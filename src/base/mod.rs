//! What every other folder stands on: levels, log types, dialects, clocks, errors, the ledger.

mod alert;
mod clock;
mod dialect;
mod disk;
mod error;
mod fork;
mod gauge;
mod host;
mod ledger;
mod level;
mod log_type;
pub(crate) mod probe;
mod time;

pub use alert::{Alarm, Alert};
pub use clock::{Clock, ManualClock, SystemClock};
pub use dialect::Dialect;
#[doc(hidden)]
pub use disk::{Disk, How, RealDisk};
pub use error::{Error, Result};
pub(crate) use fork::{HeldFile, generation, observed_generation};
pub use gauge::{Gauge, Gauges};
pub(crate) use host::host_name;
pub use ledger::{Durations, Imbalance, LaneAccount, Ledger, PushAccount, SubscriptionAccount};
pub use level::Level;
pub use log_type::{Class, Form, LogType};
pub use time::Timestamp;
