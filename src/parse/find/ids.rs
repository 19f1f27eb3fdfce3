use memchr::memmem::Finder;

use crate::base::LogType;
use crate::event;
use crate::parse::LineReader;
use crate::record::{self, Value};

/// A number in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Id {
    /// Of a message.
    Message(u64),
    /// Of a connection to the gateway.
    Incoming(u64),
    /// Of a connection from the gateway.
    Outgoing(u64),
}

/// Looks for numbers without reading lines: what it finds may stand in a text.
#[derive(Debug)]
pub(super) struct IdFinder(Finder<'static>);

impl IdFinder {
    pub(super) fn new() -> Self {
        Self(Finder::new(b"ID"))
    }

    /// A place of the block from `from` on in whose line a number that is wanted stands.
    #[inline]
    pub(super) fn find(
        &self,
        block: &[u8],
        mut from: usize,
        wanted: impl Fn(Id) -> bool,
    ) -> Option<usize> {
        loop {
            let place = from + self.0.find(block.get(from..)?)?;
            if id_at(block, place).is_some_and(&wanted) {
                return Some(place);
            }
            from = place + 2;
        }
    }
}

/// The number of which the letters `ID` stand at this place.
#[inline]
fn id_at(block: &[u8], place: usize) -> Option<Id> {
    let (before, behind) = block.split_at_checked(place)?;
    let behind = behind.get(2..)?;
    let digits = || number(behind.strip_prefix(b" ").or_else(|| behind.strip_prefix(b": "))?);
    match before {
        [.., b'M'] => digits().map(|(number, _)| Id::Message(number)),
        [.., b'I', b'C'] => digits().map(|(number, _)| Id::Incoming(number)),
        [.., b'D', b'C'] => {
            let (dcid, behind) = digits()?;
            // `Bounced: DCID: 8 Message 4 to 0`.
            let mid = behind.strip_prefix(b" Message ").and_then(number);
            Some(mid.map_or(Id::Outgoing(dcid), |(mid, _)| Id::Message(mid)))
        }
        // `Message 4 to RID [0] pending till`.
        [.., b'R'] => {
            let before = before.strip_suffix(b" to R")?;
            // No number has more digits.
            let len = before.iter().rev().take(21).take_while(|byte| byte.is_ascii_digit()).count();
            let (before, digits) = before.split_at_checked(before.len() - len)?;
            before.ends_with(b"Message ").then(|| number(digits))?.map(|(mid, _)| Id::Message(mid))
        }
        _ => None,
    }
}

/// The number that the bytes begin with, and what stands behind it.
#[inline]
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    let mut len = 0;
    for digit in bytes.iter().take_while(|byte| byte.is_ascii_digit()) {
        number = number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
        len += 1;
    }
    let behind = bytes.get(len..)?;
    (len > 0).then_some((number, behind))
}

/// The numbers that a line is about.
#[derive(Debug, Default)]
pub(super) struct LineIds {
    pub(super) mids: Vec<u64>,
    pub(super) icid: Option<u64>,
    pub(super) dcid: Option<u64>,
    event: Option<u16>,
    payload: Vec<u8>,
}

impl LineIds {
    /// Reads a line. One that no row has is about the numbers that its message begins with.
    pub(super) fn read(&mut self, line: &[u8]) {
        self.mids.clear();
        (self.icid, self.dcid, self.event) = (None, None, None);
        self.payload.clear();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let reader = LineReader::new(LogType::TextMail);
        let Some(read) = reader.read(line, &mut self.payload) else { return };
        self.event = read.number;
        let (mut mids, mut icid, mut dcid) = (std::mem::take(&mut self.mids), None, None);
        for (name, value) in self.fields() {
            let Value::Uint(number) = value else { continue };
            match name {
                "mid" | "child" | "parent" => mids.push(number),
                "icid" => icid = Some(number),
                "dcid" => dcid = Some(number),
                _ => {}
            }
        }
        (self.mids, self.icid, self.dcid) = (mids, icid, dcid);
        if self.mids.is_empty() && self.icid.is_none() && self.dcid.is_none() {
            self.read_begin(read.message);
        }
    }

