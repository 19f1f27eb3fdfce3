//! Lines of our own making, and what they become.

use proptest::prelude::*;
use ringmail::event::{Dcid, Icid, Mid};
use ringmail::format::Zone;
use ringmail::service::postfix::{Counting, Limits, Translator};
use serde_json::Value;

use crate::{Said, reference, translator};

/// The lines, each with a stamp and a host before it.
fn stamped(lines: &str) -> String {
    lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("Nov 21 22:36:00 mx {line}\n"))
        .collect()
}

fn told(lines: &str) -> (Vec<Value>, Translator) {
    let (mut said, mut translator) = (Said::default(), translator());
    for line in stamped(lines).lines() {
        translator.line(line.as_bytes(), &mut said);
    }
    (said.json().collect(), translator)
}

/// What the lines become: names of events, with the members that are asked for.
fn story(lines: &str, members: &[&str]) -> Vec<String> {
    let (events, translator) = told(lines);
    assert_eq!(translator.unknown().next(), None, "{:?}", translator.counts());
    let story = events.iter().map(|event| {
        let mut said = event["event"].as_str().unwrap().to_owned();
        for member in members {
            if let Some(value) = event.get(*member) {
                said += &format!(" {member}={value}");
            }
        }
        said
    });
    story.collect()
}

#[test]
fn a_relayed_message() {
    let story = story(
        "postfix/submission/smtpd[7]: connect from a.example[2001:db8::1]
         postfix/submission/smtpd[7]: Anonymous TLS connection established from a.example[2001:db8::1]: TLSv1.3 with cipher AES256 (256/256 bits)
         postfix/submission/smtpd[7]: 4F1B29C0043: client=a.example[2001:db8::1], sasl_method=PLAIN, sasl_username=ann
         postfix/cleanup[8]: 4F1B29C0043: message-id=<1@a>
         postfix/qmgr[9]: 4F1B29C0043: from=<ann@a.example>, size=1234, nrcpt=2 (queue active)
         postfix/submission/smtpd[7]: disconnect from a.example[2001:db8::1] ehlo=2 mail=1 rcpt=2 data=1 quit=1 commands=7
         postfix/smtp[10]: Verified TLS connection established to mx.b.example[192.0.2.9]:25: TLSv1.2 with cipher X (1/1 bits)
         postfix/smtp[10]: 4F1B29C0043: to=<bob@b.example>, orig_to=<all@a.example>, relay=mx.b.example[192.0.2.9]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued)
         postfix/smtp[10]: 4F1B29C0043: to=<eve@b.example>, relay=mx.b.example[192.0.2.9]:25, delay=1, delays=0/0/1/0, dsn=5.1.1, status=bounced (host mx.b.example[192.0.2.9] said: 550 5.1.1 no such user (in reply to RCPT TO command))
         postfix/cleanup[8]: 5F1B29C0044: message-id=<2@mx>
         postfix/bounce[11]: 4F1B29C0043: sender non-delivery notification: 5F1B29C0044
         postfix/qmgr[9]: 4F1B29C0043: removed",
        &["icid", "dcid", "mid", "rid", "parent", "user", "protocol", "ip", "port", "verified",
          "from", "to", "bytes", "code", "reason", "response", "cause", "attempts"],
    );
    assert_eq!(
        story,
        [
            r#"NewIcid icid=1 ip="2001:db8::1" verified=true"#,
            r#"IcidTls icid=1 protocol="TLSv1.3""#,
            r#"SmtpAuth icid=1 user="ann""#,
            "StartMid icid=1 mid=1",
            "MessageId mid=1",
            r#"Sender icid=1 mid=1 from="ann@a.example""#,
            r#"Ready mid=1 from="ann@a.example" bytes=1234"#,
            "Queued mid=1",
            "IcidClose icid=1",
            r#"NewDcid dcid=1 ip="192.0.2.9" port=25"#,
            r#"DcidTls dcid=1 protocol="TLSv1.2""#,
            r#"Recipient icid=1 mid=1 rid=0 to="bob@b.example""#,
            "AliasMatch mid=1 rid=0",
            "DeliveryStart dcid=1 mid=1",
            r#"Done dcid=1 mid=1 ip="192.0.2.9" from="ann@a.example" to=["bob@b.example"] bytes=1234 code=250 attempts=1"#,
            "Response mid=1 code=250",
            r#"Recipient icid=1 mid=1 rid=1 to="eve@b.example""#,
            "DeliveryStart dcid=1 mid=1",
            r#"Bounced dcid=1 mid=1 rid=1 ip="192.0.2.9" from="ann@a.example" to="eve@b.example" bytes=1234 code=550 reason="5.1.1 - Bad destination mailbox address" response=["5.1.1 no such user"] cause="5xx" attempts=1"#,
            "StartMid icid=0 mid=2",
            "MessageId mid=2",
            "GeneratedForBounce mid=2 parent=1",
            "Finished mid=1",
        ]
    );
}

