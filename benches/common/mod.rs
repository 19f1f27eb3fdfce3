//! What the benchmarks of the engine have in common.

#![expect(clippy::cast_possible_truncation, reason = "the numbers are small")]
#![expect(clippy::indexing_slicing, reason = "within a benchmark's own arrays")]
#![allow(dead_code, reason = "each benchmark uses a part")]

use std::time::Duration;

use criterion::Criterion;
use ringmail::event::{Icid, Mid, Recipient, Rid};
use ringmail::{Builder, Engine, EngineGuard, LogType, Null, Subscription};

/// Addresses of 17 to 29 bytes, so that a recipient's line has some 94.
pub(crate) struct Recipients(Vec<String>);

impl Recipients {
    pub(crate) fn new() -> Self {
        let address = |number: u64| {
            let mixed = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            format!("{:0>1$}@example{2:02}.com", "user", 4 + (mixed >> 60) as usize, mixed % 100)
        };
        Self((0..1024).map(address).collect())
    }

    #[inline]
    pub(crate) fn event(&self, number: u64) -> Recipient<'_> {
        Recipient {
            mid: Mid(24_600_000 + number),
            icid: Icid(60_140_000 + number / 3),
            rid: Rid((number % 12) as u32),
            to: self.0[number as usize % 1024].as_str().into(),
        }
    }
}

/// An engine that formats text mail and keeps nothing of it.
pub(crate) fn engine(builder: Builder) -> (Engine, EngineGuard) {
    let mail = Subscription::new("mail_logs", LogType::TextMail).sink(Null::new());
    builder.time_zone("UTC").subscribe(mail).start().expect("an engine")
}

/// Few samples: there is much to measure, and a machine is seldom quiet for long.
pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
}

/// The lines of so many recipients, as a block of them has them.
pub(crate) fn lines(recipients: &Recipients, count: u64) -> Vec<u8> {
    let mut block = Vec::new();
    for number in 0..count {
        let Recipient { mid, icid, rid, to } = recipients.event(number);
        let to = to.to_str().expect("it is ASCII");
        let line = format!(
            "Wed Nov 19 09:16:38 2014 Info: MID {} ICID {} RID {} To: <{to}>\n",
            mid.0, icid.0, rid.0
        );
        block.extend_from_slice(line.as_bytes());
    }
    block
}

/// Copies a block piece by piece, as large as blocks are that go to a sink: what no way from
/// record to line can do without.
pub(crate) fn copy(lines: &[u8], block: &mut Vec<u8>) {
    for piece in lines.chunks(94) {
        if block.len() > 128 << 10 {
            std::hint::black_box(&mut *block).clear();
        }
        block.extend_from_slice(std::hint::black_box(piece));
    }
}

/// The lines of so many messages, some 20 each, as version 7.6 writes them.
pub(crate) fn mail_log(messages: usize) -> Vec<u8> {
    use std::io::Write as _;
    const NAMES: [&str; 7] =
        ["anna", "b.meyer", "carla.lopez", "d", "news", "no-reply", "postmaster"];
    const HOSTS: [&str; 5] =
        ["example.com", "mail.example.net", "lists.example.org", "a.test", "shop.example"];
    let mut file =
        b"Wed Nov 19 09:00:00 2014 Info: Time offset from UTC: -21600 seconds\n".to_vec();
    for number in 0..messages {
        let (mid, icid, dcid) = (24_611_000 + number, 60_140_000 + number, 6_565_000 + number);
        let (name, other) = (NAMES[number % 7], NAMES[number * 5 % 7]);
        let (host, next) = (HOSTS[number % 5], HOSTS[number * 3 % 5]);
        let (ip, size) = (number % 250 + 1, 1000 + number * 37 % 90_000);
        let stamp = format!("Wed Nov 19 09:{:02}:{:02} 2014 Info:", number / 60 % 60, number % 60);
        let lines = format!(
            "\
{stamp} New SMTP ICID {icid} interface Data 1 (192.0.2.9) address 198.51.100.{ip} reverse dns host mx{ip}.{host} verified yes
{stamp} ICID {icid} ACCEPT SG UNKNOWNLIST match sbrs[-0.5:10.0] SBRS 5.6
{stamp} Start MID {mid} ICID {icid}
{stamp} MID {mid} ICID {icid} From: <{name}@{host}>
{stamp} MID {mid} ICID {icid} RID 0 To: <{other}@{next}>
{stamp} MID {mid} Message-ID '<1252449561.{number}.JavaMail.root@{host}>'
{stamp} MID {mid} Subject 'Working Together {number}: Departmental Silos'
{stamp} MID {mid} ready {size} bytes from <{name}@{host}>
{stamp} MID {mid} matched all recipients for per-recipient policy DEFAULT in the inbound table
{stamp} ICID {icid} close
{stamp} MID {mid} interim verdict using engine: CASE spam negative
{stamp} MID {mid} using engine: CASE spam negative
{stamp} MID {mid} interim AV verdict using Sophos CLEAN
{stamp} MID {mid} antivirus negative \n\
{stamp} MID {mid} Outbreak Filters: verdict negative
{stamp} MID {mid} queued for delivery
{stamp} New SMTP DCID {dcid} interface 192.0.2.9 address 203.0.113.{ip} port 25
{stamp} Delivery start DCID {dcid} MID {mid} to RID [0]
{stamp} Message done DCID {dcid} MID {mid} to RID [0] \n\
{stamp} MID {mid} RID [0] Response '2.0.0 Ok: queued as 3jjSKc6HnKz{number}'
{stamp} Message finished MID {mid} done
{stamp} DCID {dcid} close
"
        );
        file.write_all(lines.as_bytes()).expect("memory can be written");
    }
    file
}
