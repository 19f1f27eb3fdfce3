//! What a gateway's workers would say: sessions, messages, verdicts, deliveries, bounces.

#![expect(clippy::indexing_slicing, reason = "every index is below its pool's length")]

use std::net::{IpAddr, Ipv4Addr};

use super::profile::Profile;
use crate::Timestamp;
use crate::event::{
    Action, AntivirusNegative, BounceCause, Bounced, Dcid, DcidClose, Delayed, DeliveryStart, Done,
    Dropped, Event, Finished, Icid, IcidClose, IcidTls, MessageId, Mid, NewDcid, NewIcid, Pending,
    PolicyMatch, Queued, Ready, Recipient, Response, Rid, Rids, Sender, SenderGroup, StartMid,
    Subject, Texts, Verdict,
};

/// Takes the events that traffic makes; `false` ends it.
pub(super) trait Emit {
    /// One event.
    fn emit<'a, E: Event<'a>>(&mut self, event: &E) -> bool;
}

/// A worker's share of the traffic. The same seed, worker and number of workers say the same.
#[derive(Debug)]
pub(super) struct Traffic {
    profile: Profile,
    random: Random,
    pools: Pools,
    /// Ids of this worker: the workers take turns, so none has another's.
    next_mid: u64,
    next_icid: u64,
    next_dcid: u64,
    step: u64,
}

/// The traffic has been ended.
struct Ended;

/// Emits, and leaves when that was the last.
macro_rules! say {
    ($out:expr, $event:expr) => {
        if !$out.emit(&$event) {
            return Err(Ended);
        }
    };
}

/// A message on its way.
#[derive(Clone, Copy)]
struct Message<'a> {
    mid: Mid,
    dcid: Dcid,
    from: &'a str,
    to: &'a [&'a str],
    bytes: u64,
}

impl Traffic {
    /// The traffic of worker number `worker` of `workers`.
    pub(super) fn new(profile: &Profile, seed: u64, worker: u64, workers: u64) -> Self {
        let mut random = Random(seed ^ worker.wrapping_mul(0xD1B5_4A32_D192_ED03));
        let pools = Pools::new(profile, &mut random);
        // Ids of the size that a busy gateway has after some years.
        Self {
            profile: profile.clone(),
            random,
            pools,
            next_mid: 24_600_000 + worker,
            next_icid: 60_140_000 + worker,
            next_dcid: 6_560_000 + worker,
            step: workers.max(1),
        }
    }

    /// Goes on until `out` has had enough.
    pub(super) fn run(mut self, out: &mut impl Emit) {
        let pools = std::mem::take(&mut self.pools);
        while self.session(&pools, out).is_ok() {}
    }

    /// A connection with one or more messages, or one that is turned away.
    fn session(&mut self, pools: &Pools, out: &mut impl Emit) -> Result<(), Ended> {
        let icid = Icid(next(&mut self.next_icid, self.step));
        let peer = self.random.index();
        let verified = self.random.chance(80);
        say!(
            out,
            NewIcid {
                icid,
                interface: "Data 1".into(),
                interface_ip: LISTENER,
                ip: pools.ips[peer],
                host: (&pools.hosts[peer]).into(),
                verified,
                ..NewIcid::EMPTY
            }
        );
        let is_refused = self.random.chance(self.profile.refused_percent);
        let (action, group, condition, sbrs) = if is_refused {
            (Action::Reject, "BLACKLIST", "sbrs[-10.0:-2.5]", "-4.3")
        } else {
            (Action::Accept, "UNKNOWNLIST", "sbrs[-1.0:10.0]", "3.5")
        };
        say!(
            out,
            SenderGroup {
                icid,
                action,
                group: group.into(),
                condition: condition.into(),
                sbrs: Some(sbrs.into()),
                country: Some("United States".into()),
                ..SenderGroup::EMPTY
            }
        );
        if is_refused {
            say!(out, IcidClose { icid });
            return Ok(());
        }
        if self.random.chance(self.profile.tls_percent) {
            let (protocol, cipher) = (Some("TLSv1.3".into()), Some(CIPHER.into()));
            say!(out, IcidTls { icid, protocol, cipher });
        }
        let dcid = Dcid(next(&mut self.next_dcid, self.step));
        let mut is_connected = false;
        for _ in 0..=self.random.below(self.profile.messages_per_connection) {
            self.message(pools, out, icid, dcid, &mut is_connected)?;
        }
        if is_connected {
            say!(out, DcidClose { dcid });
        }
        say!(out, IcidClose { icid });
        Ok(())
    }

