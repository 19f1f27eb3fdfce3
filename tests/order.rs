//! In which order the lines stand (contract C4).

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::sync::atomic::{AtomicU64, Ordering};

use ringmail::event::{Icid, IcidClose};
use ringmail::{Engine, LogType, Memory, Order, Subscription};

fn engine(order: Order) -> (Engine, ringmail::EngineGuard, Memory) {
    let lines = Memory::new();
    let mail = Subscription::new("mail", LogType::TextMail).sink(lines.clone());
    let (engine, guard) = Engine::builder().order(order).subscribe(mail).start().unwrap();
    (engine, guard, lines)
}

fn icids(lines: &Memory) -> Vec<u64> {
    lines
        .text()
        .lines()
        .filter_map(|line| line.split_once("ICID ")?.1.split(' ').next()?.parse().ok())
        .collect()
}

/// A token goes round between workers; whoever has it emits the next number.
#[test]
fn what_was_said_first_stands_first_across_workers() {
    const WORKERS: u64 = 3;
    const ROUNDS: u64 = 30_000;
    let (engine, guard, lines) = engine(Order::Causal);
    let turn = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for me in 0..WORKERS {
            let (turn, mut worker) = (&turn, engine.producer().unwrap());
            scope.spawn(move || {
                loop {
                    let now = turn.load(Ordering::Acquire);
                    if now >= ROUNDS {
                        return;
                    }
                    if now % WORKERS == me {
                        worker.emit(&IcidClose { icid: Icid(now) });
                        turn.store(now + 1, Ordering::Release);
                    } else {
                        std::thread::yield_now();
                    }
                }
            });
        }
    });
    drop(guard);
    assert!(icids(&lines).into_iter().eq(0..ROUNDS), "an effect stands before its cause");
    assert_eq!(engine.ledger().lanes.ahead, 0);
}

#[test]
fn each_workers_lines_keep_their_order_in_both_orders() {
    const EACH: u64 = 40_000;
    for order in [Order::Causal, Order::Relaxed] {
        let (engine, guard, lines) = engine(order);
        std::thread::scope(|scope| {
            for me in 0..3 {
                let mut worker = engine.producer().unwrap();
                scope.spawn(move || {
                    for number in 0..EACH {
                        worker.emit(&IcidClose { icid: Icid(me * 1_000_000 + number) });
                    }
                });
            }
        });
        drop(guard);
        let all = icids(&lines);
        for me in 0..3 {
            let of_worker = all.iter().copied().filter(|id| id / 1_000_000 == me);
            assert!(of_worker.eq((0..EACH).map(|number| me * 1_000_000 + number)), "{order:?}");
        }
    }
}

#[test]
fn a_handle_keeps_a_lane_for_each_thread() {
    let (engine, guard, lines) = engine(Order::Causal);
    let handle = engine.handle();
    let threads: Vec<_> = (0..4)
        .map(|me| {
            let handle = handle.clone();
            std::thread::spawn(move || {
                for number in 0..100 {
                    handle.emit(&IcidClose { icid: Icid(me * 1000 + number) });
                }
            })
        })
        .collect();
    for thread in threads {
        // Joining waits for the thread's local storage to be gone, and with it the lane's end.
        thread.join().unwrap();
    }
    engine.flush();
    assert_eq!(icids(&lines).len(), 400);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(ledger.lanes.accepted, 400);
    assert!(ledger.open_lanes.is_empty(), "the threads have ended, and so have their lanes");
    drop(guard);
}
