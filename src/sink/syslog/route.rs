//! The way of one queue to its servers: looked up, connected, streaming, broken, waited for.

use std::io;
use std::time::{Duration, SystemTime};

use mio::Registry;
use mio::event::Event;

use crate::base::{PushAccount, Timestamp};
use crate::ring::random;
use crate::sink::syslog::comeback::Comeback;
use crate::sink::syslog::connect::{Race, Standing};
use crate::sink::syslog::datagram::Datagrams;
use crate::sink::syslog::diagnose::{Observation, diagnose};
use crate::sink::syslog::event_loop::{Control, Tokens};
use crate::sink::syslog::feed::Feed;
use crate::sink::syslog::frame::Framer;
use crate::sink::syslog::options::Times;
use crate::sink::syslog::report::{Failures, Outage};
use crate::sink::syslog::resolve::{self, Found, Lookups};
use crate::sink::syslog::stream::{Stream, Turn};
use crate::sink::syslog::tls::{self, Trust};
use crate::sink::syslog::trouble::{Cause, Trouble};
use crate::sink::syslog::window::End;
use crate::sink::syslog::{Destination, Protocol};
use crate::subscription::PushNews;

/// How long a connection must stand before it is said that lines get there again.
const STEADY: Duration = Duration::from_millis(250);

/// How long no datagram must fail before that is said.
const QUIET: Duration = Duration::from_secs(10);

/// A connection that stood so long was none of those that are made in vain.
const GOOD: Duration = Duration::from_secs(5);

/// How long a server may take to acknowledge what it has, where somebody waits for that.
const HURRY: Duration = Duration::from_millis(500);

