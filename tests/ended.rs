//! Engines that end, or whose parts break: what was lost stands in the ledger all the same.

#[path = "common/slow.rs"]
mod slow;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use ringmail::event::{Icid, IcidClose};
use ringmail::{
    Clock, Engine, LogType, ManualClock, Memory, Null, Outcome, ShedReason, Sink, Subscription,
    Timestamp,
};
use slow::Slow;

/// Panics while it is told to.
#[derive(Debug)]
struct Panicking {
    lines: Memory,
    broken: Arc<AtomicBool>,
}

impl Panicking {
    fn check(&self) {
        assert!(!self.broken.load(Ordering::SeqCst), "this sink is broken, as the test wants it");
    }
}

impl Sink for Panicking {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.check();
        self.lines.write(lines)
    }
    fn position(&self) -> u64 {
        self.lines.position()
    }
    fn cut(&mut self, position: u64) -> io::Result<()> {
        self.check();
        self.lines.cut(position)
    }
    fn roll(&mut self, stamp: &str) -> io::Result<()> {
        self.check();
        self.lines.roll(stamp)
    }
    fn close(&mut self) -> io::Result<()> {
        self.check();
        Ok(())
    }
    fn place(&self) -> String {
        "broken".to_owned()
    }
}

#[test]
fn a_sink_that_panics_ends_neither_the_engine_nor_the_account() {
    let broken = Arc::new(AtomicBool::new(false));
    let (bad, good) = (Memory::new(), Memory::new());
    let sink = Panicking { lines: bad.clone(), broken: Arc::clone(&broken) };
    let clock = ManualClock::at(Timestamp::from_seconds(1_000_000));
    let (engine, guard) = Engine::builder()
        .clock(clock.clone())
        .subscribe(Subscription::new("bad", LogType::TextMail).sink(sink))
        .subscribe(Subscription::new("good", LogType::TextMail).sink(good.clone()))
        .start()
        .unwrap();
    engine.flush();
    broken.store(true, Ordering::SeqCst);
    let mut worker = engine.producer().unwrap();
    for number in 0..10 {
        assert_eq!(worker.emit(&IcidClose { icid: Icid(number) }), Outcome::Accepted);
    }
    std::thread::scope(|scope| {
        let flushed = scope.spawn(|| engine.flush());
        while !flushed.is_finished() {
            clock.advance(Duration::from_millis(500));
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    assert_eq!(good.text().matches(" close\n").count(), 10, "the others go on");
    assert!(engine.rollover("bad").is_err());
    broken.store(false, Ordering::SeqCst);
    assert_eq!(worker.emit(&IcidClose { icid: Icid(11) }), Outcome::Accepted);
    engine.flush();
    broken.store(true, Ordering::SeqCst);
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(ledger.lanes.accepted, 11);
    assert_eq!((ledger.subscriptions[0].written, ledger.subscriptions[0].failed), (1, 10));
    assert!(bad.text().contains("ICID 11 close\n"), "{}", bad.text());
}

/// Stops the formatter by a panic where nothing catches it.
#[derive(Clone, Debug)]
struct Broken(Arc<AtomicBool>);

impl Clock for Broken {
    fn wall(&self) -> Timestamp {
        assert!(!self.0.load(Ordering::SeqCst), "this clock is broken, as the test wants it");
        Timestamp::default()
    }
    fn monotonic_nanos(&self) -> u64 {
        0
    }
}

#[test]
fn a_formatter_that_panics_leaves_its_account() {
    let broken = Arc::new(AtomicBool::new(false));
    let mail = Subscription::new("mail", LogType::TextMail).sink(Memory::new());
    let (engine, guard) =
        Engine::builder().clock(Broken(Arc::clone(&broken))).subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    worker.emit(&IcidClose { icid: Icid(1) });
    engine.flush();
    broken.store(true, Ordering::SeqCst);
    engine.flush();
    let mut shed = 0;
    for number in 0..100_000 {
        if worker.emit(&IcidClose { icid: Icid(number) }) != Outcome::Accepted {
            shed += 1;
        }
    }
    assert_eq!(shed, 100_000, "nobody will read them");
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!((ledger.lanes.offered, ledger.lanes.accepted), (100_001, 1));
    assert_eq!(ledger.subscriptions[0].written, 1);
}

#[test]
fn what_threads_emit_after_the_end_is_counted() {
    let mail = Subscription::new("mail", LogType::TextMail).sink(Null::new());
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let (early, handle) = (engine.handle(), engine.handle());
    early.emit(&IcidClose { icid: Icid(1) });
    drop(guard);
    let closed = Outcome::Shed(ShedReason::Closed);
    assert_eq!(early.emit(&IcidClose { icid: Icid(2) }), closed);
    for number in 0..3 {
        let handle = handle.clone();
        std::thread::spawn(move || {
            assert_eq!(handle.emit(&IcidClose { icid: Icid(number) }), closed);
        })
        .join()
        .unwrap();
    }
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!((ledger.lanes.accepted, ledger.lanes.shed_closed), (1, 4));
}

#[test]
fn what_waits_for_room_at_the_end_is_written_or_shed() {
    let mail =
        Subscription::new("mail", LogType::TextMail).sink(Slow::by(Duration::from_millis(20)));
    let (engine, guard) = Engine::builder().lane_bytes(256 << 10).subscribe(mail).start().unwrap();
    let accepted = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let (mut worker, accepted) = (engine.producer().unwrap(), &accepted);
            scope.spawn(move || {
                while worker.emit(&IcidClose { icid: Icid(1) }) == Outcome::Accepted {
                    accepted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while accepted.load(Ordering::Relaxed) < 30_000 {
            std::thread::yield_now();
        }
        drop(guard);
    });
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(ledger.lanes.accepted, accepted.load(Ordering::Relaxed));
    assert_eq!(ledger.lanes.pending, 0, "accepted, and never written");
    assert_eq!(ledger.subscriptions[0].written, ledger.lanes.accepted);
}
