//! Calls that wait for the formatter come back: under load, from a sink, one behind the other.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

#[path = "common/slow.rs"]
mod slow;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use ringmail::event::{Icid, IcidClose};
use ringmail::{
    Clock, Engine, EngineGuard, LogType, ManualClock, Memory, Null, Sink, Subscription, Timestamp,
};
use slow::Slow;

/// Whether `act` ends within this time; if not, its thread is left behind.
fn ends_within(limit: Duration, act: impl FnOnce() + Send + 'static) -> bool {
    let (done, ended) = channel();
    std::thread::spawn(move || {
        act();
        let _nobody_waits = done.send(());
    });
    ended.recv_timeout(limit).is_ok()
}

#[test]
fn a_flush_ends_while_workers_never_pause() {
    let mail =
        Subscription::new("mail", LogType::TextMail).sink(Slow::by(Duration::from_millis(4)));
    let (engine, guard) = Engine::builder().lane_bytes(256 << 10).subscribe(mail).start().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let emitted = Arc::new(AtomicU64::new(0));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (mut worker, stop) = (engine.producer().unwrap(), Arc::clone(&stop));
            let emitted = Arc::clone(&emitted);
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    worker.emit(&IcidClose { icid: Icid(1) });
                    emitted.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while emitted.load(Ordering::Relaxed) < 50_000 {
        std::thread::yield_now();
    }
    let flusher = engine.clone();
    let ended = ends_within(Duration::from_secs(5), move || {
        for _ in 0..5 {
            flusher.flush();
        }
    });
    stop.store(true, Ordering::Relaxed);
    workers.into_iter().for_each(|worker| worker.join().unwrap());
    drop(guard);
    assert!(ended, "five flushes took longer than 5 s, as events kept coming");
}

#[test]
fn a_call_wakes_the_formatter_at_once() {
    let mail = Subscription::new("mail", LogType::TextMail).sink(Null::new());
    let (engine, _guard) =
        Engine::builder().flush_delay(Duration::from_secs(4)).subscribe(mail).start().unwrap();
    // Several callers, so that calls come at any moment of the formatter's way to its sleep, and
    // no events, so that its sleeps are long.
    let worst = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let began = Instant::now();
                while began.elapsed() < Duration::from_secs(3) {
                    let before = Instant::now();
                    engine.flush();
                    let millis = u64::try_from(before.elapsed().as_millis()).unwrap();
                    worst.fetch_max(millis, Ordering::Relaxed);
                }
            });
        }
    });
    let worst = Duration::from_millis(worst.into_inner());
    // A call that was not heard would wait for the end of a sleep, half the flush delay.
    assert!(worst < Duration::from_millis(1900), "a flush took {worst:?}");
}

/// Calls its own engine from the formatter's thread.
#[derive(Debug)]
struct Caller {
    lines: Memory,
    engine: Arc<OnceLock<Engine>>,
    guard: Arc<Mutex<Option<EngineGuard>>>,
    called: Arc<AtomicBool>,
}

impl Sink for Caller {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        if let Some(engine) = self.engine.get()
            && !self.called.swap(true, Ordering::SeqCst)
        {
            engine.handle().emit(&IcidClose { icid: Icid(99) });
            engine.flush();
            engine.write_status();
            let _account = engine.ledger();
            assert!(engine.rollover("mail").is_err(), "it cannot be waited for");
            drop(self.guard.lock().unwrap().take());
        }
        self.lines.write(lines)
    }
    fn position(&self) -> u64 {
        self.lines.position()
    }
    fn cut(&mut self, position: u64) -> io::Result<()> {
        self.lines.cut(position)
    }
    fn roll(&mut self, stamp: &str) -> io::Result<()> {
        self.lines.roll(stamp)
    }
    fn place(&self) -> String {
        "caller".to_owned()
    }
}

#[test]
fn a_sink_may_call_its_engine() {
    let lines = Memory::new();
    let (cell, held) = (Arc::new(OnceLock::new()), Arc::new(Mutex::new(None)));
    let called = Arc::new(AtomicBool::new(false));
    let sink = Caller {
        lines: lines.clone(),
        engine: Arc::clone(&cell),
        guard: Arc::clone(&held),
        called: Arc::clone(&called),
    };
    let mail = Subscription::new("mail", LogType::TextMail).sink(sink);
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    *held.lock().unwrap() = Some(guard);
    // The header is written before the sink may end the engine.
    engine.flush();
    cell.set(engine.clone()).unwrap();
    engine.producer().unwrap().emit(&IcidClose { icid: Icid(1) });
    let waiter = engine.clone();
    let ended = ends_within(Duration::from_secs(5), move || {
        waiter.flush();
        // The sink has dropped the guard: the engine ends.
        waiter.shutdown();
    });
    assert!(ended, "the engine waits for itself");
    assert!(called.load(Ordering::SeqCst));
    assert!(lines.text().contains("ICID 1 close\n"), "{}", lines.text());
}

/// A clock that a test moves, but that counts as running by itself.
#[derive(Clone, Debug)]
struct Moved(ManualClock);

impl Clock for Moved {
    fn wall(&self) -> Timestamp {
        self.0.wall()
    }
    fn monotonic_nanos(&self) -> u64 {
        self.0.monotonic_nanos()
    }
}

#[test]
fn a_flush_that_waits_for_a_sink_sees_no_jump_of_the_clock() {
    let clock = ManualClock::at(Timestamp::from_seconds(1_000_000));
    let (bad, system) = (Memory::new(), Memory::new());
    let (engine, guard) = Engine::builder()
        .clock(Moved(clock.clone()))
        .subscribe(Subscription::new("bad", LogType::TextMail).sink(bad.clone()))
        .subscribe(Subscription::new("system", LogType::System).sink(system.clone()))
        .start()
        .unwrap();
    engine.flush();
    bad.fail_after(0, libc::ENOSPC);
    engine.producer().unwrap().emit(&IcidClose { icid: Icid(1) });
    std::thread::scope(|scope| {
        let flushed = scope.spawn(|| engine.flush());
        while !flushed.is_finished() {
            clock.advance(Duration::from_millis(100));
            std::thread::sleep(Duration::from_millis(15));
        }
    });
    engine.flush();
    drop(guard);
    let told = system.text();
    assert!(told.contains("cannot write"), "{told}");
    assert!(!told.contains("the wall clock moved"), "{told}");
}
