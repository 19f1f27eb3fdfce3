//! The one thread that talks to all servers.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use mio::{Events, Poll, Token, Waker};
use parking_lot::Mutex;

use crate::base::{Error, Result};
use crate::sink::syslog::resolve::Found;
use crate::sink::syslog::route::{Round, Route};

/// Tokens of sockets that a route may have had before they are used again.
const SOCKETS: usize = 1 << 16;

/// The waker's token: no route has it.
const WAKER: Token = Token(usize::MAX);

/// How long the loop sleeps for a timer at least and at most, and how long when the kernel does not
/// let it.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_secs(60);
const BREATH: Duration = Duration::from_millis(10);

/// The loop of this process, while anybody has it, and the process: a fork of it has no such thread.
static LOOP: Mutex<(u32, Weak<Pump>)> = Mutex::new((0, Weak::new()));

/// The running loop. It ends when nobody has it any more, and every route has ended.
#[derive(Debug)]
pub(crate) struct Pump {
    control: Arc<Control>,
}

impl Pump {
    /// The process's loop, which is started if there is none.
    pub(crate) fn get() -> Result<Arc<Self>> {
        let (mut place, process) = (LOOP.lock(), std::process::id());
        if let Some(pump) = place.1.upgrade().filter(|_| place.0 == process) {
            return Ok(pump);
        }
        let failed = |source| Error::io("cannot start the syslog thread", source);
        let poll = Poll::new().map_err(failed)?;
        let waker = Waker::new(poll.registry(), WAKER).map_err(failed)?;
        let control = Arc::new(Control {
            commands: Mutex::new(Vec::new()),
            waker,
            is_asleep: AtomicBool::new(false),
            routes: AtomicUsize::new(0),
        });
        let mut turns = Turns::new(poll, Arc::clone(&control));
        let thread = thread::Builder::new().name("ringmail-syslog".to_owned());
        thread.spawn(move || turns.run()).map_err(failed)?;
        let pump = Arc::new(Self { control });
        *place = (process, Arc::downgrade(&pump));
        Ok(pump)
    }

    pub(crate) fn control(&self) -> &Control {
        &self.control
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.control.say(Command::End);
    }
}

/// What other threads have the loop do.
#[derive(Debug)]
enum Command {
    Open(Box<Route>),
    Close(usize),
    Hurry(usize),
    LookedUp(usize, u64, Found),
    End,
}

/// The other threads' end of the loop.
#[derive(Debug)]
pub(crate) struct Control {
    commands: Mutex<Vec<Command>>,
    waker: Waker,
    is_asleep: AtomicBool,
    routes: AtomicUsize,
}

impl Control {
    /// A number for a new route.
    pub(crate) fn route(&self) -> usize {
        // ORDERING: the number alone counts.
        self.routes.fetch_add(1, Ordering::Relaxed) % (usize::MAX / SOCKETS)
    }

    pub(crate) fn open(&self, route: Route) {
        self.say(Command::Open(Box::new(route)));
    }

    pub(crate) fn close(&self, route: usize) {
        self.say(Command::Close(route));
    }

    pub(crate) fn hurry(&self, route: usize) {
        self.say(Command::Hurry(route));
    }

    pub(crate) fn looked_up(&self, route: usize, lookup: u64, found: Found) {
        self.say(Command::LookedUp(route, lookup, found));
    }

    /// Something was handed over: the loop is woken if it sleeps.
    pub(crate) fn ring(&self) {
        // ORDERING: what was handed over is behind a lock that the loop takes between its store and
        // its sleep. If it took it before, its store comes before our load; if behind, it sees what
        // was handed over.
        if self.is_asleep.load(Ordering::Relaxed) && self.is_asleep.swap(false, Ordering::Relaxed) {
            self.wake();
        }
    }

    fn say(&self, command: Command) {
        self.commands.lock().push(command);
        self.wake();
    }

