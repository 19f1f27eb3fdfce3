use std::io;

use crate::subscription::Sink;

/// Takes all lines and keeps none: for measuring, and for subscriptions that only count.
///
/// ```
/// use ringmail::{LogType, Null, Subscription};
/// Subscription::new("nowhere", LogType::TextMail).sink(Null::new()).check()?;
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Null {
    position: u64,
}

impl Null {
    /// A sink that keeps nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { position: 0 }
    }
}

impl Sink for Null {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.position += lines.len() as u64;
        Ok(lines.len())
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        self.position = position;
        Ok(())
    }

    fn roll(&mut self, _stamp: &str) -> io::Result<()> {
        self.position = 0;
        Ok(())
    }

    fn place(&self) -> String {
        "nowhere".to_owned()
    }
}
