//! Tells a process from the child that it forks: a lane has one producer, and after a fork there
//! would be two.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many forks lie between this process and the one that was started.
static GENERATION: AtomicU64 = AtomicU64::new(0);

/// This process's generation, to be compared with [`generation`] later.
pub(crate) fn observed_generation() -> u64 {
    static OBSERVED: OnceLock<()> = OnceLock::new();
    OBSERVED.get_or_init(|| {
        // SAFETY: the handler adds to an atomic number, which is allowed after a fork. It fails
        // only for lack of memory; forks are then not seen.
        let _failed = unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
    generation()
}

/// This process's generation, once it is observed.
#[inline]
pub(crate) fn generation() -> u64 {
    // ORDERING: changed before any thread of the child runs.
    GENERATION.load(Ordering::Relaxed)
}

extern "C" fn in_child() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}
