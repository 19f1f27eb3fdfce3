//! Finding out why messages do not get to a server.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::cli::Failure;
use crate::cli::control::print;
use crate::service::config::{Bytes, Period};
use crate::sink::syslog::diagnose::{Probe, Probed};
use crate::sink::syslog::{Destination, Framing, Protocol, Tls};

/// Finds out why lines do not get to where they should.
#[derive(Args, Debug)]
pub(crate) struct Doctor {
    #[command(subcommand)]
    of: Of,
}

#[derive(Subcommand, Debug)]
enum Of {
    Syslog(Syslog),
}

/// Talks to a syslog server, and says what is proven, what is likely and what to do next.
///
/// Each address of the server, IPv4 and IPv6, is connected to; some messages are sent that are marked
/// as probes; the connection is watched for a while.
#[derive(Args, Debug)]
#[command(after_help = "\
By UDP nothing can be proven: look for the probe messages in the server's log.

Examples:
  ringmail doctor syslog logs.example.com:514
  ringmail doctor syslog logs.example.com --tcp --bytes 16m      does it read what it gets?
  ringmail doctor syslog logs.example.com:6514 --tls --ca ca.pem --json | jq -r .probes[].finding

Exit codes: 0 no fault was found at one address of each protocol that was tried; 1 faults; 2 wrong
usage.")]
struct Syslog {
    /// The server: a name or an address, and its port (514, by TLS 6514)
    #[arg(value_name = "HOST:PORT")]
    server: String,

    /// By UDP alone
    #[arg(long, conflicts_with_all = ["tcp", "tls"])]
    udp: bool,

    /// By TCP alone. Without --udp, --tcp and --tls, UDP and TCP are tried
    #[arg(long)]
    tcp: bool,

    /// By TLS over TCP
    #[arg(long)]
    tls: bool,

    /// The name that the server's certificate bears, if it is another than HOST
    #[arg(long, value_name = "NAME", requires = "tls")]
    server_name: Option<String>,

    /// A PEM file with the authorities to trust, in place of the system's
    #[arg(long, value_name = "FILE", requires = "tls")]
    ca: Option<PathBuf>,

    /// A certificate to trust by its SHA-256 fingerprint alone
    #[arg(long, value_name = "HEX", requires = "tls")]
    fingerprint: Vec<String>,

    /// A PEM file with the certificate to show
    #[arg(long, value_name = "FILE", requires_all = ["tls", "client_key"])]
    client_cert: Option<PathBuf>,

    /// A PEM file with its key
    #[arg(long, value_name = "FILE", requires_all = ["tls", "client_cert"])]
    client_key: Option<PathBuf>,

    /// Frames with their length before them, where others end with a line feed
    #[arg(long)]
    octet_counting: bool,

    /// How many messages to send
    #[arg(long, value_name = "COUNT", default_value_t = 4,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    messages: u32,

    /// The bytes of a message
    #[arg(long, value_name = "BYTES", default_value_t = 200,
          value_parser = clap::value_parser!(u32).range(100..=65_535))]
    size: u32,

    /// By TCP and TLS: go on until so many bytes are sent, to see whether the server reads them
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    bytes: Option<u64>,

    /// How long to wait for an answer, or until more is taken
    #[arg(long, value_name = "PERIOD", default_value = "5s", value_parser = period)]
    timeout: Duration,

    /// How long to watch the connection when all is sent
    #[arg(long, value_name = "PERIOD", default_value = "2s", value_parser = period)]
    watch: Duration,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What was found by one protocol.
struct Tried {
    scheme: &'static str,
    /// The mark of the messages.
    id: String,
    probed: Vec<Probed>,
}

impl Doctor {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let Of::Syslog(syslog) = &self.of;
        syslog.run()
    }
}

impl Syslog {
    fn run(&self) -> Result<(), Failure> {
        let (host, port) = server(&self.server, if self.tls { 6514 } else { 514 })?;
        let mut tried = Vec::new();
        for destination in self.destinations(&host, port)? {
            let scheme = match (destination.protocol(), destination.is_tls()) {
                (Protocol::Udp, _) => "udp",
                (Protocol::Tcp, false) => "tcp",
                (Protocol::Tcp, true) => "tls",
            };
            let probe = self.probe(destination);
            let probed = probe.run().map_err(|error| match error.is_config() {
                true => Failure::usage(error.to_string()),
                false => error.into(),
            })?;
            tried.push(Tried { scheme, id: probe.id().to_owned(), probed });
        }
        print(&if self.json { self.object(&tried).to_string() } else { text(&tried) })?;
        match tried.iter().filter(|tried| !tried.is_healthy()).count() {
            0 => Ok(()),
            _ => Err(Failure::new("messages do not get to the server")),
        }
    }

    fn destinations(&self, host: &str, port: u16) -> Result<Vec<Destination>, Failure> {
        let tcp = Destination::tcp(host, port);
        if self.tls {
            return Ok(vec![tcp.tls(self.trust()?)]);
        }
        let udp = Destination::udp(host, port);
        Ok(match (self.udp, self.tcp) {
            (true, _) => vec![udp],
            (_, true) => vec![tcp],
            _ => vec![udp, tcp],
        })
    }

    fn trust(&self) -> Result<Tls, Failure> {
        let mut tls = Tls::new();
        if let Some(name) = &self.server_name {
            tls = tls.server_name(name);
        }
        if let Some(file) = &self.ca {
            tls = tls.authorities(file);
        }
        for fingerprint in &self.fingerprint {
            tls =
                tls.fingerprint(fingerprint).map_err(|error| Failure::usage(error.to_string()))?;
        }
        if let (Some(certificate), Some(key)) = (&self.client_cert, &self.client_key) {
            tls = tls.identity(certificate, key);
        }
        Ok(tls)
    }

