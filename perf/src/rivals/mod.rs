//! ringmail and others write the same lines.
//!
//! A round runs every system once, on the same lines, in an order that turns from round to round;
//! a ratio is of two runs of the same round, so that what slows the machine slows both.

mod mutex_buffer;
mod ringmail;

use std::sync::Barrier;
use std::time::{Duration, Instant};

use ::ringmail::Order;
use ::ringmail::event::Recipient;
use clap::Args;
use hdrhistogram::Histogram;
use serde_json::{Value, json};

use crate::measure::{Others, Spread, cpu_seconds, histogram};
use crate::said::{Digest, Script};
use crate::table::table;
use crate::target::{Place, Target};
use crate::{Findings, Result};

/// A way to get lines from several threads into a file.
pub(crate) trait Rival {
    fn name(&self) -> &'static str;

    /// Makes ready to write into a place.
    fn start(&self, place: &Place) -> Result<Box<dyn Running>>;
}

/// A rival at work. Dropping it ends it.
pub(crate) trait Running {
    /// One producer's part, to be run on a thread of its own.
    fn worker(&self) -> Result<Work>;

    /// Returns when the kernel has the last byte.
    fn flush(&self) -> Result<()>;

    /// How many lines it says it has written, where it counts them.
    fn written(&self) -> Option<u64> {
        None
    }
}

/// Says a share, most often by [`drive`].
pub(crate) type Work = Box<dyn FnOnce(&Share<'_>) -> Histogram<u64> + Send>;

/// What one producer has to say.
pub(crate) struct Share<'s> {
    script: &'s Script,
    lines: u64,
}

/// One call of so many is timed: timing takes as long as what it times.
const TIMED: u64 = 8;

/// Says a share, and tells how long the callers waited, the timer included.
#[inline]
pub(crate) fn drive(share: &Share<'_>, mut say: impl FnMut(&Recipient<'_>)) -> Histogram<u64> {
    let mut latency = histogram();
    for number in 0..share.lines {
        let event = share.script.event(number);
        if number % TIMED == 0 {
            let began = Instant::now();
            say(&event);
            let nanos = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
            latency.saturating_record(nanos);
        } else {
            say(&event);
        }
    }
    latency
}

#[derive(Args, Debug)]
pub(crate) struct Rivals {
    /// How many threads write
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=256))]
    producers: u64,
    /// Lines of each thread in each round
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    lines: u64,
    /// How often each system is run
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
    /// Where the lines go
    #[arg(long, value_enum, default_value_t = Target::Disk)]
    target: Target,
    /// Three rounds of 200,000 lines
    #[arg(long, conflicts_with_all = ["lines", "rounds"])]
    quick: bool,
    /// Wait for other programs to be quiet, and repeat a round that they disturbed
    #[arg(long)]
    calm: bool,
}

/// Cores that other programs may take of a calm machine.
const CALM_CORES: f64 = 0.15;

/// How often a calm moment is looked for, and a disturbed round repeated, before it is taken as
/// it is.
const CALM_TRIES: u32 = 100;

/// What one run of one system came to.
struct Run {
    lines_per_second: f64,
    cpu_seconds_per_million_lines: f64,
    latency: Histogram<u64>,
    lost: u64,
    /// Cores that other programs took meanwhile.
    others: f64,
}

/// All runs of one system.
struct Runs {
    system: &'static str,
    runs: Vec<Run>,
}

impl Rivals {
    pub(crate) fn run(&self) -> Result<Findings> {
        let (rounds, lines) = if self.quick { (3, 200_000) } else { (self.rounds, self.lines) };
        let rivals: [Box<dyn Rival>; 4] = [
            Box::new(ringmail::Ringmail(Order::Causal)),
            Box::new(ringmail::Ringmail(Order::Relaxed)),
            Box::new(mutex_buffer::MutexBuffer { formats_inside: true }),
            Box::new(mutex_buffer::MutexBuffer { formats_inside: false }),
        ];
        let scripts: Vec<_> =
            (0..self.producers).map(|number| Script::new(number, self.producers)).collect();
        let mut expected = Digest::default();
        for script in &scripts {
            expected.merge(Digest::of_script(script, lines));
        }
        let mut all: Vec<_> =
            rivals.iter().map(|rival| Runs { system: rival.name(), runs: Vec::new() }).collect();
        let mut tries = if self.calm { CALM_TRIES } else { 0 };
        for round in 0..rounds {
            loop {
                while tries > 0 && !is_calm() {
                    tries -= 1;
                }
                let runs = self.round(round, &rivals, &scripts, lines, expected)?;
                let was_calm = runs.iter().all(|run| run.others < CALM_CORES);
                if was_calm || tries == 0 {
                    all.iter_mut().zip(runs).for_each(|(all, run)| all.runs.push(run));
                    break;
                }
                tries -= 1;
            }
        }
        Ok(Findings { text: self.text(&all, expected), json: self.json(&all) })
    }

    /// Runs each system once, in an order that turns from round to round.
    fn round(
        &self,
        round: u64,
        rivals: &[Box<dyn Rival>],
        scripts: &[Script],
        lines: u64,
        expected: Digest,
    ) -> Result<Vec<Run>> {
        let mut runs: Vec<_> = rivals.iter().map(|rival| (rival, None)).collect();
        let mut order: Vec<_> = runs.iter_mut().collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for (rival, run) in order {
            *run = Some(self.once(rival.as_ref(), scripts, lines, expected)?);
        }
        Ok(runs.into_iter().filter_map(|(_, run)| run).collect())
    }

