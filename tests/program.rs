//! The `ringmail` program, as its users run it.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test ends where it fails")]

use std::path::Path;
use std::process::{Command, Output};

fn ringmail(arguments: &[&str], dir: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ringmail"))
        .args(arguments)
        .env_remove("RINGMAIL_CONFIG")
        .current_dir(dir)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The names of what `load --json` prints, which others rely on.
#[test]
fn load_prints_one_object_that_agrees_with_the_files() {
    let dir = tempfile::tempdir().unwrap();
    for order in ["causal", "relaxed"] {
        let out = ringmail(
            &[
                "load",
                "--events",
                "30000",
                "--workers",
                "3",
                "--seed",
                "5",
                "--json",
                "--dir",
                order,
                "--order",
                order,
            ],
            dir.path(),
        );
        assert!(out.status.success(), "{}", stderr(&out));
        let report: serde_json::Value = serde_json::from_str(&stdout(&out)).unwrap();
        let names = |value: &serde_json::Value| {
            value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            names(&report),
            "events lines bytes seconds lines_per_second emit_ns cpu_seconds_per_million_lines \
             peak_rss_bytes ledger subscriptions"
        );
        assert_eq!(names(&report["emit_ns"]), "p50 p99 p999 max");
        assert_eq!(
            names(&report["ledger"]),
            "accepted written filtered rate_limited dropped pending"
        );
        assert_eq!(report["events"], 30_000);
        let ledger = |term: &str| report["ledger"][term].as_u64().unwrap();
        assert_eq!(
            ledger("accepted"),
            ["written", "filtered", "rate_limited", "dropped", "pending"]
                .map(ledger)
                .iter()
                .sum::<u64>()
        );
        assert_eq!(ledger("dropped") + ledger("pending"), 0);
        let mut lines = 0;
        let mut bytes = 0;
        for subscription in report["subscriptions"].as_array().unwrap() {
            assert_eq!(names(subscription), "name type lines bytes dir");
            let folder = dir.path().join(subscription["dir"].as_str().unwrap());
            let mut text = String::new();
            for file in ringmail::LogFile::list(folder).unwrap() {
                text.push_str(&std::fs::read_to_string(file.path()).unwrap());
            }
            assert_eq!(subscription["lines"], text.lines().count(), "{subscription}");
            assert_eq!(subscription["bytes"], text.len(), "{subscription}");
            lines += text.lines().count();
            bytes += text.len();
        }
        assert_eq!(
            (report["lines"].as_u64(), report["bytes"].as_u64()),
            (Some(lines as u64), Some(bytes as u64))
        );
    }
}

#[test]
fn what_a_load_sends_elsewhere_can_be_verified() {
    let dir = tempfile::tempdir().unwrap();
    let load = ["load", "--events", "20000", "--seed", "3"];
    let sent = ringmail(&[&load[..], &["--to", "file:mail.log"]].concat(), dir.path());
    assert!(sent.status.success(), "{}", stderr(&sent));
    assert_eq!(stdout(&sent), "", "the summary stands on standard error");
    assert!(stderr(&sent).contains("ledger: balanced"), "{}", stderr(&sent));
    let verify = |file: &str| {
        let out = ringmail(&["load", "verify", "--json", file], dir.path());
        let report: serde_json::Value = serde_json::from_str(&stdout(&out)).unwrap();
        let terms = ["sent", "received", "missing", "duplicated", "reordered"];
        (out.status.code(), terms.map(|term| report[term].as_u64().unwrap()))
    };
    let text = std::fs::read_to_string(dir.path().join("mail.log")).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let all = lines.len() as u64;
    assert!(all > 10_000);
    assert_eq!(verify("mail.log"), (Some(0), [all, all, 0, 0, 0]));

    // One is lost, one comes twice, one comes late.
    let mut other = lines.clone();
    other.remove(500);
    other.insert(800, other[700]);
    other.swap(900, 901);
    std::fs::write(dir.path().join("other.log"), other.join("\n")).unwrap();
    assert_eq!(verify("other.log"), (Some(1), [all, all, 1, 1, 1]));
    // The end is lost: nobody knows how much that was, but it was something.
    let part = lines.get(..lines.len() - 1000).unwrap();
    std::fs::write(dir.path().join("part.log"), part.join("\n")).unwrap();
    assert_eq!(verify("part.log"), (Some(1), [all - 1000, all - 1000, 0, 0, 0]));

    let sent = ringmail(&[&load[..], &["--to", "stdout"]].concat(), dir.path());
    assert_eq!(stdout(&sent).lines().count() as u64, all);
    std::fs::write(dir.path().join("stdout.log"), &sent.stdout).unwrap();
    assert_eq!(verify("stdout.log"), (Some(0), [all, all, 0, 0, 0]));

    let plain = ringmail(&[&load[..], &["--to", "stdout", "--no-numbers"]].concat(), dir.path());
    assert!(!stdout(&plain).contains("load="));
    std::fs::write(dir.path().join("plain.log"), &plain.stdout).unwrap();
    let none = ringmail(&["load", "verify", "plain.log"], dir.path());
    assert_eq!(none.status.code(), Some(1));
    assert!(stderr(&none).contains("no line has a number"), "{}", stderr(&none));
}

#[test]
fn a_profile_makes_the_traffic_another() {
    let dir = tempfile::tempdir().unwrap();
    let example = ringmail(&["load", "--print-profile"], dir.path());
    let busy = stdout(&example).replace("bounce_percent = 4", "bounce_percent = 95");
    std::fs::write(dir.path().join("busy.toml"), &busy).unwrap();
    let load = ["load", "--events", "5000", "--to", "stdout", "--profile", "busy.toml"];
    let out = ringmail(&load, dir.path());
    assert!(out.status.success(), "{}", stderr(&out));
    let count = |word: &str| stdout(&out).matches(word).count();
    assert!(count("Bounced:") > 100 && count("Bounced:") > 5 * count("Message done"), "{busy}");

    std::fs::write(dir.path().join("busy.toml"), "spam = 3").unwrap();
    let out = ringmail(&load, dir.path());
    assert_eq!(out.status.code(), Some(1));
    assert!(stderr(&out).contains("busy.toml") && stderr(&out).contains("spam"));
}

#[test]
fn a_pattern_spreads_the_load_over_time() {
    let dir = tempfile::tempdir().unwrap();
    for pattern in ["constant", "ramp", "burst"] {
        let load = ["load", "--events", "400", "--rate", "2000", "--pattern", pattern, "--json"];
        let out = ringmail(&load, dir.path());
        let report: serde_json::Value = serde_json::from_str(&stdout(&out)).unwrap();
        // The last events of a burst of 2000 come at once with the first.
        let least = if pattern == "burst" { 0.0 } else { 0.18 };
        assert!(report["seconds"].as_f64().unwrap() >= least, "{pattern}: {report}");
    }
    let out = ringmail(&["load", "--pattern", "ramp"], dir.path());
    assert_eq!(out.status.code(), Some(2));
    assert!(stderr(&out).contains("--rate"), "{}", stderr(&out));
}

#[test]
fn load_says_the_same_for_a_seed() {
    let dir = tempfile::tempdir().unwrap();
    let mails = ["one", "two"].map(|name| {
        let out = ringmail(
            &[
                "load",
                "--events",
                "5000",
                "--workers",
                "1",
                "--dir",
                name,
                "--subscriptions",
                "mail_logs",
            ],
            dir.path(),
        );
        assert!(out.status.success(), "{}", stderr(&out));
        assert!(stdout(&out).contains("ledger: balanced"), "{}", stdout(&out));
        let file = &ringmail::LogFile::list(dir.path().join(name).join("mail_logs")).unwrap()[0];
        let text = std::fs::read_to_string(file.path()).unwrap();
        let bodies: Vec<_> = text.lines().map(|line| line[24..].to_owned()).collect();
        bodies
    });
    assert_eq!(mails[0], mails[1]);
}

#[test]
fn tail_shows_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let load = ["load", "--events", "1000", "--workers", "1", "--subscriptions", "mail_logs"];
    assert!(ringmail(&load, dir.path()).status.success());
    let out = ringmail(&["tail", "mail_logs", "-n", "2"], dir.path());
    assert!(out.status.success(), "{}", stderr(&out));
    let text = stdout(&out);
    assert_eq!(text.lines().count(), 2);
    assert!(text.ends_with("Info: End Logfile\n"), "{text}");
}

