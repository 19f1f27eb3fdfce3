use std::io::{self, ErrorKind, Write};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde_json::{Map, Value as Json, json};

use crate::LogType;
use crate::cli::Failure;
use crate::event::{self, Field, FieldKind, Presence, Row};
use crate::record::json_type;

/// Lists the log types, or the events that their lines are made of.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail types                      a table of all log types
  ringmail types audit                one of them
  ringmail types --json               the same as a JSON array
  ringmail types audit --schema       its events: their lines and fields
  ringmail types --schema | jq -r '.[] | .event + \": \" + .line'

What a field holds, and its unit, is in its `doc`. In a `line`, `{name}` is a field, and what stands
in ⟦⟧ is not always there. A type whose lines say the events of others (bounce) has none itself.")]
pub(crate) struct Types {
    /// The log type [default: all]
    #[arg(value_name = "TYPE", value_parser = log_types(), hide_possible_values = true)]
    log_type: Option<LogType>,

    /// Print a JSON array instead of a table
    #[arg(long)]
    json: bool,

    /// Print a JSON array of the types' events
    #[arg(long)]
    schema: bool,
}

/// Takes the names of types.
pub(crate) fn log_types() -> impl TypedValueParser<Value = LogType> {
    let values = LogType::ALL.map(|log_type| {
        let value = PossibleValue::new(log_type.name()).help(log_type.doc());
        if log_type == LogType::Http { value.alias("gui") } else { value }
    });
    PossibleValuesParser::new(values)
        .try_map(|name| LogType::parse(&name).ok_or_else(|| format!("no log type {name}")))
}

impl Types {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let text = if self.schema {
            array(event::rows().filter(|row| self.wants(row.log_type)).map(schema))
        } else if self.json {
            array(self.wanted().map(object))
        } else {
            self.table()
        };
        match io::stdout().lock().write_all(text.as_bytes()) {
            // Whoever read it has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::new(format!("cannot write: {error}"))),
            Ok(()) => Ok(()),
        }
    }

    fn wants(&self, log_type: LogType) -> bool {
        self.log_type.is_none_or(|wanted| wanted == log_type)
    }

    fn wanted(&self) -> impl Iterator<Item = LogType> {
        LogType::ALL.into_iter().filter(|log_type| self.wants(*log_type))
    }

    fn table(&self) -> String {
        let yes_no = |yes: bool| if yes { "yes" } else { "no" };
        let line = |[name, title, form, header, class, push]: [&str; 6]| {
            format!("{name:<29} {title:<35} {form:<7} {header:<7} {class:<14} {push}\n")
        };
        let mut table = line(["type", "title", "form", "header", "class", "pushable"]);
        for log_type in self.wanted() {
            table += &line([
                log_type.name(),
                log_type.title(),
                log_type.form().name(),
                yes_no(log_type.has_header()),
                log_type.class().name(),
                yes_no(log_type.can_be_pushed()),
            ]);
        }
        table
    }
}

/// A JSON array with an element a line.
fn array(elements: impl Iterator<Item = Json>) -> String {
    let elements: Vec<_> = elements.map(|element| element.to_string()).collect();
    format!("[\n{}\n]\n", elements.join(",\n"))
}

fn object(log_type: LogType) -> Json {
    json!({
        "name": log_type.name(),
        "title": log_type.title(),
        "doc": log_type.doc(),
        "form": log_type.form().name(),
        "header": log_type.has_header(),
        "class": log_type.class().name(),
        "pushable": log_type.can_be_pushed(),
        "events": event::rows().filter(|row| row.log_type == log_type).count(),
    })
}

/// What there is to know of an event.
fn schema(row: &Row) -> Json {
    let shown = row.fields().count() - row.hidden.len();
    let fields: Vec<_> = row
        .fields()
        .enumerate()
        .map(|(at, (field, presence))| field_schema(field, presence, at < shown))
        .collect();
    json!({
        "event": row.name,
        "number": row.number,
        "level": row.level.name(),
        "log_type": row.log_type.name(),
        "doc": row.doc,
        "line": row.template(),
        "fields": fields,
    })
}

fn field_schema(field: Field, presence: Presence, shown: bool) -> Json {
    let presence = match presence {
        Presence::Always => "always",
        Presence::Optional => "optional",
        Presence::Flag => "flag",
    };
    let further = match field.kind {
        FieldKind::Word(words) => Some(("values", json!(words))),
        FieldKind::Uint(bytes) => {
            Some(("maximum", json!(u64::MAX >> (64 - 8 * u32::from(bytes.clamp(1, 8))))))
        }
        FieldKind::Code => Some(("maximum", json!(999))),
        FieldKind::Ip => Some(("format", json!("ip"))),
        FieldKind::Time => Some(("format", json!("date-time"))),
        _ => None,
    };
    let mut members = Map::new();
    for (name, value) in [
        ("name", field.name.into()),
        ("type", json_type(field.kind).into()),
        ("doc", field.doc.into()),
        ("presence", presence.into()),
        ("in_line", shown.into()),
    ]
    .into_iter()
    .chain(further)
    {
        members.insert(name.to_owned(), value);
    }
    Json::Object(members)
}
