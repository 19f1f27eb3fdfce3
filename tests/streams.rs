//! A sink that is a stream: what it is told of each line, and what the engine tells of its peer.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::io;
use std::sync::{Arc, Mutex};

use ringmail::base::PushAccount;
use ringmail::event::{Bounced, Icid, IcidClose, Mid, Recipient, Rid};
use ringmail::subscription::{Header, Mark, Opening, PushNews, Wants};
use ringmail::{
    Engine, Level, LogType, ManualClock, Memory, Rollover, Sink, Subscription, Timestamp,
};

/// What a [`Stream`] was told.
#[derive(Debug, Default)]
struct Told {
    lines: Vec<(String, Mark)>,
    header: Option<Header>,
    rolled: bool,
    news: Vec<PushNews>,
    account: PushAccount,
    /// How many bytes it takes at once; none: all.
    at_once: Option<usize>,
    is_full: bool,
}

/// Takes lines as a sink does that sends them to a peer.
#[derive(Clone, Debug, Default)]
struct Stream(Arc<Mutex<Told>>);

impl Sink for Stream {
    fn open(&mut self, opening: &Opening<'_>) -> ringmail::Result<()> {
        self.0.lock().unwrap().header = opening.header.cloned();
        Ok(())
    }

    fn stream(&self) -> Option<Wants> {
        Some(Wants::marks().with_ids())
    }

    fn write(&mut self, _lines: &[u8]) -> io::Result<usize> {
        Err(io::Error::other("a stream is handed marks"))
    }

    fn write_marked(&mut self, lines: &[u8], marks: &[Mark]) -> io::Result<usize> {
        let mut told = self.0.lock().unwrap();
        if told.is_full {
            return Err(io::Error::new(io::ErrorKind::QuotaExceeded, "the queue is full"));
        }
        assert_eq!(marks.last().map(|mark| mark.end), Some(lines.len()));
        let mut taken = 0;
        for mark in marks {
            if taken > 0 && told.at_once.is_some_and(|most| mark.end > most) {
                break;
            }
            let text = String::from_utf8(lines.get(taken..mark.end).unwrap().to_vec()).unwrap();
            told.lines.push((text, *mark));
            taken = mark.end;
        }
        Ok(taken)
    }

    fn take_news(&mut self) -> Option<PushNews> {
        self.0.lock().unwrap().news.pop()
    }

    fn push_account(&self) -> Option<PushAccount> {
        Some(self.0.lock().unwrap().account)
    }

    fn position(&self) -> u64 {
        0
    }

    fn cut(&mut self, _position: u64) -> io::Result<()> {
        Ok(())
    }

    fn roll(&mut self, _stamp: &str) -> io::Result<()> {
        self.0.lock().unwrap().rolled = true;
        Ok(())
    }

    fn place(&self) -> String {
        "stream".to_owned()
    }
}

fn recipient(mid: u64) -> Recipient<'static> {
    Recipient { mid: Mid(mid), icid: Icid(9), rid: Rid(0), to: "a@example.com".into() }
}

#[test]
fn each_line_comes_with_its_level_time_and_ids() {
    let (stream, clock) =
        (Stream::default(), ManualClock::at(Timestamp::from_seconds(1_416_388_598)));
    let rollover = Rollover::at_bytes(4096).unwrap();
    let mail = Subscription::new("mail", LogType::TextMail).rollover(rollover).sink(stream.clone());
    let builder = Engine::builder().clock(clock);
    let (engine, guard) = builder.subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    let time = Timestamp::from_micros(1_416_388_600_123_456);
    worker.emit_at(&recipient(7), time);
    for mid in 0..500 {
        worker.emit(&recipient(mid));
    }
    engine.flush();
    engine.rollover("mail").unwrap();
    drop(guard);
    let told = stream.0.lock().unwrap();
    let (line, mark) = &told.lines[0];
    assert_eq!(line, "Wed Nov 19 09:16:40 2014 Info: MID 7 ICID 9 RID 0 To: <a@example.com>\n");
    assert_eq!((mark.time, mark.level, mark.is_own), (time, Level::Info, false));
    assert_eq!((mark.ids.mid, mark.ids.icid, mark.ids.dcid), (Some(7), Some(9), None));
    assert_eq!(told.lines.len(), 501, "neither header nor foot");
    assert!(!told.rolled);
    let header = told.header.as_ref().unwrap();
    assert_eq!(header.records(time).len(), 3);
}