/// Without a terminal nobody can be asked.
#[test]
fn tail_lists_the_subscriptions_and_takes_their_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let load =
        ["load", "--events", "1000", "--workers", "1", "--subscriptions", "mail_logs,status"];
    assert!(ringmail(&load, dir.path()).status.success());
    let out = ringmail(&["tail"], dir.path());
    assert_eq!(out.status.code(), Some(2));
    assert_eq!(
        stdout(&out),
        "Currently configured logs:\n\
         1. \"mail_logs\" Type: \"Text Mail Logs\" Retrieval: Manual Download\n\
         2. \"status\" Type: \"Status Logs\" Retrieval: Manual Download\n"
    );
    assert!(stderr(&out).contains("ringmail tail mail_logs"), "{}", stderr(&out));
    let by_name = ringmail(&["tail", "mail_logs"], dir.path());
    assert_eq!(stdout(&by_name), stdout(&ringmail(&["tail", "1"], dir.path())));
    // What a configuration names goes before what happens to be here.
    let config = "directory = 'ringmail-logs'\n";
    std::fs::write(dir.path().join("r.toml"), config).unwrap();
    let out = ringmail(&["tail", "--config", "r.toml"], dir.path());
    let list = stdout(&out);
    assert_eq!(list.lines().count(), 24, "{list}");
    assert!(list.contains("\n14. \"mail_logs\" Type: \"Text Mail Logs\" "), "{list}");
    assert!(list.contains("\n19. \"sntpd_logs\" Type: \"NTP Logs\" "), "{list}");
    let out = ringmail(&["tail", "--config", "r.toml", "14"], dir.path());
    assert_eq!(stdout(&by_name), stdout(&out));
    for (name, says) in [
        ("13", "nothing has been logged for \"gui_logs\" yet"),
        ("24", "no subscription \"24\""),
        ("0", "no subscription"),
        ("../ringmail-logs", "no subscription"),
    ] {
        let out = ringmail(&["tail", "--config", "r.toml", name], dir.path());
        assert_eq!(out.status.code(), Some(1));
        assert!(stderr(&out).contains(says), "{}", stderr(&out));
    }
}

