//! What became of each message of a queue: by numbers alone.
//!
//! Messages are numbered from 0. Five numbers part them:
//!
//! ```text
//!      held        acked          next            tail
//!   ----|------------|--------------|---------------|
//!   gone   kept, the    given to       wait
//!          peer has     the socket
//!          them
//! ```
//!
//! When a connection ends without order, what the peer's kernel took during the last seconds may have
//! died with the peer: the window goes back to `held`. What of it is no longer [retained] is unknown
//! then, as far as it is in doubt.
//!
//! [retained]: super::retained

use std::collections::VecDeque;
use std::time::Duration;

use crate::sink::syslog::retained::Retained;

/// Counts of messages. Each that was handed over is in one of the four behind that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) handed: u64,
    pub(crate) acknowledged: u64,
    pub(crate) unknown: u64,
    pub(crate) pending: u64,
    pub(crate) lost: u64,
    /// Sendings beyond the first.
    pub(crate) resent: u64,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It was shut by us, and then by the peer: everything acknowledged has arrived.
    Orderly,
    /// The peer said that it ends, as TLS can: what it took before the last seconds has been written.
    Told,
    /// It just ended: a process that hung for long may have been killed.
    Broken,
}

/// The messages of one queue.
#[derive(Debug)]
pub(crate) struct Window {
    held: u64,
    acked: u64,
    next: u64,
    tail: u64,
    /// Behind the last that was ever given to a socket.
    sent: u64,
    /// The same, when this connection began.
    sent_before: u64,
    /// Groups of frames of this connection that are not acknowledged: where each ends in the
    /// connection's bytes, and behind which message.
    flight: VecDeque<(u64, u64)>,
    /// Where the first of them begins.
    start: u64,
    /// What was acknowledged when.
    retained: Retained,
    terms: Terms,
}

impl Window {
    /// An empty one, which keeps acknowledged messages for so long.
    pub(crate) const fn new(keep: Duration) -> Self {
        Self {
            held: 0,
            acked: 0,
            next: 0,
            tail: 0,
            sent: 0,
            sent_before: 0,
            flight: VecDeque::new(),
            start: 0,
            retained: Retained::new(keep),
            terms: Terms { handed: 0, acknowledged: 0, unknown: 0, pending: 0, lost: 0, resent: 0 },
        }
    }

    /// The queue has so many more messages.
    pub(crate) fn append(&mut self, count: u64) {
        self.tail += count;
        self.terms.handed += count;
        self.terms.pending += count;
    }

    /// Messages before this number may have been sent by an earlier run.
    pub(crate) fn set_sent(&mut self, upto: u64) {
        self.sent = upto;
        self.sent_before = upto;
    }

    /// So many messages, from this number on, are not there; those behind them move up. None of them
    /// is in flight.
    pub(crate) fn remove(&mut self, number: u64, count: u64) {
        debug_assert!(number >= self.next, "what flies is not removed");
        let count = count.min(self.tail.saturating_sub(number));
        let sent = self.sent.saturating_sub(number).min(count);
        self.tail -= count;
        self.sent -= sent;
        self.sent_before -= self.sent_before.saturating_sub(number).min(count);
        self.terms.pending -= count;
        self.terms.unknown += sent;
        self.terms.lost += count - sent;
    }

    /// So many messages, the next in line, went to the socket in one group, which ends at `end` of the
    /// connection's bytes.
    pub(crate) fn send(&mut self, count: u64, end: u64) {
        debug_assert!(self.next + count <= self.tail, "what is not there cannot be sent");
        let again = self.sent.saturating_sub(self.next).min(count);
        self.terms.resent += again;
        self.next += count;
        self.sent = self.sent.max(self.next);
        self.flight.push_back((end, self.next));
    }

    /// So many messages, the next in line, were sent by what acknowledges nothing.
    pub(crate) fn fire(&mut self, count: u64) {
        debug_assert!(self.flight.is_empty(), "no connection is mixed");
        self.next += count;
        self.settle_all(self.next);
        self.terms.unknown += count;
        self.terms.pending -= count;
    }

    /// So many messages, the next in line, can never be sent.
    pub(crate) fn lose(&mut self, count: u64) {
        debug_assert!(self.flight.is_empty(), "what was sent is not lost");
        self.next += count;
        self.settle_all(self.next);
        self.terms.lost += count;
        self.terms.pending -= count;
    }

