//! How fast does the log of a Postfix become events?
//!
//! The lines are those of a relay: sessions of one message each, one in eight deferred first, one
//! in sixteen bounced. What is made of them is encoded and thrown away.

#![expect(clippy::indexing_slicing, reason = "within a benchmark's own arrays")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringmail::Timestamp;
use ringmail::event::Event;
use ringmail::format::Zone;
use ringmail::service::postfix::{Counting, Emit, Translator};

mod common;

/// Messages in the log.
const MESSAGES: u64 = 20_000;

/// Keeps the last events in their binary form.
#[derive(Default)]
struct Encoded(Vec<u8>);

impl Emit for Encoded {
    fn emit<'a, E: Event<'a>>(&mut self, time: Timestamp, event: &E) {
        if self.0.len() > 60_000 {
            black_box(&self.0);
            self.0.clear();
        }
        self.0.extend(time.micros().to_le_bytes());
        event.encode(&mut self.0);
    }
}

/// A log, its messages interleaved by eight.
fn log() -> String {
    let mut log = String::new();
    let mut lives: Vec<Vec<String>> = (0..MESSAGES).map(life).collect();
    for lives in lives.chunks_mut(8) {
        let mut step = 0;
        while lives.iter().any(|life| life.len() > step) {
            for (number, life) in lives.iter().enumerate().filter(|(_, life)| life.len() > step) {
                let second = log.len() / 150_000;
                let (minute, second) = (second / 60 % 60, second % 60);
                let line = &life[step];
                let pid = 1000 + number;
                writeln!(
                    log,
                    "Nov 21 22:{minute:02}:{second:02} mx1 {}",
                    line.replace("PID", &pid.to_string())
                )
                .expect("a string");
            }
            step += 1;
        }
    }
    log
}

/// The lines of a message.
fn life(number: u64) -> Vec<String> {
    let id = format!("{:011X}", 0x4_0000_0000 + number * 77);
    let peer = format!("mail{}.sender.example[192.0.2.{}]", number % 90, number % 250);
    let (from, to) =
        (format!("user{number}@sender.example"), format!("user{}@relay.example", number % 999));
    let report = |status: &str| {
        format!(
            "postfix/smtp[PID]: {id}: to=<{to}>, relay=mx.relay.example[198.51.100.{}]:25, \
             delay=0.25, delays=0.02/0.01/0.1/0.12, {status}",
            number % 100
        )
    };
    let active = format!(
        "postfix/qmgr[77]: {id}: from=<{from}>, size={}, nrcpt=1 (queue active)",
        2000 + number
    );
    let mut life = vec![
        format!("postfix/smtpd[PID]: connect from {peer}"),
        format!("postfix/smtpd[PID]: {id}: client={peer}"),
        format!("postfix/cleanup[900]: {id}: message-id=<20261121.{number}@sender.example>"),
        active.clone(),
        format!(
            "postfix/smtpd[PID]: disconnect from {peer} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5"
        ),
    ];
    if number.is_multiple_of(8) {
        life.push(report(
            "dsn=4.2.0, status=deferred (host mx.relay.example[198.51.100.1] said: 450 4.2.0 \
             Greylisted, try again later (in reply to RCPT TO command))",
        ));
        life.push(active);
    }
    life.push(if number % 16 == 5 {
        report(
            "dsn=5.1.1, status=bounced (host mx.relay.example[198.51.100.1] said: 550 5.1.1 No such \
             user here (in reply to RCPT TO command))",
        )
    } else {
        report("dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4F1B29C0043)")
    });
    life.push(format!("postfix/qmgr[77]: {id}: removed"));
    life
}

fn benches(criterion: &mut Criterion) {
    let log = log();
    let reference = Timestamp::from_seconds(1_797_000_000);
    let mut encoded = Encoded::default();
    let mut group = criterion.benchmark_group("postfix");
    group.throughput(Throughput::Bytes(log.len() as u64));
    group.bench_function("translate", |b| {
        b.iter(|| {
            let mut translator = Translator::new(Counting::default(), &Zone::utc(), reference);
            for line in log.as_bytes().split(|byte| *byte == b'\n') {
                translator.line(line, &mut encoded);
            }
            assert_eq!(translator.ids().mid.0, MESSAGES);
        });
    });
    group.finish();
}

criterion_group! {
    name = postfix;
    config = common::criterion();
    targets = benches
}
criterion_main!(postfix);
