//! Lines to events: what is open between lines, and where each line goes.

use core::net::IpAddr;

use super::face::{Allot, Counting, Emit, Limits, TranslatorCounts};
use super::head::{Head, Stamps};
use super::message::Message;
use super::scan::QueueId;
use super::shapes::Shapes;
use super::table::Table;
use crate::base::Timestamp;
use crate::event::{
    Aborted, AlertMailError, ComingUp, Dcid, DcidClose, Event, FinishedAborted, Icid, IcidClose,
    IcidLost, StartMid,
};
use crate::format::Zone;

/// What a line was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Silent,
    Told,
    Unknown,
    Unmatched,
}

/// Makes events of the lines of a Postfix's log, one at a time and in their order.
///
/// ```
/// use ringmail::Timestamp;
/// use ringmail::event::Event;
/// use ringmail::format::Zone;
/// use ringmail::service::postfix::{Counting, Emit, Translator};
///
/// struct Names(Vec<&'static str>);
/// impl Emit for Names {
///     fn emit<'a, E: Event<'a>>(&mut self, _: Timestamp, _: &E) {
///         self.0.push(E::ROW.name);
///     }
/// }
///
/// let now = Timestamp::from_seconds(1_795_300_000);
/// let mut translator = Translator::new(Counting::default(), &Zone::utc(), now);
/// let mut names = Names(Vec::new());
/// for line in [
///     "Nov 21 22:36:00 mx postfix/smtpd[7]: connect from a.example[192.0.2.1]",
///     "Nov 21 22:36:00 mx postfix/smtpd[7]: 4F1B29C0043: client=a.example[192.0.2.1]",
/// ] {
///     translator.line(line.as_bytes(), &mut names);
/// }
/// assert_eq!(names.0, ["NewIcid", "StartMid"]);
/// ```
///
/// # Limits
/// One translator is for the logs of one machine, or of several in one file: hosts are told apart.
/// Several instances of Postfix on one host share their queue ids.
#[derive(Debug)]
pub struct Translator<I = Counting> {
    pub(super) ids: I,
    pub(super) stamps: Stamps,
    pub(super) limits: Limits,
    pub(super) messages: Table<MessageKey, Message>,
    pub(super) sessions: Table<ProcessKey, Session>,
    pub(super) deliveries: Table<ProcessKey, Delivery>,
    pub(super) counts: TranslatorCounts,
    pub(super) shapes: Shapes,
    /// What [`Message::weight`] sums to.
    pub(super) weight: usize,
    /// The time and the number of lines at the last look for what is over.
    pub(super) swept: (Timestamp, u64),
}

/// A message's queue id, and the host that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct MessageKey {
    pub(super) host: u64,
    pub(super) id: QueueId,
}

/// A process of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ProcessKey {
    pub(super) host: u64,
    pub(super) pid: u32,
}

/// What a process has to do with a client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    pub(super) icid: Icid,
    pub(super) ip: IpAddr,
    pub(super) has_authenticated: bool,
    /// The message that it has begun last.
    pub(super) message: Option<QueueId>,
    pub(super) last: Timestamp,
}

/// What a process has to do with another server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delivery {
    pub(super) dcid: Dcid,
    /// A number for the server.
    pub(super) relay: u64,
    /// The message that it has delivered last; none yet when only TLS was told.
    pub(super) message: Option<QueueId>,
    pub(super) last: Timestamp,
}

/// Where the events of a line go, with its time.
pub(super) struct Say<'a, S> {
    pub(super) time: Timestamp,
    out: &'a mut S,
    pub(super) events: u64,
}

impl<S: Emit> Say<'_, S> {
    #[inline]
    pub(super) fn say<'e, E: Event<'e>>(&mut self, event: &E) {
        self.events += 1;
        self.out.emit(self.time, event);
    }
}

/// Delivery connections of which nothing is heard for so many seconds are closed: Postfix keeps
/// an idle one for 2 seconds.
const IDLE: i64 = 10;

impl<I: Allot> Translator<I> {
    /// A translator that has seen nothing, with the default limits.
    ///
    /// `zone` is that of stamps that name none. `reference` is a time not long after the first
    /// line, such as now or the time at which the file was last written: a stamp without a year is
    /// taken to be of the year before it. Lines behind the first are near to each other: within
    /// half a year.
    #[must_use]
    pub fn new(ids: I, zone: &Zone, reference: Timestamp) -> Self {
        Self::with_limits(ids, zone, reference, Limits::default())
    }

    /// A translator that has seen nothing, with limits.
    #[must_use]
    pub fn with_limits(ids: I, zone: &Zone, reference: Timestamp, limits: Limits) -> Self {
        Self {
            ids,
            stamps: Stamps::new(zone, reference),
            limits,
            messages: Table::new(),
            sessions: Table::new(),
            deliveries: Table::new(),
            counts: TranslatorCounts::default(),
            shapes: Shapes::new(limits.shapes),
            weight: 0,
            swept: (reference, 0),
        }
    }

