//! What is known of a buffer beside its entries.
//!
//! The file `state` has two slots, a page apart. A state is written into the one that does not hold
//! the last, so that a process that is killed while it writes leaves the one before.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::base::{Disk, How};
use crate::sink::syslog::buffer::entry::{LAST_SEQUENCE, number};

pub(super) const NAME: &str = "state";

/// The last byte is the version.
const MAGIC: u64 = u64::from_le_bytes(*b"RINGBST\x01");

/// From one slot to the other.
const APART: u64 = 4096;

/// Magic and generation, the state, the sum of these.
const WORDS: usize = 2 + State::WORDS + 1;
const SLOT: usize = 8 * WORDS;

/// How far a buffer has come. Sequences are of the last entry of which something is true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// The last that was taken, as far as it was known when this was written.
    pub(super) taken: u64,
    /// The last before those that the counters count.
    pub(super) base: u64,
    /// The last that was handed out to be sent.
    pub(super) sent: u64,
    /// The last that was acknowledged, given up or lost, with all before it.
    pub(super) settled: u64,
    /// The last that is not needed any more.
    pub(super) released: u64,
    pub(super) acknowledged: u64,
    pub(super) refused: u64,
    pub(super) failed: u64,
    pub(super) given_up: u64,
    pub(super) lost: u64,
}

impl State {
    const WORDS: usize = 10;

    const fn words(&self) -> [u64; Self::WORDS] {
        let Self { taken, base, sent, settled, released, .. } = *self;
        let Self { acknowledged, refused, failed, given_up, lost, .. } = *self;
        [taken, base, sent, settled, released, acknowledged, refused, failed, given_up, lost]
    }

    const fn of_words(words: [u64; Self::WORDS]) -> Self {
        let [taken, base, sent, settled, released, rest @ ..] = words;
        let [acknowledged, refused, failed, given_up, lost] = rest;
        Self { taken, base, sent, settled, released, acknowledged, refused, failed, given_up, lost }
    }

    /// Of what is settled, so many entries count no longer.
    pub(super) fn unsettle(&mut self, count: u64) {
        let mut again = count;
        for counter in [&mut self.acknowledged, &mut self.given_up, &mut self.lost] {
            let part = again.min(*counter);
            *counter -= part;
            again -= part;
        }
    }

    /// Whether it can have been written: sequences in their order.
    fn is_possible(&self) -> bool {
        self.base <= self.settled
            && self.released <= self.settled
            && self.settled <= self.taken
            && self.taken.max(self.sent) < LAST_SEQUENCE
    }
}

/// Where states go.
#[derive(Debug)]
pub(super) struct StateFile {
    file: File,
    generation: u64,
}

/// What a file of states says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// There is no file: the buffer is new.
    None,
    /// The last state.
    Whole(State),
    /// This one, and there may have been a later one.
    Older(State),
    /// Nothing that can be used.
    Damaged,
}

impl StateFile {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// When it can neither be opened nor made.
    pub(super) fn open(disk: &dyn Disk, folder: &Path) -> io::Result<(Self, Last)> {
        let path = folder.join(NAME);
        let (file, is_new) = match disk.open(&path, How::Change) {
            Ok(file) if file.metadata()?.is_file() => (file, false),
            Ok(_) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (disk.open(&path, How::Make(0o600))?, true)
            }
            Err(error) => return Err(error),
        };
        let (generation, last) = if is_new { (0, Last::None) } else { last_of(&file)? };
        Ok((Self { file, generation }, last))
    }

    /// Reads the file of a buffer that somebody else may have.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub(super) fn read(disk: &dyn Disk, folder: &Path) -> io::Result<Last> {
        match disk.open(&folder.join(NAME), How::Read) {
            Ok(file) => last_of(&file).map(|(_, last)| last),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Last::None),
            Err(error) => Err(error),
        }
    }

    /// Puts a state in the place of the last one.
    ///
    /// # Errors
    /// When it cannot be written; the last one stands.
    pub(super) fn write(&mut self, state: &State) -> io::Result<()> {
        let generation = self.generation + 1;
        let slot = slot_of(generation, state);
        self.file.write_all_at(&slot, place_of(generation))?;
        self.generation = generation;
        Ok(())
    }

    pub(super) const fn file(&self) -> &File {
        &self.file
    }
}

