//! We are killed at any moment, with a run directory and a buffer on disk: every event that was
//! accepted arrives, and what arrives twice is marked.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use ringmail::event::{Icid, Mid, StartMid};
use ringmail::sink::syslog::buffer::BufferOptions;
use ringmail::sink::syslog::{Destination, Format, Syslog};
use ringmail::{Engine, EngineGuard, LogType, Outcome, Subscription};

/// Tells a child its directory, the server's port, and which one it is.
const CHILD: &str = "RINGMAIL_KILLED_CHILD";

const TURNS: u64 = 20;

/// What arrived: which turn's which event, and whether it was marked as sent again.
type Arrived = Arc<Mutex<Vec<(u64, u64, bool)>>>;

fn start(dir: &Path, port: u16) -> (Engine, EngineGuard) {
    let push = Syslog::to(Destination::tcp("127.0.0.1", port))
        .format(Format::Rfc5424)
        .retry(Duration::from_millis(10), Duration::from_millis(20))
        .buffer(dir.join("spool"), BufferOptions::default());
    let mail = Subscription::new("mail", LogType::TextMail).sink(push);
    Engine::builder().run_directory(dir.join("run")).subscribe(mail).start().unwrap()
}

/// Not a test, but what a child of one does until it is killed: it logs, and writes down what was
/// accepted.
#[test]
fn child() {
    let Ok(told) = env::var(CHILD) else { return };
    let mut told = told.split('|');
    let dir = Path::new(told.next().unwrap());
    let (port, turn) = (told.next().unwrap(), told.next().unwrap().parse().unwrap());
    let board = File::options().write(true).open(dir.join("board")).unwrap();
    let (engine, _guard) = start(dir, port.parse().unwrap());
    let mut worker = engine.producer().unwrap();
    let ends = Instant::now() + Duration::from_secs(20);
    for number in 1_u64.. {
        let event = StartMid { mid: Mid(turn), icid: Icid(number), ..StartMid::EMPTY };
        assert_eq!(worker.emit(&event), Outcome::Accepted);
        board.write_all_at(&number.to_le_bytes(), turn * 8).unwrap();
        if number.is_multiple_of(64) {
            assert!(Instant::now() < ends);
            thread::sleep(Duration::from_micros(200));
        }
    }
}

/// Takes messages with their length before them, and reads at times nothing for a while.
fn serve(listener: &TcpListener, arrived: &Arrived) {
    for (connection, socket) in listener.incoming().flatten().enumerate() {
        let arrived = Arc::clone(arrived);
        thread::spawn(move || read(socket, connection, &arrived));
    }
}

fn read(socket: TcpStream, connection: usize, arrived: &Arrived) {
    let mut input = BufReader::new(socket);
    let mut count = 0;
    loop {
        let (mut digits, mut message) = (Vec::new(), Vec::new());
        let Ok(2..) = input.read_until(b' ', &mut digits) else { return };
        let Ok(len) = str::from_utf8(&digits).unwrap().trim_end().parse::<u64>() else { return };
        let whole = input.by_ref().take(len).read_to_end(&mut message);
        if whole.ok() != usize::try_from(len).ok() {
            return;
        }
        let text = String::from_utf8(message).unwrap();
        if let Some((head, rest)) = text.split_once("Start MID ") {
            let (turn, number) = rest.split_once(" ICID ").unwrap();
            let (turn, number) = (turn.parse().unwrap(), number.parse().unwrap());
            arrived.lock().unwrap().push((turn, number, head.contains("resent=\"1\"")));
        }
        count += 1;
        if connection % 3 == 1 && count == 100 {
            // What is sent meanwhile is in the buffer, or on its way.
            thread::sleep(Duration::from_millis(30));
        }
    }
}

#[test]
fn whatever_moment_we_are_killed_at_nothing_is_lost() {
    let above = tempfile::tempdir().unwrap();
    let dir = above.path();
    fs::write(dir.join("board"), vec![0; (usize::try_from(TURNS).unwrap() + 1) * 8]).unwrap();
    let board = File::open(dir.join("board")).unwrap();
    let accepted = |turn: u64| {
        let mut number = [0; 8];
        board.read_exact_at(&mut number, turn * 8).unwrap();
        u64::from_le_bytes(number)
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let arrived = Arrived::default();
    let server = Arc::clone(&arrived);
    thread::spawn(move || serve(&listener, &server));
    for turn in 1..=TURNS {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "killed::child", "--nocapture"])
            .env(CHILD, format!("{}|{port}|{turn}", dir.display()))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while accepted(turn) < 10 {
            assert!(child.try_wait().unwrap().is_none(), "the child has ended");
            assert!(began.elapsed() < Duration::from_secs(30), "the child does nothing");
            thread::yield_now();
        }
        // A moment that is another each time; the kernel goes on with what it has.
        thread::sleep(Duration::from_micros(turn * 7919 % 150_000));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // The last one ends in order.
    let (engine, guard) = start(dir, port);
    let last = StartMid { mid: Mid(999), icid: Icid(1), ..StartMid::EMPTY };
    assert_eq!(engine.producer().unwrap().emit(&last), Outcome::Accepted);
    let began = Instant::now();
    while arrived.lock().unwrap().last().is_none_or(|last| last.0 != 999) {
        assert!(began.elapsed() < Duration::from_secs(60), "the last one never came");
        thread::sleep(Duration::from_millis(5));
    }
    drop((engine, guard));

    let arrived = arrived.lock().unwrap();
    let mut copies: BTreeMap<(u64, u64), (u64, u64)> = BTreeMap::new();
    for (turn, number, is_marked) in arrived.iter() {
        let (plain, marked) = copies.entry((*turn, *number)).or_default();
        *(if *is_marked { marked } else { plain }) += 1;
    }
    for turn in 1..=TURNS {
        let accepted = accepted(turn);
        for number in 1..=accepted {
            assert!(copies.contains_key(&(turn, number)), "turn {turn}: {number} of {accepted}");
        }
        let beyond = copies.range((turn, accepted + 1)..(turn + 1, 0)).count();
        assert!(beyond <= 1, "turn {turn}: {beyond} that were never logged");
    }
    for (event, (plain, marked)) in &copies {
        assert!(*plain <= 1, "{event:?} came {plain} times unmarked and {marked} marked");
    }
    let total: u64 = (1..=TURNS).map(accepted).sum();
    let marked = copies.values().map(|(_, marked)| marked).sum::<u64>();
    println!("{total} accepted, {} arrived, {marked} of them marked", arrived.len());
}
