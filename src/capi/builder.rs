//! An engine in the process of a C program: its options, and its start.

use core::ffi::c_char;
use std::path::PathBuf;
use std::time::Duration;

use super::abi::{ringmail_full_lane, ringmail_order};
use super::error::{Failure, coded, fail, guarded, ringmail_error};
use super::log::{give, ringmail_log};
use super::subscription::{dialect, ringmail_subscription};
use super::text::{optional_text, path, text, texts};
use crate::engine::{Builder, Engine};
use crate::ring::{FullLane, Order, RunDirectory};
use crate::subscription::Identity;

/// The options of an engine that is to run in this process. One thread at a time may use it.
pub struct ringmail_builder {
    builder: Builder,
    directory: Option<PathBuf>,
    ids_file: Option<PathBuf>,
}

/// A builder with all defaults. It is freed by `ringmail_builder_start` or `ringmail_builder_free`.
#[unsafe(no_mangle)]
pub extern "C" fn ringmail_builder_new() -> *mut ringmail_builder {
    guarded(core::ptr::null_mut(), || {
        let builder = Engine::builder();
        Ok(Box::into_raw(Box::new(ringmail_builder { builder, directory: None, ids_file: None })))
    })
}

/// Frees a builder that is not to be started. NULL is nothing to free.
///
/// # Safety
/// `builder` is NULL or a builder, which it is no longer afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_free(builder: *mut ringmail_builder) {
    guarded((), || {
        if !builder.is_null() {
            // SAFETY: it comes from `ringmail_builder_new`, and is given back once.
            drop(unsafe { Box::from_raw(builder) });
        }
        Ok(())
    });
}

/// Opens the files and starts the engine, whose log `*log` then is. The builder is freed, also when
/// that fails; `*log` is NULL then.
///
/// # Safety
/// `builder` is NULL or a builder, which it is no longer afterwards; `log` is NULL or can be
/// written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_start(
    builder: *mut ringmail_builder,
    log: *mut *mut ringmail_log,
) -> ringmail_error {
    coded(|| {
        if builder.is_null() {
            return fail("the builder is NULL");
        }
        // SAFETY: it comes from `ringmail_builder_new`, and is given back once.
        let builder = unsafe { Box::from_raw(builder) };
        if log.is_null() {
            return fail("log is NULL: there is nowhere to put the log");
        }
        // SAFETY: it is not NULL, and can be written to, says the caller.
        unsafe { log.write(core::ptr::null_mut()) };
        let ids_file = builder.ids_file;
        let (engine, guard) = builder.builder.start()?;
        // SAFETY: as before.
        unsafe { give(log, ringmail_log::of_engine(engine, guard, ids_file)) }
    })
}

/// Adds a subscription. See `RINGMAIL_SUBSCRIBE`.
///
/// # Safety
/// `builder` is NULL or a builder; `subscription` is NULL or as `ringmail_subscription` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_subscribe(
    builder: *mut ringmail_builder,
    subscription: *const ringmail_subscription,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        // SAFETY: the caller says what it is.
        let made = unsafe { ringmail_subscription::read(subscription, this.directory.as_deref()) }?;
        this.set(|builder| builder.subscribe(made));
        Ok(())
    })
}

/// Where the subscriptions that are added from now on have their directories.
///
/// # Safety
/// `builder` is NULL or a builder; the text is NULL or ends with a 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_directory(
    builder: *mut ringmail_builder,
    directory: *const c_char,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or ends with a 0.
    let directory = unsafe { path("directory", directory) };
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        this.directory = Some(directory?);
        Ok(())
    })
}

/// Where lanes lie that survive a crash, and that other processes attach to; on a file system in
/// memory. Default: none; the lanes are then this process's alone.
///
/// `mode` is that of the directory, 0: 0700. `group` is its group, `(gid_t)-1`: that of the process.
/// Mode 03770 lets the members of the group attach.
///
/// # Safety
/// As `ringmail_builder_directory`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_run_directory(
    builder: *mut ringmail_builder,
    directory: *const c_char,
    mode: u32,
    group: u32,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or ends with a 0.
    let directory = unsafe { path("run_directory", directory) };
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        let mut run = RunDirectory::at(directory?);
        if mode != 0 {
            run = run.mode(mode);
        }
        if group != u32::MAX {
            run = run.group(group);
        }
        this.set(|builder| builder.run_directory(run));
        Ok(())
    })
}

/// A file that keeps ids from one run to the next, and between processes. Default: none, ids begin
/// with 1 each time, and children have none.
///
/// # Safety
/// As `ringmail_builder_directory`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_ids_file(
    builder: *mut ringmail_builder,
    file: *const c_char,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or ends with a 0.
    let file = unsafe { path("ids_file", file) };
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        let file = file?;
        this.ids_file = Some(file.clone());
        this.set(|builder| builder.ids_file(file));
        Ok(())
    })
}

