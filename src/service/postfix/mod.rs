//! The log of a Postfix as mail events.
//!
//! [`Follow`] gives the lines of a log file as they are written, through rotations and restarts;
//! a [`Translator`] makes events of them. What becomes what is told in `docs/INPUTS.md`.

mod delivery;
mod follow;
mod head;
mod message;
mod reception;
mod rejection;
mod scan;
mod shapes;
mod siblings;
mod state;
mod table;
mod translator;

pub use follow::{Begin, Follow, FollowCounts, FollowedLine, Position};
pub use translator::{Allot, Counting, Emit, Limits, Translator, TranslatorCounts};
