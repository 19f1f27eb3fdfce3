//! How fast is a text mail log read, and written in another dialect?
//!
//! The figures are of a file with the lines of messages on their way, 90 bytes on average.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringmail::parse::{LogReader, Rewriter};
use ringmail::{Dialect, LogType};

mod common;

/// Messages in the file: some 20 lines each.
const MESSAGES: usize = 4000;

fn benches(c: &mut Criterion) {
    let file = common::mail_log(MESSAGES);
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