    fn probe(&self, destination: Destination) -> Probe {
        let framing = if self.octet_counting { Framing::OctetCounting } else { Framing::Lf };
        Probe::of(destination)
            .framing(framing)
            .messages(self.messages)
            .size(usize::try_from(self.size).unwrap_or(usize::MAX))
            .bytes(self.bytes.unwrap_or(0))
            .timeout(self.timeout)
            .watch(self.watch)
    }

    fn object(&self, tried: &[Tried]) -> Value {
        let probes = tried.iter().flat_map(|tried| {
            tried.probed.iter().map(|probed| probe_object(tried.scheme, &tried.id, probed))
        });
        let faults = tried.iter().flat_map(|tried| &tried.probed);
        let faults: BTreeSet<&str> = faults
            .filter(|probed| probed.finding.is_fault)
            .map(|probed| probed.finding.id)
            .collect();
        json!({
            "server": self.server,
            "healthy": tried.iter().all(Tried::is_healthy),
            "faults": faults,
            "probes": probes.collect::<Vec<_>>(),
        })
    }
}

impl Tried {
    /// Whether messages get there: by one address they do, as a sink takes the one that answers.
    fn is_healthy(&self) -> bool {
        self.probed.iter().any(|probed| !probed.finding.is_fault)
    }
}

fn probe_object(scheme: &str, id: &str, probed: &Probed) -> Value {
    let finding = &probed.finding;
    let millis = |period: Duration| u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
    json!({
        "protocol": scheme,
        "address": probed.address.map(|address| address.to_string()),
        "finding": finding.id,
        "is_fault": finding.is_fault,
        "observed": finding.observed,
        "proven": finding.proven,
        "likely": finding.likely,
        "next": finding.next,
        "probe_id": id,
        "connect_ms": probed.connected.map(millis),
        "sent_bytes": probed.progress.map(|progress| progress.written),
        "acknowledged_bytes": probed.progress.map(|progress| progress.acknowledged),
        "after_ms": probed.progress.map(|progress| millis(progress.after)),
        "tls": probed.secured.as_ref().map(|secured| json!({
            "version": secured.version,
            "cipher": secured.cipher,
            "certificate": secured.notice,
        })),
    })
}

fn text(tried: &[Tried]) -> String {
    let mut text = String::new();
    // Writing into memory does not fail.
    for Tried { scheme, id, probed } in tried {
        for probed in probed {
            let finding = &probed.finding;
            let at = probed.address.map_or_else(String::new, |address| format!(" {address}"));
            let verdict = if finding.is_fault { "FAULT" } else { "ok" };
            writeln!(text, "{scheme}{at}: {verdict}: {}", finding.observed).ok();
            if let Some(secured) = &probed.secured {
                writeln!(text, "  secured: {}, {}", secured.version, secured.cipher).ok();
                if let Some(notice) = &secured.notice {
                    writeln!(text, "  note:    {notice}").ok();
                }
            }
            writeln!(text, "  proven:  {}", finding.proven).ok();
            for (place, likely) in finding.likely.iter().enumerate() {
                let head = if place == 0 { "likely: " } else { "or:     " };
                writeln!(text, "  {head} {likely}").ok();
            }
            writeln!(text, "  next:    {}", finding.next).ok();
            if !finding.is_fault {
                writeln!(text, "  probes:  marked \"probe {id}\"").ok();
            }
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// The host and the port of a server.
fn server(text: &str, port: u16) -> Result<(String, u16), Failure> {
    let wrong = || Failure::usage(format!("`{text}` is no server: give HOST:PORT, or [IPV6]:PORT"));
    let (host, digits) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, behind) = rest.split_once(']').ok_or_else(wrong)?;
            (
                host,
                if behind.is_empty() {
                    None
                } else {
                    Some(behind.strip_prefix(':').ok_or_else(wrong)?)
                },
            )
        }
        None => match text.split_once(':') {
            // An IPv6 address without a port.
            Some((_, behind)) if behind.contains(':') => (text, None),
            Some((host, digits)) => (host, Some(digits)),
            None => (text, None),
        },
    };
    let port = digits.map_or(Ok(port), |digits| digits.parse().map_err(|_| wrong()))?;
    if host.is_empty() || port == 0 { Err(wrong()) } else { Ok((host.to_owned(), port)) }
}

fn bytes(text: &str) -> Result<u64, String> {
    Bytes::parse(text).map(|bytes| bytes.0).ok_or_else(|| "no size, such as 16m".to_owned())
}

fn period(text: &str) -> Result<Duration, String> {
    match Period::parse(text) {
        Some(Period(period)) if period <= Duration::from_secs(3600) => Ok(period),
        _ => Err("no period up to an hour, such as 5s".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_in_each_spelling() {
        for (text, host, port) in [
            ("logs", "logs", 514),
            ("logs:601", "logs", 601),
            ("10.0.0.1:6514", "10.0.0.1", 6514),
            ("::1", "::1", 514),
            ("[::1]", "::1", 514),
            ("[2001:db8::7]:515", "2001:db8::7", 515),
        ] {
            assert_eq!(server(text, 514).unwrap(), (host.to_owned(), port), "{text}");
        }
        for wrong in ["", ":514", "logs:", "logs:0", "logs:x", "logs:70000", "[::1", "[::1]514"] {
            assert_eq!(server(wrong, 514).unwrap_err().code, 2, "{wrong}");
        }
    }
}
