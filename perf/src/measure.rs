//! Figures of many rounds, and the process's own time.

use std::time::Instant;

use hdrhistogram::Histogram;
use serde_json::{Value, json};

/// The middle of several measurements, and how far they spread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// The spread of at least one figure; zeros of none.
    pub(crate) fn of(mut figures: Vec<f64>) -> Self {
        figures.sort_by(f64::total_cmp);
        let at = |index: usize| figures.get(index).copied().unwrap_or_default();
        let (len, half) = (figures.len(), figures.len() / 2);
        let median = if len % 2 == 0 {
            f64::midpoint(at(half.saturating_sub(1)), at(half))
        } else {
            at(half)
        };
        Self { median, min: at(0), max: at(len.saturating_sub(1)) }
    }

    pub(crate) fn json(self) -> Value {
        json!({ "median": self.median, "min": self.min, "max": self.max })
    }
}

/// Nanoseconds up to an hour, to three digits.
pub(crate) fn histogram() -> Histogram<u64> {
    let made = Histogram::new_with_bounds(1, 3_600_000_000_000, 3);
    made.expect("the bounds and the digits are in range")
}

/// Processor time that this process has taken, in user space and in the kernel.
pub(crate) fn cpu_seconds() -> f64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: room for the answer. A failure would leave zeros.
    let _failed = unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
    // SAFETY: zeros are a valid rusage.
    let usage = unsafe { usage.assume_init() };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// Watches what other programs take of the machine meanwhile.
#[derive(Debug)]
pub(crate) struct Others {
    began: Instant,
    busy: Option<f64>,
    own: f64,
}

impl Others {
    pub(crate) fn watch() -> Self {
        Self { began: Instant::now(), busy: busy_seconds(), own: cpu_seconds() }
    }

    /// How many cores they have taken, as the kernel's ticks of 10 ms tell it; 0 where it does not.
    pub(crate) fn cores(&self) -> f64 {
        let (Some(before), Some(now)) = (self.busy, busy_seconds()) else { return 0.0 };
        let others = now - before - (cpu_seconds() - self.own);
        (others / self.began.elapsed().as_secs_f64()).max(0.0)
    }
}

/// Time that all cores together have not been idle.
fn busy_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    let mut columns = stat.lines().next()?.split_whitespace().skip(1);
    let mut next = || columns.next()?.parse::<f64>().ok();
    let (user, nice, system) = (next()?, next()?, next()?);
    let (_idle, _waits) = (next()?, next()?);
    let (irq, soft_irq, steal) = (next()?, next()?, next()?);
    Some((user + nice + system + irq + soft_irq + steal) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle() {
        let odd = Spread::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((odd.median, odd.min, odd.max), (2.0, 1.0, 3.0));
        assert_eq!(Spread::of(vec![4.0, 1.0]).median, 2.5);
        assert_eq!(Spread::of(Vec::new()).max, 0.0);
    }
}
