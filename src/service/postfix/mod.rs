//! The log of a Postfix as mail events.
//!
//! [`Follow`] gives the lines of a log file as they are written, through rotations and restarts;
//! a [`Translator`] makes events of them. What becomes what is told in `docs/INPUTS.md`.

mod delivery;
mod face;
mod follow;
mod head;
mod message;
mod reception;
mod rejection;
mod report;
mod scan;
mod shapes;
mod siblings;
mod state;
mod table;
mod translator;

pub use face::{Allot, Counting, Emit, Limits, TranslatorCounts};
pub use follow::{Begin, Follow, FollowCounts, FollowedLine, Position};
pub use translator::Translator;