#[test]
fn deferred_and_expired() {
    let story = story(
        "postfix/pickup[1]: 3ZbgVl3nqkz9rWjL: uid=1000 from=<ann>
         postfix/cleanup[2]: 3ZbgVl3nqkz9rWjL: message-id=<1@a>
         postfix/qmgr[9]: 3ZbgVl3nqkz9rWjL: from=<ann@a>, size=9, nrcpt=1 (queue active)
         postfix/smtp[3]: connect to mx.b[192.0.2.9]:25: Connection refused
         postfix/smtp[3]: 3ZbgVl3nqkz9rWjL: to=<b@b>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to mx.b[192.0.2.9]:25: Connection refused)
         postfix/qmgr[9]: 3ZbgVl3nqkz9rWjL: from=<ann@a>, size=9, nrcpt=1 (queue active)
         postfix/error[4]: 3ZbgVl3nqkz9rWjL: to=<b@b>, relay=none, delay=9, delays=9/0/0/0, dsn=4.3.0, status=deferred (delivery temporarily suspended: host mx.b[192.0.2.9] refused to talk to me: 421 4.3.0 busy)
         postfix/bounce[5]: 3ZbgVl3nqkz9rWjL: sender delay notification: 3ZbgVl3nqkz9rWjM
         postfix/qmgr[9]: 3ZbgVl3nqkz9rWjL: from=<ann@a>, status=expired, returned to sender
         postfix/qmgr[9]: 3ZbgVl3nqkz9rWjL: removed",
        &["mid", "parent", "component", "code", "reason", "cause", "attempts", "details"],
    );
    assert_eq!(
        story,
        [
            "StartMid mid=1",
            "MessageId mid=1",
            "Sender mid=1",
            "Ready mid=1",
            "Queued mid=1",
            r#"ConnectionError details="Connection refused""#,
            "Recipient mid=1",
            "DeliveryStart mid=1",
            r#"Delayed mid=1 code=0 reason="4.4.1 - No answer from host" cause="other" attempts=1"#,
            "DeliveryStart mid=1",
            r#"Delayed mid=1 code=421 reason="4.3.0 - Other mail system problem" cause="other" attempts=2"#,
            "StartMid mid=2",
            r#"Generated mid=2 parent=1 component="sender delay""#,
            r#"Bounced mid=1 code=0 reason="4.4.7 - Delivery expired (message too old)" cause="expired" attempts=2"#,
            "Finished mid=1",
        ]
    );
}

