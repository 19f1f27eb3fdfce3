//! The example receiver in C between real clients: what its log tells, read back by the library, is
//! what happened, whichever process had the engine, and whoever was killed.
//!
//! It needs a C compiler and `make`, `swaks` and `smtp-source`. Where they are missing, a test says
//! so and passes, unless `RINGMAIL_PEERS` is `required`.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "what a test cannot do ends it"
)]

#[path = "../common/mod.rs"]
#[allow(dead_code, reason = "each test uses a part of it")]
mod common;
mod running;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use library::{Engine, EngineGuard, File, LogType, Subscription};
use running::{Client, Logged, Receiver, kill, log, wait_until};

/// A directory for a test, and the option by which the receiver has its engine there.
fn own_engine() -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let logs = directory.path().join("logs").display().to_string();
    (directory, logs)
}

/// An engine in this process that a receiver can attach to.
fn engine_beside(directory: &Path) -> (Engine, EngineGuard) {
    let logs = directory.join("logs");
    Engine::builder()
        .run_directory(directory.join("run"))
        .ids_file(directory.join("ids"))
        .subscribe(Subscription::new("mail_logs", LogType::TextMail).sink(File::in_dir(&logs)))
        .subscribe(Subscription::new("system_logs", LogType::System).sink(File::in_dir(&logs)))
        .start()
        .unwrap()
}

fn names(events: &[Logged]) -> Vec<&str> {
    events.iter().map(|event| event.name).collect()
}