    /// A message, from its start to its end.
    fn message(
        &mut self,
        pools: &Pools,
        out: &mut impl Emit,
        icid: Icid,
        dcid: Dcid,
        is_connected: &mut bool,
    ) -> Result<(), Ended> {
        let mid = Mid(next(&mut self.next_mid, self.step));
        let from = self.random.of(&pools.addresses).as_str();
        let Profile { message_bytes_least: least, message_bytes_most: most, .. } = self.profile;
        let bytes = self.random.between(least, most);
        say!(out, StartMid { mid, icid, ..StartMid::EMPTY });
        say!(out, Sender { mid, icid, from: from.into() });
        let mut to = [""; RECIPIENTS];
        let is_one = self.random.chance(self.profile.one_recipient_percent);
        let most = usize::try_from(self.profile.recipients_at_most).unwrap_or(1).min(RECIPIENTS);
        let count = if is_one || most == 1 { 1 } else { 2 + self.random.index_below(most - 1) };
        for (rid, to) in (0..).zip(&mut to[..count]) {
            *to = self.random.of(&pools.addresses).as_str();
            say!(out, Recipient { mid, icid, rid: Rid(rid), to: (*to).into() });
        }
        let message_id = (&pools.message_ids[self.random.index()]).into();
        say!(out, MessageId { mid, message_id });
        let subject = (&pools.subjects[self.random.index()]).into();
        say!(out, Subject { mid, subject });
        say!(out, Ready { mid, bytes, from: from.into() });
        let (policy, table) = ("DEFAULT".into(), Some("inbound".into()));
        say!(out, PolicyMatch { mid, policy, table });
        let is_spam = self.random.chance(self.profile.spam_percent);
        let verdict = if is_spam { "spam positive" } else { "spam negative" };
        say!(out, Verdict { mid, engine: "CASE".into(), verdict: verdict.into() });
        if is_spam {
            say!(out, Dropped { mid, engine: "CASE".into() });
        } else {
            say!(out, AntivirusNegative { mid });
            say!(out, Queued { mid });
            if !*is_connected {
                *is_connected = true;
                let (interface, port) = ("203.0.113.10".into(), Some(25));
                let ip = pools.ips[self.random.index()];
                say!(out, NewDcid { dcid, interface, ip, port, ..NewDcid::EMPTY });
            }
            let message = Message { mid, dcid, from, to: &to[..count], bytes };
            self.deliver(pools, out, message)?;
        }
        say!(out, Finished { mid });
        Ok(())
    }

