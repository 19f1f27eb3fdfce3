//! An outlet whose sink sends each line to a peer.

use std::io;

use super::{News, Outlet};
use crate::base::{Level, PushAccount, SubscriptionAccount, Timestamp};
use crate::engine::guarded::Guarded;
use crate::event;
use crate::record::{self, Record, Value};
use crate::subscription::{Ids, Mark, PushRest, Wants};

/// How much news of a sink is taken at once: the rest waits for the next time.
pub(crate) const NEWS_AT_ONCE: usize = 16;

/// What a sink that is a stream is told of the lines in the block.
#[derive(Debug)]
pub(crate) struct Stream {
    wants: Wants,
    /// One for each event and own line that the sink has not taken; they count from there.
    marks: Vec<Mark>,
}

impl Stream {
    /// That of a sink, if it is one.
    pub(super) fn of(sink: &mut Guarded) -> Option<Self> {
        sink.stream().map(|wants| Self { wants, marks: Vec::new() })
    }

    /// Hands over lines; returns how many bytes the sink took.
    pub(super) fn write(&mut self, lines: &[u8], sink: &mut Guarded) -> io::Result<usize> {
        let taken = sink.write_marked(lines, &self.marks)?.min(lines.len());
        self.marks.retain_mut(|mark| {
            let is_left = mark.end > taken;
            mark.end = mark.end.saturating_sub(taken);
            is_left
        });
        Ok(taken)
    }

    pub(super) fn clear(&mut self) {
        self.marks.clear();
    }
}

impl Outlet {
    /// Whether the sink is a stream.
    #[inline]
    pub(crate) const fn is_stream(&self) -> bool {
        self.stream.is_some()
    }

    /// Marks what a record has just been made into.
    #[inline(never)]
    pub(crate) fn mark(&mut self, record: &Record<'_>, time: Timestamp) {
        let Some(stream) = &mut self.stream else { return };
        let ids = if stream.wants.has_ids() { ids_of(record) } else { Ids::default() };
        let end = self.block.len() - self.sent;
        stream.marks.push(Mark { ids, ..Mark::new(end, time, record.level) });
    }

    /// Marks the line of the engine's own that was appended last.
    pub(crate) fn mark_own(&mut self, level: Level, now: Timestamp) {
        let Some(stream) = &mut self.stream else { return };
        let end = self.block.len() - self.sent;
        stream.marks.push(Mark { is_own: true, ..Mark::new(end, now, level) });
    }

    /// Lets the sink end by itself, if it can: nobody waits for its peer.
    pub(crate) fn leave(&mut self, now: Timestamp, now_nanos: u64) -> Option<Box<dyn PushRest>> {
        if !self.is_stream() || self.has_left {
            return None;
        }
        self.settle_for_good(now, now_nanos);
        self.poll_stream();
        let rest = self.sink.leave();
        self.has_left = rest.is_some();
        rest
    }

    /// Takes what the sink has to tell of its peer.
    pub(crate) fn poll_stream(&mut self) {
        if !self.is_stream() {
            return;
        }
        let news = std::iter::from_fn(|| self.sink.take_news()).take(NEWS_AT_ONCE);
        self.news.extend(news.map(News::Push));
    }

    /// The account as it stands, with what became of lines sent to a peer.
    pub(crate) fn account(&self) -> SubscriptionAccount {
        SubscriptionAccount { push: self.push(), ..self.account.clone() }
    }

    /// What became of the lines sent to a peer, by this sink and earlier ones of this subscription.
    pub(super) fn push(&self) -> Option<PushAccount> {
        let mut push = self.sink.push_account();
        if let Some(before) = &self.account.push {
            push.get_or_insert_default().add(before);
        }
        push
    }
}

/// The ids that an event names.
fn ids_of(record: &Record<'_>) -> Ids {
    let mut ids = Ids::default();
    let Some(row) = event::row(record.number) else { return ids };
    for (field, value) in record::fields(row, record.payload).map_while(Result::ok) {
        let id = match field.name {
            "mid" => &mut ids.mid,
            "icid" => &mut ids.icid,
            "dcid" => &mut ids.dcid,
            "rid" => &mut ids.rid,
            _ => continue,
        };
        if let Some(Value::Uint(number)) = value {
            *id = Some(number);
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, Icid, Mid, Recipient, Rid};

    #[test]
    fn ids_are_those_of_the_fields() {
        let recipient = Recipient { mid: Mid(7), icid: Icid(8), rid: Rid(0), to: "MID 9@x".into() };
        let mut bytes = Vec::new();
        record::append(&mut bytes, &recipient, Level::Info, 0, None);
        let ids = ids_of(&Record::read(&bytes).unwrap());
        assert_eq!(ids, Ids { mid: Some(7), icid: Some(8), dcid: None, rid: Some(0) });
        assert_eq!(Recipient::ROW.level, Level::Info);
    }
}
