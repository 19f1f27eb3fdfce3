//! What proves that files are as they were written: sidecars and the ledger beside them.
//!
//! Source: section "Sidecars and ledger" of `docs/FORMATS.md`.

mod appended;
mod books;
mod chain;
mod check;
mod counts;
#[cfg(feature = "verify")]
mod difference;
mod flat;
mod records;
#[cfg(feature = "verify")]
mod resync;
pub(crate) mod sidecar;
#[cfg(feature = "verify")]
mod verify;

pub(crate) use books::{Books, Left};
pub use check::Checked;
pub use counts::Counts;
#[cfg(feature = "service")]
pub(crate) use records::Records;
#[cfg(feature = "verify")]
pub use verify::{Difference, Kind, Verified};
