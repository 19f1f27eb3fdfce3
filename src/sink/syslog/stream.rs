//! A connection over which frames flow, plain or encrypted.

use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mio::net::TcpStream;
use rustls::ClientConnection;

use crate::base::Timestamp;
use crate::sink::syslog::feed::Feed;
use crate::sink::syslog::frame::Framer;
use crate::sink::syslog::options::Times;
use crate::sink::syslog::socket;
use crate::sink::syslog::tls::Trust;
use crate::sink::syslog::trouble::{Cause, Trouble};

/// Bytes that are made at once for the socket.
const FILL: usize = 256 << 10;

/// Bytes that go at most before other routes have their turn.
const TURN: usize = 4 << 20;

/// Bytes of frames that become one or two TLS records, and are acknowledged together.
const RECORD: usize = 15 << 10;

/// How long a window that stays narrow is taken for a process that does not read.
const UNREAD: Duration = Duration::from_secs(60);

/// How long a peer has to close its side, once its kernel has everything and our side is shut: a
/// server that reads on moves its window meanwhile, and then it begins anew.
const FAREWELL: Duration = Duration::from_secs(3);

/// How soon the kernel is asked again what the peer has, at first and at last.
const FIRST_CHECK: Duration = Duration::from_millis(1);
const LAST_CHECK: Duration = Duration::from_millis(128);

/// A connection that stands.
#[derive(Debug)]
pub(crate) struct Stream {
    socket: TcpStream,
    tls: Option<Box<ClientConnection>>,
    /// The peer asked for a certificate of ours.
    asked: Arc<AtomicBool>,
    /// What the socket has not taken yet, from `at` on.
    out: Vec<u8>,
    at: usize,
    /// Frames on their way into records.
    plain: Vec<u8>,
    written: u64,
    acknowledged: u64,
    is_writable: bool,
    has_begun: bool,
    /// The peer had more to say than is read in a turn.
    reads_on: bool,
    /// No further frame is made for it.
    is_held: bool,
    /// We have said that nothing more comes.
    is_shut: bool,
    /// The peer has said that it ends.
    was_told: bool,
    made: Duration,
    /// When the peer's kernel last took something, or had nothing to take.
    moved: Duration,
    checked: Duration,
    check: Duration,
    /// The greatest window that the peer has offered, and when it last offered most of it.
    widest: u32,
    wide: Duration,
    /// The window that it offered last, and until when it or an acknowledgement moved.
    offered: Option<u32>,
    stirred: Duration,
}

/// How a turn of a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// There is more to do at once.
    More,
    /// The kernel will tell, or a timer.
    Wait,
    /// It was shut, and the peer shut it too.
    Over,
}

impl Stream {
    pub(crate) fn new(
        socket: TcpStream,
        trust: Option<&Trust>,
        now: Duration,
    ) -> Result<Self, Trouble> {
        let asked = Arc::new(AtomicBool::new(false));
        let tls = match trust {
            None => None,
            Some(trust) => {
                let mut tls =
                    trust.connect(&asked).map_err(|error| Trouble::new(Cause::Tls(error)))?;
                tls.set_buffer_limit(None);
                Some(Box::new(tls))
            }
        };
        Ok(Self {
            socket,
            tls,
            asked,
            out: Vec::new(),
            at: 0,
            plain: Vec::new(),
            written: 0,
            acknowledged: 0,
            is_writable: true,
            has_begun: false,
            reads_on: false,
            is_held: false,
            is_shut: false,
            was_told: false,
            made: now,
            moved: now,
            checked: now,
            check: FIRST_CHECK,
            widest: 0,
            wide: now,
            offered: None,
            stirred: now,
        })
    }

