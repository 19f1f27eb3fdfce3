//! `ringmail findevent` shows the whole life of a message, and nothing else.

#![cfg(feature = "cli")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test ends where it fails"
)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use ringmail::event::{
    Bounced, CustomLogEntry, Dcid, DcidClose, Delayed, DeliveryStart, Done, Finished,
    GeneratedForBounce, Icid, IcidClose, Mid, NewDcid, NewIcid, Queued, Ready, Recipient,
    Rewritten, Rid, Rids, Sender, Split, StartMid, Subject,
};
use ringmail::{Engine, File, LogFile, LogType, Producer, Subscription};

fn ringmail(arguments: &[&str], dir: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ringmail"))
        .args(arguments)
        .env_remove("RINGMAIL_CONFIG")
        .current_dir(dir)
        .output()
        .expect("the program runs")
}

/// The lines that are shown, without stamps and levels.
fn shown(out: &Output) -> Vec<String> {
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    text.lines().map(|line| line[30..].to_owned()).collect()
}

/// A message comes in, up to the queue.
fn receive(log: &mut Producer, mid: u64, icid: u64, from: &str, to: &[&str], subject: &str) {
    let (mid, icid) = (Mid(mid), Icid(icid));
    log.emit(&StartMid { mid, icid, ..StartMid::EMPTY });
    log.emit(&Sender { mid, icid, from: from.into() });
    for (rid, to) in (0..).zip(to) {
        log.emit(&Recipient { mid, icid, rid: Rid(rid), to: (*to).into() });
    }
    log.emit(&Subject { mid, subject: subject.into() });
    log.emit(&Ready { mid, bytes: 7, from: from.into() });
}

fn deliver(log: &mut Producer, mid: u64, dcid: u64, rid: u32) {
    let (mid, dcid) = (Mid(mid), Dcid(dcid));
    let rids = [Rid(rid)];
    log.emit(&NewDcid { dcid, ..NewDcid::EMPTY });
    log.emit(&DeliveryStart { dcid, mid, rids: Rids::new(&rids), ..DeliveryStart::EMPTY });
    log.emit(&Done { dcid, mid, rids: Rids::new(&rids), ..Done::EMPTY });
    log.emit(&DcidClose { dcid });
    log.emit(&Finished { mid });
}

/// A log in three files, the first of them compressed. Messages 1 to 9 are one life, whose lines
/// alone hold the numbers of its messages and connections.
fn log(dir: &Path) -> Vec<String> {
    let mail = Subscription::new("mail_logs", LogType::TextMail).sink(File::in_dir(dir));
    let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
    let mut log = engine.producer().unwrap();
    let log = &mut log;
    log.emit(&NewIcid { icid: Icid(51), ..NewIcid::EMPTY });
    receive(
        log,
        1,
        51,
        "anna@example.com",
        &["b@one.example", "c@two.example"],
        "Bill (50% off) [x]*",
    );
    log.emit(&NewIcid { icid: Icid(52), ..NewIcid::EMPTY });
    // On the connection of another message, and others on its own.
    receive(log, 100, 52, "other@example.com", &["d@three.example"], "MID 1 ICID 51 DCID 71");
    receive(
        log,
        101,
        51,
        "other@example.com",
        &["d@three.example"],
        "it's \u{1b}[1m\\ MID 1\nInfo: MID 1 x",
    );
    log.emit(&CustomLogEntry {
        mid: Mid(100),
        text: "MID 1 rewritten to MID 100 by antispam".into(),
        ..CustomLogEntry::EMPTY
    });
    log.emit(&Split { mid: Mid(1), child: Mid(2), policy: "DEFAULT".into() });
    engine.flush();
    engine.rollover("mail_logs").unwrap();
    // Lines of the new message come first.
    log.emit(&Queued { mid: Mid(3) });
    log.emit(&Rewritten {
        mid: Mid(2),
        child: Mid(3),
        component: "antispam".into(),
        ..Rewritten::EMPTY
    });
    log.emit(&IcidClose { icid: Icid(51) });
    log.emit(&IcidClose { icid: Icid(52) });
    // One recipient is put off and delivered later, the other bounces.
    log.emit(&NewDcid { dcid: Dcid(71), ..NewDcid::EMPTY });
    log.emit(&Delayed { dcid: Dcid(71), mid: Mid(1), code: 452, ..Delayed::EMPTY });
    log.emit(&DcidClose { dcid: Dcid(71) });
    log.emit(&Bounced { dcid: Dcid(0), mid: Mid(3), code: 550, ..Bounced::EMPTY });
    log.emit(&GeneratedForBounce { mid: Mid(9), parent: Mid(3) });
    log.emit(&StartMid { mid: Mid(9), icid: Icid(0), ..StartMid::EMPTY });
    log.emit(&StartMid { mid: Mid(102), icid: Icid(0), ..StartMid::EMPTY });
    engine.flush();
    engine.rollover("mail_logs").unwrap();
    deliver(log, 100, 72, 0);
    deliver(log, 1, 73, 0);
    deliver(log, 9, 74, 0);
    log.emit(&Finished { mid: Mid(10) });
    drop(guard);
    let folder = dir.join("mail_logs");
    let mut life = Vec::new();
    let files = LogFile::list(&folder).unwrap();
    assert_eq!(files.len(), 3);
    for file in &files {
        let text = std::fs::read_to_string(file.path()).unwrap();
        let is_of = |line: &&str| {
            let line = line[30..].to_owned() + " ";
            let own = [" 1 ", " 2 ", " 3 ", " 9 ", " 51 ", " 71 ", " 73 ", " 74 "];
            let others = ["MID 100 ", "MID 101 ", "MID 102 ", "MID 10 "];
            own.iter().any(|own| line.contains(&format!("ID{own}")))
                && !others.iter().any(|other| line.contains(other))
        };
        life.extend(text.lines().filter(is_of).map(|line| line[30..].to_owned()));
    }
    let first = files[0].path();
    let packed = std::fs::File::create(format!("{}.gz", first.display())).unwrap();
    let mut packed = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
    packed.write_all(&std::fs::read(&first).unwrap()).unwrap();
    packed.finish().unwrap();
    std::fs::remove_file(first).unwrap();
    life
}

