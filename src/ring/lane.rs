use std::fmt;
use std::sync::atomic::AtomicU64 as PlainU64;

use crossbeam_utils::CachePadded;

use crate::base::{LaneAccount, Result};
use crate::ring::lane_file::LaneFile;
use crate::ring::region::Region;
use crate::ring::sync::{AtomicU64, Ordering};

/// One worker's way to the formatter: single producer, single consumer, records of any length.
///
/// Positions count bytes since the lane was made and never wrap; an index into the data is a
/// position modulo the size. Bytes from head to tail belong to the consumer, all others to the
/// producer.
pub(crate) struct Lane {
    pub(crate) id: u64,
    pub(crate) region: Region,
    size: u64,
    /// The file that the memory is, where it is one.
    pub(crate) file: Option<LaneFile>,
}

impl Lane {
    pub(crate) fn anonymous(id: u64, bytes: usize) -> Result<Self> {
        Ok(Self { id, region: Region::anonymous(bytes)?, size: bytes as u64, file: None })
    }

    /// A lane that is a file; `region` is its mapping, or copies its control words.
    pub(crate) const fn of_file(id: u64, region: Region, file: LaneFile) -> Self {
        Self { id, region, size: file.head.size, file: Some(file) }
    }

    #[inline]
    pub(crate) fn control(&self) -> &Control {
        self.region.control()
    }

    /// Bytes of data: a power of two.
    #[inline]
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Gives the producer what lies before `position`.
    #[inline]
    pub(crate) fn give_back(&self, position: u64) {
        let words = &self.control().head;
        // ORDERING: pair B, the producer may overwrite what lies before the head.
        words.head.store(position, Ordering::Release);
        // ORDERING: pair B once more; see `HeadWords`.
        words.again.store(position, Ordering::Release);
        if let Some(file) = &self.file {
            file.write_head(position);
        }
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("id", &self.id).field("size", &self.size()).finish()
    }
}

/// The words that a lane's two ends share. Each end's words lie in cache lines of their own.
///
/// All are numbers of which any value is possible, as in a file others can write them.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Control {
    /// Written by the producer.
    pub(crate) producer: CachePadded<ProducerWords>,
    /// Written by the consumer.
    pub(crate) head: CachePadded<HeadWords>,
    /// What the producer lost, written on its cold path only.
    pub(crate) loss: CachePadded<Loss>,
}

#[derive(Debug)]
#[repr(C)]
pub(crate) struct ProducerWords {
    /// Everything before it is a whole record.
    pub(crate) tail: AtomicU64,
    /// Events that `emit` was called with and that somebody wants.
    pub(crate) offered: AtomicU64,
    /// Events of them that are in the lane, or were.
    pub(crate) accepted: AtomicU64,
    /// Not 0: no further record will come; [`PANICKED`]: the worker was panicking.
    pub(crate) closed: AtomicU64,
}

/// The producer ended in order.
pub(crate) const ENDED: u64 = 1;
/// The producer's thread was panicking when it closed the lane.
pub(crate) const PANICKED: u64 = 2;

/// Everything before the head is settled and may be overwritten.
///
/// It stands twice, since a consumer that is not allowed to map the lane writes it by a system
/// call, which need not write eight bytes at once: the producer goes by it when both are the same.
/// The consumer writes the first one first and the producer reads the second one first, so two
/// that are the same were both whole.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct HeadWords {
    pub(crate) head: AtomicU64,
    pub(crate) again: AtomicU64,
}

impl Control {
    pub(crate) fn new() -> Self {
        Self {
            producer: CachePadded::new(ProducerWords {
                tail: AtomicU64::new(0),
                offered: AtomicU64::new(0),
                accepted: AtomicU64::new(0),
                closed: AtomicU64::new(0),
            }),
            head: CachePadded::new(HeadWords { head: AtomicU64::new(0), again: AtomicU64::new(0) }),
            loss: CachePadded::new(Loss::default()),
        }
    }
}

/// Why an event did not get into its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ShedReason {
    /// The engine has been shut down.
    Closed,
    /// No room, and the policy said not to wait, or the wait was over.
    LaneFull,
    /// The event's encoding was longer than it announced: a defect of a row.
    Malformed,
    /// There was no memory for the thread's lane, or the thread was at its end.
    NoLane,
}

impl ShedReason {
    /// All reasons, by name.
    pub const ALL: [Self; 4] = [Self::Closed, Self::LaneFull, Self::Malformed, Self::NoLane];

    /// How a notice names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "engine closed",
            Self::LaneFull => "lane full",
            Self::Malformed => "event malformed",
            Self::NoLane => "no lane",
        }
    }

    /// The account's term for what was shed for this reason.
    pub(crate) const fn term(self, account: &mut LaneAccount) -> &mut u64 {
        match self {
            Self::Closed => &mut account.shed_closed,
            Self::LaneFull => &mut account.shed_lane_full,
            Self::Malformed => &mut account.shed_malformed,
            Self::NoLane => &mut account.shed_no_lane,
        }
    }
}

/// What the producer lost, written on its cold path only.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Loss {
    shed: [PlainU64; ShedReason::ALL.len()],
    /// Fields that were cut to the bound of a field.
    pub(crate) cuts: PlainU64,
    /// When the first event was shed that no notice has told of yet: order counter, 0 for none.
    pub(crate) first_order: PlainU64,
}

impl Loss {
    /// All words, in the order of their places in memory.
    pub(crate) fn all(&self) -> [&PlainU64; ShedReason::ALL.len() + 2] {
        let [closed, lane_full, malformed, no_lane] = &self.shed;
        [closed, lane_full, malformed, no_lane, &self.cuts, &self.first_order]
    }

    /// The counter of a reason.
    pub(crate) fn shed(&self, reason: ShedReason) -> &PlainU64 {
        let [closed, lane_full, malformed, no_lane] = &self.shed;
        match reason {
            ShedReason::Closed => closed,
            ShedReason::LaneFull => lane_full,
            ShedReason::Malformed => malformed,
            ShedReason::NoLane => no_lane,
        }
    }
}
