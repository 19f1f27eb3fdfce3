//! The running service: inputs, engine, control, commits.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use sd_notify::NotifyState;
use serde_json::{Value, json};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};

use crate::base::{Error, Result};
use crate::engine::{Engine, EngineGuard};
use crate::event::{
    AlertMailAttempt, AlertMailError, AlertMailGivenUp, AlertMailSent, InputFailed, LinesRefused,
};
use crate::format::Zone;
use crate::ring::Producer;
use crate::service::alert::{MailAlarm, MailEnd, MailNews};
use crate::service::config::{Config, From, InputConfig, InputKind};
use crate::service::control::{self, Asked, Request};
use crate::service::figures::{InputFigures, Rates, inputs_json, ledger_json, prometheus};
use crate::service::http;
use crate::service::input::{
    InputCounts, PostfixInput, Replayed, SocketInput, start_postfix_stdin, start_stdin,
};
use crate::service::process::{Lock, Person, make_private, set_umask, tell_systemd};
use crate::service::reload::{Change, change};
use crate::service::state::State;

/// How often the service looks after what is due by time.
const TICK: Duration = Duration::from_millis(250);

/// How often positions and files are committed.
const COMMIT: Duration = Duration::from_secs(1);

/// How often the file of figures is written.
const METRICS: Duration = Duration::from_secs(15);

/// How long clients may take at the end to say what they have sent.
const PATIENCE: Duration = Duration::from_secs(5);

/// The engine as a service: made of a configuration, it runs until it is told to end.
///
/// It ends in order at SIGTERM and SIGINT: inputs end, everything that was accepted is written, the
/// files are closed. SIGHUP reads the configuration again, SIGUSR1 rolls all files over.
#[derive(Debug)]
pub struct Service {
    path: PathBuf,
    config: Config,
    state_directory: PathBuf,
    engine: Engine,
    guard: Option<EngineGuard>,
    mails: Option<MailEnd>,
    /// For what the service itself has to say.
    own: Producer,
    figures: Vec<InputFigures>,
    sockets: Vec<SocketInput>,
    replayed: Vec<(String, Replayed)>,
    /// Inputs that end by themselves and have not.
    ending: usize,
    messages: Receiver<Message>,
    control: PathBuf,
    committed: Option<State>,
    /// Processes say things through lanes, which nobody says again.
    has_lanes: bool,
    started: Instant,
    rates: Rates,
    _lock: Lock,
}

/// What the service is told.
pub(crate) enum Message {
    Signal(i32),
    Asked(Asked),
    /// An input that ends by itself has ended.
    Ended,
    /// An input could not be read.
    Failed {
        input: String,
        error: String,
    },
    /// An alert's mail came a step further.
    Mail(MailNews),
    /// A line was refused.
    Refused {
        input: String,
        line: u64,
        error: String,
    },
}

impl std::convert::From<Asked> for Message {
    fn from(asked: Asked) -> Self {
        Self::Asked(asked)
    }
}

/// What a started service tells whoever started it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Started {
    /// Bytes that a crash had left behind the last commit, and that were taken back to be written
    /// again.
    pub taken_back: u64,
    /// Where the inputs are.
    pub inputs: Vec<String>,
    /// Where the figures are.
    pub metrics: Option<SocketAddr>,
}

