//! Messages that come from other messages, and what filters and policies do with them.

use ringmail_rows::rows;

rows! {
    family: TextMail, 220..=249;
    field child: "The message that takes its place.";
    field component: "What did it: `bcc`, `antispam`, `alt-rcpt-to-filter` ...";
    field filter: "The filter's name.";
    field parent: "The message that it comes from.";
    field policy: "The mail policy.";
    field table: "Which policies: `inbound` or `outbound`.";

    /// A message was made from another one, which goes on.
    Generated = 220, Info: "MID " mid: Mid {since V7_6: " was"} " generated based on MID "
        parent: Mid " by " component: Text [" filter " filter: Quoted];

    /// A bounce was made for a message.
    GeneratedForBounce = 221, Info:
        "MID " mid: Mid {since V7_6: " was"} " generated for bounce of MID " parent: Mid;

    /// A message was replaced by another one; lines of that one may stand before.
    Rewritten = 222, Info: "MID " mid: Mid " rewritten to " {since V7_6: "MID "} child: Mid
        " by " component: Text [" filter " filter: Quoted];

    /// A content filter dropped a message.
    DroppedByContentFilter = 223, Info: "MID " mid: Mid " was dropped by content filter "
        filter: Quoted " in the " table: Text " table"
        also "MID " mid " Dropped by content filter " filter;

    /// A mail policy bounced a message.
    BouncedByPolicy = 224, Info:
        "MID " mid: Mid " was bounced by policy " policy: Text " in the " table: Text " table";

    /// A mail policy dropped a message.
    DroppedByPolicy = 225, Info:
        "MID " mid: Mid " was dropped by policy " policy: Text " in the " table: Text " table";
}
