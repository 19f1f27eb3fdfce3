//! fast_log with its file appender, which writes what has gathered in its queue at once.

use std::sync::{Mutex, PoisonError};

use fast_log::Config;
use fast_log::appender::{FastLogRecord, RecordFormat};

use super::stamp::Stamp;
use super::system::{QUEUE, Running, Share, Work, drive};
use crate::Result;
use crate::said::Said;
use crate::target::Place;

pub(super) fn start(place: &Place) -> Result<Box<dyn Running>> {
    let path = place.path("mail_logs");
    let config = Config::new()
        .level(log::LevelFilter::Info)
        .chan_len(Some(QUEUE))
        .format(MailLine(Mutex::new(Stamp::new())))
        .file(path.to_str().ok_or("the path is not UTF-8")?);
    fast_log::init(config)?;
    Ok(Box::new(FastLog))
}

struct FastLog;

impl Running for FastLog {
    fn worker(&self, _share: &Share) -> Result<Work> {
        Ok(Box::new(|share| {
            drive(share, |said| {
                let Said { mid, icid, rid, to } = said;
                log::info!("MID {mid} ICID {icid} RID {rid} To: <{to}>");
            })
        }))
    }

    fn flush(&self) -> Result<()> {
        fast_log::flush()?.wait();
        Ok(())
    }
}

/// The line of a mail log.
struct MailLine(Mutex<Stamp>);

impl RecordFormat for MailLine {
    fn do_format(&self, record: &mut FastLogRecord) {
        if record.args.is_empty() {
            return;
        }
        let mut stamp = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        record.formated = format!("{} Info: {}\n", stamp.text(record.now), record.args);
    }
}
