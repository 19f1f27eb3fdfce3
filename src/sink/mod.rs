//! Where lines go: files, memory, nowhere.

mod file;
mod list;
mod memory;
mod names;
mod null;
pub mod proof;

pub use file::File;
pub use list::LogFile;
pub use memory::Memory;
pub use null::Null;
