use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::base::{Error, Form, PushAccount, Result, host_name};
use crate::format::Zone;
use crate::sink::syslog::buffer::{Buffer, BufferOptions, BufferReader, BufferWriter};
use crate::sink::syslog::disk;
use crate::sink::syslog::event_loop::Pump;
use crate::sink::syslog::feed::Feed;
use crate::sink::syslog::frame::{Framer, Shape};
use crate::sink::syslog::options::Times;
use crate::sink::syslog::route::{Route, Target};
use crate::sink::syslog::shared::Shared;
use crate::sink::syslog::tls::Trust;
use crate::sink::syslog::{Destination, Facility, Format, Framing, Protocol, Severity, Spread};
use crate::subscription::{Mark, Opening, Point, PushNews, PushRest, Sink, Wants};

/// Bytes that may wait for a destination, where nothing else is said.
const QUEUE_BYTES: usize = 64 << 20;

/// Bytes of acknowledged messages that are kept, where nothing else is said.
const RESEND_BYTES: usize = 64 << 20;

/// What the buffer in a directory is called in a point: another one's has other sequences.
fn point_of(folder: &Path) -> String {
    format!("buffer {}", folder.display())
}

/// How long the end waits for the thread that talks to servers, beyond what it waits for them.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// Most of a route's queue.
const MOST_BYTES: usize = 16 << 30;

/// Sends each line to a syslog server.
///
/// Made with the destination; everything else has a default. [`check`](Self::check) says what is
/// wrong with it, and so does the engine when it starts.
///
/// ```
/// use std::time::Duration;
/// use ringmail::sink::syslog::{Destination, Framing, Severity, Spread, Syslog, Tls};
///
/// let secured = Destination::tcp("logs1.example.com", 6514)
///     .tls(Tls::new().authorities("/etc/ringmail/ca.pem"));
/// let second = Destination::tcp("logs2.example.com", 514);
/// let push = Syslog::to(secured)
///     .or_to(second)
///     .spread(Spread::Failover)
///     .severity(Severity::ByLevel)
///     .framing(Framing::OctetCounting)
///     .max_message(8192)
///     .resend_window(Duration::from_secs(10), 16 << 20);
/// push.check()?;
/// assert!(push.max_message(100).check().is_err());
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct Syslog {
    destinations: Vec<Destination>,
    spread: Spread,
    facility: Facility,
    severity: Severity,
    format: Format,
    framing: Option<Framing>,
    max_message: Option<usize>,
    host_name: Option<String>,
    queue_bytes: usize,
    resend_bytes: usize,
    times: Times,
    buffer: Option<(PathBuf, BufferOptions)>,
    pace: Option<u32>,
    open: Option<Open>,
    /// What became of the lines of earlier times that it was open.
    before: PushAccount,
    position: u64,
}

/// What an open sink has.
#[derive(Debug)]
struct Open {
    pump: Arc<Pump>,
    shared: Arc<Shared>,
    routes: Vec<usize>,
    writer: Option<BufferWriter>,
    /// The buffer, in points of its end.
    point: String,
    with_ids: bool,
}

impl Syslog {
    /// A push to this server.
    pub fn to(destination: Destination) -> Self {
        Self {
            destinations: vec![destination],
            spread: Spread::default(),
            facility: Facility::default(),
            severity: Severity::default(),
            format: Format::default(),
            framing: None,
            max_message: None,
            host_name: None,
            queue_bytes: QUEUE_BYTES,
            resend_bytes: RESEND_BYTES,
            times: Times::default(),
            buffer: None,
            pace: None,
            open: None,
            before: PushAccount::default(),
            position: 0,
        }
    }

    /// One more server, for what [`spread`](Self::spread) says. At most 16 in all.
    pub fn or_to(mut self, destination: Destination) -> Self {
        self.destinations.push(destination);
        self
    }

    /// What several servers are for. Default: [`Spread::Failover`], in the order in which they were
    /// given; after a failure each has its turn, and the first one is
    /// [tried again](Self::first_again) meanwhile.
    pub const fn spread(mut self, spread: Spread) -> Self {
        self.spread = spread;
        self
    }

