//! The ordered counter (contract C4).
//!
//! # Why a record's stamp tells which `emit` came first
//! `rdtscp` waits until all instructions before it have executed. If one `emit` returned before
//! another began, something handed that knowledge over (a store read by a load), so the second
//! stamp is read after the first. With a counter that runs at one rate and is in step on all cores,
//! the second stamp is not smaller. (A plain `rdtsc` may be executed early, and was seen to be.)
//!
//! # Why the horizon is safe
//! The formatter reads the counter (H), and only then the list of lanes and their tails. Let emit A
//! return before emit B begins, and let B be released, so B is visible and its stamp is below H. B
//! began before H was read, so A had returned before H was read, so A's tail was stored before the
//! formatter read it: A is visible too, its stamp is not above B's, and the merge releases it first.

use std::sync::atomic::Ordering as Plain;

use crossbeam_utils::CachePadded;

use crate::ring::sync::{AtomicU64, Ordering};

/// Where stamps come from.
#[derive(Debug)]
pub(crate) enum Counter {
    /// The processor's own counter: invariant, and in step on all cores.
    #[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(loom)))]
    Hardware,
    /// The kernel's monotonic clock, which processes share where they can share no sequence. On the
    /// machines that need it, it may be a system call.
    Clock,
    /// A sequence in memory: slower, as all workers write one cache line, but it works anywhere.
    Sequence(CachePadded<AtomicU64>),
}

impl Counter {
    /// The best counter that this machine has.
    pub(crate) fn detect() -> Self {
        #[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(loom)))]
        if hardware::is_usable() {
            return Self::Hardware;
        }
        Self::sequence()
    }

    /// The best counter of this machine that several processes can use.
    pub(crate) fn between_processes() -> Self {
        match Self::detect() {
            Self::Sequence(_) => Self::Clock,
            hardware => hardware,
        }
    }

    /// Whether stamps are the kernel's clock.
    pub(crate) const fn is_clock(&self) -> bool {
        matches!(self, Self::Clock)
    }

    pub(crate) fn sequence() -> Self {
        // Zero means "no stamp" elsewhere.
        Self::Sequence(CachePadded::new(AtomicU64::new(1)))
    }

    /// Whether the counter runs with time, so that a stamp tells when it was taken.
    pub(crate) const fn runs_with_time(&self) -> bool {
        !matches!(self, Self::Sequence(_))
    }

    /// A stamp that is not smaller than any taken before this call began.
    #[inline]
    pub(crate) fn stamp(&self) -> u64 {
        match self {
            #[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(loom)))]
            Self::Hardware => hardware::ordered(),
            Self::Clock => monotonic_nanos(),
            // ORDERING: the total order of changes to one atomic is the order of stamps; AcqRel
            // makes a hand-over between workers part of it.
            Self::Sequence(next) => next.fetch_add(1, Ordering::AcqRel),
        }
    }

    /// A stamp such that all that is read from memory afterwards is read after it was taken, and
    /// that no later [`stamp`](Self::stamp) is below.
    #[inline]
    pub(crate) fn horizon(&self) -> u64 {
        match self {
            #[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(loom)))]
            Self::Hardware => hardware::before_loads(),
            Self::Clock => monotonic_nanos(),
            // ORDERING: Acquire keeps the loads of tails behind it.
            Self::Sequence(next) => next.fetch_add(1, Ordering::AcqRel),
        }
    }
}

/// The monotonic clock. The same moment may be given twice, as to two cores by the hardware.
fn monotonic_nanos() -> u64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // ORDERING: what came before has happened, and what comes behind has not, when it is read.
    std::sync::atomic::fence(Plain::SeqCst);
    // SAFETY: writes into memory of the right type. The clock always exists.
    let _done = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    std::sync::atomic::fence(Plain::SeqCst);
    now.tv_sec.cast_unsigned() * 1_000_000_000 + now.tv_nsec.cast_unsigned()
}

