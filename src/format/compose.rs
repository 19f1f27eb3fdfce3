//! What the logs have in common whose files are more than a line an event.

use core::fmt;

use crate::base::Timestamp;
use crate::event::Malformed;
use crate::format::LineWriter;
use crate::record::Record;

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Composed {
    /// It is in the block.
    Written,
    /// The same, but not all of it: a part was too long.
    WrittenCut,
    /// It was taken up into something that is written later, or is a part of what is.
    Absorbed,
    /// The subscription does not ask for it: another host, another message.
    Filtered,
    /// It would have been written, but the rate limit keeps it out.
    Limited,
}

/// What a composer gave up: nothing of it will be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GivenUp {
    /// How many messages, or other things that are made of several events.
    pub(crate) count: u64,
    /// Why, in a word or two.
    pub(crate) reason: &'static str,
}

/// Makes the file of a log that is more than a line an event, or that depends on settings.
pub(crate) trait Compose: fmt::Debug + Send {
    /// Takes an event that happened at `time`, and appends what it makes of it to the block.
    /// `admits` is asked at most once, when something would be written.
    ///
    /// # Errors
    /// When the event cannot be read; the caller takes back what was appended.
    fn take(
        &mut self,
        record: &Record<'_>,
        time: Timestamp,
        admits: &mut dyn FnMut() -> bool,
        block: &mut LineWriter,
    ) -> Result<Composed, Malformed>;

    /// Appends what a file begins with, and gives how many records that are. Default: none.
    fn begin_file(&mut self, _now: Timestamp, _block: &mut LineWriter) {}

    /// Appends what a file ends with. Default: nothing.
    fn end_file(&mut self, _now: Timestamp, _block: &mut LineWriter) {}

    /// Whether a file ends behind each thing that is written. Default: no.
    fn is_file_each(&self) -> bool {
        false
    }

    /// Whether nothing will ever be written any more. Default: no.
    fn is_done(&self) -> bool {
        false
    }

    /// Gives up what is too old, or everything when the engine ends and there is no later, and
    /// tells what was given up since it was last asked. Default: nothing.
    fn give_up(&mut self, _now: Option<Timestamp>) -> Vec<GivenUp> {
        Vec::new()
    }
}
