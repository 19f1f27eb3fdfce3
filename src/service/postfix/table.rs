//! A map of what is open: bounded by number, and by age.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hash, Hasher};

/// Keeps the values that were used last: when it is full, one that was not used of late goes.
///
/// A new value stands at the end of a queue. What comes to the front goes, unless it has been used
/// since it was put there, or is put to the end again.
#[derive(Debug)]
pub(super) struct Table<K, V> {
    slots: HashMap<K, Slot<V>, Seeded>,
    queue: VecDeque<(K, u64)>,
    serial: u64,
}

#[derive(Debug)]
struct Slot<V> {
    value: V,
    /// Of its entry in the queue: a key that was taken out and put in again has two.
    serial: u64,
    is_used: bool,
}

impl<K: Copy + Eq + Hash, V> Table<K, V> {
    pub(super) fn new() -> Self {
        Self { slots: HashMap::with_hasher(Seeded::new()), queue: VecDeque::new(), serial: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The value, which counts as used.
    #[inline]
    pub(super) fn get(&mut self, key: &K) -> Option<&mut V> {
        let slot = self.slots.get_mut(key)?;
        slot.is_used = true;
        Some(&mut slot.value)
    }

    /// Puts a value in, and gives the one that it replaces.
    pub(super) fn insert(&mut self, key: K, value: V) -> Option<V> {
        if self.queue.len() > 2 * self.slots.len() + 64 {
            let slots = &self.slots;
            self.queue
                .retain(|(key, serial)| slots.get(key).is_some_and(|slot| slot.serial == *serial));
        }
        self.serial += 1;
        self.queue.push_back((key, self.serial));
        let slot = Slot { value, serial: self.serial, is_used: false };
        self.slots.insert(key, slot).map(|slot| slot.value)
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        self.slots.remove(key).map(|slot| slot.value)
    }

    /// Takes out the value that was not used for longest, about.
    pub(super) fn evict(&mut self) -> Option<(K, V)> {
        while let Some((key, serial)) = self.queue.pop_front() {
            match self.slots.get_mut(&key) {
                Some(slot) if slot.serial == serial && slot.is_used => {
                    slot.is_used = false;
                    self.queue.push_back((key, serial));
                }
                Some(slot) if slot.serial == serial => {
                    return self.remove(&key).map(|value| (key, value));
                }
                _ => {}
            }
        }
        None
    }

    /// Takes out a value that `is_over`, if there is one among the next few.
    pub(super) fn expire(&mut self, is_over: impl Fn(&V) -> bool) -> Option<(K, V)> {
        for _ in 0..self.queue.len().min(32) {
            let (key, serial) = self.queue.pop_front()?;
            match self.slots.get(&key) {
                Some(slot) if slot.serial == serial && is_over(&slot.value) => {
                    return self.remove(&key).map(|value| (key, value));
                }
                Some(slot) if slot.serial == serial => self.queue.push_back((key, serial)),
                _ => {}
            }
        }
        None
    }

    /// Keys and values in the order of the queue.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.queue.iter().filter_map(|(key, serial)| {
            let slot = self.slots.get(key)?;
            (slot.serial == *serial).then_some((key, &slot.value))
        })
    }
}

/// Folds words by multiplication, from a random start: what log lines hold cannot make it slow.
#[derive(Clone, Debug)]
pub(super) struct Seeded(u64);

impl Seeded {
    pub(super) fn new() -> Self {
        Self(RandomState::new().hash_one(0) | 1)
    }
}

impl BuildHasher for Seeded {
    type Hasher = Folder;

    #[inline]
    fn build_hasher(&self) -> Folder {
        Folder { hash: self.0, factor: self.0.rotate_left(32) | 1 }
    }
}

/// See [`Seeded`].
#[derive(Debug)]
pub(super) struct Folder {
    hash: u64,
    factor: u64,
}

impl Hasher for Folder {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((word, behind)) = rest.split_first_chunk() {
            self.write_u64(u64::from_le_bytes(*word));
            rest = behind;
        }
        if !rest.is_empty() {
            let last = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.write_u64(last ^ (rest.len() as u64) << 56);
        }
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        let product =
            u128::from(self.hash ^ word) * u128::from(self.factor ^ 0x9E37_79B9_7F4A_7C15);
        #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
        let folded = product as u64 ^ (product >> 64) as u64;
        self.hash = folded.wrapping_add(self.factor);
    }

    #[inline]
    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }

    #[inline]
    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays() {
        let mut table = Table::new();
        for key in 0..4_u64 {
            table.insert(key, key * 10);
        }
        assert_eq!(table.get(&0), Some(&mut 0));
        assert_eq!(table.remove(&1), Some(10));
        assert_eq!(table.insert(1, 11), None);
        assert_eq!(table.evict(), Some((2, 20)));
        assert_eq!(table.evict(), Some((3, 30)));
        assert_eq!(table.expire(|value| *value == 11), Some((1, 11)));
        assert_eq!(table.expire(|value| *value == 11), None);
        assert_eq!(table.evict(), Some((0, 0)));
        assert_eq!((table.evict(), table.len()), (None, 0));
    }

    #[test]
    fn the_queue_does_not_grow_with_what_comes_and_goes() {
        let mut table = Table::new();
        for key in 0..10_000_u64 {
            table.insert(key % 7, ());
            table.remove(&(key % 7));
        }
        assert!(table.queue.len() < 100);
        assert_eq!(table.iter().count(), 0);
    }
}
