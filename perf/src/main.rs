//! ringmail beside what people would pick instead, and beside the machine's own limits.

#[cfg(feature = "charts")]
mod chart;
mod crash;
mod idle;
mod lanes;
mod limits;
mod measure;
mod pace;
mod results;
mod rivals;
mod said;
mod sustained;
mod table;
mod target;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde_json::Value;

/// Whatever kept a measurement from being made: it is for people, and ends the program.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
#[command(name = "perf", version, about = "What ringmail costs, beside others and the machine")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Print one JSON object instead of a table
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    Crash(crash::Crash),
    #[command(hide = true)]
    CrashChild(crash::CrashChild),
    /// The share of a core that an engine takes with nothing to do
    Idle(idle::Idle),
    Lanes(lanes::Lanes),
    /// What this machine can do at best: copies, writes, timers, wake-ups, hand-overs
    Limits(limits::Limits),
    Rivals(rivals::Rivals),
    #[command(hide = true)]
    RivalsChild(rivals::RivalsChild),
    Sustained(sustained::Sustained),
}

/// What a command found, in both forms.
#[derive(Default)]
struct Findings {
    text: String,
    json: Value,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let found = match arguments.command {
        Command::Crash(crash) => crash.run(),
        Command::CrashChild(child) => child.run().map(|()| Findings::default()),
        Command::Idle(idle) => idle.run(),
        Command::Lanes(lanes) => lanes.run(),
        Command::Limits(limits) => limits.run(),
        Command::Rivals(rivals) => rivals.run(),
        Command::RivalsChild(child) => child.run(),
        Command::Sustained(sustained) => sustained.run(),
    };
    let printed = found.and_then(|findings| {
        let json = findings.json.to_string() + "\n";
        let text = if arguments.json { json } else { findings.text };
        Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
    });
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _closed = writeln!(std::io::stderr(), "perf: {error}");
            ExitCode::FAILURE
        }
    }
}
