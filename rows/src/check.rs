//! Which families of rows are wrong, said at the token that is.

use std::collections::{HashMap, HashSet};

use crate::kinds;
use crate::parse::{Family, Field, Name, Piece, Presence, Row};
use crate::token::Error;

/// What the JSON form of every event has besides its fields.
const RESERVED: [&str; 3] = ["event", "level", "time"];

/// Everything that is wrong with a family.
pub(crate) fn family(family: &Family) -> Vec<Error> {
    let mut errors = Vec::new();
    let mut names = HashSet::new();
    let mut numbers = HashSet::new();
    let mut lines = HashMap::new();
    let mut last = 0;
    for row in &family.rows {
        if !names.insert(row.name.text.as_str()) {
            errors.push(wrong(&row.name, "is declared twice"));
        }
        if row.number < family.first || row.number > family.last {
            let Family { first, last, .. } = family;
            let message = format!("{} is outside the family's range {first}..={last}", row.number);
            errors.push(Error::new(row.number_at, message));
        }
        if !numbers.insert(row.number) {
            let message = format!("the number {} is taken", row.number);
            errors.push(Error::new(row.number_at, message));
        } else if row.number < last {
            let message = format!("{} stands behind {last}: numbers ascend", row.number);
            errors.push(Error::new(row.number_at, message));
        }
        last = row.number;
        for line in std::iter::once(&row.line).chain(&row.also) {
            let kinds =
                describe(line, &|field| format!("{:?}", field.kind.as_ref().map(|k| &k.text)));
            let this = (row.name.text.as_str(), kinds);
            // A row may read a field of its line in two ways: quoted, and plain.
            if let Some((other, _)) = lines
                .insert(template(line), this.clone())
                .filter(|other| other.0 != this.0 || other.1 == this.1)
            {
                errors.push(wrong(&row.name, &format!("has the same line as `{other}`")));
            }
        }
        check_row(row, family, &mut errors);
    }
    errors
}

fn check_row(row: &Row, family: &Family, errors: &mut Vec<Error>) {
    if row.doc.is_empty() {
        errors.push(wrong(&row.name, "has no doc comment"));
    }
    if !row.line.iter().any(|piece| matches!(piece, Piece::Literal(_) | Piece::Only { .. })) {
        errors.push(wrong(&row.name, "has a line without any text of its own"));
    }
    let fields = row.fields();
    let mut names = HashSet::new();
    for (field, presence) in &fields {
        if !names.insert(field.name.text.as_str()) {
            errors.push(wrong(&field.name, "is there twice"));
        }
        if RESERVED.contains(&field.name.text.as_str()) {
            errors.push(wrong(&field.name, "is a member that every event has in JSON"));
        }
        if *presence != Presence::Flag {
            check_kind(field, errors);
            let own = field.kind.as_ref().and_then(|kind| kinds::find(&kind.text));
            let general = own.is_some_and(|kind| kind.doc.is_none());
            if general && field.doc.is_empty() && family_doc(family, &field.name.text).is_none() {
                errors.push(wrong(&field.name, "needs a doc comment, or a `field` line"));
            }
        }
    }
    check_pieces(&row.line, errors);
    check_borders(&row.line, &fields, false, errors);
    for also in &row.also {
        check_pieces(also, errors);
        check_borders(also, &fields, false, errors);
        check_also(also, &names, errors);
    }
}

/// What the family says of all fields of a name.
pub(crate) fn family_doc<'f>(family: &'f Family, name: &str) -> Option<&'f str> {
    family.fields.iter().find(|(field, _)| field.text == name).map(|(_, doc)| doc.as_str())
}

/// A line as one text: fields as `{name}`, optional parts in brackets.
pub(crate) fn written(pieces: &[Piece]) -> String {
    describe(pieces, &|field| format!("{{{}}}", field.name.text))
}

/// A line as one text in which all fields look alike: two rows must not share it.
fn template(pieces: &[Piece]) -> String {
    describe(pieces, &|_| "{}".to_owned())
}

fn describe(pieces: &[Piece], show: &dyn Fn(&Field) -> String) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.text.clone(),
            Piece::Field(field) => show(field),
            Piece::Optional { pieces, .. } => format!("⟦{}⟧", describe(pieces, show)),
            Piece::Only { text, .. } => format!("⟦{}⟧", text.text),
        })
        .collect()
}

