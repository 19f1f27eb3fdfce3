//! What most programs do: a buffered writer behind a mutex.
//!
//! In its favour: lines are formatted outside the lock, with a fast digit crate, and the stamp is
//! made anew only when the second changes. Two lines of one second may so stand in the wrong order
//! around its end, which a mail log may not have; it is let off that.

use std::fs;
use std::io::{BufWriter, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use ringmail::Timestamp;
use ringmail::event::Recipient;
use ringmail::format::{STAMP_LEN, Stamper, Zone};

use super::{Rival, Running, Work, drive};
use crate::Result;
use crate::target::Place;

const BUFFER_BYTES: usize = 64 << 10;

pub(crate) struct MutexBuffer;

impl Rival for MutexBuffer {
    fn name(&self) -> &'static str {
        "mutex BufWriter"
    }

    fn start(&self, place: &Place) -> Result<Box<dyn Running>> {
        let out = BufWriter::with_capacity(BUFFER_BYTES, place.create("mail_logs")?);
        Ok(Box::new(Shared { out: Arc::new(Mutex::new(out)) }))
    }
}

struct Shared {
    out: Arc<Mutex<BufWriter<fs::File>>>,
}

impl Running for Shared {
    fn worker(&self) -> Result<Work> {
        let mut writer = LineBuffer {
            line: Vec::with_capacity(256),
            stamper: Stamper::new(Zone::utc()),
            second: i64::MIN,
            stamp: [0; STAMP_LEN],
        };
        let out = Arc::clone(&self.out);
        Ok(Box::new(move |share| {
            drive(share, |event| {
                writer.format(event);
                let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                // A write that failed is found when the lines are counted.
                let _failed = out.write_all(&writer.line);
            })
        }))
    }

    fn flush(&self) -> Result<()> {
        Ok(self.out.lock().unwrap_or_else(PoisonError::into_inner).flush()?)
    }
}

struct LineBuffer {
    line: Vec<u8>,
    stamper: Stamper,
    second: i64,
    stamp: [u8; STAMP_LEN],
}

impl LineBuffer {
    #[inline]
    fn format(&mut self, event: &Recipient<'_>) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let second = now.as_secs().cast_signed();
        if second != self.second {
            self.second = second;
            self.stamp = *self.stamper.stamp(Timestamp::from_seconds(second));
        }
        let mut digits = itoa::Buffer::new();
        let line = &mut self.line;
        line.clear();
        line.extend_from_slice(&self.stamp);
        line.extend_from_slice(b" Info: MID ");
        line.extend_from_slice(digits.format(event.mid.0).as_bytes());
        line.extend_from_slice(b" ICID ");
        line.extend_from_slice(digits.format(event.icid.0).as_bytes());
        line.extend_from_slice(b" RID ");
        line.extend_from_slice(digits.format(event.rid.0).as_bytes());
        line.extend_from_slice(b" To: <");
        line.extend_from_slice(event.to.as_bytes());
        line.extend_from_slice(b">\n");
    }
}
