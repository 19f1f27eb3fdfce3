//! What this machine can do at best: the figures beside which others mean something.

use std::hint::black_box;
use std::io::{IoSlice, Write as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use clap::Args;
use serde_json::{Value, json};

use crate::measure::Spread;
use crate::table::table;
use crate::target::Target;
use crate::{Findings, Result};

#[derive(Args, Debug)]
pub(crate) struct Limits {
    /// How often each is measured
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
}

/// The length of a line, in bytes.
const LINE: usize = 94;

/// What each round of writing writes.
const WRITTEN: usize = 64 << 20;

/// Pieces that one `writev` takes at most.
const IOV_MAX: usize = 1024;

/// One limit: what was done, and how long it took, in nanoseconds.
struct Limit {
    name: String,
    nanos: Spread,
    /// What one of it is: a line, a call.
    unit: &'static str,
}

impl Limits {
    pub(crate) fn run(&self) -> Result<Findings> {
        let mut limits = vec![
            self.limit("memcpy of a 94-byte record", "record", memcpy),
            self.limit("Instant::now", "call", || timer(Instant::now)),
            self.limit("SystemTime::now", "call", || timer(SystemTime::now)),
        ];
        #[cfg(target_arch = "x86_64")]
        {
            limits.push(self.limit("rdtsc", "call", || timer(counter::unordered)));
            limits.push(self.limit("rdtscp", "call", || timer(counter::ordered)));
        }
        limits.push(self.limit("unpark of a sleeping thread", "call", wake));
        limits.push(self.limit("hand-over by a shared atomic", "hand-over", hand_over));
        for target in [Target::Null, Target::Tmpfs, Target::Disk] {
            for kilobytes in [4, 16, 64, 128, 256, 1024] {
                let mut rounds = Vec::new();
                for _ in 0..self.rounds {
                    rounds.push(write(target, kilobytes << 10)?);
                }
                let name = format!("write to {}, {kilobytes} KiB a call", target.name());
                limits.push(Limit { name, nanos: Spread::of(rounds), unit: "line" });
            }
            for lines in [16, 64, 256, IOV_MAX] {
                let mut rounds = Vec::new();
                for _ in 0..self.rounds {
                    rounds.push(write_vectored(target, lines)?);
                }
                let name = format!("writev to {}, {lines} lines a call", target.name());
                limits.push(Limit { name, nanos: Spread::of(rounds), unit: "line" });
            }
        }
        let heading = ["limit", "ns", "min", "max", "a"].map(str::to_owned).to_vec();
        let rows: Vec<_> = std::iter::once(heading).chain(limits.iter().map(Limit::row)).collect();
        let json: Vec<_> = limits.iter().map(Limit::json).collect();
        Ok(Findings { text: table(&rows), json: json!({ "limits": json }) })
    }

    fn limit(&self, name: &str, unit: &'static str, measure: impl Fn() -> f64) -> Limit {
        let rounds = (0..self.rounds).map(|_| measure()).collect();
        Limit { name: name.to_owned(), nanos: Spread::of(rounds), unit }
    }
}

impl Limit {
    fn row(&self) -> Vec<String> {
        let Spread { median, min, max } = self.nanos;
        let mut row = vec![self.name.clone()];
        row.extend([median, min, max].map(|figure| format!("{figure:.2}")));
        row.push(self.unit.to_owned());
        row
    }

    fn json(&self) -> Value {
        json!({ "limit": self.name, "unit": self.unit, "ns": self.nanos.json() })
    }
}

/// Lines one behind the other into a block that the second-level cache holds.
fn memcpy() -> f64 {
    const LINES: usize = 2_000_000;
    let line = black_box([b'x'; LINE]);
    let mut block = Vec::with_capacity(128 << 10);
    each(LINES, |_| {
        if block.len() + LINE > block.capacity() {
            black_box(&mut block).clear();
        }
        block.extend_from_slice(black_box(&line));
    })
}

fn timer<T>(read: impl Fn() -> T) -> f64 {
    each(1_000_000, |_| {
        black_box(read());
    })
}

/// Nanoseconds of one of `count` calls.
fn each(count: usize, mut act: impl FnMut(usize)) -> f64 {
    let began = Instant::now();
    for number in 0..count {
        act(number);
    }
    began.elapsed().as_nanos() as f64 / count as f64
}

#[cfg(target_arch = "x86_64")]
mod counter {
    use core::arch::x86_64::{__rdtscp, _rdtsc};

    pub(super) fn unordered() -> u64 {
        // SAFETY: every x86_64 processor has it, and Linux lets user space use it.
        unsafe { _rdtsc() }
    }

    pub(super) fn ordered() -> u64 {
        let mut core = 0;
        // SAFETY: the processors of the last fifteen years have it.
        unsafe { __rdtscp(&mut core) }
    }
}

/// What the one who wakes pays.
fn wake() -> f64 {
    const WAKES: u32 = 300;
    let ends = AtomicBool::new(false);
    let sleeps = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let sleeper = scope.spawn(|| {
            while !ends.load(Ordering::Relaxed) {
                sleeps.fetch_add(1, Ordering::Relaxed);
                std::thread::park();
            }
        });
        let mut nanos = 0;
        for wakes in 1..=u64::from(WAKES) {
            while sleeps.load(Ordering::Relaxed) < wakes {
                std::thread::yield_now();
            }
            // It has said that it is about to sleep: let it.
            std::thread::sleep(Duration::from_micros(50));
            let began = Instant::now();
            sleeper.thread().unpark();
            nanos += began.elapsed().as_nanos();
        }
        ends.store(true, Ordering::Relaxed);
        sleeper.thread().unpark();
        nanos as f64 / f64::from(WAKES)
    })
}

