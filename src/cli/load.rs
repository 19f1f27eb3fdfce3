use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use hdrhistogram::Histogram;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Failure;
use crate::cli::report::Report;
use crate::cli::traffic::{Emit, Traffic};
use crate::event::Event;
use crate::{Engine, File, Level, LogType, Producer, Rollover, Subscription};

/// Runs simulated gateway workers through an engine in this process, and measures it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail load                                  a million events into ./ringmail-logs
  ringmail load --events 20000000 --workers 4
  ringmail load --rate 50000 --events 3000000    a minute at 50,000 events a second
  ringmail load --subscriptions mail_logs,errors=text_mail:warning --json

A subscription is NAME, or NAME=TYPE, or NAME=TYPE:LEVEL. Names known without a type: mail_logs,
bounces, status, system_logs, error_logs.")]
pub(crate) struct Load {
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

    /// Events a second, all workers together [default: as fast as possible]
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u64).range(1..))]
    rate: Option<u64>,

    /// The traffic is the same for the same seed and number of workers
    #[arg(long, default_value_t = 1, value_name = "S")]
    seed: u64,

    /// The subscriptions, separated by commas
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "LIST",
        default_value = "mail_logs,bounces,status,system_logs"
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OrderChoice {
    /// What was said first stands first
    Causal,
    /// By a time that the formatter sets: cheaper for the workers
    Relaxed,
}

/// One emit of so many is timed: timing takes longer than what it times.
const TIMED: u64 = 8;

/// Emits between two looks at the schedule and reports of progress.
const STRIDE: u64 = 128;

impl Load {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut builder = Engine::builder().order(match self.order {
            OrderChoice::Causal => crate::Order::Causal,
            OrderChoice::Relaxed => crate::Order::Relaxed,
        });
        for text in &self.subscriptions {
            builder = builder.subscribe(self.subscription(text)?);
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
                    let progress = &progress;
                    scope.spawn(move || self.work(worker, producer, began, progress))
                })
                .collect();
            while !workers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
                bar.set_position(progress.load(Ordering::Relaxed));
                std::thread::sleep(Duration::from_millis(if bar.is_hidden() { 5 } else { 100 }));
            }
            workers.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        engine.flush();
        let seconds = began.elapsed().as_secs_f64();
        let cpu = cpu_seconds() - cpu_before;
        bar.finish_and_clear();
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
        };
        let text = if self.json { report.json() } else { report.text() };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{text}").map_err(|error| Failure::new(format!("cannot write: {error}")))?;
        report
            .ledger
            .check()
            .map_err(|error| Failure::new(format!("the ledger does not balance: {error}")))
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
        Ok(Subscription::new(name, log_type)
            .level(level)
            .rollover(rollover)
            .keep_files(usize::MAX)
            .sink(File::in_dir(&self.dir)))
    }

    /// Emits a worker's share, and tells how long emits took.
    fn work(
        &self,
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
            // Seconds that each of this worker's events may take.
            pace: self.rate.map(|rate| self.workers as f64 / rate as f64),
            progress,
        };
        if share > 0 {
            Traffic::new(self.seed, worker, self.workers).run(&mut emitter);
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
    pace: Option<f64>,
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
        if self.emitted.is_multiple_of(STRIDE) {
            self.keep_pace();
        }
        self.left > 0
    }
}

impl Emitter<'_> {
    fn keep_pace(&self) {
        // ORDERING: a figure for the progress bar.
        self.progress.fetch_add(STRIDE, Ordering::Relaxed);
        let Some(pace) = self.pace else { return };
        let due = Duration::from_secs_f64(self.emitted as f64 * pace);
        if let Some(early) = due.checked_sub(self.began.elapsed()) {
            std::thread::sleep(early);
        }
    }
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
