//! spdlog-rs: its file sink behind its sink with a pool of one thread, which waits when it is full.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use spdlog::formatter::{PatternFormatter, pattern};
use spdlog::sink::{AsyncPoolSink, FileSink, OverflowPolicy, Sink as _};
use spdlog::{Logger, ThreadPool};

use super::system::{BUFFER_BYTES, QUEUE, Running, Share, Work, drive};
use crate::Result;
use crate::said::Said;
use crate::target::Place;

pub(super) fn start(place: &Place) -> Result<Box<dyn Running>> {
    let line = PatternFormatter::new(pattern!(
        "{weekday_name} {month_name} {day} {time} {year} Info: {payload}{eol}"
    ));
    let file = FileSink::builder()
        .path(place.path("mail_logs"))
        .capacity(BUFFER_BYTES)
        .formatter(line)
        .build_arc()?;
    let queue = NonZeroUsize::new(QUEUE).ok_or("no queue")?;
    let pool = ThreadPool::builder().capacity(queue).build_arc()?;
    let queued = AsyncPoolSink::builder()
        .sink(Arc::clone(&file) as _)
        .thread_pool(Arc::clone(&pool))
        .overflow_policy(OverflowPolicy::Block)
        .build_arc()?;
    let logger = Arc::new(Logger::builder().sink(queued).build()?);
    Ok(Box::new(Spdlog { parts: Mutex::new(Some((logger, pool))), file }))
}

struct Spdlog {
    parts: Mutex<Option<(Arc<Logger>, Arc<ThreadPool>)>>,
    file: Arc<FileSink>,
}

impl Running for Spdlog {
    fn worker(&self, _share: &Share) -> Result<Work> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let logger = parts.as_ref().map(|(logger, _)| Arc::clone(logger));
        let logger = logger.ok_or("it has ended")?;
        Ok(Box::new(move |share| {
            drive(share, |said| {
                let Said { mid, icid, rid, to } = said;
                spdlog::info!(logger: logger, "MID {mid} ICID {icid} RID {rid} To: <{to}>");
            })
        }))
    }

    fn flush(&self) -> Result<()> {
        // The pool ends with its last owner, when all that is in its queue is done.
        drop(self.parts.lock().unwrap_or_else(PoisonError::into_inner).take());
        Ok(self.file.flush()?)
    }
}
