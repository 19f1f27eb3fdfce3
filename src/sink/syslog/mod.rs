//! Pushing lines to syslog servers: UDP, TCP and TLS.
//!
//! One thread of the process talks to all servers; the formatter's thread copies lines into a
//! bounded queue and never waits. Over TCP, what the peer's kernel has not acknowledged when a
//! connection ends is sent again by the next one, and so is what it acknowledged during the last
//! seconds, as a killed server takes what it has not written with it. The account
//! ([`PushAccount`]) says of each message what became of it.
//!
//! ```
//! use ringmail::sink::syslog::{Destination, Facility, Format, Syslog};
//! use ringmail::{LogType, Subscription};
//!
//! let push = Syslog::to(Destination::tcp("logs.example.com", 514))
//!     .facility(Facility::Mail)
//!     .format(Format::Rfc5424);
//! push.check()?;
//! Subscription::new("mail_logs", LogType::TextMail).sink(push).check()?;
//! # Ok::<(), ringmail::Error>(())
//! ```
//!
//! # Limits
//! A datagram that the network loses is not known: over UDP nothing is ever acknowledged. Over TCP a
//! peer's kernel acknowledges, not the server: what that had not written when it was killed is
//! recovered as far as it was acknowledged within the [resend window](Syslog::resend_window).

pub mod buffer;
mod builder;
mod check;
mod comeback;
mod connect;
mod datagram;
pub mod diagnose;
mod disk;
mod event_loop;
mod facility;
mod feed;
mod frame;
mod key_file;
mod options;
mod pace;
mod report;
mod resolve;
mod retained;
mod route;
mod shared;
mod sink;
mod socket;
mod store;
mod stream;
mod tls;
mod trouble;
mod url;
mod window;

pub use builder::Syslog;
pub use facility::Facility;
pub use options::{Destination, Format, Framing, Protocol, Severity, Spread, Tls};

#[cfg(doc)]
use crate::base::PushAccount;
