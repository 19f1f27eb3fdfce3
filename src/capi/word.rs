//! The words of fields and options, as the header lists them.
//!
//! Only their numbers cross the border (see [`abi`](super::abi)), so these types are never made of
//! what C says: they are for the header, and for tests.

/// How important an event is. A subscription of a level takes it and all more important ones.
#[repr(u32)]
pub enum ringmail_level {
    /// Not said: that of the event's row; for a subscription, information.
    RINGMAIL_LEVEL_DEFAULT = 0,
    /// Errors only. Never rate limited.
    RINGMAIL_LEVEL_CRITICAL = 1,
    /// Errors and warnings.
    RINGMAIL_LEVEL_WARNING = 2,
    /// The second-by-second working.
    RINGMAIL_LEVEL_INFO = 3,
    /// For tracing errors, temporarily.
    RINGMAIL_LEVEL_DEBUG = 4,
    /// For developers; heavy.
    RINGMAIL_LEVEL_TRACE = 5,
}

/// What emitting does when the thread's lane is full.
#[repr(u32)]
pub enum ringmail_full_lane {
    /// Waits until there is room, as long as `ringmail_builder_full_lane` says.
    RINGMAIL_FULL_LANE_BLOCK = 0,
    /// Sheds the event at once; the last eighth is kept for what is important.
    RINGMAIL_FULL_LANE_DROP = 1,
}

/// How lines of different threads and processes are ordered.
#[repr(u32)]
pub enum ringmail_order {
    /// If one call returned before another began, its line comes first.
    RINGMAIL_ORDER_CAUSAL = 0,
    /// By a coarse clock: a little faster.
    RINGMAIL_ORDER_RELAXED = 1,
}

/// The stamps of qmail-format logs.
#[repr(u32)]
pub enum ringmail_qmail_stamp {
    /// Not said: TAI64N.
    RINGMAIL_QMAIL_STAMP_DEFAULT = 0,
    /// As multilog writes it.
    RINGMAIL_QMAIL_STAMP_TAI64N = 1,
    /// Seconds since 1970 with six decimals, as splogger writes it.
    RINGMAIL_QMAIL_STAMP_EPOCH = 2,
}

/// What the mail flow policy of a sender group does with a connection.
#[repr(u32)]
pub enum ringmail_action {
    /// The connection is accepted, its recipients are checked.
    RINGMAIL_ACTION_ACCEPT = 0,
    /// The connection is accepted, its recipients are not checked.
    RINGMAIL_ACTION_RELAY = 1,
    /// The connection is answered with a refusal.
    RINGMAIL_ACTION_REJECT = 2,
    /// The connection is refused below SMTP.
    RINGMAIL_ACTION_TCP_REFUSE = 3,
    /// The next sender group decides.
    RINGMAIL_ACTION_CONTINUE = 4,
}

/// Which of the archives a message goes to.
#[repr(u32)]
pub enum ringmail_archive {
    /// That of the file analysis.
    RINGMAIL_ARCHIVE_AMP = 0,
    /// That of the anti-spam engine.
    RINGMAIL_ARCHIVE_ANTI_SPAM = 1,
    /// That of the anti-virus engines.
    RINGMAIL_ARCHIVE_ANTI_VIRUS = 2,
    /// That of the graymail engine.
    RINGMAIL_ARCHIVE_GRAYMAIL = 3,
}

/// Why a recipient bounced, as the status counters sort it.
#[repr(u32)]
pub enum ringmail_bounce_cause {
    /// None of the others.
    RINGMAIL_BOUNCE_CAUSE_OTHER = 0,
    /// The domain has no address, or the DNS gave a final error.
    RINGMAIL_BOUNCE_CAUSE_DNS = 1,
    /// The other server answered with a code from 500.
    RINGMAIL_BOUNCE_CAUSE_SMTP5XX = 2,
    /// A filter of ours bounced it.
    RINGMAIL_BOUNCE_CAUSE_FILTER = 3,
    /// It was queued for longer than allowed.
    RINGMAIL_BOUNCE_CAUSE_EXPIRED = 4,
}

/// What DNSSEC says of a record.
#[repr(u32)]
pub enum ringmail_dns_security {
    /// It is signed, and the signature is right.
    RINGMAIL_DNS_SECURITY_SECURE = 0,
    /// It is not signed.
    RINGMAIL_DNS_SECURITY_INSECURE = 1,
    /// It is signed wrongly.
    RINGMAIL_DNS_SECURITY_BOGUS = 2,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Action, Archive, BounceCause, DnsSecurity};

    /// `RINGMAIL_ACTION_TCP_REFUSE` for `TcpRefuse`.
    fn c_name(of: &str, word: &str) -> String {
        let mut name = format!("RINGMAIL_{of}");
        for c in word.chars() {
            if c.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(c.to_ascii_uppercase());
        }
        name
    }

    #[test]
    fn the_header_lists_the_words_of_the_catalogue() {
        let source = include_str!("word.rs");
        let mut all = 0;
        let mut check = |of: &str, words: Vec<String>| {
            for (number, word) in words.into_iter().enumerate() {
                let line = format!("{} = {number},", c_name(of, &word));
                assert!(source.contains(&line), "{line}");
                all += 1;
            }
        };
        let spell = |word: &dyn std::fmt::Debug| format!("{word:?}");
        check("ACTION", Action::ALL.iter().map(|word| spell(word)).collect());
        check("ARCHIVE", Archive::ALL.iter().map(|word| spell(word)).collect());
        check("BOUNCE_CAUSE", BounceCause::ALL.iter().map(|word| spell(word)).collect());
        check("DNS_SECURITY", DnsSecurity::ALL.iter().map(|word| spell(word)).collect());
        assert_eq!(all, 17);
        assert_eq!(ringmail_action::RINGMAIL_ACTION_CONTINUE as usize, Action::ALL.len() - 1);
    }
}
