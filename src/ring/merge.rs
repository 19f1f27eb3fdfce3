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

impl Merge {
    /// Gives records stamped before `horizon` to `sink`, in order, until it says to stop.
    ///
    /// `sink` gets the lane's index and the record, and returns whether to go on. The caller has
    /// read the horizon first and then let each consumer look at its tail.
    ///
    /// Returns how many records were given.
    pub(crate) fn drain(
        &mut self,
        lanes: &mut [Consumer],
        horizon: u64,
        mut sink: impl FnMut(usize, &Record<'_>) -> bool,
    ) -> usize {
        self.heap.clear();
        for (index, lane) in lanes.iter_mut().enumerate() {
            if let Some(order) = self.due(lane, horizon) {
                self.heap.push(std::cmp::Reverse((order, index)));
            }
        }
        let mut given = 0;
        while let Some(std::cmp::Reverse((_, index))) = self.heap.pop() {
            let others = self.heap.peek().map_or(u64::MAX, |least| least.0.0);
            let Some(lane) = lanes.get_mut(index) else { continue };
            loop {
                let Some(record) = lane.record() else {
                    lane.malformed += 1;
                    lane.drained += 1;
                    lane.pass();
                    break;
                };
                let goes_on = sink(index, &record);
                lane.drained += 1;
                lane.pass();
                given += 1;
                if !goes_on {
                    return given;
                }
                match lane.next_order() {
                    Some(order) if order <= others && order < horizon => {}
                    _ => break,
                }
            }
            if let Some(order) = self.due(lane, horizon) {
                self.heap.push(std::cmp::Reverse((order, index)));
            }
        }
        given
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