    /// The facility. Default: [`Facility::Auth`].
    pub const fn facility(mut self, facility: Facility) -> Self {
        self.facility = facility;
        self
    }

    /// The severity. Default: [`Severity::Info`].
    pub const fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// What frames look like. Default: [`Format::Rfc3164`].
    pub const fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// How the frames of a stream are told apart. Default: by the format, a line feed for RFC 3164
    /// and octet counting for RFC 5424. Datagrams have no framing.
    pub const fn framing(mut self, framing: Framing) -> Self {
        self.framing = Some(framing);
        self
    }

    /// Bytes that a message has at most, its framing not counted; a longer one is cut between two
    /// characters and ends in `...`. Default: the most that all
    /// [protocols](Protocol::sizes) in use can have.
    pub const fn max_message(mut self, bytes: usize) -> Self {
        self.max_message = Some(bytes);
        self
    }

    /// The host name in each message; empty: none. Default: none for RFC 3164, as many gateways have
    /// it, and the system's for RFC 5424.
    pub fn host_name(mut self, name: impl Into<String>) -> Self {
        self.host_name = Some(name.into());
        self
    }

    /// Bytes that may wait for a server, 64 KiB to 16 GiB. Default: 64 MiB. What does not fit is
    /// refused at once, and counted.
    pub const fn queue_bytes(mut self, bytes: usize) -> Self {
        self.queue_bytes = bytes;
        self
    }

    /// How long acknowledged messages are kept, to be sent again when the connection ends without
    /// order, and how many bytes of them. Default: 5 s, and 64 MiB. What is let go earlier than that
    /// becomes unknown in the account if the connection then ends.
    pub const fn resend_window(mut self, time: Duration, bytes: usize) -> Self {
        self.times.resend = time;
        self.resend_bytes = bytes;
        self
    }

    /// How long it may take until a connection stands, its TLS handshake included. Default: 10 s.
    pub const fn connect_timeout(mut self, time: Duration) -> Self {
        self.times.connect = time;
        self
    }

    /// How long the peer's kernel may take nothing of what waits for it, before the connection is
    /// given up. Default: 60 s.
    pub const fn stall_timeout(mut self, time: Duration) -> Self {
        self.times.stall = time;
        self
    }

    /// How long to wait before a server is tried again, at first; each time twice as long, up to the
    /// second one. A quarter more or less, by chance. Default: 0.5 s and 30 s.
    pub const fn retry(mut self, first: Duration, longest: Duration) -> Self {
        self.times.retry = first;
        self.times.retry_max = longest;
        self
    }

    /// How often the first of several servers, if that is by TCP, is tried again while another one has
    /// the lines. Default: 5 min. Zero: never, it is gone back to when the others have failed.
    ///
    /// It is tried beside the working connection, TLS included; when it holds, that connection is
    /// ended in order: what was sent over it is acknowledged before the first server gets a line. If
    /// the other server does not close the connection within 3 s, what is in the resend window is
    /// sent again.
    pub const fn first_again(mut self, every: Duration) -> Self {
        self.times.comeback = every;
        self
    }

    /// After how much silence TCP asks whether the peer is there. Default: 60 s. Zero: never.
    pub const fn keep_alive(mut self, time: Duration) -> Self {
        self.times.keep_alive = time;
        self
    }

    /// How long the close waits until everything is acknowledged. Default: 5 s. When all of it is, the
    /// server has 3 s to close its side, longer while it reads; if it does not, whether it has read
    /// the last lines is unknown, and told.
    pub const fn linger(mut self, time: Duration) -> Self {
        self.times.linger = time;
        self
    }

    /// Keeps messages in a buffer on disk, in a directory of its own, from when they are handed over
    /// until they are acknowledged and the resend window is over. It goes with TCP, and with one
    /// server at a time. Default: none.
    pub fn buffer(mut self, folder: impl Into<PathBuf>, options: BufferOptions) -> Self {
        self.buffer = Some((folder.into(), options));
        self
    }

    /// How fast messages that have waited are sent when the server is back, in messages a second.
    /// Newer ones queue behind them. Default, and zero: as fast as it takes them.
    pub const fn drain_rate(mut self, messages: u32) -> Self {
        self.pace = if messages == 0 { None } else { Some(messages) };
        self
    }

