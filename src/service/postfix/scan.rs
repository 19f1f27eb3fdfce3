//! The small parts that lines of Postfix are made of.

use core::net::IpAddr;

use memchr::{memchr, memchr2, memmem};

/// The most bytes of a queue id that is one.
const MAX_QUEUE_ID: usize = 24;

/// A queue id, short or long, padded with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct QueueId([u8; MAX_QUEUE_ID]);

impl QueueId {
    /// The whole of `text`, if it is a queue id.
    ///
    /// Short ones are made of `0-9A-F`; long ones of digits and consonants, so that no word is one.
    #[inline]
    pub(super) fn new(text: &[u8]) -> Option<Self> {
        let mut id = [0; MAX_QUEUE_ID];
        let place = id.get_mut(..text.len())?;
        let is_short =
            text.len() >= 5 && text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
        if !is_short {
            let is_vowel = |byte: &u8| {
                matches!(byte, b'A' | b'E' | b'I' | b'O' | b'U' | b'a' | b'e' | b'i' | b'o' | b'u')
            };
            let is_long = text.len() >= 10
                && text.iter().any(u8::is_ascii_digit)
                && text.iter().all(|byte| byte.is_ascii_alphanumeric() && !is_vowel(byte));
            if !is_long {
                return None;
            }
        }
        place.copy_from_slice(text);
        Some(Self(id))
    }

    /// The queue id that `text` begins with, and what stands behind it and its colon.
    #[inline]
    pub(super) fn before_colon(text: &[u8]) -> Option<(Self, &[u8])> {
        let near = text.get(..MAX_QUEUE_ID + 1).unwrap_or(text);
        let (id, _) = text.split_at_checked(memchr(b':', near)?)?;
        let rest = text.get(id.len()..)?.strip_prefix(b": ")?;
        Some((Self::new(id)?, rest))
    }

    /// The id as it is written.
    pub(super) fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(MAX_QUEUE_ID);
        str::from_utf8(self.0.get(..end).unwrap_or_default()).unwrap_or_default()
    }
}

/// The other side of a connection: `host[ip]` or `host[ip]:port`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peer<'a> {
    /// `unknown` where there is none.
    pub(super) host: &'a [u8],
    /// `None` for a socket's path, and where Postfix could not tell.
    pub(super) ip: Option<IpAddr>,
    pub(super) port: u16,
}

impl<'a> Peer<'a> {
    /// The peer that `text` begins with, and what follows.
    #[inline]
    pub(super) fn read(text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (host, rest) = at_byte(text, b'[')?;
        if host.len() > 255 || memchr(b' ', host).is_some() {
            return None;
        }
        let (ip, mut rest) = at_byte(rest, b']')?;
        let ip = str::from_utf8(ip).ok().and_then(|ip| ip.parse().ok());
        let mut port = 0;
        if let [b':', behind @ ..] = rest
            && let (number, len @ 1..) = number(behind)
        {
            port = u16::try_from(number).unwrap_or(0);
            rest = behind.get(len..)?;
        }
        let host = if host.is_empty() { b"unknown" } else { host };
        Some((Self { host, ip, port }, rest))
    }
}

/// What stands before and behind the first `byte`.
#[inline]
pub(super) fn at_byte(text: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let (before, behind) = text.split_at_checked(memchr(byte, text)?)?;
    Some((before, behind.get(1..)?))
}

/// What stands before and behind the first `needle`.
#[inline]
pub(super) fn at<'a>(text: &'a [u8], needle: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let (before, behind) = text.split_at_checked(memmem::find(text, needle)?)?;
    Some((before, behind.get(needle.len()..)?))
}

/// The number that `text` begins with, saturating, and how many digits it has.
#[inline]
pub(super) fn number(text: &[u8]) -> (u64, usize) {
    let mut number = 0_u64;
    let mut len = 0;
    for byte in text {
        if !byte.is_ascii_digit() {
            break;
        }
        number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
        len += 1;
    }
    (number, len)
}

/// The address at whose first byte `text` begins, and what stands behind its `>`.
///
/// A `>` in a quoted local part does not end it. Where the quotes do not close (older versions
/// write addresses without their quoting) the first `>` does.
#[inline]
pub(super) fn address(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = memchr2(b'>', b'"', text)?;
    if text.get(first) == Some(&b'"')
        && let Some(end) = behind_quotes(text, first)
    {
        return Some((text.get(..end)?, text.get(end + 1..)?));
    }
    at_byte(text, b'>')
}

/// Where the first `>` outside quotes stands.
fn behind_quotes(text: &[u8], from: usize) -> Option<usize> {
    let mut is_quoted = false;
    let mut at = from;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' if is_quoted => at += 1,
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// A reply's code, 0 when there was none, and its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer<'a> {
    pub(super) code: u16,
    pub(super) text: &'a [u8],
}

