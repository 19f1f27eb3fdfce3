//! Finds messages in text mail logs, and every line of their lives.
//!
//! A log is read three times, as nothing at a line says what later lines will: first which messages
//! are meant and which were made from which, then over which connections they went, then the lines.
//! A log in several files is read file by file, the oldest first, each time.
//!
//! ```
//! use ringmail::parse::find::{Search, Told};
//! let log = b"\
//! Wed Nov 19 09:16:38 2014 Info: New SMTP ICID 5 interface Data 1 (192.0.2.9) address 198.51.100.1 reverse dns host unknown verified no
//! Wed Nov 19 09:16:38 2014 Info: Start MID 7 ICID 5
//! Wed Nov 19 09:16:38 2014 Info: MID 7 ICID 5 From: <anna@example.com>
//! Wed Nov 19 09:16:39 2014 Info: MID 8 queued for delivery
//! Wed Nov 19 09:16:39 2014 Info: ICID 5 close
//! ";
//! let mut search = Search::told(Told::Sender, b"Anna@").ignore_case();
//! search.read(&log[..])?;
//! let mut messages = search.messages();
//! messages.read(&log[..])?;
//! let lives = messages.lives();
//! let mut lines = 0;
//! lives.read(&log[..], |line, of| {
//!     assert!(!line.ends_with(b"queued for delivery") && *of == [0]);
//!     lines += 1;
//!     Ok::<_, ringmail::Error>(())
//! })?;
//! assert_eq!((lines, lives.mids()[0][0].0), (4, 7));
//! # Ok::<(), ringmail::Error>(())
//! ```
//!
//! # Limits
//! A message is its number: where numbers begin anew, messages of the same number are one. A line
//! longer than [`MAX_LINE`](super::MAX_LINE) is cut there. Memory is needed for the numbers that are
//! found, and for sixteen bytes of each line that says one message was made from another.

mod blocks;
mod ids;
mod members;
mod pattern;

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::Read;

use blocks::Blocks;
use ids::{Id, IdFinder, LineIds};
use members::Members;
use memchr::memmem::Finder;
use pattern::Pattern;

use crate::base::Result;
use crate::event::Mid;
use crate::record::Value;

/// What of a message is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The envelope sender.
    Sender,
    /// The envelope recipients, such as were rejected included.
    Recipient,
    /// The subject, as the log has it: encoded words are not decoded.
    Subject,
}

impl Told {
    /// The field's name in the rows that tell it, and the texts one of which their lines have.
    const fn field(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Sender => {
                ("from", &[" From: ", " bytes from <", " masquerading envelope sender from "])
            }
            Self::Recipient => ("to", &[" To: <", " rcpt address <"]),
            Self::Subject => ("subject", &[" Subject "]),
        }
    }
}

/// The texts one of which each line has that says a message was made from another.
const RELATIONS: [&str; 4] = [" creating MID ", " generated ", " rewritten to ", "Reinjected MID "];

/// The first reading: which messages are meant.
#[derive(Debug)]
pub struct Search {
    told: Option<(&'static str, Vec<Finder<'static>>)>,
    pattern: Pattern,
    relations: [Finder<'static>; RELATIONS.len()],
    /// In the order in which they were found.
    found: Vec<u64>,
    known: HashSet<u64>,
    related: HashMap<u64, Vec<u64>>,
}

impl Search {
    /// Messages of which what is told holds these bytes, anywhere. Nothing in them has a special
    /// meaning.
    #[must_use]
    pub fn told(what: Told, holds: &[u8]) -> Self {
        let (field, texts) = what.field();
        let finders = texts.iter().map(Finder::new).collect();
        Self { told: Some((field, finders)), pattern: Pattern::new(holds), ..Self::of(Vec::new()) }
    }

    /// The message of this number.
    #[must_use]
    pub fn message(mid: Mid) -> Self {
        Self::of(vec![mid.0])
    }

