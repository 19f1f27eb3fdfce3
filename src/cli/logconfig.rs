use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::LogType;
use crate::cli::Failure;
use crate::cli::control::{Place, print};
use crate::cli::place::by_name;
use crate::cli::types::log_types;
use crate::service::config::{ConfigFile, SubscriptionConfig};

/// Shows and changes the subscriptions of a configuration.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail logconfig list
  ringmail logconfig show mail_logs
  ringmail logconfig new qmail --type qmail_mail --set level=debug --set rollover.size=10m
  ringmail logconfig edit mail_logs --set keep.files=30 --set keep.age=
  ringmail logconfig delete qmail

KEY is a key of [[subscription]] in docs/CONFIG.md, one of an inner table with a dot. VALUE is as in
the file, text also without quotes; an empty one takes the key out, so that its default counts.

The file keeps its comments and its order. What `ringmail config check` would find wrong is refused,
and nothing is changed. A file without subscriptions means those of a new gateway: the first change
writes them out. `ringmail reload` makes changes count.")]
pub(crate) struct LogConfig {
    #[command(subcommand)]
    act: Act,

    #[command(flatten)]
    place: Place,

    /// Print one JSON object
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Lists the subscriptions, sorted by name
    List,
    /// Prints what the file says of a subscription
    Show {
        /// The subscription
        name: String,
    },
    /// Adds a subscription
    New {
        /// The subscription
        name: String,
        /// The log type, see `ringmail types`
        #[arg(
            long = "type",
            value_name = "TYPE",
            value_parser = log_types(),
            hide_possible_values = true
        )]
        log_type: LogType,
        /// A key and its value
        #[arg(long, value_name = "KEY=VALUE", value_parser = setting)]
        set: Vec<(String, String)>,
    },
    /// Changes a subscription
    Edit {
        /// The subscription
        name: String,
        /// A key and its value
        #[arg(long, value_name = "KEY=VALUE", value_parser = setting, required = true)]
        set: Vec<(String, String)>,
    },
    /// Takes a subscription out; its files stay
    Delete {
        /// The subscription
        name: String,
    },
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

impl LogConfig {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut file = ConfigFile::read(&self.place.config)?;
        let done = match &self.act {
            Act::List => return self.list(&file),
            Act::Show { name } => return self.show(&file, name),
            Act::New { name, log_type, set } => {
                file.add(name, *log_type, set)?;
                ("added", name)
            }
            Act::Edit { name, set } => {
                file.edit(name, set)?;
                ("changed", name)
            }
            Act::Delete { name } => {
                file.delete(name)?;
                ("deleted", name)
            }
        };
        file.write(&self.place.config)?;
        let (done, name) = done;
        if self.json {
            let object = json!({ "done": done, "name": name, "file": self.place.config });
            return print(&object.to_string());
        }
        print(&format!("{done} {name:?}: `ringmail reload` makes it count"))
    }

    fn list(&self, file: &ConfigFile) -> Result<(), Failure> {
        let subscriptions = by_name(file.config());
        if self.json {
            let objects: Vec<_> = (1..).zip(&subscriptions).map(object).collect();
            return print(&json!({ "subscriptions": objects }).to_string());
        }
        let line = |number: &str, [name, log_type, level, retrieval]: [&str; 4]| {
            format!("{number:>3}  {name:<24} {log_type:<29} {level:<12} {retrieval}")
        };
        let mut lines = vec![line("no.", ["name", "type", "level", "retrieval"])];
        for one in (1..).zip(&subscriptions) {
            let object = object(one);
            let word = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
            let words = ["name", "type", "level", "retrieval"].map(word);
            lines.push(line(&one.0.to_string(), words));
        }
        print(&lines.join("\n"))
    }

    fn show(&self, file: &ConfigFile, name: &str) -> Result<(), Failure> {
        let Some(text) = file.show(name) else {
            let names: Vec<_> =
                by_name(file.config()).iter().map(|one| one.name.as_str()).collect();
            let names = names.join(", ");
            return Err(Failure::new(format!("no subscription {name:?}; there are: {names}")));
        };
        if !self.json {
            return print(text.trim_end());
        }
        let shown = by_name(file.config()).into_iter().find(|one| one.name == name);
        // What was read can be written.
        print(&serde_json::to_string(&shown).unwrap_or_default())
    }
}

/// What a list tells of a subscription.
fn object((number, one): (usize, &&SubscriptionConfig)) -> Value {
    json!({
        "number": number,
        "name": one.name,
        "type": one.log_type,
        "level": one.level,
        "retrieval": one.retrieval,
    })
}
