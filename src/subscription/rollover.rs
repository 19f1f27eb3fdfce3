use std::time::Duration;

use crate::base::{Error, Result};
use crate::subscription::Schedule;

/// When a subscription's file is closed and the next one begun.
///
/// Whichever comes first of size, interval and schedule. The default is a size of 100 MiB alone.
///
/// ```
/// use ringmail::Rollover;
/// use std::time::Duration;
///
/// let rollover = Rollover::at_bytes(10 << 20)?.every(Duration::from_secs(86_400))?;
/// assert_eq!(rollover.max_bytes(), Some(10 << 20));
/// assert_eq!(Rollover::never().max_bytes(), None);
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollover {
    max_bytes: Option<u64>,
    interval: Option<Duration>,
    schedule: Option<Schedule>,
}

impl Default for Rollover {
    fn default() -> Self {
        Self { max_bytes: Some(100 << 20), interval: None, schedule: None }
    }
}

impl Rollover {
    /// Only on demand, and when the engine ends.
    #[must_use]
    pub const fn never() -> Self {
        Self { max_bytes: None, interval: None, schedule: None }
    }

    /// Rolls over before a line that would take the file past `max_bytes`.
    ///
    /// A longer line gets a file of its own: lines are never split. While the disk is full a file
    /// can grow past it, as no new file can be made either.
    ///
    /// # Errors
    /// [`Error::is_config`] if `max_bytes` is under 4096. Zero is not "unlimited".
    pub fn at_bytes(max_bytes: u64) -> Result<Self> {
        if max_bytes < 4096 {
            return Err(Error::config(format!(
                "a rollover at {max_bytes} bytes: at least 4096 are needed for the header records \
                 and a line; use Rollover::never() for no limit"
            )));
        }
        Ok(Self { max_bytes: Some(max_bytes), ..Self::never() })
    }

    /// Rolls over so long after the file was begun, too.
    ///
    /// # Errors
    /// [`Error::is_config`] if the interval is under a second.
    pub fn every(mut self, interval: Duration) -> Result<Self> {
        if interval < Duration::from_secs(1) {
            return Err(Error::config(format!(
                "a rollover every {interval:?}: file names tell seconds, so at least 1 s"
            )));
        }
        self.interval = Some(interval);
        Ok(self)
    }

    /// Rolls over at the times of a schedule, too.
    ///
    /// A file that holds nothing but its header records is not rolled over.
    #[must_use]
    pub fn at(mut self, schedule: Schedule) -> Self {
        self.schedule = Some(schedule);
        self
    }

    /// The size, if there is one.
    #[must_use]
    pub const fn max_bytes(&self) -> Option<u64> {
        self.max_bytes
    }

    /// The interval, if there is one.
    #[must_use]
    pub const fn interval(&self) -> Option<Duration> {
        self.interval
    }

    /// The schedule, if there is one.
    #[must_use]
    pub const fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_small_is_refused_with_the_way_out() {
        assert!(Rollover::at_bytes(4095).unwrap_err().to_string().contains("4096"));
        assert!(Rollover::at_bytes(4096).is_ok());
        assert!(Rollover::never().every(Duration::from_millis(1)).is_err());
    }
}
