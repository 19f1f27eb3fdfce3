use crate::base::{Dialect, Form, Level, LogType, Result, Timestamp};
use crate::engine::composers::composer_of;
use crate::engine::formatter::BLOCK_BYTES;
use crate::engine::guarded::Guarded;
use crate::engine::outlet::{Outlet, OutletOptions, Place};
use crate::engine::run::Run;
use crate::filter::RateWindow;
use crate::format::{self, LineWriter, Logged, Zone};
use crate::ring::EventSet;
use crate::subscription::{Header, Identity, Point, Subscription};

/// What an engine's settings make of its subscriptions.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) dialect: Dialect,
    pub(crate) zone: Zone,
    pub(crate) identity: Identity,
    pub(crate) cef_headers: Option<Vec<String>>,
    /// Events of the text mail log that are not to be logged.
    pub(crate) unlogged: Vec<u16>,
    pub(crate) logged: Logged,
    pub(crate) status_nanos: u64,
}

impl Plan {
    /// The events that a subscription takes.
    pub(crate) fn events_of(&self, log_type: LogType) -> EventSet {
        let mut taken = format::events_of(log_type);
        if log_type == LogType::TextMail {
            self.unlogged.iter().for_each(|number| taken.remove(*number));
        }
        taken
    }

    /// Opens a subscription's sink and sets it to work, where an interrupted run left it.
    pub(crate) fn outlet(
        &self,
        mut subscription: Subscription,
        now: Timestamp,
        nanos: u64,
        run: Option<&Run>,
    ) -> Result<Option<Outlet>> {
        let Some(sink) = subscription.sink.take() else { return Ok(None) };
        let dialect = subscription.dialect.unwrap_or(self.dialect);
        let cef_headers = self.cef_headers.as_deref();
        let composer =
            composer_of(&subscription, dialect, &self.identity, &self.zone, cef_headers, now);
        // Where lines have no level, none is filtered by it. A status log takes up everything.
        let has_levels =
            subscription.log_type.form() == Form::Lines && subscription.log_type != LogType::Status;
        let place = Place {
            name: subscription.name,
            file: subscription.file,
            keep: subscription.keep_files,
            keep_bytes: subscription.keep_bytes,
            keep_age: subscription.keep_age,
            fsync: subscription.fsync,
            is_chained: subscription.is_chained,
        };
        let mut options = OutletOptions {
            place,
            log_type: subscription.log_type,
            level: if has_levels { subscription.level } else { Level::Trace },
            composer,
            window: subscription.rate_limit.map(|limit| RateWindow::new(limit, nanos)),
            block: LineWriter::new(2 * BLOCK_BYTES, dialect, self.zone.clone()),
            sink: Guarded(sink),
            header: Header::new(subscription.log_type, self.zone.clone(), self.identity.clone()),
            rollover: subscription.rollover,
        };
        let last = run.and_then(|run| run.outlet(&options.place.name, options.log_type));
        let point = last.and_then(|last| last.point.as_ref());
        let time = run.map(Run::last_time).unwrap_or_default();
        let point = point.map(|(file, len)| Point::new(file, *len).at(time));
        options.place.open(&mut options.sink, &options.header, now, point)?;
        let mut outlet = Outlet::new(options, now, nanos);
        if let Some(last) = last {
            outlet.resume(last, nanos);
        }
        Ok(Some(outlet))
    }
}
