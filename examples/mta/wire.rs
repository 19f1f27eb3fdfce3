//! A client's connection below its session: lines, replies, and messages' contents.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use smtp_proto::request::receiver::{DataReceiver, DummyDataReceiver};

/// Longest command line, line end included.
const MAX_LINE: u64 = 2048;

pub(crate) struct Wire {
    stream: BufReader<TcpStream>,
    /// Replies that are not sent yet: those to a pipelined group go out together.
    replies: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream: BufReader::with_capacity(64 << 10, stream), replies: Vec::new() }
    }

    /// The next command line; nothing when it is too long.
    pub(crate) fn read_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if !self.stream.buffer().contains(&b'\n') {
            self.flush()?;
        }
        let mut line = Vec::new();
        let read = self.stream.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
        if line.ends_with(b"\n") {
            Ok(Some(line))
        } else if read as u64 == MAX_LINE {
            Ok(None)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }

    /// A message's content behind our trace header, or nothing when it is bigger than `max`.
    pub(crate) fn read_content(&mut self, trace: &str, max: usize) -> io::Result<Option<Vec<u8>>> {
        let max = max.saturating_add(trace.len());
        let mut content = Vec::with_capacity(8 << 10);
        let mut receiver = DataReceiver::new();
        // The receiver sees the trace header, so that it knows to be at the start of a line.
        receiver.ingest(&mut trace.as_bytes().iter(), &mut content);
        let mut discarding: Option<DummyDataReceiver> = None;
        loop {
            let chunk = self.stream.fill_buf()?;
            if chunk.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let mut bytes = chunk.iter();
            let is_whole = match &mut discarding {
                None => receiver.ingest(&mut bytes, &mut content),
                Some(dummy) => dummy.ingest(&mut bytes),
            };
            let used = chunk.len() - bytes.len();
            self.stream.consume(used);
            let is_too_big = discarding.is_some() || content.len() > max;
            if is_whole {
                return Ok((!is_too_big).then_some(content));
            }
            if is_too_big && discarding.is_none() {
                discarding = Some(DummyDataReceiver::new_data(&receiver));
                content = Vec::new();
            }
        }
    }

    pub(crate) fn reply(&mut self, reply: &str) {
        self.replies.extend_from_slice(reply.as_bytes());
        self.replies.extend_from_slice(b"\r\n");
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let sent = self.stream.get_mut().write_all(&self.replies);
        self.replies.clear();
        sent
    }
}

/// Whether an address can be passed on as it is: a local part without quotes, and a domain.
pub(crate) fn is_plain(address: &str) -> bool {
    address.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && address.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>()\"\\,;".contains(&byte))
}

/// A header's value as it came, folding included.
pub(crate) fn header<'m>(content: &'m [u8], name: &[u8]) -> Option<&'m [u8]> {
    let mut value: Option<(usize, usize)> = None;
    let mut at = 0;
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        match &mut value {
            Some((_, end)) if is_folded => *end = at,
            Some(_) => break,
            None if line.trim_ascii().is_empty() => return None,
            None => {
                let is_named = line.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name));
                if is_named && line.get(name.len()) == Some(&b':') {
                    value = Some((start + name.len() + 1, at));
                }
            }
        }
    }
    let (start, end) = value?;
    let value = content.get(start..end)?;
    let value = value.strip_prefix(b" ").unwrap_or(value);
    Some(value.strip_suffix(b"\n").map_or(value, |v| v.strip_suffix(b"\r").unwrap_or(v)))
}
