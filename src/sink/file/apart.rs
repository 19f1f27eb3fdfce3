//! Writes on a thread of their own.

use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::base::Disk;

/// How long a write is waited for before whoever asked goes on with other things.
const PATIENCE: Duration = Duration::from_millis(20);

/// How long the last write is waited for.
const LAST_PATIENCE: Duration = Duration::from_secs(5);

/// A thread that writes, one batch at a time.
#[derive(Debug)]
pub(super) struct Apart {
    jobs: Sender<Job>,
    done: Receiver<io::Result<usize>>,
    /// What was handed over and has not come back.
    flying: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Job {
    file: Arc<fs::File>,
    bytes: Vec<u8>,
}

/// What became of the bytes that were handed over last.
#[derive(Debug)]
pub(super) enum Landed {
    /// There were none, or nothing of them is in the file.
    Nothing,
    /// They are those that are to be written, and this is what became of them.
    These(io::Result<usize>),
    /// They were given up, but stand in the file.
    Others,
}

impl Apart {
    pub(super) fn start(disk: Arc<dyn Disk>) -> io::Result<Self> {
        let (jobs, next) = channel::<Job>();
        let (tell, done) = channel();
        std::thread::Builder::new().name("ringmail-file".to_owned()).spawn(move || {
            for Job { file, bytes } in next {
                if tell.send(disk.write(&file, &bytes)).is_err() {
                    // Nobody waits any longer.
                    return;
                }
            }
        })?;
        Ok(Self { jobs, done, flying: None })
    }

    /// Looks what became of the last bytes, now that these are to be written.
    ///
    /// # Errors
    /// While that is not known: nothing may be done to the file.
    pub(super) fn land(&mut self, next: &[u8]) -> io::Result<Landed> {
        self.land_within(next, Duration::ZERO)
    }

    /// The same, for the last time.
    pub(super) fn land_last(&mut self) -> io::Result<Landed> {
        self.land_within(&[], LAST_PATIENCE)
    }

    /// Hands bytes over, and waits a little.
    pub(super) fn write(&mut self, file: &Arc<fs::File>, bytes: &[u8]) -> io::Result<usize> {
        let job = Job { file: Arc::clone(file), bytes: bytes.to_vec() };
        self.jobs.send(job).map_err(|_| thread_is_gone())?;
        self.flying = Some(bytes.to_vec());
        match self.land_within(bytes, PATIENCE)? {
            Landed::These(done) => done,
            Landed::Nothing | Landed::Others => Err(thread_is_gone()),
        }
    }

    fn land_within(&mut self, next: &[u8], patience: Duration) -> io::Result<Landed> {
        let Some(bytes) = self.flying.take() else { return Ok(Landed::Nothing) };
        let done = match self.done.recv_timeout(patience) {
            Ok(done) => done,
            Err(RecvTimeoutError::Timeout) => {
                self.flying = Some(bytes);
                return Err(stalls());
            }
            Err(RecvTimeoutError::Disconnected) => return Err(thread_is_gone()),
        };
        // Bytes that are the same are as good as those that are to be written.
        Ok(match done {
            done if !bytes.is_empty() && next.starts_with(&bytes) => Landed::These(done),
            Ok(taken) if taken > 0 => Landed::Others,
            _ => Landed::Nothing,
        })
    }
}

fn stalls() -> io::Error {
    io::Error::new(io::ErrorKind::WouldBlock, "the disk has not taken the last lines yet")
}

fn thread_is_gone() -> io::Error {
    io::Error::other("the thread that writes has ended: a defect of the file system's seam")
}
