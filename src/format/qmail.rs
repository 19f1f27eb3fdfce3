//! The qmail-format log: reception and delivery in the words of qmail-send.
//!
//! Source: section "qmail_mail" of `docs/FORMATS.md`.

use std::collections::HashMap;
use std::io::Write as _;

use crate::base::Timestamp;
use crate::event::{
    Bounced, Delayed, DeliveryStart, Done, Event, Finished, FinishedAborted, GeneratedForBounce,
    Line, Malformed, Mid, QmailBounce, QmailDeferral, QmailEnd, QmailFailure, QmailInfo, QmailNew,
    QmailStarting, QmailStatus, QmailSuccess, Ready, Recipient, Text,
};
use crate::format::render::decode;
use crate::format::{Compose, Composed, LineWriter, tai64n};
use crate::record::Record;

/// The stamps of a qmail-format log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QmailStamp {
    /// TAI64N, as multilog writes it: `@400000003e8b3cb83a3f58b0`.
    #[default]
    Tai64n,
    /// Seconds since 1970 with six decimals, as splogger writes it: `1049312430.977230`.
    Epoch,
}

/// What the log is made of.
pub(crate) const EVENTS: &[u16] = &[
    Recipient::ROW.number,
    Ready::ROW.number,
    DeliveryStart::ROW.number,
    Done::ROW.number,
    Bounced::ROW.number,
    Delayed::ROW.number,
    GeneratedForBounce::ROW.number,
    Finished::ROW.number,
    FinishedAborted::ROW.number,
];

/// qmail-send's own limits, which a status line names where they are not passed.
const LOCAL_LIMIT: u64 = 10;
const REMOTE_LIMIT: u64 = 20;

/// The most messages whose recipients are remembered; a delivery of further ones is said to begin
/// when it ends.
const MAX_MESSAGES: usize = 65_536;

/// The most recipients of a message that are remembered.
const MAX_RECIPIENTS: usize = 1024;

/// Says what happens as qmail-send would.
#[derive(Debug)]
pub(crate) struct Qmail {
    stamp: QmailStamp,
    /// Who puts messages into the queue.
    qp: u64,
    uid: u64,
    /// The delivery begun last.
    last: u64,
    /// The recipients by message, until it is finished.
    messages: HashMap<u64, Vec<Known>>,
    /// Deliveries under way.
    count: u64,
}

/// A recipient, and the number of its delivery if one is under way.
#[derive(Debug)]
struct Known {
    rid: u32,
    to: Vec<u8>,
    delivery: Option<u64>,
}

/// How a delivery ended.
#[derive(Clone, Copy)]
enum Fate {
    Success,
    Failure,
    Deferral,
}

/// One recipient's delivery, whichever event tells of it.
struct Ending<'a> {
    mid: Mid,
    rid: u32,
    to: Text<'a>,
    fate: Fate,
    report: &'a [u8],
}

impl Qmail {
    /// A log in which messages are put into the queue by this process and user.
    pub(crate) fn new(stamp: QmailStamp, qp: u64, uid: u64) -> Self {
        Self { stamp, qp, uid, last: 0, messages: HashMap::new(), count: 0 }
    }

    fn line<'a, E: Event<'a>>(&self, time: Timestamp, event: &E, block: &mut LineWriter) {
        match self.stamp {
            QmailStamp::Tai64n => block.append(&tai64n::label(time)),
            QmailStamp::Epoch => {
                let mut stamp = Vec::with_capacity(20);
                let micros = time.micros().rem_euclid(1_000_000);
                // Writing into memory does not fail.
                write!(stamp, "{}.{micros:06}", time.seconds()).ok();
                block.append(&stamp);
            }
        }
        block.literal(" ");
        event.line(block.dialect(), block);
        block.end();
    }

    fn status(&self, time: Timestamp, block: &mut LineWriter) {
        let status = QmailStatus {
            local: 0,
            local_limit: LOCAL_LIMIT,
            remote: self.count,
            remote_limit: REMOTE_LIMIT.max(self.count),
            exiting: false,
        };
        self.line(time, &status, block);
    }

