//! What an SMTP reply says: its human part, and the reason that a bounce gives.

/// The part of a reply to the end of a message that a `Response` line shows.
///
/// `text` is the reply without its code. Blanks and punctuation are taken from its front, and with
/// a 250 the word `OK` in any case, and what blanks and punctuation follow it; blanks are taken
/// from its end. A code of 0 stands for an unknown one and is taken for 250. Source: section
/// "text_mail" of `docs/FORMATS.md`.
///
/// ```
/// use ringmail::format::reply::human_part;
/// assert_eq!(human_part(250, b"Ok: queued as 9C8B425DA7 "), b"queued as 9C8B425DA7");
/// assert_eq!(human_part(250, b"2.0.0 OK"), b"2.0.0 OK");
/// assert_eq!(human_part(250, b"Okay"), b"Okay");
/// assert_eq!(human_part(550, b"ok, but no"), b"ok, but no");
/// ```
#[must_use]
pub fn human_part(code: u16, text: &[u8]) -> &[u8] {
    let text = front_stripped(text.trim_ascii_end());
    if !matches!(code, 0 | 250) {
        return text;
    }
    match text.split_at_checked(2) {
        Some((ok, rest))
            if ok.eq_ignore_ascii_case(b"ok")
                && !rest.first().is_some_and(u8::is_ascii_alphanumeric) =>
        {
            front_stripped(rest)
        }
        _ => text,
    }
}

/// Without the blanks and the punctuation at its front.
fn front_stripped(text: &[u8]) -> &[u8] {
    let is_kept = |byte: &u8| !(byte.is_ascii_punctuation() || byte.is_ascii_whitespace());
    let front = text.iter().position(is_kept).unwrap_or(text.len());
    text.get(front..).unwrap_or_default()
}

/// The reason that a bounce gives for a reply: enhanced status code and its reading.
///
/// The enhanced code (RFC 3463) is that at the front of the reply's first line, or else one that
/// fits the SMTP code; 0 stands for no answer at all.
///
/// ```
/// use ringmail::format::reply::reason;
/// assert_eq!(reason(550, b"5.1.1 no such user"), "5.1.1 - Bad destination mailbox address");
/// assert_eq!(reason(550, b"There is no such active account."), "5.1.0 - Unknown address error");
/// assert_eq!(reason(0, b""), "4.4.0 - Other network problem");
/// ```
#[must_use]
pub fn reason(code: u16, first_line: &[u8]) -> String {
    let code = told(first_line).unwrap_or(match code {
        0 => "4.4.0",
        421 => "4.3.2",
        450 | 451 => "4.3.0",
        452 => "4.2.2",
        400..=499 => "4.0.0",
        550 | 551 | 553 => "5.1.0",
        552 => "5.2.2",
        _ => "5.3.0",
    });
    let (_, of_class) = code.split_once('.').unwrap_or_default();
    let reading = READINGS.iter().find(|(known, _)| *known == of_class);
    format!("{code} - {}", reading.map_or("Other undefined status", |(_, reading)| reading))
}

/// The enhanced code at the front of a line, if there is one for a failure.
fn told(line: &[u8]) -> Option<&str> {
    let word = line.split(|byte| *byte == b' ').next()?;
    let word = str::from_utf8(word).ok()?;
    let mut numbers = word.split('.').map(str::parse::<u16>);
    let is_class = matches!(numbers.next(), Some(Ok(4 | 5)));
    let is_rest = numbers.by_ref().take(2).flatten().count() == 2 && numbers.next().is_none();
    (is_class && is_rest && word.len() <= 11).then_some(word)
}

/// Readings of enhanced codes, without their class. Source: RFC 3463, section 3.
const READINGS: [(&str, &str); 21] = [
    ("1.0", "Unknown address error"),
    ("1.1", "Bad destination mailbox address"),
    ("1.2", "Bad destination host"),
    ("1.3", "Bad destination mailbox address syntax"),
    ("1.8", "Bad sender's system address"),
    ("2.0", "Other or undefined mailbox status"),
    ("2.1", "Mailbox disabled, not accepting messages"),
    ("2.2", "Mailbox full"),
    ("2.3", "Message length exceeds administrative limit"),
    ("3.0", "Other mail system problem"),
    ("3.2", "System not accepting network messages"),
    ("3.4", "Message too big for system"),
    ("4.0", "Other network problem"),
    ("4.1", "No answer from host"),
    ("4.2", "Bad connection"),
    ("4.4", "Unable to route"),
    ("4.7", "Delivery expired (message too old)"),
    ("5.0", "Other protocol error"),
    ("6.0", "Other media error"),
    ("7.0", "Other security problem"),
    ("7.1", "Delivery not authorized"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_human_part_loses_what_says_nothing() {
        for (text, kept) in [
            ("", ""),
            (" : ", ""),
            ("ok", ""),
            ("OK: ", ""),
            ("(ok) fine", "fine"),
            ("ok:  Message 31009 accepted", "Message 31009 accepted"),
            ("2.6.0 <a@b> Queued mail for delivery", "2.6.0 <a@b> Queued mail for delivery"),
        ] {
            assert_eq!(human_part(250, text.as_bytes()), kept.as_bytes(), "{text}");
        }
    }

    /// Settings apply to what may have been stripped before.
    #[test]
    fn what_is_stripped_stays_as_it_is() {
        for text in ["Ok: queued", "ok ok fine", "x"] {
            let once = human_part(550, text.as_bytes());
            assert_eq!(human_part(550, once), once);
        }
    }

    #[test]
    fn only_a_whole_code_is_taken_from_the_reply() {
        for line in ["5.1", "2.1.5 fine", "5.1.1.1", "5.x.1", "", "5.1.1x"] {
            assert_eq!(reason(452, line.as_bytes()), "4.2.2 - Mailbox full", "{line}");
        }
    }
}
