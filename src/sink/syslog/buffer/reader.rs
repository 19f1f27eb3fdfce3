use std::io;
use std::sync::Arc;

use crate::sink::syslog::buffer::entry::{Entry, Found};
use crate::sink::syslog::buffer::place::Part;
use crate::sink::syslog::buffer::segment::Reading;
use crate::sink::syslog::buffer::{BufferAccount, Shared};

/// The end of a buffer that entries are read from.
///
/// It begins behind what was acknowledged, in this run or an earlier one.
#[derive(Debug)]
pub struct BufferReader {
    shared: Arc<Shared>,
    /// The sequence of the next entry to be handed out.
    cursor: u64,
    reading: Option<Reading>,
    block: Vec<u8>,
    found: Vec<Found>,
    /// Whether it was told that a segment cannot be read for now.
    has_failed: bool,
}

impl BufferReader {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let cursor = shared.place.lock().state.settled + 1;
        let (block, found) = (Vec::new(), Vec::new());
        Self { shared, cursor, reading: None, block, found, has_failed: false }
    }

    /// Reads the next entries, some `bytes` of them, and at least one if there is one. What is
    /// damaged is passed over, counted, and told by [`take_notices`](Self::take_notices).
    ///
    /// From now on they are known as maybe sent. None, though there [are more](Self::has_more), means
    /// that the operating system refuses for now, for lack of descriptors or memory: ask again later.
    pub fn read(&mut self, bytes: usize) -> Entries<'_> {
        self.block.clear();
        self.found.clear();
        while self.found.is_empty() {
            let Some(part) = self.shared.place.lock().part(&mut self.cursor) else { break };
            if !self.read_part(part, bytes) {
                break;
            }
        }
        let mut place = self.shared.place.lock();
        let sent = place.state.sent;
        if let Some(last) = self.found.last().filter(|last| last.sequence > sent) {
            place.state.sent = last.sequence;
            place.write_state();
        }
        drop(place);
        Entries { block: &self.block, found: self.found.iter(), sent }
    }

    /// The sequence of the entry that [`read`](Self::read) goes on with.
    #[must_use]
    pub const fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Whether there is something to be read.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.cursor <= self.shared.place.lock().state.taken
    }

    /// Goes back to the entry with this sequence, or the first behind it that is not released, to
    /// hand it out again. It does not go forward.
    pub fn rewind(&mut self, sequence: u64) {
        let first = self.shared.place.lock().state.released + 1;
        self.cursor = self.cursor.min(sequence.max(first));
    }

    /// Says that the server has all entries up to this sequence. They are not handed out by the next
    /// run, but kept until they are released.
    pub fn acknowledge(&mut self, upto: u64) {
        let mut place = self.shared.place.lock();
        place.acknowledge(upto);
        place.write_state();
    }

    /// Says that the server may not have the entries behind this sequence after all: as far as they are
    /// not released, they are to be acknowledged again, by this run or the next.
    pub fn take_back(&mut self, upto: u64) {
        let mut place = self.shared.place.lock();
        if place.take_back(upto) {
            place.write_state();
        }
    }

    /// Says that the entries up to this sequence will not be needed again, and that the server has
    /// them, if that was not said before.
    pub fn release(&mut self, upto: u64) {
        let mut place = self.shared.place.lock();
        place.acknowledge(upto);
        let done = place.release(upto);
        place.write_state();
        drop(place);
        self.shared.delete(&done);
    }

    /// The sequence up to which all entries are acknowledged, given up or lost.
    #[must_use]
    pub fn settled(&self) -> u64 {
        self.shared.place.lock().state.settled
    }

    /// The sequence up to which entries may have been sent.
    #[must_use]
    pub fn maybe_sent_until(&self) -> u64 {
        self.shared.place.lock().state.sent
    }

    /// What became of all entries.
    #[must_use]
    pub fn account(&self) -> BufferAccount {
        self.shared.place.lock().account()
    }

    /// What went wrong since this was last asked, in words for people. At most 16.
    pub fn take_notices(&mut self) -> Vec<String> {
        self.shared.place.lock().take_notices()
    }

    /// Reads on in a segment. Whether it is of use to go on to the next.
    fn read_part(&mut self, part: Part, bytes: usize) -> bool {
        let is_open =
            |reading: &Reading| reading.first == part.first && reading.next <= self.cursor;
        let reading = match self.reading.take().filter(is_open) {
            Some(reading) => Ok(reading),
            None => Reading::open(self.shared.disk(), &self.shared.folder, part.first),
        };
        let (block, found) = (&mut self.block, &mut self.found);
        let read = reading.and_then(|mut reading| {
            let piece = reading.piece(block, found, bytes, part.until, part.last + 1)?;
            Ok((reading, piece))
        });
        let (mut reading, piece) = match read {
            Ok(read) => read,
            Err(error) => return self.pass_over(part, &error),
        };
        // What is only passed on the way to the cursor.
        self.found.retain(|found| found.sequence >= self.cursor);
        let mut place = self.shared.place.lock();
        for (from, to) in piece.gaps {
            place.lose(from.max(self.cursor), to, "a segment of the buffer is damaged");
        }
        drop(place);
        self.cursor = self.cursor.max(reading.next);
        if piece.is_end {
            // The last segment is written on behind this.
            (reading.at, reading.next) = (part.until, part.last + 1);
            self.lose_rest(part, "a segment of the buffer is damaged");
        }
        self.reading = Some(reading);
        self.has_failed = false;
        true
    }

    /// What is not there, or is damaged, is lost. What is refused for now may be there later.
    #[cold]
    fn pass_over(&mut self, part: Part, error: &io::Error) -> bool {
        let is_gone = matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
        );
        let is_broken = matches!(
            error.raw_os_error(),
            Some(libc::EIO | libc::ELOOP | libc::EISDIR | libc::EBADMSG | libc::EUCLEAN)
        );
        let what = format!("a segment of the buffer cannot be read ({error})");
        self.block.clear();
        self.found.clear();
        if is_gone || is_broken {
            self.lose_rest(part, &what);
            return true;
        }
        if !self.has_failed {
            self.has_failed = true;
            self.shared.place.lock().notice(what + ": it is tried again");
        }
        false
    }

    /// Goes on behind what belongs to a segment; what was not read of it is lost.
    fn lose_rest(&mut self, part: Part, why: &str) {
        if self.cursor <= part.last {
            self.shared.place.lock().lose(self.cursor, part.last, why);
            self.cursor = part.last + 1;
        }
    }
}

/// Entries that were read, in their order.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    block: &'a [u8],
    found: std::slice::Iter<'a, Found>,
    /// What was sent before these were read.
    sent: u64,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.found.next().map(|found| found.entry(self.block, self.sent))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.found.size_hint()
    }
}

impl ExactSizeIterator for Entries<'_> {}
