//! The messages of one route: where they wait, what became of them, what they look like.

use std::sync::Arc;
use std::time::Duration;

use crate::base::{PushAccount, Timestamp};
use crate::sink::syslog::buffer::BufferReader;
use crate::sink::syslog::disk::DiskQueue;
use crate::sink::syslog::frame::{Framer, Message};
use crate::sink::syslog::pace::Pace;
use crate::sink::syslog::shared::Shared;
use crate::sink::syslog::store::{Batch, Memory};
use crate::sink::syslog::window::{End, Window};
use crate::subscription::{Header, PushNews};

/// Gives frames to a socket, and is told what became of them.
#[derive(Debug)]
pub(crate) struct Feed {
    shared: Arc<Shared>,
    lane: usize,
    memory: Memory,
    disk: Option<DiskQueue>,
    /// How fast what has waited is sent, in messages a second; none: as fast as it goes.
    pace: Pace,
    pub(crate) window: Window,
    header: Option<Header>,
    /// Bytes of acknowledged messages that are kept at most.
    keep_bytes: usize,
    /// What the window does not count.
    counts: PushAccount,
    said: PushAccount,
    taken: Vec<Arc<Batch>>,
    spare: Vec<Arc<Batch>>,
    /// When the turn began, and whether the buffer could not be read in it.
    now: Duration,
    is_stuck: bool,
    /// By how much what waits has become less since that was said.
    freed: isize,
}

impl Feed {
    pub(crate) fn new(
        shared: Arc<Shared>,
        lane: usize,
        header: Option<Header>,
        keep: (Duration, usize),
        disk: Option<BufferReader>,
        pace: Option<u32>,
    ) -> Self {
        let (disk, window) = match disk.map(|reader| DiskQueue::new(reader, keep.0)) {
            Some((disk, window)) => (Some(disk), window),
            None => (None, Window::new(keep.0)),
        };
        Self {
            shared,
            lane,
            memory: Memory::default(),
            disk,
            pace: Pace::new(pace),
            window,
            header,
            keep_bytes: keep.1,
            counts: PushAccount::default(),
            said: PushAccount::default(),
            taken: Vec::new(),
            spare: Vec::new(),
            now: Duration::ZERO,
            is_stuck: false,
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
        if let Some(disk) = &mut self.disk {
            disk.pull(&mut self.window);
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
        self.pace.begin(self.window.tail(), self.now);
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
        if !self.window.has(number) || !self.pace.may(number) {
            return false;
        }
        if let Some(disk) = &mut self.disk
            && self.memory.end() <= number
            && !disk.fill(number, &mut self.memory, &mut self.window)
        {
            self.is_stuck = disk.is_stuck();
            return false;
        }
        let Some(mut message) = self.memory.message(number) else { return false };
        message.is_resent = self.window.was_sent(number);
        if let Some(disk) = &self.disk {
            // The same number in each run, so that a repeat can be told by it.
            message.sequence = Some(disk.sequence(number).saturating_sub(1));
        }
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
        if let Some(disk) = &mut self.disk {
            // What is on disk need not be kept in memory, too.
            self.memory.release(self.window.acked(), &mut self.spare);
            self.spare.clear();
            disk.tell(&self.window, now, false);
            for text in disk.take_notices() {
                self.shared.tell(PushNews::Warned { text });
            }
        } else {
            self.squeeze();
        }
        let account = self.account();
        if account != self.said || self.freed != 0 {
            self.shared.publish(self.lane, &account, self.freed);
            (self.said, self.freed) = (account, 0);
        }
    }

    /// The connection has ended.
    pub(crate) fn end(&mut self, end: End, now: Duration) {
        self.window.end(end, now);
        if let Some(disk) = &mut self.disk {
            disk.rewind(self.window.next(), &mut self.memory);
        }
    }

    /// Nothing more will be sent. What is on disk is left to the next run.
    pub(crate) fn give_up(&mut self, now: Duration) {
        match &mut self.disk {
            Some(disk) => disk.tell(&self.window, now, true),
            None => self.window.give_up(),
        }
    }

    /// A turn begins: what has waited until now is sent no faster than it should be.
    pub(crate) fn begin_turn(&mut self, now: Duration) {
        (self.now, self.is_stuck) = (now, false);
        self.pace.begin_turn(self.window.next(), now);
    }

    /// When a message may be sent that must wait now.
    pub(crate) fn wakes(&self) -> Option<Duration> {
        if self.is_stuck {
            return Some(self.now.saturating_add(BREATH));
        }
        let next = self.window.next();
        if self.window.has(next) && !self.pace.may(next) { self.pace.wakes() } else { None }
    }

    /// Keeps no more than it should in memory.
    fn squeeze(&mut self) {
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
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Whether what was handed over outlives the process.
    pub(crate) const fn is_durable(&self) -> bool {
        self.disk.is_some()
    }

    /// What became of all that was taken.
    pub(crate) fn account(&self) -> PushAccount {
        let terms = self.window.terms();
        PushAccount {
            handed: terms.handed,
            acknowledged: terms.acknowledged,
            unknown: terms.unknown,
            pending: terms.pending,
            lost: terms.lost,
            resent: terms.resent,
            buffered: if self.disk.is_some() { terms.pending } else { 0 },
            ..self.counts
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        // Who waits for this may open the same buffer at once.
        self.disk = None;
        self.shared.end(self.lane);
    }
}

/// When a buffer is read again that could not be read.
const BREATH: Duration = Duration::from_millis(100);
