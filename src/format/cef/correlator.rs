//! Follows each message through its events, and writes its line when it is finished.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::base::Timestamp;
use crate::event::{Event, Finished, FinishedAborted, Line, Malformed, Mid};
use crate::format::cef::message::{Message, Values};
use crate::format::cef::{CefField, Layout};
use crate::format::render::decode;
use crate::format::{Compose, Composed, GivenUp, LineWriter};
use crate::record::Record;

/// The most messages, and the longest that one is followed, where a subscription says nothing.
pub(crate) const DEFAULT_MESSAGES: usize = 65_536;
/// Longer than a mail server tries to deliver a message.
pub(crate) const DEFAULT_AGE: Duration = Duration::from_secs(5 * 86_400);

/// The most bytes that are kept of all messages together: 256 MiB. The oldest are given up.
const MAX_BYTES: usize = 256 << 20;

/// The most connections that are followed, in each direction.
const MAX_CONNECTIONS: usize = 65_536;

/// The consolidated event log.
#[derive(Debug)]
pub(crate) struct Consolidated {
    layout: Layout,
    pub(super) known: Known,
    max_messages: usize,
    max_age_micros: i64,
    /// Messages given up since this was last told: too many, too old.
    too_many: u64,
    too_old: u64,
}

/// What is known of open connections and unfinished messages.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(super) injections: HashMap<u64, Arc<Values>>,
    pub(super) deliveries: HashMap<u64, Values>,
    pub(super) messages: HashMap<u64, Followed>,
    /// Bytes kept of all messages.
    bytes: usize,
    /// The messages that the event under way was about, and their bytes before it.
    touched: Vec<(u64, usize)>,
    /// The messages by age, the oldest first; those that are finished already are among them.
    by_age: VecDeque<(u64, i64)>,
    /// The headers that are logged, in lower case; `None`: all that are told.
    pub(super) headers: Option<Vec<String>>,
    /// When the engine last looked, by its own clock: events may tell of long ago.
    now: i64,
}

#[derive(Debug)]
pub(super) struct Followed {
    pub(super) message: Message,
    /// When its first event happened, in microseconds: what tells it from another of its number.
    since: i64,
}

impl Consolidated {
    /// Writes lines of this layout, and follows no more messages, and none longer, than told.
    pub(crate) fn new(
        layout: Layout,
        headers: Option<&[String]>,
        max_messages: usize,
        max_age: Duration,
        now: Timestamp,
    ) -> Self {
        let headers =
            headers.map(|names| names.iter().map(|name| name.to_ascii_lowercase()).collect());
        Self {
            layout,
            known: Known { headers, now: now.micros(), ..Known::default() },
            max_messages,
            max_age_micros: i64::try_from(max_age.as_micros()).unwrap_or(i64::MAX),
            too_many: 0,
            too_old: 0,
        }
    }

    fn finish(
        &mut self,
        mid: Mid,
        time: Timestamp,
        admits: &mut dyn FnMut() -> bool,
        block: &mut LineWriter,
    ) -> Composed {
        // A message of which nothing was told before has a line all the same.
        let mut message = self.known.take_out(mid.0).unwrap_or_default();
        if !admits() {
            return Composed::Limited;
        }
        message.set(CefField::SerialNumber, self.layout.serial());
        message.set(CefField::Mid, mid.0.to_string());
        if message.value(CefField::DcidTimestamp).is_none() {
            message.set(CefField::DcidTimestamp, stamp(time, block));
        }
        if self.layout.write(&message, time, block) {
            Composed::Written
        } else {
            Composed::WrittenCut
        }
    }

    /// Gives up the oldest messages while there are too many.
    fn bound(&mut self) {
        self.known.weigh();
        while self.known.messages.len() > self.max_messages || self.known.bytes > MAX_BYTES {
            let Some((mid, since)) = self.known.by_age.pop_front() else { break };
            if self.known.forget(mid, since) {
                self.too_many += 1;
            }
        }
        self.known.drop_finished();
    }
}

/// A time as the block writes times.
pub(super) fn stamp(time: Timestamp, block: &mut LineWriter) -> Vec<u8> {
    let before = block.len();
    block.time(time);
    let stamp = block.as_bytes().get(before..).unwrap_or_default().to_vec();
    block.truncate(before);
    stamp
}

