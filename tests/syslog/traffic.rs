//! Lines with a number each, and what they must look like when they arrive.

use std::time::{Duration, Instant};

use ringmail::base::PushAccount;
use ringmail::format::Zone;
use ringmail::sink::syslog::Syslog;
use ringmail::subscription::{Header, Mark, Opening, PushNews};
use ringmail::{Identity, Level, LogType, Sink as _, Timestamp};

/// 2014-11-19 09:16:38 UTC.
const NOW: i64 = 1_416_388_598;

/// What is before each message.
const STAMP: &str = "Wed Nov 19 09:16:38 2014 ";

/// The most that a message over TCP can have.
pub(crate) const LONGEST: usize = 65_535;

/// A sink that has been opened as an engine would.
pub(crate) fn open(mut sink: Syslog) -> Syslog {
    let header = Header::new(LogType::TextMail, Zone::utc(), Identity::default());
    let mut opening = Opening::new("mail_logs", "mail_logs", "20141119T091638", 10);
    opening.header = Some(&header);
    sink.open(&opening).unwrap();
    sink
}

/// The text of a line, without its stamp. Each thousandth makes the longest message that a frame with
/// `head` bytes before it can have.
pub(crate) fn text(number: usize, head: usize) -> String {
    let mut text = format!(
        "Info: MID {number} Subject '100% %s $MSG \"quoted\" \\n [a]=\"b\" Stra\u{df}e \u{1f4e7} \u{2028}'"
    );
    if number % 1000 == 999 && head > 0 {
        let room = LONGEST - head - text.len();
        text.push_str(&"\u{e4}".repeat(room / 2));
        text.push_str(&"x".repeat(room % 2));
    }
    text
}

/// One line, and its mark.
pub(crate) fn line(number: usize) -> (Vec<u8>, Mark) {
    let line = format!("{STAMP}{}\n", text(number, 0)).into_bytes();
    let mark = Mark::new(line.len(), Timestamp::from_seconds(NOW), Level::Info);
    (line, mark)
}

/// Hands over lines of these numbers, for as long as it takes.
pub(crate) fn push(sink: &mut Syslog, numbers: std::ops::Range<usize>, head: usize) {
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut numbers = numbers.peekable();
    while numbers.peek().is_some() {
        let (mut lines, mut marks) = (Vec::new(), Vec::new());
        for number in numbers.by_ref().take(400) {
            lines.extend_from_slice(STAMP.as_bytes());
            lines.extend_from_slice(text(number, head).as_bytes());
            lines.push(b'\n');
            marks.push(Mark::new(lines.len(), Timestamp::from_seconds(NOW), Level::Info));
        }
        let mut at = 0;
        while at < lines.len() {
            let rest: Vec<_> = marks
                .iter()
                .filter(|mark| mark.end > at)
                .map(|mark| Mark::new(mark.end - at, mark.time, mark.level))
                .collect();
            match sink.write_marked(&lines[at..], &rest) {
                Ok(taken) => at += taken,
                Err(error) => {
                    assert_eq!(error.kind(), std::io::ErrorKind::QuotaExceeded, "{error}");
                    assert!(Instant::now() < deadline, "{:?}", sink.push_account());
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
            check(&sink.push_account().unwrap());
        }
    }
}

/// The account balances.
pub(crate) fn check(account: &PushAccount) {
    let sum = account.acknowledged + account.unknown + account.pending + account.lost;
    assert_eq!(account.handed, sum, "{account:?}");
}

/// Waits until the account is as wanted.
pub(crate) fn wait(sink: &Syslog, what: &str, is: impl Fn(&PushAccount) -> bool) -> PushAccount {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let account = sink.push_account().unwrap();
        check(&account);
        if is(&account) {
            return account;
        }
        assert!(Instant::now() < deadline, "{what}: {account:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// All news so far.
pub(crate) fn news(sink: &mut Syslog) -> Vec<PushNews> {
    std::iter::from_fn(|| sink.take_news()).collect()
}

/// News up to the first that is wanted.
pub(crate) fn wait_for_news(sink: &mut Syslog, is: impl Fn(&PushNews) -> bool) -> Vec<PushNews> {
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut all = Vec::new();
    while !all.last().is_some_and(&is) {
        all.extend(sink.take_news());
        assert!(Instant::now() < deadline, "{all:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
    all
}

/// What a gateway's frame has before the text.
pub(crate) const HEAD: &str = "<38>Nov 19 09:16:38 mail_logs: ";

/// The number in a message.
pub(crate) fn number(message: &[u8]) -> Option<usize> {
    let at = memchr::memmem::find(message, b"Info: MID ")? + 10;
    let digits = message[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&message[at..at + digits]).ok()?.parse().ok()
}
