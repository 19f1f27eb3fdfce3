//! One event, many logs: what is emitted once stands in every log that shows it, with the same
//! ids, and as each subscription's settings want it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test fails by a panic"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use ringmail::event::{
    Archive, ArchivePart, BounceCause, Bounced, ConfigurationPart, Dcid, Delayed, DeliveryStart,
    Done, Finished, Icid, IcidClose, MessageId, Mid, NewDcid, Pairs, Ready, ReceivedFromClient,
    Recipient, Response, Rid, Rids, Sender, SentToClient, StartMid, Subject, Text, Texts,
};
use ringmail::format::delivery::Outcome;
use ringmail::parse::{DeliveryEntry, DeliveryReader};
use ringmail::{
    Builder, Engine, EngineGuard, File, LogFile, LogType, ManualClock, Memory, Peers, Producer,
    Subscription, Timestamp,
};

/// An engine with a subscription of each type that is asked for, named as its type.
struct Logs {
    engine: Engine,
    guard: Option<EngineGuard>,
    worker: Producer,
    clock: ManualClock,
    lines: BTreeMap<LogType, Memory>,
}

impl Logs {
    fn new(
        types: &[LogType],
        set: impl FnOnce(Builder) -> Builder,
        each: impl Fn(LogType, Subscription) -> Subscription,
    ) -> Self {
        let lines: BTreeMap<_, _> = types.iter().map(|of| (*of, Memory::new())).collect();
        let clock = ManualClock::at(Timestamp::from_micros(1_416_410_206_123_456));
        let mut builder = Engine::builder().clock(clock.clone()).time_zone("UTC");
        for (log_type, memory) in &lines {
            let subscription = Subscription::new(log_type.name(), *log_type).sink(memory.clone());
            builder = builder.subscribe(each(*log_type, subscription));
        }
        let (engine, guard) = set(builder).start().unwrap();
        let worker = engine.producer().unwrap();
        Self { engine, guard: Some(guard), worker, clock, lines }
    }

    fn text(&self, log_type: LogType) -> String {
        self.lines[&log_type].text()
    }

    /// Ends the engine, and holds its account to its equations.
    fn end(&mut self) {
        drop(self.guard.take());
        self.engine.ledger().check().unwrap();
    }
}

const MID: Mid = Mid(24_611_490);

/// A message to three recipients: one is delivered, one bounces, one is put off.
fn tell(worker: &mut Producer) {
    let (icid, dcid) = (Icid(5), Dcid(8));
    let to = ["a@example.com", "b@example.com", "c@example.com"].map(Text::from);
    let rids = [Rid(0), Rid(1), Rid(2)];
    let headers = [("Date".into(), "today".into()), ("x-subject".into(), "Hi".into())];
    let from = Text::from("s@example.net");
    let (ip, source_ip) = ([203, 0, 113, 9].into(), [192, 0, 2, 1].into());
    let injected = Timestamp::from_micros(1_416_410_200_000_000);
    worker.emit(&StartMid { mid: MID, icid, ..StartMid::EMPTY });
    worker.emit(&Sender { mid: MID, icid, from });
    for (rid, to) in rids.into_iter().zip(to) {
        worker.emit(&Recipient { mid: MID, icid, rid, to });
    }
    worker.emit(&MessageId { mid: MID, message_id: "<1@example.net>".into() });
    worker.emit(&Subject { mid: MID, subject: "Hello".into() });
    worker.emit(&Ready { mid: MID, bytes: 250, from });
    worker.emit(&NewDcid { dcid, ip, ..NewDcid::EMPTY });
    worker.emit(&DeliveryStart { dcid, mid: MID, rids: Rids::new(&rids), ..DeliveryStart::EMPTY });
    worker.emit(&Done {
        dcid,
        mid: MID,
        rids: Rid(0).into(),
        pairs: Some(Pairs::new(&headers)),
        from,
        to: to[0].into(),
        attempts: 1,
        bytes: 250,
        injected,
        ip,
        source_ip,
        code: 250,
        reply: "Ok: queued as 7".into(),
        ..Done::EMPTY
    });
    let text = "Ok: queued as 7".into();
    worker.emit(&Response { mid: MID, rids: Rid(0).into(), text, code: 250 });
    worker.emit(&Bounced {
        dcid,
        mid: MID,
        rid: Rid(1),
        reason: "5.1.0 - Unknown address error".into(),
        code: 550,
        response: Texts::one("no such user".into()),
        headers: Pairs::new(&headers),
        from,
        to: to[1],
        cause: BounceCause::Smtp5xx,
        attempts: 1,
        bytes: 250,
        injected,
        ip,
        source_ip,
        message: "Subject: Hello\r\n\r\nHi Tom:".into(),
    });
    worker.emit(&Delayed {
        dcid,
        mid: MID,
        rid: Rid(2),
        reason: "4.2.2 - Mailbox full".into(),
        code: 452,
        response: Texts::one("later".into()),
        from,
        to: to[2],
        attempts: 1,
        bytes: 250,
        injected,
        ip,
        source_ip,
        ..Delayed::EMPTY
    });
    worker.emit(&Finished { mid: MID });
}

