//! A subscription of the service that goes to a syslog server: configuration, the error line, alerts.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where it fails")]
#![expect(clippy::print_stdout, reason = "a test says why it skips")]
#![expect(unreachable_pub, reason = "other tests share it")]

#[path = "common/service.rs"]
mod service;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use service::Service;

/// A port of this machine where nobody listens.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// `smtp-sink` of Postfix, which puts each mail into a file.
struct Mailbox {
    child: std::process::Child,
    port: u16,
    dir: tempfile::TempDir,
}

impl Mailbox {
    fn open() -> Option<Self> {
        let smtp_sink = || {
            let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin";
            let mut command = Command::new("smtp-sink");
            command.env("PATH", path).stderr(Stdio::null());
            command
        };
        if smtp_sink().arg("-h").status().is_err() {
            println!("skipped: smtp-sink is not installed");
            let required = std::env::var("RINGMAIL_PEERS").is_ok_and(|value| value == "required");
            assert!(!required, "RINGMAIL_PEERS is required, and smtp-sink is not installed");
            return None;
        }
        let (port, dir) = (free_port(), tempfile::tempdir().unwrap());
        let mut command = smtp_sink();
        command.args(["-d", "mail."]).current_dir(dir.path());
        if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            command.args(["-u", "nobody"]);
            std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        }
        let child = command.args([&format!("127.0.0.1:{port}"), "100"]).spawn().unwrap();
        let mailbox = Self { child, port, dir };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(10), "smtp-sink does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(mailbox)
    }

    fn mails(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path()).unwrap();
        entries.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn say(socket: &Path, events: &[&str]) {
    let mut input = UnixStream::connect(socket).unwrap();
    for event in events {
        writeln!(input, "{event}").unwrap();
    }
}

fn subscriptions(servers: &str, more: &str) -> String {
    format!(
        "[[subscription]]\nname = 'system'\ntype = 'system'\n\
         [[subscription]]\nname = 'Mail_Log'\ntype = 'text_mail'\nretrieval = 'syslog'\n\
         syslog.servers = [{servers}]\n{more}\n"
    )
}