    /// Most recipients are delivered; some bounce, some are delayed first.
    fn deliver(
        &mut self,
        pools: &Pools,
        out: &mut impl Emit,
        message: Message<'_>,
    ) -> Result<(), Ended> {
        let Message { mid, dcid, from, to, bytes } = message;
        let all: [Rid; RECIPIENTS] = [Rid(0), Rid(1), Rid(2), Rid(3)];
        let bounced = self.profile.bounce_percent;
        let delayed = bounced + self.profile.delay_percent;
        say!(
            out,
            DeliveryStart { dcid, mid, rids: Rids::new(&all[..to.len()]), ..DeliveryStart::EMPTY }
        );
        let mut delivered = [Rid(0); RECIPIENTS];
        let mut count = 0;
        for (rid, to) in all.into_iter().zip(to.iter().copied()) {
            match self.random.below(100) {
                chance if chance < bounced => {
                    let (cause, reason, code, text) = HARD[self.random.index_below(HARD.len())];
                    let lines = [text.into()];
                    say!(
                        out,
                        Bounced {
                            dcid,
                            mid,
                            rid,
                            reason: reason.into(),
                            code,
                            response: if code == 0 { Texts::default() } else { Texts::new(&lines) },
                            from: from.into(),
                            to: to.into(),
                            cause,
                            attempts: 1,
                            bytes,
                            ..Bounced::EMPTY
                        }
                    );
                }
                chance if chance < delayed => {
                    let lines = ["4.2.2 mailbox is full".into()];
                    say!(
                        out,
                        Delayed {
                            dcid,
                            mid,
                            rid,
                            reason: "4.2.2 - Mailbox full".into(),
                            code: 452,
                            response: Texts::new(&lines),
                            from: from.into(),
                            to: to.into(),
                            attempts: 1,
                            bytes,
                            ..Delayed::EMPTY
                        }
                    );
                    let until = Timestamp::from_seconds(1_900_000_000);
                    say!(out, Pending { mid, rids: Rids::one(rid), until });
                    let rids = Rids::one(rid);
                    say!(out, DeliveryStart { dcid, mid, rids, ..DeliveryStart::EMPTY });
                    self.done(pools, out, message, Rids::one(rid), 2)?;
                }
                _ => {
                    delivered[count] = rid;
                    count += 1;
                }
            }
        }
        if count > 0 {
            self.done(pools, out, message, Rids::new(&delivered[..count]), 1)?;
        }
        Ok(())
    }

    fn done(
        &mut self,
        pools: &Pools,
        out: &mut impl Emit,
        message: Message<'_>,
        rids: Rids<'_>,
        attempts: u32,
    ) -> Result<(), Ended> {
        let Message { mid, dcid, from, bytes, .. } = message;
        let reply = (&pools.replies[self.random.index()]).into();
        say!(
            out,
            Done {
                dcid,
                mid,
                rids,
                from: from.into(),
                attempts,
                bytes,
                code: 250,
                reply,
                ..Done::EMPTY
            }
        );
        say!(out, Response { mid, rids, text: reply, code: 250 });
        Ok(())
    }
}

/// The most recipients of a message.
const RECIPIENTS: usize = 4;

const LISTENER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 10));
const CIPHER: &str = "TLS_AES_256_GCM_SHA384";

/// How hard bounces look: cause, reason, code, text.
const HARD: [(BounceCause, &str, u16, &str); 4] = [
    (BounceCause::Smtp5xx, "5.1.1 - Bad destination email address", 550, "5.1.1 no such user"),
    (BounceCause::Smtp5xx, "5.1.0 - Unknown address error", 550, "There is no such account."),
    (BounceCause::Smtp5xx, "5.7.1 - Delivery not authorized", 554, "5.7.1 that isn't allowed"),
    (BounceCause::Dns, "5.1.2 - Bad destination host", 0, ""),
];

fn next(id: &mut u64, step: u64) -> u64 {
    *id += step;
    *id
}

/// Names and texts, made beforehand: a load generator's time should go into the log.
#[derive(Debug, Default)]
struct Pools {
    addresses: Vec<String>,
    hosts: Vec<String>,
    ips: Vec<IpAddr>,
    message_ids: Vec<String>,
    subjects: Vec<String>,
    replies: Vec<String>,
}

/// Elements of a pool. Few enough to stay in the cache, many enough to look like traffic.
const POOL: usize = 512;

impl Pools {
    fn new(profile: &Profile, random: &mut Random) -> Self {
        let mut pools = Self::default();
        let domains: Vec<String> =
            (0..profile.domains).map(|_| format!("{}.example", random.word(4, 12))).collect();
        for domain in domains.iter().cycle().take(whole(profile.addresses)) {
            let user = random.word(3, 14);
            pools.addresses.push(format!("{user}@{domain}"));
        }
        for domain in domains.iter().cycle().take(POOL) {
            pools.hosts.push(format!("{}{}.{domain}", random.word(2, 5), random.below(100)));
            #[expect(clippy::cast_possible_truncation, reason = "the bits that an address has")]
            let ip = Ipv4Addr::from_bits(0x0B00_0000 | random.next() as u32 >> 8);
            pools.ips.push(IpAddr::V4(ip));
            pools.message_ids.push(format!(
                "<{:016x}.{:08x}@{domain}>",
                random.next(),
                random.below(1 << 32)
            ));
            let words = random.between(profile.subject_words_least, profile.subject_words_most);
            let mut subject: Vec<String> = (0..words).map(|_| random.word(2, 9)).collect();
            if random.chance(profile.encoded_subject_percent) {
                subject.push("=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=".to_owned());
            } else if random.chance(5) {
                subject.push("it's here".to_owned());
            }
            pools.subjects.push(subject.join(" "));
            pools.replies.push(format!("queued as {:010X}", random.below(1 << 40)));
        }
        pools
    }
}

