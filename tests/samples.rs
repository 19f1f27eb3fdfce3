//! Real samples are read: the lines of the specification and of a real gateway, where the
//! environment says where they are.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it skips, and fails by a panic"
)]

mod common;
#[path = "common/line.rs"]
mod line;

use std::collections::BTreeMap;
use std::fs;

use line::line;
use ringmail::event;
use ringmail::parse::{LineReader, LogReader, Rewriter, Rewritten, read_line, read_message};
use ringmail::{Dialect, LogType, Timestamp};

/// The number of lines read, and those that no row has.
fn read_all(log_type: LogType, text: &[u8]) -> (usize, Vec<String>) {
    let reader = LineReader::new(log_type).reference(Timestamp::from_seconds(1_403_686_203));
    let mut payload = Vec::new();
    let mut unknown = Vec::new();
    let mut count = 0;
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        count += 1;
        payload.clear();
        let read = reader.read(line, &mut payload);
        if read.is_none_or(|read| read.number.is_none()) {
            unknown.push(String::from_utf8_lossy(line).into_owned());
        }
    }
    (count, unknown)
}

#[test]
fn reads_a_real_gateways_mail_log() {
    let Some(corpus) = common::folder("RINGMAIL_CORPUS") else { return };
    let text = fs::read(corpus.join("text_mail_7.6.3_first500.log")).unwrap();
    let (count, unknown) = read_all(LogType::TextMail, &text);
    println!("{} of {count} lines read", count - unknown.len());
    assert_eq!((count, unknown), (500, Vec::new()));
}

/// The logs of the specification that are lines, and by what the lines are known that nobody reads.
const LOGS: &[(LogType, &str, &[&str])] = &[
    (LogType::AdvancedPhishing, "advanced_phishing_protection", &[]),
    (LogType::AmpEngine, "amp_engine", &[]),
    (LogType::AntiSpam, "anti_spam", &[]),
    (LogType::AntiVirus, "anti_virus", &[]),
    (LogType::Audit, "audit", &[]),
    (LogType::Authentication, "authentication", &[]),
    // Quotes that are shifted.
    (LogType::Bounce, "bounce", &["['xname: userID2333']'"]),
    (LogType::CliAudit, "cli_audit", &[]),
    (LogType::ConsolidatedEvent, "consolidated_event", &[]),
    (LogType::Csa, "csa", &[]),
    (LogType::Csn, "csn", &[]),
    (LogType::DomainDebug, "domain_debug", &[]),
    (LogType::EmailCloudScanner, "email_cloud_scanner", &[]),
    (LogType::FtpServer, "ftp_server", &[]),
    (LogType::GraymailEngine, "graymail_engine", &[]),
    (LogType::Http, "http", &[]),
    (LogType::InjectionDebug, "injection_debug", &[]),
    (LogType::LdapDebug, "ldap_debug", &[]),
    (LogType::Ntp, "ntp", &[]),
    (LogType::Remediation, "remediation", &[]),
    (LogType::Reporting, "reporting", &[]),
    (LogType::ReportingQuery, "reporting_query", &[]),
    (LogType::SafelistBlocklist, "safelist_blocklist", &[]),
    (LogType::Scanning, "scanning", &[]),
    (LogType::SpamQuarantine, "spam_quarantine", &[]),
    (LogType::SpamQuarantineGui, "spam_quarantine_gui", &[]),
    (LogType::Status, "status", &[]),
    (LogType::TextMail, "syslog_frames", &[]),
    (LogType::TextMail, "syslog_push_errors", &[]),
    (LogType::System, "system", &[]),
    // A template that was not filled in; a line that breaks off.
    (LogType::TextMail, "text_mail", &["$mid", "protocol TLSv1.2 cipher\n"]),
    (LogType::ThreatFeedEngine, "threat_feed_engine", &[]),
    (LogType::Tracking, "trackerd", &[]),
    (LogType::Updater, "updater", &[]),
];

/// Logs of the specification that are read elsewhere.
const OTHERS: [&str; 2] = ["configuration_history", "delivery"];

