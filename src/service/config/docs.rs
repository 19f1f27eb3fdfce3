//! What is made of the comments of the configuration's structs: the JSON Schema, the documentation,
//! the default file.

use std::fmt::Write as _;

use serde_json::Value;
use toml_edit::{DocumentMut, Item, Table};

use crate::service::config::Config;

/// The JSON Schema of the configuration, as draft 2020-12 has it.
///
/// ```
/// let schema = ringmail::service::config::schema();
/// assert!(schema["properties"]["subscription"].is_object());
/// ```
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(Config).into()
}

/// `docs/CONFIG.md`.
#[must_use]
pub fn document() -> String {
    let schema = schema();
    let mut out = String::from(
        "# Configuration\n\nMade from the comments of the structs in `src/service/config`: edit \
         them, not this file.\n`ringmail config check FILE` says what is wrong with one, `ringmail \
         config default` prints one\nto begin with, `ringmail config schema` its JSON Schema.\n\n",
    );
    let about = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let _infallible = writeln!(out, "{about}\n");
    section(&schema, &schema, "", &mut out);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The keys of one table, and the tables in it.
fn section(root: &Value, table: &Value, path: &str, out: &mut String) {
    let Some(properties) = table.get("properties").and_then(Value::as_object) else { return };
    let mut tables = Vec::new();
    let mut rows = String::new();
    for (key, property) in properties {
        let (inner, is_list) = match property.get("items") {
            Some(items) => (resolved(root, items), true),
            None => (resolved(root, property), false),
        };
        let about = property.get("description").or_else(|| inner.get("description"));
        let about = about.and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
        if inner.get("properties").is_some() {
            tables.push((key, inner, is_list, about));
            continue;
        }
        let default = property.get("default").map(written).unwrap_or_default();
        let form = form(root, property);
        let _infallible = writeln!(rows, "| `{key}` | {form} | {default} | {about} |");
    }
    if !rows.is_empty() {
        let _infallible =
            writeln!(out, "| key | form | default | what |\n|---|---|---|---|\n{rows}");
    }
    for (key, inner, is_list, about) in tables {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let head = if is_list { format!("[[{path}]]") } else { format!("[{path}]") };
        let _infallible = writeln!(out, "## `{head}`\n\n{about}\n");
        section(root, inner, &path, out);
    }
}

/// What a reference leads to; of a value or nothing, the value.
pub(super) fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let inner = schema.get("anyOf").and_then(|any| any.get(0)).unwrap_or(schema);
    inner
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| root.pointer(reference.trim_start_matches('#')))
        .unwrap_or(inner)
}

/// What may stand behind a key, in a few words.
fn form(root: &Value, property: &Value) -> String {
    let schema = resolved(root, property);
    if let Some(items) = property.get("items") {
        return format!("list of {}", form(root, items));
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return if words.len() > 8 {
            "one of many words".to_owned()
        } else {
            words.iter().map(written).collect::<Vec<_>>().join(", ")
        };
    }
    if let Some(words) = schema.get("oneOf").and_then(Value::as_array) {
        let words = words.iter().filter_map(|word| word.get("const"));
        return words.map(written).collect::<Vec<_>>().join(", ");
    }
    match schema.get("type") {
        Some(Value::Array(types)) if types.contains(&"integer".into()) => {
            let pattern = schema.get("pattern").and_then(Value::as_str).unwrap_or_default();
            match pattern {
                pattern if pattern.contains("batch") => "`never`, `batch` or period".to_owned(),
                pattern if pattern.contains("gG") => "size".to_owned(),
                pattern if pattern.contains("dD") => "period".to_owned(),
                _ => "number".to_owned(),
            }
        }
        Some(Value::Array(types)) => {
            types.first().and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        Some(Value::String(one)) => match one.as_str() {
            "boolean" => "true or false".to_owned(),
            "string" => "text".to_owned(),
            "integer" => "number".to_owned(),
            other => other.to_owned(),
        },
        _ => String::new(),
    }
}

/// A value as it stands in the documentation.
fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        value => format!("`{value}`"),
    }
}

/// A file with every key of the tables and its default, each behind what it says.
#[must_use]
pub fn default_file() -> String {
    let schema = schema();
    // What is declared can be written.
    let text = toml::to_string(&Config::default()).unwrap_or_default();
    let mut file: DocumentMut = text.parse().unwrap_or_default();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return text;
    };
    comment_keys(file.as_table_mut(), &schema, &schema);
    for (key, property) in properties {
        let about = property.get("description").and_then(Value::as_str).unwrap_or_default();
        match file.get_mut(key) {
            Some(Item::Table(table)) => {
                table.decor_mut().set_prefix(format!("\n{}", commented(about)));
                comment_keys(table, resolved(&schema, property), &schema);
            }
            Some(Item::ArrayOfTables(tables)) => {
                if let Some(first) = tables.get_mut(0) {
                    first.decor_mut().set_prefix(format!("\n{}", commented(about)));
                }
            }
            _ => {}
        }
    }
    let mut text = file.to_string();
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Puts before each key of a table what it says.
fn comment_keys(table: &mut Table, of: &Value, root: &Value) {
    let Some(properties) = of.get("properties").and_then(Value::as_object) else { return };
    for (key, property) in properties {
        let about =
            property.get("description").or_else(|| resolved(root, property).get("description"));
        let about = about.and_then(Value::as_str).unwrap_or_default();
        let is_value = table.get(key).is_some_and(Item::is_value);
        if let Some(mut key) = table.key_mut(key).filter(|_| is_value) {
            key.leaf_decor_mut().set_prefix(commented(about));
        }
    }
}

fn commented(text: &str) -> String {
    text.lines().map(|line| format!("# {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_is_that_of_the_structs() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/CONFIG.md");
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        let made = document();
        if std::env::var_os("RINGMAIL_WRITE_DOCS").is_some() {
            std::fs::write(path, &made).unwrap();
        } else {
            assert_eq!(stored, made, "run this test with RINGMAIL_WRITE_DOCS=1");
        }
    }

    #[test]
    fn the_default_file_says_the_default() {
        let text = default_file();
        assert_eq!(Config::parse(&text).unwrap(), Config::default());
        assert!(text.contains("# Where the directories of the subscriptions are.\ndirectory = "));
        assert!(text.contains("\n[engine]\n# Bytes of each input's lane"), "{text}");
    }

    #[test]
    fn every_key_is_documented() {
        fn walk(value: &Value, path: &str) {
            if let Some(properties) = value.get("properties").and_then(Value::as_object) {
                for (key, property) in properties {
                    let about = property.get("description").and_then(Value::as_str);
                    assert!(about.is_some_and(|about| about.len() > 5), "{path}.{key}");
                }
            }
        }
        let schema = schema();
        walk(&schema, "");
        for (name, table) in schema["$defs"].as_object().unwrap() {
            walk(table, name);
        }
    }
}
