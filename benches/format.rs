//! How long does a line take to render?
//!
//! `body` is a line without its stamp, `line` the whole of it; `memcpy` and `extend` are what a
//! copy of the finished line costs and what a `Vec` and a digit crate make of the same line.

#![expect(clippy::indexing_slicing, reason = "within a benchmark's own arrays")]

use std::hint::black_box;
use std::net::IpAddr;
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use ringmail::event::Line;
use ringmail::format::{LineWriter, Stamper, Zone};
use ringmail::{Dialect, Level, Timestamp};

/// Lines between two `clear`s, as many as a batch of the formatter may have.
const BATCH: u64 = 256;

struct Recipient<'a> {
    mid: u64,
    icid: u64,
    rid: u64,
    to: &'a [u8],
}

#[inline(never)]
fn recipient(line: &mut impl Line, event: &Recipient<'_>) {
    line.literal("MID ");
    line.uint(event.mid);
    line.literal(" ICID ");
    line.uint(event.icid);
    line.literal(" RID ");
    line.uint(event.rid);
    line.literal(" To: <");
    line.text(event.to);
    line.literal(">");
}

#[inline(never)]
fn recipient_by_extend(line: &mut Vec<u8>, event: &Recipient<'_>) {
    let mut digits = itoa::Buffer::new();
    line.extend_from_slice(b"MID ");
    line.extend_from_slice(digits.format(event.mid).as_bytes());
    line.extend_from_slice(b" ICID ");
    line.extend_from_slice(digits.format(event.icid).as_bytes());
    line.extend_from_slice(b" RID ");
    line.extend_from_slice(digits.format(event.rid).as_bytes());
    line.extend_from_slice(b" To: <");
    line.extend_from_slice(event.to);
    line.extend_from_slice(b">");
}

#[inline(never)]
fn connection(line: &mut impl Line, icid: u64, interface: &[u8], ips: [IpAddr; 2], host: &[u8]) {
    line.literal("New SMTP ICID ");
    line.uint(icid);
    line.literal(" interface ");
    line.text(interface);
    line.literal(" (");
    line.ip(ips[0]);
    line.literal(") address ");
    line.ip(ips[1]);
    line.literal(" reverse dns host ");
    line.text(host);
    line.literal(" verified yes");
}

#[inline(never)]
fn subject(line: &mut impl Line, mid: u64, subject: &[u8]) {
    line.literal("MID ");
    line.uint(mid);
    line.literal(" Subject ");
    line.subject(subject);
}

#[inline(never)]
fn close(line: &mut impl Line, icid: u64) {
    line.literal("ICID ");
    line.uint(icid);
    line.literal(" close");
}

fn block() -> (LineWriter, fn(&mut LineWriter)) {
    (LineWriter::new(1 << 16, Dialect::default(), Zone::utc()), LineWriter::clear)
}

fn vec() -> (Vec<u8>, fn(&mut Vec<u8>)) {
    (Vec::with_capacity(1 << 16), Vec::clear)
}

/// Times one call of `render` among many, which all go behind each other into one block.
fn bench<B>(c: &mut Criterion, name: &str, start: (B, fn(&mut B)), render: impl Fn(&mut B, u64)) {
    let (mut block, clear) = start;
    c.bench_function(name, |b| {
        b.iter_custom(|lines| {
            let start = Instant::now();
            for number in 0..lines {
                if number % BATCH == 0 {
                    black_box(&mut block);
                    clear(&mut block);
                }
                render(black_box(&mut block), number);
            }
            start.elapsed()
        });
    });
}

