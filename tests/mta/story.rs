//! The text mail log read with nothing but string functions: each message's and connection's
//! lines, and whether they come in an order that can have happened.

use std::collections::{BTreeMap, BTreeSet};

use crate::account::number;

/// What a log tells.
pub(crate) struct Stories {
    pub(crate) messages: BTreeMap<u64, Message>,
}

/// Where in the log a message's lines are.
#[derive(Debug, Default)]
pub(crate) struct Message {
    start: Vec<usize>,
    icid: u64,
    from: Vec<usize>,
    to: Vec<(u64, usize)>,
    ready: Vec<usize>,
    queued: Vec<usize>,
    attempts: Vec<(u64, BTreeSet<u64>, usize)>,
    done: Vec<(u64, BTreeSet<u64>, usize)>,
    responses: Vec<usize>,
    bounced: Vec<(u64, u64, usize)>,
    delayed: Vec<(u64, u64, usize)>,
    pending: Vec<(BTreeSet<u64>, usize)>,
    aborted: Vec<usize>,
    finished: Vec<usize>,
    pub(crate) texts: Vec<String>,
}

#[derive(Debug, Default)]
struct Connection {
    opened: Vec<usize>,
    closed: Vec<usize>,
    used: Vec<usize>,
    /// It never came to be.
    failed: bool,
}

impl Stories {
    pub(crate) fn read(lines: &[String]) -> Self {
        let mut messages: BTreeMap<u64, Message> = BTreeMap::new();
        let mut incoming: BTreeMap<u64, Connection> = BTreeMap::new();
        let mut outgoing: BTreeMap<u64, Connection> = BTreeMap::new();
        for (at, line) in lines.iter().enumerate() {
            let (_, text) = line.split_once(" Info: ").unwrap_or_else(|| panic!("{line}"));
            if let Some(icid) = behind(text, "ICID ").filter(|icid| *icid > 0) {
                incoming.entry(icid).or_default().note(text, at);
            }
            if let Some(dcid) = behind(text, "DCID ") {
                outgoing.entry(dcid).or_default().note(text, at);
            }
            let mid = behind(text, "MID ")
                .or_else(|| text.strip_prefix("Message ").map(|rest| number(rest).0));
            if let Some(mid) = mid {
                messages.entry(mid).or_default().note(text, at);
            }
        }
        for (icid, connection) in &incoming {
            connection.check(&format!("ICID {icid}"));
        }
        for (dcid, connection) in &outgoing {
            connection.check(&format!("DCID {dcid}"));
        }
        for (mid, message) in &messages {
            message.check(*mid);
            if message.icid > 0 {
                assert!(incoming.contains_key(&message.icid), "MID {mid}");
            }
        }
        Self { messages }
    }
}

impl Connection {
    fn note(&mut self, text: &str, at: usize) {
        if text.starts_with("New SMTP ") {
            self.opened.push(at);
        } else if text.ends_with(" close") && !text.contains("MID ") {
            self.closed.push(at);
        } else {
            self.failed |= text.starts_with("Connection Error: ");
            self.used.push(at);
        }
    }

    /// It is opened once, used, and closed once.
    fn check(&self, name: &str) {
        if self.failed {
            assert!(self.opened.is_empty() && self.closed.is_empty(), "{name}: {self:?}");
            return;
        }
        assert_eq!((self.opened.len(), self.closed.len()), (1, 1), "{name}: {self:?}");
        for at in &self.used {
            assert!(self.opened[0] < *at && *at < self.closed[0], "{name}: {self:?}");
        }
    }
}

impl Message {
    fn note(&mut self, text: &str, at: usize) {
        self.texts.push(text.to_owned());
        let dcid = || behind(text, "DCID ").unwrap();
        if text.starts_with("Start MID ") {
            self.start.push(at);
            self.icid = behind(text, "ICID ").unwrap();
        } else if text.starts_with("Double bounce: ") {
            assert!(!self.bounced.is_empty(), "{text}");
        } else if text.contains(" From: <") {
            self.from.push(at);
        } else if text.contains(" To: <") {
            self.to.push((behind(text, "RID ").unwrap(), at));
        } else if text.contains(" ready ") {
            self.ready.push(at);
        } else if text.ends_with(" queued for delivery") {
            self.queued.push(at);
        } else if text.starts_with("Delivery start DCID ") {
            self.attempts.push((dcid(), rids(text), at));
        } else if text.starts_with("Message done DCID ") {
            self.done.push((dcid(), rids(text), at));
        } else if text.contains(" Response ") {
            self.responses.push(at);
        } else if text.starts_with("Bounced: DCID ") {
            self.bounced.push((dcid(), behind(text, "to RID ").unwrap(), at));
        } else if text.starts_with("Delayed: DCID ") {
            self.delayed.push((dcid(), behind(text, "to RID ").unwrap(), at));
        } else if text.contains(" pending till ") {
            self.pending.push((rids(text), at));
        } else if text.starts_with("Message aborted MID ") {
            self.aborted.push(at);
        } else if text.starts_with("Message finished MID ") {
            self.finished.push(at);
        }
    }

