//! A fixed rate for a long time: latency, lag and memory, with a sink that stalls in the middle;
//! then how the cost grows with workers and with subscriptions.

mod chart;
mod offer;
mod scale;
mod watched;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use hdrhistogram::Histogram;
use ringmail::{Engine, File, LogType, Order, Rollover, Subscription};
use serde_json::{Value, json};

use self::offer::{Offer, Offered};
use self::scale::Scaling;
use self::watched::{Schedule, Watch, Watched};
use crate::measure::{Others, cpu_seconds, percentiles, resident_bytes};
use crate::results::Saving;
use crate::said::Script;
use crate::table::table;
use crate::target::{Place, Target};
use crate::{Findings, Result};

/// A fixed rate for a long time, with a sink that stalls in the middle; then 1 to 32 workers and 1
/// to 16 subscriptions
#[derive(Args, Debug)]
pub(crate) struct Sustained {
    /// How long, in seconds; with less than 30, less is measured of workers and subscriptions, and
    /// nothing is kept unless it is asked for
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(2..=3600))]
    seconds: u64,
    /// Lines a second, of all workers together
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    rate: u64,
    /// How many threads say them
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=64))]
    workers: u64,
    /// How long the sink stalls in the middle, in milliseconds; 0: not at all
    #[arg(long, default_value_t = 500)]
    stall_ms: u64,
    /// Leave out workers and subscriptions
    #[arg(long)]
    no_scaling: bool,
    #[command(flatten)]
    saving: Saving,
}

/// Files are this large, and two are kept: what is measured is not how much the disk can hold.
const FILE_BYTES: u64 = 256 << 20;

/// What was seen of one second.
pub(crate) struct Second {
    at: u64,
    p50: u64,
    p99: u64,
    p999: u64,
    max: u64,
    lag_p50: u64,
    lag_max: u64,
    memory: u64,
}

/// What the whole time came to.
struct Found {
    seconds: Vec<Second>,
    /// Of all seconds; of those that the stall did not touch.
    latency: Histogram<u64>,
    calm_latency: Histogram<u64>,
    lag: Histogram<u64>,
    said: u64,
    lost: u64,
    cpu: f64,
    /// Cores that other programs took meanwhile.
    others: f64,
}

impl Sustained {
    pub(crate) fn run(&self) -> Result<Findings> {
        let place = Target::Disk.place()?;
        let others = Others::watch();
        let found = self.sustain(&place)?;
        let found = Found { others: others.cores(), ..found };
        drop(place);
        found.check()?;
        let is_long = self.seconds >= 30;
        let (rounds, lines) = if is_long { (5, 4_000_000) } else { (3, 400_000) };
        let scaling = if self.no_scaling { None } else { Some(Scaling::measure(rounds, lines)?) };
        let mut json = self.json(&found);
        let mut text = self.text(&found);
        let mut charts = Vec::new();
        charts.extend(chart::over_time(&found.seconds, self.rate)?.map(|svg| ("sustained", svg)));
        if let Some(scaling) = &scaling {
            text += &format!("\n{}", scaling.text());
            if let Some(fields) = json.as_object_mut() {
                fields.insert("scaling".to_owned(), scaling.json());
            }
            charts.extend(chart::scaling(scaling)?.map(|svg| ("scaling", svg)));
        }
        let charts: Vec<_> = charts.iter().map(|(name, svg)| (*name, svg.as_str())).collect();
        let is_complete = is_long && scaling.is_some();
        text += &self.saving.save("sustained", is_long, &json, is_complete, &charts)?;
        Ok(Findings { text, json })
    }

    fn sustain(&self, place: &Place) -> Result<Found> {
        let dir = place.dir().ok_or("no directory")?;
        // Time enough for the threads to be there.
        let schedule = Schedule {
            began: Instant::now() + Duration::from_millis(100),
            interval: 1e9 / self.rate as f64,
        };
        let watch = Arc::new(Watch::new(schedule));
        let mail = Subscription::new("mail_logs", LogType::TextMail)
            .rollover(Rollover::at_bytes(FILE_BYTES)?)
            .keep_files(2)
            .sink(Watched::new(File::in_dir(dir), Arc::clone(&watch)));
        let (engine, guard) =
            Engine::builder().order(Order::Causal).time_zone("UTC").subscribe(mail).start()?;
        let mut offers = Vec::new();
        for (script, worker) in Script::all(self.workers).into_iter().zip(0..) {
            let seconds = usize::try_from(self.seconds)?;
            let offer = Offer { script, worker, workers: self.workers, schedule, seconds };
            let room = offer.room();
            offers.push((offer, engine.producer()?, room));
        }
        let before = cpu_seconds();
        let (offered, seen) = thread::scope(|scope| {
            let threads: Vec<_> = offers
                .into_iter()
                .map(|(offer, producer, room)| scope.spawn(move || offer.run(producer, room)))
                .collect();
            let seen = self.watch(&watch);
            let offered: Vec<_> = threads.into_iter().map(|thread| thread.join()).collect();
            (offered, seen)
        });
        engine.flush();
        let cpu = cpu_seconds() - before;
        engine.ledger().check()?;
        drop(guard);
        let offered = offered
            .into_iter()
            .map(|one| one.map_err(|_| "a worker panicked"))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(self.found(&offered, &watch, seen, cpu))
    }

