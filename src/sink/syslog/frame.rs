//! One message as the bytes that go over the wire. Source: section "Syslog frames" of
//! `docs/FORMATS.md`.

use std::ops::Range;

use crate::base::{Form, Level, Timestamp};
use crate::format::{STAMP_LEN, Stamper, Zone};
use crate::sink::syslog::{Facility, Format, Framing, Severity};

/// What ends a message that is not whole.
const CUT: &[u8] = b"...";

/// Where a line's stamp has month, day and time: what RFC 3164 has of it.
const SHORT_STAMP: Range<usize> = 4..19;

/// The greatest `sequenceId` (RFC 5424, section 7.3.1); the next one is 1.
const MAX_SEQUENCE_ID: u64 = 2_147_483_647;

/// Our own structured data. The number is that of examples (RFC 5612), as the project has none.
const OURS: &[u8] = b"][ringmail@32473 seq=\"";

/// A message as the sink was handed it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    /// Without its line feed.
    pub(crate) line: &'a [u8],
    pub(crate) time: Timestamp,
    pub(crate) level: Option<Level>,
    /// MID, ICID, DCID, RID.
    pub(crate) ids: [Option<u64>; 4],
    /// Which of the subscription's messages it is, from 0; none for what opens a stream.
    pub(crate) sequence: Option<u64>,
    /// It may have come before.
    pub(crate) is_resent: bool,
}

/// How frames are to look.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) format: Format,
    /// None for datagrams.
    pub(crate) framing: Option<Framing>,
    pub(crate) facility: Facility,
    pub(crate) severity: Severity,
    /// What the lines are made of.
    pub(crate) form: Form,
    pub(crate) tag: String,
    /// Empty: none.
    pub(crate) host: String,
    /// Bytes of a message at most, its framing not counted.
    pub(crate) max: usize,
}

/// Writes frames.
#[derive(Debug)]
pub(crate) struct Framer {
    shape: Shape,
    /// `<PRI>` by severity.
    priorities: [Vec<u8>; 8],
    /// What stands between the stamp and the message: ` HOST TAG: `, or ` HOST TAG PROCID - `.
    middle: Vec<u8>,
    stamper: Stamper,
    /// The second of `zoned`, and that second without and with its zone.
    second: i64,
    zoned: (String, String),
    head: Vec<u8>,
}

impl Framer {
    pub(crate) fn new(shape: Shape, zone: &Zone) -> Self {
        let facility = shape.facility as usize;
        let priorities = core::array::from_fn(|severity| {
            let version = if shape.format == Format::Rfc5424 { "1 " } else { "" };
            format!("<{}>{version}", facility * 8 + severity).into_bytes()
        });
        let middle = match shape.format {
            Format::Rfc3164 if shape.host.is_empty() => format!(" {}: ", shape.tag),
            Format::Rfc3164 => format!(" {} {}: ", shape.host, shape.tag),
            Format::Rfc5424 => {
                let host = if shape.host.is_empty() { "-" } else { &shape.host };
                // An APP-NAME has 48 characters at most.
                let tag = shape.tag.get(..48).unwrap_or(&shape.tag);
                format!(" {host} {tag} {} - ", std::process::id())
            }
        };
        Self {
            priorities,
            middle: middle.into_bytes(),
            stamper: Stamper::new(zone.clone()),
            second: i64::MIN,
            zoned: (String::new(), String::new()),
            head: Vec::with_capacity(512),
            shape,
        }
    }

    /// Appends the message's frame, and says whether the message was cut.
    pub(crate) fn frame(&mut self, message: &Message<'_>, out: &mut Vec<u8>) -> bool {
        let body = self.head_of(message);
        let room = self.shape.max.saturating_sub(self.head.len());
        let (body, tail) = cut(body, room);
        let len = self.head.len() + body.len() + tail.len();
        out.reserve(len + 8);
        if self.shape.framing == Some(Framing::OctetCounting) {
            out.extend_from_slice(itoa::Buffer::new().format(len).as_bytes());
            out.push(b' ');
        }
        out.extend_from_slice(&self.head);
        let at = out.len();
        out.extend_from_slice(body);
        out.extend_from_slice(tail);
        if self.shape.framing == Some(Framing::Lf) {
            // No line has one; what has one all the same does not become two frames.
            if memchr::memchr(b'\n', body).is_some() {
                let body = out.get_mut(at..).unwrap_or_default();
                body.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
            }
            out.push(b'\n');
        }
        !tail.is_empty()
    }