    /// The lines can have happened in this order, and none is missing.
    fn check(&self, mid: u64) {
        let say = || format!("MID {mid}: {self:#?}");
        assert_eq!((self.start.len(), self.from.len()), (1, 1), "{}", say());
        assert_eq!(self.finished.len(), 1, "{}", say());
        let end = self.finished[0];
        assert!(self.start[0] < self.from[0] && self.from[0] < end, "{}", say());
        let mut last = self.from[0];
        for (expected, (rid, at)) in self.to.iter().enumerate() {
            assert!(*rid == expected as u64 && last < *at && *at < end, "{}", say());
            last = *at;
        }
        assert!(self.aborted.iter().all(|at| *at < end), "{}", say());
        if self.ready.is_empty() {
            // It was never received in full.
            assert_eq!(self.aborted.len(), 1, "{}", say());
            assert!(self.queued.is_empty() && self.attempts.is_empty(), "{}", say());
            return;
        }
        assert_eq!((self.ready.len(), self.queued.len()), (1, 1), "{}", say());
        let queued = self.queued[0];
        assert!(last < self.ready[0] && self.ready[0] < queued && queued < end, "{}", say());

        // Each recipient comes to one end, unless the message is given up as a whole.
        let mut open: BTreeSet<u64> = self.to.iter().map(|(rid, _)| *rid).collect();
        assert!(!open.is_empty(), "{}", say());
        for (dcid, rids, at) in &self.done {
            let began = self.attempts.iter().any(|(of, all, before)| {
                of == dcid && rids.is_subset(all) && queued < *before && before < at
            });
            assert!(began && *at < end, "{}", say());
            assert!(rids.iter().all(|rid| open.remove(rid)), "{}", say());
        }
        for (_, rid, at) in &self.bounced {
            assert!(queued < *at && *at < end && open.remove(rid), "{}", say());
        }
        assert_eq!(open.is_empty(), self.aborted.is_empty(), "{}", say());
        assert_eq!(self.done.len(), self.responses.len(), "{}", say());
        // Each delay is followed by the promise of another attempt.
        for (_, rid, at) in &self.delayed {
            let pending =
                self.pending.iter().any(|(rids, behind)| rids.contains(rid) && at < behind);
            assert!(queued < *at && *at < end && pending, "{}", say());
        }
        for (_, _, at) in &self.attempts {
            assert!(queued < *at && *at < end, "{}", say());
        }
    }

    /// Recipients, and how many of them were delivered and bounced, and delays.
    pub(crate) fn fates(&self) -> [usize; 4] {
        let delivered = self.done.iter().map(|(_, rids, _)| rids.len()).sum();
        [self.to.len(), delivered, self.bounced.len(), self.delayed.len()]
    }

    pub(crate) const fn is_received(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Whether the server made it.
    pub(crate) const fn is_generated(&self) -> bool {
        self.icid == 0
    }
}

/// The number behind the first such word; the word does not continue one before it.
fn behind(text: &str, word: &str) -> Option<u64> {
    let (at, _) = text
        .match_indices(word)
        .find(|(at, _)| !text[..*at].ends_with(|c: char| c.is_ascii_alphanumeric()))?;
    let rest = text[at + word.len()..].trim_start_matches('[');
    rest.starts_with(|c: char| c.is_ascii_digit()).then(|| number(rest).0)
}

/// The recipients in the brackets.
fn rids(text: &str) -> BTreeSet<u64> {
    let (_, list) = text.split_once("RID [").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.split(", ").map(|rid| rid.parse().unwrap()).collect()
}