impl<'a> Answer<'a> {
    /// What stands in parentheses at the end of a delivery's line.
    #[inline]
    pub(super) fn read(detail: &'a [u8]) -> Self {
        let text = detail.strip_prefix(b"(").unwrap_or(detail);
        let text = text.strip_suffix(b")").unwrap_or(text);
        if let Some(answer) = Self::reply(text) {
            return answer;
        }
        let of_host = text.strip_prefix(b"delivery temporarily suspended: ").unwrap_or(text);
        if of_host.starts_with(b"host ")
            && let Some((_, said)) =
                at(of_host, b"] said: ").or_else(|| at(of_host, b"] refused to talk to me: "))
            && let Some(mut answer) = Self::reply(said)
        {
            if let Some(end) = memmem::rfind(answer.text, b" (in reply to ") {
                answer.text = answer.text.get(..end).unwrap_or_default();
            }
            return answer;
        }
        Self { code: 0, text }
    }

    /// A reply that begins with its code.
    #[inline]
    pub(super) fn reply(text: &'a [u8]) -> Option<Self> {
        let [a @ b'2'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] = text else {
            return None;
        };
        let text = match rest {
            [] => rest,
            [b' ' | b'-', rest @ ..] => rest,
            _ => return None,
        };
        let digit = |byte: &u8| u16::from(byte - b'0');
        Some(Self { code: digit(a) * 100 + digit(b) * 10 + digit(c), text })
    }
}

/// FNV-1a: the same in every run, unlike the hashes of the standard library.
#[inline]
pub(super) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_no_queue_ids() {
        for id in ["7592E9C0043", "00000", "3ZbgVl3nqkz9rWjL", "4gPzJ02RxVz1xB3d"] {
            assert_eq!(
                QueueId::new(id.as_bytes()).map(|id| id.as_str().to_owned()).as_deref(),
                Some(id)
            );
        }
        for word in ["", "NOQUEUE", "warning", "statistics", "FEED", "rhythms", "0123456789abcdefg"]
        {
            assert_eq!(QueueId::new(word.as_bytes()), None, "{word}");
        }
        assert_eq!(QueueId::new(&[b'1'; 25]), None);
    }

    #[test]
    fn peers() {
        let read = |text: &'static str| {
            let (peer, rest) = Peer::read(text.as_bytes())?;
            let host = str::from_utf8(peer.host).unwrap();
            Some((host, peer.ip.map(|ip| ip.to_string()), peer.port, str::from_utf8(rest).unwrap()))
        };
        let ip = |ip: &str| Some(ip.to_owned());
        assert_eq!(read("a.b[1.2.3.4]:25, x"), Some(("a.b", ip("1.2.3.4"), 25, ", x")));
        assert_eq!(read("unknown[2001:db8::1]: x"), Some(("unknown", ip("2001:db8::1"), 0, ": x")));
        assert_eq!(read("[1.2.3.4]:9"), Some(("unknown", ip("1.2.3.4"), 9, "")));
        assert_eq!(read("h[private/lmtp]"), Some(("h", None, 0, "")));
        assert_eq!(read("a b[1.2.3.4]"), None);
        assert_eq!(read("h[1.2.3.4"), None);
    }

    #[test]
    fn a_quoted_local_part_does_not_end_the_address() {
        let read = |text: &'static str| {
            address(text.as_bytes()).map(|(address, rest)| {
                (str::from_utf8(address).unwrap(), str::from_utf8(rest).unwrap())
            })
        };
        assert_eq!(read("a@b>, x"), Some(("a@b", ", x")));
        assert_eq!(read(r#""a>, \" b"@c>, x"#), Some((r#""a>, \" b"@c"#, ", x")));
        assert_eq!(read(r#"a"b@c>, x"#), Some((r#"a"b@c"#, ", x")));
        assert_eq!(read(">, x"), Some(("", ", x")));
        assert_eq!(read("a@b"), None);
    }

    #[test]
    fn answers() {
        let read = |text: &'static str| {
            let answer = Answer::read(text.as_bytes());
            (answer.code, str::from_utf8(answer.text).unwrap())
        };
        assert_eq!(read("(250 2.0.0 Ok: queued as 1)"), (250, "2.0.0 Ok: queued as 1"));
        assert_eq!(
            read("(host a[1.2.3.4] said: 550-5.1.1 no (x) (in reply to RCPT TO command))"),
            (550, "5.1.1 no (x)")
        );
        assert_eq!(
            read("(delivery temporarily suspended: host a[::1] refused to talk to me: 421 busy)"),
            (421, "busy")
        );
        assert_eq!(read("(delivered to maildir)"), (0, "delivered to maildir"));
        assert_eq!(read("(connect to a[1.2.3.4]:25: Connection refused)").0, 0);
        assert_eq!(read(""), (0, ""));
    }
}
