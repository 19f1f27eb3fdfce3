//! What the simulated traffic is like.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::Failure;

/// Declares the knobs of a profile, once: the field, its range, its default, what it is.
macro_rules! knobs {
    ($($(#[doc = $doc:literal])+ $knob:ident: $least:literal..=$most:literal = $default:literal;)*) => {
        /// What the simulated traffic is like. All numbers are whole.
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct Profile {
            $($(#[doc = $doc])+ pub(super) $knob: u64,)*
        }

        impl Default for Profile {
            fn default() -> Self {
                Self { $($knob: $default,)* }
            }
        }

        impl Profile {
            /// The first knob that is out of its range, in words.
            fn check(&self) -> Result<(), String> {
                $(if !($least..=$most).contains(&self.$knob) {
                    return Err(format!(
                        "{} = {}: must be {} to {}",
                        stringify!($knob), self.$knob, $least, $most,
                    ));
                })*
                Ok(())
            }

            /// The default as a file, each knob with what it is.
            pub(super) fn example() -> String {
                let mut text = String::new();
                $(for line in [$($doc),+] {
                    text += &format!("#{line}\n");
                }
                text += &format!(
                    "# {} to {}.\n{} = {}\n\n", $least, $most, stringify!($knob), $default,
                );)*
                text.truncate(text.trim_end().len());
                text
            }
        }
    };
}

knobs! {
    /// The most messages of a connection; each number from 1 is as likely.
    messages_per_connection: 1..=1000 = 5;
    /// Percent of messages with one recipient; the others have 2 to `recipients_at_most`.
    one_recipient_percent: 0..=100 = 66;
    /// The most recipients of a message.
    recipients_at_most: 1..=4 = 4;
    /// Percent of connections that are turned away.
    refused_percent: 0..=100 = 8;
    /// Percent of connections with TLS.
    tls_percent: 0..=100 = 60;
    /// Percent of messages that are spam, which are dropped.
    spam_percent: 0..=100 = 6;
    /// Percent of recipients that bounce.
    bounce_percent: 0..=100 = 4;
    /// Percent of recipients that are delayed first. With the bounces not above 100.
    delay_percent: 0..=100 = 5;
    /// The smallest message, in bytes.
    message_bytes_least: 0..=1_000_000_000 = 1500;
    /// The largest message, in bytes.
    message_bytes_most: 0..=1_000_000_000 = 61_500;
    /// The fewest words of a subject.
    subject_words_least: 1..=500 = 2;
    /// The most words of a subject.
    subject_words_most: 1..=500 = 7;
    /// Percent of subjects with an encoded word.
    encoded_subject_percent: 0..=100 = 10;
    /// The number of domains that addresses are of.
    domains: 1..=1_000_000 = 512;
    /// The number of addresses.
    addresses: 1..=1_000_000 = 512;
}

impl Profile {
    /// Reads a profile; knobs that it does not name have their default.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let failed =
            |what: &dyn std::fmt::Display| Failure::new(format!("{}: {what}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
        Self::parse(&text).map_err(|what| failed(&what))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let profile: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        profile.check()?;
        let ordered = [
            ("message_bytes", profile.message_bytes_least, profile.message_bytes_most),
            ("subject_words", profile.subject_words_least, profile.subject_words_most),
        ];
        for (name, least, most) in ordered {
            if least > most {
                return Err(format!("{name}_least = {least} is more than {name}_most = {most}"));
            }
        }
        let percent = profile.bounce_percent + profile.delay_percent;
        if percent > 100 {
            return Err(format!("bounce_percent and delay_percent are {percent} together"));
        }
        Ok(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_the_default() {
        assert_eq!(Profile::parse(&Profile::example()), Ok(Profile::default()));
        assert_eq!(Profile::parse(""), Ok(Profile::default()));
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (text, names) in [
            ("spam_percent = 101", "spam_percent"),
            ("domains = 0", "domains"),
            ("message_bytes_least = 70000", "message_bytes_least"),
            ("bounce_percent = 60\ndelay_percent = 41", "101"),
            ("bounces = 3", "bounces"),
            ("domains = -1", "domains"),
        ] {
            let error = Profile::parse(text).unwrap_err();
            assert!(error.contains(names), "{text}: {error}");
        }
    }
}
