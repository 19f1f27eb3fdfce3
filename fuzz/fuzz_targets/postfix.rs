//! A Postfix's log of any bytes: each line is counted once, what is kept is bounded, each event can
//! be read again, and a state that was saved goes on as the one that was not.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringmail::event::Event;
use ringmail::format::Zone;
use ringmail::record::to_json;
use ringmail::service::postfix::{Counting, Emit, Limits, Translator};
use ringmail::{Level, Timestamp};

#[derive(Default)]
struct Said(Vec<String>);

impl Emit for Said {
    fn emit<'a, E: Event<'a>>(&mut self, time: Timestamp, event: &E) {
        let mut bytes = Vec::new();
        event.encode(&mut bytes);
        let json = to_json(E::ROW.number, Level::Info, Some(time), &bytes);
        self.0.push(json.expect("an event that can be read"));
    }
}

fuzz_target!(|log: &[u8]| {
    let limits = Limits { messages: 4, connections: 2, shapes: 2, ..Limits::default() };
    let now = Timestamp::from_seconds(1_797_000_000);
    let zone = Zone::utc();
    let mut whole = Translator::with_limits(Counting::default(), &zone, now, limits);
    let mut said = Said::default();
    let mut lines = 0;
    for line in log.split(|byte| *byte == b'\n') {
        whole.line(line, &mut said);
        lines += 1;
        let (messages, sessions, deliveries) = whole.open();
        assert!(messages <= 5 && sessions <= 3 && deliveries <= 3);
    }
    let counts = whole.counts();
    let seen = counts.told + counts.silent + counts.unknown + counts.unmatched;
    assert_eq!(seen + counts.foreign + counts.malformed + counts.empty, lines);
    assert_eq!(counts.events, said.0.len() as u64);
    let state = whole.save();
    let again = Translator::restore(Counting::default(), &zone, limits, &state);
    assert_eq!(again.expect("a state of ours").save(), state);
});
