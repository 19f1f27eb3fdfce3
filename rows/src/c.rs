//! From a family of rows to its C interface: a struct and a function an event.
//!
//! What is written here is compiled, and is also handed on as text to the generator of the C
//! header: so the header says what the library has, and no row is described twice.

use crate::check::written;
use crate::generate::{borrows, field_doc, kind, put};
use crate::parse::{Family, Field, Presence, Row};

/// The source of a family's C interface, for a build with the feature `capi`.
pub(crate) fn family(family: &Family) -> String {
    let mut seen = String::new();
    let mut unseen = String::new();
    let mut encoders = String::new();
    for row in &family.rows {
        let of_row = OfRow::new(row, family);
        of_row.declare(&mut seen);
        of_row.implement(&mut unseen);
        let (number, name) = (row.number, format!("ringmail_{}", of_row.snake));
        put(
            &mut encoders,
            format_args!(
                "({number}, size_of::<{name}>(), |event| unsafe {{ encoded::<{name}>(event.cast()) }}),"
            ),
        );
    }
    format!(
        "#[cfg(feature = \"capi\")]
        #[allow(
            clippy::wildcard_imports, dead_code, missing_debug_implementations,
            non_camel_case_types, unreachable_pub, unused_imports, unused_variables,
            reason = \"the names are C's, and only C uses them\",
        )]
        mod c {{
            use crate::capi::abi::*;
            {seen}
            {unseen}
            #[cfg(test)]
            pub(super) const ENCODERS: &[CEncoder] = &[{encoders}];
        }}
        /// How tests read the C structs of this family.
        #[cfg(all(test, feature = \"capi\"))]
        pub(crate) const C_ENCODERS: &[crate::event::CEncoder] = c::ENCODERS;
        /// What the C header says of this family, as Rust source.
        #[cfg(feature = \"capi\")]
        pub(crate) const C_SOURCE: &str = {seen:?};"
    )
}

/// What stands before the row's own fields, and where it ends: the header's front page tells what it
/// is.
const HEAD: &str = "pub struct_size: usize, pub time: i64, pub level: ringmail_level,";
const HEAD_END: usize = 20;

/// All structs are aligned to this, by their size member.
const ALIGN: usize = 8;

struct OfRow<'r> {
    row: &'r Row,
    family: &'r Family,
    fields: Vec<(Field, Presence)>,
    /// `start_mid`
    snake: String,
}

impl<'r> OfRow<'r> {
    fn new(row: &'r Row, family: &'r Family) -> Self {
        Self { row, family, fields: row.fields(), snake: snake(&row.name.text) }
    }

    /// What the header shows.
    fn declare(&self, out: &mut String) {
        let Self { row, snake, .. } = self;
        let (level, line, number) = (&row.level.text, written(&row.line), row.number);
        let mut docs: Vec<&str> = row.doc.lines().collect();
        let (shown, last) = (format!("`{level}: {line}`"), format!("Event {number}."));
        docs.extend(["", &shown, "", &last]);
        let name = format!("ringmail_{snake}");
        let mut members = String::new();
        let mut end = HEAD_END;
        for (field, presence) in &self.fields {
            let member = Member::of(field, *presence);
            end = end.next_multiple_of(member.align) + member.size;
            let doc = field_doc(field, *presence, self.family);
            members.push_str(&doc_lines(doc.lines().chain(member.absent)));
            put(&mut members, format_args!("pub {}: {},", c_name(&field.name.text), member.name));
        }
        let tail = end.next_multiple_of(ALIGN) - end;
        if tail > 0 {
            put(
                &mut members,
                format_args!(
                    "#[doc = \" Zero: room for fields to come.\"] pub reserved: [u8; {tail}],"
                ),
            );
        }
        put(
            out,
            format_args!(
                "pub const RINGMAIL_EVENT_{}: u16 = {number};
            {}
            #[repr(C)]
            pub struct {name} {{ {HEAD} {members} }}
            {}
            #[unsafe(no_mangle)]
            pub unsafe extern \"C\" fn ringmail_emit_{snake}(
                log: *mut ringmail_log,
                event: *const {name},
            ) -> ringmail_outcome {{
                unsafe {{ emit(log, event) }}
            }}
            ",
                snake.to_uppercase(),
                doc_lines(docs.into_iter()),
                doc_lines(std::iter::once(format!("{level}: {line}").as_str()))
            ),
        );
    }

    /// What the compiler needs besides.
    fn implement(&self, out: &mut String) {
        let name = format!("ringmail_{}", self.snake);
        let event = &self.row.name.text;
        let borrow = if borrows(self.row) { "<'a>" } else { "" };
        let fields: String = self
            .fields
            .iter()
            .map(|(field, _)| {
                let field = &field.name.text;
                format!("{field}: read(&self.{}, \"{field}\")?,", c_name(field))
            })
            .collect();
        let end = self.fields.iter().fold(HEAD_END, |end, (field, presence)| {
            let member = Member::of(field, *presence);
            end.next_multiple_of(member.align) + member.size
        });
        let size = end.next_multiple_of(ALIGN);
        put(
            out,
            format_args!(
                "const _: () = assert!(
                size_of::<{name}>() == {size} && align_of::<{name}>() == {ALIGN},
                \"the layout is not what `rows/src/c.rs` reckons\",
            );
            unsafe impl CEvent for {name} {{
                type Event<'a> = super::{event}{borrow};
                fn event<'a>(&'a self) -> Result<super::{event}{borrow}, Wrong> {{
                    Ok(super::{event} {{ {fields} }})
                }}
            }}
            "
            ),
        );
    }
}

