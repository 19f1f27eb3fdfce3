//! A connection that is watched.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use rustls::ClientConnection;

use crate::base::Timestamp;
use crate::sink::syslog::Framing;
use crate::sink::syslog::diagnose::{Observation, Progress, Secured, TlsFailure};
use crate::sink::syslog::socket::TcpInfo;
use crate::sink::syslog::tls::{Trust, notice};

/// How often the kernel is asked what the peer has.
const LOOK: Duration = Duration::from_millis(5);

/// How long nothing is said at first: who closes at once does so now.
const QUIET: Duration = Duration::from_millis(250);

/// Bytes that are made at once.
const FILL: usize = 64 << 10;

/// The beginning of what a peer says.
const MOST_SAID: usize = 60;

/// The messages of a probe, one after the other.
#[derive(Debug)]
pub(super) struct Messages {
    id: String,
    stamp: String,
    sent: u64,
    messages: u32,
    size: usize,
    bytes: u64,
    made: u64,
    framing: Option<Framing>,
}

impl Messages {
    pub(super) fn new(
        id: &str,
        messages: u32,
        size: usize,
        bytes: u64,
        framing: Option<Framing>,
    ) -> Self {
        let now = Timestamp::from(SystemTime::now());
        let stamp = jiff::Timestamp::from_microsecond(now.micros()).unwrap_or_default();
        let stamp = stamp.to_zoned(jiff::tz::TimeZone::system()).strftime("%b %e %H:%M:%S");
        let (id, stamp) = (id.to_owned(), stamp.to_string());
        Self { id, stamp, sent: 0, messages, size, bytes, made: 0, framing }
    }

    /// Appends the next one. `false`: there is none.
    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> bool {
        if self.sent >= self.messages.into() && self.made >= self.bytes {
            return false;
        }
        self.sent += 1;
        let Self { id, stamp, sent, messages, .. } = self;
        // Facility syslog, severity info.
        let mut message = format!(
            "<46>{stamp} ringmail-doctor: Info: probe {id} {sent} of {messages}: a test of the \
             connection "
        );
        while message.len() < self.size {
            message.push('.');
        }
        message.truncate(self.size);
        let from = out.len();
        match self.framing {
            Some(Framing::OctetCounting) => {
                out.extend_from_slice(format!("{} ", message.len()).as_bytes());
                out.extend_from_slice(message.as_bytes());
            }
            Some(Framing::Lf) => {
                out.extend_from_slice(message.as_bytes());
                out.push(b'\n');
            }
            None => out.extend_from_slice(message.as_bytes()),
        }
        self.made += (out.len() - from) as u64;
        true
    }
}

/// A connection to a server, plain or by TLS.
#[derive(Debug)]
pub(super) struct Talk {
    socket: TcpStream,
    tls: Option<ClientConnection>,
    has_identity: bool,
    /// Whether the server asked for a certificate of ours.
    asked: Arc<AtomicBool>,
    timeout: Duration,
    watch: Duration,
    out: Vec<u8>,
    at: usize,
    made: Instant,
    /// When something was last acknowledged, or nothing was to be.
    moved: Instant,
    progress: Progress,
    /// What the kernel counts as acknowledged before anything is sent.
    base: u64,
    said: Vec<u8>,
}

impl Talk {
    pub(super) fn new(
        socket: TcpStream,
        trust: Option<&Trust>,
        timeout: Duration,
        watch: Duration,
    ) -> Result<Self, Observation> {
        let local = |error: io::Error| Observation::LocalError(error.to_string());
        socket.set_nonblocking(true).map_err(local)?;
        socket.set_nodelay(true).map_err(local)?;
        let asked = Arc::new(AtomicBool::new(false));
        let tls = match trust {
            None => None,
            Some(trust) => {
                let tls = trust.connect(&asked);
                Some(tls.map_err(|error| Observation::of_tls(&error, trust.has_identity()))?)
            }
        };
        let now = Instant::now();
        let base = Info::of(&socket).map_or(0, |info| info.acknowledged);
        Ok(Self {
            socket,
            tls,
            has_identity: trust.is_some_and(Trust::has_identity),
            asked,
            timeout,
            watch,
            out: Vec::new(),
            at: 0,
            made: now,
            moved: now,
            progress: Progress::default(),
            base,
            said: Vec::new(),
        })
    }

