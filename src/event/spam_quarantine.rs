//! The spam quarantine: what goes in, what is released.

use ringmail_rows::rows;

rows! {
    family: SpamQuarantine, 780..=799;
    field recipient: "The recipient.";

    /// Messages are to be released.
    IsqReleasing = 780, Info: "ISQ: Releasing MID ["
        /// The messages' numbers, with comma and blank between them.
        mids: Text "] for all";

    /// A released message goes straight to its delivery.
    IsqDelivering = 781, Info: "ISQ: Delivering released MID " mid: Mid " (skipping work queue)";

    /// A message was released.
    IsqReleased = 782, Info: "ISQ: Released MID " mid: Mid " to " recipient: Text
        also "ISQ: Released MID" mid " to " recipient;

    /// What is done when the quarantine is full changed.
    IsqLimitAction = 783, Info: "ISQ: out of limit action changed to "
        /// What is done.
        action: Quoted;

    /// A message was put into the quarantine.
    IsqQuarantined = 784, Info: "ISQ: Quarantined MID " mid: Mid " for " recipient: Text;

    /// A message was deleted from the quarantine.
    IsqDeleted = 785, Info: "ISQ: Deleted MID " mid: Mid " ("
        /// Why: `expired`, `out of space`, `user` ...
        reason: Text ")";
}