fn find<'e>(events: &'e [Logged], name: &str) -> &'e Logged {
    events.iter().find(|event| event.name == name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn a_message_is_told_step_by_step() {
    if !common::has(&["cc", "make", "swaks"]) {
        return;
    }
    let (directory, logs) = own_engine();
    let receiver = Receiver::start(directory.path(), &["-d", &logs, "-c", "1"]);
    let mut swaks = Command::new("swaks");
    swaks.args(["--server", &receiver.address.to_string(), "--helo", "c.example", "--pipeline"]);
    swaks.args(["--from", "a@c.example", "--to", "x@d.example,y@d.example"]);
    swaks.args(["--data", "Message-Id: <1@c.example>\\nSubject: it's\\n folded\\n\\n.dot\\n..two"]);
    common::succeeds(&mut swaks);
    assert!(receiver.end().success());

    let events = log(directory.path());
    let told = [
        "LogBegin",
        "LogVersion",
        "TimeOffset",
        "NewIcid",
        "SenderGroup",
        "StartMid",
        "Sender",
        "Recipient",
        "Recipient",
        "MessageId",
        "Subject",
        "Ready",
        "Finished",
        "IcidClose",
        "LogEnd",
    ];
    assert_eq!(names(&events), told);
    assert_eq!(find(&events, "NewIcid").text("ip"), "127.0.0.1");
    assert_eq!(find(&events, "Sender").text("from"), "a@c.example");
    assert_eq!((events[7].text("to"), events[7].number("rid")), ("x@d.example", Some(0)));
    assert_eq!((events[8].text("to"), events[8].number("rid")), ("y@d.example", Some(1)));
    assert_eq!(find(&events, "MessageId").text("message_id"), "<1@c.example>");
    assert_eq!(find(&events, "Subject").text("subject"), "it's folded");
    // With both dots that stand there, and line ends of two bytes.
    let bytes = "Message-Id: <1@c.example>\r\nSubject: it's\r\n folded\r\n\r\n.dot\r\n..two\r\n";
    let ready = find(&events, "Ready").number("bytes").unwrap();
    assert!((bytes.len()..bytes.len() + 3).contains(&usize::try_from(ready).unwrap()), "{ready}");
}

#[test]
fn what_is_refused_is_told() {
    if !common::has(&["cc", "make"]) {
        return;
    }
    let (directory, logs) = own_engine();
    let receiver = Receiver::start(directory.path(), &["-d", &logs, "-c", "1", "-m", "50"]);
    let mut client = Client::connect(receiver.address);
    client.say("MAIL FROM:<a@b.example>", "503");
    client.say("HELO", "501");
    client.say("VRFY x", "500");
    client.say("EHLO c.example", "250");
    client.say("MAIL FROM a@b.example", "501");
    client.say("MAIL FROM:<a b>", "553");
    client.say("MAIL FROM:<big@b.example> SIZE=51", "552");
    client.say("MAIL FROM:<a@b.example> SIZE=50", "250");
    client.say("DATA", "503");
    client.say("RCPT TO:<no-domain>", "553");
    client.say("RCPT TO:<\u{1b}[2J@d.example>", "553");
    for _ in 0..100 {
        client.say("RCPT TO:<x@d.example>", "250");
    }
    client.say("RCPT TO:<one-more@d.example>", "452");
    client.say(&"x".repeat(3000), "500");
    client.say("NOOP", "250");
    client.say("DATA", "354");
    // Only CR LF, a dot, and CR LF end a message.
    client.send(b"A: b\r\n\r\n\n.\n.\r\r\nx\n.\r\n");
    client.say(".", "250");
    client.say("MAIL FROM:<>", "250");
    client.say("RCPT TO:<x@d.example>", "250");
    client.say("DATA", "354");
    client.send(&[b'y'; 51]);
    client.say("\r\n.", "552");
    client.say("MAIL FROM:<reset@b.example>", "250");
    client.say("RSET", "250");
    client.say("QUIT", "221");
    assert_eq!(client.answer(), "");
    let mut client = Client::connect(receiver.address);
    client.say("HELO c.example", "250");
    client.say("MAIL FROM:<lost@b.example>", "250");
    drop(client);
    let mut client = Client::connect(receiver.address);
    for _ in 0..20 {
        client.say("NONSENSE", "500");
    }
    assert_eq!(client.answer(), "421", "too many mistakes");
    assert!(receiver.end().success());

    let events = log(directory.path());
    let count = |name: &str| events.iter().filter(|event| event.name == name).count();
    assert_eq!((count("NewIcid"), count("IcidClose"), count("IcidLost")), (3, 3, 1));
    assert_eq!((count("StartMid"), count("Ready"), count("Finished")), (4, 1, 1));
    assert_eq!((count("Aborted"), count("FinishedAborted")), (3, 3));
    assert_eq!((count("InvalidSender"), count("InvalidRecipient")), (1, 2));
    assert_eq!((count("SenderRejected"), count("ReceivingFailed")), (1, 1));
    assert_eq!((count("BadSyntax"), count("UnknownCommand"), count("Disconnected")), (3, 21, 1));
    assert_eq!(find(&events, "RecipientRejected").text("to"), "one-more@d.example");
}

/// Each message's and connection's lines are complete and in order, and no number is there twice.
fn check_stories(events: &[Logged]) -> usize {
    let mut messages: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    let mut open = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for event in events {
        match (event.name, event.number("icid")) {
            ("NewIcid", Some(icid)) => {
                assert!(open.insert(icid) && seen.insert(icid), "ICID {icid} twice");
            }
            ("IcidClose", Some(icid)) => assert!(open.remove(&icid), "ICID {icid}"),
            (_, Some(icid)) => assert!(open.contains(&icid), "ICID {icid}: {event:?}"),
            _ => {}
        }
        if let Some(mid) = event.number("mid") {
            messages.entry(mid).or_default().push(event.name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for (mid, told) in &messages {
        let expected = ["StartMid", "Sender", "Recipient", "Recipient", "MessageId", "Ready"];
        let subject = told.iter().filter(|name| **name != "Subject").copied();
        assert!(subject.eq(expected.into_iter().chain(["Finished"])), "MID {mid}: {told:?}");
    }
    messages.len()
}

fn load(receiver: &Receiver, messages: &str) {
    let mut source = Command::new("smtp-source");
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
    source.env("PATH", path).args(["-s", "8", "-m", messages, "-r", "2", "-l", "300"]);
    source.args(["-f", "s@c.example", "-t", "user@d.example", "-S", "load"]);
    common::succeeds(source.arg(receiver.address.to_string()));
}

#[test]
fn children_log_through_the_engine_of_their_parent() {
    if !common::has(&["cc", "make", "smtp-source"]) {
        return;
    }
    let (directory, logs) = own_engine();
    let receiver = Receiver::start(directory.path(), &["-d", &logs, "-c", "4"]);
    load(&receiver, "400");
    assert!(receiver.end().success(), "the ledger holds");
    assert_eq!(check_stories(&log(directory.path())), 400);
}

#[test]
fn children_log_through_the_engine_of_another_process() {
    if !common::has(&["cc", "make", "smtp-source"]) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (engine, guard) = engine_beside(directory.path());
    let receiver = Receiver::start(directory.path(), &["-c", "4"]);
    load(&receiver, "400");
    assert!(receiver.end().success());
    engine.flush();
    engine.ledger().check().unwrap();
    drop(guard);
    assert_eq!(check_stories(&log(directory.path())), 400);
}

#[test]
fn what_a_killed_child_has_logged_is_in_the_log() {
    if !common::has(&["cc", "make"]) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (engine, guard) = engine_beside(directory.path());
    let receiver = Receiver::start(directory.path(), &["-c", "1"]);
    for round in 0..3 {
        let mut client = Client::connect(receiver.address);
        client.say("HELO c.example", "250");
        client.say(&format!("MAIL FROM:<round-{round}@b.example>"), "250");
        client.say("RCPT TO:<x@d.example>", "250");
        let children = receiver.children();
        assert_eq!(children.len(), 1);
        kill(children[0], libc::SIGKILL);
        assert_eq!(client.answer(), "");
        wait_until("another child", || {
            receiver.children().first().is_some_and(|child| *child != children[0])
        });
    }
    let mut client = Client::connect(receiver.address);
    client.say("HELO c.example", "250");
    client.say("QUIT", "221");
    assert!(receiver.end().success());
    engine.flush();
    engine.ledger().check().unwrap();
    drop(guard);

    let events = log(directory.path());
    let senders: Vec<_> =
        events.iter().filter(|event| event.name == "Sender").map(|e| e.text("from")).collect();
    let rounds: Vec<_> = (0..3).map(|round| format!("round-{round}@b.example")).collect();
    assert_eq!(senders, rounds);
    let count = |name: &str| events.iter().filter(|event| event.name == name).count();
    assert_eq!((count("Recipient"), count("NewIcid"), count("IcidClose")), (3, 4, 1));
}

#[test]
fn the_receiver_uses_memory_rightly() {
    if !common::has(&["cc", "make", "smtp-source", "valgrind"]) {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (engine, guard) = engine_beside(directory.path());
    let told = directory.path().join("valgrind");
    let errors = fs::File::create(&told).unwrap();
    let receiver = Receiver::start_under_valgrind(directory.path(), errors, &["-c", "2"]);
    load(&receiver, "20");
    let mut client = Client::connect(receiver.address);
    client.say(&"x".repeat(3000), "500");
    client.say("EHLO c.example", "250");
    client.say(&format!("MAIL FROM:<{}@b.example>", "x".repeat(300)), "501");
    client.say("QUIT", "221");
    assert!(receiver.end().success());
    assert_eq!(fs::read_to_string(told).unwrap(), "");
    engine.flush();
    drop(guard);
    assert_eq!(check_stories(&log(directory.path())), 20);
}

#[test]
fn a_session_under_way_is_told_of_the_end() {
    if !common::has(&["cc", "make"]) {
        return;
    }
    let (directory, logs) = own_engine();
    let receiver = Receiver::start(directory.path(), &["-d", &logs, "-c", "2"]);
    let mut client = Client::connect(receiver.address);
    client.say("HELO c.example", "250");
    client.say("MAIL FROM:<a@b.example>", "250");
    assert!(receiver.end().success());
    assert_eq!(client.answer(), "421");
    let events = log(directory.path());
    let told = ["StartMid", "Sender", "Aborted", "FinishedAborted", "Disconnected", "IcidClose"];
    assert_eq!(names(&events)[5..11], told);
    assert_eq!(find(&events, "Disconnected").text("reason"), "system shutdown");
}
