//! What is rare: very long lines, silence, other runs, another configuration.

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd as _;
use std::thread::JoinHandle;
use std::time::Duration;

use ringmail::event::{Icid, IcidClose};
use ringmail::sink::syslog::buffer::BufferOptions;
use ringmail::sink::syslog::{Destination, Format, Syslog};
use ringmail::subscription::{Mark, Opening, Point, PushNews};
use ringmail::{Engine, Level, LogType, Sink as _, Subscription, Timestamp};

use crate::server::free_port;
use crate::traffic;

/// Gives all that one client sends.
fn reader(listener: TcpListener) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut all = Vec::new();
        listener.accept().unwrap().0.read_to_end(&mut all).unwrap();
        all
    })
}

fn quick(port: u16) -> Syslog {
    Syslog::to(Destination::tcp("127.0.0.1", port))
        .retry(Duration::from_millis(20), Duration::from_millis(100))
}

/// A line of escapes can be far longer than what any server takes.
#[test]
fn a_line_that_is_too_long_for_the_buffer_is_cut_and_costs_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = dir.path().join("mail_logs");
    let mut sink = traffic::open(quick(port).buffer(folder, BufferOptions::default()));
    let (first, _) = traffic::line(0);
    let long = format!("Wed Nov 19 09:16:38 2014 Info: MID 1 {}\n", "\\001".repeat(60_000));
    let (last, _) = traffic::line(2);
    let (mut lines, mut marks) = (Vec::new(), Vec::new());
    for line in [&first[..], long.as_bytes(), &last] {
        lines.extend_from_slice(line);
        marks.push(Mark::new(lines.len(), Timestamp::from_seconds(1), Level::Info));
    }
    assert_eq!(sink.write_marked(&lines, &marks).unwrap(), lines.len());
    let reader = reader(listener);
    let account = traffic::wait(&sink, "all", |account| account.acknowledged == 3);
    assert_eq!((account.handed, account.truncated), (3, 1), "{account:?}");
    sink.close().unwrap();
    let all = reader.join().unwrap();
    let mut frames = all.split(|byte| *byte == b'\n').skip(3);
    assert_eq!(frames.next().and_then(traffic::number), Some(0));
    let cut = frames.next().unwrap();
    assert!(cut.len() == traffic::LONGEST && cut.ends_with(b"..."), "{}", cut.len());
    assert_eq!(frames.next().and_then(traffic::number), Some(2));
}

/// Makes a socket acknowledge late, as one far away does.
fn acknowledge_late(stream: &TcpStream) {
    let off: libc::c_int = 0;
    let len = libc::socklen_t::try_from(size_of_val(&off)).unwrap();
    // SAFETY: the kernel reads one int of this process.
    let result = unsafe {
        libc::setsockopt(
            stream.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_QUICKACK,
            (&raw const off).cast(),
            len,
        )
    };
    assert_eq!(result, 0);
}

#[test]
fn silence_is_no_stall() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let reader = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4096];
        loop {
            acknowledge_late(&stream);
            if stream.read(&mut buffer).unwrap() == 0 {
                return;
            }
        }
    });
    let mut sink = traffic::open(quick(port).stall_timeout(Duration::from_secs(1)));
    for round in 0..3 {
        traffic::push(&mut sink, round..round + 1, 0);
        // What is tested is time in which nothing is to be sent.
        std::thread::sleep(Duration::from_millis(1300));
    }
    let account = traffic::wait(&sink, "all", |account| account.acknowledged == 3);
    assert_eq!((account.failures, account.connections), (0, 1), "{account:?}");
    sink.close().unwrap();
    reader.join().unwrap();
}

