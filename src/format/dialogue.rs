//! The logs of SMTP dialogues: injection debug, domain debug, SMTP conversation.
//!
//! Source: sections "injection_debug", "domain_debug" and "smtp_conversation" of
//! `docs/FORMATS.md`.

use std::collections::HashSet;

use crate::base::{LogType, Timestamp};
use crate::event::{
    DcidClose, Event, IcidClose, Line, Malformed, ReceivedFromClient, ReceivedFromServer,
    SentToClient, SentToServer,
};
use crate::filter::Peers;
use crate::format::render::decode;
use crate::format::{Compose, Composed, LineWriter, STAMP_LEN};
use crate::record::Record;
use crate::ring::EventSet;

/// The events that one of these logs is made of.
pub(crate) fn events_of(log_type: LogType) -> EventSet {
    let mut set = EventSet::EMPTY;
    if log_type != LogType::DomainDebug {
        set.insert(SentToClient::ROW.number);
        set.insert(ReceivedFromClient::ROW.number);
        set.insert(IcidClose::ROW.number);
    }
    if log_type != LogType::InjectionDebug {
        set.insert(SentToServer::ROW.number);
        set.insert(ReceivedFromServer::ROW.number);
        set.insert(DcidClose::ROW.number);
    }
    set
}

/// Records what is said in some sessions, until it has as many as it was to have.
#[derive(Debug)]
pub(crate) struct Dialogues {
    log_type: LogType,
    /// Whose sessions.
    peers: Peers,
    /// How many more sessions may begin; `None`: any number.
    left: Option<u64>,
    /// The sessions that are being recorded, each way in a set of its own.
    injections: HashSet<u64>,
    deliveries: HashSet<u64>,
}

/// A chunk of a dialogue, either way.
struct Chunk<'a> {
    id: u64,
    is_injection: bool,
    is_sent: bool,
    ip: core::net::IpAddr,
    /// The other side's name, or the domain that the session is for.
    name: &'a [u8],
    data: &'a [u8],
}

/// The most sessions that are recorded at a time where their number is not bounded; further ones
/// begin when one of these has ended.
const MAX_OPEN: usize = 65_536;

impl Dialogues {
    /// Records the sessions of these peers, at most so many if a number is given.
    pub(crate) fn new(log_type: LogType, peers: Peers, sessions: Option<u64>) -> Self {
        let (injections, deliveries) = (HashSet::new(), HashSet::new());
        Self { log_type, peers, left: sessions, injections, deliveries }
    }

    /// Whether the session of this chunk is recorded, or begins to be.
    fn records(&mut self, chunk: &Chunk<'_>) -> bool {
        let open = if chunk.is_injection { &mut self.injections } else { &mut self.deliveries };
        if open.contains(&chunk.id) {
            return true;
        }
        let is_wanted = self.left != Some(0)
            && open.len() < MAX_OPEN
            && self.peers.has(chunk.is_injection.then_some(chunk.ip), chunk.name);
        if is_wanted {
            self.left = self.left.map(|left| left - 1);
            open.insert(chunk.id);
        }
        is_wanted
    }

    fn chunk(
        &mut self,
        record: &Record<'_>,
        time: Timestamp,
        chunk: &Chunk<'_>,
        admits: &mut dyn FnMut() -> bool,
        block: &mut LineWriter,
    ) -> Composed {
        if !self.records(chunk) {
            return Composed::Filtered;
        }
        if !admits() {
            return Composed::Limited;
        }
        if self.log_type == LogType::DomainDebug {
            // One line each, without its line end.
            let data = chunk.data.strip_suffix(b"\n").unwrap_or(chunk.data);
            for line in data.split(|byte| *byte == b'\n') {
                block.begin_at(time, record.level);
                block.uint(chunk.id);
                block.literal(if chunk.is_sent { " Sent: " } else { " Rcvd: " });
                block.quoted(line.strip_suffix(b"\r").unwrap_or(line));
                block.end();
            }
            return Composed::Written;
        }
        block.begin_at(time, record.level);
        if self.log_type == LogType::SmtpConversation {
            block.literal(chunk.connection());
        }
        chunk.line(block);
        Composed::Written
    }
}

/// The chunk in an event of this type.
macro_rules! chunk {
    ($record:ident, $event:ident, $id:ident, $name:ident, $is_injection:literal, $is_sent:literal) => {{
        let event: $event<'_> = decode($record.payload)?;
        Chunk {
            id: event.$id.0,
            is_injection: $is_injection,
            is_sent: $is_sent,
            ip: event.ip,
            name: event.$name.as_bytes(),
            data: event.data.as_bytes(),
        }
    }};
}

impl<'a> Chunk<'a> {
    /// The chunk that an event holds.
    fn of(record: &Record<'a>) -> Result<Self, Malformed> {
        Ok(match record.number {
            number if number == SentToClient::ROW.number => {
                chunk!(record, SentToClient, icid, host, true, true)
            }
            number if number == ReceivedFromClient::ROW.number => {
                chunk!(record, ReceivedFromClient, icid, host, true, false)
            }
            number if number == SentToServer::ROW.number => {
                chunk!(record, SentToServer, dcid, domain, false, true)
            }
            number if number == ReceivedFromServer::ROW.number => {
                chunk!(record, ReceivedFromServer, dcid, domain, false, false)
            }
            _ => return Err(Malformed),
        })
    }

    /// Which way its connection goes, before the connection's number.
    fn connection(&self) -> &'static str {
        if self.is_injection { "ICID " } else { "DCID " }
    }

    /// What stands behind that, to the end of the line.
    fn line(&self, block: &mut LineWriter) {
        block.uint(self.id);
        block.literal(if self.is_sent { " Sent to '" } else { " Rcvd from '" });
        block.ip(self.ip);
        block.literal("': '");
        block.text(self.data);
        block.literal("'");
        block.end();
    }
}

