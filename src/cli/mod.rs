//! The `ringmail` program, on the public API alone.
//!
//! Exit codes: 0 done, 1 something failed and stderr says what, 2 wrong usage.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to people")]

mod buffer;
mod check;
mod config;
mod control;
mod convert;
mod doctor;
mod findevent;
mod input;
mod lanes;
mod load;
mod logconfig;
mod output;
mod parse;
mod place;
mod proof;
mod run;
mod tail;
mod types;
mod verify;

use std::fmt;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

/// The log engine of a mail server.
#[derive(Parser, Debug)]
#[command(name = "ringmail", version, arg_required_else_help = true)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Run(run::Run),
    Config(config::Configuration),
    #[command(name = "logconfig")]
    LogConfig(logconfig::LogConfig),
    Reload(control::Reload),
    #[command(name = "rollovernow")]
    RolloverNow(control::RolloverNow),
    Status(control::Status),
    Ledger(control::LedgerNow),
    Lanes(lanes::Lanes),
    Buffer(buffer::Buffer),
    Doctor(doctor::Doctor),
    Parse(parse::Parse),
    Tail(tail::Tail),
    #[command(name = "findevent")]
    FindEvent(findevent::FindEvent),
    Convert(convert::Convert),
    Verify(verify::Verify),
    Types(types::Types),
    Load(load::Load),
    Completions(Completions),
    Man(Man),
}

/// Prints a shell's completion script.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ringmail completions bash > /etc/bash_completion.d/ringmail")]
struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

/// Writes manual pages: one for the program, one for each command.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ringmail man /usr/local/share/man/man1")]
struct Man {
    /// The directory to write them to
    directory: std::path::PathBuf,
}

impl Man {
    fn run(&self) -> Result<(), Failure> {
        let failed = |error| Failure::new(format!("{}: {error}", self.directory.display()));
        std::fs::create_dir_all(&self.directory).map_err(failed)?;
        clap_mangen::generate_to(Program::command(), &self.directory).map_err(failed)
    }
}

/// Runs the program on this process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let result = match Program::parse().command {
        Command::Run(run) => run.run(),
        Command::Config(config) => config.run(),
        Command::LogConfig(config) => config.run(),
        Command::Reload(reload) => reload.run(),
        Command::RolloverNow(rollover) => rollover.run(),
        Command::Status(status) => status.run(),
        Command::Ledger(ledger) => ledger.run(),
        Command::Lanes(lanes) => lanes.run(),
        Command::Buffer(buffer) => buffer.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Parse(parse) => parse.run(),
        Command::Tail(tail) => tail.run(),
        Command::FindEvent(find) => find.run(),
        Command::Convert(convert) => convert.run(),
        Command::Verify(verify) => verify.run(),
        Command::Types(types) => types.run(),
        Command::Load(load) => load.run(),
        Command::Man(man) => man.run(),
        Command::Completions(Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Program::command(), "ringmail", &mut script);
            print!("{}", String::from_utf8_lossy(&script));
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("ringmail: {failure}");
            ExitCode::from(failure.code)
        }
    }
}

/// What kept a command from being done, in words for its user.
#[derive(Debug)]
struct Failure {
    what: String,
    code: u8,
}

impl Failure {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), code: 1 }
    }

    /// The command was not given what it needs.
    fn usage(what: impl Into<String>) -> Self {
        Self { what: what.into(), code: 2 }
    }

    /// What to tell of so many damaged places in an input; nothing if there are none.
    fn damaged(places: u64) -> Option<Self> {
        match places {
            0 => None,
            1 => Some(Self::new("passed over 1 damaged place")),
            places => Some(Self::new(format!("passed over {places} damaged places"))),
        }
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_declared_soundly() {
        Program::command().debug_assert();
    }
}
