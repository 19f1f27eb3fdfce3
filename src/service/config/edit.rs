use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike, Value};

use super::docs::{resolved, schema};
use super::unit::Words as _;
use crate::base::{Error, Level, LogType, Result};
use crate::service::config::Config;

/// The subscriptions of a configuration file, to be changed. Comments and order are kept.
///
/// A change that would make the file wrong is refused, and nothing is changed then. Where the file
/// names no subscription, the first change writes those of a new gateway out.
///
/// ```
/// use ringmail::LogType;
/// use ringmail::service::config::ConfigFile;
/// let mut file = ConfigFile::parse("# Ours.\n[[subscription]]\nname = 'mail'\ntype = 'text_mail' # all\n")?;
/// file.add("bounces", LogType::Bounce, &[("rollover.size", "10m")])?;
/// file.edit("mail", &[("level", "debug")])?;
/// assert!(file.edit("mail", &[("level", "loud")]).is_err());
/// assert!(file.text().starts_with("# Ours.\n[[subscription]]\nname = 'mail'\ntype = 'text_mail' # all\nlevel = \"debug\"\n"));
/// assert!(file.text().ends_with("rollover.size = \"10m\"\n"));
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConfigFile {
    document: DocumentMut,
    config: Config,
    /// What the file held when it was read.
    before: String,
}

