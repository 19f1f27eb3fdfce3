use crate::base::LogType;
use crate::event::{self, Event};
use crate::ring::EventSet;

/// The events that a log type is made of (contract C7).
///
/// A type whose lines are rows takes its own rows; the others name what they are made from. Status
/// takes whatever moves one of its counters, and absorbs it.
pub(crate) fn takes(log_type: LogType) -> EventSet {
    let mut set = EventSet::EMPTY;
    match log_type {
        LogType::Bounce => {
            set.insert(event::Bounced::ROW.number);
            set.insert(event::Delayed::ROW.number);
        }
        LogType::Status => {
            for number in crate::format::status::COUNTED {
                set.insert(*number);
            }
        }
        LogType::System | LogType::TextMail => {
            for row in event::rows().filter(|row| row.log_type == log_type) {
                set.insert(row.number);
            }
        }
    }
    set
}