#[test]
fn what_is_refused() {
    let story = story(
        r#"postfix/smtpd[7]: connect from unknown[192.0.2.1]
         postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 450 4.7.1 <"a; from=<x>"@b>: Recipient address rejected: greylisted; from=<s@a> to=<"a; from=<x>"@b> proto=ESMTP helo=<h>
         postfix/smtpd[7]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 <s@a>: Sender address rejected: no; from=<s@a> to=<b@b> proto=ESMTP helo=<h>
         postfix/smtpd[7]: NOQUEUE: reject: EHLO from unknown[192.0.2.1]: 504 5.5.2 <h>: Helo command rejected: need name; proto=SMTP helo=<h>
         postfix/smtpd[7]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: x, sasl_username=bob
         postfix/smtpd[7]: improper command pipelining after HELO from unknown[192.0.2.1]: MAIL
         postfix/smtpd[7]: too many errors after AUTH from unknown[192.0.2.1]
         postfix/smtpd[7]: 4F1B29C0043: client=unknown[192.0.2.1]
         postfix/cleanup[8]: 4F1B29C0043: message-id=<>
         postfix/cleanup[8]: 4F1B29C0043: warning: header Subject: Hi; from here from unknown[192.0.2.1]; from=<s@a> to=<b@b> proto=ESMTP helo=<h>
         postfix/cleanup[8]: 4F1B29C0043: reject: header X-Spam: yes from unknown[192.0.2.1]; from=<s@a> to=<b@b> proto=ESMTP helo=<h>: 5.7.1 no spam
         postfix/smtpd[7]: 5F1B29C0043: client=unknown[192.0.2.1]
         postfix/cleanup[8]: 5F1B29C0043: milter-reject: END-OF-MESSAGE from unknown[192.0.2.1]: 5.7.1 virus; from=<s@a> to=<b@b> proto=ESMTP helo=<h>
         postfix/smtpd[7]: 6F1B29C0043: client=unknown[192.0.2.1]
         postfix/smtpd[7]: lost connection after DATA (0 bytes) from unknown[192.0.2.1]
         postfix/smtpd[7]: disconnect from unknown[192.0.2.1]
         postfix/postscreen[5]: NOQUEUE: reject: RCPT from [192.0.2.2]:5: 550 5.7.1 Service unavailable; from=<s@a>, to=<b@b>, proto=ESMTP, helo=<h>"#,
        &[
            "icid", "mid", "by", "address", "to", "reason", "error", "user", "command", "subject",
            "filter", "engine", "what",
        ],
    );
    assert_eq!(
        story,
        [
            "NewIcid icid=1",
            r#"RecipientRejected icid=1 by="450 4.7.1 Recipient address rejected: greylisted" to="\"a; from=<x>\"@b""#,
            r#"SenderRejected icid=1 address="s@a" reason="554 5.7.1 Sender address rejected: no""#,
            r#"ReceivingFailed icid=1 error="EHLO: 504 5.5.2 Helo command rejected: need name""#,
            r#"SmtpAuthFailed icid=1 user="bob""#,
            r#"BadSyntax icid=1 command="MAIL""#,
            r#"Disconnected icid=1 reason="too many errors after AUTH""#,
            "StartMid icid=1 mid=1",
            "MessageId mid=1",
            r#"Subject mid=1 subject="Hi; from here""#,
            r#"ReceivingFailed icid=1 error="5.7.1 no spam""#,
            r#"DroppedByFilter mid=1 filter="header_checks""#,
            "FinishedAborted mid=1",
            "StartMid icid=1 mid=2",
            r#"ReceivingFailed icid=1 error="5.7.1 virus""#,
            r#"Dropped mid=2 engine="milter""#,
            "FinishedAborted mid=2",
            "StartMid icid=1 mid=3",
            "IcidLost icid=1",
            r#"Aborted mid=3 what="Receiving aborted by sender""#,
            "FinishedAborted mid=3",
            "IcidClose icid=1",
            "NewIcid icid=2",
            r#"RecipientRejected icid=2 by="550 5.7.1 Service unavailable" to="b@b""#,
            "IcidClose icid=2",
        ]
    );
}

#[test]
fn local_deliveries_holds_and_operators() {
    let story = story(
        "postfix/pickup[1]: 4F1B29C0043: uid=0 from=<root>
         postfix/cleanup[2]: 4F1B29C0043: hold: header Subject: x from local; from=<root@mx>: look at it
         postfix/postsuper[3]: 4F1B29C0043: released from hold
         postfix/postsuper[3]: Released from hold: 1 message
         postfix/qmgr[9]: 4F1B29C0043: from=<root@mx>, size=9, nrcpt=1 (queue active)
         postfix/local[4]: 4F1B29C0043: to=<a@mx>, relay=local, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (forwarded as 5F1B29C0044)
         postfix/qmgr[9]: 4F1B29C0043: removed
         postfix/lmtp[4]: 5F1B29C0044: to=<a@b>, relay=mx[private/lmtp], delay=1, delays=0/0/1/0, dsn=5.2.2, status=bounced (host mx[private/lmtp] said: 552 5.2.2 full (in reply to end of DATA command))
         postfix/postsuper[3]: 5F1B29C0044: removed
         postfix/cleanup[2]: 6F1B29C0044: message-id=<3@a>
         postfix/cleanup[2]: warning: 6F1B29C0044: message rejected: hopcount exceeded",
        &["dcid", "mid", "reason", "quarantine", "code", "component", "what"],
    );
    assert_eq!(
        story,
        [
            "StartMid mid=1",
            r#"Quarantined mid=1 reason="look at it" quarantine="hold""#,
            r#"Released mid=1 reason="postsuper" quarantine="hold""#,
            "Sender mid=1",
            "Ready mid=1",
            "Queued mid=1",
            "Recipient mid=1",
            "DeliveryStart dcid=0 mid=1",
            "Done dcid=0 mid=1 code=0",
            "Response mid=1 code=0",
            "StartMid mid=2",
            r#"Generated mid=2 component="forward""#,
            "Finished mid=1",
            "Recipient mid=2",
            "DeliveryStart dcid=0 mid=2",
            r#"Bounced dcid=0 mid=2 reason="5.2.2 - Mailbox full" code=552"#,
            r#"Aborted mid=2 what="Deleted by an operator""#,
            "FinishedAborted mid=2",
            "StartMid mid=3",
            "MessageId mid=3",
            r#"Aborted mid=3 what="message rejected: hopcount exceeded""#,
            "FinishedAborted mid=3",
        ]
    );
}

