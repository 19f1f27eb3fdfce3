//! What one configuration has otherwise than another.

use crate::service::config::{Config, EngineConfig, SubscriptionConfig};

/// What a reload comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// Subscriptions that go on as they are.
    pub(crate) kept: Vec<String>,
    pub(crate) added: Vec<String>,
    pub(crate) changed: Vec<String>,
    pub(crate) removed: Vec<String>,
    /// Tables whose change needs a restart.
    pub(crate) needs_restart: Vec<&'static str>,
}

/// What is new.
pub(crate) fn change(old: &Config, new: &Config) -> Change {
    let mut change = Change::default();
    // What every file shows, or where it is.
    let is_same_everywhere = old.directory == new.directory
        && old.identity == new.identity
        && old.engine.dialect == new.engine.dialect
        && old.engine.time_zone == new.engine.time_zone
        && old.global.cef_headers == new.global.cef_headers;
    let find = |config: &Config, name: &str| -> Option<SubscriptionConfig> {
        let all = config.subscription.iter().map(toml::Spanned::get_ref);
        all.into_iter().find(|subscription| subscription.name == name).cloned()
    };
    for subscription in new.subscription.iter().map(toml::Spanned::get_ref) {
        let name = subscription.name.clone();
        match find(old, &name) {
            None => change.added.push(name),
            Some(known) if is_same_everywhere && known == *subscription => change.kept.push(name),
            Some(_) => change.changed.push(name),
        }
    }
    for subscription in old.subscription.iter().map(toml::Spanned::get_ref) {
        if find(new, &subscription.name).is_none() {
            change.removed.push(subscription.name.clone());
        }
    }
    let fixed = |engine: &EngineConfig| (engine.lane, engine.full_lane_wait, engine.flush_delay);
    for (name, is_same) in [
        ("engine", fixed(&old.engine) == fixed(&new.engine)),
        ("service", old.service == new.service),
        ("lanes", old.lanes == new.lanes),
        ("alerts", old.alerts == new.alerts && old.engine.host_name == new.engine.host_name),
        ("metrics", old.metrics == new.metrics),
        ("input", old.inputs().eq(new.inputs())),
    ] {
        if !is_same {
            change.needs_restart.push(name);
        }
    }
    change
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_told_by_name() {
        let mail = |name: &str, more: &str| {
            format!("[[subscription]]\nname = '{name}'\ntype = 'text_mail'\n{more}\n")
        };
        let parse = |text: String| Config::parse(&text).unwrap();
        let old = parse(mail("a", "") + &mail("b", "") + &mail("c", ""));
        let new = parse(
            "# moved by a line\n[service]\nfile_mode = '0600'\n".to_owned()
                + &mail("a", "")
                + &mail("b", "level = 'debug'")
                + &mail("d", ""),
        );
        let change_to = |new: &Config| change(&old, new);
        let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let found = change_to(&new);
        assert_eq!((found.kept, found.changed), (of(&["a"]), of(&["b"])));
        assert_eq!((found.added, found.removed), (of(&["d"]), of(&["c"])));
        assert_eq!(found.needs_restart, ["service"]);
        let moved = parse("directory = '/tmp/other'\n".to_owned() + &mail("a", ""));
        assert_eq!(change_to(&moved).changed, of(&["a"]));
    }
}
