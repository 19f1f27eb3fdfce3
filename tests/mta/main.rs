//! The example mail server between real clients and real next hops: what its logs tell is what
//! happened, in an order in which it can have happened, and nothing is lost.
//!
//! The clients and sinks are `swaks`, `smtp-source` and `smtp-sink`. Where they are not
//! installed, a test says so and passes, unless `RINGMAIL_PEERS` is `required`.

#![cfg(unix)]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "what a test cannot do ends it"
)]

mod account;
mod next_hop;
mod running;
mod story;

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::Command;

use next_hop::NextHop;
use running::{Mta, Running, command, counting_sink, free_address, peers, run, sink};

fn swaks(server: SocketAddr, options: &[&str]) -> Command {
    let mut swaks = command("swaks");
    swaks.args(["--server", &server.to_string(), "--helo", "client.example"]).args(options);
    swaks
}

/// Sends so many messages of this many recipients each, over eight connections at a time.
fn smtp_source(server: SocketAddr, messages: &str, recipients: &str, bytes: &str) {
    let mut source = command("smtp-source");
    source.args(["-s", "8", "-m", messages, "-r", recipients, "-l", bytes]);
    source.args(["-f", "sender@client.example", "-t", "user@destination.example"]);
    assert!(run(source.args(["-S", "load"]).arg(server.to_string())).success());
}

#[test]
fn a_message_is_told_step_by_step() {
    if !peers(&["swaks", "smtp-sink"]) {
        return;
    }
    let hop = free_address();
    let _sink = sink(hop, &[]);
    let mta = Mta::start(hop, &[]);
    let sent = swaks(
        mta.address,
        &[
            "--pipeline",
            "--from",
            "a@client.example",
            "--to",
            "x@d.example,y@d.example,z@d.example",
            "--header",
            "Message-Id: <1@client.example>",
            "--header",
            "Subject: it's told",
            "--body",
            ".a dot\n..two dots\n",
        ],
    )
    .status()
    .unwrap();
    assert!(sent.success());
    mta.wait_for(1, "Message finished MID 1 done");
    mta.wait_for(1, "ICID 1 close");
    let (account, stories) = mta.end_with_stories();

    assert_eq!(stories.messages.len(), 1);
    let told = &stories.messages[&1].texts;
    let ready = told.iter().find(|line| line.contains(" ready ")).unwrap();
    let policy = "MID 1 matched all recipients for per-recipient policy DEFAULT in the outbound \
                  table";
    assert_eq!(
        told[..],
        [
            "Start MID 1 ICID 1",
            "MID 1 ICID 1 From: <a@client.example>",
            "MID 1 ICID 1 RID 0 To: <x@d.example>",
            "MID 1 ICID 1 RID 1 To: <y@d.example>",
            "MID 1 ICID 1 RID 2 To: <z@d.example>",
            "MID 1 Message-ID '<1@client.example>'",
            "MID 1 Subject \"it's told\"",
            ready,
            policy,
            "MID 1 queued for delivery",
            "Delivery start DCID 1 MID 1 to RID [0, 1, 2]",
            "Message done DCID 1 MID 1 to RID [0, 1, 2]",
            "MID 1 RID [0, 1, 2] Response '2.0.0 Ok'",
            "Message finished MID 1 done",
        ]
    );
    let mut connections: Vec<_> = account
        .lines("mail_logs")
        .iter()
        .filter(|line| !line.contains("MID 1"))
        .filter_map(|line| line.split_once(" Info: ").map(|(_, text)| text))
        .filter(|text| text.contains("CID "))
        .collect();
    // The two connections do not wait for each other.
    connections.sort_unstable();
    let dcid = format!("New SMTP DCID 1 interface 127.0.0.1 address 127.0.0.1 port {}", hop.port());
    let icid = "New SMTP ICID 1 interface Data 1 (127.0.0.1) address 127.0.0.1 reverse dns host \
                unknown verified no";
    let group = "ICID 1 RELAY SG RELAYLIST match 127.0.0.1 SBRS None";
    assert_eq!(connections, ["DCID 1 close", group, "ICID 1 close", &dcid, icid]);
}

