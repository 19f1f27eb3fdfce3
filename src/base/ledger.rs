use core::fmt;

use crate::base::LogType;

/// The account of every event: what was offered, and what became of it (contract C10).
///
/// Two equations hold for each lane and one for each subscription; every term is counted where it
/// happens, none is worked out from the others. They are exact whenever no `emit` is under way.
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
    /// The lanes that are open, by number.
    pub open_lanes: Vec<(u64, LaneAccount)>,
    /// The subscriptions, in the order in which they were added.
    pub subscriptions: Vec<SubscriptionAccount>,
}

/// What happened to the events that workers offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LaneAccount {
    /// `emit` was called with them, and somebody wanted them.
    pub offered: u64,
    /// They got into a lane.
    pub accepted: u64,
    /// They did not, because the lane was full.
    pub shed_lane_full: u64,
    /// They did not, because the engine had been shut down.
    pub shed_closed: u64,
    /// They did not, for lack of memory for a lane.
    pub shed_no_lane: u64,
    /// They did not, because their encoding went wrong.
    pub shed_malformed: u64,
    /// The formatter has taken them out of the lane.
    pub drained: u64,
    /// They are in a lane.
    pub pending: u64,
    /// Records that the formatter could not read. A part of `drained`.
    pub malformed: u64,
    /// Records stamped ahead of the clock and released all the same. A part of `drained`.
    pub ahead: u64,
    /// Fields that were longer than 8 KiB and were cut. Not events.
    pub cut_fields: u64,
}

impl LaneAccount {
    pub(crate) const ZERO: Self = Self {
        offered: 0,
        accepted: 0,
        shed_lane_full: 0,
        shed_closed: 0,
        shed_no_lane: 0,
        shed_malformed: 0,
        drained: 0,
        pending: 0,
        malformed: 0,
        ahead: 0,
        cut_fields: 0,
    };

    /// All that was shed, whatever the reason.
    #[must_use]
    pub const fn shed(&self) -> u64 {
        self.shed_lane_full + self.shed_closed + self.shed_no_lane + self.shed_malformed
    }

    /// Adds another account to this one.
    pub(crate) const fn add(&mut self, other: &Self) {
        self.offered += other.offered;
        self.accepted += other.accepted;
        self.shed_lane_full += other.shed_lane_full;
        self.shed_closed += other.shed_closed;
        self.shed_no_lane += other.shed_no_lane;
        self.shed_malformed += other.shed_malformed;
        self.drained += other.drained;
        self.pending += other.pending;
        self.malformed += other.malformed;
        self.ahead += other.ahead;
        self.cut_fields += other.cut_fields;
    }
}

/// What happened to the events that a subscription's type takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionAccount {
    /// The subscription's name.
    pub name: String,
    /// Its type.
    pub log_type: LogType,
    /// Events that the type takes.
    pub taken: u64,
    /// Their line has been handed to the sink.
    pub written: u64,
    /// They went into a counter, or are a part of what is written of several events.
    pub absorbed: u64,
    /// Their level was not wanted, or what they belong to.
    pub filtered: u64,
    /// The rate limit kept them out.
    pub limited: u64,
    /// The sink could not take their line, or the record could not be read.
    pub failed: u64,
    /// Their line waits to be written.
    pub pending: u64,
    /// Lines handed to the sink that are not events of workers: headers, status lines, notices.
    pub own_lines: u64,
    /// Own lines that the sink could not take.
    pub own_lines_failed: u64,
    /// Lines that an event has besides its first, in logs that write more than one.
    pub further_lines: u64,
    /// Lines that are not whole because they would have been too long.
    pub cut: u64,
    /// Messages, or other things made of several events, that were given up before they were
    /// complete; their events are among the absorbed.
    pub given_up: u64,
    /// Bytes handed to the sink.
    pub bytes: u64,
}

impl SubscriptionAccount {
    pub(crate) const fn new(name: String, log_type: LogType) -> Self {
        Self {
            name,
            log_type,
            taken: 0,
            written: 0,
            absorbed: 0,
            filtered: 0,
            limited: 0,
            failed: 0,
            pending: 0,
            own_lines: 0,
            own_lines_failed: 0,
            further_lines: 0,
            cut: 0,
            given_up: 0,
            bytes: 0,
        }
    }

    /// All lines handed to the sink.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.written + self.own_lines + self.further_lines
    }
}

impl Ledger {
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
            balance(lane.offered, lane.accepted + lane.shed(), "offered = accepted + shed")?;
            balance(lane.accepted, lane.drained + lane.pending, "accepted = drained + pending")?;
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