    /// Prepares the socket; that what is not understood is left as it is harms nothing.
    pub(crate) fn prepare(&self, times: &Times) -> io::Result<()> {
        self.socket.set_nodelay(true)?;
        if !times.keep_alive.is_zero() {
            let interval = (times.keep_alive / 4).max(Duration::from_secs(1));
            let keep_alive =
                socket2::TcpKeepalive::new().with_time(times.keep_alive).with_interval(interval);
            socket2::SockRef::from(&self.socket).set_tcp_keepalive(&keep_alive)?;
        }
        socket::set_user_timeout(self.socket.as_fd(), times.stall)
    }

    /// The kernel says that more can be written.
    pub(crate) const fn set_writable(&mut self) {
        self.is_writable = true;
    }

    /// Whether frames can flow: the handshake is done.
    pub(crate) fn is_ready(&self) -> bool {
        self.tls.as_ref().is_none_or(|tls| !tls.is_handshaking())
    }

    /// The certificate that the peer showed.
    pub(crate) fn peer_certificate(&self) -> Option<&rustls::pki_types::CertificateDer<'static>> {
        self.tls.as_ref()?.peer_certificates()?.first()
    }

    /// Reads, writes, and asks what has arrived.
    pub(crate) fn turn(
        &mut self,
        feed: &mut Feed,
        framer: &mut Framer,
        times: &Times,
        now: Duration,
        wall: Timestamp,
    ) -> Result<Turn, Cause> {
        let is_over = self.read();
        if now.saturating_sub(self.moved) >= LAST_CHECK {
            // Time in which there was nothing to take is none in which nothing was taken.
            self.look(feed, now);
        }
        let more =
            if matches!(is_over, Ok(false)) { self.write(feed, framer, wall) } else { Ok(false) };
        // A peer that refuses says why, if at all, before the connection breaks.
        let is_over = match (&more, is_over) {
            (Err(_), Ok(_)) => self.read(),
            (_, is_over) => is_over,
        };
        self.look(feed, now);
        if is_over.map_err(|cause| self.during_handshake(cause))? {
            let closed = self.during_handshake(Cause::Closed);
            return if self.is_shut { Ok(Turn::Over) } else { Err(closed) };
        }
        if now.saturating_sub(self.moved) >= times.stall {
            return Err(Cause::Stalled);
        }
        if !self.is_ready() && now.saturating_sub(self.made) >= times.connect {
            return Err(Cause::TlsTimeout);
        }
        Ok(if more? || self.reads_on { Turn::More } else { Turn::Wait })
    }

    /// Goes on with the handshake beside the connection that has the lines.
    ///
    /// # Errors
    /// When nothing becomes of it.
    pub(crate) fn greet(&mut self, times: &Times, now: Duration) -> Result<(), Cause> {
        let is_over = self.read()?;
        if let Some(tls) = &mut self.tls {
            seal(tls, &mut self.out)?;
        }
        if self.is_writable {
            self.drain()?;
        }
        if is_over {
            return Err(self.during_handshake(Cause::Closed));
        }
        if !self.is_ready() && self.stood(now) >= times.connect {
            return Err(Cause::TlsTimeout);
        }
        // Nothing waits for the peer to take it.
        self.moved = now;
        Ok(())
    }

    /// Makes no further frame, or makes them again; whether that changes anything.
    pub(crate) const fn hold(&mut self, is_held: bool) -> bool {
        std::mem::replace(&mut self.is_held, is_held) != is_held
    }

    /// How long it has stood.
    pub(crate) const fn stood(&self, now: Duration) -> Duration {
        now.saturating_sub(self.made)
    }

    /// Says that nothing more comes; to be called when everything was written.
    pub(crate) fn shut(&mut self) -> Result<(), Cause> {
        if self.is_shut {
            return Ok(());
        }
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            seal(tls, &mut self.out)?;
            self.drain()?;
            if !self.is_drained() {
                // The socket is full: it is shut at a later turn, behind the rest of the notice.
                return Ok(());
            }
        }
        self.is_shut = true;
        // A peer that is gone is found by the next read.
        match self.socket.shutdown(std::net::Shutdown::Write) {
            Err(error) if error.kind() != io::ErrorKind::NotConnected => Err(Cause::Broken(error)),
            _ => Ok(()),
        }
    }

    /// Whether the peer has said that it ends.
    pub(crate) const fn was_told(&self) -> bool {
        self.was_told
    }

    pub(crate) const fn is_shut(&self) -> bool {
        self.is_shut
    }

    /// Whether the peer has had the time to close its side, all else being done.
    pub(crate) fn is_left_open(&self, now: Duration) -> bool {
        self.farewell().is_some_and(|farewell| farewell <= now)
    }

    fn farewell(&self) -> Option<Duration> {
        self.is_shut.then(|| self.stirred.saturating_add(FAREWELL))
    }

    /// Whether the socket has all that was made for it.
    pub(crate) const fn is_drained(&self) -> bool {
        self.at == self.out.len()
    }

    /// When it is to be looked at although the kernel tells nothing.
    pub(crate) fn wakes(&self, times: &Times) -> Option<Duration> {
        // Messages, what opens a stream, or what TLS has to say: all of it may stall.
        let is_in_flight = self.written > self.acknowledged || !self.is_drained();
        let check = is_in_flight.then(|| self.checked.saturating_add(self.check));
        let handshake = (!self.is_ready()).then(|| self.made.saturating_add(times.connect));
        [check, handshake, self.farewell()].into_iter().flatten().min()
    }

    /// Says what has not been sent, and what is known of the end.
    pub(crate) fn trouble(&self, cause: Cause, feed: &mut Feed, now: Duration) -> Trouble {
        feed.window.unsend(self.written);
        Trouble {
            cause,
            stood: Some(now.saturating_sub(self.made)),
            written: self.written,
            acknowledged: self.acknowledged,
            // ORDERING: written by this thread.
            was_asked: self.asked.load(Ordering::Relaxed),
        }
    }

    /// What an end means before the handshake is done.
    fn during_handshake(&self, cause: Cause) -> Cause {
        match cause {
            Cause::Closed | Cause::Broken(_) if !self.is_ready() => Cause::TlsEnded,
            other => other,
        }
    }

    /// Reads what the peer says, which is nothing but TLS; whether it says no more.
    fn read(&mut self) -> Result<bool, Cause> {
        let mut buffer = [0; 4096];
        self.reads_on = false;
        // A peer that sends without end is looked at again in the next turn.
        for _ in 0..64 {
            let read = match &mut self.tls {
                Some(tls) => tls.read_tls(&mut self.socket),
                None => self.socket.read(&mut buffer),
            };
            match read {
                Ok(0) => return Ok(true),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Cause::Broken(error)),
            }
            let Some(tls) = &mut self.tls else { continue };
            let state = tls.process_new_packets().map_err(Cause::Tls);
            // Whatever it was, the peer is told by an alert.
            seal(tls, &mut self.out)?;
            let state = match state {
                Ok(state) => state,
                Err(cause) => {
                    drop(self.drain());
                    return Err(cause);
                }
            };
            let waiting = state.plaintext_bytes_to_read();
            io::copy(&mut tls.reader().take(waiting as u64), &mut io::sink())
                .map_err(Cause::Broken)?;
            if state.peer_has_closed() {
                self.was_told = true;
                return Ok(true);
            }
        }
        self.reads_on = true;
        Ok(false)
    }

    /// Writes frames for as long as the socket takes them; whether there are more.
    fn write(
        &mut self,
        feed: &mut Feed,
        framer: &mut Framer,
        wall: Timestamp,
    ) -> Result<bool, Cause> {
        if let Some(tls) = &mut self.tls {
            seal(tls, &mut self.out)?;
        }
        let before = self.written;
        let turn = self.written + TURN as u64;
        let mut result = Ok(false);
        while self.is_writable {
            if self.is_drained() && self.is_ready() && !self.is_shut && !self.is_held {
                self.fill(feed, framer, wall)?;
            }
            if self.is_drained() {
                break;
            }
            if let Err(cause) = self.drain() {
                result = Err(cause);
                break;
            }
            if self.written >= turn {
                result = Ok(true);
                break;
            }
        }
        feed.count_bytes(self.written - before);
        result
    }

    /// Makes frames for the socket, which has all that was made before.
    fn fill(&mut self, feed: &mut Feed, framer: &mut Framer, wall: Timestamp) -> Result<(), Cause> {
        self.out.clear();
        self.at = 0;
        let is_first = !self.has_begun;
        self.has_begun = true;
        let Some(tls) = &mut self.tls else {
            if is_first {
                feed.open(framer, wall, &mut self.out, |_| ());
            }
            while self.out.len() < FILL && feed.frame(framer, 0, &mut self.out) {
                feed.window.send(1, self.written + self.out.len() as u64);
            }
            return Ok(());
        };
        self.plain.clear();
        if is_first {
            feed.open(framer, wall, &mut self.plain, |_| ());
        }
        while self.out.len() < FILL {
            let mut count = 0;
            while self.plain.len() < RECORD && feed.frame(framer, count, &mut self.plain) {
                count += 1;
            }
            if self.plain.is_empty() {
                break;
            }
            tls.writer().write_all(&self.plain).map_err(Cause::Broken)?;
            seal(tls, &mut self.out)?;
            if count > 0 {
                feed.window.send(count, self.written + self.out.len() as u64);
            }
            self.plain.clear();
        }
        Ok(())
    }

    /// Gives the socket what was made for it.
    fn drain(&mut self) -> Result<(), Cause> {
        while let Some(rest) = self.out.get(self.at..).filter(|rest| !rest.is_empty()) {
            match self.socket.write(rest) {
                Ok(count) => {
                    self.at += count;
                    self.written += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.is_writable = false;
                    break;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Cause::Broken(error)),
            }
        }
        Ok(())
    }

    /// Asks the kernel what the peer's has taken, and whether its process reads.
    fn look(&mut self, feed: &mut Feed, now: Duration) {
        // What cannot be asked is not known to be acknowledged.
        let Ok(waiting) = socket::unacknowledged(self.socket.as_fd()) else { return };
        let acknowledged = self.written.saturating_sub(waiting);
        let has_moved = acknowledged > self.acknowledged;
        if has_moved {
            self.acknowledged = acknowledged;
            self.check = FIRST_CHECK;
            self.moved = now;
            feed.window.acknowledge(acknowledged, now);
        } else if self.is_drained() && waiting == 0 {
            self.moved = now;
        } else {
            self.check = (self.check * 2).min(LAST_CHECK);
        }
        let offered = socket::offered(self.socket.as_fd());
        if !self.is_shut || waiting > 0 || has_moved || offered != self.offered {
            self.stirred = now;
        }
        self.offered = offered;
        if (waiting > 0 && !has_moved) || self.is_unread(now) {
            feed.window.stand_still(now.saturating_sub(self.checked));
        }
        self.checked = now;
    }

    /// Whether the peer's process has left something unread, as far as the window shows that its kernel
    /// offers. When all is read and nothing more is sent, the kernel need not say so: after a while
    /// it is not believed any more.
    fn is_unread(&mut self, now: Duration) -> bool {
        let Some(offered) = self.offered else { return false };
        self.widest = self.widest.max(offered);
        if offered >= self.widest / 8 * 7 {
            self.wide = now;
        }
        now != self.wide && now.saturating_sub(self.wide) < UNREAD
    }
}

/// Makes records of what TLS has to say.
fn seal(tls: &mut ClientConnection, out: &mut Vec<u8>) -> Result<(), Cause> {
    while tls.wants_write() {
        tls.write_tls(out).map_err(Cause::Broken)?;
    }
    Ok(())
}
