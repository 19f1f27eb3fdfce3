//! Keeping to a schedule.

use std::time::{Duration, Instant};

/// Sleeping would take longer than what is measured; yielding lets the logger's thread have the
/// core where there is no other.
#[inline]
pub(crate) fn wait_until(due: Instant) {
    const SPIN: Duration = Duration::from_micros(2);
    loop {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        if left > SPIN {
            std::thread::yield_now();
        } else {
            std::hint::spin_loop();
        }
    }
}
