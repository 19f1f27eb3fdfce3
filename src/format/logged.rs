//! What operators choose to have logged of each message, whatever the mail server tells.

use crate::event::{Bounced, Delayed, Done, Event, Malformed, Pairs, Response, Text};
use crate::format::render::decode;
use crate::format::reply::human_part;
use crate::record::Record;
use crate::ring::EventSet;

/// The engine's settings that change what is logged of an event.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    /// The headers to log, spelled as they are to be shown; `None`: those that the events carry.
    headers: Option<Vec<String>>,
    /// The events that may have to be changed.
    concerned: EventSet,
}

impl Logged {
    pub(crate) fn new(headers: Option<Vec<String>>) -> Self {
        let mut concerned = EventSet::EMPTY;
        concerned.insert(Response::ROW.number);
        if headers.is_some() {
            for number in [Bounced::ROW.number, Delayed::ROW.number, Done::ROW.number] {
                concerned.insert(number);
            }
        }
        Self { headers, concerned }
    }

    /// Whether an event of this number may have to be changed.
    #[inline]
    pub(crate) fn concerns(&self, number: u16) -> bool {
        self.concerned.contains(number)
    }

    /// Puts the fields of an event as they are to be logged; whether they differ from its own.
    ///
    /// # Errors
    /// When the event cannot be read.
    pub(crate) fn change(
        &self,
        record: &Record<'_>,
        payload: &mut Vec<u8>,
    ) -> Result<bool, Malformed> {
        payload.clear();
        if record.number == Response::ROW.number {
            let mut event: Response<'_> = decode(record.payload)?;
            let text = human_part(event.code, event.text.as_bytes());
            if text.len() == event.text.len() {
                return Ok(false);
            }
            event.text = text.into();
            event.encode(payload);
        } else if record.number == Done::ROW.number {
            let mut event: Done<'_> = decode(record.payload)?;
            let Some(pairs) = event.pairs else { return Ok(false) };
            let kept = self.kept(pairs);
            event.pairs = (!kept.is_empty()).then(|| Pairs::new(&kept));
            event.encode(payload);
        } else if record.number == Bounced::ROW.number {
            let mut event: Bounced<'_> = decode(record.payload)?;
            let kept = self.kept(event.headers);
            event.headers = Pairs::new(&kept);
            event.encode(payload);
        } else if record.number == Delayed::ROW.number {
            let mut event: Delayed<'_> = decode(record.payload)?;
            let kept = self.kept(event.headers);
            event.headers = Pairs::new(&kept);
            event.encode(payload);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// The headers that are to be logged, with their names as the setting spells them.
    fn kept<'a>(&'a self, headers: Pairs<'a>) -> Vec<(Text<'a>, Text<'a>)> {
        let Some(wanted) = &self.headers else { return headers.iter().collect() };
        headers
            .iter()
            .filter_map(|(name, value)| {
                let spelled = wanted
                    .iter()
                    .find(|wanted| wanted.as_bytes().eq_ignore_ascii_case(name.as_bytes()))?;
                Some((spelled.as_str().into(), value))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record;

    fn changed<'a, E: Event<'a>>(logged: &Logged, event: &E, payload: &mut Vec<u8>) -> bool {
        let mut bytes = Vec::new();
        record::append(&mut bytes, event, E::ROW.level, 0, None);
        let record = Record::read(&bytes).unwrap();
        assert!(logged.concerns(record.number));
        logged.change(&record, payload).unwrap()
    }

    #[test]
    fn headers_are_those_of_the_list_in_its_spelling() {
        let logged = Logged::new(Some(vec!["X-Subject".to_owned()]));
        let headers = [("date".into(), "today".into()), ("x-subject".into(), "Hello".into())];
        let mut payload = Vec::new();
        let event = Done { pairs: Some(Pairs::new(&headers)), ..Done::EMPTY };
        assert!(changed(&logged, &event, &mut payload));
        let done: Done<'_> = decode(&payload).unwrap();
        assert!(done.pairs.unwrap().iter().eq([("X-Subject".into(), "Hello".into())]));

        let event = Bounced { headers: Pairs::new(&headers[..1]), ..Bounced::EMPTY };
        assert!(changed(&logged, &event, &mut payload));
        let bounced: Bounced<'_> = decode(&payload).unwrap();
        assert!(bounced.headers.is_empty());
    }

    #[test]
    fn responses_are_stripped() {
        let logged = Logged::new(None);
        let mut payload = Vec::new();
        let event = Response { text: "Ok: queued as 7".into(), ..Response::EMPTY };
        assert!(changed(&logged, &event, &mut payload));
        let response: Response<'_> = decode(&payload).unwrap();
        assert_eq!(response.text.to_str(), Some("queued as 7"));
        assert!(!changed(&logged, &response, &mut Vec::new()));
        assert!(!logged.concerns(Done::ROW.number));
    }
}
