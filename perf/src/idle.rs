//! What an engine takes when nothing happens.

use std::time::{Duration, Instant};

use clap::Args;
use ringmail::{Engine, File, LogType, Subscription};
use serde_json::json;

use crate::measure::cpu_seconds;
use crate::target::Target;
use crate::{Findings, Result};

#[derive(Args, Debug)]
pub(crate) struct Idle {
    /// How long to look, in seconds
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

impl Idle {
    pub(crate) fn run(&self) -> Result<Findings> {
        let place = Target::Disk.place()?;
        let dir = place.dir().unwrap_or_else(|| std::path::Path::new("."));
        let mut builder = Engine::builder();
        for log_type in LogType::ALL {
            let sink = File::in_dir(dir);
            builder = builder.subscribe(Subscription::new(log_type.name(), log_type).sink(sink));
        }
        let (engine, _guard) = builder.start()?;
        let _lanes = [engine.producer()?, engine.producer()?];
        // The first sleeps are short: let them grow.
        std::thread::sleep(Duration::from_millis(500));
        let (began, before) = (Instant::now(), cpu_seconds());
        std::thread::sleep(Duration::from_secs_f64(self.seconds));
        let (seconds, cpu) = (began.elapsed().as_secs_f64(), cpu_seconds() - before);
        let percent = 100.0 * cpu / seconds;
        let logs = LogType::ALL.len();
        Ok(Findings {
            text: format!(
                "idle: {percent:.4} % of a core in {seconds:.1} s ({logs} logs, 2 lanes)\n"
            ),
            json: json!({ "seconds": seconds, "cpu_seconds": cpu, "percent_of_a_core": percent }),
        })
    }
}
