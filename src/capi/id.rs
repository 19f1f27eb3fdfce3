//! Ids of messages and connections, also where a process has forked.

use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::path::PathBuf;

use super::error::ringmail_error::RINGMAIL_ERROR_CONFIG;
use super::error::{Failure, guarded};
use super::log::ringmail_log;
use crate::engine::Ids;

/// The id of a new message.
///
/// No id is given twice by processes that share an ids file. 0 when there is none to give:
/// `ringmail_last_error` tells why.
///
/// # Safety
/// `log` is NULL or open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_mid(log: *mut ringmail_log) -> u64 {
    // SAFETY: as the caller says.
    unsafe { next(log, |ids| ids.mid().0) }
}

/// The id of a new connection to this server. 0: as for `ringmail_mid`.
///
/// # Safety
/// `log` is NULL or open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_icid(log: *mut ringmail_log) -> u64 {
    // SAFETY: as the caller says.
    unsafe { next(log, |ids| ids.icid().0) }
}

/// The id of a new connection from this server to another. 0: as for `ringmail_mid`.
///
/// # Safety
/// `log` is NULL or open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_dcid(log: *mut ringmail_log) -> u64 {
    // SAFETY: as the caller says.
    unsafe { next(log, |ids| ids.dcid().0) }
}

/// The id of a new connection to the quarantine. 0: as for `ringmail_mid`.
///
/// # Safety
/// `log` is NULL or open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_rcid(log: *mut ringmail_log) -> u64 {
    // SAFETY: as the caller says.
    unsafe { next(log, |ids| ids.rcid().0) }
}

/// # Safety
/// `log` is NULL or open.
unsafe fn next(log: *mut ringmail_log, take: fn(&Ids) -> u64) -> u64 {
    guarded(0, || {
        // SAFETY: the caller says so.
        let (ids, of_engine) = unsafe { ringmail_log::of(log) }?.ids();
        match of_engine {
            Some(ids) => Ok(take(ids)),
            None => ids.here().map(take),
        }
    })
}

/// The ids of a process that has no engine of its own: taken from a file in blocks, which no other
/// process takes.
///
/// A child has the memory of its parent, and with it what is left of the parent's block: it must not
/// use that. So each process that asks opens the file for itself, and no lock is held across a fork.
pub(super) struct IdsOfProcess {
    file: Option<PathBuf>,
    opened: AtomicPtr<Opened>,
}

struct Opened {
    ids: Ids,
    process: u32,
    /// The parent's, which is not freed before the log: another thread may be in it.
    before: *mut Self,
}

impl IdsOfProcess {
    /// Checks that the file can be used.
    pub(super) fn open(file: Option<PathBuf>) -> Result<Self, Failure> {
        let ids = Self::of_engine(file);
        if ids.file.is_some() {
            ids.here()?;
        }
        Ok(ids)
    }

    /// For an engine in this process, which has its own ids: this is for its children.
    pub(super) const fn of_engine(file: Option<PathBuf>) -> Self {
        Self { file, opened: AtomicPtr::new(ptr::null_mut()) }
    }

    /// The ids of the process that asks.
    fn here(&self) -> Result<&Ids, Failure> {
        let process = std::process::id();
        // ORDERING: with the exchange below: whoever sees the pointer sees what it points to.
        let seen = self.opened.load(Ordering::Acquire);
        // SAFETY: it is NULL or comes from a box that is freed with `self`.
        if let Some(opened) = unsafe { seen.as_ref() }.filter(|opened| opened.process == process) {
            return Ok(&opened.ids);
        }
        let Some(file) = &self.file else {
            return Err(Failure::new(
                RINGMAIL_ERROR_CONFIG,
                "no ids without an engine in the process, or a file that processes share: set one",
            ));
        };
        let ids = Ids::open(Some(file))?;
        let new = Box::into_raw(Box::new(Opened { ids, process, before: seen }));
        let exchanged =
            self.opened.compare_exchange(seen, new, Ordering::AcqRel, Ordering::Acquire);
        let of = match exchanged {
            Ok(_) => new,
            Err(first) => {
                // SAFETY: nobody else has seen it.
                drop(unsafe { Box::from_raw(new) });
                first
            }
        };
        // SAFETY: as above; it was put there by a thread of this process.
        Ok(unsafe { &(*of).ids })
    }
}

impl Drop for IdsOfProcess {
    fn drop(&mut self) {
        let mut next = *self.opened.get_mut();
        while !next.is_null() {
            // SAFETY: it comes from a box, and nobody uses it any more.
            next = unsafe { Box::from_raw(next) }.before;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_file_are_given_once() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ids");
        let one = IdsOfProcess::open(Some(file.clone())).unwrap();
        let other = IdsOfProcess::open(Some(file)).unwrap();
        let mut mids = Vec::new();
        for ids in [&one, &other, &one] {
            mids.push(ids.here().unwrap().mid().0);
        }
        mids.sort_unstable();
        mids.dedup();
        assert_eq!(mids.len(), 3);
    }

    #[test]
    fn without_a_file_there_are_none() {
        let ids = IdsOfProcess::open(None).unwrap();
        assert!(ids.here().unwrap_err().to_string().contains("no ids without an engine"));
    }
}