    fn of(found: Vec<u64>) -> Self {
        Self {
            told: None,
            pattern: Pattern::new(b""),
            relations: RELATIONS.map(Finder::new),
            known: found.iter().copied().collect(),
            found,
            related: HashMap::new(),
        }
    }

    /// Upper and lower case letters are the same.
    #[must_use]
    pub fn ignore_case(mut self) -> Self {
        self.pattern.ignore_case();
        self
    }

    /// Reads a log, or the next file of one.
    ///
    /// # Errors
    /// [`Error::is_io`](crate::Error::is_io) when the input cannot be read.
    pub fn read(&mut self, input: impl Read) -> Result<()> {
        let mut blocks = Blocks::new(input);
        let mut ids = LineIds::default();
        while let Some(block) = blocks.read()? {
            for line in lines_with(block, &self.relations) {
                ids.read(line);
                for (from, to) in ids.mids.iter().zip(ids.mids.iter().skip(1)) {
                    self.related.entry(*from).or_default().push(*to);
                    self.related.entry(*to).or_default().push(*from);
                }
            }
            let Some((field, texts)) = &self.told else { continue };
            for line in lines_with(block, texts) {
                if !self.pattern.may_be_in(line) {
                    continue;
                }
                ids.read(line);
                let Some(mid) = ids.mids.first().filter(|mid| !self.known.contains(*mid)) else {
                    continue;
                };
                let is_meant = ids.fields().any(|(name, value)| match value {
                    Value::Text(text) => name == *field && self.pattern.is_in(text.as_bytes()),
                    _ => false,
                });
                if is_meant {
                    self.known.insert(*mid);
                    self.found.push(*mid);
                }
            }
        }
        Ok(())
    }

    /// The messages that were found, each together with those that it was made from and those that
    /// were made from it.
    #[must_use]
    pub fn messages(self) -> Messages {
        let mut groups = Vec::new();
        let mut members = Members::default();
        for first in self.found {
            if members.has(first) {
                continue;
            }
            let group = groups.len();
            let mut mids = Vec::new();
            let mut next = VecDeque::from([first]);
            while let Some(mid) = next.pop_front() {
                if members.has(mid) {
                    continue;
                }
                members.add(mid, group);
                mids.push(Mid(mid));
                next.extend(self.related.get(&mid).into_iter().flatten());
            }
            mids.sort_unstable();
            groups.push(mids);
        }
        let lives = Lives {
            groups,
            messages: members,
            incoming: Members::default(),
            outgoing: Members::default(),
        };
        Messages { lives, is_seen: false }
    }
}

/// The second reading: over which connections the messages went.
#[derive(Debug)]
pub struct Messages {
    lives: Lives,
    /// Whether there is a line of any: a number that was asked for may be nobody's.
    is_seen: bool,
}

impl Messages {
    /// Whether there are none, so that nothing needs to be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lives.is_empty()
    }

    /// Reads a log, or the next file of one.
    ///
    /// # Errors
    /// [`Error::is_io`](crate::Error::is_io) when the input cannot be read.
    pub fn read(&mut self, input: impl Read) -> Result<()> {
        let Lives { messages, incoming, outgoing, .. } = &mut self.lives;
        let is_seen = &mut self.is_seen;
        let mut ids = LineIds::default();
        let wanted = |id| matches!(id, Id::Message(mid) if messages.has(mid));
        each_line(input, wanted, |line| {
            ids.read(line);
            for group in ids.mids.iter().flat_map(|mid| messages.groups(*mid)) {
                *is_seen = true;
                // Number 0 is no connection: the system made the message, or never connected.
                if let Some(icid) = ids.icid.filter(|icid| *icid > 0) {
                    incoming.add(icid, *group);
                }
                if let Some(dcid) = ids.dcid.filter(|dcid| *dcid > 0) {
                    outgoing.add(dcid, *group);
                }
            }
            Ok(())
        })
    }

    /// What tells the messages' lines from others.
    #[must_use]
    pub fn lives(mut self) -> Lives {
        if !self.is_seen {
            self.lives.groups.clear();
        }
        self.lives
    }
}

