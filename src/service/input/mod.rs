//! Where events come from: sockets, standard input, the log of another mail server.

mod counts;
mod lines;
mod postfix;
mod replayed;
mod socket;
mod stdin;

pub use counts::{InputCount, InputCounts};
pub(crate) use lines::JsonLines;
pub(crate) use postfix::{PostfixInput, start_postfix_stdin};
pub(crate) use replayed::{Replay, Replayed};
pub(crate) use socket::{SocketInput, listen as socket_at};
pub(crate) use stdin::start_stdin;
