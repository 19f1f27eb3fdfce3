//! Writes what Python's pickle protocol 1 has for numbers, byte strings, tuples and lists.
//!
//! Memo entries are left out, as Python 2's C pickler leaves them out for what nothing else
//! refers to.

/// Puts a pickle behind what is in a vector.
pub(super) struct Pickler<'o>(&'o mut Vec<u8>);

/// So many elements Python puts onto a list at a time.
const BATCH: usize = 1000;

/// Appends the pickle of what `put` puts.
pub(super) fn pickle(out: &mut Vec<u8>, put: impl FnOnce(&mut Pickler<'_>)) {
    put(&mut Pickler(out));
    out.push(b'.');
}

impl Pickler<'_> {
    /// A number, in the shortest form that holds it.
    pub(super) fn int(&mut self, value: i64) {
        if let Ok(value) = u8::try_from(value) {
            self.0.extend([b'K', value]);
        } else if let Ok(value) = u16::try_from(value) {
            self.0.push(b'M');
            self.0.extend(value.to_le_bytes());
        } else if let Ok(value) = i32::try_from(value) {
            self.0.push(b'J');
            self.0.extend(value.to_le_bytes());
        } else if value < 0 {
            self.0.extend(b"L-");
            self.digits(value.unsigned_abs());
        } else {
            self.0.push(b'L');
            self.digits(value.unsigned_abs());
        }
    }

    /// A number without a sign.
    pub(super) fn uint(&mut self, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.int(value),
            Err(_) => {
                self.0.push(b'L');
                self.digits(value);
            }
        }
    }

    /// A byte string.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        // Fields have at most 8 KiB, and what is longer is not written wrong but cut.
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs());
        match u8::try_from(len) {
            Ok(len) => self.0.extend([b'U', len]),
            Err(_) => {
                self.0.push(b'T');
                self.0.extend(len.to_le_bytes());
            }
        }
        self.0.extend(bytes.iter().take(len as usize));
    }

    /// A tuple of what `put` puts.
    pub(super) fn tuple(&mut self, put: impl FnOnce(&mut Self)) {
        self.0.push(b'(');
        put(self);
        self.0.push(b't');
    }

    /// A list of as many elements as `put` is called for.
    pub(super) fn list<T>(
        &mut self,
        elements: impl Iterator<Item = T> + Clone,
        mut put: impl FnMut(&mut Self, T),
    ) {
        self.0.push(b']');
        let mut rest = elements;
        loop {
            let mut batch = rest.clone().take(BATCH);
            match (batch.next(), batch.next()) {
                (None, _) => break,
                (Some(only), None) => {
                    put(self, only);
                    self.0.push(b'a');
                }
                (Some(first), Some(second)) => {
                    self.0.push(b'(');
                    put(self, first);
                    put(self, second);
                    batch.for_each(|element| put(self, element));
                    self.0.push(b'e');
                }
            }
            if rest.nth(BATCH - 1).is_none() {
                break;
            }
        }
    }

    fn digits(&mut self, value: u64) {
        self.0.extend(itoa::Buffer::new().format(value).as_bytes());
        self.0.extend(b"L\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pickled(put: impl FnOnce(&mut Pickler<'_>)) -> Vec<u8> {
        let mut out = Vec::new();
        pickle(&mut out, put);
        out
    }

    #[test]
    fn numbers_take_the_shortest_form() {
        for (value, bytes) in [
            (0, &b"K\x00."[..]),
            (255, b"K\xff."),
            (256, b"M\x00\x01."),
            (65_536, b"J\x00\x00\x01\x00."),
            (-1, b"J\xff\xff\xff\xff."),
            (2_147_483_648, b"L2147483648L\n."),
            (-2_147_483_649, b"L-2147483649L\n."),
        ] {
            assert_eq!(pickled(|out| out.int(value)), bytes, "{value}");
        }
        assert_eq!(pickled(|out| out.uint(u64::MAX)), b"L18446744073709551615L\n.");
    }

    #[test]
    fn lists_are_put_together_as_python_does() {
        let list = |len: u8| pickled(|out| out.list(0..len, |out, n| out.int(n.into())));
        assert_eq!(list(0), b"].");
        assert_eq!(list(1), b"]K\x00a.");
        assert_eq!(list(2), b"](K\x00K\x01e.");
        let long = pickled(|out| out.list(0..1001, |out, _| out.int(7)));
        assert!(long.ends_with(b"K\x07eK\x07a."));
        let even = pickled(|out| out.list(0..1000, |out, _| out.int(7)));
        assert!(even.ends_with(b"K\x07K\x07e."));
    }

    #[test]
    fn long_strings_have_their_length_in_four_bytes() {
        assert_eq!(pickled(|out| out.bytes(b"a'\xff")), b"U\x03a'\xff.");
        let long = pickled(|out| out.bytes(&[b'x'; 256]));
        assert!(long.starts_with(b"T\x00\x01\x00\x00xx"));
        assert_eq!(long.len(), 5 + 256 + 1);
    }
}
