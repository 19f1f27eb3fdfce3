//! The bounce log: each bounced or delayed recipient in a line of its own shape.
//!
//! ```text
//! Bounced: {mid}:{rid} From:<{from}> To:<{to}> Reason: "{reason}" Response: "('{code}', [{texts}])"
//! ```
//! and, where there are any, ` Headers: ['{name}: {value}']` and ` Message: '{first bytes}'`.
//! Source: section "Bounce line" of `docs/FORMATS.md`.

use crate::base::Timestamp;
use crate::event::kind::Kind;
use crate::event::kind::named::{Headers, TextList};
use crate::event::{Bounced, Delayed, Event, Line, Malformed, Mid, Pairs, Rid, Text, Texts};
use crate::format::render::decode;
use crate::format::{Compose, Composed, LineWriter, STAMP_LEN};
use crate::record::Record;

/// The two events have the same fields, as far as this log goes.
macro_rules! recipient {
    ($event:ident) => {
        Recipient {
            mid: $event.mid,
            rid: $event.rid,
            from: $event.from,
            to: $event.to,
            reason: $event.reason,
            code: $event.code,
            response: $event.response,
            headers: $event.headers,
            message: $event.message,
        }
    };
}

/// What the log is made of.
pub(crate) const EVENTS: &[u16] = &[Bounced::ROW.number, Delayed::ROW.number];

/// Appends a recipient's line, with as much of its message as the event carries.
pub(crate) fn render(
    record: &Record<'_>,
    stamp: &[u8; STAMP_LEN],
    block: &mut LineWriter,
) -> Result<(), Malformed> {
    block.begin(stamp, record.level);
    message_line(record, usize::MAX, block)
}

/// A bounce log that shows so many bytes of the message.
#[derive(Debug)]
pub(crate) struct Bounces {
    pub(crate) message_bytes: usize,
}

impl Compose for Bounces {
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
        block.begin_at(time, record.level);
        message_line(record, self.message_bytes, block)?;
        Ok(Composed::Written)
    }
}

/// What stands behind stamp and level, with at most so many bytes of the message.
fn message_line(
    record: &Record<'_>,
    message_bytes: usize,
    block: &mut LineWriter,
) -> Result<(), Malformed> {
    let (kind, mut recipient) = if record.number == Bounced::ROW.number {
        let event: Bounced<'_> = decode(record.payload)?;
        ("Bounced: ", recipient!(event))
    } else if record.number == Delayed::ROW.number {
        let event: Delayed<'_> = decode(record.payload)?;
        ("Delayed: ", recipient!(event))
    } else {
        return Err(Malformed);
    };
    let message = recipient.message.as_bytes();
    recipient.message = message.get(..message_bytes).unwrap_or(message).into();
    block.literal(kind);
    recipient.line(block);
    block.end();
    Ok(())
}

/// What both kinds of line show.
struct Recipient<'a> {
    mid: Mid,
    rid: Rid,
    from: Text<'a>,
    to: Text<'a>,
    reason: Text<'a>,
    code: u16,
    response: Texts<'a>,
    headers: Pairs<'a>,
    message: Text<'a>,
}

impl Recipient<'_> {
    fn line(&self, block: &mut LineWriter) {
        block.uint(self.mid.0);
        block.literal(":");
        block.uint(u64::from(self.rid.0));
        block.literal(" From:<");
        block.text(self.from.as_bytes());
        block.literal("> To:<");
        block.text(self.to.as_bytes());
        block.literal("> Reason: \"");
        block.text(self.reason.as_bytes());
        block.literal("\" Response: \"('");
        block.code(self.code);
        block.literal("', [");
        let dialect = block.dialect();
        TextList::line(self.response, dialect, block);
        block.literal("])\"");
        if !self.headers.is_empty() {
            block.literal(" Headers: [");
            Headers::line(self.headers, dialect, block);
            block.literal("]");
        }
        if !self.message.is_empty() {
            block.literal(" Message: '");
            block.text(self.message.as_bytes());
            block.literal("'");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Dialect;
    use crate::format::Zone;
    use crate::record;

    fn line<'a, E: Event<'a>>(event: &E) -> String {
        let zone = Zone::utc();
        let mut bytes = Vec::new();
        record::append(&mut bytes, event, E::ROW.level, 0, None);
        let mut block = LineWriter::new(64, Dialect::Manual, zone.clone());
        let stamp = zone.stamp(Timestamp::from_seconds(1_072_463_820));
        render(&Record::read(&bytes).unwrap(), &stamp, &mut block).unwrap();
        String::from_utf8(block.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn a_hard_bounce_reads_as_in_the_manual() {
        let event = Bounced {
            mid: Mid(45_346_670),
            from: "campaign1@yourdomain.example".into(),
            to: "user2@sampledomain.example".into(),
            reason: "5.1.0 - Unknown address error".into(),
            code: 550,
            response: Texts::one("There is no such active account.".into()),
            ..Bounced::EMPTY
        };
        assert_eq!(
            line(&event),
            "Fri Dec 26 18:37:00 2003 Info: Bounced: 45346670:0 \
             From:<campaign1@yourdomain.example> To:<user2@sampledomain.example> \
             Reason: \"5.1.0 - Unknown address error\" \
             Response: \"('550', ['There is no such active account.'])\"\n"
        );
    }

    #[test]
    fn headers_and_message_follow_where_there_are_any() {
        let event = Delayed {
            mid: Mid(203),
            rid: Rid(1),
            reason: "4.1.2 - Bad destination host".into(),
            headers: Pairs::one(("xname".into(), "userID2333".into())),
            message: "subject: Greetings.\r\n\r\nHi Tom:".into(),
            ..Delayed::EMPTY
        };
        let line = line(&event);
        assert!(
            line.ends_with(
                "Delayed: 203:1 From:<> To:<> Reason: \"4.1.2 - Bad destination host\" \
                 Response: \"('000', [])\" Headers: ['xname: userID2333'] \
                 Message: 'subject: Greetings.\\015\\012\\015\\012Hi Tom:'\n"
            ),
            "{line}"
        );
    }

    #[test]
    fn as_much_of_the_message_is_shown_as_is_asked_for() {
        let event = Bounced { message: "subject: Hi\r\n".into(), ..Bounced::EMPTY };
        let mut bytes = Vec::new();
        record::append(&mut bytes, &event, Bounced::ROW.level, 0, None);
        let record = Record::read(&bytes).unwrap();
        for (message_bytes, end) in [(0, "[])\""), (12, "'subject: Hi\\015'"), (99, "015\\012'")] {
            let mut block = LineWriter::new(64, Dialect::Manual, Zone::utc());
            let mut log = Bounces { message_bytes };
            log.take(&record, Timestamp::default(), &mut || true, &mut block).unwrap();
            let line = String::from_utf8(block.as_bytes().to_vec()).unwrap();
            assert!(line.trim_end().ends_with(end), "{line}");
        }
    }

    #[test]
    fn other_events_are_refused() {
        let mut bytes = Vec::new();
        let event = crate::event::Finished { mid: Mid(1) };
        record::append(&mut bytes, &event, crate::Level::Info, 0, None);
        let zone = Zone::utc();
        let stamp = zone.stamp(Timestamp::default());
        let mut block = LineWriter::new(64, Dialect::Manual, zone);
        assert!(render(&Record::read(&bytes).unwrap(), &stamp, &mut block).is_err());
    }
}
