use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::base::{Error, Form, Result};
use crate::sink::names::FileName;
use crate::subscription::{Opening, Sink};

/// Files in a directory of the subscription's name (contract C16).
///
/// The open file is `DIR/{name}/{file}.@{YYYYMMDDTHHMMSS}.current`, by the local time at which it
/// was begun, and `{file}.current` is a link to it. When it is closed, `.current` becomes `.s`. A
/// name that exists already gets `-1`, `-2` ... before the status code. What a crash left open is
/// cut to its last whole line and becomes `.u`. Source: section "File names" of `docs/FORMATS.md`.
///
/// Files are created with mode 0640 and directories with 0750, less the umask; no symbolic link is
/// followed in the subscription's directory. A lock on that directory keeps a second engine out.
///
/// ```
/// use ringmail::{Engine, File, LogType, Subscription};
/// # let dir = tempfile::tempdir().unwrap();
/// # let dir = dir.path();
/// let mail = Subscription::new("mail_logs", LogType::TextMail).sink(File::in_dir(dir));
/// let (engine, guard) = Engine::builder().subscribe(mail).start()?;
/// assert!(dir.join("mail_logs/mail_logs.current").exists());
/// # drop(guard);
/// # Ok::<(), ringmail::Error>(())
/// ```
///
/// # Limits
/// What is written is in the kernel's hands: it survives the end of this process, not the loss of
/// power.
#[derive(Debug)]
pub struct File {
    dir: PathBuf,
    open: Option<OpenFile>,
}

#[derive(Debug)]
struct OpenFile {
    folder: PathBuf,
    /// Holds the lock for as long as the sink lives.
    _lock: fs::File,
    file: String,
    keep: usize,
    keep_bytes: Option<u64>,
    keep_age: Option<Duration>,
    name: FileName,
    handle: fs::File,
    position: u64,
    /// The files that this sink has closed, the oldest first: their names tell their age only as
    /// long as the local time does not go back.
    closed: Vec<FileName>,
    /// What went wrong in the last rollover without keeping it from being done.
    complaint: Option<io::Error>,
}

impl File {
    /// Files below this directory, which is made if it does not exist.
    #[must_use]
    pub fn in_dir(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), open: None }
    }
}

impl Sink for File {
    fn open(&mut self, opening: &Opening<'_>) -> Result<()> {
        let folder = self.dir.join(opening.name);
        let lock = open_folder(&folder)?;
        let failed = |what: &'static str| {
            let folder = folder.clone();
            move |source| Error::io(what, source).at_path(folder)
        };
        close_interrupted(&folder, opening.file, opening.form)
            .map_err(failed("cannot close the files that an earlier run left open"))?;
        let (name, handle) = create(&folder, opening.file, opening.stamp).map_err(failed(
            "cannot create a log file here: check the directory's owner, mode and free space",
        ))?;
        link(&folder, opening.file, &name)
            .map_err(failed("cannot link the open file's short name"))?;
        self.open = Some(OpenFile {
            folder,
            _lock: lock,
            file: opening.file.to_owned(),
            keep: opening.keep,
            keep_bytes: opening.keep_bytes,
            keep_age: opening.keep_age,
            name,
            handle,
            position: 0,
            closed: Vec::new(),
            complaint: None,
        });
        Ok(())
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let open = self.open.as_mut().ok_or_else(not_open)?;
        let taken = open.handle.write(lines)?;
        open.position += taken as u64;
        Ok(taken)
    }

    fn position(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.position)
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        let open = self.open.as_mut().ok_or_else(not_open)?;
        // Somebody else may have cut it shorter: that is no reason to fill it up with zeros.
        let len = open.handle.metadata()?.len();
        open.handle.set_len(position.min(len))?;
        open.position = position;
        Ok(())
    }

    fn roll(&mut self, stamp: &str) -> io::Result<()> {
        let open = self.open.as_mut().ok_or_else(not_open)?;
        let saved = open.name.with_status("s");
        match open.rename(&saved) {
            // Somebody has taken the open file away: the next one is a way out of that.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => other?,
        }
        match create(&open.folder, &open.file, stamp) {
            Ok((name, handle)) => {
                open.name = name;
                open.handle = handle;
                open.position = 0;
            }
            Err(error) => {
                // Go on with the file that there is, under the name that says so.
                let current = open.name.clone();
                fs::rename(
                    open.folder.join(saved.to_string()),
                    open.folder.join(current.to_string()),
                )?;
                return Err(error);
            }
        }
        open.closed.push(saved);
        // The lines go into the next file, whatever becomes of link and old files.
        let linked = link(&open.folder, &open.file, &open.name);
        open.complaint = linked.and(open.delete_oldest()).err();
        Ok(())
    }

    fn take_complaint(&mut self) -> Option<io::Error> {
        self.open.as_mut()?.complaint.take()
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        open.rename(&open.name.with_status("s"))?;
        // The link would lead nowhere.
        let link = open.folder.join(format!("{}.current", open.file));
        if fs::symlink_metadata(&link)?.file_type().is_symlink() {
            fs::remove_file(link)?;
        }
        Ok(())
    }

    fn place(&self) -> String {
        let folder = self.open.as_ref().map_or(&self.dir, |open| &open.folder);
        folder.display().to_string()
    }
}

