//! How large should a block be, and what does the file sink add to `write(2)`?
//!
//! On the disk, in memory (tmpfs) and to /dev/null; beside them stands the copy of the same bytes.

#![allow(missing_docs, clippy::indexing_slicing, reason = "a benchmark")]

use std::hint::black_box;
use std::io::{Seek as _, Write as _};
use std::path::Path;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use ringmail::File;
use ringmail::subscription::{Opening, Sink as _};

mod common;

/// A file is begun anew at this size: what is measured is not how much the disk can hold.
const FILE: u64 = 64 << 20;

const SIZES: [usize; 6] = [4, 16, 64, 128, 256, 1024];

fn write(c: &mut Criterion) {
    let mut group = c.benchmark_group("write");
    for kilobytes in SIZES {
        let block = vec![b'x'; kilobytes << 10];
        group.throughput(Throughput::Bytes(block.len() as u64));
        let mut copy = vec![0; block.len()];
        group.bench_function(format!("memcpy/{kilobytes} KiB"), |b| {
            b.iter(|| black_box(&mut copy).copy_from_slice(black_box(&block)));
        });
        let mut null = std::fs::OpenOptions::new().write(true).open("/dev/null").expect("a file");
        group.bench_function(format!("null, raw/{kilobytes} KiB"), |b| {
            b.iter(|| null.write_all(&block).expect("room"));
        });
    }
    let disk = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    directory(&mut group, "disk", disk.path());
    let shared = Path::new("/dev/shm");
    if shared.is_dir() {
        let memory = tempfile::tempdir_in(shared).expect("a directory");
        directory(&mut group, "tmpfs", memory.path());
    }
}

/// `write(2)` and the file sink in this directory.
fn directory(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, dir: &Path) {
    for kilobytes in SIZES {
        let block = vec![b'x'; kilobytes << 10];
        group.throughput(Throughput::Bytes(block.len() as u64));
        let mut file = std::fs::File::create(dir.join("raw")).expect("a file");
        let mut written = 0;
        group.bench_function(format!("{name}, raw/{kilobytes} KiB"), |b| {
            b.iter(|| {
                if written >= FILE {
                    file.set_len(0).and_then(|()| file.rewind()).expect("an empty file");
                    written = 0;
                }
                file.write_all(&block).expect("room");
                written += block.len() as u64;
            });
        });

        let mut sink = File::in_dir(dir);
        let file = format!("mail{kilobytes}");
        sink.open(&Opening::new(&file, &file, "20141119T091638", 10)).expect("a file");
        group.bench_function(format!("{name}, File/{kilobytes} KiB"), |b| {
            b.iter(|| {
                if sink.position() >= FILE {
                    sink.cut(0).expect("an empty file");
                }
                let taken = sink.write(&block).expect("room");
                assert_eq!(taken, block.len());
            });
        });
        sink.close().expect("a closed file");
    }
}

criterion_group! { name = benches; config = common::criterion(); targets = write }
criterion_main!(benches);