    /// Sends the messages, and watches the connection, until something is found.
    pub(super) fn run(&mut self, messages: &mut Messages) -> Observation {
        let mut has_all = false;
        let mut ready: Option<Instant> = None;
        let mut done: Option<Instant> = None;
        loop {
            let ended = self.read().err().or_else(|| {
                // A peer that refuses says why, if at all, before the connection breaks.
                self.write().err().map(|broken| self.read().err().unwrap_or(broken))
            });
            self.look();
            if let Some(end) = ended {
                return self.observe(end);
            }
            let is_idle = self.at == self.out.len();
            if is_idle && self.is_ready() && !has_all {
                let ready = *ready.get_or_insert_with(|| self.begin());
                if ready.elapsed() >= QUIET {
                    has_all = !self.fill(messages);
                } else {
                    self.wait();
                }
                continue;
            }
            if is_idle && self.is_ready() && self.progress.acknowledged >= self.progress.written {
                let done = *done.get_or_insert_with(Instant::now);
                if done.elapsed() >= self.watch {
                    return self.observe(End::Watched);
                }
            } else {
                done = None;
                if self.moved.elapsed() >= self.timeout {
                    return self.observe(End::Timeout);
                }
            }
            self.wait();
        }
    }

    pub(super) const fn progress(&self) -> Progress {
        self.progress
    }

    /// What TLS was agreed on, if it was.
    pub(super) fn secured(&self) -> Option<Secured> {
        let tls = self.tls.as_ref().filter(|tls| !tls.is_handshaking())?;
        let certificate = tls.peer_certificates().and_then(<[_]>::first);
        Some(Secured {
            version: format!("{:?}", tls.protocol_version()?),
            cipher: format!("{:?}", tls.negotiated_cipher_suite()?.suite()),
            notice: certificate
                .and_then(|der| notice("the server's certificate", der, SystemTime::now())),
        })
    }

    fn is_ready(&self) -> bool {
        self.tls.as_ref().is_none_or(|tls| !tls.is_handshaking())
    }

    fn observe(&mut self, end: End) -> Observation {
        self.progress.after = self.made.elapsed();
        let is_shaking = !self.is_ready();
        match end {
            End::Tls(error) => Observation::of_tls(&error, self.has_identity),
            End::Closed if is_shaking => {
                Observation::Tls(TlsFailure::Ended, format!("closed {}", self.progress))
            }
            End::Broken(error) if is_shaking => {
                Observation::Tls(TlsFailure::Ended, format!("{error} {}", self.progress))
            }
            End::Timeout if is_shaking => {
                let millis = self.timeout.as_millis();
                Observation::Tls(TlsFailure::NoAnswer, format!("no answer within {millis} ms"))
            }
            End::Closed if !self.said.is_empty() => self.spoke(),
            End::Closed => self.refused(Observation::Closed(self.progress)),
            End::Broken(error) => self.refused(Observation::of_break(&error, self.progress)),
            End::Timeout => match Info::of(&self.socket) {
                // What was sent is not acknowledged, and the peer does not say that it is full.
                Some(info) if info.unacknowledged > 0 && info.probes == 0 => {
                    Observation::Lost(self.progress)
                }
                _ => Observation::Stalled(self.progress),
            },
            End::Watched if !self.said.is_empty() => self.spoke(),
            End::Watched => Observation::Delivered(self.progress),
        }
    }

    /// What the end of a connection means. Some servers look at certificates when TLS is agreed on,
    /// and close without a word.
    fn refused(&self, end: Observation) -> Observation {
        // ORDERING: written by this thread.
        if !self.progress.is_at_once() || !self.asked.load(Ordering::Relaxed) {
            return end;
        }
        Observation::behind_certificate(&end, self.has_identity)
    }

    fn spoke(&self) -> Observation {
        Observation::Spoke(String::from_utf8_lossy(&self.said).into_owned())
    }

    /// Reads what the peer says.
    fn read(&mut self) -> Result<(), End> {
        let mut buffer = [0; 4096];
        // A peer that sends without end is looked at again later.
        for _ in 0..64 {
            let read = match &mut self.tls {
                Some(tls) => tls.read_tls(&mut self.socket),
                None => self.socket.read(&mut buffer),
            };
            let len = match read {
                Ok(0) => return Err(End::Closed),
                Ok(len) => len,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(End::Broken(error)),
            };
            let Some(tls) = &mut self.tls else {
                let room = MOST_SAID.saturating_sub(self.said.len());
                self.said.extend(buffer.iter().take(len.min(room)));
                continue;
            };
            let state = tls.process_new_packets().map_err(End::Tls);
            // Whatever it was, the peer is told by an alert.
            while tls.wants_write() {
                tls.write_tls(&mut self.out).map_err(End::Broken)?;
            }
            let waiting = match state {
                Ok(state) if state.peer_has_closed() => return Err(End::Closed),
                Ok(state) => state.plaintext_bytes_to_read(),
                Err(end) => {
                    // It may not get there: the failure is what counts.
                    drop(self.write());
                    return Err(end);
                }
            };
            let mut plain = tls.reader().take(waiting as u64);
            let mut said = Vec::new();
            plain.read_to_end(&mut said).map_err(End::Broken)?;
            let room = MOST_SAID.saturating_sub(self.said.len());
            self.said.extend(said.into_iter().take(room));
        }
        Ok(())
    }

