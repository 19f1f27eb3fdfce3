//! From a family of rows to the source of its structs, their binary form, their line and its data.

use std::fmt::Write as _;

use crate::check::{family_doc, written};
use crate::kinds::{self, Kind};
use crate::parse::{Family, Field, Name, Piece, Presence, Row, When};

/// The source of everything that a family declares.
pub(crate) fn family(family: &Family) -> String {
    let mut out = String::new();
    for row in &family.rows {
        row_source(&mut out, row, family);
    }
    let list: String =
        family.rows.iter().map(|row| format!("<{}>::ROW,", marked_type(row))).collect();
    let arms: String = family
        .rows
        .iter()
        .map(|row| {
            let borrow = if borrows(row) { "<'a>" } else { "" };
            format!("{} => visitor.visit::<{}{borrow}>(),", row.number, marked(&row.name))
        })
        .collect();
    put(
        &mut out,
        format_args!(
            "/// The numbers that this family may use.
            pub(crate) const NUMBERS: core::ops::RangeInclusive<u16> = {}..={};
            /// The rows of this family, by number.
            pub(crate) const ROWS: &[&crate::event::Row] = {{
                use crate::event::Event as _;
                &[{list}]
            }};
            /// Hands the event of this number to the visitor.
            #[inline]
            pub(crate) fn visit<'a, V: crate::event::RowVisitor<'a>>(
                number: u16,
                visitor: V,
            ) -> Option<V::Output> {{
                Some(match number {{ {arms} _ => return None }})
            }}",
            family.first, family.last,
        ),
    );
    out
}

/// A name of the source that keeps its place: the front door takes the mark off again.
pub(crate) fn marked(name: &Name) -> String {
    format!("__{}_{}", name.at, name.text)
}

/// The place and the name of a marked name.
pub(crate) fn unmark(ident: &str) -> Option<(usize, &str)> {
    let (at, name) = ident.strip_prefix("__")?.split_once('_')?;
    Some((at.parse().ok()?, name))
}

/// Appends source.
pub(crate) fn put(out: &mut String, source: std::fmt::Arguments<'_>) {
    out.write_fmt(source).expect("writing to a string does not fail");
}

fn marked_type(row: &Row) -> String {
    marked(&row.name) + if borrows(row) { "<'static>" } else { "" }
}

/// Whether the event's struct borrows what it says.
pub(crate) fn borrows(row: &Row) -> bool {
    row.fields().iter().any(|(field, _)| kind(field).borrows)
}

/// The kind of a field that the check has passed.
pub(crate) fn kind(field: &Field) -> &'static Kind {
    field
        .kind
        .as_ref()
        .and_then(|kind| kinds::find(&kind.text))
        .expect("the check has seen the kind")
}

/// The type by which the generated code calls a kind.
fn kind_path(field: &Field) -> String {
    format!("crate::event::kind::named::{}", kind(field).name)
}

/// What the row, the family or the kind says of a field.
pub(crate) fn field_doc(field: &Field, presence: Presence, family: &Family) -> String {
    let name = &field.name.text;
    let own = Some(field.doc.as_str()).filter(|doc| !doc.is_empty());
    let doc = own.or_else(|| family_doc(family, name));
    match presence {
        Presence::Flag => {
            doc.map_or_else(|| format!("Whether the line says `{name}`."), str::to_owned)
        }
        _ => doc.or(kind(field).doc).unwrap_or_default().to_owned(),
    }
}

