//! How fast is a delivery log read, and turned into XML and CSV?
//!
//! The figures are of its binary form: a message with two recipients and a logged header takes some
//! 250 bytes.

#![expect(clippy::indexing_slicing, reason = "within a benchmark's own arrays")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringmail::event::{Bounced, Done, Event, Mid, Pairs, Rid, Rids, Text, Texts};
use ringmail::format::Zone;
use ringmail::format::delivery::{Csv, Xml, append, append_begin, append_end};
use ringmail::parse::{DeliveryEntry, DeliveryReader};
use ringmail::record::Record;
use ringmail::{Level, Timestamp};

mod common;

/// Messages in the file that is converted.
const MESSAGES: u64 = 20_000;

/// The payload of an event.
fn payload<'a, E: Event<'a>>(event: &E) -> Vec<u8> {
    let mut bytes = Vec::new();
    event.encode(&mut bytes);
    bytes
}

/// Events and their times: one of sixteen a bounce.
fn events() -> Vec<(u16, Vec<u8>, Timestamp)> {
    let addresses: Vec<_> =
        (0..64).map(|number| format!("user{number}@example{number}.com")).collect();
    let event = |number: u64| {
        let address = |at: u64| {
            let at = usize::try_from((number + at) % 64).expect("a small number");
            Text::from(&addresses[at])
        };
        let injected =
            Timestamp::from_micros(1_043_769_317_696_000 + 37_000 * number.cast_signed());
        let time = Timestamp::from_micros(injected.micros() + 2_345_678);
        let ip = [10, 1, 1, 13].into();
        let source_ip = [192, 0, 2, 1].into();
        let headers = [(Text::from("x-mailer"), Text::from("Example Mailer 1.0"))];
        if number % 16 == 15 {
            let event = Bounced {
                mid: Mid(24_600_000 + number),
                from: address(0),
                to: address(1),
                reason: "5.1.0 - Unknown address error".into(),
                code: 550,
                response: Texts::one("Requested action not taken: mailbox unavailable".into()),
                headers: Pairs::new(&headers),
                attempts: 1,
                bytes: 4074,
                injected,
                source_ip,
                ..Bounced::EMPTY
            };
            return (Bounced::ROW.number, payload(&event), time);
        }
        let rids = [Rid(0), Rid(1)];
        let to = [address(1), address(2)];
        let event = Done {
            mid: Mid(24_600_000 + number),
            rids: Rids::new(&rids),
            pairs: Some(Pairs::new(&headers)),
            from: address(0),
            to: Texts::new(&to),
            attempts: 1,
            bytes: 13_900 + number,
            injected,
            ip,
            source_ip,
            code: 250,
            reply: "queued as 9C8B425DA7".into(),
            ..Done::EMPTY
        };
        (Done::ROW.number, payload(&event), time)
    };
    (0..MESSAGES).map(event).collect()
}

fn write(events: &[(u16, Vec<u8>, Timestamp)], file: &mut Vec<u8>) {
    let begin = Timestamp::from_seconds(1_043_769_317);
    append_begin(begin, file);
    for (number, payload, time) in events {
        let record = Record { number: *number, level: Level::Info, order: 0, time: None, payload };
        append(&record, *time, file).expect("an event of the delivery log");
    }
    append_end(begin, file);
}

/// Reads all, and empties the output as a writer to a file would.
fn convert(file: &[u8], out: &mut Vec<u8>, mut see: impl FnMut(&DeliveryEntry<'_>, &mut Vec<u8>)) {
    let mut reader = DeliveryReader::new(file);
    while let Some(entry) = reader.read().expect("memory can be read") {
        see(&entry, out);
        if out.len() > 64 << 10 {
            black_box(&out);
            out.clear();
        }
    }
}

fn benches(c: &mut Criterion) {
    let events = events();
    let mut file = Vec::new();
    write(&events, &mut file);
    let mut group = c.benchmark_group("delivery");
    group.throughput(Throughput::Bytes(file.len() as u64));
    let mut out = Vec::with_capacity(file.len());
    group.bench_function("write", |b| {
        b.iter(|| {
            out.clear();
            write(black_box(&events), &mut out);
        });
    });
    group.bench_function("read", |b| {
        b.iter(|| {
            convert(black_box(&file), &mut out, |entry, _| {
                black_box(entry);
            })
        });
    });
    let zone = Zone::parse("CST6CDT,M3.2.0,M11.1.0").expect("a valid rule");
    group.bench_function("xml", |b| {
        b.iter(|| {
            let mut xml = Xml::new(&zone);
            convert(black_box(&file), &mut out, |entry, out| {
                if let DeliveryEntry::Delivery(delivery) = entry {
                    xml.delivery(delivery, out);
                }
            });
        });
    });
    group.bench_function("csv", |b| {
        b.iter(|| {
            let mut csv = Csv::new(&zone);
            convert(black_box(&file), &mut out, |entry, out| {
                if let DeliveryEntry::Delivery(delivery) = entry {
                    csv.delivery(delivery, out);
                }
            });
        });
    });
    group.finish();
}

criterion_group! {
    name = convert_delivery;
    config = common::criterion();
    targets = benches
}
criterion_main!(convert_delivery);