impl Known {
    /// The message of this number, which begins if there is none.
    pub(super) fn message(&mut self, mid: Mid, time: Timestamp) -> &mut Message {
        // What tells of long ago, as a log that is read from its start, is not old for that.
        let since = time.micros().max(self.now);
        let by_age = &mut self.by_age;
        let followed = self.messages.entry(mid.0).or_insert_with(|| {
            by_age.push_back((mid.0, since));
            Followed { message: Message::default(), since }
        });
        if !self.touched.iter().any(|(touched, _)| *touched == mid.0) {
            self.touched.push((mid.0, followed.message.bytes()));
        }
        &mut followed.message
    }

    /// Counts what the event under way has added to its messages.
    fn weigh(&mut self) {
        for (mid, before) in self.touched.drain(..) {
            let now = self.messages.get(&mid).map_or(0, |followed| followed.message.bytes());
            self.bytes = (self.bytes + now).saturating_sub(before);
        }
    }

    /// Takes a message out.
    fn take_out(&mut self, mid: u64) -> Option<Message> {
        let message = self.messages.remove(&mid)?.message;
        self.bytes = self.bytes.saturating_sub(message.bytes());
        Some(message)
    }

    /// Forgets a message, if it is still the one that began then.
    fn forget(&mut self, mid: u64, since: i64) -> bool {
        let is_same = self.messages.get(&mid).is_some_and(|followed| followed.since == since);
        is_same && self.take_out(mid).is_some()
    }

    /// Keeps the list by age in proportion to the messages.
    fn drop_finished(&mut self) {
        if self.by_age.len() > 2 * self.messages.len() + 1024 {
            let messages = &self.messages;
            self.by_age.retain(|(mid, since)| {
                messages.get(mid).is_some_and(|followed| followed.since == *since)
            });
        }
    }

    /// Makes room for one more connection of a kind: an open one whose end is never told must not
    /// stay for ever.
    pub(super) fn make_room<T>(connections: &mut HashMap<u64, T>) {
        if connections.len() >= MAX_CONNECTIONS {
            // Numbers rise: those of the lower half are the older ones.
            let mut ids: Vec<_> = connections.keys().copied().collect();
            let middle = ids.len() / 2;
            let (_, median, _) = ids.select_nth_unstable(middle);
            let median = *median;
            connections.retain(|id, _| *id > median);
        }
    }
}

impl Compose for Consolidated {
    fn take(
        &mut self,
        record: &Record<'_>,
        time: Timestamp,
        admits: &mut dyn FnMut() -> bool,
        block: &mut LineWriter,
    ) -> Result<Composed, Malformed> {
        if record.number == Finished::ROW.number {
            let mid = decode::<Finished>(record.payload)?.mid;
            return Ok(self.finish(mid, time, admits, block));
        }
        if record.number == FinishedAborted::ROW.number {
            let mid = decode::<FinishedAborted>(record.payload)?.mid;
            return Ok(self.finish(mid, time, admits, block));
        }
        self.known.absorb(record, time, block)?;
        self.bound();
        Ok(Composed::Absorbed)
    }

    fn give_up(&mut self, now: Option<Timestamp>) -> Vec<GivenUp> {
        let mut unfinished = 0;
        match now {
            Some(now) => {
                self.known.now = now.micros();
                let oldest = now.micros().saturating_sub(self.max_age_micros);
                while let Some((mid, since)) = self.known.by_age.front().copied()
                    && since < oldest
                {
                    self.known.by_age.pop_front();
                    if self.known.forget(mid, since) {
                        self.too_old += 1;
                    }
                }
            }
            None => {
                unfinished = self.known.messages.len() as u64;
                let (headers, now) = (self.known.headers.take(), self.known.now);
                self.known = Known { headers, now, ..Known::default() };
            }
        }
        [
            (core::mem::take(&mut self.too_many), "too many unfinished"),
            (core::mem::take(&mut self.too_old), "unfinished for too long"),
            (unfinished, "unfinished when the engine ended"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, reason)| GivenUp { count, reason })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_all_messages_is_known() {
        let mut known = Known::default();
        let time = Timestamp::default();
        for mid in 0..10 {
            for _ in 0..3 {
                known.message(Mid(mid), time).add_recipient(&[b'a'; 100]);
                known.weigh();
            }
        }
        let sum =
            |known: &Known| known.messages.values().map(|it| it.message.bytes()).sum::<usize>();
        assert_eq!(known.bytes, sum(&known));
        assert!(known.bytes > 3000);
        assert!(known.forget(3, 0) && known.take_out(4).is_some() && !known.forget(3, 0));
        assert_eq!(known.bytes, sum(&known));
    }
}
