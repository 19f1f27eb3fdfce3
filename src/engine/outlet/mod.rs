mod files;
mod stream;
mod syncs;
mod trouble;

use std::io;
use std::time::{Duration, Instant};

use crate::base::{Level, LogType, Result, SubscriptionAccount, Timestamp, probe};
use crate::engine::commit::{Content, OutletCommit};
use crate::engine::guarded::Guarded;
pub(crate) use crate::engine::outlet::stream::NEWS_AT_ONCE;
use crate::engine::outlet::stream::Stream;
use crate::engine::outlet::syncs::Syncs;
use crate::engine::outlet::trouble::Trouble;
use crate::filter::RateWindow;
use crate::format::{self, Compose, Composed, GivenUp, LineWriter, Zone};
use crate::record::Record;
use crate::subscription::{Fsync, Header, Opening, Point, PushNews, Rollover};

/// How long to wait before a rollover that failed is tried again.
const ROLL_RETRY_NANOS: u64 = 1_000_000_000;

/// A subscription at work: its lines' block, its sink, its account.
#[derive(Debug)]
pub(crate) struct Outlet {
    pub(crate) log_type: LogType,
    pub(crate) level: Level,
    pub(crate) work: Work,
    pub(crate) window: Option<RateWindow>,
    pub(crate) account: SubscriptionAccount,
    pub(crate) block: LineWriter,
    /// Makes the file, where it is more than a line an event.
    pub(crate) composer: Option<Box<dyn Compose>>,
    /// Where the last line in the block, or what a composer made of the last event, begins.
    last_line: usize,
    /// Ends of the lines in the block that are not events.
    own_ends: Vec<usize>,
    /// Ends of what a composer made of events.
    event_ends: Vec<usize>,
    /// Bytes of the block that the sink has already taken.
    sent: usize,
    /// The file holds the one thing that it is for: another follows before anything is written.
    is_full: bool,
    /// The sink has been told the account.
    has_told: bool,
    /// Events whose line was taken out of the block, to be the first of the next file.
    carried: u64,
    /// The sink is a stream.
    stream: Option<Stream>,
    /// The sink ends by itself, and takes nothing more.
    pub(crate) has_left: bool,
    sink: Guarded,
    opened_at: Place,
    header: Header,
    rollover: Rollover,
    /// Bytes that the file may have, its closing record left out.
    room: u64,
    /// A block of this length is full in this round.
    full_at: usize,
    /// Bytes of the file's header records.
    header_len: u64,
    file_began_nanos: u64,
    /// When the schedule has the next rollover.
    next_scheduled: Option<Timestamp>,
    /// The time when that was last looked at.
    schedule_seen: Timestamp,
    /// Lines in the file and block besides the header.
    has_lines: bool,
    next_roll_nanos: u64,
    /// Before this moment no further error is told.
    next_report_nanos: u64,
    trouble: Option<Trouble>,
    syncs: Syncs,
    /// What the engine should tell about this subscription.
    pub(crate) news: Vec<News>,
}

/// What an outlet does with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// It has a composer.
    Composes,
    /// The event goes into the counters that its lines, the engine's own, are made of.
    Counts,
    /// The event is a line.
    Lines,
}

/// What happened to a subscription's sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// It stopped taking lines.
    Failed { place: String, error: String },
    /// It takes lines again.
    Resumed { seconds: u64, lost: u64 },
    /// What happened between it and its peer.
    Push(PushNews),
}

/// Whether a block is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// The sink has everything, or what it has not is counted.
    Yes,
    /// The sink takes nothing at the moment; the block is held.
    Held,
}

/// What a sink is told when it is opened, to be told again.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) keep: usize,
    pub(crate) keep_bytes: Option<u64>,
    pub(crate) keep_age: Option<Duration>,
    pub(crate) fsync: Fsync,
    pub(crate) is_chained: bool,
}

