//! A sink that takes its time.

use std::io;
use std::time::Duration;

use ringmail::{Null, Sink};

/// Waits before it takes a batch, and keeps nothing: workers are then faster than the formatter.
#[derive(Debug)]
pub(crate) struct Slow {
    by: Duration,
    taken: Null,
}

impl Slow {
    pub(crate) fn by(by: Duration) -> Self {
        Self { by, taken: Null::new() }
    }
}

impl Sink for Slow {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        std::thread::sleep(self.by);
        self.taken.write(lines)
    }

    fn position(&self) -> u64 {
        self.taken.position()
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        self.taken.cut(position)
    }

    fn roll(&mut self, stamp: &str) -> io::Result<()> {
        self.taken.roll(stamp)
    }

    fn place(&self) -> String {
        "slow".to_owned()
    }
}
