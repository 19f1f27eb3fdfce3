//! A process that is forked from one that sends to syslog servers can do so as well.
//!
//! One test only, as a fork has but the thread that forked.

#![cfg(feature = "syslog")]
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::io::Read as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use ringmail::Sink as _;
use ringmail::sink::syslog::{Destination, Syslog};
use ringmail::subscription::Opening;

/// Sends a line, and says whether the server's kernel has it.
fn send(sink: &mut Syslog, line: &[u8]) -> bool {
    let before = sink.push_account().unwrap().acknowledged;
    sink.write(line).unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while sink.push_account().unwrap().acknowledged == before {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

fn open(port: u16) -> Syslog {
    let mut sink =
        Syslog::to(Destination::tcp("127.0.0.1", port)).linger(Duration::from_millis(300));
    sink.open(&Opening::new("mail_logs", "mail_logs", "20141119T091638", 10)).unwrap();
    sink
}

#[test]
fn a_fork_has_a_loop_of_its_own() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut ours = open(port);
    assert!(send(&mut ours, b"Wed Nov 19 09:16:38 2014 Info: before\n"));
    // SAFETY: the child uses nothing that another thread may hold: the loop sleeps, and the test's
    // main thread waits.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let has_come = send(&mut open(port), b"Wed Nov 19 09:16:38 2014 Info: child\n");
        // SAFETY: it ends the process, and nothing of the parent's is dropped.
        unsafe { libc::_exit(if has_come { 0 } else { 9 }) };
    }
    let mut status = 0;
    // SAFETY: the status is an int of ours.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "{status:x}");
    assert!(send(&mut ours, b"Wed Nov 19 09:16:38 2014 Info: behind\n"));
    ours.close().unwrap();
    for expected in [": Info: before\n<38>Nov 19 09:16:38 mail_logs: Info: behind\n", "child\n"] {
        let mut all = String::new();
        listener.accept().unwrap().0.read_to_string(&mut all).unwrap();
        assert!(all.ends_with(expected), "{all}");
    }
}