    /// Runs a system, and checks what it wrote.
    fn once(
        &self,
        rival: &dyn Rival,
        scripts: &[Script],
        lines: u64,
        expected: Digest,
    ) -> Result<Run> {
        let place = self.target.place()?;
        let running = rival.start(&place)?;
        let works = scripts.iter().map(|_| running.worker()).collect::<Result<Vec<_>>>()?;
        let ready = Barrier::new(scripts.len() + 1);
        let others = Others::watch();
        let (began, before, latencies) = std::thread::scope(|scope| {
            let threads: Vec<_> = works
                .into_iter()
                .zip(scripts)
                .map(|(work, script)| {
                    let ready = &ready;
                    scope.spawn(move || {
                        ready.wait();
                        work(&Share { script, lines })
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
        let others = others.cores();
        let told = running.written();
        drop(running);

        let mut latency = histogram();
        for one in latencies {
            latency.add(one.map_err(|_| format!("{}: a producer panicked", rival.name()))?)?;
        }
        let total = expected.lines;
        let lost = match written(&place)? {
            Some(found) if found.lines == total && found != expected => {
                return Err(format!("{}: lines that nobody said", rival.name()).into());
            }
            Some(found) => total.abs_diff(found.lines),
            None => total - told.unwrap_or(total),
        };
        Ok(Run {
            lines_per_second: total as f64 / seconds,
            cpu_seconds_per_million_lines: cpu * 1e6 / total as f64,
            latency,
            lost,
            others,
        })
    }

    fn json(&self, all: &[Runs]) -> Value {
        let rows: Vec<_> = all.iter().map(|runs| runs.json(self)).collect();
        let ratios: Vec<_> = ratios(all)
            .map(|(of, to, ratio)| json!({ "of": of, "to": to, "throughput": ratio.json() }))
            .collect();
        json!({ "rows": rows, "ratios": ratios })
    }

    fn text(&self, all: &[Runs], expected: Digest) -> String {
        let heading = [
            "system", "lines/s", "min", "max", "p50 ns", "p99", "p99.9", "max", "CPU s/M", "lost",
            "others",
        ];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        for runs in all {
            let speed = runs.speed();
            let latency = runs.latency();
            let mut row = vec![runs.system.to_owned()];
            row.extend([speed.median, speed.min, speed.max].map(|figure| format!("{figure:.0}")));
            row.extend([0.5, 0.99, 0.999].map(|q| latency.value_at_quantile(q).to_string()));
            row.push(latency.max().to_string());
            row.push(format!("{:.3}", runs.cpu().median));
            row.push(runs.lost().to_string());
            row.push(format!("{:.2}", runs.others()));
            rows.push(row);
        }
        let mut text = format!(
            "{} producers, {} lines of {:.1} bytes a round, {} rounds, {}\n",
            self.producers,
            expected.lines,
            expected.bytes as f64 / expected.lines.max(1) as f64,
            all.first().map_or(0, |runs| runs.runs.len()),
            self.target.name(),
        );
        text += &table(&rows);
        for (of, to, Spread { median, min, max }) in ratios(all) {
            text += &format!("{of} / {to}: {median:.2} ({min:.2} to {max:.2})\n");
        }
        text
    }
}

impl Runs {
    fn speed(&self) -> Spread {
        Spread::of(self.runs.iter().map(|run| run.lines_per_second).collect())
    }

    fn cpu(&self) -> Spread {
        Spread::of(self.runs.iter().map(|run| run.cpu_seconds_per_million_lines).collect())
    }

    /// Cores that other programs took, in the middle of the runs.
    fn others(&self) -> f64 {
        Spread::of(self.runs.iter().map(|run| run.others).collect()).median
    }

    fn lost(&self) -> u64 {
        self.runs.iter().map(|run| run.lost).sum()
    }

    /// Of all rounds together.
    fn latency(&self) -> Histogram<u64> {
        let mut all = histogram();
        for run in &self.runs {
            all.add(&run.latency).expect("the bounds are the same");
        }
        all
    }

    fn json(&self, options: &Rivals) -> Value {
        let latency = self.latency();
        json!({
            "system": self.system,
            "target": options.target.name(),
            "producers": options.producers,
            "lines_per_second": self.speed().json(),
            "caller_ns": {
                "p50": latency.value_at_quantile(0.5),
                "p99": latency.value_at_quantile(0.99),
                "p999": latency.value_at_quantile(0.999),
                "max": latency.max(),
            },
            "cpu_seconds_per_million_lines": self.cpu().median,
            "lost": self.lost(),
            "cores_of_others": self.others(),
        })
    }
}

/// What each ringmail's throughput is of each other system's, in the same rounds.
fn ratios(all: &[Runs]) -> impl Iterator<Item = (&'static str, &'static str, Spread)> {
    let is_ours = |runs: &&Runs| runs.system.starts_with("ringmail");
    all.iter().filter(is_ours).flat_map(move |ours| {
        all.iter().filter(move |runs| !is_ours(runs)).map(|theirs| {
            let pairs = ours.runs.iter().zip(&theirs.runs);
            let ratios =
                pairs.map(|(our, their)| our.lines_per_second / their.lines_per_second).collect();
            (ours.system, theirs.system, Spread::of(ratios))
        })
    })
}

/// Whether other programs leave the machine alone at the moment.
fn is_calm() -> bool {
    let others = Others::watch();
    std::thread::sleep(Duration::from_millis(200));
    others.cores() < CALM_CORES
}

/// What stands in the files of a place, whatever their directories; none for /dev/null.
fn written(place: &Place) -> Result<Option<Digest>> {
    let Some(dir) = place.dir() else { return Ok(None) };
    let mut digest = Digest::default();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            let file_type = entry.file_type()?;
            if file_type.is_dir() {
                dirs.push(entry.path());
            } else if file_type.is_file() {
                digest.merge(Digest::of_file(&std::fs::read(entry.path())?));
            }
        }
    }
    Ok(Some(digest))
}
