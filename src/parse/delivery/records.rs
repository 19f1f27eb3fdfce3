use core::net::IpAddr;

use crate::base::Level;
use crate::event::{Bounced, Done, Event, Pairs, Rid, Rids, Text, Texts};
use crate::format::delivery::{Delivery, Outcome, Recipient};
use crate::record::Record;

impl Delivery<'_> {
    /// Gives what was read as records of the events that say it: a `Done` for all recipients that
    /// took as many attempts, or a `Bounced` for each.
    ///
    /// What the log does not tell, like the delivery connection, is 0 or empty.
    pub fn records(&self, mut each: impl FnMut(&Record<'_>)) {
        match &self.outcome {
            Outcome::Delivered { reply, .. } => {
                for group in self.recipients.chunk_by(|a, b| a.attempts == b.attempts) {
                    self.done(group, *reply, &mut each);
                }
            }
            Outcome::Bounced { reason, errors } => {
                for recipient in &self.recipients {
                    self.bounced(*recipient, *reason, errors, &mut each);
                }
            }
        }
    }

    fn done(&self, to: &[Recipient<'_>], reply: Text<'_>, each: &mut impl FnMut(&Record<'_>)) {
        let attempts = to.first().map_or(0, |recipient| recipient.attempts);
        let rids: Vec<Rid> = to.iter().map(|recipient| recipient.rid).collect();
        let to: Vec<Text<'_>> = to.iter().map(|recipient| recipient.to).collect();
        self.give(
            &Done {
                mid: self.mid,
                rids: Rids::new(&rids),
                pairs: (!self.headers.is_empty()).then(|| Pairs::new(&self.headers)),
                from: self.from,
                to: Texts::new(&to),
                attempts,
                bytes: self.bytes,
                injected: self.injected,
                ip: IpAddr::V4(self.ip),
                source_ip: IpAddr::V4(self.source_ip),
                code: self.code,
                reply,
                ..Done::EMPTY
            },
            each,
        );
    }

    fn bounced(
        &self,
        recipient: Recipient<'_>,
        reason: Text<'_>,
        errors: &[Text<'_>],
        each: &mut impl FnMut(&Record<'_>),
    ) {
        self.give(
            &Bounced {
                mid: self.mid,
                rid: recipient.rid,
                reason,
                code: self.code,
                response: Texts::new(errors),
                headers: Pairs::new(&self.headers),
                from: self.from,
                to: recipient.to,
                attempts: recipient.attempts,
                bytes: self.bytes,
                injected: self.injected,
                ip: IpAddr::V4(self.ip),
                source_ip: IpAddr::V4(self.source_ip),
                ..Bounced::EMPTY
            },
            each,
        );
    }

    fn give<'a, E: Event<'a>>(&self, event: &E, each: &mut impl FnMut(&Record<'_>)) {
        let mut payload = Vec::new();
        event.encode(&mut payload);
        let (number, level, time) = (E::ROW.number, Level::Info, Some(self.time));
        each(&Record { number, level, order: 0, time, payload: &payload });
    }
}

#[cfg(test)]
mod tests {
    use crate::event::Mid;
    use crate::format::decode;
    use crate::format::delivery::append;
    use crate::parse::{DeliveryEntry, DeliveryReader};

    use super::*;
    use crate::base::Timestamp;

    #[test]
    fn an_event_that_was_written_comes_back() {
        let rids = [Rid(0), Rid(3)];
        let to = ["a@c.example".into(), "b@c.example".into()];
        let headers = [("subject".into(), "hi".into())];
        let done = Done {
            mid: Mid(7),
            rids: Rids::new(&rids),
            pairs: Some(Pairs::new(&headers)),
            from: "f@d.example".into(),
            to: Texts::new(&to),
            attempts: 2,
            bytes: 139,
            injected: Timestamp::from_seconds(1_043_769_317),
            ip: [192, 0, 2, 1].into(),
            source_ip: [192, 0, 2, 2].into(),
            code: 250,
            reply: "queued".into(),
            ..Done::EMPTY
        };
        let bounced = Bounced {
            mid: Mid(8),
            rid: Rid(1),
            reason: "5.1.0 - Unknown address error".into(),
            code: 550,
            response: Texts::one("gone".into()),
            from: "f@d.example".into(),
            to: "a@c.example".into(),
            attempts: 1,
            injected: Timestamp::from_seconds(1_043_769_317),
            ip: [0, 0, 0, 0].into(),
            source_ip: [192, 0, 2, 2].into(),
            ..Bounced::EMPTY
        };
        let time = Timestamp::from_micros(1_043_769_373_123_000);
        let mut file = Vec::new();
        for (number, payload) in [payload_of(&done), payload_of(&bounced)] {
            let record =
                Record { number, level: Level::Info, order: 0, time: None, payload: &payload };
            append(&record, time, &mut file).unwrap();
        }

        let mut reader = DeliveryReader::new(file.as_slice());
        let mut found = Vec::new();
        while let Some(entry) = reader.read().unwrap() {
            let DeliveryEntry::Delivery(delivery) = entry else { panic!("{entry:?}") };
            delivery.records(|record| {
                assert_eq!(record.time, Some(time));
                found.push((record.number, record.payload.to_vec()));
            });
        }
        assert_eq!(found, [payload_of(&done), payload_of(&bounced)]);
        assert!(decode::<Done<'_>>(&found[0].1).is_ok());
    }

    fn payload_of<'a, E: Event<'a>>(event: &E) -> (u16, Vec<u8>) {
        let mut payload = Vec::new();
        event.encode(&mut payload);
        (E::ROW.number, payload)
    }
}
