use core::fmt;

/// What a log type's file is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// Records of the delivery log's binary form.
    Binary,
    /// CEF lines: stamp, header and extension, no level.
    Cef,
    /// Stamp, level and message.
    Lines,
    /// Messages in an mbox file.
    Mbox,
    /// The lines of qmail-send: a stamp of its own, no level.
    Qmail,
    /// An XML file a record.
    Xml,
}

impl Form {
    /// The word for the form.
    ///
    /// ```
    /// use ringmail::base::Form;
    /// assert_eq!(Form::Mbox.name(), "mbox");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Cef => "cef",
            Self::Lines => "lines",
            Self::Mbox => "mbox",
            Self::Qmail => "qmail",
            Self::Xml => "xml",
        }
    }

    /// Whether a file of this form is lines of text.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Cef | Self::Lines | Self::Qmail)
    }
}

/// How the records of a log belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Each record is complete.
    Stateless,
    /// Records belong together by a number: a message, a connection, a process.
    Transactional,
}

impl Class {
    /// The word for the class.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stateless => "stateless",
            Self::Transactional => "transactional",
        }
    }
}

/// Declares the log types, once.
macro_rules! log_types {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $title:literal, $form:ident, $class:ident;)*) => {
        /// What a subscription records, and in which form.
        ///
        /// Each type has a stable name, by which options and directories call it. Source: section
        /// "Log types" of `docs/FORMATS.md`.
        ///
        /// ```
        /// use ringmail::LogType;
        /// assert_eq!(LogType::TextMail.name(), "text_mail");
        /// assert_eq!(LogType::parse("bounce"), Some(LogType::Bounce));
        /// // An older name for the same thing.
        /// assert_eq!(LogType::parse("gui"), Some(LogType::Http));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum LogType {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl LogType {
            /// All types, by name.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The name by which options and files call the type.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The name by which manuals of gateways call the type.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                }
            }

            /// What a file of this type is made of.
            #[must_use]
            pub const fn form(self) -> Form {
                match self {
                    $(Self::$variant => Form::$form,)*
                }
            }

            /// How the records of a file of this type belong together.
            #[must_use]
            pub const fn class(self) -> Class {
                match self {
                    $(Self::$variant => Class::$class,)*
                }
            }

            /// What the type records, in a sentence.
            #[must_use]
            pub fn doc(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc),+).trim_ascii(),)*
                }
            }
        }
    };
}

