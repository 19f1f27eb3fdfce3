//! Puts together what came in parts: messages for the archives, configurations.

use std::collections::HashMap;
use std::hash::Hash;

use crate::base::Timestamp;

/// The most bytes of all that is incomplete at one time: 64 MiB.
pub const MAX_BYTES: usize = 64 << 20;

/// How long the parts of one whole may take to come, from the first: 60 seconds.
pub const MAX_AGE_MICROS: i64 = 60_000_000;

/// What keeping track of one whole counts as, in bytes.
const OVERHEAD: usize = 256;

/// One part of something.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a, K> {
    /// What the parts of one whole have in common, and no other whole at the same time.
    pub key: K,
    /// The part's number, from 0.
    pub sequence: u32,
    /// Whether no more parts follow.
    pub is_last: bool,
    /// What is kept of the first part besides its bytes: its event's payload.
    pub head: &'a [u8],
    /// The part's bytes.
    pub data: &'a [u8],
}

/// Something that is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Whole {
    /// The head of the first part.
    pub head: Vec<u8>,
    /// The time of the first part.
    pub time: Timestamp,
    /// When the first part came.
    since: Timestamp,
    /// The bytes of all parts.
    pub body: Vec<u8>,
    /// How many parts there were.
    pub parts: u64,
}

/// Parts that no whole will be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GivenUp<K> {
    /// The key of the parts.
    pub key: K,
    /// How many parts are lost.
    pub parts: u64,
    /// Why.
    pub reason: Reason,
}

/// Why parts were given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// A part is missing, or came out of its order.
    Missing,
    /// The parts behind them did not come in time.
    TooOld,
    /// All that is incomplete would be larger than [`MAX_BYTES`].
    TooLarge,
}

impl Reason {
    /// The reason in words, for a notice.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "part missing",
            Self::TooOld => "part late",
            Self::TooLarge => "too large",
        }
    }
}

/// Puts parts together, bounded in bytes and in time.
///
/// Each part that is added comes out again: in a [`Whole`], in a [`GivenUp`], or is still
/// [pending](Self::pending).
///
/// ```
/// use ringmail::Timestamp;
/// use ringmail::format::parts::{Part, Parts};
/// let mut parts = Parts::default();
/// let part = |sequence, is_last, data| Part { key: 7, sequence, is_last, head: b"head", data };
/// let time = Timestamp::from_seconds(1);
/// let mut lost = Vec::new();
/// assert!(parts.add(part(0, false, b"one "), time, time, &mut lost).is_none());
/// let whole = parts.add(part(1, true, b"two"), time, time, &mut lost).unwrap();
/// assert_eq!((whole.head.as_slice(), whole.body.as_slice()), (&b"head"[..], &b"one two"[..]));
/// assert!(lost.is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Parts<K> {
    incomplete: HashMap<K, Whole>,
    /// Of all that is incomplete.
    bytes: usize,
    /// No whole is older than this.
    oldest: Timestamp,
}

impl<K> Default for Parts<K> {
    fn default() -> Self {
        Self { incomplete: HashMap::new(), bytes: 0, oldest: Timestamp::default() }
    }
}

impl<K: Copy + Eq + Hash> Parts<K> {
    /// Takes a part of an event of `time` that comes now, and gives the whole if it is the last. The
    /// event's own time may be long ago: how long the parts take is told by when they come.
    ///
    /// What is given up is put to `lost`, what has become too old meanwhile too.
    pub fn add(
        &mut self,
        part: Part<'_, K>,
        time: Timestamp,
        now: Timestamp,
        lost: &mut Vec<GivenUp<K>>,
    ) -> Option<Whole> {
        self.expire(now, lost);
        let known = self.incomplete.get(&part.key).map(|whole| whole.parts);
        let expected = if part.sequence == 0 { None } else { Some(u64::from(part.sequence)) };
        if known != expected {
            // A whole that begins anew was not finished; any other part has none to belong to.
            self.give_up(part.key, Reason::Missing, lost);
            if part.sequence != 0 {
                lost.push(GivenUp { key: part.key, parts: 1, reason: Reason::Missing });
                return None;
            }
        }
        let is_first = part.sequence == 0;
        let more = part.data.len() + if is_first { part.head.len() + OVERHEAD } else { 0 };
        if self.bytes + more > MAX_BYTES {
            self.give_up(part.key, Reason::TooLarge, lost);
            lost.push(GivenUp { key: part.key, parts: 1, reason: Reason::TooLarge });
            return None;
        }
        if is_first {
            if self.incomplete.is_empty() {
                self.oldest = now;
            }
            let head = part.head.to_vec();
            let new = Whole { head, time, since: now, body: Vec::new(), parts: 0 };
            self.incomplete.insert(part.key, new);
        }
        self.bytes += more;
        let whole = self.incomplete.get_mut(&part.key)?;
        whole.body.extend_from_slice(part.data);
        whole.parts += 1;
        if part.is_last { self.take(part.key) } else { None }
    }