#[test]
fn logconfig_changes_the_file_and_says_what_it_refuses() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("r.toml");
    std::fs::write(&path, "# Ours.\ndirectory = 'logs'\n").unwrap();
    let logconfig = |arguments: &[&str]| {
        ringmail(&[&["logconfig"], arguments, &["--config", "r.toml"]].concat(), dir.path())
    };
    let done = |arguments: &[&str]| {
        let out = logconfig(arguments);
        assert!(out.status.success(), "{}", stderr(&out));
        stdout(&out)
    };
    let list = done(&["list"]);
    assert_eq!(list.lines().count(), 24);
    assert!(list.contains("\n  9  error_logs "), "{list}");
    let json: serde_json::Value = serde_json::from_str(&done(&["list", "--json"])).unwrap();
    let listed = &json["subscriptions"][8];
    assert_eq!(
        listed.to_string(),
        r#"{"number":9,"name":"error_logs","type":"text_mail","level":"critical","retrieval":"manual"}"#
    );
    // Nothing has been changed so far.
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "# Ours.\ndirectory = 'logs'\n");
    let new =
        ["new", "qmail", "--type", "qmail_mail", "--set", "stamps=epoch", "--set", "keep.files=3"];
    assert!(done(&new).contains("`ringmail reload`"));
    done(&["edit", "qmail", "--set", "level=debug"]);
    let shown = "[[subscription]]\nname = \"qmail\"\ntype = \"qmail_mail\"\nstamps = \"epoch\"\n\
                 keep.files = 3\nlevel = \"debug\"\n";
    assert_eq!(done(&["show", "qmail"]), shown);
    let json: serde_json::Value =
        serde_json::from_str(&done(&["show", "qmail", "--json"])).unwrap();
    assert_eq!(json["keep"]["files"], 3);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# Ours.\ndirectory = 'logs'\n\n[[subscription]]\n"), "{text}");
    assert!(ringmail(&["config", "check", "r.toml"], dir.path()).status.success());
    for (arguments, says) in [
        (&["edit", "qmail", "--set", "level=loud"][..], "critical, warning, information"),
        (&["edit", "qmail", "--set", "peers=*"], "peers"),
        (&["new", "qmail", "--type", "status"], "two subscriptions are named"),
        (&["delete", "nobody"], "no subscription \"nobody\""),
        (&["show", "nobody"], "there are: antispam, "),
    ] {
        let out = logconfig(arguments);
        assert_eq!(out.status.code(), Some(1), "{arguments:?}");
        assert!(stderr(&out).contains(says), "{}", stderr(&out));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{arguments:?}");
    }
    assert_eq!(logconfig(&["edit", "qmail", "--set", "level"]).status.code(), Some(2));
    assert_eq!(logconfig(&["edit", "qmail"]).status.code(), Some(2));
    done(&["delete", "qmail"]);
    assert_eq!(done(&["list"]), list);
}

