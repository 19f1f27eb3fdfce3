//! What the engine itself has to say, and where it is written (contract C14).

use crate::base::{LogType, Timestamp};
use crate::engine::alerts::Sent;
use crate::engine::dispatch::Dispatch;
use crate::engine::outlet::{News, Outlet};
use crate::event::{self, Event};
use crate::format;
use crate::record::{self, Record};
use crate::ring::{Consumer, Merge, ShedReason};
use crate::subscription::PushNews;

impl Dispatch {
    /// Tells that something of the engine's own failed.
    pub(crate) fn tell_failure(&mut self, what: &str, error: &str) {
        self.tell(&event::InputFailed { input: what.into(), error: error.into() }, None);
    }

    /// Tells what an earlier run had left.
    pub(crate) fn tell_recovery(&mut self, lanes: u64, count: u64) {
        self.tell(&event::LanesTakenUp { lanes, count }, None);
    }

    /// Tells that a worker ended in a panic.
    pub(crate) fn tell_panic(&mut self, lane: u64, count: u64) {
        self.tell(&event::WorkerPanicked { lane, count }, None);
    }

    /// Tells what lanes have lost since this was last called, at most once a second.
    ///
    /// `laneless` counts the events shed outside any lane.
    pub(crate) fn tell_losses(&mut self, lanes: &mut [Consumer], merge: &mut Merge, laneless: u64) {
        if self.times.nanos() < self.next_loss_nanos {
            return;
        }
        let has_news = lanes.iter().any(Consumer::has_untold)
            || merge.ahead_total != merge.ahead_told
            || laneless != self.laneless_told;
        if !has_news {
            return;
        }
        self.next_loss_nanos = self.times.nanos().saturating_add(1_000_000_000);
        let now = self.times.wall();
        let mut lost = [0u64; ShedReason::ALL.len()];
        let mut from = now;
        for lane in &mut *lanes {
            let account = lane.tally();
            let mut told = core::mem::replace(&mut lane.told, account);
            let mut current = account;
            for (sum, reason) in lost.iter_mut().zip(ShedReason::ALL) {
                let more = reason.term(&mut current).saturating_sub(*reason.term(&mut told));
                *sum = sum.saturating_add(more);
            }
            if let Some(order) = lane.take_first_loss() {
                from = from.min(self.times.time_of(order));
            }
            let id = lane.lane().id;
            let malformed = account.malformed.saturating_sub(told.malformed);
            if malformed > 0 {
                self.tell(&event::RecordsMalformed { count: malformed, lane: id }, None);
            }
            let cut = account.cut_fields.saturating_sub(told.cut_fields);
            if cut > 0 {
                self.tell(&event::FieldsCut { count: cut, lane: id }, None);
            }
        }
        if let Some(sum) = lost.get_mut(ShedReason::NoLane as usize) {
            *sum += laneless - self.laneless_told;
            self.laneless_told = laneless;
        }
        for (count, reason) in lost.into_iter().zip(ShedReason::ALL) {
            if count > 0 {
                let reason = reason.name().into();
                self.tell(&event::EventsLost { count, from, to: now, reason }, None);
            }
        }
        let ahead = merge.ahead_total - merge.ahead_told;
        if ahead > 0 {
            merge.ahead_told = merge.ahead_total;
            self.tell(&event::StampsAhead { count: ahead }, None);
        }
    }

    /// Tells the offset from UTC into all open files when it has changed.
    pub(super) fn tell_offset(&mut self, now: Timestamp) {
        let offset = self.stamper.offset_seconds(now);
        if offset != self.offset {
            self.offset = offset;
            let notice = event::TimeOffset { seconds: i64::from(offset) };
            self.tell_to(&notice, |outlet| outlet.log_type.has_header());
        }
    }

