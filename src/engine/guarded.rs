use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::base::{Error, PushAccount, Result, SubscriptionAccount, Timestamp};
use crate::subscription::{Mark, Opening, Point, PushNews, PushRest, Sink, Wants};

/// A sink whose panics are errors, as no sink may end the engine (contract C11).
#[derive(Debug)]
pub(crate) struct Guarded(pub(crate) Box<dyn Sink>);

impl Guarded {
    pub(crate) fn open(&mut self, opening: &Opening<'_>) -> Result<()> {
        catch_unwind(AssertUnwindSafe(|| self.0.open(opening))).unwrap_or_else(|_| {
            let source = io::Error::other("the sink panicked: a defect of it");
            Err(Error::io("cannot open the sink", source))
        })
    }

    pub(crate) fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.call(|sink| sink.write(lines))
    }

    pub(crate) fn stream(&mut self) -> Option<Wants> {
        self.call(|sink| Ok(sink.stream())).ok().flatten()
    }

    pub(crate) fn write_marked(&mut self, lines: &[u8], marks: &[Mark]) -> io::Result<usize> {
        self.call(|sink| sink.write_marked(lines, marks))
    }

    pub(crate) fn take_news(&mut self) -> Option<PushNews> {
        self.call(|sink| Ok(sink.take_news())).ok().flatten()
    }

    pub(crate) fn leave(&mut self) -> Option<Box<dyn PushRest>> {
        self.call(|sink| Ok(sink.leave())).ok().flatten()
    }

    pub(crate) fn push_account(&self) -> Option<PushAccount> {
        self.0.push_account()
    }

    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.call(|sink| sink.sync())
    }

    pub(crate) fn cut(&mut self, position: u64) -> io::Result<()> {
        self.call(|sink| sink.cut(position))
    }

    pub(crate) fn roll(&mut self, stamp: &str) -> io::Result<()> {
        self.call(|sink| sink.roll(stamp))
    }

    pub(crate) fn close(&mut self) -> io::Result<()> {
        self.call(|sink| sink.close())
    }

    pub(crate) fn tell(&mut self, account: &SubscriptionAccount, now: Timestamp) {
        self.call(|sink| {
            sink.tell(account, now);
            Ok(())
        })
        .ok();
    }

    pub(crate) fn take_complaint(&mut self) -> Option<io::Error> {
        self.0.take_complaint()
    }

    pub(crate) fn point(&self) -> Option<Point<'_>> {
        self.0.point()
    }

    pub(crate) fn position(&self) -> u64 {
        self.0.position()
    }

    pub(crate) fn place(&self) -> String {
        self.0.place()
    }

    fn call<T>(&mut self, act: impl FnOnce(&mut dyn Sink) -> io::Result<T>) -> io::Result<T> {
        // What the sink left half done is its own affair: it is asked again like any that failed.
        catch_unwind(AssertUnwindSafe(|| act(&mut *self.0)))
            .unwrap_or_else(|_| Err(io::Error::other("the sink panicked: a defect of it")))
    }
}
