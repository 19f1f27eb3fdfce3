//! The way of one queue to its servers: looked up, connected, streaming, broken, waited for.

mod failover;
mod telling;

use std::io;
use std::time::Duration;

use mio::Registry;
use mio::event::Event;

use crate::base::Timestamp;
use crate::sink::syslog::comeback::Comeback;
use crate::sink::syslog::connect::{Race, Standing};
use crate::sink::syslog::datagram::Datagrams;
use crate::sink::syslog::event_loop::{Control, Tokens};
use crate::sink::syslog::feed::Feed;
use crate::sink::syslog::frame::Framer;
use crate::sink::syslog::options::Times;
use crate::sink::syslog::report::{Failures, Outage};
use crate::sink::syslog::resolve::{self, Found, Lookups};
use crate::sink::syslog::stream::{Stream, Turn};
use crate::sink::syslog::tls::Trust;
use crate::sink::syslog::trouble::{Cause, Trouble};
use crate::sink::syslog::window::End;
use crate::sink::syslog::{Destination, Protocol};

/// How long a connection must stand before it is said that lines get there again.
const STEADY: Duration = Duration::from_millis(250);

/// How long no datagram must fail before that is said.
const QUIET: Duration = Duration::from_secs(10);

/// How long a server may take to acknowledge what it has, where somebody waits for that.
const HURRY: Duration = Duration::from_millis(500);

/// A server.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) destination: Destination,
    pub(crate) trust: Option<Trust>,
    framer: Framer,
    failures: Failures,
    /// When its certificates are looked at again.
    notice: Duration,
}

impl Target {
    pub(crate) fn new(destination: Destination, trust: Option<Trust>, framer: Framer) -> Self {
        let failures = Failures::default();
        Self { destination, trust, framer, failures, notice: Duration::ZERO }
    }
}

/// What a route needs of the loop in a round.
#[derive(Debug)]
pub(crate) struct Round<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) control: &'a std::sync::Arc<Control>,
    /// Since the loop began.
    pub(crate) now: Duration,
    pub(crate) wall: Timestamp,
}

/// One queue and the servers that it goes to, one at a time.
#[derive(Debug)]
pub(crate) struct Route {
    tokens: Tokens,
    /// Whose lines it brings where: those of one that ends come before those of one that begins.
    key: String,
    feed: Feed,
    targets: Vec<Target>,
    current: usize,
    times: Times,
    state: State,
    outage: Outage,
    /// Failures since something went well.
    failures: u32,
    failed: Duration,
    /// When it ends whatever has not been sent by then.
    closing: Option<Duration>,
    /// When it was last run.
    ran: Duration,
    lookups: Lookups,
    /// Where the first server is tried again while another one works.
    comeback: Option<Comeback>,
}

#[derive(Debug)]
enum State {
    /// Until then.
    Waiting(Duration),
    /// What the lookup is called, and until when it is waited for.
    LookingUp(u64, Duration),
    Racing(Race),
    Streaming(Box<Stream>),
    Datagrams(Box<Datagrams>),
    Ended,
}

impl Route {
    /// One for lines of a subscription, whose name begins the key of its order.
    pub(crate) fn new(
        id: usize,
        name: &str,
        feed: Feed,
        targets: Vec<Target>,
        times: Times,
    ) -> Self {
        let servers = targets.iter().map(|target| target.destination.to_string());
        // Of one by UDP nobody knows whether it is there again.
        let is_known = |first: &Target| first.destination.protocol() == Protocol::Tcp;
        let has_comeback = targets.len() > 1 && targets.first().is_some_and(is_known);
        let comeback = Some(times.comeback).filter(|every| has_comeback && !every.is_zero());
        let key = std::iter::once(name.to_owned()).chain(servers).collect::<Vec<_>>().join(" ");
        Self {
            tokens: Tokens::of(id),
            key,
            feed,
            targets,
            current: 0,
            times,
            state: State::Waiting(Duration::ZERO),
            outage: Outage::default(),
            failures: 0,
            failed: Duration::ZERO,
            closing: None,
            ran: Duration::ZERO,
            lookups: Lookups::default(),
            comeback: comeback.map(Comeback::new),
        }
    }

    /// Which of the loop's routes it is.
    pub(crate) const fn id(&self) -> usize {
        self.tokens.route()
    }

    /// Nothing more will be handed over.
    pub(crate) fn close(&mut self, now: Duration) {
        self.closing.get_or_insert(now.saturating_add(self.times.linger));
    }