/// A member of a C struct: its type in `capi::abi`, and its place there.
struct Member {
    name: &'static str,
    size: usize,
    align: usize,
    /// How the member says that there is nothing.
    absent: Option<&'static str>,
}

impl Member {
    fn of(field: &Field, presence: Presence) -> Self {
        let (name, size, align) = match kind(field).name {
            "Mid" | "Icid" | "Dcid" | "Rcid" | "U64" => ("u64", 8, 8),
            "Rid" | "U32" => ("u32", 4, 4),
            "U16" | "Code" => ("u16", 2, 2),
            "U8" => ("u8", 1, 1),
            "I64" | "Time" => ("i64", 8, 8),
            "Ip" => ("ringmail_ip", 17, 1),
            "YesNo" | "Bool" => ("flag", 1, 1),
            "Action" => ("ringmail_action", 4, 4),
            "Archive" => ("ringmail_archive", 4, 4),
            "BounceCause" => ("ringmail_bounce_cause", 4, 4),
            "DnsSecurity" => ("ringmail_dns_security", 4, 4),
            "RidList" => ("ringmail_rids", 16, 8),
            "TextList" => ("ringmail_strs", 16, 8),
            "Pairs" | "Headers" => ("ringmail_pairs", 16, 8),
            _ => ("ringmail_str", 16, 8),
        };
        let plain = Self { name, size, align, absent: None };
        if presence != Presence::Optional {
            return plain;
        }
        match name {
            "ringmail_str" => Self { absent: Some("A NULL `ptr`: absent."), ..plain },
            "ringmail_ip" => Self { absent: Some("A `family` of 0: absent."), ..plain },
            "ringmail_rids" | "ringmail_strs" | "ringmail_pairs" => {
                Self { absent: Some("NULL `items`: absent."), ..plain }
            }
            _ => Self {
                name: "ringmail_opt_u64",
                size: 16,
                align: 8,
                absent: Some("Absent unless `present`."),
            },
        }
    }
}

fn doc_lines<'d>(lines: impl Iterator<Item = &'d str>) -> String {
    lines.map(|line| format!("#[doc = {:?}]", format!(" {line}").trim_end())).collect()
}

/// The name with small letters, an underscore before each word but the first.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// Words that C or C++ keeps for itself and Rust does not.
const KEPT: &str = " alignas alignof and asm auto bool case catch char class compl constexpr \
    decltype default delete double explicit export float friend goto inline int long mutable \
    namespace new noexcept not nullptr operator or private protected public register \
    reinterpret_cast requires restrict short signed sizeof switch template this thread_local throw \
    typedef typename union unsigned using void volatile xor linux unix errno ";

/// The field's name in C: the row's, with an underscore behind a word that is taken there.
fn c_name(name: &str) -> String {
    let taken = KEPT.split_ascii_whitespace().any(|kept| kept == name);
    if taken { format!("{name}_") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::family;
    use crate::parse;
    use crate::token::tokenize;

    fn source(rows: &str) -> String {
        let text = format!("family: TextMail, 1..=9; field n: \"Some.\"; {rows}");
        family(&parse::family(&tokenize(&text)).expect("rows"))
    }

    #[test]
    fn the_tail_is_spelled_out_so_that_no_padding_is_read() {
        let rest = "#[doc = \"Doc.\"] SoIs = 3, Info: \"MID \" mid: Mid";
        assert!(!source(&format!("{rest};")).contains("reserved"));
        assert!(source(&format!("{rest} + n: U16;")).contains("pub reserved: [u8; 6]"));
        assert!(source(&format!("{rest} + n: Ip;")).contains("pub reserved: [u8; 7]"));
        assert!(source("#[doc = \"D.\"] No = 3, Info: \"a\";").contains("pub reserved: [u8; 4]"));
    }

    #[test]
    fn names_are_those_of_the_row_as_c_writes_them() {
        let source = source("#[doc = \"Doc.\"] DnsNoData = 3, Info: \"a \" class: Text;");
        assert!(source.contains("pub struct ringmail_dns_no_data {"));
        assert!(source.contains("fn ringmail_emit_dns_no_data("));
        assert!(source.contains("pub class_: ringmail_str"));
        assert!(source.contains("class: read(&self.class_, \"class\")?"));
        assert!(source.contains("RINGMAIL_EVENT_DNS_NO_DATA: u16 = 3;"));
    }

    #[test]
    fn what_is_optional_says_how_it_is_absent() {
        let source =
            source("#[doc = \"Doc.\"] A = 3, Info: \"a\" [\" \" n: U16] [\"b\" mid: Text];");
        assert!(source.contains("pub n: ringmail_opt_u64"));
        assert!(source.contains("Absent unless `present`."));
        assert!(source.contains("A NULL `ptr`: absent."));
    }
}
