//! How fast is a message found in a text mail log that is in memory already?
//!
//! Tells for each way of looking the median and the extremes of several runs over a file, of 90 bytes
//! a line, all three readings together.

#![expect(clippy::print_stdout, reason = "a benchmark reports")]

use std::fs::File;
use std::time::Instant;

use ringmail::event::Mid;
use ringmail::parse::find::{Search, Told};

mod common;

/// What is looked for; there is one such message, or a few.
fn searches() -> [(&'static str, Search); 5] {
    [
        ("-m 24611777", Search::message(Mid(24_611_777))),
        ("-s Together 777:", Search::told(Told::Subject, b"Together 777:")),
        ("-i -s TOGETHER 777:", Search::told(Told::Subject, b"TOGETHER 777:").ignore_case()),
        ("-f nobody@", Search::told(Told::Sender, b"nobody@")),
        ("-t d@a.test, one of 35", Search::told(Told::Recipient, b"d@a.test")),
    ]
}

/// Looks, and gives the lines that were found.
fn find(mut search: Search, file: &File) -> ringmail::Result<u64> {
    use std::io::Seek as _;
    let again = || {
        let mut file = file;
        file.rewind().expect("a file");
        file
    };
    search.read(again())?;
    let mut messages = search.messages();
    if messages.is_empty() {
        return Ok(0);
    }
    messages.read(again())?;
    let mut lines = 0;
    messages.lives().read(again(), |_, _| {
        lines += 1;
        Ok::<_, ringmail::Error>(())
    })?;
    Ok(lines)
}

fn main() -> ringmail::Result<()> {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let (messages, runs) = if is_test { (1000, 1) } else { (100_000, 11) };
    let log = common::mail_log(messages);
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("mail.@20141119T090000.s");
    std::fs::write(&path, &log).expect("room for the log");
    let file = File::open(&path).expect("the log");
    println!("{} MB, {runs} runs: median (least-most) MB/s", log.len() / 1_000_000);
    for at in 0..searches().len() {
        let mut lines = 0;
        let mut speeds = Vec::new();
        for _ in 0..runs {
            let Some((_, search)) = searches().into_iter().nth(at) else { continue };
            let begin = Instant::now();
            lines = find(search, &file)?;
            speeds.push(log.len() as f64 / 1e6 / begin.elapsed().as_secs_f64());
        }
        speeds.sort_by(f64::total_cmp);
        let name = searches().into_iter().nth(at).map_or("", |(name, _)| name);
        if let (Some(median), Some(least), Some(most)) =
            (speeds.get(runs / 2), speeds.first(), speeds.last())
        {
            println!("{name:<24} {lines:>6} lines  {median:>5.0} ({least:.0}-{most:.0})");
        }
    }
    Ok(())
}
