use clap::Args;

use crate::cli::Failure;
use crate::cli::control::Place;
use crate::service::Service;

/// Runs the engine as a service: events from sockets, standard input or the log of a Postfix.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail config default > /etc/ringmail/ringmail.toml
  ringmail run                              with that configuration
  ringmail run --config ./ringmail.toml

It ends in order at SIGTERM: inputs end, everything that was accepted is written, the files are
closed, within 10 seconds. SIGHUP reads the configuration again, SIGUSR1 rolls all files over.")]
pub(crate) struct Run {
    #[command(flatten)]
    place: Place,
}

impl Run {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let (service, started) = Service::start(&self.place.config)?;
        if started.taken_back > 0 {
            eprintln!(
                "ringmail: the last run did not end in order: {} bytes behind its last commit are \
                 taken back and written again",
                started.taken_back
            );
        }
        if let Some(address) = started.metrics {
            eprintln!("ringmail: figures at http://{address}/metrics");
        }
        for input in &started.inputs {
            eprintln!("ringmail: reads {input}");
        }
        Ok(service.run()?)
    }
}
