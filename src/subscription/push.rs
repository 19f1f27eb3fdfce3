use core::fmt;

use crate::base::{Level, PushAccount, Timestamp};

/// What a sink that frames each line for a peer wants to be told of it.
///
/// ```
/// use ringmail::subscription::Wants;
/// assert!(Wants::marks().with_ids().has_ids());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Wants {
    ids: bool,
}

impl Wants {
    /// Level and time of each line.
    pub const fn marks() -> Self {
        Self { ids: false }
    }

    /// The ids that its event names, too: they are looked up in each record.
    pub const fn with_ids(mut self) -> Self {
        self.ids = true;
        self
    }

    /// Whether the ids are wanted.
    #[must_use]
    pub const fn has_ids(self) -> bool {
        self.ids
    }
}

/// What a line is, besides its bytes.
///
/// There is one for each event and each line of the engine's own, in the order of the lines. An event
/// may be several lines; they have one mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mark {
    /// Where it ends in the bytes handed over, its last line feed included.
    pub end: usize,
    /// When it happened, to the microsecond.
    pub time: Timestamp,
    /// Its level.
    pub level: Level,
    /// It is a line of the engine's own, such as a notice.
    pub is_own: bool,
    /// The ids that it names, where [`Wants::with_ids`] asked for them.
    pub ids: Ids,
}

impl Mark {
    /// The mark of an event that ends at `end`.
    ///
    /// ```
    /// use ringmail::subscription::Mark;
    /// use ringmail::{Level, Timestamp};
    /// let mark = Mark::new(40, Timestamp::from_seconds(1_416_388_598), Level::Info);
    /// assert!(!mark.is_own && mark.ids.mid.is_none());
    /// ```
    #[must_use]
    pub const fn new(end: usize, time: Timestamp, level: Level) -> Self {
        let ids = Ids { mid: None, icid: None, dcid: None, rid: None };
        Self { end, time, level, is_own: false, ids }
    }
}

/// The numbers by which lines of a mail log belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// The message.
    pub mid: Option<u64>,
    /// The incoming connection.
    pub icid: Option<u64>,
    /// The outgoing connection.
    pub dcid: Option<u64>,
    /// The recipient, within the message.
    pub rid: Option<u64>,
}

/// What a sink that was left has still to send: it ends by itself.
pub trait PushRest: fmt::Debug + Send {
    /// What has become of the lines so far.
    fn account(&self) -> PushAccount;

    /// What happened to its peer meanwhile.
    fn take_news(&mut self) -> Option<PushNews>;

    /// Whether nothing will change any more.
    fn has_ended(&self) -> bool;

    /// Waits until nothing will, no longer than the sink's own limit.
    fn wait(&self);

    /// Ends it at once, as far as nothing is lost by it.
    fn hurry(&self);

    /// Whether it must have ended before another sink can take its place.
    fn is_exclusive(&self) -> bool;
}

/// What happened between a sink and the peer that it sends to, for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushNews {
    /// Lines do not get there. Told at most once a minute for a destination; each server of a list is
    /// one.
    Failed {
        /// `host:port`, and over what.
        destination: String,
        /// What was seen, what it means and what to do next, in a sentence or two.
        finding: String,
        /// How often this happened since it was last told.
        repeats: u64,
    },
    /// Lines get there again.
    Resumed {
        /// `host:port`, and over what.
        destination: String,
        /// How long they did not.
        seconds: u64,
        /// Lines that were sent again, perhaps for the second time.
        resent: u64,
        /// Lines that wait in the disk buffer.
        buffered: u64,
        /// Lines that nobody will get.
        lost: u64,
        /// Lines of which nobody knows whether they arrived.
        unknown: u64,
    },
    /// Something that will go wrong, or went wrong beside the lines: a certificate that expires
    /// soon, a segment that cannot be read.
    Warned {
        /// What.
        text: String,
    },
}