fn check_kind(field: &Field, errors: &mut Vec<Error>) {
    if let Some(kind) = field.kind.as_ref().filter(|kind| kinds::find(&kind.text).is_none()) {
        errors.push(wrong(kind, "is no kind of field"));
    }
}

fn check_pieces(pieces: &[Piece], errors: &mut Vec<Error>) {
    for piece in pieces {
        match piece {
            Piece::Literal(text) | Piece::Only { text, .. } if text.text.is_empty() => {
                errors.push(Error::new(text.at, "a text that is empty"));
            }
            Piece::Optional { at, flag, pieces } => {
                let fields = pieces.iter().filter(|piece| matches!(piece, Piece::Field(_))).count();
                let message = match (flag, fields) {
                    (None, 1) | (Some(_), 0) => None,
                    (None, 0) => Some("an optional part without a field needs a name"),
                    (None, _) => Some("an optional part has one field"),
                    (Some(_), _) => Some("an optional part with a name has no field"),
                };
                if let Some(message) = message {
                    errors.push(Error::new(*at, message));
                }
                if pieces.iter().any(|piece| matches!(piece, Piece::Optional { .. })) {
                    errors.push(Error::new(*at, "an optional part inside an optional part"));
                }
                check_pieces(pieces, errors);
            }
            _ => {}
        }
    }
}

/// No field may follow an open text without a literal between them: nothing would tell a reader
/// where the text ends. Gives whether an open text stands at the end.
fn check_borders(
    pieces: &[Piece],
    fields: &[(Field, Presence)],
    mut open: bool,
    errors: &mut Vec<Error>,
) -> bool {
    for piece in pieces {
        match piece {
            Piece::Literal(_) => open = false,
            Piece::Only { .. } => {}
            Piece::Field(field) => {
                if open {
                    errors.push(wrong(&field.name, "follows a text without anything between"));
                }
                let declared = fields.iter().find(|(other, _)| other.name.text == field.name.text);
                let kind = field.kind.as_ref().or(declared.and_then(|(f, _)| f.kind.as_ref()));
                open = kind.and_then(|kind| kinds::find(&kind.text)).is_some_and(|kind| kind.open);
            }
            Piece::Optional { pieces, .. } => {
                open |= check_borders(pieces, fields, open, errors);
            }
        }
    }
    open
}

/// Another spelling may only name what the line has.
fn check_also(pieces: &[Piece], names: &HashSet<&str>, errors: &mut Vec<Error>) {
    for piece in pieces {
        match piece {
            Piece::Field(field) => {
                if !names.contains(field.name.text.as_str()) {
                    errors.push(wrong(&field.name, "is no field of the row"));
                }
                check_kind(field, errors);
            }
            Piece::Optional { flag: Some(name), .. } if !names.contains(name.text.as_str()) => {
                errors.push(wrong(name, "is no field of the row"));
            }
            Piece::Optional { pieces, .. } => check_also(pieces, names, errors),
            Piece::Literal(_) | Piece::Only { .. } => {}
        }
    }
}

fn wrong(name: &Name, what: &str) -> Error {
    Error::new(name.at, format!("`{}` {what}", name.text))
}

#[cfg(test)]
mod tests {
    use super::family;
    use crate::parse;
    use crate::token::{Spanned, Token, tokenize};

    /// The word that each error points at, and its message.
    fn errors(rows: &str) -> Vec<(String, String)> {
        let text = format!("family: TextMail, 10..=19; field text: \"Some.\"; {rows}");
        let tokens = tokenize(&text);
        let family_of_rows = parse::family(&tokens).expect("the rows have the form of rows");
        family(&family_of_rows)
            .into_iter()
            .map(|error| (word(&tokens, error.at).expect("a place in the rows"), error.message))
            .collect()
    }

    fn word(tokens: &[Spanned], at: usize) -> Option<String> {
        tokens.iter().find_map(|spanned| match &spanned.token {
            Token::Ident(word) | Token::Literal(word) if spanned.at == at => Some(word.clone()),
            Token::Group(bracket, _) if spanned.at == at => Some(bracket.to_string()),
            Token::Group(_, inner) => word(inner, at),
            _ => None,
        })
    }

