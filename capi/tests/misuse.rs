//! Wrong arguments from C, threads, and children, under valgrind: `c/misuse.c` is the test.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "what a test cannot do ends it"
)]

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::fs;
use std::path::Path;

#[test]
fn what_c_does_wrong_is_an_error() {
    if !common::has(&["cc", "valgrind"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("misuse");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/misuse.c");
    common::compile(&source, &program);
    common::under_valgrind(&program, &[folder.path()]);

    let mut text = String::new();
    for file in library::LogFile::list(folder.path().join("logs/mail_logs")).unwrap() {
        text += &fs::read_to_string(file.path()).unwrap();
    }
    let count = |part: &str| text.matches(part).count();
    assert_eq!(count(" close\n"), 2000, "each thread's events");
    assert_eq!(count(" ICID 77\n"), 2, "each child's event");
    assert_eq!(count("Wed Nov 19 15:16:46 2014 Debug: Message finished MID 4 done\n"), 1);
    assert_eq!(count("aaa...>\n"), 1, "a text that is too long is cut");
    assert_eq!(count("MID 5 ICID 0 From: <>\n"), 1);
    assert_eq!(count("MID 3 ICID 0 RID 0 To: <>\n"), 1, "an older struct");
}
