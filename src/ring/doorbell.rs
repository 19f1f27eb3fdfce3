use std::fs::File;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use crate::ring::lane_file::touch;
use crate::ring::sync::{AtomicBool, Ordering, Thread, current, fence};

/// Wakes the formatter without a system call on the workers' common path.
///
/// The formatter sleeps for a bounded time. A worker looks at the bell only once for each quarter
/// of its lane that it fills, when its lane is full, and when somebody waits for a flush; so a
/// trickle of events costs no wake-up at all, and a burst wakes the formatter while there is still
/// three quarters of the lane to go.
///
/// # Why no wake-up is lost
/// The sleeper stores `sleeping`, then fences, then looks at the tails. The ringer stores its tail,
/// then fences, then looks at `sleeping`. Of two sequentially consistent fences one comes first, so
/// either the sleeper sees the tail, or the ringer sees the sleeper (pair D). And `unpark` before
/// `park` makes `park` return at once. `models::a_bell_is_never_missed` is the loom model of it.
#[derive(Debug)]
pub(crate) struct Doorbell {
    sleeping: AtomicBool,
    /// Somebody asks for more than what stands in the lanes.
    called: AtomicBool,
    sleeper: Mutex<Option<Thread>>,
    /// A file whose time is changed to wake a formatter that watches its directory.
    touched: OnceLock<File>,
}

impl Doorbell {
    pub(crate) fn new() -> Self {
        Self {
            sleeping: AtomicBool::new(false),
            called: AtomicBool::new(false),
            sleeper: Mutex::new(None),
            touched: OnceLock::new(),
        }
    }

    /// Wakes the formatter through a file of the directory that it watches from now on.
    pub(crate) fn wake_by_touch(&self, file: File) {
        let _again = self.touched.set(file);
    }

    /// Says that this thread is the one to wake.
    pub(crate) fn answer_here(&self) {
        if let Ok(mut sleeper) = self.sleeper.lock() {
            *sleeper = Some(current());
        }
    }

    /// Wakes the formatter for something that the lanes do not tell.
    pub(crate) fn call(&self) {
        // ORDERING: what is called for before it; the fence of pair D behind it.
        self.called.store(true, Ordering::Release);
        self.ring();
    }

    /// Wakes the formatter if it sleeps, or is about to.
    #[cold]
    #[inline(never)]
    pub(crate) fn ring(&self) {
        // ORDERING: pair D; the ringer's stores before it, its look at `sleeping` behind it.
        fence(Ordering::SeqCst);
        // ORDERING: the swap only decides which of several ringers makes the call.
        if !self.sleeping.load(Ordering::Relaxed) || !self.sleeping.swap(false, Ordering::Relaxed) {
            return;
        }
        if let Some(file) = self.touched.get() {
            return touch(file);
        }
        if let Ok(sleeper) = self.sleeper.lock()
            && let Some(thread) = sleeper.as_ref()
        {
            thread.unpark();
        }
    }

    /// Sleeps for `max` at most, unless `is_idle` says that there is something to do.
    pub(crate) fn sleep(&self, max: Duration, is_idle: impl FnOnce() -> bool) {
        self.sleep_by(is_idle, || {
            #[cfg(not(loom))]
            std::thread::park_timeout(max);
            #[cfg(loom)]
            {
                let _bound = max;
                crate::ring::sync::park();
            }
        });
    }

    /// The same, by a call that does the sleeping.
    pub(crate) fn sleep_by(&self, is_idle: impl FnOnce() -> bool, wait: impl FnOnce()) {
        self.sleeping.store(true, Ordering::Relaxed);
        // ORDERING: pair D; `sleeping` before it, the look at the tails behind it.
        fence(Ordering::SeqCst);
        // ORDERING: with the store in `call`.
        if !self.called.swap(false, Ordering::Acquire) && is_idle() {
            wait();
        }
        self.sleeping.store(false, Ordering::Relaxed);
    }
}
