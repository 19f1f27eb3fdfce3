//! The ring under loom: every interleaving, and every reordering that the memory model allows, of
//! small cases. Run with `RUSTFLAGS="--cfg loom" cargo test --release --lib models`.
//!
//! Each model fails when its pair is weakened to `Relaxed`; that was tried for each.

use std::sync::Arc;
use std::time::Duration;

use loom::thread;

use crate::base::Ledger;
use crate::event::{self, Event, Icid};
use crate::ring::{Consumer, Counter, FullLane, Merge, Order, Outcome, Producer, Ring};

/// A ring whose lanes hold four small records.
fn ring(full_lane: FullLane) -> Arc<Ring> {
    let ring = Arc::new(Ring::new(Counter::sequence(), Order::Causal, full_lane, 256));
    let mut all = crate::ring::EventSet::EMPTY;
    all.insert(event::IcidClose::ROW.number);
    ring.set_wanted(&all);
    ring
}

fn consumers(ring: &Ring, seen: &mut u64, lanes: &mut Vec<Consumer>) {
    lanes.extend(ring.new_lanes(seen).into_iter().map(Consumer::new));
    for lane in lanes {
        lane.look();
    }
}

fn icid(payload: &[u8]) -> u64 {
    u64::from_le_bytes(payload[..8].try_into().expect("an id has eight bytes"))
}

fn close(id: u64) -> event::IcidClose {
    event::IcidClose { icid: Icid(id) }
}

/// Pair A and pair B: records are whole when they are seen, and not overwritten while they are
/// read, around the end of the lane and back.
#[test]
fn records_are_whole_and_stay_whole() {
    loom::model(|| {
        let ring = ring(FullLane::Drop);
        let mut producer = Producer::new(&ring).expect("memory");
        let worker = thread::spawn(move || {
            let mut accepted = Vec::new();
            for id in 1..=6 {
                if producer.emit(&close(id)) == Outcome::Accepted {
                    accepted.push(id);
                }
            }
            accepted
        });
        let (mut lanes, mut seen, mut merge) = (Vec::new(), 0, Merge::default());
        let mut got = Vec::new();
        for _ in 0..2 {
            let horizon = ring.begin_round();
            consumers(&ring, &mut seen, &mut lanes);
            merge.drain(&mut lanes, horizon, |_, record| {
                got.push(icid(record.payload));
                true
            });
            lanes.iter().for_each(Consumer::give_back);
            thread::yield_now();
        }
        let accepted = worker.join().expect("the worker does not panic");
        let horizon = ring.begin_round();
        consumers(&ring, &mut seen, &mut lanes);
        merge.drain(&mut lanes, horizon, |_, record| {
            got.push(icid(record.payload));
            true
        });
        assert_eq!(got, accepted);
    });
}

/// Causal order: the second emit begins after the first returned, so its line comes second, in
/// whatever round.
#[test]
fn causes_come_before_effects() {
    loom::model(|| {
        let ring = ring(FullLane::Drop);
        let mut first = Producer::new(&ring).expect("memory");
        let mut second = Producer::new(&ring).expect("memory");
        let workers = thread::spawn(move || {
            first.emit(&close(1));
            let effect = thread::spawn(move || {
                second.emit(&close(2));
            });
            effect.join().expect("the second worker does not panic");
        });
        let (mut lanes, mut seen, mut merge) = (Vec::new(), 0, Merge::default());
        let mut got = Vec::new();
        let mut round = |got: &mut Vec<u64>| {
            let horizon = ring.begin_round();
            consumers(&ring, &mut seen, &mut lanes);
            merge.drain(&mut lanes, horizon, |_, record| {
                got.push(icid(record.payload));
                true
            });
        };
        round(&mut got);
        workers.join().expect("the first worker does not panic");
        round(&mut got);
        assert_eq!(got, [1, 2]);
    });
}

/// Pair C: a lane that is seen closed and drained has nothing behind.
#[test]
fn a_closed_lane_is_drained_to_its_end() {
    loom::model(|| {
        let ring = ring(FullLane::Drop);
        let mut producer = Producer::new(&ring).expect("memory");
        let worker = thread::spawn(move || {
            producer.emit(&close(1));
        });
        let (mut lanes, mut seen, mut merge) = (Vec::new(), 0, Merge::default());
        let mut got = 0;
        let mut ended = false;
        for _ in 0..2 {
            let horizon = ring.begin_round();
            consumers(&ring, &mut seen, &mut lanes);
            merge.drain(&mut lanes, horizon, |_, _| {
                got += 1;
                true
            });
            ended = lanes.first().is_some_and(|lane| lane.ended().is_some());
            if ended {
                break;
            }
            thread::yield_now();
        }
        if ended {
            assert_eq!(got, 1);
        }
        worker.join().expect("the worker does not panic");
    });
}

/// Pair D: a formatter that goes to sleep is woken by what was emitted before the bell was rung.
/// Under loom the sleep has no bound, so a missed bell is a deadlock, which loom reports.
#[test]
fn a_bell_is_never_missed() {
    loom::model(|| {
        let ring = ring(FullLane::Drop);
        let mut producer = Producer::new(&ring).expect("memory");
        let (mut lanes, mut seen) = (Vec::new(), 0);
        consumers(&ring, &mut seen, &mut lanes);
        ring.doorbell().answer_here();
        let bell = Arc::clone(&ring);
        let worker = thread::spawn(move || {
            producer.emit(&close(1));
            bell.doorbell().ring();
        });
        loop {
            ring.doorbell()
                .sleep(Duration::from_secs(1), || lanes.iter().all(Consumer::is_drained));
            if !lanes.iter().all(Consumer::is_drained) {
                break;
            }
        }
        worker.join().expect("the worker does not panic");
    });
}

/// Pair F: what the account says while events come agrees with itself.
#[test]
fn an_account_balances_at_any_moment() {
    loom::model(|| {
        let ring = ring(FullLane::Drop);
        let mut producer = Producer::new(&ring).expect("memory");
        let (mut lanes, mut seen) = (Vec::new(), 0);
        consumers(&ring, &mut seen, &mut lanes);
        let worker = thread::spawn(move || {
            producer.emit(&close(1));
            producer.emit(&close(2));
        });
        let balance = || {
            let ledger = Ledger { lanes: lanes[0].account(), ..Ledger::default() };
            ledger.check().expect("it balances");
            ledger.lanes.offered
        };
        assert!(balance() <= 2);
        worker.join().expect("the worker does not panic");
        assert_eq!(balance(), 2);
    });
}
