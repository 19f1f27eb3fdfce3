//! How long does an event take in each log type?
//!
//! `type` is a line of each log type that is lines, its fields empty, without an engine. `life` is
//! a message with two recipients, through an engine that keeps nothing, as each of the logs that
//! are more than a line an event has it; text mail stands beside them. Last, the copy of a line.

#![allow(missing_docs, clippy::indexing_slicing, reason = "a benchmark")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use ringmail::event::{
    self, Bounced, Dcid, DeliveryStart, Done, Event, Finished, Icid, Mid, Rid, Row, RowVisitor,
    StartMid, Texts,
};
use ringmail::format::{LineWriter, Zone};
use ringmail::record::Reader;
use ringmail::{Dialect, Engine, LogType, Null, Producer, Subscription, Timestamp};

mod common;

/// Lines between two `clear`s, as many as a batch of the formatter may have.
const BATCH: u64 = 256;

/// Each log type that is lines, by the first of its rows, the fields empty.
fn log_types(c: &mut Criterion) {
    let mut group = c.benchmark_group("type");
    let stamp = Zone::utc().stamp(Timestamp::from_seconds(1_416_410_198));
    for log_type in LogType::ALL {
        let of_type = |row: &&Row| row.log_type == log_type && !row.pieces.is_empty();
        let Some(row) = event::rows().find(of_type) else { continue };
        let mut block = LineWriter::new(1 << 16, Dialect::default(), Zone::utc());
        group.bench_function(log_type.name(), |b| {
            b.iter_custom(|lines| {
                let began = Instant::now();
                for number in 0..lines {
                    if number % BATCH == 0 {
                        black_box(&mut block).clear();
                    }
                    block.begin(&stamp, row.level);
                    event::visit(black_box(row.number), Empty(&mut block));
                    block.end();
                }
                began.elapsed()
            });
        });
    }
}

/// Says an event whose fields are all absent, zero or empty.
struct Empty<'b>(&'b mut LineWriter);

impl<'a> RowVisitor<'a> for Empty<'_> {
    type Output = ();

    fn visit<E: Event<'a>>(self) {
        if let Ok(event) = E::decode(&mut Reader::new(&[])) {
            event.line(Dialect::default(), self.0);
        }
    }
}

/// The logs that are more than a line an event: the life of a message, through an engine that keeps
/// nothing. Beside them stands the text mail log of the same events.
fn lives(c: &mut Criterion) {
    const LIVES: u64 = 500;
    let mut group = c.benchmark_group("life");
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(LIVES));
    for log_type in [
        LogType::TextMail,
        LogType::Bounce,
        LogType::Delivery,
        LogType::QmailMail,
        LogType::ConsolidatedEvent,
        LogType::Status,
    ] {
        let one = Subscription::new("log", log_type).sink(Null::new());
        let builder = Engine::builder().lane_bytes(4 << 20).time_zone("UTC").subscribe(one);
        let (engine, _guard) = builder.start().expect("an engine");
        let mut worker = engine.producer().expect("a lane");
        group.bench_function(log_type.name(), |b| {
            b.iter_custom(|rounds| {
                let mut took = Duration::ZERO;
                for round in 0..rounds {
                    for number in 0..LIVES {
                        life(&mut worker, round * LIVES + number);
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

/// One recipient gets the message, one does not.
fn life(worker: &mut Producer, number: u64) {
    let (mid, icid, dcid) = (Mid(number + 1), Icid(number + 1), Dcid(number + 1));
    let (to, from) = ("somebody@example.com".into(), "sender@example.net".into());
    worker.emit(&StartMid { mid, icid, ..StartMid::EMPTY });
    worker.emit(&event::Sender { mid, icid, from });
    for rid in [Rid(0), Rid(1)] {
        worker.emit(&event::Recipient { mid, icid, rid, to });
    }
    let lines = ["5.1.1 no such user".into()];
    let (rids, tos) = (Rid(0).into(), [to]);
    worker.emit(&DeliveryStart { dcid, mid, rids, ..DeliveryStart::EMPTY });
    let to_all = Texts::new(&tos);
    worker.emit(&Done {
        dcid,
        mid,
        rids,
        from,
        to: to_all,
        bytes: 12_345,
        attempts: 1,
        ..Done::EMPTY
    });
    worker.emit(&Bounced {
        dcid,
        mid,
        rid: Rid(1),
        reason: "5.1.1 - Bad destination email address".into(),
        code: 550,
        response: Texts::new(&lines),
        from,
        to,
        ..Bounced::EMPTY
    });
    worker.emit(&Finished { mid });
}

fn copy(c: &mut Criterion) {
    let (line, mut block) = (black_box([b'x'; 94]), Vec::with_capacity(1 << 16));
    c.bench_function("limit: memcpy of a line", |b| {
        b.iter(|| {
            if block.len() > 32 << 10 {
                black_box(&mut block).clear();
            }
            block.extend_from_slice(black_box(&line));
        });
    });
}

criterion_group! {
    name = benches;
    config = common::criterion();
    targets = log_types, lives, copy
}
criterion_main!(benches);
