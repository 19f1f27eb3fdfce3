use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use crate::base::{Level, Timestamp};
use crate::event::Event;
use crate::ring::{Outcome, Producer, Ring, ShedReason};

/// A way into the log for code that wanders between threads, such as async tasks.
///
/// It is cheap to clone and can be shared. Each thread that emits through it gets a lane of its
/// own, which is kept until the thread ends; so use it on a runtime's few threads, not on threads
/// that come and go with each message. It costs a look-up in thread-local storage more than a
/// [`Producer`].
///
/// In a process that was forked from the one that made it, it opens lanes of its own where the
/// engine has a run directory, and else sheds what it is given.
///
/// # Ordering
/// Events that one task emits before and after it moves to another thread keep their order in the
/// causal order, as the hand-over of the task orders them; in the relaxed order they may not.
#[derive(Clone)]
pub struct Handle {
    ring: Arc<Ring>,
}

thread_local! {
    /// This thread's lanes: one for each engine that it has emitted to.
    static LANES: RefCell<Vec<(Arc<Ring>, Producer)>> = const { RefCell::new(Vec::new()) };
}

impl Handle {
    pub(crate) const fn new(ring: Arc<Ring>) -> Self {
        Self { ring }
    }

    /// As [`Producer::emit`].
    ///
    /// Sheds the event when this thread's lane cannot be opened for lack of memory, or when the
    /// thread is so far in its end that its thread-local storage is gone.
    #[inline]
    pub fn emit<'a, E: Event<'a>>(&self, event: &E) -> Outcome {
        self.with_lane::<E>(|producer| producer.emit(event))
    }

    /// As [`Producer::emit_at`].
    #[inline]
    pub fn emit_at<'a, E: Event<'a>>(&self, event: &E, time: Timestamp) -> Outcome {
        self.with_lane::<E>(|producer| producer.emit_at(event, time))
    }

    /// As [`Producer::emit_as`].
    #[inline]
    pub fn emit_as<'a, E: Event<'a>>(&self, event: &E, level: Level) -> Outcome {
        self.with_lane::<E>(|producer| producer.emit_as(event, level))
    }

    /// As [`Producer::emit_with`].
    #[inline]
    pub fn emit_with<'a, E: Event<'a>>(
        &self,
        event: &E,
        level: Level,
        time: Option<Timestamp>,
    ) -> Outcome {
        self.with_lane::<E>(|producer| producer.emit_with(event, level, time))
    }

    /// As [`Producer::wants`].
    #[inline]
    #[must_use]
    pub fn wants<'a, E: Event<'a>>(&self) -> bool {
        self.ring.wants(E::ROW.number)
    }

    fn with_lane<'a, E: Event<'a>>(&self, act: impl FnOnce(&mut Producer) -> Outcome) -> Outcome {
        if !self.wants::<E>() && !self.ring.is_lost_by_close(E::ROW.number) {
            return Outcome::Unwanted;
        }
        let outcome = LANES.try_with(|lanes| {
            let mut lanes = lanes.borrow_mut();
            if let Some((_, producer)) =
                lanes.iter_mut().find(|(ring, _)| Arc::ptr_eq(ring, &self.ring))
            {
                return act(producer);
            }
            if self.ring.is_closed() {
                // No lane for what nobody reads any more.
                self.ring.count_late();
                return Outcome::Shed(ShedReason::Closed);
            }
            self.open(&mut lanes).map_or_else(|| self.shed(), act)
        });
        outcome.unwrap_or_else(|_| self.shed())
    }

    /// Opens this thread's lane, and closes those of engines that have ended.
    #[cold]
    #[inline(never)]
    fn open<'l>(&self, lanes: &'l mut Vec<(Arc<Ring>, Producer)>) -> Option<&'l mut Producer> {
        lanes.retain(|(ring, _)| ring.is_formatter_alive());
        let producer = Producer::new(&self.ring).ok()?;
        lanes.push((Arc::clone(&self.ring), producer));
        lanes.last_mut().map(|(_, producer)| producer)
    }

    #[cold]
    fn shed(&self) -> Outcome {
        self.ring.count_laneless();
        Outcome::Shed(ShedReason::NoLane)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}
