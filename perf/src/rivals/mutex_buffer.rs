//! What most programs do: a buffered writer behind a mutex.
//!
//! All of them have a stamp that is made anew only when the second changes. Two make the line while
//! they hold the lock, as most loggers do, so that the lines stand in the order of their times: one
//! with a fast digit crate, one with `write!`. The third makes it before, and holds the lock for a
//! copy only; around the end of a second its lines may stand in the wrong order.

use std::fs;
use std::io::{BufWriter, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::stamp::Stamp;
use super::system::{BUFFER_BYTES, Running, Share, Work, drive};
use crate::Result;
use crate::said::Said;
use crate::target::Place;

#[derive(Clone, Copy)]
pub(super) enum Style {
    Itoa,
    ShortLock,
    Write,
}

pub(super) struct MutexBuffer {
    out: Arc<Mutex<(LineBuffer, BufWriter<fs::File>)>>,
    style: Style,
}

impl MutexBuffer {
    pub(super) fn start(style: Style, place: &Place) -> Result<Box<dyn Running>> {
        let out = BufWriter::with_capacity(BUFFER_BYTES, place.create("mail_logs")?);
        Ok(Box::new(Self { out: Arc::new(Mutex::new((LineBuffer::new(), out))), style }))
    }
}

impl Running for MutexBuffer {
    fn worker(&self, _share: &Share) -> Result<Work> {
        let out = Arc::clone(&self.out);
        // A write that failed is found when the lines are counted.
        Ok(match self.style {
            Style::Itoa => Box::new(move |share| {
                drive(share, |said| {
                    let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                    let (writer, out) = &mut *out;
                    writer.format(said);
                    let _failed = out.write_all(&writer.line);
                })
            }),
            Style::ShortLock => {
                let mut writer = LineBuffer::new();
                Box::new(move |share| {
                    drive(share, |said| {
                        writer.format(said);
                        let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                        let _failed = out.1.write_all(&writer.line);
                    })
                })
            }
            Style::Write => Box::new(move |share| {
                drive(share, |said| {
                    let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                    let (writer, out) = &mut *out;
                    let Said { mid, icid, rid, to } = said;
                    let _failed = out.write_all(writer.stamp.now()).and_then(|()| {
                        writeln!(out, " Info: MID {mid} ICID {icid} RID {rid} To: <{to}>")
                    });
                })
            }),
        })
    }

    fn flush(&self) -> Result<()> {
        Ok(self.out.lock().unwrap_or_else(PoisonError::into_inner).1.flush()?)
    }
}

struct LineBuffer {
    line: Vec<u8>,
    stamp: Stamp,
}

impl LineBuffer {
    fn new() -> Self {
        Self { line: Vec::with_capacity(256), stamp: Stamp::new() }
    }

    #[inline]
    fn format(&mut self, said: &Said<'_>) {
        let mut digits = itoa::Buffer::new();
        let line = &mut self.line;
        line.clear();
        line.extend_from_slice(self.stamp.now());
        line.extend_from_slice(b" Info: MID ");
        line.extend_from_slice(digits.format(said.mid).as_bytes());
        line.extend_from_slice(b" ICID ");
        line.extend_from_slice(digits.format(said.icid).as_bytes());
        line.extend_from_slice(b" RID ");
        line.extend_from_slice(digits.format(said.rid).as_bytes());
        line.extend_from_slice(b" To: <");
        line.extend_from_slice(said.to.as_bytes());
        line.extend_from_slice(b">\n");
    }
}