/// Not all that stands in a sample is as it was written: these come back otherwise. The rest comes
/// back byte for byte.
const DAMAGED: [&str; 6] = [
    // No blank behind the first word, or one where none belongs.
    "ISQ: Released MID8298625",
    "hailataxii.com , cause",
    // Words that are missing.
    "SHA256: 69e17e213732da0d",
    // Quotes of a typesetter.
    "\u{201c}",
    "\u{2018}",
    // No full stop at the end.
    "alert was sent to alerts@ironport.com with subject \"Critical <System>",
];

#[test]
fn reads_the_samples_of_the_specification() {
    let Some(spec) = common::folder("RINGMAIL_SPEC") else { return };
    let mut files: Vec<_> = fs::read_dir(spec.join("lines"))
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| !OTHERS.contains(&name.as_str()) && name != "ANOMALIES")
        .collect();
    files.sort();
    assert!(LOGS.iter().map(|(_, file, _)| *file).eq(&files), "{files:?}");

    for (log_type, file, damaged) in LOGS {
        let text = fs::read(spec.join(format!("lines/{file}.log"))).unwrap();
        let (count, mut unknown) = read_all(*log_type, &text);
        unknown.retain(|line| !damaged.iter().any(|part| format!("{line}\n").contains(part)));
        println!("{file}: {count} lines");
        assert!(count > 0 && unknown.is_empty(), "{file}: {unknown:#?}");
    }
}

#[test]
fn writes_the_samples_of_the_specification_back() {
    let Some(spec) = common::folder("RINGMAIL_SPEC") else { return };
    let mut different = Vec::new();
    for (log_type, file, _) in LOGS {
        // A status line has all labels, a bounce log a form of its own, and the samples of the mail
        // log are of so many spellings that only its templates are held to.
        if matches!(*file, "bounce" | "status" | "text_mail") {
            continue;
        }
        let text = fs::read(spec.join(format!("lines/{file}.log"))).unwrap();
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let mut payload = Vec::new();
            let Some(read) = read_line(*log_type, 0, line, &mut payload) else { continue };
            let Some(number) = read.number else { continue };
            let again = written(number, &payload);
            let message = String::from_utf8_lossy(read.message);
            if again != message && !DAMAGED.iter().any(|part| message.contains(part)) {
                different.push((message.into_owned(), again));
            }
        }
    }
    assert!(different.is_empty(), "{different:#?}");
}

/// An event's line as the specification's templates spell it.
fn written(number: u16, payload: &[u8]) -> String {
    String::from_utf8(line(number, payload, Dialect::Manual)).unwrap()
}

/// What stands for a placeholder of a template.
fn sample(name: &str) -> &str {
    match name {
        "mid" | "icid" | "dcid" | "rcid" | "rid" | "parent_mid" | "new_mid" => "7",
        "rid_list" => "0, 1",
        "interface_ip" | "remote_ip" | "ip" | "ip2" | "local_ip" | "server_ip" => "192.0.2.7",
        "port" | "port2" | "bytes" | "n" | "n2" | "n3" | "expiry" | "pid" | "rcode" | "ttl"
        | "offset" | "conn_id" | "delay" | "score" | "epoch" | "run_id" | "handle" | "code" => "25",
        "upload_action" => "2",
        "status" => "200",
        "yes_no" => "yes",
        "bool" => "False",
        "policy" => "ACCEPT",
        "sec" | "SEC" => "SECURE",
        "smtp_code" => "550",
        "smtp_text_list" | "rdata_list" | "counter_list" | "sort_list" => "'gone', \"it's\"",
        "header_pairs" => "('date', 'today'), ('x', \"it's\")",
        "ctime" => "Mon Mar 31 20:01:23 2003",
        "vault_init" => "True",
        "bounce_type" => "Bounced",
        "label_value_pairs" => "CPULd 45 DskIO 22",
        _ => "some-text",
    }
}

