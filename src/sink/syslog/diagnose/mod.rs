//! Why messages do not get to a server: from what was observed to what is proven, what is likely,
//! and what to do next.
//!
//! [`diagnose`] looks an observation up in one table. A sink does that when a connection fails, and
//! [`Probe`] when somebody asks: it talks to a server as the sink does, and looks closer.
//!
//! ```
//! use std::time::Duration;
//! use ringmail::sink::syslog::diagnose::{Observation, Progress, diagnose};
//! let progress = Progress { written: 412, acknowledged: 412, after: Duration::from_millis(2) };
//! let finding = diagnose(&Observation::Reset(progress));
//! assert_eq!(finding.id, "reset_after_data");
//! assert_eq!(
//!     finding.observed,
//!     "reset 2 ms after it was made, 412 of 412 bytes acknowledged",
//! );
//! assert!(finding.likely[0].contains("firewall or an IPS"));
//! assert!(finding.next.contains("each device on the path"));
//! ```

mod observation;
mod probe;
mod table;
mod talk;

use core::fmt;

pub use observation::{Observation, Progress, TlsFailure};
pub use probe::{Probe, Probed, Secured};

/// What an observation means.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Its name, for programs: it does not change.
    pub id: &'static str,
    /// Whether messages do not get there.
    pub is_fault: bool,
    /// What was seen, with numbers.
    pub observed: String,
    /// What that proves.
    pub proven: &'static str,
    /// What may be behind it, the likeliest first.
    pub likely: &'static [&'static str],
    /// What to do next.
    pub next: &'static str,
}

/// Tells what an observation means.
#[must_use]
pub fn diagnose(observation: &Observation) -> Finding {
    let row = table::row(observation);
    Finding {
        id: row.id,
        is_fault: row.is_fault,
        observed: observation.to_string(),
        proven: row.proven,
        likely: row.likely,
        next: row.next,
    }
}

impl fmt::Display for Finding {
    /// In one line, as it stands behind an error in the system log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.observed, self.proven)?;
        for (place, likely) in self.likely.iter().enumerate() {
            write!(f, "{} {likely}", if place == 0 { "; likely:" } else { ", or:" })?;
        }
        write!(f, "; next: {}", self.next)
    }
}
