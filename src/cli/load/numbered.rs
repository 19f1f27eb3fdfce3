//! What a load sends elsewhere: lines with numbers, by which a receiver's file can be compared with
//! what was sent, and no faster than they are taken.

use std::fmt;
use std::io::{self, Write as _};
use std::sync::Arc;

use memchr::memchr_iter;
use parking_lot::Mutex;

use crate::base::PushAccount;
use crate::subscription::{Mark, Opening, PushNews, PushRest, Wants};
use crate::{Level, Result, Sink, Timestamp};

/// A number at the end of a line: ` load=4F1D60A2.0:17.`, the last with how many there were behind
/// it: ` load=4F1D60A2.0:17/17.`. Without its full stop it was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// The run, a random number.
    pub(super) run: u32,
    /// Which of its subscriptions.
    pub(super) subscription: u32,
    /// From 1.
    pub(super) number: u64,
    /// Whether it is the last.
    pub(super) is_last: bool,
}

const TAG: &[u8] = b" load=";

impl Number {
    /// Finds the number of a line; none if it has none.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        let line = line.trim_ascii_end();
        let at = memchr::memmem::rfind(line, TAG)?;
        let text = std::str::from_utf8(line.get(at + TAG.len()..)?).ok()?.strip_suffix('.')?;
        let (run, text) = text.split_once('.')?;
        let (subscription, text) = text.split_once(':')?;
        let (number, last) = text.split_once('/').map_or((text, None), |(n, l)| (n, Some(l)));
        let number = digits(number)?;
        let is_last = last.is_some();
        if run.len() != 8 || is_last && digits(last?) != Some(number) || number == 0 {
            return None;
        }
        Some(Self {
            run: u32::from_str_radix(run, 16).ok()?,
            subscription: digits(subscription)?.try_into().ok()?,
            number,
            is_last,
        })
    }
}

/// A decimal number, without a sign.
fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { run, subscription, number, is_last } = self;
        write!(f, " load={run:08X}.{subscription}:{number}")?;
        if *is_last { write!(f, "/{number}.") } else { f.write_str(".") }
    }
}

/// A sink whose lines get numbers on their way into another, which may take its time: what it has no
/// room for is offered again, so that the workers wait.
#[derive(Debug)]
pub(super) struct Numbered {
    /// Without it lines are as they are.
    has_numbers: bool,
    inner: Box<dyn Sink>,
    /// The number of the last line.
    last: Number,
    /// What is handed to the inner sink.
    lines: Vec<u8>,
    marks: Vec<Mark>,
    /// Bytes taken of what was handed to this one.
    position: u64,
    told: Told,
}

/// What sinks told of their servers, for the report: the log itself goes to these servers.
#[derive(Clone, Debug, Default)]
pub(super) struct Told(Arc<Mutex<Vec<String>>>);

/// The most that is kept of it.
const MOST_TOLD: usize = 20;

impl Told {
    /// In the order in which it was told.
    pub(super) fn all(&self) -> Vec<String> {
        self.0.lock().clone()
    }

    fn hear(&self, news: &PushNews) {
        let mut all = self.0.lock();
        if all.len() < MOST_TOLD {
            match news {
                PushNews::Failed { destination, finding, .. } => {
                    all.push(format!("{destination}: {finding}"));
                }
                PushNews::Resumed { destination, seconds, .. } => {
                    all.push(format!("{destination}: lines get there again after {seconds} s"));
                }
                PushNews::Warned { text } => all.push(text.clone()),
            }
        }
    }
}

impl Numbered {
    pub(super) fn new(inner: Box<dyn Sink>, run: u32, subscription: u32) -> Self {
        let last = Number { run, subscription, number: 0, is_last: false };
        let (lines, marks, told) = (Vec::new(), Vec::new(), Told::default());
        Self { has_numbers: true, inner, last, lines, marks, position: 0, told }
    }

    /// What is told of the server, now and later.
    pub(super) fn told(&self) -> Told {
        self.told.clone()
    }

    /// Leaves lines as they are.
    pub(super) const fn without_numbers(mut self) -> Self {
        self.has_numbers = false;
        self
    }

    /// Numbers lines; where each of them ends before and behind it.
    fn number(&mut self, lines: &[u8]) -> Vec<(usize, usize)> {
        self.lines.clear();
        let mut ends = Vec::new();
        let mut number = self.last;
        let mut began = 0;
        for end in memchr_iter(b'\n', lines) {
            number.number += 1;
            self.lines.extend_from_slice(lines.get(began..end).unwrap_or_default());
            if self.has_numbers {
                let _never_fails = write!(self.lines, "{number}");
            }
            self.lines.push(b'\n');
            began = end + 1;
            ends.push((began, self.lines.len()));
        }
        ends
    }

    /// Counts what the inner sink took as taken; returns how much that was of what was handed over.
    fn took(&mut self, taken: usize, ends: &[(usize, usize)]) -> usize {
        let whole = ends.partition_point(|(_, end)| *end <= taken);
        self.last.number += whole as u64;
        let before = whole.checked_sub(1).and_then(|at| ends.get(at)).map_or(0, |(end, _)| *end);
        self.position += before as u64;
        before
    }