impl Place {
    /// Opens the sink for a file that starts now.
    pub(crate) fn open(
        &self,
        sink: &mut Guarded,
        header: &Header,
        now: Timestamp,
        resume: Option<Point<'_>>,
    ) -> Result<()> {
        let stamp = file_stamp(header.zone(), now);
        sink.open(&Opening {
            resume,
            keep_bytes: self.keep_bytes,
            keep_age: self.keep_age,
            form: header.log_type().form(),
            header: Some(header),
            syncs: self.fsync != Fsync::never(),
            has_proof: true,
            is_chained: self.is_chained,
            ..Opening::new(&self.name, &self.file, &stamp, self.keep)
        })
    }
}

/// What an outlet is made of. Its sink is open.
#[derive(Debug)]
pub(crate) struct OutletOptions {
    pub(crate) place: Place,
    pub(crate) log_type: LogType,
    pub(crate) level: Level,
    pub(crate) window: Option<RateWindow>,
    pub(crate) block: LineWriter,
    pub(crate) composer: Option<Box<dyn Compose>>,
    pub(crate) sink: Guarded,
    pub(crate) header: Header,
    pub(crate) rollover: Rollover,
}

impl Outlet {
    /// Begins with the header records in the block.
    pub(crate) fn new(mut options: OutletOptions, now: Timestamp, now_nanos: u64) -> Self {
        let work = match (&options.composer, options.log_type) {
            (Some(_), _) => Work::Composes,
            (None, LogType::Status) => Work::Counts,
            (None, _) => Work::Lines,
        };
        let mut outlet = Self {
            work,
            log_type: options.log_type,
            level: options.level,
            window: options.window,
            account: SubscriptionAccount::new(options.place.name.clone(), options.log_type),
            syncs: Syncs::new(options.place.fsync, now_nanos),
            opened_at: options.place,
            block: options.block,
            composer: options.composer,
            last_line: 0,
            own_ends: Vec::new(),
            event_ends: Vec::new(),
            sent: 0,
            is_full: false,
            has_told: false,
            carried: 0,
            stream: Stream::of(&mut options.sink),
            has_left: false,
            sink: options.sink,
            header: options.header,
            rollover: options.rollover,
            room: 0,
            full_at: 0,
            header_len: 0,
            file_began_nanos: 0,
            next_scheduled: None,
            schedule_seen: now,
            has_lines: false,
            next_roll_nanos: 0,
            next_report_nanos: 0,
            trouble: None,
            news: Vec::new(),
        };
        if outlet.is_stream() {
            // It has neither a beginning nor an end.
            outlet.rollover = Rollover::never();
        }
        if outlet.sink.position() > 0 {
            // The file of an earlier run goes on.
            outlet.file_began_nanos = now_nanos;
            outlet.has_lines = true;
            outlet.is_full = outlet.is_file_each();
            outlet.room = outlet.room_of_file(now);
        } else {
            outlet.begin_file(now, now_nanos);
        }
        outlet
    }

    /// Goes on from what an earlier run had committed.
    pub(crate) fn resume(&mut self, commit: &OutletCommit, now_nanos: u64) {
        self.account = commit.account.clone();
        self.resume_push();
        if let Some((window, state)) = self.window.as_mut().zip(commit.window) {
            window.resume(state, now_nanos);
        }
        if let Some(error) = self.sink.take_complaint() {
            self.report(&error, now_nanos);
        }
    }

    /// Puts what a later run needs to go on from here.
    pub(crate) fn put_commit(&self, content: &mut Content, now_nanos: u64) {
        let point = self.sink.point().map(|point| (point.file, point.len));
        let window = self.window.as_ref().map(|window| window.state(now_nanos));
        OutletCommit::put(content, &self.account, self.push().as_ref(), point, window);
    }

    /// What waited in memory died with the run that was interrupted, and what became of it between
    /// its last commit and its end nobody wrote down: that is unknown.
    fn resume_push(&mut self) {
        let now = self.sink.push_account().unwrap_or_default();
        let Some(before) = &mut self.account.push else { return };
        // What waits on disk is handed over to the new sink, and counts there, also what the buffer
        // had not been told to be acknowledged.
        let again = now.handed.min(before.pending + before.acknowledged);
        let of_pending = again.min(before.pending);
        before.handed -= again;
        before.acknowledged -= again - of_pending;
        before.unknown += before.pending - of_pending;
        (before.pending, before.buffered) = (0, 0);
    }

