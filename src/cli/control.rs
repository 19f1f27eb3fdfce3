//! Commands to a running service.

#![expect(clippy::indexing_slicing, reason = "a member that an answer lacks reads as null")]

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::cli::Failure;
use crate::cli::proof::Check;
use crate::service::Request;
use crate::service::config::Config;

/// Which service.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The configuration of the service
    #[arg(
        long,
        global = true,
        env = "RINGMAIL_CONFIG",
        default_value = "/etc/ringmail/ringmail.toml",
        value_name = "FILE"
    )]
    pub(crate) config: PathBuf,
}

impl Place {
    fn ask(&self, request: &Request) -> Result<Value, Failure> {
        let config = Config::read(&self.config)?;
        Ok(request.ask(&config.service.run_directory)?)
    }
}

/// Lets a running service read its configuration again.
#[derive(Args, Debug)]
#[command(after_help = "\
Nothing changes when the file is wrong. Subscriptions that did not change go on in their open files.

Example:
  ringmail config check && ringmail reload")]
pub(crate) struct Reload {
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Reload {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let answer = self.place.ask(&Request::Reload)?;
        if self.json {
            return print(&answer.to_string());
        }
        let mut lines = Vec::new();
        for what in ["added", "changed", "removed", "kept"] {
            let names = words(&answer[what]);
            if !names.is_empty() {
                lines.push(format!("{what}: {}", names.join(", ")));
            }
        }
        let restart = words(&answer["needs_restart"]);
        if !restart.is_empty() {
            lines.push(format!("needs a restart to count: {}", restart.join(", ")));
        }
        print(&lines.join("\n"))
    }
}

/// Closes open log files and begins new ones.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail rollovernow mail_logs bounces
  ringmail rollovernow --all")]
pub(crate) struct RolloverNow {
    #[command(flatten)]
    place: Place,
    /// The subscriptions
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    names: Vec<String>,
    /// All subscriptions
    #[arg(long)]
    all: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl RolloverNow {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let answer = self.place.ask(&Request::Rollover { names: self.names.clone() })?;
        if self.json {
            return print(&answer.to_string());
        }
        print(&format!("rolled over: {}", words(&answer["rolled"]).join(", ")))
    }
}

/// Shows what a running service does: counters, rates, gauges, inputs.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail status
  ringmail status detail
  ringmail status --unknown          what of a Postfix log was not understood
  ringmail status --json | jq .per_minute.DlvRcp")]
pub(crate) struct Status {
    /// `detail` shows every figure
    #[arg(value_parser = ["detail"])]
    detail: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// List the shapes of input lines that were not understood, and how many there were of each
    #[arg(long, conflicts_with = "detail")]
    unknown: bool,
}

impl Status {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        if self.unknown {
            return self.unknown();
        }
        let answer = self.place.ask(&Request::Status)?;
        if self.json {
            return print(&answer.to_string());
        }
        print(&self.text(&answer))
    }

    fn unknown(&self) -> Result<(), Failure> {
        let answer = self.place.ask(&Request::Unknown)?;
        if self.json {
            return print(&answer.to_string());
        }
        let mut lines = Vec::new();
        for (input, unknown) in answer.as_object().into_iter().flatten() {
            lines.push(input.clone());
            for shape in unknown["shapes"].as_array().into_iter().flatten() {
                lines.push(format!("{:>12}  {}", shape["count"], word(&shape["shape"])));
            }
            lines.push(format!("{:>12}  of other shapes", unknown["others"]));
        }
        if lines.is_empty() {
            lines.push("no input keeps shapes: only the log of a Postfix does".to_owned());
        }
        print(&lines.join("\n"))
    }

    fn text(&self, answer: &Value) -> String {
        let mut lines = vec![format!(
            "ringmail {}, process {}, up {} s",
            word(&answer["version"]),
            answer["process"],
            answer["up_seconds"]
        )];
        lines.push(String::new());
        lines
            .push(format!("{:<12} {:>14} {:>30}", "counter", "total", "a minute, over 1/5/15 min"));
        let figures = answer["figures"].as_object().cloned().unwrap_or_default();
        let rates = answer["per_minute"].as_object().cloned().unwrap_or_default();
        for (label, rates) in &rates {
            let rates: Vec<_> = rates
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_f64)
                .map(|rate| format!("{rate:.1}"))
                .collect();
            let total = figures.get(label).map(Value::to_string).unwrap_or_default();
            lines.push(format!("{label:<12} {total:>14} {:>30}", rates.join(" / ")));
        }
        if self.detail.is_some() {
            lines.push(String::new());
            for (label, value) in &figures {
                lines.push(format!("{label:<12} {:>14}", word(value)));
            }
        }
        if figures.is_empty() {
            lines.push("no figures: there is no subscription of type status".to_owned());
        }
        for input in answer["inputs"].as_array().into_iter().flatten() {
            lines.push(String::new());
            lines.push(format!("input {} ({})", word(&input["name"]), word(&input["kind"])));
            for (count, value) in input["counts"].as_object().into_iter().flatten() {
                lines.push(format!("  {count:<16} {value:>12}"));
            }
        }
        lines.push(String::new());
        lines.push(balance(&answer["ledger"]));
        lines.join("\n")
    }
}

/// Shows what became of every event; `check` proves it from the files.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
For the lanes: offered = accepted + shed, accepted = drained + pending. For each subscription:
taken = written + absorbed + filtered + limited + failed + pending.

Exit code 1 when an equation does not hold."
)]
pub(crate) struct LedgerNow {
    #[command(subcommand)]
    of_files: Option<OfFiles>,
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand, Debug)]
enum OfFiles {
    Check(Check),
}

impl LedgerNow {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        if let Some(OfFiles::Check(check)) = &self.of_files {
            return check.run();
        }
        let answer = self.place.ask(&Request::Ledger)?;
        if self.json {
            print(&answer.to_string())?;
        } else {
            print(&text_of_ledger(&answer))?;
        }
        if answer["balanced"] == true {
            Ok(())
        } else {
            Err(Failure::new(format!(
                "the ledger does not balance: {}",
                word(&answer["imbalance"])
            )))
        }
    }
}

fn text_of_ledger(answer: &Value) -> String {
    let mut lines = vec!["lanes".to_owned()];
    let terms = |account: &Value, lines: &mut Vec<String>| {
        for (term, count) in account.as_object().into_iter().flatten() {
            if *count != 0 {
                lines.push(format!("  {term:<18} {count:>14}"));
            }
        }
    };
    terms(&answer["lanes"], &mut lines);
    for subscription in answer["subscriptions"].as_array().into_iter().flatten() {
        lines.push(format!("{} ({})", word(&subscription["name"]), word(&subscription["type"])));
        terms(&subscription["account"], &mut lines);
        if subscription["push"].is_object() {
            lines.push("  of these, sent to its servers:".to_owned());
            terms(&subscription["push"], &mut lines);
        }
    }
    lines.push(balance(answer));
    lines.join("\n")
}

fn balance(ledger: &Value) -> String {
    if ledger["balanced"] == true {
        "ledger: balanced, every event is accounted for".to_owned()
    } else {
        format!("ledger: NOT balanced: {}", word(&ledger["imbalance"]))
    }
}

/// The words of a list.
fn words(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(word).collect()
}

/// A value without quotes.
fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub(super) fn print(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write: {error}")))
        }
        _ => Ok(()),
    }
}