/// A delivery log of one message.
fn delivery_log() -> Vec<u8> {
    let time = ringmail::Timestamp::from_micros(1_043_769_373_123_000);
    let mut file = Vec::new();
    ringmail::format::delivery::append_begin(time, &mut file);
    let pickle = b"(J\xe5\xa7\x36\x3eK\x00K\x8bK\xcaK\x07U\x03a@bU\x01c](K\x00U\x03d@cK\x00ta]K\x08U\x03250U\x04sentt.";
    file.extend(b"MD");
    file.extend(u32::try_from(pickle.len()).unwrap().to_be_bytes());
    file.extend(1_043_769_373_u32.to_be_bytes());
    file.extend(123_000_u32.to_be_bytes());
    file.extend(pickle);
    ringmail::format::delivery::append_end(time, &mut file);
    file
}

#[test]
fn convert_writes_xml_and_csv() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    std::fs::write(path.join("a.s"), delivery_log()).unwrap();
    let gzip = Command::new("gzip").args(["-k", "a.s"]).current_dir(path).status();
    assert!(gzip.unwrap().success(), "gzip runs");
    let convert = ["convert", "delivery", "--zone", "UTC", "--to"];

    let out = ringmail(&[&convert[..], &["xml", "a.s", "a.s.gz"]].concat(), path);
    assert!(out.status.success() && out.stderr.is_empty(), "{}", stderr(&out));
    let success = "<success del_time=\"Tue Jan 28 15:56:13.123 2003\" \
        inj_time=\"Tue Jan 28 15:55:17.000 2003\" bytes=\"139\" mid=\"202\" ip=\"0.0.0.7\" \
        from=\"a@b\" source_ip=\"0.0.0.8\" code=\"250\" reply=\"sent\">\n  \
        <rcpt rid=\"0\" to=\"d@c\" attempts=\"1\" />\n</success>\n";
    let expected = format!(
        "<?xml version=\"1.0\"?>\n<delivery-report>\n{success}{success}</delivery-report>\n"
    );
    assert_eq!(stdout(&out), expected);

    let out = ringmail(&[&convert[..], &["csv", "a.s", "-o", "out.csv"]].concat(), path);
    assert!(out.status.success() && out.stdout.is_empty(), "{}", stderr(&out));
    assert_eq!(
        std::fs::read_to_string(path.join("out.csv")).unwrap(),
        "START,28-Jan-2003 15:56:13,123,2,4\n\
         DELV,28-Jan-2003 15:56:13,123,28-Jan-2003 15:55:17,000,139,202,0.0.0.7,a@b,c,0.0.0.8,\
         250,sent,Rcpt,1,0,1,d@c,Cust,0\n\
         END,28-Jan-2003 15:56:13,123\n"
    );
}

