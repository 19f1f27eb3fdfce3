//! How fast what has waited is sent when the server is back.

use std::time::Duration;

/// How long a turn is where messages wait.
const TURN: Duration = Duration::from_millis(10);

/// In microseconds.
const SECOND: u64 = 1_000_000;

/// What was not used for so long is not made up for.
const MOST: Duration = Duration::from_secs(1);

/// A rate for the messages that had waited when a connection began.
#[derive(Debug)]
pub(crate) struct Pace {
    /// Messages a second; none: as fast as it goes.
    rate: Option<u32>,
    /// The messages before this one have waited.
    until: u64,
    /// The first one that is for a later turn, and when the last one was allowed.
    limit: u64,
    began: Option<Duration>,
}

impl Pace {
    pub(crate) const fn new(rate: Option<u32>) -> Self {
        Self { rate, until: 0, limit: 0, began: None }
    }

    /// A connection begins, before which the messages before this one have waited.
    pub(crate) const fn begin(&mut self, until: u64, now: Duration) {
        self.until = until;
        self.began = Some(now);
        self.limit = 0;
    }

    /// A turn begins, with this message as the next.
    pub(crate) fn begin_turn(&mut self, next: u64, now: Duration) {
        let Some(rate) = self.rate else { return };
        let began = *self.began.get_or_insert(now);
        let passed = now.saturating_sub(began);
        let micros = u64::try_from(passed.min(MOST).as_micros()).unwrap_or(u64::MAX);
        let more = u64::from(rate).saturating_mul(micros) / SECOND;
        if more > 0 {
            self.limit = next.saturating_add(more);
            // The time that is left of a message counts for the next turn.
            let used = Duration::from_micros(more.saturating_mul(SECOND) / u64::from(rate).max(1));
            self.began = Some(if passed > MOST { now } else { began.saturating_add(used) });
        }
    }

    /// Whether this message may be sent in this turn.
    pub(crate) const fn may(&self, number: u64) -> bool {
        self.rate.is_none() || number >= self.until || number < self.limit
    }

    /// When the next turn is due.
    pub(crate) fn wakes(&self) -> Option<Duration> {
        let message = SECOND.div_ceil(u64::from(self.rate?).max(1));
        let turn = TURN.max(Duration::from_micros(message));
        self.began.map(|began| began.saturating_add(turn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_waited_is_sent_at_the_rate_and_what_is_new_behind_it_as_it_comes() {
        let mut pace = Pace::new(Some(1000));
        pace.begin(5000, Duration::from_secs(7));
        let (mut next, mut sent) = (0, Vec::new());
        for turn in 0..=100_u64 {
            let now = Duration::from_secs(7) + TURN * u32::try_from(turn).unwrap();
            pace.begin_turn(next, now);
            while next < 6000 && pace.may(next) {
                next += 1;
            }
            sent.push(next);
        }
        assert_eq!(sent[..3], [0, 10, 20]);
        assert_eq!(sent[100], 1000, "a second's worth");
        pace.begin_turn(next, Duration::from_secs(600));
        assert!(pace.may(1999) && !pace.may(2000), "a pause is not made up for");
        assert!(pace.may(5000), "what did not wait");
        assert!(Pace::new(None).may(0));
    }

    #[test]
    fn a_rate_that_is_no_multiple_of_turns_is_kept_and_a_turn_is_never_over_at_once() {
        for rate in [1_u32, 3, 99, 150, 199, 1050, 33_333] {
            let mut pace = Pace::new(Some(rate));
            pace.begin(u64::MAX, Duration::ZERO);
            let (mut next, mut now, mut turns) = (0_u64, Duration::ZERO, 0);
            while now < Duration::from_secs(20) {
                pace.begin_turn(next, now);
                while pace.may(next) {
                    next += 1;
                }
                let wakes = pace.wakes().unwrap();
                assert!(wakes > now, "{rate}: {wakes:?} at {now:?}");
                now = wakes;
                turns += 1;
            }
            let due = u64::from(rate) * 20;
            assert!(next <= due && next >= due - due / 50 - 1, "{next} of {due}");
            assert!(turns <= 4100, "{turns}");
        }
    }
}