    /// Takes a line, with or without its line feed, and emits what it says.
    pub fn line(&mut self, line: &[u8], out: &mut impl Emit) {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            self.counts.empty += 1;
            return;
        }
        let Some(head) = Head::read(line, &mut self.stamps) else {
            self.counts.malformed += 1;
            return;
        };
        let mut say = Say { time: head.time, out, events: 0 };
        if head.daemon.is_empty() {
            self.counts.foreign += 1;
        } else {
            self.sweep(&mut say);
            self.make_room(&mut say);
            match self.dispatch(&head, &mut say) {
                Seen::Silent => self.counts.silent += 1,
                Seen::Told => self.counts.told += 1,
                Seen::Unmatched => self.counts.unmatched += 1,
                Seen::Unknown => {
                    self.counts.unknown += 1;
                    self.shapes.count(head.daemon, head.text);
                }
            }
        }
        self.counts.events += say.events;
    }

    /// What became of the lines so far.
    #[must_use]
    pub fn counts(&self) -> TranslatorCounts {
        self.counts
    }

    /// The shapes of lines that were not understood, and how often each came.
    ///
    /// In a shape, `A` stands for an address, `Q` for a queue id, `H` for a host name or an IP
    /// address, `N` for a number.
    pub fn unknown(&self) -> impl Iterator<Item = (&str, u64)> {
        self.shapes.counts.iter().map(|(shape, count)| (shape.as_str(), *count))
    }

    /// Unknown lines of which no shape was kept: there were too many.
    #[must_use]
    pub fn unknown_others(&self) -> u64 {
        self.shapes.others
    }

    /// How many messages, connections to the server and connections from it are open.
    #[must_use]
    pub fn open(&self) -> (usize, usize, usize) {
        (self.messages.len(), self.sessions.len(), self.deliveries.len())
    }

    /// What gives the ids.
    #[must_use]
    pub fn ids(&self) -> &I {
        &self.ids
    }

    fn dispatch<S: Emit>(&mut self, head: &Head<'_>, say: &mut Say<'_, S>) -> Seen {
        if let [b'w' | b'f' | b'e' | b'p', ..] = head.text
            && let Some(seen) = self.trouble(head, say)
        {
            return seen;
        }
        match head.daemon {
            b"smtpd" => self.smtpd(head, say),
            b"cleanup" => self.cleanup(head, say),
            b"qmgr" | b"oqmgr" | b"nqmgr" => self.qmgr(head, say),
            b"smtp" | b"lmtp" | b"local" | b"virtual" | b"pipe" | b"error" | b"retry"
            | b"discard" => self.delivery_agent(head, say),
            b"bounce" | b"defer" | b"trace" => self.bounce(head, say),
            b"pickup" => self.pickup(head, say),
            b"postscreen" => self.postscreen(head, say),
            b"postsuper" => self.postsuper(head, say),
            b"master" => self.master(head, say),
            b"anvil" | b"scache" | b"tlsmgr" | b"postfix-script" | b"postlog" | b"postlogd"
            | b"tlsproxy" | b"dnsblog" => Seen::Silent,
            _ => Seen::Unknown,
        }
    }

    /// Lines that begin with how bad it is.
    fn trouble<S: Emit>(&mut self, head: &Head<'_>, say: &mut Say<'_, S>) -> Option<Seen> {
        if let Some(text) = head.text.strip_prefix(b"warning: ") {
            return Some(match head.daemon {
                b"smtpd" => self.smtpd_warning(head, text, say),
                b"cleanup" => self.cleanup_warning(head, text, say),
                _ => Seen::Unknown,
            });
        }
        let is_grave = [&b"fatal: "[..], b"error: ", b"panic: "]
            .iter()
            .any(|word| head.text.starts_with(word));
        if !is_grave {
            return None;
        }
        let mut error = Vec::with_capacity(head.program.len() + 2 + head.text.len());
        error.extend_from_slice(head.program);
        error.extend_from_slice(b": ");
        error.extend_from_slice(head.text);
        say.say(&AlertMailError { error: (&error).into() });
        // The process ends, and with it what it has open.
        if !head.text.starts_with(b"error") {
            self.end_session(process(head), true, say);
            self.end_delivery(process(head), say);
        }
        Some(Seen::Told)
    }

    fn master<S: Emit>(&mut self, head: &Head<'_>, say: &mut Say<'_, S>) -> Seen {
        if !head.text.starts_with(b"daemon started") {
            return Seen::Silent;
        }
        // Nothing of the run before lives on, but messages in the queue.
        let of_host = |key: &ProcessKey| key.host == head.host;
        let ended: Vec<_> = self.sessions.iter().map(|(key, _)| *key).filter(of_host).collect();
        for key in ended {
            self.end_session(key, true, say);
        }
        let ended: Vec<_> = self.deliveries.iter().map(|(key, _)| *key).filter(of_host).collect();
        for key in ended {
            self.end_delivery(key, say);
        }
        say.say(&ComingUp {});
        Seen::Told
    }

    /// The message of a queue id; starts one that is not known. `icid` is 0 where no connection
    /// was told.
    #[inline]
    pub(super) fn message<S: Emit>(
        &mut self,
        key: MessageKey,
        icid: Icid,
        say: &mut Say<'_, S>,
    ) -> Option<&mut Message> {
        if self.messages.get(&key).is_none() {
            let message = Message::new(self.ids.mid(), icid, say.time);
            say.say(&StartMid { mid: message.mid, icid, ..StartMid::EMPTY });
            self.weight += message.weight();
            self.messages.insert(key, message);
        }
        let message = self.messages.get(&key)?;
        message.last = say.time;
        Some(message)
    }

    /// Forgets a message, and says why it came to an early end.
    pub(super) fn abort<S: Emit>(&mut self, key: MessageKey, what: &[u8], say: &mut Say<'_, S>) {
        if let Some(message) = self.forget(&key) {
            say.say(&Aborted { mid: message.mid, what: what.into() });
            say.say(&FinishedAborted { mid: message.mid });
        }
    }

    pub(super) fn forget(&mut self, key: &MessageKey) -> Option<Message> {
        let message = self.messages.remove(key)?;
        self.weight = self.weight.saturating_sub(message.weight());
        Some(message)
    }

    /// Ends what a process has to do with a client.
    pub(super) fn end_session<S: Emit>(
        &mut self,
        key: ProcessKey,
        is_lost: bool,
        say: &mut Say<'_, S>,
    ) -> Option<Session> {
        let session = self.sessions.remove(&key)?;
        if is_lost {
            say.say(&IcidLost { icid: session.icid });
        }
        say.say(&IcidClose { icid: session.icid });
        Some(session)
    }

    /// Ends what a process has to do with another server.
    pub(super) fn end_delivery<S: Emit>(&mut self, key: ProcessKey, say: &mut Say<'_, S>) {
        if let Some(delivery) = self.deliveries.remove(&key) {
            say.say(&DcidClose { dcid: delivery.dcid });
        }
    }

    /// Every few seconds, if enough lines came that it pays: ends what is over.
    #[inline]
    fn sweep<S: Emit>(&mut self, say: &mut Say<'_, S>) {
        self.swept.1 += 1;
        let passed = say.time.seconds().abs_diff(self.swept.0.seconds());
        if passed >= IDLE.unsigned_abs() && self.swept.1 > self.deliveries.len() as u64 / 4 {
            self.sweep_now(say);
        }
    }

    #[cold]
    #[inline(never)]
    fn sweep_now<S: Emit>(&mut self, say: &mut Say<'_, S>) {
        self.swept = (say.time, 0);
        let now = say.time.seconds();
        let idle: Vec<_> = self
            .deliveries
            .iter()
            .filter(|(_, delivery)| now - delivery.last.seconds() >= IDLE)
            .map(|(key, _)| *key)
            .collect();
        for key in idle {
            self.end_delivery(key, say);
        }
        let Limits { connection_age, message_age, .. } = self.limits;
        while self.sessions.expire(|it| now - it.last.seconds() > connection_age).is_some() {
            self.counts.connections_given_up += 1;
        }
        let is_over = |message: &Message| {
            let age = now - message.last.seconds();
            age > message_age
                || (message.from.is_none() && !message.is_held && age > connection_age)
        };
        while let Some((_, message)) = self.messages.expire(is_over) {
            self.weight = self.weight.saturating_sub(message.weight());
            if message.from.is_none() && !message.is_held {
                let mid = message.mid;
                say.say(&Aborted { mid, what: NEVER_QUEUED.into() });
                say.say(&FinishedAborted { mid });
            } else {
                self.counts.messages_given_up += 1;
            }
        }
    }

    /// Gives up what was not used of late, where there is too much.
    #[inline]
    fn make_room<S: Emit>(&mut self, say: &mut Say<'_, S>) {
        while self.messages.len() > self.limits.messages || self.weight > self.limits.bytes {
            let Some((_, message)) = self.messages.evict() else { break };
            self.weight = self.weight.saturating_sub(message.weight());
            self.counts.messages_given_up += 1;
        }
        while self.sessions.len() > self.limits.connections {
            self.sessions.evict();
            self.counts.connections_given_up += 1;
        }
        while self.deliveries.len() > self.limits.connections {
            if let Some((_, delivery)) = self.deliveries.evict() {
                say.say(&DcidClose { dcid: delivery.dcid });
            }
            self.counts.connections_given_up += 1;
        }
    }
}

/// Why a message counts as aborted that never came into the queue.
pub(super) const NEVER_QUEUED: &str = "Receiving aborted by sender";

#[inline]
pub(super) fn process(head: &Head<'_>) -> ProcessKey {
    ProcessKey { host: head.host, pid: head.pid }
}
