//! From one server to the next, and back to the first.

use std::io;
use std::time::Duration;

use crate::ring::random;
use crate::sink::syslog::route::{Round, Route, State};
use crate::sink::syslog::trouble::{Cause, Trouble};
use crate::sink::syslog::window::End;
use crate::subscription::PushNews;

/// A connection that stood so long was none of those that are made in vain.
const GOOD: Duration = Duration::from_secs(5);

impl Route {
    /// A server cannot be had: the next one is tried, or this one later.
    pub(super) fn fail(&mut self, trouble: &Trouble, round: &Round<'_>) {
        let was_made = matches!(trouble.cause, Cause::Broken(_) | Cause::Closed | Cause::Stalled);
        if was_made && trouble.stood.is_some_and(|stood| stood >= GOOD) {
            self.failures = 0;
        }
        self.tell_failure(trouble, round);
        if self.go_back(round) {
            return;
        }
        self.current = (self.current + 1) % self.targets.len().max(1);
        // Each server has its turn before the first one is waited for.
        let cycles = self.failures / u32::try_from(self.targets.len()).unwrap_or(u32::MAX).max(1);
        self.failures = self.failures.saturating_add(1);
        let wait = if self.current == 0 { self.backoff(cycles) } else { Duration::ZERO };
        self.state = State::Waiting(round.now.saturating_add(wait));
    }

    pub(super) fn datagram_failed(&mut self, cause: Cause, round: &Round<'_>) {
        let (is_refused, is_one) = match &cause {
            Cause::Datagram(error, _) => (
                error.kind() == io::ErrorKind::ConnectionRefused,
                error.raw_os_error() == Some(libc::EMSGSIZE),
            ),
            _ => (false, false),
        };
        let trouble = Trouble::new(cause);
        // A datagram that came back says nothing of the next one, and there is nobody else.
        if is_one || (is_refused && self.targets.len() == 1) {
            self.tell_failure(&trouble, round);
        } else {
            self.fail(&trouble, round);
        }
    }

    /// Tries the first server again while another one has the lines; when it can be had, the other's
    /// connection is brought to its end. Whether there is more to do at once.
    pub(super) fn look_back(&mut self, round: &Round<'_>) -> bool {
        let Some(comeback) = &mut self.comeback else { return false };
        let is_elsewhere = match &self.state {
            State::Streaming(stream) => self.current != 0 && stream.is_ready(),
            State::Datagrams(_) => self.current != 0,
            _ => false,
        };
        let Some(first) = self.targets.first().filter(|_| is_elsewhere) else {
            comeback.restart(round.now);
            return false;
        };
        let (lookups, tokens) = (&mut self.lookups, &mut self.tokens);
        let mut more = false;
        if self.closing.is_none() || comeback.has_come(round.now) {
            more = comeback.run(first, lookups, tokens, &self.times, round);
        } else {
            comeback.restart(round.now);
        }
        let has_come = comeback.has_come(round.now);
        let State::Streaming(stream) = &mut self.state else {
            // Datagrams that were not sent are made again.
            return self.go_back(round) || more;
        };
        more |= stream.hold(has_come);
        if has_come && stream.is_drained() {
            // If that fails the next turn finds out.
            stream.shut().unwrap_or_default();
        }
        more
    }

    /// Goes back to the first server if it can be had again.
    fn go_back(&mut self, round: &Round<'_>) -> bool {
        let comeback = self.comeback.as_mut();
        let Some(stream) = comeback.and_then(|comeback| comeback.take(round.now)) else {
            return false;
        };
        if let (Some(first), Some(other)) = (self.targets.first(), self.targets.get(self.current)) {
            let (first, other) = (&first.destination, &other.destination);
            let text = format!("{first} can be had again: lines go there, no longer to {other}");
            self.feed.shared().tell(PushNews::Warned { text });
        }
        (self.current, self.failures) = (0, 0);
        self.state = State::Streaming(stream);
        true
    }

    /// Our side was shut, and the peer has shut its own or will not. Whether there is more to do.
    pub(super) fn over(&mut self, end: End, round: &Round<'_>) -> bool {
        let has_next = self.feed.window.has_next() || self.feed.has_mail();
        self.feed.end(end, round.now);
        if self.closing.is_some() && !has_next {
            self.feed.give_up(round.now);
            self.state = State::Ended;
            return false;
        }
        // It was shut for the first server, which may have gone again.
        if !self.go_back(round) {
            self.state = State::Waiting(round.now);
        }
        true
    }

    /// How long to wait before the next attempt: twice as long each time, and not all at once.
    fn backoff(&self, cycles: u32) -> Duration {
        let wait = self.times.retry.saturating_mul(1_u32.checked_shl(cycles).unwrap_or(u32::MAX));
        let wait = wait.min(self.times.retry_max);
        let part = u32::try_from(random() % 500).unwrap_or(0);
        wait / 1000 * (750 + part)
    }
}
