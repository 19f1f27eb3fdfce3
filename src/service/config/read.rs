use std::collections::HashSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use toml::Spanned;

use crate::base::{Error, Result, host_name};
use crate::engine::{Builder, Engine};
use crate::ring::{FullLane, RunDirectory};
use crate::service::alert::{self, MailOptions};
use crate::service::config::{
    AlertsConfig, Config, InputConfig, InputKind, LanesConfig, SubscriptionConfig,
};
use crate::service::process::group_named;
use crate::sink::File;
use crate::subscription::{Identity, Subscription};

/// The largest file that is read.
const MAX_BYTES: u64 = 16 << 20;

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`Error::is_io`] when it cannot be read; [`Error::is_config`] with the line for whatever is
    /// wrong with it.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let failed = |source| Error::io("cannot read the configuration", source).at_path(path);
        let len = fs::metadata(path).map_err(failed)?.len();
        if len > MAX_BYTES {
            let what = format!("{len} bytes are no configuration: at most {MAX_BYTES} are read");
            return Err(Error::config(what).at_path(path));
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        Self::parse(&text).map_err(|error| error.at_path(path))
    }

    /// Reads and checks a configuration.
    ///
    /// ```
    /// use ringmail::service::config::Config;
    /// let config = Config::parse("directory = '/tmp/logs'\n[[subscription]]\nname = 'mail'\ntype = 'text_mail'")?;
    /// assert_eq!(config.subscription.len(), 1);
    /// let error = Config::parse("[engine]\nlame = '1m'").unwrap_err();
    /// assert_eq!(error.position(), Some(2));
    /// assert!(error.to_string().contains("unknown field `lame`"));
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::is_config`] with the line for whatever is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let message = error.message().trim().replace('\n', ", ");
            let place = error.span().map(|span| span.start);
            at(text, place, &message)
        })?;
        config.check(text)?;
        Ok(config)
    }

    /// The engine that it describes, with file sinks: such as go on with the files that an earlier
    /// run left open, if that is wanted.
    ///
    /// # Errors
    /// [`Error::is_config`] for what is out of range.
    pub fn builder(&self, goes_on: bool) -> Result<Builder> {
        let mut builder = self.settings();
        if let Some(lanes) = self.lanes()? {
            builder = builder.run_directory(lanes);
        }
        for subscription in &self.subscription {
            builder = builder.subscribe(self.with_sink(subscription.get_ref(), goes_on)?);
        }
        Ok(builder)
    }

    /// What is allowed, and perhaps not meant: a sentence each.
    ///
    /// ```
    /// use ringmail::service::config::Config;
    /// let text = "[[subscription]]\nname = 'mail'\ntype = 'text_mail'\nretrieval = 'syslog'\n\
    ///     syslog.servers = ['tls://a', 'tcp://b']";
    /// let warnings = Config::parse(text)?.warnings();
    /// assert!(warnings[0].starts_with("subscription mail: ") && warnings[0].contains("clear text"));
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let pushes = self.subscription.iter().map(Spanned::get_ref).filter_map(|subscription| {
            let syslog = subscription.pushes().ok()??;
            let sink = syslog.sink(&self.host_name(), &subscription.name, &self.buffers()).ok()?;
            Some((&subscription.name, sink.warnings()))
        });
        let named = |(name, warnings): (&String, Vec<String>)| {
            let texts = warnings.into_iter().map(|text| format!("subscription {name}: {text}"));
            texts.collect::<Vec<_>>()
        };
        pushes.flat_map(named).collect()
    }

    /// Where positions, ids and buffers are kept.
    pub(crate) fn state_directory(&self) -> PathBuf {
        if self.service.state_directory.as_os_str().is_empty() {
            self.directory.join(".state")
        } else {
            self.service.state_directory.clone()
        }
    }

    fn buffers(&self) -> PathBuf {
        self.state_directory().join("buffers")
    }

    /// The mode of log files.
    ///
    /// # Errors
    /// [`Error::is_config`] for what is no mode, or lets others write.
    pub fn file_mode(&self) -> Result<u32> {
        let mode = octal(&self.service.file_mode, "service.file_mode")?;
        if mode & 0o600 != 0o600 || mode & !0o664 != 0 {
            return Err(Error::config(format!(
                "service.file_mode {:?}: the owner reads and writes, others at most read: 0600 to \
                 0664",
                self.service.file_mode
            )));
        }
        Ok(mode)
    }

    /// The permissions that nothing gets.
    pub(crate) fn umask(&self) -> Result<u32> {
        let umask = octal(&self.service.umask, "service.umask")?;
        if umask > 0o777 || umask & 0o700 != 0 {
            return Err(Error::config(format!(
                "service.umask {:?}: 0000 to 0077, the owner keeps all permissions",
                self.service.umask
            )));
        }
        Ok(umask)
    }

    /// The directory of the lanes; `None` if they are memory.
    pub(crate) fn lanes(&self) -> Result<Option<RunDirectory>> {
        let LanesConfig { directory, mode, group } = &self.lanes;
        if directory.as_os_str().is_empty() {
            return Ok(None);
        }
        let mode = octal(mode, "lanes.mode")?;
        if mode & 0o700 != 0o700 || mode & !0o7770 != 0 {
            return Err(Error::config(format!(
                "lanes.mode {:?}: the owner has all permissions, others than the group none: 0700 \
                 or 03770",
                self.lanes.mode
            )));
        }
        let lanes = RunDirectory::at(directory).mode(mode);
        let group = group_named(group, "lanes.group")?;
        Ok(Some(group.map_or(lanes.clone(), |group| lanes.group(group.as_raw()))))
    }

    /// Who is told by mail; `None`: nobody.
    pub(crate) fn alerts(&self) -> Result<Option<MailOptions>> {
        let AlertsConfig { to, from, relay, period, per_hour } = &self.alerts;
        alert::relay(relay)?;
        if to.is_empty() {
            return Ok(None);
        }
        let mailbox = |key: &str, text: &str| {
            text.parse().map_err(|error| {
                Error::config(format!("alerts.{key} {text:?} is no mail address: {error}"))
            })
        };
        let own = format!("ringmail@{}", self.host_name());
        Ok(Some(MailOptions {
            to: to.iter().map(|address| mailbox("to", address)).collect::<Result<_>>()?,
            from: mailbox("from", if from.is_empty() { &own } else { from })?,
            relay: relay.clone(),
            period: period.0,
            per_hour: *per_hour,
        }))
    }

    /// The host's name.
    pub(crate) fn host_name(&self) -> String {
        match self.engine.host_name.as_str() {
            "" => host_name(),
            name => name.to_owned(),
        }
    }

    /// The inputs, without where the file names them.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &InputConfig> {
        self.input.iter().map(Spanned::get_ref)
    }

    fn with_sink(&self, subscription: &SubscriptionConfig, goes_on: bool) -> Result<Subscription> {
        if let Some(syslog) = subscription.pushes()? {
            if !subscription.log_type.0.form().is_text() {
                return Err(Error::config(format!(
                    "subscription {}: syslog takes lines of text, and the type {} is {}",
                    subscription.name,
                    subscription.log_type.0.name(),
                    subscription.log_type.0.form().name()
                )));
            }
            let sink = syslog.sink(&self.host_name(), &subscription.name, &self.buffers())?;
            return Ok(subscription.subscription()?.sink(sink));
        }
        let sink = File::in_dir(&self.directory).mode(self.file_mode()?);
        let sink = if goes_on { sink.go_on() } else { sink };
        let sink = if subscription.own_thread { sink.apart() } else { sink };
        Ok(subscription.subscription()?.sink(sink))
    }

    fn settings(&self) -> Builder {
        let (engine, global) = (&self.engine, &self.global);
        let identity = Identity::default()
            .vendor(&self.identity.vendor)
            .product(&self.identity.product)
            .version(&self.identity.version)
            .serial(&self.identity.serial);
        let builder = Engine::builder()
            .lane_bytes(usize::try_from(engine.lane.0).unwrap_or(usize::MAX))
            .full_lane(FullLane::Block { max: engine.full_lane_wait.0 })
            .dialect(engine.dialect.0)
            .flush_delay(engine.flush_delay.0)
            .status_interval(global.metrics_interval.0)
            .identity(identity)
            .log_headers(global.headers.iter().cloned())
            .cef_headers(global.cef_headers.iter().cloned())
            .log_message_ids(global.message_id)
            .log_responses(global.response)
            .log_subjects(global.subject);
        let builder = if engine.host_name.is_empty() {
            builder
        } else {
            builder.host_name(&engine.host_name)
        };
        if engine.time_zone.is_empty() { builder } else { builder.time_zone(&engine.time_zone) }
    }

    fn check(&self, text: &str) -> Result<()> {
        let mut names = HashSet::new();
        for subscription in &self.subscription {
            let here = |error: Error| located(text, subscription, &error.to_string());
            self.with_sink(subscription.get_ref(), false)
                .and_then(|it| it.check())
                .map_err(here)?;
            let name = &subscription.get_ref().name;
            if !names.insert(name) {
                let what = format!("two subscriptions are named {name:?}: each needs its own name");
                return Err(located(text, subscription, &what));
            }
        }
        let mut stdin = 0;
        for input in &self.input {
            check_input(input.get_ref(), &mut stdin)
                .map_err(|error| located(text, input, &error.to_string()))?;
        }
        self.file_mode()?;
        self.umask()?;
        self.lanes()?;
        self.alerts()?;
        check_listen(&self.metrics.listen)?;
        self.builder(false)?.checked()
    }
}