const fn place_of(generation: u64) -> u64 {
    (generation % 2) * APART
}

fn slot_of(generation: u64, state: &State) -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    let words = [MAGIC, generation].into_iter().chain(state.words());
    for (to, word) in slot.chunks_exact_mut(8).zip(words) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    let (said, sum) = slot.split_at_mut(SLOT - 8);
    sum.copy_from_slice(&u64::from(crc32fast::hash(said)).to_le_bytes());
    slot
}

/// The last generation in a file, and what it says.
fn last_of(file: &File) -> io::Result<(u64, Last)> {
    let mut found: [Option<(u64, State)>; 2] = [None; 2];
    for (place, found) in [0, APART].into_iter().zip(&mut found) {
        let mut slot = [0; SLOT];
        match file.read_exact_at(&mut slot, place) {
            Ok(()) => {
                *found = state_of(&slot).filter(|(generation, _)| place_of(*generation) == place)
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
            Err(error) => return Err(error),
        }
    }
    Ok(match found {
        [Some((one, first)), Some((other, second))] => {
            let (generation, state) = if one > other { (one, first) } else { (other, second) };
            let last = if one.abs_diff(other) == 1 { Last::Whole } else { Last::Older };
            (generation, last(state))
        }
        [Some((generation, state)), None] | [None, Some((generation, state))] => {
            (generation, Last::Older(state))
        }
        [None, None] => (0, Last::Damaged),
    })
}

fn state_of(slot: &[u8; SLOT]) -> Option<(u64, State)> {
    let word = |at: usize| number::<8>(slot, 8 * at);
    let generation = word(1);
    if word(0) != MAGIC || generation >= LAST_SEQUENCE {
        return None;
    }
    let state = State::of_words(std::array::from_fn(|at| word(2 + at)));
    let is_whole = slot_of(generation, &state) == *slot;
    (is_whole && state.is_possible()).then_some((generation, state))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RealDisk;

    fn state(taken: u64) -> State {
        State { taken, sent: 900, refused: 8, ..State::default() }
    }

    fn last(dir: &Path) -> Last {
        StateFile::open(&RealDisk, dir).unwrap().1
    }

    #[test]
    fn the_last_state_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let (mut file, none) = StateFile::open(&RealDisk, dir.path()).unwrap();
        assert_eq!(none, Last::None);
        for taken in 1..6 {
            file.write(&state(taken)).unwrap();
            assert_eq!(
                StateFile::read(&RealDisk, dir.path()).unwrap(),
                match taken {
                    1 => Last::Older(state(1)),
                    _ => Last::Whole(state(taken)),
                }
            );
        }
        let (mut file, found) = StateFile::open(&RealDisk, dir.path()).unwrap();
        assert_eq!(found, Last::Whole(state(5)));
        file.write(&state(6)).unwrap();
        assert_eq!(last(dir.path()), Last::Whole(state(6)));
    }

    /// Wherever a bit is flipped, one of the two states is found, and never as the last if it is not.
    #[test]
    fn a_damaged_slot_leaves_the_other() {
        let dir = tempfile::tempdir().unwrap();
        let (mut file, _) = StateFile::open(&RealDisk, dir.path()).unwrap();
        for taken in 1..4 {
            file.write(&state(taken)).unwrap();
        }
        let path = dir.path().join(NAME);
        let whole = std::fs::read(&path).unwrap();
        for at in (0..SLOT).flat_map(|at| [at, 4096 + at]) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x40;
            std::fs::write(&path, &bytes).unwrap();
            let expected = if at < SLOT { state(3) } else { state(2) };
            assert_eq!(last(dir.path()), Last::Older(expected), "{at}");
        }
        std::fs::write(&path, [0; 9000]).unwrap();
        assert_eq!(last(dir.path()), Last::Damaged);
        std::fs::write(&path, []).unwrap();
        assert_eq!(last(dir.path()), Last::Damaged);
    }

    #[test]
    fn what_cannot_be_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        let (mut file, _) = StateFile::open(&RealDisk, dir.path()).unwrap();
        file.write(&State { settled: 5, taken: 4, ..State::default() }).unwrap();
        assert_eq!(last(dir.path()), Last::Damaged);
    }
}