/// The third reading: the lines.
#[derive(Debug)]
pub struct Lives {
    groups: Vec<Vec<Mid>>,
    messages: Members,
    incoming: Members,
    outgoing: Members,
}

impl Lives {
    /// Whether no message was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The messages, in the order in which they were found: of each its number and those of the
    /// messages that it was made from, or that were made from it, in order.
    #[must_use]
    pub fn mids(&self) -> &[Vec<Mid>] {
        &self.groups
    }

    /// Reads a log, or the next file of one, and gives its lines that belong to messages: without
    /// their line feeds, and with the messages' places in [`mids`](Self::mids).
    ///
    /// A line that names messages belongs to these; one that names none but a connection, to all
    /// that went over it.
    ///
    /// # Errors
    /// [`Error::is_io`](crate::Error::is_io) when the input cannot be read; what `take` gives.
    pub fn read<E: From<crate::Error>>(
        &self,
        input: impl Read,
        mut take: impl FnMut(&[u8], &[usize]) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut ids = LineIds::default();
        let mut of = Vec::new();
        let wanted = |id| match id {
            Id::Message(mid) => self.messages.has(mid),
            Id::Incoming(icid) => self.incoming.has(icid),
            Id::Outgoing(dcid) => self.outgoing.has(dcid),
        };
        each_line(input, wanted, |line| {
            ids.read(line);
            of.clear();
            of.extend(ids.mids.iter().flat_map(|mid| self.messages.groups(*mid)));
            if ids.mids.is_empty() {
                of.extend(ids.icid.iter().flat_map(|icid| self.incoming.groups(*icid)));
                of.extend(ids.dcid.iter().flat_map(|dcid| self.outgoing.groups(*dcid)));
            }
            of.sort_unstable();
            of.dedup();
            if of.is_empty() { Ok(()) } else { take(line, &of) }
        })
    }
}

/// Gives each line in which a number stands that is wanted, perhaps in a text.
fn each_line<E: From<crate::Error>>(
    input: impl Read,
    wanted: impl Fn(Id) -> bool,
    mut take: impl FnMut(&[u8]) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let mut blocks = Blocks::new(input);
    let ids = IdFinder::new();
    while let Some(block) = blocks.read()? {
        let mut from = 0;
        while let Some(place) = ids.find(block, from, &wanted) {
            let (line, end) = line_at(block, place);
            take(line)?;
            from = end;
        }
    }
    Ok(())
}