    /// The peer's kernel has so many of the connection's bytes.
    pub(crate) fn acknowledge(&mut self, bytes: u64, now: Duration) {
        let before = self.acked;
        while let Some((end, upto)) = self.flight.pop_front_if(|(end, _)| *end <= bytes) {
            self.start = end;
            self.acked = upto;
        }
        let count = self.acked - before;
        if count == 0 {
            return;
        }
        self.terms.pending -= count;
        self.terms.acknowledged += count;
        self.retained.keep(self.acked, self.start, now);
    }

    /// Lets go of what has been kept long enough; `held` tells how far.
    pub(crate) fn age(&mut self, now: Duration) {
        self.held = self.retained.age(self.held, now);
    }

    /// Lets go of acknowledged messages before `upto`, before their time.
    pub(crate) fn squeeze(&mut self, upto: u64) {
        self.held = self.retained.squeeze(self.held, upto.min(self.acked));
    }

    /// Time in which the peer took nothing, or read nothing, does not count: everything is kept so
    /// much longer.
    pub(crate) fn stand_still(&mut self, by: Duration) {
        self.retained.stand_still(by);
    }

    /// Of the connection's bytes only so many went to the socket: messages wholly behind them were not
    /// sent. To be said before the connection's end.
    pub(crate) fn unsend(&mut self, written: u64) {
        while let Some(&(_, upto)) = self.flight.back() {
            let before = self.flight.iter().rev().nth(1);
            let (start, from) = before.copied().unwrap_or((self.start, self.acked));
            if start < written {
                break;
            }
            self.flight.pop_back();
            self.terms.resent -= self.sent_before.min(upto).saturating_sub(from);
            self.next = from;
            self.sent = self.sent_before.max(from);
        }
    }

    /// The connection is no more.
    pub(crate) fn end(&mut self, end: End, now: Duration) {
        self.age(now);
        if end == End::Orderly {
            self.held = self.acked;
        } else {
            let back = self.acked - self.held;
            self.terms.acknowledged -= back;
            self.terms.pending += back;
            self.acked = self.held;
            let unknown = self.retained.in_doubt(self.start, end);
            self.terms.acknowledged -= unknown;
            self.terms.unknown += unknown;
        }
        self.flight.clear();
        self.start = 0;
        self.retained.clear();
        self.next = self.acked;
        self.sent_before = self.sent;
    }

    /// Nothing more will be sent: what was sent and not acknowledged is unknown, the rest lost.
    pub(crate) fn give_up(&mut self) {
        let unknown = self.sent.saturating_sub(self.acked);
        self.next = self.tail;
        self.settle_all(self.tail);
        self.terms.unknown += unknown;
        self.terms.lost += self.terms.pending - unknown;
        self.terms.pending = 0;
    }

    /// The oldest message that is needed.
    pub(crate) const fn held(&self) -> u64 {
        self.held
    }

    /// The oldest message that is not acknowledged.
    pub(crate) const fn acked(&self) -> u64 {
        self.acked
    }

    /// The message to be sent next.
    pub(crate) const fn next(&self) -> u64 {
        self.next
    }

    /// Whether there is a message of this number, or was.
    pub(crate) const fn has(&self, number: u64) -> bool {
        number < self.tail
    }

    /// Behind the last message.
    pub(crate) const fn tail(&self) -> u64 {
        self.tail
    }

    /// Whether this message was given to a socket before.
    pub(crate) const fn was_sent(&self, number: u64) -> bool {
        number < self.sent
    }

    /// Whether a message waits to be sent.
    pub(crate) const fn has_next(&self) -> bool {
        self.next < self.tail
    }

    /// Whether everything that an earlier connection was given has arrived by this one.
    pub(crate) const fn has_caught_up(&self) -> bool {
        self.acked >= self.sent_before
    }

    /// When something need not be kept any longer.
    pub(crate) fn next_age(&self) -> Option<Duration> {
        self.retained.next_age()
    }

    pub(crate) const fn terms(&self) -> Terms {
        self.terms
    }

