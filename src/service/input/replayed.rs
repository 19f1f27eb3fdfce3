//! Inputs that can be read again: how far they were read is committed with what was written.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

use crate::base::{Error, Result};

/// An input that can be read again from where it was.
pub(crate) trait Replay: fmt::Debug + Send {
    /// Reads some lines and hands their events to the engine; whether there were any.
    fn step(&mut self) -> Result<bool>;

    /// Where it is, and what it must know to go on from there.
    fn save(&self) -> Value;

    /// The shapes of lines that were not understood, and how many there were of each.
    fn unknown(&self) -> Value;
}

/// An input that is read on a thread of its own.
#[derive(Debug)]
pub(crate) struct Replayed {
    input: Arc<Mutex<Box<dyn Replay>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// How often an input that has nothing is looked at.
const LOOK: Duration = Duration::from_millis(100);

impl Replayed {
    /// Reads on; `failed` is told what keeps it from reading.
    pub(crate) fn start(
        input: Box<dyn Replay>,
        mut failed: impl FnMut(&Error) + Send + 'static,
    ) -> Result<Self> {
        let input = Arc::new(Mutex::new(input));
        let stop = Arc::new(AtomicBool::new(false));
        let (read, ended) = (Arc::clone(&input), Arc::clone(&stop));
        let thread = std::thread::Builder::new()
            .name("ringmail-input".to_owned())
            .spawn(move || {
                // ORDERING: a flag; who sets it then waits for the thread.
                while !ended.load(Ordering::Relaxed) {
                    let done = hold(&read).step();
                    match done {
                        Ok(true) => {}
                        Ok(false) => std::thread::sleep(LOOK),
                        Err(error) => {
                            failed(&error);
                            std::thread::sleep(10 * LOOK);
                        }
                    }
                }
            })
            .map_err(|source| Error::io("cannot start the thread of an input", source))?;
        Ok(Self { input, stop, thread: Some(thread) })
    }

    /// The input between two steps; it takes none while it is held.
    pub(crate) fn hold(&self) -> MutexGuard<'_, Box<dyn Replay>> {
        hold(&self.input)
    }

    /// Ends it, and tells where it is.
    pub(crate) fn stop(&mut self) -> Value {
        // ORDERING: as where it is read.
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
        self.hold().save()
    }
}

fn hold(input: &Mutex<Box<dyn Replay>>) -> MutexGuard<'_, Box<dyn Replay>> {
    input.lock().unwrap_or_else(PoisonError::into_inner)
}
