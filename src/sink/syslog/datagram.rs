//! A socket over which each frame is a datagram.

use std::io;
use std::net::SocketAddr;
use std::os::fd::AsFd as _;
use std::time::Duration;

use mio::event::Source as _;
use mio::net::UdpSocket;
use mio::{Interest, Registry};

use crate::base::Timestamp;
use crate::sink::syslog::event_loop::Tokens;
use crate::sink::syslog::feed::Feed;
use crate::sink::syslog::frame::Framer;
use crate::sink::syslog::socket::{self, DATAGRAMS};
use crate::sink::syslog::stream::Turn;
use crate::sink::syslog::trouble::Cause;

/// Rounds of datagrams before other routes have their turn.
const ROUNDS: usize = 64;

/// How long the kernel is given when it has no memory for datagrams.
const BREATH: Duration = Duration::from_millis(5);

/// A socket that is connected to a server, which says nothing of whether that is there.
#[derive(Debug)]
pub(crate) struct Datagrams {
    socket: UdpSocket,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Datagrams at the front that open the stream.
    opening: usize,
    is_writable: bool,
    has_begun: bool,
    /// When the kernel is asked again.
    again: Option<Duration>,
}

impl Datagrams {
    pub(crate) fn new(
        address: SocketAddr,
        registry: &Registry,
        tokens: &mut Tokens,
    ) -> io::Result<Self> {
        let any = if address.is_ipv6() { "[::]:0" } else { "0.0.0.0:0" };
        let any: SocketAddr = any.parse().map_err(io::Error::other)?;
        let mut socket = UdpSocket::bind(any)?;
        socket.connect(address)?;
        socket.register(registry, tokens.next(), Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self {
            socket,
            bytes: Vec::new(),
            ends: Vec::new(),
            opening: 0,
            is_writable: true,
            has_begun: false,
            again: None,
        })
    }

    pub(crate) const fn set_writable(&mut self) {
        self.is_writable = true;
    }

    pub(crate) const fn wakes(&self) -> Option<Duration> {
        self.again
    }

    /// Whether everything that was made has been sent.
    pub(crate) const fn is_drained(&self) -> bool {
        self.ends.is_empty()
    }

    /// Sends for as long as the kernel takes it. A cause does not end it: the host is there or not
    /// whatever the socket does.
    ///
    /// # Errors
    /// What kept a datagram from being sent, or has become known of one that was.
    pub(crate) fn turn(
        &mut self,
        feed: &mut Feed,
        framer: &mut Framer,
        now: Duration,
        wall: Timestamp,
    ) -> Result<Turn, Cause> {
        if self.again.is_some_and(|again| again > now) {
            return Ok(Turn::Wait);
        }
        self.again = None;
        for _ in 0..ROUNDS {
            if !self.is_writable {
                return Ok(Turn::Wait);
            }
            if self.ends.is_empty() {
                self.fill(feed, framer, wall);
            }
            if self.ends.is_empty() {
                return Ok(Turn::Wait);
            }
            match socket::send_datagrams(self.socket.as_fd(), &self.bytes, &self.ends) {
                Ok(count) => {
                    let end = count.checked_sub(1).and_then(|last| self.ends.get(last)).copied();
                    feed.count_bytes(end.unwrap_or(0) as u64);
                    let opening = self.opening.min(count);
                    self.forget(count);
                    feed.window.fire((count - opening) as u64);
                }
                Err(error) => match error.raw_os_error() {
                    Some(libc::EAGAIN) => self.is_writable = false,
                    Some(libc::EINTR) => {}
                    Some(libc::ENOBUFS | libc::ENOMEM) => self.again = Some(now + BREATH),
                    Some(libc::EMSGSIZE) => {
                        let is_opening = self.opening > 0;
                        let bytes = self.ends.first().copied().unwrap_or(0);
                        self.forget(1);
                        if !is_opening {
                            feed.window.lose(1);
                        }
                        return Err(Cause::Datagram(error, bytes));
                    }
                    _ => return Err(Cause::Datagram(error, 0)),
                },
            }
            if self.again.is_some() {
                return Ok(Turn::Wait);
            }
        }
        Ok(Turn::More)
    }

    fn fill(&mut self, feed: &mut Feed, framer: &mut Framer, wall: Timestamp) {
        self.bytes.clear();
        if !self.has_begun {
            self.has_begun = true;
            let ends = &mut self.ends;
            feed.open(framer, wall, &mut self.bytes, |bytes| ends.push(bytes.len()));
            self.opening = self.ends.len();
        }
        let mut count = 0;
        while self.ends.len() < DATAGRAMS && feed.frame(framer, count, &mut self.bytes) {
            count += 1;
            self.ends.push(self.bytes.len());
        }
    }

    /// The first datagrams are done with.
    fn forget(&mut self, count: usize) {
        self.opening = self.opening.saturating_sub(count);
        let end = count.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0);
        self.ends.drain(..count.min(self.ends.len()));
        self.ends.iter_mut().for_each(|each| *each -= end);
        if self.ends.is_empty() {
            self.bytes.clear();
        } else {
            self.bytes.drain(..end);
        }
    }
}
