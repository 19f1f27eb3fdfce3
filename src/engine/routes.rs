use crate::ring::{EVENT_NUMBERS, EventSet};

/// Which outlets take an event, by its number.
///
/// A subscription costs nothing with the events that it does not take. To ask each of a dozen took
/// a tenth of what an event takes from `emit` to its file.
#[derive(Debug)]
pub(crate) struct Routes {
    /// For each number its words of one bit an outlet.
    takers: Vec<u64>,
    words: usize,
    /// For each number its plain taker, or [`NONE`].
    plain: Vec<u16>,
}

/// No outlet.
const NONE: u16 = u16::MAX;

impl Routes {
    /// From what each outlet takes, in their order. `is_plain` tells whether an event that only this
    /// outlet takes is a line of it, and nothing else is to be done with it.
    pub(crate) fn new(takes: &[EventSet], is_plain: impl Fn(u16, usize) -> bool) -> Self {
        let words = takes.len().div_ceil(64);
        let mut takers = vec![0; EVENT_NUMBERS * words];
        for (index, set) in takes.iter().enumerate() {
            for (number, of_number) in (0..).zip(takers.chunks_exact_mut(words)) {
                if let Some(word) = of_number.get_mut(index / 64).filter(|_| set.contains(number)) {
                    *word |= 1 << (index % 64);
                }
            }
        }
        let mut plain = vec![NONE; EVENT_NUMBERS];
        for (number, taker) in (0..).zip(&mut plain) {
            let mut all = takes.iter().enumerate().filter(|(_, set)| set.contains(number));
            if let (Some((only, _)), None) = (all.next(), all.next())
                && is_plain(number, only)
            {
                *taker = u16::try_from(only).unwrap_or(NONE);
            }
        }
        Self { takers, words, plain }
    }

    /// How many words of takers a number has.
    #[inline]
    pub(crate) const fn words(&self) -> usize {
        self.words
    }

    /// The one outlet that takes events of this number, where they are lines of it and no more.
    #[inline]
    pub(crate) fn plain_taker(&self, number: u16) -> Option<usize> {
        self.plain.get(usize::from(number)).filter(|taker| **taker != NONE).map(|it| (*it).into())
    }

    /// The outlets `64 * word` and up that take events of this number, the first in the lowest bit.
    #[inline]
    pub(crate) fn takers(&self, number: u16, word: usize) -> u64 {
        self.takers.get(usize::from(number) * self.words + word).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_taker_is_the_only_one() {
        let [mut one, mut both] = [EventSet::EMPTY; 2];
        for number in 7..10 {
            one.insert(number);
        }
        both.insert(8);
        let mut sets = vec![EventSet::EMPTY, one, both];
        let plain = |sets: &[EventSet]| {
            let routes = Routes::new(sets, |number, index| (number, index) != (9, 1));
            [6, 7, 8, 9, u16::MAX].map(|number| routes.plain_taker(number))
        };
        assert_eq!(plain(&sets), [None, Some(1), None, None, None]);
        sets.resize_with(65, || EventSet::EMPTY);
        sets.swap(1, 64);
        assert_eq!(plain(&sets), [None, Some(64), None, Some(64), None]);
    }

    #[test]
    fn takers_are_those_whose_set_has_the_number() {
        let sets: Vec<_> = (0..70_u16)
            .map(|index| {
                let mut set = EventSet::EMPTY;
                set.insert(index);
                set.insert(2047);
                set
            })
            .collect();
        let routes = Routes::new(&sets, |_, _| true);
        assert_eq!(routes.words(), 2);
        for number in 0..=u16::MAX {
            let takers: Vec<usize> = (0..sets.len())
                .filter(|index| routes.takers(number, index / 64) >> (index % 64) & 1 != 0)
                .collect();
            let expected: Vec<usize> =
                (0..sets.len()).filter(|index| sets[*index].contains(number)).collect();
            assert_eq!(takers, expected, "{number}");
        }
    }
}
