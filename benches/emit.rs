//! How long does `emit` take?
//!
//! The formatter is at work meanwhile and there is always room in the lane: before each batch that
//! is timed, a quarter of the lane is filled, and after it the lane is drained. Beside it stand
//! what no `emit` can do without: the ordered counter, and the copy of a record.

#![allow(missing_docs, clippy::indexing_slicing, reason = "a benchmark")]

use std::hint::black_box;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use ringmail::event::{
    BounceCause, Bounced, Dcid, Event, Icid, IcidClose, Mid, NewIcid, Rid, Texts,
};
use ringmail::{Engine, FullLane, LogType, Null, Order, Outcome, Sink, Subscription};

mod common;

use common::{Recipients, engine};

const LANE: usize = 1 << 20;

/// Times so many calls in batches of a quarter of a lane.
fn batches<'a, E: Event<'a>>(
    engine: &Engine,
    calls: u64,
    event: impl Fn(u64) -> E,
    mut emit: impl FnMut(&E),
) -> Duration {
    // A record has a head of 16 bytes and takes a multiple of 64.
    let slot = (event(0).encoded_len() + 16).next_multiple_of(64);
    let quarter = (LANE / 4 / slot) as u64;
    let mut took = Duration::ZERO;
    let mut number = 0;
    while number < calls {
        for ahead in 0..quarter {
            emit(&event(ahead));
        }
        let end = calls.min(number + quarter);
        let began = Instant::now();
        while number < end {
            emit(black_box(&event(number)));
            number += 1;
        }
        took += began.elapsed();
        engine.flush();
    }
    took
}

fn emit(c: &mut Criterion) {
    let recipients = Recipients::new();
    let lines = ["5.1.1 no such user".into()];
    let close = |number| IcidClose { icid: Icid(number) };
    let connection = |number| NewIcid {
        icid: Icid(number),
        interface: "Data 1".into(),
        interface_ip: [203, 0, 113, 10].into(),
        ip: [192, 0, 2, 7].into(),
        host: "mail.example.com".into(),
        verified: true,
        ..NewIcid::EMPTY
    };
    let bounce = |number| Bounced {
        dcid: Dcid(7),
        mid: Mid(number),
        rid: Rid(0),
        reason: "5.1.1 - Bad destination email address".into(),
        code: 550,
        response: Texts::new(&lines),
        from: "sender@example.net".into(),
        to: "somebody@example.com".into(),
        cause: BounceCause::Smtp5xx,
        attempts: 1,
        bytes: 12_345,
        ..Bounced::EMPTY
    };
    for (name, order) in [("causal", Order::Causal), ("relaxed", Order::Relaxed)] {
        let (engine, _guard) = engine(Engine::builder().order(order).lane_bytes(LANE));
        let mut producer = engine.producer().expect("a lane");
        let mut group = c.benchmark_group(format!("emit/{name}"));
        macro_rules! kind {
            ($name:literal, $event:expr) => {
                group.bench_function($name, |b| {
                    b.iter_custom(|calls| {
                        batches(&engine, calls, $event, |event| {
                            producer.emit(event);
                        })
                    });
                });
            };
        }
        kind!("recipient", |number| recipients.event(number));
        kind!("connection closed", close);
        kind!("new connection", connection);
        kind!("bounce", bounce);
        let handle = engine.handle();
        group.bench_function("recipient by a handle", |b| {
            b.iter_custom(|calls| {
                let event = |number| recipients.event(number);
                batches(&engine, calls, event, |event| {
                    handle.emit(event);
                })
            });
        });
    }
    let run = tempfile::tempdir_in(if std::path::Path::new("/dev/shm").is_dir() {
        std::path::PathBuf::from("/dev/shm")
    } else {
        std::env::temp_dir()
    });
    let run = run.expect("a directory");
    let (engine, _guard) = engine(Engine::builder().lane_bytes(LANE).run_directory(run.path()));
    let mut producer = engine.producer().expect("a lane");
    c.bench_function("emit/recipient into a run directory", |b| {
        b.iter_custom(|calls| {
            let event = |number| recipients.event(number);
            batches(&engine, calls, event, |event| {
                producer.emit(event);
            })
        });
    });
    lane_full(c, &recipients);
    let bounces = Subscription::new("bounces", LogType::Bounce).sink(Null::new());
    let (engine, _guard) = Engine::builder().subscribe(bounces).start().expect("an engine");
    let mut producer = engine.producer().expect("a lane");
    let mut number = 0;
    c.bench_function("emit/nobody wants it", |b| {
        b.iter(|| {
            number += 1;
            producer.emit(black_box(&recipients.event(number)))
        });
    });
}

/// What is shed at once, as its lane is full: the sink takes nothing, and the policy is not to wait.
fn lane_full(c: &mut Criterion, recipients: &Recipients) {
    let closed = Closed { is_open: Arc::default() };
    let is_open = Arc::clone(&closed.is_open);
    let mail = Subscription::new("mail_logs", LogType::TextMail).sink(closed);
    let builder = Engine::builder().lane_bytes(LANE).full_lane(FullLane::Drop).subscribe(mail);
    let (engine, _guard) = builder.start().expect("an engine");
    let mut producer = engine.producer().expect("a lane");
    let mut number = 0;
    let mut emit = || {
        number += 1;
        producer.emit(black_box(&recipients.event(number)))
    };
    while emit() == Outcome::Accepted {}
    c.bench_function("emit/lane full, dropped", |b| b.iter(&mut emit));
    is_open.store(true, Ordering::Release);
}

/// Takes nothing, for as long as it is closed.
#[derive(Debug)]
struct Closed {
    is_open: Arc<AtomicBool>,
}

impl Sink for Closed {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        while !self.is_open.load(Ordering::Acquire) {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(lines.len())
    }

    fn position(&self) -> u64 {
        0
    }

    fn cut(&mut self, _position: u64) -> io::Result<()> {
        Ok(())
    }

    fn roll(&mut self, _stamp: &str) -> io::Result<()> {
        Ok(())
    }

    fn place(&self) -> String {
        "nowhere".to_owned()
    }
}

fn limits(c: &mut Criterion) {
    let mut group = c.benchmark_group("limit");
    #[cfg(target_arch = "x86_64")]
    group.bench_function("rdtscp", |b| {
        // SAFETY: the processors of the last fifteen years have it.
        b.iter(|| unsafe { core::arch::x86_64::__rdtscp(&mut 0) });
    });
    group.bench_function("Instant::now", |b| b.iter(Instant::now));
    let (from, mut lane) = (black_box([7_u8; 64]), vec![0; LANE]);
    let mut at = 0;
    group.bench_function("copy of a record", |b| {
        b.iter(|| {
            lane[at..at + 64].copy_from_slice(black_box(&from));
            at = (at + 64) % LANE;
        });
    });
}

criterion_group! { name = benches; config = common::criterion(); targets = emit, limits }
criterion_main!(benches);