    /// Makes the head of the message's frame, and returns what stands behind it.
    fn head_of<'a>(&mut self, message: &Message<'a>) -> &'a [u8] {
        let level = message.level.filter(|_| self.shape.severity == Severity::ByLevel);
        let severity = usize::from(level.unwrap_or(Level::Info).syslog_severity());
        self.head.clear();
        self.head.extend_from_slice(self.priorities.get(severity).map_or(&[], Vec::as_slice));
        let stamped = split(message.line, self.shape.form);
        let body = stamped.map_or(message.line, |(_, body)| body);
        match self.shape.format {
            Format::Rfc3164 => {
                let own = |stamp: &'a [u8]| stamp.get(SHORT_STAMP).unwrap_or_default();
                match stamped {
                    Some((stamp, _)) => self.head.extend_from_slice(own(stamp)),
                    None => {
                        let stamp = self.stamper.stamp(message.time);
                        self.head.extend_from_slice(stamp.get(SHORT_STAMP).unwrap_or_default());
                    }
                }
                self.head.extend_from_slice(&self.middle);
            }
            Format::Rfc5424 => {
                self.push_time(message.time);
                self.head.extend_from_slice(&self.middle);
                self.push_data(message);
            }
        }
        body
    }

    /// `2014-11-19T09:16:38.123456-06:00`.
    fn push_time(&mut self, time: Timestamp) {
        if time.seconds() != self.second {
            self.second = time.seconds();
            self.zoned = zoned(self.stamper.zone(), time);
        }
        self.head.extend_from_slice(self.zoned.0.as_bytes());
        self.head.push(b'.');
        let micros = time.micros().rem_euclid(1_000_000);
        let mut divisor = 100_000;
        while divisor > 0 {
            let digit = u8::try_from(micros / divisor % 10).unwrap_or(0);
            self.head.push(b'0' + digit);
            divisor /= 10;
        }
        self.head.extend_from_slice(self.zoned.1.as_bytes());
    }

    /// The structured data, and the blank behind it.
    fn push_data(&mut self, message: &Message<'_>) {
        let Some(sequence) = message.sequence else {
            self.head.extend_from_slice(b"- ");
            return;
        };
        let head = &mut self.head;
        let mut digits = itoa::Buffer::new();
        let mut element = |before: &[u8], number: u64| {
            head.extend_from_slice(before);
            head.extend_from_slice(digits.format(number).as_bytes());
            head.push(b'"');
        };
        element(b"[meta sequenceId=\"", sequence % MAX_SEQUENCE_ID + 1);
        element(OURS, sequence.saturating_add(1));
        let names = [&b" mid=\""[..], b" icid=\"", b" dcid=\"", b" rid=\""];
        for (name, id) in names.into_iter().zip(message.ids) {
            if let Some(id) = id {
                element(name, id);
            }
        }
        if message.is_resent {
            element(b" resent=\"", 1);
        }
        self.head.extend_from_slice(b"] ");
    }
}

/// The line's own stamp and the message behind it; `None` where it has no such stamp.
fn split(line: &[u8], form: Form) -> Option<(&[u8], &[u8])> {
    if form == Form::Qmail {
        return None;
    }
    let (stamp, rest) = line.split_at_checked(STAMP_LEN)?;
    if !has_stamp(stamp) {
        return None;
    }
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    Some((stamp, rest.strip_prefix(b" ")?))
}