fn whole(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The letters of words, the frequent ones in many words as they come.
const LETTERS: &[u8; 26] = b"etaoinsrhldcumfpgwybvkxjqz";

/// SplitMix64: small, fast, and the same everywhere for the same seed.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`, which is small against 2^64.
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn index(&mut self) -> usize {
        self.index_below(POOL)
    }

    fn index_below(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).unwrap_or(0)
    }

    /// One of a pool.
    fn of<'p, T>(&mut self, pool: &'p [T]) -> &'p T {
        &pool[self.index_below(pool.len())]
    }

    /// Both ends included.
    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn word(&mut self, shortest: u64, longest: u64) -> String {
        let len = self.between(shortest, longest);
        (0..len).map(|_| char::from(LETTERS[self.index_below(LETTERS.len())])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was said, as far as it goes.
    struct Said {
        left: usize,
        numbers: Vec<u16>,
        debug: Vec<String>,
    }

    impl Emit for Said {
        fn emit<'a, E: Event<'a>>(&mut self, event: &E) -> bool {
            self.numbers.push(E::ROW.number);
            if self.debug.len() < 2000 {
                let mut bytes = Vec::new();
                crate::record::append(&mut bytes, event, E::ROW.level, 0, None);
                self.debug.push(format!("{bytes:?}"));
            }
            self.left -= 1;
            self.left > 0
        }
    }

    fn said(seed: u64, worker: u64) -> Said {
        said_as(&Profile::default(), seed, worker)
    }

    fn said_as(profile: &Profile, seed: u64, worker: u64) -> Said {
        let mut said = Said { left: 50_000, numbers: Vec::new(), debug: Vec::new() };
        Traffic::new(profile, seed, worker, 2).run(&mut said);
        said
    }

    #[test]
    fn a_seed_says_the_same_again_and_another_does_not() {
        assert_eq!(said(1, 0).debug, said(1, 0).debug);
        assert_ne!(said(1, 0).debug, said(2, 0).debug);
        assert_ne!(said(1, 0).debug, said(1, 1).debug);
    }

    #[test]
    fn the_mix_is_that_of_a_gateway() {
        let said = said(7, 0);
        let count = |number: u16| said.numbers.iter().filter(|said| **said == number).count();
        let messages = count(StartMid::ROW.number);
        let recipients = count(Recipient::ROW.number);
        assert!(count(Finished::ROW.number).abs_diff(messages) <= 1);
        assert!(recipients > messages && recipients < 2 * messages);
        let percent = |number: u16| count(number) * 100 / recipients;
        assert!((2..=6).contains(&percent(Bounced::ROW.number)));
        assert!((3..=7).contains(&percent(Delayed::ROW.number)));
    }

    #[test]
    fn a_profile_changes_the_mix() {
        let profile = Profile {
            bounce_percent: 50,
            delay_percent: 0,
            refused_percent: 0,
            recipients_at_most: 1,
            domains: 1,
            ..Profile::default()
        };
        let said = said_as(&profile, 7, 0);
        let count = |number: u16| said.numbers.iter().filter(|said| **said == number).count();
        let recipients = count(Recipient::ROW.number);
        assert!(recipients.abs_diff(count(StartMid::ROW.number)) <= 1);
        assert!((40..=60).contains(&(count(Bounced::ROW.number) * 100 / recipients)));
        assert_eq!(count(Delayed::ROW.number), 0);
    }
}
