//! Destinations as people write them.

use core::str::FromStr;

use crate::base::{Error, Result};
use crate::sink::syslog::{Destination, Tls};

impl FromStr for Destination {
    type Err = Error;

    /// Reads `udp://HOST[:PORT]`, `tcp://..` or `tls://..`; a host alone is by UDP. An IPv6 address
    /// with a port stands in brackets. The usual port is 514, by TLS 6514.
    ///
    /// # Errors
    /// [`Error::is_config`] for what is none of these.
    ///
    /// ```
    /// use ringmail::sink::syslog::Destination;
    /// let logs: Destination = "logs.example.com".parse()?;
    /// assert_eq!(logs.to_string(), "udp://logs.example.com:514");
    /// let secured: Destination = "tls://[2001:db8::7]".parse()?;
    /// assert_eq!(secured.to_string(), "tls://[2001:db8::7]:6514");
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::config(format!(
                "`{}` is no syslog server: write udp://HOST:514, tcp://HOST:514 or tls://HOST:6514",
                text.escape_debug()
            ))
        };
        let (scheme, place) = text.split_once("://").unwrap_or(("udp", text));
        let (host, port) = match place.strip_prefix('[') {
            Some(bracketed) => {
                let (host, behind) = bracketed.split_once(']').ok_or_else(wrong)?;
                let port = if behind.is_empty() {
                    None
                } else {
                    Some(behind.strip_prefix(':').ok_or_else(wrong)?)
                };
                (host, port)
            }
            // More than one colon: an address of IPv6, and no port.
            None if place.matches(':').count() > 1 => (place, None),
            None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
        };
        let port = match port {
            None if scheme == "tls" => 6514,
            None => 514,
            Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
                port.parse().map_err(|_| wrong())?
            }
            Some(_) => return Err(wrong()),
        };
        let destination = match scheme {
            "udp" => Self::udp(host, port),
            "tcp" => Self::tcp(host, port),
            "tls" => Self::tcp(host, port).tls(Tls::new()),
            _ => return Err(wrong()),
        };
        destination.check()?;
        Ok(destination)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for (text, read) in [
            ("loghost", "udp://loghost:514"),
            ("10.1.2.3", "udp://10.1.2.3:514"),
            ("loghost:1514", "udp://loghost:1514"),
            ("2001:db8::7", "udp://[2001:db8::7]:514"),
            ("tcp://loghost", "tcp://loghost:514"),
            ("tcp://[::1]:601", "tcp://[::1]:601"),
            ("tls://loghost", "tls://loghost:6514"),
        ] {
            let destination: Destination = text.parse().unwrap();
            assert_eq!(destination.to_string(), read, "{text}");
            assert_eq!(read.parse::<Destination>().unwrap(), destination);
        }
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for text in [
            "",
            "udp://",
            "tcp://:514",
            "http://loghost",
            "loghost:",
            "loghost:0",
            "loghost:65536",
            "loghost:+1",
            "[::1",
            "[::1]x",
            "[::1]514",
            "udp://a b",
            "loghost:514/path",
        ] {
            let error = text.parse::<Destination>().unwrap_err();
            assert!(error.is_config(), "{text}: {error}");
        }
    }
}
