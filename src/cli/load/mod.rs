mod numbered;
mod pace;
mod profile;
mod report;
mod target;
mod traffic;
mod verify;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::{Args, Subcommand, ValueEnum};
use hdrhistogram::Histogram;
use indicatif::{ProgressBar, ProgressStyle};

use self::numbered::{Numbered, Told};
use self::pace::{Pace, Pattern};
use self::profile::Profile;
use self::report::Report;
use self::target::Target;
use self::traffic::{Emit, Traffic};
use self::verify::Verify;
use crate::cli::Failure;
use crate::cli::control::print;
use crate::event::Event;
use crate::{Engine, File, Level, LogType, Producer, Rollover, Subscription};

/// Runs simulated gateway workers through an engine in this process, and measures it.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  ringmail load                                  a million events into ./ringmail-logs
  ringmail load --events 20000000 --workers 4
  ringmail load --rate 50000 --events 3000000    a minute at 50,000 events a second
  ringmail load --subscriptions mail_logs,errors=text_mail:warning --json
  ringmail load --to stdout --rate 1000 --events 60000 --pattern burst | logger -n loghost
  ringmail load --to file:/tmp/mail.log && ringmail load verify /tmp/mail.log
  ringmail load --to syslog+tcp://loghost:514 --events 10000000
  ringmail load --to 'syslog+tls://loghost:6514?ca=/etc/ssl/loghost.pem&format=rfc5424'
  ringmail load --print-profile > busy.toml && ringmail load --profile busy.toml

A subscription is NAME, or NAME=TYPE, or NAME=TYPE:LEVEL. Names known without a type: mail_logs,
bounces, status, system_logs, error_logs."
)]
pub(crate) struct Load {
    #[command(subcommand)]
    what: Option<What>,

    /// How many events to emit
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    events: u64,

    /// How many threads emit them
    #[arg(long, default_value_t = 2, value_name = "W",
          value_parser = clap::value_parser!(u64).range(1..=1024))]
    workers: u64,

    /// Where the logs go: a directory for each subscription is made in it
    #[arg(long, default_value = "ringmail-logs", value_name = "DIR")]
    dir: PathBuf,

    /// Where else the lines go, each with a number at its end: `stdout`; `file:PATH`, which is
    /// appended to; `syslog+udp://HOST:PORT`, `syslog+tcp://..` or `syslog+tls://..`. The summary then
    /// goes to standard error
    #[arg(long, value_name = "TARGET", conflicts_with_all = ["dir", "rollover_bytes"])]
    to: Option<Target>,

    /// With --to: without numbers, so that `load verify` cannot compare
    #[arg(long, requires = "to")]
    no_numbers: bool,

    /// Events a second, all workers together [default: as fast as possible]
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u64).range(1..))]
    rate: Option<u64>,

    /// How the events are spread over time
    #[arg(long, value_enum, default_value_t = Pattern::Constant, requires = "rate")]
    pattern: Pattern,

    /// What the traffic is like: the mix, sizes, how many bounce, how many domains
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,

    /// Print the profile that is used without one, each knob with what it is
    #[arg(long, exclusive = true)]
    print_profile: bool,

    /// The traffic is the same for the same seed and number of workers
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,

    /// The subscriptions, separated by commas; with --to: mail_logs
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "LIST",
        default_value = "mail_logs,bounces,status,system_logs",
        default_value_if("to", clap::builder::ArgPredicate::IsPresent, "mail_logs")
    )]
    subscriptions: Vec<String>,

    /// How lines of different workers are ordered
    #[arg(long, value_enum, default_value_t = OrderChoice::Causal)]
    order: OrderChoice,

    /// Begin a new file at this size, in bytes [default: never]
    #[arg(long, value_name = "BYTES")]
    rollover_bytes: Option<u64>,

    /// Print one JSON object instead of the summary
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand, Debug)]
enum What {
    Verify(Verify),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OrderChoice {
    /// What was said first stands first
    Causal,
    /// By a time that the formatter sets: cheaper for the workers
    Relaxed,
}

/// One emit of so many is timed: timing takes longer than what it times.
const TIMED: u64 = 8;

/// The most emits between two looks at the schedule and reports of progress.
const STRIDE: u64 = 128;

impl Load {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        if let Some(What::Verify(verify)) = &self.what {
            return verify.run();
        }
        if self.print_profile {
            return print(&Profile::example());
        }
        let profile = match &self.profile {
            Some(path) => Profile::read(path)?,
            None => Profile::default(),
        };
        let mut builder = Engine::builder().order(match self.order {
            OrderChoice::Causal => crate::Order::Causal,
            OrderChoice::Relaxed => crate::Order::Relaxed,
        });
        let run = u32::try_from(random() >> 32).unwrap_or_default();
        let mut told: Vec<(String, Told)> = Vec::new();
        for (number, text) in (0..).zip(&self.subscriptions) {
            let subscription = self.subscription(text)?;
            builder = builder.subscribe(match &self.to {
                None => subscription.sink(File::in_dir(&self.dir)),
                Some(target) => {
                    let sink = target.sink()?;
                    let sink = Numbered::new(sink, run, number);
                    let sink = if self.no_numbers { sink.without_numbers() } else { sink };
                    told.push((subscription.name.clone(), sink.told()));
                    subscription.sink(sink)
                }
            });
        }
        let (engine, guard) = builder.start()?;
        let producers =
            (0..self.workers).map(|_| engine.producer()).collect::<crate::Result<Vec<_>>>()?;