fn row_source(out: &mut String, row: &Row, family: &Family) {
    let name = marked(&row.name);
    let fields = row.fields();
    let borrow = if borrows(row) { "<'a>" } else { "" };

    let level = &row.level.text;
    let doc = format!(
        "{}\n\n```text\n{level}: {}\n```\n\nEvent {}{}.",
        row.doc,
        written(&row.line),
        row.number,
        if row.keep { ", for which a full lane keeps its reserve" } else { "" },
    );
    put(out, format_args!("#[doc = {doc:?}] #[derive(Clone, Copy, Debug, PartialEq, Eq)]"));
    put(out, format_args!("pub struct {name}{borrow} {{"));
    for (field, presence) in &fields {
        let value = kind(field).value;
        let doc = field_doc(field, *presence, family);
        let field = marked(&field.name);
        match presence {
            Presence::Optional => {
                put(out, format_args!("#[doc = {doc:?}] pub {field}: Option<{value}>,"));
            }
            _ => put(out, format_args!("#[doc = {doc:?}] pub {field}: {value},")),
        }
    }
    out.push('}');

    let each = |show: &dyn Fn(&str, &str, Presence) -> String| -> String {
        fields
            .iter()
            .map(|(field, presence)| show(&field.name.text, &kind_path(field), *presence))
            .collect()
    };
    let empty = each(&|field, kind, presence| match presence {
        Presence::Optional => format!("{field}: None,"),
        _ => format!("{field}: <{kind} as crate::event::kind::Kind>::EMPTY,"),
    });
    put(
        out,
        format_args!(
            "impl{borrow} {name}{borrow} {{
                /// No text, zero, absent: for `..` behind the fields that matter.
                pub const EMPTY: Self = Self {{ {empty} }};
            }}"
        ),
    );

    let max = each(&|_, kind, presence| {
        let presence = usize::from(presence == Presence::Optional);
        format!("+ {presence} + <{kind} as crate::event::kind::Kind>::MAX_LEN")
    });
    put(
        out,
        format_args!(
            "const _: () = assert!(0 {max} <= crate::event::MAX_PAYLOAD, {:?});",
            format!("the fields of `{}` can be longer than a record", row.name.text),
        ),
    );

    let len = each(&|field, kind, presence| match presence {
        Presence::Optional => {
            format!("+ crate::event::kind::optional_len::<{kind}>(self.{field})")
        }
        _ => format!("+ <{kind} as crate::event::kind::Kind>::encoded_len(self.{field})"),
    });
    let encode = each(&|field, kind, presence| match presence {
        Presence::Optional => {
            format!("crate::event::kind::encode_optional::<{kind}, E>(self.{field}, out);")
        }
        _ => format!("<{kind} as crate::event::kind::Kind>::encode(self.{field}, out);"),
    });
    let decode = each(&|field, kind, presence| match presence {
        Presence::Optional => {
            format!("{field}: crate::event::kind::decode_optional::<{kind}, D>(from)?,")
        }
        _ => format!("{field}: <{kind} as crate::event::kind::Kind>::decode(from)?,"),
    });
    let mut line = String::new();
    line_source(&mut line, &row.line, "self.");
    let data = data_source(row, family, &fields);

    put(
        out,
        format_args!(
            "impl<'a> crate::event::Event<'a> for {name}{borrow} {{
                const ROW: &'static crate::event::Row = &{data};
                #[inline]
                fn encoded_len(&self) -> usize {{ 0 {len} }}
                #[inline]
                fn encode<E: crate::event::Encode>(&self, out: &mut E) {{
                    let _ = &out;
                    {encode}
                }}
                #[inline]
                fn decode<D: crate::event::Decode<'a>>(
                    from: &mut D,
                ) -> Result<Self, crate::event::Malformed> {{
                    let _ = &from;
                    Ok(Self {{ {decode} }})
                }}
                #[inline]
                fn line<L: crate::event::Line>(
                    &self,
                    dialect: crate::base::Dialect,
                    out: &mut L,
                ) {{
                    let _ = dialect;
                    {line}
                }}
            }}"
        ),
    );
}

