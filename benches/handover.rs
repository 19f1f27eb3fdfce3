//! How many events a second get from workers through their lanes to a sink?
//!
//! Each worker emits its share into its lane, which waits when it is full; the sink keeps nothing.
//! Beside it: what one thread takes to render the same lines with no lane at all, and to copy them.

#![expect(clippy::cast_possible_truncation, reason = "the numbers are small")]
#![allow(missing_docs, clippy::indexing_slicing, reason = "a benchmark")]

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use ringmail::event::Event as _;
use ringmail::format::{LineWriter, Zone};
use ringmail::{Dialect, Engine, Level, Order, Timestamp};

mod common;

use common::{Recipients, copy, engine, lines};

/// Events of a round, all workers together.
const EVENTS: u64 = 200_000;

fn round(engine: &Engine, workers: u64, recipients: &Recipients) -> Duration {
    let ready = Barrier::new(workers as usize + 1);
    let began = std::thread::scope(|scope| {
        for _ in 0..workers {
            let mut producer = engine.producer().expect("a lane");
            let ready = &ready;
            scope.spawn(move || {
                ready.wait();
                for number in 0..EVENTS / workers {
                    producer.emit(&recipients.event(number));
                }
            });
        }
        ready.wait();
        Instant::now()
    });
    engine.flush();
    began.elapsed()
}

fn handover(c: &mut Criterion) {
    let recipients = Recipients::new();
    let mut group = c.benchmark_group("handover");
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(EVENTS));
    for (name, order) in [("causal", Order::Causal), ("relaxed", Order::Relaxed)] {
        let (engine, _guard) = engine(Engine::builder().order(order));
        for workers in [1, 2, 4] {
            group.bench_function(format!("{name}/{workers} workers"), |b| {
                b.iter_custom(|rounds| {
                    (0..rounds).map(|_| round(&engine, workers, &recipients)).sum()
                });
            });
        }
    }
    let (lines, mut block) = (lines(&recipients, EVENTS), Vec::with_capacity(256 << 10));
    group.bench_function("limit: memcpy of the lines", |b| b.iter(|| copy(&lines, &mut block)));
    group.bench_function("limit: rendering alone", |b| {
        let zone = Zone::utc();
        let stamp = zone.stamp(Timestamp::from_seconds(1_416_410_198));
        let mut block = LineWriter::new(256 << 10, Dialect::default(), zone);
        b.iter(|| {
            for number in 0..EVENTS {
                if block.len() > 128 << 10 {
                    black_box(&mut block).clear();
                }
                block.begin(&stamp, Level::Info);
                recipients.event(number).line(Dialect::default(), &mut block);
                block.end();
            }
        });
    });
}

criterion_group! { name = benches; config = common::criterion(); targets = handover }
criterion_main!(benches);
