//! An outlet's files: how they begin and end, and when the next one is due.

use super::{Outlet, ROLL_RETRY_NANOS, Settled, file_stamp};
use crate::base::{LogType, Timestamp, probe};
use crate::format::{LineWriter, Zone};
use crate::subscription::end_record;

impl Outlet {
    /// Whether the last line takes the file past its bound.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        self.block.len() as u64 + self.file_base() > self.room
    }

    /// Rolls over before the last line, so that it becomes the first of a new file.
    #[cold]
    #[inline(never)]
    pub(crate) fn roll_before_last_line(&mut self, now: Timestamp, now_nanos: u64) {
        let before = self.last_line as u64 + self.file_base();
        let is_own = self.own_ends.last().is_some_and(|end| *end == self.block.len());
        if now_nanos < self.next_roll_nanos || before <= self.header_len {
            // Just tried in vain, or the line is too long for any file: it gets this one.
            return;
        }
        let line = self.last_line().to_vec();
        self.block.truncate(self.last_line);
        if is_own {
            self.own_ends.pop();
        } else {
            self.event_ends.pop();
            self.account.pending -= 1;
            self.carried = 1;
        }
        // Whether or not it works, the line goes behind what is then in the block.
        self.roll(now, now_nanos);
        self.carried = 0;
        if is_own {
            self.append_own(|block| block.append(&line));
        } else {
            self.begin_line();
            self.block.append(&line);
            if self.composer.is_some() {
                self.event_ends.push(self.block.len());
            }
            self.end_event();
        }
    }

    /// Rolls over if the interval is over and there is anything in the file.
    pub(crate) fn roll_by_interval(&mut self, now: Timestamp, now_nanos: u64) {
        if self.room == u64::MAX && now_nanos >= self.next_roll_nanos {
            // A rollover failed a while ago: let the bound hold again.
            self.room = self.room_of_file(now);
        }
        self.sync_when_due(now_nanos);
        self.roll_by_schedule(now, now_nanos);
        let Some(interval) = self.rollover.interval() else { return };
        let interval = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
        if self.has_lines
            && now_nanos.saturating_sub(self.file_began_nanos) >= interval
            && now_nanos >= self.next_roll_nanos
        {
            self.roll(now, now_nanos);
        }
    }

    /// Rolls over if a time of the schedule has come and there is anything in the file.
    fn roll_by_schedule(&mut self, now: Timestamp, now_nanos: u64) {
        let Some(schedule) = self.rollover.schedule() else { return };
        let was_set_back = now < self.schedule_seen;
        self.schedule_seen = now;
        match self.next_scheduled {
            // A failed rollover is tried again: the time has come, whatever comes next.
            Some(due) if due <= now => {
                let next = schedule.next_after(now, self.header.zone());
                if !self.has_lines || now_nanos >= self.next_roll_nanos && self.roll(now, now_nanos)
                {
                    self.next_scheduled = next;
                }
            }
            Some(_) if !was_set_back => {}
            _ => self.next_scheduled = schedule.next_after(now, self.header.zone()),
        }
    }

    /// Writes what is in the block, closes the file and begins the next. Whether it worked; if
    /// not, it is tried again a second later, and the lines go on in the file that there is.
    pub(crate) fn roll(&mut self, now: Timestamp, now_nanos: u64) -> bool {
        if self.is_stream() {
            return self.settle(now, now_nanos) == Settled::Yes;
        }
        self.next_roll_nanos = now_nanos.saturating_add(ROLL_RETRY_NANOS);
        // Until it has worked, or is tried again, the file may grow.
        self.room = u64::MAX;
        if self.settle(now, now_nanos) == Settled::Held {
            return false;
        }
        let (before, own_lines) = (self.sink.position(), self.account.own_lines);
        self.end_file(now);
        if self.settle(now, now_nanos) == Settled::Held {
            self.sent = 0;
            self.clear();
            self.cut_to(before, now_nanos);
            return false;
        }
        self.tell_account(now);
        match self.sink.roll(&file_stamp(self.header.zone(), now)) {
            Ok(()) => {
                self.is_full = false;
                if let Some(error) = self.sink.take_complaint() {
                    self.report(&error, now_nanos);
                }
                self.account.rollovers += 1;
                probe::rollover(&self.account.name);
                self.begin_file(now, now_nanos);
                self.next_roll_nanos = 0;
                true
            }
            Err(error) => {
                if self.account.own_lines > own_lines {
                    // The file goes on: the closing record is taken back.
                    self.account.own_lines = own_lines;
                    self.account.own_lines_failed += 1;
                    let taken_back = self.sink.position().saturating_sub(before);
                    self.account.bytes = self.account.bytes.saturating_sub(taken_back);
                    self.cut_to(before, now_nanos);
                }
                self.report(&error, now_nanos);
                false
            }
        }
    }

    /// Begins a file's lines with its header records.
    pub(super) fn begin_file(&mut self, now: Timestamp, now_nanos: u64) {
        if self.is_stream() {
            // It begins and ends its streams itself.
        } else if self.log_type.has_header() {
            for record in self.header.records(now) {
                self.append_own(|block| block.append(&record));
            }
        } else if let Some(mut composer) = self.composer.take() {
            self.append_own(|block| composer.begin_file(now, block));
            self.composer = Some(composer);
        }
        self.header_len = self.block.len() as u64;
        self.has_lines = false;
        self.file_began_nanos = now_nanos;
        self.room = self.room_of_file(now);
    }

    /// Ends a file's lines with its closing record.
    pub(super) fn end_file(&mut self, now: Timestamp) {
        if self.is_stream() {
        } else if self.log_type.has_header() {
            let (zone, log_type) = (self.header.zone().clone(), self.log_type);
            self.append_own(|block| end_record(block, log_type, &zone, now));
        } else if let Some(mut composer) = self.composer.take() {
            self.append_own(|block| composer.end_file(now, block));
            self.composer = Some(composer);
        }
    }

    /// Bytes that a file may have before its closing record.
    pub(super) fn room_of_file(&self, now: Timestamp) -> u64 {
        self.rollover.max_bytes().map_or(u64::MAX, |max| {
            max.saturating_sub(end_record_len(self.log_type, self.header.zone(), now))
        })
    }

    /// Bytes of the file before the block.
    #[inline]
    pub(super) fn file_base(&self) -> u64 {
        self.sink.position().saturating_sub(self.sent as u64)
    }
}

fn end_record_len(log_type: LogType, zone: &Zone, now: Timestamp) -> u64 {
    let mut block = LineWriter::new(64, crate::base::Dialect::default(), zone.clone());
    end_record(&mut block, log_type, zone, now);
    block.len() as u64
}
