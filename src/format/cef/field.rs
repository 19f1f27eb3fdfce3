use crate::base::Dialect;

/// Declares the fields, once.
macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $field:ident = $name:literal, $key:literal $(, $label:literal)?;)*) => {
        /// A field of the consolidated event log.
        ///
        /// A subscription chooses its fields; which of them a line has depends on the message.
        /// Source: section "consolidated_event" of `docs/FORMATS.md`.
        ///
        /// ```
        /// use ringmail::{CefField, Dialect};
        /// let score = CefField::parse("SBRS Score").unwrap();
        /// assert_eq!(score.key(Dialect::V15_0), "cfp1");
        /// assert_eq!(score.label(Dialect::V15_0), Some("SBRSScore"));
        /// assert_eq!(CefField::parse("ESAMID"), Some(CefField::Mid));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum CefField {
            $($(#[doc = $doc])+ $field,)*
        }

        impl CefField {
            /// All fields, in the order of a line of the manual.
            pub const ALL: &'static [Self] = &[$(Self::$field,)*];

            /// The name by which gateways' pages call the field.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$field => $name,)*
                }
            }

            /// The key and the label as the manual has them.
            const fn declared(self) -> (&'static str, Option<&'static str>) {
                match self {
                    $(Self::$field => ($key, fields!(@label $($label)?)),)*
                }
            }
        }
    };
    (@label) => { None };
    (@label $label:literal) => { Some($label) };
}