#[test]
fn convert_tells_where_a_log_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = delivery_log();
    log.splice(17..17, *b"damage");
    log.pop();
    std::fs::write(dir.path().join("a.s"), &log).unwrap();
    let input = std::fs::File::open(dir.path().join("a.s")).unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_ringmail"))
        .args(["convert", "delivery", "--to", "csv", "--zone", "UTC", "-"])
        .stdin(input)
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert_eq!(stdout(&out).lines().filter(|line| line.starts_with("DELV,")).count(), 1);
    let said = stderr(&out);
    assert!(said.contains("standard input: offset 17: no record begins here (6 bytes"), "{said}");
    let end = log.len() - 16;
    assert!(
        said.contains(&format!("standard input: offset {end}: the input ends within")),
        "{said}"
    );
    assert!(said.contains("2 damaged places"), "{said}");

    // What cannot be read at all.
    std::fs::write(dir.path().join("cut.gz"), [0x1f, 0x8b, 8, 0]).unwrap();
    let cases: [(&[&str], &str); 3] = [
        (&["no.s"], "no.s: No such file"),
        (&["cut.gz"], "cut.gz: cannot read"),
        (&["a.s", "-o", "a.s"], "another name"),
    ];
    for (arguments, hint) in cases {
        let arguments = [&["convert", "delivery", "--to", "xml"], arguments].concat();
        let out = ringmail(&arguments, dir.path());
        assert_eq!(out.status.code(), Some(1), "{arguments:?}");
        assert!(stderr(&out).contains(hint), "{arguments:?}: {}", stderr(&out));
    }
    assert_eq!(std::fs::read(dir.path().join("a.s")).unwrap(), log);
}

/// Three lines of text mail, of which nobody knows the second.
const MAIL: &str = "\
Wed Nov 19 09:16:46 2014 Info: Time offset from UTC: -21600 seconds
what is ü this?\r
Wed Nov 19 09:16:39 2014 Info: MID 7 antivirus negative \n";

#[test]
fn parse_rewrites_and_passes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    std::fs::write(path.join("a.log"), MAIL).unwrap();
    let gzip = Command::new("gzip").args(["-k", "a.log"]).current_dir(path).status();
    assert!(gzip.unwrap().success(), "gzip runs");
    let parse = ["parse", "--type", "text_mail", "--dialect"];

    let out = ringmail(&[&parse[..], &["7.6", "a.log", "a.log.gz"]].concat(), path);
    assert!(out.status.success() && out.stderr.is_empty(), "{}", stderr(&out));
    assert_eq!(stdout(&out), MAIL.repeat(2));

    let out = ringmail(&[&parse[..], &["15.0", "a.log", "-o", "new.log"]].concat(), path);
    assert!(out.status.success() && out.stdout.is_empty(), "{}", stderr(&out));
    let new = std::fs::read_to_string(path.join("new.log")).unwrap();
    assert_eq!(new, MAIL.replace("negative \n", "negative\n"));
}