fn benches(c: &mut Criterion) {
    let zone = Zone::parse("CST6CDT,M3.2.0,M11.1.0").expect("a valid rule");
    let time = Timestamp::from_seconds(1_416_410_198);
    let stamp = zone.stamp(time);
    // Addresses of different lengths, so that branches on the length are not always right.
    let addresses = [
        "user1@mycompany.com",
        "a@b.de",
        "christopher.robin@hundred-acre-wood.example",
        "joe@mail.example.org",
        "postmaster@example.com",
        "x.y.zett@example.net",
    ];
    let fixed =
        Recipient { mid: 24_611_490, icid: 60_140_120, rid: 0, to: addresses[0].as_bytes() };
    let varied = |number: u64| Recipient {
        mid: 24_611_490 + number,
        icid: 60_140_120 + number / 3,
        rid: number % 12,
        to: addresses
            [(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize % addresses.len()]
        .as_bytes(),
    };

    let mut finished = block().0;
    finished.begin(&stamp, Level::Info);
    recipient(&mut finished, &fixed);
    finished.end();
    assert_eq!(finished.len(), 90);
    let finished = finished.as_bytes().to_vec();

    bench(c, "recipient/memcpy", vec(), |block, _| block.extend_from_slice(black_box(&finished)));
    bench(c, "recipient/extend", vec(), |block, _| {
        block.extend_from_slice(&stamp);
        block.extend_from_slice(b" Info: ");
        recipient_by_extend(block, black_box(&fixed));
        block.extend_from_slice(b"\n");
    });
    bench(c, "recipient/body", block(), |block, _| recipient(block, black_box(&fixed)));
    bench(c, "recipient/line", block(), |block, _| {
        block.begin(&stamp, Level::Info);
        recipient(block, black_box(&fixed));
        block.end();
    });
    bench(c, "recipient/varied, extend", vec(), |block, number| {
        block.extend_from_slice(&stamp);
        block.extend_from_slice(b" Info: ");
        recipient_by_extend(block, &varied(number));
        block.extend_from_slice(b"\n");
    });
    bench(c, "recipient/varied", block(), |block, number| {
        block.begin(&stamp, Level::Info);
        recipient(block, &varied(number));
        block.end();
    });
    let ips = [IpAddr::from([10, 1, 2, 3]), IpAddr::from([198, 51, 100, 217])];
    bench(c, "connection/line", block(), |block, number| {
        block.begin(&stamp, Level::Info);
        connection(block, 60_140_120 + number, b"Data 1", black_box(ips), b"mail.example.com");
        block.end();
    });
    bench(c, "close/line", block(), |block, number| {
        block.begin(&stamp, Level::Info);
        close(block, 60_140_120 + number);
        block.end();
    });
    for (name, text) in [
        ("plain", "Your order 1234567 has been shipped, and more words to come"),
        ("umlauts", "Grüße aus München: schöne Überraschung für Sie"),
        ("folded", "=?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\t=?utf-8?q?M=C3=BCnchen?="),
    ] {
        bench(c, &format!("subject/{name}"), block(), |block, number| {
            block.begin(&stamp, Level::Info);
            subject(block, 24_611_490 + number, black_box(text.as_bytes()));
            block.end();
        });
    }
    for (name, to) in [
        ("short", "a@b.de".to_owned()),
        ("long", format!("{}@example.com", "x".repeat(240))),
        ("long, escaped at its end", format!("{}@example.com\n", "x".repeat(240))),
        ("all escaped", "\u{1}".repeat(63)),
    ] {
        let event = Recipient { to: to.as_bytes(), ..fixed };
        bench(c, &format!("recipient/{name}"), block(), |block, _| {
            block.begin(&stamp, Level::Info);
            recipient(block, black_box(&event));
            block.end();
        });
        let copy = vec![b'x'; 71 + to.len()];
        bench(c, &format!("recipient/{name}, memcpy"), vec(), |block, _| {
            block.extend_from_slice(black_box(&copy));
        });
    }
    let mut stamper = Stamper::new(zone);
    c.bench_function("stamp/same second", |b| b.iter(|| *stamper.stamp(black_box(time))));
    let mut second = 1_416_410_198;
    c.bench_function("stamp/next second", |b| {
        b.iter(|| {
            second += 1;
            *stamper.stamp(Timestamp::from_seconds(second))
        });
    });
}

criterion_group!(format, benches);
criterion_main!(format);
