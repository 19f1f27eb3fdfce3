//! Lanes that other processes bring into a run directory, and processes that leave.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::{Error, Result};
use crate::ring::lane_file::{LaneFile, Unreadable, key_of, lane_name};
use crate::ring::owner::effective_user;
use crate::ring::watch::{Happened, Watch};
use crate::ring::{Lane, Ring, RunDirectory};

/// Learns of lanes without looking into the directory: the kernel tells what appears in it and what
/// is closed.
#[derive(Debug)]
pub(crate) struct Arrivals {
    directory: RunDirectory,
    watch: Watch,
    /// Lanes that were taken up, by their keys; `true`: the owner was found to be gone.
    lanes: HashMap<u64, (Arc<Lane>, bool)>,
    /// The directory must be listed: at the beginning, and when the kernel has lost track.
    looks_at_all: bool,
    /// Lanes that were refused, so that each is told once.
    refused: Vec<u64>,
    /// Those of them for which there was no room: they are tried again.
    postponed: Vec<u64>,
    /// Owners may have gone that no event told of, as their children hold the files open.
    next_look: Instant,
    /// Until then closed files are looked at in each round: the lock is given up a moment behind
    /// the event.
    suspicious_until: Option<Instant>,
}

/// What has arrived.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// A lane to be read.
    Lane(Arc<Lane>),
    /// A file of the directory that cannot be read as a lane.
    Refused(Error),
}

/// Lanes of other processes at most; a process that makes more than these has lost its way.
const MAX_LANES: usize = 4096;

/// Of those, lanes of one user other than the engine's: one that makes more than these leaves room
/// for others.
const MAX_LANES_OF_USER: usize = MAX_LANES / 4;

/// How many lanes for which there was no room are tried again at once.
const MOST_RETRIES: usize = 64;

/// How often owners are looked after that no event told of.
const LOOK: Duration = Duration::from_secs(5);

/// The same, while one is believed to be going.
const SECOND_LOOK: Duration = Duration::from_millis(5);

impl Arrivals {
    /// Watches a run directory from now on; what is there already arrives with the first call.
    ///
    /// # Errors
    /// When the kernel cannot watch it.
    pub(crate) fn new(directory: &RunDirectory) -> Result<Self> {
        let watch = Watch::new(directory.path()).map_err(|source| {
            Error::io("cannot watch the run directory", source).at_path(directory.path())
        })?;
        Ok(Self {
            directory: directory.clone(),
            watch,
            lanes: HashMap::new(),
            looks_at_all: true,
            refused: Vec::new(),
            postponed: Vec::new(),
            next_look: Instant::now() + LOOK,
            suspicious_until: None,
        })
    }

    /// What has arrived since the last call.
    pub(crate) fn take_up(&mut self, ring: &Ring) -> Vec<Arrival> {
        let mut arrived = Vec::new();
        let happened = self.watch.happened();
        for what in happened {
            match what {
                Happened::Appeared(name) => {
                    if let Some(key) = key_of(&name) {
                        self.arrive(key, ring, &mut arrived);
                    }
                }
                Happened::Closed(name) => {
                    if key_of(&name).is_some_and(|key| self.lanes.contains_key(&key)) {
                        let now = Instant::now();
                        self.suspicious_until = Some(now + Duration::from_secs(1));
                        self.next_look = now;
                    }
                }
                Happened::Overflowed => self.looks_at_all = true,
                Happened::Vanished => {
                    let error = Error::config(
                        "the run directory was removed: no other process can attach any more; \
                         start the engine again",
                    );
                    arrived.push(Arrival::Refused(error.at_path(self.directory.path())));
                }
            }
        }
        if core::mem::take(&mut self.looks_at_all) {
            match self.directory.lanes() {
                Ok(keys) => keys.into_iter().for_each(|key| self.arrive(key, ring, &mut arrived)),
                Err(error) => arrived.push(Arrival::Refused(error)),
            }
        }
        if self.look_for_the_dead() && !self.postponed.is_empty() {
            let again = self.postponed.len().min(MOST_RETRIES);
            let again: Vec<u64> = self.postponed.drain(..again).collect();
            for key in again {
                self.refused.retain(|refused| *refused != key);
                let told = arrived.len();
                self.arrive(key, ring, &mut arrived);
                // That it cannot be read was told the first time.
                if !self.lanes.contains_key(&key) {
                    arrived.truncate(told);
                }
            }
        }
        arrived
    }

