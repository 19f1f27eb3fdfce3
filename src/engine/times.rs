use std::sync::Arc;

use crate::base::{Clock, Timestamp};

/// Turns order counters into times of day (contract C4: counters order, they are never printed).
///
/// Each round of the formatter pairs the counter with the clocks. A record's time is the round's
/// time less what the counter says has passed since the record; the counter's rate is measured
/// against the monotonic clock, so a jump of the wall clock bends no interval.
#[derive(Debug)]
pub(crate) struct Times {
    clock: Arc<dyn Clock>,
    /// Whether the counter runs with time; if not, a record's time is that of its round.
    runs: bool,
    base: Moment,
    /// When the round began.
    now: Moment,
    /// The monotonic time, as last taken.
    nanos: u64,
    nanos_per_tick: f64,
    /// The current second of the wall clock, and the counter at its beginning.
    second: i64,
    second_began: u64,
    /// The same of the second before.
    previous: i64,
    previous_began: u64,
    /// How far the wall clock has jumped since somebody asked, in microseconds.
    jumped: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    counter: u64,
    nanos: u64,
    wall: i64,
}

/// How long a rate is measured before it is measured anew.
const BASE_NANOS: u64 = 60_000_000_000;

/// A difference between the clocks that is called a jump, in microseconds.
const JUMP_MICROS: u64 = 1_000_000;

impl Times {
    pub(crate) fn new(clock: Arc<dyn Clock>, counter_runs: bool, counter: u64) -> Self {
        let now = Moment { counter, nanos: clock.monotonic_nanos(), wall: clock.wall().micros() };
        let runs = counter_runs && clock.is_real();
        let mut times = Self {
            clock,
            runs,
            base: now,
            now,
            nanos: now.nanos,
            nanos_per_tick: 0.0,
            second: i64::MIN,
            second_began: 0,
            previous: i64::MIN,
            previous_began: 0,
            jumped: 0,
        };
        times.begin_second();
        times
    }

    /// Takes the time of the round that begins with this horizon.
    pub(crate) fn begin_round(&mut self, counter: u64) {
        let then = self.now;
        let nanos = self.clock.monotonic_nanos();
        let wall = self.clock.wall().micros();
        self.now = Moment { counter, nanos, wall };
        self.nanos = nanos;
        let passed = micros(nanos.saturating_sub(then.nanos));
        let jump = wall.saturating_sub(then.wall).saturating_sub(passed);
        if jump.unsigned_abs() >= JUMP_MICROS {
            self.jumped = self.jumped.saturating_add(jump);
            self.second = i64::MIN;
            // The machine may have slept, which the counter can count and the clock does not: no
            // rate is measured across it.
            self.base = self.now;
        }
        let (ticks, elapsed) =
            (counter.saturating_sub(self.base.counter), nanos.saturating_sub(self.base.nanos));
        if ticks > 0 && elapsed > 1_000_000 {
            self.nanos_per_tick = elapsed as f64 / ticks as f64;
            if elapsed > BASE_NANOS {
                self.base = self.now;
            }
        }
        self.begin_second();
    }

    /// Takes the monotonic time again without a new round. The round keeps its pair of clocks, by
    /// which the next one sees jumps.
    pub(crate) fn refresh(&mut self) {
        self.nanos = self.clock.monotonic_nanos();
    }

    /// The monotonic time of the round, or of the refresh behind it.
    pub(crate) const fn nanos(&self) -> u64 {
        self.nanos
    }

    /// The time of day of the round.
    pub(crate) const fn wall(&self) -> Timestamp {
        Timestamp::from_micros(self.now.wall)
    }

    /// How far the wall clock has jumped since the last call, in milliseconds; 0 if it has not.
    pub(crate) fn take_jump_millis(&mut self) -> i64 {
        core::mem::take(&mut self.jumped) / 1000
    }

    /// The counter and the time of day of the round, and the counter's rate in nanoseconds a tick.
    pub(crate) const fn pair(&self) -> (u64, Timestamp, f64) {
        (self.now.counter, self.wall(), self.nanos_per_tick)
    }

    /// Takes a rate for granted until one has been measured.
    pub(crate) fn assume_rate(&mut self, nanos_per_tick: f64) {
        if self.runs && self.nanos_per_tick == 0.0 {
            self.nanos_per_tick = nanos_per_tick;
        }
    }

    /// When the record with this stamp was emitted, to the second.
    #[inline]
    pub(crate) fn second_of(&self, order: u64) -> Timestamp {
        if order >= self.second_began {
            Timestamp::from_seconds(self.second)
        } else {
            self.earlier_second(order)
        }
    }

    /// The second of the round, for records with stamps of at least this one.
    #[inline]
    pub(crate) const fn current_second(&self) -> (Timestamp, u64) {
        (Timestamp::from_seconds(self.second), self.second_began)
    }

    /// How old the record with this stamp was when the round began, in nanoseconds.
    pub(crate) fn age(&self, order: u64) -> Option<u64> {
        self.runs.then(|| self.nanos_of(self.now.counter.saturating_sub(order)))
    }

    /// When the record with this stamp was emitted.
    pub(crate) fn time_of(&self, order: u64) -> Timestamp {
        if !self.runs {
            return self.wall();
        }
        let ticks = self.now.counter.saturating_sub(order);
        Timestamp::from_micros(self.now.wall.saturating_sub(micros(self.nanos_of(ticks))))
    }

