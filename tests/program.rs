//! The `ringmail` program, as its users run it.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test ends where it fails")]

use std::path::Path;
use std::process::{Command, Output};

fn ringmail(arguments: &[&str], dir: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ringmail"))
        .args(arguments)
        .current_dir(dir)
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
