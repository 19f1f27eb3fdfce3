//! What does the disk buffer cost a message: appended, and appended, read and released?

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ringmail::sink::syslog::buffer::{
    Buffer, BufferOptions, BufferReader, BufferWriter, Entry, MAX_CAPACITY,
};

mod common;

const LINE: &[u8] =
    b"Wed Nov 19 09:16:38 2014 Info: MID 1234567 ICID 765432 RID 0 To: <somebody@mail.example.com>";

/// Messages of a batch: about what the formatter hands over at once.
const BATCH: u64 = 1000;

fn open(dir: &tempfile::TempDir) -> (BufferWriter, BufferReader) {
    let options = BufferOptions::default().capacity(MAX_CAPACITY).unwrap();
    Buffer::open(dir.path(), options).unwrap().split()
}

fn append(writer: &mut BufferWriter) -> u64 {
    for _ in 0..BATCH {
        let entry = Entry { time: 1_416_410_198_000_000, level: 3, ..Entry::EMPTY };
        writer.stage(&Entry { payload: LINE, ..entry }).unwrap();
    }
    let appended = writer.commit().unwrap();
    assert_eq!(appended.taken, BATCH);
    appended.end
}

fn buffer(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("buffer");
    group.throughput(Throughput::Elements(BATCH));
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (mut writer, mut reader) = open(&dir);
    group.bench_function("append", |bencher| {
        bencher.iter_batched(
            // What was appended before is given back, outside of the measurement.
            || reader.release(u64::MAX),
            |()| append(&mut writer),
            BatchSize::PerIteration,
        );
    });
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (mut writer, mut reader) = open(&dir);
    group.bench_function("append, read, release", |bencher| {
        bencher.iter(|| {
            let end = append(&mut writer);
            let mut bytes = 0;
            while reader.has_more() {
                bytes += reader.read(256 << 10).map(|entry| entry.payload.len()).sum::<usize>();
            }
            reader.release(end);
            bytes
        });
    });
    // The largest buffer that there can be.
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (mut writer, reader) = open(&dir);
    while writer.account().bytes < MAX_CAPACITY - (1 << 20) {
        append(&mut writer);
    }
    drop((writer, reader));
    group.throughput(Throughput::Elements(1));
    group.bench_function("open 1 GB", |bencher| bencher.iter(|| open(&dir)));
}

criterion_group! { name = benches; config = common::criterion(); targets = buffer }
criterion_main!(benches);