log_types! {
    /// What becomes of the service against phishing: its licence, what it is not sent.
    AdvancedPhishing = "advanced_phishing_protection", "Advanced Phishing Protection Logs", Lines, Stateless;
    /// Messages whose attachments are malicious or could not be scanned.
    AmpArchive = "amp_archive", "AMP Archive", Mbox, Stateless;
    /// The reputation and the analysis of files.
    AmpEngine = "amp_engine", "AMP Engine Logs", Lines, Transactional;
    /// The anti-spam engine: its state, its rules, what it says.
    AntiSpam = "anti_spam", "Anti-Spam Logs", Lines, Stateless;
    /// Messages that the anti-spam engine was to archive.
    AntiSpamArchive = "anti_spam_archive", "Anti-Spam Archive", Mbox, Stateless;
    /// The anti-virus engines: their state, their updates.
    AntiVirus = "anti_virus", "Anti-Virus Logs", Lines, Stateless;
    /// Messages that an anti-virus engine was to archive.
    AntiVirusArchive = "anti_virus_archive", "Anti-Virus Archive", Mbox, Stateless;
    /// The programming interface: requests, logins, failures.
    Api = "api", "API Logs", Lines, Stateless;
    /// Who did what to the gateway: authentication, authorisation, changes.
    Audit = "audit", "Audit Logs", Lines, Stateless;
    /// Logins that succeeded and that failed.
    Authentication = "authentication", "Authentication Logs", Lines, Stateless;
    /// Each bounced or delayed recipient.
    Bounce = "bounce", "Bounce Logs", Lines, Stateless;
    /// What was typed at the command line, and what was asked.
    CliAudit = "cli_audit", "CLI Audit Logs", Lines, Transactional;
    /// The whole configuration, as it was at each commit.
    ConfigurationHistory = "configuration_history", "Configuration History Logs", Xml, Stateless;
    /// One line a message, when it is finished.
    ConsolidatedEvent = "consolidated_event", "Consolidated Event Logs", Cef, Stateless;
    /// The security awareness service.
    Csa = "csa", "CSA Logs", Lines, Stateless;
    /// What is told of the use of the gateway.
    Csn = "csn", "CSN Logs", Lines, Stateless;
    /// Each recipient that a message was delivered to, or for which it bounced.
    Delivery = "delivery", "Delivery Logs", Binary, Stateless;
    /// What is said to, and by, the servers of some recipient domains.
    DomainDebug = "domain_debug", "Domain Debug Logs", Lines, Transactional;
    /// The cloud scanner: verdicts on links after delivery.
    EmailCloudScanner = "email_cloud_scanner", "Email Cloud Scanner Logs", Lines, Stateless;
    /// The encryption of messages.
    Encryption = "encryption", "Encryption Logs", Lines, Transactional;
    /// The FTP service: connections, uploads, downloads.
    FtpServer = "ftp_server", "FTP Server Logs", Lines, Transactional;
    /// Messages that the graymail engine was to archive.
    GraymailArchive = "graymail_archive", "Graymail Archive", Mbox, Stateless;
    /// The graymail engine: its state, its configuration.
    GraymailEngine = "graymail_engine", "Graymail Engine Logs", Lines, Stateless;
    /// The web services: sessions and pages.
    Http = "http", "HTTP Logs", Lines, Stateless;
    /// What is said to, and by, some of the clients that connect.
    InjectionDebug = "injection_debug", "Injection Debug Logs", Lines, Transactional;
    /// Queries to directories.
    LdapDebug = "ldap_debug", "LDAP Debug Logs", Lines, Transactional;
    /// What is said to, and by, time servers.
    Ntp = "ntp", "NTP Logs", Lines, Stateless;
    /// Reception, delivery and bounces, in the words of qmail-send.
    QmailMail = "qmail_mail", "qmail-format Mail Logs", Qmail, Transactional;
    /// Messages that are taken out of mailboxes after their delivery.
    Remediation = "remediation", "Remediation Logs", Lines, Stateless;
    /// The reporting service.
    Reporting = "reporting", "Reporting Logs", Lines, Stateless;
    /// Queries to the reporting service.
    ReportingQuery = "reporting_query", "Reporting Query Logs", Lines, Transactional;
    /// The safelists and blocklists: their database, its snapshots.
    SafelistBlocklist = "safelist_blocklist", "Safelist/Blocklist Logs", Lines, Stateless;
    /// What all scanning engines say: faults, alerts.
    Scanning = "scanning", "Scanning Logs", Lines, Stateless;
    /// Everything that is said over SMTP, in and out.
    SmtpConversation = "smtp_conversation", "SMTP Conversation Logs", Lines, Transactional;
    /// The spam quarantine: what goes in, what is released.
    SpamQuarantine = "spam_quarantine", "Spam Quarantine Logs", Lines, Transactional;
    /// The spam quarantine's pages for users.
    SpamQuarantineGui = "spam_quarantine_gui", "Spam Quarantine GUI Logs", Lines, Stateless;
    /// The counters and gauges of the mail system, one line an interval.
    Status = "status", "Status Logs", Lines, Stateless;
    /// What the system itself has to say: boot, commits, cluster, and this engine's notices.
    System = "system", "System Logs", Lines, Stateless;
    /// The working of the mail system: receipt, verdicts, delivery, bounces.
    TextMail = "text_mail", "Text Mail Logs", Lines, Transactional;
    /// The external threat feeds: what is fetched, what fails.
    ThreatFeedEngine = "threat_feed_engine", "External Threat Feeds Engine Logs", Lines, Stateless;
    /// The tracking service: what it does with the files that it reads.
    Tracking = "tracking", "Tracking Logs", Lines, Stateless;
    /// Updates of engines and rules.
    Updater = "updater", "Updater Logs", Lines, Stateless;
    /// Upgrades of the product: downloads, installation.
    Upgrade = "upgrade", "Upgrade Logs", Lines, Stateless;
}

impl LogType {
    /// Reads a type by its [name](Self::name), or by `gui`, which is another for `http`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = if text == "gui" { "http" } else { text };
        Self::ALL.into_iter().find(|log_type| log_type.name() == text)
    }

    /// Whether files of this type begin with header records and end with a closing one.
    #[must_use]
    pub const fn has_header(self) -> bool {
        matches!(self.form(), Form::Lines)
    }

    /// Whether the type can be pushed to a syslog server: lines can, other forms cannot.
    #[must_use]
    pub const fn can_be_pushed(self) -> bool {
        self.form().is_text()
    }
}

impl fmt::Display for LogType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_lead_back() {
        assert!(LogType::ALL.is_sorted_by_key(|log_type| log_type.name()));
        for log_type in LogType::ALL {
            assert_eq!(LogType::parse(log_type.name()), Some(log_type));
            assert!(log_type.doc().ends_with('.'), "{log_type}");
        }
        assert_eq!(LogType::parse("mail"), None);
    }
}