    fn settle_all(&mut self, upto: u64) {
        self.held = upto;
        self.acked = upto;
        self.sent = self.sent.max(upto);
        self.sent_before = self.sent;
        self.flight.clear();
        self.start = 0;
        self.retained.clear_kept();
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "the numbers are small")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sink::syslog::retained::{GRAIN, UNREAD_TIME};

    const KEEP: Duration = Duration::from_secs(5);

    /// Where one message is, said for each message by itself.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum State {
        Waits,
        Flies(u64),
        Kept(Duration),
        LetGo(Duration),
        Faint(Duration),
        Arrived,
        Unknown,
        Lost,
    }

    /// The same as the window, message by message.
    #[derive(Default)]
    struct Naive {
        messages: Vec<(State, u64)>,
        resent: u64,
        /// Messages that were taken out, and those of them that had been sent.
        removed: u64,
        removed_sent: u64,
        /// Where the groups of this connection end.
        groups: Vec<u64>,
    }

    impl Naive {
        fn next(&self) -> usize {
            self.messages
                .iter()
                .position(|(s, _)| *s == State::Waits)
                .unwrap_or(self.messages.len())
        }

        fn count(&self, is: impl Fn(State) -> bool) -> u64 {
            self.messages.iter().filter(|(state, _)| is(*state)).count() as u64
        }

        fn terms(&self) -> Terms {
            Terms {
                handed: self.messages.len() as u64 + self.removed,
                acknowledged: self.count(|s| {
                    matches!(s, State::Kept(_) | State::LetGo(_) | State::Faint(_) | State::Arrived)
                }),
                unknown: self.count(|s| s == State::Unknown) + self.removed_sent,
                pending: self.count(|s| matches!(s, State::Waits | State::Flies(_))),
                lost: self.count(|s| s == State::Lost) + self.removed - self.removed_sent,
                resent: self.resent,
            }
        }

        fn end(&mut self, end: End, now: Duration) {
            self.age(now);
            self.groups.clear();
            for (state, _) in &mut self.messages {
                *state = match (*state, end) {
                    (State::Flies(_), _) => State::Waits,
                    (State::Kept(_) | State::LetGo(_) | State::Faint(_), End::Orderly) => {
                        State::Arrived
                    }
                    (State::Kept(_), _) => State::Waits,
                    (State::LetGo(_), _) | (State::Faint(_), End::Broken) => State::Unknown,
                    (State::Faint(_), End::Told) => State::Arrived,
                    (other, _) => other,
                };
            }
        }

        fn age(&mut self, now: Duration) {
            for (state, _) in &mut self.messages {
                if let State::Kept(until) | State::LetGo(until) = *state
                    && until <= now
                {
                    *state = State::Faint(until + UNREAD_TIME);
                }
                if matches!(state, State::Faint(until) if *until <= now) {
                    *state = State::Arrived;
                }
            }
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Append(u64),
        Send(u64),
        Acknowledge(u64),
        Pass(u64),
        Squeeze(u64),
        Stall(u64),
        End(End),
        Unsend(u64),
        Remove(u64, u64),
        GiveUp,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (1..6_u64).prop_map(Step::Append),
            6 => (1..4_u64).prop_map(Step::Send),
            6 => (0..40_u64).prop_map(Step::Acknowledge),
            // Whole seconds: what the grain makes of shorter times is not what is tested.
            4 => prop_oneof![1..4_u64, 20..60_u64].prop_map(Step::Pass),
            2 => (0..12_u64).prop_map(Step::Squeeze),
            1 => (1..9_u64).prop_map(Step::Stall),
            3 => prop::sample::select(vec![End::Orderly, End::Told, End::Broken]).prop_map(Step::End),
            1 => (0..60_u64).prop_map(Step::Unsend),
            2 => (0..4_u64, 0..5_u64).prop_map(|(ahead, count)| Step::Remove(ahead, count)),
            1 => Just(Step::GiveUp),
        ];
        prop::collection::vec(step, 0..60)
    }

    proptest! {
        #[test]
        fn it_is_what_each_message_would_say(steps in steps()) {
            let (mut window, mut naive) = (Window::new(KEEP), Naive::default());
            let mut now = Duration::ZERO;
            let (mut bytes, mut acked_bytes) = (0_u64, 0_u64);
            for step in steps {
                match step {
                    Step::Append(count) => {
                        window.append(count);
                        for _ in 0..count {
                            naive.messages.push((State::Waits, 0));
                        }
                    }
                    Step::Send(count) => {
                        let next = naive.next();
                        let count = count.min((naive.messages.len() - next) as u64);
                        if count == 0 { continue }
                        bytes += count * 10;
                        prop_assert_eq!(window.was_sent(window.next()), naive.messages[next].1 > 0);
                        window.send(count, bytes);
                        naive.groups.push(bytes);
                        for (state, times) in naive.messages.iter_mut().skip(next).take(count as usize) {
                            *state = State::Flies(bytes);
                            naive.resent += u64::from(*times > 0);
                            *times += 1;
                        }
                    }
                    Step::Acknowledge(more) => {
                        acked_bytes = (acked_bytes + more).min(bytes);
                        window.acknowledge(acked_bytes, now);
                        for (state, _) in &mut naive.messages {
                            if matches!(state, State::Flies(end) if *end <= acked_bytes) {
                                *state = State::Kept(now + KEEP + GRAIN);
                            }
                        }
                    }
                    Step::Pass(seconds) => {
                        now += Duration::from_secs(seconds);
                        window.age(now);
                        naive.age(now);
                    }
                    Step::Squeeze(count) => {
                        let upto = window.held() + count;
                        window.squeeze(upto);
                        for (state, _) in naive.messages.iter_mut().take(upto as usize) {
                            if let State::Kept(until) = *state { *state = State::LetGo(until) }
                        }
                    }
                    Step::Stall(seconds) => {
                        let by = Duration::from_secs(seconds);
                        now += by;
                        window.stand_still(by);
                        for (state, _) in &mut naive.messages {
                            if let State::Kept(until) | State::LetGo(until) = state { *until += by }
                        }
                    }
                    Step::Unsend(back) => {
                        // What is acknowledged was written.
                        let written = bytes.saturating_sub(back).max(acked_bytes);
                        window.unsend(written);
                        // A group's bytes begin where those of the one before end.
                        let mut starts = vec![0];
                        starts.extend(naive.groups.iter().copied());
                        for (state, times) in &mut naive.messages {
                            let State::Flies(end) = *state else { continue };
                            let start = starts.iter().rfind(|start| **start < end);
                            if *start.unwrap() >= written {
                                *state = State::Waits;
                                *times -= 1;
                                naive.resent -= u64::from(*times > 0);
                            }
                        }
                        window.end(End::Orderly, now);
                        naive.end(End::Orderly, now);
                        (bytes, acked_bytes) = (0, 0);
                    }
                    Step::End(end) => {
                        window.end(end, now);
                        naive.end(end, now);
                        (bytes, acked_bytes) = (0, 0);
                    }
                    Step::Remove(ahead, count) => {
                        let from = (naive.next() + ahead as usize).min(naive.messages.len());
                        window.remove(from as u64, count);
                        let to = (from + count as usize).min(naive.messages.len());
                        for (_, times) in naive.messages.drain(from..to) {
                            naive.removed += 1;
                            naive.removed_sent += u64::from(times > 0);
                        }
                    }
                    Step::GiveUp => {
                        window.give_up();
                        naive.groups.clear();
                        (bytes, acked_bytes) = (0, 0);
                        for (state, times) in &mut naive.messages {
                            *state = match *state {
                                State::Flies(_) => State::Unknown,
                                State::Waits if *times > 0 => State::Unknown,
                                State::Waits => State::Lost,
                                State::Kept(_) => State::Arrived,
                                other => other,
                            };
                        }
                    }
                }
                prop_assert_eq!(window.terms(), naive.terms());
                prop_assert_eq!(window.next(), naive.next() as u64);
                let needed = naive.messages.iter().position(|(state, _)| {
                    matches!(state, State::Waits | State::Flies(_) | State::Kept(_))
                });
                prop_assert_eq!(window.held(), needed.unwrap_or(naive.messages.len()) as u64);
            }
        }
    }

    #[test]
    fn a_datagram_is_unknown_once_it_is_sent() {
        let mut window = Window::new(KEEP);
        window.append(5);
        window.fire(3);
        window.lose(1);
        let terms = window.terms();
        assert_eq!((terms.unknown, terms.lost, terms.pending), (3, 1, 1));
        assert_eq!((window.held(), window.next()), (4, 4));
    }
}