#[test]
fn messages_that_break_off_end_once() {
    if !peers(&["swaks", "smtp-sink"]) {
        return;
    }
    let hop = free_address();
    let _sink = sink(hop, &[]);
    let mta = Mta::start(hop, &["--max-bytes", "20000"]);
    let to = ["--from", "a@client.example", "--to", "x@d.example,y@d.example"];
    let good = swaks(mta.address, &[&to[..], &["--protocol", "SMTP"]].concat()).status();
    assert!(good.unwrap().success());
    for ending in [
        ["--drop-after", "MAIL"],
        ["--drop-after", "RCPT"],
        ["--drop-after", "DATA"],
        ["--quit-after", "RCPT"],
    ] {
        run(&mut swaks(mta.address, &[&to[..], &ending].concat()));
    }
    // A client that is gone in the middle of a message's content, one whose message is too big,
    // and one that talks nonsense.
    let begin = "HELO c.example\r\nMAIL FROM:<a@c.example>\r\nRCPT TO:<x@d.example>\r\nDATA\r\n";
    let half = format!("{begin}Subject: half\r\n\r\nof it");
    assert!(said(mta.address, &half).ends_with("354 Go ahead\r\n"));
    let big = format!("{begin}{}\r\n.\r\nQUIT\r\n", "x".repeat(30_000));
    assert!(said(mta.address, &big).contains("552 5.3.4"));
    let empty = said(mta.address, &format!("{begin}.\r\nQUIT\r\n"));
    assert!(empty.contains("250 2.0.0 Ok: Message 8 accepted"), "{empty}");
    let nonsense = "EHLO c.example\r\nFROB\r\nMAIL FROM:<nobody>\r\nMAIL FROM:<a@c.example> \
                    SIZE=99999\r\nRCPT TO:<x@d.example>\r\nVRFY x\r\nNOOP\r\nRSET\r\nQUIT\r\n";
    let answers = said(mta.address, nonsense);
    let codes: Vec<_> = answers.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes[codes.len() - 8..].join(" "), "500 553 552 503 252 250 250 221", "{answers}");

    mta.wait_for(1, "Message finished MID 1 done");
    mta.wait_for(1, "Message finished MID 8 done");
    mta.wait_for(6, "Message aborted MID");
    for icid in 1..=9 {
        mta.wait_for(1, &format!("Info: ICID {icid} close"));
    }
    let (account, stories) = mta.end_with_stories();
    let received = stories.messages.values().filter(|message| message.is_received()).count();
    assert_eq!((stories.messages.len(), received), (8, 2));
    assert_eq!(account.count("Message aborted MID"), 6);
    assert_eq!(account.count(" Receiving aborted by sender"), 5);
    assert_eq!(account.count(" Receiving Failed: message too big"), 1);
    assert_eq!(account.count(" lost"), 4);
    assert_eq!(account.count(" Unknown command: FROB"), 1);
    assert_eq!(account.count(" sender rejected, message too big"), 1);
    let status = &account.status;
    assert_eq!((status["InjMsg"], status["InjRcp"], status["DlvRcp"]), (2, 3, 3));
    assert_eq!(status["CrtICID"], 9);
}

/// Says all that at once, and hears the answers.
fn said(server: SocketAddr, what: &str) -> String {
    let mut stream = TcpStream::connect(server).unwrap();
    stream.write_all(what.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).unwrap();
    answers
}

