//! A delivery log of any bytes: it is read to its end, each byte of it belongs to one entry, and
//! what is made of it is well-formed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringmail::format::Zone;
use ringmail::format::delivery::{Csv, Xml};
use ringmail::parse::{DeliveryEntry, DeliveryReader};

fuzz_target!(|file: &[u8]| {
    let (mut xml, mut csv) = (Xml::new(&Zone::utc()), Csv::new(&Zone::utc()));
    let (mut elements, mut rows) = (Vec::new(), Vec::new());
    let mut reader = DeliveryReader::new(file);
    let mut before = 0;
    let (mut deliveries, mut recipients) = (0, 0);
    while let Some(entry) = reader.read().expect("memory can be read") {
        match entry {
            DeliveryEntry::Delivery(delivery) => {
                deliveries += 1;
                recipients += delivery.recipients.len().max(1);
                xml.delivery(&delivery, &mut elements);
                // As many rows of a long text as there are recipients: too many to look at.
                if delivery.recipients.len() < 100 {
                    csv.delivery(&delivery, &mut rows);
                } else {
                    recipients -= delivery.recipients.len();
                }
            }
            DeliveryEntry::Damaged(damage) => {
                assert_eq!(damage.offset, before);
                let end = damage.offset + damage.bytes;
                assert_eq!(end, reader.offset());
            }
            _ => {}
        }
        assert!(reader.offset() > before);
        before = reader.offset();
    }
    assert_eq!(before, file.len() as u64);

    let text = std::str::from_utf8(&elements).expect("a document is UTF-8");
    assert!(text.chars().all(|char| char == '\n' || char >= ' '), "{text:?}");
    let begun = |word| text.lines().filter(|line| line.starts_with(word)).count();
    assert_eq!(begun("<success ") + begun("<bounce "), deliveries);
    assert_eq!(begun("</success>") + begun("</bounce>"), deliveries);
    assert!(rows.iter().all(|byte| matches!(byte, b'\n' | b' '..=b'~')));
    assert_eq!(rows.iter().filter(|byte| **byte == b'\n').count(), recipients);
});
