//! A Unix stream socket that takes JSON events.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::base::{Error, Result};
use crate::engine::Engine;
use crate::service::input::{InputCounts, JsonLines};

/// The most clients at a time. Each has a thread and a lane.
const MAX_CLIENTS: usize = 256;

/// How often a client that says nothing is looked at, to see whether the service ends.
const LOOK: Duration = Duration::from_millis(500);

/// How long a client may take to take an answer.
const ANSWER: Duration = Duration::from_millis(200);

/// The input, for as long as it takes clients.
#[derive(Debug)]
pub(crate) struct SocketInput {
    path: PathBuf,
    stop: Arc<AtomicBool>,
    clients: Arc<AtomicUsize>,
    /// The listening socket, to be shut down.
    listener: UnixStream,
    listening: Option<JoinHandle<()>>,
}

impl SocketInput {
    /// Listens at `path`, with this mode.
    pub(crate) fn start(
        path: &Path,
        mode: u32,
        engine: Engine,
        counts: Arc<InputCounts>,
    ) -> Result<Self> {
        let listener = listen(path, mode)?;
        let failed = |source| Error::io("cannot make the socket", source).at_path(path);
        // A socket is shut down as a stream, whichever it is.
        let shut_down = UnixStream::from(OwnedFd::from(listener.try_clone().map_err(failed)?));
        let (stop, clients) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (ended, count) = (Arc::clone(&stop), Arc::clone(&clients));
        let listening = std::thread::Builder::new()
            .name("ringmail-socket".to_owned())
            .spawn(move || {
                for client in listener.incoming() {
                    // ORDERING: a flag; what it ends looks at it again and again.
                    if ended.load(Ordering::Relaxed) {
                        return;
                    }
                    let Ok(client) = client else {
                        // No more files may be open: that does not pass at once.
                        std::thread::sleep(LOOK / 10);
                        continue;
                    };
                    let (engine, counts) = (engine.clone(), Arc::clone(&counts));
                    let (ended, count) = (Arc::clone(&ended), Arc::clone(&count));
                    serve(client, engine, counts, ended, count);
                }
            })
            .map_err(|source| Error::io("cannot start the thread of a socket", source))?;
        let (path, listener) = (path.to_path_buf(), shut_down);
        Ok(Self { path, stop, clients, listener, listening: Some(listening) })
    }

    /// Takes no more clients, lets those that there are say what they have sent, and waits for them
    /// for at most `patience`.
    pub(crate) fn stop(&mut self, patience: Duration) {
        // ORDERING: a flag, as where it is read.
        self.stop.store(true, Ordering::Relaxed);
        // The listener waits for a client. Becoming one would not do: the path may be gone, or be
        // another's.
        self.listener.shutdown(Shutdown::Both).ok();
        if let Some(listening) = self.listening.take() {
            listening.join().ok();
        }
        fs::remove_file(&self.path).ok();
        let mut waited = Duration::ZERO;
        // ORDERING: a count; the last client's events are in its lane, which the engine drains.
        while self.clients.load(Ordering::Acquire) > 0 && waited < patience {
            std::thread::sleep(Duration::from_millis(10));
            waited += Duration::from_millis(10);
        }
    }
}

/// Binds a socket, in the place of one that nobody listens at any more.
pub(crate) fn listen(path: &Path, mode: u32) -> Result<UnixListener> {
    let failed = |what: &'static str| move |source| Error::io(what, source).at_path(path);
    match fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() => {
            if UnixStream::connect(path).is_ok() {
                return Err(Error::config("somebody listens here already").at_path(path));
            }
            fs::remove_file(path).map_err(failed("cannot remove the socket of an earlier run"))?;
        }
        Ok(_) => return Err(Error::config("is in the way: it is no socket").at_path(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed("cannot look at the socket")(error)),
    }
    let listener = UnixListener::bind(path).map_err(failed("cannot make the socket"))?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(failed("cannot set the mode of the socket"))?;
    Ok(listener)
}

/// Reads a client's events on a thread of its own.
fn serve(
    client: UnixStream,
    engine: Engine,
    counts: Arc<InputCounts>,
    ended: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
) {
    // ORDERING: a count; the thread's start orders everything else.
    if count.fetch_add(1, Ordering::Relaxed) >= MAX_CLIENTS {
        count.fetch_sub(1, Ordering::Relaxed);
        answer(&client, 0, "too many clients: try again later");
        return;
    }
    let counted = Counted(count);
    let spawned = std::thread::Builder::new().name("ringmail-client".to_owned()).spawn(move || {
        let _counted = counted;
        read(&client, &engine, counts, &ended);
    });
    drop(spawned);
}

/// One client fewer, however its thread ends.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        // ORDERING: the pair of `stop`'s load.
        self.0.fetch_sub(1, Ordering::Release);
    }
}

