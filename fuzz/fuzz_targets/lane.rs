//! Any bytes as a lane's file: reading it ends, panics at nothing, and its account holds.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use ringmail::event::{Icid, Sbrs};
use ringmail::{Engine, LogType, Null, Subscription, attach, ring};

/// A run directory, and the whole file of a lane in it whose process is gone.
struct Scene {
    dir: tempfile::TempDir,
    name: String,
    whole: Vec<u8>,
}

/// Made once: what changes is the file.
fn scene() -> &'static Scene {
    static SCENE: OnceLock<Scene> = OnceLock::new();
    SCENE.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a directory can be made");
        let mail = Subscription::new("mail", LogType::TextMail).sink(Null::new());
        let builder = Engine::builder().lane_bytes(256 << 10).run_directory(dir.path());
        drop(builder.subscribe(mail).start().expect("an engine can be started"));
        let attached = attach(dir.path()).expect("an engine was here");
        let mut producer = attached.producer().expect("there is space");
        for number in 0..200 {
            let text = "x".repeat(number as usize % 150);
            producer.emit(&Sbrs { icid: Icid(number), sbrs: text.as_str().into() });
        }
        let name = ring::lanes_of(dir.path()).expect("it can be listed")[0].name.clone();
        let whole = std::fs::read(dir.path().join(&name)).expect("it can be read");
        Scene { dir, name, whole }
    })
}

// Where bytes are put into a whole file, how long it is, whether anything of it is left.
fuzz_target!(|input: (u16, u32, bool, &[u8])| {
    let (at, len, is_patch, bytes) = input;
    let scene = scene();
    let mut file = if is_patch { scene.whole.clone() } else { Vec::new() };
    let at = if is_patch { usize::from(at) % 20_000 } else { 0 };
    if file.len() < at + bytes.len() {
        file.resize(at + bytes.len(), 0);
    }
    file[at..at + bytes.len()].copy_from_slice(bytes);
    if len % 3 == 0 {
        file.truncate(len as usize % (file.len() + 1));
    }
    // A new file, as the old one may be mapped.
    let path = scene.dir.path().join(&scene.name);
    std::fs::remove_file(&path).ok();
    std::fs::write(&path, file).expect("it can be written");
    let lanes = ring::lanes_of(scene.dir.path()).expect("it can be listed");
    let lane = &lanes[0];
    let account = &lane.account;
    if lane.error.is_none() {
        assert!(account.pending + account.malformed <= (256 << 10) / 16 + 2, "{lane:?}");
        let accepted = account.drained.saturating_add(account.pending);
        assert_eq!(account.accepted, accepted, "{lane:?}");
    }
});
