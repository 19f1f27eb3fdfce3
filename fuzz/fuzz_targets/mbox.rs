//! An mbox file of any bytes: it is read to its end, and what is read is the same when it has been
//! written and is read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringmail::Timestamp;
use ringmail::format::mbox;
use ringmail::parse::{MboxMessage, MboxReader};

fn read(file: &[u8]) -> Vec<MboxMessage> {
    MboxReader::new(file).filter_map(Result::ok).collect()
}

fn write(messages: &[MboxMessage]) -> Vec<u8> {
    let mut file = Vec::new();
    for message in messages {
        let time = message.time.unwrap_or(Timestamp::from_seconds(0));
        mbox::append(&message.sender, time, &message.bytes, &mut file);
    }
    file
}

fuzz_target!(|file: &[u8]| {
    let messages = read(file);
    let begun = file.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"From "));
    assert_eq!(messages.len(), begun.count());
    // The first time, lines may come to end otherwise; CR CR LF loses a CR each time.
    let mut messages = messages;
    for _ in 0..file.len() + 2 {
        let again = read(&write(&messages));
        assert_eq!(again.len(), messages.len());
        if again == messages {
            return;
        }
        messages = again;
    }
    panic!("it never stands still");
});
