//! Messages as an mbox file holds them.

use crate::base::Timestamp;
use crate::event::{Archive, ArchivePart, Event as _, Malformed};
use crate::format::Zone;
use crate::format::parts::Part;
use crate::format::render::decode;
use crate::record::Record;

/// Who sent a message that has no sender.
const NOBODY: &[u8] = b"MAILER-DAEMON";

/// Appends a message in the mboxrd form.
///
/// - A line `From {sender} {time}` comes first, the time in UTC as C's `asctime` writes it. In the
///   sender, what is not printable ASCII is written as `_`; an empty one as `MAILER-DAEMON`.
/// - A `>` is put before each line that begins with `From `, or with `>`s and then `From `; so it
///   can be taken away again from each that begins with `>`s and then `From `.
/// - Lines end with LF, be it that they ended with CR LF before; so does the last.
/// - A blank line comes last.
///
/// ```
/// use ringmail::Timestamp;
/// use ringmail::format::mbox;
/// let mut file = Vec::new();
/// let time = Timestamp::from_seconds(1_043_769_373);
/// mbox::append(b"a@b.example", time, b"Subject: x\r\n\r\nFrom here on\r\n>From", &mut file);
/// assert_eq!(
///     String::from_utf8(file).unwrap(),
///     "From a@b.example Tue Jan 28 15:56:13 2003\nSubject: x\n\n>From here on\n>From\n\n",
/// );
/// ```
pub fn append(sender: &[u8], time: Timestamp, message: &[u8], out: &mut Vec<u8>) {
    out.reserve(message.len() + sender.len() + 64);
    out.extend(b"From ");
    let printable = |byte: &u8| if byte.is_ascii_graphic() { *byte } else { b'_' };
    out.extend((if sender.is_empty() { NOBODY } else { sender }).iter().map(printable));
    out.push(b' ');
    out.extend(Zone::utc().stamp(time));
    out.push(b'\n');
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if is_from_line(line) {
            out.push(b'>');
        }
        let line =
            line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
        out.extend(line);
        out.push(b'\n');
    }
    out.push(b'\n');
}

/// Whether a line begins with `From `, quoted or not.
fn is_from_line(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    line.get(quotes..).is_some_and(|line| line.starts_with(b"From "))
}

/// The part that an [`ArchivePart`] record holds. The message's sender and number are found by
/// decoding the head of the whole as that event.
///
/// # Errors
/// [`Malformed`] when the record is of another event, or its fields cannot be read.
pub fn part<'a>(record: &Record<'a>) -> Result<Part<'a, (Archive, u64)>, Malformed> {
    if record.number != ArchivePart::ROW.number {
        return Err(Malformed);
    }
    let event: ArchivePart<'a> = decode(record.payload)?;
    Ok(Part {
        key: (event.archive, event.id),
        sequence: event.sequence,
        is_last: event.last,
        head: record.payload,
        data: event.data.as_bytes(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(sender: &str, message: &str) -> String {
        let mut out = Vec::new();
        append(sender.as_bytes(), Timestamp::default(), message.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_sender_makes_a_line_or_a_column() {
        let head = |sender| written(sender, "").lines().next().unwrap().to_owned();
        assert_eq!(head(""), "From MAILER-DAEMON Thu Jan  1 00:00:00 1970");
        assert_eq!(head("a b\n@ü"), "From a_b_@__ Thu Jan  1 00:00:00 1970");
    }

    #[test]
    fn every_line_that_could_begin_a_message_is_quoted() {
        let body = |message| written("a@b", message).split_once('\n').unwrap().1.to_owned();
        assert_eq!(
            body("From a\n>From b\n>>From c\n >From d\nFrom:\n> From e\nfrom f"),
            ">From a\n>>From b\n>>>From c\n >From d\nFrom:\n> From e\nfrom f\n\n"
        );
        assert_eq!(body("a\r\nb\rc\r\r\n\r\n"), "a\nb\rc\r\n\n\n");
        assert_eq!(body(""), "\n");
    }
}
