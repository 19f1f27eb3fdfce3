//! A run over its time, and the cost by workers and subscriptions.

use super::{Scaling, Second};
use crate::Result;

#[cfg(not(feature = "charts"))]
pub(super) fn over_time(_seconds: &[Second], _rate: u64) -> Result<Option<String>> {
    Ok(None)
}

#[cfg(not(feature = "charts"))]
pub(super) fn scaling(_scaling: &Scaling) -> Result<Option<String>> {
    Ok(None)
}

#[cfg(feature = "charts")]
pub(super) fn over_time(seconds: &[Second], rate: u64) -> Result<Option<String>> {
    lines::over_time(seconds, rate).map(Some)
}

#[cfg(feature = "charts")]
pub(super) fn scaling(scaling: &Scaling) -> Result<Option<String>> {
    lines::scaling(scaling).map(Some)
}

#[cfg(feature = "charts")]
mod lines {
    use super::super::scale::Step;
    use super::super::{Scaling, Second};
    use crate::Result;
    use crate::chart::{Line, Panel, draw};

    pub(super) fn over_time(seconds: &[Second], rate: u64) -> Result<String> {
        let line = |name, figure: fn(&Second) -> f64| Line {
            name,
            points: seconds.iter().map(|second| (second.at as f64, figure(second))).collect(),
        };
        let million = rate as f64 / 1e6;
        draw(&[
            Panel {
                title: format!("emit from its intended time, {million} million lines/s"),
                x: "seconds",
                y: "ns",
                is_log: true,
                lines: vec![
                    line("p50", |second| second.p50 as f64),
                    line("p99", |second| second.p99 as f64),
                    line("p99.9", |second| second.p999 as f64),
                    line("max", |second| second.max as f64),
                ],
            },
            Panel {
                title: "from the intended time until the kernel has the line".to_owned(),
                x: "seconds",
                y: "ms",
                is_log: true,
                lines: vec![
                    line("p50", |second| second.lag_p50 as f64 / 1e6),
                    line("max", |second| second.lag_max as f64 / 1e6),
                ],
            },
            Panel {
                title: "memory of the process".to_owned(),
                x: "seconds",
                y: "MB",
                is_log: false,
                lines: vec![line("resident", |second| second.memory as f64 / 1e6)],
            },
        ])
    }

    pub(super) fn scaling(scaling: &Scaling) -> Result<String> {
        let panel = |steps: &[Step], title: &str, x| {
            let line = |name, figure: fn(&Step) -> f64| Line {
                name,
                points: steps.iter().map(|step| (step.count as f64, figure(step))).collect(),
            };
            Panel {
                title: title.to_owned(),
                x,
                y: "",
                is_log: false,
                lines: vec![
                    line("million lines/s", |step| step.lines_per_second.median / 1e6),
                    line("CPU ns a line / 10", |step| step.cpu.median * 100.0),
                ],
            }
        };
        draw(&[
            panel(&scaling.workers, "throughput and cost by workers, one file", "workers"),
            panel(
                &scaling.subscriptions,
                "throughput and cost by subscriptions, 2 workers; a line in each file counts",
                "subscriptions",
            ),
        ])
    }
}
