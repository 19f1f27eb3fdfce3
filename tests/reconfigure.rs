//! Other subscriptions while events flow: nothing is lost, nothing is written twice, and what
//! cannot be done changes nothing.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test fails by a panic"
)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ringmail::event::{Bounced, Dcid, DcidClose, Icid, IcidClose};
use ringmail::{
    Builder, Engine, File, Ledger, Level, LogFile, LogType, Memory, RateLimit, Sink, Subscription,
    SubscriptionAccount,
};

fn mail(name: &str, sink: impl Sink + 'static) -> Subscription {
    Subscription::new(name, LogType::TextMail).sink(sink)
}

fn account(ledger: &Ledger, name: &str) -> SubscriptionAccount {
    ledger.subscriptions.iter().find(|account| account.name == name).cloned().unwrap()
}

/// The numbers of the `ICID n close` lines, in order.
fn numbers(text: &str) -> Vec<u64> {
    text.lines()
        .filter_map(|line| line.strip_suffix(" close")?.rsplit_once("ICID ")?.1.parse().ok())
        .collect()
}

#[test]
fn what_is_kept_goes_on_and_what_comes_and_goes_takes_from_there_to_there() {
    let (kept, gone, new) = (Memory::new(), Memory::new(), Memory::new());
    let both = Engine::builder().subscribe(mail("kept", kept.clone()));
    let (engine, guard) = both.subscribe(mail("gone", gone.clone())).start().unwrap();
    let mut worker = engine.producer().unwrap();
    let mut say = |from: u64, to: u64| {
        (from..to).for_each(|icid| {
            worker.emit(&IcidClose { icid: Icid(icid) });
        });
    };
    say(0, 100);
    engine.reconfigure(Engine::builder().subscribe(mail("new", new.clone())), &["kept"]).unwrap();
    say(100, 200);
    assert_eq!(engine.places().len(), 2);
    drop(guard);
    assert_eq!(numbers(&kept.text()), (0..200).collect::<Vec<_>>());
    assert_eq!(kept.text().matches("Begin Logfile").count(), 1, "its file goes on");
    assert_eq!(numbers(&gone.text()), (0..100).collect::<Vec<_>>());
    assert!(gone.text().ends_with("Info: End Logfile\n"));
    assert_eq!(numbers(&new.text()), (100..200).collect::<Vec<_>>());
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(account(&ledger, "gone").written, 100, "it is still in the account");
}

#[test]
fn a_subscription_that_changes_begins_a_file_and_counts_on() {
    let dir = tempfile::tempdir().unwrap();
    let file = || File::in_dir(dir.path());
    let (engine, guard) = Engine::builder().subscribe(mail("mail", file())).start().unwrap();
    let mut worker = engine.producer().unwrap();
    worker.emit(&IcidClose { icid: Icid(1) });
    let quiet = mail("mail", file()).level(Level::Warning);
    engine.reconfigure(Engine::builder().subscribe(quiet), &[]).unwrap();
    worker.emit(&IcidClose { icid: Icid(2) });
    engine.reconfigure(Engine::builder().subscribe(mail("mail", file())), &[]).unwrap();
    worker.emit(&IcidClose { icid: Icid(3) });
    drop(guard);
    let files = LogFile::list(dir.path().join("mail")).unwrap();
    let texts: Vec<_> =
        files.iter().map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
    let of_files: Vec<_> = texts.iter().map(|text| numbers(text)).collect();
    assert_eq!(of_files, [vec![1], vec![], vec![3]]);
    assert!(texts.iter().all(|text| text.ends_with("End Logfile\n")), "{texts:#?}");
    let ledger = engine.ledger();
    ledger.check().unwrap();
    let account = account(&ledger, "mail");
    assert_eq!((account.taken, account.written, account.filtered), (3, 2, 1));
}