    /// Counts on from what another outlet of this name has counted.
    pub(crate) fn go_on_from(&mut self, account: &SubscriptionAccount) {
        self.account = account.clone();
        self.leave_buffered();
    }

    /// What waits on disk is handed over to the sink that was just opened, and counts there: also what
    /// that has sent already.
    fn leave_buffered(&mut self) {
        if let Some((before, now)) = self.account.push.as_mut().zip(self.sink.push_account()) {
            let left = before.buffered.min(before.pending).min(now.handed);
            before.handed -= left.min(before.handed);
            before.pending -= left;
            before.buffered -= left;
        }
    }

    /// Opens the sink again after it was closed, and begins a file.
    pub(crate) fn reopen(&mut self, now: Timestamp, now_nanos: u64) {
        if let Err(error) = self.opened_at.open(&mut self.sink, &self.header, now, None) {
            self.news.push(News::Failed { place: self.place(), error: error.to_string() });
        }
        self.leave_buffered();
        // The window was ended for good when the sink was closed.
        if let Some(window) = &mut self.window {
            *window = RateWindow::new(window.limit(), now_nanos);
        }
        self.is_full = false;
        self.has_told = false;
        self.has_left = false;
        self.begin_file(now, now_nanos);
    }

    /// Where the lines are.
    pub(crate) fn place(&self) -> String {
        self.sink.place()
    }

    /// The line that was appended last.
    #[inline]
    pub(crate) fn last_line(&self) -> &[u8] {
        self.block.as_bytes().get(self.last_line..).unwrap_or_default()
    }

    /// Counts an event that this outlet takes. Whether its level is one that is written.
    #[inline]
    pub(crate) fn takes(&mut self, level: Level) -> bool {
        self.account.taken += 1;
        if level > self.level {
            self.account.filtered += 1;
            return false;
        }
        true
    }

    /// Whether the rate limit lets an event pass.
    #[inline]
    pub(crate) fn admits(&mut self, level: Level) -> bool {
        let admits = self.window.as_mut().is_none_or(|window| window.admits(level));
        if !admits {
            self.account.limited += 1;
            probe::dropped("rate limit", 1);
        }
        admits
    }

    /// Remembers where the next line begins.
    #[inline]
    pub(crate) fn begin_line(&mut self) {
        self.last_line = self.block.len();
    }

    /// Counts the event whose line has just been appended.
    #[inline]
    pub(crate) fn end_event(&mut self) {
        self.account.pending += 1;
        self.has_lines = true;
    }

    /// Hands an event to the composer. Whether the file ends behind it.
    #[inline(never)]
    pub(crate) fn compose(&mut self, record: &Record<'_>, time: Timestamp) -> bool {
        self.begin_line();
        let Some(composer) = &mut self.composer else { return false };
        let window = &mut self.window;
        let mut admits = || window.as_mut().is_none_or(|window| window.admits(record.level));
        match composer.take(record, time, &mut admits, &mut self.block) {
            // As a `Done` without recipients: there is nothing that a file could show.
            Ok(Composed::Written | Composed::WrittenCut) if self.block.len() == self.last_line => {
                self.account.absorbed += 1;
            }
            Ok(composed @ (Composed::Written | Composed::WrittenCut)) => {
                self.account.cut += u64::from(composed == Composed::WrittenCut);
                let is_file_each = composer.is_file_each();
                self.event_ends.push(self.block.len());
                self.end_event();
                self.mark(record, time);
                return is_file_each;
            }
            Ok(Composed::Absorbed) => self.account.absorbed += 1,
            Ok(Composed::Filtered) => self.account.filtered += 1,
            Ok(Composed::Limited) => {
                self.account.limited += 1;
                probe::dropped("rate limit", 1);
            }
            Err(_) => self.take_back(),
        }
        false
    }

    /// Whether the block ends a file of which each holds one thing.
    pub(crate) fn is_complete(&self) -> bool {
        !self.event_ends.is_empty() && self.is_file_each()
    }

