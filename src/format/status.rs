//! The status log: what the counters that follow the events come to, one line an interval.
//!
//! Source: section "Status line" of `docs/FORMATS.md`.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::base::{Gauge, Gauges};
use crate::event::{
    Aborted, BounceCause, Bounced, BouncedByFilter, BouncedByPolicy, DcidClose, Delayed, Done,
    Dropped, DroppedByContentFilter, DroppedByFilter, DroppedByPolicy, Event, Finished,
    FinishedAborted, GeneratedForBounce, GlobalUnsubscribe, IcidClose, InvalidRecipient, NewDcid,
    NewIcid, Ready, Recipient, RecipientRejected, RecipientsDeleted, StartMid, Status,
};
use crate::format::absorb::absorbs;

absorbs! {
    Counters() {
        NewIcid => new_icid,
        IcidClose => icid_close,
        StartMid => start_mid,
        Recipient => recipient,
        Ready => ready,
        RecipientRejected => recipient_rejected,
        InvalidRecipient => recipient_invalid,
        NewDcid => new_dcid,
        DcidClose => dcid_close,
        Done => done,
        Bounced => bounced,
        Delayed => delayed,
        RecipientsDeleted => deleted,
        GeneratedForBounce => generated_for_bounce,
        GlobalUnsubscribe => unsubscribed,
        Dropped => dropped,
        DroppedByFilter => dropped_by_filter,
        DroppedByContentFilter => dropped_by_content_filter,
        DroppedByPolicy => dropped_by_policy,
        BouncedByFilter => bounced_by_filter,
        BouncedByPolicy => bounced_by_policy,
        Aborted => aborted,
        Finished => finished,
        FinishedAborted => finished_aborted,
    }
}

/// Messages whose recipients are followed at most; of more, recipients count as unattempted until
/// they are done.
const MAX_MESSAGES: usize = 1 << 20;

/// What has been seen since the engine began.
///
/// The sums of the status line (hard bounces by cause, completed, active recipients) are taken
/// when the line is made, so its three invariants hold in every line.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    current_mid: u64,
    current_icid: u64,
    current_dcid: u64,
    injected_messages: u64,
    injected_recipients: u64,
    injected_bytes: u64,
    generated_bounces: u64,
    rejected_recipients: u64,
    dropped_messages: u64,
    soft_bounces: u64,
    dns: u64,
    smtp_5xx: u64,
    filter: u64,
    expired: u64,
    other: u64,
    delivered: u64,
    deleted: u64,
    unsubscribed: u64,
    unattempted: u64,
    attempted: u64,
    connections_in: u64,
    connections_out: u64,
    messages: HashMap<u64, Active, BuildHasherDefault<IdHasher>>,
}

/// A message's recipients that are neither delivered nor given up.
#[derive(Clone, Copy, Debug, Default)]
struct Active {
    unattempted: u64,
    attempted: u64,
}

impl Active {
    /// Takes so many away, from those attempted before or not; how many there were to take.
    fn take(&mut self, count: u64, was_attempted: bool) -> u64 {
        let group = if was_attempted { &mut self.attempted } else { &mut self.unattempted };
        let taken = count.min(*group);
        *group -= taken;
        taken
    }
}

/// The counters that are kept from one run to the next: all but those of what is open at the moment,
/// of whose end a later run may not hear.
macro_rules! kept {
    ($($of:tt)*) => {
        [
            $($of)*.current_mid,
            $($of)*.current_icid,
            $($of)*.current_dcid,
            $($of)*.injected_messages,
            $($of)*.injected_recipients,
            $($of)*.injected_bytes,
            $($of)*.generated_bounces,
            $($of)*.rejected_recipients,
            $($of)*.dropped_messages,
            $($of)*.soft_bounces,
            $($of)*.dns,
            $($of)*.smtp_5xx,
            $($of)*.filter,
            $($of)*.expired,
            $($of)*.other,
            $($of)*.delivered,
            $($of)*.deleted,
            $($of)*.unsubscribed,
        ]
    };
}

/// How many counters are kept.
pub(crate) const KEPT: usize = 18;

impl Counters {
    /// What [`resume`](Self::resume) takes.
    pub(crate) const fn kept(&self) -> [u64; KEPT] {
        kept!(self)
    }