/// Whether this looks like `Wed Nov 19 09:16:38 2014`.
fn has_stamp(stamp: &[u8]) -> bool {
    let is = |at: usize, byte: u8| stamp.get(at) == Some(&byte);
    is(3, b' ') && is(7, b' ') && is(10, b' ') && is(13, b':') && is(16, b':') && is(19, b' ')
}

/// What of a message fits into `room`, and what ends it when that is not all.
fn cut(body: &[u8], room: usize) -> (&[u8], &'static [u8]) {
    if body.len() <= room {
        return (body, b"");
    }
    let mut end = room.saturating_sub(CUT.len());
    // Bytes 10xxxxxx go on a character of UTF-8: three at most, more are none.
    for _ in 0..3 {
        if body.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
            end = end.saturating_sub(1);
        }
    }
    (body.get(..end).unwrap_or_default(), CUT)
}

/// `2014-11-19T09:16:38` and `-06:00`.
fn zoned(zone: &Zone, time: Timestamp) -> (String, String) {
    let offset = i64::from(zone.offset_seconds(time));
    // The calendar ends where years have more than four digits, and so does the form.
    let local = time.seconds().saturating_add(offset).clamp(-62_167_219_200, 253_402_207_199);
    let utc = Timestamp::from_seconds(local).to_string();
    let local = utc.get(..19).unwrap_or("1970-01-01T00:00:00").to_owned();
    let (sign, minutes) = if offset < 0 { ('-', -offset / 60) } else { ('+', offset / 60) };
    (local, format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINE: &[u8] = b"Wed Nov 19 09:16:38 2014 Info: MID 1 Subject '100% \"\xc3\xa4\"'";
    const MICROS: i64 = 1_416_410_198_123_456;

    fn shape(format: Format, framing: Option<Framing>) -> Shape {
        Shape {
            format,
            framing,
            facility: Facility::Auth,
            severity: Severity::Info,
            form: Form::Lines,
            tag: "mail_logs".to_owned(),
            host: String::new(),
            max: 1024,
        }
    }

    fn message(line: &[u8]) -> Message<'_> {
        Message {
            line,
            time: Timestamp::from_micros(MICROS),
            level: Some(Level::Warning),
            ids: [None; 4],
            sequence: Some(0),
            is_resent: false,
        }
    }

    fn frame(shape: Shape, message: &Message<'_>) -> String {
        let zone = Zone::fixed(-21_600).unwrap();
        let mut out = Vec::new();
        Framer::new(shape, &zone).frame(message, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn rfc_3164_is_what_gateways_write() {
        let plain = "<38>Nov 19 09:16:38 mail_logs: Info: MID 1 Subject '100% \"\u{e4}\"'";
        let mut shape = shape(Format::Rfc3164, None);
        assert_eq!(frame(shape.clone(), &message(LINE)), plain);
        shape.framing = Some(Framing::Lf);
        assert_eq!(frame(shape.clone(), &message(LINE)), format!("{plain}\n"));
        shape.framing = Some(Framing::OctetCounting);
        assert_eq!(frame(shape.clone(), &message(LINE)), format!("{} {plain}", plain.len()));
        shape.framing = None;
        shape.host = "mx1".to_owned();
        shape.severity = Severity::ByLevel;
        shape.facility = Facility::Local4;
        let with_host = frame(shape, &message(LINE));
        assert!(
            with_host.starts_with("<164>Nov 19 09:16:38 mx1 mail_logs: Info: MID"),
            "{with_host}"
        );
    }

    #[test]
    fn forms_without_a_level_or_a_stamp() {
        let mut shape = shape(Format::Rfc3164, None);
        for cef in [&b"Wed Nov 19 09:16:38 2014 CEF:0|a"[..], b"Wed Nov 19 09:16:38 2014: CEF:0|a"]
        {
            shape.form = Form::Cef;
            assert_eq!(
                frame(shape.clone(), &message(cef)),
                "<38>Nov 19 09:16:38 mail_logs: CEF:0|a"
            );
        }
        for (form, line) in [(Form::Qmail, "@4000000038 new msg 1"), (Form::Lines, "no stamp")] {
            shape.form = form;
            assert_eq!(
                frame(shape.clone(), &message(line.as_bytes())),
                format!("<38>Nov 19 09:16:38 mail_logs: {line}")
            );
        }
    }

    #[test]
    fn rfc_5424_tells_sequence_ids_and_what_was_sent_again() {
        let shape = shape(Format::Rfc5424, Some(Framing::OctetCounting));
        let mut message = message(LINE);
        message.ids = [Some(7), None, Some(u64::MAX), Some(0)];
        message.is_resent = true;
        message.sequence = Some(MAX_SEQUENCE_ID);
        let expected = format!(
            "<38>1 2014-11-19T09:16:38.123456-06:00 - mail_logs {} - [meta sequenceId=\"1\"]\
             [ringmail@32473 seq=\"2147483648\" mid=\"7\" dcid=\"18446744073709551615\" rid=\"0\" \
             resent=\"1\"] Info: MID 1 Subject '100% \"\u{e4}\"'",
            std::process::id()
        );
        assert_eq!(frame(shape.clone(), &message), format!("{} {expected}", expected.len()));
        message.sequence = None;
        let header = frame(shape.clone(), &message);
        assert!(header.contains(" - - Info: MID 1"), "{header}");
        message.sequence = Some(MAX_SEQUENCE_ID - 1);
        assert!(frame(shape, &message).contains("sequenceId=\"2147483647\""));
    }

    #[test]
    fn times_have_their_zone_at_both_ends_of_the_calendar() {
        let zone = Zone::fixed(19_800).unwrap();
        assert_eq!(
            zoned(&zone, Timestamp::from_seconds(-1)),
            ("1970-01-01T05:29:59".to_owned(), "+05:30".to_owned())
        );
        for time in [i64::MIN, i64::MAX] {
            let (local, _) = zoned(&zone, Timestamp::from_micros(time));
            assert_eq!(local.len(), 19, "{local}");
        }
    }

    #[test]
    fn long_messages_are_cut_between_characters_and_say_so() {
        for tail in 0..4 {
            let line = format!("{}{}", "x".repeat(tail), "\u{20ac}".repeat(600));
            let framed = frame(shape(Format::Rfc3164, None), &message(line.as_bytes()));
            assert!(framed.len() <= 1024 && framed.len() > 1024 - 3, "{}", framed.len());
            assert!(framed.ends_with("\u{20ac}...") && !framed.contains('\u{fffd}'));
        }
        let head = "<38>Nov 19 09:16:38 mail_logs: ".len();
        let fits = "y".repeat(1024 - head);
        let framed = frame(shape(Format::Rfc3164, None), &message(fits.as_bytes()));
        assert!(framed.len() == 1024 && !framed.ends_with("..."));
    }

    proptest! {
        #[test]
        fn no_line_breaks_its_frame(
            line in prop::collection::vec(any::<u8>(), 0..2000),
            five in any::<bool>(),
            counted in any::<bool>(),
            micros in any::<i64>(),
        ) {
            let format = if five { Format::Rfc5424 } else { Format::Rfc3164 };
            let framing = if counted { Framing::OctetCounting } else { Framing::Lf };
            let mut framer = Framer::new(shape(format, Some(framing)), &Zone::utc());
            let mut message = message(&line);
            message.time = Timestamp::from_micros(micros);
            let mut out = Vec::new();
            framer.frame(&message, &mut out);
            framer.frame(&message, &mut out);
            let half = out.len() / 2;
            prop_assert_eq!(&out[..half], &out[half..]);
            let first = &out[..half];
            if counted {
                let blank = first.iter().position(|byte| *byte == b' ').unwrap();
                let count: usize = str::from_utf8(&first[..blank]).unwrap().parse().unwrap();
                prop_assert_eq!(count, half - blank - 1);
                prop_assert!(count <= 1024);
            } else {
                prop_assert_eq!(first.iter().filter(|byte| **byte == b'\n').count(), 1);
                prop_assert!(first.ends_with(b"\n") && half <= 1025);
            }
        }
    }
}
