//! Figures for people and for monitoring systems, from the accounts of engine and inputs.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::base::{Durations, Ledger};
use crate::service::input::{InputCount, InputCounts};

/// An input's name, kind and counts.
#[derive(Clone, Debug)]
pub(crate) struct InputFigures {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) counts: Arc<InputCounts>,
}

/// The account as JSON, with the result of its equations.
pub(crate) fn ledger_json(ledger: &Ledger) -> Value {
    let terms = |terms: &mut dyn Iterator<Item = (&'static str, &'static str, u64)>| {
        terms.map(|(name, _, count)| (name.to_owned(), count.into())).collect::<Map<_, Value>>()
    };
    let lanes: Vec<Value> = ledger
        .open_lanes
        .iter()
        .map(|(lane, account)| json!({ "lane": lane, "account": terms(&mut account.terms()) }))
        .collect();
    let subscriptions: Vec<Value> = ledger
        .subscriptions
        .iter()
        .map(|account| {
            json!({
                "name": account.name,
                "type": account.log_type.name(),
                "lines": account.lines(),
                "account": terms(&mut account.terms()),
                "push": account.push.map(|push| terms(&mut push.terms())),
            })
        })
        .collect();
    let balance = ledger.check();
    json!({
        "balanced": balance.is_ok(),
        "imbalance": balance.err().map(|imbalance| imbalance.to_string()),
        "lanes": terms(&mut ledger.lanes.terms()),
        "open_lanes": lanes,
        "subscriptions": subscriptions,
    })
}

/// The inputs as JSON.
pub(crate) fn inputs_json(inputs: &[InputFigures]) -> Value {
    let one = |input: &InputFigures| {
        let counts: Map<_, Value> = InputCount::ALL
            .iter()
            .map(|count| (count.name().to_owned(), input.counts.get(*count).into()))
            .collect();
        json!({ "name": input.name, "kind": input.kind, "counts": counts })
    };
    inputs.iter().map(one).collect()
}

/// Everything in the text form of Prometheus, version 0.0.4.
pub(crate) fn prometheus(ledger: &Ledger, inputs: &[InputFigures], up: Duration) -> String {
    let mut out = String::new();
    let mut family = Family { out: &mut out };
    family.head("ringmail_up_seconds", "gauge", "Seconds since the service was started.");
    family.sample("ringmail_up_seconds", &[], up.as_secs());
    let balanced = u64::from(ledger.check().is_ok());
    family.head("ringmail_ledger_balanced", "gauge", "1 when every event is accounted for.");
    family.sample("ringmail_ledger_balanced", &[], balanced);
    for (at, (term, doc, _)) in ledger.lanes.terms().enumerate() {
        let name = family.term("lane", term, doc);
        if let Some((_, _, count)) = ledger.lanes.terms().nth(at) {
            family.sample(&name, &[], count);
        }
    }
    let terms = ledger.subscriptions.first().into_iter().flat_map(|account| account.terms());
    for (at, (term, doc, _)) in terms.enumerate() {
        let name = family.term("subscription", term, doc);
        for account in &ledger.subscriptions {
            if let Some((_, _, count)) = account.terms().nth(at) {
                let labels = [("name", account.name.as_str()), ("type", account.log_type.name())];
                family.sample(&name, &labels, count);
            }
        }
    }
    let pushes =
        ledger.subscriptions.iter().filter_map(|account| account.push.map(|it| (account, it)));
    let terms = ledger.pushed();
    for (at, (term, doc, _)) in terms.terms().enumerate() {
        let name = family.term("push", term, doc);
        for (account, push) in pushes.clone() {
            if let Some((_, _, count)) = push.terms().nth(at) {
                family.sample(&name, &[("name", account.name.as_str())], count);
            }
        }
    }
    let name = "ringmail_subscription_write_seconds";
    family.head(name, "histogram", "How long the sink took for what was handed to it.");
    for account in &ledger.subscriptions {
        family.durations(name, &[("name", account.name.as_str())], &account.write_times);
    }
    let name = "ringmail_formatter_lag_seconds";
    family.head(name, "histogram", "How old the oldest event was, for each round that found any.");
    family.durations(name, &[], &ledger.lag);
    for count in InputCount::ALL {
        let name = family.term("input", count.name(), count.doc());
        for input in inputs {
            let labels = [("name", input.name.as_str()), ("kind", input.kind)];
            family.sample(&name, &labels, input.counts.get(count));
        }
    }
    out
}

/// The terms of accounts that rise and fall; all others only rise.
const GAUGES: [&str; 4] = ["buffered", "pending", "held_bytes", "size_bytes"];

struct Family<'a> {
    out: &'a mut String,
}

impl Family<'_> {
    fn head(&mut self, name: &str, kind: &str, doc: &str) {
        let doc = doc.replace('\\', "\\\\").replace('\n', " ");
        let _infallible = writeln!(self.out, "# HELP {name} {doc}\n# TYPE {name} {kind}");
    }

    /// The family of a term of an account, and its name.
    fn term(&mut self, of: &str, term: &str, doc: &str) -> String {
        let (name, kind) = if GAUGES.contains(&term) {
            (format!("ringmail_{of}_{term}"), "gauge")
        } else {
            (format!("ringmail_{of}_{term}_total"), "counter")
        };
        self.head(&name, kind, doc);
        name
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: u64) {
        self.line(name, labels, &value.to_string());
    }

    /// The buckets, sum and count of a histogram.
    fn durations(&mut self, name: &str, labels: &[(&str, &str)], durations: &Durations) {
        let bucket = format!("{name}_bucket");
        for (micros, count) in durations.up_to() {
            let bound = format!("{}", micros as f64 / 1e6);
            self.sample(&bucket, &[labels, &[("le", &bound)]].concat(), count);
        }
        self.sample(&bucket, &[labels, &[("le", "+Inf")]].concat(), durations.count());
        self.float(&format!("{name}_sum"), labels, durations.nanos() as f64 / 1e9);
        self.sample(&format!("{name}_count"), labels, durations.count());
    }

    fn float(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.line(name, labels, &value.to_string());
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: &str) {
        let escaped =
            |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<_> =
            labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value))).collect();
        let labels =
            if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _infallible = writeln!(self.out, "{name}{labels} {value}");
    }
}

