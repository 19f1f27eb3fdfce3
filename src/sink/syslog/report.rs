//! What an operator is told of a destination: at most once a minute.

use std::time::Duration;

use crate::base::PushAccount;
use crate::subscription::PushNews;

/// How often a failure is told.
const INTERVAL: Duration = Duration::from_secs(60);

/// The failures of one destination.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    /// When one was last told.
    told: Option<Duration>,
    /// How many were not told since then.
    untold: u64,
}

impl Failures {
    /// One more. How many there were since one was told, if this one is to be told.
    pub(crate) fn add(&mut self, now: Duration) -> Option<u64> {
        self.untold += 1;
        if self.told.is_some_and(|told| now.saturating_sub(told) < INTERVAL) {
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.untold))
    }
}

/// Whether lines of a queue get anywhere, whichever destination it is.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    /// Since when they do not, and how things stood then.
    down: Option<(Duration, PushAccount)>,
    /// It was told that they do not.
    is_told: bool,
}

impl Outage {
    /// Lines do not get there, which is told or is not.
    pub(crate) fn begin(&mut self, account: &PushAccount, now: Duration, is_told: bool) {
        self.down.get_or_insert((now, *account));
        self.is_told |= is_told;
    }

    /// Lines get to this destination; what is to be told of it.
    pub(crate) fn end(
        &mut self,
        destination: &str,
        account: &PushAccount,
        now: Duration,
    ) -> Option<PushNews> {
        let (since, before) = self.down.take()?;
        // What was not told to have failed is not told to be back.
        if !std::mem::take(&mut self.is_told) {
            return None;
        }
        Some(PushNews::Resumed {
            destination: destination.to_owned(),
            seconds: now.saturating_sub(since).as_secs(),
            resent: account.resent - before.resent,
            buffered: account.buffered,
            lost: account.lost - before.lost,
            unknown: account.unknown.saturating_sub(before.unknown),
        })
    }

    /// Whether lines do not get there, as far as is known.
    pub(crate) const fn is_on(&self) -> bool {
        self.down.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_failure_is_told_once_a_minute_with_how_often_it_happened() {
        let mut failures = Failures::default();
        let told = [0, 1, 59, 60, 70, 120].map(|now| failures.add(at(now)));
        assert_eq!(told, [Some(1), None, None, Some(3), None, Some(2)]);
    }

    #[test]
    fn an_end_is_told_of_what_was_told() {
        let (mut outage, mut account) = (Outage::default(), PushAccount::default());
        outage.begin(&account, at(0), true);
        (account.resent, account.lost, account.buffered) = (7, 1, 3);
        outage.begin(&account, at(60), false);
        let resumed = PushNews::Resumed {
            destination: "tcp://a:1".to_owned(),
            seconds: 65,
            resent: 7,
            buffered: 3,
            lost: 1,
            unknown: 0,
        };
        assert_eq!(outage.end("tcp://a:1", &account, at(65)), Some(resumed));
        assert!(!outage.is_on());
        assert_eq!(outage.end("tcp://a:1", &account, at(66)), None);
        outage.begin(&account, at(70), false);
        assert!(outage.is_on());
        assert_eq!(outage.end("tcp://a:1", &account, at(71)), None);
    }
}
