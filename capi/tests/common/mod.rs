//! The libraries as cargo builds them, and programs against them.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The top of the working copy.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Whether programs are there that a test needs. Where they are not, it says so, and fails if
/// `RINGMAIL_PEERS` is `required`.
pub fn has(programs: &[&str]) -> bool {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
    let is_there =
        |name: &&&str| path.split(':').any(|folder| Path::new(folder).join(name).exists());
    let missing: Vec<_> = programs.iter().filter(|name| !is_there(name)).collect();
    if missing.is_empty() {
        return true;
    }
    let required = std::env::var("RINGMAIL_PEERS").is_ok_and(|value| value == "required");
    assert!(!required, "RINGMAIL_PEERS is required, and {missing:?} are not installed");
    println!("skipped: needs {missing:?}");
    false
}

/// Builds `libringmail.so` and `libringmail.a`, and tells where they are. `cargo test` does not: no
/// test links to them.
pub fn libraries() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let profile = test.parent().and_then(Path::parent).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--package", "ringmail-capi", "--target-dir"]);
        cargo.arg(profile.parent().unwrap()).current_dir(ROOT);
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        succeeds(&mut cargo);
        // The name by which programs look for it when they start; it is there from the second time.
        let _there = symlink("libringmail.so", profile.join("libringmail.so.0"));
        profile.to_path_buf()
    })
}

/// Compiles a C program against the shared library.
pub fn compile(source: &Path, program: &Path) {
    let libraries = libraries().display();
    let mut cc = Command::new("cc");
    cc.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-g", "-o"])
        .arg(program)
        .arg(source)
        .args(["-I", &format!("{ROOT}/include"), &format!("-L{libraries}")])
        .args([&format!("-Wl,-rpath,{libraries}"), "-lringmail", "-lpthread"]);
    succeeds(&mut cc);
}

/// Runs a program under valgrind's memcheck, where any error and any leak is a failure. What is still
/// pointed to, if only into its middle, is no leak: Rust's handle of the main thread is.
pub fn under_valgrind(program: &Path, arguments: &[&Path]) {
    let output = succeeds(valgrind(program).args(arguments));
    // What a child did wrong is not in the exit code.
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// The command for a program under valgrind. What is wrong is also told on standard error, where
/// else nothing is.
pub fn valgrind(program: &Path) -> Command {
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--quiet", "--error-exitcode=99", "--leak-check=full"])
        .args(["--show-leak-kinds=definite,indirect"])
        .args(["--errors-for-leak-kinds=definite,indirect"])
        .arg(program);
    valgrind
}

#[track_caller]
pub fn succeeds(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
