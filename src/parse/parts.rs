//! What was read of archives and of the configuration history, as the events that it was made of.

use crate::base::Timestamp;
use crate::event::{Archive, ArchivePart, ConfigurationPart, Event, Mid, Pairs, Text};
use crate::format::configuration::Configuration;
use crate::parse::MboxMessage;
use crate::record::{self, Record};

impl MboxMessage {
    /// Gives the message as the parts in which a mail server hands it over. `id` tells it from the
    /// other messages of the file; its MID is not known from an archive, and 0.
    ///
    /// ```
    /// use ringmail::event::Archive;
    /// use ringmail::parse::MboxReader;
    /// let file = b"From a@b.example Tue Jan 28 15:56:13 2003\nSubject: x\n\nHello\n\n";
    /// let message = MboxReader::new(&file[..]).next().unwrap()?;
    /// let mut count = 0;
    /// message.records(Archive::AntiSpam, 1, |_| count += 1);
    /// assert_eq!(count, 1);
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    pub fn records(&self, archive: Archive, id: u64, mut each: impl FnMut(&Record<'_>)) {
        let from = self.sender.as_slice();
        // What stands for nobody.
        let from = if from == b"MAILER-DAEMON" { Text::EMPTY } else { from.into() };
        for part in ArchivePart::parts(archive, Mid(0), id, from, &self.bytes) {
            give(&part, self.time, &mut each);
        }
    }
}

impl Configuration<'_> {
    /// Gives the configuration as the parts in which it is handed over at its commit. `id` tells it
    /// from others. Product, version and serial number are the engine's to say, and left out.
    pub fn records(&self, id: u64, mut each: impl FnMut(&Record<'_>)) {
        let features: Vec<_> = self
            .features
            .iter()
            .map(|feature| (Text::from(&*feature.name), Text::from(&*feature.terms)))
            .collect();
        let commit = ConfigurationPart {
            id,
            comment: Text::from(&*self.comment),
            user: Text::from(&*self.user),
            description: Text::from(&*self.description),
            model: Text::from(&*self.model),
            cpus: self.cpus,
            memory_gb: self.memory_gb,
            features: Pairs::new(&features),
            ..ConfigurationPart::EMPTY
        };
        for part in commit.parts(&self.body) {
            give(&part, Some(self.time), &mut each);
        }
    }
}

fn give<'a, E: Event<'a>>(event: &E, time: Option<Timestamp>, each: &mut impl FnMut(&Record<'_>)) {
    let mut bytes = Vec::new();
    record::append(&mut bytes, event, E::ROW.level, 0, time);
    if let Ok(record) = Record::read(&bytes) {
        each(&record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::decode;

    #[test]
    fn a_long_message_comes_in_parts_that_are_the_whole() {
        let message = MboxMessage {
            sender: b"MAILER-DAEMON".to_vec(),
            bytes: vec![b'x'; 20_000],
            ..MboxMessage::default()
        };
        let (mut bytes, mut last) = (Vec::new(), false);
        message.records(Archive::Graymail, 7, |record| {
            let part: ArchivePart<'_> = decode(record.payload).unwrap();
            assert_eq!((part.archive, part.id), (Archive::Graymail, 7));
            assert!(part.from.is_empty() && !last);
            bytes.extend_from_slice(part.data.as_bytes());
            last = part.last;
        });
        assert!(last);
        assert_eq!(bytes, message.bytes);
    }

    #[test]
    fn a_configuration_keeps_what_was_typed() {
        let configuration = Configuration {
            comment: b"added guest"[..].into(),
            body: b"<config></config>"[..].into(),
            ..Configuration::default()
        };
        configuration.records(1, |record| {
            let part: ConfigurationPart<'_> = decode(record.payload).unwrap();
            assert_eq!(part.comment.to_str(), Some("added guest"));
            assert_eq!(part.data.to_str(), Some("<config></config>"));
        });
    }
}
