//! A file sink that can be made to stall, and that tells how far behind the lines are.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use hdrhistogram::Histogram;
use ringmail::subscription::{Opening, Sink};
use ringmail::{File, Timestamp};

use super::coarse_histogram;
use crate::measure::nanos_since;

/// A file, and what is known of it.
#[derive(Debug)]
pub(super) struct Watched {
    file: File,
    watch: Arc<Watch>,
}

/// What is known of a sink.
#[derive(Debug)]
pub(super) struct Watch {
    /// When the line of each number was due.
    pub(super) schedule: Schedule,
    /// How long after it was due the last line of each block had been written: all, and those
    /// since somebody looked.
    lag: Mutex<(Histogram<u64>, Histogram<u64>)>,
    /// Of mail lines.
    pub(super) lines: AtomicU64,
    gate: (Mutex<bool>, Condvar),
}

/// Which line is due when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    pub(super) began: Instant,
    /// Between two lines of all workers together, in nanoseconds.
    pub(super) interval: f64,
}

impl Schedule {
    /// Nanoseconds from the beginning.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "584 years fit")]
    pub(super) fn due(&self, number: u64) -> u64 {
        (number as f64 * self.interval) as u64
    }
}

impl Watched {
    pub(super) const fn new(file: File, watch: Arc<Watch>) -> Self {
        Self { file, watch }
    }
}

impl Watch {
    pub(super) fn new(schedule: Schedule) -> Self {
        let lag = Mutex::new((coarse_histogram(), coarse_histogram()));
        let gate = (Mutex::new(true), Condvar::new());
        Self { schedule, lag, lines: AtomicU64::new(0), gate }
    }

    /// Lets no write through until it is opened again.
    pub(super) fn open(&self, is_open: bool) {
        *self.gate.0.lock().unwrap_or_else(PoisonError::into_inner) = is_open;
        self.gate.1.notify_all();
    }

    /// The largest lag since the last look, and the middle of them.
    pub(super) fn look(&self) -> (u64, u64) {
        let mut lag = self.lag.lock().unwrap_or_else(PoisonError::into_inner);
        let found = (lag.1.max(), lag.1.value_at_quantile(0.5));
        lag.1.reset();
        found
    }

    /// Of all blocks.
    pub(super) fn lag(&self) -> Histogram<u64> {
        self.lag.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    fn wrote(&self, lines: &[u8]) {
        const MARK: &[u8] = b" Info: MID ";
        let is_mail = |line: &&[u8]| line.get(24..).is_some_and(|body| body.starts_with(MARK));
        let count = lines.split(|byte| *byte == b'\n').filter(is_mail).count();
        // Relaxed: a figure for people; the last look at it is behind a flush.
        self.lines.fetch_add(count as u64, Ordering::Relaxed);
        let last = lines.rsplit(|byte| *byte == b'\n').find(is_mail);
        let digits = last.and_then(|line| line.get(24 + MARK.len()..)).unwrap_or_default();
        let mid = digits.iter().take_while(|byte| byte.is_ascii_digit());
        let mid = mid.fold(0, |mid, digit| mid * 10 + u64::from(digit - b'0'));
        let Some(number) = mid.checked_sub(crate::said::FIRST.0) else { return };
        let late = nanos_since(self.schedule.began).saturating_sub(self.schedule.due(number));
        let mut lag = self.lag.lock().unwrap_or_else(PoisonError::into_inner);
        lag.0.saturating_record(late);
        lag.1.saturating_record(late);
    }
}

impl Sink for Watched {
    fn open(&mut self, opening: &Opening<'_>) -> ringmail::Result<()> {
        self.file.open(opening)
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let is_open = self.watch.gate.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.watch.gate.1.wait_while(is_open, |is_open| !*is_open));
        let taken = self.file.write(lines)?;
        self.watch.wrote(lines.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn position(&self) -> u64 {
        self.file.position()
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        self.file.cut(position)
    }

    fn tell(&mut self, account: &ringmail::SubscriptionAccount, now: Timestamp) {
        self.file.tell(account, now);
    }

    fn roll(&mut self, stamp: &str) -> io::Result<()> {
        self.file.roll(stamp)
    }

    fn take_complaint(&mut self) -> Option<io::Error> {
        self.file.take_complaint()
    }

    fn close(&mut self) -> io::Result<()> {
        self.file.close()
    }

    fn place(&self) -> String {
        self.file.place()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lag_is_that_of_the_last_line() {
        let schedule = Schedule { began: Instant::now(), interval: 0.0 };
        let watch = Watch::new(schedule);
        watch.wrote(b"Wed Nov 19 09:16:38 2014 Info: MID 24600000 ICID 2 RID 3 To: <a@b>\n");
        watch.wrote(b"Wed Nov 19 09:16:38 2014 Info: Begin Logfile\n");
        assert_eq!(watch.lines.load(Ordering::Relaxed), 1);
        assert_eq!(watch.lag().len(), 1);
        assert!(watch.look().0 > 0);
        assert_eq!(watch.look().0, 0, "looked at before");
    }
}
