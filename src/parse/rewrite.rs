use super::line::ReadLine;
use super::lines::LinePart;
use super::log::LogLine;
use super::log_writer::{Begin, LogWriter};
use super::prefix::StampForm;
use super::status;
use crate::base::{Dialect, LogType};
use crate::event::{Event as _, Malformed, Status};
use crate::format::STAMP_LEN;
use crate::record::Record;

/// Writes the lines of a log file again, in another dialect or to see that nothing is lost.
///
/// Each line that is understood is written as files of its type have it, at the same time, by the
/// same offset and with the same level and line end. What does not have that form, like lines that
/// came over syslog, gets it. Every other line is passed on as it is.
///
/// Of a stamp only the day's column is set right: a wrong weekday stays, and so does the kind of
/// stamp in a qmail-format log. Labels and fields of lines that are not the dialect's own, like the
/// keys of CEF, stay as well.
///
/// ```
/// use ringmail::parse::{LogReader, Rewriter, Rewritten};
/// use ringmail::{Dialect, LogType};
/// let file = b"\
/// Wed Nov 19 09:16:39 2014 Info: MID 7 antivirus negative \r
/// <22>Nov 19 09:16:39 2014 host mail_logs: Info: Message finished MID 7 done
/// what is this?";
/// let mut log = LogReader::new(LogType::TextMail, &file[..]);
/// let mut rewriter = Rewriter::new(LogType::TextMail, Dialect::V15_0);
/// let mut out = Vec::new();
/// while let Some(line) = log.read()? {
///     rewriter.rewrite(&line, &mut out);
/// }
/// assert_eq!(
///     out.as_slice(),
///     b"Wed Nov 19 09:16:39 2014 Info: MID 7 antivirus negative\r\n\
///     Wed Nov 19 09:16:39 2014 Info: Message finished MID 7 done\n\
///     what is this?"
/// );
/// let tally = rewriter.tally();
/// assert_eq!((tally.lines, tally.different, tally.no_event), (3, 2, 1));
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Debug)]
pub struct Rewriter {
    log_type: LogType,
    writer: LogWriter,
    tally: Tally,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewritten {
    /// It was written, and is the same byte for byte.
    Identical,
    /// It was written, and is not the same.
    Different,
    /// It was passed on as it is.
    PassedOn(Reason),
}

/// Why a line was passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It is no event of the log type.
    NoEvent,
    /// It is an event, but says no time, or one without a year.
    NoTime,
    /// It is longer than [`MAX_LINE`](super::MAX_LINE).
    TooLong,
    /// It is an event, but says more than the event holds: labels of a status line that are not
    /// known, or not all of those that are.
    NotWritable,
}

/// How many lines became what.
///
/// `lines` = `identical` + `different` + all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// All lines; those that came in parts once.
    pub lines: u64,
    /// Written, and the same byte for byte.
    pub identical: u64,
    /// Written, and not the same.
    pub different: u64,
    /// Passed on: [`Reason::NoEvent`].
    pub no_event: u64,
    /// Passed on: [`Reason::NoTime`].
    pub no_time: u64,
    /// Passed on: [`Reason::TooLong`].
    pub too_long: u64,
    /// Passed on: [`Reason::NotWritable`].
    pub not_writable: u64,
}

impl Tally {
    /// How many lines were understood, and written.
    #[must_use]
    pub fn understood(&self) -> u64 {
        self.identical + self.different
    }
}

impl core::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.lines += more.lines;
        self.identical += more.identical;
        self.different += more.different;
        self.no_event += more.no_event;
        self.no_time += more.no_time;
        self.too_long += more.too_long;
        self.not_writable += more.not_writable;
    }
}

impl Rewriter {
    /// Writes lines of this type in a dialect.
    #[must_use]
    pub fn new(log_type: LogType, dialect: Dialect) -> Self {
        let writer = LogWriter::new(log_type, dialect);
        Self { log_type, writer, tally: Tally::default() }
    }

