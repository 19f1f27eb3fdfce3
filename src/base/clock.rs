use core::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use crate::base::Timestamp;

/// Where the engine's formatter takes the time from.
///
/// Workers never call it: their stamps are turned into times by the formatter. Tests put a
/// [`ManualClock`] in its place.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time of day. It may jump.
    fn wall(&self) -> Timestamp;

    /// Nanoseconds since some moment. It never goes back.
    fn monotonic_nanos(&self) -> u64;

    /// Whether it runs by itself, at the rate of the processor's counter.
    fn is_real(&self) -> bool {
        false
    }
}

/// The operating system's clocks.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> Timestamp {
        SystemTime::now().into()
    }

    fn monotonic_nanos(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn is_real(&self) -> bool {
        true
    }
}

/// A clock that stands still until it is told to move. Clones share the time.
///
/// ```
/// use ringmail::{Clock, ManualClock, Timestamp};
/// use std::time::Duration;
///
/// let clock = ManualClock::at(Timestamp::from_seconds(100));
/// clock.advance(Duration::from_secs(5));
/// assert_eq!(clock.wall(), Timestamp::from_seconds(105));
/// assert_eq!(clock.monotonic_nanos(), 5_000_000_000);
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    wall_micros: Arc<AtomicI64>,
    nanos: Arc<AtomicU64>,
}

impl ManualClock {
    /// A clock that shows `wall`.
    #[must_use]
    pub fn at(wall: Timestamp) -> Self {
        Self {
            wall_micros: Arc::new(AtomicI64::new(wall.micros())),
            nanos: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Lets time pass.
    pub fn advance(&self, by: std::time::Duration) {
        let nanos = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        // ORDERING: a test's clock hands nothing over.
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
        self.wall_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Sets the time of day, as an operator or a time server would; monotonic time stays.
    pub fn step_to(&self, wall: Timestamp) {
        self.wall_micros.store(wall.micros(), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn wall(&self) -> Timestamp {
        Timestamp::from_micros(self.wall_micros.load(Ordering::Relaxed))
    }

    fn monotonic_nanos(&self) -> u64 {
        self.nanos.load(Ordering::Relaxed)
    }
}
