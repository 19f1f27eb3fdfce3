//! What servers make of a frame: each takes it apart as it was put together.

use ringmail::sink::syslog::{Destination, Facility, Format, Severity, Syslog};
use ringmail::subscription::{Ids, Mark};
use ringmail::{Level, Sink as _, Timestamp};

use crate::server::{Program, Server, Way};
use crate::traffic;

/// Every field of a message, as the server names it.
const RSYSLOG: &str = "%pri%|%timereported:::date-rfc3339%|%hostname%|%app-name%|%procid%|%msgid%|\
                       %structured-data%|%msg%\\n";
const SYSLOG_NG: &str =
    "${PRI}|${ISODATE}|${HOST}|${PROGRAM}|${PID}|${MSGID}|${SDATA}|${MESSAGE}\\n";

const LINE: &str = "Wed Nov 19 09:16:38 2014 Warning: MID 1 From: <\u{e4}@x> \"a]\" 100%\n";

/// What a server makes of the line; the three header records before it are left out.
fn parsed(program: Program, format: Format) -> Option<String> {
    let (way, template) = match (program, format) {
        (Program::Rsyslog, _) => (Way::Counted, RSYSLOG),
        (Program::SyslogNg, Format::Rfc3164) => (Way::Lf, SYSLOG_NG),
        (Program::SyslogNg, Format::Rfc5424) => (Way::Counted, SYSLOG_NG),
    };
    let server = Server::start_parsing(program, way, template)?;
    let sink = Syslog::to(Destination::tcp("127.0.0.1", server.port))
        .facility(Facility::Local4)
        .severity(Severity::ByLevel)
        .host_name("mx1.example.com")
        .format(format);
    let mut sink = traffic::open(sink);
    let time = Timestamp::from_micros(1_416_388_598_123_456);
    let mut mark = Mark::new(LINE.len(), time, Level::Warning);
    mark.ids = Ids { mid: Some(1), icid: None, dcid: Some(u64::MAX), rid: None };
    assert_eq!(sink.write_marked(LINE.as_bytes(), &[mark]).unwrap(), LINE.len());
    sink.close().unwrap();
    Some(String::from_utf8(server.wait_for(4)[3].clone()).unwrap())
}

const MESSAGE: &str = "Warning: MID 1 From: <\u{e4}@x> \"a]\" 100%";

#[test]
fn the_new_format_is_taken_apart_field_by_field() {
    let process = std::process::id();
    if let Some(found) = parsed(Program::Rsyslog, Format::Rfc5424) {
        assert_eq!(
            found,
            format!(
                "164|2014-11-19T09:16:38.123456+00:00|mx1.example.com|mail_logs|{process}|-|\
                 [meta sequenceId=\"1\"][ringmail@32473 seq=\"1\" mid=\"1\" \
                 dcid=\"18446744073709551615\"]|{MESSAGE}"
            )
        );
    }
    if let Some(found) = parsed(Program::SyslogNg, Format::Rfc5424) {
        let (head, rest) = found.split_once("|[").unwrap();
        let (data, message) = rest.split_once("]|").unwrap();
        assert!(head.starts_with("164|2014-11-19T"), "{found}");
        assert!(head.contains(&format!("|mx1.example.com|mail_logs|{process}|")), "{found}");
        for element in
            ["sequenceId=\"1\"", "ringmail@32473", " mid=\"1\"", "dcid=\"18446744073709551615\""]
        {
            assert!(data.contains(element), "{found}");
        }
        assert_eq!(message, MESSAGE);
    }
}

#[test]
fn the_old_format_is_taken_apart_field_by_field() {
    if let Some(found) = parsed(Program::Rsyslog, Format::Rfc3164) {
        let (head, message) = found.split_once("|-|-|-|").unwrap_or_else(|| panic!("{found}"));
        assert!(head.starts_with("164|") && head.contains("-11-19T09:16:38"), "{found}");
        assert!(head.ends_with("|mx1.example.com|mail_logs"), "{found}");
        assert_eq!(message, format!(" {MESSAGE}"), "rsyslog keeps the blank behind the tag");
    }
    if let Some(found) = parsed(Program::SyslogNg, Format::Rfc3164) {
        assert!(found.starts_with("164|") && found.contains("-11-19T"), "{found}");
        let end = format!("|mx1.example.com|mail_logs|||[meta sequenceId=\"4\"]|{MESSAGE}");
        let bare = format!("|mx1.example.com|mail_logs||||{MESSAGE}");
        assert!(found.ends_with(&end) || found.ends_with(&bare), "{found}");
    }
}