fields! {
    /// The serial number of the gateway. Always there.
    SerialNumber = "Serial Number", "deviceExternalId";
    /// What filters have logged: label and entries.
    CustomLogEntries = "Custom Log Entries", "ESACustomLogs";
    /// The headers that the engine is told to log here.
    CustomLogHeaders = "Custom Log Headers", "ESALogHeaders";
    /// The message. Always there.
    Mid = "MID", "ESAMID";
    /// The injection connection. Always asked for.
    Icid = "ICID", "ESAICID";
    /// The last delivery connection. Always asked for.
    Dcid = "DCID", "ESADCID";
    /// What the reputation of attachments says.
    AmpVerdict = "AMP Verdict", "ESAAMPVerdict";
    /// What the anti-spam engines say.
    AntiSpamVerdict = "AS Verdict", "ESAASVerdict";
    /// What the anti-virus engines say.
    AntiVirusVerdict = "AV Verdict", "ESAAVVerdict";
    /// Whether a content filter matched.
    ContentFilterVerdict = "Content Filters Verdict", "ESACFVerdict";
    /// The host to which DANE applied.
    DaneHost = "DANE Host", "ESADaneHost";
    /// Whether DANE succeeded.
    DaneStatus = "DANE Status", "ESADaneStatus";
    /// When the last delivery connection was opened, or the message was finished without one.
    DcidTimestamp = "DCID Timestamp", "end";
    /// The address that a harvest of addresses comes from.
    DhaSource = "DHA IP", "ESADHASource";
    /// What DKIM says.
    DkimVerdict = "DKIM Verdict", "ESADKIMVerdict";
    /// Whether data leave that must not.
    DlpVerdict = "DLP Verdict", "ESADLPVerdict";
    /// What DMARC says.
    DmarcVerdict = "DMARC Verdict", "ESADMARCVerdict";
    /// The gateway's own address.
    DataIp = "Data IP", "dvc";
    /// The attachments and what engines say of them.
    FileDetails = "File Details", "ESAAttachmentDetails";
    /// The address in the `From` header.
    FriendlyFrom = "Friendly From", "ESAFriendlyFrom";
    /// What the graymail engine says.
    GraymailVerdict = "Graymail Verdict", "ESAGMVerdict";
    /// When the injection connection was opened.
    IcidTimestamp = "ICID Timestamp", "start";
    /// The listener; its key says whether mail came in or went out.
    ListenerName = "Listener Name", "deviceInboundInterface";
    /// 0 for mail that comes in, 1 for mail that goes out.
    MailDirection = "Mail Direction", "deviceDirection";
    /// What the sender group's policy does with the connection.
    MailFlowPolicy = "Mail Flow Policy Name", "ESAMailFlowPolicy";
    /// The envelope sender.
    MailFrom = "Mail From", "suser";
    /// The language of the message.
    MailLanguage = "Mail Language", "cs5", "ESAMsgLanguage";
    /// The mail policy.
    MailPolicy = "Mail Policy Name", "cs1", "MailPolicy";
    /// The country of the sender.
    SenderCountry = "Mail Sender Geo Location", "cs2", "SenderCountry";
    /// What was done to the message in mailboxes, after its delivery.
    RemediationAction = "Mailbox Auto-Remediation Details", "ESAMARAction";
    /// Whether a message filter matched.
    MessageFilterVerdict = "Message Filters Verdict", "ESAMFVerdict";
    /// What became of the message.
    FinalAction = "Message Final Action", "act";
    /// Why, or where to.
    FinalActionDetails = "Message Final Action Details", "ESAFinalActionDetails";
    /// The `Message-ID` header.
    MessageId = "Message ID", "cs4", "ExternalMsgID";
    /// The size in bytes.
    MessageSize = "Message Size", "ESAMsgSize";
    /// Whether the message was bigger than its sender may send.
    TooBigFromSender = "Message Too Big from Sender", "ESAMsgTooBigFromSender";
    /// What the outbreak filters say.
    OutbreakVerdict = "Outbreak Filters Verdict", "ESAOFVerdict";
    /// The address that was held back by a rate limit.
    RateLimitedIp = "Rate Limited IP", "ESARateLimitedIP";
    /// The envelope recipients.
    Recipients = "Recipients", "duser";
    /// The name that the client gave itself.
    HeloDomain = "Remote Host/ Helo Domain", "ESAHeloDomain";
    /// The address of the client that gave it.
    HeloIp = "Remote IP/Helo Domain IP", "ESAHeloIP";
    /// The address in the `Reply-To` header.
    ReplyTo = "Reply-To", "ESAReplyTo";
    /// The reputation score of the client.
    SbrsScore = "SBRS Score", "cfp1", "SBRSScore";
    /// For how long the sender's domains are known.
    DomainAge = "SDR Consolidated Domain Age", "ESASDRDomainAge";
    /// What threat the sender's domains are.
    ThreatCategory = "SDR Consolidated Threat Category", "cs3", "SDRThreatCategory";
    /// The reputation of the sender's domains.
    DomainReputation = "SDR Reputation Score", "cs6", "SDRRepScore";
    /// What SPF says, for each identity.
    SpfVerdict = "SPF Verdict", "ESASPFVerdict";
    /// The client's name by reverse DNS.
    SenderDomain = "Sender Domain", "shost";
    /// The sender group.
    SenderGroup = "Sender Group Name", "ESASenderGroup";
    /// The client's address.
    SenderIp = "Sender IP", "src";
    /// The `Subject` header.
    Subject = "Subject", "msg";
    /// The cipher of the injection connection.
    TlsInCipher = "TLS Incoming Cipher", "ESATLSInCipher";
    /// Whether TLS of the injection connection succeeded.
    TlsInStatus = "TLS Incoming Connection Status", "ESATLSInConnStatus";
    /// The protocol of the injection connection.
    TlsInProtocol = "TLS Incoming Protocol", "ESATLSInProtocol";
    /// The cipher of the delivery connection.
    TlsOutCipher = "TLS Outgoing Cipher", "ESATLSOutCipher";
    /// Whether TLS of the delivery connection succeeded.
    TlsOutStatus = "TLS Outgoing Connection Status", "ESATLSOutConnStatus";
    /// The protocol of the delivery connection.
    TlsOutProtocol = "TLS Outgoing Protocol", "ESATLSOutProtocol";
    /// The links of the message and what is known of them.
    UrlDetails = "URL Details", "ESAURLDetails";
    /// What is known of data that must not leave.
    DlpDetails = "DLP Details", "ESADLPDetails";
}

