use crate::base::SubscriptionAccount;
use crate::sink::proof::flat::{Object, Writer};

/// What a log file holds.
///
/// In a file that is lines, the four kinds of lines are all that there are; in one of another form
/// (binary, mbox, XML) `events` are the things that it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Lines that are the first, or only, line of an event.
    pub events: u64,
    /// Lines of the engine's own: headers, status lines, notices.
    pub own: u64,
    /// Lines that an event has besides its first.
    pub further: u64,
    /// Lines of whatever kind that were there when a run took the file up behind a crash.
    pub earlier: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Counts {
    /// All lines.
    ///
    /// ```
    /// assert_eq!(ringmail::sink::proof::Counts::default().lines(), 0);
    /// ```
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.events
            .saturating_add(self.own)
            .saturating_add(self.further)
            .saturating_add(self.earlier)
    }

    /// What was written between two states of an account.
    pub(crate) const fn between(before: &SubscriptionAccount, after: &SubscriptionAccount) -> Self {
        Self {
            events: after.written.saturating_sub(before.written),
            own: after.own_lines.saturating_sub(before.own_lines),
            further: after.further_lines.saturating_sub(before.further_lines),
            earlier: 0,
            bytes: 0,
        }
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.number("lines", self.lines())
            .number("events", self.events)
            .number("own", self.own)
            .number("further", self.further)
            .number("earlier", self.earlier)
            .number("bytes", self.bytes);
    }

    /// `None` if one is missing, or the lines are not what they add up to.
    pub(crate) fn read(from: &Object) -> Option<Self> {
        let read = Self {
            events: from.number("events")?,
            own: from.number("own")?,
            further: from.number("further")?,
            earlier: from.number("earlier")?,
            bytes: from.number("bytes")?,
        };
        (from.number("lines")? == read.lines()).then_some(read)
    }
}
