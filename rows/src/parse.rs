//! From tokens to a family of rows, as they are written.

use crate::token::{At, Error, Spanned, Token, unquote};

/// All rows of one file.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) log_type: Name,
    pub(crate) first: u16,
    pub(crate) last: u16,
    /// What fields of these names hold, unless a row says otherwise.
    pub(crate) fields: Vec<(Name, String)>,
    pub(crate) rows: Vec<Row>,
}

/// A word of the source and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) at: At,
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) doc: String,
    pub(crate) name: Name,
    pub(crate) number: u16,
    pub(crate) number_at: At,
    pub(crate) level: Name,
    pub(crate) keep: bool,
    pub(crate) line: Vec<Piece>,
    pub(crate) hidden: Vec<Field>,
    pub(crate) also: Vec<Vec<Piece>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Literal(Name),
    Field(Field),
    /// A part that is there or not; a part without a field has a name of its own.
    Optional {
        at: At,
        flag: Option<Name>,
        pieces: Vec<Self>,
    },
    Only {
        when: When,
        dialect: Name,
        text: Name,
    },
}

/// Which dialects write a text, compared with the one that stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Only,
    Since,
    Until,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) doc: String,
    pub(crate) name: Name,
    /// Empty in another spelling that leaves it to the line.
    pub(crate) kind: Option<Name>,
}

impl Row {
    /// The fields of the struct in their order: each with whether it is optional.
    pub(crate) fn fields(&self) -> Vec<(Field, Presence)> {
        let mut fields = Vec::new();
        collect(&self.line, Presence::Always, &mut fields);
        fields.extend(self.hidden.iter().map(|field| (field.clone(), Presence::Always)));
        fields
    }
}

/// How a field stands in its struct and on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Always,
    Optional,
    /// A part without a field: a `bool`.
    Flag,
}

fn collect(pieces: &[Piece], presence: Presence, fields: &mut Vec<(Field, Presence)>) {
    for piece in pieces {
        match piece {
            Piece::Field(field) => fields.push((field.clone(), presence)),
            Piece::Optional { flag: Some(name), .. } => {
                let kind = Some(Name { text: crate::kinds::FLAG.to_owned(), at: name.at });
                let doc = String::new();
                fields.push((Field { doc, name: name.clone(), kind }, Presence::Flag));
            }
            Piece::Optional { pieces, .. } => collect(pieces, Presence::Optional, fields),
            Piece::Literal(_) | Piece::Only { .. } => {}
        }
    }
}

/// Reads a whole invocation.
pub(crate) fn family(tokens: &[Spanned]) -> Result<Family, Vec<Error>> {
    let mut cursor = Cursor { rest: tokens, last: 0 };
    read_family(&mut cursor).map_err(|error| vec![error])
}

fn read_family(cursor: &mut Cursor<'_>) -> Result<Family, Error> {
    cursor.keyword("family")?;
    cursor.punct(':')?;
    let log_type = cursor.ident("the log type")?;
    cursor.punct(',')?;
    let (first, _) = cursor.number()?;
    cursor.punct('.')?;
    cursor.punct('.')?;
    cursor.punct('=')?;
    let (last, _) = cursor.number()?;
    cursor.punct(';')?;

    let mut fields = Vec::new();
    while cursor.peek_ident() == Some("field") {
        cursor.keyword("field")?;
        let name = cursor.ident("the field's name")?;
        cursor.punct(':')?;
        fields.push((name, cursor.literal()?.text));
        cursor.punct(';')?;
    }
    let mut rows = Vec::new();
    while !cursor.rest.is_empty() {
        rows.push(row(cursor)?);
    }
    Ok(Family { log_type, first, last, fields, rows })
}

fn row(cursor: &mut Cursor<'_>) -> Result<Row, Error> {
    let doc = cursor.doc()?;
    let name = cursor.ident("the event's name")?;
    cursor.punct('=')?;
    let (number, number_at) = cursor.number()?;
    cursor.punct(',')?;
    let level = cursor.ident("the level")?;
    let keep = cursor.take_punct(',');
    if keep {
        cursor.keyword("keep")?;
    }
    cursor.punct(':')?;
    let line = pieces(cursor, Spelling::Written)?;
    let mut hidden = Vec::new();
    if cursor.take_punct('+') {
        loop {
            let doc = cursor.doc()?;
            let name = cursor.ident("a field")?;
            cursor.punct(':')?;
            hidden.push(Field { doc, name, kind: Some(cursor.ident("the field's kind")?) });
            if !cursor.take_punct(',') {
                break;
            }
        }
    }
    let mut also = Vec::new();
    while cursor.peek_ident() == Some("also") {
        cursor.keyword("also")?;
        also.push(pieces(cursor, Spelling::Also)?);
    }
    cursor.punct(';')?;
    Ok(Row { doc, name, number, number_at, level, keep, line, hidden, also })
}

