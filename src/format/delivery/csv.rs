//! The delivery log as comma-separated values.

use std::io::Write as _;

use super::times::Times;
use super::{Delivery, Outcome, Recipient, VERSION};
use crate::base::Timestamp;
use crate::format::Zone;

/// Writes a delivery log as comma-separated values, a row for each recipient.
///
/// ```text
/// START,{time},{ms},2,{version of the file}
/// DELV,{time},{ms},{injected},{ms},{bytes},{mid},{ip},{from},{domain},{source_ip},{code},{reply},
///     Rcpt,{n},{rid},{attempts},{address},Cust,{n},{name}={value},...
/// BOUNCE,{time},{ms},{injected},{ms},{bytes},{mid},{ip},{from},{reason},{code},{source_ip},
///     Rcpt,{n},{rid},{attempts},{address},Cust,{n},{name}={value},...,Errors,{n},{text},...
/// END,{time},{ms}
/// ```
/// Source address, and the code and reply of what was delivered, are there for files of version 4
/// on. Times are local, as `28-Jan-2003 15:56:13`, with milliseconds in a column of their own.
/// There are no quotes: each byte below `(`, each from 127 on, commas and backslashes are written
/// as a backslash and three octal digits.
///
/// ```
/// use ringmail::Timestamp;
/// use ringmail::format::Zone;
/// use ringmail::format::delivery::Csv;
/// let mut csv = Csv::new(&Zone::utc());
/// let mut text = Vec::new();
/// csv.begin(Timestamp::from_micros(1_043_769_373_123_000), 4, &mut text);
/// assert_eq!(text, b"START,28-Jan-2003 15:56:13,123,2,4\n");
/// ```
#[derive(Debug)]
pub struct Csv {
    times: Times,
    version: u8,
}

impl Csv {
    /// Writes times as the clock of this zone shows them.
    #[must_use]
    pub fn new(zone: &Zone) -> Self {
        Self { times: Times::new(zone), version: VERSION }
    }

    /// Appends the row of a file's beginning; its version tells which columns follow.
    pub fn begin(&mut self, time: Timestamp, version: u8, out: &mut Vec<u8>) {
        self.version = version;
        out.extend(b"START,");
        self.times.delivered(time).put_csv(out);
        out.extend(b",2,");
        uint(version.into(), out);
        out.push(b'\n');
    }

    /// Appends the row of a file's end.
    pub fn end(&mut self, time: Timestamp, out: &mut Vec<u8>) {
        out.extend(b"END,");
        self.times.delivered(time).put_csv(out);
        out.push(b'\n');
    }

    /// Appends a delivery: a row for each recipient. One that has none has a row with `Rcpt,0`.
    pub fn delivery(&mut self, delivery: &Delivery<'_>, out: &mut Vec<u8>) {
        let start = out.len();
        self.put_before(delivery, out);
        out.extend(b",Rcpt,");
        uint(delivery.recipients.len() as u64, out);
        let before = start..out.len();
        let Some((first, others)) = delivery.recipients.split_first() else {
            put_behind(delivery, out);
            return;
        };
        put_recipient(first, out);
        put_behind(delivery, out);
        for recipient in others {
            // The rows differ in the recipient alone.
            out.extend_from_within(before.clone());
            put_recipient(recipient, out);
            put_behind(delivery, out);
        }
    }

    fn put_before(&mut self, delivery: &Delivery<'_>, out: &mut Vec<u8>) {
        let word: &[u8] = match delivery.outcome {
            Outcome::Bounced { .. } => b"BOUNCE,",
            Outcome::Delivered { .. } => b"DELV,",
        };
        out.extend(word);
        self.times.delivered(delivery.time).put_csv(out);
        out.push(b',');
        self.times.injected(delivery.injected).put_csv(out);
        out.push(b',');
        uint(delivery.bytes, out);
        out.push(b',');
        uint(delivery.mid.0, out);
        // Writing into memory does not fail.
        write!(out, ",{},", delivery.ip).ok();
        text(delivery.from.as_bytes(), out);
        let is_new = self.version >= 4;
        match &delivery.outcome {
            Outcome::Bounced { reason, .. } => {
                out.push(b',');
                text(reason.as_bytes(), out);
                write!(out, ",{:03}", delivery.code).ok();
                if is_new {
                    write!(out, ",{}", delivery.source_ip).ok();
                }
            }
            Outcome::Delivered { domain, reply } => {
                out.push(b',');
                text(domain.as_bytes(), out);
                if is_new {
                    write!(out, ",{},{:03},", delivery.source_ip, delivery.code).ok();
                    text(reply.as_bytes(), out);
                }
            }
        }
    }
}

