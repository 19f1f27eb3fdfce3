//! The next hop: an SMTP client that keeps replies as they come, line by line.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use ringmail::event::Text;

/// How long the next hop may take for a step.
const TIMEOUT: Duration = Duration::from_secs(30);
const MAX_LINE: u64 = 2048;
const MAX_LINES: usize = 64;

/// A reply of the next hop, or why there is none.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// 0 when there was no answer.
    pub(crate) code: u16,
    /// The texts of its lines, without codes.
    pub(crate) lines: Vec<Vec<u8>>,
}

impl Reply {
    pub(crate) fn none(why: &io::Error) -> Self {
        Self { code: 0, lines: vec![why.to_string().into_bytes()] }
    }

    pub(crate) const fn is_positive(&self) -> bool {
        200 <= self.code && self.code < 400
    }

    pub(crate) const fn is_permanent(&self) -> bool {
        self.code >= 500
    }

    pub(crate) fn texts(&self) -> Vec<Text<'_>> {
        self.lines.iter().map(Text::from).collect()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.lines.join(&b' ')).into_owned()
    }
}

/// A connection to the next hop.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    local: IpAddr,
}

impl Client {
    /// Connects and says hello. The reply is a refusal if there is no client.
    pub(crate) fn connect(server: SocketAddr, name: &str) -> io::Result<Result<Self, Reply>> {
        let stream = TcpStream::connect_timeout(&server, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        let local = stream.local_addr()?.ip();
        let mut client = Self { stream: BufReader::new(stream), local };
        let greeting = client.reply()?;
        if !greeting.is_positive() {
            return Ok(Err(greeting));
        }
        let mut hello = client.command(&format!("EHLO {name}"))?;
        if hello.is_permanent() {
            hello = client.command(&format!("HELO {name}"))?;
        }
        Ok(if hello.is_positive() { Ok(client) } else { Err(hello) })
    }

    /// The address on this side.
    pub(crate) const fn local(&self) -> IpAddr {
        self.local
    }

    pub(crate) fn command(&mut self, line: &str) -> io::Result<Reply> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes())?;
        self.reply()
    }

    /// Sends a message's content, whose lines end in CR LF, and its end.
    pub(crate) fn content(&mut self, content: &[u8]) -> io::Result<Reply> {
        let mut stuffed = Vec::with_capacity(content.len() + content.len() / 64 + 5);
        for line in content.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                stuffed.push(b'.');
            }
            stuffed.extend_from_slice(line);
        }
        if !stuffed.ends_with(b"\r\n") {
            stuffed.extend_from_slice(b"\r\n");
        }
        stuffed.extend_from_slice(b".\r\n");
        self.stream.get_mut().write_all(&stuffed)?;
        self.reply()
    }

    fn reply(&mut self) -> io::Result<Reply> {
        let wrong = |what| Err(io::Error::new(io::ErrorKind::InvalidData, what));
        let mut lines = Vec::new();
        while lines.len() < MAX_LINES {
            let mut line = Vec::new();
            self.stream.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)?;
            if line.is_empty() {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "connection lost"));
            }
            if !line.ends_with(b"\n") {
                return wrong("reply line too long");
            }
            let Some((code, rest)) = line.trim_ascii_end().split_at_checked(3) else {
                return wrong("reply without a code");
            };
            let code = str::from_utf8(code).ok().and_then(|code| code.parse().ok());
            let Some(code @ 200..=599) = code else { return wrong("reply without a code") };
            let is_last = !rest.starts_with(b"-");
            lines.push(rest.get(1..).unwrap_or_default().to_vec());
            if is_last {
                return Ok(Reply { code, lines });
            }
        }
        wrong("reply of too many lines")
    }
}
