//! Fields that hold one of a few words.

macro_rules! words {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)* }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum $name {
                $($(#[$word_doc])* $word,)*
            }

            impl $name {
                /// All of them, in the order of their binary form.
                pub const ALL: &'static [Self] = &[$(Self::$word,)*];

                /// The word in a line.
                #[must_use]
                pub const fn name(self) -> &'static str {
                    match self {
                        $(Self::$word => $text,)*
                    }
                }
            }
        )*

        mod kinds {
            use super::super::named::U8;
            use super::super::{Decode, Dialect, Encode, FieldKind, Kind, Line, Malformed};

            $(
                impl Kind for super::$name {
                    type Value<'a> = Self;
                    const KIND: FieldKind = FieldKind::Word(&[$($text,)*]);
                    const MAX_LEN: usize = 1;
                    #[expect(clippy::indexing_slicing, reason = "a constant index into a constant")]
                    const EMPTY: Self = Self::ALL[0];

                    #[inline]
                    fn encoded_len(_: Self) -> usize {
                        1
                    }

                    #[inline]
                    fn encode<E: Encode>(value: Self, out: &mut E) {
                        out.put_u8(value as u8);
                    }

                    #[inline]
                    fn decode<'a, D: Decode<'a>>(from: &mut D) -> Result<Self, Malformed> {
                        let index = U8::decode(from)?;
                        Self::ALL.get(usize::from(index)).copied().ok_or(Malformed)
                    }

                    #[inline]
                    fn line<L: Line>(value: Self, _: Dialect, out: &mut L) {
                        out.literal(value.name());
                    }
                }
            )*
        }
    };
}

words! {
    /// What the mail flow policy of a sender group does with a connection.
    Action {
        /// The connection is accepted, its recipients are checked.
        #[default]
        Accept = "ACCEPT",
        /// The connection is accepted, its recipients are not checked.
        Relay = "RELAY",
        /// The connection is answered with a refusal.
        Reject = "REJECT",
        /// The connection is refused below SMTP.
        TcpRefuse = "TCPREFUSE",
        /// The next sender group decides.
        Continue = "CONTINUE",
    }

    /// Which of the archives a message goes to.
    Archive {
        /// That of the file analysis: malicious or unscannable attachments.
        #[default]
        Amp = "amp",
        /// That of the anti-spam engine.
        AntiSpam = "anti_spam",
        /// That of the anti-virus engines.
        AntiVirus = "anti_virus",
        /// That of the graymail engine.
        Graymail = "graymail",
    }

    /// Why a recipient bounced, as the status counters sort it.
    BounceCause {
        /// None of the others.
        #[default]
        Other = "other",
        /// The domain has no address, or the DNS gave a final error.
        Dns = "dns",
        /// The other server answered with a code from 500.
        Smtp5xx = "5xx",
        /// A filter of ours bounced it.
        Filter = "filter",
        /// It was queued for longer than allowed.
        Expired = "expired",
    }

    /// What DNSSEC says of a record.
    DnsSecurity {
        /// It is signed, and the signature is right.
        #[default]
        Secure = "SECURE",
        /// It is not signed.
        Insecure = "INSECURE",
        /// It is signed wrongly.
        Bogus = "BOGUS",
    }
}