    /// Appends the line as it is now written, with its line end.
    pub fn rewrite(&mut self, line: &LogLine<'_>, out: &mut Vec<u8>) -> Rewritten {
        let rewritten = match written(self.log_type, &mut self.writer, line) {
            Ok(text) => {
                out.extend_from_slice(text);
                out.extend_from_slice(line.raw.end());
                if text == line.raw.text() { Rewritten::Identical } else { Rewritten::Different }
            }
            Err(reason) => {
                out.extend_from_slice(line.raw.bytes);
                Rewritten::PassedOn(reason)
            }
        };
        if line.raw.is_begin() {
            self.tally.lines += 1;
            *match rewritten {
                Rewritten::Identical => &mut self.tally.identical,
                Rewritten::Different => &mut self.tally.different,
                Rewritten::PassedOn(Reason::NoEvent) => &mut self.tally.no_event,
                Rewritten::PassedOn(Reason::NoTime) => &mut self.tally.no_time,
                Rewritten::PassedOn(Reason::TooLong) => &mut self.tally.too_long,
                Rewritten::PassedOn(Reason::NotWritable) => &mut self.tally.not_writable,
            } += 1;
        }
        rewritten
    }

    /// What became of the lines so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }
}

/// The line as it is written, without its line end.
fn written<'w>(
    log_type: LogType,
    writer: &'w mut LogWriter,
    line: &LogLine<'_>,
) -> Result<&'w [u8], Reason> {
    if line.raw.part != LinePart::Whole {
        return Err(Reason::TooLong);
    }
    let (Some(read), Some(number)) = (line.read, line.event()) else {
        return Err(Reason::NoEvent);
    };
    let ReadLine { level, message, .. } = read;
    let time = read.time.ok_or(Reason::NoTime)?;
    if number == Status::ROW.number && !status::is_whole(message) {
        return Err(Reason::NotWritable);
    }
    let not_writable = |Malformed| Reason::NotWritable;
    writer.set_offset(line.offset).map_err(not_writable)?;
    let record = Record { number, level, order: 0, time: None, payload: line.payload };
    let text = line.raw.text();
    let stamp;
    let begin = match read.stamp {
        StampForm::File if log_type != LogType::QmailMail => {
            stamp = in_columns(text).ok_or(Reason::NotWritable)?;
            Begin::Stamp(&stamp)
        }
        StampForm::Qmail if log_type == LogType::QmailMail => {
            let len = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
            Begin::Label(text.get(..len).unwrap_or_default())
        }
        _ => Begin::Time(time),
    };
    writer.line(&record, begin).map_err(not_writable)
}

