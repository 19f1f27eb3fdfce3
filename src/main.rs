//! The `ringmail` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ringmail::cli::main()
}