impl Service {
    /// Starts what a configuration file describes.
    ///
    /// # Errors
    /// For a configuration that is wrong, a second service in the same place, and whatever cannot
    /// be opened. Nothing runs then.
    pub fn start(path: impl AsRef<Path>) -> Result<(Self, Started)> {
        let path = path.as_ref().to_path_buf();
        let config = Config::read(&path)?;
        let run_directory = config.service.run_directory.clone();
        let person = Person::find(&config.service.user, &config.service.group)?;
        let state_directory = config.state_directory();
        set_umask(config.umask()?);
        prepare(&config.directory, person)?;
        make_private(&run_directory)?;
        make_private(&state_directory)?;
        let lanes = config.lanes()?;
        if let Some(lanes) = &lanes {
            lanes.make()?;
        }
        if let Some(person) = person {
            person.own(&run_directory)?;
            person.own(&state_directory)?;
            if let Some(lanes) = &lanes {
                person.own(lanes.path())?;
                lanes.give_to_group()?;
            }
            person.become_it()?;
        }
        let lock = Lock::take(&run_directory)?;

        let inputs = inputs_of(&config);
        let zone = match config.engine.time_zone.as_str() {
            "" => Zone::system(),
            name => Zone::parse(name)?,
        };
        // What cannot be said again must not be taken back: by an input of now, or by one of the
        // earlier run that is not there any more.
        let is_said_again = |name: &String| {
            inputs.iter().any(|input| is_followed(input) && name_of(input) == *name)
        };
        let is_replayable = inputs.iter().all(is_followed) && lanes.is_none();
        let state = State::read(&state_directory)?;
        let mut started = Started::default();
        let goes_on = match &state {
            Some(state)
                if is_replayable
                    && !state.files.is_empty()
                    && state.inputs.keys().all(is_said_again) =>
            {
                started.taken_back = state.restore(&config.directory)?.bytes;
                true
            }
            _ => false,
        };
        let (sender, messages) = channel();
        let mut builder = config.builder(goes_on)?.ids_file(state_directory.join("ids"));
        let mut mails = None;
        if let Some(options) = config.alerts()? {
            let sender = sender.clone();
            let (alarm, end) = MailAlarm::start(options, move |news| {
                // Nobody is told of what happens behind the end.
                sender.send(Message::Mail(news)).ok();
            })?;
            (builder, mails) = (builder.alarm(alarm), Some(end));
        }
        let (engine, guard) = builder.start()?;
        let own = engine.producer()?;
        let control = control::start(&run_directory, sender.clone())?;
        listen_to_signals(sender.clone())?;
        let mut service = Self {
            path,
            config,
            state_directory,
            engine,
            guard: Some(guard),
            mails,
            own,
            figures: Vec::new(),
            sockets: Vec::new(),
            replayed: Vec::new(),
            ending: 0,
            messages,
            control,
            committed: None,
            has_lanes: lanes.is_some(),
            started: Instant::now(),
            rates: Rates::default(),
            _lock: lock,
        };
        for input in &inputs {
            service.start_input(input, &zone, state.as_ref(), &sender)?;
        }
        if !service.config.metrics.listen.is_empty() {
            let address = http::start(&service.config.metrics.listen, sender.clone())?;
            started.metrics = Some(address);
        }
        started.inputs = service.figures.iter().map(|input| input.name.clone()).collect();
        service.commit()?;
        tell_systemd(&[NotifyState::Ready]);
        Ok((service, started))
    }

