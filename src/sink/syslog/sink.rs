//! The open sink: what the engine hands over, and what is left to send when it ends.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::base::{Error, Form, PushAccount, Result, host_name};
use crate::format::Zone;
use crate::sink::syslog::buffer::{Buffer, BufferReader, BufferWriter};
use crate::sink::syslog::disk;
use crate::sink::syslog::event_loop::Pump;
use crate::sink::syslog::feed::Feed;
use crate::sink::syslog::frame::{Framer, Shape};
use crate::sink::syslog::route::{Route, Target};
use crate::sink::syslog::shared::Shared;
use crate::sink::syslog::tls::Trust;
use crate::sink::syslog::{Destination, Format, Protocol, Spread, Syslog};
use crate::subscription::{Mark, Opening, Point, PushNews, PushRest, Sink, Wants};

/// What the buffer in a directory is called in a point: another one's has other sequences.
fn point_of(folder: &Path) -> String {
    format!("buffer {}", folder.display())
}

/// How long the end waits for the thread that talks to servers, beyond what it waits for them.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// What an open sink has.
#[derive(Debug)]
pub(super) struct Open {
    pump: Arc<Pump>,
    shared: Arc<Shared>,
    routes: Vec<usize>,
    writer: Option<BufferWriter>,
    /// The buffer, in points of its end.
    point: String,
    with_ids: bool,
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
        self.warnings().into_iter().for_each(|text| shared.tell(PushNews::Warned { text }));
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
