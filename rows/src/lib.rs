//! The row macro of ringmail's event catalogue.
//!
//! A row declares an event once, in the shape of the log line that it makes; [`rows!`] turns a
//! family of rows into documented structs, their binary form, their line, and the same facts as
//! data. The macro is written on bare `proc_macro`, so that it costs its user no other crate.
//!
//! ```text
//! rows! {
//!     family: TextMail, 60..=99;
//!     field bytes: "Size of the message in bytes.";
//!
//!     /// A recipient was named.
//!     Recipient = 64, Info: "MID " mid: Mid " RID " rid: Rid " To: <" to: Text ">";
//! }
//! ```
//!
//! | piece | what it is |
//! |---|---|
//! | `"text"` | text as it is |
//! | `mid: Mid` | a field and its kind, a doc comment before it if need be |
//! | `[" [" pairs: Pairs "]"]` | a part that is there or not: its one field is an `Option` |
//! | `[external: " (external quarantine)"]` | the same without a field: a `bool` of that name |
//! | `{since V14_0: "text"}` | text of some dialects: `since`, `until`, `only` |
//! | `+ bytes: U64, ip: Ip` | behind the line: fields that the line does not show |
//! | `also "MID " mid " From: " from` | another spelling, read but never written |
//!
//! `keep` behind the level marks an event for which a full lane keeps its reserve. A field of a
//! general kind (text, a number) must say what it holds: in a doc comment of its own, or for the
//! whole family in a `field` line.
//!
//! The feature `c` adds each event's C struct and function, which its user compiles with a feature
//! `capi` of its own.

mod c;
mod check;
mod generate;
mod kinds;
mod parse;
mod token;

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use token::{Error, Spanned, Token};

/// Declares a family of events. See the crate's front page for what a row is made of.
#[proc_macro]
pub fn rows(input: TokenStream) -> TokenStream {
    let mut spans = vec![Span::call_site()];
    let tokens = take(input, &mut spans);
    let family = parse::family(&tokens).and_then(|family| {
        let errors = check::family(&family);
        if errors.is_empty() { Ok(family) } else { Err(errors) }
    });
    match family {
        Ok(family) => {
            let c = if cfg!(feature = "c") { c::family(&family) } else { String::new() };
            let source = generate::family(&family) + &c;
            match source.parse() {
                Ok(stream) => give_spans(stream, &spans),
                Err(error) => report(&[Error::new(0, format!("generated code: {error}"))], &spans),
            }
        }
        Err(errors) => report(&errors, &spans),
    }
}

/// Turns the compiler's tokens into ours; `spans` gets the place of each.
fn take(input: TokenStream, spans: &mut Vec<Span>) -> Vec<Spanned> {
    let mut tokens = Vec::new();
    for tree in input {
        let at = spans.len();
        spans.push(tree.span());
        let token = match tree {
            TokenTree::Ident(ident) => Token::Ident(ident.to_string()),
            TokenTree::Literal(literal) => Token::Literal(literal.to_string()),
            TokenTree::Punct(punct) => Token::Punct(punct.as_char()),
            TokenTree::Group(group) => {
                let bracket = match group.delimiter() {
                    Delimiter::Bracket => '[',
                    Delimiter::Brace => '{',
                    Delimiter::Parenthesis | Delimiter::None => '(',
                };
                Token::Group(bracket, take(group.stream(), spans))
            }
        };
        tokens.push(Spanned { token, at });
    }
    tokens
}

/// Gives the names that came from the rows their places back (see [`generate::marked`]), so that
/// the compiler's own errors about them point into the row.
fn give_spans(stream: TokenStream, spans: &[Span]) -> TokenStream {
    stream
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Ident(ident) => match generate::unmark(&ident.to_string()) {
                Some((at, name)) => {
                    let span = spans.get(at).copied().unwrap_or_else(Span::call_site);
                    TokenTree::Ident(Ident::new(name, span))
                }
                None => TokenTree::Ident(ident),
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), give_spans(group.stream(), spans));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            tree => tree,
        })
        .collect()
}

/// A `compile_error!` at the place of each error.
fn report(errors: &[Error], spans: &[Span]) -> TokenStream {
    let mut stream = TokenStream::new();
    for error in errors {
        let span = spans.get(error.at).copied().unwrap_or_else(Span::call_site);
        let message = Literal::string(&error.message);
        let argument = Group::new(Delimiter::Brace, TokenTree::Literal(message).into());
        for mut tree in [
            TokenTree::Ident(Ident::new("compile_error", span)),
            TokenTree::Punct(Punct::new('!', Spacing::Alone)),
            TokenTree::Group(argument),
        ] {
            tree.set_span(span);
            stream.extend([tree]);
        }
    }
    stream
}
