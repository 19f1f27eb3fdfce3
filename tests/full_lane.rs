//! What happens when the formatter does not keep up (contract C5).

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

#[path = "common/gate.rs"]
mod gate;

use std::time::{Duration, Instant};

use gate::Gate;
use ringmail::event::{Bounced, Finished, Icid, IcidClose, Mid, ScanningProblem, Subject};
use ringmail::{Engine, FullLane, LogType, Memory, Outcome, Producer, ShedReason, Subscription};

const LANE: usize = 256 << 10;

/// An engine whose formatter stalls in its first write.
fn stalled(policy: FullLane) -> (Engine, ringmail::EngineGuard, Producer, Gate) {
    let gate = Gate::closed();
    let mail = Subscription::new("mail", LogType::TextMail).sink(gate.clone());
    let (engine, guard) =
        Engine::builder().lane_bytes(LANE).full_lane(policy).subscribe(mail).start().unwrap();
    let worker = engine.producer().unwrap();
    (engine, guard, worker, gate)
}

/// Fills the lane with ordinary events, and tells how many went in.
fn fill(worker: &mut Producer) -> u64 {
    let mut accepted = 0;
    loop {
        match worker.emit(&IcidClose { icid: Icid(accepted) }) {
            Outcome::Accepted => accepted += 1,
            Outcome::Shed(ShedReason::LaneFull) => return accepted,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn drop_keeps_room_for_what_matters() {
    let (engine, guard, mut worker, gate) = stalled(FullLane::Drop);
    let ordinary = fill(&mut worker);
    assert!(ordinary >= 7 * LANE as u64 / 8 / 64 - 1, "{ordinary}");
    // The reserve takes ends of messages, and warnings.
    for number in 0..100 {
        assert_eq!(worker.emit(&Finished { mid: Mid(number) }), Outcome::Accepted);
        assert_eq!(worker.emit(&ScanningProblem::EMPTY), Outcome::Accepted);
        assert_eq!(worker.emit(&Bounced::EMPTY), Outcome::Accepted);
        let ordinary = worker.emit(&IcidClose { icid: Icid(0) });
        assert_eq!(ordinary, Outcome::Shed(ShedReason::LaneFull));
    }
    gate.open();
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(ledger.lanes.accepted, ordinary + 300);
    assert_eq!(ledger.lanes.shed_lane_full, 101);
    let text = gate.lines.text();
    assert_eq!(text.matches(" close\n").count() as u64, ordinary);
    assert_eq!(text.matches("Message finished MID ").count(), 100);
    // The log itself tells of the loss, and with the right sum.
    let told: u64 = text
        .lines()
        .filter_map(|line| {
            line.split_once("Warning: Logging: ")?.1.split_once(" events lost from ")
        })
        .inspect(|(_, rest)| assert!(rest.ends_with("reason lane full"), "{rest}"))
        .map(|(count, _)| count.parse::<u64>().unwrap())
        .sum();
    assert_eq!(told, 101);
}

#[test]
fn block_waits_for_room_and_loses_nothing() {
    let (engine, guard, mut worker, gate) =
        stalled(FullLane::Block { max: Duration::from_secs(60) });
    const EVENTS: u64 = 20_000;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..EVENTS {
                assert_eq!(worker.emit(&IcidClose { icid: Icid(number) }), Outcome::Accepted);
            }
        });
        // The lane holds 4,096 of these; the worker is waiting by now, or will be.
        gate.open();
    });
    drop(guard);
    assert_eq!(gate.lines.text().matches(" close\n").count() as u64, EVENTS);
    engine.ledger().check().unwrap();
}

#[test]
fn a_wait_is_bounded_and_not_repeated() {
    let max = Duration::from_millis(300);
    let (engine, guard, mut worker, gate) = stalled(FullLane::Block { max });
    let began = Instant::now();
    let accepted = fill(&mut worker);
    assert!(began.elapsed() >= max, "it waited");
    assert_eq!(accepted, LANE as u64 / 64);
    let began = Instant::now();
    for _ in 0..1000 {
        worker.emit(&IcidClose { icid: Icid(0) });
    }
    assert!(began.elapsed() < max, "a formatter that stands still is not waited for again");
    gate.open();
    engine.flush();
    assert_eq!(worker.emit(&IcidClose { icid: Icid(0) }), Outcome::Accepted, "it goes on");
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(ledger.lanes.shed_lane_full, 1001);
}

/// Losses are told once a second: a lane does not stay in memory until then.
#[test]
fn a_lane_goes_with_its_worker_and_its_losses_are_told_behind_it() {
    let log = Memory::new();
    let mail = Subscription::new("mail", LogType::TextMail).sink(log.clone());
    let (engine, guard) = Engine::builder().lane_bytes(LANE).subscribe(mail).start().unwrap();
    let long = "x".repeat(9000);
    for _ in 0..5 {
        let mut worker = engine.producer().unwrap();
        worker.emit(&Subject { mid: Mid(1), subject: long.as_str().into() });
        drop(worker);
        engine.flush();
        assert_eq!(engine.ledger().open_lanes, []);
    }
    drop(guard);
    assert_eq!(engine.ledger().lanes.cut_fields, 5);
    let text = log.text();
    let told = text.lines().filter(|line| line.contains("Warning: Logging: ")).count();
    assert_eq!(told, 5, "{text}");
}

#[test]
fn after_the_end_events_are_shed_and_counted() {
    let gate = Gate::closed();
    gate.open();
    let mail = Subscription::new("mail", LogType::TextMail).sink(gate.clone());
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    let handle = engine.handle();
    worker.emit(&IcidClose { icid: Icid(1) });
    handle.emit(&IcidClose { icid: Icid(2) });
    drop(guard);
    let closed = Outcome::Shed(ShedReason::Closed);
    assert_eq!(worker.emit(&IcidClose { icid: Icid(3) }), closed);
    assert_eq!(handle.emit(&IcidClose { icid: Icid(4) }), closed);
    assert!(engine.producer().is_err());
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!((ledger.lanes.accepted, ledger.lanes.shed_closed), (2, 2));
}
