//! The control socket: one request a connection, one answer, both a line of JSON.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, sync_channel};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::base::{Error, Result};
use crate::service::clients::serve;
use crate::service::input::socket_at;

/// The name of the socket in the run directory.
const NAME: &str = "control.sock";

/// How long a client may take for its request, and to take the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a client waits for an answer: a rollover of a file system that hangs takes its time.
const ANSWER: Duration = Duration::from_secs(60);

/// The longest request, in bytes.
const MAX_REQUEST: u64 = 64 << 10;

/// The most clients at a time.
const MAX_CLIENTS: usize = 16;

/// What can be asked of a running service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Request {
    /// The account of every event.
    Ledger,
    /// Figures in the text form of Prometheus.
    Metrics,
    /// Read the configuration again.
    Reload,
    /// Close the open files and begin new ones.
    Rollover {
        /// The subscriptions; all if there are none.
        names: Vec<String>,
    },
    /// Counters, rates and gauges.
    Status,
    /// The shapes of input lines that were not understood.
    Unknown,
}

impl Request {
    /// Asks the service of a run directory, and waits for its answer.
    ///
    /// # Errors
    /// [`Error::is_io`] when no service answers there; [`Error::is_config`] with what the service
    /// says when it cannot do it.
    pub fn ask(&self, run_directory: impl AsRef<Path>) -> Result<Value> {
        let path = run_directory.as_ref().join(NAME);
        let failed = |what: &'static str| {
            let path = path.clone();
            move |source| Error::io(what, source).at_path(path)
        };
        let silent = "the service does not answer";
        let mut stream = UnixStream::connect(&path).map_err(failed(
            "no service runs here that you may talk to: start it with `ringmail run`, or name its \
             configuration with --config",
        ))?;
        stream.set_read_timeout(Some(ANSWER)).map_err(failed(silent))?;
        let request = serde_json::to_string(self).unwrap_or_default();
        stream.write_all(format!("{request}\n").as_bytes()).map_err(failed(silent))?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).map_err(failed(silent))?;
        let answer: Value = serde_json::from_str(&answer)
            .map_err(|_| Error::input("the service ended before it had answered").at_path(&path))?;
        match answer.get("error").and_then(Value::as_str) {
            Some(error) => Err(Error::config(error.to_owned())),
            None => Ok(answer),
        }
    }
}

/// A request, and where its answer goes.
pub(crate) type Asked = (Request, std::sync::mpsc::SyncSender<Result<Value>>);

/// Listens for requests on a thread of its own, and hands them on.
pub(crate) fn start<T: From<Asked> + Send + 'static>(
    run_directory: &Path,
    requests: Sender<T>,
) -> Result<PathBuf> {
    let path = run_directory.join(NAME);
    let listener = socket_at(&path, 0o600)?;
    std::thread::Builder::new()
        .name("ringmail-control".to_owned())
        .spawn(move || {
            serve(listener.incoming(), MAX_CLIENTS, "ringmail-asked", move |client| {
                converse(&client, &requests)
            });
        })
        .map_err(|source| Error::io("cannot start the thread of the control socket", source))?;
    Ok(path)
}

fn converse<T: From<Asked>>(mut client: &UnixStream, requests: &Sender<T>) -> std::io::Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    client.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(client.take(MAX_REQUEST)).read_line(&mut line)?;
    let answer = match serde_json::from_str::<Request>(&line) {
        Ok(request) => {
            let (answer, answered) = sync_channel(1);
            let asked = requests.send(T::from((request, answer))).ok();
            asked
                .and_then(|()| answered.recv().ok())
                .unwrap_or_else(|| Err(Error::config("the service is ending")))
        }
        Err(error) => Err(Error::input(format!("no such request: {error}"))),
    };
    let answer = answer.unwrap_or_else(|error| json!({ "error": error.to_string() }));
    client.write_all(format!("{answer}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn requests_are_answered_and_nonsense_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let (requests, received) = channel::<Asked>();
        start(dir.path(), requests).unwrap();
        let answering = std::thread::spawn(move || {
            for (request, answer) in received {
                let done = match request {
                    Request::Status => Ok(json!({ "up": 1 })),
                    _ => Err(Error::config("cannot")),
                };
                answer.send(done).unwrap();
            }
        });
        // One that says nothing keeps nobody waiting.
        let _silent = UnixStream::connect(dir.path().join(NAME)).unwrap();
        assert_eq!(Request::Status.ask(dir.path()).unwrap()["up"], 1);
        let error = Request::Reload.ask(dir.path()).unwrap_err();
        assert!(error.is_config() && error.to_string().contains("cannot"));
        for nonsense in ["{\"do\":\"harm\"}\n", "\n", "\u{ff}\n", "{"] {
            let mut client = UnixStream::connect(dir.path().join(NAME)).unwrap();
            client.write_all(nonsense.as_bytes()).unwrap();
            client.shutdown(std::net::Shutdown::Write).unwrap();
            let mut answer = String::new();
            BufReader::new(client).read_line(&mut answer).unwrap();
            assert!(answer.contains("no such request"), "{nonsense:?}: {answer}");
        }
        assert!(!answering.is_finished());
        let error = Request::Status.ask(dir.path().join("nowhere")).unwrap_err();
        assert!(error.is_io() && error.to_string().contains("ringmail run"), "{error}");
    }
}
