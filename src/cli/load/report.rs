use std::fmt::Write;

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use crate::Ledger;

/// What a load run came to.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) events: u64,
    pub(super) seconds: f64,
    pub(super) cpu_seconds: f64,
    pub(super) peak_rss_bytes: u64,
    /// How long `emit` took, in nanoseconds.
    pub(super) emit: Histogram<u64>,
    pub(super) ledger: Ledger,
    /// Each subscription's name and directory.
    pub(super) places: Vec<(String, String)>,
    /// What each subscription's sink told of its server.
    pub(super) told: Vec<(String, Vec<String>)>,
}

/// The ledger's terms, added up over the subscriptions.
struct Sums {
    accepted: u64,
    written: u64,
    filtered: u64,
    rate_limited: u64,
    dropped: u64,
    pending: u64,
}

impl Report {
    /// One JSON object; its names are documented in the README.
    pub(super) fn json(&self) -> String {
        let sums = self.sums();
        let subscriptions: Vec<_> = self
            .ledger
            .subscriptions
            .iter()
            .map(|account| {
                let mut object = json!({
                    "name": account.name,
                    "type": account.log_type.name(),
                    "lines": account.lines(),
                    "bytes": account.bytes,
                    "dir": self.place(&account.name),
                });
                if let Some(push) = account.push {
                    let terms =
                        push.terms().map(|(term, _, count)| (term.to_owned(), count.into()));
                    let push = Value::Object(terms.collect());
                    let told = self.told(&account.name).to_vec().into();
                    if let Some(object) = object.as_object_mut() {
                        object.extend([("push".to_owned(), push), ("told".to_owned(), told)]);
                    }
                }
                object
            })
            .collect();
        json!({
            "events": self.events,
            "lines": self.lines(),
            "bytes": self.bytes(),
            "seconds": self.seconds,
            "lines_per_second": self.lines() as f64 / self.seconds,
            "emit_ns": {
                "p50": self.emit.value_at_quantile(0.5),
                "p99": self.emit.value_at_quantile(0.99),
                "p999": self.emit.value_at_quantile(0.999),
                "max": self.emit.max(),
            },
            "cpu_seconds_per_million_lines": self.cpu_per_million(),
            "peak_rss_bytes": self.peak_rss_bytes,
            "ledger": {
                "accepted": sums.accepted,
                "written": sums.written,
                "filtered": sums.filtered,
                "rate_limited": sums.rate_limited,
                "dropped": sums.dropped,
                "pending": sums.pending,
            },
            "subscriptions": subscriptions,
        })
        .to_string()
    }

    /// A summary for people.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |what: String| {
            let _never_fails = writeln!(text, "{what}");
        };
        line(format!(
            "{} events in {:.3} s: {:.2} million lines/s, {:.1} MB/s",
            grouped(self.events),
            self.seconds,
            self.lines() as f64 / self.seconds / 1e6,
            self.bytes() as f64 / self.seconds / 1e6,
        ));
        line(format!(
            "emit: p50 {} ns, p99 {} ns, p99.9 {} ns, max {} ns (timer included)",
            self.emit.value_at_quantile(0.5),
            self.emit.value_at_quantile(0.99),
            self.emit.value_at_quantile(0.999),
            grouped(self.emit.max()),
        ));
        line(format!(
            "CPU: {:.3} s per million lines; memory: {} MB at most",
            self.cpu_per_million(),
            self.peak_rss_bytes >> 20
        ));
        line(String::new());
        line(format!("{:<16}{:<11}{:>14}{:>17}  where", "subscription", "type", "lines", "bytes"));
        for account in &self.ledger.subscriptions {
            line(format!(
                "{:<16}{:<11}{:>14}{:>17}  {}",
                account.name,
                account.log_type.name(),
                grouped(account.lines()),
                grouped(account.bytes),
                self.place(&account.name),
            ));
        }
        line(String::new());
        let lanes = &self.ledger.lanes;
        line(format!(
            "lanes:  {} offered = {} accepted + {} shed",
            lanes.offered,
            lanes.accepted,
            lanes.shed()
        ));
        line(format!(
            "        {} accepted = {} drained + {} pending",
            lanes.accepted, lanes.drained, lanes.pending
        ));
        for account in &self.ledger.subscriptions {
            line(format!(
                "{}:  {} taken = {} written + {} absorbed + {} filtered + {} limited + {} failed \
                 + {} pending",
                account.name,
                account.taken,
                account.written,
                account.absorbed,
                account.filtered,
                account.limited,
                account.failed,
                account.pending,
            ));
        }
        for account in &self.ledger.subscriptions {
            let Some(push) = &account.push else { continue };
            line(format!(
                "        {} handed = {} acknowledged + {} unknown + {} pending + {} lost; {} resent",
                push.handed, push.acknowledged, push.unknown, push.pending, push.lost, push.resent,
            ));
            self.told(&account.name).iter().for_each(|told| line(format!("        {told}")));
        }
        line(match self.ledger.check() {
            Ok(()) => "ledger: balanced, every event is accounted for".to_owned(),
            Err(error) => format!("ledger: NOT balanced: {error}"),
        });
        text.truncate(text.trim_end().len());
        text
    }

    /// Events that nobody got.
    pub(super) fn lost(&self) -> u64 {
        self.sums().dropped
    }

    fn sums(&self) -> Sums {
        let shed = self.ledger.lanes.shed();
        let mut sums = Sums {
            accepted: shed,
            written: 0,
            filtered: 0,
            rate_limited: 0,
            dropped: shed,
            pending: 0,
        };
        for account in &self.ledger.subscriptions {
            sums.accepted += account.taken;
            sums.written += account.written + account.absorbed;
            sums.filtered += account.filtered;
            sums.rate_limited += account.limited;
            sums.dropped += account.failed;
            sums.pending += account.pending;
        }
        sums
    }

    fn lines(&self) -> u64 {
        self.ledger.subscriptions.iter().map(crate::SubscriptionAccount::lines).sum()
    }

    fn bytes(&self) -> u64 {
        self.ledger.subscriptions.iter().map(|account| account.bytes).sum()
    }

    fn cpu_per_million(&self) -> f64 {
        self.cpu_seconds / (self.lines().max(1) as f64 / 1e6)
    }

    fn told(&self, name: &str) -> &[String] {
        self.told.iter().find(|(other, _)| other == name).map_or(&[], |(_, told)| told)
    }

    fn place(&self, name: &str) -> &str {
        self.places.iter().find(|(other, _)| other == name).map_or("", |(_, place)| place)
    }
}

/// 1234567 as 1,234,567.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