/// How fast counters rise, over 1, 5 and 15 minutes.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    /// Figures by age, the oldest first, and when they were taken.
    samples: VecDeque<(Duration, Vec<(String, u64)>)>,
}

/// How often figures are taken, and for how long they are kept.
const EVERY: Duration = Duration::from_secs(5);
const KEPT: Duration = Duration::from_secs(15 * 60 + 5);

impl Rates {
    /// Whether figures are due.
    pub(crate) fn is_due(&self, now: Duration) -> bool {
        self.samples.back().is_none_or(|(then, _)| now.saturating_sub(*then) >= EVERY)
    }

    /// Takes figures.
    pub(crate) fn take(&mut self, now: Duration, figures: Vec<(String, u64)>) {
        self.samples.push_back((now, figures));
        while self.samples.front().is_some_and(|(then, _)| now.saturating_sub(*then) > KEPT) {
            self.samples.pop_front();
        }
    }

    /// How many a minute, over the last 1, 5 and 15 minutes, or as long as is known.
    pub(crate) fn per_minute(&self, name: &str) -> [f64; 3] {
        [60, 300, 900].map(|seconds| self.rate(name, Duration::from_secs(seconds)).unwrap_or(0.0))
    }

    fn rate(&self, name: &str, over: Duration) -> Option<f64> {
        let (now, last) = self.samples.back()?;
        let is_within = |(then, _): &&(Duration, Vec<_>)| now.saturating_sub(*then) <= over;
        let (then, first) = self.samples.iter().find(is_within)?;
        let of = |figures: &[(String, u64)]| {
            figures.iter().find(|(known, _)| known == name).map(|(_, count)| *count)
        };
        let passed = now.saturating_sub(*then).as_secs_f64();
        let more = of(last)?.saturating_sub(of(first)?);
        (passed > 0.0).then(|| more as f64 * 60.0 / passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, LogType, Memory, Subscription};

    #[test]
    fn prometheus_has_a_family_for_each_term() {
        let mail = Subscription::new("mail", LogType::TextMail).sink(Memory::new());
        let (engine, _guard) = Engine::builder().subscribe(mail).start().unwrap();
        let counts = Arc::new(InputCounts::default());
        counts.add(InputCount::Lines, 3);
        let mut producer = engine.producer().unwrap();
        producer.emit(&crate::event::IcidClose { icid: crate::event::Icid(1) });
        engine.flush();
        let lanes = engine.ledger().lanes;
        assert!(lanes.size_bytes > 0 && lanes.held_bytes == 0, "{lanes:?}");
        let name = "a\"b".to_owned();
        let inputs = [InputFigures { name, kind: "socket", counts }];
        let text = prometheus(&engine.ledger(), &inputs, Duration::from_secs(9));
        for line in [
            "# TYPE ringmail_lane_accepted_total counter\nringmail_lane_accepted_total 1\n",
            "# TYPE ringmail_subscription_pending gauge\n",
            "ringmail_subscription_written_total{name=\"mail\",type=\"text_mail\"} 1\n",
            "ringmail_input_lines_total{name=\"a\\\"b\",kind=\"socket\"} 3\n",
            "ringmail_up_seconds 9\n",
            "# TYPE ringmail_subscription_write_seconds histogram\n",
            "ringmail_subscription_write_seconds_bucket{name=\"mail\",le=\"0.00001\"} ",
            "ringmail_subscription_write_seconds_bucket{name=\"mail\",le=\"+Inf\"} ",
            "# TYPE ringmail_lane_held_bytes gauge\nringmail_lane_held_bytes 0\n",
            "# TYPE ringmail_formatter_lag_seconds histogram\n",
            "ringmail_formatter_lag_seconds_bucket{le=\"+Inf\"} ",
            "ringmail_ledger_balanced 1\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        let families = text.lines().filter(|line| line.starts_with("# TYPE"));
        let mut names: Vec<_> = families.collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "each family once");
    }

    #[test]
    fn rates_are_of_the_time_that_is_known() {
        let mut rates = Rates::default();
        assert_eq!(rates.per_minute("a"), [0.0; 3]);
        for step in 0..300_u64 {
            let now = Duration::from_secs(step * 5);
            assert!(rates.is_due(now));
            rates.take(now, vec![("a".to_owned(), step.min(180) * 10)]);
            assert!(!rates.is_due(now + Duration::from_secs(4)));
        }
        // It stood still for the last 10 minutes of 25.
        let [one, five, fifteen] = rates.per_minute("a");
        assert_eq!((one, five), (0.0, 0.0));
        assert!((fifteen - 40.6).abs() < 1.0, "{fifteen}");
        assert!(rates.samples.len() < 190);
    }
}
