//! Clients of a socket, each answered on a thread of its own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long no client is taken after one could not be.
const PAUSE: Duration = Duration::from_millis(100);

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
        let Ok(client) = client else {
            // No more files may be open: that does not pass at once.
            std::thread::sleep(PAUSE);
            continue;
        };
        let answer = answer.clone();
        // ORDERING: a bound that need not be exact.
        let before = served.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(&served));
        if before >= most {
            continue;
        }
        let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _place = place;
            answer(client)
        });
        drop(spawned);
    }
}

/// A place among those that are served, given back however the answer ends.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        // ORDERING: as where it is taken.
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn places_are_given_back_and_one_too_many_is_let_go() {
        let (tell, told) = mpsc::channel();
        // Two places, and four clients at once, which wait for the end of the third and the fourth.
        let (leave, left) = mpsc::channel::<()>();
        let left = Arc::new(parking_lot::Mutex::new(left));
        let clients = (0..4).map(Ok).chain([Err(io::Error::from_raw_os_error(libc::EMFILE))]);
        serve(clients, 2, "test", move |client: u32| {
            left.lock().recv().ok();
            tell.send(client).ok();
            Ok(())
        });
        drop(leave);
        let mut answered: Vec<_> = told.iter().collect();
        answered.sort_unstable();
        assert_eq!(answered, [0, 1]);
    }

    #[test]
    fn an_answer_that_panics_gives_its_place_back() {
        let served = Arc::new(AtomicUsize::new(1));
        let place = Place(Arc::clone(&served));
        let panicked = std::thread::spawn(move || {
            let _place = place;
            std::panic::resume_unwind(Box::new("on purpose"));
        });
        assert!(panicked.join().is_err());
        assert_eq!(served.load(Ordering::Relaxed), 0);
    }
}