/// The statements that write a line. `of` stands before the name of a field: `self.`, or nothing
/// inside an optional part, where the field is bound.
fn line_source(out: &mut String, pieces: &[Piece], of: &str) {
    for piece in pieces {
        match piece {
            Piece::Literal(text) => put(out, format_args!("out.literal({:?});", text.text)),
            Piece::Field(field) => put(
                out,
                format_args!(
                    "<{} as crate::event::kind::Kind>::line({of}{}, dialect, out);",
                    kind_path(field),
                    field.name.text,
                ),
            ),
            Piece::Only { when, dialect, text } => {
                let compare = match when {
                    When::Only => "==",
                    When::Since => ">=",
                    When::Until => "<=",
                };
                let dialect = marked(dialect);
                put(
                    out,
                    format_args!(
                        "if dialect {compare} crate::base::Dialect::{dialect} {{
                            out.literal({:?});
                        }}",
                        text.text
                    ),
                );
            }
            Piece::Optional { flag: Some(name), pieces, .. } => {
                put(out, format_args!("if self.{} {{", name.text));
                line_source(out, pieces, "self.");
                out.push('}');
            }
            Piece::Optional { pieces, .. } => {
                let name = pieces
                    .iter()
                    .find_map(|piece| match piece {
                        Piece::Field(field) => Some(&field.name.text),
                        _ => None,
                    })
                    .expect("the check has seen the part's field");
                put(out, format_args!("if let Some({name}) = self.{name} {{"));
                line_source(out, pieces, "");
                out.push('}');
            }
        }
    }
}

fn data_source(row: &Row, family: &Family, fields: &[(Field, Presence)]) -> String {
    let data = Data { family, fields };
    let hidden: String =
        row.hidden.iter().map(|field| data.field(field, Presence::Always) + ",").collect();
    let also: String = row.also.iter().map(|line| data.pieces(line) + ",").collect();
    format!(
        "crate::event::Row {{
            number: {},
            name: {:?},
            level: crate::base::Level::{},
            log_type: crate::base::LogType::{},
            keep: {},
            doc: {:?},
            pieces: {},
            hidden: &[{hidden}],
            also: &[{also}],
        }}",
        row.number,
        row.name.text,
        marked(&row.level),
        marked(&family.log_type),
        row.keep,
        row.doc,
        data.pieces(&row.line),
    )
}

struct Data<'r> {
    family: &'r Family,
    fields: &'r [(Field, Presence)],
}

impl Data<'_> {
    fn pieces(&self, pieces: &[Piece]) -> String {
        let list: String = pieces.iter().map(|piece| self.piece(piece) + ",").collect();
        format!("&[{list}]")
    }

    fn piece(&self, piece: &Piece) -> String {
        let source = match piece {
            Piece::Literal(text) => format!("Literal({:?})", text.text),
            Piece::Field(field) => format!("Field({})", self.field(field, Presence::Always)),
            Piece::Only { when, dialect, text } => {
                let dialect = format!("crate::base::Dialect::{}", marked(dialect));
                let (from, to) = match when {
                    When::Only => (dialect.as_str(), dialect.as_str()),
                    When::Since => (
                        dialect.as_str(),
                        "crate::base::Dialect::ALL[crate::base::Dialect::ALL.len() - 1]",
                    ),
                    When::Until => ("crate::base::Dialect::ALL[0]", dialect.as_str()),
                };
                format!("Only({from}, {to}, {:?})", text.text)
            }
            Piece::Optional { flag, pieces, .. } => {
                let field = match flag {
                    Some(name) => self
                        .fields
                        .iter()
                        .find(|(field, _)| field.name.text == name.text)
                        .map(|(field, _)| self.field(field, Presence::Flag)),
                    None => pieces.iter().find_map(|piece| match piece {
                        Piece::Field(field) => Some(self.field(field, Presence::Optional)),
                        _ => None,
                    }),
                };
                let field = field.expect("the check has seen the part's field");
                format!("Optional({field}, {})", self.pieces(pieces))
            }
        };
        format!("crate::event::Piece::{source}")
    }

    fn field(&self, field: &Field, presence: Presence) -> String {
        let declared = self.fields.iter().find(|(other, _)| other.name.text == field.name.text);
        let (declared, _) = declared.expect("the check has seen the field's name");
        let spelled = if field.kind.is_some() { field } else { declared };
        format!(
            "crate::event::Field {{
                name: {:?},
                kind: <{} as crate::event::kind::Kind>::KIND,
                doc: {:?},
            }}",
            field.name.text,
            kind_path(spelled),
            field_doc(declared, presence, self.family),
        )
    }
}
