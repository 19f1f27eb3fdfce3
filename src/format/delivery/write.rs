//! Events to records of the delivery log.

use core::net::IpAddr;

use super::pickle::{Pickler, pickle};
use super::{BEGIN, BOUNCED, DONE, END, HEAD_BYTES, VERSION};
use crate::base::Timestamp;
use crate::event::{Bounced, Done, Event as _, Malformed, Pairs, Rid, Text};
use crate::format::render::decode;
use crate::record::Record;

/// Appends the record of a message that was delivered (`Done`) or of a recipient that bounced
/// (`Bounced`), at `time`.
///
/// All recipients of one `Done` stand in one record.
///
/// ```
/// use ringmail::event::{Done, Event, Mid, Rid, Rids, Text, Texts};
/// use ringmail::format::delivery::{append, append_begin, append_end};
/// use ringmail::parse::{DeliveryEntry, DeliveryReader};
/// use ringmail::record::Record;
/// use ringmail::{Level, Timestamp};
///
/// # struct Bytes(Vec<u8>);
/// # impl ringmail::event::Encode for Bytes {
/// #     fn put_u8(&mut self, value: u8) { self.0.push(value) }
/// #     fn put_u16(&mut self, value: u16) { self.0.extend(value.to_le_bytes()) }
/// #     fn put_u32(&mut self, value: u32) { self.0.extend(value.to_le_bytes()) }
/// #     fn put_u64(&mut self, value: u64) { self.0.extend(value.to_le_bytes()) }
/// #     fn put_bytes(&mut self, bytes: &[u8]) { self.0.extend(bytes) }
/// # }
/// let event = Done {
///     mid: Mid(202),
///     rids: Rids::one(Rid(0)),
///     to: Texts::one(Text::from("user@example.com")),
///     attempts: 1,
///     ..Done::EMPTY
/// };
/// # let mut payload = Bytes(Vec::new());
/// event.encode(&mut payload);
/// let record = Record {
///     number: Done::ROW.number,
///     level: Level::Info,
///     order: 0,
///     time: None,
///     payload: &payload.0,
/// };
/// let time = Timestamp::from_micros(1_043_798_173_123_000);
/// let mut file = Vec::new();
/// append_begin(time, &mut file);
/// append(&record, time, &mut file)?;
/// append_end(time, &mut file);
///
/// let mut reader = DeliveryReader::new(file.as_slice());
/// assert!(matches!(reader.read().unwrap(), Some(DeliveryEntry::Begin { version: 4, .. })));
/// let Some(DeliveryEntry::Delivery(read)) = reader.read().unwrap() else { panic!() };
/// assert_eq!((read.mid, read.time, read.recipients.len()), (Mid(202), time, 1));
/// # Ok::<(), ringmail::event::Malformed>(())
/// ```
///
/// # Errors
/// [`Malformed`] when the record is of another event, or its fields cannot be read; nothing is
/// appended then.
///
/// # Limits
/// The form has 32 bits for an address: one of version 6 is written as 0.0.0.0, unless it stands
/// for one of version 4. Times behind the year 2038 are written as the last second that fits.
pub fn append(record: &Record<'_>, time: Timestamp, out: &mut Vec<u8>) -> Result<(), Malformed> {
    if record.number == Done::ROW.number {
        let event: Done<'_> = decode(record.payload)?;
        framed(DONE, time, out, |out| out.tuple(|out| done(&event, out)));
    } else if record.number == Bounced::ROW.number {
        let event: Bounced<'_> = decode(record.payload)?;
        framed(BOUNCED, time, out, |out| out.tuple(|out| bounced(&event, out)));
    } else {
        return Err(Malformed);
    }
    Ok(())
}

/// Appends the record with which a file begins.
pub fn append_begin(time: Timestamp, out: &mut Vec<u8>) {
    framed(BEGIN, time, out, |out| out.int(VERSION.into()));
}

/// Appends the record with which a file ends.
pub fn append_end(time: Timestamp, out: &mut Vec<u8>) {
    framed(END, time, out, |out| out.int(VERSION.into()));
}

fn done(event: &Done<'_>, out: &mut Pickler<'_>) {
    let first = event.to.iter().next().unwrap_or_default();
    head(event.injected, event.bytes, event.mid.0, event.ip, event.from, out);
    out.bytes(domain(first.as_bytes()));
    // A list of addresses can have been cut where that of the numbers was not.
    let to = event.to.iter().map(Some).chain(core::iter::repeat(None));
    let recipients = event.rids.iter().zip(to);
    out.list(recipients, |out, (rid, to)| {
        recipient(rid, to.unwrap_or_default(), event.attempts, out);
    });
    headers(event.pairs.unwrap_or_default(), out);
    out.uint(word(event.source_ip).into());
    code(event.code, out);
    out.bytes(event.reply.as_bytes());
}

fn bounced(event: &Bounced<'_>, out: &mut Pickler<'_>) {
    head(event.injected, event.bytes, event.mid.0, event.ip, event.from, out);
    out.bytes(event.reason.as_bytes());
    code(event.code, out);
    out.list(event.response.iter(), |out, line| out.bytes(line.as_bytes()));
    out.list(core::iter::once(event), |out, event| {
        recipient(event.rid, event.to, event.attempts, out);
    });
    headers(event.headers, out);
    out.uint(word(event.source_ip).into());
}

/// What the tuples of both events begin with.
fn head(
    injected: Timestamp,
    bytes: u64,
    mid: u64,
    ip: IpAddr,
    from: Text<'_>,
    out: &mut Pickler<'_>,
) {
    out.int(injected.seconds());
    out.int(injected.micros().rem_euclid(1_000_000));
    out.uint(bytes);
    out.uint(mid);
    out.uint(word(ip).into());
    out.bytes(from.as_bytes());
}

fn recipient(rid: Rid, to: Text<'_>, attempts: u32, out: &mut Pickler<'_>) {
    out.tuple(|out| {
        out.uint(rid.0.into());
        out.bytes(to.as_bytes());
        out.uint(attempts.saturating_sub(1).into());
    });
}

fn headers(pairs: Pairs<'_>, out: &mut Pickler<'_>) {
    out.list(pairs.iter(), |out, (name, value)| {
        out.tuple(|out| {
            out.bytes(name.as_bytes());
            out.bytes(value.as_bytes());
        });
    });
}

/// A code is text: `000` when there was no answer.
fn code(code: u16, out: &mut Pickler<'_>) {
    out.bytes(format!("{code:03}").as_bytes());
}

/// What stands behind an address's last `@`.
fn domain(address: &[u8]) -> &[u8] {
    memchr::memrchr(b'@', address).and_then(|at| address.get(at + 1..)).unwrap_or_default()
}

fn word(ip: IpAddr) -> u32 {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_bits(),
        IpAddr::V6(_) => 0,
    }
}

fn framed(kind: [u8; 2], time: Timestamp, out: &mut Vec<u8>, put: impl FnOnce(&mut Pickler<'_>)) {
    let start = out.len();
    let last = i64::from(i32::MAX);
    let seconds = time.seconds().clamp(i64::from(i32::MIN), last);
    out.extend(kind);
    out.extend([0; 4]);
    for half in [seconds, time.micros().rem_euclid(1_000_000)] {
        out.extend(i32::try_from(half).unwrap_or_default().to_be_bytes());
    }
    pickle(out, put);
    // A payload is of a record of at most 64 KiB.
    let len = i32::try_from(out.len() - start - HEAD_BYTES).unwrap_or(i32::MAX);
    if let Some(place) = out.get_mut(start + 2..start + 6) {
        place.copy_from_slice(&len.to_be_bytes());
    }
}