/// The stamp that a line begins with, its day in two columns.
fn in_columns(line: &[u8]) -> Option<[u8; STAMP_LEN]> {
    let (head, rest) = line.split_first_chunk::<8>()?;
    let (tens, ones, rest) = match rest {
        [tens @ b'1'..=b'9', ones @ b'0'..=b'9', rest @ ..] => (*tens, *ones, rest),
        [b' ' | b'0', ones, rest @ ..] | [ones, rest @ ..] => (b' ', *ones, rest),
        [] => return None,
    };
    let mut stamp = [b' '; STAMP_LEN];
    let (front, back) = stamp.split_first_chunk_mut::<8>()?;
    *front = *head;
    let (day, back) = back.split_first_chunk_mut::<2>()?;
    *day = [tens, ones];
    back.copy_from_slice(rest.get(..back.len())?);
    Some(stamp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::LogReader;

    fn rewritten(log_type: LogType, dialect: Dialect, line: &str) -> (String, Rewritten) {
        let mut log = LogReader::new(log_type, line.as_bytes());
        let line = log.read().unwrap().unwrap();
        let mut out = Vec::new();
        let rewritten = Rewriter::new(log_type, dialect).rewrite(&line, &mut out);
        (String::from_utf8(out).unwrap(), rewritten)
    }

    #[test]
    fn lines_of_every_form_come_back() {
        for (log_type, line) in [
            (LogType::TextMail, "Wed Jun 25 08:50:03 2014 Info: Message finished MID 7 done"),
            // A wrong weekday, a level of its own.
            (LogType::TextMail, "Mon Jun  1 08:50:03 2014 Debug: Message finished MID 7 done\r\n"),
            (LogType::TextMail, "Wed Jun 25 08:50:03 2014 Info: Begin Logfile\n"),
            (LogType::LdapDebug, "Wed Jun 25 08:50:03 2014 Begin Logfile\n"),
            (LogType::LdapDebug, "Wed Jun 25 08:50:03 2014 LDAP: connected\n"),
            (LogType::QmailMail, "@400000003e8b3cb83a3f58b1 end msg 7\n"),
            (LogType::QmailMail, "1049312430.977230 end msg 7\n"),
            (LogType::ConsolidatedEvent, CEF),
            (LogType::Bounce, BOUNCE),
            (
                LogType::SmtpConversation,
                "Wed Jun 25 08:50:03 2014 Info: DCID 5 Sent to '192.0.2.9': 'QUIT\\015\\012'\n",
            ),
            (
                LogType::InjectionDebug,
                "Wed Jun 25 08:50:03 2014 Info: 5 Sent to '192.0.2.9': 'QUIT\\015\\012'\n",
            ),
        ] {
            let (out, what) = rewritten(log_type, Dialect::V15_0, line);
            assert_eq!((out.as_str(), what), (line, Rewritten::Identical));
        }
    }

    const CEF: &str = "Wed Jun 25 08:50:03 2014 CEF:0|Cisco|C100V|15.0.0-104|\
        ESA_CONSOLIDATED_LOG_EVENT|Consolidated Log Event|5|ESAMID=1053 act=DROPPED\n";

    const BOUNCE: &str = "Wed Jun 25 08:50:03 2014 Info: Bounced: 7:0 From:<a@b> To:<c@d> \
        Reason: \"5.1.0 - Unknown address error\" Response: \"('550', ['gone'])\"\n";

    #[test]
    fn other_forms_get_that_of_the_file() {
        for (log_type, dialect, line, expected) in [
            (
                LogType::TextMail,
                Dialect::V15_0,
                "Wed Jun 5 08:50:03 2014 Info:  MID 7 queued for delivery\n",
                "Wed Jun  5 08:50:03 2014 Info: MID 7 queued for delivery\n",
            ),
            (
                LogType::TextMail,
                Dialect::V15_0,
                "Wed Jun 05 08:50:03 2014 Info: MID 7 Subject 'a'\n",
                "Wed Jun  5 08:50:03 2014 Info: MID 7 Subject \"a\"\n",
            ),
            (
                LogType::Csa,
                Dialect::V15_0,
                "2014-06-25 08:50:03,123 CRITICAL csa Begin Logfile\n",
                "Wed Jun 25 08:50:03 2014 Critical: Begin Logfile\n",
            ),
            (LogType::ConsolidatedEvent, Dialect::V13_0, CEF, &CEF.replacen(" CEF", ": CEF", 1)),
            (
                LogType::QmailMail,
                Dialect::V15_0,
                "Wed Apr  2 19:40:30 2003 Info: end msg 7\n",
                "@400000003e8b3cb800000000 end msg 7\n",
            ),
            (
                LogType::Bounce,
                Dialect::V15_0,
                "Wed Jun 25 08:50:03 2014 Info: Bounced: DCID 8 MID 7 From: <a@b> To: <c@d> \
                 RID 0 - 5.1.0 - Unknown address error ('550', ['gone'])\n",
                BOUNCE,
            ),
        ] {
            assert_eq!(rewritten(log_type, dialect, line).0, expected);
        }
    }

    #[test]
    fn what_cannot_be_written_is_passed_on() {
        for (log_type, line, reason) in [
            (LogType::TextMail, "what is this?", Reason::NoEvent),
            (LogType::TextMail, "\r\n", Reason::NoEvent),
            (LogType::TextMail, "Info: Message finished MID 7 done\n", Reason::NoTime),
            (
                LogType::TextMail,
                "<22>Jun 25 08:50:03 m: Info: Message finished MID 7 done\n",
                Reason::NoTime,
            ),
            (
                LogType::Status,
                "Wed Jun 25 08:50:03 2014 Info: Status: CPULd 1 NewLd 2\n",
                Reason::NotWritable,
            ),
            // A bounce log has bounces, and not the status.
            (LogType::Bounce, "Wed Jun 25 08:50:03 2014 Info: Status: \n", Reason::NoEvent),
            (
                LogType::Bounce,
                "Wed Jun 25 08:50:03 2014 Info: Message finished MID 7 done\n",
                Reason::NoEvent,
            ),
        ] {
            let (out, what) = rewritten(log_type, Dialect::V15_0, line);
            assert_eq!((out.as_str(), what), (line, Rewritten::PassedOn(reason)));
        }
    }
}
