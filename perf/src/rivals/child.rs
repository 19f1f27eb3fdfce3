//! One run of one system, in a process of its own: its memory is its own, and so is a global logger.

use std::path::PathBuf;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;

use super::system::{Share, Start, systems};
use crate::measure::{bytes_to_kernel, cpu_seconds, histogram, peak_bytes, steps, timer_floor};
use crate::said::Script;
use crate::target::Place;
use crate::{Findings, Result};

/// One run of one system, for `rivals` to start
#[derive(Args, Debug)]
pub(crate) struct RivalsChild {
    #[arg(long)]
    pub(super) system: String,
    /// /dev/null without it
    #[arg(long)]
    pub(super) dir: Option<PathBuf>,
    #[arg(long)]
    pub(super) producers: u64,
    #[arg(long)]
    pub(super) lines: u64,
    #[arg(long, default_value_t = 0)]
    pub(super) interval_ns: u64,
}

impl RivalsChild {
    pub(crate) fn run(&self) -> Result<Findings> {
        let systems = systems();
        let system = systems.iter().find(|system| system.name == self.system);
        let Some(Start::Here(start)) = system.map(|system| system.start) else {
            return Err(format!("no such system: {}", self.system).into());
        };
        let place = self.dir.clone().map_or_else(Place::null, Place::in_dir);
        let floor = timer_floor();
        let running = start(&place)?;
        let interval = Some(Duration::from_nanos(self.interval_ns)).filter(|time| !time.is_zero());
        let shares: Vec<_> = Script::all(self.producers)
            .into_iter()
            .map(|script| Share { script, lines: self.lines, interval })
            .collect();
        let works = shares.iter().map(|share| running.worker(share)).collect::<Result<Vec<_>>>()?;
        let ready = Barrier::new(shares.len() + 1);
        let bytes_before = bytes_to_kernel();
        let (began, before, latencies) = std::thread::scope(|scope| {
            let threads: Vec<_> = works
                .into_iter()
                .zip(&shares)
                .map(|(work, share)| {
                    let ready = &ready;
                    scope.spawn(move || {
                        ready.wait();
                        work(share)
                    })
                })
                .collect();
            let before = cpu_seconds();
            let began = Instant::now();
            ready.wait();
            let latencies: Vec<_> = threads.into_iter().map(|thread| thread.join()).collect();
            (began, before, latencies)
        });
        running.flush()?;
        let seconds = began.elapsed().as_secs_f64();
        let cpu = cpu_seconds() - before;
        // Before the system ends: what it still writes then has come too late.
        let bytes = bytes_to_kernel().zip(bytes_before).map(|(now, before)| now - before);
        running.check()?;
        drop(running);

        let mut latency = histogram();
        for one in latencies {
            latency.add(one.map_err(|_| format!("{}: a producer panicked", self.system))?)?;
        }
        let json = json!({
            "seconds": seconds,
            "cpu_seconds": cpu,
            "bytes": bytes,
            "peak_bytes": peak_bytes(),
            "timer_ns": floor,
            "latency": steps(&latency),
        });
        Ok(Findings { text: json.to_string(), json })
    }
}
