//! The consolidated event log: one line a message, with what all its events told.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test says what it skips, and fails by a panic"
)]

mod common;

use std::time::Duration;

use ringmail::event::{
    Action, AntivirusNegative, Attachment, Bounced, Dcid, DcidTls, DeliveryStart, Done, Dropped,
    Finished, Icid, MessageField, MessageHeaders, MessageId, Mid, NewDcid, NewIcid, Pairs,
    PolicyMatch, Ready, Recipient, Rid, Sender, SenderGroup, Spf, Split, StartMid, Subject,
    Verdict,
};
use ringmail::{
    CefField, Dialect, Engine, EngineGuard, Identity, Level, LogType, ManualClock, Memory,
    Producer, Subscription, Timestamp,
};

/// An engine with one consolidated event log and a system log.
struct Log {
    lines: Memory,
    system: Memory,
    engine: Engine,
    guard: Option<EngineGuard>,
    worker: Producer,
    clock: ManualClock,
}

impl Log {
    fn new(dialect: Dialect, configure: impl FnOnce(Subscription) -> Subscription) -> Self {
        let (lines, system) = (Memory::new(), Memory::new());
        let siem = Subscription::new("siem", LogType::ConsolidatedEvent)
            .cef_fields(CefField::ALL.iter().copied())
            .sink(lines.clone());
        let clock = ManualClock::at(Timestamp::from_seconds(1_656_576_269));
        let identity = Identity::default()
            .vendor("Cisco")
            .product("C100V Email Security Virtual Appliance")
            .version("14.0.0-657")
            .serial("42127C7DDEE76852677B-F80CE8074CD3");
        let (engine, guard) = Engine::builder()
            .dialect(dialect)
            .identity(identity)
            .time_zone("UTC")
            .clock(clock.clone())
            .cef_headers(["from", "Reply-To"])
            .subscribe(configure(siem))
            .subscribe(Subscription::new("system_logs", LogType::System).sink(system.clone()))
            .start()
            .unwrap();
        let worker = engine.producer().unwrap();
        Self { lines, system, engine, guard: Some(guard), worker, clock }
    }

    fn account(&self) -> ringmail::SubscriptionAccount {
        let ledger = self.engine.ledger();
        ledger.check().unwrap();
        ledger.subscriptions.into_iter().find(|account| account.name == "siem").unwrap()
    }

    fn start(&mut self, mid: u64) {
        self.worker.emit(&StartMid { mid: Mid(mid), icid: Icid(134), ..StartMid::EMPTY });
    }
}

/// What a message that goes into a quarantine tells on its way.
fn tell(log: &mut Log) {
    let (mid, icid) = (Mid(1053), Icid(134));
    let worker = &mut log.worker;
    worker.emit(&NewIcid {
        icid,
        interface: "Data 1".into(),
        interface_ip: [10, 10, 193, 13].into(),
        ip: [10, 11, 1, 2].into(),
        listener: "Incomingmail".into(),
        ..NewIcid::EMPTY
    });
    worker.emit(&SenderGroup {
        icid,
        action: Action::Accept,
        group: "UNKNOWNLIST".into(),
        condition: "ALL".into(),
        sbrs: Some("None".into()),
        ..SenderGroup::EMPTY
    });
    worker.emit(&StartMid { mid, icid, ..StartMid::EMPTY });
    worker.emit(&Sender { mid, icid, from: "test@esa.com".into() });
    worker.emit(&Recipient { mid, icid, rid: Rid(0), to: "9076@testing.com".into() });
    worker.emit(&Recipient { mid, icid, rid: Rid(1), to: "b@testing.com".into() });
    worker.emit(&Spf {
        mid,
        scope: "mailfrom".into(),
        address: "test@esa.com".into(),
        verdict: "None".into(),
        ..Spf::EMPTY
    });
    worker.emit(&MessageId { mid, message_id: "<1@mail1.example.com>".into() });
    worker.emit(&Subject { mid, subject: "it's = a | test".into() });
    worker.emit(&Ready { mid, bytes: 11_873, from: "test@esa.com".into() });
    let headers = [
        ("Reply-To".into(), "test@esa.com ".into()),
        ("From".into(), "Any <any@esa.com>".into()),
        ("X-Other".into(), "no".into()),
    ];
    worker.emit(&MessageHeaders { mid, headers: Pairs::new(&headers) });
    worker.emit(&PolicyMatch { mid, policy: "DEFAULT".into(), table: Some("inbound".into()) });
    worker.emit(&Verdict { mid, engine: "CASE".into(), verdict: "spam negative".into() });
    worker.emit(&AntivirusNegative { mid });
    worker.emit(&Attachment { mid, name: "test.txt".into() });
    worker.emit(&MessageField {
        mid,
        field: "ESASDRDomainAge".into(),
        value: "27 years 2 months 15 days".into(),
    });
    log.engine.flush();
    log.clock.advance(Duration::from_secs(21));
}

