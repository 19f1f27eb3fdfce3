//! Where a load goes that is not written into log directories.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::sink::syslog::{Destination, Facility, Format, Framing, Syslog, Tls};
use crate::{Error, Result, Sink};

/// What `--to` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Stdout,
    File(PathBuf),
    /// A syslog server, and how it is written to, as it was said.
    Syslog(String),
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.split_once(':') {
            None if text == "stdout" => Ok(Self::Stdout),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("syslog+udp" | "syslog+tcp" | "syslog+tls", _)) => {
                push(text).map(|_| Self::Syslog(text.to_owned())).map_err(|error| error.to_string())
            }
            _ => Err(
                "there are: stdout, file:PATH, syslog+udp://HOST:PORT, syslog+tcp://HOST:PORT, \
                      syslog+tls://HOST:PORT"
                    .to_owned(),
            ),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("stdout"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Syslog(said) => f.write_str(said),
        }
    }
}

impl Target {
    /// A sink that writes there.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(super) fn sink(&self) -> Result<Box<dyn Sink>> {
        let plain = match self {
            Self::Syslog(said) => return Ok(Box::new(push(said)?)),
            Self::Stdout => {
                let stdout = io::stdout().as_fd().try_clone_to_owned();
                let failed = |source| Error::io("cannot write to standard output", source);
                Plain::new(stdout.map_err(failed)?.into(), "standard output".to_owned())
            }
            Self::File(path) => {
                let mut options = OpenOptions::new();
                options.append(true).create(true).mode(0o640).custom_flags(libc::O_NOFOLLOW);
                let failed = |source| Error::io("cannot open", source).at_path(path);
                Plain::new(options.open(path).map_err(failed)?, path.display().to_string())
            }
        };
        Ok(Box::new(plain))
    }
}

/// How long the end of a load waits for a server.
const LINGER: Duration = Duration::from_secs(60);

/// A server as `syslog+SCHEME://HOST:PORT?KEY=VALUE&...` names it.
fn push(text: &str) -> Result<Syslog> {
    let text = text.trim_start_matches("syslog+");
    let (server, options) = text.split_once('?').unwrap_or((text, ""));
    let mut destination: Destination = server.parse()?;
    let options: Vec<_> = options.split('&').filter(|option| !option.is_empty()).collect();
    let wrong =
        |option: &str, hint: &str| Error::config(format!("`{}`: {hint}", option.escape_debug()));
    let (mut tls, mut certificate, mut key) = (Tls::new(), None, None);
    for option in &options {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match name {
            "ca" => tls = tls.authorities(value),
            "certificate" => certificate = Some(value),
            "fingerprint" => tls = tls.fingerprint(value)?,
            "key" => key = Some(value),
            "server_name" => tls = tls.server_name(value),
            _ => continue,
        }
        if !destination.is_tls() {
            return Err(wrong(option, "goes with syslog+tls:// only"));
        }
    }
    match (certificate, key) {
        (Some(certificate), Some(key)) => tls = tls.identity(certificate, key),
        (None, None) => {}
        _ => return Err(wrong(text, "certificate and key go together")),
    }
    if destination.is_tls() {
        destination = destination.tls(tls);
    }
    let mut push = Syslog::to(destination).linger(LINGER);
    for option in &options {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        push = match (name, value) {
            ("format", "rfc3164") => push.format(Format::Rfc3164),
            ("format", "rfc5424") => push.format(Format::Rfc5424),
            ("framing", "lf") => push.framing(Framing::Lf),
            ("framing", "octet-counting") => push.framing(Framing::OctetCounting),
            ("facility", name) => match Facility::parse(name) {
                Some(facility) => push.facility(facility),
                None => return Err(wrong(option, "there is no such facility")),
            },
            ("ca" | "certificate" | "fingerprint" | "key" | "server_name", _) => push,
            _ => {
                return Err(wrong(
                    option,
                    "there are format=rfc3164|rfc5424, framing=lf|octet-counting, facility=NAME; \
                     for TLS ca, server_name, fingerprint, certificate and key",
                ));
            }
        };
    }
    push.check()?;
    Ok(push)
}

/// Lines into an open file, whatever it is.
#[derive(Debug)]
struct Plain {
    file: File,
    place: String,
    position: u64,
}

impl Plain {
    const fn new(file: File, place: String) -> Self {
        Self { file, place, position: 0 }
    }
}

impl Sink for Plain {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.file.write_all(lines)?;
        self.position += lines.len() as u64;
        Ok(lines.len())
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        if position == self.position { Ok(()) } else { Err(io::ErrorKind::Unsupported.into()) }
    }

    fn roll(&mut self, _stamp: &str) -> io::Result<()> {
        Ok(())
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read() {
        for text in [
            "stdout",
            "file:/tmp/x",
            "syslog+udp://loghost:514",
            "syslog+tcp://[::1]:601?format=rfc5424&framing=lf&facility=local3",
            "syslog+tls://loghost?ca=/ca.pem&server_name=x&certificate=/c.pem&key=/k.pem",
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!(target.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_target_is_named() {
        for (text, hint) in [
            ("stderr", "syslog+tcp://"),
            ("file:", "file:PATH"),
            ("syslog://loghost", "syslog+udp://"),
            ("syslog+tcp://loghost?frame=lf", "framing=lf"),
            ("syslog+tcp://loghost?format=5424", "rfc5424"),
            ("syslog+tcp://loghost?facility=mails", "no such facility"),
            ("syslog+tcp://loghost?ca=/x", "syslog+tls"),
            ("syslog+tls://loghost?key=/x", "go together"),
            ("syslog+udp://", "the host must be"),
        ] {
            let error = text.parse::<Target>().unwrap_err();
            assert!(error.contains(hint), "{text}: {error}");
        }
    }
}
