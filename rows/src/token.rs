//! Tokens of our own, so that all but the front door works, and is tested, outside a compiler.

/// Where a token stood: an index into the front door's list of spans.
pub(crate) type At = usize;

/// A token and where it stood.
#[derive(Clone, Debug)]
pub(crate) struct Spanned {
    pub(crate) token: Token,
    pub(crate) at: At,
}

#[derive(Clone, Debug)]
pub(crate) enum Token {
    Ident(String),
    /// As it stands in the source, quotes included.
    Literal(String),
    Punct(char),
    /// The opening bracket and what is inside.
    Group(char, Vec<Spanned>),
}

/// What is wrong with a row, and where.
#[derive(Clone, Debug)]
pub(crate) struct Error {
    pub(crate) at: At,
    pub(crate) message: String,
}

impl Error {
    pub(crate) fn new(at: At, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// The text of a string literal, or `None` when it is another kind of literal.
pub(crate) fn unquote(source: &str) -> Option<String> {
    if let Some(raw) = source.strip_prefix('r') {
        let hashes = raw.bytes().take_while(|&byte| byte == b'#').count();
        let inner = raw.get(hashes + 1..raw.len().checked_sub(hashes + 1)?)?;
        return Some(inner.to_owned());
    }
    let inner = source.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        text.push(match chars.next()? {
            '\n' => {
                // A backslash at the end of a line joins it with the next.
                while chars.clone().next().is_some_and(char::is_whitespace) {
                    chars.next();
                }
                continue;
            }
            'n' => '\n',
            't' => '\t',
            '0' => '\0',
            c @ ('\\' | '"' | '\'') => c,
            _ => return None,
        });
    }
    Some(text)
}

/// Splits a string into tokens, each `at` the number of tokens before it plus one.
#[cfg(test)]
pub(crate) fn tokenize(text: &str) -> Vec<Spanned> {
    fn group(
        chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
        at: &mut At,
        end: Option<char>,
    ) -> Vec<Spanned> {
        let mut tokens = Vec::new();
        while let Some(c) = chars.next() {
            if Some(c) == end {
                break;
            }
            if c.is_whitespace() {
                continue;
            }
            *at += 1;
            let here = *at;
            let token = match c {
                '[' => Token::Group(c, group(chars, at, Some(']'))),
                '{' => Token::Group(c, group(chars, at, Some('}'))),
                '"' => {
                    let mut literal = String::from(c);
                    while let Some(c) = chars.next() {
                        literal.push(c);
                        match c {
                            '\\' => literal.extend(chars.next()),
                            '"' => break,
                            _ => {}
                        }
                    }
                    Token::Literal(literal)
                }
                c if c.is_alphanumeric() || c == '_' => {
                    let mut word = String::from(c);
                    while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                        word.push(c);
                    }
                    if c.is_ascii_digit() { Token::Literal(word) } else { Token::Ident(word) }
                }
                c => Token::Punct(c),
            };
            tokens.push(Spanned { token, at: here });
        }
        tokens
    }
    group(&mut text.chars().peekable(), &mut 0, None)
}

#[cfg(test)]
mod tests {
    use super::unquote;

    #[test]
    fn unquotes_plain_escaped_and_raw_literals() {
        assert_eq!(unquote(r#""a \"b\" \\""#).as_deref(), Some(r#"a "b" \"#));
        assert_eq!(unquote(r##"r#"a "b""#"##).as_deref(), Some(r#"a "b""#));
        assert_eq!(unquote(r#"r" doc""#).as_deref(), Some(" doc"));
        assert_eq!(unquote("\"a \\\n   b\"").as_deref(), Some("a b"));
        assert_eq!(unquote("12"), None);
        assert_eq!(unquote(r#""\q""#), None);
    }
}
