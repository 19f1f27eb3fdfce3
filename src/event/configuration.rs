//! Commits of the configuration, each with the whole of it, in parts.

use ringmail_rows::rows;

use super::archive::chunks;

rows! {
    family: ConfigurationHistory, 930..=939;

    /// A part of a configuration that was committed. [`ConfigurationPart::parts`] makes them.
    ConfigurationPart = 930, Info: "Configuration part "
        /// The part's number in its configuration, from 0. All but the number, the data and `last`
        /// stand in the first part alone.
        sequence: U32 " of "
        /// The same for all parts of a configuration, another for each commit.
        id: U64
        [last: ", the last"]
        +
        /// What was typed at the commit.
        comment: Text,
        /// Who committed.
        user: Text,
        /// What the change is about: a sentence for each changed table, with line feeds between.
        description: Text,
        /// The machine's model number.
        model: Text,
        /// How many processors the machine has.
        cpus: U32,
        /// The machine's memory in gigabytes.
        memory_gb: U32,
        /// The licensed features, each with its terms as the file shows them:
        /// `Quantity = 10, Time Remaining = "25 days"`, or `"Perpetual"`.
        features: Pairs,
        /// The part's bytes, at most 8192.
        data: Text;
}

impl<'a> ConfigurationPart<'a> {
    /// The parts of a configuration, which are to be emitted in their order by one worker.
    ///
    /// `self` is what is told of the commit; `body` is the configuration, from `<config>` to
    /// `</config>`, in UTF-8. An empty body has one part.
    ///
    /// ```
    /// use ringmail::event::ConfigurationPart;
    /// let commit = ConfigurationPart {
    ///     id: 1,
    ///     comment: "added guest user".into(),
    ///     user: "admin".into(),
    ///     ..ConfigurationPart::EMPTY
    /// };
    /// let parts: Vec<_> = commit.parts(b"<config>...</config>").collect();
    /// assert_eq!(parts.len(), 1);
    /// assert_eq!(parts[0].user.to_str(), Some("admin"));
    /// assert!(parts[0].last);
    /// // for part in parts { worker.emit(&part); }
    /// ```
    pub fn parts(self, body: &'a [u8]) -> impl Iterator<Item = Self> + Clone {
        chunks(body).map(move |(sequence, data, last)| {
            let first = if sequence == 0 { self } else { Self::EMPTY };
            Self { sequence, id: self.id, last, data, ..first }
        })
    }
}