    /// Says that a delivery begins, and gives its number.
    fn begin(&mut self, mid: Mid, to: Text<'_>, time: Timestamp, block: &mut LineWriter) -> u64 {
        self.last += 1;
        self.count += 1;
        let starting = QmailStarting { delivery: self.last, mid, place: "remote".into(), to };
        self.line(time, &starting, block);
        self.status(time, block);
        self.last
    }

    fn end(&mut self, ending: &Ending<'_>, time: Timestamp, block: &mut LineWriter) {
        let known = self.messages.get_mut(&ending.mid.0);
        let known = known.and_then(|all| all.iter_mut().find(|known| known.rid == ending.rid));
        let running = known.and_then(|known| known.delivery.take());
        let delivery = running.unwrap_or_else(|| self.begin(ending.mid, ending.to, time, block));
        self.count = self.count.saturating_sub(1);
        let report = ending.report.into();
        match ending.fate {
            Fate::Success => self.line(time, &QmailSuccess { delivery, report }, block),
            Fate::Failure => self.line(time, &QmailFailure { delivery, report }, block),
            Fate::Deferral => self.line(time, &QmailDeferral { delivery, report }, block),
        }
        self.status(time, block);
    }

    /// Remembers a recipient.
    fn know(&mut self, event: &Recipient<'_>) {
        if self.messages.len() >= MAX_MESSAGES && !self.messages.contains_key(&event.mid.0) {
            return;
        }
        let all = self.messages.entry(event.mid.0).or_default();
        if all.len() < MAX_RECIPIENTS {
            let (rid, to) = (event.rid.0, event.to.as_bytes().to_vec());
            all.push(Known { rid, to, delivery: None });
        }
    }

    /// Says that the deliveries to those recipients begin that are known; whether there are any.
    fn start(
        &mut self,
        event: &DeliveryStart<'_>,
        time: Timestamp,
        block: &mut LineWriter,
    ) -> bool {
        let Some(mut all) = self.messages.remove(&event.mid.0) else { return false };
        let mut is_said = false;
        for rid in event.rids.iter() {
            if let Some(known) = all.iter_mut().find(|known| known.rid == rid.0) {
                let to = known.to.as_slice().into();
                known.delivery = Some(self.begin(event.mid, to, time, block));
                is_said = true;
            }
        }
        self.messages.insert(event.mid.0, all);
        is_said
    }

    /// Forgets a message, and what is under way for it.
    fn forget(&mut self, mid: Mid) {
        let all = self.messages.remove(&mid.0).unwrap_or_default();
        let left = all.iter().filter(|known| known.delivery.is_some()).count() as u64;
        self.count = self.count.saturating_sub(left);
    }
}

/// The end that one of the two events tells of, which have the same fields.
macro_rules! refused {
    ($event:ident, $fate:expr, $report:ident) => {{
        $report = refusal($event.ip, $event.reason, $event.code, $event.response.iter(), $fate);
        Ending { mid: $event.mid, rid: $event.rid.0, to: $event.to, fate: $fate, report: &$report }
    }};
}

