//! `ringmail run` beside a real Postfix: its log is followed while mail goes through it, and what
//! `pflogsumm` counts in that log is what stands in ours.

#![cfg(feature = "cli")]
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "a test says what it skips, and fails by a panic"
)]

mod common;
#[path = "mta/next_hop.rs"]
mod next_hop;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::service::Service;
use next_hop::NextHop;
use ringmail::parse::{DeliveryEntry, DeliveryReader};

/// A Postfix with a queue, a configuration and a log of its own, that talks to nobody but a next
/// hop on this machine.
struct Postfix {
    dir: tempfile::TempDir,
    port: u16,
}

const MASTER: &str = "\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
";

impl Postfix {
    /// Starts one; `None`, with a word, where there is none or this is not root.
    fn start(next_hop: &NextHop) -> Option<Self> {
        let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
        let programs = ["postfix", "smtp-source", "pflogsumm"];
        let has_all = programs.iter().all(|program| {
            let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
            found.is_ok_and(|found| found.status.success())
        });
        if !is_root || !has_all {
            println!("skipped: a Postfix, pflogsumm and the right to start them are needed");
            let required = std::env::var("RINGMAIL_PEERS").is_ok_and(|value| value == "required");
            assert!(!required || !is_root, "RINGMAIL_PEERS is required: {programs:?}");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let root = dir.path().display();
        for folder in ["etc", "spool", "data"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        // Its processes are another user's.
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(dir.path(), everybody).unwrap();
        let owned = Command::new("chown").arg("postfix").arg(dir.path().join("data")).status();
        assert!(owned.unwrap().success());
        let hop = next_hop.address.port();
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {root}/spool\n\
             data_directory = {root}/data\ncommand_directory = /usr/sbin\n\
             daemon_directory = /usr/lib/postfix/sbin\nmail_owner = postfix\n\
             setgid_group = postdrop\nmaillog_file = {root}/mail.log\n\
             maillog_file_prefixes = /var, {root}\ninet_interfaces = 127.0.0.1\n\
             inet_protocols = ipv4\nmyhostname = mx.test\nmydestination =\n\
             mynetworks = 127.0.0.0/8\nalias_maps =\nalias_database =\n\
             relay_domains = ok.test, bad.test, later.test\n\
             relayhost = [127.0.0.1]:{hop}\nsmtputf8_enable = no\n"
        );
        let etc = dir.path().join("etc");
        fs::write(etc.join("main.cf"), main).unwrap();
        let master = format!("127.0.0.1:{port} inet n - n - - smtpd\n{MASTER}");
        fs::write(etc.join("master.cf"), master).unwrap();
        fs::write(etc.join("dynamicmaps.cf"), "").unwrap();
        let postfix = Self { dir, port };
        assert!(postfix.command("start"), "{}", fs::read_to_string(postfix.log()).unwrap());
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(20), "Postfix does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(postfix)
    }

    fn command(&self, what: &str) -> bool {
        let mut command = Command::new("postfix");
        command.arg("-c").arg(self.dir.path().join("etc")).arg(what);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|it| it.success())
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("mail.log")
    }

    /// Sends so many messages to a recipient.
    fn send(&self, count: u32, to: &str) {
        let sent = Command::new("smtp-source")
            .args(["-m", &count.to_string(), "-s", "2", "-f", "sender@ok.test", "-t", to])
            .arg(format!("127.0.0.1:{}", self.port))
            .status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.command("stop");
    }
}

/// What `pflogsumm` counts: delivered, deferrals, bounced.
fn sums(log: &Path) -> (u64, u64, u64) {
    let output = Command::new("pflogsumm").arg(log).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = |line: &str| line.split_whitespace().next().unwrap().parse::<u64>().unwrap();
    let line = |what: &str| {
        text.lines()
            .find(|line| line.split_whitespace().nth(1) == Some(what))
            .unwrap_or_else(|| panic!("no {what}: {text}"))
    };
    let deferrals = line("deferred").split_once('(').map_or(0, |(_, rest)| number(rest));
    (number(line("delivered")), deferrals, number(line("bounced")))
}

