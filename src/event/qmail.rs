//! The lines of qmail-send, which the qmail-format log is written in. Mail servers emit none of
//! these: they follow from the events of the text mail log.

use ringmail_rows::rows;

rows! {
    family: QmailMail, 1110..=1119;
    field delivery: "The delivery, counted from 1.";
    field report: "What came of it: blanks as `_`, line ends as `/`, unprintable bytes as `?`.";

    /// A message is in the queue.
    QmailNew = 1110, Info: "new msg " mid: Mid;

    /// What is known of a new message.
    QmailInfo = 1111, Info: "info msg " mid: Mid ": bytes "
        /// The size in bytes.
        bytes: U64 " from <"
        /// The envelope sender, empty for bounces.
        from: Text "> qp "
        /// The process that put it into the queue.
        qp: U64 " uid "
        /// The user that this process runs as.
        uid: U64;

    /// A delivery to one recipient begins.
    QmailStarting = 1112, Info: "starting delivery " delivery: U64 ": msg " mid: Mid " to "
        /// `local` or `remote`.
        place: Text " "
        /// The envelope recipient.
        to: Text;

    /// A recipient has the message.
    QmailSuccess = 1113, Info: "delivery " delivery: U64 ": success: " report: Text;

    /// A recipient will not have the message.
    QmailFailure = 1114, Info: "delivery " delivery: U64 ": failure: " report: Text;

    /// A recipient does not have the message yet.
    QmailDeferral = 1115, Info: "delivery " delivery: U64 ": deferral: " report: Text;

    /// How many deliveries are under way, and how many can be.
    QmailStatus = 1116, Info: "status: local "
        /// Local deliveries.
        local: U64 "/"
        /// The most of these.
        local_limit: U64 " remote "
        /// Remote deliveries.
        remote: U64 "/"
        /// The most of these.
        remote_limit: U64 [exiting: " exitasap"];

    /// A bounce was made of a message.
    QmailBounce = 1117, Info: "bounce msg " mid: Mid " qp "
        /// The process that put the bounce into the queue; here, the bounce's own number.
        qp: U64;

    /// A message is out of the queue.
    QmailEnd = 1118, Info: "end msg " mid: Mid;
}
