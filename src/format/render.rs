use crate::base::{Level, LogType};
use crate::event::{self, Archive, ArchivePart, Event, Line as _, Malformed, RowVisitor};
use crate::format::{LineWriter, STAMP_LEN, bounce, cef, delivery, dialogue, qmail, status};
use crate::record::{Reader, Record};
use crate::ring::EventSet;

/// The events that a log type is made of (contract C7).
///
/// A type whose lines are rows takes its own rows; the others say what they are made from.
pub(crate) fn events_of(log_type: LogType) -> EventSet {
    let mut set = EventSet::EMPTY;
    match log_type {
        LogType::Bounce => bounce::EVENTS.iter().for_each(|number| set.insert(*number)),
        LogType::Delivery => delivery::EVENTS.iter().for_each(|number| set.insert(*number)),
        LogType::DomainDebug | LogType::InjectionDebug | LogType::SmtpConversation => {
            return dialogue::events_of(log_type);
        }
        log_type if Archive::of(log_type).is_some() => set.insert(ArchivePart::ROW.number),
        LogType::ConsolidatedEvent => return cef::events(),
        LogType::QmailMail => qmail::EVENTS.iter().for_each(|number| set.insert(*number)),
        LogType::Status => status::EVENTS.iter().for_each(|number| set.insert(*number)),
        _ => event::rows()
            .filter(|row| row.log_type == log_type)
            .for_each(|row| set.insert(row.number)),
    }
    set
}

/// Appends a record's line, in the form of a log type, to a block.
///
/// # Errors
/// [`Malformed`] when the record is not of an event that the type knows, or its fields cannot be
/// read; the block then holds a part of a line, which the caller takes back.
#[inline]
pub fn render(
    record: &Record<'_>,
    log_type: LogType,
    stamp: &[u8; STAMP_LEN],
    block: &mut LineWriter,
) -> Result<(), Malformed> {
    match log_type {
        LogType::Bounce => bounce::render(record, stamp, block),
        LogType::ConsolidatedEvent => render_cef(record, stamp, block),
        LogType::LdapDebug => render_ldap(record, stamp, block),
        LogType::SmtpConversation => dialogue::render(record, stamp, block),
        _ => render_row(record, stamp, block),
    }
}

/// Whether [`render`] does the same as [`render_row`] for a log type.
pub(crate) const fn is_of_rows(log_type: LogType) -> bool {
    !matches!(
        log_type,
        LogType::Bounce
            | LogType::ConsolidatedEvent
            | LogType::LdapDebug
            | LogType::SmtpConversation
    )
}

/// Appends a record's line as its row declares it.
///
/// # Errors
/// As [`render`].
#[inline(always)]
pub fn render_row(
    record: &Record<'_>,
    stamp: &[u8; STAMP_LEN],
    block: &mut LineWriter,
) -> Result<(), Malformed> {
    block.begin(stamp, record.level);
    event::visit(record.number, RowLine { payload: record.payload, block }).ok_or(Malformed)?
}

/// Appends a record's line as a log of queries to directories has it: `LDAP:` and no level.
#[cold]
#[inline(never)]
fn render_ldap(
    record: &Record<'_>,
    stamp: &[u8; STAMP_LEN],
    block: &mut LineWriter,
) -> Result<(), Malformed> {
    block.append(stamp);
    block.literal(" LDAP: ");
    event::visit(record.number, RowLine { payload: record.payload, block }).ok_or(Malformed)?
}

/// Appends a message's line of the consolidated log, which has no level.
#[cold]
#[inline(never)]
fn render_cef(
    record: &Record<'_>,
    stamp: &[u8; STAMP_LEN],
    block: &mut LineWriter,
) -> Result<(), Malformed> {
    if record.number != event::ConsolidatedLine::ROW.number {
        return render_row(record, stamp, block);
    }
    block.append(stamp);
    block.literal(cef::behind_stamp(block.dialect()));
    event::visit(record.number, RowLine { payload: record.payload, block }).ok_or(Malformed)?
}

/// Appends a record's line behind a stamp of qmail's loggers, without a level.
///
/// # Errors
/// As [`render`].
pub(crate) fn render_qmail(
    record: &Record<'_>,
    stamp: &[u8],
    block: &mut LineWriter,
) -> Result<(), Malformed> {
    block.append(stamp);
    block.literal(" ");
    event::visit(record.number, RowLine { payload: record.payload, block }).ok_or(Malformed)?
}

/// Appends the line of an event of the engine's own: a notice, or a record of the file itself.
///
/// # Errors
/// As [`render`].
pub(crate) fn render_own(
    record: &Record<'_>,
    log_type: LogType,
    stamp: &[u8; STAMP_LEN],
    block: &mut LineWriter,
) -> Result<(), Malformed> {
    begin_own(record.number, record.level, log_type, stamp, block);
    event::visit(record.number, RowLine { payload: record.payload, block }).ok_or(Malformed)?
}

/// Begins the line of an event of the engine's own.
pub(crate) fn begin_own(
    number: u16,
    level: Level,
    log_type: LogType,
    stamp: &[u8; STAMP_LEN],
    block: &mut LineWriter,
) {
    let of_file = event::LogBegin::ROW.number..=event::LogEnd::ROW.number;
    if log_type == LogType::LdapDebug && of_file.contains(&number) {
        block.append(stamp);
        block.literal(" ");
    } else {
        block.begin(stamp, level);
    }
}

/// Reads a record's fields as an event of this type.
///
/// # Errors
/// [`Malformed`] when they do not form one.
#[inline]
pub(crate) fn decode<'a, E: Event<'a>>(payload: &'a [u8]) -> Result<E, Malformed> {
    // What follows the fields was appended to the row by a later version: it is left alone.
    E::decode(&mut Reader::new(payload))
}

struct RowLine<'a, 'b> {
    payload: &'a [u8],
    block: &'b mut LineWriter,
}

impl<'a> RowVisitor<'a> for RowLine<'a, '_> {
    type Output = Result<(), Malformed>;

    #[inline]
    fn visit<E: Event<'a>>(self) -> Self::Output {
        let event: E = decode(self.payload)?;
        event.line(self.block.dialect(), self.block);
        self.block.end();
        Ok(())
    }
}
