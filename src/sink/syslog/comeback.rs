//! The first server's comeback: it is tried again while another one has the lines.

use std::net::SocketAddr;
use std::time::Duration;

use crate::sink::syslog::connect::{Race, Standing};
use crate::sink::syslog::event_loop::Tokens;
use crate::sink::syslog::options::Times;
use crate::sink::syslog::resolve::{self, Found, Lookups};
use crate::sink::syslog::route::{Round, Target};
use crate::sink::syslog::stream::Stream;

/// How long its connection must stand before lines go there: what is between us may end it at once.
const STEADY: Duration = Duration::from_millis(250);

/// The attempts to have the first server again. What fails is tried again, and not told.
#[derive(Debug)]
pub(crate) struct Comeback {
    every: Duration,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Until it is tried again.
    Waiting(Duration),
    /// What the lookup is called, and until when it is waited for.
    LookingUp(u64, Duration),
    Racing(Race),
    Connected(Box<Stream>),
}

impl Comeback {
    pub(crate) const fn new(every: Duration) -> Self {
        Self { every, state: State::Waiting(every) }
    }

    /// Begins anew: it is tried when the interval is over.
    pub(crate) fn restart(&mut self, now: Duration) {
        self.state = State::Waiting(now.saturating_add(self.every));
    }

    /// Does whatever can be done; whether there is more to do at once.
    pub(crate) fn run(
        &mut self,
        first: &Target,
        lookups: &mut Lookups,
        tokens: &mut Tokens,
        times: &Times,
        round: &Round<'_>,
    ) -> bool {
        let now = round.now;
        match &mut self.state {
            State::Waiting(until) if *until <= now => {
                let (host, port) = (first.destination.host(), first.destination.port());
                let until = now.saturating_add(times.connect);
                match resolve::literal(host, port) {
                    Some(address) => self.reach(vec![address], times, now),
                    None => match lookups.begin(host, port, tokens.route(), round.control) {
                        Ok(lookup) => self.state = State::LookingUp(lookup, until),
                        Err(_) => self.restart(now),
                    },
                }
                true
            }
            State::LookingUp(_, until) if *until <= now => {
                self.restart(now);
                false
            }
            State::Waiting(_) | State::LookingUp(..) => false,
            State::Racing(race) => match race.run(round.registry, tokens, now) {
                Standing::Open => false,
                Standing::Lost(_) => {
                    self.restart(now);
                    false
                }
                Standing::Won(socket) => {
                    match Stream::new(socket, first.trust.as_ref(), now) {
                        Ok(stream) => {
                            // Options that the kernel does not have are no reason not to send.
                            stream.prepare(times).unwrap_or_default();
                            self.state = State::Connected(Box::new(stream));
                        }
                        Err(_) => self.restart(now),
                    }
                    true
                }
            },
            State::Connected(stream) => {
                if stream.greet(times, now).is_err() {
                    self.restart(now);
                }
                false
            }
        }
    }

    /// A lookup has brought something; whether it was one for this.
    pub(crate) fn looked_up(
        &mut self,
        lookup: u64,
        found: &Found,
        times: &Times,
        now: Duration,
    ) -> bool {
        match (&self.state, found) {
            (State::LookingUp(own, _), _) if *own != lookup => return false,
            (State::LookingUp(..), Ok(addresses)) => self.reach(addresses.clone(), times, now),
            (State::LookingUp(..), Err(_)) => self.restart(now),
            _ => return false,
        }
        true
    }

    /// Whether there is a connection over which frames can flow, and has been for a moment.
    pub(crate) fn has_come(&self, now: Duration) -> bool {
        match &self.state {
            State::Connected(stream) => stream.is_ready() && stream.stood(now) >= STEADY,
            _ => false,
        }
    }

    /// The connection, if there is one over which frames can flow.
    pub(crate) fn take(&mut self, now: Duration) -> Option<Box<Stream>> {
        if !self.has_come(now) {
            return None;
        }
        let next = State::Waiting(now.saturating_add(self.every));
        match std::mem::replace(&mut self.state, next) {
            State::Connected(stream) => Some(stream),
            _ => None,
        }
    }

    /// The kernel tells of one of the route's sockets.
    pub(crate) const fn set_writable(&mut self) {
        if let State::Connected(stream) = &mut self.state {
            stream.set_writable();
        }
    }

    /// When it is to be run again although nothing tells; it was last at `ran`.
    pub(crate) fn wakes(&self, times: &Times, ran: Duration) -> Option<Duration> {
        match &self.state {
            State::Waiting(until) | State::LookingUp(_, until) => Some(*until),
            State::Racing(race) => Some(race.wakes()),
            State::Connected(stream) => {
                let (made, is_ready) = (ran.saturating_sub(stream.stood(ran)), stream.is_ready());
                let wakes = made.saturating_add(if is_ready { STEADY } else { times.connect });
                Some(wakes).filter(|wakes| *wakes > ran || !is_ready)
            }
        }
    }

    fn reach(&mut self, addresses: Vec<SocketAddr>, times: &Times, now: Duration) {
        self.state = State::Racing(Race::new(addresses, now, times.connect));
    }
}
