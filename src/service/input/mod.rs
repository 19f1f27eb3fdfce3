//! Where events come from: sockets, standard input, the log of another mail server.

mod counts;
mod lines;
mod socket;
mod stdin;

pub use counts::{InputCount, InputCounts};
pub(crate) use lines::JsonLines;
pub(crate) use socket::SocketInput;
pub(crate) use stdin::start_stdin;
