//! Connecting to whichever of a name's addresses answers first (RFC 8305).

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use mio::event::Source as _;
use mio::net::TcpStream;
use mio::{Interest, Registry};

use crate::sink::syslog::event_loop::Tokens;
use crate::sink::syslog::trouble::Cause;

/// How long an attempt has before the next address is tried beside it.
const HEAD_START: Duration = Duration::from_millis(250);

/// Attempts to connect, of which the first that succeeds counts.
#[derive(Debug)]
pub(crate) struct Race {
    waiting: VecDeque<SocketAddr>,
    running: Vec<TcpStream>,
    /// When the next address is tried.
    next: Duration,
    began: Duration,
    deadline: Duration,
    error: Option<io::Error>,
}

/// How a race stands.
#[derive(Debug)]
pub(crate) enum Standing {
    Open,
    Won(TcpStream),
    Lost(Cause),
}

impl Race {
    pub(crate) fn new(addresses: Vec<SocketAddr>, now: Duration, timeout: Duration) -> Self {
        let deadline = now.saturating_add(timeout);
        Self {
            waiting: addresses.into(),
            running: Vec::new(),
            next: now,
            began: now,
            deadline,
            error: None,
        }
    }

    /// Goes on: to be called at [`wakes`](Self::wakes) and when the kernel tells of a socket.
    pub(crate) fn run(
        &mut self,
        registry: &Registry,
        tokens: &mut Tokens,
        now: Duration,
    ) -> Standing {
        let mut at = 0;
        while let Some(socket) = self.running.get(at) {
            match result(socket) {
                Ok(false) => at += 1,
                Ok(true) => {
                    let winner = self.running.swap_remove(at);
                    return Standing::Won(winner);
                }
                Err(error) => {
                    self.error = Some(error);
                    self.running.swap_remove(at);
                    self.next = now;
                }
            }
        }
        while self.next <= now
            && let Some(address) = self.waiting.pop_front()
        {
            match begin(address, registry, tokens) {
                Ok(socket) => {
                    self.running.push(socket);
                    self.next = now.saturating_add(HEAD_START);
                }
                Err(error) => self.error = Some(error),
            }
        }
        if self.running.is_empty() && self.waiting.is_empty() {
            let error = self.error.take();
            return Standing::Lost(Cause::Connect(error.unwrap_or_else(|| {
                io::Error::new(io::ErrorKind::NotFound, "the name has no address")
            })));
        }
        if now >= self.deadline {
            return Standing::Lost(Cause::ConnectTimeout);
        }
        Standing::Open
    }

    /// How long it has run.
    pub(crate) const fn ran(&self, now: Duration) -> Duration {
        now.saturating_sub(self.began)
    }

    /// When something is to be done although no socket has anything to tell.
    pub(crate) fn wakes(&self) -> Duration {
        if self.waiting.is_empty() { self.deadline } else { self.deadline.min(self.next) }
    }
}

fn begin(address: SocketAddr, registry: &Registry, tokens: &mut Tokens) -> io::Result<TcpStream> {
    let mut socket = TcpStream::connect(address)?;
    socket.register(registry, tokens.next(), Interest::READABLE | Interest::WRITABLE)?;
    Ok(socket)
}

/// Whether it is connected.
fn result(socket: &TcpStream) -> io::Result<bool> {
    if let Some(error) = socket.take_error()? {
        return Err(error);
    }
    match socket.peer_addr() {
        // Where nobody listens on a port of those that the kernel gives away, it may give us that one,
        // and then we talk to ourselves (RFC 9293, simultaneous open).
        Ok(peer) if socket.local_addr().is_ok_and(|own| own == peer) => {
            Err(io::ErrorKind::ConnectionRefused.into())
        }
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(false),
        Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn the_address_that_answers_wins_and_none_loses() {
        let mut poll = mio::Poll::new().unwrap();
        let mut events = mio::Events::with_capacity(8);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        // Nobody listens where somebody just listened.
        let shut = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let long = Duration::from_secs(600);
        for (addresses, wins) in [(vec![shut, open], true), (vec![shut], false), (vec![], false)] {
            let mut race = Race::new(addresses, Duration::ZERO, long);
            let mut tokens = Tokens::of(1);
            let mut rounds = 0;
            loop {
                match race.run(poll.registry(), &mut tokens, Duration::ZERO) {
                    Standing::Open => poll.poll(&mut events, Some(Duration::from_secs(5))).unwrap(),
                    Standing::Won(won) => break assert!(wins && won.peer_addr().unwrap() == open),
                    Standing::Lost(Cause::Connect(_)) => break assert!(!wins),
                    Standing::Lost(cause) => unreachable!("{cause:?}"),
                }
                rounds += 1;
                assert!(rounds < 100);
            }
        }
    }

    #[test]
    fn we_are_no_server() {
        let socket =
            socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        socket.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
        socket.connect(&socket.local_addr().unwrap()).unwrap();
        socket.set_nonblocking(true).unwrap();
        let error = result(&TcpStream::from_std(socket.into())).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }

    #[test]
    fn time_runs_out() {
        let poll = mio::Poll::new().unwrap();
        // An address of documentation: nobody is there, and if the network says so at once, that is
        // a refusal.
        let nowhere = "192.0.2.1:9".parse().unwrap();
        let mut race = Race::new(vec![nowhere], Duration::ZERO, Duration::from_secs(3));
        let mut tokens = Tokens::of(1);
        race.run(poll.registry(), &mut tokens, Duration::ZERO);
        assert_eq!(race.wakes(), Duration::from_secs(3));
        let standing = race.run(poll.registry(), &mut tokens, Duration::from_secs(3));
        assert!(matches!(standing, Standing::Lost(_)), "{standing:?}");
    }
}
