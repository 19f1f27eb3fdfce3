//! What a reply means, and the message that tells a sender of it (RFC 3464).

use std::fmt::Write;

use ringmail::event::Mid;
use ringmail::format;

use crate::HOST;
use crate::client::Reply;
use crate::queue::Message;

/// A recipient that was given up.
pub(crate) struct GivenUp<'a> {
    pub(crate) address: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) reply: &'a Reply,
}

/// Enhanced code and reading of a reply: `5.1.0 - Unknown address error`.
pub(crate) fn reason(reply: &Reply) -> String {
    let first = reply.lines.first().map_or(&[][..], Vec::as_slice);
    format::reply::reason(reply.code, first)
}

/// The content of the message that tells `message`'s sender.
pub(crate) fn report(mid: Mid, message: &Message, given_up: &[GivenUp<'_>]) -> Vec<u8> {
    let boundary = format!("bounce-{}-of-{}", mid.0, message.mid.0);
    let mut text = format!(
        "From: Mail Delivery System <MAILER-DAEMON@{HOST}>\r\nTo: {to}\r\n\
         Subject: Delivery Status Notification (Failure)\r\n\
         Message-ID: <bounce.{}@{HOST}>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"{boundary}\"\r\n\
         \r\n--{boundary}\r\nContent-Type: text/plain\r\n\r\n\
         These recipients of your message cannot be reached:\r\n\r\n",
        mid.0,
        to = message.from,
    );
    let mut status = format!("Reporting-MTA: dns; {HOST}\r\n");
    for GivenUp { address, reason, reply } in given_up {
        let code = reason.split(' ').next().unwrap_or_default();
        // Writing into a String cannot fail.
        let _ok = write!(text, "<{address}>: {reason}: {} {}\r\n", reply.code, reply.text());
        let _ok = write!(
            status,
            "\r\nFinal-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: {code}\r\n"
        );
    }
    let end = memchr::memmem::find(&message.content, b"\r\n\r\n").map_or(0, |at| at + 2);
    let headers = message.content.get(..end).unwrap_or_default();
    let mut content = text.into_bytes();
    for (kind, part) in
        [("message/delivery-status", status.as_bytes()), ("text/rfc822-headers", headers)]
    {
        content.extend_from_slice(
            format!("\r\n--{boundary}\r\nContent-Type: {kind}\r\n\r\n").as_bytes(),
        );
        content.extend_from_slice(part);
    }
    content.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    content
}
