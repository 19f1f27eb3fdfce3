//! Links in messages and attachments: their reputation, where short ones lead.

use ringmail_rows::rows;

rows! {
    family: TextMail, 200..=219;
    field error: "What went wrong.";
    field score: "The reputation score, signed, with decimals.";
    field url: "The link.";
    field condition: "The filter's condition that it matches.";

    /// Not all links of a message were checked.
    UrlNotScanned = 200, Info:
        "MID " mid: Mid " not completely scanned for URL Filtering. Error: " error: Text;

    /// A short link was followed by one hop.
    UrlExpanded = 201, Info: "MID " mid: Mid " having URL: " url: Text " has been expanded to "
        /// Where it leads.
        target: Text;

    /// A link's reputation made a filter act.
    UrlAction = 202, Info: "MID " mid: Mid " URL " url: Text " has reputation " score: Text
        " matched Action: "
        /// What was done.
        action: Text;

    /// A link's reputation matched a filter.
    UrlCondition = 203, Info: "MID " mid: Mid " URL " url: Text " has reputation " score: Text
        " matched Condition: " condition: Text;

    /// A link counts as malicious.
    UrlMalicious = 204, Info: "MID " mid: Mid " URL " url: Text " is marked malicious due to : "
        /// Why.
        reason: Text;

    /// A short link could not be followed.
    UrlExpandFailed = 205, Warning:
        "MID " mid: Mid " Failed to expand URL " url: Text " Reason: " error: Text;

    /// The reputation of a link in an attachment matched a filter.
    AttachmentUrl = 206, Info: "MID " mid: Mid " Attachment "
        /// The attachment's name.
        name: Text " URL " url: Text " has reputation " score: Text
        " matched Condition: " condition: Text;

    /// A threat feed knows a link in an attachment.
    ThreatFeedUrl = 207, Info: "MID " mid: Mid " Threat feeds source "
        /// The feed.
        source: Quoted " detected malicious URL: " url: Quoted " in attachment(s): "
        /// The attachments' names.
        files: Text ". Action: "
        /// What was done.
        action: Text;
}
