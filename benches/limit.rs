//! What do the level filter and the rate limit cost, and what do they save?
//!
//! Timed is what the formatter takes for a batch that waits in a lane. Beside it: a copy of
//! the lines that come of it.

#![allow(missing_docs, clippy::indexing_slicing, reason = "a benchmark")]

use std::time::Instant;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use ringmail::{Engine, Level, LogType, Null, RateLimit, Subscription};

mod common;

use common::{Recipients, copy, lines};

/// Events of a batch: some 1.6 MB of records. Each quarter of the lane wakes the formatter, so that
/// of ten batches one at most is begun before its time.
const EVENTS: u64 = 16_000;

fn limit(c: &mut Criterion) {
    let recipients = Recipients::new();
    let mail = || Subscription::new("mail_logs", LogType::TextMail).sink(Null::new());
    let wide = RateLimit::events(u64::MAX / 2).expect("not zero");
    let narrow = RateLimit::events(1).expect("not zero");
    let mut group = c.benchmark_group("limit");
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(EVENTS));
    let (lines, mut block) = (lines(&recipients, EVENTS), Vec::with_capacity(256 << 10));
    group.bench_function("memcpy of the lines", |b| b.iter(|| copy(&lines, &mut block)));
    for (name, subscription) in [
        ("level passes", mail()),
        ("level passes, rate limit not reached", mail().rate_limit(wide)),
        ("level refuses", mail().level(Level::Warning)),
        ("rate limit refuses", mail().rate_limit(narrow)),
    ] {
        let builder = Engine::builder().lane_bytes(64 << 20).subscribe(subscription);
        let (engine, _guard) = builder.start().expect("an engine");
        let mut producer = engine.producer().expect("a lane");
        group.bench_function(name, |b| {
            b.iter_custom(|rounds| {
                let mut took = std::time::Duration::ZERO;
                for _ in 0..rounds {
                    for number in 0..EVENTS {
                        producer.emit(&recipients.event(number));
                    }
                    let began = Instant::now();
                    engine.flush();
                    took += began.elapsed();
                }
                took
            });
        });
    }
}

criterion_group! { name = benches; config = common::criterion(); targets = limit }
criterion_main!(benches);
