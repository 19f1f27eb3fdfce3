//! The line of a message: header, and the fields in the order of its dialect.

use crate::base::{Dialect, Timestamp};
use crate::event::Line;
use crate::format::LineWriter;
use crate::format::cef::field::OUTBOUND_LISTENER;
use crate::format::cef::{CefField, Message};
use crate::format::escape::escape_text;

/// The most bytes of a line from its `CEF:` on. What a syslog server takes at most.
const MAX_LINE: usize = 65_535;

/// What the header of each line says of the gateway, escaped.
#[derive(Clone, Debug)]
pub(crate) struct Gateway {
    pub(crate) vendor: String,
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) serial: String,
}

/// Which fields the lines have, in which order.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    gateway: Gateway,
    dialect: Dialect,
    fields: Vec<CefField>,
}

impl Layout {
    /// Lines with the fields that are asked for and those that all lines have.
    pub(crate) fn new(gateway: Gateway, dialect: Dialect, asked_for: &[CefField]) -> Self {
        let is_asked_for =
            |field: &CefField| CefField::ALWAYS.contains(field) || asked_for.contains(field);
        let fields = CefField::order(dialect).into_iter().filter(is_asked_for).collect();
        Self { gateway, dialect, fields }
    }

    pub(crate) fn serial(&self) -> &str {
        &self.gateway.serial
    }

    /// Appends a message's line, and tells whether all its fields are in it.
    pub(crate) fn write(&self, message: &Message, time: Timestamp, block: &mut LineWriter) -> bool {
        let mut is_whole = !message.is_cut;
        block.time(time);
        let Gateway { vendor, product, version, .. } = &self.gateway;
        block.literal(behind_stamp(self.dialect));
        let mut line = b"CEF:0|".to_vec();
        for part in [vendor, product, version] {
            escape_header(part.as_bytes(), &mut line);
            line.push(b'|');
        }
        line.extend_from_slice(b"ESA_CONSOLIDATED_LOG_EVENT|Consolidated Log Event|5|");
        let mut field_text = Vec::new();
        let mut between = "";
        for field in &self.fields {
            let Some(value) = message.value(*field) else { continue };
            field_text.clear();
            field_text.extend_from_slice(between.as_bytes());
            let key = match field {
                CefField::ListenerName if message.is_outbound() => OUTBOUND_LISTENER,
                field => field.key(self.dialect),
            };
            if let Some(label) = field.label(self.dialect) {
                field_text.extend_from_slice(key.as_bytes());
                field_text.extend_from_slice(b"Label=");
                field_text.extend_from_slice(label.as_bytes());
                field_text.push(b' ');
            }
            field_text.extend_from_slice(key.as_bytes());
            field_text.push(b'=');
            escape_value(&value, &mut field_text);
            if line.len() + field_text.len() > MAX_LINE {
                // Half a field is worse than none.
                is_whole = false;
                continue;
            }
            line.extend_from_slice(&field_text);
            between = " ";
        }
        block.append(&line);
        block.end();
        is_whole
    }
}

/// What stands between the stamp and `CEF:`.
pub(crate) fn behind_stamp(dialect: Dialect) -> &'static str {
    // The manual and the first version have a colon behind the time.
    if dialect <= Dialect::V13_0 { ": " } else { " " }
}

/// Escapes what would end a field of the header.
fn escape_header(text: &[u8], out: &mut Vec<u8>) {
    escape(text, b"\\|", out);
}

/// Escapes what would end a value. Source: "Implementing ArcSight CEF", section "Character
/// Encoding".
fn escape_value(text: &[u8], out: &mut Vec<u8>) {
    escape(text, b"\\=", out);
}

fn escape(text: &[u8], special: &[u8], out: &mut Vec<u8>) {
    let mut clean = Vec::with_capacity(text.len());
    escape_text(text, &mut clean);
    for byte in clean {
        if special.contains(&byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Zone;

    fn gateway() -> Gateway {
        Gateway {
            vendor: "ring|mail".to_owned(),
            product: "C100V".to_owned(),
            version: "15.0.0-104".to_owned(),
            serial: "42A-7".to_owned(),
        }
    }

    fn line(message: &Message, dialect: Dialect, fields: &[CefField]) -> (String, bool) {
        let mut block = LineWriter::new(0, dialect, Zone::utc());
        let layout = Layout::new(gateway(), dialect, fields);
        let is_whole = layout.write(message, Timestamp::from_seconds(1_656_576_290), &mut block);
        (String::from_utf8(block.as_bytes().to_vec()).unwrap(), is_whole)
    }

    #[test]
    fn fields_without_a_value_are_left_out_and_labels_stand_before() {
        let mut message = Message::default();
        message.set(CefField::Mid, "101");
        message.set(CefField::SenderCountry, "India");
        let fields = [CefField::SenderCountry, CefField::Subject];
        let (text, is_whole) = line(&message, Dialect::V15_0, &fields);
        assert_eq!(
            text,
            "Thu Jun 30 08:04:50 2022 CEF:0|ring\\|mail|C100V|15.0.0-104|\
             ESA_CONSOLIDATED_LOG_EVENT|Consolidated Log Event|5|\
             ESAMID=101 cs2Label=SenderCountry cs2=India\n"
        );
        assert!(is_whole);
        let (text, _) = line(&message, Dialect::Manual, &fields);
        assert!(text.starts_with("Thu Jun 30 08:04:50 2022: CEF:0|"), "{text}");
        assert!(text.ends_with(" cs2Label=GeoLocation cs2=India\n"), "{text}");
    }

    #[test]
    fn a_value_cannot_forge_a_field_or_a_line() {
        let mut message = Message::default();
        message.set(CefField::MailFrom, "a@b act=DELIVERED\\\n");
        let (text, _) = line(&message, Dialect::V15_0, &[CefField::MailFrom]);
        assert!(text.ends_with("|suser=a@b act\\=DELIVERED\\\\\\\\012\n"), "{text}");
    }

    #[test]
    fn a_line_is_bounded_and_holds_whole_fields() {
        let mut message = Message::default();
        message.set(CefField::Mid, "7");
        message.set(CefField::Subject, vec![b'='; 40_000]);
        message.set(CefField::SenderIp, "192.0.2.1");
        let (text, is_whole) = line(&message, Dialect::V15_0, CefField::ALL);
        assert!(!is_whole && text.len() < MAX_LINE + 30);
        assert!(text.contains("src=192.0.2.1") && !text.contains("msg="), "{text}");
    }

    #[test]
    fn mail_that_goes_out_has_another_key_for_its_listener() {
        let mut message = Message::default();
        message.set(CefField::ListenerName, "Data 1");
        message.set(CefField::MailDirection, "1");
        let (text, _) = line(&message, Dialect::V15_0, &[CefField::ListenerName]);
        assert!(text.ends_with("|deviceOutboundInterface=Data 1\n"), "{text}");
    }
}
