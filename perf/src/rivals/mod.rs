//! ringmail and others write the same lines.
//!
//! A round runs every system once, each in a process of its own, on the same lines, in an order
//! that turns from round to round; a ratio is of two runs of the same round, so that what slows the
//! machine slows both. Slow systems get a part of the lines: their rate is as well known from
//! these, and the round stays short.

mod chart;
mod child;
#[cfg(feature = "others")]
mod fast_log;
#[cfg(feature = "others")]
mod log4rs;
mod mutex_buffer;
mod raw_write;
mod report;
mod ringmail;
mod run;
#[cfg(feature = "others")]
mod slog_async;
mod spdlog;
#[cfg(feature = "others")]
mod spdlog_rs;
mod stamp;
mod system;
#[cfg(feature = "others")]
mod tracing_appender;

use std::collections::HashMap;
use std::time::Duration;

use clap::Args;

pub(crate) use self::child::RivalsChild;
use self::report::{Cell, Report, Runs};
use self::run::{Contestant, Run, Task, expectation};
use self::system::{Kind, systems};
use crate::measure::{CALM_CORES, Others};
use crate::results::Saving;
use crate::said::Digest;
use crate::target::Target;
use crate::{Findings, Result};

/// ringmail and others write the same lines, in paired rounds
#[derive(Args, Debug)]
pub(crate) struct Rivals {
    /// How many threads write; may be said several times [default: 1 and 2]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=256))]
    producers: Vec<u64>,
    /// Where the lines go; may be said several times [default: all]
    #[arg(long, value_enum)]
    target: Vec<Target>,
    /// Only systems whose name contains this; may be said several times. ringmail and the ceiling
    /// always take part
    #[arg(long)]
    system: Vec<String>,
    /// Lines of each thread in each round; slow systems get a half or a fifth of them
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    lines: u64,
    /// How often each system is run
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
    /// Lines a second that all threads together say in the paced runs
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1..))]
    rate: u64,
    /// How long a paced run is, in seconds
    #[arg(long, default_value_t = 0.5)]
    paced_seconds: f64,
    /// Under a minute for all: three rounds of 200,000 lines, and short paced runs
    #[arg(long, conflicts_with_all = ["lines", "rounds", "paced_seconds"])]
    quick: bool,
    /// Wait for other programs to be quiet, and repeat a round that they disturbed
    #[arg(long)]
    calm: bool,
    #[command(flatten)]
    saving: Saving,
}

/// How often a calm moment is looked for, and a disturbed round repeated, before it is taken as
/// it is.
const CALM_TRIES: u32 = 100;

/// How long each system runs in one round.
struct Scale {
    lines: u64,
    rounds: u64,
    paced_rounds: u64,
    paced_seconds: f64,
}

impl Rivals {
    pub(crate) fn run(&self) -> Result<Findings> {
        let scale = if self.quick {
            Scale { lines: 200_000, rounds: 3, paced_rounds: 1, paced_seconds: 0.05 }
        } else {
            let (lines, rounds) = (self.lines, self.rounds);
            Scale { lines, rounds, paced_rounds: 3, paced_seconds: self.paced_seconds }
        };
        let mut skipped = Vec::new();
        let mut contestants = Vec::new();
        for system in systems() {
            let wanted = self.system.is_empty()
                || matches!(system.kind, Kind::Ours | Kind::Ceiling)
                || self.system.iter().any(|part| system.name.contains(part));
            if wanted {
                match Contestant::of(system) {
                    Ok(contestant) => contestants.push(contestant),
                    Err((system, reason)) => skipped.push((system.name, reason)),
                }
            }
        }
        let targets = if self.target.is_empty() { &Target::ALL[..] } else { &self.target };
        let producers = if self.producers.is_empty() { &[1, 2][..] } else { &self.producers };
        let mut expectations = Expectations(HashMap::new());
        let mut cells = Vec::new();
        for target in targets {
            for producers in producers {
                let cell = Cell { target: *target, producers: *producers, runs: Vec::new() };
                cells.push(self.cell(cell, &contestants, &scale, &mut expectations)?);
            }
        }
        let report = Report { cells, skipped, rate: self.rate };
        if let Some(lost) = report.lost_of_ours() {
            return Err(lost.into());
        }
        let json = report.json();
        let is_all = self.system.is_empty() && cells_are_all(targets, producers);
        let chart = chart::draw(&report)?;
        let charts = chart.as_deref().map(|svg| ("rivals", svg));
        let saved = self.saving.save("rivals", !self.quick, &json, is_all, charts.as_slice())?;
        Ok(Findings { text: report.text() + &saved, json })
    }

