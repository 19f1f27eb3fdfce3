//! What is wrong with the options of a push, and what is doubtful.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use crate::base::{Error, Result};
use crate::sink::syslog::key_file::{self, Exposed};
use crate::sink::syslog::options::Times;
use crate::sink::syslog::{Protocol, Spread, Syslog};

/// Most of a route's queue.
const MOST_BYTES: usize = 16 << 30;

impl Syslog {
    /// Says what is wrong with the options.
    ///
    /// # Errors
    /// [`Error::is_config`] when something is.
    pub fn check(&self) -> Result<()> {
        let wrong = |what: String| Err(Error::config(format!("syslog: {what}")));
        if self.destinations.len() > 16 {
            return wrong("there are at most 16 servers".to_owned());
        }
        for destination in &self.destinations {
            destination.check()?;
            let sizes = destination.protocol().sizes();
            if let Some(max) = self.max_message.filter(|max| !sizes.contains(max)) {
                return wrong(format!(
                    "a message of at most {max} bytes: it must be {} to {} for {destination}",
                    sizes.start(),
                    sizes.end()
                ));
            }
        }
        let host = self.host_name.as_deref().unwrap_or_default();
        if host.len() > 255 || host.bytes().any(|byte| !byte.is_ascii_graphic()) {
            return wrong(format!("`{}` is no host name", host.escape_debug()));
        }
        if !(64 << 10..=MOST_BYTES).contains(&self.queue_bytes) {
            return wrong(format!(
                "a queue of {} bytes: it must be 64 KiB to 16 GiB",
                self.queue_bytes
            ));
        }
        if self.resend_bytes > MOST_BYTES {
            return wrong(format!(
                "a resend window of {} bytes: at most 16 GiB",
                self.resend_bytes
            ));
        }
        if self.buffer.is_some() {
            if let Some(udp) = self.destinations.iter().find(|one| one.protocol() == Protocol::Udp)
            {
                return wrong(format!("a disk buffer goes with TCP only, and {udp} is not"));
            }
            if self.spread == Spread::All && self.destinations.len() > 1 {
                return wrong(
                    "a disk buffer goes with one server at a time: use failover".to_owned(),
                );
            }
        }
        let (second, day) = (Duration::from_secs(1), Duration::from_secs(86_400));
        let Times { connect, stall, retry, retry_max, resend, comeback, keep_alive, linger } =
            self.times;
        let soonest = if comeback.is_zero() { Duration::ZERO } else { second / 10 };
        for (name, time, least) in [
            ("connect timeout", connect, second / 10),
            ("stall timeout", stall, second),
            ("time before a retry", retry, second / 100),
            ("longest time before a retry", retry_max, retry),
            ("resend window", resend, Duration::ZERO),
            ("time before the first server is tried again", comeback, soonest),
            ("keep-alive time", keep_alive, Duration::ZERO),
            ("linger time", linger, Duration::ZERO),
        ] {
            if !(least..=day).contains(&time) {
                return wrong(format!("a {name} of {time:?}: it must be {least:?} to a day"));
            }
        }
        Ok(())
    }