    /// By this line the receiver's file tells whether anything behind another is missing.
    fn write_last(&mut self) -> io::Result<()> {
        let now = Timestamp::from_micros(jiff::Timestamp::now().as_microsecond());
        let stamp = crate::format::Zone::system().stamp(now);
        let number = Number { number: self.last.number + 1, is_last: true, ..self.last };
        self.lines.clear();
        self.lines.extend_from_slice(&stamp);
        let _never_fails = writeln!(self.lines, " Info: Load ended{number}");
        let written = match self.inner.stream() {
            Some(_) => {
                let mark = Mark::new(self.lines.len(), now, Level::Info);
                self.inner.write_marked(&self.lines, &[Mark { is_own: true, ..mark }])
            }
            None => self.inner.write(&self.lines),
        };
        written.map(|_| ())
    }
}

impl Sink for Numbered {
    fn open(&mut self, opening: &Opening<'_>) -> Result<()> {
        self.inner.open(opening)
    }

    fn stream(&self) -> Option<Wants> {
        self.inner.stream()
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let ends = self.number(lines);
        let taken = self.inner.write(&self.lines)?;
        Ok(self.took(taken, &ends))
    }

    fn write_marked(&mut self, lines: &[u8], marks: &[Mark]) -> io::Result<usize> {
        let ends = self.number(lines);
        self.marks.clear();
        for mark in marks {
            let at = ends.partition_point(|(end, _)| *end < mark.end);
            let end = ends.get(at).map_or(self.lines.len(), |(_, end)| *end);
            self.marks.push(Mark { end, ..*mark });
        }
        let taken = self.inner.write_marked(&self.lines, &self.marks);
        let taken = taken.map_err(|error| match error.kind() {
            io::ErrorKind::QuotaExceeded => io::ErrorKind::WouldBlock.into(),
            _ => error,
        })?;
        Ok(self.took(taken, &ends))
    }

    fn take_news(&mut self) -> Option<PushNews> {
        self.inner.take_news().inspect(|news| self.told.hear(news))
    }

    fn leave(&mut self) -> Option<Box<dyn PushRest>> {
        if self.has_numbers {
            // Whoever ends without it has told nobody how many there were.
            self.write_last().ok();
        }
        let rest = self.inner.leave()?;
        Some(Box::new(Heard { rest, told: self.told.clone() }))
    }

    fn push_account(&self) -> Option<PushAccount> {
        self.inner.push_account()
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        if position == self.position { Ok(()) } else { Err(io::ErrorKind::Unsupported.into()) }
    }

    fn roll(&mut self, stamp: &str) -> io::Result<()> {
        self.inner.roll(stamp)
    }

    fn close(&mut self) -> io::Result<()> {
        let written = if self.has_numbers { self.write_last() } else { Ok(()) };
        self.inner.close()?;
        written
    }

    fn place(&self) -> String {
        self.inner.place()
    }
}

/// What an inner sink that was left has still to send, and to tell.
#[derive(Debug)]
struct Heard {
    rest: Box<dyn PushRest>,
    told: Told,
}

impl PushRest for Heard {
    fn account(&self) -> PushAccount {
        self.rest.account()
    }

    fn take_news(&mut self) -> Option<PushNews> {
        self.rest.take_news().inspect(|news| self.told.hear(news))
    }

    fn has_ended(&self) -> bool {
        self.rest.has_ended()
    }

    fn wait(&self) {
        self.rest.wait();
    }

    fn hurry(&self) {
        self.rest.hurry();
    }

    fn is_exclusive(&self) -> bool {
        self.rest.is_exclusive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    #[test]
    fn a_number_reads_back() {
        for is_last in [false, true] {
            let number = Number { run: 0x4F1D_60A2, subscription: 3, number: 17, is_last };
            let line = format!("<38>Nov 19 09:16:38 mail: Info: MID 7 load=x:1{number}\r\n");
            assert_eq!(Number::of(line.as_bytes()), Some(number), "{line}");
        }
    }

    #[test]
    fn what_was_cut_has_no_number() {
        let whole = "Info: MID 7 load=4F1D60A2.0:17/17.";
        for end in 0..whole.len() {
            assert_eq!(Number::of(&whole.as_bytes()[..end]), None, "{end}");
        }
        for other in
            ["load=4F1D60A2.0:1.", " load=4F1D60A2.0:0.", " load=4F1D60A2.0:+1.", " load=1.0:1."]
        {
            assert_eq!(Number::of(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn each_line_gets_the_next_number() {
        let memory = Memory::new();
        let mut sink = Numbered::new(Box::new(memory.clone()), 1, 0);
        assert_eq!(sink.write(b"a\nb\n").unwrap(), 4);
        memory.fail_after(0, 28);
        sink.write(b"c\n").unwrap_err();
        memory.recover();
        assert_eq!(sink.write(b"d\n").unwrap(), 2);
        assert_eq!(sink.position(), 6);
        sink.close().unwrap();
        let text = memory.text();
        let mut lines = text.lines();
        for expected in ["a load=00000001.0:1.", "b load=00000001.0:2.", "d load=00000001.0:3."] {
            assert_eq!(lines.next(), Some(expected), "{text}");
        }
        assert!(lines.next().unwrap().ends_with(" Info: Load ended load=00000001.0:4/4."));
    }
}
