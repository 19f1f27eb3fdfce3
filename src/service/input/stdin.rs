//! JSON events from standard input.

use std::io::Read;
use std::sync::Arc;

use crate::base::{Error, Result};
use crate::engine::Engine;
use crate::service::input::{InputCounts, JsonLines};

/// Reads events until the input ends, on a thread of its own, and then calls `ended`.
///
/// `refused` is told of each line that is refused.
pub(crate) fn start_stdin(
    mut input: impl Read + Send + 'static,
    engine: &Engine,
    counts: Arc<InputCounts>,
    mut refused: impl FnMut(u64, &str) + Send + 'static,
    ended: impl FnOnce() + Send + 'static,
) -> Result<()> {
    let mut producer = engine.producer()?;
    std::thread::Builder::new()
        .name("ringmail-stdin".to_owned())
        .spawn(move || {
            let mut lines = JsonLines::new(counts);
            let mut bytes = vec![0; 64 << 10];
            loop {
                match input.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(len) => {
                        let bytes = bytes.get(..len).unwrap_or_default();
                        lines.take(bytes, &mut producer, &mut refused);
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(error) => {
                        refused(0, &format!("cannot read standard input: {error}"));
                        break;
                    }
                }
            }
            lines.finish(&mut producer, &mut refused);
            drop(producer);
            ended();
        })
        .map(drop)
        .map_err(|source| Error::io("cannot start the thread of standard input", source))
}