/// Whether a spelling declares its fields or names those of the line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Written,
    Also,
}

fn pieces(cursor: &mut Cursor<'_>, spelling: Spelling) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    while let Some(next) = cursor.rest.first() {
        let at = next.at;
        match &next.token {
            Token::Literal(_) => pieces.push(Piece::Literal(cursor.literal()?)),
            Token::Ident(word) if word == "also" => break,
            Token::Ident(_) => pieces.push(Piece::Field(field(cursor, String::new(), spelling)?)),
            Token::Punct('#') => {
                let doc = cursor.doc()?;
                pieces.push(Piece::Field(field(cursor, doc, spelling)?));
            }
            Token::Group('[', inner) => {
                cursor.skip();
                pieces.push(optional(at, inner, spelling)?);
            }
            Token::Group('{', inner) => {
                cursor.skip();
                pieces.push(only(at, inner)?);
            }
            Token::Punct(_) | Token::Group(..) => break,
        }
    }
    Ok(pieces)
}

fn field(cursor: &mut Cursor<'_>, doc: String, spelling: Spelling) -> Result<Field, Error> {
    let name = cursor.ident("a field")?;
    let kind = if cursor.take_punct(':') {
        Some(cursor.ident("the field's kind")?)
    } else if spelling == Spelling::Also {
        None
    } else {
        return Err(Error::new(name.at, format!("`{}` has no kind", name.text)));
    };
    Ok(Field { doc, name, kind })
}

fn optional(at: At, inner: &[Spanned], spelling: Spelling) -> Result<Piece, Error> {
    let mut cursor = Cursor { rest: inner, last: at };
    let flag = match inner {
        [
            Spanned { token: Token::Ident(_), .. },
            Spanned { token: Token::Punct(':'), .. },
            Spanned { token: Token::Literal(_), .. },
            ..,
        ] => {
            let name = cursor.ident("the part's name")?;
            cursor.punct(':')?;
            Some(name)
        }
        _ => None,
    };
    let pieces = pieces(&mut cursor, spelling)?;
    cursor.end()?;
    Ok(Piece::Optional { at, flag, pieces })
}

fn only(at: At, inner: &[Spanned]) -> Result<Piece, Error> {
    let mut cursor = Cursor { rest: inner, last: at };
    let word = cursor.ident("`since`, `until` or `only`")?;
    let when = match word.text.as_str() {
        "only" => When::Only,
        "since" => When::Since,
        "until" => When::Until,
        _ => return Err(Error::new(word.at, "expected `since`, `until` or `only`")),
    };
    let dialect = cursor.ident("a dialect")?;
    cursor.punct(':')?;
    let text = cursor.literal()?;
    cursor.end()?;
    Ok(Piece::Only { when, dialect, text })
}

/// What is left of a list of tokens, and where the last one stood.
struct Cursor<'t> {
    rest: &'t [Spanned],
    last: At,
}

impl<'t> Cursor<'t> {
    fn next(&mut self) -> Option<&'t Spanned> {
        let (next, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.last = next.at;
        Some(next)
    }

    fn skip(&mut self) {
        self.next();
    }

    fn wrong(&self, wanted: &str) -> Error {
        let at = self.rest.first().map_or(self.last, |next| next.at);
        Error::new(at, format!("expected {wanted}"))
    }

    fn ident(&mut self, wanted: &str) -> Result<Name, Error> {
        let error = self.wrong(wanted);
        match self.next() {
            Some(Spanned { token: Token::Ident(text), at }) => {
                Ok(Name { text: text.clone(), at: *at })
            }
            _ => Err(error),
        }
    }

