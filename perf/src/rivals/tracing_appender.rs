//! tracing with tracing-subscriber's `fmt` and tracing-appender's non-blocking writer, lossless.
//!
//! Its writer is given a buffer, which it flushes whenever its queue is empty: with the plain file
//! of its own rolling appender it would make a system call for each line.

use std::cell::RefCell;
use std::fmt;
use std::io::BufWriter;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use tracing::{Event, Subscriber};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::stamp::Stamp;
use super::system::{BUFFER_BYTES, QUEUE, Running, Share, Work, drive};
use crate::Result;
use crate::said::Said;
use crate::target::Place;

pub(super) fn start(place: &Place) -> Result<Box<dyn Running>> {
    let out = BufWriter::with_capacity(BUFFER_BYTES, place.create("mail_logs")?);
    let (writer, guard) =
        NonBlockingBuilder::default().lossy(false).buffered_lines_limit(QUEUE).finish(out);
    let subscriber = tracing_subscriber::fmt().with_writer(writer).event_format(MailLine).finish();
    tracing::subscriber::set_global_default(subscriber)?;
    Ok(Box::new(Tracing { guard: Mutex::new(Some(guard)) }))
}

struct Tracing {
    guard: Mutex<Option<WorkerGuard>>,
}

impl Running for Tracing {
    fn worker(&self, _share: &Share) -> Result<Work> {
        Ok(Box::new(|share| {
            drive(share, |said| {
                let Said { mid, icid, rid, to } = said;
                tracing::info!("MID {mid} ICID {icid} RID {rid} To: <{to}>");
            })
        }))
    }

    fn flush(&self) -> Result<()> {
        // Dropping it waits for the thread behind the queue.
        drop(self.guard.lock().unwrap_or_else(PoisonError::into_inner).take());
        Ok(())
    }
}

/// The line of a mail log.
struct MailLine;

thread_local! {
    static STAMP: RefCell<Stamp> = RefCell::new(Stamp::new());
}

impl<S, N> FormatEvent<S, N> for MailLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        STAMP.with_borrow_mut(|stamp| writer.write_str(stamp.text(SystemTime::now())))?;
        writer.write_str(" Info: ")?;
        context.format_fields(writer.by_ref(), event)?;
        writer.write_char('\n')
    }
}