    /// Says what is wrong with the options.
    ///
    /// # Errors
    /// [`Error::is_config`] when something is.
    pub fn check(&self) -> Result<()> {
        let wrong = |what: String| Err(Error::config(format!("syslog: {what}")));
        if self.destinations.len() > 16 {
            return wrong("there are at most 16 servers".to_owned());
        }
        for destination in &self.destinations {
            destination.check()?;
            let sizes = destination.protocol().sizes();
            if let Some(max) = self.max_message.filter(|max| !sizes.contains(max)) {
                return wrong(format!(
                    "a message of at most {max} bytes: it must be {} to {} for {destination}",
                    sizes.start(),
                    sizes.end()
                ));
            }
        }
        let host = self.host_name.as_deref().unwrap_or_default();
        if host.len() > 255 || host.bytes().any(|byte| !byte.is_ascii_graphic()) {
            return wrong(format!("`{}` is no host name", host.escape_debug()));
        }
        if !(64 << 10..=MOST_BYTES).contains(&self.queue_bytes) {
            return wrong(format!(
                "a queue of {} bytes: it must be 64 KiB to 16 GiB",
                self.queue_bytes
            ));
        }
        if self.resend_bytes > MOST_BYTES {
            return wrong(format!(
                "a resend window of {} bytes: at most 16 GiB",
                self.resend_bytes
            ));
        }
        if self.buffer.is_some() {
            if let Some(udp) = self.destinations.iter().find(|one| one.protocol() == Protocol::Udp)
            {
                return wrong(format!("a disk buffer goes with TCP only, and {udp} is not"));
            }
            if self.spread == Spread::All && self.destinations.len() > 1 {
                return wrong(
                    "a disk buffer goes with one server at a time: use failover".to_owned(),
                );
            }
        }
        let (second, day) = (Duration::from_secs(1), Duration::from_secs(86_400));
        let Times { connect, stall, retry, retry_max, resend, comeback, keep_alive, linger } =
            self.times;
        let soonest = if comeback.is_zero() { Duration::ZERO } else { second / 10 };
        for (name, time, least) in [
            ("connect timeout", connect, second / 10),
            ("stall timeout", stall, second),
            ("time before a retry", retry, second / 100),
            ("longest time before a retry", retry_max, retry),
            ("resend window", resend, Duration::ZERO),
            ("time before the first server is tried again", comeback, soonest),
            ("keep-alive time", keep_alive, Duration::ZERO),
            ("linger time", linger, Duration::ZERO),
        ] {
            if !(least..=day).contains(&time) {
                return wrong(format!("a {name} of {time:?}: it must be {least:?} to a day"));
            }
        }
        Ok(())
    }

    /// What frames to this server look like.
    fn shape(&self, destination: &Destination, form: Form, tag: &str) -> Shape {
        let framing = match destination.protocol() {
            Protocol::Udp => None,
            Protocol::Tcp => Some(self.framing.unwrap_or_else(|| self.format.framing())),
        };
        let host = match (&self.host_name, self.format) {
            (Some(name), _) => name.clone(),
            (None, Format::Rfc3164) => String::new(),
            (None, Format::Rfc5424) => system_name(),
        };
        Shape {
            format: self.format,
            framing,
            facility: self.facility,
            severity: self.severity,
            form,
            tag: tag.to_owned(),
            host,
            max: self.max_message.unwrap_or_else(|| *destination.protocol().sizes().end()),
        }
    }
}

