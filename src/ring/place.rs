//! Where a ring's lanes and words are.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::time::{Duration, SystemTime};

use crate::base::{Error, HeldFile, Result, Timestamp};
use crate::ring::lane_file::LaneFile;
use crate::ring::lane_head::LaneHead;
use crate::ring::owner::effective_user;
use crate::ring::page::Page;
use crate::ring::words::RingWords;
use crate::ring::{Counter, Lane};
use crate::ring::{FullLane, MAX_LANE_BYTES, MIN_LANE_BYTES, Order, Owner, Ring, RunDirectory};

/// Memory of this process, or a run directory: the one that this process serves, or one that it is
/// attached to.
#[derive(Debug)]
pub(crate) struct Place {
    /// The words that this process's workers read: in `own`, or in the page of `shared`.
    words: *const RingWords,
    /// The words of a ring whose formatter is in this process.
    own: Option<Box<RingWords>>,
    shared: Option<Shared>,
}

#[derive(Debug)]
struct Shared {
    directory: RunDirectory,
    page: Page,
    /// Held by the process that serves the directory, until its formatter ends.
    lock: Mutex<Option<HeldFile>>,
    is_serving: AtomicBool,
    /// The mark of this ring's lanes.
    maker: u64,
}

// SAFETY: the pointer is to memory that the place owns and that does not move, in a box or a
// mapping, and is read as `&` only.
unsafe impl Send for Place {}
// SAFETY: as for Send.
unsafe impl Sync for Place {}

impl Place {
    /// Memory of this process.
    pub(crate) fn memory() -> Self {
        let own = Box::new(RingWords::new());
        Self { words: &raw const *own, own: Some(own), shared: None }
    }

    /// The words that workers of this process go by.
    #[inline]
    pub(crate) const fn words(&self) -> &RingWords {
        // SAFETY: see where it is set: it lives as long as the place, and is never written but by
        // atomic stores.
        unsafe { &*self.words }
    }

    /// The words of this process, and those that attached processes read.
    pub(crate) fn each_words(&self, mut act: impl FnMut(&RingWords)) {
        act(self.words());
        if let Some(shared) = &self.shared
            && shared.is_serving.load(Ordering::Relaxed)
        {
            act(shared.page.words());
        }
    }

    /// Leaves the run directory to the next engine.
    pub(crate) fn release(&self) {
        if let Some(shared) = &self.shared {
            // ORDERING: the formatter's thread alone writes the page, and this is its last word.
            shared.is_serving.store(false, Ordering::Relaxed);
            drop(shared.lock.lock().map(|mut lock| lock.take()));
        }
    }

    /// Whether the formatter is another process's.
    pub(crate) const fn is_attached(&self) -> bool {
        self.own.is_none()
    }
}

impl Place {
    /// A lane.
    pub(crate) fn lane(&self, id: u64, bytes: usize, counter: &Counter) -> Result<Lane> {
        let Some(shared) = &self.shared else { return Lane::anonymous(id, bytes) };
        let settings = &shared.page.words().settings;
        let head = LaneHead {
            size: bytes as u64,
            key: random(),
            maker: shared.maker,
            epoch: settings.epoch.load(Ordering::Relaxed),
            counter: counter.horizon(),
            wall: Timestamp::from(SystemTime::now()).micros(),
            owner: Owner::here(),
        };
        // The engine's user needs no group to reach a lane, and who can write one can cut it short,
        // which ends the process that has it mapped.
        let mode = if self.is_attached() && shared.directory.owner()? != effective_user() {
            u32::try_from(settings.lane_mode.load(Ordering::Relaxed)).unwrap_or(0) & 0o660 | 0o600
        } else {
            0o600
        };
        let (file, region) = LaneFile::create(&shared.directory, head, mode).map_err(|source| {
            Error::io(
                format!(
                    "cannot make a lane of {bytes} bytes in the run directory: check its free \
                         space and who may write there"
                ),
                source,
            )
            .at_path(shared.directory.path())
        })?;
        Ok(Lane::of_file(id, region, file))
    }

    /// Wakes the formatter of another process, if that is where it is.
    pub(crate) fn wakes_by_touch(&self, lane: &Lane) -> bool {
        if !self.is_attached() {
            return false;
        }
        // ORDERING: pair D; the ringer's stores before it, its look at `sleeping` behind it.
        fence(Ordering::SeqCst);
        if self.words().sleeping.load(Ordering::Relaxed) != 0
            && let Some(file) = &lane.file
        {
            file.touch();
        }
        true
    }

    /// The ring of a process that was forked from this one.
    pub(crate) fn ring_of_child(&self) -> Option<Ring> {
        // Without one events are shed, and the outcome says so.
        self.shared.as_ref().and_then(|shared| Ring::attached(&shared.directory).ok())
    }
}