    fn is_file_each(&self) -> bool {
        self.composer.as_ref().is_some_and(|composer| composer.is_file_each())
    }

    /// Whether nothing will ever be written any more.
    pub(crate) fn is_done(&self) -> bool {
        self.composer.as_ref().is_some_and(|composer| composer.is_done())
    }

    /// What the composer gave up since it was last asked.
    pub(crate) fn give_up_composed(&mut self, now: Option<Timestamp>) -> Vec<GivenUp> {
        let Some(composer) = &mut self.composer else { return Vec::new() };
        let given_up = composer.give_up(now);
        self.account.given_up += given_up.iter().map(|some| some.count).sum::<u64>();
        given_up
    }

    /// Takes the line back that was begun: its record could not be read.
    #[cold]
    pub(crate) fn take_back(&mut self) {
        self.block.truncate(self.last_line);
        self.account.failed += 1;
        probe::dropped("event unreadable", 1);
    }

    /// Appends a line of the engine's own: a notice, a header, a status line.
    pub(crate) fn append_own(&mut self, render: impl FnOnce(&mut LineWriter)) {
        self.begin_line();
        render(&mut self.block);
        if self.block.len() > self.last_line {
            self.own_ends.push(self.block.len());
            self.has_lines = true;
        }
    }

    /// Whether each event is a line, as its row declares it.
    pub(crate) const fn is_of_rows(&self) -> bool {
        matches!(self.work, Work::Lines) && format::is_of_rows(self.log_type)
    }

    /// Works out how long a block may become in the round that begins. What that follows from, the
    /// sink's position and the file's bound, stays as it is while lines are taken.
    pub(crate) fn begin_round(&mut self, block_bytes: usize) {
        self.full_at = if self.is_held() {
            usize::MAX
        } else {
            let room = self.room.checked_sub(self.file_base());
            let over_at = room.map_or(0, |room| room.saturating_add(1));
            block_bytes.min(usize::try_from(over_at).unwrap_or(usize::MAX))
        };
    }

    /// The same as `has_room`, by what was worked out when the round began.
    #[inline(always)]
    pub(crate) fn has_room_in_round(&self) -> bool {
        self.block.len() < self.full_at
    }

    /// Whether the block can take another line before it is settled.
    ///
    /// A held block takes whatever the lanes hold, which bounds it: the other subscriptions go on
    /// meanwhile.
    #[inline]
    pub(crate) fn has_room(&self, block_bytes: usize) -> bool {
        self.block.len() < block_bytes && !self.is_over() || self.is_held()
    }

    fn is_held(&self) -> bool {
        self.trouble.as_ref().is_some_and(|trouble| !trouble.has_given_up)
    }

