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

use std::collections::BTreeMap;
use std::fs;

use ringmail::LogType;
use ringmail::event;
use ringmail::parse::{read_line, read_message};

/// The number of lines read, and those that no row has.
fn read_all(log_type: LogType, text: &[u8]) -> (usize, Vec<String>) {
    let mut payload = Vec::new();
    let mut unknown = Vec::new();
    let mut count = 0;
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        count += 1;
        payload.clear();
        let read = read_line(log_type, 0, line, &mut payload);
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

#[test]
fn reads_the_samples_of_the_specification() {
    let Some(spec) = common::folder("RINGMAIL_SPEC") else { return };
    for (log_type, file, damaged) in [
        // A template that was not filled in; a line that breaks off.
        (LogType::TextMail, "text_mail.log", &["$mid", "TLSv1.2 cipher"][..]),
        (LogType::System, "system.log", &[]),
        (LogType::Status, "status.log", &[]),
        // Quotes that are shifted.
        (LogType::Bounce, "bounce.log", &["['xname: userID2333']'"]),
    ] {
        let text = fs::read(spec.join("lines").join(file)).unwrap();
        let (count, mut unknown) = read_all(log_type, &text);
        unknown.retain(|line| {
            !damaged.iter().any(|part| {
                if *part == "TLSv1.2 cipher" { line.ends_with(part) } else { line.contains(part) }
            })
        });
        println!("{file}: {count} lines");
        assert!(count > 0 && unknown.is_empty(), "{file}: {unknown:#?}");
    }
}

/// What stands for a placeholder of a template.
fn sample(name: &str) -> &str {
    match name {
        "mid" | "icid" | "dcid" | "rcid" | "rid" | "parent_mid" | "new_mid" => "7",
        "rid_list" => "0, 1",
        "interface_ip" | "remote_ip" | "ip" | "server_ip" => "192.0.2.7",
        "port" | "bytes" | "n" | "expiry" | "pid" | "rcode" | "ttl" | "offset" => "25",
        "yes_no" => "yes",
        "policy" => "ACCEPT",
        "sec" | "SEC" => "SECURE",
        "smtp_code" => "550",
        "smtp_text_list" | "rdata_list" => "'gone', \"it's\"",
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
        let [file, _, level, "C" | "V", template] = parts[..] else { continue };
        let Some(log_type) = LogType::parse(file) else { continue };
        let mut message = String::new();
        let mut rest = template;
        while let Some((text, behind)) = rest.split_once('{') {
            let (name, behind) = behind.split_once('}').unwrap();
            message += text;
            message += sample(name);
            rest = behind;
        }
        message += rest;
        let number = read_message(log_type, 0, message.as_bytes(), &mut Vec::new());
        let row = number.and_then(event::row).unwrap_or_else(|| panic!("no row for {message}"));
        assert!(level.split('/').any(|level| level == row.level.name()), "{} {level}", row.name);
        *checked.entry(file).or_default() += 1;
    }
    println!("{checked:?}");
    assert_eq!(checked.len(), 4);
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
