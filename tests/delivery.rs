//! The delivery log: what is written is read again, by us and by Python, and damage costs no more
//! than what is damaged.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it skips, and fails by a panic"
)]

mod common;

use core::net::{IpAddr, Ipv4Addr};

use common::Bytes;
use common::peer::{has_python, python};
use proptest::collection::vec;
use proptest::prelude::*;
use ringmail::event::{Bounced, Done, Event, Mid, Pairs, Rid, Rids, Text, Texts};
use ringmail::format::Zone;
use ringmail::format::delivery::{Csv, Delivery, Outcome, Xml, append, append_begin, append_end};
use ringmail::parse::{DeliveryEntry, DeliveryReader};
use ringmail::record::Record;
use ringmail::{Level, Timestamp};

/// A time within what the form holds.
const TIME: Timestamp = Timestamp::from_micros(1_043_769_373_123_456);

fn put<'a, E: Event<'a>>(event: &E, time: Timestamp, out: &mut Vec<u8>) {
    let mut payload = Bytes(Vec::new());
    event.encode(&mut payload);
    let record = Record {
        number: E::ROW.number,
        level: Level::Info,
        order: 0,
        time: None,
        payload: &payload.0,
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

/// The messages of the deliveries in a file, and the damaged places.
fn summary(file: &[u8]) -> (Vec<u64>, Vec<(u64, u64)>) {
    let (mut mids, mut damage) = (Vec::new(), Vec::new());
    read(file, |entry| match entry {
        DeliveryEntry::Delivery(delivery) => mids.push(delivery.mid.0),
        DeliveryEntry::Damaged(place) => damage.push((place.offset, place.bytes)),
        _ => {}
    });
    (mids, damage)
}

/// The document that a file is converted to.
fn xml(file: &[u8]) -> Vec<u8> {
    let mut xml = Xml::new(&Zone::utc());
    let mut out = Vec::new();
    xml.begin(&mut out);
    read(file, |entry| match entry {
        DeliveryEntry::Delivery(delivery) => xml.delivery(&delivery, &mut out),
        DeliveryEntry::Damaged(damage) => panic!("{damage:?}"),
        _ => {}
    });
    xml.end(&mut out);
    out
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

    /// Whatever is in a file, it is read to its end, and every byte of it stands in one entry.
    #[test]
    fn damage_is_passed_over(
        places in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        garbage in vec(any::<u8>(), 0..60),
        at in any::<prop::sample::Index>(),
    ) {
        let (mut file, _) = sample();
        for (place, byte) in places {
            let place = place.index(file.len());
            file[place] = byte;
        }
        let at = at.index(file.len());
        file.splice(at..at, garbage);
        let mut reader = DeliveryReader::new(file.as_slice());
        let mut before = 0;
        loop {
            let entry = reader.read().unwrap();
            let damage = match &entry {
                Some(DeliveryEntry::Damaged(damage)) => Some(*damage),
                Some(_) => None,
                None => break,
            };
            if let Some(damage) = damage {
                assert_eq!((damage.offset, damage.offset + damage.bytes), (before, reader.offset()));
            }
            assert!(reader.offset() > before);
            before = reader.offset();
        }
        assert_eq!(before, file.len() as u64);
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

#[test]
fn a_file_that_is_cut_anywhere_gives_its_whole_records() {
    let (file, starts) = sample();
    for len in 0..=file.len() {
        let (mids, damage) = summary(&file[..len]);
        let whole = starts.iter().skip(1).filter(|end| **end <= len).count();
        assert_eq!(mids.len(), whole, "cut at {len}");
        let is_clean = len == 0 || len == file.len() || starts.contains(&len);
        let expected = if is_clean {
            Vec::new()
        } else {
            let start = starts.iter().rev().find(|start| **start < len).copied().unwrap_or(0);
            vec![(start as u64, (len - start) as u64)]
        };
        assert_eq!(damage, expected, "cut at {len}");
    }
}

#[test]
fn a_record_that_lacks_any_byte_costs_that_record() {
    let (file, starts) = sample();
    for gap in starts[1]..starts[2] {
        let mut file = file.clone();
        file.remove(gap);
        let (mids, damage) = summary(&file);
        assert_eq!((mids, damage.len()), (vec![1, 3, 4, 5], 1), "byte {gap}");
        assert_eq!(damage[0], (starts[1] as u64, (starts[2] - starts[1] - 1) as u64));
    }
}

/// A record of this kind and payload.
fn raw(kind: &[u8; 2], payload: &[u8]) -> Vec<u8> {
    let mut record = kind.to_vec();
    record.extend(u32::try_from(payload.len()).unwrap().to_be_bytes());
    record.extend([0; 8]);
    record.extend(payload);
    record
}

/// The pickle of a delivery with this list of recipients.
fn with_recipients(recipients: &[u8]) -> Vec<u8> {
    let mut pickle = b"(K\x01K\x00K\x05K\x07K\x00U\x00U\x00".to_vec();
    pickle.extend(recipients);
    pickle.extend(b"]K\x00U\x03250U\x00t.");
    pickle
}

#[test]
fn hostile_records_are_refused() {
    let deep = [&b"(".repeat(500_000)[..], b"."].concat();
    // The same recipient, whose address is long, again and again.
    let mut repeated = b"](K\x00T\x00\x00\x08\x00".to_vec();
    repeated.extend(vec![b'x'; 512 << 10]);
    repeated.extend(b"K\x00tq\x00a(");
    repeated.extend(b"h\x00".repeat(200_000));
    repeated.extend(b"e");
    // A list that holds itself, twice as often each time.
    let bomb = [&b"]q\x00("[..], &b"h\x00h\x00".repeat(1000), b"eh\x00a"].concat();
    for (what, payload) in [
        ("a class", &b"cos\nsystem\n(S'true'\ntR."[..]),
        ("a call", b"(c__builtin__\neval\nt."),
        ("an object", b"(i__main__\nX\n."),
        ("a state", b"(dK\x00K\x01sb."),
        ("a protocol of later days", b"\x80\x04K\x04."),
        ("a length that lies", b"(T\xff\xff\xff\x7fabct."),
        ("a length below zero", b"(T\xff\xff\xff\xffabct."),
        ("a memo that lies", b"(K\x01r\xff\xff\xff\x7ft."),
        ("a number without end", b"\x8b\xff\xff\xff\x7f1."),
        ("a number of many digits", b"L99999999999999999999999999999999999999999999L\n."),
        ("a mark alone", b"t."),
        ("nothing", b""),
        ("nothing but an end", b"."),
        ("a list in the place of a tuple", b"]K\x01a."),
        ("too few fields", b"(K\x01K\x02t."),
        ("deep", &deep),
        ("repeated", &with_recipients(&repeated)),
        ("a bomb", &with_recipients(&bomb)),
        ("bytes behind the pickle", &[&with_recipients(b"]")[..], b"x"].concat()),
    ] {
        let mut file = raw(b"MD", payload);
        let len = file.len() as u64;
        file.extend(raw(b"MD", &with_recipients(b"](K\x00U\x03a@bK\x01ta")));
        assert_eq!(summary(&file), (vec![7], vec![(0, len)]), "{what}");
    }
    for (what, head) in [
        ("a length out of range", &b"MD\x7f\xff\xff\xff\0\0\0\0\0\0\0\0"[..]),
        ("a time out of range", b"MD\0\0\0\x02\0\0\0\0\x7f\xff\xff\xff"),
        ("another kind", b"MM\0\0\0\x02\0\0\0\0\0\0\0\0"),
    ] {
        let mut file = [head, b"N."].concat();
        file.extend(raw(b"MD", &with_recipients(b"](K\x00U\x03a@bK\x01ta")));
        assert_eq!(summary(&file), (vec![7], vec![(0, 16)]), "{what}");
    }
    assert_eq!(summary(&raw(b"<<", b"K\x05.")).1.len(), 1, "a version of later days");
}

/// Heads within heads, each of which promises much: time must not grow with their square.
#[test]
fn damage_that_looks_like_records_is_passed_over_in_time() {
    let mut file = Vec::new();
    while file.len() < 4 << 20 {
        // A pickle of strings, each of which holds the head of the next record.
        file.extend(b"MD\x00\x0f\xff\x00\0\0\0\0\0\0\0\0(U\x14");
    }
    let began = std::time::Instant::now();
    assert!(summary(&file).0.is_empty());
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
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

/// Writes files of all versions and protocols as a gateway's Python 2 would, and ours as text.
const WRITE: &str = r#"
import io, pickle, struct, sys

class Old(pickle._Pickler):
    "Strings as Python 2 has them."
    dispatch = dict(pickle._Pickler.dispatch)
    def save_bytes(self, text):
        if not self.bin:
            self.write(b'S' + repr(text)[1:].encode('ascii') + b'\n')
        elif len(text) < 256:
            self.write(b'U' + bytes([len(text)]) + text)
        else:
            self.write(b'T' + struct.pack('<i', len(text)) + text)
        self.memoize(text)
    dispatch[bytes] = save_bytes

def dumps(value, protocol, old):
    if not old:
        return pickle.dumps(text(value), protocol)
    out = io.BytesIO()
    Old(out, protocol).dump(value)
    return out.getvalue()

def text(value):
    if isinstance(value, bytes):
        return value.decode('utf-8')
    if isinstance(value, (tuple, list)):
        return type(value)(text(element) for element in value)
    return value

def record(kind, value, protocol, old, seconds=1043769373, micros=123456):
    payload = dumps(value, protocol, old)
    sys.stdout.buffer.write(struct.pack('>2siii', kind, len(payload), seconds, micros) + payload)

version, protocol, old = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == 'old'
put = lambda kind, value: record(kind, value, protocol, old)
put(b'<<', version)
many = [(n, b'r%d' % n + (b'' if version < 3 else b'@d.example'), n % 3) for n in range(1500)]
long = b'x' * 300
odd = 'it\'s "<&>" \\ \n\t é'.encode('utf-8')
headers = [(b'x-odd', odd), (b'x-long', long)]
for rcpts in (many[:0], many[:1], many[:2], many):
    head = (1043769317, 696000, 139, 2 ** 63 + 7, 0xC0A86601, b'f@' + odd)
    done = head + (b'd.example', rcpts)
    if version >= 2:
        done += (headers,)
    if version >= 4:
        done += (0x0A01010D, b'250', b'sent ' + odd)
    put(b'MD', done)
    bounced = head
    if version >= 1:
        bounced += (b'5.1.0 - Unknown address error',)
    bounced += (b'550', [[], [odd], [b'one', b'two']][len(rcpts) % 3])
    bounced += ([(rid, user + (b'@d.example' if version < 3 else b''), n) for rid, user, n in rcpts],)
    if version >= 2:
        bounced += (headers,)
    if version >= 4:
        bounced += (0x0A01010D,)
    put(b'HB', bounced)
put(b'>>', None)
"#;

/// Reads our document and compares each attribute with what a gateway's converter says.
const CHECK_XML: &str = r#"
import sys, xml.etree.ElementTree
version = int(sys.argv[1])
root = xml.etree.ElementTree.fromstring(sys.stdin.buffer.read())
assert root.tag == 'delivery-report'
odd = 'it\'s "<&>" \\ \n\t \xe9'
sizes = [0, 1, 2, 1500]
assert [element.tag for element in root] == ['success', 'bounce'] * 4, root
for number, element in enumerate(root):
    size = sizes[number // 2]
    expected = dict(
        del_time='Tue Jan 28 15:56:13.123 2003', inj_time='Tue Jan 28 15:55:17.696 2003',
        bytes='139', mid=str(2 ** 63 + 7), ip='192.168.102.1', source_ip='0.0.0.0')
    expected['from'] = 'f@' + odd
    if version >= 4:
        expected['source_ip'] = '10.1.1.13'
    if element.tag == 'success':
        expected['code'] = '250' if version >= 4 else '000'
        expected['reply'] = 'sent ' + odd if version >= 4 else ''
    else:
        expected['code'] = '550'
        expected['reason'] = '5.1.0 - Unknown address error' if version >= 1 else ''
        expected['error'] = ['', odd, "['one', 'two']"][size % 3]
    assert element.attrib == expected, (element.attrib, expected)
    recipients = [child.attrib for child in element if child.tag == 'rcpt']
    assert recipients == [
        dict(rid=str(n), to='r%d@d.example' % n, attempts=str(n % 3 + 1)) for n in range(size)]
    headers = [header.attrib for child in element.findall('customer_data') for header in child]
    wanted = [dict(name='x-odd', value=odd), dict(name='x-long', value='x' * 300)]
    assert headers == (wanted if version >= 2 else []), headers
print('ok')
"#;

#[test]
fn files_of_all_versions_and_protocols_are_read() {
    if !has_python() {
        return;
    }
    for version in ["0", "1", "2", "3", "4"] {
        for (protocol, strings) in
            [("0", "old"), ("1", "old"), ("2", "old"), ("0", "new"), ("1", "new"), ("2", "new")]
        {
            let file = python(WRITE, &[version, protocol, strings], b"");
            let document = xml(&file);
            let said = python(CHECK_XML, &[version], &document);
            assert_eq!(said, b"ok\n", "version {version}, protocol {protocol}, {strings}");
        }
    }
}

/// Reads our records as a gateway's converter does, and says what is in them.
const SAY: &str = r#"
import pickle, struct, sys
data = sys.stdin.buffer.read()
at = 0
while at < len(data):
    kind, size, seconds, micros = struct.unpack_from('>2siii', data, at)
    payload = data[at + 14:at + 14 + size]
    assert len(payload) == size
    print(kind.decode(), seconds, micros, ascii(pickle.loads(payload, encoding='latin1')))
    at += 14 + size
"#;

#[test]
fn python_reads_what_we_write() {
    if !has_python() {
        return;
    }
    let mut file = Vec::new();
    append_begin(TIME, &mut file);
    let long = "x".repeat(300);
    let rids = [Rid(0), Rid(70_000)];
    let to = [Text::from("a@b.example"), Text::from(&long)];
    let headers = [(Text::from("xname"), Text::from("sh\n"))];
    let done = Done {
        mid: Mid(u64::MAX),
        rids: Rids::new(&rids),
        pairs: Some(Pairs::new(&headers)),
        from: Text::from(&b"\xff'\"\\@c"[..]),
        to: Texts::new(&to),
        attempts: 300,
        bytes: 3_000_000_000,
        injected: Timestamp::from_micros(-1),
        ip: Ipv4Addr::new(192, 168, 102, 1).into(),
        source_ip: Ipv4Addr::new(10, 1, 1, 13).into(),
        code: 250,
        reply: "sent".into(),
        ..Done::EMPTY
    };
    put(&done, TIME, &mut file);
    let bounced = Bounced {
        mid: Mid(7),
        rid: Rid(1),
        reason: "5.1.0 - Unknown address error".into(),
        response: Texts::one("timeout".into()),
        to: "a@b.example".into(),
        ..Bounced::EMPTY
    };
    put(&bounced, TIME, &mut file);
    append_end(TIME, &mut file);
    let said = String::from_utf8(python(SAY, &[], &file)).unwrap();
    let head = "1043769373 123456";
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            format!("<< {head} 4"),
            format!(
                "MD {head} (-1, 999999, 3000000000, 18446744073709551615, 3232261633, \
                 '\\xff\\'\"\\\\@c', 'b.example', [(0, 'a@b.example', 299), \
                 (70000, '{long}', 299)], [('xname', 'sh\\n')], 167837965, '250', 'sent')"
            ),
            format!(
                "HB {head} (0, 0, 0, 7, 0, '', '5.1.0 - Unknown address error', '000', \
                 ['timeout'], [(1, 'a@b.example', 0)], [], 0)"
            ),
            format!(">> {head} 4"),
        ]
    );
}

#[test]
fn texts_that_xml_cannot_hold_do_not_spoil_the_document() {
    if !has_python() {
        return;
    }
    let mut file = Vec::new();
    let all: Vec<u8> = (0..=255).collect();
    for byte in &all {
        let from = [b'a', *byte, b'z'];
        put(&Done { from: Text::from(&from[..]), ..Done::EMPTY }, TIME, &mut file);
    }
    let program = r#"
import base64, sys, xml.etree.ElementTree
root = xml.etree.ElementTree.fromstring(sys.stdin.buffer.read())
for byte, element in enumerate(root):
    text = element.get('from')
    if text.startswith('=?ascii?B?'):
        text = base64.b64decode(text[10:-2], validate=True)
    else:
        text = text.encode('utf-8')
    assert text == bytes([97, byte, 122]), (byte, text)
print(len(root))
"#;
    assert_eq!(python(program, &[], &xml(&file)), b"256\n");
}

/// The attributes of the elements in a piece of XML, by Python.
const ATTRIBUTES: &str = r#"
import sys, xml.etree.ElementTree
text = sys.stdin.read()
success = text[text.index('<success'):text.index('</success>') + 10]
for element in xml.etree.ElementTree.fromstring(success).iter():
    print(element.tag, sorted(element.attrib.items()))
"#;

#[test]
fn the_sample_of_the_specification_is_made_again() {
    let Some(spec) = common::folder("RINGMAIL_SPEC") else { return };
    if !has_python() {
        return;
    }
    let sample = std::fs::read(spec.join("lines/delivery.xml")).unwrap();
    let headers = [(Text::from("xname"), Text::from("sh"))];
    let event = Done {
        mid: Mid(202),
        rids: Rids::one(Rid(0)),
        pairs: Some(Pairs::new(&headers)),
        from: "campaign1@yourdomain.com".into(),
        to: Texts::one("user@sampledomain.com".into()),
        attempts: 1,
        bytes: 139,
        injected: Timestamp::from_micros(1_043_769_317_696_000),
        ip: Ipv4Addr::new(10, 1, 1, 13).into(),
        source_ip: Ipv4Addr::new(192, 168, 102, 1).into(),
        code: 250,
        reply: "sent".into(),
        ..Done::EMPTY
    };
    let mut file = Vec::new();
    put(&event, TIME, &mut file);
    let attributes = |text: &[u8]| String::from_utf8(python(ATTRIBUTES, &[], text)).unwrap();
    assert_eq!(attributes(&xml(&file)), attributes(&sample));
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
