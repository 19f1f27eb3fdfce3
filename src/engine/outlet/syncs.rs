//! When an outlet's lines are brought to the disk.

use super::Outlet;
use crate::subscription::{Fsync, When};

/// How far the syncs are.
#[derive(Debug)]
pub(crate) struct Syncs {
    fsync: Fsync,
    /// Something was written behind the last one.
    is_behind: bool,
    last_nanos: u64,
}

impl Syncs {
    pub(crate) const fn new(fsync: Fsync, now_nanos: u64) -> Self {
        Self { fsync, is_behind: false, last_nanos: now_nanos }
    }
}

impl Outlet {
    /// The sink has taken a batch.
    pub(super) fn wrote(&mut self, now_nanos: u64) {
        match self.syncs.fsync.0 {
            When::Never => {}
            When::Every(_) => {
                self.syncs.is_behind = true;
                self.sync_when_due(now_nanos);
            }
            When::Batch => self.sync(now_nanos),
        }
    }

    /// Syncs if the period is over and there is anything to sync.
    pub(super) fn sync_when_due(&mut self, now_nanos: u64) {
        let When::Every(period) = self.syncs.fsync.0 else { return };
        let period = u64::try_from(period.as_nanos()).unwrap_or(u64::MAX);
        if self.syncs.is_behind && now_nanos.saturating_sub(self.syncs.last_nanos) >= period {
            self.sync(now_nanos);
        }
    }

    fn sync(&mut self, now_nanos: u64) {
        self.syncs.last_nanos = now_nanos;
        match self.sink.sync() {
            Ok(()) => {
                self.syncs.is_behind = false;
                self.account.syncs += 1;
            }
            // Tried again when the next is due.
            Err(error) => {
                self.report(&error, now_nanos);
            }
        }
    }
}
