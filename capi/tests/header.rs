//! The header that is checked in is the one that cbindgen makes of the library.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::fs;
use std::path::Path;

const HEADER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../include/ringmail.h");
const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cbindgen.toml");

/// With `RINGMAIL_HEADER=write` in the environment it writes the header instead.
#[test]
fn the_header_is_what_cbindgen_makes() {
    let made = header();
    if std::env::var("RINGMAIL_HEADER").is_ok_and(|value| value == "write") {
        fs::write(HEADER, &made).unwrap();
    }
    let there = fs::read_to_string(HEADER).unwrap_or_default();
    let line = made.lines().zip(there.lines()).position(|(made, there)| made != there);
    assert!(
        made == there,
        "include/ringmail.h is not what cbindgen makes (first at line {:?}): \
         RINGMAIL_HEADER=write cargo test -p ringmail-capi --test header",
        line.map(|at| at + 1)
    );
}

fn header() -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut builder =
        cbindgen::Builder::new().with_config(cbindgen::Config::from_file(CONFIG).unwrap());
    let sources = library::capi::SOURCES.iter().chain(library::capi::events());
    for (at, source) in sources.enumerate() {
        let file = folder.path().join(format!("source_{at}.rs"));
        fs::write(&file, without_tests(source)).unwrap();
        builder = builder.with_src(Path::new(&file));
    }
    let mut made = Vec::new();
    builder.generate().unwrap().write(&mut made);
    // The word that Rust has for it.
    String::from_utf8(made).unwrap().replace("// # Safety", "// Required:")
}

fn without_tests(source: &str) -> &str {
    source.split("#[cfg(test)]\nmod tests").next().unwrap()
}
