//! The ceiling: one thread hands the kernel the same bytes in large blocks, and does nothing else.

use std::fs;
use std::io::Write as _;
use std::sync::Mutex;

use super::system::{Running, Share, Work};
use crate::Result;
use crate::measure::histogram;
use crate::target::Place;

/// Lines of a block: some 128 KiB, the size of ringmail's.
const BLOCK_LINES: u64 = 1394;

pub(super) fn start(place: &Place) -> Result<Box<dyn Running>> {
    Ok(Box::new(Raw { file: Mutex::new(Some(place.create("mail_logs")?)) }))
}

struct Raw {
    /// For the first worker: it writes for all, as a file takes one write at a time.
    file: Mutex<Option<fs::File>>,
}

impl Running for Raw {
    fn worker(&self, share: &Share) -> Result<Work> {
        let Some(mut file) = self.file.lock().map_err(|_| "a worker panicked")?.take() else {
            return Ok(Box::new(|_| histogram()));
        };
        let block = share.script.text(BLOCK_LINES).into_bytes();
        let rest = share.script.text(share.all() % BLOCK_LINES).into_bytes();
        Ok(Box::new(move |share| {
            // What is not written is missed when the bytes are counted.
            for _ in 0..share.all() / BLOCK_LINES {
                let _failed = file.write_all(&block);
            }
            let _failed = file.write_all(&rest);
            histogram()
        }))
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }
}
