//! Events from C into the log.

use core::mem::MaybeUninit;
use core::ptr;

use super::error::{Failure, fail, guarded};
use super::log::ringmail_log;
use super::member::Wrong;
use crate::base::{Level, Timestamp};
use crate::event::{self, Event, RowVisitor};
use crate::ring::{Handle, Outcome, ShedReason};

/// What became of an event.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ringmail_outcome {
    /// It is in the thread's lane: visible to the formatter, and to recovery.
    RINGMAIL_ACCEPTED = 0,
    /// No subscription wants events of this kind: nothing was done, nothing is counted.
    RINGMAIL_UNWANTED = 1,
    /// It was shed and counted: the lane was full for as long as the policy waits.
    RINGMAIL_SHED_LANE_FULL = 2,
    /// It was shed and counted: the engine has been shut down.
    RINGMAIL_SHED_CLOSED = 3,
    /// It was shed and counted: there is no memory for a lane, or the thread is ending.
    RINGMAIL_SHED_NO_LANE = 4,
    /// It was shed and counted: the library has encoded it wrongly.
    RINGMAIL_SHED_MALFORMED = 5,
    /// The arguments were wrong and nothing was done: `ringmail_last_error` tells what.
    RINGMAIL_REFUSED = -1,
}

impl From<Outcome> for ringmail_outcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Accepted => Self::RINGMAIL_ACCEPTED,
            Outcome::Unwanted => Self::RINGMAIL_UNWANTED,
            Outcome::Shed(ShedReason::LaneFull) => Self::RINGMAIL_SHED_LANE_FULL,
            Outcome::Shed(ShedReason::Closed) => Self::RINGMAIL_SHED_CLOSED,
            Outcome::Shed(ShedReason::NoLane) => Self::RINGMAIL_SHED_NO_LANE,
            Outcome::Shed(ShedReason::Malformed) => Self::RINGMAIL_SHED_MALFORMED,
        }
    }
}

/// Whether any subscription wants events of this number (`RINGMAIL_EVENT_...`).
///
/// Emitting asks by itself; ask before when an event is costly to gather. False for NULL, and for a
/// number that no event has.
///
/// # Safety
/// `log` is NULL or open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_wants(log: *const ringmail_log, number: u16) -> bool {
    guarded(false, || {
        // SAFETY: the caller says that it is NULL or open.
        let log = unsafe { ringmail_log::of(log) }?;
        Ok(event::visit(number, Asks(log.handle())).unwrap_or(false))
    })
}

struct Asks<'l>(&'l Handle);

impl<'a> RowVisitor<'a> for Asks<'_> {
    type Output = bool;

    fn visit<E: Event<'a>>(self) -> bool {
        self.0.wants::<E>()
    }
}

/// A C struct of an event, as the row macro writes it.
///
/// # Safety
/// It is `repr(C)` and begins as [`Head`] does; it has no padding at its end, and no value that is
/// not allowed: so it can be all zeros, and its front can be laid over them.
pub(crate) unsafe trait CEvent: Sized {
    /// The event that it stands for.
    type Event<'a>: Event<'a>
    where
        Self: 'a;

    /// The event, if all members are right.
    fn event(&self) -> Result<Self::Event<'_>, Wrong>;
}

/// What every event's struct begins with.
#[repr(C)]
#[derive(Clone, Copy)]
struct Head {
    struct_size: usize,
    time: i64,
    level: u32,
}

/// Logs an event. What all `ringmail_emit_` functions do.
///
/// # Safety
/// `log` is NULL or open. `event` is NULL, or points to a struct of as many bytes as it says; each
/// pointer in it is NULL or points to as many elements as is said beside it.
pub(crate) unsafe fn emit<C: CEvent>(
    log: *const ringmail_log,
    event: *const C,
) -> ringmail_outcome {
    guarded_emit(&mut || {
        // SAFETY: the caller says that it is NULL or open.
        let log = unsafe { ringmail_log::of(log) }?;
        // SAFETY: the caller says what it is.
        unsafe {
            read_event(event, |head, event| {
                let level = match head.level {
                    0 => <C::Event<'_> as Event<'_>>::ROW.level,
                    number => level(number)?,
                };
                let time = (head.time != 0).then(|| Timestamp::from_micros(head.time));
                Ok(log.handle().emit_with(&event, level, time).into())
            })
        }
    })
}

