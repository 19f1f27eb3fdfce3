//! A message comes in: its sender, its recipients, its headers, its parts.

use ringmail_rows::rows;

rows! {
    family: TextMail, 60..=99;
    field bytes: "The size in bytes.";
    field child: "The message that was made.";
    field error: "What went wrong.";
    field from: "The envelope sender, without angle brackets; empty for bounces.";
    field policy: "The mail policy.";
    field table: "Which policies: `inbound` or `outbound`.";
    field to: "The envelope recipient, without angle brackets.";

    /// A message begins: its number is given at the sender's command, or when the system makes
    /// the message itself.
    StartMid = 60, Info: "Start MID " mid: Mid " ICID " icid: Icid
        [isq_notification: " (ISQ Notification)"];

    /// A sender was named and accepted.
    Sender = 61, Info: "MID " mid: Mid " ICID " icid: Icid " From: <" from: Text ">"
        also "MID " mid " ICID " icid " From: " from;

    /// A recipient was named and accepted.
    Recipient = 62, Info:
        "MID " mid: Mid " ICID " icid: Icid " RID " rid: Rid " To: <" to: Text ">";

    /// A bounce came in for a message that was never sent: its address lacks the tag.
    InvalidBounce = 63, Info: "MID " mid: Mid " ICID " icid: Icid
        " invalid bounce, rcpt address <" to: Text "> rejected by bounce verification.";

    /// A bounce came in for a message that was never sent, and is marked as such.
    InvalidBounceTagged = 64, Info: "MID " mid: Mid " ICID " icid: Icid " invalid bounce, tagging";

    /// Bytes were read over TLS.
    TlsRead = 65, Debug: "MID " mid: Mid " ICID " icid: Icid " TLS read " bytes: U64 " bytes ("
        /// How long it took, in seconds with a fraction.
        seconds: Text " seconds)";

    /// The message's `Message-ID` header.
    MessageId = 66, Info: "MID " mid: Mid " Message-ID "
        /// The header's value, angle brackets included.
        message_id: Quoted
        also "MID " mid " Message-ID " message_id: Text;

    /// The message's `Subject` header.
    Subject = 67, Info: "MID " mid: Mid " Subject "
        /// The header's value as it came, folding and encoded words included.
        subject: Subject
        also "MID " mid " Subject " subject: Text;

    /// The message is accepted: written to disk and acknowledged.
    Ready = 68, Info: "MID " mid: Mid " ready " bytes: U64 " bytes from <" from: Text ">";

    /// One mail policy holds for all recipients.
    PolicyMatch = 69, Info: "MID " mid: Mid " matched all recipients for per-recipient policy "
        policy: Text [" in the " table: Text " table"];

    /// A message was split because policies differ between its recipients.
    Split = 70, Info: "MID " mid: Mid " was split creating MID " child: Mid
        " due to a per-recipient policy " policy: Text;

    /// A message was split because safelists and blocklists differ between its recipients.
    SplitBySafelist = 71, Info: "MID " mid: Mid " was split creating MID " child: Mid
        " due to a SL/BL configuration for following recipients: "
        /// The recipients of the message that was made.
        recipients: Text;

    /// A message should have been split and was not.
    SplitFailed = 72, Info: "MID " mid: Mid " could not be split "
        /// Why.
        reason: Text;

    /// An attachment was found.
    Attachment = 73, Info: "MID " mid: Mid " attachment "
        /// The file's name as the message spells it.
        name: Quoted;

    /// The types of a message's attachments.
    AttachmentTypes = 74, Info: "MID " mid: Mid " attachment types "
        /// The types.
        types: Text;

    /// A message came through a relay of one's own; the address before it is taken from a header.
    IncomingRelay = 75, Info: "MID " mid: Mid " IncomingRelay("
        /// The relay's name.
        relay: Text "): "
        /// What was found: header, address, score.
        detail: Text;

    /// A message is too big for an engine.
    TooBig = 76, Info: "MID " mid: Mid " was too big (" bytes: U64 "/"
        /// The most that the engine scans, in bytes.
        limit: U64 ") for scanning by "
        /// The engine: `Outbreak Filters`, `CASE` ...
        engine: Text;

    /// An envelope sender was replaced.
    MasqueradedSender = 77, Info: "MID " mid: Mid " masquerading envelope sender from "
        from: Quoted " to "
        /// The sender from here on.
        new: Quoted;

    /// An address in a header was replaced.
    MasqueradedHeader = 78, Info: "MID " mid: Mid " masquerading header "
        /// The header's name.
        header: Quoted " from "
        /// What stood there.
        old: Quoted " to "
        /// What stands there from here on.
        new: Quoted;

    /// A filter's own entry.
    CustomLogEntry = 79, Info: "MID " mid: Mid " Custom Log Entry: "
        /// What the filter says.
        text: Text
        +
        /// The label under which the filter says it.
        label: Text;

    /// A text of a message is in a character set that could not be converted.
    CharsetFailed = 80, Info: "MID " mid: Mid " Could not convert character set: " error: Text;

    /// A message could not be taken apart.
    ScanningProblem = 81, Warning: "MID " mid: Mid ", Message Scanning Problem: "
        /// What is wrong with the message.
        problem: Text;

    /// A part of a message could not be scanned.
    ScanningError = 82, Warning: "MID " mid: Mid ": scanning error (name="
        /// The name of the part.
        name: Quoted ", type="
        /// The part's type.
        mime: Text "): " error: Text;

    /// Sender and recipients of a message in one line.
    RecipientTotal = 83, Info: "MID " mid: Mid " From: <" from: Text "> To: <" to: Text ">, "
        /// What stands before the words: the count comes last.
        detail: Text " total recipients.";
}
