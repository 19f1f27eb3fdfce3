//! A sink that can be made to stall.

use std::io;
use std::sync::{Arc, Condvar, Mutex};

use ringmail::{Memory, Sink};

/// Passes lines on to memory while it is open, and stalls while it is closed.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    open: Arc<(Mutex<bool>, Condvar)>,
    pub(crate) lines: Memory,
}

impl Gate {
    /// A closed gate.
    pub(crate) fn closed() -> Self {
        Self { open: Arc::default(), lines: Memory::new() }
    }

    /// Lets everything through from now on.
    pub(crate) fn open(&self) {
        *self.open.0.lock().unwrap() = true;
        self.open.1.notify_all();
    }
}

impl Sink for Gate {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let mut open = self.open.0.lock().unwrap();
        while !*open {
            open = self.open.1.wait(open).unwrap();
        }
        self.lines.write(lines)
    }

    fn position(&self) -> u64 {
        self.lines.position()
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        self.lines.cut(position)
    }

    fn roll(&mut self, stamp: &str) -> io::Result<()> {
        self.lines.roll(stamp)
    }

    fn place(&self) -> String {
        self.lines.place()
    }
}