/// How often certificates are looked at.
const DAY: Duration = Duration::from_secs(86_400);

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

    /// A server cannot be had: the next one is tried, or this one later.
    fn fail(&mut self, trouble: &Trouble, round: &Round<'_>) {
        let was_made = matches!(trouble.cause, Cause::Broken(_) | Cause::Closed | Cause::Stalled);
        if was_made && trouble.stood.is_some_and(|stood| stood >= GOOD) {
            self.failures = 0;
        }
        self.tell_failure(trouble, round);
        if self.go_back(round) {
            return;
        }
        self.current = (self.current + 1) % self.targets.len().max(1);
        // Each server has its turn before the first one is waited for.
        let cycles = self.failures / u32::try_from(self.targets.len()).unwrap_or(u32::MAX).max(1);
        self.failures = self.failures.saturating_add(1);
        let wait = if self.current == 0 { self.backoff(cycles) } else { Duration::ZERO };
        self.state = State::Waiting(round.now.saturating_add(wait));
    }

    fn datagram_failed(&mut self, cause: Cause, round: &Round<'_>) {
        let (is_refused, is_one) = match &cause {
            Cause::Datagram(error, _) => (
                error.kind() == io::ErrorKind::ConnectionRefused,
                error.raw_os_error() == Some(libc::EMSGSIZE),
            ),
            _ => (false, false),
        };
        let trouble = Trouble::new(cause);
        // A datagram that came back says nothing of the next one, and there is nobody else.
        if is_one || (is_refused && self.targets.len() == 1) {
            self.tell_failure(&trouble, round);
        } else {
            self.fail(&trouble, round);
        }
    }

    fn tell_failure(&mut self, trouble: &Trouble, round: &Round<'_>) {
        self.failed = round.now;
        self.feed.count_failure();
        let Some(target) = self.targets.get_mut(self.current) else { return };
        let told = target.failures.add(round.now);
        self.outage.begin(&self.feed.account(), round.now, told.is_some());
        let Some(repeats) = told else { return };
        let has_identity = target.trust.as_ref().is_some_and(Trust::has_identity);
        let finding = diagnose(&Observation::of_trouble(trouble, has_identity)).to_string();
        let destination = target.destination.to_string();
        self.feed.shared().tell(PushNews::Failed { destination, finding, repeats });
    }

    /// Looks whether the connection is one that holds.
    fn steady(&mut self, round: &Round<'_>) {
        let State::Streaming(stream) = &self.state else { return };
        if !stream.is_ready() {
            return;
        }
        self.look_at_certificates(round);
        let steady = round.now.saturating_sub(self.failed) >= STEADY;
        if steady && self.feed.window.has_caught_up() {
            self.resume(round);
        }
    }

    fn resume(&mut self, round: &Round<'_>) {
        if !self.outage.is_on() {
            return;
        }
        let Some(target) = self.targets.get(self.current) else { return };
        let name = target.destination.to_string();
        let news = self.outage.end(&name, &self.feed.account(), round.now);
        if let Some(news) = news {
            self.feed.shared().tell(news);
        }
    }

    fn look_at_certificates(&mut self, round: &Round<'_>) {
        let State::Streaming(stream) = &self.state else { return };
        let Some(target) = self.targets.get_mut(self.current) else { return };
        if target.notice > round.now {
            return;
        }
        target.notice = round.now.saturating_add(DAY);
        let Some(trust) = &target.trust else { return };
        let now = SystemTime::now();
        let theirs = stream.peer_certificate();
        let theirs = theirs.and_then(|der| tls::notice("the server's certificate", der, now));
        for text in trust.notice(now).into_iter().chain(theirs) {
            let text = format!("{}: {text}", target.destination);
            self.feed.shared().tell(PushNews::Warned { text });
        }
    }

    /// Tries the first server again while another one has the lines; when it can be had, the other's
    /// connection is brought to its end. Whether there is more to do at once.
    fn look_back(&mut self, round: &Round<'_>) -> bool {
        let Some(comeback) = &mut self.comeback else { return false };
        let is_elsewhere = match &self.state {
            State::Streaming(stream) => self.current != 0 && stream.is_ready(),
            State::Datagrams(_) => self.current != 0,
            _ => false,
        };
        let Some(first) = self.targets.first().filter(|_| is_elsewhere) else {
            comeback.restart(round.now);
            return false;
        };
        let (lookups, tokens) = (&mut self.lookups, &mut self.tokens);
        let mut more = false;
        if self.closing.is_none() || comeback.has_come(round.now) {
            more = comeback.run(first, lookups, tokens, &self.times, round);
        } else {
            comeback.restart(round.now);
        }
        let has_come = comeback.has_come(round.now);
        let State::Streaming(stream) = &mut self.state else {
            // Datagrams that were not sent are made again.
            return self.go_back(round) || more;
        };
        more |= stream.hold(has_come);
        if has_come && stream.is_drained() {
            // If that fails the next turn finds out.
            stream.shut().unwrap_or_default();
        }
        more
    }

    /// Goes back to the first server if it can be had again.
    fn go_back(&mut self, round: &Round<'_>) -> bool {
        let comeback = self.comeback.as_mut();
        let Some(stream) = comeback.and_then(|comeback| comeback.take(round.now)) else {
            return false;
        };
        if let (Some(first), Some(other)) = (self.targets.first(), self.targets.get(self.current)) {
            let (first, other) = (&first.destination, &other.destination);
            let text = format!("{first} can be had again: lines go there, no longer to {other}");
            self.feed.shared().tell(PushNews::Warned { text });
        }
        (self.current, self.failures) = (0, 0);
        self.state = State::Streaming(stream);
        true
    }

    /// Our side was shut, and the peer has shut its own or will not. Whether there is more to do.
    fn over(&mut self, end: End, round: &Round<'_>) -> bool {
        let has_next = self.feed.window.has_next() || self.feed.has_mail();
        self.feed.end(end, round.now);
        if self.closing.is_some() && !has_next {
            self.feed.give_up(round.now);
            self.state = State::Ended;
            return false;
        }
        // It was shut for the first server, which may have gone again.
        if !self.go_back(round) {
            self.state = State::Waiting(round.now);
        }
        true
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

    /// Tells of what it is not known, at an end that the peer has not confirmed, and why.
    fn tell_open_end(&self, before: &PushAccount) {
        let after = self.feed.account();
        let is_kept = self.feed.is_durable();
        let count = if is_kept { after.pending } else { after.unknown - before.unknown };
        let Some(target) = self.targets.get(self.current).filter(|_| count > 0) else { return };
        let what = if before.pending == 0 {
            "everything was acknowledged, but the server did not close the connection: whether it \
             has read"
        } else {
            "the time for the end is over, and not everything was acknowledged: whether it has"
        };
        let then = if is_kept { "; they are kept, and sent again by the next run" } else { "" };
        let text =
            format!("{}: {what} the last {count} lines is unknown{then}", target.destination);
        self.feed.shared().tell(PushNews::Warned { text });
    }

    /// How long to wait before the next attempt: twice as long each time, and not all at once.
    fn backoff(&self, cycles: u32) -> Duration {
        let wait = self.times.retry.saturating_mul(1_u32.checked_shl(cycles).unwrap_or(u32::MAX));
        let wait = wait.min(self.times.retry_max);
        let part = u32::try_from(random() % 500).unwrap_or(0);
        wait / 1000 * (750 + part)
    }
}
