//! How fast is a text mail log read, and written in another dialect?
//!
//! The figures are of a file with the lines of messages on their way, 90 bytes on average.

#![expect(clippy::indexing_slicing, reason = "within a benchmark's own arrays")]

use std::hint::black_box;
use std::io::Write as _;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringmail::parse::{LogReader, Rewriter};
use ringmail::{Dialect, LogType};

mod common;

/// Messages in the file: some 20 lines each.
const MESSAGES: usize = 4000;

/// The lines of messages, as version 7.6 writes them.
fn file() -> Vec<u8> {
    const NAMES: [&str; 7] =
        ["anna", "b.meyer", "carla.lopez", "d", "news", "no-reply", "postmaster"];
    const HOSTS: [&str; 5] =
        ["example.com", "mail.example.net", "lists.example.org", "a.test", "shop.example"];
    let mut file =
        b"Wed Nov 19 09:00:00 2014 Info: Time offset from UTC: -21600 seconds\n".to_vec();
    for number in 0..MESSAGES {
        let (mid, icid, dcid) = (24_611_000 + number, 60_140_000 + number, 6_565_000 + number);
        let (name, other) = (NAMES[number % 7], NAMES[number * 5 % 7]);
        let (host, next) = (HOSTS[number % 5], HOSTS[number * 3 % 5]);
        let (ip, size) = (number % 250 + 1, 1000 + number * 37 % 90_000);
        let stamp = format!("Wed Nov 19 09:{:02}:{:02} 2014 Info:", number / 60 % 60, number % 60);
        let lines = format!(
            "\
{stamp} New SMTP ICID {icid} interface Data 1 (192.0.2.9) address 198.51.100.{ip} reverse dns host mx{ip}.{host} verified yes
{stamp} ICID {icid} ACCEPT SG UNKNOWNLIST match sbrs[-0.5:10.0] SBRS 5.6
{stamp} Start MID {mid} ICID {icid}
{stamp} MID {mid} ICID {icid} From: <{name}@{host}>
{stamp} MID {mid} ICID {icid} RID 0 To: <{other}@{next}>
{stamp} MID {mid} Message-ID '<1252449561.{number}.JavaMail.root@{host}>'
{stamp} MID {mid} Subject 'Working Together {number}: Departmental Silos'
{stamp} MID {mid} ready {size} bytes from <{name}@{host}>
{stamp} MID {mid} matched all recipients for per-recipient policy DEFAULT in the inbound table
{stamp} ICID {icid} close
{stamp} MID {mid} interim verdict using engine: CASE spam negative
{stamp} MID {mid} using engine: CASE spam negative
{stamp} MID {mid} interim AV verdict using Sophos CLEAN
{stamp} MID {mid} antivirus negative \n\
{stamp} MID {mid} Outbreak Filters: verdict negative
{stamp} MID {mid} queued for delivery
{stamp} New SMTP DCID {dcid} interface 192.0.2.9 address 203.0.113.{ip} port 25
{stamp} Delivery start DCID {dcid} MID {mid} to RID [0]
{stamp} Message done DCID {dcid} MID {mid} to RID [0] \n\
{stamp} MID {mid} RID [0] Response '2.0.0 Ok: queued as 3jjSKc6HnKz{number}'
{stamp} Message finished MID {mid} done
{stamp} DCID {dcid} close
"
        );
        file.write_all(lines.as_bytes()).expect("memory can be written");
    }
    file
}

fn benches(c: &mut Criterion) {
    let file = file();
    let lines = file.iter().filter(|byte| **byte == b'\n').count() as u64;
    let mut group = c.benchmark_group("text mail");
    group.throughput(Throughput::Bytes(file.len() as u64));
    group.bench_function("read", |b| {
        b.iter(|| {
            let mut log = LogReader::new(LogType::TextMail, black_box(file.as_slice()));
            let (mut events, mut bytes) = (0, 0);
            while let Some(line) = log.read().expect("memory can be read") {
                events += u64::from(line.event().is_some());
                bytes += black_box(line.payload).len();
            }
            assert_eq!(events, lines);
            bytes
        });
    });
    let mut out = Vec::with_capacity(2 << 20);
    for dialect in [Dialect::V7_6, Dialect::V15_0] {
        group.bench_function(format!("rewrite as {dialect}"), |b| {
            b.iter(|| {
                let mut log = LogReader::new(LogType::TextMail, black_box(file.as_slice()));
                let mut rewriter = Rewriter::new(LogType::TextMail, dialect);
                while let Some(line) = log.read().expect("memory can be read") {
                    rewriter.rewrite(&line, &mut out);
                    if out.len() > 64 << 10 {
                        black_box(&out);
                        out.clear();
                    }
                }
                assert_eq!(rewriter.tally().understood(), lines);
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = parse;
    config = common::criterion();
    targets = benches
}
criterion_main!(parse);