#[test]
fn the_whole_life_is_shown_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let life = log(dir.path());
    assert_eq!(life.len(), 27, "{life:#?}");
    let find = |by: &[&str]| {
        let arguments = [&["findevent", "--dir", "."], by, &["mail_logs"]].concat();
        ringmail(&arguments, dir.path())
    };
    for by in [
        &["-f", "anna@"][..],
        &["-i", "-f", "ANNA@Example"],
        &["-t", "c@two.example"],
        &["-s", "(50% off) [x]*"],
        &["-m", "1"],
        &["-m", "2"],
        &["-m", "9"],
    ] {
        assert_eq!(shown(&find(by)), life, "{by:?}");
    }
    // Its own lines and those of its connections.
    for (by, lines) in [
        (&["-s", "it's \u{1b}[1m\\"][..], 7),
        (&["-m", "100"], 13),
        (&["-s", "ICID 51"], 13),
        (&["-m", "10"], 1),
    ] {
        assert_eq!(shown(&find(by)).len(), lines, "{by:?}");
    }
    for by in [["-f", "ANNA"], ["-m", "4"], ["-t", "anna"], ["-s", "5.% off"], ["-m", "51"]] {
        let out = find(&by);
        assert_eq!(out.status.code(), Some(1), "{by:?}");
        assert_eq!(out.stderr, b"ringmail: no such message\n", "{by:?}");
        assert!(out.stdout.is_empty());
    }
    assert_eq!(find(&[]).status.code(), Some(2));
    assert_eq!(find(&["-m", "1", "-f", "x"]).status.code(), Some(2));
}

#[test]
fn json_has_an_object_a_message() {
    let dir = tempfile::tempdir().unwrap();
    let life = log(dir.path());
    let out = ringmail(&["findevent", "-f", "@", "--json", "--dir", ".", "mail_logs"], dir.path());
    let objects: Vec<serde_json::Value> = String::from_utf8(out.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects.len(), 3);
    assert_eq!(objects[0]["mids"], serde_json::json!([1, 2, 3, 9]));
    assert_eq!(objects[0]["lines"].as_array().unwrap().len(), life.len());
    assert_eq!(objects[1]["mids"], serde_json::json!([100]));
}

#[test]
fn files_are_named_by_paths_and_may_hold_anything() {
    let dir = tempfile::tempdir().unwrap();
    let mut bytes =
        b"\xff\x00MID \nInfo: MID 7 From: <\nInfo: MID 7 ICID 0 From: <a\xff@x>\n".to_vec();
    bytes.extend(vec![b'I'; 3 << 20]);
    bytes.extend(b"D MID 7\nInfo: MID 7 ICID 18446744073709551616 From: <x>\nInfo: MID 7 queued");
    std::fs::write(dir.path().join("a.log"), &bytes).unwrap();
    std::fs::write(dir.path().join("cut.gz"), [0x1f, 0x8b, 8, 0]).unwrap();
    let out = ringmail(&["findevent", "-f", "a", "./a.log"], dir.path());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(out.stdout.starts_with(b"Info: MID 7 From: <\nInfo: MID 7 ICID 0 From: <a\xff@x>\n"));
    assert!(out.stdout.ends_with(b"Info: MID 7 queued\n"));
    let by_name = ringmail(&["findevent", "-f", "a", "a.log"], dir.path());
    assert_eq!(by_name.stdout, out.stdout);
    for (name, says) in [("./cut.gz", "cut.gz"), ("./none", "none"), ("nobody", "ringmail-logs")] {
        let out = ringmail(&["findevent", "-m", "7", name], dir.path());
        assert_eq!(out.status.code(), Some(1), "{name}");
        let said = String::from_utf8(out.stderr).unwrap();
        assert!(said.contains(says), "{said}");
    }
}
