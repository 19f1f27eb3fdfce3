//! JSON events, one a line (contract C13).

use std::sync::Arc;

use crate::base::{Error, Level, Timestamp};
use crate::event::{self, Event, Malformed, RowVisitor};
use crate::record::{JsonEvent, Reader, from_json};
use crate::ring::Producer;
use crate::service::input::{InputCount, InputCounts};

/// The longest line, in bytes. An event has at most 64 KiB, some six times as much when every byte
/// is escaped.
pub(crate) const MAX_LINE: usize = 1 << 20;

/// Takes lines apart that come in pieces, and hands their events to the engine.
#[derive(Debug)]
pub(crate) struct JsonLines {
    counts: Arc<InputCounts>,
    /// The beginning of a line whose end has not come.
    begun: Vec<u8>,
    /// The line that is being read is too long, and passed over.
    passing: bool,
    /// The number of the line that is being read, from 1.
    number: u64,
}

impl JsonLines {
    pub(crate) fn new(counts: Arc<InputCounts>) -> Self {
        Self { counts, begun: Vec::new(), passing: false, number: 1 }
    }

    /// Takes the next bytes. Each line that is refused is told, with its number and why.
    pub(crate) fn take(
        &mut self,
        mut bytes: &[u8],
        producer: &mut Producer,
        mut refused: impl FnMut(u64, &str),
    ) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            let (line, rest) = (bytes.get(..end), bytes.get(end + 1..));
            bytes = rest.unwrap_or_default();
            self.end_line(line.unwrap_or_default(), producer, &mut refused);
        }
        if !self.passing {
            self.begun.extend_from_slice(bytes);
            if self.begun.len() > MAX_LINE {
                self.begun = Vec::new();
                self.passing = true;
            }
        }
    }

    /// Takes what came behind the last line end, as the last line.
    pub(crate) fn finish(&mut self, producer: &mut Producer, mut refused: impl FnMut(u64, &str)) {
        if self.passing || !self.begun.is_empty() {
            self.end_line(b"", producer, &mut refused);
        }
    }

    fn end_line(
        &mut self,
        end: &[u8],
        producer: &mut Producer,
        refused: &mut impl FnMut(u64, &str),
    ) {
        let number = self.number;
        self.number += 1;
        self.counts.add(InputCount::Lines, 1);
        if self.passing || self.begun.len() + end.len() > MAX_LINE {
            (self.passing, self.begun) = (false, Vec::new());
            self.counts.add(InputCount::TooLong, 1);
            refused(number, &format!("longer than {MAX_LINE} bytes"));
            return;
        }
        let begun = core::mem::take(&mut self.begun);
        let done = if begun.is_empty() {
            self.line(end, producer)
        } else {
            self.line(&[begun.as_slice(), end].concat(), producer)
        };
        if let Err(error) = done {
            self.counts.add(InputCount::Refused, 1);
            refused(number, &error.to_string());
        }
        // The memory of a usual line is kept.
        self.begun = begun;
        self.begun.clear();
        self.begun.shrink_to(64 << 10);
    }

    fn line(&self, line: &[u8], producer: &mut Producer) -> Result<(), Error> {
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let line = str::from_utf8(line).map_err(|_| Error::input("the line is not UTF-8"))?;
        let JsonEvent { number, level, time, payload, unknown, .. } = from_json(line)?;
        self.counts.add(InputCount::UnknownFields, unknown as u64);
        let emitting = Emitting { payload: &payload, level, time, producer };
        match event::visit(number, emitting) {
            Some(Ok(())) => {
                self.counts.add(InputCount::Events, 1);
                Ok(())
            }
            _ => Err(Error::input("the event's fields do not fit it")),
        }
    }
}

/// Hands an event over whose type is known by its number alone.
struct Emitting<'a, 'p> {
    payload: &'a [u8],
    level: Option<Level>,
    time: Option<Timestamp>,
    producer: &'p mut Producer,
}

impl<'a> RowVisitor<'a> for Emitting<'a, '_> {
    type Output = Result<(), Malformed>;

    fn visit<E: Event<'a>>(self) -> Self::Output {
        let event = E::decode(&mut Reader::new(self.payload))?;
        // What the engine does not take is in the ledger, with its reason.
        let _outcome =
            self.producer.emit_with(&event, self.level.unwrap_or(E::ROW.level), self.time);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, LogType, Memory, Subscription};

    /// What is written of these bytes, whichever pieces they come in, and what is refused.
    fn written(bytes: &[u8], piece: usize) -> (String, Vec<(u64, String)>, Arc<InputCounts>) {
        let lines = Memory::new();
        let mail = Subscription::new("mail", LogType::TextMail).sink(lines.clone());
        let builder = Engine::builder().time_zone("UTC").subscribe(mail);
        let (engine, guard) = builder.start().unwrap();
        let mut producer = engine.producer().unwrap();
        let counts = Arc::new(InputCounts::default());
        let mut reader = JsonLines::new(Arc::clone(&counts));
        let mut refused = Vec::new();
        let mut refuse = |line: u64, why: &str| refused.push((line, why.to_owned()));
        for piece in bytes.chunks(piece) {
            reader.take(piece, &mut producer, &mut refuse);
        }
        reader.finish(&mut producer, &mut refuse);
        drop(producer);
        drop(guard);
        (lines.text(), refused, counts)
    }

    #[test]
    fn lines_are_whole_whatever_pieces_they_come_in() {
        let text = "{\"event\":\"IcidClose\",\"icid\":1,\"time\":\"2014-11-19T15:16:46Z\"}\n\n\
                    {\"event\":\"IcidClose\",\"icid\":2,\"color\":\"red\",\"level\":\"Warning\"}\r\n\
                    {\"event\":\"Nope\"}\nbroken\n\u{ff}\n{\"event\":\"IcidClose\",\"icid\":3}";
        // One byte a character, so that one line is not UTF-8.
        let text: Vec<u8> =
            text.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect();
        for piece in [1, 7, 64, 10_000] {
            let (lines, refused, counts) = written(&text, piece);
            assert!(lines.contains("Wed Nov 19 15:16:46 2014 Info: ICID 1 close\n"), "{lines}");
            assert!(lines.contains("Warning: ICID 2 close\n") && lines.contains("ICID 3 close\n"));
            let numbers: Vec<_> = refused.iter().map(|(number, _)| *number).collect();
            assert_eq!(numbers, [4, 5, 6], "{refused:?}");
            assert!(refused[0].1.contains("Nope"), "{refused:?}");
            assert_eq!(counts.get(InputCount::Lines), 7);
            assert_eq!(counts.get(InputCount::Events), 3);
            assert_eq!(counts.get(InputCount::UnknownFields), 1);
        }
    }

    #[test]
    fn a_line_without_end_takes_no_memory() {
        let mut bytes = vec![b'x'; 5 << 20];
        bytes.extend(b"\n{\"event\":\"IcidClose\",\"icid\":9}\n");
        let (lines, refused, counts) = written(&bytes, 100_000);
        assert!(lines.contains("ICID 9 close"));
        assert_eq!(refused.len(), 1);
        assert_eq!(counts.get(InputCount::TooLong), 1);
    }
}