    /// The fields of the line's event that have a value, by name.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static str, Value<'_>)> {
        let row = self.event.and_then(event::row);
        row.into_iter()
            .flat_map(|row| record::fields(row, &self.payload))
            .filter_map(|field| field.ok().and_then(|(field, value)| Some((field.name, value?))))
    }

    fn read_begin(&mut self, message: &[u8]) {
        let mut message = message.strip_prefix(b"New SMTP ").unwrap_or(message);
        loop {
            let (word, rest) = message
                .iter()
                .position(|byte| *byte == b' ')
                .and_then(|end| message.split_at_checked(end))
                .unwrap_or_default();
            let Some((number, behind)) = rest.get(1..).and_then(number) else { return };
            match word {
                b"MID" => self.mids.push(number),
                b"ICID" => self.icid = Some(number),
                b"DCID" => self.dcid = Some(number),
                _ => return,
            }
            let Some(rest) = behind.strip_prefix(b" ") else { return };
            message = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{FieldKind, Piece, Presence, Row};
    use crate::parse::LogWriter;
    use crate::parse::find::{RELATIONS, Told};
    use crate::record::Record;
    use crate::{Dialect, Level};

    /// A line of the row in which each number is another, and what is told is `anna`.
    fn line(row: &Row, dialect: Dialect) -> Vec<u8> {
        let mut payload = Vec::new();
        for (at, (field, presence)) in row.fields().enumerate() {
            if presence == Presence::Optional {
                payload.push(1);
            }
            let value = match field.kind {
                FieldKind::Uint(8) => Value::Uint(700 + at as u64),
                FieldKind::Text | FieldKind::Quoted | FieldKind::Subject => {
                    Value::Text("anna".into())
                }
                FieldKind::Bool | FieldKind::YesNo => Value::Bool(true),
                kind => Value::empty(kind),
            };
            value.encode(field.kind, &mut payload).unwrap();
        }
        let time = Some(crate::Timestamp::from_seconds(1_416_388_598));
        let record =
            Record { number: row.number, level: Level::Info, order: 0, time, payload: &payload };
        let mut line = Vec::new();
        LogWriter::new(LogType::TextMail, dialect).write(&record, &mut line).unwrap();
        line
    }

    fn is_id(name: &str) -> bool {
        matches!(name, "mid" | "child" | "parent" | "icid" | "dcid")
    }

    fn shows(row: &Row, name: &str) -> bool {
        row.pieces.iter().any(|piece| match piece {
            Piece::Field(field) => field.name == name,
            Piece::Optional(field, inner) => field.name == name && inner.len() > 1,
            _ => false,
        })
    }

    #[test]
    fn the_quick_look_misses_no_line_that_tells_a_number() {
        let mut lines = 0;
        for row in event::rows().filter(|row| row.log_type == LogType::TextMail) {
            for dialect in Dialect::ALL {
                let line = line(row, dialect);
                let text = String::from_utf8_lossy(&line).into_owned();
                let mut ids = LineIds::default();
                ids.read(line.trim_ascii_end());
                let told: Vec<_> =
                    row.fields().enumerate().filter(|(_, (field, _))| is_id(field.name)).collect();
                if ids.event != Some(row.number)
                    || !told.iter().any(|(_, (f, _))| shows(row, f.name))
                {
                    continue;
                }
                lines += 1;
                for (at, (field, _)) in told {
                    let number = 700 + at as u64;
                    let id = match field.name {
                        "icid" => Id::Incoming(number),
                        "dcid" => Id::Outgoing(number),
                        _ => Id::Message(number),
                    };
                    // The parent of a message is what its own lines are not found by.
                    if shows(row, field.name) && field.name != "child" && field.name != "parent" {
                        let found = IdFinder::new().find(&line, 0, |found| found == id);
                        assert!(found.is_some(), "{id:?}: {text}");
                    }
                }
                if ids.mids.len() > 1 {
                    assert!(RELATIONS.iter().any(|part| text.contains(part)), "{text}");
                }
                for told in [Told::Sender, Told::Recipient, Told::Subject] {
                    let (field, parts) = told.field();
                    if shows(row, "mid") && shows(row, field) {
                        assert!(parts.iter().any(|part| text.contains(part)), "{text}");
                    }
                }
            }
        }
        assert!(lines > 500, "{lines}");
    }

    #[test]
    fn numbers_in_texts_are_not_those_of_the_line() {
        for (line, mids, icid, dcid) in [
            ("Info: MID 5 Subject 'MID 7 ICID 8 DCID 9'", &[5][..], None, None),
            ("Info: MID 5 Subject 'x' MID 7'", &[5], None, None),
            ("Info: MID 6 Custom Log Entry: MID 7 rewritten to MID 8 by x", &[6], None, None),
            ("Info: Bounced: DCID: 8 Message 4 to 0 5.1.0 - MID 7", &[4], None, Some(8)),
            (
                "Info: Message 4 to RID [0, 1] pending till Mon Mar 31 20:00:23 2003",
                &[4],
                None,
                None,
            ),
            ("Info: New SMTP ICID 5 by a version to come", &[], Some(5), None),
            ("Info: MID 5 ICID 6 does what nobody knows MID 7", &[5], Some(6), None),
            ("Info: MID 99999999999999999999999 queued for delivery", &[], None, None),
            ("Info: Begin Logfile MID 7", &[], None, None),
            ("MID 7 and no level", &[], None, None),
        ] {
            let mut ids = LineIds::default();
            ids.read(line.as_bytes());
            assert_eq!((ids.mids.as_slice(), ids.icid, ids.dcid), (mids, icid, dcid), "{line}");
        }
        let pending = b"Message 4 to RID [0] pending";
        assert!(IdFinder::new().find(pending, 0, |id| id == Id::Message(4)).is_some());
    }
}