impl Sink for Syslog {
    fn open(&mut self, opening: &Opening<'_>) -> Result<()> {
        self.check()?;
        if !matches!(opening.form, Form::Lines | Form::Cef | Form::Qmail) {
            return Err(Error::config(format!(
                "subscription {}: syslog takes lines of text, and this log type is {}: choose \
                 another way for it, such as files",
                opening.name,
                opening.form.name()
            )));
        }
        let ways: Vec<Vec<&Destination>> = match self.spread {
            Spread::All => self.destinations.iter().map(|one| vec![one]).collect(),
            Spread::Failover => vec![self.destinations.iter().collect()],
        };
        let shared = Arc::new(Shared::new(ways.len(), self.queue_bytes, self.wants().has_ids()));
        let zone = opening.header.map_or_else(Zone::utc, |header| header.zone().clone());
        let (mut writer, mut reader) = self.open_buffer(opening)?.unzip();
        if let Some(reader) = &reader {
            shared.set_left(reader.account().end.saturating_sub(reader.settled()));
        }
        let pump = Pump::get()?;
        let mut routes = Vec::new();
        for (lane, way) in ways.into_iter().enumerate() {
            let mut targets = Vec::new();
            for destination in way {
                let trust = destination.tls.as_ref();
                let trust = trust.map(|tls| Trust::new(tls, destination)).transpose()?;
                let shape = self.shape(destination, opening.form, opening.name);
                let framer = Framer::new(shape, &zone);
                targets.push(Target::new(destination.clone(), trust, framer));
            }
            let feed = Feed::new(
                Arc::clone(&shared),
                lane,
                opening.header.cloned(),
                (self.times.resend, self.resend_bytes),
                reader.take(),
                self.pace,
            );
            let id = pump.control().route();
            routes.push(Route::new(id, opening.name, feed, targets, self.times));
        }
        let ids = routes.iter().map(Route::id).collect();
        if let Some(open) = self.open.take() {
            let mut account = open.shared.account();
            if self.buffer.is_some() {
                // What waits on disk is handed over once more.
                account.handed = account.handed.saturating_sub(account.pending);
                (account.pending, account.buffered) = (0, 0);
            }
            self.before.add(&account);
        }
        routes.into_iter().for_each(|route| pump.control().open(route));
        let (writer, with_ids) = (writer.take(), self.wants().has_ids());
        let point = self.buffer.as_ref().map(|(folder, _)| point_of(folder)).unwrap_or_default();
        self.open = Some(Open { pump, shared, routes: ids, writer, point, with_ids });
        Ok(())
    }

    fn stream(&self) -> Option<Wants> {
        Some(self.wants())
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        // Nobody says when this was: the lines do.
        let now = std::time::SystemTime::now().into();
        let end = memchr::memrchr(b'\n', lines).map_or(0, |at| at + 1);
        self.write_marked(lines, &[Mark::new(end, now, crate::base::Level::Info)])
    }

    fn write_marked(&mut self, lines: &[u8], marks: &[Mark]) -> io::Result<usize> {
        let Some(open) = &mut self.open else {
            return Err(io::Error::new(io::ErrorKind::NotConnected, "the sink is not open"));
        };
        let taken = match &mut open.writer {
            None => open.shared.hand(lines, marks)?,
            Some(writer) => {
                let (taken, count) = disk::append(writer, lines, marks, open.with_ids)?;
                open.shared.append(count);
                taken
            }
        };
        open.pump.control().ring();
        self.position += taken as u64;
        Ok(taken)
    }

    fn take_news(&mut self) -> Option<PushNews> {
        self.open.as_ref()?.shared.take_news()
    }

    fn push_account(&self) -> Option<PushAccount> {
        let mut account = self.open.as_ref().map(|open| open.shared.account()).unwrap_or_default();
        account.add(&self.before);
        Some(account)
    }

    fn leave(&mut self) -> Option<Box<dyn PushRest>> {
        let mut open = self.open.take()?;
        open.begin_end();
        let before = core::mem::take(&mut self.before);
        let at_most = self.times.linger.saturating_add(LAST_PATIENCE);
        Some(Box::new(Rest { open, before, at_most, is_exclusive: self.buffer.is_some() }))
    }

    fn sync(&mut self) -> io::Result<()> {
        let writer = self.open.as_mut().and_then(|open| open.writer.as_mut());
        writer.map_or(Ok(()), BufferWriter::sync)
    }

    fn point(&self) -> Option<Point<'_>> {
        let open = self.open.as_ref()?;
        let writer = open.writer.as_ref()?;
        Some(Point::new(&open.point, writer.end()))
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn cut(&mut self, _position: u64) -> io::Result<()> {
        // Only whole lines are taken.
        Ok(())
    }