#[test]
fn what_it_takes_in_pieces_keeps_its_marks() {
    let stream = Stream::default();
    stream.0.lock().unwrap().at_once = Some(200);
    let mail = Subscription::new("mail", LogType::TextMail).sink(stream.clone());
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    for mid in 0..100 {
        worker.emit(&recipient(mid));
    }
    drop(guard);
    let told = stream.0.lock().unwrap();
    for (mid, (line, mark)) in (0..).zip(&told.lines) {
        assert!(line.contains(&format!("MID {mid} ")), "{line}");
        assert_eq!(mark.ids.mid, Some(mid));
    }
    assert_eq!(told.lines.len(), 100);
}

#[test]
fn a_composed_event_has_one_mark() {
    let stream = Stream::default();
    let bounces = Subscription::new("bounces", LogType::Bounce).sink(stream.clone());
    let (engine, guard) = Engine::builder().subscribe(bounces).start().unwrap();
    engine.producer().unwrap().emit(&Bounced { mid: Mid(3), ..Bounced::EMPTY });
    drop(guard);
    let told = stream.0.lock().unwrap();
    let mids: Vec<_> = told.lines.iter().map(|(_, mark)| mark.ids.mid).collect();
    assert_eq!(mids, [Some(3)]);
}

#[test]
fn what_has_no_room_is_failed_at_once() {
    let (stream, clock) =
        (Stream::default(), ManualClock::at(Timestamp::from_seconds(1_416_388_598)));
    let mail = Subscription::new("mail", LogType::TextMail).sink(stream.clone());
    let builder = Engine::builder().clock(clock);
    let (engine, _guard) = builder.subscribe(mail).start().unwrap();
    let mut worker = engine.producer().unwrap();
    stream.0.lock().unwrap().is_full = true;
    worker.emit(&IcidClose { icid: Icid(1) });
    // The clock stands still: nothing is held for seconds.
    engine.flush();
    let account = engine.ledger().subscriptions[0].clone();
    assert_eq!((account.failed, account.pending), (1, 0));
    stream.0.lock().unwrap().is_full = false;
    worker.emit(&IcidClose { icid: Icid(2) });
    engine.flush();
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let account = &ledger.subscriptions[0];
    assert_eq!((account.written, account.failed), (1, 1));
    let told = stream.0.lock().unwrap();
    let notice = "mail writes again after 0 seconds, 1 events lost";
    assert!(told.lines.iter().any(|(line, mark)| mark.is_own && line.contains(notice)));
}

#[test]
fn what_happens_to_the_peer_is_told_in_the_system_log() {
    let (stream, system) = (Stream::default(), Memory::new());
    let mail = Subscription::new("mail_logs", LogType::TextMail).sink(stream.clone());
    let logs = Subscription::new("system", LogType::System).sink(system.clone());
    let (engine, guard) = Engine::builder().subscribe(mail).subscribe(logs).start().unwrap();
    let destination = "loghost:514 (TCP)".to_owned();
    {
        let mut told = stream.0.lock().unwrap();
        told.account.handed = 3;
        told.account.acknowledged = 2;
        told.news.push(PushNews::Warned { text: "the certificate expires".to_owned() });
        told.news.push(PushNews::Resumed {
            destination: destination.clone(),
            seconds: 12,
            resent: 4,
            buffered: 0,
            lost: 0,
            unknown: 1,
        });
        let finding = "connection refused".to_owned();
        told.news.push(PushNews::Failed { destination, finding, repeats: 5 });
    }
    engine.flush();
    let imbalance = engine.ledger().check().unwrap_err().to_string();
    assert!(imbalance.contains("handed"), "{imbalance}");
    drop(guard);
    let text = system.text();
    for line in [
        "Critical: Log Error: Subscription mail_logs: Network error while sending log data to \
         syslog server\n",
        "Warning: Logging: subscription mail_logs to loghost:514 (TCP): connection refused \
         (5 times)\n",
        "Warning: Logging: subscription mail_logs sends to loghost:514 (TCP) again after 12 \
         seconds, 4 resent, 0 buffered, 0 lost, 1 unknown\n",
        "Warning: Logging: subscription mail_logs: the certificate expires\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}