    fn wake(&self) {
        // It fails when the counter of wakes is full, and then the loop wakes.
        self.waker.wake().unwrap_or_default();
    }
}

/// Tokens for the sockets of a route.
#[derive(Debug)]
pub(crate) struct Tokens {
    route: usize,
    next: usize,
}

impl Tokens {
    pub(crate) const fn of(route: usize) -> Self {
        Self { route, next: 0 }
    }

    pub(crate) const fn route(&self) -> usize {
        self.route
    }

    pub(crate) const fn next(&mut self) -> Token {
        self.next = (self.next + 1) % SOCKETS;
        Token(self.route * SOCKETS + self.next)
    }
}

/// The loop itself.
#[derive(Debug)]
struct Turns {
    poll: Poll,
    control: Arc<Control>,
    routes: Vec<Route>,
    /// Routes that begin when the one before them has ended: their lines come behind its lines.
    held: Vec<Route>,
    began: Instant,
    is_ending: bool,
}

impl Turns {
    fn new(poll: Poll, control: Arc<Control>) -> Self {
        Self {
            poll,
            control,
            routes: Vec::new(),
            held: Vec::new(),
            began: Instant::now(),
            is_ending: false,
        }
    }

    fn run(&mut self) {
        let mut events = Events::with_capacity(256);
        loop {
            let commands = std::mem::take(&mut *self.control.commands.lock());
            let round = Round {
                registry: self.poll.registry(),
                control: &self.control,
                now: self.began.elapsed(),
                wall: SystemTime::now().into(),
            };
            for command in commands {
                let of = |id: usize| move |route: &&mut Route| route.id() == id;
                match command {
                    Command::Open(route) => self.held.push(*route),
                    Command::Close(id) => {
                        let mut all = self.routes.iter_mut().chain(&mut self.held);
                        if let Some(route) = all.find(of(id)) {
                            route.close(round.now);
                        }
                    }
                    Command::Hurry(id) => {
                        if let Some(route) = self.routes.iter_mut().find(of(id)) {
                            route.hurry(round.now);
                        }
                    }
                    Command::LookedUp(id, lookup, found) => {
                        if let Some(route) = self.routes.iter_mut().find(of(id)) {
                            route.looked_up(lookup, found, &round);
                        }
                    }
                    Command::End => self.is_ending = true,
                }
            }
            begin_held(&mut self.held, &mut self.routes, round.now);
            let mut more = false;
            for route in &mut self.routes {
                more |= route.run(&round);
            }
            let before = self.routes.len();
            self.routes.retain(|route| !route.has_ended());
            // What waited for one that has ended begins at once.
            more |= self.routes.len() < before && !self.held.is_empty();
            if self.is_ending && self.routes.is_empty() && self.held.is_empty() {
                return;
            }
            self.sleep(more, &mut events);
        }
    }

    /// Waits until there is something to do.
    fn sleep(&mut self, more: bool, events: &mut Events) {
        let mut timeout = Duration::ZERO;
        if !more {
            // ORDERING: see `Control::ring`.
            self.control.is_asleep.store(true, Ordering::Relaxed);
            if !self.routes.iter().any(Route::has_mail) {
                let held = self.held.iter().filter_map(Route::ends);
                let wakes = self.routes.iter().filter_map(Route::wakes).chain(held).min();
                let wakes = wakes.map(|wakes| wakes.saturating_sub(self.began.elapsed()));
                timeout = wakes.unwrap_or(LONGEST).clamp(SHORTEST, LONGEST);
            }
        }
        match self.poll.poll(events, Some(timeout)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => events.clear(),
            Err(_) => thread::sleep(BREATH),
        }
        // ORDERING: see `Control::ring`; a wake too many does no harm.
        self.control.is_asleep.store(false, Ordering::Relaxed);
        for event in events.iter().filter(|event| event.token() != WAKER) {
            let id = event.token().0 / SOCKETS;
            if let Some(route) = self.routes.iter_mut().find(|route| route.id() == id) {
                route.ready(event);
            }
        }
    }
}

