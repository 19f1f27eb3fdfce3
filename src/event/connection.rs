//! Injection connections: opened, judged by sender group, secured, refused, closed.

use ringmail_rows::rows;

rows! {
    family: TextMail, 1..=59;
    field address: "The address, without angle brackets.";
    field cipher: "The cipher suite, by its name in the TLS library.";
    field country: "The country of the address, or why it is not known.";
    field error: "What went wrong.";
    field group: "The sender group.";
    field host: "The host name of the address, `unknown` when there is none.";
    field interface: "The interface that the connection came in on, by name.";
    field interface_ip: "The interface's own address.";
    field ip: "The other side's address.";
    field mechanism: "The SASL mechanism.";
    field profile: "The SMTP authentication profile.";
    field protocol: "The protocol and its version.";
    field reason: "Why.";
    field sbrs: "The reputation score with one decimal, -10.0 to 10.0, or why there is none.";
    field user: "The user that authenticated.";

    /// A client connected to the system.
    NewIcid = 1, Info: "New SMTP ICID " icid: Icid " interface " interface: Text
        " (" interface_ip: Ip ") address " ip: Ip " reverse dns host " host: Text
        " verified "
        /// Whether the host name leads back to the address.
        verified: YesNo
        +
        /// The listener that accepted the connection.
        listener: Text
        also "New SMTP ICID " icid " interface " interface " address " ip;

    /// The reputation score of a client, where no sender group is told.
    Sbrs = 2, Info: "ICID " icid: Icid " SBRS " sbrs: Text;

    /// A sender group matched a client, and its policy decided what is done with the connection.
    SenderGroup = 3, Info: "ICID " icid: Icid " " action: Action " SG " group: Text " match "
        /// What matched: `sbrs[-1.0:10.0]`, `country[us]`, an address range, a domain, `ALL`.
        condition: Text
        [" SBRS " sbrs: Text]
        [ipr_not_enabled: " ipr not enabled"]
        [" country " country: Text]
        also "ICID " icid " " action " SG " group " match SBRS " sbrs
        also "ICID " icid " " action " SG " group " match  SBRS " sbrs
        also "ICID " icid " " action " SG " group " SBRS " sbrs
        also "ICID " icid " " action " SG " group " match";

    /// A client switched to TLS.
    IcidTls = 4, Info: "ICID " icid: Icid " TLS success" [" protocol " protocol: Text]
        [" cipher " cipher: Text];

    /// A client tried to switch to TLS and failed.
    IcidTlsFailed = 5, Info: "ICID " icid: Icid " TLS failed" [": " error: Text];

    /// A client did not switch to TLS although its policy demands it.
    IcidTlsRequired = 6, Info:
        "ICID " icid: Icid " TLS was required but remote host did not initiate it";

    /// A client is refused only after its recipients are logged.
    DelayedReject = 7, Info: "ICID " icid: Icid
        " Delayed HAT REJECT continuing session for recipient logging (" ip: Ip ")";

    /// An injection connection is closed.
    IcidClose = 8, Info: "ICID " icid: Icid " close";

    /// An injection connection broke; a close follows.
    IcidLost = 9, Info: "ICID " icid: Icid " lost";

    /// A message could not be received.
    ReceivingFailed = 10, Info: "ICID " icid: Icid " Receiving Failed: " error: Text
        also "ICID " icid " Injection Failed: " error;

    /// A sender was refused.
    SenderRejected = 11, Info:
        "ICID " icid: Icid " Address: <" address: Text "> sender rejected, " reason: Text;

    /// A sender was let through by an exception.
    SenderAllowed = 12, Info:
        "ICID " icid: Icid " Address: <" address: Text "> sender allowed, " reason: Text;

    /// A sender's address has no valid form.
    InvalidSender = 13, Info: "ICID " icid: Icid " Invalid sender address: " address: Text;

    /// A recipient's address has no valid form.
    InvalidRecipient = 14, Info:
        "ICID " icid: Icid " MID " mid: Mid " Invalid recipient address: " address: Text;

    /// A recipient was refused.
    RecipientRejected = 15, Info: ["MID " mid: Mid " "] "ICID " icid: Icid " To: <"
        /// The recipient's address.
        to: Text "> Rejected by "
        /// What refused it: `RAT`, `LDAPACCEPT`, `Injection Control`, `DHAP` ...
        by: Text;

    /// The system cut a client off.
    Disconnected = 16, Info:
        "ICID " icid: Icid " disconnected address " ip: Ip ", " reason: Text;

    /// A client was gone before it said anything.
    LostEarly = 17, Info: "ICID " icid: Icid " Connection from " ip: Ip " on interface "
        interface: Text " (" interface_ip: Ip ") lost after "
        /// How long the connection lasted, in seconds with a fraction.
        seconds: Text " seconds (DNS query took "
        /// How long the look-up of its name took, in seconds with a fraction.
        dns_seconds: Text " seconds), before any commands were received";

    /// A client sent a command in a wrong form.
    BadSyntax = 18, Info: "ICID " icid: Icid " Bad syntax for command: "
        /// The command as it came.
        command: Text;

    /// A client sent a command that does not exist.
    UnknownCommand = 19, Info: "ICID " icid: Icid " Unknown command: "
        /// The command as it came.
        command: Text;

    /// The queue behind an injection connection went away.
    QueueDisconnected = 20, Info: "ICID " icid: Icid " queue disconnected";

    /// A connection was refused because a limit is reached.
    ConnectionDropped = 21, Info: "Dropping connection due to " reason: Text ", sender_group="
        group: Text ", listener="
        /// The listener that refused it.
        listener: Text ", reverse_dns=" host: Text;

    /// A connection came in from an address that could not be told.
    AddressUndetermined = 22, Info: "Incoming "
        /// The protocol, such as `SMTP`.
        protocol: Text " connection undetermined IP on interface " interface: Text;

    /// A client authenticated.
    SmtpAuth = 23, Info: "SMTP Auth: (ICID " icid: Icid ") succeeded for user: " user: Text
        " using AUTH mechanism: " mechanism: Text " with profile: " profile: Text
        also "SMTP Auth:(ICID " icid ") succeeded for user: " user
        " using AUTH mechanism: " mechanism " with profile: " profile;

    /// A client failed to authenticate.
    SmtpAuthFailed = 24, Info: "SMTP Auth: (ICID " icid: Icid ") failed for user: " user: Text
        " using AUTH mechanism: " mechanism: Text " with profile: " profile: Text
        also "SMTP Auth:(ICID " icid ") failed for user: " user
        " using AUTH mechanism: " mechanism " with profile: " profile;

    /// An operator ended an injection connection.
    IcidKilled = 25, Info: "SMTP server connection killed ICID: " icid: Icid;

    /// An operator ended a delivery connection.
    DcidKilled = 26, Info: "SMTP client connection killed DCID: " dcid: Dcid;
}
