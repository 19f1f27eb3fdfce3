mod apart;
mod folder;
mod open;
mod resume;
mod retention;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::{Disk, Error, RealDisk, Result, SubscriptionAccount, Timestamp};
use crate::sink::proof::{Books, Left};
use crate::subscription::{Opening, Point, Sink};
use apart::Apart;
pub(crate) use folder::Folder;
use open::OpenFile;
use retention::Retention;

/// Files in a directory of the subscription's name (contract C16).
///
/// The open file is `DIR/{name}/{file}.@{YYYYMMDDTHHMMSS}.current`, by the local time at which it
/// was begun, and `{file}.current` is a link to it. When it is closed, `.current` becomes `.s`. A
/// name that exists already gets `-1`, `-2` ... before the status code. What a crash left open is
/// cut to its last whole line and becomes `.u`. Source: section "File names" of `docs/FORMATS.md`.
///
/// Beside each closed file stands `{file}.@{stamp}.s.sum`, which tells how many lines it has, and in
/// the directory `ledger.jsonl`, which tells what became of each file and each event; see section
/// "Sidecars and ledger" there, [`proof`](crate::sink::proof), and `ringmail ledger check`.
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
/// What is written is in the kernel's hands: it survives the end of this process, and the loss of
/// power from the moment on at which it is synced ([`Fsync`](crate::Fsync)).
#[derive(Debug)]
pub struct File {
    dir: PathBuf,
    mode: u32,
    goes_on: bool,
    is_apart: bool,
    disk: Arc<dyn Disk>,
    open: Option<OpenFile>,
}

impl File {
    /// Files below this directory, which is made if it does not exist.
    #[must_use]
    pub fn in_dir(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            mode: 0o640,
            goes_on: false,
            is_apart: false,
            disk: Arc::new(RealDisk),
            open: None,
        }
    }

    /// Goes on with the file that an earlier run left open, instead of marking it as interrupted and
    /// beginning another: for who has cut it to what it knows to be whole.
    #[must_use]
    pub const fn go_on(mut self) -> Self {
        self.goes_on = true;
        self
    }

    /// The mode of the files, of which the umask is taken away. Default: 0640. Bits beyond those for
    /// reading and writing are left out.
    #[must_use]
    pub const fn mode(mut self, mode: u32) -> Self {
        self.mode = mode & 0o666;
        self
    }

    /// Writes on a thread of its own: for disks that may stall, such as network file systems.
    ///
    /// While a write does not come back, the lines behind it are held for up to 5 s and then counted
    /// as failed, as of a disk that is full, and the other subscriptions go on; without it they wait
    /// too. It costs a copy of the lines and two switches between threads for each batch.
    ///
    /// # Limits
    /// Creating, renaming and syncing files are not handed over, nor what is written to sidecars and
    /// ledger. Lines whose write comes back only
    /// behind the close are counted as failed, and may stand in the file.
    ///
    /// ```
    /// use ringmail::{File, LogType, Subscription};
    /// # let dir = tempfile::tempdir().unwrap();
    /// # let share = dir.path();
    /// let copy = Subscription::new("mail", LogType::TextMail).sink(File::in_dir(share).apart());
    /// copy.check()?;
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    #[must_use]
    pub const fn apart(mut self) -> Self {
        self.is_apart = true;
        self
    }

    /// Another file system: for tests, which make it fail.
    #[doc(hidden)]
    #[must_use]
    pub fn on(mut self, disk: impl Disk + 'static) -> Self {
        self.disk = Arc::new(disk);
        self
    }
}