/// The names of what `parse --check --json` prints, which others rely on.
#[test]
fn parse_checks_what_would_be_lost() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    std::fs::write(path.join("a.log"), MAIL).unwrap();
    let check = ["parse", "--type", "text_mail", "--check", "a.log"];

    let out = ringmail(&[&check[..], &["--json"]].concat(), path);
    assert_eq!(out.status.code(), Some(1));
    let said = stderr(&out);
    assert!(said.contains("of 3 lines 1 differ and 1 were not understood"), "{said}");
    let report: serde_json::Value = serde_json::from_str(&stdout(&out)).unwrap();
    let expected = serde_json::json!({
        "lines": 3,
        "understood": 2,
        "identical": 1,
        "different": [{
            "file": "a.log",
            "line": 3,
            "read": "Wed Nov 19 09:16:39 2014 Info: MID 7 antivirus negative ",
            "written": "Wed Nov 19 09:16:39 2014 Info: MID 7 antivirus negative",
        }],
        "not_understood": [{
            "file": "a.log",
            "line": 2,
            "reason": "no_event",
            "read": "what is ü this?\r",
        }],
        "passed_on": {"no_event": 1, "no_time": 0, "too_long": 0, "not_writable": 0},
        "events": {"AntivirusNegative": 1, "TimeOffset": 1},
    });
    assert_eq!(report, expected);

    let text = stdout(&ringmail(&check, path));
    assert!(text.starts_with("3 lines: 2 understood, 1 identical, 1 different\n"), "{text}");
    assert!(text.contains("a.log: 2: no event: what is ü this?\\r\n"), "{text}");

    std::fs::write(path.join("a.log"), MAIL.replace("what is ü this?\r\n", "")).unwrap();
    let out = ringmail(&[&check[..], &["--dialect", "7.6"]].concat(), path);
    assert!(out.status.success(), "{}", stderr(&out));
}