impl Ring {
    /// A ring whose lanes are files of a run directory that this process serves from now on.
    ///
    /// # Errors
    /// When the directory cannot be made or used, or another engine serves it.
    pub(crate) fn serving(
        directory: &RunDirectory,
        counter: Counter,
        order: Order,
        full_lane: FullLane,
        lane_bytes: usize,
    ) -> Result<Self> {
        let lock = directory.serve()?;
        directory.sweep().map_err(|source| {
            Error::io("cannot look through the run directory", source).at_path(directory.path())
        })?;
        let page = Page::serve(directory)?;
        let settings = &page.words().settings;
        // ORDERING: who attaches reads them whenever it does; each stands for itself.
        settings.epoch.fetch_add(1, Ordering::Relaxed);
        settings.lane_bytes.store(lane_bytes as u64, Ordering::Relaxed);
        settings.relaxed.store(u64::from(order == Order::Relaxed), Ordering::Relaxed);
        settings.lane_mode.store(u64::from(directory.lane_mode()), Ordering::Relaxed);
        settings.by_clock.store(u64::from(counter.is_clock()), Ordering::Relaxed);
        let wait = match full_lane {
            FullLane::Block { max } => {
                u64::try_from(max.as_nanos()).unwrap_or(u64::MAX).saturating_add(1)
            }
            FullLane::Drop => 0,
        };
        settings.longest_wait.store(wait, Ordering::Relaxed);
        let words = page.words();
        words.sleeping.store(0, Ordering::Relaxed);
        words.coarse.store(0, Ordering::Relaxed);
        // It goes on counting, so that whoever gave up waiting for the last formatter sees this one.
        words.heartbeat.fetch_add(1, Ordering::Relaxed);
        let mut place = Place::memory();
        let touched = page.file().map_err(|source| {
            Error::io("cannot use the run directory's page", source).at_path(directory.path())
        })?;
        let directory = directory.clone();
        place.shared = Some(Shared {
            directory,
            page,
            lock: Mutex::new(Some(lock)),
            is_serving: AtomicBool::new(true),
            maker: random(),
        });
        let ring = Self::at(place, counter, order, full_lane, lane_bytes);
        ring.doorbell.wake_by_touch(touched);
        Ok(ring)
    }

    /// A ring in the run directory of another process.
    ///
    /// # Errors
    /// When nobody has ever served it, or this user may not use it.
    pub(crate) fn attached(directory: &RunDirectory) -> Result<Self> {
        let page = Page::attach(directory.path(), directory.owner()?)?;
        let settings = &page.words().settings;
        let lane_bytes = settings.lane_bytes.load(Ordering::Relaxed);
        let lane_bytes = usize::try_from(lane_bytes)
            .ok()
            .filter(|bytes| {
                bytes.is_power_of_two() && (MIN_LANE_BYTES..=MAX_LANE_BYTES).contains(bytes)
            })
            .ok_or_else(|| {
                Error::input(
                    "the run directory's page has no size of lanes: is an engine starting?",
                )
                .at_path(directory.path())
            })?;
        let full_lane = match settings.longest_wait.load(Ordering::Relaxed) {
            0 => FullLane::Drop,
            nanos => FullLane::Block { max: Duration::from_nanos(nanos - 1) },
        };
        let is_relaxed = settings.relaxed.load(Ordering::Relaxed) != 0;
        let order = if is_relaxed { Order::Relaxed } else { Order::Causal };
        let by_clock = settings.by_clock.load(Ordering::Relaxed) != 0;
        let counter = if by_clock { Counter::Clock } else { Counter::between_processes() };
        if counter.is_clock() != by_clock {
            return Err(Error::config(
                "the engine stamps by the processor's counter, which the kernel does not trust any \
                 more: start the engine again",
            )
            .at_path(directory.path()));
        }
        let words = std::ptr::from_ref(page.words());
        let directory = directory.clone();
        let shared = Shared {
            directory,
            page,
            lock: Mutex::new(None),
            is_serving: AtomicBool::new(false),
            maker: random(),
        };
        let place = Place { words, own: None, shared: Some(shared) };
        Ok(Self::at(place, counter, order, full_lane, lane_bytes))
    }

    /// Lets workers of other processes know that the formatter sleeps, or that it is awake.
    pub(crate) fn tell_sleeping(&self, sleeps: bool) {
        if let Some(shared) = &self.place.shared {
            // ORDERING: pair D; the fence is the caller's.
            shared.page.words().sleeping.store(u64::from(sleeps), Ordering::Relaxed);
        }
    }

    /// Whether a lane with this mark is one of this ring's own.
    pub(crate) fn is_maker(&self, mark: u64) -> bool {
        self.place.shared.as_ref().is_some_and(|shared| shared.maker == mark)
    }
}

/// A number that no other process is likely to have. Not for secrets.
pub(crate) fn random() -> u64 {
    // Each state has keys of its own; the process's number tells forks apart, which share them.
    let salt = (std::process::id(), SystemTime::now());
    RandomState::new().hash_one(salt)
}
