//! A log of any bytes in which messages are looked for: all lines shown are lines of the log, in
//! its order, and belong to messages that were found.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringmail::Result;
use ringmail::event::Mid;
use ringmail::parse::find::{Search, Told};

fn find(mut search: Search, log: &[u8]) -> Result<()> {
    search.read(log)?;
    let mut messages = search.messages();
    messages.read(log)?;
    let lives = messages.lives();
    let mut lines = log.split(|byte| *byte == b'\n');
    lives.read::<ringmail::Error>(log, |line, of| {
        let is_its_line = |of_log: &[u8]| of_log.strip_suffix(b"\r").unwrap_or(of_log) == line;
        assert!(lines.any(|of_log| of_log == line || is_its_line(of_log)));
        assert!(!of.is_empty() && of.iter().all(|place| *place < lives.mids().len()));
        Ok(())
    })
}

fuzz_target!(|log: &[u8]| {
    for search in [
        Search::message(Mid(1)),
        Search::told(Told::Sender, b"a"),
        Search::told(Told::Recipient, b"@").ignore_case(),
        Search::told(Told::Subject, b""),
    ] {
        find(search, log).expect("memory is always readable");
    }
});