#[test]
fn a_server_that_is_away_is_told_by_line_and_by_mail_and_misses_nothing() {
    let Some(mailbox) = Mailbox::open() else { return };
    let port = free_port();
    let alerts = format!(
        "host_name = 'mail.example.com'\n\
         [alerts]\nto = ['ops@example.com']\nrelay = 'smtp://127.0.0.1:{}'\n",
        mailbox.port
    );
    let servers = format!("'tcp://127.0.0.1:{port}'");
    let mut service = Service::started(&(alerts + &subscriptions(&servers, "")));
    say(&service.socket(), &[r#"{"event": "IcidClose", "icid": 1}"#]);
    let error = "Critical: Log Error: Subscription Mail_Log: Network error while sending log data \
                 to syslog server";
    service.wait_until("the error line", |service| service.text("system").contains(error));
    let alert = "Info: A System/Critical alert was sent to ops@example.com with subject \"Critical \
                 <System> mail.example.com: Log Error: Subscription Mail_Log: Network error while \
                 sending l...\"";
    service.wait_until("the alert line", |service| service.text("system").contains(alert));
    let text = service.text("system");
    let explained = format!("subscription Mail_Log to tcp://127.0.0.1:{port}: ");
    assert!(text.contains(&explained) && text.contains("refused"), "{text}");
    let has_come = |mail: &String| mail.contains("The same") || mail.contains("Version: ringmail");
    service.wait_until("the mail", |_| mailbox.mails().iter().any(has_come));
    let mail = mailbox.mails().join("\n");
    assert!(mail.contains("Subject: Critical <System> mail.example.com: Log Error: Sub"), "{mail}");
    assert!(mail.contains("To: ops@example.com"), "{mail}");

    // The server comes, and gets all that there was.
    let mut lines = serve(port);
    let mut next = || lines.next().unwrap();
    for header in ["Begin Logfile", "Version: ", "Time offset from UTC: 0 seconds"] {
        let line = next();
        assert!(line.starts_with("<38>") && line.contains(" Mail_Log: Info: "), "{line}");
        assert!(line.contains(header), "{line}");
    }
    let mut got = Vec::new();
    while !got.iter().any(|line: &String| line.contains("Info: ICID 1 close")) {
        got.push(next());
    }
    let ringing = "sends to tcp://127.0.0.1:";
    service.wait_until("it is told", |service| service.text("system").contains(ringing));
    let push = push_of(&service);
    assert_eq!((&push["lost"], &push["unknown"]), (&0.into(), &0.into()), "{push}");
    assert!(push["handed"].as_u64().unwrap() >= 1, "{push}");
    assert!(service.stop());
}

/// A server of syslog by TCP that gives the lines of one client.
fn serve(port: u16) -> impl Iterator<Item = String> {
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let (client, _) = listener.accept().unwrap();
    client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    BufReader::new(client).lines().map(Result::unwrap)
}

fn push_of(service: &Service) -> serde_json::Value {
    let ledger = service.json(&["ledger"]);
    assert_eq!(ledger["balanced"], true, "{ledger}");
    let subscriptions = ledger["subscriptions"].as_array().unwrap();
    subscriptions.iter().find(|one| one["name"] == "Mail_Log").unwrap()["push"].clone()
}

#[test]
fn what_waits_on_disk_survives_kill_9() {
    let port = free_port();
    let servers = format!("'tcp://127.0.0.1:{port}'");
    let config = subscriptions(&servers, "syslog.buffer = {}\nsyslog.linger = '1s'");
    let mut service = Service::started(&config);
    let mut expected = Vec::new();
    for round in 0..2 {
        let numbers: Vec<_> = (0..1000).map(|at| round * 1000 + at).collect();
        let events: Vec<_> = numbers
            .iter()
            .map(|icid| format!(r#"{{"event": "IcidClose", "icid": {icid}}}"#))
            .collect();
        say(&service.socket(), &events.iter().map(String::as_str).collect::<Vec<_>>());
        expected.extend(numbers.iter().map(|icid| format!("Info: ICID {icid} close")));
        let all = expected.len() as u64;
        service.wait_until("all is on disk", |service| {
            push_of(service)["buffered"].as_u64().unwrap() >= all
        });
        service.signal(libc::SIGKILL);
        service.child.take().unwrap().wait().unwrap();
        let folder = service.dir.path().join("logs/.state/buffers/Mail_Log");
        let listed = service.json(&["buffer", "list", folder.to_str().unwrap()]);
        assert!(listed.to_string().contains("segment"), "{listed}");
        let exported = service.ask(&["buffer", "export", folder.to_str().unwrap()]);
        let text = String::from_utf8(exported.stdout).unwrap();
        let lines = text.lines().filter(|line| line.contains("Info: ICID")).count();
        assert_eq!(lines as u64, all, "{}", String::from_utf8_lossy(&exported.stderr));
        service.start();
    }
    let mut lines = serve(port);
    let mut got = Vec::new();
    while got.len() < expected.len() {
        let line = lines.next().unwrap();
        got.extend(line.split_once("Mail_Log: ").map(|(_, text)| text.to_owned()));
        got.retain(|text| text.starts_with("Info: ICID"));
    }
    assert_eq!(got, expected, "all, once, in order");
    service.wait_until("all is acknowledged", |service| push_of(service)["buffered"] == 0);
    assert!(service.stop());
}

/// Beside the other accounts of a run directory, that of a push goes on behind a crash.
#[test]
fn the_account_goes_on_behind_kill_9() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let servers = format!("'tcp://{}'", listener.local_addr().unwrap());
    // It ends with the process.
    std::thread::spawn(move || {
        for client in listener.incoming() {
            std::io::copy(&mut client.unwrap(), &mut std::io::sink()).ok();
        }
    });
    for buffer in ["", "syslog.buffer = {}"] {
        let mut service = Service::configured("");
        let lanes = format!("[lanes]\ndirectory = '{}/lanes'\n", service.dir.path().display());
        service.configure(&(lanes + &subscriptions(&servers, buffer)));
        service.start();
        let mut sent = 0;
        for events in [200, 1] {
            let line = r#"{"event": "IcidClose", "icid": 7}"#;
            say(&service.socket(), &vec![line; events]);
            sent += events as u64;
            service.wait_until("all is acknowledged", |service| {
                let push = push_of(service);
                push["acknowledged"].as_u64().unwrap() >= sent && push["pending"] == 0
            });
        }
        let before = push_of(&service);
        service.signal(libc::SIGKILL);
        service.child.take().unwrap().wait().unwrap();
        service.start();
        let after = push_of(&service);
        let count = |push: &serde_json::Value, term: &str| push[term].as_u64().unwrap();
        // What the last commit knew: not yet of the last line, and of those that opened the log.
        assert!(count(&after, "handed") >= count(&before, "handed"), "{before} {after}");
        let known = count(&after, "acknowledged") + count(&after, "pending");
        assert!(known >= 200, "{before} {after}");
        assert_eq!(count(&after, "lost"), 0, "{after}");
    }
}

#[test]
fn servers_that_are_away_hold_up_neither_a_reload_nor_the_end() {
    let push = |name: &str, facility: &str| {
        format!(
            "[[subscription]]\nname = '{name}'\ntype = 'text_mail'\nretrieval = 'syslog'\n\
             syslog = {{ servers = ['tcp://127.0.0.1:{}'], facility = '{facility}', linger = '4s' }}\n",
            free_port()
        )
    };
    let names = ["Mail_Log", "b", "c", "d"];
    let files = "[[subscription]]\nname = 'system'\ntype = 'system'\n";
    let all = |facility| files.to_owned() + &names.map(|name| push(name, facility)).concat();
    let mut service = Service::started(&all("auth"));
    say(&service.socket(), &[r#"{"event": "IcidClose", "icid": 1}"#]);
    let has_line = |service: &Service| push_of(service)["pending"].as_u64().unwrap() >= 1;
    service.wait_until("a line waits", has_line);

    // Four sinks whose end takes 4 s each, were it waited for, one behind the other.
    service.configure(&all("mail"));
    let began = Instant::now();
    let reloaded = service.json(&["reload"]);
    assert!(began.elapsed() < Duration::from_secs(4), "{:?} {reloaded}", began.elapsed());
    assert!(push_of(&service)["handed"].as_u64().unwrap() >= 1, "the earlier ones still count");
    let text = "the push has ended, ";
    service.wait_until("the loss is told", |service| service.text("system").contains(text));
    assert!(push_of(&service)["lost"].as_u64().unwrap() >= 1);

    let began = Instant::now();
    assert!(service.stop());
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
}

#[test]
fn a_push_that_may_not_be_meant_is_warned_of() {
    let (first, second) = (free_port(), free_port());
    let servers = format!("'tls://127.0.0.1:{first}', 'tcp://127.0.0.1:{second}'");
    let fingerprint = format!("syslog.fingerprints = ['{}']", "0".repeat(64));
    let mut service = Service::configured(&subscriptions(&servers, &fingerprint));
    let warning = format!("may leave in clear text to tcp://127.0.0.1:{second}");
    let output = service.ask(&["config", "check"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(text.contains(&warning) && text.contains("no errors, 1 warning"), "{text}");
    service.start();
    service.wait_until("the warning", |service| service.text("system").contains(&warning));
}

#[test]
fn a_wrong_push_is_named() {
    for (servers, more, hint) in [
        ("", "", "syslog.servers is empty"),
        ("'http://x'", "", "udp://HOST:514"),
        ("'loghost'", "syslog.max_message = '10k'", "1024 to 9216"),
        ("'loghost'", "syslog.facility = 'local8'", "local7"),
        ("'loghost'", "syslog.server_name = 'x'", "tls://"),
        ("'tls://loghost'", "syslog.certificate = '/x'", "go together"),
        ("'loghost'", "syslog.buffer = {}", "TCP"),
        ("'tcp://loghost'", "syslog.buffer.size = '2g'", "1"),
        ("'loghost'", "own_thread = true", "own_thread"),
    ] {
        let service = Service::configured(&subscriptions(servers, more));
        let output = service.ask(&["config", "check"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{servers} {more}: {said}");
        assert!(said.contains(hint), "{servers} {more}: {said}");
    }
    let binary = "[[subscription]]\nname = 'd'\ntype = 'delivery'\nretrieval = 'syslog'\n\
                  syslog.servers = ['loghost']\n";
    let output = Service::configured(binary).ask(&["config", "check"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("binary"), "{said}");
    let none = "[[subscription]]\nname = 'm'\ntype = 'text_mail'\nretrieval = 'syslog'\n";
    let output = Service::configured(none).ask(&["config", "check"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("syslog.servers"), "{said}");
}
