//! The engine as a service beside a mail server that is another program: where its events come
//! from, its configuration, its control.

pub mod postfix;