        let progress = AtomicU64::new(0);
        let bar = self.bar();
        let cpu_before = cpu_seconds();
        let began = Instant::now();
        let latencies = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..)
                .zip(producers)
                .map(|(worker, producer)| {
                    let (profile, progress) = (&profile, &progress);
                    scope.spawn(move || self.work(profile, worker, producer, began, progress))
                })
                .collect();
            while !workers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
                bar.set_position(progress.load(Ordering::Relaxed));
                std::thread::sleep(Duration::from_millis(if bar.is_hidden() { 5 } else { 100 }));
            }
            workers.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        engine.flush();
        // A server has everything when the sink has ended, or nobody will know what became of it.
        let guard = Some(guard).filter(|_| self.to.is_none());
        let seconds = began.elapsed().as_secs_f64();
        let cpu = cpu_seconds() - cpu_before;
        bar.finish_and_clear();
        // What sinks still do at their end belongs to the account.
        drop(guard);

        let mut all = histogram();
        for latency in latencies {
            let latency = latency.map_err(|_| Failure::new("a worker panicked: a defect"))?;
            all.add(latency).map_err(|error| Failure::new(error.to_string()))?;
        }
        let report = Report {
            events: self.events,
            seconds,
            cpu_seconds: cpu,
            peak_rss_bytes: peak_rss_bytes(),
            emit: all,
            ledger: engine.ledger(),
            places: engine.places(),
            told: told.into_iter().map(|(name, told)| (name, told.all())).collect(),
        };
        let text = if self.json { report.json() } else { report.text() };
        if self.to.is_some() {
            let failed = |error| Failure::new(format!("cannot write: {error}"));
            writeln!(std::io::stderr().lock(), "{text}").map_err(failed)?;
        } else {
            print(&text)?;
        }
        report
            .ledger
            .check()
            .map_err(|error| Failure::new(format!("the ledger does not balance: {error}")))?;
        match report.lost() {
            0 => Ok(()),
            lost => {
                Err(Failure::new(format!("{lost} events were not taken where they were to go")))
            }
        }
    }

    /// `NAME`, `NAME=TYPE` or `NAME=TYPE:LEVEL`.
    fn subscription(&self, text: &str) -> Result<Subscription, Failure> {
        let (name, rest) = text.split_once('=').map_or((text, None), |(n, r)| (n, Some(r)));
        let (log_type, level) = match rest {
            None => {
                let known = KNOWN.iter().find(|(known, ..)| *known == name);
                known.map(|(_, log_type, level)| (*log_type, *level)).ok_or_else(|| {
                    let known: Vec<_> = KNOWN.iter().map(|(name, ..)| *name).collect();
                    Failure::new(format!(
                        "--subscriptions: {name:?} needs a type: {name}=TYPE; known without one: {}",
                        known.join(", ")
                    ))
                })?
            }
            Some(rest) => {
                let (log_type, level) = rest.split_once(':').unwrap_or((rest, "info"));
                let types: Vec<_> = LogType::ALL.iter().map(|known| known.name()).collect();
                (
                    LogType::parse(log_type).ok_or_else(|| {
                        Failure::new(format!(
                            "--subscriptions: no log type {log_type:?}; there are: {}",
                            types.join(", ")
                        ))
                    })?,
                    Level::parse(level).ok_or_else(|| {
                        Failure::new(format!(
                            "--subscriptions: no level {level:?}; there are: critical, warning, \
                             info, debug, trace"
                        ))
                    })?,
                )
            }
        };
        let rollover = match self.rollover_bytes {
            Some(bytes) => Rollover::at_bytes(bytes)?,
            None => Rollover::never(),
        };
        // Nothing is deleted: who tests a load wants to count the lines.
        Ok(Subscription::new(name, log_type).level(level).rollover(rollover).keep_files(usize::MAX))
    }

    /// Emits a worker's share, and tells how long emits took.
    fn work(
        &self,
        profile: &Profile,
        worker: u64,
        producer: Producer,
        began: Instant,
        progress: &AtomicU64,
    ) -> Histogram<u64> {
        let share = self.events / self.workers + u64::from(worker < self.events % self.workers);
        let mut emitter = Emitter {
            producer,
            left: share,
            emitted: 0,
            latency: histogram(),
            began,
            pace: self.rate.map(|rate| Pace::new(self.pattern, rate, self.workers, share)),
            // A slow worker looks at each event, so that it does not say them in heaps.
            stride: self.rate.map_or(STRIDE, |rate| (rate / self.workers / 1000).clamp(1, STRIDE)),
            progress,
        };
        if share > 0 {
            Traffic::new(profile, self.seed, worker, self.workers).run(&mut emitter);
        }
        emitter.latency
    }

    fn bar(&self) -> ProgressBar {
        if self.json || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template(
            "{wide_bar} {human_pos}/{human_len} events  {per_sec}  {eta}",
        );
        let bar = ProgressBar::new(self.events);
        style.map_or_else(|_| ProgressBar::hidden(), |style| bar.with_style(style))
    }
}

