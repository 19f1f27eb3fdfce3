//! What a reply means, and the message that tells a sender of it (RFC 3464).

use std::fmt::Write;

use ringmail::event::Mid;

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
    let word = first.split(|byte| *byte == b' ').next().unwrap_or_default();
    let told = str::from_utf8(word).ok().filter(|word| {
        let mut numbers = word.split('.').map(|number| number.parse::<u16>().ok());
        let is_class = matches!(numbers.next(), Some(Some(4 | 5)));
        is_class && numbers.by_ref().take(2).flatten().count() == 2 && numbers.next().is_none()
    });
    let by_code = match reply.code {
        0 => "4.4.0",
        421 => "4.3.2",
        450 | 451 => "4.3.0",
        452 => "4.2.2",
        400..=499 => "4.0.0",
        550 | 551 | 553 => "5.1.0",
        552 => "5.2.2",
        _ => "5.3.0",
    };
    let code = told.unwrap_or(by_code);
    let reading = match code.get(2..).unwrap_or_default() {
        "1.0" => "Unknown address error",
        "1.1" => "Bad destination mailbox address",
        "1.2" => "Bad destination host",
        "2.2" => "Mailbox full",
        "3.0" => "Other mail system problem",
        "3.2" => "System not accepting network messages",
        "4.0" => "Other network problem",
        "7.1" => "Delivery not authorized",
        _ => "Other undefined status",
    };
    format!("{code} - {reading}")
}

/// The human part of a reply to the end of a message: without blanks and punctuation at its
/// start, and for a 250 without the `Ok` there.
pub(crate) fn human_text(reply: &Reply) -> String {
    let text = reply.text();
    let text = text.trim_end_matches([' ', '\t']);
    let strip = |text: &str| -> usize {
        text.len()
            - text
                .trim_start_matches(|c: char| c.is_ascii_punctuation() || c == ' ' || c == '\t')
                .len()
    };
    let text = text.get(strip(text)..).unwrap_or_default();
    match text.split_at_checked(2) {
        Some((ok, rest))
            if reply.code == 250
                && ok.eq_ignore_ascii_case("ok")
                && !rest.starts_with(|c: char| c.is_ascii_alphanumeric()) =>
        {
            rest.get(strip(rest)..).unwrap_or_default().to_owned()
        }
        _ => text.to_owned(),
    }
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
