use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::base::{Error, Result};
use crate::event::{Dcid, Icid, Mid, Rcid};

/// Allots ids of messages and connections, for servers that have none of their own.
///
/// Each kind counts up from 1. With a file (see
/// [`Builder::ids_file`](crate::Builder::ids_file)) no id is given twice, not by a later run and
/// not by another process that uses the same file: each process takes blocks of ids out of it
/// under a lock, so ids of a process that ends are skipped, up to 1,000 of each kind.
///
/// ```
/// use ringmail::{Engine, LogType, Null, Subscription};
/// use ringmail::event::Mid;
/// let mail = Subscription::new("mail_logs", LogType::TextMail).sink(Null::new());
/// let (engine, _guard) = Engine::builder().subscribe(mail).start()?;
/// assert_eq!(engine.ids().mid(), Mid(1));
/// assert_eq!(engine.ids().mid(), Mid(2));
/// # Ok::<(), ringmail::Error>(())
/// ```
///
/// # Limits
/// When the file can no longer be written, ids go on in memory, and
/// [`last_error`](Self::last_error) tells: a later run may then give them again.
#[derive(Debug)]
pub struct Ids {
    kinds: [Kind; KINDS],
    store: Option<Store>,
}

const KINDS: usize = 4;
const BLOCK: u64 = 1000;

#[derive(Debug)]
struct Kind {
    next: AtomicU64,
    /// The first id that is not this process's to give.
    end: AtomicU64,
}

#[derive(Debug)]
struct Store {
    path: PathBuf,
    file: Mutex<File>,
    error: Mutex<Option<io::Error>>,
}

impl Ids {
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        let end = if path.is_some() { 1 } else { u64::MAX };
        let kinds =
            [(); KINDS].map(|()| Kind { next: AtomicU64::new(1), end: AtomicU64::new(end) });
        let store = path.map(Store::open).transpose()?;
        Ok(Self { kinds, store })
    }

    /// The id of a new message.
    pub fn mid(&self) -> Mid {
        Mid(self.next(0))
    }

    /// The id of a new connection to this server.
    pub fn icid(&self) -> Icid {
        Icid(self.next(1))
    }

    /// The id of a new connection from this server to another.
    pub fn dcid(&self) -> Dcid {
        Dcid(self.next(2))
    }

    /// The id of a new connection to the quarantine.
    pub fn rcid(&self) -> Rcid {
        Rcid(self.next(3))
    }

    /// What kept the file from being written, if anything did; telling it forgets it.
    pub fn last_error(&self) -> Option<Error> {
        let store = self.store.as_ref()?;
        let error = store.error.lock().take()?;
        Some(Error::io("cannot keep ids", error).at_path(&store.path))
    }

    fn next(&self, kind: usize) -> u64 {
        let Some(Kind { next, end }) = self.kinds.get(kind) else { return 0 };
        loop {
            // ORDERING: ids only need to differ, which the one atomic's order gives; pair with
            // the store of `end` below, under the lock.
            let id = next.load(Ordering::Acquire);
            if id < end.load(Ordering::Acquire) {
                let taken =
                    next.compare_exchange_weak(id, id + 1, Ordering::AcqRel, Ordering::Relaxed);
                if taken.is_ok() {
                    return id;
                }
                continue;
            }
            self.take_block(kind, next, end);
        }
    }

    /// Takes the next block of ids out of the file.
    #[cold]
    fn take_block(&self, kind: usize, next: &AtomicU64, end: &AtomicU64) {
        let Some(store) = &self.store else { return };
        let file = store.file.lock();
        if next.load(Ordering::Acquire) < end.load(Ordering::Acquire) {
            return;
        }
        match take_block(&file, kind) {
            Ok(first) => {
                // `end` stays below `next` until both are set: nobody takes an id in between.
                end.store(0, Ordering::Release);
                next.store(first, Ordering::Release);
                end.store(first + BLOCK, Ordering::Release);
            }
            Err(error) => {
                *store.error.lock() = Some(error);
                end.fetch_add(BLOCK, Ordering::AcqRel);
            }
        }
    }
}

impl Store {
    fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o640)
            .custom_flags(libc::O_NOFOLLOW)
            .open(path)
            .map_err(|source| Error::io("cannot open the file of ids", source).at_path(path))?;
        let len = file
            .metadata()
            .map_err(|source| Error::io("cannot read the file of ids", source).at_path(path))?
            .len();
        if len != 0 && len != (KINDS * 8) as u64 {
            return Err(Error::input(format!(
                "a file of ids has {} bytes, this one {len}: it is another kind of file",
                KINDS * 8
            ))
            .at_path(path));
        }
        Ok(Self { path: path.to_path_buf(), file: Mutex::new(file), error: Mutex::new(None) })
    }
}

/// Moves the kind's number in the file on by a block, under a lock against other processes, and
/// returns the block's first id.
fn take_block(file: &File, kind: usize) -> io::Result<u64> {
    file.lock()?;
    let moved = (|| {
        let mut number = [0u8; 8];
        let at = (kind * 8) as u64;
        match file.read_exact_at(&mut number, at) {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
            _ => {}
        }
        let given = u64::from_le_bytes(number);
        // Half of all numbers: there is room to go on in memory.
        let next = given.checked_add(BLOCK).filter(|next| *next < u64::MAX / 2);
        let next = next.ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, format!("the last id given is {given}"))
        })?;
        file.write_all_at(&next.to_le_bytes(), at)?;
        if file.metadata()?.len() < (KINDS * 8) as u64 {
            file.set_len((KINDS * 8) as u64)?;
        }
        Ok(given + 1)
    })();
    file.unlock()?;
    moved
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_id_is_given_twice_by_threads_runs_or_processes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ids");
        let mut seen = HashSet::new();
        for _run in 0..2 {
            // Two stores on one file stand for two processes.
            let both = [Ids::open(Some(&path)).unwrap(), Ids::open(Some(&path)).unwrap()];
            let given: Vec<u64> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4)
                    .map(|thread| {
                        let ids = &both[thread % 2];
                        scope.spawn(move || (0..2500).map(|_| ids.mid().0).collect::<Vec<_>>())
                    })
                    .collect();
                threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
            });
            for id in given {
                assert!(id > 0 && seen.insert(id), "{id} was given twice");
            }
        }
        assert_eq!(seen.len(), 20_000);
    }

    #[test]
    fn kinds_count_apart() {
        let dir = tempfile::tempdir().unwrap();
        let ids = Ids::open(Some(&dir.path().join("ids"))).unwrap();
        assert_eq!((ids.mid().0, ids.mid().0), (1, 2));
        assert_eq!((ids.icid().0, ids.dcid().0, ids.rcid().0), (1, 1, 1));
    }

    #[test]
    fn a_file_of_ids_that_have_run_out_is_told_and_ids_go_on() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ids");
        std::fs::write(&path, [0xff; 32]).unwrap();
        let ids = Ids::open(Some(&path)).unwrap();
        assert_eq!((ids.mid().0, ids.mid().0), (1, 2));
        assert!(ids.last_error().unwrap().to_string().contains("cannot keep ids"));
    }

    #[test]
    fn another_kind_of_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ids");
        std::fs::write(&path, "not ids").unwrap();
        assert!(Ids::open(Some(&path)).unwrap_err().is_input());
    }
}