    fn keyword(&mut self, word: &str) -> Result<(), Error> {
        let wanted = format!("`{word}`");
        let name = self.ident(&wanted)?;
        if name.text == word {
            Ok(())
        } else {
            Err(Error::new(name.at, "expected ".to_owned() + &wanted))
        }
    }

    fn peek_ident(&self) -> Option<&'t str> {
        match self.rest.first() {
            Some(Spanned { token: Token::Ident(word), .. }) => Some(word),
            _ => None,
        }
    }

    fn literal(&mut self) -> Result<Name, Error> {
        let error = self.wrong("text in double quotes");
        match self.next() {
            Some(Spanned { token: Token::Literal(source), at }) => {
                Ok(Name { text: unquote(source).ok_or(error)?, at: *at })
            }
            _ => Err(error),
        }
    }

    fn number(&mut self) -> Result<(u16, At), Error> {
        let error = self.wrong("a number under 65536");
        match self.next() {
            Some(Spanned { token: Token::Literal(source), at }) => {
                source.parse().map(|number| (number, *at)).map_err(|_| error)
            }
            _ => Err(error),
        }
    }

    fn take_punct(&mut self, punct: char) -> bool {
        match self.rest.first() {
            Some(Spanned { token: Token::Punct(found), .. }) if *found == punct => {
                self.skip();
                true
            }
            _ => false,
        }
    }

    fn punct(&mut self, punct: char) -> Result<(), Error> {
        if self.take_punct(punct) { Ok(()) } else { Err(self.wrong(&format!("`{punct}`"))) }
    }

    /// Doc comments, which reach a macro as `#[doc = "..."]`.
    fn doc(&mut self) -> Result<String, Error> {
        let mut doc = String::new();
        while self.take_punct('#') {
            let error = self.wrong("a doc comment");
            let Some(Spanned { token: Token::Group('[', inner), .. }) = self.next() else {
                return Err(error);
            };
            let mut attribute = Cursor { rest: inner, last: self.last };
            attribute.keyword("doc")?;
            attribute.punct('=')?;
            if !doc.is_empty() {
                doc.push('\n');
            }
            doc.push_str(attribute.literal()?.text.trim());
        }
        Ok(doc)
    }

    fn end(&self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.wrong("a piece")) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, Presence, family};
    use crate::token::tokenize;

    fn message(rows: &str) -> String {
        let text = format!("family: TextMail, 1..=9; {rows}");
        family(&tokenize(&text)).unwrap_err().remove(0).message
    }

    #[test]
    fn reads_all_parts_of_a_row() {
        let text = r#"
            family: TextMail, 1..=9;
            field bytes: "Size in bytes.";
            #[doc = " First."] #[doc = " Second."]
            Done = 3, Info, keep: "MID " mid: Mid [" [" pairs: Pairs "]"] [out: " (out)"]
                {only V7_6: " "} + bytes: U64, #[doc = " Where."] ip: Ip
                also "Message " mid;
        "#;
        let family = family(&tokenize(text)).unwrap();
        let row = &family.rows[0];
        assert_eq!((row.doc.as_str(), row.number, row.keep), ("First.\nSecond.", 3, true));
        let fields = row.fields();
        let names: Vec<_> =
            fields.iter().map(|(field, presence)| (field.name.text.as_str(), *presence)).collect();
        assert_eq!(
            names,
            [
                ("mid", Presence::Always),
                ("pairs", Presence::Optional),
                ("out", Presence::Flag),
                ("bytes", Presence::Always),
                ("ip", Presence::Always),
            ]
        );
        assert_eq!(row.hidden[1].doc, "Where.");
        assert!(matches!(row.also[0][1], Piece::Field(_)));
    }

    #[test]
    fn says_what_was_expected() {
        assert_eq!(message("Done = x"), "expected a number under 65536");
        assert_eq!(message("Done = 70000"), "expected a number under 65536");
        assert_eq!(message("Done = 3, Info, kept:"), "expected `keep`");
        assert_eq!(message("Done = 3, Info: \"MID \" mid;"), "`mid` has no kind");
        assert_eq!(message("Done = 3, Info: \"MID \""), "expected `;`");
        assert_eq!(
            message("Done = 3, Info: {after V7_6: \"\"};"),
            "expected `since`, `until` or `only`"
        );
        assert_eq!(message("Done = 3, Info: [\"a\" + mid: Mid];"), "expected a piece");
    }
}
