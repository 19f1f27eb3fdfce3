//! The delivery log: what is written is read again, by us and by Python (`python`), and damage
//! costs no more than what is damaged (`damage`).

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it skips, and fails by a panic"
)]

#[path = "../common/mod.rs"]
mod common;
mod damage;
mod python;

use core::net::{IpAddr, Ipv4Addr};

use proptest::collection::vec;
use proptest::prelude::*;
use ringmail::event::{Bounced, Done, Event, Mid, Pairs, Rid, Rids, Text, Texts};
use ringmail::format::Zone;
use ringmail::format::delivery::{Csv, Delivery, Outcome, append, append_begin, append_end};
use ringmail::parse::{DeliveryEntry, DeliveryReader};
use ringmail::record::Record;
use ringmail::{Level, Timestamp};

/// A time within what the form holds.
const TIME: Timestamp = Timestamp::from_micros(1_043_769_373_123_456);

fn put<'a, E: Event<'a>>(event: &E, time: Timestamp, out: &mut Vec<u8>) {
    let mut payload = Vec::new();
    event.encode(&mut payload);
    let record = Record {
        number: E::ROW.number,
        level: Level::Info,
        order: 0,
        time: None,
        payload: &payload,
    };
    append(&record, time, out).unwrap();
}

/// What is in a file, each entry handed to `see`.
fn read(file: &[u8], mut see: impl FnMut(DeliveryEntry<'_>)) {
    let mut reader = DeliveryReader::new(file);
    while let Some(entry) = reader.read().unwrap() {
        see(entry);
    }
    assert_eq!(reader.offset(), file.len() as u64);
}

type Headers = Vec<(Vec<u8>, Vec<u8>)>;

#[derive(Clone, Debug)]
struct Fields {
    mid: u64,
    bytes: u64,
    times: (i64, i64),
    ips: (u32, u32),
    code: u16,
    attempts: u32,
    from: Vec<u8>,
    what: Vec<u8>,
    to: Vec<(u32, Vec<u8>)>,
    headers: Headers,
    lines: Vec<Vec<u8>>,
}

fn fields() -> impl Strategy<Value = Fields> {
    let text = || {
        prop_oneof![
            vec(any::<u8>(), 0..40),
            "[a-z]{0,8}@[a-z.]{0,8}".prop_map(String::into_bytes),
            vec(any::<u8>(), 250..300),
        ]
    };
    let time = 0..2_147_483_647_999_999_i64;
    let numbers = (any::<u64>(), any::<u64>(), (time.clone(), time), any::<(u32, u32)>());
    let texts = (text(), text(), vec((any::<u32>(), text()), 0..4), vec((text(), text()), 0..3));
    (numbers, texts, (0..1000_u16, 1..100_u32), vec(text(), 0..3)).prop_map(
        |((mid, bytes, times, ips), (from, what, to, headers), (code, attempts), lines)| Fields {
            mid,
            bytes,
            times,
            ips,
            code,
            attempts,
            from,
            what,
            to,
            headers,
            lines,
        },
    )
}

impl Fields {
    fn put_done(&self, out: &mut Vec<u8>) {
        let rids: Vec<_> = self.to.iter().map(|(rid, _)| Rid(*rid)).collect();
        let to: Vec<_> = self.to.iter().map(|(_, to)| Text::from(to)).collect();
        let headers = self.pairs();
        let event = Done {
            mid: Mid(self.mid),
            rids: Rids::new(&rids),
            pairs: Some(Pairs::new(&headers)),
            from: Text::from(&self.from),
            to: Texts::new(&to),
            attempts: self.attempts,
            bytes: self.bytes,
            injected: Timestamp::from_micros(self.times.1),
            ip: Ipv4Addr::from_bits(self.ips.0).into(),
            source_ip: Ipv4Addr::from_bits(self.ips.1).into(),
            code: self.code,
            reply: Text::from(&self.what),
            ..Done::EMPTY
        };
        put(&event, Timestamp::from_micros(self.times.0), out);
    }

    fn put_bounced(&self, out: &mut Vec<u8>) {
        let lines: Vec<_> = self.lines.iter().map(Text::from).collect();
        let headers = self.pairs();
        let (rid, to) = self.to.first().cloned().unwrap_or_default();
        let event = Bounced {
            mid: Mid(self.mid),
            rid: Rid(rid),
            reason: Text::from(&self.what),
            code: self.code,
            response: Texts::new(&lines),
            headers: Pairs::new(&headers),
            from: Text::from(&self.from),
            to: Text::from(&to),
            attempts: self.attempts,
            bytes: self.bytes,
            injected: Timestamp::from_micros(self.times.1),
            ip: Ipv4Addr::from_bits(self.ips.0).into(),
            source_ip: Ipv4Addr::from_bits(self.ips.1).into(),
            ..Bounced::EMPTY
        };
        put(&event, Timestamp::from_micros(self.times.0), out);
    }

    fn pairs(&self) -> Vec<(Text<'_>, Text<'_>)> {
        self.headers.iter().map(|(name, value)| (Text::from(name), Text::from(value))).collect()
    }

    fn check(&self, read: &Delivery<'_>) {
        assert_eq!(read.mid, Mid(self.mid));
        assert_eq!((read.time.micros(), read.injected.micros()), self.times);
        assert_eq!((read.ip.to_bits(), read.source_ip.to_bits()), self.ips);
        assert_eq!((read.bytes, read.code), (self.bytes, self.code));
        assert_eq!(read.from, Text::from(&self.from));
        assert_eq!(read.headers, self.pairs());
        let mut to = self.to.clone();
        match &read.outcome {
            Outcome::Delivered { reply, domain } => {
                assert_eq!(*reply, Text::from(&self.what));
                let first = to.first().map(|(_, to)| to.as_slice()).unwrap_or_default();
                let expected = first.rsplit(|byte| *byte == b'@').next().unwrap();
                let expected = if first.contains(&b'@') { expected } else { b"" };
                assert_eq!(domain.as_bytes(), expected);
            }
            Outcome::Bounced { reason, errors } => {
                to.truncate(1);
                to.resize(1, (0, Vec::new()));
                assert_eq!(*reason, Text::from(&self.what));
                assert!(errors.iter().map(|line| line.as_bytes()).eq(&self.lines));
            }
            other => panic!("{other:?}"),
        }
        let recipients = read.recipients.iter().map(|found| {
            assert_eq!(found.attempts, self.attempts);
            (found.rid.0, found.to.as_bytes().to_vec())
        });
        assert_eq!(recipients.collect::<Vec<_>>(), to);
    }
}

proptest! {
    #[test]
    fn reading_undoes_writing(all in vec((fields(), any::<bool>()), 0..6)) {
        let mut file = Vec::new();
        append_begin(TIME, &mut file);
        for (fields, is_done) in &all {
            if *is_done { fields.put_done(&mut file) } else { fields.put_bounced(&mut file) }
        }
        append_end(TIME, &mut file);
        let mut expected = all.iter();
        let mut ends = 0;
        read(&file, |entry| match entry {
            DeliveryEntry::Begin { time, version } => assert_eq!((time, version), (TIME, 4)),
            DeliveryEntry::Delivery(delivery) => {
                let (fields, is_done) = expected.next().unwrap();
                assert_eq!(*is_done, matches!(delivery.outcome, Outcome::Delivered { .. }));
                fields.check(&delivery);
            }
            DeliveryEntry::End { time } => {
                assert_eq!(time, TIME);
                ends += 1;
            }
            other => panic!("{other:?}"),
        });
        assert_eq!((ends, expected.len()), (1, 0));
    }
}

/// A file of five messages, 1 to 5, and where their records begin.
fn sample() -> (Vec<u8>, Vec<usize>) {
    let mut file = Vec::new();
    let mut starts = Vec::new();
    append_begin(TIME, &mut file);
    for mid in 1..=5 {
        starts.push(file.len());
        let to = [Text::from("a@example.com"), Text::from("b@example.com")];
        if mid == 3 {
            put(&Bounced { mid: Mid(mid), to: to[0], ..Bounced::EMPTY }, TIME, &mut file);
        } else {
            let rids = [Rid(0), Rid(1)];
            let (rids, to) = (Rids::new(&rids), Texts::new(&to));
            put(&Done { mid: Mid(mid), rids, to, ..Done::EMPTY }, TIME, &mut file);
        }
    }
    starts.push(file.len());
    append_end(TIME, &mut file);
    (file, starts)
}

/// A record of this kind and payload.
fn raw(kind: &[u8; 2], payload: &[u8]) -> Vec<u8> {
    let mut record = kind.to_vec();
    record.extend(u32::try_from(payload.len()).unwrap().to_be_bytes());
    record.extend([0; 8]);
    record.extend(payload);
    record
}

#[test]
fn an_address_of_version_6_has_no_place() {
    let mut file = Vec::new();
    let ip: IpAddr = "2001:db8::1".parse().unwrap();
    let source_ip: IpAddr = "::ffff:192.0.2.7".parse().unwrap();
    put(&Done { ip, source_ip, ..Done::EMPTY }, TIME, &mut file);
    read(&file, |entry| {
        let DeliveryEntry::Delivery(delivery) = entry else { panic!("{entry:?}") };
        assert_eq!(delivery.ip, Ipv4Addr::UNSPECIFIED);
        assert_eq!(delivery.source_ip, Ipv4Addr::new(192, 0, 2, 7));
    });
}

#[test]
fn other_events_have_no_record() {
    let record = Record { number: 302, level: Level::Info, order: 0, time: None, payload: &[0; 8] };
    let mut out = Vec::new();
    assert!(append(&record, TIME, &mut out).is_err());
    assert!(out.is_empty());
}

#[test]
fn a_whole_file_as_rows() {
    let (mut file, _) = sample();
    file.extend(raw(b"<<", b"K\x02."));
    let mut csv = Csv::new(&Zone::utc());
    let mut out = Vec::new();
    read(&file, |entry| match entry {
        DeliveryEntry::Begin { time, version } => csv.begin(time, version, &mut out),
        DeliveryEntry::Delivery(delivery) => csv.delivery(&delivery, &mut out),
        DeliveryEntry::End { time } => csv.end(time, &mut out),
        other => panic!("{other:?}"),
    });
    let text = String::from_utf8(out).unwrap();
    let kinds: Vec<_> = text.lines().map(|line| line.split(',').next().unwrap()).collect();
    let expected = "START DELV DELV DELV DELV BOUNCE DELV DELV DELV DELV END START";
    assert_eq!(kinds.join(" "), expected);
    assert!(text.ends_with("START,01-Jan-1970 00:00:00,000,2,2\n"), "{text}");
}
