//! A file of the configuration history of any bytes: it is read or refused, and what it tells of
//! itself is no longer than it is.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ringmail::parse::read_configuration;

fuzz_target!(|file: &[u8]| {
    if let Ok(read) = read_configuration(file, 0) {
        // What is not ASCII takes at most two bytes in UTF-8 for one of the file.
        assert!(read.comment.len() + read.body.len() <= 2 * file.len());
    }
});