    /// Hands the block to the sink.
    pub(crate) fn settle(&mut self, now: Timestamp, now_nanos: u64) -> Settled {
        if !self.has_told && !self.block.is_empty() {
            self.has_told = true;
            self.tell_account(now);
            if let Some(error) = self.sink.take_complaint() {
                self.report(&error, now_nanos);
            }
        }
        if self.is_complete() {
            return self.settle_each(now, now_nanos);
        }
        self.poll_stream();
        while self.sent < self.block.len() {
            let rest = self.block.as_bytes().get(self.sent..).unwrap_or_default();
            let began = Instant::now();
            let done = match &mut self.stream {
                Some(stream) => stream.write(rest, &mut self.sink),
                None => self.sink.write(rest),
            };
            let took = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
            self.account.write_times.add(took);
            probe::write(&self.account.name, done.as_ref().ok().copied(), took);
            match done {
                Ok(0) => return self.not_taken(&io::ErrorKind::WriteZero.into(), now_nanos),
                Ok(taken) => self.sent += taken.min(rest.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return self.not_taken(&error, now_nanos),
            }
        }
        if self.sent > 0 {
            self.count_further_lines(self.sent);
            self.account.written += self.account.pending;
            self.account.pending = 0;
            self.account.own_lines += self.own_ends.len() as u64;
            self.account.bytes += self.sent as u64;
            self.clear();
            self.end_trouble(now_nanos);
            self.wrote(now_nanos);
        }
        Settled::Yes
    }

    /// Hands the block to the sink, each thing in a file of its own.
    fn settle_each(&mut self, now: Timestamp, now_nanos: u64) -> Settled {
        while let Some(end) = self.event_ends.first().copied() {
            if self.is_full {
                self.tell_account(now);
                if let Err(error) = self.sink.roll(&file_stamp(self.header.zone(), now)) {
                    return self.not_taken(&error, now_nanos);
                }
                if let Some(error) = self.sink.take_complaint() {
                    self.report(&error, now_nanos);
                }
                self.is_full = false;
                self.account.rollovers += 1;
                self.file_began_nanos = now_nanos;
            }
            while self.sent < end {
                let rest = self.block.as_bytes().get(self.sent..end).unwrap_or_default();
                match self.sink.write(rest) {
                    Ok(0) => return self.not_taken(&io::ErrorKind::WriteZero.into(), now_nanos),
                    Ok(taken) => self.sent += taken.min(rest.len()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return self.not_taken(&error, now_nanos),
                }
            }
            self.is_full = true;
            let further = self.newlines(end).saturating_sub(1);
            self.account.further_lines += if self.log_type.form().is_text() { further } else { 0 };
            self.account.written += 1;
            self.account.pending -= 1;
            self.account.bytes += end as u64;
            self.drop_first(end);
            self.end_trouble(now_nanos);
            self.wrote(now_nanos);
        }
        Settled::Yes
    }

    /// Takes what has been written out of the block.
    fn drop_first(&mut self, len: usize) {
        let rest = self.block.as_bytes().get(len..).unwrap_or_default().to_vec();
        self.block.clear();
        self.block.append(&rest);
        self.event_ends.remove(0);
        self.event_ends.iter_mut().for_each(|end| *end -= len);
        self.last_line = self.last_line.saturating_sub(len);
        self.sent = 0;
    }

    /// Ends the file.
    pub(crate) fn close(&mut self, now: Timestamp, now_nanos: u64) -> io::Result<()> {
        self.end_file(now);
        self.settle_for_good(now, now_nanos);
        self.tell_account(now);
        self.sink.close()
    }

    /// Hands over what is in the block. Nobody waits any longer: what the sink does not take now is
    /// given up.
    fn settle_for_good(&mut self, now: Timestamp, now_nanos: u64) {
        while self.settle(now, now_nanos) == Settled::Held {
            if let Some(trouble) = &mut self.trouble {
                trouble.has_given_up = true;
            }
        }
    }

    /// Tells the sink the account as it stands.
    pub(super) fn tell_account(&mut self, now: Timestamp) {
        self.account.pending += self.carried;
        self.sink.tell(&self.account, now);
        self.account.pending -= self.carried;
    }

    /// Ends the file for the last time; an error is told.
    pub(crate) fn close_and_tell(&mut self, now: Timestamp, now_nanos: u64) {
        if let Err(error) = self.close(now, now_nanos) {
            self.news.push(News::Failed { place: self.place(), error: error.to_string() });
        }
    }

    fn newlines(&self, len: usize) -> u64 {
        let bytes = self.block.as_bytes().get(..len).unwrap_or_default();
        memchr::memchr_iter(b'\n', bytes).count() as u64
    }

    /// Counts the lines of the first `len` bytes that are neither an event's only line nor own.
    fn count_further_lines(&mut self, len: usize) {
        if self.composer.is_some() && self.log_type.form().is_text() {
            let ends = self.event_ends.iter().chain(&self.own_ends);
            let counted = ends.filter(|end| **end <= len).count() as u64;
            self.account.further_lines += self.newlines(len).saturating_sub(counted);
        }
    }

    fn clear(&mut self) {
        self.block.clear();
        self.own_ends.clear();
        self.event_ends.clear();
        if let Some(stream) = &mut self.stream {
            stream.clear();
        }
        self.sent = 0;
        self.last_line = 0;
    }
}

/// The stamp of a file that begins now.
pub(crate) fn file_stamp(zone: &Zone, now: Timestamp) -> String {
    String::from_utf8_lossy(&zone.file_stamp(now)).into_owned()
}