    /// Works until it is told to end, or all inputs have ended by themselves.
    ///
    /// # Errors
    /// When the end is not in order: a state that cannot be written.
    pub fn run(mut self) -> Result<()> {
        let (mut next_commit, mut next_metrics) = (COMMIT, Duration::ZERO);
        loop {
            match self.messages.recv_timeout(TICK) {
                Ok(Message::Signal(SIGTERM | SIGINT)) => break,
                Ok(Message::Signal(SIGHUP)) => {
                    tell_systemd(&[NotifyState::Reloading]);
                    if let Err(error) = self.reload() {
                        self.tell_failure("configuration", &error.to_string());
                    }
                    tell_systemd(&[NotifyState::Ready]);
                }
                Ok(Message::Signal(SIGUSR1)) => {
                    if let Err(error) = self.roll(&[]) {
                        self.tell_failure("rollover", &error.to_string());
                    }
                }
                Ok(Message::Signal(_)) | Err(RecvTimeoutError::Timeout) => {}
                Ok(Message::Asked((request, answer))) => {
                    let done = self.answer(request);
                    // A client that has gone needs no answer.
                    answer.send(done).ok();
                }
                Ok(Message::Ended) => {
                    self.ending = self.ending.saturating_sub(1);
                    if self.ending == 0 && self.sockets.is_empty() && self.replayed.is_empty() {
                        break;
                    }
                }
                Ok(Message::Failed { input, error }) => self.tell_failure(&input, &error),
                Ok(Message::Mail(news)) => self.tell_mail(&news),
                Ok(Message::Refused { input, line, error }) => {
                    self.own.emit(&LinesRefused {
                        input: input.as_str().into(),
                        line,
                        error: error.as_str().into(),
                    });
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let up = self.started.elapsed();
            if up >= next_commit {
                if let Err(error) = self.commit() {
                    self.tell_failure("state", &error.to_string());
                }
                // A state of many open messages takes its time: it may take a part of it, no more.
                let took = self.started.elapsed().saturating_sub(up);
                next_commit = up + COMMIT.max(20 * took);
            }
            if self.rates.is_due(up) {
                let counters = self.engine.status().into_iter();
                let numbers =
                    counters.filter_map(|(label, value)| Some((label, value.parse().ok()?)));
                self.rates.take(up, numbers.collect());
            }
            if up >= next_metrics && !self.config.metrics.file.as_os_str().is_empty() {
                next_metrics = up + METRICS;
                if let Err(error) = self.write_metrics() {
                    self.tell_failure("metrics.file", &error.to_string());
                }
            }
            tell_systemd(&[NotifyState::Watchdog]);
        }
        self.end()
    }

    /// Ends the inputs, writes everything that was accepted, closes the files.
    fn end(mut self) -> Result<()> {
        tell_systemd(&[NotifyState::Stopping]);
        for socket in &mut self.sockets {
            socket.stop(PATIENCE);
        }
        let mut state = State::default();
        for (name, replayed) in &mut self.replayed {
            state.inputs.insert(name.clone(), replayed.stop());
        }
        drop(self.guard.take());
        if let Some(mails) = self.mails.take() {
            mails.wait();
        }
        fs::remove_file(&self.control).ok();
        state.write(&self.state_directory)
    }

    fn start_input(
        &mut self,
        input: &InputConfig,
        zone: &Zone,
        state: Option<&State>,
        sender: &Sender<Message>,
    ) -> Result<()> {
        let counts = Arc::new(InputCounts::default());
        let name = name_of(input);
        let kind = match input.kind {
            InputKind::Socket => {
                let mode = input.socket_mode()?;
                let engine = self.engine.clone();
                let socket = SocketInput::start(&input.path, mode, engine, Arc::clone(&counts))?;
                self.sockets.push(socket);
                "socket"
            }
            InputKind::Stdin => {
                let (refuser, ender, of) = (sender.clone(), sender.clone(), name.clone());
                // One note a second at most, whatever is sent.
                let mut told: Option<Instant> = None;
                let refused = move |line: u64, error: &str| {
                    if told.is_none_or(|then| then.elapsed() >= Duration::from_secs(1)) {
                        told = Some(Instant::now());
                        let (input, error) = (of.clone(), error.to_owned());
                        refuser.send(Message::Refused { input, line, error }).ok();
                    }
                };
                let ended = move || {
                    ender.send(Message::Ended).ok();
                };
                self.ending += 1;
                let input = std::io::stdin();
                start_stdin(input, &self.engine, Arc::clone(&counts), refused, ended)?;
                "stdin"
            }
            InputKind::Postfix if is_followed(input) => {
                let saved = state.and_then(|state| state.inputs.get(&name));
                let (engine, of) = (&self.engine, Arc::clone(&counts));
                let from_end = input.from == From::End;
                let postfix = PostfixInput::open(&input.path, from_end, saved, engine, zone, of)?;
                let (failer, of) = (sender.clone(), name.clone());
                // One note a minute at most, however often it fails.
                let mut told: Option<Instant> = None;
                let failed = move |error: &Error| {
                    if told.is_none_or(|then| then.elapsed() >= Duration::from_secs(60)) {
                        told = Some(Instant::now());
                        let (input, error) = (of.clone(), error.to_string());
                        failer.send(Message::Failed { input, error }).ok();
                    }
                };
                self.replayed.push((name.clone(), Replayed::start(Box::new(postfix), failed)?));
                "postfix"
            }
            InputKind::Postfix => {
                let ender = sender.clone();
                let ended = move || {
                    ender.send(Message::Ended).ok();
                };
                self.ending += 1;
                let input = std::io::stdin();
                start_postfix_stdin(input, &self.engine, zone, Arc::clone(&counts), ended)?;
                "postfix"
            }
        };
        self.figures.push(InputFigures { name, kind, counts });
        Ok(())
    }

    /// Makes a commit: what the inputs have said up to where they are stands in the files.
    fn commit(&mut self) -> Result<()> {
        if self.replayed.is_empty() {
            return Ok(());
        }
        let mut state = State::default();
        // None of them says anything while it is held.
        let held: Vec<_> =
            self.replayed.iter().map(|(name, replayed)| (name.clone(), replayed.hold())).collect();
        for (name, held) in &held {
            state.inputs.insert(name.clone(), held.save());
        }
        self.engine.flush();
        // Without their lengths nothing is taken back: other inputs say things only once.
        if !self.has_lanes && inputs_of(&self.config).iter().all(is_followed) {
            state.files = State::open_files(&self.engine.places())?;
        }
        drop(held);
        if self.committed.as_ref() != Some(&state) {
            state.write(&self.state_directory)?;
            self.committed = Some(state);
        }
        Ok(())
    }

    fn answer(&mut self, request: Request) -> Result<Value> {
        match request {
            Request::Ledger => Ok(ledger_json(&self.engine.ledger())),
            Request::Metrics => Ok(json!({ "text": self.metrics() })),
            Request::Reload => self.reload(),
            Request::Rollover { names } => self.roll(&names),
            Request::Status => Ok(self.status()),
            Request::Unknown => {
                let all = self.replayed.iter();
                let unknown = all.map(|(name, replayed)| (name.clone(), replayed.hold().unknown()));
                Ok(Value::Object(unknown.collect()))
            }
        }
    }

    fn status(&self) -> Value {
        let figures = self.engine.status();
        let rates: serde_json::Map<_, Value> = COUNTERS
            .iter()
            .map(|label| ((*label).to_owned(), json!(self.rates.per_minute(label))))
            .collect();
        let figures: serde_json::Map<_, Value> = figures
            .into_iter()
            .map(|(label, value)| {
                let number = value.parse::<u64>().ok();
                (label, number.map_or_else(|| value.into(), Value::from))
            })
            .collect();
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "process": std::process::id(),
            "up_seconds": self.started.elapsed().as_secs(),
            "configuration": self.path,
            "inputs": inputs_json(&self.figures),
            "figures": figures,
            "per_minute": rates,
            "ledger": ledger_json(&self.engine.ledger()),
        })
    }

