//! What the rounds came to, for people and for programs.

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use super::run::Run;
use super::system::Kind;
use crate::measure::{Spread, histogram, percentiles};
use crate::table::table;
use crate::target::Target;

pub(super) struct Report {
    pub(super) cells: Vec<Cell>,
    /// Systems that could not be run, and why.
    pub(super) skipped: Vec<(&'static str, String)>,
    /// Lines a second of the paced runs.
    pub(super) rate: u64,
}

/// All runs to one target with one number of producers.
pub(super) struct Cell {
    pub(super) target: Target,
    pub(super) producers: u64,
    pub(super) runs: Vec<Runs>,
}

/// All runs of one system in a cell.
pub(super) struct Runs {
    pub(super) system: &'static str,
    pub(super) kind: Kind,
    /// Of each producer in each saturated run.
    pub(super) lines: u64,
    pub(super) saturated: Vec<Run>,
    pub(super) paced: Vec<Run>,
}

impl Default for Runs {
    fn default() -> Self {
        let (saturated, paced) = (Vec::new(), Vec::new());
        Self { system: "", kind: Kind::Direct, lines: 0, saturated, paced }
    }
}

impl Report {
    /// Says so if ringmail lost anything: then no other figure counts.
    pub(super) fn lost_of_ours(&self) -> Option<String> {
        self.cells.iter().find_map(|cell| {
            let is_lossy = |runs: &&Runs| runs.kind == Kind::Ours && runs.lost() > 0;
            let runs = cell.runs.iter().find(is_lossy)?;
            let (lost, system, target) = (runs.lost(), runs.system, cell.target.name());
            Some(format!("{system} lost {lost} lines to {target}"))
        })
    }

    pub(super) fn json(&self) -> Value {
        let mut rows = Vec::new();
        let mut ceilings = Vec::new();
        let mut ratios = Vec::new();
        for cell in &self.cells {
            let (target, producers) = (cell.target.name(), cell.producers);
            for runs in &cell.runs {
                if runs.kind == Kind::Ceiling {
                    ceilings.push(json!({
                        "ceiling": runs.system,
                        "target": target,
                        "producers": producers,
                        "lines_per_second": runs.speed().json(),
                        "cpu_seconds_per_million_lines": runs.cpu().median,
                    }));
                } else {
                    rows.push(self.row(cell, runs));
                }
            }
            for (of, to, ratio) in cell.ratios() {
                ratios.push(json!({
                    "of": of,
                    "to": to,
                    "target": target,
                    "producers": producers,
                    "throughput": ratio.json(),
                }));
            }
        }
        let skipped = self
            .skipped
            .iter()
            .map(|(system, reason)| json!({ "system": system, "reason": reason }))
            .collect::<Vec<_>>();
        json!({ "rows": rows, "ratios": ratios, "ceilings": ceilings, "skipped": skipped })
    }

    fn row(&self, cell: &Cell, runs: &Runs) -> Value {
        let mut caller = percentiles(&merged(&runs.saturated));
        if let Some(fields) = caller.as_object_mut() {
            let mut paced = percentiles(&merged(&runs.paced));
            if let Some(paced) = paced.as_object_mut() {
                paced.insert("lines_per_second".to_owned(), self.rate.into());
            }
            fields.insert("paced".to_owned(), paced);
        }
        json!({
            "system": runs.system,
            "kind": runs.kind.name(),
            "target": cell.target.name(),
            "producers": cell.producers,
            "lines": runs.lines,
            "rounds": runs.saturated.len(),
            "lines_per_second": runs.speed().json(),
            "percent_of_write": cell.percent_of_write(runs).json(),
            "caller_ns": caller,
            "timer_ns": runs.timer(),
            "cpu_seconds_per_million_lines": runs.cpu().median,
            "peak_bytes": runs.peak(),
            "lost": runs.lost(),
            "cores_of_others": runs.others(),
        })
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for cell in &self.cells {
            text += &cell.text(self.rate);
            text.push('\n');
        }
        text += &self.ratio_table();
        for (system, reason) in &self.skipped {
            text += &format!("{system}: skipped: {reason}\n");
        }
        text
    }