/// Begins what nothing is before any more, or what is to end now.
fn begin_held(held: &mut Vec<Route>, routes: &mut Vec<Route>, now: Duration) {
    for route in std::mem::take(held) {
        let has_one_before = routes.iter().any(|other| other.is_before(&route));
        if has_one_before && route.ends().is_none_or(|ends| ends > now) {
            held.push(route);
        } else {
            routes.push(route);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Form;
    use crate::format::Zone;
    use crate::sink::syslog::feed::Feed;
    use crate::sink::syslog::frame::{Framer, Shape};
    use crate::sink::syslog::options::Times;
    use crate::sink::syslog::route::Target;
    use crate::sink::syslog::shared::Shared;
    use crate::sink::syslog::{Destination, Facility, Format, Framing, Severity};

    fn target(name: &str) -> Target {
        let shape = Shape {
            format: Format::Rfc3164,
            framing: Some(Framing::Lf),
            facility: Facility::Auth,
            severity: Severity::Info,
            form: Form::Lines,
            tag: "mail_logs".to_owned(),
            host: String::new(),
            max: 1024,
        };
        Target::new(Destination::tcp(name, 9), None, Framer::new(shape, &Zone::utc()))
    }

    fn control(poll: &Poll) -> Arc<Control> {
        Arc::new(Control {
            commands: Mutex::new(Vec::new()),
            waker: Waker::new(poll.registry(), WAKER).unwrap(),
            is_asleep: AtomicBool::new(false),
            routes: AtomicUsize::new(0),
        })
    }

    fn feed() -> Feed {
        let shared = Arc::new(Shared::new(1, 1 << 20, false));
        Feed::new(shared, 0, None, (Duration::ZERO, 1), None, None)
    }

    /// A lookup that was given up may bring something when that of another server is under way.
    #[test]
    fn a_late_lookup_is_not_taken_for_another() {
        let poll = Poll::new().unwrap();
        let control = control(&poll);
        let targets = vec![target("first.invalid"), target("second.invalid")];
        let times = Times::default();
        let mut route = Route::new(1, "mail_logs", feed(), targets, times);
        let round = |now| Round {
            registry: poll.registry(),
            control: &control,
            now,
            wall: SystemTime::now().into(),
        };
        let found = || Ok(vec!["127.0.0.1:9".parse().unwrap()]);
        let is_waiting = |route: &Route| format!("{route:?}").contains("LookingUp(");
        let mut now = Duration::ZERO;
        route.run(&round(now));
        assert!(is_waiting(&route));
        // Nothing comes in time, and the other server is looked up.
        now += times.connect;
        route.run(&round(now));
        route.run(&round(now));
        assert!(is_waiting(&route));
        route.looked_up(1, found(), &round(now));
        assert!(is_waiting(&route), "that was the first one's");
        route.looked_up(2, found(), &round(now));
        assert!(!is_waiting(&route));
    }

    /// Lookups that never come back are no more than a few threads.
    #[test]
    fn lookups_that_never_come_back_are_few() {
        let poll = Poll::new().unwrap();
        let control = control(&poll);
        let mut route =
            Route::new(1, "mail_logs", feed(), vec![target("first.invalid")], Times::default());
        // What they bring stays with the control, which nobody reads here.
        for turn in 0..40 {
            let now = Duration::from_secs(60) * turn;
            let wall = SystemTime::now().into();
            let round = Round { registry: poll.registry(), control: &control, now, wall };
            route.run(&round);
        }
        let deadline = Instant::now() + Duration::from_secs(30);
        while Arc::strong_count(&control) > 1 {
            assert!(Instant::now() < deadline, "lookups of names that there are not take so long");
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(control.commands.lock().len(), 4);
    }
}
