//! What the kernel tells of a socket, and datagrams many at a time.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

/// Bytes given to a stream that its peer's kernel has not acknowledged.
pub(crate) fn unacknowledged(socket: BorrowedFd<'_>) -> io::Result<u64> {
    let mut bytes: libc::c_int = 0;
    // SAFETY: TIOCOUTQ, which is SIOCOUTQ, writes one int, and the descriptor is open.
    let result = unsafe { libc::ioctl(socket.as_raw_fd(), libc::TIOCOUTQ, &raw mut bytes) };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(u64::try_from(bytes).unwrap_or(0))
}

/// Where the kernel's `tcp_info` has the window that the peer offers, which the crate's does not.
const SEND_WINDOW: usize = 228;

/// Bytes that the peer says it would take; `None` where the kernel does not tell.
///
/// Linux tells since 5.4.
pub(crate) fn offered(socket: BorrowedFd<'_>) -> Option<u32> {
    let info = TcpInfo::of(socket)?;
    info.told().get(SEND_WINDOW..)?.first_chunk().map(|window| u32::from_ne_bytes(*window))
}

/// `struct tcp_info` of linux/tcp.h, of which the kernel fills as much as it has.
#[derive(Debug)]
pub(crate) struct TcpInfo {
    bytes: [u8; 256],
    len: usize,
}

impl TcpInfo {
    /// That of a connection; `None` where the kernel does not tell.
    pub(crate) fn of(socket: BorrowedFd<'_>) -> Option<Self> {
        let mut bytes = [0; 256];
        let mut len = libc::socklen_t::try_from(bytes.len()).ok()?;
        // SAFETY: the kernel writes at most `len` bytes, and says how many.
        let result = unsafe {
            libc::getsockopt(
                socket.as_raw_fd(),
                libc::IPPROTO_TCP,
                libc::TCP_INFO,
                bytes.as_mut_ptr().cast(),
                &raw mut len,
            )
        };
        (result == 0).then_some(Self { bytes, len: usize::try_from(len).ok()? })
    }

    /// What the kernel has told.
    pub(crate) fn told(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// How long given bytes may stay unacknowledged before the kernel ends the connection.
pub(crate) fn set_user_timeout(socket: BorrowedFd<'_>, timeout: Duration) -> io::Result<()> {
    socket2::SockRef::from(&socket).set_tcp_user_timeout(Some(timeout))
}

/// Datagrams given to the kernel in one call, at most.
pub(crate) const DATAGRAMS: usize = 128;

/// Sends what stands in `bytes` between two `ends` as a datagram each, to the connected peer; returns
/// how many the kernel took.
///
/// # Errors
/// When it took none.
pub(crate) fn send_datagrams(
    socket: BorrowedFd<'_>,
    bytes: &[u8],
    ends: &[usize],
) -> io::Result<usize> {
    let mut vectors = [libc::iovec { iov_base: core::ptr::null_mut(), iov_len: 0 }; DATAGRAMS];
    let mut start = 0;
    let mut count = 0;
    for (vector, end) in vectors.iter_mut().zip(ends) {
        let datagram = bytes.get(start..*end).unwrap_or_default();
        vector.iov_base = datagram.as_ptr().cast_mut().cast();
        vector.iov_len = datagram.len();
        start = *end;
        count += 1;
    }
    // SAFETY: zeros are a header without name, control data and vectors.
    let empty: libc::mmsghdr = unsafe { core::mem::zeroed() };
    let mut headers = [empty; DATAGRAMS];
    for (header, vector) in headers.iter_mut().zip(&mut vectors) {
        header.msg_hdr.msg_iov = vector;
        header.msg_hdr.msg_iovlen = 1;
    }
    let count = libc::c_uint::try_from(count).unwrap_or(0);
    // SAFETY: `count` headers are there, each of which points to one vector, which points into
    // `bytes`; the kernel writes into the headers alone.
    let sent = unsafe {
        libc::sendmmsg(socket.as_raw_fd(), headers.as_mut_ptr(), count, libc::MSG_DONTWAIT)
    };
    usize::try_from(sent).map_err(|_| io::Error::last_os_error())
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::fd::AsFd as _;

    use super::*;

    #[test]
    fn the_kernel_counts_what_is_not_acknowledged() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut theirs, _) = listener.accept().unwrap();
        set_user_timeout(ours.as_fd(), Duration::from_secs(9)).unwrap();
        assert_eq!(unacknowledged(ours.as_fd()).unwrap(), 0);
        ours.write_all(b"something").unwrap();
        theirs.read_exact(&mut [0; 9]).unwrap();
        // On loopback the acknowledgement comes with the delivery.
        for _ in 0..1000 {
            if unacknowledged(ours.as_fd()).unwrap() == 0 {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        unreachable!("the kernel never acknowledged");
    }

    #[test]
    fn the_kernel_tells_what_the_peer_offers() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_theirs, _) = listener.accept().unwrap();
        let offered = offered(ours.as_fd()).unwrap();
        assert!((4096..1 << 30).contains(&offered), "{offered}");
    }

    #[test]
    fn datagrams_are_sent_as_they_are_parted() {
        let theirs = UdpSocket::bind("127.0.0.1:0").unwrap();
        let ours = UdpSocket::bind("127.0.0.1:0").unwrap();
        ours.connect(theirs.local_addr().unwrap()).unwrap();
        assert_eq!(send_datagrams(ours.as_fd(), b"onethree", &[3, 3, 8]).unwrap(), 3);
        let mut buffer = [0; 16];
        for expected in [&b"one"[..], b"", b"three"] {
            let len = theirs.recv(&mut buffer).unwrap();
            assert_eq!(&buffer[..len], expected);
        }
    }
}