#[test]
fn every_template_of_the_specification_has_a_row() {
    let Some(spec) = common::folder("RINGMAIL_SPEC") else { return };
    let text = fs::read_to_string(spec.join("templates.txt")).unwrap();
    let mut checked = BTreeMap::<&str, usize>::new();
    for line in text.lines() {
        let parts: Vec<_> = line.splitn(5, " ¦ ").collect();
        let [file, _, level, kind @ ("C" | "V"), template] = parts[..] else { continue };
        if OTHERS.contains(&file) {
            continue;
        }
        let (log_type, ..) = *LOGS.iter().find(|(_, name, _)| *name == file).unwrap();
        let mut message = String::new();
        let mut rest = template;
        while let Some((text, behind)) = rest.split_once('{') {
            let (name, behind) = behind.split_once('}').unwrap();
            message += text;
            message += sample(name);
            rest = behind;
        }
        message += rest;
        let mut payload = Vec::new();
        let number = read_message(log_type, 0, message.as_bytes(), &mut payload);
        let row = number.and_then(event::row).unwrap_or_else(|| panic!("no row for {message}"));
        assert!(
            matches!(level, "(none)" | "LDAP")
                || level
                    .split(['/', ' '])
                    .any(|level| level.eq_ignore_ascii_case(row.level.name())),
            "{} {level}",
            row.name
        );
        // A status line has all labels, a bounce log a form of its own.
        if kind == "C" && !matches!(log_type, LogType::Bounce | LogType::Status) {
            assert_eq!(written(row.number, &payload), message, "{}", row.name);
        }
        if kind == "C" && log_type != LogType::Status {
            rewritten_as_it_is(log_type, level, &message);
        }
        *checked.entry(file).or_default() += 1;
    }
    println!("{checked:?}");
    assert_eq!(checked.len(), LOGS.len());
}

/// A line of a file in the manual's own dialect is rewritten as it is.
fn rewritten_as_it_is(log_type: LogType, level: &str, message: &str) {
    const STAMP: &str = "Mon Mar 31 20:01:23 2003";
    let line = match (log_type, level) {
        (LogType::ConsolidatedEvent, _) => format!("{STAMP}: {message}"),
        (LogType::LdapDebug, "LDAP") => format!("{STAMP} LDAP: {message}"),
        (LogType::LdapDebug, _) => format!("{STAMP} {message}"),
        _ => format!("{STAMP} Info: {message}"),
    };
    let mut log = LogReader::new(log_type, line.as_bytes());
    let mut out = Vec::new();
    let mut rewriter = Rewriter::new(log_type, Dialect::Manual);
    let what = rewriter.rewrite(&log.read().unwrap().unwrap(), &mut out);
    assert_eq!(String::from_utf8_lossy(&out), line);
    assert_eq!(what, Rewritten::Identical, "{line}");
}

/// A shape's text with each placeholder filled, with all optional parts and with none.
fn fill(shape: &str, parts: bool) -> String {
    let mut out = String::new();
    let mut skip = 0;
    let mut chars = shape.chars();
    while let Some(char) = chars.next() {
        match char {
            '⟦' => skip += 1,
            '⟧' => skip -= 1,
            _ if skip > 0 && !parts => {}
            '{' => {
                let name: String = chars.by_ref().take_while(|char| *char != '}').collect();
                out += match name.as_str() {
                    "mid" | "icid" | "dcid" | "rcid" | "rid" => "7",
                    "rids" => "0, 1",
                    "ip" => "192.0.2.7",
                    "yesno" => "no",
                    "tb" => "True",
                    "act" => "REJECT",
                    "sn" => "-21600",
                    name if name.starts_with('n') => "25",
                    name if name.starts_with('q') => "'quoted text'",
                    name if name.starts_with('h') => "word",
                    name if name.starts_with('t') => "some text",
                    other => panic!("placeholder {other}"),
                };
            }
            char => out.push(char),
        }
    }
    out
}

#[test]
fn every_shape_of_the_mail_log_has_a_row() {
    let Some(spec) = common::folder("RINGMAIL_SPEC") else { return };
    let text = fs::read_to_string(spec.join("mail_logs.shapes")).unwrap();
    let mut missing = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let shape = line.split('\t').next().unwrap();
        for parts in [false, true] {
            // These hold a list or a time where the shape only says text.
            let message = fill(shape, parts)
                .replace("'quoted text', [some text]", "'550', ['some text']")
                .replace("] [some text]", "] [('a', 'b')]")
                .replace("till some text", "till Mon Mar 31 20:01:23 2003")
                .replace("Status: some text", "Status: CPULd 45");
            if read_message(LogType::TextMail, 0, message.as_bytes(), &mut Vec::new()).is_none() {
                missing.push(message);
            }
        }
    }
    missing.dedup();
    assert!(missing.is_empty(), "{missing:#?}");
}