    /// What is on disk may as well be sent by the next run: all that is waited for is that a server
    /// acknowledges what it has.
    pub(crate) fn hurry(&mut self, now: Duration) {
        let soon = now.saturating_add(HURRY);
        if self.feed.is_durable() {
            self.closing = Some(self.closing.map_or(soon, |closing| closing.min(soon)));
        }
    }

    /// Whether it has to end before another may begin.
    pub(crate) fn is_before(&self, other: &Self) -> bool {
        self.closing.is_some() && !self.has_ended() && self.key == other.key
    }

    /// When it ends, whatever has not been sent by then; none if nobody has closed it.
    pub(crate) const fn ends(&self) -> Option<Duration> {
        self.closing
    }

    pub(crate) const fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// Whether something was handed over that it has not taken.
    pub(crate) fn has_mail(&self) -> bool {
        !self.has_ended() && self.feed.has_mail()
    }

    /// The kernel tells of one of its sockets.
    pub(crate) fn ready(&mut self, event: &Event) {
        if !event.is_writable() && !event.is_error() {
            return;
        }
        if let Some(comeback) = &mut self.comeback {
            comeback.set_writable();
        }
        match &mut self.state {
            State::Streaming(stream) => stream.set_writable(),
            State::Datagrams(datagrams) => datagrams.set_writable(),
            _ => {}
        }
    }

    /// A lookup has brought something. One that was given up may come back when another server's is
    /// waited for.
    pub(crate) fn looked_up(&mut self, lookup: u64, found: Found, round: &Round<'_>) {
        self.lookups.end();
        if let Some(comeback) = &mut self.comeback
            && comeback.looked_up(lookup, &found, &self.times, round.now)
        {
            return;
        }
        if !matches!(self.state, State::LookingUp(own, _) if own == lookup) {
            return;
        }
        match found {
            Ok(addresses) => self.reach(addresses, round),
            Err(error) => self.fail(&Trouble::new(Cause::Lookup(error)), round),
        }
    }

    /// Does whatever can be done; whether there is more to do at once.
    pub(crate) fn run(&mut self, round: &Round<'_>) -> bool {
        self.ran = round.now;
        self.feed.pull();
        self.feed.begin_turn(round.now);
        let mut more = self.step(round);
        more |= self.look_back(round);
        self.look_at_end(round);
        self.feed.settle(round.now);
        more && !self.has_ended()
    }

    /// When it is to be run again although nothing tells.
    pub(crate) fn wakes(&self) -> Option<Duration> {
        let state = match &self.state {
            State::Waiting(until) | State::LookingUp(_, until) => Some(*until),
            State::Racing(race) => Some(race.wakes()),
            State::Streaming(stream) => stream.wakes(&self.times),
            State::Datagrams(datagrams) => datagrams.wakes(),
            State::Ended => return None,
        };
        let steady = matches!(self.state, State::Streaming(_)) && self.outage.is_on();
        let steady = steady.then(|| self.failed.saturating_add(STEADY * 2));
        // Behind that only an acknowledgement changes anything, and the stream looks for these.
        let steady = steady.filter(|steady| *steady > self.ran);
        let age = self.feed.window.next_age();
        let is_sending = matches!(self.state, State::Streaming(_) | State::Datagrams(_));
        let paced = is_sending.then(|| self.feed.wakes()).flatten();
        let comeback = self.comeback.as_ref().filter(|_| is_sending && self.current != 0);
        let comeback = comeback.and_then(|comeback| comeback.wakes(&self.times, self.ran));
        [state, steady, age, paced, comeback, self.closing].into_iter().flatten().min()
    }

