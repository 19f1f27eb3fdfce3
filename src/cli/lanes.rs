use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value as Json, json};

use crate::cli::Failure;
use crate::ring::{LaneReport, lanes_of};
use std::io::Write as _;

/// Lists the lanes of a run directory: whose they are, and what waits in them.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail lanes /run/ringmail-lanes
  ringmail lanes --json /run/ringmail-lanes | jq '.[] | select(.is_alive | not)'

Nothing is changed. Events that wait are those whose space was not yet given back; of a lane whose
process is gone they are written by the next engine that serves the directory.
Exit codes: 0 done; 1 a lane cannot be read, or the directory cannot; 2 wrong usage.")]
pub(crate) struct Lanes {
    /// The run directory
    directory: PathBuf,

    /// Print one JSON array
    #[arg(long)]
    json: bool,
}

impl Lanes {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let lanes = lanes_of(&self.directory).map_err(|error| Failure::new(error.to_string()))?;
        let text = if self.json { array(&lanes) } else { table(&lanes) };
        if let Err(error) = std::io::stdout().lock().write_all(text.as_bytes())
            && error.kind() != std::io::ErrorKind::BrokenPipe
        {
            return Err(Failure::new(format!("cannot write: {error}")));
        }
        match lanes.iter().filter(|lane| lane.error.is_some()).count() {
            0 => Ok(()),
            some => Err(Failure::new(format!("{some} of {} lanes cannot be read", lanes.len()))),
        }
    }
}

fn array(lanes: &[LaneReport]) -> String {
    let lanes = lanes.iter().map(|lane| {
        let LaneReport { name, error, pid, uid, is_alive, account } = lane;
        let terms = account.terms().map(|(term, _, count)| (term.to_owned(), json!(count)));
        json!({
            "name": name,
            "error": error,
            "pid": pid,
            "uid": uid,
            "is_alive": is_alive,
            "account": terms.collect::<Map<_, _>>(),
        })
    });
    Json::Array(lanes.collect()).to_string() + "\n"
}

fn table(lanes: &[LaneReport]) -> String {
    let mut out = format!(
        "{:<22} {:>8} {:>6} {:<5} {:>10} {:>10} {:>10} {:>6}\n",
        "LANE", "PID", "UID", "ALIVE", "ACCEPTED", "SHED", "WAITING", "FULL"
    );
    for LaneReport { name, error, pid, uid, is_alive, account } in lanes {
        if let Some(error) = error {
            let _infallible = writeln!(out, "{name:<22} cannot be read: {error}");
            continue;
        }
        let full = (100 * account.held_bytes).checked_div(account.size_bytes).unwrap_or(0);
        let alive = if *is_alive { "yes" } else { "no" };
        let (accepted, shed, waiting) = (account.accepted, account.shed(), account.pending);
        let _infallible = writeln!(
            out,
            "{name:<22} {pid:>8} {uid:>6} {alive:<5} {accepted:>10} {shed:>10} {waiting:>10} {full:>5}%"
        );
    }
    out
}
