//! What an operator is told of a destination: at most once a minute.

use std::time::Duration;

use crate::base::PushAccount;
use crate::subscription::PushNews;

/// How often a failure is told.
const INTERVAL: Duration = Duration::from_secs(60);

/// What is known of a destination's failures.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// When it was last told.
    told: Option<Duration>,
    /// Failures since then.
    untold: u64,
    /// Since when lines do not get there, and how things stood then.
    down: Option<(Duration, PushAccount)>,
    /// It was told that they do not.
    is_told: bool,
}

impl Report {
    /// Lines do not get there; what is to be told of it.
    pub(crate) fn failed(
        &mut self,
        destination: &str,
        finding: impl FnOnce() -> String,
        account: &PushAccount,
        now: Duration,
    ) -> Option<PushNews> {
        self.down.get_or_insert((now, *account));
        if self.told.is_some_and(|told| now.saturating_sub(told) < INTERVAL) {
            self.untold += 1;
            return None;
        }
        self.told = Some(now);
        self.is_told = true;
        let repeats = std::mem::take(&mut self.untold) + 1;
        Some(PushNews::Failed { destination: destination.to_owned(), finding: finding(), repeats })
    }

    /// Lines get there; what is to be told of it.
    pub(crate) fn resumed(
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
    pub(crate) const fn is_down(&self) -> bool {
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
        let (mut report, mut account) = (Report::default(), PushAccount::default());
        let failed = |report: &mut Report, account: &PushAccount, now| match report.failed(
            "tcp://a:1",
            || "no".to_owned(),
            account,
            at(now),
        ) {
            Some(PushNews::Failed { repeats, .. }) => Some(repeats),
            other => {
                assert_eq!(other, None);
                None
            }
        };
        assert_eq!(failed(&mut report, &account, 0), Some(1));
        assert_eq!(failed(&mut report, &account, 1), None);
        assert_eq!(failed(&mut report, &account, 59), None);
        assert_eq!(failed(&mut report, &account, 60), Some(3));
        (account.resent, account.lost, account.buffered) = (7, 1, 3);
        let resumed = report.resumed("tcp://a:1", &account, at(65));
        assert_eq!(
            resumed,
            Some(PushNews::Resumed {
                destination: "tcp://a:1".to_owned(),
                seconds: 65,
                resent: 7,
                buffered: 3,
                lost: 1,
                unknown: 0
            })
        );
        assert!(!report.is_down());
        assert_eq!(report.resumed("tcp://a:1", &account, at(66)), None);
        assert_eq!(failed(&mut report, &account, 70), None, "still the same minute");
        assert_eq!(report.resumed("tcp://a:1", &account, at(71)), None);
        assert_eq!(failed(&mut report, &account, 120), Some(2));
    }
}