    fn metrics(&self) -> String {
        prometheus(&self.engine.ledger(), &self.figures, self.started.elapsed())
    }

    fn write_metrics(&self) -> Result<()> {
        let path = &self.config.metrics.file;
        let new = path.with_extension("new");
        let failed = |source| Error::io("cannot write the file of figures", source).at_path(path);
        // Where others may write as well, they could leave a link to any file of this user.
        match fs::remove_file(&new) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(error));
            }
            _ => {}
        }
        let mut file = fs::File::create_new(&new).map_err(failed)?;
        file.write_all(self.metrics().as_bytes()).map_err(failed)?;
        fs::rename(&new, path).map_err(failed)
    }

    /// Reads the configuration again, and goes on with it. Nothing changes if it is wrong.
    fn reload(&mut self) -> Result<Value> {
        let new = Config::read(&self.path)?;
        if new.directory != self.config.directory
            && self.config.service.state_directory.as_os_str().is_empty()
        {
            return Err(Error::config(
                "directory cannot change while the state is kept below it: a restart would not \
                 find it; set service.state_directory to where it is, restart, then change",
            ));
        }
        let Change { kept, added, changed, removed, needs_restart } = change(&self.config, &new);
        self.commit()?;
        let names: Vec<&str> = kept.iter().map(String::as_str).collect();
        self.engine.reconfigure(new.builder(false)?, &names)?;
        // What needs a restart stays as it was.
        let (engine, service, input) =
            (self.config.engine.clone(), self.config.service.clone(), self.config.input.clone());
        self.config = Config { service, input, ..new };
        self.config.engine = crate::service::config::EngineConfig {
            dialect: self.config.engine.dialect,
            time_zone: self.config.engine.time_zone.clone(),
            ..engine
        };
        self.committed = None;
        self.commit()?;
        Ok(json!({
            "kept": kept,
            "added": added,
            "changed": changed,
            "removed": removed,
            "needs_restart": needs_restart,
        }))
    }

    /// Rolls over these subscriptions, or all.
    fn roll(&mut self, names: &[String]) -> Result<Value> {
        self.commit()?;
        if names.is_empty() {
            self.engine.rollover_all()?;
        }
        for name in names {
            self.engine.rollover(name)?;
        }
        self.committed = None;
        self.commit()?;
        let rolled: Vec<String> = if names.is_empty() {
            self.engine.places().into_iter().map(|(name, _)| name).collect()
        } else {
            names.to_vec()
        };
        Ok(json!({ "rolled": rolled }))
    }

    fn tell_failure(&mut self, what: &str, error: &str) {
        self.own.emit(&InputFailed { input: what.into(), error: error.into() });
    }

    fn tell_mail(&mut self, news: &MailNews) {
        match news {
            MailNews::Attempt { address, subject, attempt } => {
                let (address, subject) = (address.as_str().into(), subject.as_str().into());
                self.own.emit(&AlertMailAttempt { address, subject, attempt: *attempt });
            }
            MailNews::Sent { address, subject } => {
                let (address, subject) = (address.as_str().into(), subject.as_str().into());
                self.own.emit(&AlertMailSent { address, subject });
            }
            MailNews::Failed { error } => {
                self.own.emit(&AlertMailError { error: error.as_str().into() });
            }
            MailNews::GivenUp { address, subject } => {
                let (address, subject) = (address.as_str().into(), subject.as_str().into());
                self.own.emit(&AlertMailGivenUp { address, subject });
            }
        }
    }
}