    fn roll(&mut self, _stamp: &str) -> io::Result<()> {
        self.position = 0;
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        open.begin_end();
        if open.shared.wait_for_end(self.times.linger.saturating_add(LAST_PATIENCE)) {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "the syslog thread does not end"))
    }

    fn place(&self) -> String {
        let all: Vec<_> = self.destinations.iter().map(ToString::to_string).collect();
        all.join(", ")
    }
}

impl Syslog {
    /// The two ends of the buffer on disk, if there is to be one.
    fn open_buffer(&self, opening: &Opening<'_>) -> Result<Option<(BufferWriter, BufferReader)>> {
        let Some((folder, options)) = &self.buffer else { return Ok(None) };
        let mut buffer = Buffer::open(folder, options.clone())?;
        let name = point_of(folder);
        if let Some(point) = opening.resume.filter(|point| point.file == name) {
            buffer.cut(point.len)?;
        }
        Ok(Some(buffer.split()))
    }

    fn wants(&self) -> Wants {
        match self.format {
            Format::Rfc3164 => Wants::marks(),
            Format::Rfc5424 => Wants::marks().with_ids(),
        }
    }
}

impl Open {
    /// Nothing more will be handed over.
    fn begin_end(&mut self) {
        self.writer = None;
        self.routes.iter().for_each(|route| self.pump.control().close(*route));
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // Closed before or not: the routes end in their own time.
        self.begin_end();
    }
}

/// What a sink that was left has still to send.
#[derive(Debug)]
struct Rest {
    open: Open,
    before: PushAccount,
    at_most: Duration,
    is_exclusive: bool,
}

impl PushRest for Rest {
    fn account(&self) -> PushAccount {
        let mut account = self.open.shared.account();
        account.add(&self.before);
        account
    }

    fn take_news(&mut self) -> Option<PushNews> {
        self.open.shared.take_news()
    }

    fn has_ended(&self) -> bool {
        self.open.shared.wait_for_end(Duration::ZERO)
    }

    fn wait(&self) {
        self.open.shared.wait_for_end(self.at_most);
    }

    fn hurry(&self) {
        self.open.routes.iter().for_each(|route| self.open.pump.control().hurry(*route));
    }

    fn is_exclusive(&self) -> bool {
        self.is_exclusive
    }
}

/// What the system calls itself; empty when it has no name that can stand in a message.
fn system_name() -> String {
    let name = host_name();
    if name.bytes().all(|byte| byte.is_ascii_graphic()) { name } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_out_of_range_are_refused_with_what_they_may_be() {
        let udp = || Syslog::to(Destination::udp("127.0.0.1", 514));
        let tcp = || Syslog::to(Destination::tcp("127.0.0.1", 514));
        for (sink, said) in [
            (udp().max_message(1023), "1024 to 9216"),
            (udp().max_message(9217), "1024 to 9216"),
            (tcp().max_message(65_536), "1024 to 65535"),
            (tcp().or_to(Destination::udp("a", 1)).max_message(10_000), "9216"),
            (tcp().queue_bytes(1), "64 KiB"),
            (tcp().host_name("two words"), "host name"),
            (tcp().stall_timeout(Duration::ZERO), "stall timeout"),
            (tcp().retry(Duration::from_secs(2), Duration::from_secs(1)), "longest"),
            (tcp().linger(Duration::MAX), "linger"),
            (tcp().first_again(Duration::from_millis(99)), "first server"),
            (tcp().resend_window(Duration::ZERO, usize::MAX), "resend"),
            ((0..16).fold(tcp(), |all, _| all.or_to(Destination::tcp("a", 1))), "16 servers"),
        ] {
            let error = sink.check().unwrap_err();
            assert!(error.is_config() && error.to_string().contains(said), "{error}");
        }
        for sink in [udp().max_message(1024), udp().max_message(9216), tcp().max_message(65_535)] {
            sink.check().unwrap();
        }
    }

    #[test]
    fn what_is_no_lines_is_refused() {
        let mut opening = Opening::new("mail", "mail", "20141119T091638", 10);
        for form in [Form::Binary, Form::Mbox, Form::Xml] {
            opening.form = form;
            let mut sink = Syslog::to(Destination::udp("127.0.0.1", 9));
            let error = sink.open(&opening).unwrap_err();
            assert!(error.is_config() && error.to_string().contains(form.name()), "{error}");
        }
    }
}
