//! The account of every event, under everything that can happen to it at once (contract C10).

use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use ringmail::event::{Bounced, Finished, Icid, IcidClose, Mid, ScanningProblem, TlsRead};
use ringmail::{
    Engine, FullLane, Level, LogType, Memory, Null, Order, RateLimit, Rollover, Subscription,
};

#[derive(Clone, Debug)]
enum Step {
    Emit(u8, u16),
    Flush,
    Fail(usize),
    Recover,
    Roll,
    NewWorker,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..5u8, 1..400u16).prop_map(|(kind, count)| Step::Emit(kind, count)),
        2 => Just(Step::Flush),
        1 => (0..3000usize).prop_map(Step::Fail),
        2 => Just(Step::Recover),
        1 => Just(Step::Roll),
        1 => Just(Step::NewWorker),
    ];
    prop::collection::vec(step, 1..40)
}

/// A running engine is asked while its workers emit, wait for room, shed, come and go.
#[test]
fn it_balances_at_any_moment() {
    const TURNS: u64 = 25;
    for policy in [FullLane::default(), FullLane::Drop] {
        let (engine, guard) = Engine::builder()
            .lane_bytes(256 << 10)
            .full_lane(policy)
            .subscribe(Subscription::new("mail", LogType::TextMail).sink(Null::new()))
            .start()
            .unwrap();
        // Workers open new lanes when it moves on, and end when it has come to the end.
        let turn = AtomicU64::new(0);
        std::thread::scope(|scope| {
            let worker = || {
                let mut at = 0;
                while at < TURNS {
                    let mut producer = engine.producer().unwrap();
                    while turn.load(Ordering::Relaxed) == at {
                        producer.emit(&IcidClose { icid: Icid(at) });
                    }
                    at = turn.load(Ordering::Relaxed);
                }
            };
            scope.spawn(worker);
            scope.spawn(worker);
            let mut events = 0;
            for asked in 1..=TURNS * 20 {
                let ledger = engine.ledger();
                let checked = ledger.check();
                turn.store(if checked.is_ok() { asked / 20 } else { TURNS }, Ordering::Relaxed);
                checked.unwrap();
                assert!(ledger.lanes.offered >= events, "it never goes back");
                events = ledger.lanes.offered;
            }
        });
        drop(guard);
        engine.ledger().check().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_event_is_accounted_for(
        steps in steps(),
        drop_policy: bool,
        relaxed: bool,
        limit in prop::option::of(1..500u64),
    ) {
        let (full, narrow) = (Memory::new(), Memory::new());
        let mut mail = Subscription::new("mail", LogType::TextMail)
            .level(Level::Trace)
            .rollover(Rollover::at_bytes(9000).unwrap())
            .sink(full.clone());
        if let Some(limit) = limit {
            mail = mail.rate_limit(RateLimit::events(limit).unwrap());
        }
        let policy = if drop_policy { FullLane::Drop } else { FullLane::default() };
        let (engine, guard) = Engine::builder()
            .lane_bytes(256 << 10)
            .full_lane(policy)
            .order(if relaxed { Order::Relaxed } else { Order::Causal })
            .subscribe(mail)
            .subscribe(Subscription::new("errors", LogType::TextMail).level(Level::Warning)
                .sink(narrow.clone()))
            .subscribe(Subscription::new("bounces", LogType::Bounce).sink(Memory::new()))
            .subscribe(Subscription::new("status", LogType::Status).sink(Memory::new()))
            .start()
            .unwrap();
        let mut worker = engine.producer().unwrap();
        let mut offered = 0u64;
        for step in steps {
            match step {
                Step::Emit(kind, count) => {
                    for number in 0..count {
                        match kind {
                            0 => worker.emit(&IcidClose { icid: Icid(number.into()) }),
                            1 => worker.emit(&Finished { mid: Mid(number.into()) }),
                            2 => worker.emit(&Bounced::EMPTY),
                            3 => worker.emit(&ScanningProblem::EMPTY),
                            _ => worker.emit(&TlsRead::EMPTY),
                        };
                    }
                    offered += u64::from(count);
                }
                // A failing sink holds a flush for 5 s: let it take bytes first.
                Step::Flush => {
                    full.recover();
                    engine.flush();
                    let ledger = engine.ledger();
                    prop_assert!(ledger.check().is_ok(), "{:?}", ledger.check());
                    prop_assert_eq!(ledger.subscriptions[0].pending, 0);
                }
                Step::Fail(room) => full.fail_after(room, 28),
                Step::Recover => full.recover(),
                Step::Roll => {
                    full.recover();
                    engine.rollover("mail").unwrap();
                }
                Step::NewWorker => worker = engine.producer().unwrap(),
            }
        }
        full.recover();
        drop(guard);
        let ledger = engine.ledger();
        prop_assert!(ledger.check().is_ok(), "{:?}", ledger.check());
        prop_assert_eq!(ledger.lanes.offered, offered);
        prop_assert_eq!(ledger.lanes.pending, 0);
        prop_assert_eq!(ledger.lanes.held_bytes, 0);
        for (account, log) in ledger.subscriptions.iter().zip([&full, &narrow]) {
            let lines = memchr::memchr_iter(b'\n', &log.bytes()).count() as u64;
            prop_assert_eq!(account.lines(), lines, "{}", &account.name);
            prop_assert_eq!(account.bytes, log.bytes().len() as u64, "{}", &account.name);
        }
    }
}