    /// Gives up what has become too old.
    pub fn expire(&mut self, now: Timestamp, lost: &mut Vec<GivenUp<K>>) {
        let last = now.micros().saturating_sub(MAX_AGE_MICROS);
        if self.incomplete.is_empty() || self.oldest.micros() >= last {
            return;
        }
        let is_old = |whole: &Whole| whole.since.micros() < last;
        let old: Vec<_> = self
            .incomplete
            .iter()
            .filter(|(_, whole)| is_old(whole))
            .map(|(key, _)| *key)
            .collect();
        for key in old {
            self.give_up(key, Reason::TooOld, lost);
        }
        self.oldest = self.incomplete.values().map(|whole| whole.since).min().unwrap_or(now);
    }

    /// Gives up everything: no more parts will come.
    pub fn end(&mut self, lost: &mut Vec<GivenUp<K>>) {
        let given_up =
            |(key, whole): (K, Whole)| GivenUp { key, parts: whole.parts, reason: Reason::Missing };
        lost.extend(self.incomplete.drain().map(given_up));
        self.bytes = 0;
    }

    /// How many parts wait for others.
    #[must_use]
    pub fn pending(&self) -> u64 {
        self.incomplete.values().map(|whole| whole.parts).sum()
    }

    fn give_up(&mut self, key: K, reason: Reason, lost: &mut Vec<GivenUp<K>>) {
        if let Some(whole) = self.take(key) {
            lost.push(GivenUp { key, parts: whole.parts, reason });
        }
    }

    fn take(&mut self, key: K) -> Option<Whole> {
        let whole = self.incomplete.remove(&key)?;
        self.bytes -= whole.body.len() + whole.head.len() + OVERHEAD;
        Some(whole)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn part(key: u8, sequence: u32, is_last: bool, data: &[u8]) -> Part<'_, u8> {
        Part { key, sequence, is_last, head: b"head", data }
    }

