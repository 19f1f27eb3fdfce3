//! A log that C has open, and what can be done with it besides emitting.

use core::ffi::{c_char, c_void};
use std::path::PathBuf;

use super::error::ringmail_error::{RINGMAIL_ERROR_ELSEWHERE, RINGMAIL_ERROR_INTERNAL};
use super::error::{Failure, coded, fail, guarded, ringmail_error};
use super::field::ringmail_ip;
use super::id::IdsOfProcess;
use super::text::{optional_path, optional_text, path, text};
use crate::engine::{Engine, EngineGuard};
use crate::ring::Handle;

/// An open log: an engine in this process, or the way to one in another.
///
/// All threads may use it at a time; each that emits gets a lane of its own, which is kept until the
/// thread ends. After a fork the child may go on to emit with it, where the log has a run directory.
pub struct ringmail_log {
    handle: Handle,
    engine: Option<Running>,
    ids: IdsOfProcess,
    /// The process that opened it.
    process: u32,
}

struct Running {
    engine: Engine,
    _guard: EngineGuard,
}

/// Opens the log of an engine in another process by its run directory.
///
/// `ids_file` is where `ringmail_mid` and its like take ids from, for servers that have none of
/// their own: the file that the engine and all its processes share. NULL: nowhere.
///
/// # Safety
/// The texts are NULL or end with a 0; `log` is NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_attach(
    run_directory: *const c_char,
    ids_file: *const c_char,
    log: *mut *mut ringmail_log,
) -> ringmail_error {
    coded(|| {
        // SAFETY: the caller says that it is NULL or ends with a 0.
        let directory = unsafe { path("run_directory", run_directory) }?;
        // SAFETY: as before.
        let ids_file = unsafe { optional_path("ids_file", ids_file) }?;
        let ids = IdsOfProcess::open(ids_file)?;
        let handle = crate::ring::attach(directory)?.handle();
        let process = std::process::id();
        // SAFETY: the caller says that it is NULL or can be written to.
        unsafe { give(log, ringmail_log { handle, engine: None, ids, process }) }
    })
}

/// Waits until everything that was accepted before has been written, or counted as failed.
///
/// # Safety
/// `log` is NULL or open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_flush(log: *mut ringmail_log) -> ringmail_error {
    coded(|| {
        // SAFETY: the caller says that it is NULL or open.
        unsafe { ringmail_log::of(log) }?.engine()?.engine.flush();
        Ok(())
    })
}

/// Closes the open file of the subscription of this name and begins the next; of all if `name` is
/// NULL.
///
/// # Safety
/// `log` is NULL or open, `name` is NULL or ends with a 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_rollover(
    log: *mut ringmail_log,
    name: *const c_char,
) -> ringmail_error {
    coded(|| {
        // SAFETY: the caller says that it is NULL or open.
        let engine = &unsafe { ringmail_log::of(log) }?.engine()?.engine;
        // SAFETY: the caller says that it is NULL or ends with a 0.
        match unsafe { optional_text("name", name) }? {
            Some(name) => engine.rollover(name)?,
            None => engine.rollover_all()?,
        }
        Ok(())
    })
}

/// Writes everything that was accepted, closes the files and ends the engine.
///
/// Events emitted from now on are shed, and counted. `ringmail_free` does it too.
///
/// # Safety
/// `log` is NULL or open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_shutdown(log: *mut ringmail_log) -> ringmail_error {
    coded(|| {
        // SAFETY: the caller says that it is NULL or open.
        unsafe { ringmail_log::of(log) }?.engine()?.engine.shutdown();
        Ok(())
    })
}

/// Ends the engine, if it runs in this process, and frees the log. No other thread may be using it.
///
/// NULL is nothing to free. Whoever has forked frees the log in each process that is to end
/// without `exec`, or leaves it to the end of the process.
///
/// # Safety
/// `log` is NULL or open; it is not open afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_free(log: *mut ringmail_log) {
    guarded((), || {
        if !log.is_null() {
            // SAFETY: it comes from `give`, says the caller, and is given back once.
            drop(unsafe { Box::from_raw(log) });
        }
        Ok(())
    });
}

/// A figure of the ledger: a term of the lanes when `subscription` is NULL (`offered`, `accepted`,
/// `shed_lane_full`, `drained`, `pending` ...), else one of the subscription of that name (`taken`,
/// `written`, `filtered`, `limited`, `failed` ...).
///
/// # Safety
/// `log` is NULL or open, the texts are NULL or end with a 0, `count` is NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_ledger_figure(
    log: *const ringmail_log,
    subscription: *const c_char,
    term: *const c_char,
    count: *mut u64,
) -> ringmail_error {
    coded(|| {
        // SAFETY: the caller says that it is NULL or open.
        let engine = &unsafe { ringmail_log::of(log) }?.engine()?.engine;
        // SAFETY: the caller says that it is NULL or ends with a 0.
        let subscription = unsafe { optional_text("subscription", subscription) }?;
        // SAFETY: as before.
        let term = unsafe { text("term", term) }?;
        if count.is_null() {
            return fail("count is NULL");
        }
        let found = figure(engine, subscription, term)?;
        // SAFETY: it is not NULL, and can be written to, says the caller.
        unsafe { count.write(found) };
        Ok(())
    })
}

