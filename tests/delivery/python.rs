//! What Python writes, we read; and what we write, it reads.

use core::net::Ipv4Addr;

use ringmail::Timestamp;
use ringmail::event::{Bounced, Done, Mid, Pairs, Rid, Rids, Text, Texts};
use ringmail::format::Zone;
use ringmail::format::delivery::{Xml, append_begin, append_end};
use ringmail::parse::DeliveryEntry;

use crate::common::folder;
use crate::common::peer::{has_python, python};
use crate::{TIME, put, read};

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
    let Some(spec) = folder("RINGMAIL_SPEC") else { return };
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
