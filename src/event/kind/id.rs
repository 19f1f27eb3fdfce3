//! The numbers by which the lines of a log belong together.

use core::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($int:ty) = $bytes:literal, $put:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[repr(transparent)]
            pub struct $name(pub $int);

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(&self.0, f)
                }
            }

            impl From<$int> for $name {
                fn from(number: $int) -> Self {
                    Self(number)
                }
            }
        )*

        mod kinds {
            use super::super::{Decode, Dialect, Encode, FieldKind, Kind, Line, Malformed, take};

            $(
                impl Kind for super::$name {
                    type Value<'a> = Self;
                    const KIND: FieldKind = FieldKind::Uint($bytes);
                    const MAX_LEN: usize = $bytes;
                    const EMPTY: Self = Self(0);

                    #[inline]
                    fn encoded_len(_: Self) -> usize {
                        $bytes
                    }

                    #[inline]
                    fn encode<E: Encode>(value: Self, out: &mut E) {
                        out.$put(value.0);
                    }

                    #[inline]
                    fn decode<'a, D: Decode<'a>>(from: &mut D) -> Result<Self, Malformed> {
                        if from.is_at_end() {
                            return Ok(Self::EMPTY);
                        }
                        take(from).map(<$int>::from_le_bytes).map(Self)
                    }

                    #[inline]
                    fn line<L: Line>(value: Self, _: Dialect, out: &mut L) {
                        out.uint(value.0.into());
                    }
                }
            )*
        }
    };
}

ids! {
    /// A message, numbered for the life of the system.
    Mid(u64) = 8, put_u64;
    /// An injection connection: one SMTP connection to the system; 0 for messages that the
    /// system makes itself.
    Icid(u64) = 8, put_u64;
    /// A delivery connection: one SMTP connection to another server; 0 when none was made.
    Dcid(u64) = 8, put_u64;
    /// An RPC connection to the spam quarantine.
    Rcid(u64) = 8, put_u64;
    /// A recipient of a message, counted from 0 in each message.
    Rid(u32) = 4, put_u32;
}
