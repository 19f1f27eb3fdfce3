use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::base::{
    Alarm, Clock, Dialect, Durations, Error, Gauges, LaneAccount, Result, SystemClock, host_name,
};
use crate::engine::alerts::Alerts;
use crate::engine::dispatch::Dispatch;
use crate::engine::formatter::{BLOCK_BYTES, Formatter};
use crate::engine::machine::Machine;
use crate::engine::plan::Plan;
use crate::engine::reconfigure::Reconfiguration;
use crate::engine::routes::Routes;
use crate::engine::run::Run;
use crate::engine::stamps::Stamps;
use crate::engine::times::Times;
use crate::engine::{Engine, EngineGuard, Ids, Shared, Thread};
use crate::event::{Event, MessageId, Response, Subject};
use crate::format::{Logged, Zone};
use crate::ring::{
    Counter, FullLane, MAX_LANE_BYTES, MIN_LANE_BYTES, Merge, Order, Ring, RunDirectory,
};
use crate::subscription::{Identity, Subscription};

/// Sets up an [`Engine`] (contract C15).
///
/// ```
/// use ringmail::{Dialect, Engine, FullLane, LogType, Null, Order, Subscription};
/// use std::time::Duration;
///
/// let (engine, _guard) = Engine::builder()
///     .lane_bytes(1 << 20)
///     .full_lane(FullLane::Drop)
///     .order(Order::Causal)
///     .dialect(Dialect::V15_0)
///     .flush_delay(Duration::from_millis(100))
///     .subscribe(Subscription::new("mail_logs", LogType::TextMail).sink(Null::new()))
///     .start()?;
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Builder {
    lane_bytes: usize,
    full_lane: FullLane,
    order: Order,
    dialect: Dialect,
    zone: Option<String>,
    identity: Identity,
    flush_delay: Duration,
    status_interval: Duration,
    ids_file: Option<PathBuf>,
    run_directory: Option<RunDirectory>,
    clock: Option<Arc<dyn Clock>>,
    headers: Option<Vec<String>>,
    cef_headers: Option<Vec<String>>,
    message_ids: bool,
    responses: bool,
    subjects: bool,
    alerts: Alerts,
    subscriptions: Vec<Subscription>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            lane_bytes: 1 << 20,
            full_lane: FullLane::default(),
            order: Order::default(),
            dialect: Dialect::default(),
            zone: None,
            identity: Identity::default(),
            flush_delay: Duration::from_millis(100),
            status_interval: Duration::from_secs(60),
            ids_file: None,
            run_directory: None,
            clock: None,
            headers: None,
            cef_headers: None,
            message_ids: true,
            responses: true,
            subjects: true,
            alerts: Alerts { host_name: host_name(), alarm: None },
            subscriptions: Vec::new(),
        }
    }
}

impl Builder {
    /// Bytes of each worker's lane: a power of two from 256 KiB to 1 GiB. Default: 1 MiB, room
    /// for some 16,000 events.
    pub const fn lane_bytes(mut self, bytes: usize) -> Self {
        self.lane_bytes = bytes;
        self
    }

    /// What `emit` does when its lane is full. Default: it waits up to 5 s.
    pub const fn full_lane(mut self, policy: FullLane) -> Self {
        self.full_lane = policy;
        self
    }

    /// How lines of different workers are ordered. Default: causal.
    pub const fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Whose spelling the lines have, where a subscription has none of its own. Default: 15.0.
    pub const fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// The time zone of the stamps, by its name in the time zone database (`Europe/Berlin`,
    /// `UTC`). Default: the system's.
    pub fn time_zone(mut self, name: impl Into<String>) -> Self {
        self.zone = Some(name.into());
        self
    }

