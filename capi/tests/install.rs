//! What `make install` puts in place is enough to build and run a C program with pkg-config, and
//! README's program is one.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "what a test cannot do ends it"
)]

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::fs;
use std::process::Command;

/// The program in the section of README for C.
fn program_of_readme() -> String {
    let readme = fs::read_to_string(format!("{}/README.md", common::ROOT)).unwrap();
    let (_, behind) = readme.split_once("```c\n").unwrap();
    behind.split_once("```").unwrap().0.to_owned()
}

#[test]
fn an_installed_library_is_found_by_pkg_config() {
    if !common::has(&["cc", "make", "pkg-config"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let mut make = Command::new("make");
    make.args(["-C", env!("CARGO_MANIFEST_DIR"), "install"])
        .arg(format!("BUILT={}", common::libraries().display()))
        .arg(format!("PREFIX={}", path("usr")));
    common::succeeds(&mut make);

    fs::write(path("readme.c"), program_of_readme()).unwrap();
    // Where there is no shared library, `-lringmail` is the static one.
    let without_shared = "rm usr/lib/libringmail.so*";
    for (program, before, how) in [("shared", ":", ""), ("static", without_shared, "--static")] {
        let command = format!(
            "{before} && cc -std=c11 -Wall -Wextra -Werror -o {program} readme.c \
             $(pkg-config {how} --cflags --libs ringmail) -Wl,-rpath,usr/lib && ./{program} && \
             grep 'MID 1 ICID 1 RID 0 To: <user@example.com>' logs/mail_logs/mail_logs.@* && \
             rm -r logs"
        );
        let mut sh = Command::new("sh");
        sh.args(["-c", &command]).current_dir(folder.path());
        common::succeeds(sh.env("PKG_CONFIG_PATH", path("usr/lib/pkgconfig")));
    }
}

#[test]
fn a_package_is_put_below_its_own_root() {
    if !common::has(&["make"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let make = |target: &str| {
        let mut make = Command::new("make");
        make.args(["-C", env!("CARGO_MANIFEST_DIR"), target, "PREFIX=/usr"])
            .arg(format!("BUILT={}", common::libraries().display()))
            .arg(format!("DESTDIR={}", folder.path().display()));
        common::succeeds(&mut make);
    };
    make("install");
    let config = fs::read_to_string(folder.path().join("usr/lib/pkgconfig/ringmail.pc")).unwrap();
    assert!(config.contains("prefix=/usr\n") && config.contains("includedir=/usr/include\n"));
    assert!(config.contains(concat!("Version: ", env!("CARGO_PKG_VERSION"), "\n")));
    assert!(folder.path().join("usr/lib/libringmail.so").exists(), "links lead somewhere");
    make("uninstall");
    assert!(!folder.path().join("usr/lib/libringmail.so").exists());
}