    #[track_caller]
    fn assert_error(rows: &str, at: &str, message: &str) {
        let found = errors(rows);
        assert_eq!(found, [(at.to_owned(), message.to_owned())], "{rows}");
    }

    const DOC: &str = "#[doc = \"Doc.\"]";

    #[test]
    fn takes_right_rows() {
        let rows = format!(
            "{DOC} A = 10, Info: \"MID \" mid: Mid [\" to \" text: Text] [out: \" out\"];
             {DOC} B = 11, Debug: \"MID \" mid: Mid {{only V7_6: \" \"}} + text: Text
             also \"M\" mid;"
        );
        assert_eq!(errors(&rows), []);
    }

    #[test]
    fn refuses_numbers_that_are_taken_outside_or_behind() {
        let second = format!("{DOC} A = 11, Info: \"a\"; {DOC} B =");
        assert_error(&format!("{second} 11, Info: \"b\";"), "11", "the number 11 is taken");
        let message = "10 stands behind 11: numbers ascend";
        assert_error(&format!("{second} 10, Info: \"b\";"), "10", message);
        let message = "20 is outside the family's range 10..=19";
        assert_error(&format!("{second} 20, Info: \"b\";"), "20", message);
    }

    #[test]
    fn refuses_names_and_lines_that_are_there_twice() {
        let first = format!("{DOC} A = 11, Info: \"MID \" mid: Mid;");
        let same = format!("{first} {DOC} B = 12, Info: \"MID \" rid: Rid;");
        assert_error(&same, "B", "`B` has the same line as `A`");
        let same = format!("{first} {DOC} B = 12, Info: \"b\" + rid: Rid also \"MID \" rid;");
        assert_error(&same, "B", "`B` has the same line as `A`");
        let same = format!("{first} {DOC} A = 12, Info: \"b\";");
        assert_error(&same, "A", "`A` is declared twice");
        let same = format!("{DOC} A = 12, Info: \"b\" mid: Mid + mid: Mid;");
        assert_error(&same, "mid", "`mid` is there twice");
    }

    #[test]
    fn refuses_parts_that_are_not_one_field() {
        let row = |part: &str| format!("{DOC} A = 12, Info: \"a\" [{part}];");
        let message = "an optional part has one field";
        assert_error(&row("mid: Mid \" \" rid: Rid"), "[", message);
        assert_error(&row("\"b\""), "[", "an optional part without a field needs a name");
        assert_error(&row("b: \"b\" mid: Mid"), "[", "an optional part with a name has no field");
    }

    #[test]
    fn refuses_kinds_and_fields_that_do_not_exist() {
        let row = |rest: &str| format!("{DOC} A = 12, Info: \"a\" {rest};");
        assert_error(&row("mid: Mild"), "Mild", "`Mild` is no kind of field");
        assert_error(&row("mid: Mid also \"b\" rid"), "rid", "`rid` is no field of the row");
        let message = "`level` is a member that every event has in JSON";
        assert_error(&row("level: Mid"), "level", message);
        assert_error(&row("n: U64"), "n", "`n` needs a doc comment, or a `field` line");
    }

    #[test]
    fn refuses_a_field_that_follows_a_text_at_once() {
        let row = |rest: &str| format!("{DOC} A = 12, Info: \"a\" {rest};");
        let message = "`mid` follows a text without anything between";
        assert_error(&row("text: Text mid: Mid"), "mid", message);
        assert_error(&row("[text: Text] mid: Mid"), "mid", message);
        assert_error(&row("text: Text [mid: Mid]"), "mid", message);
        assert_error(&row("text: Text {only V7_6: \" \"} mid: Mid"), "mid", message);
        assert_eq!(errors(&row("text: Text \" \" mid: Mid")), []);
    }

    #[test]
    fn refuses_rows_without_doc_or_text() {
        assert_error("A = 12, Info: \"a\";", "A", "`A` has no doc comment");
        let bare = format!("{DOC} A = 12, Info: mid: Mid;");
        assert_error(&bare, "A", "`A` has a line without any text of its own");
    }
}