#[test]
fn a_message_without_data_is_aborted_and_a_queued_one_is_not() {
    let story = story(
        "postfix/smtpd[7]: connect from a[192.0.2.1]
         postfix/smtpd[7]: 4F1B29C0043: client=a[192.0.2.1]
         postfix/smtpd[7]: disconnect from a[192.0.2.1] ehlo=1 mail=1 rcpt=1 data=0/1 quit=1 commands=4/5
         postfix/smtpd[7]: connect from a[192.0.2.1]
         postfix/smtpd[7]: 5F1B29C0043: client=a[192.0.2.1]
         postfix/smtpd[7]: disconnect from a[192.0.2.1] ehlo=1 mail=1 rcpt=1 bdat=1 quit=1 commands=5
         postfix/smtpd[7]: connect from a[192.0.2.1]
         postfix/smtp[6]: Trusted TLS connection established to b[192.0.2.2]:25: TLSv1.3 with cipher X (1/1 bits)
         postfix/smtpd[7]: fatal: out of memory
         postfix/smtpd[8]: connect from a[192.0.2.1]
         postfix/master[1]: daemon started -- version 3.9, configuration /etc/postfix",
        &["icid", "mid"],
    );
    let expected = "NewIcid icid=1, StartMid icid=1 mid=1, IcidClose icid=1, Aborted mid=1, \
        FinishedAborted mid=1, NewIcid icid=2, StartMid icid=2 mid=2, IcidClose icid=2, \
        NewIcid icid=3, NewDcid, DcidTls, AlertMailError, IcidLost icid=3, IcidClose icid=3, \
        NewIcid icid=4, IcidLost icid=4, IcidClose icid=4, DcidClose, ComingUp";
    assert_eq!(story.join(", "), expected);
}

/// A short queue id comes again although its message was not removed.
#[test]
fn an_id_that_comes_again_is_another_message() {
    let (events, translator) = told(
        "postfix/smtpd[7]: 4F1B29C0043: client=a[192.0.2.1]
         postfix/smtpd[7]: 4F1B29C0043: client=a[192.0.2.1]
         postfix/qmgr[9]: 4F1B29C0043: from=<>, size=1, nrcpt=1 (queue active)
         postfix/smtpd[7]: 4F1B29C0043: client=a[192.0.2.1]
         postfix/smtpd[7]: NOQUEUE: client=a[192.0.2.1]
         postfix/qmgr[9]: 5F1B29C0043: removed",
    );
    let counts = translator.counts();
    assert_eq!((counts.messages_given_up, counts.silent, counts.unmatched), (1, 1, 1));
    let aborted: Vec<_> = events.iter().filter(|event| event["event"] == "Aborted").collect();
    assert_eq!((aborted.len(), aborted[0]["mid"].as_u64()), (1, Some(1)));
    assert_eq!((translator.ids().mid, translator.ids().icid), (Mid(3), Icid(1)));
}