/// Bytes of each thread's lane: a power of two from 256 KiB to 1 GiB. Default: 1 MiB.
///
/// # Safety
/// `builder` is NULL or a builder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_lane_bytes(
    builder: *mut ringmail_builder,
    bytes: usize,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        this.set(|builder| builder.lane_bytes(bytes));
        Ok(())
    })
}

/// What emitting does when the thread's lane is full. Default: it waits up to 5000 ms.
///
/// `max_ms` is the longest wait of one call; it means nothing for `RINGMAIL_FULL_LANE_DROP`.
///
/// # Safety
/// `builder` is NULL or a builder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_full_lane(
    builder: *mut ringmail_builder,
    policy: ringmail_full_lane,
    max_ms: u64,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        let policy = match policy {
            0 => FullLane::Block { max: Duration::from_millis(max_ms) },
            1 => FullLane::Drop,
            other => {
                return fail(format!("policy is {other}: it must be a ringmail_full_lane"));
            }
        };
        this.set(|builder| builder.full_lane(policy));
        Ok(())
    })
}

/// How lines of different threads and processes are ordered. Default: causal.
///
/// # Safety
/// `builder` is NULL or a builder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_order(
    builder: *mut ringmail_builder,
    order: ringmail_order,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        let order = match order {
            0 => Order::Causal,
            1 => Order::Relaxed,
            other => return fail(format!("order is {other}: it must be a ringmail_order")),
        };
        this.set(|builder| builder.order(order));
        Ok(())
    })
}

/// Whose spelling the lines have: `manual`, `7.6`, `14.0`, `15.0` ... Default: 15.0.
///
/// # Safety
/// As `ringmail_builder_directory`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_dialect(
    builder: *mut ringmail_builder,
    name: *const c_char,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or ends with a 0.
    let name = unsafe { text("dialect", name) };
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        let dialect = dialect(name?)?;
        this.set(|builder| builder.dialect(dialect));
        Ok(())
    })
}

/// The time zone of the stamps, by its name: `Europe/Berlin`, `UTC`. Default: the system's.
///
/// # Safety
/// As `ringmail_builder_directory`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_time_zone(
    builder: *mut ringmail_builder,
    name: *const c_char,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or ends with a 0.
    let name = unsafe { text("time_zone", name) };
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        let name = name?;
        this.set(|builder| builder.time_zone(name));
        Ok(())
    })
}

/// Who writes the logs, for the header records. NULL: what this library says of itself.
///
/// # Safety
/// `builder` is NULL or a builder; the texts are NULL or end with a 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_identity(
    builder: *mut ringmail_builder,
    vendor: *const c_char,
    product: *const c_char,
    version: *const c_char,
    serial: *const c_char,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        let mut identity = Identity::default();
        for (name, text, set) in [
            ("vendor", vendor, Identity::vendor as fn(Identity, String) -> Identity),
            ("product", product, Identity::product),
            ("version", version, Identity::version),
            ("serial", serial, Identity::serial),
        ] {
            // SAFETY: the caller says that it is NULL or ends with a 0.
            if let Some(text) = unsafe { optional_text(name, text) }? {
                identity = set(identity, text.to_owned());
            }
        }
        this.set(|builder| builder.identity(identity));
        Ok(())
    })
}

/// How long a line may wait for others before it is written: from 2 to 10000 ms. Default: 100 ms.
///
/// # Safety
/// `builder` is NULL or a builder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_flush_delay_ms(
    builder: *mut ringmail_builder,
    ms: u64,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        this.set(|builder| builder.flush_delay(Duration::from_millis(ms)));
        Ok(())
    })
}

/// How often a line goes into the status logs: from 1 s to a day. Default: 60 s.
///
/// # Safety
/// `builder` is NULL or a builder.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_status_interval_seconds(
    builder: *mut ringmail_builder,
    seconds: u64,
) -> ringmail_error {
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        this.set(|builder| builder.status_interval(Duration::from_secs(seconds)));
        Ok(())
    })
}

/// The headers of messages to log, spelled as they are to be shown. Default: whatever the events
/// carry; a count of 0: none.
///
/// # Safety
/// `builder` is NULL or a builder; `names` has so many texts, each of which ends with a 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_builder_log_headers(
    builder: *mut ringmail_builder,
    names: *const *const c_char,
    count: usize,
) -> ringmail_error {
    // SAFETY: the caller says that it has so many texts.
    let names = unsafe { texts("names", names, count) };
    // SAFETY: the caller says that it is NULL or a builder.
    let builder = unsafe { builder.as_mut() };
    change(builder, |this| {
        let names = names?;
        this.set(|builder| builder.log_headers(names));
        Ok(())
    })
}

impl ringmail_builder {
    fn set(&mut self, change: impl FnOnce(Builder) -> Builder) {
        self.builder = change(core::mem::take(&mut self.builder));
    }
}

/// Changes a builder, or leaves it as it is and says why.
fn change(
    builder: Option<&mut ringmail_builder>,
    act: impl FnOnce(&mut ringmail_builder) -> Result<(), Failure>,
) -> ringmail_error {
    coded(|| builder.map_or_else(|| fail("the builder is NULL"), act))
}