#[cfg(all(target_arch = "x86_64", not(loom)))]
mod hardware {
    use core::arch::x86_64::{__cpuid, __rdtscp, _mm_lfence};

    #[inline]
    pub(super) fn ordered() -> u64 {
        let mut core = 0;
        // SAFETY: `is_usable` said that the processor has rdtscp.
        unsafe { __rdtscp(&mut core) }
    }

    #[inline]
    pub(super) fn before_loads() -> u64 {
        let now = ordered();
        // SAFETY: every x86_64 processor has lfence. It keeps later loads from starting early.
        unsafe { _mm_lfence() };
        now
    }

    /// Invariant by the processor's word, and in step by the kernel's: it takes the counter off
    /// the list of clock sources when it sees it drift or differ between cores.
    pub(super) fn is_usable() -> bool {
        const EXTENDED: u32 = 0x8000_0000;
        let highest = __cpuid(EXTENDED).eax;
        let has_rdtscp = highest > EXTENDED && __cpuid(EXTENDED + 1).edx & (1 << 27) != 0;
        let is_invariant = highest >= EXTENDED + 7 && __cpuid(EXTENDED + 7).edx & (1 << 8) != 0;
        has_rdtscp
            && is_invariant
            && std::fs::read_to_string(
                "/sys/devices/system/clocksource/clocksource0/available_clocksource",
            )
            .is_ok_and(|sources| sources.split_whitespace().any(|source| source == "tsc"))
    }
}

#[cfg(all(target_arch = "aarch64", not(loom)))]
mod hardware {
    use core::arch::asm;

    #[inline]
    pub(super) fn ordered() -> u64 {
        let now: u64;
        // SAFETY: reads a counter that user space may read; `isb` keeps it behind what came before.
        unsafe { asm!("isb", "mrs {}, cntvct_el0", out(reg) now, options(nostack)) };
        now
    }

    #[inline]
    pub(super) fn before_loads() -> u64 {
        let now = ordered();
        // SAFETY: a barrier: later instructions start after it.
        unsafe { asm!("isb", options(nostack)) };
        now
    }

    /// The architecture promises one system counter, in step on all cores.
    pub(super) const fn is_usable() -> bool {
        true
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Two threads hand a token to and fro; each stamp must not be below the one before it.
    fn stamps_follow_the_token(counter: &Counter) {
        const ROUNDS: u64 = 20_000;
        let turn = AtomicU64::new(0);
        let last = AtomicU64::new(0);
        let worst = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for me in 0..2 {
                let (turn, last, worst) = (&turn, &last, &worst);
                scope.spawn(move || {
                    let mut waited = 0;
                    while turn.load(Ordering::Relaxed) < ROUNDS {
                        if turn.load(Ordering::Acquire) % 2 == me {
                            let stamp = counter.stamp();
                            if stamp < last.load(Ordering::Relaxed) {
                                worst.fetch_add(1, Ordering::Relaxed);
                            }
                            last.store(stamp, Ordering::Relaxed);
                            turn.fetch_add(1, Ordering::Release);
                            waited = 0;
                        } else {
                            waited += 1;
                            if waited % 1000 == 0 {
                                std::thread::yield_now();
                            }
                        }
                    }
                });
            }
        });
        assert_eq!(worst.load(Ordering::Relaxed), 0, "stamps went back along a hand-over");
    }

    #[test]
    fn detected_counter_is_ordered() {
        stamps_follow_the_token(&Counter::detect());
    }

    #[test]
    fn the_clock_is_ordered() {
        stamps_follow_the_token(&Counter::Clock);
    }

    #[test]
    fn sequence_is_ordered() {
        stamps_follow_the_token(&Counter::sequence());
    }

    #[test]
    fn a_horizon_lies_between_stamps() {
        for counter in [Counter::detect(), Counter::Clock, Counter::sequence()] {
            let before = counter.stamp();
            let horizon = counter.horizon();
            let after = counter.stamp();
            assert!(before <= horizon && horizon <= after);
        }
    }
}
