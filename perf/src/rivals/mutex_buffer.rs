//! What most programs do: a buffered writer behind a mutex.
//!
//! Both do what can be had for nothing: a fast digit crate, and a stamp that is made anew only when
//! the second changes. One makes the line while it holds the lock, as most loggers do, so that the
//! lines stand in the order of their times. The other makes it before and holds the lock for a copy
//! only; around the end of a second its lines may stand in the wrong order.

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

pub(crate) struct MutexBuffer {
    /// Whether the line is made while the lock is held.
    pub(crate) formats_inside: bool,
}

impl Rival for MutexBuffer {
    fn name(&self) -> &'static str {
        if self.formats_inside { "mutex BufWriter" } else { "mutex BufWriter, short lock" }
    }

    fn start(&self, place: &Place) -> Result<Box<dyn Running>> {
        let out = BufWriter::with_capacity(BUFFER_BYTES, place.create("mail_logs")?);
        let writer = LineBuffer::new();
        Ok(Box::new(Shared {
            out: Arc::new(Mutex::new((writer, out))),
            formats_inside: self.formats_inside,
        }))
    }
}

struct Shared {
    out: Arc<Mutex<(LineBuffer, BufWriter<fs::File>)>>,
    formats_inside: bool,
}

impl Running for Shared {
    fn worker(&self) -> Result<Work> {
        let out = Arc::clone(&self.out);
        // A write that failed is found when the lines are counted.
        if self.formats_inside {
            return Ok(Box::new(move |share| {
                drive(share, |event| {
                    let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                    let (writer, out) = &mut *out;
                    writer.format(event);
                    let _failed = out.write_all(&writer.line);
                })
            }));
        }
        let mut writer = LineBuffer::new();
        Ok(Box::new(move |share| {
            drive(share, |event| {
                writer.format(event);
                let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                let _failed = out.1.write_all(&writer.line);
            })
        }))
    }

    fn flush(&self) -> Result<()> {
        Ok(self.out.lock().unwrap_or_else(PoisonError::into_inner).1.flush()?)
    }
}

struct LineBuffer {
    line: Vec<u8>,
    stamper: Stamper,
    second: i64,
    stamp: [u8; STAMP_LEN],
}

impl LineBuffer {
    fn new() -> Self {
        Self {
            line: Vec::with_capacity(256),
            stamper: Stamper::new(Zone::utc()),
            second: i64::MIN,
            stamp: [0; STAMP_LEN],
        }
    }

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