impl Compose for Qmail {
    fn take(
        &mut self,
        record: &Record<'_>,
        time: Timestamp,
        admits: &mut dyn FnMut() -> bool,
        block: &mut LineWriter,
    ) -> Result<Composed, Malformed> {
        if record.number == Recipient::ROW.number {
            self.know(&decode::<Recipient<'_>>(record.payload)?);
            return Ok(Composed::Absorbed);
        }
        if !admits() {
            return Ok(Composed::Limited);
        }
        let report: Vec<u8>;
        match record.number {
            number if number == Ready::ROW.number => {
                let event: Ready<'_> = decode(record.payload)?;
                self.line(time, &QmailNew { mid: event.mid }, block);
                let (qp, uid) = (self.qp, self.uid);
                let info =
                    QmailInfo { mid: event.mid, bytes: event.bytes, from: event.from, qp, uid };
                self.line(time, &info, block);
            }
            number if number == DeliveryStart::ROW.number => {
                let event: DeliveryStart<'_> = decode(record.payload)?;
                if !self.start(&event, time, block) {
                    // Said when it ends, which tells the address.
                    return Ok(Composed::Absorbed);
                }
            }
            number if number == Done::ROW.number => {
                let event: Done<'_> = decode(record.payload)?;
                report = acceptance(event.ip, event.code, event.reply);
                let mut to = event.to.iter();
                for rid in event.rids.iter() {
                    let ending = Ending {
                        mid: event.mid,
                        rid: rid.0,
                        to: to.next().unwrap_or_default(),
                        fate: Fate::Success,
                        report: &report,
                    };
                    self.end(&ending, time, block);
                }
            }
            number if number == Bounced::ROW.number => {
                let event: Bounced<'_> = decode(record.payload)?;
                self.end(&refused!(event, Fate::Failure, report), time, block);
            }
            number if number == Delayed::ROW.number => {
                let event: Delayed<'_> = decode(record.payload)?;
                self.end(&refused!(event, Fate::Deferral, report), time, block);
            }
            number if number == GeneratedForBounce::ROW.number => {
                let event: GeneratedForBounce = decode(record.payload)?;
                self.line(time, &QmailBounce { mid: event.parent, qp: event.mid.0 }, block);
            }
            number if number == Finished::ROW.number => {
                let mid = decode::<Finished>(record.payload)?.mid;
                self.forget(mid);
                self.line(time, &QmailEnd { mid }, block);
            }
            number if number == FinishedAborted::ROW.number => {
                let mid = decode::<FinishedAborted>(record.payload)?.mid;
                self.forget(mid);
                self.line(time, &QmailEnd { mid }, block);
            }
            _ => return Err(Malformed),
        }
        Ok(Composed::Written)
    }
}

/// What qmail-remote reports of a server that took a message.
fn acceptance(ip: core::net::IpAddr, code: u16, reply: Text<'_>) -> Vec<u8> {
    let mut report = Vec::new();
    let said = [reply].into_iter();
    // Writing into memory does not fail.
    writeln!(report, "{ip} accepted message.").ok();
    remote_said(&mut report, code, said);
    encoded(&report)
}

/// What qmail-remote reports of a server that did not take a message, or was not reached.
fn refusal<'a>(
    ip: core::net::IpAddr,
    reason: Text<'a>,
    code: u16,
    response: impl Iterator<Item = Text<'a>>,
    fate: Fate,
) -> Vec<u8> {
    let mut report = Vec::new();
    if code == 0 {
        report.extend_from_slice(reason.as_bytes());
        report.push(b'\n');
    } else {
        // Writing into memory does not fail.
        writeln!(report, "{ip} does not like recipient.").ok();
        remote_said(&mut report, code, response);
        if matches!(fate, Fate::Failure) {
            writeln!(report, "Giving up on {ip}.").ok();
        }
    }
    encoded(&report)
}

fn remote_said<'a>(report: &mut Vec<u8>, code: u16, lines: impl Iterator<Item = Text<'a>>) {
    report.extend_from_slice(b"Remote host said:");
    for line in lines {
        // Writing into memory does not fail.
        write!(report, " {code:03} ").ok();
        report.extend_from_slice(line.as_bytes());
    }
    report.push(b'\n');
}

