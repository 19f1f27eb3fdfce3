//! The delivery log as XML.

use core::net::Ipv4Addr;
use std::io::Write as _;

use super::times::{Moment, Times};
use super::{Delivery, Outcome};
use crate::event::Text;
use crate::format::Zone;
use crate::format::escape::quote;

/// Writes a delivery log as one XML document.
///
/// ```text
/// <?xml version="1.0"?>
/// <delivery-report>
/// <success del_time="Tue Jan 28 15:56:13.123 2003" inj_time="..." bytes="139" mid="202"
///     ip="10.1.1.13" from="a@example.com" source_ip="192.0.2.1" code="250" reply="sent">
///   <rcpt rid="0" to="user@example.com" attempts="1" />
///   <customer_data>
///     <header name="xname" value="sh"/>
///   </customer_data>
/// </success>
/// </delivery-report>
/// ```
/// A `bounce` has `reason`, `code` and `error` behind `source_ip`; an error of several lines is
/// written as a Python list. Times are local and have milliseconds.
///
/// A text that XML cannot hold (controls, bytes that are not UTF-8) is written whole as
/// `=?ascii?B?{base64}?=`.
///
/// ```
/// use ringmail::format::Zone;
/// use ringmail::format::delivery::Xml;
/// let mut xml = Xml::new(&Zone::utc());
/// let mut text = Vec::new();
/// xml.begin(&mut text);
/// // ... one call of `xml.delivery` for each delivery that was read ...
/// xml.end(&mut text);
/// assert_eq!(text, b"<?xml version=\"1.0\"?>\n<delivery-report>\n</delivery-report>\n");
/// ```
#[derive(Debug)]
pub struct Xml {
    times: Times,
    /// Where a reply of several lines becomes a list.
    list: Vec<u8>,
}

impl Xml {
    /// Writes times as the clock of this zone shows them.
    #[must_use]
    pub fn new(zone: &Zone) -> Self {
        Self { times: Times::new(zone), list: Vec::new() }
    }

    /// Appends what stands before the first delivery.
    pub fn begin(&mut self, out: &mut Vec<u8>) {
        out.extend(b"<?xml version=\"1.0\"?>\n<delivery-report>\n");
    }

    /// Appends what stands behind the last delivery.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        out.extend(b"</delivery-report>\n");
    }

    /// Appends a delivery.
    pub fn delivery(&mut self, delivery: &Delivery<'_>, out: &mut Vec<u8>) {
        let element: &[u8] = match delivery.outcome {
            Outcome::Bounced { .. } => b"bounce",
            Outcome::Delivered { .. } => b"success",
        };
        out.push(b'<');
        out.extend(element);
        time(" del_time=\"", self.times.delivered(delivery.time), out);
        time(" inj_time=\"", self.times.injected(delivery.injected), out);
        uint(" bytes=\"", delivery.bytes, out);
        uint(" mid=\"", delivery.mid.0, out);
        address(" ip=\"", delivery.ip, out);
        text(" from=\"", delivery.from, out);
        address(" source_ip=\"", delivery.source_ip, out);
        match &delivery.outcome {
            Outcome::Bounced { reason, errors } => {
                text(" reason=\"", *reason, out);
                code(delivery.code, out);
                match errors.as_slice() {
                    [] => text(" error=\"", Text::EMPTY, out),
                    [error] => text(" error=\"", *error, out),
                    errors => {
                        self.list.clear();
                        let mut before: &[u8] = b"[";
                        for error in errors {
                            self.list.extend(before);
                            quote(error.as_bytes(), &mut self.list);
                            before = b", ";
                        }
                        self.list.push(b']');
                        text(" error=\"", Text::from(&self.list), out);
                    }
                }
            }
            Outcome::Delivered { reply, .. } => {
                code(delivery.code, out);
                text(" reply=\"", *reply, out);
            }
        }
        out.extend(b">\n");
        for recipient in &delivery.recipients {
            uint("  <rcpt rid=\"", recipient.rid.0.into(), out);
            text(" to=\"", recipient.to, out);
            uint(" attempts=\"", recipient.attempts.into(), out);
            out.extend(b" />\n");
        }
        if !delivery.headers.is_empty() {
            out.extend(b"  <customer_data>\n");
            for (name, value) in &delivery.headers {
                text("    <header name=\"", *name, out);
                text(" value=\"", *value, out);
                out.extend(b"/>\n");
            }
            out.extend(b"  </customer_data>\n");
        }
        out.extend(b"</");
        out.extend(element);
        out.extend(b">\n");
    }
}

fn time(before: &str, time: Moment, out: &mut Vec<u8>) {
    out.extend(before.as_bytes());
    time.put_xml(out);
    out.push(b'"');
}

fn uint(before: &str, value: u64, out: &mut Vec<u8>) {
    out.extend(before.as_bytes());
    out.extend(itoa::Buffer::new().format(value).as_bytes());
    out.push(b'"');
}

