use memchr::memmem::Finder;

/// What a field is to hold.
#[derive(Debug)]
pub(super) struct Pattern {
    holds: Finder<'static>,
    /// The longest part of it that stands in a line as it is, whatever the line's quoting.
    plain: Vec<u8>,
    ignores_case: bool,
}

impl Pattern {
    pub(super) fn new(holds: &[u8]) -> Self {
        let is_plain = |byte: &u8| byte.is_ascii_graphic() && !b"'\"\\".contains(byte);
        let plain = holds.split(|byte| !is_plain(byte)).max_by_key(|part| part.len());
        Self {
            holds: Finder::new(holds).into_owned(),
            plain: plain.unwrap_or_default().to_vec(),
            ignores_case: false,
        }
    }

    pub(super) fn ignore_case(&mut self) {
        self.ignores_case = true;
    }

    /// Whether one of the line's fields may hold it: a cheap look before the line is read.
    pub(super) fn may_be_in(&self, line: &[u8]) -> bool {
        if !self.ignores_case {
            return memchr::memmem::find(line, &self.plain).is_some();
        }
        let Some(first) = self.plain.first() else { return true };
        memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), line).any(
            |at| {
                let there = line.get(at..at + self.plain.len());
                there.is_some_and(|there| there.eq_ignore_ascii_case(&self.plain))
            },
        )
    }

    pub(super) fn is_in(&self, field: &[u8]) -> bool {
        if !self.ignores_case {
            return self.holds.find(field).is_some();
        }
        match (str::from_utf8(field), str::from_utf8(self.holds.needle())) {
            (Ok(field), Ok(holds)) => field.to_lowercase().contains(&holds.to_lowercase()),
            _ => {
                let holds = self.holds.needle().to_ascii_lowercase();
                memchr::memmem::find(&field.to_ascii_lowercase(), &holds).is_some()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_pattern_is_special() {
        for (holds, field, is_in, ignoring) in [
            ("", "", true, true),
            ("a.c", "abc", false, false),
            ("^a", "a", false, false),
            (".*[x]$", "1.*[X]$", false, true),
            ("it's", "IT'S", false, true),
            ("Grüße", "viele GRÜSSE", false, false),
            ("GRÜ", "viele grüße", false, true),
            ("100%\\", "100%\\ off", true, true),
        ] {
            let mut pattern = Pattern::new(holds.as_bytes());
            assert_eq!(pattern.is_in(field.as_bytes()), is_in, "{holds} {field}");
            assert!(!is_in || pattern.may_be_in(field.as_bytes()), "{holds} {field}");
            pattern.ignore_case();
            assert_eq!(pattern.is_in(field.as_bytes()), ignoring, "{holds} {field}");
            assert!(!ignoring || pattern.may_be_in(field.as_bytes()), "{holds} {field}");
        }
        let mut bytes = Pattern::new(b"A\xff");
        assert!(!bytes.is_in(b"a\xff"));
        bytes.ignore_case();
        assert!(bytes.is_in(b"..a\xff") && bytes.may_be_in(b"a\\xff"));
    }
}
