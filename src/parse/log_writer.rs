use super::log::offset_of;
use super::tree::{OWN, can_stand_in};
use crate::base::{Dialect, Error, LogType, Result, Timestamp};
use crate::event::{self, Event as _, Malformed, TextLine, TimeOffset};
use crate::format::{
    LineWriter, STAMP_LEN, Stamper, Zone, decode, render, render_own, render_qmail, tai64n,
};
use crate::record::Record;

/// Makes a log file of events, as [`LogReader`](super::LogReader) makes events of a log file.
///
/// Stamps are local time by the offset of the latest `Time offset` record. A record without a time
/// becomes a line without a stamp; a [`TextLine`] becomes the line that it holds. The qmail-format
/// log has the stamps of multilog.
///
/// ```
/// use ringmail::parse::{LogReader, LogWriter};
/// use ringmail::{Dialect, LogType};
/// let file = b"\
/// Wed Nov 19 09:16:46 2014 Info: Time offset from UTC: -21600 seconds
/// Wed Nov 19 09:16:46 2014 Info: MID 7 antivirus negative
/// what is this?
/// ";
/// let mut log = LogReader::new(LogType::TextMail, &file[..]);
/// let mut writer = LogWriter::new(LogType::TextMail, Dialect::default());
/// let mut again = Vec::new();
/// while let Some(line) = log.read()? {
///     line.records(|record| writer.write(record, &mut again).unwrap());
/// }
/// assert_eq!(again, file);
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Debug)]
pub struct LogWriter {
    log_type: LogType,
    block: LineWriter,
    stamper: Stamper,
    offset: i32,
}

