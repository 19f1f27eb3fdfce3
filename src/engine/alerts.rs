//! Who is told of what goes wrong, besides the log.

use crate::base::{Alarm, Alert, Dialect};
use crate::event::Event;
use crate::format::{LineWriter, Zone};

/// The engine's alarm, and in whose name it is raised.
#[derive(Debug, Default)]
pub(crate) struct Alerts {
    pub(crate) host_name: String,
    pub(crate) alarm: Option<Box<dyn Alarm>>,
}

/// An alert that went out.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) subject: String,
    pub(crate) class: String,
    pub(crate) addresses: Vec<String>,
}

impl Alerts {
    /// Raises the alarm for what a notice tells, if there is one.
    pub(crate) fn raise<'a, E: Event<'a>>(&mut self, notice: &E) -> Option<Sent> {
        let alarm = self.alarm.as_mut()?;
        let mut block = LineWriter::new(256, Dialect::default(), Zone::utc());
        notice.line(Dialect::default(), &mut block);
        let message = String::from_utf8_lossy(block.as_bytes());
        let alert = Alert::critical(self.host_name.as_str(), message);
        let addresses = alarm.raise(&alert);
        let class = format!("{}/{}", alert.class, alert.severity);
        Some(Sent { subject: alert.subject(), class, addresses })
    }
}