#[test]
fn a_finished_message_has_one_line() {
    let mut log = Log::new(Dialect::Manual, |siem| siem);
    tell(&mut log);
    let mid = Mid(1053);
    log.engine.flush();
    assert_eq!(log.lines.text(), "", "nothing before it is finished");
    log.worker.emit(&Dropped { mid, engine: "AMP".into() });
    log.worker.emit(&Finished { mid });
    log.engine.flush();
    assert_eq!(
        log.lines.text(),
        "Thu Jun 30 08:04:50 2022: CEF:0|Cisco|C100V Email Security Virtual Appliance|14.0.0-657|\
         ESA_CONSOLIDATED_LOG_EVENT|Consolidated Log Event|5|\
         deviceExternalId=42127C7DDEE76852677B-F80CE8074CD3 \
         ESALogHeaders={'reply-to': ['test@esa.com '], 'from': ['Any <any@esa.com>']} \
         ESAMID=1053 ESAICID=134 ESAAMPVerdict=NOT_EVALUATED ESAASVerdict=NEGATIVE \
         ESAAVVerdict=NEGATIVE ESACFVerdict=NOT_EVALUATED end=Thu Jun 30 08:04:50 2022 \
         ESADLPVerdict=NOT_EVALUATED dvc=10.10.193.13 \
         ESAAttachmentDetails={'test.txt': {'BodyScanner': {}}} \
         ESAFriendlyFrom=any@esa.com ESAGMVerdict=NOT_EVALUATED start=Thu Jun 30 08:04:29 2022 \
         deviceInboundInterface=Incomingmail deviceDirection=0 ESAMailFlowPolicy=ACCEPT \
         suser=test@esa.com cs1Label=MailPolicy cs1=DEFAULT ESAMFVerdict=NOT_EVALUATED \
         act=DROPPED ESAFinalActionDetails=By AMP cs4Label=ExternalMsgID \
         cs4='<1@mail1.example.com>' ESAMsgSize=11873 ESAOFVerdict=NOT_EVALUATED \
         duser=9076@testing.com;b@testing.com ESAHeloIP=10.11.1.2 ESAReplyTo=test@esa.com \
         cfp1Label=SBRSScore cfp1=None ESASDRDomainAge=27 years 2 months 15 days \
         ESASPFVerdict={'mailfrom': {'result': 'None', 'sender': 'test@esa.com'}} shost=unknown \
         ESASenderGroup=UNKNOWNLIST src=10.11.1.2 msg=\"it's \\= a | test\"\n"
    );
    let account = log.account();
    assert_eq!((account.written, account.absorbed, account.lines()), (1, 17, 1));
}

