//! Lines that were not understood, counted by what they look like.

use std::collections::BTreeMap;

use super::scan::QueueId;

/// Counts of shapes; of more than [`limit`](Self::new) shapes only the sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shapes {
    pub(super) counts: BTreeMap<String, u64>,
    limit: usize,
    /// Lines whose shape found no room.
    pub(super) others: u64,
}

/// The most bytes of a shape.
const MAX_SHAPE: usize = 160;

impl Shapes {
    pub(super) fn new(limit: usize) -> Self {
        Self { counts: BTreeMap::new(), limit, others: 0 }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn count(&mut self, daemon: &[u8], text: &[u8]) {
        let shape = shape(daemon, text);
        if let Some(count) = self.counts.get_mut(&shape) {
            *count += 1;
        } else if self.counts.len() < self.limit {
            self.counts.insert(shape, 1);
        } else {
            self.others += 1;
        }
    }
}

/// The text with what varies replaced: addresses `A`, queue ids `Q`, hosts and IPs `H`, numbers `N`.
fn shape(daemon: &[u8], text: &[u8]) -> String {
    let mut shape = String::new();
    push(&mut shape, daemon);
    shape.push(':');
    for word in text.split(|byte| *byte == b' ') {
        if shape.len() >= MAX_SHAPE {
            shape.push_str(" ...");
            break;
        }
        shape.push(' ');
        let core = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
        let start = word.iter().position(core).unwrap_or(word.len());
        let end = word.iter().rposition(core).map_or(start, |last| last + 1);
        let (before, rest) = word.split_at_checked(start).unwrap_or_default();
        let (inner, behind) = rest.split_at_checked(end - start).unwrap_or_default();
        push(&mut shape, before);
        if memchr::memchr(b'@', inner).is_some() {
            shape.push('A');
        } else if QueueId::new(inner).is_some() && !inner.iter().all(u8::is_ascii_alphabetic) {
            shape.push('Q');
        } else if memchr::memchr2(b'[', b'.', inner).is_some() {
            shape.push('H');
        } else {
            numbers_replaced(&mut shape, inner);
        }
        push(&mut shape, behind);
    }
    shape
}

fn numbers_replaced(shape: &mut String, text: &[u8]) {
    for run in text.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
        if run.first().is_some_and(u8::is_ascii_digit) {
            shape.push('N');
        } else {
            push(shape, run);
        }
    }
}

/// Appends printable ASCII as it is, and `?` for each run of what is not.
fn push(shape: &mut String, text: &[u8]) {
    for run in text.chunk_by(|a, b| printable(*a) == printable(*b)) {
        match str::from_utf8(run) {
            Ok(run) if run.bytes().all(printable) => {
                shape.extend(run.chars().take(MAX_SHAPE));
            }
            _ => shape.push('?'),
        }
    }
}

fn printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_is_replaced() {
        let seen = |text: &str| shape(b"smtpd", text.as_bytes());
        assert_eq!(seen("4F1B29C0043: gone <a@b.c>, 12s"), "smtpd: Q: gone <A>, Ns");
        assert_eq!(
            seen("warning: hostname a.b does not resolve to address 192.0.2.1"),
            "smtpd: warning: hostname H does not resolve to address H"
        );
        assert_eq!(seen("x[1.2.3.4]: \u{e4}\u{1}"), "smtpd: H]: ??");
    }

    #[test]
    fn shapes_are_bounded() {
        let mut shapes = Shapes::new(2);
        for word in ["a", "b", "c", "a", "d"] {
            shapes.count(b"x", word.as_bytes());
        }
        assert_eq!(
            shapes.counts.into_iter().collect::<Vec<_>>(),
            [("x: a".into(), 2), ("x: b".into(), 1)]
        );
        assert_eq!(shapes.others, 2);
        assert!(shape(b"x", &b"word ".repeat(1000)).len() < 2 * MAX_SHAPE);
        assert!(shape(b"x", &[b'w'; 100_000]).len() < 2 * MAX_SHAPE);
    }
}
