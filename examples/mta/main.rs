//! A small mail server on `ringmail`: it receives mail by SMTP, queues it in memory, delivers it
//! to a next hop by SMTP, and logs every step as a gateway would.
//!
//! ```text
//! cargo run --example mta -- --listen 127.0.0.1:2525 --next-hop 127.0.0.1:2601 --dir ./mta-logs
//! ```
//! SIGTERM or SIGINT ends it: it takes no more mail, delivers what it can, and prints the
//! account of every event as a line of JSON.
//!
//! What to look at: `receive.rs` and `deliver.rs` emit the events, each thread through a
//! `Producer` of its own; this file sets the engine up and takes it down again.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to people")]

mod bounce;
mod client;
mod deliver;
mod queue;
mod receive;
mod session;
mod wire;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use ringmail::event::{Aborted, FinishedAborted};
use ringmail::{Engine, EngineGuard, File, Ledger, LogType, Producer, Subscription};
use serde_json::json;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::deliver::Deliverer;
use crate::queue::Queue;
use crate::receive::Door;

/// A small mail server that logs like a gateway.
#[derive(Parser, Debug)]
struct Options {
    /// Where to receive mail; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:2525")]
    listen: SocketAddr,
    /// Where all mail goes
    #[arg(long, default_value = "127.0.0.1:2601")]
    next_hop: SocketAddr,
    /// The directory of the logs
    #[arg(long, default_value = "./mta-logs")]
    dir: PathBuf,
    /// Most connections at a time, each on a thread; more of them wait
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    connections: u16,
    /// Delivery threads
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    threads: u16,
    /// Seconds until a delivery is tried again
    #[arg(long, default_value_t = 60)]
    retry_seconds: u32,
    /// Attempts until a recipient is given up
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    max_attempts: u32,
    /// Do not tell senders of recipients that are given up
    #[arg(long)]
    no_bounces: bool,
    /// Largest message, in bytes
    #[arg(long, default_value_t = 10 << 20)]
    max_bytes: usize,
    /// Most messages in the queue
    #[arg(long, default_value_t = 10_000)]
    max_messages: usize,
    /// Seconds that deliveries may go on after the signal to end
    #[arg(long, default_value_t = 10)]
    grace_seconds: u32,
}

/// What this server calls itself.
const HOST: &str = "mta.example";

/// What all threads share.
#[derive(Debug)]
struct Server {
    options: Options,
    engine: Engine,
    queue: Queue,
    door: Door,
}

/// What a program's user can do nothing about but read.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("mta: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<(), Failure> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    let listener = TcpListener::bind(options.listen)?;
    let address = listener.local_addr()?;
    let (engine, guard) = start_logs(&options)?;
    let queue = Queue::new(engine.clone(), options.max_messages);
    let server = Server { options, engine, queue, door: Door::new(listener) };

    // A lane belongs to a thread, not to a connection: it is opened once and outlives thousands
    // of them.
    let lanes = |threads| -> ringmail::Result<Vec<Producer>> {
        (0..threads).map(|_| server.engine.producer()).collect()
    };
    let delivery_lanes = lanes(server.options.threads)?;
    let receiving_lanes = lanes(server.options.connections)?;

    std::thread::scope(|scope| -> Result<(), Failure> {
        let server = &server;
        let deliver = |log| scope.spawn(|| Deliverer::new(server, log).run());
        let deliverers: Vec<_> = delivery_lanes.into_iter().map(deliver).collect();
        let receive = |log| scope.spawn(|| receive::serve(server, log));
        let receivers: Vec<_> = receiving_lanes.into_iter().map(receive).collect();
        println!("listening on {address}");

        signals.forever().next();
        server.door.close(address, receivers.len());
        for receiver in receivers {
            receiver.join().map_err(|_| "a receiving thread panicked")?;
        }
        let grace = Duration::from_secs(server.options.grace_seconds.into());
        server.queue.close(Instant::now() + grace);
        for deliverer in deliverers {
            deliverer.join().map_err(|_| "a delivery thread panicked")?;
        }
        Ok(())
    })?;
    give_up(&server)?;
    end_logs(&server.engine, guard)
}

fn start_logs(options: &Options) -> ringmail::Result<(Engine, EngineGuard)> {
    let log = |name, log_type| Subscription::new(name, log_type).sink(File::in_dir(&options.dir));
    Engine::builder()
        .subscribe(log("mail_logs", LogType::TextMail))
        .subscribe(log("bounces", LogType::Bounce))
        .subscribe(log("status", LogType::Status))
        .subscribe(log("system_logs", LogType::System))
        .start()
}

/// The queue is memory: what is still in it ends with the program, and the log says so.
fn give_up(server: &Server) -> Result<(), Failure> {
    let mut log = server.engine.producer()?;
    for message in server.queue.take_all() {
        log.emit(&Aborted { mid: message.mid, what: "System shut down".into() });
        log.emit(&FinishedAborted { mid: message.mid });
    }
    Ok(())
}

fn end_logs(engine: &Engine, guard: EngineGuard) -> Result<(), Failure> {
    // It writes what is still in the lanes, and a last status line.
    drop(guard);
    let ledger = engine.ledger();
    println!("{}", summary(&ledger));
    Ok(ledger.check()?)
}

/// The account of every event, for a program that reads it.
fn summary(ledger: &Ledger) -> serde_json::Value {
    let subscriptions: Vec<_> = ledger
        .subscriptions
        .iter()
        .map(|log| {
            json!({
                "name": log.name, "taken": log.taken, "written": log.written,
                "absorbed": log.absorbed, "filtered": log.filtered, "limited": log.limited,
                "failed": log.failed, "own_lines": log.own_lines, "lines": log.lines(),
            })
        })
        .collect();
    let lanes = &ledger.lanes;
    json!({
        "offered": lanes.offered, "accepted": lanes.accepted, "shed": lanes.shed(),
        "drained": lanes.drained, "subscriptions": subscriptions,
    })
}