#[test]
fn parse_makes_events_and_lines_of_them_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    let odd = [MAIL.as_bytes(), b"\xff\n\n", &[b'x'; 20_000], b"\n"].concat();
    std::fs::write(path.join("a.log"), &odd).unwrap();
    let parse = ["parse", "--type", "text_mail"];

    let out = ringmail(&[&parse[..], &["--events", "a.log", "-o", "a.json"]].concat(), path);
    assert!(out.status.success(), "{}", stderr(&out));
    let events = std::fs::read_to_string(path.join("a.json")).unwrap();
    let expected = r#"{"event":"TimeOffset","time":"2014-11-19T09:16:46.000000Z","seconds":-21600}
{"event":"TextLine","text":"what is ü this?\r","more":false}
{"event":"AntivirusNegative","time":"2014-11-19T15:16:39.000000Z","mid":7}
{"event":"TextLine","text":{"b64":"/w=="},"more":false}
"#;
    assert!(events.starts_with(expected), "{events}");

    let back = [&parse[..], &["--dialect", "7.6", "--from-events"]].concat();
    let out = ringmail(&[&back[..], &["a.json"]].concat(), path);
    assert!(out.status.success() && out.stdout == odd, "{}", stderr(&out));

    let first = r#"{"event":"LogEnd","colour":1}"#;
    for (line, hint) in [
        (r#"{"event":"Nothing"}"#, "bad.json: 2: no event has the name `Nothing`"),
        (r#"{"event":"#, "bad.json: 2: "),
        (r#"{"event":"QmailEnd"}"#, "bad.json: 2: QmailEnd makes no line of a text_mail log"),
        (r#"{"event":"TextLine","text":"a\nb"}"#, "bad.json: 2: the text of a TextLine"),
    ] {
        std::fs::write(path.join("bad.json"), format!("{first}\n{line}\n")).unwrap();
        let out = ringmail(&[&back[..], &["bad.json"]].concat(), path);
        assert_eq!(out.status.code(), Some(1), "{line}");
        assert!(stderr(&out).contains(hint), "{}", stderr(&out));
        assert_eq!(stdout(&out), "Info: End Logfile\n", "what was made before is written");
    }
    std::fs::write(path.join("a.json"), format!("{first}\n\n")).unwrap();
    let out = ringmail(&[&back[..], &["a.json"]].concat(), path);
    assert!(out.status.success() && stderr(&out).contains("1 members"), "{}", stderr(&out));
}

#[test]
fn parse_reads_delivery_logs_and_says_what_it_cannot_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    std::fs::write(path.join("a.s"), delivery_log()).unwrap();
    let out = ringmail(&["parse", "--type", "delivery", "--events", "a.s"], path);
    assert!(out.status.success(), "{}", stderr(&out));
    let event: serde_json::Value = serde_json::from_str(&stdout(&out)).unwrap();
    assert_eq!((&event["event"], &event["mid"]), (&"Done".into(), &202.into()));
    assert_eq!(event["time"], "2003-01-28T15:56:13.123000Z");

    let cases: [(&[&str], i32, &str); 6] = [
        (&["delivery", "a.s"], 1, "ringmail convert delivery"),
        (&["amp_archive", "a.s"], 1, "mbox"),
        (&["configuration_history", "a.s"], 1, "xml"),
        (&["text_mail", "a.s", "-o", "a.s"], 1, "another name"),
        (&["text_mail", "--offset", "93600", "a.s", "-o", "new"], 1, "93600 seconds"),
        (&["text_mail", "--json", "a.s"], 2, "--check"),
    ];
    for (arguments, code, hint) in cases {
        let out = ringmail(&[&["parse", "--type"], arguments].concat(), path);
        assert_eq!(out.status.code(), Some(code), "{arguments:?}");
        assert!(stderr(&out).contains(hint), "{arguments:?}: {}", stderr(&out));
    }
    assert!(!path.join("new").exists());
}

#[test]
fn parse_knows_the_year_that_it_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let line = "<22>Dec 31 23:50:03 mail_logs: Info: Message finished MID 7 done\n";
    std::fs::write(dir.path().join("a.log"), line).unwrap();
    let parse = ["parse", "--type", "text_mail", "a.log"];
    assert_eq!(stdout(&ringmail(&parse, dir.path())), line);
    let out = ringmail(&[&parse[..], &["--reference-year", "2014"]].concat(), dir.path());
    let expected = "Wed Dec 31 23:50:03 2014 Info: Message finished MID 7 done\n";
    assert_eq!(stdout(&out), expected);
}

/// Whoever reads the output may stop when it has seen enough.
#[test]
fn parse_ends_quietly_when_nobody_reads_on() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.log"), MAIL.repeat(10_000)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ringmail"))
        .args(["parse", "--type", "text_mail", "--events", "a.log"])
        .current_dir(dir.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success() && out.stderr.is_empty(), "{}", stderr(&out));
}

#[test]
fn types_lists_what_there_is() {
    let dir = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let out = ringmail(arguments, dir.path());
        assert!(out.status.success(), "{}", stderr(&out));
        stdout(&out)
    };
    let json = |arguments: &[&str]| -> Vec<serde_json::Value> {
        serde_json::from_str(&run(arguments)).unwrap()
    };

    let table = run(&["types"]);
    assert_eq!(table.lines().count(), 1 + ringmail::LogType::ALL.len());
    let words: Vec<_> = table.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(words, ["upgrade", "Upgrade", "Logs", "lines", "yes", "stateless", "yes"]);
    assert_eq!(run(&["types", "gui"]).lines().count(), 2);

    let types = json(&["types", "--json"]);
    let names = types.iter().map(|log_type| log_type["name"].as_str().unwrap());
    assert!(names.eq(ringmail::LogType::ALL.map(ringmail::LogType::name)));
    let delivery = types.iter().find(|log_type| log_type["name"] == "delivery").unwrap();
    assert_eq!(
        (&delivery["form"], &delivery["header"], &delivery["pushable"]),
        (&"binary".into(), &false.into(), &false.into())
    );

    let schema = json(&["types", "--schema"]);
    assert_eq!(schema.len(), ringmail::event::rows().count());
    let of_mail = json(&["types", "text_mail", "--schema"]);
    let done = of_mail.iter().find(|event| event["event"] == "Done").unwrap();
    assert_eq!((&done["number"], &done["level"]), (&296.into(), &"Info".into()));
    let line = "Message done DCID {dcid} MID {mid} to RID [{rids}]⟦ [{pairs}]⟧\
                ⟦ (external quarantine)⟧⟦ ⟧";
    assert_eq!(done["line"], line);
    let field = |name: &str| {
        let fields = done["fields"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap()
    };
    assert_eq!(field("mid")["maximum"], u64::MAX);
    assert_eq!((&field("rids")["type"], &field("to")["in_line"]), (&"array".into(), &false.into()));
    assert_eq!(field("pairs")["presence"], "optional");
    assert_eq!(field("external")["presence"], "flag");
    assert_eq!(field("injected")["format"], "date-time");
}