fn read(mut client: &UnixStream, engine: &Engine, counts: Arc<InputCounts>, ended: &AtomicBool) {
    let Ok(mut producer) = engine.producer() else {
        answer(client, 0, "no memory for another client: try again later");
        return;
    };
    if client.set_read_timeout(Some(LOOK)).is_err() {
        return;
    }
    let mut lines = JsonLines::new(counts);
    let mut bytes = vec![0; 64 << 10];
    let mut answers = true;
    loop {
        let is_ending = ended.load(Ordering::Relaxed);
        let mut refuse = |line: u64, why: &str| {
            answers = answers && answer(client, line, why);
        };
        match client.read(&mut bytes) {
            Ok(0) => {
                lines.finish(&mut producer, &mut refuse);
                return;
            }
            Ok(len) => {
                lines.take(bytes.get(..len).unwrap_or_default(), &mut producer, &mut refuse);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error)
                if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
            {
                // What it had sent before the end has been read.
                if is_ending {
                    lines.finish(&mut producer, &mut refuse);
                    return;
                }
            }
            Err(_) => {
                // It went without taking its answers: what it had sent was read before.
                lines.finish(&mut producer, &mut refuse);
                return;
            }
        }
        if is_ending && client.set_read_timeout(Some(Duration::from_millis(20))).is_err() {
            return;
        }
    }
}

/// Tells a client what is wrong with a line; whether it took the answer.
fn answer(mut client: &UnixStream, line: u64, why: &str) -> bool {
    let answer = serde_json::json!({ "line": line, "error": why });
    client.set_write_timeout(Some(ANSWER)).is_ok()
        && client.write_all(format!("{answer}\n").as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};

    use super::*;
    use crate::service::input::InputCount;
    use crate::{LogType, Memory, Subscription};

    #[test]
    fn clients_send_events_and_are_told_what_is_wrong() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.sock");
        let log = Memory::new();
        let mail = Subscription::new("mail", LogType::TextMail).sink(log.clone());
        let (engine, guard) = Engine::builder().subscribe(mail).start().unwrap();
        let counts = Arc::new(InputCounts::default());
        let mut input =
            SocketInput::start(&path, 0o660, engine.clone(), Arc::clone(&counts)).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
        assert!(listen(&path, 0o600).is_err(), "somebody listens");

        let mut quiet = UnixStream::connect(&path).unwrap();
        let mut client = UnixStream::connect(&path).unwrap();
        client.write_all(b"{\"event\":\"IcidClose\",\"icid\":7}\n{\"event\":\"Nope\"}\n").unwrap();
        let mut told = String::new();
        BufReader::new(&client).read_line(&mut told).unwrap();
        assert!(told.starts_with("{\"line\":2,\"error\":") && told.contains("Nope"), "{told}");
        // Sent, but not yet read when the service ends.
        quiet.write_all(b"{\"event\":\"IcidClose\",\"icid\":8}\n").unwrap();
        input.stop(Duration::from_secs(10));
        drop(guard);
        assert!(log.text().contains("ICID 7 close") && log.text().contains("ICID 8 close"));
        assert_eq!(counts.get(InputCount::Refused), 1);
        assert!(!path.exists());
        // One that nobody listens at is no obstacle, anything else is.
        drop(UnixListener::bind(&path).unwrap());
        drop(listen(&path, 0o600).unwrap());
        fs::remove_file(&path).unwrap();
        fs::write(&path, "precious").unwrap();
        assert!(listen(&path, 0o600).unwrap_err().to_string().contains("in the way"));
    }

    #[test]
    fn it_ends_although_its_path_is_gone_and_counts_half_lines() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.sock");
        let mail = Subscription::new("mail", LogType::TextMail).sink(Memory::new());
        let (engine, _guard) = Engine::builder().subscribe(mail).start().unwrap();
        let counts = Arc::new(InputCounts::default());
        let mut input = SocketInput::start(&path, 0o660, engine, Arc::clone(&counts)).unwrap();
        // One that dies within a line, its answer not read; one that is within a line at the end.
        let mut dying = UnixStream::connect(&path).unwrap();
        let mut slow = UnixStream::connect(&path).unwrap();
        dying.write_all(b"{\"event\":\"Nope\"}\n").unwrap();
        while counts.get(InputCount::Refused) < 1 {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(50));
        dying.write_all(b"{\"event\":\"Icid").unwrap();
        drop(dying);
        slow.write_all(b"{\"event\":\"Icid").unwrap();
        fs::remove_file(&path).unwrap();
        let (ended, end) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            input.stop(Duration::from_secs(10));
            ended.send(()).ok();
        });
        end.recv_timeout(Duration::from_secs(15)).unwrap();
        assert_eq!(counts.get(InputCount::Refused), 3);
        assert!(UnixStream::connect(&path).is_err());
    }
}
