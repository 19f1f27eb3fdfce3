//! What a translator is given, and what it tells of itself.

use crate::base::Timestamp;
use crate::engine;
use crate::event::{Dcid, Event, Icid, Mid};

/// Takes the events that a translator makes.
///
/// ```
/// use ringmail::Timestamp;
/// use ringmail::event::Event;
/// use ringmail::service::postfix::Emit;
///
/// /// The names of events.
/// struct Names(Vec<&'static str>);
///
/// impl Emit for Names {
///     fn emit<'a, E: Event<'a>>(&mut self, _: Timestamp, _: &E) {
///         self.0.push(E::ROW.name);
///     }
/// }
/// ```
pub trait Emit {
    /// One event, with the time of the line that it was made of.
    fn emit<'a, E: Event<'a>>(&mut self, time: Timestamp, event: &E);
}

/// Gives the ids of messages and connections: [`Counting`], or the engine's own
/// [`Ids`](crate::Ids).
pub trait Allot {
    /// The id of a new message.
    fn mid(&mut self) -> Mid;
    /// The id of a new connection to the server.
    fn icid(&mut self) -> Icid;
    /// The id of a new connection to another server.
    fn dcid(&mut self) -> Dcid;
    /// The last ids given, if they are to be saved with a translator's state.
    fn last(&self) -> Option<Counting> {
        None
    }
    /// Goes on behind ids that [`last`](Self::last) told.
    fn go_on(&mut self, _last: Counting) {}
}

impl Allot for &engine::Ids {
    fn mid(&mut self) -> Mid {
        engine::Ids::mid(self)
    }

    fn icid(&mut self) -> Icid {
        engine::Ids::icid(self)
    }

    fn dcid(&mut self) -> Dcid {
        engine::Ids::dcid(self)
    }
}

/// Ids that count up from those given last; the state of a translator holds them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the ids that there are")]
pub struct Counting {
    /// The last message's.
    pub mid: Mid,
    /// The last incoming connection's.
    pub icid: Icid,
    /// The last outgoing connection's.
    pub dcid: Dcid,
}

impl Allot for Counting {
    fn mid(&mut self) -> Mid {
        self.mid.0 += 1;
        self.mid
    }

    fn icid(&mut self) -> Icid {
        self.icid.0 += 1;
        self.icid
    }

    fn dcid(&mut self) -> Dcid {
        self.dcid.0 += 1;
        self.dcid
    }

    fn last(&self) -> Option<Counting> {
        Some(*self)
    }

    fn go_on(&mut self, last: Counting) {
        *self = last;
    }
}

/// How much a translator keeps. What is over a limit is given up and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "limits that a caller sets")]
pub struct Limits {
    /// The most messages that are open at once.
    pub messages: usize,
    /// The most connections that are open at once, of each direction.
    pub connections: usize,
    /// The most bytes that open messages take with their recipients, about.
    pub bytes: usize,
    /// After how many seconds a message of which no line speaks is given up.
    pub message_age: i64,
    /// After how many seconds a connection of which no line speaks is given up, and a message that
    /// never came into the queue counts as aborted.
    pub connection_age: i64,
    /// The most shapes of unknown lines.
    pub shapes: usize,
}

impl Default for Limits {
    /// 200,000 messages, 20,000 connections, 256 MiB, 10 days, an hour, 200 shapes.
    fn default() -> Self {
        Self {
            messages: 200_000,
            connections: 20_000,
            bytes: 256 << 20,
            message_age: 10 * 86_400,
            connection_age: 3600,
            shapes: 200,
        }
    }
}

/// What became of the lines. Each is counted once in one of the first seven.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TranslatorCounts {
    /// Lines that became events, or told of a message what its events already say.
    pub told: u64,
    /// Lines that are understood, and say nothing of mail.
    pub silent: u64,
    /// Lines of Postfix that are not understood: see [`Translator::unknown`](super::Translator::unknown).
    pub unknown: u64,
    /// Lines about something whose beginning was not seen, or that was given up.
    pub unmatched: u64,
    /// Lines of other programs.
    pub foreign: u64,
    /// Lines that are none of syslog.
    pub malformed: u64,
    /// Empty lines.
    pub empty: u64,
    /// Events that were emitted.
    pub events: u64,
    /// Messages that were given up: too many, too old.
    pub messages_given_up: u64,
    /// Connections that were given up: too many, too old.
    pub connections_given_up: u64,
}
