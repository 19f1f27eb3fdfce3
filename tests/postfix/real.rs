//! A log that a real Postfix has written.

use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use std::process::{Command, Stdio};

use flate2::read::GzDecoder;
use ringmail::format::Zone;
use ringmail::service::postfix::{Counting, Limits, Translator};

use crate::{Said, common, translator};

/// Lines that say nothing of mail: the program that writes bounces complains of units of time.
const UNKNOWN: [&str; 5] = [
    "bounce: warning: [built-in]: zero result in delay template conversion of parameter \
     \"delay_warning_time_hours\"",
    "bounce: warning: [built-in]: zero result in delay template conversion of parameter \
     \"maximal_queue_lifetime_days\"",
    "bounce: warning: for instructions see the bounce(N) manual",
    "bounce: warning: please reduce time unit \"days\" of \"maximal_queue_lifetime_days\" in delay \
     template",
    "bounce: warning: please reduce time unit \"hours\" of \"delay_warning_time_hours\" in delay \
     template",
];

fn log() -> Option<Vec<u8>> {
    let file = common::folder("RINGMAIL_CORPUS")?.join("postfix_3.7_mail.log.gz");
    let mut log = Vec::new();
    GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_end(&mut log).unwrap();
    Some(log)
}

fn said(log: &[u8]) -> (Said, Translator) {
    let (mut said, mut translator) = (Said::default(), translator());
    for line in log.split_inclusive(|byte| *byte == b'\n') {
        translator.line(line, &mut said);
    }
    (said, translator)
}

#[test]
fn every_line_is_understood() {
    let Some(log) = log() else { return };
    let (said, translator) = said(&log);
    let counts = translator.counts();
    let unknown: Vec<_> = translator.unknown().map(|(shape, _)| shape).collect();
    assert_eq!(unknown, UNKNOWN, "{counts:?}");
    assert_eq!((counts.malformed, counts.foreign, counts.unmatched), (0, 0, 0));
    assert_eq!(counts.events, said.0.len() as u64);
    assert_eq!((counts.messages_given_up, counts.connections_given_up), (0, 0));
    assert_eq!(counts.told + counts.silent + counts.unknown, 24_000);
}

#[test]
fn messages_go_from_start_to_end() {
    let Some(log) = log() else { return };
    let (said, translator) = said(&log);
    let mut lives: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let mut connections: HashMap<(&str, u64), Vec<String>> = HashMap::new();
    for event in said.json() {
        let name = event["event"].as_str().unwrap().to_owned();
        if let Some(mid) = event["mid"].as_u64() {
            lives.entry(mid).or_default().push(name.clone());
        }
        for kind in ["icid", "dcid"] {
            if let Some(id) = event[kind].as_u64().filter(|id| *id > 0) {
                connections.entry((kind, id)).or_default().push(name.clone());
            }
        }
    }
    assert!(lives.keys().copied().eq(1..=lives.len() as u64), "ids without a gap");
    let mut open = 0;
    for (mid, life) in &lives {
        let count = |name: &str| life.iter().filter(|said| *said == name).count();
        let at = |name: &str| life.iter().position(|said| said == name);
        assert_eq!((life[0].as_str(), count("StartMid")), ("StartMid", 1), "{mid}: {life:?}");
        for once in ["Sender", "Ready", "Queued", "Finished", "FinishedAborted"] {
            assert!(count(once) <= 1, "{mid}: {life:?}");
        }
        if count("Finished") + count("FinishedAborted") == 0 {
            open += 1;
        } else {
            let last = life.last().unwrap();
            assert!(last.starts_with("Finished"), "{mid}: {life:?}");
        }
        if let Some(done) = at("Done") {
            assert!(at("Sender") < at("Ready") && at("Ready") < at("Recipient"), "{life:?}");
            assert!(at("Recipient") < at("DeliveryStart"), "{life:?}");
            assert!(at("DeliveryStart").unwrap() < done, "{life:?}");
        }
    }
    assert_eq!(open, translator.open().0, "what has no end is open");
    assert!(lives.len() - open > 3000);
    let mut open = 0;
    for ((kind, id), life) in connections {
        let (first, end) =
            if kind == "icid" { ("NewIcid", "IcidClose") } else { ("NewDcid", "DcidClose") };
        assert_eq!(life[0], first, "{kind} {id}: {life:?}");
        // What a message's lines tell later of the connection that it came by is no use of it.
        let closed = life.iter().filter(|name| *name == end).count();
        assert!(closed <= 1, "{life:?}");
        open += 1 - closed;
        if kind == "dcid" && closed == 1 {
            assert_eq!(life.last().unwrap(), end, "{life:?}");
        }
    }
    assert_eq!(open, translator.open().1 + translator.open().2);
}

#[test]
fn a_restart_changes_nothing() {
    let Some(log) = log() else { return };
    let (whole, _) = said(&log);
    let (mut said, mut running) = (Said::default(), translator());
    for (number, line) in log.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if number % 1000 == 999 {
            let state = running.save();
            let ids = Counting::default();
            running = Translator::restore(ids, &Zone::utc(), Limits::default(), &state).unwrap();
            assert_eq!(running.save(), state);
        }
        running.line(line, &mut said);
    }
    assert_eq!(said.0.len(), whole.0.len());
    assert!(said.0 == whole.0, "the same events");
}

/// The sums of pflogsumm, which counts the same lines in its own way.
#[test]
fn sums_are_those_of_pflogsumm() {
    let Some(log) = log() else { return };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, &log).unwrap();
    let run = Command::new("pflogsumm").arg(file.path()).stderr(Stdio::inherit()).output();
    let Ok(output) = run else {
        println!("skipped: pflogsumm is not installed");
        let required = std::env::var("RINGMAIL_PEERS").is_ok_and(|value| value == "required");
        assert!(!required, "RINGMAIL_PEERS is required, and pflogsumm is not installed");
        return;
    };
    assert!(output.status.success());
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    let sum = |word: &str| -> usize {
        let line =
            report.lines().find(|line| line.split_whitespace().nth(1) == Some(word)).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    };
    let deferrals: usize = report
        .split("deferrals)")
        .next()
        .unwrap()
        .rsplit('(')
        .next()
        .unwrap()
        .trim()
        .parse()
        .unwrap();

    let (said, _) = said(&log);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut deferred = std::collections::BTreeSet::new();
    for event in said.json() {
        let name = event["event"].as_str().unwrap();
        let is_expired = event["cause"] == "expired";
        *counts
            .entry(format!("{name}{}", if is_expired { " expired" } else { "" }))
            .or_default() += 1;
        if name == "Delayed" {
            deferred.insert(event["mid"].as_u64());
        }
    }
    assert_eq!(counts["Done"], sum("delivered"));
    assert_eq!(counts["Bounced"], sum("bounced"));
    assert_eq!(counts["Delayed"], deferrals);
    assert_eq!(deferred.len(), sum("deferred"));
    assert_eq!(counts["RecipientRejected"], sum("rejected"));
}
