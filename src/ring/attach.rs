//! A process beside the engine's that brings its events into the same log.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::base::Result;
use crate::ring::{Handle, Producer, Ring, RunDirectory};

/// Attaches this process to the run directory of an engine in another process.
///
/// The engine need not run at the moment, but must have served the directory once: events then wait
/// in the lanes until it is there again.
///
/// ```
/// use ringmail::event::{Icid, IcidClose};
/// use ringmail::{Engine, LogType, Memory, Outcome, Subscription};
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path().join("run");
/// let lines = Memory::new();
/// let mail = Subscription::new("mail", LogType::TextMail).sink(lines.clone());
/// let (engine, guard) = Engine::builder().run_directory(&dir).subscribe(mail).start()?;
///
/// // Elsewhere:
/// let attached = ringmail::attach(&dir)?;
/// let mut worker = attached.producer()?;
/// assert_eq!(worker.emit(&IcidClose { icid: Icid(7) }), Outcome::Accepted);
///
/// engine.flush();
/// assert!(lines.text().ends_with("Info: ICID 7 close\n"));
/// # drop(guard);
/// # Ok::<(), ringmail::Error>(())
/// ```
///
/// # Errors
/// When there is no such directory, no engine has ever served it, or this user may not use it.
pub fn attach(dir: impl AsRef<Path>) -> Result<Attached> {
    Ok(Attached { ring: Arc::new(Ring::attached(&RunDirectory::at(dir.as_ref()))?) })
}

/// A process's way into the log of an engine in another process. Cheap to clone.
///
/// Order, lane size and what is done when a lane is full are the engine's. While there is no engine
/// events are accepted until a lane is full; the policy for full lanes then decides, though nobody
/// waits twice for an engine that does not move.
#[derive(Clone)]
pub struct Attached {
    ring: Arc<Ring>,
}

impl Attached {
    /// A lane for one worker, and the worker's end of it.
    ///
    /// # Errors
    /// When there is no space for the lane, or this user may not make one.
    pub fn producer(&self) -> Result<Producer> {
        Producer::new(&self.ring)
    }

    /// A way into the log for code that wanders between threads, and for processes that fork.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.ring))
    }

    /// Whether an engine serves the directory, as far as it has said: one that was killed still
    /// seems to.
    #[must_use]
    pub fn is_served(&self) -> bool {
        self.ring.is_formatter_alive()
    }
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attached").finish_non_exhaustive()
    }
}
