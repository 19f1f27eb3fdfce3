//! Every log type that is lines: an engine writes it, and what it wrote is read back.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use ringmail::base::Form;
use ringmail::event::{Event, LdapConnected, LdapMasquerade, LogBegin, LogEnd, TimeOffset};
use ringmail::parse::LineReader;
use ringmail::{Engine, Level, LogType, ManualClock, Memory, Subscription, Timestamp};

const TIME: Timestamp = Timestamp::from_seconds(1_094_732_696);

/// What a subscription of this type writes of these events.
fn written(log_type: LogType, emit: impl FnOnce(&Engine)) -> String {
    let lines = Memory::new();
    let (engine, guard) = Engine::builder()
        .clock(ManualClock::at(TIME))
        .time_zone("UTC")
        .subscribe(Subscription::new("logs", log_type).level(Level::Trace).sink(lines.clone()))
        .start()
        .unwrap();
    emit(&engine);
    drop(guard);
    lines.text()
}

#[test]
fn directory_logs_have_no_levels() {
    let text = written(LogType::LdapDebug, |engine| {
        let mut producer = engine.producer().unwrap();
        producer.emit(&LdapMasquerade {
            query: "sun.masquerade".into(),
            address: "employee@routing.qa".into(),
            target: "employee@mail.qa".into(),
        });
        producer.emit(&LdapConnected {});
    });
    let version = env!("CARGO_PKG_VERSION");
    let expected = [
        "Begin Logfile".to_owned(),
        format!("Version: {version} SN: 000000000000-0000000"),
        "Time offset from UTC: 0 seconds".to_owned(),
        "LDAP: Masquerade query sun.masquerade address employee@routing.qa to employee@mail.qa"
            .to_owned(),
        "LDAP: connected".to_owned(),
        "End Logfile".to_owned(),
    ];
    let expected: String =
        expected.iter().map(|line| format!("Thu Sep  9 12:24:56 2004 {line}\n")).collect();
    assert_eq!(text, expected);
    let reader = LineReader::new(LogType::LdapDebug);
    let read = |line: &str| {
        let read = reader.read(line.as_bytes(), &mut Vec::new()).unwrap();
        assert_eq!((read.time, read.level), (Some(TIME), Level::Info), "{line}");
        read.number.unwrap()
    };
    let numbers: Vec<_> = text.lines().map(read).collect();
    assert_eq!(
        numbers[2..],
        [
            TimeOffset::ROW.number,
            LdapMasquerade::ROW.number,
            LdapConnected::ROW.number,
            LogEnd::ROW.number,
        ]
    );
}

#[test]
fn files_of_all_other_types_begin_and_end_alike() {
    for log_type in LogType::ALL {
        // Directory logs are above; debug logs of dialogues must be told whose.
        let others = [LogType::LdapDebug, LogType::DomainDebug, LogType::InjectionDebug];
        if log_type.form() != Form::Lines || others.contains(&log_type) {
            continue;
        }
        let text = written(log_type, |_| ());
        let reader = LineReader::new(log_type);
        let numbers: Vec<_> = text
            .lines()
            .map(|line| {
                let read = reader.read(line.as_bytes(), &mut Vec::new()).unwrap();
                assert_eq!((read.time, read.level), (Some(TIME), Level::Info), "{line}");
                read.number.unwrap()
            })
            .collect();
        assert_eq!(numbers.first(), Some(&LogBegin::ROW.number), "{log_type}: {text}");
        assert_eq!(numbers.last(), Some(&LogEnd::ROW.number), "{log_type}: {text}");
    }
}
