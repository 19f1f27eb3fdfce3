//! The table of differences between dialects holds for the lines that are written (contract C12).

#[path = "common/line.rs"]
mod line;

use line::line;
use ringmail::event;
use ringmail::format::dialect::DIFFERENCES;
use ringmail::parse::read_message;
use ringmail::{Dialect, LogType};

#[test]
fn lines_differ_as_the_table_says() {
    for difference in DIFFERENCES {
        for spelling in [difference.within, difference.otherwise] {
            let mut payload = Vec::new();
            let number = read_message(LogType::TextMail, 0, spelling.as_bytes(), &mut payload)
                .unwrap_or_else(|| panic!("not understood: {spelling}"));
            for dialect in Dialect::ALL {
                let line = line(number, &payload, dialect);
                let line = String::from_utf8_lossy(&line);
                assert_eq!(line, difference.line(dialect), "{dialect}");
            }
        }
    }
}

/// The other way round: whatever a row says of dialects is in the table.
#[test]
fn every_row_that_knows_dialects_is_in_the_table() {
    let tabled: Vec<u16> = DIFFERENCES
        .iter()
        .map(|difference| {
            let line = difference.within.as_bytes();
            read_message(LogType::TextMail, 0, line, &mut Vec::new()).expect("understood")
        })
        .collect();
    for row in event::rows() {
        let knows = row.pieces.iter().any(|piece| matches!(piece, event::Piece::Only(..)));
        assert!(!knows || tabled.contains(&row.number), "{} is not in the table", row.name);
    }
}
