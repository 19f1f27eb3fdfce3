//! A message on its way, as far as its lines have told.

use core::net::{IpAddr, Ipv4Addr};
use std::collections::HashMap;

use super::scan::fnv;
use crate::base::Timestamp;
use crate::event::{Icid, Mid, Rid};

/// A message between its first line and its last.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) mid: Mid,
    pub(super) icid: Icid,
    pub(super) source_ip: IpAddr,
    /// Known when the queue manager has taken the message.
    pub(super) from: Option<Box<[u8]>>,
    pub(super) bytes: u64,
    pub(super) injected: Timestamp,
    /// When it was last spoken of.
    pub(super) last: Timestamp,
    /// Held back by a rule: the queue manager does not take it for now.
    pub(super) is_held: bool,
    pub(super) recipients: Recipients,
}

impl Message {
    pub(super) fn new(mid: Mid, icid: Icid, time: Timestamp) -> Self {
        Self {
            mid,
            icid,
            source_ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            from: None,
            bytes: 0,
            injected: time,
            last: time,
            is_held: false,
            recipients: Recipients::default(),
        }
    }

    /// The sender, empty while it is not known.
    pub(super) fn sender(&self) -> &[u8] {
        self.from.as_deref().unwrap_or_default()
    }

    /// About how many bytes of memory it takes.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.sender().len() + self.recipients.weight
    }
}

/// A recipient of a message.
#[derive(Debug)]
pub(super) struct Recipient {
    pub(super) address: Box<[u8]>,
    pub(super) attempts: u32,
    /// Delivered or bounced.
    pub(super) is_settled: bool,
}

/// The recipients of a message in the order of their RIDs.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    list: Vec<Recipient>,
    /// Where there are many: the first of each hash.
    index: HashMap<u64, usize>,
    weight: usize,
}

/// From here on recipients are found by their hashes.
const MANY: usize = 32;

impl Recipients {
    /// The recipient with this address, and whether it is new.
    pub(super) fn named(&mut self, address: &[u8]) -> (Rid, &mut Recipient, bool) {
        let found = self.find(address);
        let at = found.unwrap_or_else(|| {
            self.push(Recipient { address: address.into(), attempts: 0, is_settled: false })
        });
        let rid = Rid(u32::try_from(at).unwrap_or(u32::MAX));
        #[expect(clippy::indexing_slicing, reason = "it was found there, or just put there")]
        (rid, &mut self.list[at], found.is_none())
    }

    /// Puts one at the end, and gives its place.
    pub(super) fn push(&mut self, recipient: Recipient) -> usize {
        let at = self.list.len();
        self.weight += size_of::<Recipient>() + recipient.address.len() + 32;
        self.list.push(recipient);
        if at + 1 > MANY {
            let first = if self.index.is_empty() { 0 } else { at };
            for (at, recipient) in self.list.iter().enumerate().skip(first) {
                self.index.entry(fnv(&recipient.address)).or_insert(at);
            }
        }
        at
    }

    fn find(&self, address: &[u8]) -> Option<usize> {
        let is_it = |recipient: &Recipient| *recipient.address == *address;
        if self.list.len() > MANY {
            let at = *self.index.get(&fnv(address))?;
            if self.list.get(at).is_some_and(is_it) {
                return Some(at);
            }
        }
        self.list.iter().position(is_it)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Rid, &Recipient)> {
        (0..).map(Rid).zip(&self.list)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (Rid, &mut Recipient)> {
        (0..).map(Rid).zip(&mut self.list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_keep_their_numbers() {
        let mut recipients = Recipients::default();
        for round in 0..2 {
            for number in 0..100_u32 {
                let (rid, _, is_new) = recipients.named(format!("user{number}@a").as_bytes());
                assert_eq!((rid, is_new), (Rid(number), round == 0));
            }
        }
        assert_eq!(recipients.iter().count(), 100);
    }
}