impl ConfigFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        // What is too large is told before it is read.
        Config::read(path)?;
        let failed = |source| Error::io("cannot read the configuration", source).at_path(path);
        let text = fs::read_to_string(path).map_err(failed)?;
        Self::parse(&text).map_err(|error| error.at_path(path))
    }

    /// Reads and checks a configuration.
    ///
    /// # Errors
    /// As [`Config::parse`].
    pub fn parse(text: &str) -> Result<Self> {
        let config = Config::parse(text)?;
        let document = text.parse().map_err(|error| Error::config(format!("{error}")))?;
        Ok(Self { document, config, before: text.to_owned() })
    }

    /// What the file says as it is now.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The file's text as it is now.
    #[must_use]
    pub fn text(&self) -> String {
        self.document.to_string()
    }

    /// The text of one subscription; `None` if there is none of this name.
    #[must_use]
    pub fn show(&self, name: &str) -> Option<String> {
        let mut document = self.document.clone();
        write_defaults(&mut document, &self.config);
        let at = self.place(name)?;
        let mut one = DocumentMut::new();
        let table = match document.remove("subscription")? {
            Item::ArrayOfTables(tables) => tables.get(at)?.clone(),
            Item::Value(Value::Array(values)) => {
                values.get(at)?.as_inline_table()?.clone().into_table()
            }
            _ => return None,
        };
        let mut tables = ArrayOfTables::new();
        tables.push(table);
        one.insert("subscription", Item::ArrayOfTables(tables));
        Some(one.to_string().trim().to_owned() + "\n")
    }

    /// Adds a subscription with these keys and values, as [`edit`](Self::edit) takes them.
    ///
    /// # Errors
    /// [`Error::is_config`] if there is one of this name, or the configuration would be wrong.
    pub fn add(
        &mut self,
        name: &str,
        log_type: LogType,
        settings: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> Result<()> {
        let mut document = self.document.clone();
        write_defaults(&mut document, &self.config);
        let mut table = Table::new();
        table.insert("name", toml_edit::value(name));
        table.insert("type", toml_edit::value(log_type.name()));
        set_all(&mut table, settings)?;
        match document.get_mut("subscription") {
            Some(Item::ArrayOfTables(tables)) => {
                table.decor_mut().set_prefix("\n");
                tables.push(table);
            }
            Some(Item::Value(Value::Array(values))) => values.push(table.into_inline_table()),
            _ => return Err(Error::config("subscription is no list")),
        }
        self.take(name, document)
    }

    /// Changes keys of a subscription. A key of an inner table is named with a dot
    /// (`rollover.size`); a value is written as in the file, text also without quotes. An empty value
    /// takes the key out, so that its default counts.
    ///
    /// # Errors
    /// [`Error::is_config`] if there is no such subscription or key, or the configuration would be
    /// wrong: says what is allowed.
    pub fn edit(
        &mut self,
        name: &str,
        settings: &[(impl AsRef<str>, impl AsRef<str>)],
    ) -> Result<()> {
        let at = self.found(name)?;
        let mut document = self.document.clone();
        write_defaults(&mut document, &self.config);
        let table: Option<&mut dyn TableLike> = match document.get_mut("subscription") {
            Some(Item::ArrayOfTables(tables)) => tables.get_mut(at).map(|table| table as _),
            Some(Item::Value(Value::Array(values))) => {
                values.get_mut(at).and_then(Value::as_inline_table_mut).map(|table| table as _)
            }
            _ => None,
        };
        let table = table.ok_or_else(|| Error::config("subscription is no list of tables"))?;
        set_all(table, settings)?;
        self.take(name, document)
    }

    /// Takes a subscription out. Its files stay.
    ///
    /// # Errors
    /// [`Error::is_config`] if there is no such subscription, or it is the last.
    pub fn delete(&mut self, name: &str) -> Result<()> {
        let at = self.found(name)?;
        if self.config.subscription.len() == 1 {
            return Err(Error::config(format!(
                "{name:?} is the last subscription: without any, those of a new gateway would count"
            )));
        }
        let mut document = self.document.clone();
        write_defaults(&mut document, &self.config);
        match document.get_mut("subscription") {
            Some(Item::ArrayOfTables(tables)) => {
                tables.remove(at);
            }
            Some(Item::Value(Value::Array(values))) => {
                values.remove(at);
            }
            _ => {}
        }
        self.take(name, document)
    }

    /// Writes the file: all of it or nothing, with the mode and the owner that it had.
    ///
    /// # Errors
    /// [`Error::is_io`] if it cannot be written, or its owner cannot be kept; [`Error::is_config`] if
    /// somebody else changed it since it was read.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let failed = |source| Error::io("cannot write the configuration", source).at_path(path);
        // A link stays one.
        let file = path.canonicalize().map_err(failed)?;
        if fs::read_to_string(&file).map_err(failed)? != self.before {
            return Err(Error::config("was changed by somebody else meanwhile").at_path(path));
        }
        let mut name = file.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{}.new", std::process::id()));
        let new = file.with_file_name(name);
        let done = self.replace(&file, &new);
        if done.is_err() {
            // What failed is told; that its rest cannot be removed tells nothing more.
            let _rest = fs::remove_file(&new);
        }
        done.map_err(failed)
    }

    fn replace(&self, file: &Path, new: &PathBuf) -> std::io::Result<()> {
        let about = fs::metadata(file)?;
        let mut written =
            fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(new)?;
        let own = written.metadata()?;
        if (own.uid(), own.gid()) != (about.uid(), about.gid()) {
            fchown(&written, Some(about.uid()), Some(about.gid()))?;
        }
        written.set_permissions(fs::Permissions::from_mode(about.mode() & 0o7777))?;
        written.write_all(self.text().as_bytes())?;
        written.sync_all()?;
        fs::rename(new, file)
    }

    /// Where a subscription of this name is in the list.
    fn place(&self, name: &str) -> Option<usize> {
        self.config.subscription.iter().position(|one| one.get_ref().name == name)
    }

    fn found(&self, name: &str) -> Result<usize> {
        self.place(name).ok_or_else(|| {
            let names: Vec<_> =
                self.config.subscription.iter().map(|one| one.get_ref().name.as_str()).collect();
            Error::config(format!("no subscription {name:?}; there are: {}", names.join(", ")))
        })
    }

    /// Lets a changed document be the file's, if nothing is wrong with it.
    fn take(&mut self, name: &str, document: DocumentMut) -> Result<()> {
        let text = document.to_string();
        self.config = Config::parse(&text).map_err(|error| {
            let Some(position) = error.position() else { return error };
            // The number of a line that is not in the file would mislead: show the line.
            let what = error.to_string();
            let what = what.trim_start_matches(&format!("{position}: "));
            let line = usize::try_from(position - 1).ok().and_then(|at| text.lines().nth(at));
            match line.filter(|line| line.contains('=')) {
                Some(line) => Error::config(format!("{name}: {}: {what}", line.trim())),
                None => Error::config(what.to_owned()),
            }
        })?;
        self.document = document;
        Ok(())
    }
}

/// Writes the subscriptions of a new gateway out, where the file names none.
fn write_defaults(document: &mut DocumentMut, config: &Config) {
    if document.contains_key("subscription") {
        return;
    }
    let mut tables = ArrayOfTables::new();
    for one in &config.subscription {
        let one = one.get_ref();
        let mut table = Table::new();
        table.insert("name", toml_edit::value(&one.name));
        table.insert("type", toml_edit::value(one.log_type.0.name()));
        if one.level.0 != Level::Info {
            table.insert("level", toml_edit::value(one.level.0.word()));
        }
        table.decor_mut().set_prefix("\n");
        tables.push(table);
    }
    document.insert("subscription", Item::ArrayOfTables(tables));
}

