//! The logs whose things come in parts: the archives, and the configuration history.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::Timestamp;
use crate::event::{Archive, ArchivePart, Malformed};
use crate::format::configuration::{self, Configuration};
use crate::format::parts::{GivenUp as Lost, Parts, Reason};
use crate::format::render::decode;
use crate::format::{Compose, Composed, GivenUp, LineWriter, Zone, mbox};
use crate::record::Record;

/// An archive of messages.
#[derive(Debug)]
pub(crate) struct Messages {
    archive: Archive,
    parts: Parts<(Archive, u64)>,
    lost: Vec<Lost<(Archive, u64)>>,
    /// The time when it was last looked at.
    now: Timestamp,
    message: Vec<u8>,
}

impl Messages {
    pub(crate) fn new(archive: Archive, now: Timestamp) -> Self {
        Self { archive, parts: Parts::default(), lost: Vec::new(), now, message: Vec::new() }
    }
}

impl Compose for Messages {
    fn take(
        &mut self,
        record: &Record<'_>,
        time: Timestamp,
        admits: &mut dyn FnMut() -> bool,
        block: &mut LineWriter,
    ) -> Result<Composed, Malformed> {
        let part = mbox::part(record)?;
        if part.key.0 != self.archive {
            return Ok(Composed::Filtered);
        }
        let Some(whole) = self.parts.add(part, time, self.now, &mut self.lost) else {
            return Ok(Composed::Absorbed);
        };
        if !admits() {
            return Ok(Composed::Limited);
        }
        let first: ArchivePart<'_> = decode(&whole.head)?;
        self.message.clear();
        mbox::append(first.from.as_bytes(), whole.time, &whole.body, &mut self.message);
        block.append(&self.message);
        Ok(Composed::Written)
    }

    fn give_up(&mut self, now: Option<Timestamp>) -> Vec<GivenUp> {
        self.now = now.unwrap_or(self.now);
        look(&mut self.parts, &mut self.lost, now)
    }
}

/// What a configuration's file says of the machine.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) serial: String,
}

/// The configuration history: each commit in a file of its own.
#[derive(Debug)]
pub(crate) struct Configurations {
    machine: Machine,
    zone: Zone,
    parts: Parts<u64>,
    lost: Vec<Lost<u64>>,
    /// The time when it was last looked at.
    now: Timestamp,
    file: Vec<u8>,
}

impl Configurations {
    pub(crate) fn new(machine: Machine, zone: Zone, now: Timestamp) -> Self {
        let (parts, lost, file) = (Parts::default(), Vec::new(), Vec::new());
        Self { machine, zone, parts, lost, now, file }
    }
}

impl Compose for Configurations {
    fn take(
        &mut self,
        record: &Record<'_>,
        time: Timestamp,
        admits: &mut dyn FnMut() -> bool,
        block: &mut LineWriter,
    ) -> Result<Composed, Malformed> {
        let part = configuration::part(record)?;
        let Some(whole) = self.parts.add(part, time, self.now, &mut self.lost) else {
            return Ok(Composed::Absorbed);
        };
        if !admits() {
            return Ok(Composed::Limited);
        }
        let mut committed = Configuration::of(&whole)?;
        committed.product = Cow::Borrowed(self.machine.product.as_bytes());
        committed.version = Cow::Borrowed(self.machine.version.as_bytes());
        committed.serial = Cow::Borrowed(self.machine.serial.as_bytes());
        self.file.clear();
        committed.append(&self.zone, &mut self.file);
        block.append(&self.file);
        Ok(Composed::Written)
    }

    fn is_file_each(&self) -> bool {
        true
    }

    fn give_up(&mut self, now: Option<Timestamp>) -> Vec<GivenUp> {
        self.now = now.unwrap_or(self.now);
        look(&mut self.parts, &mut self.lost, now)
    }
}

/// Gives up what is too old, or everything, and tells what is lost, by reason.
fn look<K: Copy + Eq + core::hash::Hash>(
    parts: &mut Parts<K>,
    lost: &mut Vec<Lost<K>>,
    now: Option<Timestamp>,
) -> Vec<GivenUp> {
    match now {
        Some(now) => parts.expire(now, lost),
        None => parts.end(lost),
    }
    if lost.is_empty() {
        return Vec::new();
    }
    let mut by_reason = BTreeMap::new();
    for lost in lost.drain(..) {
        *by_reason.entry(lost.reason).or_insert(0) += 1;
    }
    let tell = |(reason, count): (Reason, u64)| GivenUp { count, reason: reason.name() };
    by_reason.into_iter().map(tell).collect()
}