impl OpenFile {
    fn rename(&self, to: &FileName) -> io::Result<()> {
        fs::rename(self.folder.join(self.name.to_string()), self.folder.join(to.to_string()))
    }

    /// Deletes the oldest closed files beyond those to keep.
    fn delete_oldest(&mut self) -> io::Result<()> {
        let mut closed: Vec<FileName> = list(&self.folder, &self.file)?
            .into_iter()
            .filter(|name| name.status() != "current")
            .collect();
        let too_many = (closed.len() + 1).saturating_sub(self.keep);
        if too_many == 0 && self.keep_bytes.is_none() && self.keep_age.is_none() {
            return Ok(());
        }
        self.closed.retain(|name| closed.contains(name));
        closed.sort();
        // Those of earlier runs first.
        closed.sort_by_key(|name| self.closed.iter().position(|own| own == name));
        let too_many = too_many.max(self.too_big_or_old(&closed)?);
        for name in closed.iter().take(too_many) {
            match fs::remove_file(self.folder.join(name.to_string())) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// How many of the closed files, the oldest first, are past the bound of bytes or age.
    fn too_big_or_old(&self, closed: &[FileName]) -> io::Result<usize> {
        let (mut bytes, now) = (self.position, SystemTime::now());
        for (at, name) in closed.iter().enumerate().rev() {
            let found = match fs::symlink_metadata(self.folder.join(name.to_string())) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                found => found?,
            };
            bytes = bytes.saturating_add(found.len());
            let age = found.modified().ok().and_then(|then| now.duration_since(then).ok());
            let is_over = self.keep_bytes.is_some_and(|most| bytes > most)
                || self.keep_age.zip(age).is_some_and(|(most, age)| age > most);
            if is_over {
                return Ok(at + 1);
            }
        }
        Ok(0)
    }
}

fn not_open() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the file sink has not been opened")
}

/// Makes the subscription's directory if need be, and locks it.
fn open_folder(folder: &Path) -> Result<fs::File> {
    fs::DirBuilder::new().recursive(true).mode(0o750).create(folder).map_err(|source| {
        Error::io("cannot make the log directory: check the owner and mode above it", source)
            .at_path(folder)
    })?;
    let lock = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_DIRECTORY | libc::O_NOFOLLOW)
        .open(folder)
        .map_err(|source| {
            Error::io("the log directory must be a directory, not a link", source).at_path(folder)
        })?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => Err(Error::config(
            "another engine writes here: give each its own directory or subscription name",
        )
        .at_path(folder)),
        Err(fs::TryLockError::Error(source)) => {
            Err(Error::io("cannot lock the log directory", source).at_path(folder))
        }
    }
}