    /// What the causal order's throughput is of each other's, a column a cell.
    fn ratio_table(&self) -> String {
        let mut rows = vec![vec!["ringmail causal (relaxed) is so many times".to_owned()]];
        let names: Vec<_> = self.cells.iter().flat_map(Cell::ratios).map(|(_, to, _)| to).collect();
        let mut seen: Vec<&str> = Vec::new();
        for name in names {
            if !seen.contains(&name) {
                seen.push(name);
                rows.push(vec![name.to_owned()]);
            }
        }
        for cell in &self.cells {
            let ratios: Vec<_> = cell.ratios().collect();
            for (at, row) in rows.iter_mut().enumerate() {
                let Some(name) = at.checked_sub(1).and_then(|at| seen.get(at)) else {
                    row.push(format!("{} x{}", cell.target.name(), cell.producers));
                    continue;
                };
                let of = |order: &str| {
                    let found = ratios.iter().find(|(of, to, _)| of.ends_with(order) && to == name);
                    found.map_or(f64::NAN, |(_, _, ratio)| ratio.median)
                };
                row.push(format!("{:.2} ({:.2})", of("causal"), of("relaxed")));
            }
        }
        table(&rows)
    }
}

impl Cell {
    fn text(&self, rate: u64) -> String {
        let heading = [
            "system",
            "lines/s",
            "min",
            "max",
            "% write",
            "p50 ns",
            "p99",
            "p99.9",
            "max",
            "% timer",
            "paced p50",
            "p99",
            "p99.9",
            "max",
            "CPU s/M",
            "% write",
            "peak MB",
            "lost",
            "others",
        ];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        let ceiling = self.ceiling().map(|runs| runs.cpu().median);
        for runs in &self.runs {
            let speed = runs.speed();
            let mut row = vec![runs.system.to_owned()];
            row.extend([speed.median, speed.min, speed.max].map(|figure| format!("{figure:.0}")));
            row.push(format!("{:.1}", self.percent_of_write(runs).median));
            for latency in [merged(&runs.saturated), merged(&runs.paced)] {
                let figures = [0.5, 0.99, 0.999].map(|q| latency.value_at_quantile(q));
                let is_empty = latency.is_empty();
                let cell = |figure: u64| if is_empty { "-".into() } else { figure.to_string() };
                row.extend(figures.map(cell));
                row.push(cell(latency.max()));
                if row.len() == 9 {
                    let median = latency.value_at_quantile(0.5);
                    row.push(match runs.timer() {
                        Some(timer) if median > 0 => {
                            format!("{:.0}", 100.0 * timer as f64 / median as f64)
                        }
                        _ => "-".to_owned(),
                    });
                }
            }
            let cpu = runs.cpu().median;
            row.push(format!("{cpu:.3}"));
            row.push(ceiling.map_or_else(String::new, |of| format!("{:.0}", 100.0 * of / cpu)));
            row.push(format!("{:.1}", runs.peak() as f64 / 1e6));
            row.push(runs.lost().to_string());
            row.push(format!("{:.2}", runs.others()));
            rows.push(row);
        }
        let rounds = self.runs.iter().map(|runs| runs.saturated.len()).max().unwrap_or(0);
        let lines = self.runs.iter().map(|runs| runs.lines).max().unwrap_or(0);
        format!(
            "{}, {} producers: {rounds} rounds of up to {lines} lines each; paced: {rate} lines/s\n{}",
            self.target.name(),
            self.producers,
            table(&rows)
        )
    }

    fn ceiling(&self) -> Option<&Runs> {
        self.runs.iter().find(|runs| runs.kind == Kind::Ceiling)
    }

    /// What a system's throughput is of `write(2)` of the same bytes, in the same rounds.
    pub(super) fn percent_of_write(&self, runs: &Runs) -> Spread {
        let ceiling = self.ceiling().map_or(&[][..], |ceiling| &ceiling.saturated);
        let pairs = runs.saturated.iter().zip(ceiling);
        Spread::of(
            pairs.map(|(run, most)| 100.0 * run.lines_per_second / most.lines_per_second).collect(),
        )
    }

    /// What each ringmail's throughput is of each other system's, in the same rounds.
    pub(super) fn ratios(&self) -> impl Iterator<Item = (&'static str, &'static str, Spread)> {
        let is_ours = |runs: &&Runs| runs.kind == Kind::Ours;
        let is_theirs = |runs: &&Runs| !matches!(runs.kind, Kind::Ours | Kind::Ceiling);
        self.runs.iter().filter(is_ours).flat_map(move |ours| {
            self.runs.iter().filter(is_theirs).map(|theirs| {
                let pairs = ours.saturated.iter().zip(&theirs.saturated);
                let ratios = pairs
                    .map(|(our, their)| our.lines_per_second / their.lines_per_second)
                    .collect();
                (ours.system, theirs.system, Spread::of(ratios))
            })
        })
    }
}

impl Runs {
    pub(super) fn speed(&self) -> Spread {
        Spread::of(self.saturated.iter().map(|run| run.lines_per_second).collect())
    }

    fn cpu(&self) -> Spread {
        Spread::of(self.saturated.iter().map(|run| run.cpu_seconds_per_million_lines).collect())
    }

    /// Cores that other programs took, in the middle of the runs.
    fn others(&self) -> f64 {
        Spread::of(self.saturated.iter().map(|run| run.others).collect()).median
    }

    fn lost(&self) -> u64 {
        self.saturated.iter().chain(&self.paced).map(|run| run.lost).sum()
    }

    fn peak(&self) -> u64 {
        self.saturated.iter().map(|run| run.peak_bytes).max().unwrap_or(0)
    }

    fn timer(&self) -> Option<u64> {
        self.saturated.iter().filter_map(|run| run.timer_ns).min()
    }
}

/// The latencies of all rounds together.
fn merged(runs: &[Run]) -> Histogram<u64> {
    let mut all = histogram();
    for run in runs {
        all.add(&run.latency).expect("the bounds are the same");
    }
    all
}