const ALL_WAYS: [LogType; 6] = [
    LogType::Bounce,
    LogType::ConsolidatedEvent,
    LogType::Delivery,
    LogType::QmailMail,
    LogType::Status,
    LogType::TextMail,
];

#[test]
fn a_recipients_end_stands_in_every_log_with_the_same_ids() {
    let mut logs = Logs::new(&ALL_WAYS, |engine| engine, |_, subscription| subscription);
    tell(&mut logs.worker);
    logs.engine.flush();
    logs.engine.write_status();
    logs.end();

    let text = logs.text(LogType::TextMail);
    for line in [
        "Message done DCID 8 MID 24611490 to RID [0] [('Date', 'today'), ('x-subject', 'Hi')]\n",
        "MID 24611490 RID [0] Response 'queued as 7'\n",
        "Bounced: DCID 8 MID 24611490 to RID 1 - 5.1.0 - Unknown address error ('550', \
         ['no such user']) [('Date', 'today'), ('x-subject', 'Hi')]\n",
        "Delayed: DCID 8 MID 24611490 to RID 2 - 4.2.2 - Mailbox full ('452', ['later']) []\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }

    let bounces = logs.text(LogType::Bounce);
    assert!(bounces.contains(
        "Bounced: 24611490:1 From:<s@example.net> To:<b@example.com> \
         Reason: \"5.1.0 - Unknown address error\" Response: \"('550', ['no such user'])\" \
         Headers: ['Date: today', 'x-subject: Hi']\n"
    ));
    assert!(bounces.contains("Delayed: 24611490:2 From:<s@example.net> To:<c@example.com> "));

    let binary = logs.lines[&LogType::Delivery].bytes();
    let mut reader = DeliveryReader::new(binary.as_slice());
    let mut ends = Vec::new();
    while let Some(entry) = reader.read().unwrap() {
        match entry {
            DeliveryEntry::Delivery(delivery) => {
                assert_eq!((delivery.mid, delivery.bytes), (MID, 250));
                assert_eq!(delivery.time, Timestamp::from_micros(1_416_410_206_123_456));
                assert_eq!(delivery.injected, Timestamp::from_micros(1_416_410_200_000_000));
                assert_eq!(delivery.headers.len(), 2);
                let to = delivery.recipients[0];
                let is_bounce = matches!(delivery.outcome, Outcome::Bounced { .. });
                ends.push((to.rid, to.to.to_str().unwrap().to_owned(), to.attempts, is_bounce));
            }
            DeliveryEntry::Begin { version: 4, .. } | DeliveryEntry::End { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        ends,
        [
            (Rid(0), "a@example.com".to_owned(), 1, false),
            (Rid(1), "b@example.com".to_owned(), 1, true),
        ]
    );

    let qmail = logs.text(LogType::QmailMail);
    let messages: Vec<_> = qmail.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    for line in [
        "new msg 24611490",
        "starting delivery 1: msg 24611490 to remote a@example.com",
        "delivery 1: success: 203.0.113.9_accepted_message./Remote_host_said:_250_Ok:_queued_as_7/",
        "delivery 3: deferral: 203.0.113.9_does_not_like_recipient./Remote_host_said:_452_later/",
        "status: local 0/10 remote 0/20",
        "end msg 24611490",
    ] {
        assert!(messages.contains(&line), "{line}: {messages:#?}");
    }

    let siem = logs.text(LogType::ConsolidatedEvent);
    assert!(siem.contains("ESAMID=24611490 ESAICID=5 ESADCID=8\n"), "{siem}");

    let status = logs.text(LogType::Status);
    for figure in ["HrdBncRcp 1 ", "5XXHrdBnc 1 ", "DlvRcp 1 ", "SftBncEvnt 1 "] {
        assert!(status.contains(figure), "{figure}: {status}");
    }
}

#[test]
fn what_is_logged_of_a_message_is_a_setting() {
    let mut logs = Logs::new(
        &[LogType::Bounce, LogType::Delivery, LogType::TextMail],
        |engine| {
            let engine = engine.log_message_ids(false).log_responses(false).log_subjects(false);
            engine.log_headers(["X-Subject"])
        },
        |log_type, subscription| match log_type {
            LogType::Bounce => subscription.message_bytes(14),
            _ => subscription,
        },
    );
    tell(&mut logs.worker);
    logs.end();
    let text = logs.text(LogType::TextMail);
    for absent in ["Message-ID", "Response", " Subject ", "today"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
    assert!(text.contains("to RID [0] [('X-Subject', 'Hi')]\n"), "{text}");
    let bounces = logs.text(LogType::Bounce);
    assert!(
        bounces.contains(" Headers: ['X-Subject: Hi'] Message: 'Subject: Hello'\n"),
        "{bounces}"
    );
    let binary = logs.lines[&LogType::Delivery].bytes();
    assert!(memchr::memmem::find(&binary, b"X-Subject").is_some());
    assert!(memchr::memmem::find(&binary, b"today").is_none());
}

#[test]
fn a_recording_stops_by_itself_and_nothing_is_encoded_any_more() {
    let peers = Peers::parse(&["192.0.2.0/24"]).unwrap();
    let mut logs = Logs::new(
        &[LogType::InjectionDebug],
        |engine| engine,
        |_, subscription| subscription.peers(peers.clone()).sessions(2),
    );
    let say = |worker: &mut Producer, icid: u64, last: u8| {
        let (icid, ip) = (Icid(icid), [192, 0, 2, last].into());
        let data = "220 hello\r\n".into();
        worker.emit(&SentToClient { icid, ip, data, ..SentToClient::EMPTY });
        let data = "QUIT\r\n".into();
        worker.emit(&ReceivedFromClient { icid, ip, data, ..ReceivedFromClient::EMPTY });
        worker.emit(&IcidClose { icid });
    };
    for icid in 1..=3 {
        say(&mut logs.worker, icid, 7);
    }
    logs.engine.flush();
    let text = logs.text(LogType::InjectionDebug);
    for line in [
        "Info: 1 Sent to '192.0.2.7': '220 hello\\015\\012'\n",
        "Info: 2 Rcvd from '192.0.2.7': 'QUIT\\015\\012'\n",
        "Warning: Logging: subscription injection_debug has recorded its sessions",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("Info: 3 "), "{text}");
    let before = logs.engine.ledger().lanes.offered;
    say(&mut logs.worker, 4, 7);
    logs.engine.flush();
    assert_eq!(logs.engine.ledger().lanes.offered, before, "nobody is interested any more");
    logs.end();
}

/// A batch that the sink never takes is counted by what composers made, not by lines.
#[test]
fn what_a_sink_refuses_is_counted_in_events() {
    for log_type in [LogType::Delivery, LogType::QmailMail, LogType::ConsolidatedEvent] {
        let mut logs = Logs::new(&[log_type], |engine| engine, |_, subscription| subscription);
        logs.lines[&log_type].fail_after(40, libc::ENOSPC);
        tell(&mut logs.worker);
        let (engine, clock) = (&logs.engine, &logs.clock);
        std::thread::scope(|scope| {
            let flushed = scope.spawn(|| engine.flush());
            while !flushed.is_finished() {
                clock.advance(Duration::from_millis(500));
                std::thread::yield_now();
            }
        });
        logs.end();
        let account = logs.engine.ledger().subscriptions[0].clone();
        assert!(account.failed > 0, "{account:?}");
        assert_eq!(account.pending, 0, "{account:?}");
    }
}

#[test]
fn an_archive_has_its_messages_and_no_others() {
    let mut logs = Logs::new(
        &[LogType::AmpArchive, LogType::AntiSpamArchive],
        |engine| engine,
        |_, subscription| subscription,
    );
    let message = ["Subject: x\r\n\r\nFrom here on\r\n".as_bytes(), &[b'a'; 20_000]].concat();
    let from = Text::from("s@example.net");
    for part in ArchivePart::parts(Archive::AntiSpam, MID, 1, from, &message) {
        logs.worker.emit(&part);
    }
    // One that is never finished.
    let unfinished = ArchivePart::parts(Archive::AntiSpam, MID, 2, from, &message);
    unfinished.take(2).for_each(|part| {
        logs.worker.emit(&part);
    });
    logs.end();
    let mbox = logs.text(LogType::AntiSpamArchive);
    assert!(mbox.starts_with("From s@example.net Wed Nov 19 15:16:46 2014\nSubject: x\n\n>From "));
    assert!(mbox.ends_with("aaa\n\n") && mbox.len() > 20_000);
    assert_eq!(logs.text(LogType::AmpArchive), "");
    let ledger = logs.engine.ledger();
    let account = |name: &str| {
        ledger.subscriptions.iter().find(|account| account.name == name).cloned().unwrap()
    };
    let spam = account("anti_spam_archive");
    assert_eq!((spam.written, spam.absorbed, spam.given_up), (1, 4, 1));
    assert_eq!(account("amp_archive").filtered, 5);
}

#[test]
fn a_commit_has_a_file_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let history =
        Subscription::new("history", LogType::ConfigurationHistory).sink(File::in_dir(dir.path()));
    let (engine, guard) = Engine::builder().subscribe(history).start().unwrap();
    let mut worker = engine.producer().unwrap();
    for id in 1..=3 {
        let comment = format!("commit {id}");
        let comment = Text::from(&comment);
        let commit = ConfigurationPart { id, comment, ..ConfigurationPart::EMPTY };
        let body = format!("<config><a>{}</a></config>", "x".repeat(9000));
        for part in commit.parts(body.as_bytes()) {
            worker.emit(&part);
        }
    }
    drop(guard);
    engine.ledger().check().unwrap();
    let files = LogFile::list(dir.path().join("history")).unwrap();
    let texts: Vec<_> = files
        .iter()
        .map(|file| std::fs::read_to_string(file.path()).unwrap())
        .filter(|text| !text.is_empty())
        .collect();
    assert_eq!(texts.len(), 3);
    for (text, id) in texts.iter().zip(1..) {
        assert!(text.starts_with("<?xml ") && text.trim_end().ends_with("</config>"), "{text}");
        assert!(text.contains(&format!("Change comment: commit {id}\n")));
    }
}
