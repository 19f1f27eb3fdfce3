//! The messages of one route: where they wait, what became of them, what they look like.

use std::sync::Arc;
use std::time::Duration;

use crate::base::{PushAccount, Timestamp};
use crate::sink::syslog::frame::{Framer, Message};
use crate::sink::syslog::shared::Shared;
use crate::sink::syslog::store::{Batch, Memory};
use crate::sink::syslog::window::Window;
use crate::subscription::Header;

/// Gives frames to a socket, and is told what became of them.
#[derive(Debug)]
pub(crate) struct Feed {
    shared: Arc<Shared>,
    lane: usize,
    memory: Memory,
    pub(crate) window: Window,
    header: Option<Header>,
    /// Bytes of acknowledged messages that are kept at most.
    keep_bytes: usize,
    /// What the window does not count.
    counts: PushAccount,
    said: PushAccount,
    taken: Vec<Arc<Batch>>,
    spare: Vec<Arc<Batch>>,
    /// By how much what waits has become less since that was said.
    freed: isize,
}

impl Feed {
    pub(crate) fn new(
        shared: Arc<Shared>,
        lane: usize,
        header: Option<Header>,
        keep: (Duration, usize),
    ) -> Self {
        Self {
            shared,
            lane,
            memory: Memory::default(),
            window: Window::new(keep.0),
            header,
            keep_bytes: keep.1,
            counts: PushAccount::default(),
            said: PushAccount::default(),
            taken: Vec::new(),
            spare: Vec::new(),
            freed: 0,
        }
    }

    /// Takes what was handed over since.
    pub(crate) fn pull(&mut self) {
        self.shared.take(self.lane, &mut self.taken);
        for batch in self.taken.drain(..) {
            self.window.append(batch.len() as u64);
            self.memory.push(batch);
        }
    }

    /// Whether something was handed over that was not taken.
    pub(crate) fn has_mail(&self) -> bool {
        self.shared.has_mail(self.lane)
    }

    /// Appends what opens a stream, and calls back behind each frame.
    pub(crate) fn open(
        &mut self,
        framer: &mut Framer,
        now: Timestamp,
        out: &mut Vec<u8>,
        mut each: impl FnMut(&[u8]),
    ) {
        self.counts.connections += 1;
        for record in self.header.iter().flat_map(|header| header.records(now)) {
            let message = Message {
                line: record.strip_suffix(b"\n").unwrap_or(&record),
                time: now,
                level: None,
                ids: [None; 4],
                sequence: None,
                is_resent: false,
            };
            framer.frame(&message, out);
            self.counts.headers += 1;
            each(out);
        }
    }

    /// Appends the frame of the message that is `ahead` of the next one; whether there is one.
    pub(crate) fn frame(&mut self, framer: &mut Framer, ahead: u64, out: &mut Vec<u8>) -> bool {
        let number = self.window.next() + ahead;
        let Some(mut message) = self.memory.message(number) else { return false };
        message.is_resent = self.window.was_sent(number);
        self.counts.truncated += u64::from(framer.frame(&message, out));
        true
    }

    /// So many bytes went to the socket.
    pub(crate) const fn count_bytes(&mut self, bytes: u64) {
        self.counts.sent_bytes += bytes;
    }

    pub(crate) const fn count_failure(&mut self) {
        self.counts.failures += 1;
    }

    /// Lets go of what need not be kept any longer, and says how things stand.
    pub(crate) fn settle(&mut self, now: Duration) {
        self.window.age(now);
        self.freed += self.memory.settle(self.window.acked());
        while self.memory.kept_weight() > self.keep_bytes {
            // Batch by batch, the oldest first.
            let end = self.memory.first_end();
            self.window.squeeze(end);
            self.memory.release(self.window.held(), &mut self.spare);
            if self.memory.first_end() == end {
                break;
            }
        }
        self.memory.release(self.window.held(), &mut self.spare);
        if !self.spare.is_empty() {
            self.shared.give_back(&mut self.spare);
        }
        let account = self.account();
        if account != self.said || self.freed != 0 {
            self.shared.publish(self.lane, &account, self.freed);
            (self.said, self.freed) = (account, 0);
        }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) const fn lane(&self) -> usize {
        self.lane
    }

    /// What became of all that was taken.
    pub(crate) fn account(&self) -> PushAccount {
        let terms = self.window.terms();
        PushAccount {
            handed: self.window.tail(),
            acknowledged: terms.acknowledged,
            unknown: terms.unknown,
            pending: terms.pending,
            lost: terms.lost,
            resent: terms.resent,
            ..self.counts
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        // Whatever ends the loop, nobody waits for it.
        self.shared.end(self.lane);
    }
}
