//! Times in the lines: zones, jumps of the clock, events with their own time.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::time::Duration;

use ringmail::event::{Icid, IcidClose};
use ringmail::{Engine, LogType, ManualClock, Memory, Subscription, Timestamp};

fn engine(clock: &ManualClock, zone: &str) -> (Engine, ringmail::EngineGuard, Memory) {
    let lines = Memory::new();
    let mail = Subscription::new("mail", LogType::TextMail).sink(lines.clone());
    let (engine, guard) =
        Engine::builder().clock(clock.clone()).time_zone(zone).subscribe(mail).start().unwrap();
    (engine, guard, lines)
}

#[test]
fn a_clock_that_jumps_is_told_and_loses_nothing() {
    let clock = ManualClock::at(Timestamp::from_seconds(1_416_388_598));
    let (engine, guard, lines) = engine(&clock, "UTC");
    let mut worker = engine.producer().unwrap();
    for (number, jump) in [0, -3_600, 7_200_000].into_iter().enumerate() {
        if jump != 0 {
            clock.step_to(Timestamp::from_seconds(1_416_388_598 + jump));
        }
        worker.emit(&IcidClose { icid: Icid(number as u64) });
        engine.flush();
    }
    drop(guard);
    let text = lines.text();
    for stamp in ["Wed Nov 19 09:16:38 2014", "Wed Nov 19 08:16:38 2014"] {
        assert!(text.contains(&format!("{stamp} Info: ICID")), "{text}");
    }
    assert_eq!(text.matches(" close\n").count(), 3);
    assert!(text.contains("Warning: Logging: the wall clock moved by -3600000 ms\n"), "{text}");
    assert_eq!(text.matches("the wall clock moved").count(), 2);
    engine.ledger().check().unwrap();
}

#[test]
fn a_change_of_the_offset_is_recorded_in_the_open_file() {
    // Berlin leaves summer time on 2026-10-25 at 01:00 UTC.
    let change = 1_792_890_000;
    let clock = ManualClock::at(Timestamp::from_seconds(change - 2));
    let (engine, guard, lines) = engine(&clock, "Europe/Berlin");
    let mut worker = engine.producer().unwrap();
    worker.emit(&IcidClose { icid: Icid(1) });
    engine.flush();
    clock.advance(Duration::from_secs(3));
    engine.flush();
    worker.emit(&IcidClose { icid: Icid(2) });
    drop(guard);
    let text = lines.text();
    let at = |needle: &str| text.find(needle).unwrap_or_else(|| panic!("{needle}: {text}"));
    assert!(at("Time offset from UTC: 7200 seconds") < at("ICID 1 close"));
    assert!(at("Sun Oct 25 02:59:58 2026 Info: ICID 1 close") < at("offset from UTC: 3600"));
    assert!(at("offset from UTC: 3600 seconds") < at("Sun Oct 25 02:00:01 2026 Info: ICID 2"));
}

#[test]
fn an_event_keeps_the_time_that_it_came_with() {
    let clock = ManualClock::at(Timestamp::from_seconds(1_416_388_598));
    let (engine, guard, lines) = engine(&clock, "UTC");
    let mut worker = engine.producer().unwrap();
    worker.emit_at(&IcidClose { icid: Icid(1) }, Timestamp::from_seconds(0));
    worker.emit(&IcidClose { icid: Icid(2) });
    worker.emit_at(&IcidClose { icid: Icid(3) }, Timestamp::from_micros(i64::MAX));
    drop(guard);
    let text = lines.text();
    assert!(text.contains("Thu Jan  1 00:00:00 1970 Info: ICID 1 close"), "{text}");
    assert!(text.contains("Wed Nov 19 09:16:38 2014 Info: ICID 2 close"), "{text}");
    assert!(text.contains("ICID 3 close"), "{text}");
}

#[test]
fn real_time_is_told_to_the_second() {
    let lines = Memory::new();
    let mail = Subscription::new("mail", LogType::TextMail).sink(lines.clone());
    let (engine, guard) = Engine::builder().time_zone("UTC").subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    let now = || std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64;
    let zone = ringmail::format::Zone::utc();
    let mut expected = Vec::new();
    for number in 0..200 {
        let before = now();
        worker.emit(&IcidClose { icid: Icid(number) });
        expected.push((before, now()));
        std::thread::yield_now();
    }
    drop(guard);
    let text = lines.text();
    let mut stamps = text.lines().filter(|line| line.ends_with(" close"));
    for (before, after) in expected {
        let line = stamps.next().unwrap();
        let fits = (before..=after).any(|second| {
            line.as_bytes().starts_with(&zone.stamp(Timestamp::from_seconds(second)))
        });
        assert!(fits, "{line} was emitted from {before} to {after}");
    }
}