    fn seconds(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn parts_of_several_wholes_may_mix() {
        let (mut parts, mut lost) = (Parts::default(), Vec::new());
        assert!(parts.add(part(1, 0, false, b"a"), seconds(1), seconds(1), &mut lost).is_none());
        assert!(parts.add(part(2, 0, false, b"x"), seconds(2), seconds(2), &mut lost).is_none());
        assert_eq!(parts.pending(), 2);
        let whole = parts.add(part(1, 1, true, b"b"), seconds(3), seconds(3), &mut lost).unwrap();
        assert_eq!((whole.body, whole.time, whole.parts), (b"ab".to_vec(), seconds(1), 2));
        let whole = parts.add(part(2, 1, true, b"y"), seconds(3), seconds(3), &mut lost).unwrap();
        assert_eq!(whole.body, b"xy");
        assert_eq!((parts.bytes, parts.pending(), lost.len()), (0, 0, 0));
    }

    #[test]
    fn a_gap_costs_the_whole() {
        let (mut parts, mut lost) = (Parts::default(), Vec::new());
        parts.add(part(1, 0, false, b"a"), seconds(1), seconds(1), &mut lost);
        parts.add(part(1, 1, false, b"b"), seconds(1), seconds(1), &mut lost);
        assert!(parts.add(part(1, 3, true, b"d"), seconds(1), seconds(1), &mut lost).is_none());
        assert_eq!(lost.iter().map(|lost| lost.parts).collect::<Vec<_>>(), [2, 1]);
        assert!(lost.iter().all(|lost| lost.reason == Reason::Missing));
        // One that begins anew is whole.
        lost.clear();
        parts.add(part(1, 0, false, b"a"), seconds(1), seconds(1), &mut lost);
        assert!(parts.add(part(1, 0, true, b"c"), seconds(1), seconds(1), &mut lost).is_some());
        assert_eq!(lost, [GivenUp { key: 1, parts: 1, reason: Reason::Missing }]);
    }

    #[test]
    fn what_waits_too_long_is_given_up() {
        let (mut parts, mut lost) = (Parts::default(), Vec::new());
        parts.add(part(1, 0, false, b"a"), seconds(0), seconds(0), &mut lost);
        parts.add(part(2, 0, false, b"a"), seconds(30), seconds(30), &mut lost);
        parts.expire(seconds(60), &mut lost);
        assert!(lost.is_empty());
        parts.expire(seconds(61), &mut lost);
        assert_eq!(lost, [GivenUp { key: 1, parts: 1, reason: Reason::TooOld }]);
        parts.expire(seconds(91), &mut lost);
        assert_eq!((lost.len(), parts.pending(), parts.bytes), (2, 0, 0));
    }

    #[test]
    fn what_tells_of_another_time_takes_no_longer_for_it() {
        let (mut parts, mut lost) = (Parts::default(), Vec::new());
        parts.add(part(1, 0, false, b"a"), seconds(1), seconds(5000), &mut lost);
        parts.add(part(2, 0, false, b"a"), seconds(9999), seconds(5001), &mut lost);
        parts.expire(seconds(5002), &mut lost);
        let whole = parts.add(part(1, 1, true, b"b"), seconds(1), seconds(5030), &mut lost);
        assert_eq!(whole.unwrap().time, seconds(1));
        assert!(lost.is_empty());
    }

    #[test]
    fn what_is_too_large_is_given_up() {
        let (mut parts, mut lost) = (Parts::default(), Vec::new());
        let data = vec![0; 16 << 20];
        for sequence in 0..3 {
            parts.add(part(1, sequence, false, &data), seconds(0), seconds(0), &mut lost);
        }
        assert!(lost.is_empty());
        parts.add(part(1, 3, false, &data), seconds(0), seconds(0), &mut lost);
        assert_eq!(lost.iter().map(|lost| lost.parts).sum::<u64>(), 4);
        assert!(lost.iter().all(|lost| lost.reason == Reason::TooLarge));
        assert_eq!(parts.bytes, 0);
    }

    proptest! {
        /// Whatever comes in whatever order: each part comes out once.
        #[test]
        fn no_part_is_lost_without_a_word(
            all in vec((0..3_u8, 0..4_u32, any::<bool>(), 0..200_i64), 0..60),
        ) {
            let (mut parts, mut lost) = (Parts::default(), Vec::new());
            let mut whole = 0;
            for (key, sequence, is_last, time) in &all {
                let part = part(*key, *sequence, *is_last, b"abc");
                if let Some(done) = parts.add(part, seconds(*time), seconds(*time), &mut lost) {
                    prop_assert_eq!(done.body.len() as u64, 3 * done.parts);
                    whole += done.parts;
                }
                let bytes = parts.incomplete.values().map(|w| w.body.len() + 4 + OVERHEAD);
                prop_assert_eq!(bytes.sum::<usize>(), parts.bytes);
            }
            let pending = parts.pending();
            let sum = |lost: &[GivenUp<u8>]| lost.iter().map(|lost| lost.parts).sum::<u64>();
            prop_assert_eq!(whole + sum(&lost) + pending, all.len() as u64);
            let before = sum(&lost);
            parts.end(&mut lost);
            prop_assert_eq!((sum(&lost), parts.bytes), (before + pending, 0));
        }
    }
}
