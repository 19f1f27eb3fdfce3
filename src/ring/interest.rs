use std::sync::atomic::{AtomicU64, Ordering};

/// Event numbers that a bitmap of the catalogue can hold: 0 to 2047.
pub(crate) const EVENT_NUMBERS: usize = 2048;

const WORDS: usize = EVENT_NUMBERS / 64;

/// A set of event numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventSet([u64; WORDS]);

impl EventSet {
    pub(crate) const EMPTY: Self = Self([0; WORDS]);

    pub(crate) fn insert(&mut self, number: u16) {
        if let Some(word) = self.0.get_mut(usize::from(number >> 6)) {
            *word |= 1 << (number & 63);
        }
    }

    pub(crate) fn remove(&mut self, number: u16) {
        if let Some(word) = self.0.get_mut(usize::from(number >> 6)) {
            *word &= !(1 << (number & 63));
        }
    }

    #[inline]
    pub(crate) fn contains(&self, number: u16) -> bool {
        self.0.get(usize::from(number >> 6)).is_some_and(|word| word >> (number & 63) & 1 != 0)
    }

    pub(crate) fn union(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }
}

/// Which event numbers anybody consumes: asked by `emit` before anything else (contract C7).
///
/// One relaxed load. A change is seen by a worker some time later; the engine widens interest
/// before it switches subscriptions and narrows it afterwards, so that nothing wanted is missed.
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct Interest([AtomicU64; WORDS]);

impl Interest {
    pub(crate) fn new() -> Self {
        Self([const { AtomicU64::new(0) }; WORDS])
    }

    #[inline]
    pub(crate) fn wants(&self, number: u16) -> bool {
        // ORDERING: none needed; the word carries no other data with it.
        self.0
            .get(usize::from(number >> 6))
            .is_some_and(|word| word.load(Ordering::Relaxed) >> (number & 63) & 1 != 0)
    }

    pub(crate) fn snapshot(&self) -> EventSet {
        EventSet(std::array::from_fn(|at| {
            self.0.get(at).map_or(0, |word| word.load(Ordering::Relaxed))
        }))
    }

    pub(crate) fn set(&self, set: &EventSet) {
        for (word, value) in self.0.iter().zip(set.0) {
            // ORDERING: as for `wants`.
            word.store(value, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let mut set = EventSet::EMPTY;
        set.insert(0);
        set.insert(63);
        set.insert(64);
        set.insert(2047);
        set.insert(2048);
        set.insert(5);
        set.remove(5);
        set.remove(2048);
        let held: Vec<u16> = (0..=u16::MAX).filter(|number| set.contains(*number)).collect();
        assert_eq!(held, [0, 63, 64, 2047]);
        let interest = Interest::new();
        assert!(!interest.wants(63));
        interest.set(&set);
        assert!(interest.wants(63) && interest.wants(2047));
        assert!(!interest.wants(1) && !interest.wants(u16::MAX));
    }
}