#[test]
fn wrong_usage_says_what_is_right() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("logs/mail_logs")).unwrap();
    let cases: [(&[&str], i32, &str); 7] = [
        (&["types", "nothing"], 2, "possible values: advanced_phishing_protection"),
        (&["load", "--subscriptions", "mine"], 1, "mine=TYPE"),
        (
            &["load", "--subscriptions", "mine=nothing"],
            1,
            "there are: advanced_phishing_protection",
        ),
        (&["load", "--subscriptions", "mine=text_mail:loud"], 1, "critical, warning"),
        (&["load", "--workers", "0"], 2, "--workers"),
        (&["tail", "bounces", "--dir", "logs"], 1, "there are: mail_logs"),
        (&["tail", "bounces", "--dir", "nowhere"], 1, "--dir"),
    ];
    for (arguments, code, hint) in cases {
        let out = ringmail(arguments, dir.path());
        assert_eq!(out.status.code(), Some(code), "{arguments:?}: {}", stderr(&out));
        assert!(stderr(&out).contains(hint), "{arguments:?}: {}", stderr(&out));
    }
    let help = ringmail(&["load", "--help"], dir.path());
    assert!(stdout(&help).contains("Examples:"));
    let script = ringmail(&["completions", "bash"], dir.path());
    assert!(stdout(&script).contains("_ringmail"));
}

#[test]
fn archives_and_configurations_are_read_as_their_parts() {
    let dir = tempfile::tempdir().unwrap();
    let mbox = "From a@b.example Tue Jan 28 15:56:13 2003\nSubject: x\n\n>From here\n\n\
                From MAILER-DAEMON Tue Jan 28 15:56:14 2003\nSubject: y\n\n\n";
    std::fs::write(dir.path().join("a.s"), mbox).unwrap();
    let out = ringmail(&["parse", "--type", "anti_spam_archive", "--events", "a.s"], dir.path());
    assert!(out.status.success(), "{}", stderr(&out));
    let events: Vec<serde_json::Value> =
        stdout(&out).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["event"], "ArchivePart");
    assert_eq!(events[0]["data"], "Subject: x\n\nFrom here\n");
    assert_eq!((&events[0]["from"], &events[1]["from"]), (&"a@b.example".into(), &"".into()));

    let xml = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!DOCTYPE config SYSTEM \
               \"config.dtd\">\n<!--\nXML generated by configuration change.\nChange comment: c\n\
               User: admin\nCurrent Time: Thu Mar 26 05:34:36 2009\n-->\n<config></config>\n";
    std::fs::write(dir.path().join("c.s"), xml).unwrap();
    let arguments = ["parse", "--type", "configuration_history", "--events", "c.s"];
    let out = ringmail(&arguments, dir.path());
    assert!(out.status.success(), "{}", stderr(&out));
    let event: serde_json::Value = serde_json::from_str(&stdout(&out)).unwrap();
    assert_eq!((&event["user"], &event["comment"]), (&"admin".into(), &"c".into()));
}
