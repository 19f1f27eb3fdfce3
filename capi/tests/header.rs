//! The header that is checked in is the one that cbindgen makes of the library.

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
use std::process::Command;

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

#[test]
fn c_and_cpp_take_the_header() {
    let version = concat!("#define RINGMAIL_VERSION \"", env!("CARGO_PKG_VERSION"), "\"");
    assert!(fs::read_to_string(HEADER).unwrap().contains(version), "cbindgen.toml says another");
    for (compiler, language, standard) in
        [("cc", "c", "c99"), ("cc", "c", "c11"), ("c++", "c++", "c++17")]
    {
        if common::has(&[compiler]) {
            let mut command = Command::new(compiler);
            command.args(["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"]);
            command.args(["-x", language, &format!("-std={standard}"), HEADER]);
            common::succeeds(&mut command);
        }
    }
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