    /// Counts on from what an interrupted run had counted. Its connections
    /// and the recipients of its messages are not open any more until they are heard of again.
    pub(crate) fn resume(&mut self, kept: [u64; KEPT]) {
        for (counter, count) in kept!(&mut self).into_iter().zip(kept) {
            *counter = count;
        }
    }

    /// The line of now.
    pub(crate) fn line<'a>(
        &self,
        gauges: &Gauges,
        machine: &MachineFigures,
        available: &'a str,
    ) -> Status<'a> {
        let hard_bounced = self.dns + self.smtp_5xx + self.filter + self.expired + self.other;
        Status {
            cpu_load: machine.cpu_percent,
            disk_io: machine.disk_percent,
            ram_utilization: machine.ram_percent,
            queue_kb_used: gauges.get(Gauge::QueueUsed),
            queue_kb_free: gauges.get(Gauge::QueueFree),
            current_mid: self.current_mid,
            current_icid: self.current_icid,
            current_dcid: self.current_dcid,
            injected_messages: self.injected_messages,
            injected_recipients: self.injected_recipients,
            generated_bounce_recipients: self.generated_bounces,
            rejected_recipients: self.rejected_recipients,
            dropped_messages: self.dropped_messages,
            soft_bounce_events: self.soft_bounces,
            completed_recipients: hard_bounced + self.delivered + self.deleted,
            hard_bounced_recipients: hard_bounced,
            dns_hard_bounces: self.dns,
            hard_bounces_5xx: self.smtp_5xx,
            filter_hard_bounces: self.filter,
            expired_hard_bounces: self.expired,
            other_hard_bounces: self.other,
            delivered_recipients: self.delivered,
            deleted_recipients: self.deleted,
            global_unsubscribe_hits: self.unsubscribed,
            active_recipients: self.unattempted + self.attempted,
            unattempted_recipients: self.unattempted,
            attempted_recipients: self.attempted,
            connections_in: self.connections_in,
            connections_out: self.connections_out,
            dns_requests: gauges.get(Gauge::DnsRequests),
            network_requests: gauges.get(Gauge::NetRequests),
            cache_hits: gauges.get(Gauge::CacheHits),
            cache_misses: gauges.get(Gauge::CacheMisses),
            cache_evictions: gauges.get(Gauge::CacheExceptions),
            cache_expirations: gauges.get(Gauge::CacheExpired),
            cpu_seconds: machine.cpu_seconds,
            elapsed_seconds: machine.elapsed_seconds,
            max_io: gauges.get(Gauge::MaxIo),
            ram_bytes_used: machine.ram_used,
            messages_in_system: self.messages.len() as u64,
            destinations_in_memory: gauges.get(Gauge::Destinations),
            resource_conservation: gauges.get(Gauge::Conservation),
            work_queue: gauges.get(Gauge::WorkQueue),
            quarantined_messages: gauges.get(Gauge::Quarantined),
            quarantine_kb_used: gauges.get(Gauge::QuarantineUsed),
            log_percent_used: machine.log_percent,
            sophos_load: gauges.get(Gauge::SophosLoad),
            brightmail_load: gauges.get(Gauge::BrightmailLoad),
            case_load: gauges.get(Gauge::CaseLoad),
            total_load: machine.cpu_percent,
            log_available: available.into(),
            spam_quarantine_messages: gauges.get(Gauge::SpamQuarantine),
            spam_quarantine_releases: gauges.get(Gauge::SpamRelease),
            cloudmark_load: gauges.get(Gauge::CloudmarkLoad),
            mcafee_load: gauges.get(Gauge::McafeeLoad),
            swap_in: machine.swapped_in,
            swap_out: machine.swapped_out,
            swap_page_in: machine.paged_in,
            swap_page_out: machine.paged_out,
            swap_usage: machine.swap_percent,
            reporting_load: gauges.get(Gauge::ReportLoad),
            quarantine_load: gauges.get(Gauge::QuarantineLoad),
            encryption_queue: gauges.get(Gauge::EncryptionQueue),
            injected_bytes: self.injected_bytes,
        }
    }

    fn new_icid(&mut self, event: &NewIcid<'_>) {
        self.current_icid = self.current_icid.max(event.icid.0);
        self.connections_in += 1;
    }

    fn icid_close(&mut self, _event: &IcidClose) {
        self.connections_in = self.connections_in.saturating_sub(1);
    }

    fn new_dcid(&mut self, event: &NewDcid<'_>) {
        self.current_dcid = self.current_dcid.max(event.dcid.0);
        self.connections_out += 1;
    }

    fn dcid_close(&mut self, _event: &DcidClose) {
        self.connections_out = self.connections_out.saturating_sub(1);
    }

    fn start_mid(&mut self, event: &StartMid) {
        self.current_mid = self.current_mid.max(event.mid.0);
        if self.messages.len() < MAX_MESSAGES {
            self.messages.insert(event.mid.0, Active::default());
        }
    }

    fn recipient(&mut self, event: &Recipient<'_>) {
        self.unattempted += 1;
        if let Some(active) = self.messages.get_mut(&event.mid.0) {
            active.unattempted += 1;
        }
    }

    /// A message is injected when it is accepted, with the recipients that it then has.
    fn ready(&mut self, event: &Ready<'_>) {
        self.injected_messages += 1;
        // The event's own figure: nobody has checked it.
        self.injected_bytes = self.injected_bytes.saturating_add(event.bytes);
        self.injected_recipients +=
            self.messages.get(&event.mid.0).map_or(0, |active| active.unattempted);
    }

    const fn recipient_rejected(&mut self, _event: &RecipientRejected<'_>) {
        self.rejected_recipients += 1;
    }

    const fn recipient_invalid(&mut self, _event: &InvalidRecipient<'_>) {
        self.rejected_recipients += 1;
    }

    fn done(&mut self, event: &Done<'_>) {
        let count = event.rids.len() as u64;
        self.delivered += count;
        self.complete(event.mid.0, count, event.attempts);
    }

    fn bounced(&mut self, event: &Bounced<'_>) {
        match event.cause {
            BounceCause::Dns => self.dns += 1,
            BounceCause::Expired => self.expired += 1,
            BounceCause::Filter => self.filter += 1,
            BounceCause::Smtp5xx => self.smtp_5xx += 1,
            BounceCause::Other => self.other += 1,
        }
        self.complete(event.mid.0, 1, event.attempts);
    }

    fn deleted(&mut self, event: &RecipientsDeleted<'_>) {
        let count = event.rids.len() as u64;
        self.deleted += count;
        self.complete(event.mid.0, count, 0);
    }

    /// The first attempt that fails for now makes a recipient an attempted one.
    fn delayed(&mut self, event: &Delayed<'_>) {
        self.soft_bounces += 1;
        if event.attempts > 1 {
            return;
        }
        let moved = move_one(&mut self.unattempted, &mut self.attempted);
        if let Some(active) = self.messages.get_mut(&event.mid.0).filter(|_| moved) {
            move_one(&mut active.unattempted, &mut active.attempted);
        }
    }

    const fn generated_for_bounce(&mut self, _event: &GeneratedForBounce) {
        self.generated_bounces += 1;
    }

    const fn unsubscribed(&mut self, _event: &GlobalUnsubscribe<'_>) {
        self.unsubscribed += 1;
    }

    const fn dropped(&mut self, _event: &Dropped<'_>) {
        self.dropped_messages += 1;
    }

    const fn dropped_by_filter(&mut self, _event: &DroppedByFilter<'_>) {
        self.dropped_messages += 1;
    }

    const fn dropped_by_content_filter(&mut self, _event: &DroppedByContentFilter<'_>) {
        self.dropped_messages += 1;
    }

    const fn dropped_by_policy(&mut self, _event: &DroppedByPolicy<'_>) {
        self.dropped_messages += 1;
    }

    fn bounced_by_filter(&mut self, event: &BouncedByFilter<'_>) {
        self.filter_bounce(event.mid.0);
    }

    fn bounced_by_policy(&mut self, event: &BouncedByPolicy<'_>) {
        self.filter_bounce(event.mid.0);
    }

    /// A message that is bounced as a whole takes all its recipients with it.
    fn filter_bounce(&mut self, mid: u64) {
        let active = self.messages.get(&mid).copied().unwrap_or_default();
        let count = active.unattempted + active.attempted;
        self.filter += count;
        self.forget_recipients(mid);
    }

    fn aborted(&mut self, event: &Aborted<'_>) {
        self.forget_recipients(event.mid.0);
    }

    fn finished(&mut self, event: &Finished) {
        self.forget_recipients(event.mid.0);
        self.messages.remove(&event.mid.0);
    }

    fn finished_aborted(&mut self, event: &FinishedAborted) {
        self.forget_recipients(event.mid.0);
        self.messages.remove(&event.mid.0);
    }

    /// Recipients are done with at this attempt (0: not told). They are taken from those that the
    /// attempt says; where there are not so many of them, from the others.
    fn complete(&mut self, mid: u64, count: u64, attempts: u32) {
        let was_attempted = attempts > 1;
        let (first, second) = self.messages.get_mut(&mid).map_or((count, 0), |active| {
            let first = active.take(count, was_attempted);
            (first, active.take(count - first, !was_attempted))
        });
        let (told, other) = if was_attempted {
            (&mut self.attempted, &mut self.unattempted)
        } else {
            (&mut self.unattempted, &mut self.attempted)
        };
        *told = told.saturating_sub(first);
        *other = other.saturating_sub(second);
    }

    /// A message's remaining recipients are active no longer.
    fn forget_recipients(&mut self, mid: u64) {
        if let Some(active) = self.messages.get_mut(&mid) {
            self.unattempted = self.unattempted.saturating_sub(active.unattempted);
            self.attempted = self.attempted.saturating_sub(active.attempted);
            *active = Active::default();
        }
    }
}

