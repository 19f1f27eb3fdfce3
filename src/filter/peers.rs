use core::net::IpAddr;

use crate::base::{Error, Result};

/// Other sides of SMTP sessions: addresses, ranges of them, names, parts of names.
///
/// ```
/// use ringmail::Peers;
/// let peers = Peers::parse(&["192.0.2.0/24", "10.0.0.1-10.0.0.9", "mx.example.com", ".example.org"])?;
/// assert!(peers.has(Some([192, 0, 2, 77].into()), b"unknown"));
/// assert!(peers.has(Some([10, 0, 0, 9].into()), b""));
/// assert!(peers.has(None, b"MX.example.com"));
/// assert!(peers.has(None, b"a.b.example.org") && peers.has(None, b"example.org"));
/// assert!(!peers.has(Some([10, 0, 0, 10].into()), b"other.example.com"));
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peers(Vec<Peer>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Peer {
    Any,
    /// From the first address to the last, both included, of one family.
    Range(IpAddr, IpAddr),
    Name(String),
    /// Names that end so, and the name itself; begins with a dot.
    Part(String),
}

impl Peers {
    /// Every session.
    #[must_use]
    pub fn any() -> Self {
        Self(vec![Peer::Any])
    }

    /// Reads a list: an address, a network (`192.0.2.0/24`), a range (`10.0.0.1-10.0.0.9`), a name
    /// (`mx.example.com`), a part of names (`.example.com`: all names that end so, and
    /// `example.com`), or `*` for all. Names are compared without regard to case.
    ///
    /// # Errors
    /// [`Error::is_config`] for an empty list, and for what is none of these.
    pub fn parse(entries: &[impl AsRef<str>]) -> Result<Self> {
        if entries.is_empty() {
            return Err(Error::config(
                "no hosts or domains: give at least one, `*` stands for all",
            ));
        }
        entries.iter().map(|entry| peer(entry.as_ref())).collect::<Result<_>>().map(Self)
    }

    /// Whether a session with this address, if it counts, and this name is among them.
    #[must_use]
    pub fn has(&self, ip: Option<IpAddr>, name: &[u8]) -> bool {
        let name = name.strip_suffix(b".").unwrap_or(name);
        self.0.iter().any(|peer| match peer {
            Peer::Any => true,
            Peer::Range(first, last) => ip.is_some_and(|ip| {
                let ip = ip.to_canonical();
                ip.is_ipv4() == first.is_ipv4() && (*first..=*last).contains(&ip)
            }),
            Peer::Name(whole) => whole.as_bytes().eq_ignore_ascii_case(name),
            Peer::Part(part) => {
                let (part, bare) = (part.as_bytes(), part.as_bytes().get(1..).unwrap_or_default());
                let end = name.len().checked_sub(part.len()).and_then(|at| name.get(at..));
                end.is_some_and(|end| end.eq_ignore_ascii_case(part))
                    || bare.eq_ignore_ascii_case(name)
            }
        })
    }
}

fn peer(entry: &str) -> Result<Peer> {
    let refused = || {
        Error::config(format!(
            "{entry:?} is no address, network (192.0.2.0/24), range (10.0.0.1-10.0.0.9), host \
             name or part of one (.example.com)"
        ))
    };
    if entry == "*" {
        return Ok(Peer::Any);
    }
    if let Ok(ip) = entry.parse::<IpAddr>() {
        let ip = ip.to_canonical();
        return Ok(Peer::Range(ip, ip));
    }
    if let Some((network, bits)) = entry.split_once('/') {
        let network = network.parse().map_err(|_| refused())?;
        return subnet(network, bits.parse().map_err(|_| refused())?).ok_or_else(refused);
    }
    if let Some((first, last)) = entry.split_once('-')
        && let (Ok(first), Ok(last)) = (first.trim().parse::<IpAddr>(), last.trim().parse())
    {
        let (first, last) = (first.to_canonical(), IpAddr::to_canonical(&last));
        return if first.is_ipv4() == last.is_ipv4() && first <= last {
            Ok(Peer::Range(first, last))
        } else {
            Err(refused())
        };
    }
    let name = entry.strip_suffix('.').unwrap_or(entry);
    let (part, bare) = match name.strip_prefix('.') {
        Some(bare) => (true, bare),
        None => (false, name),
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if bare.len() > 253 || !bare.split('.').all(is_label) {
        return Err(refused());
    }
    Ok(if part { Peer::Part(format!(".{bare}")) } else { Peer::Name(bare.to_owned()) })
}

/// All addresses whose first `bits` bits are those of `network`.
fn subnet(network: IpAddr, bits: u32) -> Option<Peer> {
    match network {
        IpAddr::V4(network) => {
            let host = u32::MAX.checked_shr(bits).unwrap_or(0);
            let first = network.to_bits() & !host;
            (bits <= 32)
                .then(|| Peer::Range(IpAddr::V4(first.into()), IpAddr::V4((first | host).into())))
        }
        IpAddr::V6(network) => {
            let host = u128::MAX.checked_shr(bits).unwrap_or(0);
            let first = network.to_bits() & !host;
            (bits <= 128)
                .then(|| Peer::Range(IpAddr::V6(first.into()), IpAddr::V6((first | host).into())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(entry: &str, ip: &str) -> bool {
        Peers::parse(&[entry]).unwrap().has(Some(ip.parse().unwrap()), b"")
    }

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        assert!(has("192.0.2.128/25", "192.0.2.128") && has("192.0.2.129/25", "192.0.2.255"));
        assert!(!has("192.0.2.128/25", "192.0.2.127") && !has("192.0.2.128/25", "192.0.3.128"));
        assert!(has("0.0.0.0/0", "255.255.255.255") && !has("0.0.0.0/0", "2001:db8::1"));
        assert!(has("2001:db8::/32", "2001:db8:ffff::1") && !has("2001:db8::/32", "2001:db9::"));
        assert!(has("::/0", "::1"));
        assert!(has("10.0.0.1", "::ffff:10.0.0.1"), "an IPv4 address in IPv6 clothes");
        assert!(has("10.0.0.1/32", "10.0.0.1") && !has("10.0.0.1/32", "10.0.0.2"));
    }

    #[test]
    fn what_names_nobody_is_refused() {
        for entry in [
            "",
            ".",
            "..",
            "a b",
            "192.0.2.0/33",
            "::/129",
            "192.0.2.0/",
            "10.0.0.9-10.0.0.1",
            "10.0.0.1-::1",
            "a/b",
            "-",
            "a..b",
            "*.example.com",
            &"x".repeat(64),
        ] {
            assert!(Peers::parse(&[entry]).is_err(), "{entry:?}");
        }
        assert!(Peers::parse(&[""; 0]).is_err());
    }

    #[test]
    fn an_address_without_a_name_matches_no_name() {
        let peers = Peers::parse(&["mx.example.com", ".com"]).unwrap();
        assert!(!peers.has(Some([192, 0, 2, 1].into()), b""));
        assert!(!peers.has(None, b"unknown") && !peers.has(None, b"xcom"));
    }
}