    /// Why there is no room for a lane of this user, if there is none.
    fn lack_of_room(&self, user: u32) -> Option<String> {
        if self.lanes.len() >= MAX_LANES {
            return Some(format!("there are {MAX_LANES} lanes already"));
        }
        let of_user = |lane: &Lane| lane.file.as_ref().is_some_and(|it| it.head.owner.uid == user);
        let is_greedy = self.lanes.len() >= MAX_LANES_OF_USER
            && user != effective_user()
            && self.lanes.values().filter(|(lane, _)| of_user(lane)).count() >= MAX_LANES_OF_USER;
        is_greedy.then(|| format!("its user has {MAX_LANES_OF_USER} lanes already"))
    }

    fn arrive(&mut self, key: u64, ring: &Ring, arrived: &mut Vec<Arrival>) {
        if self.lanes.contains_key(&key) || self.refused.contains(&key) {
            return;
        }
        let path = self.directory.path().join(lane_name(key));
        let opened = LaneFile::open(self.directory.disk(), &path).and_then(|(file, region)| {
            let user = file.head.owner.uid;
            let lack = self.lack_of_room(user).filter(|_| !ring.is_maker(file.head.maker));
            lack.map_or(Ok((file, region)), |why| Err(Unreadable { why, may_pass: true }))
        });
        match opened {
            // The own ones come another way.
            Ok((file, _)) if ring.is_maker(file.head.maker) => {}
            Ok((file, region)) => {
                let is_gone = file.is_owner_gone();
                let lane = Arc::new(Lane::of_file(ring.next_lane_id(), region, file));
                self.lanes.insert(key, (Arc::clone(&lane), is_gone));
                arrived.push(Arrival::Lane(lane));
            }
            Err(Unreadable { why, may_pass }) => {
                if self.refused.len() >= MAX_LANES {
                    // Somebody makes a game of it: no more of that in the log.
                    return;
                }
                self.refused.push(key);
                if may_pass {
                    self.postponed.push(key);
                }
                let error = Error::input(format!("cannot read this lane: {why}"));
                arrived.push(Arrival::Refused(error.at_path(path)));
            }
        }
    }

    /// Finds owners that have ended, if it is time for that. Whether it was.
    fn look_for_the_dead(&mut self) -> bool {
        let now = Instant::now();
        self.suspicious_until = self.suspicious_until.filter(|until| now < *until);
        if now < self.next_look {
            return false;
        }
        self.next_look = now + if self.suspicious_until.is_some() { SECOND_LOOK } else { LOOK };
        for (lane, is_gone) in self.lanes.values_mut() {
            *is_gone |= lane.file.as_ref().is_some_and(LaneFile::is_owner_gone);
        }
        true
    }

    /// Whether the owner of a lane has ended without saying so.
    pub(crate) fn is_gone(&self, lane: &Lane) -> bool {
        let key = lane.file.as_ref().map(|file| file.head.key);
        key.and_then(|key| self.lanes.get(&key)).is_some_and(|(_, is_gone)| *is_gone)
    }

    /// Forgets a lane that has been read to its end.
    pub(crate) fn forget(&mut self, lane: &Lane) {
        if let Some(file) = &lane.file {
            self.lanes.remove(&file.head.key);
        }
    }

    /// Sleeps until something happens in the directory, but no longer than `max`.
    pub(crate) fn wait(&self, max: Duration) {
        self.watch.wait(max);
    }
}