/// In the relaxed order this fails: the lanes of the delivery threads, whose lines come behind
/// those of the receiving threads, are the ones that were opened first.
#[test]
fn a_load_is_told_without_loss() {
    if !peers(&["smtp-source", "smtp-sink"]) {
        return;
    }
    let hop = free_address();
    let counts = tempfile::NamedTempFile::new().unwrap();
    let _sink = counting_sink(hop, counts.reopen().unwrap());
    let mta = Mta::start(hop, &["--threads", "6"]);
    smtp_source(mta.address, "2000", "3", "10000");
    mta.wait_for(2000, "Message finished MID");
    let (account, stories) = mta.end_with_stories();

    assert_eq!(stories.messages.len(), 2000);
    for (mid, message) in &stories.messages {
        assert_eq!(message.fates(), [3, 3, 0, 0], "MID {mid}");
    }
    assert_eq!(account.count("New SMTP ICID"), 2000);
    assert_eq!(account.count("Message finished MID"), 2000);
    let status = &account.status;
    assert_eq!((status["InjMsg"], status["InjRcp"]), (2000, 6000));
    assert_eq!((status["DlvRcp"], status["CmpRcp"]), (6000, 6000));
    assert_eq!((status["HrdBncRcp"], status["SftBncEvnt"]), (0, 0));
    assert!(status["InjBytes"] > 2000 * 10_000);
    // The next hop has seen the same.
    let seen = fs::read_to_string(counts.path()).unwrap();
    assert!(seen.trim_end().ends_with("mesg=2000"), "{seen:?}");
    // Connections carried several messages each.
    assert!(account.count("New SMTP DCID") < 1000);
}

#[test]
fn refused_recipients_bounce_to_their_sender() {
    if !peers(&["smtp-source", "smtp-sink"]) {
        return;
    }
    let hop = free_address();
    let _sink = sink(hop, &["-f", "RCPT", "-B", "550 5.1.1 No such user"]);
    let mta = Mta::start(hop, &[]);
    smtp_source(mta.address, "50", "2", "1000");
    // Each message makes a bounce, which bounces too.
    mta.wait_for(100, "Message finished MID");
    let (account, stories) = mta.end_with_stories();

    let bounce = "5.1.1 - Bad destination mailbox address ('550', ['5.1.1 No such user']) []";
    assert_eq!(account.count(bounce), 150);
    assert_eq!(account.count(" was generated for bounce of MID "), 50);
    assert_eq!(account.count("Double bounce: "), 50);
    assert_eq!(
        account.lines("bounces").iter().filter(|line| line.contains("Bounced: ")).count(),
        150
    );
    let generated = stories.messages.values().filter(|message| message.is_generated());
    assert_eq!(generated.clone().count(), 50);
    assert!(generated.into_iter().all(|message| message.fates() == [1, 0, 1, 0]));
    let received = stories.messages.values().filter(|message| !message.is_generated());
    assert!(received.into_iter().all(|message| message.fates() == [2, 0, 2, 0]));
    let status = &account.status;
    assert_eq!((status["InjRcp"], status["GenBncRcp"]), (150, 50));
    assert_eq!((status["HrdBncRcp"], status["5XXHrdBnc"], status["DlvRcp"]), (150, 150, 0));
}

#[test]
fn delayed_recipients_are_tried_again_until_they_expire() {
    if !peers(&["smtp-source", "smtp-sink"]) {
        return;
    }
    let hop = free_address();
    let _sink = sink(hop, &["-r", "RCPT"]);
    let mta = Mta::start(hop, &["--retry-seconds", "1", "--max-attempts", "3", "--no-bounces"]);
    smtp_source(mta.address, "20", "2", "1000");
    mta.wait_for(20, "Message finished MID");
    let (account, stories) = mta.end_with_stories();

    let delay = "4.3.0 - Other mail system problem ('450', ['4.3.0 Error: command failed']) []";
    assert_eq!(account.count(delay), 80);
    assert_eq!(account.count(" to RID [0, 1] pending till "), 40);
    let expiry = "5.4.7 - Delivery expired (message too old) ('000', ['timeout']) []";
    assert_eq!(account.count(expiry), 40);
    assert!(stories.messages.values().all(|message| message.fates() == [2, 0, 2, 4]));
    let status = &account.status;
    assert_eq!((status["SftBncEvnt"], status["GenBncRcp"]), (80, 0));
    assert_eq!((status["HrdBncRcp"], status["ExpHrdBnc"], status["CmpRcp"]), (40, 40, 40));
}

