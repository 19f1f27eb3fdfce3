//! Messages for the archives of the scanning engines, in parts.

use ringmail_rows::rows;

use super::{Archive, MAX_FIELD, Mid, Text};
use crate::base::LogType;

rows! {
    family: AntiSpamArchive, 1100..=1109;

    /// A part of a message that goes to an archive. [`ArchivePart::parts`] makes them.
    ArchivePart = 1100, Info: "Archive " archive: Archive ": MID " mid: Mid " part "
        /// The part's number in its message, from 0.
        sequence: U32 " of "
        /// The same for all parts of a message, and another for each message that is on its way
        /// to the same archive at the same time.
        id: U64
        [last: ", the last"]
        +
        /// The envelope sender, without angle brackets; in the first part alone.
        from: Text,
        /// The part's bytes, at most 8192.
        data: Text;
}

impl<'a> ArchivePart<'a> {
    /// The parts of a message, which are to be emitted in their order by one worker.
    ///
    /// `id` tells messages apart that are on their way to the same archive at the same time: the
    /// MID will do where a message goes there only once. `from` is the envelope sender, `message`
    /// header and body as they came. An empty message has one part.
    ///
    /// ```
    /// use ringmail::event::{Archive, ArchivePart, Mid};
    /// let message = [b'x'; 20_000];
    /// let parts: Vec<_> =
    ///     ArchivePart::parts(Archive::AntiSpam, Mid(7), 7, "a@b.example".into(), &message).collect();
    /// assert_eq!(parts.len(), 3);
    /// assert_eq!(parts.iter().map(|part| part.data.len()).sum::<usize>(), message.len());
    /// assert!(parts[2].last && !parts[1].last);
    /// // for part in parts { worker.emit(&part); }
    /// ```
    pub fn parts(
        archive: Archive,
        mid: Mid,
        id: u64,
        from: Text<'a>,
        message: &'a [u8],
    ) -> impl Iterator<Item = Self> + Clone {
        chunks(message).map(move |(sequence, data, last)| Self {
            archive,
            mid,
            sequence,
            id,
            last,
            from: if sequence == 0 { from } else { Text::EMPTY },
            data,
        })
    }
}

impl Archive {
    /// The archive that a log type is; `None` for types that are none.
    ///
    /// ```
    /// use ringmail::LogType;
    /// use ringmail::event::Archive;
    /// assert_eq!(Archive::of(LogType::AmpArchive), Some(Archive::Amp));
    /// assert_eq!(Archive::of(LogType::AmpEngine), None);
    /// ```
    #[must_use]
    pub const fn of(log_type: LogType) -> Option<Self> {
        match log_type {
            LogType::AmpArchive => Some(Self::Amp),
            LogType::AntiSpamArchive => Some(Self::AntiSpam),
            LogType::AntiVirusArchive => Some(Self::AntiVirus),
            LogType::GraymailArchive => Some(Self::Graymail),
            _ => None,
        }
    }
}

/// Cuts what is larger than a field may be: numbers from 0, bytes, and whether they are the last.
pub(super) fn chunks(whole: &[u8]) -> impl Iterator<Item = (u32, Text<'_>, bool)> + Clone {
    let empty = whole.is_empty().then_some(&[][..]);
    let count = whole.len().div_ceil(MAX_FIELD).max(1);
    let chunks = empty.into_iter().chain(whole.chunks(MAX_FIELD)).zip(1..);
    (0..).zip(chunks).map(move |(sequence, (data, number))| {
        (sequence, Text::from(data), number == count)
    })
}