/// A repeat that comes from a later run is told by its number.
#[test]
fn numbers_go_on_in_the_next_run() {
    let dir = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    for run in 0..3 {
        let folder = dir.path().join("mail_logs");
        let sink = quick(port).format(Format::Rfc5424).buffer(folder, BufferOptions::default());
        let mut sink = traffic::open(sink);
        let reader = reader(listener.try_clone().unwrap());
        traffic::push(&mut sink, run * 10..run * 10 + 10, 0);
        traffic::wait(&sink, "all", |account| account.acknowledged == 10);
        sink.close().unwrap();
        drop(sink);
        let text = String::from_utf8(reader.join().unwrap()).unwrap();
        let numbers = text.split(" seq=\"").skip(1).filter_map(|text| text.split_once('"'));
        let numbers: Vec<usize> = numbers.map(|(number, _)| number.parse().unwrap()).collect();
        assert_eq!(numbers, (run * 10 + 1..run * 10 + 11).collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn what_waits_on_disk_is_counted_once_when_the_configuration_changes() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let push = |linger| {
        let folder = dir.path().join("mail_logs");
        let push = quick(port).buffer(folder, BufferOptions::default());
        let mail = Subscription::new("mail_logs", LogType::TextMail);
        Engine::builder().subscribe(mail.sink(push.linger(Duration::from_millis(linger))))
    };
    let (engine, guard) = push(100).start().unwrap();
    let mut worker = engine.producer().unwrap();
    for round in 1..4 {
        for icid in 0..100 {
            worker.emit(&IcidClose { icid: Icid(icid) });
        }
        engine.flush();
        engine.reconfigure(push(100 + round), &[]).unwrap();
        let ledger = engine.ledger();
        ledger.check().unwrap();
        let account = ledger.subscriptions[0].push.unwrap();
        // Lines of the engine's own are among them.
        let lines = ledger.subscriptions[0].lines();
        assert_eq!((account.handed, account.pending), (lines, lines), "{account:?}");
    }
    let reader = reader(TcpListener::bind(("127.0.0.1", port)).unwrap());
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    loop {
        engine.flush();
        let account = engine.ledger().subscriptions[0].push.unwrap();
        if account.pending == 0 {
            assert_eq!(account.handed, account.acknowledged, "{account:?}");
            break;
        }
        assert!(std::time::Instant::now() < deadline, "{account:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(guard);
    let all = String::from_utf8(reader.join().unwrap()).unwrap();
    assert_eq!(all.matches(" close\n").count(), 300);
}

/// What a server had acknowledged a moment before it was killed is sent again, also by the next run.
#[test]
fn what_is_to_be_sent_again_is_not_forgotten_by_the_next_run() {
    let dir = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let folder = dir.path().join("mail_logs");
    let open = || traffic::open(quick(port).buffer(&folder, BufferOptions::default()));
    let mut sink = open();
    let (stream, _) = listener.accept().unwrap();
    drop(listener);
    for round in 0..5 {
        traffic::push(&mut sink, round * 100..round * 100 + 100, 0);
        traffic::wait(&sink, "all", |account| account.pending == 0);
        // In this time the buffer is told of it.
        std::thread::sleep(Duration::from_millis(60));
    }
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
    let account = traffic::wait(&sink, "reset", |account| account.pending > 0);
    assert_eq!(account.pending, 500, "{account:?}");
    sink.close().unwrap();
    drop(sink);

    let mut sink = open();
    assert_eq!(sink.push_account().unwrap().pending, 500);
    let reader = reader(TcpListener::bind(("127.0.0.1", port)).unwrap());
    traffic::wait(&sink, "all", |account| account.acknowledged == 500);
    sink.close().unwrap();
    let all = reader.join().unwrap();
    let numbers: Vec<_> = all.split(|byte| *byte == b'\n').filter_map(traffic::number).collect();
    assert_eq!(numbers, (0..500).collect::<Vec<_>>());
}

/// A message that cannot be read is lost once, however often the others are sent.
#[test]
fn damage_counts_once_also_when_all_is_sent_again() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("mail_logs");
    let mut sink = traffic::open(quick(free_port()).buffer(&folder, BufferOptions::default()));
    traffic::push(&mut sink, 0..100, 0);
    sink.close().unwrap();
    drop(sink);
    let segment = folder.join("00000000000000000001.segment");
    let mut bytes = std::fs::read(&segment).unwrap();
    let at = memchr::memmem::find(&bytes, b"MID 50 ").unwrap();
    bytes[at] = b'X';
    std::fs::write(&segment, bytes).unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut sink = traffic::open(quick(port).buffer(&folder, BufferOptions::default()));
    for _ in 0..3 {
        let (stream, _) = listener.accept().unwrap();
        traffic::wait(&sink, "all", |account| account.pending == 0);
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        drop(stream);
        traffic::wait(&sink, "reset", |account| account.pending > 0);
    }
    let reader = reader(listener);
    let account = traffic::wait(&sink, "all", |account| account.pending == 0);
    assert_eq!((account.acknowledged, account.lost + account.unknown), (99, 1), "{account:?}");
    sink.close().unwrap();
    let all = reader.join().unwrap();
    let numbers: Vec<_> = all.split(|byte| *byte == b'\n').filter_map(traffic::number).collect();
    assert_eq!(numbers, (0..100).filter(|number| *number != 50).collect::<Vec<_>>());
}

/// The end of several pushes takes no longer than that of one.
#[test]
fn servers_that_are_away_are_waited_for_together() {
    let linger = Duration::from_millis(700);
    let mut builder = Engine::builder();
    for number in 0..8 {
        let sink = quick(free_port()).linger(linger);
        let name = format!("mail_{number}");
        builder = builder.subscribe(Subscription::new(name, LogType::TextMail).sink(sink));
    }
    let (engine, guard) = builder.start().unwrap();
    engine.producer().unwrap().emit(&IcidClose { icid: Icid(1) });
    engine.flush();
    let began = std::time::Instant::now();
    drop(guard);
    let took = began.elapsed();
    assert!((linger..linger * 4).contains(&took), "{took:?}");
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(ledger.pushed().pending, 0, "{:?}", ledger.pushed());
    assert!(ledger.pushed().lost >= 8, "{:?}", ledger.pushed());
}

/// A crash, and behind it a configuration with another directory, in which something waits.
#[test]
fn a_point_is_of_one_buffer() {
    let dir = tempfile::tempdir().unwrap();
    let buffered =
        |name: &str| quick(free_port()).buffer(dir.path().join(name), BufferOptions::default());
    let mut other = traffic::open(buffered("other"));
    traffic::push(&mut other, 0..1000, 0);
    other.close().unwrap();
    let mut crashed = traffic::open(buffered("first"));
    traffic::push(&mut crashed, 0..500, 0);
    let point = crashed.point().unwrap();
    let (file, len) = (point.file.to_owned(), point.len);
    traffic::push(&mut crashed, 500..600, 0);
    crashed.close().unwrap();
    for (name, left) in [("other", 1000), ("first", 500)] {
        let opening = Opening::new("mail_logs", "mail_logs", "20141119T091638", 10);
        let mut sink = buffered(name);
        sink.open(&opening.resume(Point::new(&file, len))).unwrap();
        assert_eq!(sink.push_account().unwrap().pending, left, "{name}");
        sink.close().unwrap();
    }
}

/// Which of them fails is told of each, however often the others do.
#[test]
fn each_server_of_a_list_is_told_of_by_itself() {
    let ports = [free_port(), free_port()];
    let mut sink = traffic::open(quick(ports[0]).or_to(Destination::tcp("127.0.0.1", ports[1])));
    traffic::push(&mut sink, 0..1, 0);
    traffic::wait(&sink, "turns", |account| account.failures >= 6);
    let news = traffic::news(&mut sink);
    let told: Vec<_> = news
        .iter()
        .map(|news| match news {
            PushNews::Failed { destination, repeats: 1, .. } => destination.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, ports.map(|port| format!("tcp://127.0.0.1:{port}")));
}