#[test]
fn each_recipient_has_its_own_fate() {
    if !peers(&["swaks"]) {
        return;
    }
    let hop = NextHop::start(|recipient, times| match recipient {
        "bad@d.example" => "550-5.1.1 No such user,\r\n550 5.1.1 it's \"said\"",
        "later@d.example" if times == 0 => "451 4.7.1 Come back later",
        _ => "250 fine",
    });
    let mta = Mta::start(hop.address, &["--retry-seconds", "1"]);
    let to = "good@d.example,bad@d.example,later@d.example,too@d.example";
    let options = ["--from", "a@c.example", "--to", to, "--body", ".dot\n"];
    assert!(run(&mut swaks(mta.address, &options)).success());
    mta.wait_for(2, "Message finished MID");
    let (account, stories) = mta.end_with_stories();

    assert_eq!(stories.messages.len(), 2);
    assert_eq!(stories.messages[&1].fates(), [4, 3, 1, 1]);
    assert_eq!(stories.messages[&2].fates(), [1, 1, 0, 0]);
    assert_eq!(account.count("Message done DCID 1 MID 1 to RID [0, 3]"), 1);
    assert_eq!(account.count("MID 1 RID [0, 3] Response 'queued as 9C8B425DA7'"), 1);
    let lines = "('550', ['5.1.1 No such user,', '5.1.1 it\\'s \"said\"'])";
    assert_eq!(account.count(lines), 1);
    assert_eq!(account.count("MID 1 to RID 2 - 4.7.1 - Delivery not authorized ('451', "), 1);
    assert_eq!(account.count("Message 1 to RID [2] pending till "), 1);
    let status = &account.status;
    assert_eq!((status["InjRcp"], status["DlvRcp"], status["HrdBncRcp"]), (5, 4, 1));

    // The same content each time, and the bounce for its sender.
    let contents = hop.contents();
    let bodies: Vec<_> = contents.iter().filter(|text| text.contains("\r\n\r\n.dot\r\n")).collect();
    assert_eq!((contents.len(), bodies.len()), (3, 2));
    assert_eq!(bodies[0], bodies[1]);
    let report = contents.iter().find(|text| text.contains("multipart/report")).unwrap();
    assert!(report.contains("Final-Recipient: rfc822; bad@d.example"), "{report}");
}

#[test]
fn a_next_hop_that_is_down_delays_all() {
    if !peers(&["swaks", "smtp-sink"]) {
        return;
    }
    let hop = free_address();
    let mta = Mta::start(hop, &["--retry-seconds", "1"]);
    let options = ["--from", "a@c.example", "--to", "x@d.example,y@d.example"];
    assert!(run(&mut swaks(mta.address, &options)).success());
    mta.wait_for(1, "Connection Error: DCID 1 ");
    let _sink = sink(hop, &[]);
    mta.wait_for(1, "Message finished MID 1 done");
    let (account, stories) = mta.end_with_stories();

    let error = format!(
        "Connection Error: DCID 1 domain: next-hop IP: 127.0.0.1 port: {} details: Connection \
         refused (os error 111) interface: 127.0.0.1 reason: network error",
        hop.port()
    );
    assert_eq!(account.count(&error), 1);
    let delays = account.count("4.4.0 - Other network problem ('000', ['Connection refused");
    assert!(delays >= 2 && delays % 2 == 0, "{delays}");
    assert_eq!(stories.messages[&1].fates(), [2, 2, 0, delays]);
    assert_eq!(account.status["SftBncEvnt"], delays as u64);
}

#[test]
fn what_is_in_the_queue_at_the_end_is_given_up() {
    if !peers(&["smtp-source"]) {
        return;
    }
    let options = ["--retry-seconds", "3600", "--max-messages", "10"];
    let mta = Mta::start(free_address(), &options);
    // A client that is in the middle of a message, and waits.
    let mut client = TcpStream::connect(mta.address).unwrap();
    client.write_all(b"HELO c.example\r\nMAIL FROM:<a@c.example>\r\n").unwrap();
    mta.wait_for(1, " From: <a@c.example>");
    smtp_source(mta.address, "10", "1", "100");
    mta.wait_for(10, " pending till ");
    // The queue has room for ten.
    let late = said(mta.address, "HELO c.example\r\nMAIL FROM:<late@c.example>\r\nQUIT\r\n");
    assert!(late.contains("452 4.3.1"), "{late}");
    let (account, stories) = mta.end_with_stories();

    let mut answers = String::new();
    client.read_to_string(&mut answers).unwrap();
    assert!(answers.ends_with("421 4.3.2 System going down\r\n"), "{answers}");
    assert_eq!(stories.messages.len(), 11);
    assert_eq!(account.count(" System shut down"), 10);
    assert!(stories.messages[&1].texts[2].ends_with(" Receiving aborted"));
    assert_eq!(account.count(" Address: <late@c.example> sender rejected, queue full"), 1);
    assert_eq!(account.count(" disconnected address 127.0.0.1, system going down"), 1);
    assert_eq!((account.status["InjRcp"], account.status["CmpRcp"]), (10, 0));
}

