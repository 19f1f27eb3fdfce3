//! Clients of a listener, each on a thread of its own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Answers each client on a thread of this name, at most so many at a time; more are let go.
///
/// A client that hangs keeps its own thread, for as long as `answer` has patience with it.
pub(crate) fn serve<C: Send + 'static>(
    clients: impl Iterator<Item = io::Result<C>>,
    most: usize,
    name: &str,
    answer: impl Fn(C) -> io::Result<()> + Clone + Send + 'static,
) {
    let served = Arc::new(AtomicUsize::new(0));
    for client in clients {
        let Ok(client) = client else { continue };
        let (answer, served) = (answer.clone(), Arc::clone(&served));
        // ORDERING: a bound that need not be exact.
        if served.fetch_add(1, Ordering::Relaxed) >= most {
            served.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let done = answer(client);
            served.fetch_sub(1, Ordering::Relaxed);
            done
        });
        drop(spawned);
    }
}
