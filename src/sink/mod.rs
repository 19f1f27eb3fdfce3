//! Where lines go: files, memory, nowhere.

mod file;
mod list;
mod memory;
mod names;
mod null;
pub mod proof;
#[cfg(feature = "syslog")]
pub mod syslog;

pub use file::File;
pub use list::LogFile;
pub use memory::Memory;
pub use null::Null;
