//! The queue: messages that wait for a delivery thread, and those that wait for their next try.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::{Condvar, Mutex};
use ringmail::event::{Mid, Rid};
use ringmail::{Engine, Gauge, Timestamp};

/// A message and the recipients that it has still to reach.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) mid: Mid,
    /// The envelope sender; empty for bounces.
    pub(crate) from: String,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) content: Vec<u8>,
    pub(crate) injected: Timestamp,
    pub(crate) source_ip: IpAddr,
    /// Delivery attempts so far.
    pub(crate) attempts: u32,
}

#[derive(Debug)]
pub(crate) struct Recipient {
    pub(crate) rid: Rid,
    pub(crate) address: String,
}

/// A bounded queue in memory.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    max_messages: usize,
    /// For the figure of the status log that only the queue knows.
    engine: Engine,
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<Message>,
    /// By the moment of the next attempt.
    waiting: BTreeMap<(Instant, Mid), Message>,
    /// In `ready`, in `waiting` and with delivery threads.
    messages: usize,
    bytes: u64,
    /// Set when the program ends: until when deliveries may begin.
    ends: Option<Instant>,
}

/// What a delivery thread gets.
pub(crate) enum Next {
    Message(Message),
    /// There was nothing to do for as long as the thread wanted to wait.
    Idle,
    Closed,
}

impl Queue {
    pub(crate) fn new(engine: Engine, max_messages: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), max_messages, engine }
    }

    /// Whether no more messages should be received for now. Those on their way in still fit.
    pub(crate) fn is_full(&self) -> bool {
        self.state.lock().messages >= self.max_messages
    }

    pub(crate) fn push(&self, message: Message) {
        let mut state = self.state.lock();
        state.messages += 1;
        state.bytes += message.content.len() as u64;
        self.show(&state);
        state.ready.push_back(message);
        self.changed.notify_one();
    }

    /// Takes a message back that is to be tried again.
    pub(crate) fn retry(&self, message: Message, due: Instant) {
        self.state.lock().waiting.insert((due, message.mid), message);
        // Somebody may wait for a later one.
        self.changed.notify_one();
    }

    /// A message is done with.
    pub(crate) fn finish(&self, message: &Message) {
        let mut state = self.state.lock();
        state.messages -= 1;
        state.bytes -= message.content.len() as u64;
        self.show(&state);
    }

    /// The next message to deliver, as soon as there is one.
    pub(crate) fn next(&self, patience: Duration) -> Next {
        let tired = Instant::now() + patience;
        let mut state = self.state.lock();
        loop {
            let now = Instant::now();
            if state.ends.is_some_and(|end| state.ready.is_empty() || now >= end) {
                return Next::Closed;
            }
            while let Some(entry) = state.waiting.first_entry() {
                if entry.key().0 > now {
                    break;
                }
                let message = entry.remove();
                state.ready.push_back(message);
            }
            if let Some(message) = state.ready.pop_front() {
                return Next::Message(message);
            }
            if now >= tired {
                return Next::Idle;
            }
            let due = state.waiting.first_key_value().map_or(tired, |(key, _)| key.0.min(tired));
            self.changed.wait_until(&mut state, due);
        }
    }

    /// Lets delivery threads take what is ready until `end`, and no retries.
    pub(crate) fn close(&self, end: Instant) {
        self.state.lock().ends = Some(end);
        self.changed.notify_all();
    }

    /// Empties the queue.
    pub(crate) fn take_all(&self) -> Vec<Message> {
        let mut state = self.state.lock();
        let waiting = std::mem::take(&mut state.waiting).into_values();
        let ready = std::mem::take(&mut state.ready);
        ready.into_iter().chain(waiting).collect()
    }

    fn show(&self, state: &State) {
        self.engine.gauges().set(Gauge::QueueUsed, state.bytes.div_ceil(1024));
    }
}

/// The time of now, as events carry it.
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
}
