use std::time::Duration;

use crate::base::{Error, Level, Result};

/// At most so many events of a subscription in a period (contract C8).
///
/// A period begins with the first round of the formatter after the last one ended. What exceeds
/// the limit is counted, and at the period's end one notice tells how many events were not
/// written. Critical events are never limited, but they count.
///
/// ```
/// use ringmail::RateLimit;
/// use std::time::Duration;
///
/// let limit = RateLimit::events(1_000)?;
/// assert_eq!(limit.period(), Duration::from_secs(10));
/// assert!(RateLimit::events(0).is_err());
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    max_events: u64,
    period: Duration,
}

impl RateLimit {
    /// At most `max_events` in each 10 seconds.
    ///
    /// # Errors
    /// [`Error::is_config`] for zero, which would be a subscription of nothing.
    pub fn events(max_events: u64) -> Result<Self> {
        if max_events == 0 {
            return Err(Error::config(
                "a rate limit of 0 events would write nothing: leave the limit out, or the \
                 subscription",
            ));
        }
        Ok(Self { max_events, period: Duration::from_secs(10) })
    }

    /// In each period of this length instead.
    ///
    /// # Errors
    /// [`Error::is_config`] if it is under a second or over a day.
    pub fn per(mut self, period: Duration) -> Result<Self> {
        if period < Duration::from_secs(1) || period > Duration::from_secs(86_400) {
            return Err(Error::config(format!(
                "a rate limit's period of {period:?} is not between 1 second and 1 day"
            )));
        }
        self.period = period;
        Ok(self)
    }

    /// The most events in a period.
    #[must_use]
    pub const fn max_events(self) -> u64 {
        self.max_events
    }

    /// The length of a period.
    #[must_use]
    pub const fn period(self) -> Duration {
        self.period
    }
}

/// The period that a subscription is in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateWindow {
    limit: RateLimit,
    /// On the monotonic clock.
    ends_nanos: u64,
    admitted: u64,
    refused: u64,
}

impl RateWindow {
    pub(crate) fn new(limit: RateLimit, now_nanos: u64) -> Self {
        let mut window = Self { limit, ends_nanos: 0, admitted: 0, refused: 0 };
        window.begin(now_nanos);
        window
    }

    /// The window as it was in an earlier run: what is left of it in nanoseconds, and how many
    /// events it admitted and refused.
    pub(crate) fn resume(&mut self, [left, admitted, refused]: [u64; 3], now_nanos: u64) {
        self.ends_nanos = self.ends_nanos.min(now_nanos.saturating_add(left));
        self.admitted = admitted;
        self.refused = refused;
    }

    /// What [`resume`](Self::resume) takes.
    pub(crate) const fn state(&self, now_nanos: u64) -> [u64; 3] {
        [self.ends_nanos.saturating_sub(now_nanos), self.admitted, self.refused]
    }

    pub(crate) const fn limit(&self) -> RateLimit {
        self.limit
    }

    /// Whether an event may be written; counts it either way.
    #[inline]
    pub(crate) fn admits(&mut self, level: Level) -> bool {
        if self.admitted < self.limit.max_events || level == Level::Critical {
            self.admitted += 1;
            true
        } else {
            self.refused += 1;
            false
        }
    }

    /// Begins a new period when this one is over, and tells how many events it refused.
    pub(crate) fn turn(&mut self, now_nanos: u64) -> u64 {
        if now_nanos < self.ends_nanos {
            return 0;
        }
        let refused = self.refused;
        self.begin(now_nanos);
        refused
    }

    fn begin(&mut self, now_nanos: u64) {
        let period = u64::try_from(self.limit.period.as_nanos()).unwrap_or(u64::MAX);
        self.ends_nanos = now_nanos.saturating_add(period);
        self.admitted = 0;
        self.refused = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_window_admits_its_number_and_counts_the_rest() {
        let limit = RateLimit::events(2).unwrap().per(Duration::from_secs(3)).unwrap();
        let mut window = RateWindow::new(limit, 0);
        let admitted = (0..5).filter(|_| window.admits(Level::Info)).count();
        assert_eq!(admitted, 2);
        assert!(window.admits(Level::Critical), "critical is never limited");
        assert_eq!(window.turn(2 * SECOND), 0, "not over yet");
        assert_eq!(window.turn(3 * SECOND), 3);
        assert_eq!(window.turn(6 * SECOND), 0, "told once");
        assert!(window.admits(Level::Info));
    }

    #[test]
    fn periods_out_of_range_are_refused() {
        let limit = RateLimit::events(1).unwrap();
        assert!(limit.per(Duration::from_millis(999)).unwrap_err().is_config());
        assert!(limit.per(Duration::from_secs(86_401)).unwrap_err().is_config());
    }
}