fn figure(engine: &Engine, subscription: Option<&str>, term: &str) -> Result<u64, Failure> {
    let ledger = engine.ledger();
    let found = match subscription {
        None => ledger.lanes.terms().find(|(name, ..)| *name == term),
        Some(wanted) => {
            let Some(account) = ledger.subscriptions.iter().find(|of| of.name == wanted) else {
                return fail(format!("there is no subscription {wanted:?}"));
            };
            account.terms().find(|(name, ..)| *name == term)
        }
    };
    match found {
        Some((_, _, count)) => Ok(count),
        None => fail(format!("the ledger has no term {term:?}")),
    }
}

/// Whether every event is accounted for. Exact when nobody emits; an equation that does not hold is
/// a defect of the library.
///
/// # Safety
/// `log` is NULL or open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_ledger_check(log: *const ringmail_log) -> ringmail_error {
    coded(|| {
        // SAFETY: the caller says that it is NULL or open.
        let engine = &unsafe { ringmail_log::of(log) }?.engine()?.engine;
        let wrong = |imbalance: crate::base::Imbalance| {
            Failure::new(RINGMAIL_ERROR_INTERNAL, imbalance.to_string())
        };
        engine.ledger().check().map_err(wrong)
    })
}

/// The address of a socket's peer: of a `sockaddr_in` or `sockaddr_in6` of `len` bytes. An IPv4
/// address inside an IPv6 address becomes itself. Of anything else: none.
///
/// # Safety
/// `address` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_ip_of(address: *const c_void, len: usize) -> ringmail_ip {
    let none = ringmail_ip::NONE;
    guarded(none, || {
        if address.is_null() {
            return Ok(none);
        }
        let len = len.min(size_of::<libc::sockaddr_in6>());
        // SAFETY: the caller says that it has so many bytes.
        Ok(ringmail_ip::of_socket(unsafe { core::slice::from_raw_parts(address.cast(), len) }))
    })
}

impl ringmail_log {
    pub(super) fn of_engine(engine: Engine, guard: EngineGuard, ids_file: Option<PathBuf>) -> Self {
        Self {
            handle: engine.handle(),
            ids: IdsOfProcess::of_engine(ids_file),
            engine: Some(Running { engine, _guard: guard }),
            process: std::process::id(),
        }
    }

    /// The log that a pointer points to.
    ///
    /// # Safety
    /// It is NULL or open, and stays so as long as the reference is used.
    #[inline]
    pub(super) unsafe fn of<'l>(log: *const Self) -> Result<&'l Self, Failure> {
        // SAFETY: the caller says so.
        match unsafe { log.as_ref() } {
            Some(log) => Ok(log),
            None => fail("the log is NULL"),
        }
    }

    #[inline]
    pub(super) const fn handle(&self) -> &Handle {
        &self.handle
    }

    /// The engine, if it runs in this very process: a child has none of its parent's threads.
    fn engine(&self) -> Result<&Running, Failure> {
        let here = self.engine.as_ref().filter(|_| self.process == std::process::id());
        here.ok_or_else(|| {
            Failure::new(
                RINGMAIL_ERROR_ELSEWHERE,
                "the engine runs in another process: ask there, or its control socket",
            )
        })
    }

    pub(super) fn ids(&self) -> (&IdsOfProcess, Option<&crate::engine::Ids>) {
        (&self.ids, self.engine().ok().map(|running| running.engine.ids()))
    }
}

impl Drop for ringmail_log {
    fn drop(&mut self) {
        if self.process == std::process::id() {
            return;
        }
        // Only the parent can end its engine: here it would wait for a thread that there is not.
        if let Some(running) = self.engine.take() {
            core::mem::forget(running);
        }
    }
}

/// Gives a new log to the caller.
///
/// # Safety
/// `to` is NULL or can be written to.
pub(super) unsafe fn give(to: *mut *mut ringmail_log, log: ringmail_log) -> Result<(), Failure> {
    if to.is_null() {
        return fail("log is NULL: there is nowhere to put the log");
    }
    // SAFETY: it is not NULL, and can be written to, says the caller.
    unsafe { to.write(Box::into_raw(Box::new(log))) };
    Ok(())
}
