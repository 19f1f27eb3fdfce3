//! The engine: one formatter thread between workers' lanes and subscriptions' sinks.

mod alerts;
mod builder;
mod commit;
mod composers;
mod dispatch;
mod formatter;
mod guarded;
mod ids;
mod leaving;
mod machine;
mod notices;
mod outlet;
mod plan;
mod reconfigure;
mod routes;
mod run;
mod stamps;
mod times;

use std::fmt;
use std::sync::mpsc::{Sender, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, ThreadId};

pub use builder::Builder;
pub use ids::Ids;

use crate::base::{Error, Gauges, Ledger, Result};
use crate::engine::formatter::{Command, Formatter};
use crate::ring::{Handle, Producer, Ring};

/// A running log engine. Cheap to clone; all clones are the same engine.
///
/// It ends when its [`EngineGuard`] is dropped, or by [`shutdown`](Self::shutdown).
///
/// ```
/// use ringmail::event::{Icid, Mid, StartMid};
/// use ringmail::{Engine, LogType, Memory, Subscription};
///
/// let lines = Memory::new();
/// let mail = Subscription::new("mail_logs", LogType::TextMail).sink(lines.clone());
/// let (engine, guard) = Engine::builder().subscribe(mail).start()?;
///
/// let mut worker = engine.producer()?;
/// worker.emit(&StartMid { mid: Mid(1), icid: Icid(5), ..StartMid::EMPTY });
/// drop(guard);
/// assert!(lines.text().contains("Info: Start MID 1 ICID 5"));
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    ring: Arc<Ring>,
    commands: Sender<Command>,
    thread: Mutex<Thread>,
    /// The formatter's thread, which must not wait for itself when a sink calls its engine.
    formatter: ThreadId,
    gauges: Arc<Gauges>,
    ids: Ids,
    places: Mutex<Vec<(String, String)>>,
}

/// Why a rollover has no result.
const NO_ANSWER: &str = "the engine has been shut down, or a sink asks, which cannot wait for it";

/// The formatter, where it is.
enum Thread {
    Running(JoinHandle<Formatter>),
    Ended(Box<Formatter>),
    /// Taken out to be joined.
    Gone,
}

impl Engine {
    /// Sets up an engine.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A lane for one worker, and the worker's end of it.
    ///
    /// It maps and touches the lane's memory, so open lanes before the threads start.
    ///
    /// # Errors
    /// When there is no memory for the lane, or no space in the run directory, or the engine has
    /// ended; and in a process that was forked from the engine's, if there is no run directory.
    pub fn producer(&self) -> Result<Producer> {
        if !self.shared.ring.is_formatter_alive() {
            return Err(Error::config("the engine has been shut down: start a new one"));
        }
        Producer::new(&self.shared.ring)
    }