impl Sink for File {
    fn open(&mut self, opening: &Opening<'_>) -> Result<()> {
        let path = self.dir.join(opening.name);
        let disk = Arc::clone(&self.disk);
        let folder = Folder::open(disk, path.clone(), opening.file, self.mode, opening.syncs)?;
        let failed = |what: &'static str| {
            let path = path.clone();
            move |source| Error::io(what, source).at_path(path)
        };
        let resumed = opening.resume.map_or(Ok(None), |point| folder.resume(&point));
        let resumed =
            resumed.map_err(failed("cannot go back to what an earlier run had written"))?;
        let complaint = resumed.as_ref().filter(|file| file.missing > 0).map(|file| {
            io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("{} has lost {} bytes since the last run", file.name, file.missing),
            )
        });
        let taken_back = resumed.as_ref().map(|file| file.taken_back.clone()).unwrap_or_default();
        let resumed = resumed.map(|file| (file.name, file.handle));
        let left_open = match resumed {
            None if self.goes_on => folder.left_open(),
            resumed => Ok(resumed),
        };
        let left_open = left_open.map_err(failed("cannot open the file of an earlier run"))?;
        let left_name = left_open.as_ref().map(|(name, _)| name.clone());
        let interrupted = folder
            .close_interrupted(opening.form, left_name.as_ref())
            .map_err(failed("cannot close the files that an earlier run left open"))?;
        let (name, handle) = match left_open {
            Some(left) => left,
            None => folder.create(opening.stamp).map_err(failed(
                "cannot create a log file here: check the directory's owner, mode and free space",
            ))?,
        };
        let position = handle.metadata().map_err(failed("cannot look at the log file"))?.len();
        let point = folder.point_of(&name).map_err(failed("cannot list the log directory"))?;
        folder.link(&name).map_err(failed("cannot link the open file's short name"))?;
        folder.sync().map_err(failed("cannot bring the log directory to the disk"))?;
        let left = Left { interrupted: &interrupted, taken_back: &taken_back };
        let open = || Books::open(&folder, opening, (&name, &handle), &left);
        // Without books nothing of the run can be proved: worth another try.
        let books = opening.has_proof.then(|| open().or_else(|_| open())).transpose();
        let (books, complaint) = match books {
            Ok(books) => (books, complaint),
            Err(error) => (None, complaint.or(Some(error))),
        };
        let apart = self.is_apart.then(|| Apart::start(Arc::clone(&self.disk))).transpose();
        let apart = apart.map_err(failed("cannot start the thread that writes the log file"))?;
        self.open = Some(OpenFile {
            folder,
            apart,
            books,
            retention: Retention::new(opening),
            point,
            name,
            handle: Arc::new(handle),
            position,
            is_too_long: false,
            complaint,
        });
        Ok(())
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let open = self.open.as_mut().ok_or_else(not_open)?;
        let taken = match open.land(lines)? {
            Some(done) => done?,
            None => {
                open.cut_what_is_owed()?;
                open.write(lines)?
            }
        };
        open.position += taken as u64;
        if let Some(books) = &mut open.books {
            books.wrote(&open.folder, lines.get(..taken).unwrap_or(lines));
        }
        Ok(taken)
    }

    fn position(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.position)
    }

    fn point(&self) -> Option<Point<'_>> {
        // A file that is still to be cut holds more than this.
        let open = self.open.as_ref().filter(|open| !open.is_too_long && !open.point.is_empty())?;
        Some(Point::new(&open.point, open.position))
    }

    fn sync(&mut self) -> io::Result<()> {
        let open = self.open.as_mut().ok_or_else(not_open)?;
        open.folder.disk.sync(&open.handle)
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        let open = self.open.as_mut().ok_or_else(not_open)?;
        open.position = position;
        if let Some(books) = &mut open.books {
            books.cut(&open.folder, &open.name, &open.handle, position);
        }
        // If it cannot be done now, it is done before anything else is written.
        open.is_too_long = true;
        open.land(&[])?;
        open.cut_what_is_owed()
    }

    fn tell(&mut self, account: &SubscriptionAccount, now: Timestamp) {
        if let Some(open) = &mut self.open
            && let Some(books) = &mut open.books
        {
            books.tell(&open.folder, &open.name, account, now);
        }
    }

    fn roll(&mut self, stamp: &str) -> io::Result<()> {
        let open = self.open.as_mut().ok_or_else(not_open)?;
        open.land(&[])?;
        open.cut_what_is_owed()?;
        let synced = open.sync_if_wanted();
        let saved = open.name.with_status("s");
        match open.folder.rename(&open.name, &saved) {
            // Somebody has taken the open file away: the next one is a way out of that.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => other?,
        }
        match open.create(stamp) {
            Ok((name, handle)) => {
                if let Some(books) = &mut open.books {
                    books.closed(&open.folder, &saved, open.position, Some(&name));
                }
                // Where the others cannot be listed now, nobody can tell later which of them were
                // there before: some lines may then come twice behind a crash.
                open.point = open.folder.point_of(&name).unwrap_or_default();
                open.name = name;
                open.handle = Arc::new(handle);
                open.position = 0;
            }
            Err(error) => {
                // Go on with the file that there is, under the name that says so if it can be.
                if open.folder.rename(&saved, &open.name).is_err() {
                    open.name = saved;
                }
                return Err(error);
            }
        }
        open.retention.closed(saved);
        // The lines go into the next file, whatever becomes of link and old files.
        let linked = open.folder.link(&open.name);
        let done = synced.and(linked).and(open.delete_oldest());
        open.complaint = done.err().or(open.complaint.take());
        Ok(())
    }

    fn take_complaint(&mut self) -> Option<io::Error> {
        let open = self.open.as_mut()?;
        let of_books = open.books.as_mut().and_then(Books::take_complaint);
        open.complaint.take().or(of_books)
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.land_last()?;
        // There is no later time to make up for it.
        open.cut_what_is_owed().or_else(|_| open.cut_what_is_owed())?;
        let synced = open.sync_if_wanted();
        let saved = open.name.with_status("s");
        let renamed = open.folder.rename(&open.name, &saved);
        let proved = open.books.take().map_or(Ok(()), |mut books| {
            let name = if renamed.is_ok() { &saved } else { &open.name };
            books.closed(&open.folder, name, open.position, None);
            books.end(&open.folder);
            books.take_complaint().map_or(Ok(()), Err)
        });
        renamed?;
        // The link would lead nowhere.
        synced.and(open.folder.unlink()).and(open.folder.sync()).and(proved)
    }

    fn place(&self) -> String {
        let folder = self.open.as_ref().map_or(&self.dir, |open| &open.folder.path);
        folder.display().to_string()
    }
}