/// What a line is to begin with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Begin<'s> {
    /// The stamp that it shows.
    Stamp(&'s [u8; STAMP_LEN]),
    /// The stamp of one of qmail's loggers.
    Label(&'s [u8]),
    /// The stamp of a time.
    Time(Timestamp),
}

impl LogWriter {
    /// Writes a file of this type; its stamps are UTC until a record says otherwise.
    #[must_use]
    pub fn new(log_type: LogType, dialect: Dialect) -> Self {
        let zone = Zone::utc();
        Self {
            log_type,
            block: LineWriter::new(1 << 10, dialect, zone.clone()),
            stamper: Stamper::new(zone),
            offset: 0,
        }
    }

    /// Local time minus UTC in seconds, until a record says otherwise. Default: 0.
    ///
    /// # Errors
    /// [`Error::is_config`] when it is 26 hours or more.
    pub fn offset(mut self, seconds: i32) -> Result<Self> {
        self.set_offset(seconds).map_err(|Malformed| {
            Error::config(format!("no time zone is {seconds} seconds from UTC"))
        })?;
        Ok(self)
    }

    /// Appends the line of an event, with its line feed.
    ///
    /// # Errors
    /// [`Error::is_input`] when the log has no such line, the fields cannot be read, or the text of
    /// a [`TextLine`] holds a line feed; nothing is appended then.
    pub fn write(&mut self, record: &Record<'_>, out: &mut Vec<u8>) -> Result<()> {
        if record.number == TextLine::ROW.number {
            return write_text(record, out);
        }
        let log_type = self.log_type;
        let written = match record.time {
            Some(time) => self.line(record, Begin::Time(time)),
            None => self.line(record, Begin::Stamp(&[b' '; STAMP_LEN])).map(without_stamp),
        };
        let line = written.map_err(|Malformed| {
            let name = event::row(record.number).map_or("an unknown event", |row| row.name);
            Error::input(format!("{name} makes no line of a {log_type} log"))
        });
        out.extend_from_slice(line?);
        out.push(b'\n');
        if record.number == TimeOffset::ROW.number
            && let Some(seconds) = offset_of(record.payload)
        {
            // The one to write it did so by the offset before.
            self.set_offset(seconds).ok();
        }
        Ok(())
    }

    /// The line of an event, without its line feed.
    pub(super) fn line(
        &mut self,
        record: &Record<'_>,
        begin: Begin<'_>,
    ) -> Result<&[u8], Malformed> {
        if !can_stand_in(record.number, self.log_type) {
            return Err(Malformed);
        }
        let block = &mut self.block;
        block.clear();
        if self.log_type == LogType::QmailMail {
            match begin {
                Begin::Stamp(stamp) => render_qmail(record, stamp, block),
                Begin::Label(label) => render_qmail(record, label, block),
                Begin::Time(time) => render_qmail(record, &tai64n::label(time), block),
            }?;
        } else {
            let stamp = match begin {
                Begin::Stamp(stamp) => stamp,
                Begin::Label(_) => return Err(Malformed),
                Begin::Time(time) => self.stamper.stamp(time),
            };
            if record.number >= OWN {
                render_own(record, self.log_type, stamp, block)?;
            } else {
                render(record, self.log_type, stamp, block)?;
            }
        }
        let line = self.block.as_bytes();
        Ok(line.strip_suffix(b"\n").unwrap_or(line))
    }

    /// Writes the stamps that follow by another offset.
    ///
    /// # Errors
    /// When no zone has it.
    pub(super) fn set_offset(&mut self, seconds: i32) -> Result<(), Malformed> {
        if seconds != self.offset {
            let zone = Zone::fixed(seconds).ok_or(Malformed)?;
            self.block.set_zone(zone.clone());
            self.stamper = Stamper::new(zone);
            self.offset = seconds;
        }
        Ok(())
    }
}

fn write_text(record: &Record<'_>, out: &mut Vec<u8>) -> Result<()> {
    let event: TextLine<'_> = decode(record.payload)
        .map_err(|malformed| Error::input(format!("a TextLine that is damaged: {malformed}")))?;
    let text = event.text.as_bytes();
    // It would be two lines, of which nobody has read the second.
    if text.contains(&b'\n') {
        return Err(Error::input("the text of a TextLine holds a line feed"));
    }
    out.extend_from_slice(text);
    if !event.more {
        out.push(b'\n');
    }
    Ok(())
}

/// The line behind its stamp.
fn without_stamp(line: &[u8]) -> &[u8] {
    let rest = line.get(STAMP_LEN..).unwrap_or_default();
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    rest.strip_prefix(b" ").unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Level;
    use crate::event::{Finished, Mid, QmailEnd, Text};

    fn write<'a, E: event::Event<'a>>(
        log_type: LogType,
        time: Option<Timestamp>,
        event: &E,
    ) -> Result<String> {
        let mut payload = Vec::new();
        event.encode(&mut payload);
        let record =
            Record { number: E::ROW.number, level: Level::Info, order: 0, time, payload: &payload };
        let mut out = Vec::new();
        LogWriter::new(log_type, Dialect::default()).write(&record, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn what_has_no_time_has_no_stamp() {
        let event = Finished { mid: Mid(7) };
        let said = "Info: Message finished MID 7 done\n";
        assert_eq!(write(LogType::TextMail, None, &event).unwrap(), said);
        let line = write(LogType::TextMail, Some(Timestamp::from_seconds(0)), &event).unwrap();
        assert_eq!(line, format!("Thu Jan  1 00:00:00 1970 {said}"));
    }

    #[test]
    fn qmail_has_its_labels() {
        let time = Some(Timestamp::from_micros(1_049_312_430_977_230));
        let line = write(LogType::QmailMail, time, &QmailEnd { mid: Mid(7) }).unwrap();
        assert_eq!(line, "@400000003e8b3cb83a3f58b0 end msg 7\n");
    }

    #[test]
    fn events_that_a_log_does_not_have_are_refused() {
        let event = Finished { mid: Mid(7) };
        for log_type in [LogType::Bounce, LogType::QmailMail, LogType::System] {
            let error = write(log_type, None, &event).unwrap_err();
            assert!(error.is_input() && error.to_string().contains("Finished"), "{error}");
        }
        let forged = TextLine { text: Text::from("a\nb"), more: false };
        assert!(write(LogType::TextMail, None, &forged).unwrap_err().is_input());
        assert!(LogWriter::new(LogType::System, Dialect::V7_6).offset(93_600).is_err());
    }
}