    /// Tells what happened to sinks.
    pub(crate) fn tell_news(&mut self) {
        for index in 0..self.outlets.len() {
            let Some(outlet) = self.outlets.get_mut(index) else { break };
            if outlet.news.is_empty() {
                continue;
            }
            let news = core::mem::take(&mut outlet.news);
            let name = outlet.account.name.clone();
            let subscription = name.as_str().into();
            for piece in news {
                match piece {
                    News::Failed { place, error } => {
                        let failed = event::WriteFailed {
                            subscription,
                            path: place.as_str().into(),
                            error: error.as_str().into(),
                        };
                        self.tell(&failed, None);
                        self.raise(&failed, None);
                    }
                    News::Resumed { seconds, lost } => {
                        let resumed = event::WriteResumed { subscription, seconds, count: lost };
                        self.tell(&resumed, Some(index));
                    }
                    News::Push(news) => self.tell_push(Some(index), &name, &news),
                }
            }
        }
    }

    /// Tells what happened between a sink and its peer.
    pub(crate) fn tell_push(&mut self, index: Option<usize>, name: &str, news: &PushNews) {
        let subscription = name.into();
        match news {
            PushNews::Failed { destination, finding, repeats } => {
                let failed = event::PushFailed { subscription };
                self.tell(&failed, index);
                self.raise(&failed, index);
                let explained = event::PushExplained {
                    subscription,
                    destination: destination.as_str().into(),
                    finding: finding.as_str().into(),
                    repeats: (*repeats > 1).then_some(*repeats),
                };
                self.tell(&explained, index);
            }
            PushNews::Resumed { destination, seconds, resent, buffered, lost, unknown } => {
                let resumed = event::PushResumed {
                    subscription,
                    destination: destination.as_str().into(),
                    seconds: *seconds,
                    resent: *resent,
                    buffered: *buffered,
                    lost: *lost,
                    unknown: *unknown,
                };
                self.tell(&resumed, index);
            }
            PushNews::Warned { text } => {
                let finding = text.as_str().into();
                self.tell(&event::PushWarned { subscription, finding }, index);
            }
        }
    }

    /// Raises the alarm for what a notice tells, and tells who is told.
    fn raise<'a, E: Event<'a>>(&mut self, notice: &E, concerns: Option<usize>) {
        let Some(Sent { subject, class, addresses }) = self.alerts.raise(notice) else { return };
        for address in addresses {
            let sent = event::AlertSent {
                class: class.as_str().into(),
                address: address.as_str().into(),
                subject: subject.as_str().into(),
            };
            self.tell(&sent, concerns);
        }
    }

    /// Writes a notice into the system logs, or, where there is none, into the text mail logs; and
    /// into the log that it concerns (contract C14).
    pub(crate) fn tell<'a, E: Event<'a>>(&mut self, notice: &E, concerns: Option<usize>) {
        let has_system = self.outlets.iter().any(|outlet| outlet.log_type == LogType::System);
        let general = if has_system { LogType::System } else { LogType::TextMail };
        let mut at = 0;
        self.tell_to(notice, |outlet| {
            let concerned = concerns == Some(at);
            at += 1;
            // Only lines can hold a notice.
            concerned && outlet.log_type.has_header() || outlet.log_type == general
        });
    }

    /// Writes an event of the engine's own where `wanted`. It passes every filter.
    pub(super) fn tell_to<'a, E: Event<'a>>(
        &mut self,
        event: &E,
        mut wanted: impl FnMut(&Outlet) -> bool,
    ) {
        self.notice.clear();
        record::append(&mut self.notice, event, E::ROW.level, 0, None);
        let Ok(record) = Record::read(&self.notice) else { return };
        let stamp = self.stamper.stamp(self.times.wall());
        let (now, nanos) = (self.times.wall(), self.times.nanos());
        for outlet in &mut self.outlets {
            if wanted(outlet) && !outlet.has_left {
                let log_type = outlet.log_type;
                outlet.append_own(|block| {
                    let _malformed = format::render_own(&record, log_type, stamp, block);
                });
                if outlet.is_stream() {
                    outlet.mark_own(record.level, now);
                }
                if outlet.is_over() {
                    outlet.roll_before_last_line(now, nanos);
                }
            }
        }
    }
}
