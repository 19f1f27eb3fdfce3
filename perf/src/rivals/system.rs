//! Who takes part, and what each of them must be able to do.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use ringmail::Order;

#[cfg(feature = "others")]
use super::{fast_log, log4rs, slog_async, spdlog_rs, tracing_appender};
use super::{mutex_buffer, raw_write, ringmail as ours, spdlog};
use crate::Result;
use crate::measure::{histogram, nanos_since};
use crate::pace::wait_until;
use crate::said::{Said, Script};
use crate::target::Place;

/// Lines that the queue of an asynchronous rival holds: spdlog's default, and about as many as a
/// lane of ringmail.
#[cfg(feature = "others")]
pub(super) const QUEUE: usize = 8192;

/// The buffer in front of a file, for whoever lets it be chosen.
pub(super) const BUFFER_BYTES: usize = 64 << 10;

/// A way to get lines from several threads into a file.
pub(super) struct System {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// It is so slow that a part of the lines, one of so many, tells its rate as well.
    pub(super) part: u64,
    pub(super) start: Start,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// ringmail
    Ours,
    /// The caller writes, or fills a buffer behind a lock.
    Direct,
    /// A queue, and a thread behind it.
    Queued,
    /// No logger: what the kernel takes at most.
    Ceiling,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ringmail",
            Self::Direct => "direct",
            Self::Queued => "queued",
            Self::Ceiling => "ceiling",
        }
    }
}

/// How it comes to life, in a process of its own in any case.
#[derive(Clone, Copy)]
pub(super) enum Start {
    /// In this program.
    Here(fn(&Place) -> Result<Box<dyn Running>>),
    /// In the C++ program beside this file.
    Spdlog(spdlog::Mode),
}

/// A system at work. Dropping it ends it.
pub(super) trait Running {
    /// One producer's part, to be run on a thread of its own.
    fn worker(&self, share: &Share) -> Result<Work>;

    /// Returns when the kernel has the last byte.
    fn flush(&self) -> Result<()>;

    /// Checks its own books, where it keeps any.
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

/// Says a share, most often by [`drive`].
pub(super) type Work = Box<dyn FnOnce(&Share) -> Histogram<u64> + Send>;

/// What one producer has to say, and when.
pub(super) struct Share {
    pub(super) script: Script,
    pub(super) lines: u64,
    /// Between two lines; none where each is said as soon as the one before it is.
    pub(super) interval: Option<Duration>,
}

impl Share {
    /// Lines of all producers together.
    pub(super) const fn all(&self) -> u64 {
        self.lines * self.script.producers()
    }
}

/// All systems, the ceiling first.
pub(super) fn systems() -> Vec<System> {
    use mutex_buffer::{MutexBuffer, Style};
    let here = |name, kind, part, start| System { name, kind, part, start: Start::Here(start) };
    let spdlog = |name, kind, mode| System { name, kind, part: 5, start: Start::Spdlog(mode) };
    vec![
        here("write(2)", Kind::Ceiling, 1, raw_write::start),
        here("ringmail causal", Kind::Ours, 1, |place| ours::start(Order::Causal, place)),
        here("ringmail relaxed", Kind::Ours, 1, |place| ours::start(Order::Relaxed, place)),
        here("mutex BufWriter", Kind::Direct, 1, |place| MutexBuffer::start(Style::Itoa, place)),
        here("mutex BufWriter, short lock", Kind::Direct, 1, |place| {
            MutexBuffer::start(Style::ShortLock, place)
        }),
        here("mutex BufWriter, write!", Kind::Direct, 2, |place| {
            MutexBuffer::start(Style::Write, place)
        }),
        #[cfg(feature = "others")]
        here("tracing-appender", Kind::Queued, 5, tracing_appender::start),
        #[cfg(feature = "others")]
        here("slog-async", Kind::Queued, 5, slog_async::start),
        #[cfg(feature = "others")]
        here("fast_log", Kind::Queued, 5, fast_log::start),
        #[cfg(feature = "others")]
        here("spdlog-rs async", Kind::Queued, 5, spdlog_rs::start),
        spdlog("spdlog (C++) async", Kind::Queued, spdlog::Mode::Async),
        #[cfg(feature = "others")]
        here("log4rs", Kind::Direct, 5, log4rs::start),
        spdlog("spdlog (C++) sync", Kind::Direct, spdlog::Mode::Sync),
    ]
}

/// One call of so many is timed where lines follow each other at once: timing takes as long as
/// what it times.
pub(super) const TIMED: u64 = 8;

/// Says a share, and tells how long the callers waited, the timer included.
#[inline]
pub(super) fn drive(share: &Share, mut say: impl FnMut(&Said<'_>)) -> Histogram<u64> {
    if let Some(interval) = share.interval {
        return paced(share, interval, say);
    }
    let mut latency = histogram();
    for number in 0..share.lines {
        let said = share.script.said(number);
        if number % TIMED == 0 {
            let began = Instant::now();
            say(&said);
            latency.saturating_record(nanos_since(began));
        } else {
            say(&said);
        }
    }
    latency
}

/// Says each line at its time, and takes the latency from that time, so that a line that could not
/// be said because the one before it waited counts as late.
#[inline(never)]
fn paced(share: &Share, interval: Duration, mut say: impl FnMut(&Said<'_>)) -> Histogram<u64> {
    let mut latency = histogram();
    let mut due = Instant::now();
    for number in 0..share.lines {
        due += interval;
        let said = share.script.said(number);
        wait_until(due);
        say(&said);
        latency.saturating_record(nanos_since(due));
    }
    latency
}