#[test]
fn a_stop_in_the_middle_of_a_load_leaves_no_loose_ends() {
    if !peers(&["smtp-source", "smtp-sink"]) {
        return;
    }
    let hop = free_address();
    let _sink = sink(hop, &[]);
    let mta = Mta::start(hop, &["--grace-seconds", "0"]);
    let mut source = command("smtp-source");
    source.args(["-s", "8", "-m", "100000", "-r", "2", "-f", "a@c.example", "-t", "x@d.example"]);
    let _source = Running::start(source.arg(mta.address.to_string()));
    mta.wait_for_at_least(300, "Message finished MID");
    let (account, stories) = mta.end_with_stories();

    let [mut received, mut recipients, mut delivered] = [0; 3];
    for message in stories.messages.values().filter(|message| message.is_received()) {
        let [to, done, ..] = message.fates();
        received += 1;
        recipients += to as u64;
        delivered += done as u64;
    }
    let status = &account.status;
    assert_eq!((status["InjMsg"], status["InjRcp"]), (received, recipients));
    assert_eq!((status["DlvRcp"], status["CmpRcp"]), (delivered, delivered));
    assert_eq!(account.count("Message finished MID"), stories.messages.len());
}

#[test]
fn clients_forge_no_lines() {
    let hop = NextHop::start(|_, _| "250 fine");
    let mta = Mta::start(hop.address, &[]);
    let forged = "Sun Nov 22 01:00:00 2026 Info: Message finished MID 99 done";
    let long = "x".repeat(10_000);
    let answers = said(
        mta.address,
        &format!(
            "EHLO \u{1b}[2J\u{2028}{forged}\r\n\
             FROB \u{2028}{forged}\r\n\
             MAIL FROM:<\u{7}{forged}@c.example>\r\n\
             MAIL FROM:<a@c.example>\r\n\
             RCPT TO:<\u{85}x@d.example>\r\n\
             RCPT TO:<x@d.example>\r\n\
             DATA\r\n\
             Message-ID: <1>\r{forged}\r\n\
             Subject: \u{0}\u{9f}caf\u{e9}\u{2029}\r\n\t{forged}\r\n {long}\r\n\
             \r\n{forged}\r\n.\r\nQUIT\r\n"
        ),
    );
    assert!(answers.contains("250 2.0.0 Ok: Message 1 accepted"), "{answers}");
    mta.wait_for(1, "Message finished MID 1 done");
    let account = mta.end();

    for line in account.lines("mail_logs") {
        assert!(
            !line.contains(|c: char| c.is_control() || "\u{2028}\u{2029}".contains(c)),
            "{line}"
        );
        assert!(!line.starts_with(forged), "{line}");
    }
    assert_eq!(account.count(" Unknown command: FROB \\342\\200\\250Sun Nov 22"), 1);
    assert_eq!(account.count(" Message-ID '<1>\\rSun Nov 22"), 1);
    let subject =
        " Subject \"\\x00\\xc2\\x9fcaf\u{e9}\\u2029\\r\\n\\tSun Nov 22 01:00:00 2026 Info: ";
    assert_eq!(account.count(subject), 1);
    // The long one is cut, and the engine says so.
    assert_eq!(account.count("xxxxxxxxxx...\""), 1);
    let notice = " Warning: Logging: 1 fields cut to 8192 bytes in lane ";
    let system = account.lines("system_logs");
    assert_eq!(system.iter().filter(|line| line.contains(notice)).count(), 1, "{system:#?}");
}