fn put_recipient(recipient: &Recipient<'_>, out: &mut Vec<u8>) {
    out.push(b',');
    uint(recipient.rid.0.into(), out);
    out.push(b',');
    uint(recipient.attempts.into(), out);
    out.push(b',');
    text(recipient.to.as_bytes(), out);
}

fn put_behind(delivery: &Delivery<'_>, out: &mut Vec<u8>) {
    out.extend(b",Cust,");
    uint(delivery.headers.len() as u64, out);
    for (name, value) in &delivery.headers {
        out.push(b',');
        text(name.as_bytes(), out);
        out.push(b'=');
        text(value.as_bytes(), out);
    }
    if let Outcome::Bounced { errors, .. } = &delivery.outcome {
        out.extend(b",Errors,");
        uint(errors.len() as u64, out);
        for error in errors {
            out.push(b',');
            text(error.as_bytes(), out);
        }
    }
    out.push(b'\n');
}

fn uint(value: u64, out: &mut Vec<u8>) {
    out.extend(itoa::Buffer::new().format(value).as_bytes());
}

fn text(bytes: &[u8], out: &mut Vec<u8>) {
    let is_plain = |byte: &u8| matches!(byte, b'('..=b'~') && !matches!(byte, b',' | b'\\');
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| !is_plain(byte)) {
        let (plain, [byte, behind @ ..]) = rest.split_at(at) else { break };
        out.extend(plain);
        let digit = |shift: u8| b'0' + (byte >> shift & 7);
        out.extend([b'\\', digit(6), digit(3), digit(0)]);
        rest = behind;
    }
    out.extend(rest);
}

#[cfg(test)]
mod tests {
    use core::net::Ipv4Addr;

    use super::*;
    use crate::event::{Mid, Rid};

    #[test]
    fn what_could_end_a_column_is_octal() {
        let mut out = Vec::new();
        text(b"a, b\\(c)\n~\x7f\xff'", &mut out);
        assert_eq!(out, br"a\054\040b\134(c)\012~\177\377\047");
    }

    #[test]
    fn each_recipient_has_a_row() {
        let recipient =
            |rid, to: &'static str| Recipient { rid: Rid(rid), to: to.into(), attempts: 1 };
        let mut delivery = Delivery {
            time: Timestamp::from_micros(1_043_769_373_123_456),
            injected: Timestamp::from_micros(1_043_769_317_696_000),
            bytes: 139,
            mid: Mid(202),
            ip: Ipv4Addr::new(10, 1, 1, 13),
            from: "a@b.example".into(),
            source_ip: Ipv4Addr::new(192, 0, 2, 1),
            code: 250,
            outcome: Outcome::Delivered { domain: "c.example".into(), reply: "sent, ok".into() },
            recipients: vec![recipient(0, "d@c.example"), recipient(3, "e@c.example")],
            headers: vec![("x".into(), "y z".into())],
        };
        let mut csv = Csv::new(&Zone::utc());
        let mut out = Vec::new();
        csv.delivery(&delivery, &mut out);
        let before = "DELV,28-Jan-2003 15:56:13,123,28-Jan-2003 15:55:17,696,139,202,10.1.1.13,\
                      a@b.example,c.example,192.0.2.1,250,sent\\054\\040ok,Rcpt,2";
        let expected = format!(
            "{before},0,1,d@c.example,Cust,1,x=y\\040z\n{before},3,1,e@c.example,Cust,1,x=y\\040z\n"
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);

        let mut out = Vec::new();
        csv.begin(Timestamp::default(), 3, &mut out);
        out.clear();
        delivery.recipients.truncate(1);
        delivery.outcome =
            Outcome::Bounced { reason: "5.1.0 - no".into(), errors: vec!["x".into()] };
        csv.delivery(&delivery, &mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "BOUNCE,28-Jan-2003 15:56:13,123,28-Jan-2003 15:55:17,696,139,202,10.1.1.13,\
             a@b.example,5.1.0\\040-\\040no,250,Rcpt,1,0,1,d@c.example,Cust,1,x=y\\040z,Errors,1,x\n"
        );
    }
}