    /// Says what is allowed, and perhaps not meant: a sentence each. The log is told of it when the
    /// sink is opened.
    ///
    /// ```
    /// use ringmail::sink::syslog::{Destination, Syslog, Tls};
    /// let secured = Destination::tcp("logs1.example.com", 6514).tls(Tls::new());
    /// let push = Syslog::to(secured).or_to(Destination::tcp("logs2.example.com", 514));
    /// assert!(push.warnings()[0].contains("clear text"));
    /// ```
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.clear_text().into_iter().chain(self.exposed_keys()).collect()
    }

    /// Private keys that others can read.
    fn exposed_keys(&self) -> Vec<String> {
        let identities =
            self.destinations.iter().filter_map(|one| one.tls.as_ref()?.identity.as_ref());
        let keys: BTreeSet<_> = identities.map(|(_, key)| key).collect();
        let exposed = keys.into_iter().filter_map(|key| {
            // Whoever opens it says what is wrong with it.
            key_file::exposed(key, &fs::metadata(key).ok()?)
        });
        exposed
            .map(|exposed| match exposed {
                Exposed::ToGroup(text) => text,
                Exposed::ToAll(text) => format!("{text}; it will be refused"),
            })
            .collect()
    }

    /// Lines of a list that is not all TLS may leave in clear text.
    fn clear_text(&self) -> Option<String> {
        let (secret, open): (Vec<_>, Vec<_>) =
            self.destinations.iter().partition(|one| one.is_tls());
        if self.spread == Spread::All || secret.is_empty() || open.is_empty() {
            return None;
        }
        let open: Vec<_> = open.iter().map(ToString::to_string).collect();
        Some(format!(
            "not every server of the list is by TLS: lines may leave in clear text to {}",
            open.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::sink::syslog::{Destination, Tls};

    #[test]
    fn a_list_that_is_secret_in_part_is_warned_of() {
        let secret = |name: &str| Destination::tcp(name, 6514).tls(Tls::new());
        let open = Destination::udp("b", 514);
        let push = Syslog::to(secret("a")).or_to(open.clone()).or_to(secret("c"));
        let warnings = push.warnings();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings.iter().all(|text| text.contains("clear text to udp://b:514")));
        // Each gets everything: that is no accident.
        assert_eq!(push.spread(Spread::All).warnings(), Vec::<String>::new());
        assert_eq!(Syslog::to(secret("a")).or_to(secret("b")).warnings(), Vec::<String>::new());
        assert_eq!(Syslog::to(open.clone()).or_to(open).warnings(), Vec::<String>::new());
    }

    #[test]
    fn a_key_that_others_can_read_is_warned_of() {
        let key = tempfile::NamedTempFile::new().unwrap();
        let tls = Tls::new().identity("/certificate.pem", key.path());
        let both = |name: &str| Destination::tcp(name, 6514).tls(tls.clone());
        let push = Syslog::to(both("a")).or_to(both("b"));
        for (mode, said) in
            [(0o600, None), (0o660, Some("its group")), (0o644, Some("will be refused"))]
        {
            fs::set_permissions(key.path(), fs::Permissions::from_mode(mode)).unwrap();
            let warnings = push.warnings();
            assert_eq!(warnings.len(), usize::from(said.is_some()), "{warnings:?}");
            assert!(warnings.iter().all(|text| said.is_some_and(|said| text.contains(said))));
        }
    }

    #[test]
    fn options_out_of_range_are_refused_with_what_they_may_be() {
        let udp = || Syslog::to(Destination::udp("127.0.0.1", 514));
        let tcp = || Syslog::to(Destination::tcp("127.0.0.1", 514));
        for (sink, said) in [
            (udp().max_message(1023), "1024 to 9216"),
            (udp().max_message(9217), "1024 to 9216"),
            (tcp().max_message(65_536), "1024 to 65535"),
            (tcp().or_to(Destination::udp("a", 1)).max_message(10_000), "9216"),
            (tcp().queue_bytes(1), "64 KiB"),
            (tcp().host_name("two words"), "host name"),
            (tcp().stall_timeout(Duration::ZERO), "stall timeout"),
            (tcp().retry(Duration::from_secs(2), Duration::from_secs(1)), "longest"),
            (tcp().linger(Duration::MAX), "linger"),
            (tcp().first_again(Duration::from_millis(99)), "first server"),
            (tcp().resend_window(Duration::ZERO, usize::MAX), "resend"),
            ((0..16).fold(tcp(), |all, _| all.or_to(Destination::tcp("a", 1))), "16 servers"),
        ] {
            let error = sink.check().unwrap_err();
            assert!(error.is_config() && error.to_string().contains(said), "{error}");
        }
        for sink in [udp().max_message(1024), udp().max_message(9216), tcp().max_message(65_535)] {
            sink.check().unwrap();
        }
    }
}
