use std::time::Duration;

use crate::base::{Error, Result};

/// When written lines are brought to the disk, so that they survive the loss of power.
///
/// What is written but not yet synced is counted as `written` all the same: it survives the end of
/// the process, and of the loss of power only what the disk has. With any policy but never, names
/// are synced too: a file that was begun, closed or deleted stays so. A sync that fails is counted
/// among the errors and told in the log; whether the lines since the sync before are on the disk is
/// then not known, even if the next sync works, as the kernel may have dropped them.
///
/// ```
/// use ringmail::{Fsync, LogType, Memory, Subscription};
/// use std::time::Duration;
/// let audit = Subscription::new("audit", LogType::Audit)
///     .fsync(Fsync::every(Duration::from_secs(5))?)
///     .sink(Memory::new());
/// assert!(Fsync::every(Duration::ZERO).is_err());
/// # Ok::<(), ringmail::Error>(())
/// ```
///
/// # Limits
/// The formatter thread waits for the disk, which takes milliseconds and more: with
/// [`Fsync::batch`] all subscriptions of the engine are written no faster than this disk syncs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fsync(pub(crate) When);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum When {
    #[default]
    Never,
    Every(Duration),
    Batch,
}

impl Fsync {
    /// Never: the kernel writes when it likes, usually within half a minute. The default.
    #[must_use]
    pub const fn never() -> Self {
        Self(When::Never)
    }

    /// So long after the sync before, if there is anything new: what is lost with the power is not
    /// older than this and the flush delay.
    ///
    /// # Errors
    /// [`Error::is_config`](crate::Error::is_config) if it is not from 1 ms to 1 day.
    pub fn every(period: Duration) -> Result<Self> {
        if !(Duration::from_millis(1)..=Duration::from_secs(86_400)).contains(&period) {
            return Err(Error::config(format!(
                "fsync every {period:?}: it must be from 1 ms to 1 day"
            )));
        }
        Ok(Self(When::Every(period)))
    }

    /// Behind each batch of lines: lanes get their space back when it is on the disk, and
    /// [`Engine::flush`](crate::Engine::flush) returns then.
    #[must_use]
    pub const fn batch() -> Self {
        Self(When::Batch)
    }
}