    /// Gives the socket what was made for it.
    fn write(&mut self) -> Result<(), End> {
        if let Some(tls) = &mut self.tls {
            while tls.wants_write() {
                tls.write_tls(&mut self.out).map_err(End::Broken)?;
            }
        }
        while let Some(rest) = self.out.get(self.at..).filter(|rest| !rest.is_empty()) {
            match self.socket.write(rest) {
                Ok(count) => {
                    self.at += count;
                    self.progress.written += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(End::Broken(error)),
            }
        }
        Ok(())
    }

    /// From now on messages are counted, not what TLS had to say before.
    fn begin(&mut self) -> Instant {
        self.base += self.progress.written;
        self.progress = Progress::default();
        Instant::now()
    }

    /// Makes messages for the socket. Whether there are more.
    fn fill(&mut self, messages: &mut Messages) -> bool {
        self.out.clear();
        self.at = 0;
        let mut plain = Vec::new();
        let mut has_more = true;
        while plain.len() < FILL && has_more {
            has_more = messages.next(&mut plain);
        }
        match &mut self.tls {
            None => self.out = plain,
            Some(tls) => {
                tls.set_buffer_limit(None);
                // Into memory: it takes all.
                tls.writer().write_all(&plain).ok();
            }
        }
        has_more
    }

    /// Asks the kernel what the peer's has.
    fn look(&mut self) {
        // What cannot be asked is not known to be acknowledged.
        let Some(info) = Info::of(&self.socket) else { return };
        let acknowledged = info.acknowledged.saturating_sub(self.base);
        // An end in order is acknowledged, too.
        let acknowledged = acknowledged.min(self.progress.written);
        if acknowledged > self.progress.acknowledged
            || acknowledged == self.progress.written && self.is_ready()
        {
            self.moved = Instant::now();
        }
        self.progress.acknowledged = self.progress.acknowledged.max(acknowledged);
    }

    /// Waits until there is something to read, or it is time to look.
    fn wait(&self) {
        let mut events = libc::POLLIN;
        if self.at < self.out.len() {
            events |= libc::POLLOUT;
        }
        let mut poll = libc::pollfd { fd: self.socket.as_raw_fd(), events, revents: 0 };
        let millis = i32::try_from(LOOK.as_millis()).unwrap_or(1);
        // SAFETY: one structure, whose descriptor is open. Whatever it answers, all is tried again.
        let _events = unsafe { libc::poll(&raw mut poll, 1, millis) };
    }
}

/// How a connection ended.
enum End {
    Broken(io::Error),
    Closed,
    Timeout,
    Tls(rustls::Error),
    /// It did not, as long as it was watched.
    Watched,
}

/// What the kernel tells of a connection.
#[derive(Clone, Copy, Debug)]
struct Info {
    /// Probes of a window that is closed.
    probes: u8,
    /// Segments that are not acknowledged.
    unacknowledged: u32,
    /// Bytes that are, since the beginning.
    acknowledged: u64,
}

impl Info {
    /// `None` where the kernel does not tell it.
    fn of(socket: &TcpStream) -> Option<Self> {
        let info = TcpInfo::of(socket.as_fd())?;
        let told = info.told();
        Some(Self {
            probes: *told.get(3)?,
            unacknowledged: u32::from_ne_bytes(*told.get(24..)?.first_chunk()?),
            acknowledged: u64::from_ne_bytes(*told.get(120..)?.first_chunk()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_are_marked_and_as_long_as_told() {
        let mut messages = Messages::new("c0ffee00", 2, 120, 0, Some(Framing::OctetCounting));
        let mut out = Vec::new();
        assert!(messages.next(&mut out));
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("120 <46>") && text.len() == 124, "{text}");
        assert!(text.contains(" ringmail-doctor: Info: probe c0ffee00 1 of 2: "), "{text}");
        let mut out = Vec::new();
        assert!(messages.next(&mut out) && !messages.next(&mut out));
        let mut messages = Messages::new("c0ffee00", 1, 100, 1000, Some(Framing::Lf));
        let mut out = Vec::new();
        while messages.next(&mut out) {}
        assert_eq!(out.len(), 1010);
        assert!(out.ends_with(b".\n"));
    }

    #[test]
    fn the_kernel_counts_what_is_acknowledged() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut theirs, _) = listener.accept().unwrap();
        let base = Info::of(&ours).unwrap().acknowledged;
        ours.write_all(&[7; 1000]).unwrap();
        theirs.read_exact(&mut [0; 1000]).unwrap();
        let began = Instant::now();
        while Info::of(&ours).unwrap().acknowledged < base + 1000 {
            assert!(began.elapsed() < Duration::from_secs(10));
        }
        assert_eq!(Info::of(&ours).unwrap().unacknowledged, 0);
    }
}