#[test]
fn what_goes_through_a_real_postfix_stands_in_every_log() {
    let next_hop = NextHop::start(|recipient, _| {
        if recipient.ends_with("@bad.test") {
            "550 5.1.1 There is no such active account."
        } else if recipient.ends_with("@later.test") {
            "451 4.3.0 come back later"
        } else {
            "250 fine"
        }
    });
    let Some(postfix) = Postfix::start(&next_hop) else { return };
    let subscription =
        |name: &str, of: &str| format!("[[subscription]]\nname = '{name}'\ntype = '{of}'\n");
    let logs = subscription("mail_logs", "text_mail")
        + &subscription("bounces", "bounce")
        + &subscription("delivery", "delivery")
        + &subscription("status", "status")
        + &subscription("system_logs", "system");
    let input = format!("[[input]]\nkind = 'postfix'\npath = '{}'\n", postfix.log().display());
    let mut service = Service::started(&(logs.clone() + &input));

    postfix.send(20, "user@ok.test");
    postfix.send(10, "user@bad.test");
    // In the middle of it, a log more and new files.
    service.configure(&(logs + &subscription("qmail", "qmail_mail") + &input));
    assert_eq!(service.json(&["reload"])["added"], serde_json::json!(["qmail"]));
    postfix.send(6, "user@later.test");
    assert!(service.ask(&["rollovernow", "--all"]).status.success());
    postfix.send(10, "other@ok.test");

    // 30 sent, and the 10 bounces as messages; the sixes are tried once.
    let began = Instant::now();
    while sums(&postfix.log()) != (40, 6, 10) {
        let sums = sums(&postfix.log());
        assert!(began.elapsed() < Duration::from_secs(60), "not in 60 s: {sums:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(postfix.command("stop"));
    let lines = fs::read_to_string(postfix.log()).unwrap().lines().count() as u64;
    service.wait_until("all lines", |service| {
        service.json(&["status"])["inputs"][0]["counts"]["lines"].as_u64() == Some(lines)
    });
    let status = service.json(&["status"]);
    assert_eq!(status["inputs"][0]["counts"]["not_understood"], 0, "{status}");
    let unknown = service.json(&["status", "--unknown"]);
    assert_eq!(unknown[postfix.log().to_str().unwrap()]["others"], 0, "{unknown}");
    assert_eq!(service.json(&["ledger"])["balanced"], true);
    assert!(service.stop());

    // One of the messages that bounced: its whole life, and that of its bounce.
    let mid = service
        .text("bounces")
        .split_once(" Bounced: ")
        .and_then(|(_, rest)| rest.split_once(':').map(|(mid, _)| mid.to_owned()))
        .unwrap();
    let config = service.config().display().to_string();
    let found = service.ask(&["findevent", "-m", &mid, "mail_logs", "--config", &config]);
    let life = String::from_utf8_lossy(&found.stdout).into_owned();
    for part in [
        format!("Start MID {mid} ICID "),
        format!("MID {mid} ICID "),
        " To: <user@bad.test>".to_owned(),
        " Bounced: DCID ".to_owned(),
        format!("generated for bounce of MID {mid}"),
        format!("Message finished MID {mid} done"),
    ] {
        assert!(life.contains(&part), "{part}: {life}");
    }
    assert!(!life.contains("@ok.test> To"), "{life}");

    let text = service.text("mail_logs");
    let count = |what: &str| text.lines().filter(|line| line.contains(what)).count() as u64;
    let (delivered, deferrals, bounced) = sums(&postfix.log());
    assert_eq!(count(" Message done "), delivered, "{text}");
    assert_eq!(count(" Delayed: "), deferrals);
    assert_eq!(count(" Bounced: "), bounced);
    assert!(text.contains("('550', ['5.1.1 There is no such active account."), "{text}");
    let bounces = service.text("bounces");
    assert_eq!(bounces.matches(" Bounced: ").count() as u64, bounced);
    assert_eq!(bounces.matches(" Delayed: ").count() as u64, deferrals);
    let folder = service.dir.path().join("logs/delivery");
    let mut deliveries = 0;
    for file in ringmail::LogFile::list(folder).unwrap() {
        let bytes = fs::read(file.path()).unwrap();
        let mut reader = DeliveryReader::new(bytes.as_slice());
        while let Some(entry) = reader.read().unwrap() {
            assert!(!matches!(entry, DeliveryEntry::Damaged(_)), "{entry:?}");
            deliveries += u64::from(matches!(entry, DeliveryEntry::Delivery(_)));
        }
    }
    assert_eq!(deliveries, delivered + bounced);
}
