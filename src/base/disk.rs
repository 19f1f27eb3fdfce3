use std::fmt::Debug;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::ptr::NonNull;

/// The file system, as log files and mapped lanes need it.
///
/// The engine's own way to it is [`RealDisk`]. Tests put another in its place, whose calls fail
/// when they are told to. All calls are those of the operating system and promise no more.
#[doc(hidden)]
pub trait Disk: Debug + Send + Sync {
    /// Opens a file; a symbolic link is refused.
    ///
    /// # Errors
    /// Whatever the operating system says.
    fn open(&self, path: &Path, how: How) -> io::Result<fs::File>;

    /// Takes as many of the bytes as the file system takes at once.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    fn write(&self, file: &fs::File, bytes: &[u8]) -> io::Result<usize>;

    /// Brings a file's content, or a directory's names, to the disk.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    fn sync(&self, file: &fs::File) -> io::Result<()>;

    /// Cuts a file, or fills it up with zeros.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    fn truncate(&self, file: &fs::File, len: u64) -> io::Result<()>;

    /// Gives a file another name, in one step.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Deletes a file.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes a symbolic link that leads to `target`.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    fn link(&self, target: &str, link: &Path) -> io::Result<()>;

    /// The names of the files in a directory; links, directories and the like are left out, and
    /// so are names that are not UTF-8.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// Makes a directory, and those above it that are missing, with mode 0750 less the umask.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    fn make_folder(&self, folder: &Path) -> io::Result<()>;

    /// Maps the first `len` bytes of a file into memory, shared, to be read and written. Who maps
    /// it unmaps it, and knows that the file is as long.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    fn map(&self, file: &fs::File, len: usize) -> io::Result<NonNull<u8>>;
}

/// How a file is opened.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// A new file with this mode, to be written at its end; one that exists is an error.
    Create(u32),
    /// To be written at its end; made with this mode if it does not exist.
    Append(u32),
    /// To be read.
    Read,
    /// To be read, written and cut.
    Change,
    /// A directory.
    Folder,
}

/// The operating system's file system.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn open(&self, path: &Path, how: How) -> io::Result<fs::File> {
        let mut options = OpenOptions::new();
        options.custom_flags(libc::O_NOFOLLOW);
        match how {
            How::Create(mode) => options.append(true).read(true).create_new(true).mode(mode),
            How::Append(mode) => options.append(true).read(true).create(true).mode(mode),
            How::Read => options.read(true),
            How::Change => options.read(true).write(true),
            How::Folder => options.read(true).custom_flags(libc::O_DIRECTORY | libc::O_NOFOLLOW),
        };
        options.open(path)
    }

    fn write(&self, mut file: &fs::File, bytes: &[u8]) -> io::Result<usize> {
        file.write(bytes)
    }

    fn sync(&self, file: &fs::File) -> io::Result<()> {
        file.sync_data()
    }

    fn truncate(&self, file: &fs::File, len: u64) -> io::Result<()> {
        file.set_len(len)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn link(&self, target: &str, link: &Path) -> io::Result<()> {
        std::os::unix::fs::symlink(target, link)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.extend(entry.file_name().into_string());
            }
        }
        Ok(names)
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o750).create(folder)
    }

    fn map(&self, file: &fs::File, len: usize) -> io::Result<NonNull<u8>> {
        // SAFETY: a mapping at an address of the kernel's choice touches no memory that is in use.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED | libc::MAP_POPULATE,
                file.as_raw_fd(),
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        NonNull::new(start.cast()).ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mapped_is_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lane");
        let file = RealDisk.open(&path, How::Create(0o600)).unwrap();
        RealDisk.truncate(&file, 4096).unwrap();
        let start = RealDisk.map(&file, 4096).unwrap();
        // SAFETY: the mapping is a page long, and nobody else has it.
        unsafe { start.write(7) };
        assert_eq!(fs::read(&path).unwrap()[..2], [7, 0]);
        // SAFETY: mapped above with this length, and not used behind this.
        assert_eq!(unsafe { libc::munmap(start.as_ptr().cast(), 4096) }, 0);
    }

    #[test]
    fn no_link_is_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (target, link) = (dir.path().join("target"), dir.path().join("link"));
        fs::write(&target, "precious").unwrap();
        RealDisk.link("target", &link).unwrap();
        for how in [How::Create(0o600), How::Append(0o600), How::Read, How::Change, How::Folder] {
            assert!(RealDisk.open(&link, how).is_err(), "{how:?}");
        }
        assert_eq!(RealDisk.list(dir.path()).unwrap(), ["target"]);
    }
}
