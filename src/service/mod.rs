//! The engine as a service beside a mail server that is another program: where its events come
//! from, its configuration, its control.

mod alert;
mod clients;
pub mod config;
mod control;
mod figures;
mod http;
pub mod input;
pub mod postfix;
mod process;
mod reload;
mod run;
mod state;

pub use control::Request;
pub use run::{Service, Started};