/// The lines of a block that hold one of the texts, in order and each once.
fn lines_with<'b>(block: &'b [u8], texts: &[Finder<'_>]) -> impl Iterator<Item = &'b [u8]> {
    let mut places: Vec<_> = texts.iter().flat_map(|text| text.find_iter(block)).collect();
    places.sort_unstable();
    let mut done = 0;
    places.into_iter().filter_map(move |place| {
        // A line may hold very many of them.
        let (line, end) = if place < done { return None } else { line_at(block, place) };
        done = end;
        Some(line)
    })
}

/// The line that a place of a block is in, without its line feed, and where the next one starts.
fn line_at(block: &[u8], place: usize) -> (&[u8], usize) {
    let (before, behind) = block.split_at_checked(place).unwrap_or((block, &[]));
    let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    let end = memchr::memchr(b'\n', behind).map_or(block.len(), |end| place + end);
    (block.get(start..end).unwrap_or_default(), end + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Lines about few messages and connections, and such as only seem to be.
    fn line() -> impl Strategy<Value = Vec<u8>> {
        let told = (0..20_usize, 1..9_u8, 1..9_u8, "[\u{0}-\u{7f}]{0,6}|MID 3 rewritten to MID 4");
        told.prop_map(|(kind, one, two, text)| {
            let text = text.replace('\n', " ");
            let message = match kind {
                0 => {
                    format!("New SMTP ICID {one} interface a (192.0.2.1) address 192.0.2.2 {text}")
                }
                1 => format!("Start MID {one} ICID {two}"),
                2 => format!("MID {one} ICID {two} From: <{text}>"),
                3 => format!("MID {one} ICID {two} RID 0 To: <{text}>"),
                4 => format!("MID {one} Subject '{text} MID {two}'"),
                5 => format!("MID {one} ready 7 bytes from <a{text}>"),
                6 => format!(
                    "MID {one} was split creating MID {two} due to a per-recipient policy a"
                ),
                7 => format!("MID {one} rewritten to MID {two} by antispam"),
                8 => format!("MID {one} was generated for bounce of MID {two}"),
                9 => format!("ISQ: Reinjected MID {one} as MID {two}"),
                10 => format!("Delivery start DCID {one} MID {two} to RID [0]"),
                11 => format!("DCID {one} close"),
                12 => format!("ICID {one} close"),
                13 => format!("Message {one} to RID [0] pending till Mon Mar 31 20:00:23 2003"),
                14 => format!("Bounced: DCID: {one} Message {two} to 0 {text}"),
                15 => format!("MID {one} Custom Log Entry: MID {two} {text}"),
                16 => format!("SMTP Auth: (ICID {one}) succeeded for user: {text} using AUTH x"),
                17 => text,
                _ => format!("MID {one} {text}"),
            };
            format!("Wed Nov 19 09:16:38 2014 Info: {message}\n").into_bytes()
        })
    }

    /// The same without any haste: every line is read, again and again.
    fn plainly(log: &[u8], what: Told, holds: &[u8]) -> Vec<Vec<u8>> {
        let lines: Vec<_> = log.split(|byte| *byte == b'\n').collect();
        let read = |line: &[u8]| {
            let mut ids = LineIds::default();
            ids.read(line);
            ids
        };
        let mut mids: BTreeSet<u64> = BTreeSet::new();
        for line in &lines {
            let ids = read(line);
            let is_meant = ids.fields().any(|(name, value)| {
                matches!(value, Value::Text(text) if name == what.field().0
                    && memchr::memmem::find(text.as_bytes(), holds).is_some())
            });
            mids.extend(ids.mids.first().filter(|_| is_meant));
        }
        for _ in 0..lines.len() {
            for line in &lines {
                let ids = read(line);
                if ids.mids.iter().any(|mid| mids.contains(mid)) {
                    mids.extend(&ids.mids);
                }
            }
        }
        let of_them = |ids: &LineIds| ids.mids.iter().any(|mid| mids.contains(mid));
        let all = || lines.iter().map(|line| read(line)).filter(of_them);
        let icids: BTreeSet<_> = all().filter_map(|ids| ids.icid).collect();
        let dcids: BTreeSet<_> = all().filter_map(|ids| ids.dcid).collect();
        let is_shown = |line: &&&[u8]| {
            let ids = read(line);
            of_them(&ids)
                || ids.mids.is_empty()
                    && (ids.icid.is_some_and(|icid| icids.contains(&icid))
                        || ids.dcid.is_some_and(|dcid| dcids.contains(&dcid)))
        };
        lines.iter().filter(is_shown).map(|line| line.to_vec()).collect()
    }

    proptest! {
        #[test]
        fn haste_finds_what_reading_every_line_finds(
            lines in proptest::collection::vec(line(), 0..40),
            what in prop_oneof![Just(Told::Sender), Just(Told::Recipient), Just(Told::Subject)],
            holds in "[a-z']|MID 3",
        ) {
            let log = lines.concat();
            let mut search = Search::told(what, holds.as_bytes());
            search.read(&log[..]).unwrap();
            let mut messages = search.messages();
            messages.read(&log[..]).unwrap();
            let mut shown = Vec::new();
            messages.lives().read(&log[..], |line, _| {
                shown.push(line.to_vec());
                Ok::<_, crate::Error>(())
            }).unwrap();
            prop_assert_eq!(shown, plainly(&log, what, holds.as_bytes()));
        }
    }
}
