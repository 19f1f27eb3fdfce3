//! A message goes out: delivery connections, replies, bounces, and the end of the message.

use ringmail_rows::rows;

rows! {
    family: TextMail, 290..=349;
    field address: "The address.";
    field attempts: "Delivery attempts, this one included.";
    field bytes: "The message's size in bytes.";
    field cipher: "The cipher suite, by its name in the TLS library.";
    field code: "The SMTP code of the other server's reply, 0 when there was no answer.";
    field domain: "The recipient's domain.";
    field error: "What went wrong.";
    field filter: "The filter's name.";
    field from: "The envelope sender, without angle brackets; empty for bounces.";
    field headers: "The logged headers of the message.";
    field injected: "When the message came in.";
    field interface: "The interface that the connection goes out on: an address or a name.";
    field ip: "The other server's address, 0.0.0.0 when there was no connection.";
    field message: "The first bytes of the message, as many as the bounce log wants.";
    field protocol: "The protocol and its version.";
    field reason: "Enhanced code and reading of the reply: `5.1.0 - Unknown address error`.";
    field response: "The lines of the other server's reply.";
    field source_ip: "The address that the message came from.";
    field table: "Which policies: `inbound` or `outbound`.";
    field query: "The query's name.";
    field to: "The envelope recipient, without angle brackets.";

    /// A message is scanned and waits for its delivery.
    Queued = 290, Info: "MID " mid: Mid " queued for delivery";

    /// A delivery connection was opened.
    NewDcid = 291, Info:
        "New SMTP DCID " dcid: Dcid " interface " interface: Text " address " ip: Ip
        [" port "
        /// The other server's port.
        port: U16]
        +
        /// The domain that the connection is for.
        domain: Text;

    /// The delivery of a message to some of its recipients begins.
    DeliveryStart = 292, Info:
        "Delivery start DCID " dcid: Dcid " MID " mid: Mid " to RID [" rids: RidList "]"
        [offbox: " to offbox IronPort Spam Quarantine"];

    /// A delivery connection switched to TLS.
    DcidTls = 293, Info: "DCID " dcid: Dcid " TLS success protocol " protocol: Text
        " cipher " cipher: Text
        [" for " domain: Text]
        [" CN="
        /// The name in the other server's certificate.
        common_name: Text]
        {only V7_6: " "};

    /// A delivery connection failed to switch to TLS.
    DcidTlsFailed = 294, Info: "DCID " dcid: Dcid " TLS failed: " error: Text;

    /// TLS is demanded for a domain and could not be had.
    DcidTlsRequired = 295, Info: "DCID " dcid: Dcid " IP " ip: Ip
        " TLS was required but could not be successfully negotiated";

    /// A message was delivered to some of its recipients.
    Done = 296, Info:
        "Message done DCID " dcid: Dcid " MID " mid: Mid " to RID [" rids: RidList "]"
        [" ["
        /// The logged headers of the message.
        pairs: Pairs "]"]
        [external: " (external quarantine)"] {only V7_6: " "}
        + from: Text,
        /// The recipients' addresses, one for each of `rids`.
        to: TextList, attempts: U32, bytes: U64, injected: Time, ip: Ip, source_ip: Ip,
        code: Code,
        /// The other server's reply to the end of the message.
        reply: Text;

    /// What the other server replied to the end of a message.
    Response = 297, Info: "MID " mid: Mid " RID [" rids: RidList "] Response "
        /// The text of the reply behind its code. The engine strips it to its human part.
        text: Quoted
        + code: Code
        also "MID " mid " RID [" rids "] Response " text: Text
        also "MID " mid " RID  [" rids "] Response " text
        also "MID " mid " RID  [" rids "] Response " text: Text;

    /// A recipient bounced: the message will not be delivered to it.
    Bounced = 298, Info, keep: "Bounced: DCID " dcid: Dcid " MID " mid: Mid " to RID " rid: Rid
        " - " reason: Text " ('" code: Code "', [" response: TextList "]) [" headers: Pairs "]"
        + from: Text, to: Text, cause: BounceCause, attempts: U32, bytes: U64, injected: Time,
        ip: Ip, source_ip: Ip, message: Text
        also "Bounced: DCID " dcid " MID " mid " to RID " rid " - " reason
        " ('" code "', [" response "])[]"
        also "Bounced: DCID " dcid " MID " mid " to RID " rid " - " reason
        " ('" code "', [" response "])"
        also "Bounced: DCID " dcid " MID " mid " From: <" from "> To: <" to "> RID " rid
        " - " reason " ('" code "', [" response "])"
        also "Bounced: DCID: " dcid " Message " mid " to " rid " " reason
        also "Bounced: " mid ":" rid " From:<" from "> To:<" to "> Reason: \"" reason
        "\" Response: \"('" code "', [" response "])\""
        [" Headers: [" headers: Headers "]"] [" Message: '" message "'"]
        also "Bounced: " mid ":" rid " From:<" from "> To:<" to "> Reason:\"" reason
        "\" Response: \"('" code "', [" response "])\""
        [" Headers: [" headers: Headers "]"] [" Message: '" message "'"]
        also "Bounced: " mid ":" rid " From:<" from "> To:<" to ">"
        also "Bounced: " mid ":" rid " From: <" from "> To: <" to ">";

    /// A delivery to a recipient failed for now and will be tried again.
    Delayed = 299, Info, keep: "Delayed: DCID " dcid: Dcid " MID " mid: Mid " to RID " rid: Rid
        " - " reason: Text " ('" code: Code "', [" response: TextList "]) [" headers: Pairs "]"
        + from: Text, to: Text, cause: BounceCause, attempts: U32, bytes: U64, injected: Time,
        ip: Ip, source_ip: Ip, message: Text
        also "Delayed: DCID " dcid " MID " mid " to RID " rid " - " reason
        " ('" code "', [" response "])[]"
        also "Delayed: DCID " dcid " MID " mid " to RID " rid " - " reason
        " ('" code "', [" response "])"
        also "Delayed: DCID " dcid " MID " mid " From: <" from "> To: <" to "> RID " rid
        " - " reason " ('" code "', [" response "])"
        also "Delayed: DCID: " dcid " Message " mid " to " rid " " reason
        also "Delayed: " mid ":" rid " From:<" from "> To:<" to "> Reason: \"" reason
        "\" Response: \"('" code "', [" response "])\""
        [" Headers: [" headers: Headers "]"] [" Message: '" message "'"]
        also "Delayed: " mid ":" rid " From:<" from "> To:<" to "> Reason:\"" reason
        "\" Response: \"('" code "', [" response "])\""
        [" Headers: [" headers: Headers "]"] [" Message: '" message "'"]
        also "Delayed: " mid ":" rid " From:<" from "> To:<" to ">"
        also "Delayed: " mid ":" rid " From: <" from "> To: <" to ">";

    /// A bounce could not be delivered either.
    DoubleBounce = 300, Info: "Double bounce: "
        /// What there is to say.
        text: Text;

    /// A message waits for its next delivery attempt.
    Pending = 301, Info: "Message " mid: Mid " to RID [" rids: RidList "] pending till "
        /// When it is tried again.
        until: Time
        also "MID " mid " to RID [" rids "] pending till " until;

    /// Nothing more will be done for a message: its last record.
    Finished = 302, Info, keep: "Message finished MID " mid: Mid " done";

    /// Nothing more will be done for a message that was aborted.
    FinishedAborted = 303, Info, keep: "Message finished MID " mid: Mid " aborted";

    /// An engine dropped a message.
    Dropped = 304, Info, keep: "Message aborted MID " mid: Mid " Dropped by "
        /// The engine: `CASE`, `antivirus`, `amp` ...
        engine: Text;

    /// A filter dropped a message.
    DroppedByFilter = 305, Info, keep: "Message aborted MID " mid: Mid " Dropped by "
        [content: "content "] "filter " filter: Quoted [" in the " table: Text " table"];

    /// A content filter bounced a message.
    BouncedByFilter = 306, Info, keep: "Message aborted MID " mid: Mid
        " Bounced by content filter " filter: Quoted " in the " table: Text " table";

    /// A message came to an early end for another reason.
    Aborted = 307, Info, keep: "Message aborted MID " mid: Mid " "
        /// What happened: `Receiving aborted by sender` ...
        what: Text;

    /// A delivery connection could not be made.
    ConnectionError = 308, Info: "Connection Error: DCID " dcid: Dcid " domain: " domain: Text
        " IP: " ip: Ip " port: "
        /// The other server's port.
        port: U16 " details: "
        /// What the system says.
        details: Text " interface: " interface: Text " reason: "
        /// Why, in words.
        why: Text;

    /// A connection broke after the end of a message: the other server may have taken it.
    PossibleDelivery = 309, Info:
        "Possible Delivery: DCID: " dcid: Dcid " MID " mid: Mid " to [" rids: RidList "]";

    /// An operator deleted recipients from the queue.
    RecipientsDeleted = 310, Info: "Deleted: MID " mid: Mid " to [" rids: RidList "]";

    /// A delivery connection ended because too many are open.
    ConcurrencyReached = 311, Info: "Mail delivery client with DCID " dcid: Dcid
        " exited due to the maximum concurrency configuration.";

    /// A recipient is on the global unsubscribe list.
    GlobalUnsubscribe = 312, Info: "Global unsubscribe matched entry "
        /// The entry of the list.
        entry: Text " RID " rid: Rid " Address " address: Text " Action "
        /// What was done.
        action: Text;

    /// An alias replaced a recipient.
    AliasMatch = 313, Info:
        "Alias match: MID " mid: Mid " RID " rid: Rid " recipient " address: Text " mapped to ["
        /// The addresses that take its place.
        targets: Text "]";

    /// A directory was asked about a recipient.
    LdapQuery = 314, Info: "LDAP: "
        /// What for: `Accept`, `Bounce`, `Reroute`, `Masquerade` ...
        purpose: Text " query " query: Text " MID " mid: Mid " RID " rid: Rid
        " address " address: Text
        [" to "
        /// The answer.
        target: Text];

    /// A directory was asked about an address outside any message.
    LdapLookup = 315, Info: "LDAP: "
        /// What for, or `No Match`.
        purpose: Text " query " query: Text " address " address: Text;

    /// A directory gave no answer: the message is tried again.
    LdapRequeued = 316, Info: "LDAP: unable to process, MID " mid: Mid " requeued";

    /// A delivery connection is closed.
    DcidClose = 317, Info: "DCID " dcid: Dcid " close";
}
