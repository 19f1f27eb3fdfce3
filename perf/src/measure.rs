//! Figures of many rounds, and the process's own time.

use std::time::{Duration, Instant};

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

/// A histogram's steps and how often each was met, for another process.
pub(crate) fn steps(histogram: &Histogram<u64>) -> Value {
    histogram
        .iter_recorded()
        .map(|step| json!([step.value_iterated_to(), step.count_at_value()]))
        .collect()
}

/// The histogram of such steps; what is no step is left out.
pub(crate) fn of_steps(steps: &Value) -> Histogram<u64> {
    let mut made = histogram();
    for step in steps.as_array().into_iter().flatten() {
        let part = |index: usize| step.get(index).and_then(Value::as_u64);
        if let (Some(value), Some(count)) = (part(0), part(1)) {
            made.saturating_record_n(value, count);
        }
    }
    made
}

/// The four figures by which latencies are told.
pub(crate) fn percentiles(latency: &Histogram<u64>) -> Value {
    json!({
        "p50": latency.value_at_quantile(0.5),
        "p99": latency.value_at_quantile(0.99),
        "p999": latency.value_at_quantile(0.999),
        "max": latency.max(),
    })
}

/// The most memory that this process has had at once, in bytes; 0 where the kernel does not tell.
pub(crate) fn peak_bytes() -> u64 {
    status("VmHWM:")
}

/// The memory that this process has now, in bytes; 0 where the kernel does not tell.
pub(crate) fn resident_bytes() -> u64 {
    status("VmRSS:")
}

/// Not `getrusage`: that one begins with what the parent had.
fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok());
    kilobytes.unwrap_or(0_u64) * 1024
}

/// Bytes that this process has handed to the kernel by now, as the kernel counts them.
pub(crate) fn bytes_to_kernel() -> Option<u64> {
    let counts = std::fs::read_to_string("/proc/self/io").ok()?;
    counts.lines().find_map(|line| line.strip_prefix("wchar: "))?.trim().parse().ok()
}

/// What a timed call of nothing comes to, in nanoseconds: the least that a latency can be.
pub(crate) fn timer_floor() -> u64 {
    let mut floor = histogram();
    for _ in 0..20_000 {
        floor.saturating_record(nanos_since(Instant::now()));
    }
    floor.value_at_quantile(0.5)
}

/// Nanoseconds from then until now.
#[inline]
pub(crate) fn nanos_since(then: Instant) -> u64 {
    u64::try_from(then.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// Processor time that this process has taken, in user space and in the kernel.
pub(crate) fn cpu_seconds() -> f64 {
    usage_seconds(libc::RUSAGE_SELF)
}

fn usage_seconds(whose: libc::c_int) -> f64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: room for the answer. A failure would leave zeros.
    let _failed = unsafe { libc::getrusage(whose, usage.as_mut_ptr()) };
    // SAFETY: zeros are a valid rusage.
    let usage = unsafe { usage.assume_init() };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// Cores that other programs may take of a calm machine.
pub(crate) const CALM_CORES: f64 = 0.15;

/// Watches what other programs take of the machine meanwhile.
#[derive(Debug)]
pub(crate) struct Others {
    began: Instant,
    busy: Option<f64>,
    own: f64,
}

impl Others {
    pub(crate) fn watch() -> Self {
        Self { began: Instant::now(), busy: busy_seconds(), own: Self::own_seconds() }
    }

    /// How many cores they have taken, as the kernel's ticks of 10 ms tell it; 0 where it does not.
    pub(crate) fn cores(&self) -> f64 {
        let (Some(before), Some(now)) = (self.busy, busy_seconds()) else { return 0.0 };
        let others = now - before - (Self::own_seconds() - self.own);
        (others / self.began.elapsed().as_secs_f64()).max(0.0)
    }

    /// Of this process, and of those that it started and that have ended.
    fn own_seconds() -> f64 {
        cpu_seconds() + usage_seconds(libc::RUSAGE_CHILDREN)
    }

    /// Whether other programs leave the machine alone at the moment.
    pub(crate) fn are_calm() -> bool {
        let others = Self::watch();
        std::thread::sleep(Duration::from_millis(200));
        others.cores() < CALM_CORES
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
