//! How long do two threads take to get their lines into a file?
//!
//! Through the engine, and through a buffered writer behind a mutex, which writes the same lines
//! with a digit crate and a stamp made anew only when the second changes; beside
//! both, `write(2)` and a copy of the same bytes. The program `perf rivals`
//! measures the same at length, in paired rounds, with latencies.

#![expect(clippy::cast_possible_truncation, reason = "the numbers are small")]
#![allow(missing_docs, clippy::indexing_slicing, reason = "a benchmark")]

use std::io::{BufWriter, Write as _};
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant, SystemTime};

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use ringmail::event::Recipient;
use ringmail::format::{STAMP_LEN, Stamper, Zone};
use ringmail::{Engine, File, LogType, Order, Rollover, Subscription, Timestamp};

mod common;

use common::{Recipients, copy, lines};

/// Lines of a round, both threads together.
const LINES: u64 = 200_000;

const THREADS: u64 = 2;

/// What each thread says, begun at the same moment; `flush` ends it.
fn round<W: FnMut(&Recipient<'_>) + Send>(
    recipients: &Recipients,
    worker: impl Fn() -> W,
    flush: impl FnOnce(),
) -> Duration {
    let ready = Barrier::new(THREADS as usize + 1);
    let began = std::thread::scope(|scope| {
        for _ in 0..THREADS {
            let (mut say, ready) = (worker(), &ready);
            scope.spawn(move || {
                ready.wait();
                for number in 0..LINES / THREADS {
                    say(&recipients.event(number));
                }
            });
        }
        ready.wait();
        Instant::now()
    });
    flush();
    began.elapsed()
}

fn by_engine(order: Order, recipients: &Recipients) -> Duration {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let mail = Subscription::new("mail_logs", LogType::TextMail)
        .rollover(Rollover::never())
        .sink(File::in_dir(dir.path()));
    let builder = Engine::builder().order(order).time_zone("UTC").subscribe(mail);
    let (engine, _guard) = builder.start().expect("an engine");
    let worker = || {
        let mut producer = engine.producer().expect("a lane");
        move |event: &Recipient<'_>| {
            producer.emit(event);
        }
    };
    round(recipients, worker, || engine.flush())
}

fn by_mutex(recipients: &Recipients) -> Duration {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let file = std::fs::File::create(dir.path().join("mail_logs")).expect("a file");
    let out = BufWriter::with_capacity(64 << 10, file);
    let shared = Mutex::new((out, Stamper::new(Zone::utc()), 0, [0; STAMP_LEN]));
    let worker = || {
        |event: &Recipient<'_>| {
            let (out, stamper, second, stamp) = &mut *shared.lock().expect("nobody panics");
            let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
            if now != *second {
                (*second, *stamp) = (now, *stamper.stamp(Timestamp::from_seconds(now as i64)));
            }
            let mut digits = itoa::Buffer::new();
            let mut put = |piece: &[u8]| out.write_all(piece).expect("room");
            put(stamp);
            put(b" Info: MID ");
            put(digits.format(event.mid.0).as_bytes());
            put(b" ICID ");
            put(digits.format(event.icid.0).as_bytes());
            put(b" RID ");
            put(digits.format(event.rid.0).as_bytes());
            put(b" To: <");
            put(event.to.as_bytes());
            put(b">\n");
        }
    };
    round(recipients, worker, || {
        shared.lock().expect("nobody panics").0.flush().expect("room");
    })
}

/// The kernel alone: one thread hands over the same bytes in blocks of 128 KiB.
fn by_write(block: &[u8]) -> Duration {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let mut file = std::fs::File::create(dir.path().join("mail_logs")).expect("a file");
    let began = Instant::now();
    for _ in 0..LINES / 1394 {
        file.write_all(block).expect("room");
    }
    began.elapsed()
}

fn end_to_end(c: &mut Criterion) {
    let recipients = Recipients::new();
    let mut group = c.benchmark_group("end to end");
    group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(LINES));
    group.bench_function("ringmail, causal", |b| {
        b.iter_custom(|rounds| (0..rounds).map(|_| by_engine(Order::Causal, &recipients)).sum());
    });
    group.bench_function("ringmail, relaxed", |b| {
        b.iter_custom(|rounds| (0..rounds).map(|_| by_engine(Order::Relaxed, &recipients)).sum());
    });
    let block = lines(&recipients, 1394);
    group.bench_function("limit: write(2)", |b| {
        b.iter_custom(|rounds| (0..rounds).map(|_| by_write(&block)).sum());
    });
    group.bench_function("limit: memcpy", |b| {
        let lines = lines(&recipients, LINES);
        let mut block = Vec::with_capacity(256 << 10);
        b.iter(|| copy(&lines, &mut block));
    });
    group.bench_function("mutex BufWriter", |b| {
        b.iter_custom(|rounds| (0..rounds).map(|_| by_mutex(&recipients)).sum());
    });
}

criterion_group! { name = benches; config = common::criterion(); targets = end_to_end }
criterion_main!(benches);
