//! Name lookups, off the loop.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::thread;

use crate::sink::syslog::event_loop::Control;

/// Addresses that are tried of one name, at most.
const MOST: usize = 16;

/// Lookups that have not come back, at most: each has a thread, which nothing can end.
const MOST_LOOKUPS: u32 = 4;

/// What a lookup brought.
pub(crate) type Found = io::Result<Vec<SocketAddr>>;

/// The address that this host is, if it is no name.
pub(crate) fn literal(host: &str, port: u16) -> Option<SocketAddr> {
    host.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, port))
}

/// The lookups of a route.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    begun: u64,
    /// Those that have not come back.
    out: u32,
}

impl Lookups {
    /// Begins one, of which the control is told; what it is called there.
    ///
    /// # Errors
    /// When none comes back, or there can be no thread.
    pub(crate) fn begin(
        &mut self,
        host: &str,
        port: u16,
        route: usize,
        control: &Arc<Control>,
    ) -> io::Result<u64> {
        if self.out >= MOST_LOOKUPS {
            let what = "no lookup of the system comes back";
            return Err(io::Error::new(io::ErrorKind::TimedOut, what));
        }
        self.begun += 1;
        let (control, lookup) = (Arc::clone(control), self.begun);
        look_up(host, port, move |found| control.looked_up(route, lookup, found))?;
        self.out += 1;
        Ok(lookup)
    }

    /// One has come back.
    pub(crate) const fn end(&mut self) {
        self.out = self.out.saturating_sub(1);
    }
}

/// Looks a name up in a thread of its own, and calls back from there.
///
/// The system's lookup cannot be interrupted, so the thread lives for as long as that takes.
fn look_up(host: &str, port: u16, done: impl FnOnce(Found) + Send + 'static) -> io::Result<()> {
    let host = host.to_owned();
    let thread = thread::Builder::new().name("ringmail-lookup".to_owned());
    thread.spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs();
        done(found.map(|addresses| interleaved(addresses.take(MOST).collect())));
    })?;
    Ok(())
}

/// IPv6 and IPv4 in turns, IPv6 first, each in the order in which it came (RFC 8305, section 4).
fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let len = addresses.len();
    let (six, four): (Vec<_>, Vec<_>) = addresses.into_iter().partition(SocketAddr::is_ipv6);
    let (mut six, mut four) = (six.into_iter(), four.into_iter());
    let mut all = Vec::with_capacity(len);
    while all.len() < len {
        all.extend(six.next());
        all.extend(four.next());
    }
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn addresses_are_tried_in_turns() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        let all = ["1.1.1.1:1", "2.2.2.2:1", "[::1]:1", "3.3.3.3:1"].map(address).to_vec();
        let expected = ["[::1]:1", "1.1.1.1:1", "2.2.2.2:1", "3.3.3.3:1"].map(address);
        assert_eq!(interleaved(all), expected);
    }

    #[test]
    fn addresses_need_no_lookup_and_names_get_one() {
        assert_eq!(literal("::1", 514).unwrap().to_string(), "[::1]:514");
        assert_eq!(literal("localhost", 514), None);
        let (tell, told) = mpsc::channel();
        look_up("localhost", 514, move |found| tell.send(found).unwrap()).unwrap();
        let found = told.recv_timeout(Duration::from_secs(30)).unwrap().unwrap();
        assert!(found.iter().all(|address| address.ip().is_loopback() && address.port() == 514));
    }
}
