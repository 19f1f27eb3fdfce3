//! What all scanning engines have in common: the alerts that they send.

use ringmail_rows::rows;

rows! {
    family: Scanning, 770..=779;
    field address: "Whom the alert is for.";
    field error: "What went wrong.";
    field subject: "The alert's subject: `{Severity} <{Class}> {host}: {text}`, cut with `...`.";

    /// An alert is about to be handed to the mail system.
    ScanAlertAttempt = 770, Info: "Internal SMTP system attempting to send a message to "
        address: Text " with subject " subject: Quoted " (attempt #"
        /// The attempt, counted from 0.
        attempt: U32 ").";

    /// An alert was handed to the mail system.
    ScanAlertMailSent = 771, Info: "Internal SMTP system successfully sent a message to "
        address: Text " with subject " subject: Quoted ".";

    /// An alert was sent.
    ScanAlertSent = 772, Info: "A "
        /// Its class and severity: `Anti-Virus/Warning`.
        class: Text " alert was sent to " address: Text " with subject \"" subject: Text "\"."
        also "A " class " alert was sent to " address " with subject \"" subject "\"";

    /// An alert could not be handed to the mail system and is given up.
    ScanAlertGivenUp = 773, Critical: "Internal SMTP giving up on message to " address: Text
        " with subject " subject: Quoted ": Unrecoverable error.";

    /// An alert could not be handed to the mail system for now.
    ScanAlertMailError = 774, Warning: "Internal SMTP Error: " error: Text;

    /// An alert could not be sent.
    ScanAlertFailed = 775, Critical: "Error while sending alert: " error: Text;

    /// What the service says that takes messages apart.
    ContentScanner = 776, Info: "PF: "
        /// What there is to say.
        text: Text;
}
