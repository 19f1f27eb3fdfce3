use core::fmt;

use crate::base::LogType;

/// The account of every event: what was offered, and what became of it (contract C10).
///
/// Two equations hold for each lane and one for each subscription; every term is counted where it
/// happens. They hold at any moment: an event whose `emit` is under way is offered once it is in
/// its lane or shed.
///
/// ```
/// use ringmail::event::{Icid, IcidClose};
/// use ringmail::{Engine, LogType, Memory, Subscription};
///
/// let mail = Subscription::new("mail_logs", LogType::TextMail).sink(Memory::new());
/// let (engine, _guard) = Engine::builder().subscribe(mail).start()?;
/// engine.producer()?.emit(&IcidClose { icid: Icid(1) });
/// engine.flush();
/// let ledger = engine.ledger();
/// assert_eq!(ledger.lanes.accepted, 1);
/// assert_eq!(ledger.subscriptions[0].written, 1);
/// ledger.check().expect("nothing is unaccounted for");
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ledger {
    /// All lanes together, those of workers that have ended included.
    pub lanes: LaneAccount,
    /// How old the oldest event was, for each round in which the formatter found any: its lag.
    /// Nothing is measured where the order counter does not run with time, nor by a clock that is
    /// not [real](crate::Clock::is_real).
    pub lag: Durations,
    /// The lanes that are open, by number.
    pub open_lanes: Vec<(u64, LaneAccount)>,
    /// The subscriptions, in the order in which they were added.
    pub subscriptions: Vec<SubscriptionAccount>,
}

