/// Counts durations in buckets that are at most 1/32 wider than they are long: enough for
/// percentiles, and a few nanoseconds to record.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    buckets: Vec<u64>,
    count: u64,
    max: u64,
}

/// Buckets for each doubling.
const STEPS: u64 = 32;
const STEP_BITS: u32 = STEPS.trailing_zeros();

impl Default for Histogram {
    fn default() -> Self {
        let buckets = bucket(u64::MAX) + 1;
        Self { buckets: vec![0; buckets], count: 0, max: 0 }
    }
}

impl Histogram {
    /// Counts one.
    pub(crate) fn record(&mut self, nanos: u64) {
        if let Some(bucket) = self.buckets.get_mut(bucket(nanos)) {
            *bucket += 1;
        }
        self.count += 1;
        self.max = self.max.max(nanos);
    }

    /// Adds what another has counted.
    pub(crate) fn add(&mut self, other: &Self) {
        for (bucket, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket += more;
        }
        self.count += other.count;
        self.max = self.max.max(other.max);
    }

    /// The value that this share of all is not above, per mille; the largest for 1000.
    pub(crate) fn per_mille(&self, share: u64) -> u64 {
        let wanted = (self.count * share).div_ceil(1000).max(1);
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return top(index).min(self.max);
            }
        }
        self.max
    }

    /// The largest.
    pub(crate) const fn max(&self) -> u64 {
        self.max
    }
}

#[expect(clippy::cast_possible_truncation, reason = "fewer than 2,000 buckets")]
fn bucket(nanos: u64) -> usize {
    if nanos < STEPS {
        return nanos as usize;
    }
    let shift = nanos.ilog2() - STEP_BITS;
    (u64::from(shift + 1) * STEPS + (nanos >> shift) - STEPS) as usize
}

/// The largest value of a bucket.
fn top(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < STEPS {
        return bucket;
    }
    let shift = bucket / STEPS - 1;
    let low = (STEPS + bucket % STEPS) << shift;
    low + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_a_bucket_of_the_truth() {
        let mut histogram = Histogram::default();
        for nanos in 1..=100_000u64 {
            histogram.record(nanos);
        }
        for (share, truth) in [(500, 50_000), (990, 99_000), (999, 99_900), (1000, 100_000)] {
            let found = histogram.per_mille(share);
            assert!(found >= truth && found <= truth + truth / 31, "{share}: {found}");
        }
        assert_eq!(histogram.max(), 100_000);
    }

    #[test]
    fn every_value_has_its_bucket() {
        for nanos in (0..64).map(|bit| 1u64 << bit).flat_map(|v| [v - 1, v, v + 1]) {
            let index = bucket(nanos);
            assert!(top(index) >= nanos && (index == 0 || top(index - 1) < nanos), "{nanos}");
        }
        let _largest = Histogram::default().buckets[bucket(u64::MAX)];
    }
}