/// Appends the line of an event as a log of conversations has it.
pub(crate) fn render(
    record: &Record<'_>,
    stamp: &[u8; STAMP_LEN],
    block: &mut LineWriter,
) -> Result<(), Malformed> {
    let chunk = Chunk::of(record)?;
    block.begin(stamp, record.level);
    block.literal(chunk.connection());
    chunk.line(block);
    Ok(())
}

impl Compose for Dialogues {
    fn take(
        &mut self,
        record: &Record<'_>,
        time: Timestamp,
        admits: &mut dyn FnMut() -> bool,
        block: &mut LineWriter,
    ) -> Result<Composed, Malformed> {
        match record.number {
            number if number == IcidClose::ROW.number => {
                self.injections.remove(&decode::<IcidClose>(record.payload)?.icid.0);
                Ok(Composed::Absorbed)
            }
            number if number == DcidClose::ROW.number => {
                self.deliveries.remove(&decode::<DcidClose>(record.payload)?.dcid.0);
                Ok(Composed::Absorbed)
            }
            _ => {
                let chunk = Chunk::of(record)?;
                Ok(self.chunk(record, time, &chunk, admits, block))
            }
        }
    }

    fn is_done(&self) -> bool {
        self.left == Some(0) && self.injections.is_empty() && self.deliveries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Dialect;
    use crate::event::{Dcid, Icid};
    use crate::format::Zone;
    use crate::record;

    struct Log(Dialogues, LineWriter);

    impl Log {
        fn of(log_type: LogType, peers: &[&str], sessions: u64) -> Self {
            let peers = Peers::parse(peers).unwrap();
            let block = LineWriter::new(0, Dialect::default(), Zone::utc());
            Self(Dialogues::new(log_type, peers, Some(sessions)), block)
        }

        fn take<'a, E: Event<'a>>(&mut self, event: &E) -> Composed {
            let mut bytes = Vec::new();
            record::append(&mut bytes, event, E::ROW.level, 0, None);
            let record = Record::read(&bytes).unwrap();
            let time = Timestamp::from_seconds(1_049_293_802);
            self.0.take(&record, time, &mut || true, &mut self.1).unwrap()
        }

        fn text(&self) -> String {
            String::from_utf8(self.1.as_bytes().to_vec()).unwrap()
        }
    }

    fn said(icid: u64, data: &str) -> SentToClient<'_> {
        let ip = [172, 16, 0, 102].into();
        SentToClient { icid: Icid(icid), ip, data: data.into(), ..SentToClient::EMPTY }
    }

    #[test]
    fn bytes_to_a_client_stand_as_they_went() {
        let mut log = Log::of(LogType::InjectionDebug, &["172.16.0.0/16"], 5);
        log.take(&said(6216, "220 postman.example.com ESMTP\r\n"));
        assert_eq!(
            log.text(),
            "Wed Apr  2 14:30:02 2003 Info: 6216 Sent to '172.16.0.102': \
             '220 postman.example.com ESMTP\\015\\012'\n"
        );
    }

    #[test]
    fn a_recording_counts_down_and_stops() {
        let mut log = Log::of(LogType::InjectionDebug, &["172.16.0.102"], 2);
        assert_eq!(log.take(&said(1, "a")), Composed::Written);
        assert_eq!(log.take(&said(2, "b")), Composed::Written);
        assert_eq!(log.take(&said(3, "c")), Composed::Filtered, "no session is left");
        assert_eq!(log.take(&said(1, "d")), Composed::Written, "what has begun goes on");
        assert!(!log.0.is_done());
        for icid in [1, 2, 3] {
            assert_eq!(log.take(&IcidClose { icid: Icid(icid) }), Composed::Absorbed);
        }
        assert!(log.0.is_done());
        assert_eq!(log.take(&said(1, "e")), Composed::Filtered);
    }

    #[test]
    fn others_sessions_are_not_recorded() {
        let mut log = Log::of(LogType::InjectionDebug, &["10.0.0.0/8", ".example.com"], 1);
        assert_eq!(log.take(&said(1, "a")), Composed::Filtered);
        let named = SentToClient { host: "mx.Example.com".into(), ..said(2, "b") };
        assert_eq!(log.take(&named), Composed::Written);
    }

    #[test]
    fn a_servers_lines_stand_one_by_one() {
        let mut log = Log::of(LogType::DomainDebug, &["scanners.test"], 1);
        let event = ReceivedFromServer {
            dcid: Dcid(102_503_993),
            domain: "scanners.test".into(),
            data: "250-hello it's me\r\n250 8BITMIME\r\n".into(),
            ..ReceivedFromServer::EMPTY
        };
        log.take(&event);
        assert_eq!(
            log.text(),
            "Wed Apr  2 14:30:02 2003 Info: 102503993 Rcvd: \"250-hello it's me\"\n\
             Wed Apr  2 14:30:02 2003 Info: 102503993 Rcvd: '250 8BITMIME'\n"
        );
    }

    #[test]
    fn a_conversation_has_both_ways() {
        let mut log = Log::of(LogType::SmtpConversation, &["*"], 9);
        log.take(&said(5, "hello\r\n"));
        let ip = [192, 0, 2, 9].into();
        let out =
            SentToServer { dcid: Dcid(5), ip, data: "QUIT\r\n".into(), ..SentToServer::EMPTY };
        log.take(&out);
        let text = log.text();
        assert!(text.contains("Info: ICID 5 Sent to '172.16.0.102': 'hello\\015\\012'\n"));
        assert!(text.contains("Info: DCID 5 Sent to '192.0.2.9': 'QUIT\\015\\012'\n"), "{text}");
    }
}
