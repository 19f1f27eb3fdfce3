//! What a process does that is going to be killed.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::{Args, ValueEnum};
use ringmail::event::{Icid, Mid, StartMid};
use ringmail::{
    Engine, EngineGuard, File, LogType, Outcome, Producer, Rollover, Subscription, attach,
};

use crate::Result;
use crate::crash::board::Board;

#[derive(Args, Debug)]
pub(crate) struct CrashChild {
    #[arg(long)]
    role: Role,
    #[arg(long)]
    logs: PathBuf,
    #[arg(long)]
    run: PathBuf,
    #[arg(long)]
    board: PathBuf,
    #[arg(long)]
    workers: u64,
    #[arg(long)]
    first_worker: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Role {
    /// An engine, and workers in the same process
    Server,
    /// An engine alone
    Engine,
    /// Workers that attach to an engine
    Attached,
    /// An engine that writes what is left, and ends in order
    Last,
}

impl CrashChild {
    pub(crate) fn run(&self) -> Result<()> {
        match self.role {
            Role::Server => {
                let (engine, _guard) = self.start()?;
                self.work(|| Ok(engine.producer()?))
            }
            Role::Engine => {
                let _running = self.start()?;
                loop {
                    std::thread::sleep(Duration::from_secs(3600));
                }
            }
            Role::Attached => {
                let attached = attach(&self.run)?;
                self.work(|| Ok(attached.producer()?))
            }
            Role::Last => {
                let (engine, guard) = self.start()?;
                engine.flush();
                drop(guard);
                Ok(engine.ledger().check()?)
            }
        }
    }

    /// Two logs of different speeds, which roll over often.
    fn start(&self) -> Result<(Engine, EngineGuard)> {
        let mut builder = Engine::builder()
            .run_directory(&self.run)
            .lane_bytes(256 << 10)
            .flush_delay(Duration::from_millis(4));
        for (name, bytes) in [("mail", 1 << 20), ("twin", 300 << 10)] {
            builder = builder.subscribe(
                Subscription::new(name, LogType::TextMail)
                    .rollover(Rollover::at_bytes(bytes)?)
                    .keep_files(1_000_000)
                    .sink(File::in_dir(&self.logs)),
            );
        }
        Ok(builder.start()?)
    }

    /// Emits as fast as it goes, until it is killed.
    fn work(&self, open: impl Fn() -> Result<Producer>) -> Result<()> {
        let board = Board::open(&self.board)?;
        let last = self.first_worker + self.workers;
        let producers: Result<Vec<_>> =
            (self.first_worker..last).map(|worker| Ok((worker, open()?))).collect();
        let producers = producers?;
        std::thread::scope(|scope| {
            for (worker, mut producer) in producers {
                let board = &board;
                scope.spawn(move || {
                    let Some(returned) =
                        usize::try_from(worker).ok().and_then(|worker| board.numbers().get(worker))
                    else {
                        return;
                    };
                    let mut number = 1;
                    loop {
                        let event =
                            StartMid { mid: Mid(worker), icid: Icid(number), ..StartMid::EMPTY };
                        if producer.emit(&event) == Outcome::Accepted {
                            returned.store(number, Ordering::Release);
                            number += 1;
                        }
                        // Some pause now and then, so that the formatter sleeps.
                        if worker % 3 == 2 && number % 512 == 0 {
                            std::thread::sleep(Duration::from_micros(200));
                        }
                    }
                });
            }
        });
        Ok(())
    }
}