fn check_input(input: &InputConfig, stdin: &mut usize) -> Result<()> {
    let is_stdin = input.path.as_os_str() == "-" || input.kind == InputKind::Stdin;
    *stdin += usize::from(is_stdin);
    if *stdin > 1 {
        return Err(Error::config("two inputs read standard input"));
    }
    if input.kind != InputKind::Stdin && input.path.as_os_str().is_empty() {
        return Err(Error::config("input: path is missing: where the socket or the file is"));
    }
    let mode = octal(&input.mode, "input.mode")?;
    if mode > 0o777 {
        return Err(Error::config(format!("input.mode {:?}: 0600 to 0777", input.mode)));
    }
    Ok(())
}

/// The mode of a socket.
pub(crate) fn octal(text: &str, key: &str) -> Result<u32> {
    let is_octal = (3..=5).contains(&text.len());
    u32::from_str_radix(text, 8).ok().filter(|_| is_octal).ok_or_else(|| {
        Error::config(format!("{key} {text:?}: write the mode in octal, such as 0640"))
    })
}

fn check_listen(listen: &str) -> Result<()> {
    if listen.is_empty() {
        return Ok(());
    }
    let address: Option<SocketAddr> = listen.parse().ok();
    match address {
        Some(address) if address.ip().is_loopback() => Ok(()),
        _ => Err(Error::config(format!(
            "metrics.listen {listen:?}: use a loopback address and a port, such as 127.0.0.1:9464; \
             a proxy in front of it can do more"
        ))),
    }
}