/// Declares the terms of an account, once: the fields, their sums, and the list of them.
macro_rules! terms {
    ($account:ident { $($(#[doc = $doc:literal])+ $term:ident,)* }) => {
        impl $account {
            /// Each term's name, what it counts, and how much that is, in the order of the fields.
            pub fn terms(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> + use<> {
                [$((stringify!($term), concat!($($doc),+).trim_ascii(), self.$term),)*].into_iter()
            }

            /// Sets the terms, in the same order; those of which there are no more stay.
            #[allow(dead_code, reason = "not every account goes on behind a crash")]
            pub(crate) fn set_terms(&mut self, terms: impl IntoIterator<Item = u64>) {
                let mut terms = terms.into_iter();
                $(if let Some(term) = terms.next() {
                    self.$term = term;
                })*
            }
        }
    };
}

macro_rules! account {
    ($(#[$doc:meta])* $account:ident { $($(#[doc = $term_doc:literal])+ $term:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $account {
            $($(#[doc = $term_doc])+ pub $term: u64,)*
        }

        impl $account {
            pub(crate) const ZERO: Self = Self { $($term: 0,)* };

            /// Adds another account to this one.
            pub(crate) const fn add(&mut self, other: &Self) {
                // Lanes of other processes say what they want to.
                $(self.$term = self.$term.saturating_add(other.$term);)*
            }
        }

        terms! { $account { $($(#[doc = $term_doc])+ $term,)* } }
    };
}

macro_rules! account_of_subscription {
    ($(#[$doc:meta])* $account:ident { $($(#[doc = $term_doc:literal])+ $term:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $account {
            /// The subscription's name.
            pub name: String,
            /// Its type.
            pub log_type: LogType,
            /// How long the sink took for what was handed to it.
            pub write_times: Durations,
            /// What became of the lines that its sink took, where that sends them to a peer.
            pub push: Option<PushAccount>,
            $($(#[doc = $term_doc])+ pub $term: u64,)*
        }

        impl $account {
            pub(crate) const fn new(name: String, log_type: LogType) -> Self {
                let (write_times, push) = (Durations::ZERO, None);
                Self { name, log_type, write_times, push, $($term: 0,)* }
            }
        }

        terms! { $account { $($(#[doc = $term_doc])+ $term,)* } }
    };
}

account! {
    /// What happened to the events that workers offered.
    ///
    /// ```
    /// use ringmail::LaneAccount;
    /// let account = LaneAccount::default();
    /// assert!(account.terms().any(|(name, _, count)| name == "accepted" && count == 0));
    /// ```
    LaneAccount {
        /// `emit` was called with them, and somebody wanted them.
        offered,
        /// They got into a lane.
        accepted,
        /// They did not, because the lane was full.
        shed_lane_full,
        /// They did not, because the engine had been shut down.
        shed_closed,
        /// They did not, for lack of memory for a lane.
        shed_no_lane,
        /// They did not, because their encoding went wrong.
        shed_malformed,
        /// The formatter has taken them out of the lane.
        drained,
        /// They are in a lane.
        pending,
        /// Bytes of open lanes that hold events not yet written: how far the lanes are filled.
        held_bytes,
        /// Bytes that the open lanes have.
        size_bytes,
        /// Records that the formatter could not read. A part of `drained`.
        malformed,
        /// Records stamped ahead of the clock and released all the same. A part of `drained`.
        ahead,
        /// Fields that were longer than 8 KiB and were cut. Not events.
        cut_fields,
    }

}

account! {
    /// What became of the lines that a sink took for its peers, those sent to several counted for each.
    ///
    /// Lines are acknowledged when the peer's kernel has them: for a while longer they are kept, and
    /// sent again if the connection then ends without order.
    PushAccount {
        /// Lines that were to be sent.
        handed,
        /// The peer's kernel has them.
        acknowledged,
        /// They were sent, and nobody knows whether they arrived: datagrams, and what a peer that was
        /// killed may have taken with it.
        unknown,
        /// They wait to be sent or acknowledged, in memory or in the disk buffer.
        pending,
        /// They will not be sent: the disk buffer was full or damaged, or the end came first.
        lost,
        /// Lines that were sent again. Not further lines.
        resent,
        /// Header records that opened streams. Not among those handed.
        headers,
        /// Lines that were longer than a message may be, and were cut.
        truncated,
        /// Lines that wait in the disk buffer. A part of the pending.
        buffered,
        /// Bytes sent, framing included.
        sent_bytes,
        /// Connections that were established.
        connections,
        /// Times that a connection failed or could not be made, or a datagram could not be sent.
        failures,
    }
}

account_of_subscription! {
    /// What happened to the events that a subscription's type takes.
    SubscriptionAccount {
        /// Events that the type takes.
        taken,
        /// Their line has been handed to the sink.
        written,
        /// They went into a counter, or are a part of what is written of several events.
        absorbed,
        /// Their level was not wanted, or what they belong to.
        filtered,
        /// The rate limit kept them out.
        limited,
        /// The sink could not take their line, or the record could not be read.
        failed,
        /// Their line waits to be written.
        pending,
        /// Lines handed to the sink that are not events of workers: headers, status lines, notices.
        own_lines,
        /// Own lines that the sink could not take.
        own_lines_failed,
        /// Lines that an event has besides its first, in logs that write more than one.
        further_lines,
        /// Lines that are not whole because they would have been too long.
        cut,
        /// Messages, or other things made of several events, that were given up before they were
        /// complete; their events are among the absorbed.
        given_up,
        /// Bytes handed to the sink.
        bytes,
        /// Files that were closed and followed by another.
        rollovers,
        /// Times that the sink has brought what it took to the disk.
        syncs,
        /// Errors of the sink: each time that it did not take something, or could not bring it to
        /// the disk, or could not roll over.
        errors,
    }
}

/// How long something took, each time that it was done, sorted by length.
///
/// ```
/// use ringmail::base::Durations;
/// assert_eq!(Durations::BOUNDS_MICROS.last(), Some(&5_000_000));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// How many took no longer than each bound, and longer than the one before.
    within: [u64; Self::BOUNDS_MICROS.len()],
    /// How many took longer than all bounds.
    beyond: u64,
    /// All of them together.
    nanos: u64,
}

impl Durations {
    /// The bounds, in microseconds.
    pub const BOUNDS_MICROS: [u64; 10] =
        [10, 50, 100, 500, 1000, 5000, 10_000, 100_000, 1_000_000, 5_000_000];

    pub(crate) const ZERO: Self =
        Self { within: [0; Self::BOUNDS_MICROS.len()], beyond: 0, nanos: 0 };

    /// Counts one that took so long.
    pub(crate) fn add(&mut self, nanos: u64) {
        self.nanos = self.nanos.saturating_add(nanos);
        let bounds = Self::BOUNDS_MICROS.iter();
        match self.within.iter_mut().zip(bounds).find(|(_, bound)| nanos <= **bound * 1000) {
            Some((count, _)) => *count += 1,
            None => self.beyond += 1,
        }
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.within.iter().sum::<u64>() + self.beyond
    }

    /// How long all of them took together, in nanoseconds.
    #[must_use]
    pub const fn nanos(&self) -> u64 {
        self.nanos
    }

    /// Each bound in microseconds, and how many took no longer than it.
    pub fn up_to(&self) -> impl Iterator<Item = (u64, u64)> + use<> {
        let within = self.within;
        Self::BOUNDS_MICROS.into_iter().zip(within).scan(0, |sum, (bound, count)| {
            *sum += count;
            Some((bound, *sum))
        })
    }
}

impl LaneAccount {
    /// All that was shed, whatever the reason.
    #[must_use]
    pub const fn shed(&self) -> u64 {
        self.shed_lane_full
            .saturating_add(self.shed_closed)
            .saturating_add(self.shed_no_lane)
            .saturating_add(self.shed_malformed)
    }
}

impl SubscriptionAccount {
    /// All lines handed to the sink.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.written + self.own_lines + self.further_lines
    }
}

impl Ledger {
    /// What became of the lines sent to peers, of all subscriptions together.
    #[must_use]
    pub fn pushed(&self) -> PushAccount {
        let mut all = PushAccount::ZERO;
        self.subscriptions.iter().filter_map(|account| account.push.as_ref()).for_each(|push| {
            all.add(push);
        });
        all
    }

    /// Whether all equations hold.
    ///
    /// # Errors
    /// The first equation that does not, in words.
    pub fn check(&self) -> Result<(), Imbalance> {
        let all = std::iter::once(("all lanes".to_owned(), &self.lanes));
        let open = self.open_lanes.iter().map(|(id, lane)| (format!("lane {id}"), lane));
        for (name, lane) in all.chain(open) {
            let balance = |left, right, equation: &str| {
                if left == right {
                    Ok(())
                } else {
                    Err(Imbalance(format!("{name}: {equation}: {left} is not {right}")))
                }
            };
            balance(
                lane.offered,
                lane.accepted.saturating_add(lane.shed()),
                "offered = accepted + shed",
            )?;
            balance(
                lane.accepted,
                lane.drained.saturating_add(lane.pending),
                "accepted = drained + pending",
            )?;
        }
        for account in &self.subscriptions {
            let right = account.written
                + account.absorbed
                + account.filtered
                + account.limited
                + account.failed
                + account.pending;
            if account.taken != right {
                return Err(Imbalance(format!(
                    "subscription {}: taken = written + absorbed + filtered + limited + failed + \
                     pending: {} is not {right}",
                    account.name, account.taken
                )));
            }
            let Some(push) = account.push else { continue };
            let right = push.acknowledged + push.unknown + push.pending + push.lost;
            if push.handed != right {
                return Err(Imbalance(format!(
                    "subscription {}: handed = acknowledged + unknown + pending + lost: {} is not \
                     {right}",
                    account.name, push.handed
                )));
            }
        }
        Ok(())
    }
}

/// An equation of the ledger that does not hold: a defect of this library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imbalance(String);

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Imbalance {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_add_up() {
        let mut times = Durations::default();
        for nanos in [0, 10_000, 10_001, 2_000_000, u64::MAX] {
            times.add(nanos);
        }
        let up_to: Vec<_> = times.up_to().collect();
        assert_eq!(up_to[..2], [(10, 2), (50, 3)]);
        assert_eq!(up_to.last(), Some(&(5_000_000, 4)));
        assert_eq!((times.count(), times.nanos()), (5, u64::MAX));
    }

    #[test]
    fn a_lost_event_is_found() {
        let mut ledger = Ledger::default();
        ledger.lanes.offered = 3;
        ledger.lanes.accepted = 2;
        ledger.lanes.shed_lane_full = 1;
        ledger.lanes.drained = 2;
        ledger.check().unwrap();
        let mut account = SubscriptionAccount::new("mail".to_owned(), LogType::TextMail);
        account.taken = 2;
        account.written = 1;
        ledger.subscriptions.push(account);
        let found = ledger.check().unwrap_err().to_string();
        assert!(found.contains("subscription mail") && found.contains("2 is not 1"), "{found}");
        ledger.lanes.drained = 1;
        assert!(ledger.check().unwrap_err().to_string().contains("all lanes"));
    }
}
