//! The receiving side: the listener, the threads that accept on it, and their way out.

use std::collections::HashMap;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use ringmail::Producer;
use ringmail::event::Icid;

use crate::Server;
use crate::session;

/// How long a client may be silent, or take no reply.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Where connections come in.
#[derive(Debug)]
pub(crate) struct Door {
    listener: TcpListener,
    closed: AtomicBool,
    open: Mutex<HashMap<Icid, TcpStream>>,
}

impl Door {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self { listener, closed: AtomicBool::new(false), open: Mutex::default() }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Ends all sessions, and all of the `threads` that serve.
    pub(crate) fn close(&self, address: SocketAddr, threads: usize) {
        self.closed.store(true, Ordering::SeqCst);
        for stream in self.open.lock().values() {
            // The session reads an end of its input; it can still say good-bye.
            let _gone = stream.shutdown(Shutdown::Read);
        }
        for _ in 0..threads {
            // Wakes a thread that waits in `accept`.
            let _gone = TcpStream::connect_timeout(&address, Duration::from_secs(1));
        }
    }

    fn enter(&self, icid: Icid, stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        self.open.lock().insert(icid, stream.try_clone()?);
        if self.is_closed() {
            stream.shutdown(Shutdown::Read)?;
        }
        Ok(())
    }
}

/// Serves one connection after the other. As many threads as do this, so many connections can be
/// open; the operating system lets further ones wait.
pub(crate) fn serve(server: &Server, mut log: Producer) {
    let door = &server.door;
    while !door.is_closed() {
        let Ok((stream, peer)) = door.listener.accept() else {
            // Out of file descriptors, most likely: others must close first.
            std::thread::sleep(Duration::from_millis(10));
            continue;
        };
        if door.is_closed() {
            break;
        }
        let icid = server.engine.ids().icid();
        if door.enter(icid, &stream).is_ok() {
            session::serve(server, &mut log, icid, stream, peer.ip());
        }
        door.open.lock().remove(&icid);
    }
}