/// An error at an element of a list.
fn located<T>(text: &str, element: &Spanned<T>, message: &str) -> Error {
    at(text, Some(element.span().start), message)
}

/// An error at a byte of the text: with the number of its line.
fn at(text: &str, place: Option<usize>, message: &str) -> Error {
    let error = Error::config(message.to_owned());
    let Some(before) = place.and_then(|place| text.get(..place)) else { return error };
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    error.at_position(line as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (Option<u64>, String) {
        let error = Config::parse(text).unwrap_err();
        assert!(error.is_config());
        (error.position(), error.to_string())
    }

    #[test]
    fn nothing_said_is_a_gateway_as_it_is_new() {
        let config = Config::parse("").unwrap();
        assert_eq!(config.subscription.len(), 23);
        assert_eq!(config, Config::default());
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let mail = "[[subscription]]\nname = 'mail'\ntype = 'text_mail'\n";
        for (text, line, hint) in [
            ("a = ", 1, "string"),
            ("\nnope = 1", 2, "unknown field `nope`"),
            ("[[subscription]]\nname = 'x'", 1, "missing field `type`"),
            ("[[subscription]]\nname = 'x'\ntype = 'text'", 3, "\"text\" is not a log type"),
            (&format!("{mail}level = 'loud'"), 4, "critical, warning, information"),
            (&format!("{mail}rollover.size = '10mb'"), 4, "10m"),
            (&format!("{mail}rollover.size = '10'"), 1, "at least 4096"),
            (&format!("{mail}rollover.times = '25:00'"), 1, "\"25:00\" is no time of day"),
            (&format!("{mail}rate_limit = {{ events = 0 }}"), 1, "0"),
            (
                &format!("{mail}sessions = 3"),
                1,
                "sessions means nothing to a log of type text_mail",
            ),
            (&format!("{mail}keep.files = 0"), 1, "at least 1"),
            (&format!("{mail}{mail}"), 4, "two subscriptions are named \"mail\""),
            ("[[subscription]]\nname = '../x'\ntype = 'status'", 1, "cannot name a directory"),
            ("[[subscription]]\nname = 'd'\ntype = 'domain_debug'", 1, "whose sessions"),
            ("[[input]]\nkind = 'tcp'", 2, "socket"),
            ("[[input]]\nkind = 'socket'", 1, "path is missing"),
            ("[[input]]\nkind='stdin'\n[[input]]\nkind='postfix'\npath='-'", 3, "standard input"),
            ("[engine]\nflush_delay = 'soon'", 2, "length of time"),
            ("[engine]\ndialect = '9'", 2, "manual, 7.6"),
        ] {
            let (position, message) = refused(text);
            assert_eq!(position, Some(line), "{text}: {message}");
            assert!(message.contains(hint), "{text}: {message}");
        }
        for (text, hint) in [
            ("[engine]\nlane = 1000", "power of two"),
            ("[engine]\ntime_zone = 'Mars/Olympus'", "Mars/Olympus"),
            ("[service]\nfile_mode = '0666'", "0600 to 0664"),
            ("[service]\numask = '0700'", "the owner keeps"),
            ("[metrics]\nlisten = '0.0.0.0:1'", "loopback"),
            ("[alerts]\nto = ['nobody']", "\"nobody\" is no mail address"),
            ("[alerts]\nrelay = 'localhost'", "smtp://HOST:25"),
            ("[global]\nmetrics_interval = '10ms'", "status interval"),
            ("subscription = []", "no subscription"),
        ] {
            assert!(refused(text).1.contains(hint), "{text}: {}", refused(text).1);
        }
    }
}
