//! Quarantines: what goes in, what comes out, and the connections to the spam quarantine.

use ringmail_rows::rows;

rows! {
    family: TextMail, 250..=289;
    field quarantine: "The quarantine's name.";
    field reason: "Why.";
    field text: "What there is to say.";
    field ticks: "The number behind `t=`.";

    /// A message was put into a policy quarantine.
    Quarantined = 250, Info: "MID " mid: Mid " quarantined to \"" quarantine: Text "\""
        [" (" reason: Text ")"]
        also "MID " mid " quarantined to " quarantine: Quoted [" (" reason ")"];

    /// A message waits to go to a quarantine on another machine.
    TransferQueued = 251, Info: "MID " mid: Mid
        " enqueued for transfer to centralized quarantine " quarantine: Quoted
        " (" reason: Text ")";

    /// A message left a quarantine.
    Released = 252, Info: "MID " mid: Mid " released " [stripped: "(attachments stripped) "]
        "from quarantine " quarantine: Quoted " (" reason: Text ")" [" t=" ticks: U64];

    /// A message was deleted from a quarantine.
    Deleted = 253, Info: "MID " mid: Mid " deleted from quarantine " quarantine: Quoted
        " (" reason: Text ")" [" t=" ticks: U64];

    /// A message is in no quarantine any more and goes on.
    ReleasedFromAll = 254, Info: "MID " mid: Mid " released from all quarantines";

    /// A message is in no quarantine any more and is gone.
    DeletedFromAll = 255, Info: "MID " mid: Mid " deleted from all quarantines";

    /// There is one more reason why a message is in a quarantine.
    QuarantineReason = 256, Info:
        "MID " mid: Mid " quarantine " quarantine: Quoted " new reason (" reason: Text ")";

    /// A message is to go to the spam quarantine.
    SpamTagged = 260, Info: {only Manual: "EUQ"} {since V7_6: "ISQ"} ": Tagging MID " mid: Mid
        " for quarantine";

    /// A message is in the spam quarantine.
    SpamQuarantined = 261, Info:
        {only Manual: "EUQ"} {since V7_6: "ISQ"} ": Quarantined MID " mid: Mid;

    /// A message left the spam quarantine as a new message.
    SpamReinjected = 262, Info:
        {only Manual: "EUQ"} {since V7_6: "ISQ"} ": Reinjected MID " mid: Mid " as MID "
        /// The new message.
        child: Mid;

    /// A message goes to the spam quarantine.
    RpcStart = 265, Info: "RPC Delivery start RCID " rcid: Rcid " MID " mid: Mid
        " to local IronPort Spam Quarantine";

    /// The spam quarantine took a message.
    RpcDone = 266, Info: "RPC Message done RCID " rcid: Rcid " MID " mid: Mid;

    /// The spam quarantine refused a message.
    RpcRejected = 267, Info: "RPC Message rejected RCID " rcid: Rcid " MID " mid: Mid;

    /// What becomes of the connection to the spam quarantine.
    RpcConnection = 268, Info: "RPC connection " text: Text;

    /// What the client of the spam quarantine does.
    RpcLoop = 269, Trace: "RPC client _message_loop " text: Text;
}
