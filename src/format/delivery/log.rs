use crate::base::Timestamp;
use crate::event::{Bounced, Done, Event, Malformed};
use crate::format::delivery::{append, append_begin, append_end};
use crate::format::{Compose, Composed, LineWriter};
use crate::record::Record;

/// What the log is made of.
pub(crate) const EVENTS: &[u16] = &[Done::ROW.number, Bounced::ROW.number];

/// A delivery log: a record an event.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    record: Vec<u8>,
}

impl Compose for Deliveries {
    fn take(
        &mut self,
        record: &Record<'_>,
        time: Timestamp,
        admits: &mut dyn FnMut() -> bool,
        block: &mut LineWriter,
    ) -> Result<Composed, Malformed> {
        if !admits() {
            return Ok(Composed::Limited);
        }
        self.record.clear();
        append(record, time, &mut self.record)?;
        block.append(&self.record);
        Ok(Composed::Written)
    }

    fn begin_file(&mut self, now: Timestamp, block: &mut LineWriter) {
        self.record.clear();
        append_begin(now, &mut self.record);
        block.append(&self.record);
    }

    fn end_file(&mut self, now: Timestamp, block: &mut LineWriter) {
        self.record.clear();
        append_end(now, &mut self.record);
        block.append(&self.record);
    }
}
