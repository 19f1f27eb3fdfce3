use crate::record::Record;
use crate::ring::consumer::Consumer;

/// Brings the lanes' records into one order, by their stamps, up to a horizon (contract C4).
///
/// Within a lane stamps do not fall, so each lane is a sorted run. The lane that is being drained
/// stays the current one as long as its next stamp is not above the least of the others', which
/// costs one comparison a record; the others stand in a heap.
#[derive(Debug, Default)]
pub(crate) struct Merge {
    /// Lanes other than the current one, as (stamp of its next record, index).
    heap: std::collections::BinaryHeap<std::cmp::Reverse<(u64, usize)>>,
    /// Records that were stamped behind two horizons, and released all the same.
    pub(crate) ahead_total: u64,
    /// How many of them notices have told of.
    pub(crate) ahead_told: u64,
}

/// Takes records as they come out of the lanes.
pub(crate) trait Take {
    /// Takes the next one. Whether it can take another.
    fn take(&mut self, record: Record<'_>) -> bool;
}

#[cfg(test)]
impl<F: FnMut(Record<'_>) -> bool> Take for F {
    fn take(&mut self, record: Record<'_>) -> bool {
        self(record)
    }
}

impl Merge {
    /// Gives records stamped before `horizon` to `taker`, in order, until it says to stop. Whether it
    /// did.
    ///
    /// The caller has read the horizon first and then let each consumer look at its tail.
    #[inline]
    pub(crate) fn drain(
        &mut self,
        lanes: &mut [Consumer],
        horizon: u64,
        taker: &mut impl Take,
    ) -> bool {
        self.heap.clear();
        for (index, lane) in lanes.iter_mut().enumerate() {
            if let Some(order) = self.due(lane, horizon) {
                self.heap.push(std::cmp::Reverse((order, index)));
            }
        }
        while let Some(std::cmp::Reverse((_, index))) = self.heap.pop() {
            let others = self.heap.peek().map_or(u64::MAX, |least| least.0.0);
            let below = others.saturating_add(1).min(horizon);
            let Some(lane) = lanes.get_mut(index) else { continue };
            let is_stopped = if lane.is_of_other() {
                lane.drain_of_other(below, taker)
            } else {
                lane.drain_own(below, taker)
            };
            if is_stopped {
                return true;
            }
            if let Some(order) = self.due(lane, horizon) {
                self.heap.push(std::cmp::Reverse((order, index)));
            }
        }
        false
    }

    /// The stamp under which the lane's next record takes part, if it is due.
    fn due(&mut self, lane: &mut Consumer, horizon: u64) -> Option<u64> {
        let order = lane.next_order()?;
        if order < horizon {
            return Some(order);
        }
        self.hold_back(lane, horizon)
    }

    /// A record stamped behind the horizon waits for the next one. It was published before that
    /// one is read, so it cannot truly be behind it: a stamp that is was not taken from our
    /// counter as it is now (the machine slept or moved, or the lane lies).
    #[cold]
    fn hold_back(&mut self, lane: &mut Consumer, horizon: u64) -> Option<u64> {
        if lane.left_behind < 2 {
            lane.left_behind += 1;
            return None;
        }
        self.ahead_total += 1;
        let order = horizon.saturating_sub(1);
        // Those behind it are not held back for its sake.
        lane.restamp(order);
        Some(order)
    }
}