/// Hands over what a C struct says.
///
/// # Safety
/// As [`emit`], of `event`.
#[inline]
unsafe fn read_event<C: CEvent, T>(
    event: *const C,
    then: impl FnOnce(&Head, C::Event<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    // SAFETY: the caller says that it is NULL or points to a struct.
    let head = unsafe { head(event.cast(), align_of::<C>()) }?;
    let whole;
    let event = if head.struct_size >= size_of::<C>() {
        // SAFETY: it is not NULL, it is aligned, and as long as it has to be.
        unsafe { &*event }
    } else {
        // SAFETY: it has so many bytes, which are fewer than `C` has.
        whole = unsafe { completed(event, head.struct_size) };
        &whole
    };
    then(&head, event.event().map_err(Failure::member)?)
}

/// The binary form of what a C struct says, for tests.
///
/// # Safety
/// As [`emit`], of `event`.
#[cfg(test)]
pub(crate) unsafe fn encoded<C: CEvent>(event: *const C) -> Result<Vec<u8>, String> {
    let encode = |_: &Head, event: C::Event<'_>| {
        let mut bytes = Vec::new();
        event.encode(&mut bytes);
        Ok(bytes)
    };
    // SAFETY: as the caller says.
    unsafe { read_event(event, encode) }.map_err(|failure| failure.to_string())
}

/// One copy of what stands around each of some hundred events.
#[inline(never)]
fn guarded_emit(act: &mut dyn FnMut() -> Result<ringmail_outcome, Failure>) -> ringmail_outcome {
    guarded(ringmail_outcome::RINGMAIL_REFUSED, act)
}

/// No struct of this interface is larger.
const MAX_SIZE: usize = 4096;

/// The first members of an event, when they can be right.
///
/// # Safety
/// `event` is NULL or points to a struct that begins with them.
#[inline(never)]
unsafe fn head(event: *const Head, align: usize) -> Result<Head, Failure> {
    if event.is_null() {
        return fail("the event is NULL");
    }
    if event.addr() & (align - 1) != 0 {
        return fail("the event is not aligned as a struct is");
    }
    // SAFETY: it is neither NULL nor crooked, so that it is as the caller says.
    let head = unsafe { *event };
    check_size(head.struct_size, size_of::<Head>())?;
    Ok(head)
}

/// Whether a struct may say that it has this size, when its first version had `least`.
pub(super) fn check_size(size: usize, least: usize) -> Result<(), Failure> {
    if (least..=MAX_SIZE).contains(&size) && size.is_multiple_of(8) {
        return Ok(());
    }
    fail(format!(
        "struct_size is {size}: set it to the size of the struct, as the macros of the header do"
    ))
}

pub(super) fn level(number: u32) -> Result<Level, Failure> {
    u8::try_from(number)
        .ok()
        .and_then(Level::from_number)
        .ok_or(())
        .or_else(|()| fail(format!("level is {number}: it must be one of ringmail_level")))
}

/// A struct of which an older caller has only the front: what it does not have is zero.
///
/// # Safety
/// `front` has `len` bytes, no more than `T` has. `T` may be all zeros, and its front be laid over
/// them.
pub(super) unsafe fn completed<T>(front: *const T, len: usize) -> T {
    let mut whole = MaybeUninit::<T>::zeroed();
    let bytes = whole.as_mut_ptr().cast::<u8>();
    // SAFETY: both have `len` bytes, and one of them is ours alone.
    unsafe { ptr::copy_nonoverlapping(front.cast::<u8>(), bytes, len) };
    // SAFETY: zeros and the front of such a struct are allowed in all members, says the caller.
    unsafe { whole.assume_init() }
}
