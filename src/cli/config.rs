use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::Failure;
use crate::cli::control::print;
use crate::service::config::{self, Config};

/// Checks a configuration, or prints one to begin with.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail config default > /etc/ringmail/ringmail.toml
  ringmail config check ./ringmail.toml
  ringmail config schema > ringmail.schema.json     for editors that know JSON Schema")]
pub(crate) struct Configuration {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Says what is wrong with a configuration: exit code 0 when nothing is, whatever it warns of
    Check {
        /// The file
        #[arg(env = "RINGMAIL_CONFIG", default_value = "/etc/ringmail/ringmail.toml")]
        file: PathBuf,
    },
    /// Prints a configuration with every key, what it says and its default
    Default,
    /// Prints the JSON Schema of the configuration
    Schema,
}

impl Configuration {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match &self.act {
            Act::Check { file } => {
                let config = Config::read(file)?;
                let (file, warnings) = (file.display(), config.warnings());
                for warning in &warnings {
                    print(&format!("{file}: warning: {warning}"))?;
                }
                let verdict = match warnings.len() {
                    0 => "nothing wrong".to_owned(),
                    1 => "no errors, 1 warning".to_owned(),
                    count => format!("no errors, {count} warnings"),
                };
                print(&format!(
                    "{file}: {} subscriptions, {} inputs, {verdict}",
                    config.subscription.len(),
                    config.input.len()
                ))
            }
            Act::Default => print(config::default_file().trim_end()),
            Act::Schema => print(&format!("{:#}", config::schema())),
        }
    }
}
