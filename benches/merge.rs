//! What does it cost the formatter to bring many lanes into one order?
//!
//! Timed is what the formatter takes to drain lanes that were filled before. `turns` fills them
//! event by event in turn, so that each record comes from another lane than the one before it;
//! `runs` puts 64 events into a lane before the next has its turn. Beside it: a copy of the lines that come
//! of them, and a flush that has nothing to do.

#![expect(clippy::cast_possible_truncation, reason = "the numbers are small")]
#![allow(missing_docs, clippy::indexing_slicing, reason = "a benchmark")]

use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use ringmail::{Engine, Producer};

mod common;

use common::{Recipients, copy, engine, lines};

/// Events of a round: some 200 KB of records. Each quarter of a lane wakes the formatter, so that
/// of five rounds one at most is begun before its time.
const EVENTS: u64 = 2_000;

const LANE: usize = 4 << 20;

fn round(engine: &Engine, lanes: &mut [Producer], run: u64, recipients: &Recipients) -> Duration {
    for number in 0..EVENTS {
        let lane = (number / run) as usize % lanes.len();
        lanes[lane].emit(&recipients.event(number));
    }
    let began = Instant::now();
    engine.flush();
    began.elapsed()
}

fn merge(c: &mut Criterion) {
    let recipients = Recipients::new();
    let mut group = c.benchmark_group("merge");
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(EVENTS));
    for count in [1_usize, 2, 4, 16, 64] {
        let (engine, _guard) = engine(Engine::builder().lane_bytes(LANE));
        let mut lanes: Vec<_> = (0..count).map(|_| engine.producer().expect("a lane")).collect();
        for (name, run) in [("turns", 1), ("runs", 64)] {
            group.bench_function(format!("{count} lanes/{name}"), |b| {
                b.iter_custom(|rounds| {
                    (0..rounds).map(|_| round(&engine, &mut lanes, run, &recipients)).sum()
                });
            });
        }
    }
    let (lines, mut block) = (lines(&recipients, EVENTS), Vec::with_capacity(256 << 10));
    group.bench_function("limit: memcpy of the lines", |b| b.iter(|| copy(&lines, &mut block)));
    let (engine, _guard) = engine(Engine::builder());
    group.throughput(Throughput::Elements(1));
    group.bench_function("limit: a flush of nothing", |b| b.iter(|| engine.flush()));
}

criterion_group! { name = benches; config = common::criterion(); targets = merge }
criterion_main!(benches);
