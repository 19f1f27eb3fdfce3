//! ringmail itself, with a level filter and a rate limit that is never reached.

use std::io::{self, Write};

use ringmail::subscription::Sink;
use ringmail::{
    Engine, EngineGuard, File, Level, LogType, Order, RateLimit, Rollover, Subscription,
};

use super::system::{Running, Share, Work, drive};
use crate::Result;
use crate::target::{Place, dev_null};

pub(super) fn start(order: Order, place: &Place) -> Result<Box<dyn Running>> {
    let subscription = Subscription::new("mail_logs", LogType::TextMail)
        .level(Level::Info)
        .rate_limit(RateLimit::events(u64::MAX / 2)?)
        .rollover(Rollover::never());
    let subscription = match place.dir() {
        Some(dir) => subscription.sink(File::in_dir(dir)),
        None => subscription.sink(DevNull { file: dev_null()?, position: 0 }),
    };
    let (engine, guard) =
        Engine::builder().order(order).time_zone("UTC").subscribe(subscription).start()?;
    Ok(Box::new(RunningEngine { engine, _guard: guard }))
}

struct RunningEngine {
    engine: Engine,
    _guard: EngineGuard,
}

impl Running for RunningEngine {
    fn worker(&self, _share: &Share) -> Result<Work> {
        let mut producer = self.engine.producer()?;
        Ok(Box::new(move |share| {
            drive(share, |said| {
                // What is shed is found when the lines are counted.
                let _shed = producer.emit(&said.event());
            })
        }))
    }

    fn flush(&self) -> Result<()> {
        self.engine.flush();
        Ok(())
    }

    fn check(&self) -> Result<()> {
        Ok(self.engine.ledger().check()?)
    }
}

/// A write(2) to /dev/null, as the rivals make it.
#[derive(Debug)]
struct DevNull {
    file: std::fs::File,
    position: u64,
}

impl Sink for DevNull {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let taken = self.file.write(lines)?;
        self.position += taken as u64;
        Ok(taken)
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        self.position = position;
        Ok(())
    }

    fn roll(&mut self, _stamp: &str) -> io::Result<()> {
        self.position = 0;
        Ok(())
    }

    fn place(&self) -> String {
        "/dev/null".to_owned()
    }
}