    /// Who writes the logs, for the header records. Default: this library.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = identity;
        self
    }

    /// How long a line may wait for others before it is written, when there is little to do.
    /// From 2 ms to 10 s; default: 100 ms.
    pub const fn flush_delay(mut self, delay: Duration) -> Self {
        self.flush_delay = delay;
        self
    }

    /// How often a line goes into the status logs: from 1 s to a day. Default: 60 s.
    pub const fn status_interval(mut self, interval: Duration) -> Self {
        self.status_interval = interval;
        self
    }

    /// A file that keeps the ids of [`Engine::ids`] from one run to the next. Default: none, ids
    /// begin with 1 each time.
    pub fn ids_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ids_file = Some(path.into());
        self
    }

    /// A directory for the workers' lanes, in which what was accepted survives the end of this
    /// process: the next engine with this directory writes it, each event once, and goes on in the
    /// files that were open. Processes that [`attach`](crate::attach) there log through this
    /// engine. Default: none; lanes are memory, and what is in them dies with the process.
    ///
    /// `emit` costs the same either way. See [`RunDirectory`] for who may attach.
    ///
    /// # Limits
    /// Each event once holds for sinks that can go back to a [point](crate::Sink::point), as
    /// [`File`](crate::File) can; into others some lines come twice behind a crash. What stands in
    /// no file yet because it is made of several events (an unfinished message of a consolidated
    /// log) begins anew. The loss of power is another matter: see
    /// [`Fsync`](crate::Fsync).
    pub fn run_directory(mut self, directory: impl Into<RunDirectory>) -> Self {
        self.run_directory = Some(directory.into());
        self
    }

    /// Where the time comes from. Default: the operating system's clocks.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The headers of messages to log, spelled as they are to be shown: at the end of
    /// `Message done` lines, in bounce logs and in delivery logs. Names are found without regard to
    /// case; a header that a message does not have leaves no trace. Default: whatever the events
    /// carry. An empty list: none.
    pub fn log_headers<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.headers = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The headers of messages that consolidated event logs show in the field of logged headers, at
    /// most 25; the others that [`MessageHeaders`](crate::event::MessageHeaders) tells are left out.
    /// Default: all that are told.
    pub fn cef_headers<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.cef_headers = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Whether text mail logs have the `Message-ID` lines of messages. Default: yes.
    pub const fn log_message_ids(mut self, yes: bool) -> Self {
        self.message_ids = yes;
        self
    }

    /// Whether text mail logs have the `Response` lines of deliveries, which show the human part of
    /// what the other server said. Default: yes.
    pub const fn log_responses(mut self, yes: bool) -> Self {
        self.responses = yes;
        self
    }

    /// Whether text mail logs have the `Subject` lines of messages. Default: yes.
    pub const fn log_subjects(mut self, yes: bool) -> Self {
        self.subjects = yes;
        self
    }

    /// The name of this host, in alerts. Default: the system's.
    pub fn host_name(mut self, name: impl Into<String>) -> Self {
        self.alerts.host_name = name.into();
        self
    }

    /// Who is told when a subscription's lines cannot be written or do not get to their peer, besides
    /// the log; for each address that it tells, the log has a line. [`Engine::reconfigure`] leaves it
    /// as it is. Default: nobody.
    ///
    /// ```
    /// use ringmail::base::{Alarm, Alert};
    /// use ringmail::{Engine, LogType, Memory, Subscription};
    ///
    /// #[derive(Debug)]
    /// struct Pager;
    ///
    /// impl Alarm for Pager {
    ///     fn raise(&mut self, alert: &Alert) -> Vec<String> {
    ///         assert_eq!(alert.host_name, "mx1.example.com");
    ///         vec!["oncall@example.com".to_owned()]
    ///     }
    /// }
    ///
    /// let (full, logs) = (Memory::new(), Memory::new());
    /// full.fail_after(0, 28);
    /// let mail = Subscription::new("mail", LogType::TextMail).sink(full.clone());
    /// let system = Subscription::new("system", LogType::System).sink(logs.clone());
    /// let builder = Engine::builder().host_name("mx1.example.com").alarm(Pager);
    /// let (engine, guard) = builder.subscribe(mail).subscribe(system).start()?;
    /// let alert = "A System/Critical alert was sent to oncall@example.com with subject \"Critical";
    /// while !logs.text().contains(alert) {
    ///     std::thread::yield_now();
    /// }
    /// full.recover();
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    pub fn alarm(mut self, alarm: impl Alarm + 'static) -> Self {
        self.alerts.alarm = Some(Box::new(alarm));
        self
    }

    /// Adds a subscription. Several of one type are fine, of one name not.
    pub fn subscribe(mut self, subscription: Subscription) -> Self {
        self.subscriptions.push(subscription);
        self
    }

    /// Opens the sinks and starts the formatter thread.
    ///
    /// # Errors
    /// [`Error::is_config`] for options out of range, no subscription or two of one name;
    /// [`Error::is_io`] when a sink cannot be opened. Nothing has been started then.
    pub fn start(self) -> Result<(Engine, EngineGuard)> {
        self.check()?;
        let plan = self.plan()?;
        let zone = plan.zone.clone();
        let ids = Ids::open(self.ids_file.as_deref())?;
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock::default()));
        let (order, full_lane, lane_bytes) = (self.order, self.full_lane, self.lane_bytes);
        let (ring, run) = match &self.run_directory {
            None => (Ring::new(Counter::detect(), order, full_lane, lane_bytes), None),
            Some(directory) => {
                let counter = Counter::between_processes();
                let ring = Ring::serving(directory, counter, order, full_lane, lane_bytes)?;
                (ring, Some(Run::begin(directory)?))
            }
        };
        let ring = Arc::new(ring);
        let counter = ring.counter();
        let mut times = Times::new(Arc::clone(&clock), counter.runs_with_time(), counter.horizon());
        if let Some(rate) = run.as_ref().and_then(Run::rate) {
            times.assume_rate(rate);
        }
        let (now, nanos) = (times.wall(), times.nanos());

        let mut outlets = Vec::with_capacity(self.subscriptions.len());
        for subscription in self.subscriptions {
            outlets.extend(plan.outlet(subscription, now, nanos, run.as_ref())?);
        }
        let gauges = Arc::new(Gauges::default());
        let (commands, received) = channel();
        let mut stamps = Stamps::new(zone);
        let mut dispatch = Dispatch {
            outlets,
            takes: Vec::new(),
            routes: Routes::new(&[], |_, _| false),
            logged: plan.logged.clone(),
            changed: Vec::new(),
            ended: Vec::new(),
            narrowed: None,
            offset: stamps.offset_seconds(now),
            stamps,
            alerts: self.alerts,
            leaving: Vec::new(),
            counters: None,
            machine: Machine::new(PathBuf::from("/")),
            gauges: Arc::clone(&gauges),
            status_nanos: plan.status_nanos,
            next_status_nanos: nanos.saturating_add(plan.status_nanos),
            block_bytes: BLOCK_BYTES,
            is_closed: false,
            seen: 0,
            kept_second: now.seconds(),
            untold: Vec::new(),
            next_loss_nanos: 0,
            laneless_told: 0,
            notice: Vec::new(),
            times,
            lag: Durations::ZERO,
        };
        dispatch.settle_in(plan, nanos);
        let counted = run.as_ref().and_then(Run::counters);
        if let Some((counters, counted)) = dispatch.counters.as_mut().zip(counted) {
            counters.resume(counted);
        }
        if let Some(wanted) = dispatch.narrowed.take() {
            ring.set_wanted(&wanted);
        }
        let places = Mutex::new(dispatch.places());
        let formatter = Formatter {
            ring: Arc::clone(&ring),
            commands: received,
            dispatch,
            longest_sleep: self.flush_delay / 2,
            lanes: Vec::new(),
            lanes_seen: 0,
            ended: run.as_ref().map_or(LaneAccount::ZERO, Run::ended),
            run,
            merge: Merge::default(),
        };
        let thread = std::thread::Builder::new()
            .name("ringmail".to_owned())
            .spawn(move || formatter.run())
            .map_err(|source| Error::io("cannot start the formatter thread", source))?;
        let engine = Engine {
            shared: Arc::new(Shared {
                ring,
                commands,
                formatter: thread.thread().id(),
                thread: Mutex::new(Thread::Running(thread)),
                gauges,
                ids,
                places,
            }),
        };
        let guard = EngineGuard { engine: engine.clone() };
        Ok((engine, guard))
    }

    /// The same settings and subscriptions for an engine that runs already.
    pub(crate) fn reconfiguration(self, kept: &[&str]) -> Result<Reconfiguration> {
        if !self.subscriptions.is_empty() || kept.is_empty() {
            self.check()?;
        }
        let plan = self.plan()?;
        let kept: Vec<String> = kept.iter().map(|name| (*name).to_owned()).collect();
        let subscriptions =
            self.subscriptions.into_iter().filter(|new| !kept.contains(&new.name)).collect();
        Ok(Reconfiguration { plan, subscriptions, kept })
    }

    /// Whether it could be started, as far as that can be told without opening anything.
    #[cfg(feature = "service")]
    pub(crate) fn checked(&self) -> Result<()> {
        self.check()?;
        self.plan().map(|_| ())
    }

    /// What the settings make of subscriptions.
    fn plan(&self) -> Result<Plan> {
        let switches = [
            (MessageId::ROW.number, self.message_ids),
            (Response::ROW.number, self.responses),
            (Subject::ROW.number, self.subjects),
        ];
        Ok(Plan {
            dialect: self.dialect,
            zone: self.zone.as_deref().map_or_else(|| Ok(Zone::system()), Zone::parse)?,
            identity: self.identity.clone(),
            cef_headers: self.cef_headers.clone(),
            unlogged: switches.iter().filter(|(_, yes)| !yes).map(|(number, _)| *number).collect(),
            logged: Logged::new(self.headers.clone()),
            status_nanos: u64::try_from(self.status_interval.as_nanos()).unwrap_or(u64::MAX),
        })
    }

    fn check(&self) -> Result<()> {
        if !self.lane_bytes.is_power_of_two()
            || !(MIN_LANE_BYTES..=MAX_LANE_BYTES).contains(&self.lane_bytes)
        {
            return Err(Error::config(format!(
                "a lane of {} bytes: it must be a power of two from 262144 (256 KiB, so that the \
                 largest record fits with room to spare) to 1073741824 (1 GiB)",
                self.lane_bytes
            )));
        }
        let delays = Duration::from_millis(2)..=Duration::from_secs(10);
        if !delays.contains(&self.flush_delay) {
            return Err(Error::config(format!(
                "a flush delay of {:?} is not between 2 ms and 10 s",
                self.flush_delay
            )));
        }
        let intervals = Duration::from_secs(1)..=Duration::from_secs(86_400);
        if !intervals.contains(&self.status_interval) {
            return Err(Error::config(format!(
                "a status interval of {:?} is not between 1 s and 1 day",
                self.status_interval
            )));
        }
        let headers = self.cef_headers.as_ref().map_or(0, Vec::len);
        if headers > MAX_CEF_HEADERS {
            return Err(Error::config(format!(
                "{headers} headers for consolidated event logs: at most {MAX_CEF_HEADERS} can be \
                 logged"
            )));
        }
        if self.subscriptions.is_empty() {
            return Err(Error::config(
                "no subscription: nothing would be written; add one with .subscribe(...)",
            ));
        }
        for (at, subscription) in self.subscriptions.iter().enumerate() {
            subscription.check()?;
            let before = self.subscriptions.iter().take(at);
            if before.into_iter().any(|other| other.name == subscription.name) {
                return Err(Error::config(format!(
                    "two subscriptions are named {:?}: the name is that of the directory, so each \
                     needs its own",
                    subscription.name
                )));
            }
        }
        Ok(())
    }
}

const MAX_CEF_HEADERS: usize = 25;