    /// All runs to one target with one number of producers.
    fn cell(
        &self,
        mut cell: Cell,
        contestants: &[Contestant],
        scale: &Scale,
        expectations: &mut Expectations,
    ) -> Result<Cell> {
        cell.runs = contestants
            .iter()
            .map(|one| {
                let lines = (scale.lines / one.system.part).max(1);
                Runs { system: one.system.name, kind: one.system.kind, lines, ..Runs::default() }
            })
            .collect();
        let mut tries = if self.calm { CALM_TRIES } else { 0 };
        for round in 0..scale.rounds {
            let found = calm(&mut tries, || {
                in_turn(round, contestants, |one| {
                    let lines = (scale.lines / one.system.part).max(1);
                    let expected = expectations.of(cell.producers, lines);
                    one.run(cell.target, &cell.task(lines, None)?, expected).map(Some)
                })
            })?;
            cell.runs.iter_mut().zip(found).for_each(|(runs, run)| runs.saturated.extend(run));
        }
        let interval = Duration::from_secs_f64(cell.producers as f64 / self.rate as f64);
        let lines = scale.paced_seconds * self.rate as f64 / cell.producers as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let lines = (lines as u64).max(1);
        for round in 0..scale.paced_rounds {
            let found = calm(&mut tries, || {
                in_turn(round, contestants, |one| {
                    if one.system.kind == Kind::Ceiling {
                        return Ok(None);
                    }
                    let expected = expectations.of(cell.producers, lines);
                    one.run(cell.target, &cell.task(lines, Some(interval))?, expected).map(Some)
                })
            })?;
            cell.runs.iter_mut().zip(found).for_each(|(runs, run)| runs.paced.extend(run));
        }
        Ok(cell)
    }
}

fn cells_are_all(targets: &[Target], producers: &[u64]) -> bool {
    Target::ALL.iter().all(|target| targets.contains(target))
        && [1, 2].iter().all(|count| producers.contains(count))
}

impl Cell {
    fn task(&self, lines: u64, interval: Option<Duration>) -> Result<Task> {
        Ok(Task { place: self.target.place()?, producers: self.producers, lines, interval })
    }
}

/// What the lines of all producers come to; many runs say the same.
struct Expectations(HashMap<(u64, u64), Digest>);

impl Expectations {
    fn of(&mut self, producers: u64, lines: u64) -> Digest {
        *self.0.entry((producers, lines)).or_insert_with(|| expectation(producers, lines))
    }
}

/// Runs each system once, in an order that turns from round to round.
fn in_turn(
    round: u64,
    contestants: &[Contestant],
    mut run: impl FnMut(&Contestant) -> Result<Option<Run>>,
) -> Result<Vec<Option<Run>>> {
    let mut runs: Vec<_> = contestants.iter().map(|one| (one, None)).collect();
    let mut order: Vec<_> = runs.iter_mut().collect();
    if round % 2 == 1 {
        order.reverse();
    }
    for (contestant, slot) in order {
        *slot = run(contestant)?;
    }
    Ok(runs.into_iter().map(|(_, run)| run).collect())
}

/// Repeats a round until nobody disturbed it, as long as there are tries left.
fn calm(
    tries: &mut u32,
    mut round: impl FnMut() -> Result<Vec<Option<Run>>>,
) -> Result<Vec<Option<Run>>> {
    loop {
        while *tries > 0 && !Others::are_calm() {
            *tries -= 1;
        }
        let runs = round()?;
        if *tries == 0 || runs.iter().flatten().all(|run| run.others < CALM_CORES) {
            return Ok(runs);
        }
        *tries -= 1;
    }
}