#[test]
fn a_delivered_message_knows_the_connection_that_it_went_out_on() {
    let mut log = Log::new(Dialect::V15_0, |siem| siem);
    let (mid, dcid) = (Mid(7), Dcid(8));
    log.start(7);
    log.worker.emit(&NewDcid { dcid, ..NewDcid::EMPTY });
    log.worker.emit(&DcidTls {
        dcid,
        protocol: "TLSv1.2".into(),
        cipher: "ECDHE-RSA-AES128-GCM-SHA256".into(),
        ..DcidTls::EMPTY
    });
    log.worker.emit(&DeliveryStart { dcid, mid, ..DeliveryStart::EMPTY });
    log.worker.emit(&Bounced { mid, dcid, reason: "5.1.0 - x".into(), ..Bounced::EMPTY });
    log.worker.emit(&Done { mid, dcid, ..Done::EMPTY });
    log.worker.emit(&Finished { mid });
    log.engine.flush();
    let line = log.lines.text();
    for part in [
        "2022 CEF:0|",
        " ESAMID=7 ESAICID=134 ESADCID=8 ",
        " act=DELIVERED ",
        " ESATLSOutCipher=ECDHE-RSA-AES128-GCM-SHA256 ESATLSOutConnStatus=Success \
         ESATLSOutProtocol=TLSv1.2",
        " end=Thu Jun 30 08:04:29 2022",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[test]
fn a_message_that_was_split_off_has_what_its_parent_had() {
    let mut log = Log::new(Dialect::V15_0, |siem| siem);
    tell(&mut log);
    let (mid, child) = (Mid(1053), Mid(1054));
    // As gateways write it: lines of the child may come first.
    log.worker.emit(&Recipient {
        mid: child,
        icid: Icid(0),
        rid: Rid(0),
        to: "c@testing.com".into(),
    });
    log.worker.emit(&Split { mid, child, policy: "Other".into() });
    log.worker.emit(&Finished { mid: child });
    log.engine.flush();
    let line = log.lines.text();
    for part in ["ESAMID=1054", "suser=test@esa.com", "duser=c@testing.com", "cs1=Other", "msg="] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[test]
fn only_chosen_fields_are_written() {
    let mut log = Log::new(Dialect::V15_0, |siem| siem.cef_fields([CefField::MailFrom]));
    tell(&mut log);
    log.worker.emit(&Finished { mid: Mid(1053) });
    log.engine.flush();
    let line = log.lines.text();
    let extension = line.rsplit('|').next().unwrap();
    assert_eq!(
        extension,
        "deviceExternalId=42127C7DDEE76852677B-F80CE8074CD3 ESAMID=1053 ESAICID=134 \
         suser=test@esa.com\n"
    );
}

#[test]
fn what_is_given_up_is_counted_and_told() {
    let mut log = Log::new(Dialect::V15_0, |siem| siem.unfinished(10, Duration::from_secs(3600)));
    for mid in 1..=15 {
        log.start(mid);
    }
    log.engine.flush();
    assert_eq!(log.account().given_up, 5);
    assert!(log.system.text().contains("siem gave up 5 messages, reason too many unfinished"));
    log.clock.advance(Duration::from_secs(4000));
    log.start(16);
    log.engine.flush();
    assert_eq!(log.account().given_up, 15);
    assert!(log.system.text().contains("gave up 9 messages, reason unfinished for too long"));
    // What was given up is finished nevertheless: with what is still known.
    log.worker.emit(&Finished { mid: Mid(3) });
    drop(log.guard.take());
    assert!(log.lines.text().contains("ESAMID=3 "), "{}", log.lines.text());
    assert_eq!(log.account().given_up, 16);
    assert!(log.system.text().contains("gave up 1 messages, reason unfinished when the engine"));
}

#[test]
fn what_tells_of_long_ago_is_not_too_old() {
    let mut log = Log::new(Dialect::V15_0, |siem| siem);
    let then = Some(Timestamp::from_seconds(1_600_000_000));
    let start = StartMid { mid: Mid(8), icid: Icid(134), ..StartMid::EMPTY };
    log.worker.emit_with(&start, Level::Info, then);
    log.engine.flush();
    log.clock.advance(Duration::from_secs(60));
    log.engine.flush();
    log.worker.emit_with(&Finished { mid: Mid(8) }, Level::Info, then);
    drop(log.guard.take());
    assert!(log.lines.text().contains("ESAICID=134"), "{}", log.lines.text());
    assert_eq!(log.account().given_up, 0);
}

#[test]
fn twenty_five_headers_are_the_most() {
    let names = (0..26).map(|number| format!("x-{number}"));
    let siem = Subscription::new("siem", LogType::ConsolidatedEvent).sink(Memory::new());
    let error = Engine::builder().cef_headers(names).subscribe(siem).start().unwrap_err();
    assert!(error.is_config() && error.to_string().contains("at most 25"), "{error}");
}

/// The orders of keys that real gateways were seen to write are ours, but for those that were
/// edited by hand or are of a build in between.
#[test]
fn fields_stand_in_the_order_that_gateways_write() {
    let Some(spec) = common::folder("RINGMAIL_SPEC") else { return };
    let text = std::fs::read_to_string(spec.join("cef_field_orders.tsv")).unwrap();
    let (mut agree, mut differ) = (0, Vec::new());
    for row in text.lines().filter(|row| !row.starts_with('#')) {
        let columns: Vec<_> = row.split('\t').collect();
        let [sample, version, _, keys] = columns[..] else { panic!("{row}") };
        let dialect = match version.split_once('.').unwrap().0 {
            "13" => Dialect::V13_0,
            "14" if version >= "14.3.0-032" => Dialect::V14_3,
            "14" => Dialect::V14_0,
            "15" => Dialect::V15_0,
            _ => Dialect::V16_0,
        };
        let order = CefField::order(dialect);
        let ranks: Vec<_> = keys
            .split(' ')
            .filter(|key| !key.ends_with("Label"))
            .filter_map(CefField::parse)
            .map(|field| order.iter().position(|known| *known == field).unwrap())
            .collect();
        if ranks.is_sorted() {
            agree += 1;
        } else {
            differ.push(format!("{version} {sample}"));
        }
    }
    println!("{agree} agree; differ: {differ:#?}");
    assert!(agree >= 22 && agree + differ.len() == 28, "{agree} agree; differ: {differ:#?}");
}

/// `pycef`, by which others read CEF, finds the values that were told.
#[test]
fn pycef_reads_the_lines() {
    if !common::peer::has_python_module("pycef") {
        return;
    }
    for dialect in Dialect::ALL {
        let mut log = Log::new(dialect, |siem| siem);
        tell(&mut log);
        log.worker.emit(&Finished { mid: Mid(1053) });
        log.engine.flush();
        let program = "import sys, json, pycef\n\
                       print(json.dumps(pycef.parse(sys.stdin.read().rstrip('\\n'))))";
        let read = common::peer::python(program, &[], log.lines.text().as_bytes());
        let read: serde_json::Value = serde_json::from_slice(&read).unwrap();
        for (key, value) in [
            ("CEFVersion", "0"),
            ("DeviceVendor", "Cisco"),
            ("DeviceEventClassID", "ESA_CONSOLIDATED_LOG_EVENT"),
            ("ESAMID", "1053"),
            ("suser", "test@esa.com"),
            ("MailPolicy", "DEFAULT"),
            ("msg", "\"it's \\= a | test\""),
            ("duser", "9076@testing.com;b@testing.com"),
            ("ESASPFVerdict", "{'mailfrom': {'result': 'None', 'sender': 'test@esa.com'}}"),
        ] {
            assert_eq!(read[key], value, "{key} in {dialect}: {read:#}");
        }
    }
}

/// The documentation names the fields as they are declared.
#[test]
fn the_documented_fields_are_those_that_there_are() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/FORMATS.md");
    let text = std::fs::read_to_string(path).unwrap();
    for field in CefField::ALL {
        let (key, label) = (field.key(Dialect::V15_0), field.label(Dialect::V15_0));
        let label = label.map(|label| format!("`{label}`")).unwrap_or_default();
        let row = format!("| {} | `{key}` | {label} |", field.name());
        assert!(text.contains(&row), "{row}");
    }
}
