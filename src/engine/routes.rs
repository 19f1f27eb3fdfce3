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
}

impl Routes {
    /// From what each outlet takes, in their order.
    pub(crate) fn new(takes: &[EventSet]) -> Self {
        let words = takes.len().div_ceil(64);
        let mut takers = vec![0; EVENT_NUMBERS * words];
        for (index, set) in takes.iter().enumerate() {
            for (number, of_number) in (0..).zip(takers.chunks_exact_mut(words)) {
                if let Some(word) = of_number.get_mut(index / 64).filter(|_| set.contains(number)) {
                    *word |= 1 << (index % 64);
                }
            }
        }
        Self { takers, words }
    }

    /// How many words of takers a number has.
    #[inline]
    pub(crate) const fn words(&self) -> usize {
        self.words
    }

    /// The one outlet that takes events of this number, where there are not several, nor more than
    /// 64 outlets.
    #[inline]
    pub(crate) fn only_taker(&self, number: u16) -> Option<usize> {
        let takers = self.takers(number, 0);
        (self.words == 1 && takers.is_power_of_two()).then(|| takers.trailing_zeros() as usize)
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
    fn an_only_taker_is_the_only_one() {
        let [mut one, mut both] = [EventSet::EMPTY; 2];
        one.insert(7);
        one.insert(8);
        both.insert(8);
        let mut sets = vec![EventSet::EMPTY, one, both];
        let routes = Routes::new(&sets);
        assert_eq!([6, 7, 8].map(|number| routes.only_taker(number)), [None, Some(1), None]);
        sets.resize_with(65, || EventSet::EMPTY);
        assert_eq!(Routes::new(&sets).only_taker(7), None);
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
        let routes = Routes::new(&sets);
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