fn address(before: &str, address: Ipv4Addr, out: &mut Vec<u8>) {
    let mut before = before.as_bytes();
    for octet in address.octets() {
        out.extend(before);
        out.extend(itoa::Buffer::new().format(octet).as_bytes());
        before = b".";
    }
    out.push(b'"');
}

fn code(code: u16, out: &mut Vec<u8>) {
    // Writing into memory does not fail.
    write!(out, " code=\"{code:03}\"").ok();
}

fn text(before: &str, text: Text<'_>, out: &mut Vec<u8>) {
    out.extend(before.as_bytes());
    let bytes = text.as_bytes();
    let is_plain =
        |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>' | b'"');
    if bytes.iter().all(is_plain) {
        out.extend(bytes);
    } else {
        escape(bytes, out);
    }
    out.push(b'"');
}

/// Puts a text as the value of an attribute in double quotes.
fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    let Some(text) = core::str::from_utf8(bytes).ok().filter(|text| text.chars().all(is_allowed))
    else {
        out.extend(b"=?ascii?B?");
        base64(bytes, out);
        out.extend(b"?=");
        return;
    };
    for byte in text.bytes() {
        match byte {
            b'&' => out.extend(b"&amp;"),
            b'<' => out.extend(b"&lt;"),
            b'>' => out.extend(b"&gt;"),
            b'"' => out.extend(b"&quot;"),
            // As they are, a reader would take them for blanks.
            b'\t' => out.extend(b"&#9;"),
            b'\n' => out.extend(b"&#10;"),
            b'\r' => out.extend(b"&#13;"),
            _ => out.push(byte),
        }
    }
}

/// Whether XML 1.0 can hold a character.
fn is_allowed(char: char) -> bool {
    match char {
        '\t' | '\n' | '\r' => true,
        '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    }
}

/// Base64 with padding: the crate for it is there with the JSON form only.
fn base64(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let word = (0..3)
            .fold(0, |word, at| word << 8 | u32::from(chunk.get(at).copied().unwrap_or_default()));
        for at in 0..4 {
            let digit = (word >> (18 - 6 * at)) & 63;
            let digit = DIGITS.get(digit as usize).copied().unwrap_or_default();
            out.push(if at <= chunk.len() { digit } else { b'=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;
    use crate::event::{Mid, Rid};
    use crate::format::delivery::Recipient;

    fn escaped(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        text("", Text::from(bytes), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn texts_are_escaped_or_encoded() {
        assert_eq!(escaped(b"<a@b> & \"c\"'"), "&lt;a@b&gt; &amp; &quot;c&quot;'\"");
        assert_eq!(escaped(b"a\r\n\tb"), "a&#13;&#10;&#9;b\"");
        assert_eq!(escaped("Grüße".as_bytes()), "Grüße\"");
        // As Python's base64 has it.
        assert_eq!(escaped(b"a\x00"), "=?ascii?B?YQA=?=\"");
        assert_eq!(escaped(b"\xff"), "=?ascii?B?/w==?=\"");
        assert_eq!(escaped(b"\x01\x02\x03"), "=?ascii?B?AQID?=\"");
        assert_eq!(escaped("\u{ffff}".as_bytes()), "=?ascii?B?77+/?=\"");
    }

    #[test]
    fn a_bounce_names_its_time_before_that_of_the_injection() {
        let delivery = Delivery {
            time: Timestamp::from_micros(1_041_755_313_073_999),
            injected: Timestamp::from_micros(1_041_755_312_929_000),
            bytes: 4074,
            mid: Mid(94_157_762),
            ip: Ipv4Addr::UNSPECIFIED,
            from: "campaign1@example.com".into(),
            source_ip: Ipv4Addr::new(192, 168, 102, 1),
            code: 550,
            outcome: Outcome::Bounced {
                reason: "5.1.0 - Unknown address error".into(),
                errors: vec!["it's gone".into(), "bye".into()],
            },
            recipients: vec![Recipient { rid: Rid(0), to: "user@example.org".into(), attempts: 2 }],
            headers: Vec::new(),
        };
        let mut out = Vec::new();
        Xml::new(&Zone::utc()).delivery(&delivery, &mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "<bounce del_time=\"Sun Jan 05 08:28:33.073 2003\" \
             inj_time=\"Sun Jan 05 08:28:32.929 2003\" bytes=\"4074\" mid=\"94157762\" \
             ip=\"0.0.0.0\" from=\"campaign1@example.com\" source_ip=\"192.168.102.1\" \
             reason=\"5.1.0 - Unknown address error\" code=\"550\" \
             error=\"[&quot;it's gone&quot;, 'bye']\">\n\
             \x20 <rcpt rid=\"0\" to=\"user@example.org\" attempts=\"2\" />\n</bounce>\n"
        );
    }
}
