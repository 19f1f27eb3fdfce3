//! One line back to its event.

use std::sync::OnceLock;

use super::emit::emit;
use super::prefix::{Prefix, StampForm, read_prefix};
use super::stamp::{Reference, read_level, read_stamp};
use super::status;
use super::tree::{Tree, can_stand_in};
use super::walk::walk;
use crate::base::{Level, LogType, Timestamp};
use crate::event::{self, Event as _, Status};

/// What a line says, apart from the event's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadLine<'l> {
    /// How the line tells its time.
    pub stamp: StampForm,
    /// The stamp; `None` when the line has none, or one without a year and the reader has no
    /// [`reference`](LineReader::reference).
    pub time: Option<Timestamp>,
    /// The level; that of the event's row when the line names none.
    pub level: Level,
    /// What stands behind the level.
    pub message: &'l [u8],
    /// The event's number; `None` when no row has such a line.
    pub number: Option<u16>,
}

/// Reads a line, without its line feed, of a file of this type.
///
/// The same as a [`LineReader`] with an offset and without a reference.
///
/// ```
/// use ringmail::LogType;
/// use ringmail::event::{Event, Recipient};
/// use ringmail::parse::read_line;
/// use ringmail::record::Reader;
/// let line = b"Wed Nov 19 09:16:38 2014 Info: MID 7 ICID 5 RID 0 To: <a@b.example>";
/// let mut payload = Vec::new();
/// let read = read_line(LogType::TextMail, -21_600, line, &mut payload).unwrap();
/// assert_eq!(read.number, Some(Recipient::ROW.number));
/// let event = Recipient::decode(&mut Reader::new(&payload)).unwrap();
/// assert_eq!(event.to.to_str(), Some("a@b.example"));
/// ```
pub fn read_line<'l>(
    log_type: LogType,
    offset: i32,
    line: &'l [u8],
    payload: &mut Vec<u8>,
) -> Option<ReadLine<'l>> {
    LineReader::new(log_type).offset(offset).read(line, payload)
}

/// Reads the lines of a log type, whichever way they came: from a file, or over syslog.
///
/// All dialects are read, and these beginnings of a line, where text in brackets may be missing:
///
/// ```text
/// Wed Jun 25 08:50:03 2014 Info: MESSAGE
/// Wed Jun 25 08:50:03 2014 [LDAP: ]MESSAGE
/// Wed Jun 25 08:50:03 Info: MESSAGE
/// 2014-06-25 08:50:03,000 INFO csa MESSAGE
/// [<22>]Jun 25 08:50:03[ 2014] [host ]name: [Wed Jun 25 08:50:03 2014 ][Info: ]MESSAGE
/// @400000003e8b3cb83a3f58b0 MESSAGE
/// 1049312430.977230 MESSAGE
/// Wed Jun 25 08:50:03 2014: CEF:0|...
/// [Info: ]MESSAGE
/// ```
///
/// ```
/// use ringmail::parse::LineReader;
/// use ringmail::{Level, LogType, Timestamp};
/// let line = b"<22>Jun 25 08:50:03 mail_logs: Info: MID 7 queued for delivery";
/// let near = Timestamp::from_seconds(1_403_700_000);
/// let reader = LineReader::new(LogType::TextMail).reference(near);
/// let read = reader.read(line, &mut Vec::new()).unwrap();
/// assert_eq!(read.time, Some(Timestamp::from_seconds(1_403_686_203)));
/// assert_eq!((read.level, read.message), (Level::Info, &b"MID 7 queued for delivery"[..]));
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct LineReader {
    log_type: LogType,
    offset: i32,
    reference: Option<Reference>,
}

impl LineReader {
    /// A reader of lines of this type, whose stamps are UTC and have a year.
    pub const fn new(log_type: LogType) -> Self {
        Self { log_type, offset: 0, reference: None }
    }

    /// Local time minus UTC in seconds, as the file's latest `Time offset` record says it.
    /// Default: 0.
    pub const fn offset(mut self, seconds: i32) -> Self {
        self.offset = seconds;
        self
    }

    /// A time near the lines': a stamp without a year is of the year in which it is nearest to
    /// this. Default: such stamps are not read.
    pub const fn reference(mut self, time: Timestamp) -> Self {
        self.reference = Some(Reference::Near(time));
        self
    }

    /// The year that stamps without one are in. Default: such stamps are not read.
    ///
    /// ```
    /// use ringmail::LogType;
    /// use ringmail::parse::LineReader;
    /// let reader = LineReader::new(LogType::TextMail).year(2014);
    /// let line = b"<22>Jan  1 00:00:00 mail_logs: Info: End Logfile";
    /// let time = reader.read(line, &mut Vec::new()).unwrap().time.unwrap();
    /// assert_eq!(time.seconds(), 1_388_534_400);
    /// ```
    pub const fn year(mut self, year: u16) -> Self {
        self.reference = Some(Reference::Year(year as i64));
        self
    }

    /// Reads a line without its line feed.
    ///
    /// The event's fields are appended to `payload` in their binary form; nothing is appended when
    /// the message is unknown. `None` when the line has no level and no row its message.
    pub fn read<'l>(&self, line: &'l [u8], payload: &mut Vec<u8>) -> Option<ReadLine<'l>> {
        if let Some(stamp) = read_stamp(line, self.offset)
            && let Some(rest) = line.get(stamp.len..)
            && let Some((level, len)) = read_level(rest)
            && let Some(message) = rest.get(len..)
            // Some versions write more blanks before a message.
            && !message.starts_with(b" ")
        {
            let number = read_message(self.log_type, self.offset, message, payload);
            let (stamp, time) = (StampForm::File, Some(stamp.time));
            return Some(ReadLine { stamp, time, level, message, number });
        }
        self.read_unusual(line, payload)
    }

    #[cold]
    #[inline(never)]
    fn read_unusual<'l>(&self, line: &'l [u8], payload: &mut Vec<u8>) -> Option<ReadLine<'l>> {
        let Prefix { stamp, time, level, message } = read_prefix(line, self.offset, self.reference);
        let message = message.trim_ascii_start();
        let number = read_message(self.log_type, self.offset, message, payload);
        let level = level.or_else(|| number.and_then(event::row).map(|row| row.level))?;
        Some(ReadLine { stamp, time, level, message, number })
    }
}

/// Reads what stands behind stamp and level, and gives the event's number; the rest is as with
/// [`LineReader::read`].
pub fn read_message(
    log_type: LogType,
    offset: i32,
    message: &[u8],
    payload: &mut Vec<u8>,
) -> Option<u16> {
    let before = payload.len();
    let number = if message.starts_with(status::START) && can_stand_in(Status::ROW.number, log_type)
    {
        status::read(message, payload)
    } else {
        walk(tree(log_type), message).and_then(|(spelling, captures)| {
            emit(spelling, &captures, message, offset, payload)?;
            Some(spelling.number)
        })
    };
    if number.is_none() {
        payload.truncate(before);
    }
    number
}

/// The tree of a log type, built when it is first asked for.
fn tree(log_type: LogType) -> &'static Tree {
    static TREES: [OnceLock<Tree>; LogType::ALL.len()] =
        [const { OnceLock::new() }; LogType::ALL.len()];
    static UNLISTED: OnceLock<Tree> = OnceLock::new();
    TREES.get(log_type as usize).unwrap_or(&UNLISTED).get_or_init(|| Tree::of(log_type))
}