#[test]
fn connections_are_used_again_and_end_when_idle() {
    let mut said = Said::default();
    let mut translator = translator();
    for (second, line) in [
        (
            "00",
            "smtp[3]: 4F1B29C0041: to=<a@b>, relay=b[192.0.2.2]:25, delay=1, dsn=2.0.0, status=sent (250 ok)",
        ),
        (
            "01",
            "smtp[3]: 4F1B29C0042: to=<a@b>, relay=b[192.0.2.2]:25, conn_use=2, delay=1, dsn=2.0.0, status=sent (250 ok)",
        ),
        (
            "02",
            "smtp[3]: 4F1B29C0043: to=<a@b>, relay=b[192.0.2.2]:25, delay=1, dsn=2.0.0, status=sent (250 ok)",
        ),
        ("20", "anvil[4]: statistics: x"),
    ] {
        translator
            .line(format!("2026-11-21T22:36:{second}Z mx postfix/{line}").as_bytes(), &mut said);
    }
    let dcids = |name: &str| -> Vec<u64> {
        let named = said.json().filter(|event| event["event"] == name);
        named.map(|event| event["dcid"].as_u64().unwrap()).collect()
    };
    assert_eq!(
        (dcids("NewDcid"), dcids("Done"), dcids("DcidClose")),
        (vec![1, 2], vec![1, 1, 2], vec![1, 2])
    );
}

#[test]
fn hosts_are_told_apart() {
    let (mut said, mut translator) = (Said::default(), translator());
    for host in ["mx1", "mx2", "mx1"] {
        let line = format!(
            "<22>Nov 21 22:36:00 {host} postfix-out/qmgr[1]: 4F1B29C0041: from=<>, size=1, nrcpt=1 (queue active)"
        );
        translator.line(line.as_bytes(), &mut said);
    }
    assert_eq!(translator.open().0, 2);
    for line in [
        "",
        "x",
        "Nov 21 22:36:00 mx1 sshd[1]: hi",
        "Nov 21 22:36:00 mx1 postfix/smtpd[1]: never seen 12",
    ] {
        translator.line(line.as_bytes(), &mut said);
    }
    let counts = translator.counts();
    assert_eq!((counts.empty, counts.malformed, counts.foreign, counts.unknown), (1, 1, 1, 1));
    assert!(translator.unknown().eq([("smtpd: never seen N", 1)]));
}

#[test]
fn what_is_kept_is_bounded() {
    let limits =
        Limits { messages: 10, connections: 5, bytes: 10_000, shapes: 3, ..Limits::default() };
    let mut translator =
        Translator::with_limits(Counting::default(), &Zone::utc(), reference(), limits);
    let mut said = Said::default();
    for number in 0..2000 {
        for text in [
            format!("smtpd[{number}]: connect from a[192.0.2.1]"),
            format!(
                "qmgr[1]: 4F1B2{number:05}: from=<{}>, size=1, nrcpt=1",
                "x".repeat(number % 9000)
            ),
            format!(
                "smtp[{number}]: 4F1B2{number:05}: to=<a{number}@b>, relay=b[192.0.2.2]:25, status=sent (250 ok)"
            ),
            format!(
                "smtp[{number}]: 4F1B200000: to=<a{number}@b>, relay=none, status=deferred (no)"
            ),
            format!("smtpd[1]: {} new", "y".repeat(number)),
        ] {
            translator.line(stamped(&format!("postfix/{text}")).as_bytes(), &mut said);
            let (messages, sessions, deliveries) = translator.open();
            assert!(messages <= 11 && sessions <= 6 && deliveries <= 6);
        }
    }
    assert!(translator.save().len() < 40_000, "{}", translator.save().len());
    let counts = translator.counts();
    assert!(counts.messages_given_up > 1900 && counts.connections_given_up > 3000, "{counts:?}");
    assert_eq!(translator.unknown().count(), 3);
    assert_eq!(translator.unknown_others() + 3, counts.unknown);
}

