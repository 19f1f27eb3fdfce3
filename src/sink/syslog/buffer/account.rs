use core::fmt;

use crate::sink::syslog::buffer::state::State;

/// What became of a buffer's entries, over all runs.
///
/// taken = acknowledged + given up + lost + pending. What was refused or failed was never taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BufferAccount {
    /// Entries that the buffer took.
    pub taken: u64,
    /// Of these, those that were acknowledged.
    pub acknowledged: u64,
    /// Those that were given up for newer ones, because the buffer was full
    /// ([`WhenFull::DropOldest`](super::WhenFull::DropOldest)). They may have been sent all the same.
    pub given_up: u64,
    /// Those that were damaged on disk.
    pub lost: u64,
    /// Those that are still to be acknowledged.
    pub pending: u64,
    /// Entries that were not taken because the buffer was full
    /// ([`WhenFull::DropNewest`](super::WhenFull::DropNewest)).
    pub refused: u64,
    /// Entries that were not taken because the disk did not take them.
    pub failed: u64,
    /// The bytes that its files have. Those of entries that were sent are among them until all of
    /// their segment is.
    pub bytes: u64,
    /// The last entry's sequence.
    pub end: u64,
}

impl BufferAccount {
    /// `lost_ahead`: how many of the lost are not settled.
    pub(super) const fn of(state: &State, lost_ahead: u64, bytes: u64) -> Self {
        Self {
            taken: state.taken - state.base,
            acknowledged: state.acknowledged,
            given_up: state.given_up,
            lost: state.lost + lost_ahead,
            pending: state.taken - state.settled - lost_ahead,
            refused: state.refused,
            failed: state.failed,
            bytes,
            end: state.taken,
        }
    }

    /// Whether every entry that was taken is accounted for.
    #[must_use]
    pub const fn is_balanced(&self) -> bool {
        self.taken == self.acknowledged + self.given_up + self.lost + self.pending
    }
}

impl fmt::Display for BufferAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { taken, acknowledged, given_up, lost, pending, refused, failed, .. } = self;
        write!(
            f,
            "{taken} taken = {acknowledged} acknowledged + {given_up} given up + {lost} lost + \
             {pending} pending; {refused} refused, {failed} failed"
        )
    }
}
