//! What stands in a run directory, for people and for tests: nothing is changed by looking.

use std::path::Path;
use std::sync::Arc;

use crate::base::{LaneAccount, RealDisk, Result};
use crate::ring::lane_file::{LaneFile, lane_name};
use crate::ring::{Consumer, Lane, RunDirectory};

/// A lane as it lies in a run directory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LaneReport {
    /// The file's name.
    pub name: String,
    /// What keeps it from being read as a lane, if anything does; all numbers are 0 then.
    pub error: Option<String>,
    /// The process that made it, by its number in its own namespace.
    pub pid: u32,
    /// The user of that process.
    pub uid: u32,
    /// Whether that process lives.
    pub is_alive: bool,
    /// Its account: what was offered, accepted and shed since it was made, and what is in it now
    /// (`pending`; `malformed` counts what looks like no record).
    pub account: LaneAccount,
}

/// The lanes of a run directory, by name.
///
/// The events that it counts as pending are those not yet given back, some of which may stand in the
/// files already.
///
/// ```
/// use ringmail::event::{Icid, IcidClose};
/// use ringmail::{Engine, LogType, Memory, Subscription, attach, ring};
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path().join("run");
/// let mail = Subscription::new("mail", LogType::TextMail).sink(Memory::new());
/// drop(Engine::builder().run_directory(&dir).subscribe(mail).start()?);
/// let attached = attach(&dir)?;
/// let mut worker = attached.producer()?;
/// worker.emit(&IcidClose { icid: Icid(7) });
/// let lanes = ring::lanes_of(&dir)?;
/// assert_eq!((lanes[0].pid, lanes[0].account.pending), (std::process::id(), 1));
/// # Ok::<(), ringmail::Error>(())
/// ```
///
/// # Errors
/// When the directory cannot be listed.
pub fn lanes_of(dir: impl AsRef<Path>) -> Result<Vec<LaneReport>> {
    let dir = RunDirectory::at(dir.as_ref());
    let lanes = dir.lanes()?.into_iter().map(lane_name);
    Ok(lanes.map(|name| report(&dir.path().join(&name), name)).collect())
}

fn report(path: &Path, name: String) -> LaneReport {
    let (file, region) = match LaneFile::open(&RealDisk, path) {
        Ok(opened) => opened,
        Err(error) => {
            let account = LaneAccount::ZERO;
            let (pid, uid, is_alive) = (0, 0, false);
            return LaneReport { name, error: Some(error.why), pid, uid, is_alive, account };
        }
    };
    let (owner, is_alive) = (file.head.owner, !file.is_owner_gone());
    let mut lane = Consumer::of_unknown(Arc::new(Lane::of_file(0, region, file)));
    if !is_alive {
        lane.orphan();
    }
    let (held_bytes, size_bytes) = (lane.held_bytes(), lane.lane().size());
    let before = lane.counts();
    lane.look();
    let mut pending = 0;
    while lane.next_order().is_some() {
        pending += 1;
        lane.pass();
    }
    let account = LaneAccount { held_bytes, size_bytes, ..lane.account_with(&before, pending) };
    LaneReport { name, error: None, pid: owner.pid, uid: owner.uid, is_alive, account }
}
