//! slog with slog-async, whose callers wait when its queue is full.

use std::cell::RefCell;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use slog::{Drain, Logger, Never, OwnedKVList, Record};
use slog_async::{Async, AsyncGuard, OverflowStrategy};

use super::stamp::Stamp;
use super::system::{BUFFER_BYTES, QUEUE, Running, Share, Work, drive};
use crate::Result;
use crate::said::Said;
use crate::target::Place;

pub(super) fn start(place: &Place) -> Result<Box<dyn Running>> {
    let out = BufWriter::with_capacity(BUFFER_BYTES, place.create("mail_logs")?);
    let lines = MailLines(RefCell::new((out, Stamp::new())));
    let (drain, guard) = Async::new(lines)
        .chan_size(QUEUE)
        .overflow_strategy(OverflowStrategy::Block)
        .build_with_guard();
    let logger = Logger::root(drain.fuse(), slog::o!());
    Ok(Box::new(Slog { logger, guard: Mutex::new(Some(guard)) }))
}

struct Slog {
    logger: Logger,
    guard: Mutex<Option<AsyncGuard>>,
}

impl Running for Slog {
    fn worker(&self, _share: &Share) -> Result<Work> {
        let logger = self.logger.clone();
        Ok(Box::new(move |share| {
            drive(share, |said| {
                let Said { mid, icid, rid, to } = said;
                slog::info!(logger, "MID {mid} ICID {icid} RID {rid} To: <{to}>");
            })
        }))
    }

    fn flush(&self) -> Result<()> {
        // Dropping it waits for the thread behind the queue, which drops, and so flushes, its
        // writer.
        drop(self.guard.lock().unwrap_or_else(PoisonError::into_inner).take());
        Ok(())
    }
}

/// What the thread behind the queue does.
struct MailLines(RefCell<(BufWriter<fs::File>, Stamp)>);

impl Drain for MailLines {
    type Ok = ();
    type Err = Never;

    fn log(&self, record: &Record<'_>, _values: &OwnedKVList) -> std::result::Result<(), Never> {
        let (out, stamp) = &mut *self.0.borrow_mut();
        // What is not written is missed when the lines are counted.
        let _failed = out
            .write_all(stamp.at(SystemTime::now()))
            .and_then(|()| writeln!(out, " Info: {}", record.msg()));
        Ok(())
    }
}
