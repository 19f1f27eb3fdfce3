//! Messages of an mbox file.

use std::io::{BufRead, BufReader, Read};

use super::stamp::read_stamp;
use crate::base::{Error, Result, Timestamp};

/// The most bytes of a message that are kept: 64 MiB.
pub const MAX_MESSAGE: usize = 64 << 20;

/// The most bytes of a line that are looked at together.
const MAX_LINE: u64 = 64 << 10;

/// Reads the messages of an mbox file one by one, whatever the size of the file.
///
/// A message begins at a line that begins with `From `, and ends before the next, without the
/// blank line between. Of each line that begins with `>`s and then `From `, one `>` is taken away.
///
/// ```
/// use ringmail::parse::MboxReader;
/// let file = b"From a@b.example Tue Jan 28 15:56:13 2003\nSubject: x\n\n>From here on\n\n";
/// let message = MboxReader::new(&file[..]).next().unwrap()?;
/// assert_eq!(message.sender, b"a@b.example");
/// assert_eq!(message.time.unwrap().seconds(), 1_043_769_373);
/// assert_eq!(message.bytes, b"Subject: x\n\nFrom here on\n");
/// # Ok::<(), ringmail::Error>(())
/// ```
///
/// # Errors
/// An item is [`Error::is_input`], with its offset in the file, when there is text before the first
/// message; reading can go on. It is [`Error::is_io`] when the input cannot be read, and the last
/// one then.
#[derive(Debug)]
pub struct MboxReader<R> {
    input: BufReader<R>,
    /// What was read last: a line, or a piece of one that is very long.
    piece: Vec<u8>,
    /// Whether the piece is the beginning of a line.
    is_line_start: bool,
    /// Bytes before the piece, and in it.
    offset: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing has been read.
    Start,
    /// The piece is the line that begins a message.
    AtMessage,
    /// There is no more.
    Ended,
}

/// A message of an mbox file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MboxMessage {
    /// Who sent it, as its first line says: `MAILER-DAEMON` for nobody.
    pub sender: Vec<u8>,
    /// When it was archived, taken for UTC; `None` where the first line does not say it in the
    /// usual form.
    pub time: Option<Timestamp>,
    /// Header and body, lines ending as in the file.
    pub bytes: Vec<u8>,
    /// Whether it was longer than [`MAX_MESSAGE`], and the rest left out.
    pub is_cut: bool,
}

impl<R: Read> MboxReader<R> {
    /// Reads from the start of a file; the input need not be buffered.
    pub fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(128 << 10, input),
            piece: Vec::new(),
            is_line_start: true,
            offset: 0,
            state: State::Start,
        }
    }

    /// Reads what stands before the first message; an error if that is more than blank lines.
    fn start(&mut self) -> Result<()> {
        let mut junk = None;
        while self.read_piece()? {
            if self.is_from_line() {
                self.state = State::AtMessage;
                break;
            }
            if junk.is_none() && !self.piece.trim_ascii().is_empty() {
                junk = Some(self.offset - self.piece.len() as u64);
            }
        }
        match junk {
            None => Ok(()),
            Some(at) => {
                Err(Error::input("text before the first line that begins with `From `")
                    .at_position(at))
            }
        }
    }

    /// Reads the message whose first line is at hand.
    fn message(&mut self) -> Result<MboxMessage> {
        let mut message = first_line(&self.piece);
        // The end of a very long first line says nothing.
        while !self.piece.ends_with(b"\n") {
            if !self.read_piece()? {
                return Ok(message);
            }
        }
        // The length of the last line, if it is blank.
        let mut blank = 0;
        while self.read_piece()? && !self.is_from_line() {
            let mut line = self.piece.as_slice();
            blank = match line {
                b"\n" | b"\r\n" if self.is_line_start => line.len(),
                _ => 0,
            };
            if self.is_line_start && is_quoted(line) {
                line = line.get(1..).unwrap_or_default();
            }
            let room = MAX_MESSAGE - message.bytes.len();
            message.is_cut |= line.len() > room;
            message.bytes.extend(line.iter().take(room));
        }
        if !message.is_cut {
            message.bytes.truncate(message.bytes.len() - blank);
        }
        Ok(message)
    }

    /// Reads the next line, or the next piece of it; false at the end of the file.
    fn read_piece(&mut self) -> Result<bool> {
        self.is_line_start = self.offset == 0 || self.piece.ends_with(b"\n");
        self.piece.clear();
        let read = (&mut self.input).take(MAX_LINE).read_until(b'\n', &mut self.piece);
        match read {
            Ok(0) => {
                self.state = State::Ended;
                Ok(false)
            }
            Ok(read) => {
                self.offset += read as u64;
                Ok(true)
            }
            Err(error) => {
                self.state = State::Ended;
                Err(Error::io("cannot read an mbox file", error))
            }
        }
    }

    fn is_from_line(&self) -> bool {
        self.is_line_start && self.piece.starts_with(b"From ")
    }
}

impl<R: Read> Iterator for MboxReader<R> {
    type Item = Result<MboxMessage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Start
            && let Err(error) = self.start()
        {
            return Some(Err(error));
        }
        (self.state == State::AtMessage).then(|| self.message())
    }
}

/// What the line that begins a message says.
fn first_line(line: &[u8]) -> MboxMessage {
    let line = line.strip_prefix(b"From ").unwrap_or(line).trim_ascii();
    let end = memchr::memchr(b' ', line).unwrap_or(line.len());
    let (sender, time) = line.split_at(end);
    let time = read_stamp(time.trim_ascii_start(), 0).map(|stamp| stamp.time);
    MboxMessage { sender: sender.to_vec(), time, ..MboxMessage::default() }
}

/// Whether a line begins with `>`s and then `From `.
fn is_quoted(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    quotes > 0 && line.get(quotes..).is_some_and(|line| line.starts_with(b"From "))
}