    #[cold]
    fn earlier_second(&self, order: u64) -> Timestamp {
        if order >= self.previous_began {
            Timestamp::from_seconds(self.previous)
        } else {
            // A jump forward may lie between; a record is never later than its round.
            Timestamp::from_seconds(self.time_of(order).seconds().min(self.second))
        }
    }

    /// Works out when the current second began, unless that is known: a boundary once set stays,
    /// so that the stamps of successive records do not waver around it.
    fn begin_second(&mut self) {
        let second = self.wall().seconds();
        if second == self.second {
            return;
        }
        (self.previous, self.previous_began) = if second == self.second.wrapping_add(1) {
            (self.second, self.second_began)
        } else {
            (i64::MIN, u64::MAX)
        };
        self.second = second;
        self.second_began = if self.runs && self.nanos_per_tick > 0.0 {
            let into = self.now.wall.rem_euclid(1_000_000) as f64 * 1000.0;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a second's worth of ticks, rounded down"
            )]
            let ticks = (into / self.nanos_per_tick) as u64;
            // Never before what the last round has seen: those records have their second.
            self.now.counter.saturating_sub(ticks)
        } else {
            0
        };
    }

    fn nanos_of(&self, ticks: u64) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and the cast saturates"
        )]
        let nanos = (ticks as f64 * self.nanos_per_tick) as u64;
        nanos
    }
}

const fn micros(nanos: u64) -> i64 {
    (nanos / 1000).cast_signed()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::base::ManualClock;

    /// A clock whose counter ticks three times a nanosecond, as if it were the processor's.
    #[derive(Clone, Debug)]
    struct Ticking(ManualClock);

    impl Ticking {
        fn counter(&self) -> u64 {
            self.0.monotonic_nanos() * 3 + 1_000_000_000
        }
    }

    impl Clock for Ticking {
        fn wall(&self) -> Timestamp {
            self.0.wall()
        }
        fn monotonic_nanos(&self) -> u64 {
            self.0.monotonic_nanos()
        }
        fn is_real(&self) -> bool {
            true
        }
    }

    fn ticking() -> (Ticking, Times) {
        let clock = Ticking(ManualClock::at(Timestamp::from_micros(100_900_000)));
        let mut times = Times::new(Arc::new(clock.clone()), true, clock.counter());
        clock.0.advance(Duration::from_millis(10));
        times.begin_round(clock.counter());
        (clock, times)
    }

    #[test]
    fn a_stamp_tells_the_time_at_which_it_was_taken() {
        let (clock, mut times) = ticking();
        let stamp = clock.counter();
        let at = clock.wall();
        clock.0.advance(Duration::from_millis(250));
        times.begin_round(clock.counter());
        let off = times.time_of(stamp).micros() - at.micros();
        assert!(off.abs() <= 1, "{off}");
        let age = times.age(stamp).unwrap();
        assert!(age.abs_diff(250_000_000) < 1000, "{age}");
        assert_eq!(times.age(clock.counter() + 1), Some(0));
        assert_eq!(times.second_of(stamp).seconds(), 100);
        assert_eq!(times.second_of(clock.counter()).seconds(), 101);
    }

    #[test]
    fn stamps_in_order_have_seconds_in_order() {
        let (clock, mut times) = ticking();
        let mut last = i64::MIN;
        for step in 0..20_000 {
            let stamp = clock.counter();
            clock.0.advance(Duration::from_nanos(137_000 + step % 7));
            times.begin_round(clock.counter());
            let second = times.second_of(stamp).seconds();
            assert!(second >= last, "went back at {step}");
            last = second;
        }
    }

    #[test]
    fn a_jump_of_the_wall_clock_is_told_once() {
        let (clock, mut times) = ticking();
        clock.0.step_to(Timestamp::from_seconds(50));
        clock.0.advance(Duration::from_millis(1));
        times.begin_round(clock.counter());
        let jump = times.take_jump_millis();
        assert!((-51_000..=-50_900).contains(&jump), "{jump}");
        assert_eq!(times.take_jump_millis(), 0);
        assert_eq!(times.second_of(clock.counter()).seconds(), 50);
    }

    #[test]
    fn a_refresh_is_no_jump_and_the_largest_jump_no_panic() {
        let (clock, mut times) = ticking();
        for _ in 0..10 {
            clock.0.advance(Duration::from_secs(1));
            times.refresh();
        }
        assert_eq!(times.nanos(), clock.monotonic_nanos());
        times.begin_round(clock.counter());
        assert_eq!(times.take_jump_millis(), 0);
        clock.0.step_to(Timestamp::from_micros(i64::MIN));
        times.begin_round(clock.counter());
        assert!(times.take_jump_millis() < 0);
    }

    #[test]
    fn without_a_running_counter_a_record_has_its_rounds_time() {
        let clock = ManualClock::at(Timestamp::from_seconds(7));
        let mut times = Times::new(Arc::new(clock.clone()), true, 1);
        clock.advance(Duration::from_secs(5));
        times.begin_round(9);
        assert_eq!((times.time_of(1).seconds(), times.age(1)), (12, None));
        assert_eq!(times.second_of(1).seconds(), 12);
    }
}
