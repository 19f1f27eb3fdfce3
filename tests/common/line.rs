//! An event's line without its stamp and level.

use ringmail::Dialect;
use ringmail::event::{self, Event, RowVisitor};
use ringmail::format::{LineWriter, Zone};
use ringmail::record::Reader;

/// The line that the event's row writes, in this dialect.
pub(crate) fn line(number: u16, payload: &[u8], dialect: Dialect) -> Vec<u8> {
    let mut writer = LineWriter::new(1024, dialect, Zone::utc());
    event::visit(number, Lined(payload, &mut writer)).expect("the row exists");
    writer.as_bytes().to_vec()
}

struct Lined<'a, 'w>(&'a [u8], &'w mut LineWriter);

impl<'a> RowVisitor<'a> for Lined<'a, '_> {
    type Output = ();

    fn visit<E: Event<'a>>(self) {
        let event = E::decode(&mut Reader::new(self.0)).expect("a payload of this event");
        event.line(self.1.dialect(), self.1);
    }
}
