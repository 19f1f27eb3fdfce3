//! When a worker's events are due.

use std::time::Duration;

use clap::ValueEnum;

/// How the events are spread over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Pattern {
    /// The same rate all the time
    Constant,
    /// From nothing to twice the rate, evenly, so that the rate is that on average
    Ramp,
    /// All events of a second at its beginning, then nothing
    Burst,
}

/// A worker's share of the rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pattern: Pattern,
    /// Seconds that each of the worker's events may take on average.
    seconds: f64,
    /// The worker's events.
    share: u64,
}

impl Pace {
    /// That of one of so many workers, which together have `rate` events a second.
    pub(super) fn new(pattern: Pattern, rate: u64, workers: u64, share: u64) -> Self {
        Self { pattern, seconds: workers as f64 / rate as f64, share }
    }

    /// When the event behind `emitted` others is due, after the begin.
    pub(super) fn due(&self, emitted: u64) -> Duration {
        let even = emitted as f64 * self.seconds;
        let seconds = match self.pattern {
            Pattern::Constant => even,
            // What is emitted grows with the square of time, to the share at the end.
            Pattern::Ramp => (even * self.share as f64 * self.seconds).sqrt(),
            Pattern::Burst => even.floor(),
        };
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_has_the_rate_on_average() {
        for pattern in [Pattern::Constant, Pattern::Ramp, Pattern::Burst] {
            let pace = Pace::new(pattern, 2000, 2, 10_000);
            assert_eq!(pace.due(0), Duration::ZERO);
            assert_eq!(pace.due(10_000), Duration::from_secs(10), "{pattern:?}");
        }
    }

    #[test]
    fn a_ramp_is_slow_at_first_and_a_burst_comes_at_once() {
        let ramp = Pace::new(Pattern::Ramp, 1000, 1, 10_000);
        assert_eq!(ramp.due(2500), Duration::from_secs(5), "a quarter in half the time");
        let burst = Pace::new(Pattern::Burst, 1000, 1, 10_000);
        assert_eq!(burst.due(1), Duration::ZERO);
        assert_eq!(burst.due(999), Duration::ZERO);
        assert_eq!(burst.due(1000), Duration::from_secs(1));
    }
}
