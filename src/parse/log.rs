use std::io::Read;

use super::line::{LineReader, ReadLine};
use super::lines::{LinePart, Lines, RawLine};
use crate::base::{Level, LogType, Result, Timestamp};
use crate::event::{Event as _, MAX_FIELD, Text, TextLine, TimeOffset};
use crate::format::{Zone, decode};
use crate::record::Record;

/// Reads a log file line by line: of a type whose files are lines, CEF or qmail.
///
/// Every byte of the input comes back, in order, in [`LogLine::raw`]: what is no line of the type
/// is told as one that was not understood. The lines behind a `Time offset` record are read with
/// its offset.
///
/// It needs memory for one line, at most [`MAX_LINE`](super::MAX_LINE); a longer one comes in parts
/// that are not read for an event.
///
/// ```
/// use ringmail::event::{Event, Finished};
/// use ringmail::parse::LogReader;
/// use ringmail::{LogType, Timestamp};
/// let file = b"\
/// Wed Nov 19 09:16:46 2014 Info: Time offset from UTC: -21600 seconds
/// Wed Nov 19 09:16:46 2014 Info: Message finished MID 7 done\r\n\
/// what is this?";
/// let mut log = LogReader::new(LogType::TextMail, &file[..]);
/// log.read()?;
///
/// let line = log.read()?.unwrap();
/// let read = line.read.unwrap();
/// assert_eq!((line.raw.number, line.offset), (2, -21_600));
/// assert_eq!(read.number, Some(Finished::ROW.number));
/// assert_eq!(read.time, Some(Timestamp::from_seconds(1_416_410_206)));
///
/// let line = log.read()?.unwrap();
/// assert_eq!((line.read, line.raw.bytes), (None, &b"what is this?"[..]));
/// assert!(log.read()?.is_none());
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Debug)]
pub struct LogReader<R> {
    lines: Lines<R>,
    reader: LineReader,
    offset: i32,
    payload: Vec<u8>,
}

/// A line of a log file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine<'r> {
    /// The line as it stands in the file.
    pub raw: RawLine<'r>,
    /// Local time minus UTC in seconds, by which it was read.
    pub offset: i32,
    /// What was read; `None` when it has no level and no row its message, and for a part.
    pub read: Option<ReadLine<'r>>,
    /// The fields of the event, if `read` names one.
    pub payload: &'r [u8],
}

impl<R: Read> LogReader<R> {
    /// Reads from the start of a file of this type; the input need not be buffered. The stamps are
    /// UTC until the file says otherwise.
    pub fn new(log_type: LogType, input: R) -> Self {
        let reader = LineReader::new(log_type);
        Self { lines: Lines::new(input), reader, offset: 0, payload: Vec::new() }
    }

    /// Local time minus UTC in seconds, until the file says otherwise. Default: 0.
    #[must_use]
    pub fn offset(mut self, seconds: i32) -> Self {
        self.offset = seconds;
        self.reader = self.reader.offset(seconds);
        self
    }

    /// A time near the lines', for stamps without a year, as [`LineReader::reference`].
    #[must_use]
    pub fn reference(mut self, time: Timestamp) -> Self {
        self.reader = self.reader.reference(time);
        self
    }

    /// The year that stamps without one are in, as [`LineReader::year`].
    #[must_use]
    pub fn year(mut self, year: u16) -> Self {
        self.reader = self.reader.year(year);
        self
    }

    /// The next line; `None` at the end of the input.
    ///
    /// # Errors
    /// [`Error::is_io`](crate::Error::is_io) when the input cannot be read. What is not understood
    /// is no error.
    #[inline]
    pub fn read(&mut self) -> Result<Option<LogLine<'_>>> {
        let Some(raw) = self.lines.read()? else { return Ok(None) };
        self.payload.clear();
        let mut line = LogLine { raw, offset: self.offset, read: None, payload: &[] };
        if raw.part == LinePart::Whole {
            line.read = self.reader.read(raw.text(), &mut self.payload);
            line.payload = &self.payload;
        }
        if line.event() == Some(TimeOffset::ROW.number)
            && let Some(seconds) = offset_of(line.payload)
        {
            self.offset = seconds;
            self.reader = self.reader.offset(seconds);
        }
        Ok(Some(line))
    }
}

impl LogLine<'_> {
    /// The event's number; `None` when no row has such a line.
    #[must_use]
    pub fn event(&self) -> Option<u16> {
        self.read.and_then(|read| read.number)
    }

    /// Gives the line as records: that of its event, or, when there is none, as many
    /// [`TextLine`]s as it takes, from which [`LogWriter`](super::LogWriter) makes the same line
    /// again.
    ///
    /// ```
    /// use ringmail::LogType;
    /// use ringmail::event::{Event, TextLine};
    /// use ringmail::parse::LogReader;
    /// use ringmail::record::Reader;
    /// let mut log = LogReader::new(LogType::TextMail, &b"what is this?\n"[..]);
    /// log.read()?.unwrap().records(|record| {
    ///     let event = TextLine::decode(&mut Reader::new(record.payload)).unwrap();
    ///     assert_eq!(event.text.to_str(), Some("what is this?"));
    /// });
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    pub fn records(&self, mut each: impl FnMut(&Record<'_>)) {
        if let (Some(ReadLine { level, time, .. }), Some(number)) = (self.read, self.event()) {
            each(&Record { number, level, order: 0, time, payload: self.payload });
            return;
        }
        let goes_on = matches!(self.raw.part, LinePart::First | LinePart::Middle);
        let bytes = self.raw.bytes;
        let mut rest = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let mut payload = Vec::new();
        loop {
            let (text, behind) = rest.split_at(rest.len().min(MAX_FIELD));
            let more = goes_on || !behind.is_empty();
            payload.clear();
            TextLine { text: Text::from(text), more }.encode(&mut payload);
            let (number, level) = (TextLine::ROW.number, Level::Info);
            each(&Record { number, level, order: 0, time: None, payload: &payload });
            if behind.is_empty() {
                return;
            }
            rest = behind;
        }
    }
}

/// The offset that a `Time offset` record says, if stamps can have it.
pub(super) fn offset_of(payload: &[u8]) -> Option<i32> {
    let event: TimeOffset = decode(payload).ok()?;
    i32::try_from(event.seconds).ok().filter(|seconds| Zone::fixed(*seconds).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_for_the_lines_behind_them() {
        let file = "\
Wed Nov 19 09:16:46 2014 Info: Time offset from UTC: 7200 seconds
Wed Nov 19 09:16:46 2014 Info: Time offset from UTC: 99999999999 seconds
Wed Nov 19 09:16:46 2014 Info: End Logfile
";
        let mut log = LogReader::new(LogType::TextMail, file.as_bytes()).offset(-60);
        let mut seconds = Vec::new();
        while let Some(line) = log.read().unwrap() {
            seconds.push((line.offset, line.read.unwrap().time.unwrap().seconds()));
        }
        let local = 1_416_388_606;
        assert_eq!(seconds, [(-60, local + 60), (7200, local - 7200), (7200, local - 7200)]);
    }

    #[test]
    fn a_line_that_no_field_can_hold_is_several_records() {
        let line = [vec![b'x'; 2 * MAX_FIELD], b"\n".to_vec()].concat();
        let mut log = LogReader::new(LogType::TextMail, line.as_slice());
        let mut texts = Vec::new();
        log.read().unwrap().unwrap().records(|record| {
            let event: TextLine<'_> = decode(record.payload).unwrap();
            texts.push((event.text.len(), event.more));
        });
        assert_eq!(texts, [(MAX_FIELD, true), (MAX_FIELD, false)]);
    }
}