impl CefField {
    /// Those that a line has whatever a subscription asks for: they are what it is found by.
    pub const ALWAYS: &'static [Self] = &[Self::SerialNumber, Self::Mid, Self::Icid, Self::Dcid];

    /// Reads a field by its [name](Self::name), or by its key in any dialect.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| {
            field.name() == text
                || [Dialect::V14_0, Dialect::V15_0]
                    .iter()
                    .any(|dialect| field.key(*dialect) == text)
                || *field == Self::ListenerName && text == OUTBOUND_LISTENER
        })
    }

    /// The key before the field's `=`. For [`Self::ListenerName`] that of mail that comes in; mail
    /// that goes out has `deviceOutboundInterface`.
    #[must_use]
    pub fn key(self, dialect: Dialect) -> &'static str {
        let is_old = (Dialect::V7_6..=Dialect::V14_3).contains(&dialect);
        match self {
            Self::IcidTimestamp if is_old => "startTime",
            Self::DcidTimestamp if is_old => "endTime",
            Self::SenderDomain if is_old => "sourceHostName",
            Self::SenderIp if is_old => "sourceAddress",
            _ => self.declared().0,
        }
    }

    /// What a pair before the field says of it, `cs1Label=MailPolicy`; none for most fields.
    #[must_use]
    pub fn label(self, dialect: Dialect) -> Option<&'static str> {
        match self {
            Self::SenderCountry if dialect == Dialect::Manual => Some("GeoLocation"),
            _ => self.declared().1,
        }
    }

    /// All fields in the order in which a dialect writes them.
    ///
    /// ```
    /// use ringmail::{CefField, Dialect};
    /// let first = |dialect| CefField::order(dialect)[4];
    /// assert_eq!(first(Dialect::V15_0), CefField::Icid);
    /// assert_eq!(first(Dialect::V13_0), CefField::AmpVerdict);
    /// ```
    #[must_use]
    pub fn order(dialect: Dialect) -> Vec<Self> {
        const VERDICTS: [CefField; 4] = [
            CefField::AmpVerdict,
            CefField::AntiSpamVerdict,
            CefField::AntiVirusVerdict,
            CefField::ContentFilterVerdict,
        ];
        let mut order = Self::ALL.to_vec();
        let mut behind = |moved: &[Self], other: Self| {
            order.retain(|field| !moved.contains(field));
            let at =
                order.iter().position(|field| *field == other).map_or(order.len(), |at| at + 1);
            order.splice(at..at, moved.iter().copied());
        };
        match dialect {
            // By the names of the pages, connections among the others.
            Dialect::V7_6 | Dialect::V13_0 => {
                behind(&[Self::Dcid], Self::DaneStatus);
                behind(&[Self::Icid], Self::GraymailVerdict);
                behind(&[Self::ListenerName], Self::UrlDetails);
            }
            Dialect::V14_3 => behind(&VERDICTS, Self::UrlDetails),
            Dialect::V16_0 => {
                behind(&VERDICTS, Self::UrlDetails);
                behind(
                    &[Self::CustomLogEntries, Self::CustomLogHeaders],
                    Self::ContentFilterVerdict,
                );
            }
            Dialect::Manual | Dialect::V14_0 | Dialect::V15_0 => {}
        }
        order
    }
}

/// The key of the listener of mail that goes out.
pub(crate) const OUTBOUND_LISTENER: &str = "deviceOutboundInterface";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_found_by_its_name_and_its_keys() {
        assert_eq!(CefField::ALL.len(), 59);
        for field in CefField::ALL {
            assert_eq!(CefField::parse(field.name()), Some(*field));
            for dialect in Dialect::ALL {
                assert_eq!(CefField::parse(field.key(dialect)), Some(*field), "{field:?}");
            }
        }
        assert_eq!(CefField::parse(OUTBOUND_LISTENER), Some(CefField::ListenerName));
        assert_eq!(CefField::parse("nothing"), None);
    }

    #[test]
    fn an_order_has_each_field_once() {
        for dialect in Dialect::ALL {
            let mut order = CefField::order(dialect);
            order.sort();
            assert_eq!(order, CefField::ALL, "{dialect}");
        }
    }
}