#[test]
fn what_cannot_be_done_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = || File::in_dir(dir.path());
    std::fs::write(dir.path().join("blocked"), "in the way").unwrap();
    let (engine, guard) = Engine::builder()
        .subscribe(mail("one", file()))
        .subscribe(mail("two", file()))
        .start()
        .unwrap();
    let mut worker = engine.producer().unwrap();
    worker.emit(&IcidClose { icid: Icid(1) });
    let blocked = |builder: Builder| builder.subscribe(mail("blocked", file()));
    let changed = || Engine::builder().subscribe(mail("one", file()).level(Level::Critical));
    // A new one that cannot be opened, and a changed one beside it.
    let error = engine.reconfigure(blocked(changed()), &[]).unwrap_err();
    assert!(error.to_string().contains("blocked"), "{error}");
    // A changed one that cannot be opened, behind one that could.
    let lost = File::in_dir(dir.path().join("blocked"));
    let error = engine.reconfigure(changed().subscribe(mail("two", lost)), &[]).unwrap_err();
    assert!(error.is_io(), "{error}");
    worker.emit(&IcidClose { icid: Icid(2) });
    drop(guard);
    for name in ["one", "two"] {
        let files = LogFile::list(dir.path().join(name)).unwrap();
        let text: String =
            files.iter().map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
        assert_eq!(numbers(&text), [1, 2], "{name}");
    }
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(account(&ledger, "one").written, 2);
}

#[test]
fn a_rate_limit_goes_on_behind_what_could_not_be_done() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("blocked"), "in the way").unwrap();
    let limit = RateLimit::events(1).unwrap().per(Duration::from_secs(1)).unwrap();
    let log = Memory::new();
    let one = mail("one", log.clone()).rate_limit(limit);
    let (engine, guard) = Engine::builder().subscribe(one).start().unwrap();
    let mut worker = engine.producer().unwrap();
    let lost = mail("one", File::in_dir(dir.path().join("blocked")));
    engine.reconfigure(Engine::builder().subscribe(lost), &[]).unwrap_err();
    for icid in 0..3 {
        worker.emit(&IcidClose { icid: Icid(icid) });
        engine.flush();
        std::thread::sleep(Duration::from_millis(1_200));
    }
    drop(guard);
    engine.ledger().check().unwrap();
    assert_eq!(numbers(&log.text()), [0, 1, 2]);
}

#[test]
fn interest_follows() {
    let (engine, guard) = Engine::builder().subscribe(mail("mail", Memory::new())).start().unwrap();
    let mut worker = engine.producer().unwrap();
    let bounces = || Subscription::new("bounces", LogType::Bounce).sink(Memory::new());
    engine.reconfigure(Engine::builder().subscribe(bounces()), &[]).unwrap();
    let before = engine.ledger().lanes.offered;
    worker.emit(&IcidClose { icid: Icid(1) });
    assert_eq!(engine.ledger().lanes.offered, before, "nobody wants it any more");
    worker.emit(&Bounced::EMPTY);
    assert_eq!(engine.ledger().lanes.offered, before + 1);
    drop(guard);
    let error = engine.reconfigure(Engine::builder().subscribe(bounces()), &[]).unwrap_err();
    assert!(error.to_string().contains("shut down"), "{error}");
}

/// Workers that never pause, and subscriptions that come, change and go all the while.
#[test]
fn workers_notice_nothing() {
    let kept = Memory::new();
    let (engine, guard) = Engine::builder().subscribe(mail("kept", kept.clone())).start().unwrap();
    let stop = AtomicBool::new(false);
    let said: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                let mut worker = engine.producer().unwrap();
                let stop = &stop;
                scope.spawn(move || {
                    let mut said = 0;
                    while !stop.load(Ordering::Relaxed) {
                        worker.emit(&DcidClose { dcid: Dcid(said) });
                        said += 1;
                    }
                    said
                })
            })
            .collect();
        for round in 0..200 {
            let other = mail(["a", "b", "c"][round % 3], Memory::new());
            engine.reconfigure(Engine::builder().subscribe(other), &["kept"]).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    drop(guard);
    let ledger = engine.ledger();
    ledger.check().unwrap();
    assert_eq!(account(&ledger, "kept").written, said);
    assert_eq!(kept.text().matches(" close\n").count() as u64, said);
}
