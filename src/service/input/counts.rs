use std::sync::atomic::{AtomicU64, Ordering};

/// Declares what is counted of an input, once.
macro_rules! counts {
    ($($(#[doc = $doc:literal])+ $count:ident = $name:literal;)*) => {
        /// What is counted of an input.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum InputCount {
            $($(#[doc = $doc])+ $count,)*
        }

        impl InputCount {
            /// All of them.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$count),*];

            /// The name in figures and answers.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$count => $name,)*
                }
            }

            /// What it counts.
            #[must_use]
            pub fn doc(self) -> &'static str {
                match self {
                    $(Self::$count => concat!($($doc),+).trim_ascii(),)*
                }
            }
        }
    };
}

counts! {
    /// Lines that were read.
    Lines = "lines";
    /// Events that were handed to the engine.
    Events = "events";
    /// Lines that no event could be made of, for they are damaged or name none.
    Refused = "refused";
    /// Members of events that the event does not have, and that were left out.
    UnknownFields = "unknown_fields";
    /// Lines that were longer than a line may be.
    TooLong = "too_long";
    /// Lines that say something, but nothing that is known.
    NotUnderstood = "not_understood";
}

/// The counts of one input.
#[derive(Debug, Default)]
pub struct InputCounts([AtomicU64; InputCount::ALL.len()]);

impl InputCounts {
    /// Counts so many more.
    pub fn add(&self, count: InputCount, more: u64) {
        if let Some(number) = self.0.get(count as usize) {
            // ORDERING: a figure that orders nothing else.
            number.fetch_add(more, Ordering::Relaxed);
        }
    }

    /// How many there were.
    ///
    /// ```
    /// use ringmail::service::input::{InputCount, InputCounts};
    /// let counts = InputCounts::default();
    /// counts.add(InputCount::Events, 2);
    /// assert_eq!(counts.get(InputCount::Events), 2);
    /// ```
    #[must_use]
    pub fn get(&self, count: InputCount) -> u64 {
        // ORDERING: as for `add`.
        self.0.get(count as usize).map_or(0, |number| number.load(Ordering::Relaxed))
    }
}
