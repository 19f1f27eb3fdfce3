//! A line of a file by anybody: it is read or refused, and a line that was written from what was
//! read is read as the same again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringmail::event::{self, Event, RowVisitor};
use ringmail::format::{LineWriter, Zone};
use ringmail::parse::{LineReader, read_message};
use ringmail::record::{Reader, fields};
use ringmail::{Dialect, LogType, Timestamp};

/// Says an event's line.
struct Say<'a>(&'a [u8]);

impl<'a> RowVisitor<'a> for Say<'a> {
    type Output = Option<Vec<u8>>;

    fn visit<E: Event<'a>>(self) -> Self::Output {
        let event = E::decode(&mut Reader::new(self.0)).ok()?;
        let mut block = LineWriter::new(256, Dialect::default(), Zone::utc());
        event.line(Dialect::default(), &mut block);
        Some(block.as_bytes().to_vec())
    }
}

fn say(number: u16, payload: &[u8]) -> Vec<u8> {
    event::visit(number, Say(payload)).flatten().expect("what was read can be said")
}

fuzz_target!(|line: &[u8]| {
    for log_type in LogType::ALL {
        let mut payload = Vec::new();
        let reader = LineReader::new(log_type)
            .offset(-21_600)
            .reference(Timestamp::from_seconds(1_403_686_203));
        if reader.read(line, &mut payload).is_none_or(|read| read.number.is_none()) {
            assert!(payload.is_empty(), "{log_type:?}: left behind what it did not know");
        }
        payload.clear();
        let Some(number) = read_message(log_type, 0, line, &mut payload) else {
            assert!(payload.is_empty(), "{log_type:?}: left behind what it did not know");
            continue;
        };
        let row = event::row(number).expect("a reader gives rows that exist");
        assert!(fields(row, &payload).all(|field| field.is_ok()), "{}", row.name);

        // A text that holds the words of its line may be cut elsewhere the second time, and the
        // first line may be another dialect's: from the second on it must stand still.
        let mut said = say(number, &payload);
        for _ in 0..8 {
            let mut again = Vec::new();
            let Some(number) = read_message(log_type, 0, &said, &mut again) else { break };
            let next = say(number, &again);
            if next == said {
                break;
            }
            said = next;
        }
    }
});
