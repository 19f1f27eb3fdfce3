//! JSON objects of one level, a line each: what sidecars and ledger records are made of.
//!
//! Written and read by hand, so that the library needs nothing for it. The reader takes what the
//! writer writes, and no other JSON: a file that it refuses is not ours, or is damaged.

use std::fmt::Write as _;

/// An object being written.
#[derive(Debug)]
pub(crate) struct Writer(String);

impl Writer {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    pub(crate) fn number(&mut self, key: &str, value: u64) -> &mut Self {
        self.key(key);
        // Writing into memory does not fail.
        write!(self.0, "{value}").ok();
        self
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        self.quoted(value);
        self
    }

    /// An object of numbers.
    pub(crate) fn numbers<'a>(
        &mut self,
        key: &str,
        numbers: impl IntoIterator<Item = (&'a str, u64)>,
    ) -> &mut Self {
        self.key(key);
        self.0.push('{');
        for (key, value) in numbers {
            self.number(key, value);
        }
        self.0.push('}');
        self
    }

    /// The object as a whole line.
    pub(crate) fn line(&mut self) -> String {
        self.0.push_str("}\n");
        std::mem::take(&mut self.0)
    }

    fn key(&mut self, key: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        self.quoted(key);
        self.0.push(':');
    }

    /// Names, times and hashes hold nothing to escape; but whatever comes, the line stays one.
    fn quoted(&mut self, text: &str) {
        self.0.push('"');
        for char in text.chars() {
            match char {
                '"' | '\\' => self.0.extend(['\\', char]),
                '\0'..='\x1f' | '\x7f' => {
                    write!(self.0, "\\u{:04x}", u32::from(char)).ok();
                }
                char => self.0.push(char),
            }
        }
        self.0.push('"');
    }
}

/// A value that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Number(u64),
    Text(String),
    Numbers(Vec<(String, u64)>),
}

/// An object that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Object(Vec<(String, Value)>);

impl Object {
    /// Reads a line; `None` if it is no object, or not in the form that we write.
    pub(crate) fn read(line: &[u8]) -> Option<Self> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let mut rest = Rest(std::str::from_utf8(line).ok()?);
        let members = rest.members(|rest| {
            Some(match rest.0.as_bytes().first()? {
                b'"' => Value::Text(rest.text()?),
                b'{' => Value::Numbers(rest.members(Rest::number)?),
                _ => Value::Number(rest.number()?),
            })
        })?;
        rest.0.is_empty().then_some(Self(members))
    }

    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        match self.find(key)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.find(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn numbers(&self, key: &str) -> Option<&[(String, u64)]> {
        match self.find(key)? {
            Value::Numbers(numbers) => Some(numbers),
            _ => None,
        }
    }

    fn find(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

/// What is still to be read.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn members<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<(String, T)>> {
        self.skip("{")?;
        let mut members = Vec::new();
        if self.skip("}").is_some() {
            return Some(members);
        }
        loop {
            let key = self.text()?;
            self.skip(":")?;
            members.push((key, read(self)?));
            if self.skip("}").is_some() {
                return Some(members);
            }
            self.skip(",")?;
        }
    }

    fn skip(&mut self, what: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(what)?;
        Some(())
    }

    fn number(&mut self) -> Option<u64> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.parse().ok()
    }

    fn text(&mut self) -> Option<String> {
        self.skip("\"")?;
        let mut text = String::new();
        loop {
            let plain = self.0.find(['"', '\\'])?;
            let (before, rest) = self.0.split_at_checked(plain)?;
            text.push_str(before);
            self.0 = rest;
            if self.skip("\"").is_some() {
                return Some(text);
            }
            self.skip("\\")?;
            if self.skip("u").is_some() {
                let (digits, rest) = self.0.split_at_checked(4)?;
                text.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                self.0 = rest;
            } else {
                let char = self.0.chars().next().filter(|char| "\"\\".contains(*char))?;
                text.push(char);
                self.0 = self.0.get(1..)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_json() {
        let line = Writer::new()
            .number("seq", 7)
            .text("file", "mail.@20260101T000000.s")
            .numbers("terms", [("taken", 1), ("written", u64::MAX)])
            .numbers("none", [])
            .line();
        assert_eq!(
            line,
            "{\"seq\":7,\"file\":\"mail.@20260101T000000.s\",\"terms\":{\"taken\":1,\
             \"written\":18446744073709551615},\"none\":{}}\n"
        );
        let read = Object::read(line.as_bytes()).unwrap();
        assert_eq!(read.number("seq"), Some(7));
        assert_eq!(read.text("file"), Some("mail.@20260101T000000.s"));
        assert_eq!(read.numbers("terms").unwrap()[1], ("written".to_owned(), u64::MAX));
        assert_eq!((read.number("file"), read.text("x")), (None, None));
    }

    #[test]
    fn other_lines_are_refused() {
        for line in [
            "",
            "{",
            "[]",
            "{}x",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":1,}",
            "{\"a\":-1}",
            "{\"a\":\"",
            "{\"a\":\"\\n\"}",
            "{\"a\":{\"b\":{}}}",
            "{\"a\":18446744073709551616}",
            "{\"a\" :1}",
        ] {
            assert_eq!(Object::read(line.as_bytes()), None, "{line}");
        }
        assert_eq!(Object::read(b"{\"a\":\"\xff\"}"), None);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_one_line(text: String) {
            let line = Writer::new().text("a", &text).line();
            prop_assert_eq!(line.matches('\n').count(), 1);
            let read = Object::read(line.as_bytes()).unwrap();
            prop_assert_eq!(read.text("a"), Some(text.as_str()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _read_or_refused = Object::read(&bytes);
        }
    }
}
