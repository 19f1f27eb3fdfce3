//! The words by which the formatter speaks to all workers, in this process and in others.

use std::sync::atomic::AtomicU64;

use crossbeam_utils::CachePadded;

use crate::ring::Interest;

/// Written by the formatter alone, read by whoever emits. All are numbers of which any value is
/// possible; none of them hands anything over, but for the one of the doorbell.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct RingWords {
    /// Which events anybody wants.
    pub(crate) interest: Interest,
    /// In the relaxed order: the stamp of the round that the formatter is in; 0 while it sleeps.
    pub(crate) coarse: CachePadded<AtomicU64>,
    /// Rounds of the formatter, plus one; 0 when there is none.
    pub(crate) heartbeat: CachePadded<AtomicU64>,
    /// Not 0: the formatter sleeps, or is about to (pair D). For workers in other processes.
    pub(crate) sleeping: CachePadded<AtomicU64>,
    pub(crate) settings: CachePadded<Settings>,
}

/// What a process that attaches has to know.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Settings {
    /// How often the run directory has been served.
    pub(crate) epoch: AtomicU64,
    /// Bytes of a lane.
    pub(crate) lane_bytes: AtomicU64,
    /// Not 0: the relaxed order.
    pub(crate) relaxed: AtomicU64,
    /// The longest wait of one `emit` in nanoseconds, plus one; 0: none, what finds no room is shed
    /// by importance.
    pub(crate) longest_wait: AtomicU64,
    /// The mode of lanes.
    pub(crate) lane_mode: AtomicU64,
    /// Not 0: stamps are the clock's, not the processor's.
    pub(crate) by_clock: AtomicU64,
}

impl RingWords {
    /// Words of a ring that nobody outside this process knows.
    pub(crate) fn new() -> Self {
        let zero = || AtomicU64::new(0);
        Self {
            interest: Interest::new(),
            coarse: CachePadded::new(zero()),
            heartbeat: CachePadded::new(AtomicU64::new(1)),
            sleeping: CachePadded::new(zero()),
            settings: CachePadded::new(Settings {
                epoch: zero(),
                lane_bytes: zero(),
                relaxed: zero(),
                longest_wait: zero(),
                lane_mode: zero(),
                by_clock: zero(),
            }),
        }
    }
}