/// The counters whose rates are told.
const COUNTERS: [&str; 8] =
    ["InjMsg", "InjRcp", "InjBytes", "CmpRcp", "DlvRcp", "HrdBncRcp", "SftBncEvnt", "RejRcp"];

/// The inputs; a socket in the run directory where none is named.
fn inputs_of(config: &Config) -> Vec<InputConfig> {
    if config.input.is_empty() {
        return vec![InputConfig::socket(config.service.run_directory.join("events.sock"))];
    }
    config.input.iter().map(|input| input.get_ref().clone()).collect()
}

/// What an input is called in states and figures.
fn name_of(input: &InputConfig) -> String {
    match input.kind {
        InputKind::Stdin => "-".to_owned(),
        _ => input.path.display().to_string(),
    }
}

/// Whether what an input says can be said again.
fn is_followed(input: &InputConfig) -> bool {
    input.kind == InputKind::Postfix && input.path.as_os_str() != "-"
}

/// Makes the directory of the logs, for the person that the service becomes.
fn prepare(directory: &Path, person: Option<Person>) -> Result<()> {
    let is_new = !directory.exists();
    fs::create_dir_all(directory)
        .map_err(|source| Error::io("cannot make the directory", source).at_path(directory))?;
    match person {
        Some(person) if is_new => person.own(directory),
        _ => Ok(()),
    }
}

fn listen_to_signals(sender: Sender<Message>) -> Result<()> {
    let failed = |source| Error::io("cannot listen to signals", source);
    let mut signals =
        signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM, SIGUSR1]).map_err(failed)?;
    std::thread::Builder::new()
        .name("ringmail-signals".to_owned())
        .spawn(move || {
            for signal in signals.forever() {
                if sender.send(Message::Signal(signal)).is_err() {
                    return;
                }
            }
        })
        .map(drop)
        .map_err(failed)
}