#[test]
fn what_is_old_is_given_up() {
    let (mut said, mut translator) = (Said::default(), translator());
    let mut line = |day: u32, text: &str| {
        let line = format!("2026-11-{day:02}T00:00:00Z mx postfix/{text}");
        translator.line(line.as_bytes(), &mut said);
    };
    line(1, "smtpd[7]: connect from a[192.0.2.1]");
    line(1, "smtpd[7]: 4F1B29C0041: client=a[192.0.2.1]");
    line(1, "qmgr[9]: 4F1B29C0042: from=<>, size=1, nrcpt=1 (queue active)");
    line(3, "anvil[1]: statistics: x");
    line(12, "anvil[1]: statistics: x");
    let names: Vec<String> = said.json().map(|event| event["event"].to_string()).collect();
    assert_eq!(names[names.len() - 2..], [r#""Aborted""#, r#""FinishedAborted""#]);
    let counts = translator.counts();
    assert_eq!((counts.messages_given_up, counts.connections_given_up), (1, 1));
    assert_eq!(translator.open(), (0, 0, 0));
}

#[test]
fn ids_go_on_behind_those_of_the_caller() {
    let last = Counting { mid: Mid(40), icid: Icid(50), dcid: Dcid(60) };
    let mut translator = Translator::new(last, &Zone::utc(), reference());
    let mut said = Said::default();
    for line in stamped("postfix/smtpd[7]: connect from a[192.0.2.1]\npostfix/smtpd[7]: 4F1B29C0041: client=a[192.0.2.1]").lines() {
        translator.line(line.as_bytes(), &mut said);
    }
    assert_eq!(*translator.ids(), Counting { mid: Mid(41), icid: Icid(51), dcid: Dcid(60) });
}

#[test]
fn a_state_that_is_none_is_refused() {
    let (_, translator) =
        told("postfix/qmgr[9]: 4F1B29C0042: from=<x@y>, size=1, nrcpt=1 (queue active)");
    let state = translator.save();
    let restore = |state: &str| {
        Translator::restore(Counting::default(), &Zone::utc(), Limits::default(), state)
    };
    assert_eq!(restore(&state).unwrap().save(), state);
    let damaged = [
        (r#""version":1"#, r#""version":2"#),
        (r#""id":"4F1B29C0042""#, r#""id":"warning""#),
        (r#""mid":1"#, r#""mid":-1"#),
        (r#""recipients":[]"#, r#""recipients":[["a"]]"#),
        (r#""from":"x@y""#, r#""from":{"b64":"!"}"#),
    ];
    for (good, bad) in damaged {
        assert!(state.contains(good), "{state}");
        assert!(restore(&state.replace(good, bad)).unwrap_err().is_input(), "{bad}");
    }
    for text in ["", "[]", "{}", "{\"version\":1}", state.get(..state.len() / 2).unwrap()] {
        assert!(restore(text).unwrap_err().is_input(), "{text}");
    }
}

/// Pieces of which lines are made, so that what is random gets deep.
const PIECES: [&str; 44] = [
    "Nov 21 22:36:00 mx ",
    "2026-11-21T22:36:00.5+01:00 mx ",
    "<22>Nov  1 22:36:00 mx ",
    "postfix/smtpd[7]: ",
    "postfix/qmgr[7]: ",
    "postfix/smtp[7]: ",
    "postfix/cleanup[7]: ",
    "postfix/bounce[7]: ",
    "postfix/pickup[7]: ",
    "postfix/postsuper[7]: ",
    "4F1B29C0043: ",
    "5F1B29C0043: ",
    "NOQUEUE: ",
    "client=",
    "a[192.0.2.1]",
    "a[::1]:25",
    "connect from ",
    "disconnect from ",
    "lost connection after DATA from ",
    "message-id=",
    "from=<",
    "to=<",
    "a@b",
    ">",
    ", ",
    "\"",
    "\\",
    "relay=",
    "dsn=5.1.1",
    "status=sent ",
    "status=deferred ",
    "(250 ok)",
    "(host a[::1] said: 550 no (in reply to x))",
    "size=99",
    "removed",
    "reject: RCPT from ",
    "milter-reject: END-OF-MESSAGE from ",
    "header Subject: x",
    " data=0 commands=1",
    "status=expired",
    "sender non-delivery notification: 5F1B29C0043",
    "warning: ",
    "; from=<",
    "\u{e4}\u{1}",
];

proptest! {
    #[test]
    fn no_line_panics(lines in proptest::collection::vec(
        proptest::collection::vec(prop_oneof![
            8 => (0..PIECES.len()).prop_map(|at| PIECES[at].as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..20),
        ], 0..14),
        0..40,
    ), begin in any::<bool>()) {
        let (mut said, mut translator) = (Said::default(), translator());
        for line in &lines {
            let mut line = line.concat();
            if begin {
                line.splice(..0, *b"Nov 21 22:36:00 mx postfix/");
            }
            translator.line(&line, &mut said);
        }
        let state = translator.save();
        let restored = Translator::restore(Counting::default(), &Zone::utc(), Limits::default(), &state);
        prop_assert_eq!(restored.unwrap().save(), state);
        // Each event is one that can be read.
        prop_assert_eq!(said.json().count() as u64, translator.counts().events);
    }
}