/// Blanks as `_`, line ends as `/`, what cannot be printed as `?`.
fn encoded(report: &[u8]) -> Vec<u8> {
    let one = |byte: &u8| match byte {
        b' ' | b'\t' => b'_',
        b'\n' => b'/',
        b'!'..=b'~' => *byte,
        _ => b'?',
    };
    report.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Dialect;
    use crate::event::{Rid, Rids, Texts};
    use crate::format::Zone;
    use crate::record;

    struct Log(Qmail, LineWriter);

    impl Log {
        fn new(stamp: QmailStamp) -> Self {
            let block = LineWriter::new(0, Dialect::default(), Zone::utc());
            Self(Qmail::new(stamp, 55, 1001), block)
        }

        fn take<'a, E: Event<'a>>(&mut self, event: &E) {
            let mut bytes = Vec::new();
            record::append(&mut bytes, event, E::ROW.level, 0, None);
            let record = Record::read(&bytes).unwrap();
            let time = Timestamp::from_micros(1_049_312_430_977_230);
            assert!(EVENTS.contains(&record.number));
            self.0.take(&record, time, &mut || true, &mut self.1).unwrap();
        }

        /// The lines without their stamps.
        fn lines(&self) -> Vec<&str> {
            let text = str::from_utf8(self.1.as_bytes()).unwrap();
            text.lines().map(|line| line.split_once(' ').unwrap().1).collect()
        }
    }

    #[test]
    fn a_message_goes_its_way() {
        let mut log = Log::new(QmailStamp::default());
        let mid = Mid(53);
        let rids = [Rid(0), Rid(1)];
        for (rid, to) in rids.into_iter().zip(["a@example.com", "b@example.com"]) {
            log.take(&Recipient { mid, rid, to: to.into(), ..Recipient::EMPTY });
        }
        log.take(&Ready { mid, bytes: 2343, from: "s@example.net".into() });
        log.take(&DeliveryStart { mid, rids: Rids::new(&rids), ..DeliveryStart::EMPTY });
        log.take(&Done {
            mid,
            rids: Rid(0).into(),
            ip: [192, 0, 2, 9].into(),
            code: 250,
            reply: "ok queued".into(),
            ..Done::EMPTY
        });
        log.take(&Bounced {
            mid,
            rid: Rid(1),
            ip: [192, 0, 2, 9].into(),
            code: 550,
            response: Texts::one("no\nsuch \u{fc}ser".into()),
            ..Bounced::EMPTY
        });
        log.take(&GeneratedForBounce { mid: Mid(54), parent: mid });
        log.take(&Finished { mid });
        assert_eq!(
            log.lines(),
            [
                "new msg 53",
                "info msg 53: bytes 2343 from <s@example.net> qp 55 uid 1001",
                "starting delivery 1: msg 53 to remote a@example.com",
                "status: local 0/10 remote 1/20",
                "starting delivery 2: msg 53 to remote b@example.com",
                "status: local 0/10 remote 2/20",
                "delivery 1: success: 192.0.2.9_accepted_message./Remote_host_said:_250_ok_queued/",
                "status: local 0/10 remote 1/20",
                "delivery 2: failure: 192.0.2.9_does_not_like_recipient./\
                 Remote_host_said:_550_no/such_??ser/Giving_up_on_192.0.2.9./",
                "status: local 0/10 remote 0/20",
                "bounce msg 53 qp 54",
                "end msg 53",
            ]
        );
    }

    #[test]
    fn a_delivery_to_an_unknown_recipient_starts_when_it_ends() {
        let mut log = Log::new(QmailStamp::default());
        log.take(&DeliveryStart { mid: Mid(1), rids: Rid(0).into(), ..DeliveryStart::EMPTY });
        log.take(&Delayed {
            mid: Mid(1),
            to: "a@example.com".into(),
            reason: "4.4.1 - No answer from host".into(),
            ..Delayed::EMPTY
        });
        assert_eq!(
            log.lines(),
            [
                "starting delivery 1: msg 1 to remote a@example.com",
                "status: local 0/10 remote 1/20",
                "delivery 1: deferral: 4.4.1_-_No_answer_from_host/",
                "status: local 0/10 remote 0/20",
            ]
        );
    }

    #[test]
    fn stamps_are_as_multilog_or_splogger_make_them() {
        for (stamp, start) in [
            (QmailStamp::Tai64n, "@400000003e8b3cb83a3f58b0 new"),
            (QmailStamp::Epoch, "1049312430.977230 new"),
        ] {
            let mut log = Log::new(stamp);
            log.take(&Ready { mid: Mid(1), ..Ready::EMPTY });
            let text = String::from_utf8(log.1.as_bytes().to_vec()).unwrap();
            assert!(text.starts_with(start), "{text}");
        }
    }

    #[test]
    fn deliveries_that_never_end_are_forgotten_with_their_message() {
        let mut log = Log::new(QmailStamp::default());
        log.take(&Recipient { mid: Mid(1), to: "a@example.com".into(), ..Recipient::EMPTY });
        log.take(&DeliveryStart { mid: Mid(1), rids: Rid(0).into(), ..DeliveryStart::EMPTY });
        assert_eq!((log.0.count, log.0.messages.len()), (1, 1));
        log.take(&Finished { mid: Mid(1) });
        assert_eq!((log.0.count, log.0.messages.len()), (0, 0));
    }
}