/// Moves one from a counter to another, if there is one.
const fn move_one(from: &mut u64, to: &mut u64) -> bool {
    if *from == 0 {
        return false;
    }
    *from -= 1;
    *to += 1;
    true
}

/// What the status line tells of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MachineFigures {
    pub(crate) cpu_percent: u64,
    pub(crate) disk_percent: u64,
    pub(crate) ram_percent: u64,
    pub(crate) ram_used: u64,
    pub(crate) cpu_seconds: u64,
    pub(crate) elapsed_seconds: u64,
    pub(crate) swapped_in: u64,
    pub(crate) swapped_out: u64,
    pub(crate) paged_in: u64,
    pub(crate) paged_out: u64,
    pub(crate) swap_percent: u64,
    pub(crate) log_percent: u64,
    pub(crate) log_available: u64,
}

/// A size as the line shows it: whole units, the largest that leaves at least one.
pub(crate) fn size(bytes: u64) -> String {
    let units = [("T", 40), ("G", 30), ("M", 20), ("K", 10)];
    units
        .into_iter()
        .find(|(_, shift)| bytes >> shift > 0)
        .map_or_else(|| format!("{bytes}B"), |(unit, shift)| format!("{}{unit}", bytes >> shift))
}

/// Message ids are counted up, not chosen by anybody: one multiplication spreads them.
#[derive(Debug, Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Dcid, Icid, Mid, Rid, Rids};
    use crate::record;
    use crate::record::Record;

    fn see<'a, E: Event<'a>>(counters: &mut Counters, event: &E) {
        let mut bytes = Vec::new();
        record::append(&mut bytes, event, E::ROW.level, 0, None);
        counters.absorb(&Record::read(&bytes).unwrap()).unwrap();
    }

    fn line(counters: &Counters) -> Status<'static> {
        counters.line(&Gauges::default(), &MachineFigures::default(), "116G")
    }

    fn invariants_hold(line: &Status<'_>) {
        assert_eq!(
            line.hard_bounced_recipients,
            line.dns_hard_bounces
                + line.hard_bounces_5xx
                + line.filter_hard_bounces
                + line.expired_hard_bounces
                + line.other_hard_bounces
        );
        assert_eq!(
            line.completed_recipients,
            line.hard_bounced_recipients + line.delivered_recipients + line.deleted_recipients
        );
        assert_eq!(line.active_recipients, line.unattempted_recipients + line.attempted_recipients);
    }

    #[test]
    fn a_messages_life_moves_the_counters() {
        let mut counters = Counters::default();
        let mid = Mid(7);
        see(&mut counters, &NewIcid { icid: Icid(3), ..NewIcid::EMPTY });
        see(&mut counters, &StartMid { mid, ..StartMid::EMPTY });
        for rid in 0..4 {
            see(&mut counters, &Recipient { mid, rid: Rid(rid), ..Recipient::EMPTY });
        }
        see(&mut counters, &RecipientRejected::EMPTY);
        see(&mut counters, &Ready { mid, bytes: 1000, ..Ready::EMPTY });
        see(&mut counters, &NewDcid { dcid: Dcid(9), ..NewDcid::EMPTY });
        let now = line(&counters);
        invariants_hold(&now);
        assert_eq!((now.injected_messages, now.injected_recipients), (1, 4));
        assert_eq!((now.current_mid, now.current_icid, now.current_dcid), (7, 3, 9));
        assert_eq!((now.unattempted_recipients, now.rejected_recipients), (4, 1));
        assert_eq!((now.connections_in, now.connections_out), (1, 1));
        assert_eq!((now.messages_in_system, now.injected_bytes), (1, 1000));

        let both = [Rid(0), Rid(1)];
        see(&mut counters, &Done { mid, rids: Rids::new(&both), attempts: 1, ..Done::EMPTY });
        let cause = BounceCause::Smtp5xx;
        see(&mut counters, &Bounced { mid, rid: Rid(2), cause, attempts: 1, ..Bounced::EMPTY });
        see(&mut counters, &Delayed { mid, rid: Rid(3), attempts: 1, ..Delayed::EMPTY });
        let now = line(&counters);
        invariants_hold(&now);
        assert_eq!((now.unattempted_recipients, now.attempted_recipients), (0, 1));
        assert_eq!((now.delivered_recipients, now.hard_bounces_5xx), (2, 1));

        let cause = BounceCause::Expired;
        see(&mut counters, &Bounced { mid, rid: Rid(3), cause, attempts: 9, ..Bounced::EMPTY });
        see(&mut counters, &Finished { mid });
        see(&mut counters, &DcidClose { dcid: Dcid(9) });
        see(&mut counters, &IcidClose { icid: Icid(3) });
        let now = line(&counters);
        invariants_hold(&now);
        assert_eq!((now.active_recipients, now.completed_recipients), (0, 4));
        assert_eq!((now.soft_bounce_events, now.expired_hard_bounces), (1, 1));
        assert_eq!((now.messages_in_system, now.connections_in, now.connections_out), (0, 0, 0));
    }

    #[test]
    fn a_dropped_message_leaves_no_active_recipients() {
        let mut counters = Counters::default();
        let mid = Mid(1);
        see(&mut counters, &StartMid { mid, ..StartMid::EMPTY });
        see(&mut counters, &Recipient { mid, ..Recipient::EMPTY });
        see(&mut counters, &Dropped { mid, engine: "CASE".into() });
        see(&mut counters, &Finished { mid });
        let now = line(&counters);
        assert_eq!((now.dropped_messages, now.active_recipients), (1, 0));
        assert_eq!(now.messages_in_system, 0);
    }

    #[test]
    fn attempts_that_are_not_told_are_made_up_for() {
        let mut counters = Counters::default();
        let mid = Mid(1);
        see(&mut counters, &StartMid { mid, ..StartMid::EMPTY });
        see(&mut counters, &Recipient { mid, ..Recipient::EMPTY });
        see(&mut counters, &Delayed { mid, attempts: 1, ..Delayed::EMPTY });
        see(&mut counters, &Done { mid, rids: Rids::one(Rid(0)), ..Done::EMPTY });
        let now = line(&counters);
        assert_eq!((now.attempted_recipients, now.unattempted_recipients), (0, 0));
        assert_eq!(now.delivered_recipients, 1);
    }

    #[test]
    fn events_out_of_nowhere_keep_the_invariants() {
        let mut counters = Counters::default();
        for _ in 0..3 {
            see(&mut counters, &Delayed { attempts: 1, ..Delayed::EMPTY });
            see(&mut counters, &Bounced { attempts: 5, ..Bounced::EMPTY });
            see(&mut counters, &IcidClose { icid: Icid(1) });
        }
        invariants_hold(&line(&counters));
    }

    #[test]
    fn sizes_have_their_unit() {
        let sizes = [0, 1023, 1024, 116 << 30, 1 << 40].map(size);
        assert_eq!(sizes, ["0B", "1023B", "1K", "116G", "1T"]);
    }
}
