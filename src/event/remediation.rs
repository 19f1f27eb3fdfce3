//! Messages that are taken out of mailboxes after their delivery.

use ringmail_rows::rows;

rows! {
    family: Remediation, 1040..=1049;
    field recipient: "Whose mailbox.";
    field trigger: "What learned of it: `URL`, `AMP` ...";

    /// The message is not in the mailbox.
    RemediationNoMatch = 1040, Info: "MID: " mid: Mid " No messages in recipient's "
        recipient: Text " mailbox matched the criteria for which remediation was initiated due to "
        trigger: Text " retrospection.";

    /// The message was dealt with.
    RemediationDone = 1041, Info: "MID: " mid: Mid " Message in recipient's " recipient: Text
        " mailbox was "
        /// `deleted`, `forwarded` ...
        action: Text " due to " trigger: Text " retrospection.";

    /// The message could not be dealt with.
    RemediationFailed = 1042, Warning: "MID: " mid: Mid " Remediation in recipient's "
        recipient: Text " mailbox failed: "
        /// What went wrong.
        error: Text;
}
