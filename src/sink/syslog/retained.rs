//! What the peer's kernel has acknowledged, for as long as it may have to be sent again.
//!
//! What is kept is sent again when the connection ends without order. What had been let go of it for
//! lack of room is then unknown, and so are the last kilobytes of the minute before, unless the peer
//! said that it would end: a process that hangs leaves them unread or unwritten.

use std::collections::VecDeque;
use std::time::Duration;

use crate::sink::syslog::window::End;

/// What a process that hung may have left unread or unwritten when the connection ends, beyond what the
/// window that its kernel offered shows: this is how long it is thought of, and how many of the last
/// bytes.
pub(crate) const UNREAD_TIME: Duration = Duration::from_secs(55);
const UNREAD_BYTES: u64 = 256 << 10;

/// How exact the times of acknowledgements are.
pub(crate) const GRAIN: Duration = Duration::from_millis(100);

/// Acknowledged messages that are kept.
#[derive(Clone, Copy, Debug)]
struct Kept {
    until: Duration,
    /// Behind the last of them.
    upto: u64,
    /// Where they end in the connection's bytes.
    end: u64,
}

/// Acknowledged messages that are no longer there.
#[derive(Clone, Copy, Debug)]
struct Gone {
    until: Duration,
    count: u64,
    end: u64,
}

/// The acknowledged messages of a connection.
#[derive(Debug)]
pub(crate) struct Retained {
    /// What was acknowledged when, oldest first, of what is kept.
    kept: VecDeque<Kept>,
    /// What was let go before its time, and is in doubt until then.
    doubted: VecDeque<Gone>,
    /// What was let go in time, or is no longer in doubt, and may lie unread in the peer's kernel.
    faint: VecDeque<Gone>,
    /// How long messages are kept, and how long those let go are in doubt.
    keep: Duration,
}

impl Retained {
    /// None, of those that are kept for so long.
    pub(crate) const fn new(keep: Duration) -> Self {
        Self { kept: VecDeque::new(), doubted: VecDeque::new(), faint: VecDeque::new(), keep }
    }

    /// Messages before `upto` are acknowledged, which end there in the connection's bytes.
    pub(crate) fn keep(&mut self, upto: u64, end: u64, now: Duration) {
        let until = now.saturating_add(self.keep);
        match self.kept.back_mut() {
            // A tenth of a second is exact enough, and keeps the list short.
            Some(last) if until.saturating_sub(last.until) < GRAIN => {
                (last.upto, last.end) = (upto, end);
            }
            _ => self.kept.push_back(Kept { until: until.saturating_add(GRAIN), upto, end }),
        }
    }

    /// Lets go of what has been kept long enough: of the messages from `held` on, up to the number
    /// that it returns.
    pub(crate) fn age(&mut self, held: u64, now: Duration) -> u64 {
        let mut held = held;
        while let Some(Kept { until, upto, end }) = self.kept.pop_front_if(|kept| kept.until <= now)
        {
            let count = upto.saturating_sub(held);
            held = held.max(upto);
            self.faint.push_back(Gone { until: until.saturating_add(UNREAD_TIME), count, end });
        }
        while let Some(gone) = self.doubted.pop_front_if(|gone| gone.until <= now) {
            let until = gone.until.saturating_add(UNREAD_TIME);
            self.faint.push_back(Gone { until, ..gone });
        }
        while self.faint.pop_front_if(|gone| gone.until <= now).is_some() {}
        held
    }

    /// Lets go of messages from `held` on and before `upto`, before their time; up to which.
    pub(crate) fn squeeze(&mut self, held: u64, upto: u64) -> u64 {
        let mut held = held;
        while held < upto {
            let Some(&Kept { until, upto: last, end }) = self.kept.front() else { break };
            let to = last.min(upto);
            let count = to.saturating_sub(held);
            match self.doubted.back_mut() {
                Some(doubted) if doubted.until == until => {
                    doubted.count += count;
                    doubted.end = end;
                }
                _ => self.doubted.push_back(Gone { until, count, end }),
            }
            held = to;
            if to == last {
                self.kept.pop_front();
            }
        }
        held
    }

    /// Everything is kept so much longer.
    pub(crate) fn stand_still(&mut self, by: Duration) {
        let untils = self.kept.iter_mut().map(|kept| &mut kept.until);
        for until in untils.chain(self.doubted.iter_mut().map(|gone| &mut gone.until)) {
            *until = until.saturating_add(by);
        }
    }

    /// How many that are no longer there may not have arrived, when a connection ends of which so many
    /// bytes were acknowledged.
    pub(crate) fn in_doubt(&self, bytes: u64, end: End) -> u64 {
        let is_near = |gone: &&Gone| gone.end.saturating_add(UNREAD_BYTES) > bytes;
        let faint = self.faint.iter().filter(is_near).filter(|_| end == End::Broken);
        self.doubted.iter().chain(faint).map(|gone| gone.count).sum()
    }

    /// Forgets all: there is another connection.
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
        self.doubted.clear();
        self.faint.clear();
    }

    /// Forgets what is kept.
    pub(crate) fn clear_kept(&mut self) {
        self.kept.clear();
    }

    /// When something need not be kept any longer.
    pub(crate) fn next_age(&self) -> Option<Duration> {
        self.kept.front().map(|kept| kept.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEP: Duration = Duration::from_secs(5);

    #[test]
    fn acknowledgements_shortly_after_each_other_are_kept_together() {
        let mut retained = Retained::new(KEEP);
        for message in 1..=1000 {
            retained.keep(message, message, Duration::from_micros(message * 10));
        }
        assert_eq!(retained.kept.len(), 1);
        assert_eq!(retained.age(0, KEEP), 0, "none is let go early");
        assert_eq!(retained.age(0, KEEP + GRAIN + GRAIN), 1000);
    }

    #[test]
    fn what_is_let_go_is_in_doubt_until_its_time_and_faint_beyond() {
        let mut retained = Retained::new(KEEP);
        retained.keep(10, 1000, Duration::ZERO);
        assert_eq!(retained.squeeze(0, 4), 4);
        assert_eq!(
            (retained.in_doubt(1000, End::Told), retained.in_doubt(1000, End::Broken)),
            (4, 4)
        );
        let late = KEEP + GRAIN;
        assert_eq!(retained.age(4, late), 10);
        assert_eq!(
            (retained.in_doubt(1000, End::Told), retained.in_doubt(1000, End::Broken)),
            (0, 10)
        );
        assert_eq!(retained.in_doubt(1000 + UNREAD_BYTES, End::Broken), 0, "it has been read");
        retained.age(10, late + UNREAD_TIME);
        assert_eq!(retained.in_doubt(1000, End::Broken), 0);
    }
}
