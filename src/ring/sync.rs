//! The ring's atomics, cells and threads: the standard ones, or loom's when models are run.

#[cfg(loom)]
pub(crate) use loom::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering, fence},
    thread::{Thread, current, park},
};
#[cfg(not(loom))]
pub(crate) use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering, fence},
    thread::{Thread, current},
};

/// Waits a moment for another thread.
pub(crate) fn pause(rounds: &mut u32) {
    #[cfg(loom)]
    {
        *rounds += 1;
        loom::thread::yield_now();
    }
    #[cfg(not(loom))]
    {
        *rounds += 1;
        if *rounds < 64 {
            core::hint::spin_loop();
        } else {
            std::thread::sleep(std::time::Duration::from_micros(100));
        }
    }
}
