//! Any bytes as sidecar and ledger of any file: they are read or refused, and a sidecar that says
//! that the file is as it was written says so of no other file.

#![no_main]

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use ringmail::sink::proof::{Checked, Verified};

/// A directory of this process.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("ringmail-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a directory");
    folder
});

fuzz_target!(|input: &[u8]| {
    // What stands before the first zero is the sidecar or ledger, and the file is behind it.
    let mut parts = input.splitn(2, |byte| *byte == 0);
    let (beside, file) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if let Ok(verified) = Verified::of(file, beside) {
        assert_eq!(verified.bytes, file.len() as u64);
        let is_whole = verified.expected.is_some() && verified.is_as_written();
        let other = [file, b"more\n"].concat();
        if is_whole {
            let verified = Verified::of(other.as_slice(), beside).expect("as before");
            assert!(!verified.is_as_written());
        }
    }
    fs::write(FOLDER.join("ledger.jsonl"), beside).expect("a ledger");
    let open = |_: &Path| Ok(Box::new(Cursor::new(file.to_vec())) as Box<dyn Read>);
    Checked::of(&FOLDER, open).expect("there is a ledger");
});