/// Subscriptions that need no type to be named.
const KNOWN: [(&str, LogType, Level); 5] = [
    ("mail_logs", LogType::TextMail, Level::Info),
    ("bounces", LogType::Bounce, Level::Info),
    ("status", LogType::Status, Level::Info),
    ("system_logs", LogType::System, Level::Info),
    ("error_logs", LogType::TextMail, Level::Critical),
];

/// Emits into a lane, timing some, and keeping to the pace.
struct Emitter<'p> {
    producer: Producer,
    left: u64,
    emitted: u64,
    latency: Histogram<u64>,
    began: Instant,
    pace: Option<Pace>,
    stride: u64,
    progress: &'p AtomicU64,
}

impl Emit for Emitter<'_> {
    #[inline]
    fn emit<'a, E: Event<'a>>(&mut self, event: &E) -> bool {
        if self.emitted.is_multiple_of(TIMED) {
            let before = Instant::now();
            self.producer.emit(event);
            let nanos = u64::try_from(before.elapsed().as_nanos()).unwrap_or(u64::MAX);
            self.latency.saturating_record(nanos);
        } else {
            self.producer.emit(event);
        }
        self.emitted += 1;
        self.left -= 1;
        if self.emitted.is_multiple_of(self.stride) {
            self.keep_pace();
        }
        self.left > 0
    }
}

impl Emitter<'_> {
    fn keep_pace(&self) {
        // ORDERING: a figure for the progress bar.
        self.progress.fetch_add(self.stride, Ordering::Relaxed);
        let Some(pace) = self.pace else { return };
        if let Some(early) = pace.due(self.emitted).checked_sub(self.began.elapsed()) {
            std::thread::sleep(early);
        }
    }
}

/// Another number each time.
fn random() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}

/// Up to an hour, to three digits.
fn histogram() -> Histogram<u64> {
    let made = Histogram::new_with_bounds(1, 3_600_000_000_000, 3);
    made.expect("the bounds and the digits are in range")
}

fn usage() -> libc::rusage {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: room for the answer. A failure would leave zeros.
    let _failed = unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
    // SAFETY: zeros are a valid rusage.
    unsafe { usage.assume_init() }
}

fn cpu_seconds() -> f64 {
    let usage = usage();
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

fn peak_rss_bytes() -> u64 {
    usage().ru_maxrss.unsigned_abs() * 1024
}
