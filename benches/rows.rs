//! How long one event takes to encode and to decode, and one line to read back.

#![allow(missing_docs, clippy::indexing_slicing, reason = "a benchmark")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringmail::LogType;
use ringmail::event::{Encode, Event as _, Icid, Mid, Recipient, Rid, Text};
use ringmail::parse::read_line;
use ringmail::record::Reader;

/// A buffer with room: what a lane's slot is to an event.
struct Slot<'b> {
    bytes: &'b mut [u8; 512],
    len: usize,
}

impl Slot<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.bytes[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }
}

impl Encode for Slot<'_> {
    #[inline]
    fn put_u8(&mut self, value: u8) {
        self.put(&[value]);
    }
    #[inline]
    fn put_u16(&mut self, value: u16) {
        self.put(&value.to_le_bytes());
    }
    #[inline]
    fn put_u32(&mut self, value: u32) {
        self.put(&value.to_le_bytes());
    }
    #[inline]
    fn put_u64(&mut self, value: u64) {
        self.put(&value.to_le_bytes());
    }
    #[inline]
    fn put_bytes(&mut self, bytes: &[u8]) {
        self.put(bytes);
    }
}

const LINES: &str = "\
Wed Nov 19 09:16:38 2014 Info: New SMTP ICID 60140291 interface Data 1 (192.0.2.9) address 192.0.2.7 reverse dns host h7.example.net verified no
Wed Nov 19 09:16:38 2014 Info: ICID 60140291 ACCEPT SG UNKNOWNLIST match sbrs[-0.5:10.0] SBRS 5.6
Wed Nov 19 09:16:38 2014 Info: Start MID 24611490 ICID 60140291
Wed Nov 19 09:16:38 2014 Info: MID 24611490 ICID 60140291 From: <sender@example.net>
Wed Nov 19 09:16:38 2014 Info: MID 24611490 ICID 60140291 RID 0 To: <user1@example.com>
Wed Nov 19 09:16:39 2014 Info: MID 24611490 Message-ID '<1252449561.424324393.JavaMail.root@example.net>'
Wed Nov 19 09:16:39 2014 Info: MID 24611490 Subject 'Working Together 101: Departmental Silos'
Wed Nov 19 09:16:39 2014 Info: MID 24611490 ready 19443 bytes from <sender@example.net>
Wed Nov 19 09:16:39 2014 Info: MID 24611490 matched all recipients for per-recipient policy DEFAULT in the inbound table
Wed Nov 19 09:16:39 2014 Info: ICID 60140291 close
Wed Nov 19 09:16:39 2014 Info: MID 24611490 using engine: CASE spam negative
Wed Nov 19 09:16:39 2014 Info: MID 24611490 antivirus negative \n\
Wed Nov 19 09:16:39 2014 Info: MID 24611490 queued for delivery
Wed Nov 19 09:16:39 2014 Info: New SMTP DCID 6565548 interface 192.0.2.9 address 198.51.100.7 port 25
Wed Nov 19 09:16:39 2014 Info: Delivery start DCID 6565548 MID 24611490 to RID [0]
Wed Nov 19 09:16:40 2014 Info: Message done DCID 6565548 MID 24611490 to RID [0] \n\
Wed Nov 19 09:16:40 2014 Info: MID 24611490 RID [0] Response '2.0.0 Ok: queued as 3jjSKc6HnKz4GTHJ'
Wed Nov 19 09:16:40 2014 Info: Message finished MID 24611490 done
";

fn rows(c: &mut Criterion) {
    let event = Recipient {
        mid: Mid(24_611_490),
        icid: Icid(60_140_120),
        rid: Rid(0),
        to: Text::from("user1@mycompany.com"),
    };
    let mut bytes = [0; 512];
    c.bench_function("measure and encode a recipient", |b| {
        b.iter(|| {
            let event = black_box(&event);
            let mut slot = Slot { bytes: black_box(&mut bytes), len: 0 };
            event.encode(&mut slot);
            assert_eq!(slot.len, event.encoded_len());
        });
    });
    let len = event.encoded_len();
    c.bench_function("decode a recipient", |b| {
        b.iter(|| Recipient::decode(&mut Reader::new(black_box(&bytes[..len]))));
    });

    let lines: Vec<_> = LINES.lines().map(str::as_bytes).collect();
    let mut group = c.benchmark_group("read");
    group.throughput(Throughput::Elements(lines.len() as u64));
    let mut payload = Vec::with_capacity(1024);
    group.bench_function("the lines of a message", |b| {
        b.iter(|| {
            for line in black_box(&lines) {
                payload.clear();
                let read = read_line(LogType::TextMail, 0, line, &mut payload);
                assert!(read.is_some_and(|read| read.number.is_some()));
            }
        });
    });
}

criterion_group!(benches, rows);
criterion_main!(benches);