    fn step(&mut self, round: &Round<'_>) -> bool {
        match &mut self.state {
            State::Waiting(until) if *until <= round.now => {
                self.begin(round);
                true
            }
            State::LookingUp(_, until) if *until <= round.now => {
                let slow = io::Error::new(io::ErrorKind::TimedOut, "the lookup takes too long");
                self.fail(&Trouble::new(Cause::Lookup(slow)), round);
                false
            }
            State::Waiting(_) | State::LookingUp(..) | State::Ended => false,
            State::Racing(race) => match race.run(round.registry, &mut self.tokens, round.now) {
                Standing::Open => false,
                Standing::Lost(cause) => {
                    let stood = Some(race.ran(round.now));
                    self.fail(&Trouble { stood, ..Trouble::new(cause) }, round);
                    false
                }
                Standing::Won(socket) => {
                    let trust = self.targets.get(self.current).and_then(|t| t.trust.as_ref());
                    match Stream::new(socket, trust, round.now) {
                        Ok(stream) => {
                            // Options that the kernel does not have are no reason not to send.
                            stream.prepare(&self.times).unwrap_or_default();
                            self.state = State::Streaming(Box::new(stream));
                            true
                        }
                        Err(trouble) => {
                            self.fail(&trouble, round);
                            false
                        }
                    }
                }
            },
            State::Streaming(stream) => {
                let Some(Target { framer, .. }) = self.targets.get_mut(self.current) else {
                    return false;
                };
                let turn = stream.turn(&mut self.feed, framer, &self.times, round.now, round.wall);
                let has_next = self.feed.window.has_next() || self.feed.has_mail();
                let is_last = self.closing.is_some() && !has_next;
                match turn {
                    Ok(Turn::Over) => self.over(End::Orderly, round),
                    Ok(_) if !is_last && stream.is_left_open(round.now) => {
                        self.over(End::Broken, round)
                    }
                    Ok(turn) => {
                        self.steady(round);
                        turn == Turn::More
                    }
                    Err(cause) => {
                        let trouble = stream.trouble(cause, &mut self.feed, round.now);
                        let end = if stream.was_told() { End::Told } else { End::Broken };
                        self.feed.end(end, round.now);
                        self.fail(&trouble, round);
                        false
                    }
                }
            }
            State::Datagrams(datagrams) => {
                let Some(Target { framer, .. }) = self.targets.get_mut(self.current) else {
                    return false;
                };
                match datagrams.turn(&mut self.feed, framer, round.now, round.wall) {
                    Ok(turn) => {
                        if round.now.saturating_sub(self.failed) >= QUIET {
                            self.resume(round);
                        }
                        turn == Turn::More
                    }
                    Err(cause) => {
                        self.datagram_failed(cause, round);
                        true
                    }
                }
            }
        }
    }

    /// Begins to reach the current server.
    fn begin(&mut self, round: &Round<'_>) {
        let Some(target) = self.targets.get(self.current) else { return };
        let (host, port) = (target.destination.host(), target.destination.port());
        if let Some(address) = resolve::literal(host, port) {
            self.reach(vec![address], round);
            return;
        }
        match self.lookups.begin(host, port, self.tokens.route(), round.control) {
            Ok(lookup) => {
                let until = round.now.saturating_add(self.times.connect);
                self.state = State::LookingUp(lookup, until);
            }
            Err(error) => self.fail(&Trouble::new(Cause::Lookup(error)), round),
        }
    }

    fn reach(&mut self, addresses: Vec<std::net::SocketAddr>, round: &Round<'_>) {
        let Some(target) = self.targets.get(self.current) else { return };
        if target.destination.protocol() == Protocol::Tcp {
            self.state = State::Racing(Race::new(addresses, round.now, self.times.connect));
            return;
        }
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in addresses {
            match Datagrams::new(address, round.registry, &mut self.tokens) {
                Ok(datagrams) => {
                    self.state = State::Datagrams(Box::new(datagrams));
                    return;
                }
                Err(error) => last = error,
            }
        }
        self.fail(&Trouble::new(Cause::Connect(last)), round);
    }

    /// Ends when everything has been sent, or when there is no time left for it.
    fn look_at_end(&mut self, round: &Round<'_>) {
        let Some(deadline) = self.closing else { return };
        let has_next = self.feed.window.has_next() || self.feed.has_mail();
        let is_done = match &mut self.state {
            State::Ended => return,
            State::Streaming(stream) => {
                if !has_next && stream.is_ready() && stream.is_drained() && !stream.is_shut() {
                    // If that fails the next turn finds out.
                    stream.shut().unwrap_or_default();
                }
                // Nothing was sent, and nothing will be; or all is there, and nobody says more.
                !has_next && !stream.is_ready() || stream.is_left_open(round.now)
            }
            State::Datagrams(datagrams) => !has_next && datagrams.is_drained(),
            // What is on disk is sent by the next run.
            _ => !has_next || self.feed.is_durable(),
        };
        if is_done || round.now >= deadline {
            let is_streaming = match &self.state {
                State::Streaming(stream) => {
                    stream.trouble(Cause::Closed, &mut self.feed, round.now);
                    true
                }
                _ => false,
            };
            let before = self.feed.account();
            self.feed.end(End::Broken, round.now);
            self.feed.give_up(round.now);
            self.state = State::Ended;
            if is_streaming {
                self.tell_open_end(&before);
            }
        }
    }
}
