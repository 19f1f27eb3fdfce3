//! All messages arrive, in order, byte by byte.

use std::time::Duration;

use ringmail::Sink as _;
use ringmail::sink::syslog::{Destination, Format, Framing, Syslog, Tls};
use ringmail::subscription::PushNews;

use crate::server::{Program, Server, Way};
use crate::traffic::{self, HEAD};

/// Messages in each test.
const COUNT: usize = 200_000;

/// What a server wrote is what was sent: three header records, then each line.
fn compare(messages: &[Vec<u8>], head: impl Fn(usize) -> String, longest: usize) {
    let header = ["Begin Logfile", "Version: ", "Time offset from UTC: 0 seconds"];
    for (message, said) in messages.iter().zip(header) {
        let message = String::from_utf8_lossy(message);
        assert!(message.contains(said), "{message}");
    }
    assert_eq!(messages.len(), COUNT + header.len());
    for (number, message) in messages[header.len()..].iter().enumerate() {
        let expected = format!("{}{}", head(number), traffic::text(number, longest));
        assert!(
            *message == expected.as_bytes(),
            "message {number}:\n{}\nshould be\n{expected}",
            String::from_utf8_lossy(message)
        );
    }
}

/// Sends all to a server and closes; everything is acknowledged, and nothing was sent twice.
fn deliver(sink: Syslog, longest: usize) {
    let mut sink = traffic::open(sink);
    traffic::push(&mut sink, 0..COUNT, longest);
    sink.close().unwrap();
    let account = sink.push_account().unwrap();
    traffic::check(&account);
    assert_eq!(account.acknowledged, COUNT as u64, "{account:?} {:?}", traffic::news(&mut sink));
    assert_eq!((account.resent, account.failures, account.headers), (0, 0, 3), "{account:?}");
    assert_eq!((account.connections, account.truncated), (1, 0));
    assert_eq!(traffic::news(&mut sink), []);
}

fn plain(program: Program, framing: Framing) {
    let way = if framing == Framing::Lf { Way::Lf } else { Way::Counted };
    let Some(server) = Server::start(program, way) else { return };
    deliver(Syslog::to(Destination::tcp("127.0.0.1", server.port)).framing(framing), HEAD.len());
    compare(&server.wait_for(COUNT + 3), |_| HEAD.to_owned(), HEAD.len());
}

#[test]
fn rsyslog_by_tcp_with_line_feeds() {
    plain(Program::Rsyslog, Framing::Lf);
}

#[test]
fn rsyslog_by_tcp_with_octet_counting() {
    plain(Program::Rsyslog, Framing::OctetCounting);
}

#[test]
fn syslog_ng_by_tcp_with_line_feeds() {
    plain(Program::SyslogNg, Framing::Lf);
}

#[test]
fn syslog_ng_by_tcp_with_octet_counting() {
    plain(Program::SyslogNg, Framing::OctetCounting);
}

fn secured(program: Program) {
    let Some(server) = Server::start(program, Way::Tls) else { return };
    let dir = server.dir();
    let tls = Tls::new()
        .authorities(dir.join("ca.pem"))
        .identity(dir.join("client.pem"), dir.join("client.key"));
    let destination = Destination::tcp("localhost", server.port).tls(tls);
    deliver(Syslog::to(destination), HEAD.len());
    compare(&server.wait_for(COUNT + 3), |_| HEAD.to_owned(), HEAD.len());
}

#[test]
fn rsyslog_by_mutual_tls() {
    secured(Program::Rsyslog);
}

#[test]
fn syslog_ng_by_mutual_tls() {
    secured(Program::SyslogNg);
}

#[test]
fn a_server_that_wants_a_certificate_and_gets_none_has_nothing() {
    let Some(server) = Server::start(Program::Rsyslog, Way::Tls) else { return };
    let tls = Tls::new().authorities(server.dir().join("ca.pem"));
    let destination = Destination::tcp("localhost", server.port).tls(tls);
    let mut sink = traffic::open(Syslog::to(destination).linger(Duration::from_millis(200)));
    traffic::push(&mut sink, 0..10, 0);
    let news = traffic::wait_for_news(&mut sink, |news| matches!(news, PushNews::Failed { .. }));
    let Some(PushNews::Failed { finding, .. }) = news.last() else { unreachable!() };
    assert!(finding.contains("certificate"), "{finding}");
    sink.close().unwrap();
    let account = sink.push_account().unwrap();
    traffic::check(&account);
    assert_eq!((account.acknowledged, account.pending), (0, 0), "{account:?}");
    assert_eq!(server.messages(), Vec::<Vec<u8>>::new());
}

#[test]
fn the_new_format_has_numbers_without_a_gap() {
    let Some(server) = Server::start(Program::Rsyslog, Way::Counted) else { return };
    let sink = Syslog::to(Destination::tcp("127.0.0.1", server.port));
    deliver(sink.format(Format::Rfc5424).host_name("mx1.example.com"), 0);
    let process = std::process::id();
    compare(
        &server.wait_for(COUNT + 3),
        |number| {
            let sequence = number + 1;
            format!(
                "<38>1 2014-11-19T09:16:38.000000+00:00 mx1.example.com mail_logs {process} - \
                 [meta sequenceId=\"{sequence}\"][ringmail@32473 seq=\"{sequence}\"] "
            )
        },
        0,
    );
}
