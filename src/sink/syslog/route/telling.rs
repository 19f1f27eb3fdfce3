//! What the operator is told of a route.

use std::time::{Duration, SystemTime};

use crate::base::PushAccount;
use crate::sink::syslog::diagnose::{Observation, diagnose};
use crate::sink::syslog::route::{Round, Route, STEADY, State};
use crate::sink::syslog::tls::{self, Trust};
use crate::sink::syslog::trouble::Trouble;
use crate::subscription::PushNews;

/// How often certificates are looked at.
const DAY: Duration = Duration::from_secs(86_400);

impl Route {
    pub(super) fn tell_failure(&mut self, trouble: &Trouble, round: &Round<'_>) {
        self.failed = round.now;
        self.feed.count_failure();
        let Some(target) = self.targets.get_mut(self.current) else { return };
        let told = target.failures.add(round.now);
        self.outage.begin(&self.feed.account(), round.now, told.is_some());
        let Some(repeats) = told else { return };
        let has_identity = target.trust.as_ref().is_some_and(Trust::has_identity);
        let finding = diagnose(&Observation::of_trouble(trouble, has_identity)).to_string();
        let destination = target.destination.to_string();
        self.feed.shared().tell(PushNews::Failed { destination, finding, repeats });
    }

    /// Looks whether the connection is one that holds.
    pub(super) fn steady(&mut self, round: &Round<'_>) {
        let State::Streaming(stream) = &self.state else { return };
        if !stream.is_ready() {
            return;
        }
        self.look_at_certificates(round);
        let steady = round.now.saturating_sub(self.failed) >= STEADY;
        if steady && self.feed.window.has_caught_up() {
            self.resume(round);
        }
    }

    pub(super) fn resume(&mut self, round: &Round<'_>) {
        if !self.outage.is_on() {
            return;
        }
        let Some(target) = self.targets.get(self.current) else { return };
        let name = target.destination.to_string();
        let news = self.outage.end(&name, &self.feed.account(), round.now);
        if let Some(news) = news {
            self.feed.shared().tell(news);
        }
    }

    fn look_at_certificates(&mut self, round: &Round<'_>) {
        let State::Streaming(stream) = &self.state else { return };
        let Some(target) = self.targets.get_mut(self.current) else { return };
        if target.notice > round.now {
            return;
        }
        target.notice = round.now.saturating_add(DAY);
        let Some(trust) = &target.trust else { return };
        let now = SystemTime::now();
        let theirs = stream.peer_certificate();
        let theirs = theirs.and_then(|der| tls::notice("the server's certificate", der, now));
        for text in trust.notice(now).into_iter().chain(theirs) {
            let text = format!("{}: {text}", target.destination);
            self.feed.shared().tell(PushNews::Warned { text });
        }
    }

    /// Tells of what it is not known, at an end that the peer has not confirmed, and why.
    pub(super) fn tell_open_end(&self, before: &PushAccount) {
        let after = self.feed.account();
        let is_kept = self.feed.is_durable();
        let count = if is_kept { after.pending } else { after.unknown - before.unknown };
        let Some(target) = self.targets.get(self.current).filter(|_| count > 0) else { return };
        let what = if before.pending == 0 {
            "everything was acknowledged, but the server did not close the connection: whether it \
             has read"
        } else {
            "the time for the end is over, and not everything was acknowledged: whether it has"
        };
        let then = if is_kept { "; they are kept, and sent again by the next run" } else { "" };
        let text =
            format!("{}: {what} the last {count} lines is unknown{then}", target.destination);
        self.feed.shared().tell(PushNews::Warned { text });
    }
}