    /// Looks once a second, and stalls the sink in the middle. Memory, and lag.
    fn watch(&self, watch: &Watch) -> Vec<(u64, u64, u64)> {
        let stalls_at = Duration::from_secs(self.seconds / 2);
        let began = watch.schedule.began;
        let mut seen = Vec::new();
        for second in 0..self.seconds {
            let end = Duration::from_secs(second + 1);
            if self.stall_ms > 0 && stalls_at == Duration::from_secs(second) {
                thread::sleep((began + stalls_at).saturating_duration_since(Instant::now()));
                watch.open(false);
                thread::sleep(Duration::from_millis(self.stall_ms));
                watch.open(true);
            }
            thread::sleep((began + end).saturating_duration_since(Instant::now()));
            let (max, median) = watch.look();
            seen.push((resident_bytes(), median, max));
        }
        seen
    }

    fn found(
        &self,
        offered: &[Offered],
        watch: &Watch,
        seen: Vec<(u64, u64, u64)>,
        cpu: f64,
    ) -> Found {
        let said: u64 = offered.iter().map(|one| one.said).sum();
        let shed: u64 = offered.iter().map(|one| one.shed).sum();
        let written = watch.lines.load(Ordering::Relaxed);
        let stalls_at = self.seconds / 2;
        // What it takes to catch up again counts, too.
        let stall = stalls_at..=stalls_at + 1 + self.stall_ms.div_ceil(1000);
        let (mut latency, mut calm_latency) = (coarse_histogram(), coarse_histogram());
        let mut seconds = Vec::new();
        for ((memory, lag_p50, lag_max), at) in seen.into_iter().zip(0..) {
            let mut of_second = coarse_histogram();
            for one in offered {
                if let Some(part) = usize::try_from(at).ok().and_then(|at| one.latencies.get(at)) {
                    of_second.add(part).expect("the bounds are the same");
                }
            }
            latency.add(&of_second).expect("the bounds are the same");
            if self.stall_ms == 0 || !stall.contains(&at) {
                calm_latency.add(&of_second).expect("the bounds are the same");
            }
            let of = |quantile| of_second.value_at_quantile(quantile);
            let (p50, p99, p999, max) = (of(0.5), of(0.99), of(0.999), of_second.max());
            seconds.push(Second { at, p50, p99, p999, max, lag_p50, lag_max, memory });
        }
        let lost = shed + (said - shed).abs_diff(written);
        let lag = watch.lag();
        Found { seconds, latency, calm_latency, lag, said, lost, cpu, others: 0.0 }
    }

    fn json(&self, found: &Found) -> Value {
        let (first, last, most) = found.memory();
        let seconds: Vec<_> = found
            .seconds
            .iter()
            .map(|second| {
                json!({
                    "second": second.at,
                    "emit_ns": {
                        "p50": second.p50, "p99": second.p99, "p999": second.p999,
                        "max": second.max,
                    },
                    "lag_ns": { "p50": second.lag_p50, "max": second.lag_max },
                    "memory_bytes": second.memory,
                })
            })
            .collect();
        json!({
            "seconds": self.seconds,
            "lines_per_second": self.rate,
            "workers": self.workers,
            "stall_ms": self.stall_ms,
            "lines": found.said,
            "lost": found.lost,
            "emit_ns": percentiles(&found.latency),
            "emit_ns_but_for_the_stall": percentiles(&found.calm_latency),
            "lag_ns": percentiles(&found.lag),
            "cpu_seconds": found.cpu,
            "cores_of_others": found.others,
            "memory_bytes": { "first": first, "last": last, "max": most },
            "over_time": seconds,
        })
    }

    fn text(&self, found: &Found) -> String {
        let heading = ["ns", "p50", "p99", "p99.9", "max"];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        for (name, latency) in [
            ("emit, from its intended time", &found.latency),
            ("the same but for the stall", &found.calm_latency),
            ("until the kernel has it", &found.lag),
        ] {
            let mut row = vec![name.to_owned()];
            row.extend([0.5, 0.99, 0.999].map(|q| latency.value_at_quantile(q).to_string()));
            row.push(latency.max().to_string());
            rows.push(row);
        }
        let (first, last, most) = found.memory();
        let [first, last, most] = [first, last, most].map(|bytes| bytes as f64 / 1e6);
        format!(
            "{} lines/s by {} workers for {} s, the sink stalls for {} ms: {} lines, {} lost\n{}\
             memory: {first:.1} MB in the first second, {last:.1} in the last, {most:.1} at most\n\
             others took {:.2} cores\n",
            self.rate,
            self.workers,
            self.seconds,
            self.stall_ms,
            found.said,
            found.lost,
            table(&rows),
            found.others,
        )
    }
}

/// So much may memory grow from the first second on before it is taken for a leak.
const GROWTH_BYTES: u64 = 8 << 20;

impl Found {
    /// Nothing may be lost, and memory may not grow.
    fn check(&self) -> Result<()> {
        if self.lost > 0 {
            return Err(format!("{} of {} lines were lost", self.lost, self.said).into());
        }
        let (first, _, most) = self.memory();
        if most > first + GROWTH_BYTES {
            return Err(format!("memory grew from {first} to {most} bytes").into());
        }
        Ok(())
    }

    /// In the first second, in the last, and at most.
    fn memory(&self) -> (u64, u64, u64) {
        let of = |second: Option<&Second>| second.map_or(0, |second| second.memory);
        let most = self.seconds.iter().map(|second| second.memory).max().unwrap_or(0);
        (of(self.seconds.first()), of(self.seconds.last()), most)
    }
}

/// Nanoseconds up to a minute, to two digits: small, as there is one for each second.
fn coarse_histogram() -> Histogram<u64> {
    let made = Histogram::new_with_bounds(1, 60_000_000_000, 2);
    made.expect("the bounds and the digits are in range")
}
