//! How the cost grows with workers, and with subscriptions.

use std::io::Write as _;
use std::sync::Barrier;
use std::time::Instant;

use ringmail::{Engine, File, LogType, Order, Rollover, Subscription};
use serde_json::{Value, json};

use crate::Result;
use crate::measure::{Spread, cpu_seconds};
use crate::said::Script;
use crate::table::table;
use crate::target::Target;

const WORKERS: [u64; 6] = [1, 2, 4, 8, 16, 32];
const SUBSCRIPTIONS: [usize; 5] = [1, 2, 4, 8, 16];

/// The number of workers that others are compared with, and the workers of each subscription's run.
const USUAL: u64 = 2;

/// What was found for one number of workers, or of subscriptions.
pub(super) struct Step {
    pub(super) count: u64,
    pub(super) lines_per_second: Spread,
    pub(super) cpu: Spread,
    /// Of the throughput with the usual number, in the same rounds.
    pub(super) ratio: Spread,
    /// Of `write(2)` of the same bytes, in the same rounds.
    pub(super) percent_of_write: Spread,
}

pub(super) struct Scaling {
    pub(super) workers: Vec<Step>,
    pub(super) subscriptions: Vec<Step>,
}

/// One run: lines a second that reached the kernel, and processor time.
struct Run {
    lines_per_second: f64,
    cpu: f64,
    percent: f64,
}

impl Scaling {
    /// So many rounds of so many lines; a round takes every step once.
    pub(super) fn measure(rounds: u64, lines: u64) -> Result<Self> {
        let subscriptions = SUBSCRIPTIONS.map(|count| count as u64);
        let workers = steps(&WORKERS, USUAL, rounds, |workers| once(workers, 1, lines))?;
        let subscriptions = steps(&subscriptions, 1, rounds, |count| {
            // As many bytes in any case: a line goes into each file.
            once(USUAL, count, (lines / count).max(USUAL))
        })?;
        Ok(Self { workers, subscriptions })
    }

    pub(super) fn json(&self) -> Value {
        let all = |steps: &[Step], name: &str| {
            let step = |step: &Step| {
                json!({
                    name: step.count,
                    "lines_per_second": step.lines_per_second.json(),
                    "cpu_seconds_per_million_lines": step.cpu.median,
                    "ratio": step.ratio.json(),
                    "percent_of_write": step.percent_of_write.json(),
                })
            };
            steps.iter().map(step).collect::<Vec<_>>()
        };
        json!({
            "workers": all(&self.workers, "workers"),
            "subscriptions": all(&self.subscriptions, "subscriptions"),
        })
    }

    pub(super) fn text(&self) -> String {
        let all = |steps: &[Step], name: &str, of: &str| {
            let heading = [name, "lines/s", "min", "max", "% write", "CPU s/M", of, "min", "max"];
            let mut rows = vec![heading.map(str::to_owned).to_vec()];
            for step in steps {
                let Spread { median, min, max } = step.lines_per_second;
                let mut row = vec![step.count.to_string()];
                row.extend([median, min, max].map(|figure| format!("{figure:.0}")));
                row.push(format!("{:.1}", step.percent_of_write.median));
                row.push(format!("{:.3}", step.cpu.median));
                let Spread { median, min, max } = step.ratio;
                row.extend([median, min, max].map(|figure| format!("{figure:.2}")));
                rows.push(row);
            }
            table(&rows)
        };
        let workers = all(&self.workers, "workers", "to 2");
        workers + "\n" + &all(&self.subscriptions, "subscriptions", "to 1")
    }
}

/// Paired rounds of all steps, in an order that turns.
fn steps(
    counts: &[u64],
    usual: u64,
    rounds: u64,
    run: impl Fn(u64) -> Result<Run>,
) -> Result<Vec<Step>> {
    let mut all: Vec<(u64, Vec<Run>)> = counts.iter().map(|count| (*count, Vec::new())).collect();
    for round in 0..rounds {
        let mut order: Vec<_> = all.iter_mut().collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for (count, runs) in order {
            runs.push(run(*count)?);
        }
    }
    let of = |runs: &[Run], figure: fn(&Run) -> f64| runs.iter().map(figure).collect::<Vec<_>>();
    let usual = all.iter().find(|(count, _)| *count == usual);
    let usual = usual.map(|(_, runs)| of(runs, |run| run.lines_per_second)).unwrap_or_default();
    Ok(all
        .iter()
        .map(|(count, runs)| {
            let speeds = of(runs, |run| run.lines_per_second);
            let ratio = speeds.iter().zip(&usual).map(|(speed, usual)| speed / usual).collect();
            Step {
                count: *count,
                ratio: Spread::of(ratio),
                lines_per_second: Spread::of(speeds),
                cpu: Spread::of(of(runs, |run| run.cpu)),
                percent_of_write: Spread::of(of(runs, |run| run.percent)),
            }
        })
        .collect())
}

/// So many events by so many workers into so many files. Lines are counted in all files.
fn once(workers: u64, subscriptions: u64, events: u64) -> Result<Run> {
    let place = Target::Disk.place()?;
    let dir = place.dir().ok_or("no directory")?;
    let mut builder = Engine::builder().order(Order::Causal).time_zone("UTC");
    for number in 0..subscriptions {
        let name = format!("mail_logs{number}");
        let mail = Subscription::new(name, LogType::TextMail).rollover(Rollover::never());
        builder = builder.subscribe(mail.sink(File::in_dir(dir)));
    }
    let (engine, guard) = builder.start()?;
    let mut producers = Vec::new();
    for script in Script::all(workers) {
        producers.push((engine.producer()?, script));
    }
    let share = events / workers;
    let ready = Barrier::new(producers.len() + 1);
    let (began, before) = std::thread::scope(|scope| {
        for (mut producer, script) in producers {
            let ready = &ready;
            scope.spawn(move || {
                ready.wait();
                for number in 0..share {
                    // What is shed is missed in the account.
                    let _shed = producer.emit(&script.event(number));
                }
            });
        }
        let before = cpu_seconds();
        let began = Instant::now();
        ready.wait();
        (began, before)
    });
    engine.flush();
    let seconds = began.elapsed().as_secs_f64();
    let cpu = cpu_seconds() - before;
    let ledger = engine.ledger();
    ledger.check()?;
    let lines = share * workers * subscriptions;
    let written: u64 = ledger.subscriptions.iter().map(|account| account.written).sum();
    if written != lines {
        return Err(format!("{written} of {lines} lines were written").into());
    }
    drop(guard);
    drop(engine);
    let lines_per_second = lines as f64 / seconds;
    let percent = 100.0 * lines_per_second * raw_seconds_per_line(lines)?;
    Ok(Run { lines_per_second, cpu: cpu * 1e6 / lines as f64, percent })
}

/// What `write(2)` of the same bytes takes, in large blocks into one file.
fn raw_seconds_per_line(lines: u64) -> Result<f64> {
    const BLOCK_LINES: u64 = 1394;
    let place = Target::Disk.place()?;
    let mut file = place.create("lines")?;
    let block = Script::new(0, 1).text(BLOCK_LINES).into_bytes();
    let blocks = (lines / BLOCK_LINES).max(1);
    let began = Instant::now();
    for _ in 0..blocks {
        file.write_all(&block)?;
    }
    Ok(began.elapsed().as_secs_f64() / (blocks * BLOCK_LINES) as f64)
}
