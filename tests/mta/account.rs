//! What must add up when the server has ended, whatever happened.

use std::collections::HashMap;

use serde_json::Value;

/// The logs of a run that ended, and their figures.
pub(crate) struct Account {
    logs: HashMap<&'static str, Vec<String>>,
    /// The last status line.
    pub(crate) status: HashMap<String, u64>,
}

impl Account {
    /// Checks the ledger against the files, and the status line in itself.
    pub(crate) fn new<const N: usize>(
        ledger: &Value,
        logs: [(&'static str, Vec<String>); N],
    ) -> Self {
        let figure = |of: &Value, name: &str| {
            of[name].as_u64().unwrap_or_else(|| {
                panic!("no {name} in {of}");
            })
        };
        assert_eq!(figure(ledger, "shed"), 0, "{ledger}");
        assert_eq!(figure(ledger, "offered"), figure(ledger, "accepted"), "{ledger}");
        assert_eq!(figure(ledger, "accepted"), figure(ledger, "drained"), "{ledger}");
        for (name, lines) in &logs {
            let accounts = ledger["subscriptions"].as_array().unwrap();
            let account = accounts.iter().find(|account| account["name"] == *name).unwrap();
            let figure = |name| figure(account, name);
            assert_eq!(figure("lines"), lines.len() as u64, "{account}");
            assert_eq!(figure("written") + figure("own_lines"), figure("lines"), "{account}");
            assert_eq!(figure("written") + figure("absorbed"), figure("taken"), "{account}");
            assert!(lines[0].ends_with(" Info: Begin Logfile"), "{}", lines[0]);
            let last = lines.last().unwrap();
            assert!(last.ends_with(" Info: End Logfile"), "{last}");
        }
        let logs = HashMap::from(logs);
        let status = last_status(&logs["status"]);
        let sum = |names: &[&str]| names.iter().map(|name| status[*name]).sum::<u64>();
        let causes = ["DnsHrdBnc", "5XXHrdBnc", "FltrHrdBnc", "ExpHrdBnc", "OtrHrdBnc"];
        assert_eq!(status["HrdBncRcp"], sum(&causes));
        assert_eq!(status["CmpRcp"], sum(&["HrdBncRcp", "DlvRcp", "DelRcp"]));
        assert_eq!(status["ActvRcp"], sum(&["UnatmptRcp", "AtmptRcp"]));
        // Nothing is left of a server that has ended.
        for name in ["ActvRcp", "MMLen", "CrtCncIn", "CrtCncOut"] {
            assert_eq!(status[name], 0, "{name}");
        }

        let account = Self { logs, status };
        // The bounce log tells of the same recipients as the text mail log, in the same order.
        let of_mail = account.recipients("mail_logs", " MID ", " to RID ");
        assert_eq!(account.recipients("bounces", ": ", ":"), of_mail);
        assert_eq!(account.status["HrdBncRcp"], account.count("Info: Bounced: ") as u64);
        assert_eq!(account.status["SftBncEvnt"], account.count("Info: Delayed: ") as u64);
        account
    }

    pub(crate) fn lines(&self, log: &str) -> &[String] {
        &self.logs[log]
    }

    /// The lines of the text mail log with this in them.
    pub(crate) fn count(&self, text: &str) -> usize {
        self.lines("mail_logs").iter().filter(|line| line.contains(text)).count()
    }

    /// The kind of line, message and recipient of each bounce and delay.
    fn recipients(&self, log: &str, before_mid: &str, before_rid: &str) -> Vec<(char, u64, u64)> {
        let told = self.lines(log).iter().filter_map(|line| {
            let (_, line) = line.split_once(" Info: ")?;
            if !line.starts_with("Bounced: ") && !line.starts_with("Delayed: ") {
                return None;
            }
            let kind = line.chars().next()?;
            let (_, rest) = line.split_once(before_mid).unwrap();
            let (mid, rest) = number(rest);
            let (rid, _) = number(rest.strip_prefix(before_rid).unwrap());
            Some((kind, mid, rid))
        });
        told.collect()
    }
}

/// The number at the start, and what follows it.
pub(crate) fn number(text: &str) -> (u64, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.parse().unwrap_or_else(|_| panic!("no number: {text}")), rest)
}

fn last_status(lines: &[String]) -> HashMap<String, u64> {
    let line = lines.iter().rev().find(|line| line.contains(" Info: Status: ")).unwrap();
    let (_, pairs) = line.split_once(" Info: Status: ").unwrap();
    let words: Vec<_> = pairs.split(' ').collect();
    assert_eq!(words.len(), 2 * 64, "{line}");
    // Two values have a unit.
    words.chunks(2).map(|pair| (pair[0].to_owned(), number(pair[1]).0)).collect()
}
