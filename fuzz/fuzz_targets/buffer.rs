//! Any bytes in the files of a disk buffer: it opens, hands out nothing that was not put in, and its
//! account holds.

#![no_main]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use ringmail::sink::syslog::buffer::{Buffer, BufferOptions, Entry, Inspection};

/// The files of a buffer whose process is gone.
struct Scene {
    dir: tempfile::TempDir,
    files: Vec<(PathBuf, Vec<u8>)>,
    put: BTreeMap<u64, Vec<u8>>,
}

fn options() -> BufferOptions {
    BufferOptions::default().of_sizes(16 << 10, 1 << 10)
}

/// Made once: what changes are the files.
fn scene() -> &'static Scene {
    static SCENE: OnceLock<Scene> = OnceLock::new();
    SCENE.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a directory can be made");
        let buffer = Buffer::open(dir.path(), options()).expect("it can be opened");
        let (mut writer, mut reader) = buffer.split();
        let mut put = BTreeMap::new();
        for number in 1..=60 {
            let payload = vec![b'a' + (number % 26) as u8; number as usize * 3 % 80];
            writer.stage(&Entry { payload: &payload, ..Entry::EMPTY }).expect("it is short");
            put.insert(number, payload);
        }
        assert_eq!(writer.commit().expect("there is space").taken, 60);
        assert!(reader.read(500).len() > 3);
        reader.acknowledge(3);
        drop((writer, reader));
        let mut files: Vec<_> = std::fs::read_dir(dir.path())
            .expect("it can be listed")
            .map(|entry| entry.expect("it is there").path())
            .filter(|path| !path.ends_with("lock"))
            .map(|path| (path.clone(), std::fs::read(&path).expect("it can be read")))
            .collect();
        files.sort();
        Scene { dir, files, put }
    })
}

// Which file, where bytes are put into it, how long it is, whether anything of it is left.
fuzz_target!(|input: Vec<(u8, u16, u16, bool, &[u8])>| {
    let scene = scene();
    for entry in std::fs::read_dir(scene.dir.path()).expect("it can be listed") {
        std::fs::remove_file(entry.expect("it is there").path()).expect("it can be deleted");
    }
    for (path, whole) in &scene.files {
        std::fs::write(path, whole).expect("it can be written");
    }
    let mut is_forged = false;
    for (which, at, len, is_patch, bytes) in input {
        let (path, whole) = &scene.files[usize::from(which) % scene.files.len()];
        let mut file = if is_patch { whole.clone() } else { Vec::new() };
        let at = if is_patch { usize::from(at) % (whole.len() + 1) } else { 0 };
        file.resize(file.len().max(at + bytes.len()), 0);
        file[at..at + bytes.len()].copy_from_slice(bytes);
        if len % 3 == 0 {
            file.truncate(usize::from(len) % (file.len() + 1));
        }
        // A sum has 32 bits: whoever looks long enough finds another that fits.
        is_forged |= !file.starts_with(&whole[..whole.len().min(32)]);
        std::fs::write(path, file).expect("it can be written");
    }
    if let Ok(found) = Inspection::of(scene.dir.path()) {
        for place in 0..found.segments.len() {
            found.walk(place, |_| ()).ok();
        }
    }
    let buffer = Buffer::open(scene.dir.path(), options()).expect("damage keeps none from opening");
    let (mut writer, mut reader) = buffer.split();
    writer.stage(&Entry { payload: b"new", ..Entry::EMPTY }).expect("it is short");
    let is_taken = writer.commit().expect("there is space").taken == 1;
    let mut last = 0;
    while reader.has_more() {
        for entry in reader.read(700) {
            assert!(entry.sequence > last);
            last = entry.sequence;
            let is_put = scene.put.get(&last).is_some_and(|put| put == entry.payload);
            assert!(is_put || is_forged || is_taken && entry.payload == b"new");
        }
    }
    assert!(last == 0 || !is_taken || last == writer.end());
    assert!(writer.account().is_balanced(), "{}", writer.account());
    reader.release(writer.end());
    assert_eq!(writer.account().pending, 0);
});
