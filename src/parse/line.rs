//! One line back to its event.

use std::sync::OnceLock;

use super::emit::emit;
use super::stamp::{read_level, read_stamp};
use super::status;
use super::tree::Tree;
use super::walk::walk;
use crate::base::{Level, LogType, Timestamp};

/// What a line says, apart from the event's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadLine<'l> {
    /// The stamp.
    pub time: Timestamp,
    /// The level.
    pub level: Level,
    /// What stands behind the level.
    pub message: &'l [u8],
    /// The event's number; `None` when no row has such a line.
    pub number: Option<u16>,
}

/// Reads a line, without its line feed, of a file of this type.
///
/// `offset` is local time minus UTC in seconds, as the file's `Time offset` records say it. The
/// event's fields are appended to `payload` in their binary form; nothing is appended when the
/// message is unknown. `None` when the line does not begin with a stamp and a level.
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
    let stamp = read_stamp(line, offset)?;
    let rest = line.get(stamp.len..)?;
    let (level, len) = read_level(rest)?;
    let message = rest.get(len..)?;
    let number = read_message(log_type, offset, message, payload);
    Some(ReadLine { time: stamp.time, level, message, number })
}

/// Reads what stands behind stamp and level, and gives the event's number; the rest is as with
/// [`read_line`].
pub fn read_message(
    log_type: LogType,
    offset: i32,
    message: &[u8],
    payload: &mut Vec<u8>,
) -> Option<u16> {
    let before = payload.len();
    let number = if message.starts_with(status::START) {
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
    // A bounce log tells events of the mail log, in a spelling of its own.
    let log_type = if log_type == LogType::Bounce { LogType::TextMail } else { log_type };
    TREES.get(log_type as usize).unwrap_or(&UNLISTED).get_or_init(|| Tree::of(log_type))
}
