//! The program beside mail servers that attach to it: it is killed, and they go on.

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

use common::service::Service;
use ringmail::event::{Icid, Mid, StartMid};
use ringmail::{Outcome, attach};

fn numbered(worker: u64, number: u64) -> StartMid {
    StartMid { mid: Mid(worker), icid: Icid(number), ..StartMid::EMPTY }
}

fn numbers(service: &Service, worker: u64) -> Vec<u64> {
    let text = service.text("mail_logs");
    let lines =
        text.lines().filter_map(|line| line.split_once(&format!("Start MID {worker} ICID ")));
    lines.map(|(_, number)| number.parse().unwrap()).collect()
}

#[test]
fn a_mail_server_goes_on_while_the_program_is_killed_and_restarted() {
    let mut service = Service::configured("");
    let lanes = service.dir.path().join("lanes");
    let lanes_text = format!("[lanes]\ndirectory = '{}'\n", lanes.display());
    service.configure(&lanes_text);
    service.start();
    let attached = attach(&lanes).unwrap();
    let mut worker = attached.producer().unwrap();
    let mut number = 0;
    for round in 0..4 {
        for _ in 0..2000 {
            number += 1;
            assert_eq!(worker.emit(&numbered(1, number)), Outcome::Accepted);
        }
        if round % 2 == 0 {
            service.signal(libc::SIGKILL);
            service.child.take().unwrap().wait().unwrap();
        } else {
            assert!(service.stop());
        }
        for _ in 0..1000 {
            number += 1;
            assert_eq!(worker.emit(&numbered(1, number)), Outcome::Accepted);
        }
        let shown = service.ask(&["lanes", lanes.to_str().unwrap()]);
        let shown = String::from_utf8(shown.stdout).unwrap();
        assert!(shown.contains(&std::process::id().to_string()), "{shown}");
        service.start();
    }
    service.wait_until("all lines", |service| numbers(service, 1).len() as u64 >= number);
    assert_eq!(numbers(&service, 1), (1..=number).collect::<Vec<_>>());

    drop(worker);
    service.wait_until("the lane's end", |service| {
        let text = service.ask(&["lanes", "--json", lanes.to_str().unwrap()]).stdout;
        let lanes: serde_json::Value = serde_json::from_slice(&text).unwrap();
        // What is left are lanes of the program itself.
        let own = u64::from(service.child.as_ref().unwrap().id());
        lanes.as_array().unwrap().iter().all(|lane| lane["pid"].as_u64() == Some(own))
    });
    assert!(service.stop());
}

#[test]
fn a_mode_that_lets_others_in_is_refused() {
    for (mode, why) in [("0777", "lanes.mode"), ("x", "octal"), ("0070", "owner")] {
        let service =
            Service::configured(&format!("[lanes]\ndirectory = '/run/x'\nmode = '{mode}'\n"));
        let output = service.ask(&["config", "check"]);
        assert!(!output.status.success(), "{mode}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(why), "{mode}: {said}");
    }
}

/// What attached workers say is said once: nothing of it may be taken back for an input's sake.
#[test]
fn lanes_that_are_switched_off_behind_a_crash_lose_nothing() {
    let mut service = Service::configured("");
    let lanes = service.dir.path().join("lanes");
    let maillog = service.dir.path().join("maillog");
    std::fs::write(&maillog, "").unwrap();
    let input = format!("[[input]]\nkind = 'postfix'\npath = '{}'\n", maillog.display());
    service.configure(&format!("{input}[lanes]\ndirectory = '{}'\n", lanes.display()));
    service.start();
    let mut worker = attach(&lanes).unwrap().producer().unwrap();
    for number in 1..=500 {
        assert_eq!(worker.emit(&numbered(1, number)), Outcome::Accepted);
        std::thread::sleep(std::time::Duration::from_millis(3));
    }
    service.wait_until("all lines", |service| numbers(service, 1).len() == 500);
    service.signal(libc::SIGKILL);
    service.child.take().unwrap().wait().unwrap();
    service.configure(&input);
    service.start();
    assert_eq!(numbers(&service, 1), (1..=500).collect::<Vec<_>>());
    assert!(service.stop());
}