fn not_open() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the file sink has not been opened")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::base::Form;

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

    /// The local time went back behind a file that was closed then: its name is no later one's.
    #[test]
    fn a_point_behind_a_clock_that_went_back_deletes_no_file_of_before() {
        for rolls in 0..2 {
            let dir = tempfile::tempdir().unwrap();
            let mut crashed = File::in_dir(dir.path());
            crashed.open(&opening("20261025T025900")).unwrap();
            crashed.write(b"summer\n").unwrap();
            crashed.roll("20261025T020500").unwrap();
            crashed.write(b"winter\n").unwrap();
            let Point { file, len, .. } = crashed.point().unwrap();
            let (file, len) = (file.to_owned(), len);
            for _ in 0..rolls {
                crashed.write(b"not committed\n").unwrap();
                crashed.roll("20261025T021000").unwrap();
            }
            crashed.write(b"not committed\n").unwrap();
            drop(crashed);
            let mut again = File::in_dir(dir.path());
            again.open(&opening("20261025T021500").resume(Point::new(&file, len))).unwrap();
            again.write(b"again\n").unwrap();
            let folder = dir.path().join("mail_logs");
            let before = fs::read(folder.join("mail.@20261025T025900.s")).ok();
            assert_eq!(before.as_deref(), Some(&b"summer\n"[..]), "{rolls}");
            let open = fs::read(folder.join("mail.@20261025T020500.current")).unwrap();
            assert_eq!(open, b"winter\nagain\n", "{rolls}");
            assert_eq!(names(dir.path()).len(), 3, "{:?}", names(dir.path()));
        }
    }

    #[test]
    fn a_file_that_was_left_open_goes_on_if_that_is_wanted() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("mail_logs");
        fs::create_dir_all(&folder).unwrap();
        for (stamp, text) in [("20260101T000000", "old"), ("20260102T000000", "one\n")] {
            fs::write(folder.join(format!("mail.@{stamp}.current")), text).unwrap();
        }
        let mut file = File::in_dir(dir.path()).go_on();
        file.open(&opening("20260103T000000")).unwrap();
        assert_eq!(file.position(), 4);
        file.write(b"two\n").unwrap();
        file.close().unwrap();
        assert_eq!(names(dir.path()), ["mail.@20260101T000000.u", "mail.@20260102T000000.s"]);
        let text = fs::read_to_string(folder.join("mail.@20260102T000000.s")).unwrap();
        assert_eq!(text, "one\ntwo\n");
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
