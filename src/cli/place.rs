//! Where the subscriptions are.

use std::path::{Path, PathBuf};

use clap::Args;
use toml::Spanned;

use crate::cli::Failure;
use crate::service::config::{Config, SubscriptionConfig};

/// Where the directories of subscriptions are, for commands that read logs.
#[derive(Args, Debug, Default)]
pub(crate) struct Logs {
    /// Where the subscriptions' directories are; goes before --config
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// The configuration that says where they are [default: /etc/ringmail/ringmail.toml]
    #[arg(long, env = "RINGMAIL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What is looked into in this order, for the help of commands.
pub(crate) const ORDER: &str = "\
The subscriptions' directories are looked for in this order: --dir, the configuration that
--config or RINGMAIL_CONFIG names, ./ringmail-logs if there is one, /etc/ringmail/ringmail.toml if
there is one.";

/// Where `ringmail load` writes.
const HERE: &str = "ringmail-logs";

/// Where a service has its configuration.
const USUAL: &str = "/etc/ringmail/ringmail.toml";

/// What is known of the subscriptions.
#[derive(Debug)]
pub(crate) struct Known {
    /// Where their directories are.
    pub(crate) dir: PathBuf,
    /// The configuration, if one says where that is.
    config: Option<Config>,
}

/// A subscription in a list: its number is its place, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Its name, which is that of its directory.
    pub(crate) name: String,
    /// The title of its type, if that is known.
    pub(crate) title: Option<&'static str>,
}

impl Listed {
    /// Its line in a list, as gateways have it.
    pub(crate) fn line(&self, number: usize) -> String {
        let title = self.title.map_or_else(|| "unknown".to_owned(), |title| format!("\"{title}\""));
        format!("{number}. \"{}\" Type: {title} Retrieval: Manual Download", self.name)
    }
}

impl Logs {
    /// Finds out where the subscriptions are.
    pub(crate) fn find(&self) -> Result<Known, Failure> {
        if let Some(dir) = &self.dir {
            return Ok(Known { dir: dir.clone(), config: None });
        }
        // An empty variable names nothing.
        let config = match self.config.as_deref().filter(|path| !path.as_os_str().is_empty()) {
            Some(config) => config,
            None if Path::new(HERE).is_dir() || !Path::new(USUAL).exists() => {
                return Ok(Known { dir: PathBuf::from(HERE), config: None });
            }
            None => Path::new(USUAL),
        };
        let config = Config::read(config)?;
        Ok(Known { dir: config.directory.clone(), config: Some(config) })
    }
}

impl Known {
    /// The subscriptions, sorted by name: from the configuration, else the directories that hold
    /// log files.
    pub(crate) fn list(&self) -> Result<Vec<Listed>, Failure> {
        Ok(match &self.config {
            Some(config) => by_name(config)
                .into_iter()
                .map(|one| Listed { name: one.name.clone(), title: Some(one.log_type.0.title()) })
                .collect(),
            None => folders(&self.dir)?
                .into_iter()
                .map(|name| Listed { title: title_of(&name), name })
                .collect(),
        })
    }

    /// The directory of a subscription: by its name, or else by its number in the list.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.dir.join(name);
        if is_name(name) && folder.is_dir() {
            return Ok(folder);
        }
        let listed = self.list()?;
        let number = name.parse().ok().and_then(|number: usize| number.checked_sub(1));
        let name = match number.and_then(|at| listed.get(at)) {
            Some(by_number) => &by_number.name,
            None => name,
        };
        let folder = self.dir.join(name);
        if is_name(name) && folder.is_dir() {
            return Ok(folder);
        }
        if listed.iter().any(|known| known.name == name) {
            return Err(Failure::new(format!(
                "{}: nothing has been logged for {name:?} yet",
                self.dir.display()
            )));
        }
        let names: Vec<_> = listed.iter().map(|known| known.name.as_str()).collect();
        Err(Failure::new(format!(
            "{}: no subscription {name:?}; there are: {}",
            self.dir.display(),
            names.join(", ")
        )))
    }
}

/// The subscriptions of a configuration, sorted by name: their order in lists with numbers.
pub(crate) fn by_name(config: &Config) -> Vec<&SubscriptionConfig> {
    let mut subscriptions: Vec<_> = config.subscription.iter().map(Spanned::get_ref).collect();
    subscriptions.sort_by(|one, other| one.name.cmp(&other.name));
    subscriptions
}

/// Whether it can be the name of a directory in another.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('/') && name != "." && name != ".."
}

/// The names of the directories in it, sorted, but those that are hidden.
fn folders(dir: &Path) -> Result<Vec<String>, Failure> {
    let failed = |error| {
        Failure::new(format!("{}: {error}: say with --dir where the logs are", dir.display()))
    };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir())
            && let Ok(name) = entry.file_name().into_string()
            && !name.starts_with('.')
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The title of the type that a new gateway's log of this name has.
fn title_of(name: &str) -> Option<&'static str> {
    let usual = Config::default();
    let known = by_name(&usual).into_iter().find(|known| known.name == name)?;
    Some(known.log_type.0.title())
}
