//! What stands beside a log file: the files that it was before.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// When a file was last written, in nanoseconds.
pub(super) fn modified(metadata: &Metadata) -> i128 {
    i128::from(metadata.mtime()) * 1_000_000_000 + i128::from(metadata.mtime_nsec())
}

/// The file with this inode.
pub(super) fn with_inode(path: &Path, device: u64, inode: u64) -> io::Result<Option<PathBuf>> {
    let found = beside(path)?
        .into_iter()
        .find(|(_, metadata)| (metadata.dev(), metadata.ino()) == (device, inode));
    Ok(found.map(|(path, _)| path))
}

/// The files that were written last after `time`, in the order of that; without those that
/// `is_known` by device and inode, and those whose name ends in more than numbers and dates: they
/// may be anything.
pub(super) fn written_after(
    path: &Path,
    time: i128,
    is_known: impl Fn(u64, u64) -> bool,
) -> io::Result<Vec<PathBuf>> {
    let mut found = beside(path)?;
    let len = path.file_name().map_or(0, |name| name.len());
    let is_rotated = |path: &Path| {
        let rest = path.file_name().and_then(|name| name.as_bytes().get(len..));
        let is_of_date = |byte: &u8| byte.is_ascii_digit() || b".-_:TZ".contains(byte);
        rest.is_some_and(|rest| rest.iter().all(is_of_date))
    };
    found.retain(|(path, metadata)| {
        modified(metadata) > time && !is_known(metadata.dev(), metadata.ino()) && is_rotated(path)
    });
    found.sort_by_key(|(_, metadata)| modified(metadata));
    Ok(found.into_iter().map(|(path, _)| path).collect())
}

/// Regular files whose name goes on behind the file's name, but for compressed ones.
fn beside(path: &Path) -> io::Result<Vec<(PathBuf, Metadata)>> {
    let Some(name) = path.file_name() else { return Ok(Vec::new()) };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder.unwrap_or(Path::new("."))) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let candidate = entry.file_name();
        let Some(rest) = candidate.as_bytes().strip_prefix(name.as_bytes()) else { continue };
        let is_packed =
            [&b".gz"[..], b".bz2", b".xz", b".zst"].iter().any(|ending| rest.ends_with(ending));
        if !matches!(rest, [b'.' | b'-', ..]) || is_packed {
            continue;
        }
        // A file that is gone meanwhile is none.
        if let Ok(metadata) = entry.metadata()
            && metadata.is_file()
        {
            found.push((entry.path(), metadata));
        }
    }
    Ok(found)
}