/// The subscription's files, whatever their status; links and others' files are passed over.
fn list(folder: &Path, file: &str) -> io::Result<Vec<FileName>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.extend(entry.file_name().to_str().and_then(|name| FileName::parse(file, name)));
        }
    }
    Ok(names)
}

/// Creates the file that starts at `stamp`, under a name that no file had in any status.
fn create(folder: &Path, file: &str, stamp: &str) -> io::Result<(FileName, fs::File)> {
    let mut name = FileName::behind(&list(folder, file)?, file, stamp);
    loop {
        let created = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o640)
            .custom_flags(libc::O_NOFOLLOW)
            .open(folder.join(name.to_string()));
        match created {
            // Something that is no log file of ours has the name.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => name = name.next(),
            other => return other.map(|handle| (name, handle)),
        }
    }
}

/// Points `{file}.current` at the open file, in one step for whoever looks.
fn link(folder: &Path, file: &str, name: &FileName) -> io::Result<()> {
    let link = folder.join(format!("{file}.current"));
    if fs::symlink_metadata(&link).is_ok_and(|found| !found.file_type().is_symlink()) {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            format!("{} is in the way: it is not a link; move it", link.display()),
        ));
    }
    let new = folder.join(format!(".{file}.current.new"));
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::os::unix::fs::symlink(name.to_string(), &new)?;
    fs::rename(new, link)
}

/// Cuts what a crash left open to its last whole line, where it is lines, and marks it interrupted.
fn close_interrupted(folder: &Path, file: &str, form: Form) -> io::Result<()> {
    for name in list(folder, file)?.into_iter().filter(|name| name.status() == "current") {
        let path = folder.join(name.to_string());
        let handle =
            OpenOptions::new().read(true).write(true).custom_flags(libc::O_NOFOLLOW).open(&path)?;
        let len = handle.metadata()?.len();
        // A record of another form may hold line ends: its reader says where it was torn.
        let whole = if form.is_text() { whole_lines(&handle, len)? } else { len };
        if whole < len {
            handle.set_len(whole)?;
        }
        fs::rename(&path, folder.join(name.with_status("u").to_string()))?;
    }
    Ok(())
}