fn set_all(
    table: &mut dyn TableLike,
    settings: &[(impl AsRef<str>, impl AsRef<str>)],
) -> Result<()> {
    let schema = schema();
    let of = schema.pointer("/$defs/SubscriptionConfig").unwrap_or(&Json::Null);
    for (key, value) in settings {
        set(table, key.as_ref(), key.as_ref(), value.as_ref(), of, &schema)?;
    }
    Ok(())
}

/// Sets the key, of which `path` is left, in a table that is described by `of`.
fn set(
    table: &mut dyn TableLike,
    key: &str,
    path: &str,
    value: &str,
    of: &Json,
    schema: &Json,
) -> Result<()> {
    let (name, inner) = match path.split_once('.') {
        Some((name, inner)) => (name, Some(inner)),
        None => (path, None),
    };
    let keys = of.get("properties").and_then(Json::as_object);
    let Some(about) = keys.and_then(|keys| keys.get(name)) else {
        let keys: Vec<_> = keys.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
        return Err(Error::config(format!("no key {key:?}; there are: {}", keys.join(", "))));
    };
    let about = resolved(schema, about);
    let inner_keys = about.get("properties").and_then(Json::as_object);
    match (inner, inner_keys) {
        (Some(inner), Some(_)) => {
            if table.get(name).is_none() {
                let mut dotted = Table::new();
                dotted.set_dotted(true);
                table.insert(name, Item::Table(dotted));
            }
            let Some(found) = table.get_mut(name).and_then(Item::as_table_like_mut) else {
                return Err(Error::config(format!("{key}: {name} is no table")));
            };
            set(found, key, inner, value, about, schema)?;
            if found.is_empty() {
                table.remove(name);
            }
            return Ok(());
        }
        (Some(_), None) => return Err(Error::config(format!("no key {key:?}: {name} is a value"))),
        (None, Some(keys)) if !value.is_empty() && !value.trim_start().starts_with('{') => {
            let keys: Vec<_> = keys.keys().map(|inner| format!("{key}.{inner}")).collect();
            return Err(Error::config(format!("{key} is a table: set {}", keys.join(", "))));
        }
        _ => {}
    }
    if value.is_empty() {
        table.remove(name);
        return Ok(());
    }
    let mut new = value_of(value, about);
    match table.get_mut(name) {
        Some(Item::Value(old)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        _ => {
            table.insert(name, Item::Value(new));
        }
    }
    Ok(())
}

/// The value that is meant: where a text is expected, what only looks like a number or a time is
/// one, and so is what is no TOML.
fn value_of(text: &str, about: &Json) -> Value {
    let is_text = match about.get("type") {
        Some(Json::Array(types)) => types.first().is_some_and(|first| first == "string"),
        Some(one) => one == "string",
        // One of several words.
        None => about.get("oneOf").is_some(),
    };
    match text.trim().parse::<Value>() {
        Ok(Value::String(quoted)) => Value::from(quoted.into_value()),
        Ok(Value::InlineTable(table)) if !is_text => clean(Value::InlineTable(table)),
        Ok(value) if !is_text && !value.is_datetime() => clean(value),
        _ => Value::from(text),
    }
}

fn clean(mut value: Value) -> Value {
    value.decor_mut().clear();
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO: &[(&str, &str)] = &[];

    const OURS: &str = "\
# Ours.
directory = '/tmp/logs'

# What goes through.
[[subscription]]
name = 'mail' # all of it
type = 'text_mail'
rollover.size = '1m'   # small

[[subscription]]
name = \"status\"
type = \"status\"
[subscription.keep]
files = 3

[[input]]
kind = 'stdin'
";

    #[test]
    fn what_is_not_changed_stays_as_it_is() {
        let mut file = ConfigFile::parse(OURS).unwrap();
        file.edit("mail", &[("rollover.size", "10m"), ("keep.files", "20"), ("level", "debug")])
            .unwrap();
        file.edit("status", &[("keep.files", "4"), ("rollover.times", "00:00")]).unwrap();
        file.add("b", LogType::Bounce, &[("message_bytes", "100"), ("file", "7")]).unwrap();
        let expected = OURS
            .replace(
                "rollover.size = '1m'   # small\n",
                "rollover.size = \"10m\"   # small\nkeep.files = 20\nlevel = \"debug\"\n",
            )
            .replace("type = \"status\"\n", "type = \"status\"\nrollover.times = \"00:00\"\n")
            .replace("files = 3\n", "files = 4\n")
            .replace(
                "\n[[input]]",
                "\n[[subscription]]\nname = \"b\"\ntype = \"bounce\"\nmessage_bytes = 100\n\
                 file = \"7\"\n\n[[input]]",
            );
        assert_eq!(file.text(), expected);
        file.delete("b").unwrap();
        file.edit("mail", &[("rollover.size", ""), ("keep.files", ""), ("level", "")]).unwrap();
        assert!(file.text().contains("type = 'text_mail'\n\n[["), "{}", file.text());
        assert_eq!(file.show("status").unwrap().lines().next(), Some("[[subscription]]"));
        assert_eq!(file.show("b"), None);
    }

    #[test]
    fn what_would_be_wrong_is_refused_and_changes_nothing() {
        let mut file = ConfigFile::parse(OURS).unwrap();
        let (text, config) = (file.text(), file.config().clone());
        for (setting, says) in [
            (("level", "loud"), "level = \"loud\": \"loud\" is not a level; there are: critical,"),
            (("lvl", "debug"), "no key \"lvl\"; there are: name, type, file, level"),
            (("rollover.siz", "1m"), "no key \"rollover.siz\"; there are: size, every, days"),
            (("rollover", "1m"), "rollover is a table: set rollover.size, rollover.every"),
            (("level.x", "1"), "no key \"level.x\""),
            (("rollover.size", "10"), "at least 4096"),
            (("keep.files", "many"), "keep.files = \"many\": invalid type"),
            (
                ("sessions", "3"),
                "subscription \"mail\": sessions means nothing to a log of type text_mail",
            ),
            (("name", "status"), "two subscriptions are named \"status\""),
            (("name", "../x"), "cannot name a directory"),
            (("type", "text"), "\"text\" is not a log type; there are:"),
            (("", "x"), "no key \"\""),
            (("name", ""), "missing field `name`"),
        ] {
            let error = file.edit("mail", &[setting]).unwrap_err();
            assert!(error.is_config() && error.position().is_none());
            assert!(error.to_string().contains(says), "{setting:?}: {error}");
        }
        assert!(file.edit("none", NO).unwrap_err().to_string().contains("there are: mail, status"));
        assert!(file.add("mail", LogType::Status, NO).is_err());
        assert!(file.delete("none").is_err());
        assert_eq!((file.text(), file.config()), (text, &config));
        file.delete("status").unwrap();
        assert!(file.delete("mail").unwrap_err().to_string().contains("the last"));
    }

    #[test]
    fn the_logs_of_a_new_gateway_are_written_out_once() {
        let mut file = ConfigFile::parse("# Empty.\n[engine]\nlane = '1m'\n").unwrap();
        assert!(file.show("error_logs").unwrap().ends_with("level = \"critical\"\n"));
        let before = file.config().clone();
        file.add("dlv", LogType::Delivery, NO).unwrap();
        assert!(file.text().starts_with("# Empty.\n[engine]\nlane = '1m'\n\n[[subscription]]\n"));
        assert_eq!(file.text().matches("[[subscription]]").count(), 24);
        file.delete("dlv").unwrap();
        assert_eq!(
            file.config().subscription.iter().map(|one| one.get_ref()).collect::<Vec<_>>(),
            before.subscription.iter().map(|one| one.get_ref()).collect::<Vec<_>>()
        );
    }

    #[test]
    fn subscriptions_in_one_list_are_changed_too() {
        let text = "subscription = [ { name = 'a', type = 'status' } ] # one\n";
        let mut file = ConfigFile::parse(text).unwrap();
        file.edit("a", &[("rollover.size", "1m")]).unwrap();
        file.add("b", LogType::Bounce, &[("peers", "")]).unwrap();
        assert_eq!(file.config().subscription.len(), 2);
        assert!(file.text().ends_with("] # one\n"), "{}", file.text());
        file.delete("a").unwrap();
        assert!(file.show("b").unwrap().starts_with("[[subscription]]\nname = \"b\""));
    }

    #[test]
    fn the_file_keeps_its_mode_and_its_link() {
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("r.toml"), dir.path().join("link.toml"));
        fs::write(&path, OURS).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).unwrap();
        std::os::unix::fs::symlink("r.toml", &link).unwrap();
        let mut file = ConfigFile::read(&link).unwrap();
        file.edit("mail", &[("level", "debug")]).unwrap();
        file.write(&link).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), file.text());
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o604);
        assert!(link.is_symlink());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
        // What was read is not what is there any more.
        assert!(file.write(&link).unwrap_err().to_string().contains("somebody else"));
    }
}
