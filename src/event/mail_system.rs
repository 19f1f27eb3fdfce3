//! What the mail system says of itself in the mail log: services, keys, alerts.

use ringmail_rows::rows;

rows! {
    family: TextMail, 400..=449;
    field address: "Whom the alert is for.";
    field error: "What went wrong.";
    field subject: "The alert's subject.";
    field text: "What there is to say.";

    /// The vault is well.
    VaultHealthy = 400, Info:
        "The vault health check has passed, and the initialization status is "
        /// Whether the vault is initialised.
        initialized: Bool ".";

    /// The phishing protection service is over.
    PhishingExpired = 401, Critical: "The Cisco Advanced Phishing Protection Cloud Service has \
        expired and is disabled. Contact your Cisco Account Manager to renew the service and \
        enable it.";

    /// The phishing protection service will be over.
    PhishingExpires = 402, Info:
        "Cisco Advanced Phishing Protection Cloud Service expires on "
        /// When: `2020-05-10 07:00:00`.
        date: Text
        ". You need to contact your Cisco Account Manager to renew the service";

    /// The phishing protection service cannot be asked: its keys are missing.
    PhishingKeyMissing = 403, Critical: "Failed to poll for the Cisco Advanced Phishing \
        Protection Cloud Service expiry date. You need to add the API Access UID and API Access \
        secret key.";

    /// The phishing protection service cannot be asked: its keys are wrong.
    PhishingKeyInvalid = 404, Critical: "Failed to poll for the Cisco Advanced Phishing \
        Protection Cloud Service expiry date because the API Access Key is invalid. You need to \
        re-configure the API Access UID and secret key";

    /// What was learned of senders was handed over.
    SenderBaseUpload = 405, Info: "SenderBase upload: "
        /// The number of hosts.
        hosts: U64 " hosts totaling "
        /// The size in bytes.
        bytes: U64 " bytes"
        also "SenderBase upload: " hosts " hosts totalling " bytes " bytes";

    /// An alert was sent.
    AlertSent = 406, Info: "A "
        /// Its class and severity: `System/Critical`.
        class: Text " alert was sent to " address: Text " with subject \"" subject: Text "\""
        also "A " class " alert was sent to " address " with subject " subject;

    /// An alert was handed to the mail system.
    AlertMailSent = 407, Info: "Internal SMTP system successfully sent a message to "
        address: Text " with subject " subject: Quoted "."
        also "Internal SMTP system successfully sent a message to " address
        " with subject " subject: Text;

    /// An alert is about to be handed to the mail system.
    AlertMailAttempt = 408, Info: "Internal SMTP system attempting to send a message to "
        address: Text " with subject " subject: Quoted " (attempt #"
        /// The attempt, counted from 0.
        attempt: U32 ")."
        also "Internal SMTP system attempting to send a message to " address
        " with subject " subject: Text;

    /// An alert could not be handed to the mail system and is given up.
    AlertMailGivenUp = 409, Critical: "Internal SMTP giving up on message to " address: Text
        " with subject " subject: Quoted ": Unrecoverable error."
        also "Internal SMTP giving up on message to " address " with subject " subject: Text
        ": Unrecoverable error.";

    /// An alert could not be handed to the mail system for now.
    AlertMailError = 410, Warning: "Internal SMTP Error: " error: Text;

    /// An alert could not be sent.
    AlertFailed = 411, Critical: "Error while sending alert: " error: Text;

    /// A feature's key will soon be over.
    KeyExpires = 412, Warning: "Your "
        /// The feature.
        feature: Quoted " key will expire in under "
        /// The days that are left, rounded up.
        days: U32 " day(s). " text: Text;

    /// The categories of links are others than before.
    UrlCategoriesChanged = 413, Warning: "URL category definitions have changed. " text: Text;

    /// What the client of the link reputation service says.
    UrlReputationClient = 414, Info: "URL_REP_CLIENT: " text: Text;

    /// A name could not be looked up for now.
    DnsTemporaryFailure = 415, Info: "DNS Temporary Failure "
        /// The name.
        qname: Text " "
        /// The type that was looked up.
        qtype: Text " - " error: Text;

    /// A name server sent us to one that knows nothing.
    MailLameReferral = 416, Info: "lame DNS referral: " text: Text;
}