/// How many of the first `len` bytes are whole lines.
fn whole_lines(mut handle: &fs::File, len: u64) -> io::Result<u64> {
    let mut block = [0u8; 4096];
    let mut end = len;
    while end > 0 {
        let start = end.saturating_sub(block.len() as u64);
        handle.seek(SeekFrom::Start(start))?;
        let len = usize::try_from(end - start).unwrap_or(0);
        let Some(part) = block.get_mut(..len) else { break };
        handle.read_exact(part)?;
        if let Some(found) = memchr::memrchr(b'\n', part) {
            return Ok(start + found as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn opening(stamp: &str) -> Opening<'_> {
        Opening::new("mail_logs", "mail", stamp, 3)
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(dir.join("mail_logs"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn files_past_the_bound_of_bytes_or_age_go() {
        let dir = tempfile::tempdir().unwrap();
        let day = Duration::from_secs(86_400);
        let mut file = File::in_dir(dir.path());
        let opening = opening("20260101T000000");
        let bounds = Opening { keep: 99, keep_bytes: Some(250), keep_age: Some(day), ..opening };
        file.open(&bounds).unwrap();
        for round in 1..6 {
            file.write(&[b'x'; 100]).unwrap();
            file.roll(&format!("20260101T00000{round}")).unwrap();
        }
        let closed = |dir: &Path| names(dir).into_iter().filter(|name| name.ends_with(".s"));
        assert_eq!(closed(dir.path()).count(), 2, "{:?}", names(dir.path()));
        let oldest = dir.path().join("mail_logs").join(closed(dir.path()).next().unwrap());
        let then = SystemTime::now() - 2 * day;
        fs::File::options().append(true).open(&oldest).unwrap().set_modified(then).unwrap();
        file.roll("20260101T000009").unwrap();
        assert!(!oldest.exists());
        assert_eq!(closed(dir.path()).count(), 2, "one of them empty");
    }

    #[test]
    fn a_binary_file_that_a_crash_left_is_not_cut_at_a_line() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("mail_logs");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("mail.@20260101T000000.current"), b"MD\n\x00\x01").unwrap();
        let mut file = File::in_dir(dir.path());
        file.open(&Opening { form: Form::Binary, ..opening("20260101T000001") }).unwrap();
        assert_eq!(fs::read(folder.join("mail.@20260101T000000.u")).unwrap(), b"MD\n\x00\x01");
    }

    #[test]
    fn rollovers_in_one_second_get_numbers_and_the_oldest_go() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = File::in_dir(dir.path());
        file.open(&opening("20260101T000000")).unwrap();
        for round in 0..4 {
            file.write(format!("{round}\n").as_bytes()).unwrap();
            assert_eq!(file.position(), 2);
            file.roll("20260101T000000").unwrap();
        }
        assert_eq!(
            names(dir.path()),
            [
                "mail.@20260101T000000-2.s",
                "mail.@20260101T000000-3.s",
                "mail.@20260101T000000-4.current",
                "mail.current",
            ]
        );
        file.write(b"4\n").unwrap();
        let linked = fs::read(dir.path().join("mail_logs/mail.current")).unwrap();
        assert_eq!(linked, b"4\n");
        file.close().unwrap();
        assert!(!names(dir.path()).contains(&"mail.current".to_owned()));
    }

    #[test]
    fn files_are_0640_and_folders_0750() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = File::in_dir(dir.path().join("deep/er"));
        file.open(&opening("20260101T000000")).unwrap();
        let mode =
            |path: &str| fs::metadata(dir.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("deep/er/mail_logs/mail.current") & !0o640, 0);
        assert_eq!(mode("deep/er/mail_logs") & !0o750, 0);
    }

    #[test]
    fn a_second_engine_is_kept_out() {
        let dir = tempfile::tempdir().unwrap();
        let mut first = File::in_dir(dir.path());
        first.open(&opening("20260101T000000")).unwrap();
        let error = File::in_dir(dir.path()).open(&opening("20260101T000001")).unwrap_err();
        assert!(error.is_config() && error.to_string().contains("another engine"), "{error}");
        first.close().unwrap();
        drop(first);
        File::in_dir(dir.path()).open(&opening("20260101T000001")).unwrap();
    }

    #[test]
    fn what_a_crash_left_is_cut_to_whole_lines_and_marked() {
        let dir = tempfile::tempdir().unwrap();
        let mut crashed = File::in_dir(dir.path());
        crashed.open(&opening("20260101T000000")).unwrap();
        crashed.write(b"whole\nto").unwrap();
        drop(crashed);
        File::in_dir(dir.path()).open(&opening("20260101T000000")).unwrap();
        let left = fs::read(dir.path().join("mail_logs/mail.@20260101T000000.u")).unwrap();
        assert_eq!(left, b"whole\n");
        assert!(names(dir.path()).contains(&"mail.@20260101T000000-1.current".to_owned()));
    }

    #[test]
    fn links_laid_in_the_way_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("target");
        fs::write(&target, "precious").unwrap();
        fs::create_dir(dir.path().join("mail_logs")).unwrap();
        let trap = dir.path().join("mail_logs/mail.@20260101T000000.current");
        std::os::unix::fs::symlink(&target, trap).unwrap();
        let mut file = File::in_dir(dir.path());
        file.open(&opening("20260101T000000")).unwrap();
        file.write(b"line\n").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"precious");

        let elsewhere = tempfile::tempdir().unwrap();
        let linked = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), linked.path().join("mail_logs")).unwrap();
        let error = File::in_dir(linked.path()).open(&opening("20260101T000000")).unwrap_err();
        assert!(error.is_io(), "{error}");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let blocked = dir.path().join("file");
        fs::write(&blocked, "").unwrap();
        let error = File::in_dir(&blocked).open(&opening("20260101T000000")).unwrap_err();
        assert!(error.is_io() && error.to_string().contains("file/mail_logs"), "{error}");
    }
}
