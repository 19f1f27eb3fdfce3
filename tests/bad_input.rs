//! Hostile fields, workers that panic, sinks that fail: never a forged line, a panic in the
//! library, or a silent gap.

use std::cell::RefCell;

use ringmail::event::{Bounced, Icid, IcidClose, Mid, Pairs, Recipient, Rid, Subject, Text, Texts};
use ringmail::{Dialect, Engine, Handle, LogType, Memory, Outcome, Subscription};

fn hostile() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = (0..=255u8).map(|byte| vec![b'a', byte, b'z']).collect();
    all.extend([
        b"\r\nWed Nov 19 09:16:38 2014 Info: ICID 666 close".to_vec(),
        "\u{2028}x\u{2029}\u{85}\u{9b}31m".as_bytes().to_vec(),
        b"it's \"quoted\" \\ 'twice'".to_vec(),
        vec![0; 100],
        vec![0xFF; 100],
        vec![b'x'; 1 << 20],
        [vec![b'x'; 8190], "üü".as_bytes().to_vec()].concat(),
        Vec::new(),
    ]);
    all
}

#[test]
fn no_field_can_forge_or_break_a_line() {
    for dialect in Dialect::ALL {
        let (mail, bounces) = (Memory::new(), Memory::new());
        let (engine, guard) = Engine::builder()
            .dialect(dialect)
            .subscribe(Subscription::new("mail", LogType::TextMail).sink(mail.clone()))
            .subscribe(Subscription::new("bounces", LogType::Bounce).sink(bounces.clone()))
            .start()
            .unwrap();
        let mut worker = engine.producer().unwrap();
        let texts = hostile();
        for text in &texts {
            let text: Text<'_> = text.into();
            let (mid, icid, rid) = (Mid(1), Icid(2), Rid(0));
            assert_eq!(worker.emit(&Subject { mid, subject: text }), Outcome::Accepted);
            assert_eq!(worker.emit(&Recipient { mid, icid, rid, to: text }), Outcome::Accepted);
            let both = [text, text];
            let bounced = Bounced {
                reason: text,
                response: Texts::new(&both),
                headers: Pairs::one((text, text)),
                from: text,
                to: text,
                message: text,
                ..Bounced::EMPTY
            };
            assert_eq!(worker.emit(&bounced), Outcome::Accepted);
        }
        drop(guard);
        let ledger = engine.ledger();
        ledger.check().unwrap();
        assert!(ledger.lanes.cut_fields > 0);
        for (log, account) in [&mail, &bounces].into_iter().zip(&ledger.subscriptions) {
            let bytes = log.bytes();
            let text = std::str::from_utf8(&bytes).expect("a log is UTF-8");
            assert_eq!(text.lines().count() as u64, account.lines(), "{dialect}");
            for line in text.lines() {
                assert!(!line.chars().any(char::is_control), "{dialect}: {line:?}");
                assert!(!line.contains(['\u{2028}', '\u{2029}']), "{dialect}");
                assert!(line.len() < 512 << 10, "{dialect}: {} bytes", line.len());
            }
            assert!(!text.contains("\nWed Nov 19"), "{dialect}: a forged line");
        }
        assert!(mail.text().contains("xxxxx..."), "{dialect}: a cut is visible");
        assert!(mail.text().contains(" fields cut to 8192 bytes in lane 0\n"), "{dialect}");
    }
}

#[test]
fn a_text_of_a_list_that_is_cut_is_counted() {
    let lines = Memory::new();
    let mail = Subscription::new("mail", LogType::TextMail).sink(lines.clone());
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    let long = "x".repeat(9000);
    let response = Texts::one(Text::from(&long));
    assert_eq!(worker.emit(&Bounced { response, ..Bounced::EMPTY }), Outcome::Accepted);
    drop(guard);
    assert!(lines.text().contains("xxxxx...'"));
    assert_eq!(engine.ledger().lanes.cut_fields, 1);
}

#[test]
fn losses_of_workers_that_are_gone_are_told() {
    let lines = Memory::new();
    let mail = Subscription::new("mail", LogType::TextMail).sink(lines.clone());
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let long = "x".repeat(9000);
    for _ in 0..3 {
        let mut worker = engine.producer().unwrap();
        worker.emit(&Subject { mid: Mid(1), subject: Text::from(&long) });
        drop(worker);
        engine.flush();
    }
    drop(guard);
    assert_eq!(lines.text().matches(" Warning: Logging: 1 fields cut to 8192 bytes").count(), 3);
}

/// Emits at the very end of its thread.
struct Late(Handle);

impl Drop for Late {
    fn drop(&mut self) {
        self.0.emit(&IcidClose { icid: Icid(2) });
    }
}

thread_local! {
    static LATE: RefCell<Option<Late>> = const { RefCell::new(None) };
}

#[test]
fn what_a_thread_emits_after_its_end_is_told() {
    let lines = Memory::new();
    let mail = Subscription::new("mail", LogType::TextMail).sink(lines.clone());
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let handle = engine.handle();
    std::thread::spawn(move || {
        // What is set up first goes last: the thread's lane has gone before.
        LATE.with(|late| *late.borrow_mut() = Some(Late(handle.clone())));
        handle.emit(&IcidClose { icid: Icid(1) });
    })
    .join()
    .unwrap();
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!((ledger.lanes.accepted, ledger.lanes.shed_no_lane), (1, 1));
    let text = lines.text();
    assert!(text.contains(" Warning: Logging: 1 events lost from "), "{text}");
    assert!(text.contains(", reason no lane\n"), "{text}");
}

#[test]
fn a_worker_that_panics_leaves_its_events_and_a_notice() {
    let lines = Memory::new();
    let mail = Subscription::new("mail", LogType::TextMail).sink(lines.clone());
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    let died = std::thread::spawn(move || {
        worker.emit(&IcidClose { icid: Icid(1) });
        worker.emit(&IcidClose { icid: Icid(2) });
        panic!("a defect of the mail server");
    })
    .join();
    assert!(died.is_err());
    let mut other = engine.producer().unwrap();
    other.emit(&IcidClose { icid: Icid(3) });
    engine.flush();
    drop(guard);
    let text = lines.text();
    assert_eq!(text.matches(" close\n").count(), 3);
    let notice = "Warning: Logging: a worker panicked, its lane 0 is closed after 2 events\n";
    assert!(text.contains(notice), "{text}");
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(ledger.lanes.accepted, 3);
}

#[test]
fn an_engine_refuses_what_cannot_work() {
    let mail = || Subscription::new("mail", LogType::TextMail).sink(Memory::new());
    let refused = |builder: ringmail::Builder| builder.start().unwrap_err().to_string();
    assert!(refused(Engine::builder()).contains("no subscription"));
    let twice = Engine::builder().subscribe(mail()).subscribe(mail());
    assert!(refused(twice).contains("two subscriptions are named \"mail\""));
    for bytes in [0, 1000, 128 << 10, 2 << 30] {
        let lane = Engine::builder().subscribe(mail()).lane_bytes(bytes);
        assert!(refused(lane).contains("power of two"), "{bytes}");
    }
    let zone = Engine::builder().subscribe(mail()).time_zone("Nowhere/Land");
    assert!(refused(zone).contains("Nowhere/Land"));
}
