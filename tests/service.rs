//! `ringmail run` as operators run it: the program itself, its sockets, its signals.

#![cfg(feature = "cli")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it skips, and fails by a panic"
)]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::service::Service;

use serde_json::Value;

const MAIL: &str = "[[subscription]]\nname = 'mail_logs'\ntype = 'text_mail'\n";
const STATUS: &str = "[[subscription]]\nname = 'status'\ntype = 'status'\n";
const SYSTEM: &str = "[[subscription]]\nname = 'system_logs'\ntype = 'system'\n";

/// Sends closes of these connections as JSON.
fn send(path: &Path, icids: std::ops::Range<u64>) {
    let mut client = UnixStream::connect(path).unwrap();
    for icid in icids {
        writeln!(client, "{{\"event\":\"IcidClose\",\"icid\":{icid}}}").unwrap();
    }
}

fn closes(text: &str) -> Vec<u64> {
    text.lines()
        .filter_map(|line| line.strip_suffix(" close")?.rsplit_once("ICID ")?.1.parse().ok())
        .collect()
}

#[test]
fn events_go_in_by_a_socket_and_come_out_in_files() {
    let mut service = Service::started(&(MAIL.to_owned() + STATUS + SYSTEM));
    send(&service.socket(), 0..1000);
    let mut client = UnixStream::connect(service.socket()).unwrap();
    client.write_all(b"{\"event\":\"Nope\"}\n").unwrap();
    let mut answer = String::new();
    BufReader::new(&client).read_line(&mut answer).unwrap();
    assert!(answer.contains("\"line\":1"), "{answer}");
    service.wait_until("all lines", |service| closes(&service.text("mail_logs")).len() == 1000);

    let status = service.json(&["status"]);
    assert_eq!(status["inputs"][0]["counts"]["events"], 1000);
    assert_eq!(status["inputs"][0]["counts"]["refused"], 1);
    assert!(status["figures"]["InjMsg"].is_number(), "{status}");
    let ledger = service.json(&["ledger"]);
    assert_eq!(ledger["balanced"], true);
    assert_eq!(ledger["lanes"]["accepted"], 1000);
    let text = service.ask(&["status", "detail"]);
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(text.contains("CrtICID") && text.contains("ledger: balanced"), "{text}");

    // Sent and not yet read when it ends.
    send(&service.socket(), 1000..2000);
    assert!(service.stop());
    assert_eq!(closes(&service.text("mail_logs")), (0..2000).collect::<Vec<_>>());
    assert!(service.text("mail_logs").ends_with("End Logfile\n"));
    assert!(!service.socket().exists());
    let output = service.ask(&["status"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains("ringmail run"), "{error}");
}

#[test]
fn a_reload_changes_what_has_changed_and_a_wrong_file_nothing() {
    let mut service = Service::started(MAIL);
    send(&service.socket(), 0..10);
    service.wait_until("ten lines", |service| closes(&service.text("mail_logs")).len() == 10);
    service.configure(&format!("{MAIL}{SYSTEM}[metrics]\nlisten = ''\n"));
    let answer = service.json(&["reload"]);
    assert_eq!(answer["kept"], serde_json::json!(["mail_logs"]));
    assert_eq!(answer["added"], serde_json::json!(["system_logs"]));
    send(&service.socket(), 10..20);

    service.configure(&format!("{MAIL}level = 'loud'\n"));
    let output = service.ask(&["reload"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{error}");
    assert!(error.contains("ringmail.toml: 9: \"loud\" is not a level"), "{error}");
    // The same by a signal: told in the log.
    service.signal(libc::SIGHUP);
    service.wait_until("a notice", |service| service.text("system_logs").contains("\"loud\""));

    service.configure(&format!("{MAIL}level = 'warning'\n"));
    assert_eq!(service.json(&["reload"])["changed"], serde_json::json!(["mail_logs"]));
    send(&service.socket(), 20..30);
    service.wait_until("the rest", |service| {
        service.json(&["status"])["inputs"][0]["counts"]["events"] == 30
    });
    assert!(service.stop());
    assert_eq!(closes(&service.text("mail_logs")), (0..20).collect::<Vec<_>>());
}

#[test]
fn files_roll_over_on_demand() {
    let mut service = Service::started(&(MAIL.to_owned() + SYSTEM));
    let count = |service: &Service, name: &str| {
        ringmail::LogFile::list(service.dir.path().join("logs").join(name)).unwrap().len()
    };
    send(&service.socket(), 0..1);
    let output = service.ask(&["rollovernow", "mail_logs"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "rolled over: mail_logs\n");
    assert_eq!((count(&service, "mail_logs"), count(&service, "system_logs")), (2, 1));
    assert!(service.ask(&["rollovernow", "--all"]).status.success());
    assert_eq!((count(&service, "mail_logs"), count(&service, "system_logs")), (3, 2));
    service.signal(libc::SIGUSR1);
    service.wait_until("a rollover", |service| count(service, "mail_logs") == 4);
    let output = service.ask(&["rollovernow", "nothing"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains("there are: mail_logs"), "{error}");
    assert!(service.stop());
}

#[test]
fn two_services_never_share_a_place() {
    let service = Service::started(MAIL);
    let output = service.ask(&["run"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains("another ringmail runs here"), "{error}");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &fs::metadata(service.dir.path().join("run/control.sock")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn standard_input_ends_the_service_with_itself() {
    let service = Service::configured(&format!("{MAIL}[[input]]\nkind = 'stdin'\n"));
    let mut child = service.command(&["run"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    for icid in 0..100 {
        writeln!(input, "{{\"event\":\"IcidClose\",\"icid\":{icid}}}").unwrap();
    }
    drop(input);
    assert!(child.wait().unwrap().success());
    assert_eq!(closes(&service.text("mail_logs")).len(), 100);
}

#[test]
fn configurations_are_checked_and_made() {
    let service = Service::configured("");
    let output = service.ask(&["config", "check"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("23 subscriptions, 0 inputs, nothing wrong"), "{text}");
    let output = service.ask(&["config", "default"]);
    fs::write(service.config(), &output.stdout).unwrap();
    assert!(service.ask(&["config", "check"]).status.success());
    fs::write(service.config(), "nonsense").unwrap();
    let output = service.ask(&["config", "check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("ringmail.toml: 1: "));
    let schema = service.ask(&["config", "schema"]);
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    assert!(schema["$defs"]["SubscriptionConfig"].is_object());
}

#[test]
fn figures_are_served_and_written() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ringmail.prom");
    // A port that is free now, and most likely still is in a moment.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut service = Service::started(&format!(
        "[metrics]\nlisten = '127.0.0.1:{port}'\nfile = '{}'\n{MAIL}",
        file.display()
    ));
    send(&service.socket(), 0..5);
    let scrape = || {
        let mut client = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        client.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        std::io::Read::read_to_string(&mut client, &mut answer).unwrap();
        answer
    };
    let line = "ringmail_subscription_written_total{name=\"mail_logs\",type=\"text_mail\"} 5\n";
    service.wait_until("the figure", |_| scrape().contains(line));
    assert!(scrape().contains("ringmail_input_events_total{"));
    service.wait_until("the file", |_| {
        fs::read_to_string(&file).is_ok_and(|it| it.contains("# HELP"))
    });
    assert!(service.stop());
}

/// The lines of a real Postfix, where the environment says where they are.
fn postfix_log() -> Option<Vec<u8>> {
    let Some(corpus) = std::env::var_os("RINGMAIL_CORPUS") else {
        println!("skipped: RINGMAIL_CORPUS is not set");
        return None;
    };
    let path = Path::new(&corpus).join("postfix_3.7_mail.log.gz");
    let output = Command::new("gzip").arg("-dc").arg(path).output().unwrap();
    assert!(output.status.success());
    Some(output.stdout)
}

/// A text with each id as the number of its first appearance: which ids are given depends on what
/// was given before.
fn numbered(text: &str) -> Vec<String> {
    let mut seen: std::collections::HashMap<(String, String), usize> = Default::default();
    let events = text.lines().filter(|line| {
        let own = ["Begin Logfile", "Version: ", "Time offset", "End Logfile", "Logging: "];
        !own.iter().any(|own| line.contains(own))
    });
    events
        .map(|line| {
            let mut words = Vec::new();
            let mut kind = "";
            for word in line.split(' ') {
                if matches!(kind, "MID" | "ICID" | "DCID")
                    && word.bytes().all(|byte| byte.is_ascii_digit())
                    && word != "0"
                {
                    let next = seen.len();
                    let key = (kind.to_owned(), word.to_owned());
                    words.push(format!("#{}", *seen.entry(key).or_insert(next)));
                } else if matches!(kind, "Bounced:" | "Delayed:") {
                    // The bounce log: `MID:RID`, or another word.
                    words.push(word.split_once(':').map_or(word, |(_, rid)| rid).to_owned());
                } else {
                    words.push(word.to_owned());
                }
                kind = word;
            }
            words.join(" ")
        })
        .collect()
}

#[test]
fn a_killed_service_neither_repeats_nor_skips_a_line() {
    let Some(log) = postfix_log() else { return };
    let lines: Vec<&[u8]> = log.split_inclusive(|byte| *byte == b'\n').collect();
    let bounces = "[[subscription]]\nname = 'bounces'\ntype = 'bounce'\n";
    let small = format!(
        "{MAIL}rollover.size = '100k'\nkeep.files = 10000\nhash_chain = true\n{bounces}{STATUS}"
    );
    let followed = |service: &Service| {
        let path = service.dir.path().join("mail.log");
        let input = format!("{small}[[input]]\nkind = 'postfix'\npath = '{}'\n", path.display());
        service.configure(&input);
        path
    };

    // In one go.
    let mut whole = Service::configured("");
    let path = followed(&whole);
    fs::write(&path, &log).unwrap();
    whole.start();
    let read = |service: &Service| {
        service.json(&["status"])["inputs"][0]["counts"]["lines"].as_u64().unwrap()
    };
    whole.wait_until("all lines", |service| read(service) == lines.len() as u64);
    assert!(whole.stop());

    // With four crashes in the middle, one of them soon behind a rollover.
    let mut killed = Service::configured("");
    let path = followed(&killed);
    let mut file = fs::File::create(&path).unwrap();
    killed.start();
    for (round, part) in lines.chunks(lines.len() / 5 + 1).enumerate() {
        if round > 0 {
            killed.signal(libc::SIGKILL);
            killed.child.take().unwrap().wait().unwrap();
            killed.start();
        }
        let before = read(&killed);
        file.write_all(&part.concat()).unwrap();
        let wanted = if round == 4 { part.len() as u64 } else { part.len() as u64 / 2 };
        killed.wait_until("some lines", |service| read(service) >= before + wanted);
        if round == 2 {
            assert!(killed.ask(&["rollovernow", "--all"]).status.success());
        }
    }
    let ledger = killed.json(&["ledger"]);
    assert_eq!(ledger["balanced"], true);
    // What the last run has read again was taken back before.
    killed.wait_until("quiet", |service| {
        let before = read(service);
        std::thread::sleep(Duration::from_millis(400));
        read(service) == before
    });
    assert!(killed.stop());

    // What was taken back is no gap, and no line was altered.
    let logs = killed.dir.path().join("logs").display().to_string();
    let checked = killed.ask(&["ledger", "check", &logs]);
    assert!(checked.status.success(), "{checked:?}");
    let verified = killed.ask(&["verify", &format!("{logs}/mail_logs")]);
    assert!(verified.status.success(), "{verified:?}");

    for name in ["mail_logs", "bounces"] {
        let (whole, killed) = (numbered(&whole.text(name)), numbered(&killed.text(name)));
        assert!(!whole.is_empty());
        for (at, (one, other)) in whole.iter().zip(&killed).enumerate() {
            let around =
                |all: &[String]| all[at.saturating_sub(3)..all.len().min(at + 5)].join("\n");
            assert_eq!(one, other, "{name}, line {at}\n{}\n\n{}", around(&whole), around(&killed));
        }
        assert_eq!(whole.len(), killed.len(), "{name}");
    }
}

#[test]
fn what_a_socket_said_is_not_taken_back_when_the_socket_is_gone() {
    let mut service = Service::configured("");
    let path = service.dir.path().join("mail.log");
    fs::write(&path, "").unwrap();
    let postfix = format!("{MAIL}[[input]]\nkind = 'postfix'\npath = '{}'\n", path.display());
    let socket = service.dir.path().join("run/events.sock");
    let both = format!("{postfix}[[input]]\nkind = 'socket'\npath = '{}'\n", socket.display());
    service.configure(&both);
    service.start();
    // Just behind a commit, if there is any.
    std::thread::sleep(Duration::from_millis(1_300));
    let mut client = UnixStream::connect(&socket).unwrap();
    client.write_all(b"{\"event\":\"IcidClose\",\"icid\":77}\n").unwrap();
    service.wait_until("the line", |service| service.text("mail_logs").contains("ICID 77 close"));
    service.signal(libc::SIGKILL);
    service.child.take().unwrap().wait().unwrap();
    service.configure(&postfix);
    service.start();
    assert!(service.stop());
    assert_eq!(service.text("mail_logs").matches("ICID 77 close").count(), 1);
}

#[test]
fn what_an_input_said_is_not_taken_back_when_it_is_another() {
    let mut service = Service::configured("");
    let dir = service.dir.path().to_path_buf();
    let of = |name: &str| {
        let path = dir.join(name);
        format!("{MAIL}[[input]]\nkind = 'postfix'\npath = '{}'\n", path.display())
    };
    fs::write(dir.join("mail.log"), "").unwrap();
    service.configure(&of("mail.log"));
    service.start();
    std::thread::sleep(Duration::from_millis(1_300));
    service.signal(libc::SIGKILL);
    service.child.take().unwrap().wait().unwrap();
    // What it wrote behind the last commit.
    let files = ringmail::LogFile::list(dir.join("logs/mail_logs")).unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(files[0].path()).unwrap();
    file.write_all(b"Mon Jan  5 00:00:00 2026 Info: ICID 78 close\n").unwrap();
    service.configure(&of("maillog"));
    service.start();
    assert!(service.stop());
    assert!(service.text("mail_logs").contains("ICID 78 close"));
}