/// Two threads hand a turn to and fro.
fn hand_over() -> f64 {
    const TURNS: u64 = 200_000;
    let turn = AtomicU64::new(0);
    let play = |mine: u64| {
        let mut waited = 0_u32;
        loop {
            let now = turn.load(Ordering::Acquire);
            if now >= TURNS {
                return;
            }
            if now % 2 == mine {
                turn.store(now + 1, Ordering::Release);
                waited = 0;
            } else {
                std::hint::spin_loop();
                waited += 1;
                // On a busy machine the other one may not have a core.
                if waited.is_multiple_of(10_000) {
                    std::thread::yield_now();
                }
            }
        }
    };
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| play(1));
        play(0);
    });
    began.elapsed().as_nanos() as f64 / TURNS as f64
}

/// Nanoseconds that a line's share of a call takes.
fn write(target: Target, block: usize) -> Result<f64> {
    let place = target.place()?;
    let mut file = place.create("lines")?;
    let bytes = vec![b'x'; block];
    let calls = WRITTEN / block;
    let began = Instant::now();
    for _ in 0..calls {
        file.write_all(&bytes)?;
    }
    let nanos = began.elapsed().as_nanos() as f64;
    Ok(nanos * LINE as f64 / WRITTEN as f64)
}

/// The same for lines that lie apart, each a piece of a call.
fn write_vectored(target: Target, lines: usize) -> Result<f64> {
    let place = target.place()?;
    let mut file = place.create("lines")?;
    let said: Vec<_> = (0..lines).map(|_| [b'x'; LINE]).collect();
    let pieces: Vec<_> = said.iter().map(|line| IoSlice::new(line)).collect();
    let calls = WRITTEN / (LINE * lines);
    let began = Instant::now();
    for _ in 0..calls {
        let mut pieces = pieces.clone();
        let mut rest = pieces.as_mut_slice();
        while !rest.is_empty() {
            let taken = file.write_vectored(rest)?;
            IoSlice::advance_slices(&mut rest, taken);
        }
    }
    Ok(began.elapsed().as_nanos() as f64 / (calls * lines) as f64)
}

/// The least that an `emit` in causal order comes to, in nanoseconds: the ordered counter, and the
/// copy of a record. The relaxed order does without the counter.
pub(crate) fn emit_floor(is_ordered: bool) -> f64 {
    let copy = Spread::of((0..5).map(|_| memcpy()).collect()).min;
    #[cfg(target_arch = "x86_64")]
    let counter = Spread::of((0..5).map(|_| timer(counter::ordered)).collect()).min;
    #[cfg(not(target_arch = "x86_64"))]
    let counter = 0.0;
    if is_ordered { copy + counter } else { copy }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_write_are_timed() {
        for nanos in [write(Target::Null, 64 << 10), write_vectored(Target::Null, 64)] {
            let nanos = nanos.expect("/dev/null takes all");
            assert!(nanos > 0.0 && nanos < 1e6, "{nanos} ns a line");
        }
    }
}
