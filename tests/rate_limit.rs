//! Level filter and rate limit (contracts C7, C8).

use std::time::Duration;

use ringmail::event::{Icid, IcidClose, Mid, PhishingExpired, ScanningProblem, TlsRead};
use ringmail::{
    Engine, Level, LogType, ManualClock, Memory, Outcome, RateLimit, Subscription, Timestamp,
};

#[test]
fn what_exceeds_the_limit_is_counted_and_told_once() {
    let clock = ManualClock::at(Timestamp::from_seconds(1_000_000));
    let (lines, all, system) = (Memory::new(), Memory::new(), Memory::new());
    let limited = Subscription::new("limited", LogType::TextMail)
        .rate_limit(RateLimit::events(3).unwrap())
        .sink(lines.clone());
    let (engine, guard) = Engine::builder()
        .time_zone("UTC")
        .clock(clock.clone())
        .subscribe(limited)
        .subscribe(Subscription::new("all", LogType::TextMail).sink(all.clone()))
        .subscribe(Subscription::new("system", LogType::System).sink(system.clone()))
        .start()
        .unwrap();
    let mut worker = engine.producer().unwrap();
    for number in 0..10 {
        worker.emit(&IcidClose { icid: Icid(number) });
    }
    worker.emit(&PhishingExpired {});
    engine.flush();
    let text = lines.text();
    assert_eq!(text.matches(" close\n").count(), 3);
    assert_eq!(text.matches("Critical: The ").count(), 1, "critical is never limited");
    assert_eq!(all.text().matches(" close\n").count(), 10, "others go on");

    clock.advance(Duration::from_secs(10));
    engine.flush();
    let notice = "Warning: Logging: subscription limited limited to 3 events in 10 seconds, \
                  7 events not written\n";
    for log in [&lines, &system] {
        assert_eq!(log.text().matches(notice).count(), 1, "{}", log.text());
    }
    assert_eq!(all.text().matches("Logging:").count(), 0);

    // A window that is not over when the engine ends tells too.
    for number in 0..5 {
        worker.emit(&IcidClose { icid: Icid(number) });
    }
    drop(guard);
    assert!(lines.text().contains("2 events not written"));
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let account = &ledger.subscriptions[0];
    assert_eq!((account.taken, account.limited, account.written), (16, 9, 7));
}

#[test]
fn a_level_takes_itself_and_what_is_more_important() {
    let emit = |level: Level| {
        let lines = Memory::new();
        let mail = Subscription::new("mail", LogType::TextMail).level(level).sink(lines.clone());
        let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
        let mut worker = engine.producer().unwrap();
        worker.emit(&PhishingExpired {});
        worker.emit(&ScanningProblem { mid: Mid(1), ..ScanningProblem::EMPTY });
        worker.emit(&IcidClose { icid: Icid(1) });
        worker.emit(&TlsRead::EMPTY);
        worker.emit_as(&IcidClose { icid: Icid(2) }, Level::Trace);
        drop(guard);
        let ledger = engine.ledger();
        ledger.check().unwrap();
        (ledger.subscriptions[0].written, ledger.subscriptions[0].filtered)
    };
    let written = Level::ALL.map(emit);
    assert_eq!(written, [(1, 4), (2, 3), (3, 2), (4, 1), (5, 0)]);
}

#[test]
fn what_nobody_wants_is_not_even_offered() {
    let bounces = Subscription::new("bounces", LogType::Bounce).sink(Memory::new());
    let (engine, _guard) = Engine::builder().subscribe(bounces).start().unwrap();
    let mut worker = engine.producer().unwrap();
    assert!(!worker.wants::<IcidClose>());
    assert_eq!(worker.emit(&IcidClose { icid: Icid(1) }), Outcome::Unwanted);
    engine.flush();
    assert_eq!(engine.ledger().lanes.offered, 0);
}
