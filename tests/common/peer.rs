//! Python, which reads what we write and writes what we read.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Whether there is a Python; where there is none, says that a test skips, and fails where the
/// environment says that peers are required.
pub fn has_python() -> bool {
    has("python3", &["--version"])
}

/// The same for a module of Python.
pub fn has_python_module(name: &str) -> bool {
    has(&format!("python3 with {name}"), &["-c", &format!("import {name}")])
}

fn has(what: &str, arguments: &[&str]) -> bool {
    let run = Command::new("python3").args(arguments).output();
    let found = run.is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: {what} is not installed");
        let required = std::env::var("RINGMAIL_PEERS").is_ok_and(|value| value == "required");
        assert!(!required, "RINGMAIL_PEERS is required, and {what} is not installed");
    }
    found
}

/// What a Python program prints that is given these bytes.
pub fn python(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("python3")
        .arg("-c")
        .arg(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // Both ways at once: either pipe can be full.
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).expect("python reads"));
        let output = child.wait_with_output().expect("python ends");
        assert!(output.status.success(), "the program failed:\n{program}");
        output.stdout
    })
}