    /// A way into the log for code that wanders between threads, such as async tasks.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.shared.ring))
    }

    /// Waits until everything that was accepted before this call has been handed to its sinks,
    /// or counted as failed.
    ///
    /// A sink that takes nothing delays it by up to 5 seconds. It returns at once when the engine
    /// has ended. Called by a [`Sink`](crate::Sink), it does not wait.
    pub fn flush(&self) {
        self.ask(Command::Flush);
    }

    /// The account of every event (contract C10).
    ///
    /// It waits for the formatter thread, which answers between two batches. After the engine's
    /// end it tells the last state. A [`Sink`](crate::Sink) that asks gets an empty account: the
    /// formatter thread cannot wait for itself.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        if let Some(ledger) = self.ask(Command::Ledger) {
            return ledger;
        }
        if self.is_formatter() || self.shared.ring.is_of_parent() {
            return Ledger::default();
        }
        self.join();
        match &mut *self.thread() {
            Thread::Ended(formatter) => formatter.ledger(),
            Thread::Running(_) | Thread::Gone => Ledger::default(),
        }
    }

    /// Closes the open file of the subscription of this name, and begins the next.
    ///
    /// # Errors
    /// When there is no such subscription, or the file could not be rolled over; the system log
    /// then tells why, and the lines go on in the open file.
    pub fn rollover(&self, name: &str) -> Result<()> {
        let rolled = self
            .ask(|answer| Command::Rollover(Some(name.to_owned()), answer))
            .ok_or_else(|| Error::config(NO_ANSWER))?;
        match rolled.as_slice() {
            [] => Err(Error::config(format!(
                "there is no subscription {name:?}; there are: {}",
                self.places().into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ")
            ))),
            [(_, true)] => Ok(()),
            _ => Err(Error::config(format!(
                "subscription {name:?} could not be rolled over: the system log tells why"
            ))),
        }
    }

    /// Closes the open files of all subscriptions, and begins new ones.
    ///
    /// # Errors
    /// As [`rollover`](Self::rollover), with the names of those that could not be.
    pub fn rollover_all(&self) -> Result<()> {
        let rolled = self
            .ask(|answer| Command::Rollover(None, answer))
            .ok_or_else(|| Error::config(NO_ANSWER))?;
        let failed: Vec<_> =
            rolled.into_iter().filter(|(_, worked)| !worked).map(|(name, _)| name).collect();
        if failed.is_empty() {
            Ok(())
        } else {
            Err(Error::config(format!(
                "could not be rolled over: {}: the system log tells why",
                failed.join(", ")
            )))
        }
    }

    /// Writes a line into each status log now, whatever the interval. The last line of a status log
    /// is written by the engine itself, when it ends.
    pub fn write_status(&self) {
        self.ask(Command::Status);
    }

    /// The figures of a status line of now, by their labels. None without a status subscription, and
    /// when the engine has ended.
    ///
    /// ```
    /// use ringmail::{Engine, LogType, Memory, Subscription};
    /// let status = Subscription::new("status", LogType::Status).sink(Memory::new());
    /// let (engine, _guard) = Engine::builder().subscribe(status).start()?;
    /// assert!(engine.status().contains(&("InjMsg".to_owned(), "0".to_owned())));
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    #[must_use]
    pub fn status(&self) -> Vec<(String, String)> {
        let line = self.ask(Command::Figures).unwrap_or_default();
        let words: Vec<_> = line.split_ascii_whitespace().skip(1).collect();
        words
            .chunks_exact(2)
            .filter_map(|pair| Some((pair.first()?.to_string(), pair.get(1)?.to_string())))
            .collect()
    }

    /// The figures of the status line that only the host program knows.
    #[must_use]
    pub fn gauges(&self) -> &Gauges {
        &self.shared.gauges
    }

    /// Allots message and connection ids.
    #[must_use]
    pub fn ids(&self) -> &Ids {
        &self.shared.ids
    }

    /// Each subscription's name and where its lines are.
    #[must_use]
    pub fn places(&self) -> Vec<(String, String)> {
        self.shared.places.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes on with the subscriptions and settings of another builder, at one point of the stream:
    /// every event that was accepted before goes where it would have gone, and every later one
    /// where the new subscriptions want it.
    ///
    /// The subscriptions whose names are in `kept` go on as they are, in their open files; what the
    /// builder says of them is left aside. Others of a name that there is end their file and begin
    /// a new one. Those that the builder does not have end. Accounts are kept by name. Lanes, order,
    /// clock, ids and the flush delay stay as they were.
    ///
    /// ```
    /// use ringmail::{Engine, LogType, Memory, Subscription};
    /// let (mail, bounces) = (Memory::new(), Memory::new());
    /// let mail = Subscription::new("mail_logs", LogType::TextMail).sink(mail);
    /// let (engine, _guard) = Engine::builder().subscribe(mail).start()?;
    /// let also = Subscription::new("bounces", LogType::Bounce).sink(bounces);
    /// engine.reconfigure(Engine::builder().subscribe(also), &["mail_logs"])?;
    /// assert_eq!(engine.places().len(), 2);
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Builder::start`]; the engine then goes on as it was, though subscriptions that were to
    /// change may have begun a new file.
    pub fn reconfigure(&self, builder: Builder, kept: &[&str]) -> Result<()> {
        let new = Box::new(builder.reconfiguration(kept)?);
        let answer = self.ask(|answer| Command::Reconfigure(new, answer));
        let places = answer.ok_or_else(|| Error::config(NO_ANSWER))??;
        *self.shared.places.lock().unwrap_or_else(PoisonError::into_inner) = places;
        Ok(())
    }

    /// Writes everything that was accepted, closes the files and ends the formatter thread. In a
    /// forked child, whose parent has that thread, it does nothing, as all that is asked of the
    /// engine there.
    ///
    /// Events emitted from now on are shed, and counted. Dropping the guard does the same. Called
    /// by a [`Sink`](crate::Sink), it does not wait: the engine ends soon after.
    pub fn shutdown(&self) {
        self.ask(Command::Shutdown);
        if !self.is_formatter() && !self.shared.ring.is_of_parent() {
            self.join();
        }
    }

    /// Sends a command and waits for its answer; none when the formatter has ended, or asks itself.
    fn ask<T>(&self, command: impl FnOnce(SyncSender<T>) -> Command) -> Option<T> {
        if self.shared.ring.is_of_parent() {
            // The formatter is a thread of another process.
            return None;
        }
        let (answer, answered) = sync_channel(1);
        self.shared.commands.send(command(answer)).ok()?;
        self.shared.ring.doorbell().call();
        if self.is_formatter() {
            return None;
        }
        answered.recv().ok()
    }

    /// Whether this is the formatter's own thread.
    fn is_formatter(&self) -> bool {
        std::thread::current().id() == self.shared.formatter
    }

    fn thread(&self) -> std::sync::MutexGuard<'_, Thread> {
        self.shared.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(&self) {
        let mut thread = self.thread();
        *thread = match std::mem::replace(&mut *thread, Thread::Gone) {
            Thread::Running(handle) => {
                handle.join().map_or(Thread::Gone, |formatter| Thread::Ended(Box::new(formatter)))
            }
            ended => ended,
        };
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("places", &self.shared.places).finish_non_exhaustive()
    }
}

/// Ends the engine when it is dropped: everything that was accepted is written first.
///
/// Keep it for as long as the program runs, as a variable of `main`.
#[derive(Debug)]
#[must_use = "the engine ends when its guard is dropped"]
pub struct EngineGuard {
    engine: Engine,
}

impl Drop for EngineGuard {
    fn drop(&mut self) {
        self.engine.shutdown();
    }
}
