//! `ringmail doctor syslog` against servers that misbehave, each in its own way.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where it fails")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use serde_json::Value;
use sha2::Digest as _;
use socket2::{Domain, SockAddr, SockRef, Socket, Type};

/// What four probes of 200 bytes come to, with their line feeds.
const ALL: usize = 4 * 201;

/// Longer than any test takes: a server that is waited for ends anyway.
const LONG: Duration = Duration::from_secs(20);

fn doctor(address: SocketAddr, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ringmail"))
        .args(["doctor", "syslog", &address.to_string()])
        .args(["--timeout", "1s", "--watch", "300ms"])
        .args(options)
        .output()
        .unwrap()
}

/// The only probe of a call with `--json`.
fn probe(address: SocketAddr, options: &[&str]) -> Value {
    let output = doctor(address, &[options, &["--json"]].concat());
    let all: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| unreachable!("{}", String::from_utf8_lossy(&output.stderr)));
    let probes = all["probes"].as_array().unwrap();
    assert_eq!(probes.len(), 1, "{all}");
    let is_healthy = all["healthy"].as_bool().unwrap();
    assert_eq!(output.status.code(), Some(i32::from(!is_healthy)), "{all}");
    assert_eq!(probes[0]["is_fault"].as_bool().unwrap(), !is_healthy, "{all}");
    probes[0].clone()
}

/// A server that does this with each connection, as long as the test lasts.
fn server(each: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            socket.set_read_timeout(Some(LONG)).unwrap();
            each(socket);
        }
    });
    address
}

fn reset(socket: &TcpStream) {
    SockRef::from(socket).set_linger(Some(Duration::ZERO)).unwrap();
}

/// A port at which nobody listens.
fn closed_port() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// What is found in one of some attempts: whether a server was quick enough to close before the
/// first message came is not its alone to say.
fn found_soon(address: SocketAddr, options: &[&str], expected: &str) -> Value {
    let mut last = Value::Null;
    for _ in 0..6 {
        last = probe(address, options);
        if last["finding"] == expected {
            break;
        }
    }
    assert_eq!(last["finding"], expected, "{last}");
    last
}

#[test]
fn a_server_that_reads_is_healthy() {
    let (tell, told) = std::sync::mpsc::channel();
    let address = server(move |mut socket| {
        let mut all = String::new();
        socket.read_to_string(&mut all).unwrap();
        tell.send(all).unwrap();
    });
    let found = probe(address, &["--tcp"]);
    assert_eq!(found["finding"], "healthy", "{found}");
    assert_eq!((&found["sent_bytes"], &found["acknowledged_bytes"]), (&ALL.into(), &ALL.into()));
    let received = told.recv_timeout(LONG).unwrap();
    let lines: Vec<_> = received.lines().collect();
    assert_eq!(lines.len(), 4);
    let id = found["probe_id"].as_str().unwrap();
    for (place, line) in lines.iter().enumerate() {
        let mark = format!(" ringmail-doctor: Info: probe {id} {} of 4: ", place + 1);
        assert!(line.starts_with("<46>") && line.contains(&mark) && line.len() == 200, "{line}");
    }
}

#[test]
fn a_closed_port_refuses() {
    let found = probe(closed_port(), &["--tcp"]);
    assert_eq!(found["finding"], "refused");
    assert_eq!(found["connect_ms"], Value::Null);
    let next = found["next"].as_str().unwrap();
    assert!(next.contains("try --udp"), "{next}");
}

#[test]
fn a_filtered_port_does_not_answer() {
    // A queue of connections that is full drops whoever asks, as a firewall does.
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener.bind(&SockAddr::from(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let wait = Duration::from_millis(300);
    let waiting: Vec<_> =
        (0..8).map_while(|_| TcpStream::connect_timeout(&address, wait).ok()).collect();
    assert!(waiting.len() < 8, "the queue is never full");
    let found = probe(address, &["--tcp"]);
    assert_eq!(found["finding"], "no_answer", "{found}");
    let likely = found["likely"][0].as_str().unwrap();
    assert!(likely.contains("a firewall drops the packets"), "{likely}");
}

/// The case of the capture: all is acknowledged, then a reset comes.
#[test]
fn a_server_that_resets_after_data() {
    let address = server(|mut socket| {
        socket.read_exact(&mut [0; ALL]).unwrap();
        reset(&socket);
    });
    let found = probe(address, &["--tcp"]);
    assert_eq!(found["finding"], "reset_after_data", "{found}");
    assert_eq!(found["acknowledged_bytes"], ALL);
    assert!(found["after_ms"].as_u64().unwrap() >= 250, "{found}");
    assert!(found["proven"].as_str().unwrap().contains("actively closed"));
    let likely: Vec<_> =
        found["likely"].as_array().unwrap().iter().flat_map(Value::as_str).collect();
    assert!(likely[0].contains("a firewall or an IPS blocks access"), "{likely:?}");
    assert!(likely[1].contains("the server is too busy and refuses connections"), "{likely:?}");
    assert!(found["next"].as_str().unwrap().starts_with("check each device on the path"));
}

#[test]
fn a_server_that_resets_in_the_middle() {
    let address = server(|mut socket| {
        socket.read_exact(&mut [0; 300]).unwrap();
        reset(&socket);
    });
    let found = probe(address, &["--tcp", "--bytes", "32m"]);
    assert_eq!(found["finding"], "reset_after_data", "{found}");
    assert!(found["acknowledged_bytes"].as_u64().unwrap() >= 300);
    assert!(found["sent_bytes"].as_u64() >= found["acknowledged_bytes"].as_u64());
}

#[test]
fn servers_that_end_the_connection_at_once() {
    let found = found_soon(server(|socket| reset(&socket)), &["--tcp"], "reset_at_once");
    assert_eq!(found["acknowledged_bytes"], 0);
    found_soon(server(drop), &["--tcp"], "closed_at_once");
}

#[test]
fn a_server_that_closes_in_order() {
    let address = server(|mut socket| {
        socket.read_exact(&mut [0; ALL]).unwrap();
    });
    let found = probe(address, &["--tcp"]);
    assert_eq!(found["finding"], "closed_after_data", "{found}");
    assert_eq!(found["acknowledged_bytes"], ALL);
}

#[test]
fn servers_that_do_not_read() {
    let never = server(|socket| {
        thread::spawn(move || {
            thread::sleep(LONG);
            drop(socket);
        });
    });
    assert_eq!(probe(never, &["--tcp"])["finding"], "healthy", "buffers hold a few messages");
    let slow = server(|mut socket| {
        thread::spawn(move || {
            while let Ok(1..) = socket.read(&mut [0]) {
                thread::sleep(Duration::from_secs(1));
            }
        });
    });
    for address in [never, slow] {
        let found = probe(address, &["--tcp", "--bytes", "64m"]);
        assert_eq!(found["finding"], "stalled", "{found}");
        assert!(found["acknowledged_bytes"].as_u64() < found["sent_bytes"].as_u64(), "{found}");
        assert!(found["likely"][0].as_str().unwrap().contains("the server does not read"));
    }
}

#[test]
fn another_service_speaks_first() {
    let address = server(|mut socket| {
        socket.write_all(b"220 mx1.example.com ESMTP\r\n").unwrap();
        socket.read_to_end(&mut Vec::new()).ok();
    });
    let found = probe(address, &["--tcp"]);
    assert_eq!(found["finding"], "wrong_service", "{found}");
    assert!(found["observed"].as_str().unwrap().contains("220 mx1.example.com ESMTP"));
}

#[test]
fn datagrams() {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = socket.local_addr().unwrap();
    let found = probe(address, &["--udp", "--messages", "2"]);
    assert_eq!(found["finding"], "udp_sent", "{found}");
    assert!(found["proven"].as_str().unwrap().contains("for UDP that proves nothing"));
    socket.set_read_timeout(Some(LONG)).unwrap();
    let mut message = [0; 1000];
    for number in 1..=2 {
        let len = socket.recv(&mut message).unwrap();
        let text = str::from_utf8(&message[..len]).unwrap();
        assert!(text.contains(&format!(" {number} of 2: ")) && len == 200, "{text}");
    }
    let found = probe(address, &["--udp", "--size", "65535"]);
    assert_eq!(found["finding"], "too_big", "{found}");
    drop(socket);
    let found = probe(address, &["--udp"]);
    assert_eq!(found["finding"], "udp_unreachable", "{found}");
    assert!(found["next"].as_str().unwrap().contains("UDP 514 is the default"));
}

/// Certificates of an authority, in a directory.
struct Pki {
    dir: tempfile::TempDir,
    authority: CertifiedIssuer<'static, KeyPair>,
}

impl Pki {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let authority = CertifiedIssuer::self_signed(params, key).unwrap();
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("ca.pem"), authority.pem()).unwrap();
        Self { dir, authority }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    fn issue(
        &self,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        let write = |ending: &str, pem: String| {
            let path = self.dir.path().join(format!("{name}.{ending}"));
            fs::write(&path, pem).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        };
        write("pem", certificate.pem());
        write("key", key.serialize_pem());
        (certificate.der().clone(), PrivateKeyDer::Pkcs8(key.serialize_der().into()))
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der().clone()).unwrap();
        Arc::new(roots)
    }
}

/// A server of TLS that does this when the handshake is done.
fn secured(
    (certificate, key): (CertificateDer<'static>, PrivateKeyDer<'static>),
    clients: Option<Arc<RootCertStore>>,
    then: impl Fn(ServerConnection, TcpStream) + Send + 'static,
) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = match clients {
        None => config.with_no_client_auth(),
        Some(roots) => config.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(roots, provider).build().unwrap(),
        ),
    };
    let config = Arc::new(config.with_single_cert(vec![certificate], key).unwrap());
    server(move |mut socket| {
        let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
        while tls.is_handshaking() {
            if tls.complete_io(&mut socket).is_err() {
                // The alert that says why.
                while tls.wants_write() && tls.write_tls(&mut socket).is_ok() {}
                return;
            }
        }
        then(tls, socket);
    })
}

/// Reads so many bytes of messages, or all.
fn read_some(mut tls: ServerConnection, mut socket: TcpStream, most: usize) -> TcpStream {
    let mut left = most;
    let mut buffer = [0; 1000];
    while left > 0 {
        let mut stream = rustls::Stream::new(&mut tls, &mut socket);
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(len) => left = left.saturating_sub(len),
        }
    }
    socket
}

fn reads(tls: ServerConnection, socket: TcpStream) {
    read_some(tls, socket, usize::MAX);
}

#[test]
fn tls_that_works() {
    let pki = Pki::new("ours");
    let (certificate, key) = pki.issue("logs.example.com", |_| ());
    let digest: [u8; 32] = sha2::Sha256::digest(&certificate).into();
    let address = secured((certificate, key), None, reads);
    let ca = pki.path("ca.pem");
    let found = probe(address, &["--tls", "--ca", &ca, "--server-name", "logs.example.com"]);
    assert_eq!(found["finding"], "healthy", "{found}");
    assert_eq!(found["tls"]["version"], "TLSv1_3");
    assert!(found["sent_bytes"].as_u64().unwrap() > ALL as u64, "records are a little larger");
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let found = probe(address, &["--tls", "--fingerprint", &hex]);
    assert_eq!(found["finding"], "healthy", "{found}");
    let found = probe(address, &["--tls", "--fingerprint", &hex.replace('0', "1")]);
    assert_eq!(found["finding"], "tls_other_fingerprint", "{found}");
}

#[test]
fn certificates_that_are_not_accepted() {
    let pki = Pki::new("ours");
    let ca = pki.path("ca.pem");
    let other = Pki::new("other").issue("logs.example.com", |_| ());
    let cases = [
        (
            "tls_expired",
            pki.issue("logs.example.com", |params| {
                (params.not_before, params.not_after) =
                    (date_time_ymd(2014, 1, 1), date_time_ymd(2015, 1, 1));
            }),
        ),
        (
            "tls_not_yet_valid",
            pki.issue("logs.example.com", |params| {
                (params.not_before, params.not_after) =
                    (date_time_ymd(3014, 1, 1), date_time_ymd(3015, 1, 1));
            }),
        ),
        ("tls_wrong_name", pki.issue("other.example.com", |_| ())),
        ("tls_unknown_issuer", other),
    ];
    for (expected, identity) in cases {
        let address = secured(identity, None, reads);
        let found = probe(address, &["--tls", "--ca", &ca, "--server-name", "logs.example.com"]);
        assert_eq!(found["finding"], expected, "{found}");
    }
}

#[test]
fn client_certificates() {
    let (pki, others) = (Pki::new("ours"), Pki::new("others"));
    others.issue("mx1", |_| ());
    pki.issue("mx1", |_| ());
    let ca = pki.path("ca.pem");
    let address = secured(pki.issue("logs", |_| ()), Some(pki.roots()), reads);
    let options = ["--tls", "--ca", &ca, "--server-name", "logs"];
    let found = probe(address, &options);
    assert_eq!(found["finding"], "tls_client_certificate_wanted", "{found}");
    let with = |pki: &Pki| {
        let (certificate, key) = (pki.path("mx1.pem"), pki.path("mx1.key"));
        let identity = ["--client-cert", &certificate, "--client-key", &key];
        probe(address, &[&options[..], &identity].concat())
    };
    assert_eq!(with(&others)["finding"], "tls_client_certificate_refused");
    assert_eq!(with(&pki)["finding"], "healthy");
}

#[test]
fn servers_that_end_a_secured_connection() {
    let pki = Pki::new("ours");
    let ca = pki.path("ca.pem");
    let options = ["--tls", "--ca", &ca, "--server-name", "logs"];
    let address = secured(pki.issue("logs", |_| ()), None, |_, socket| reset(&socket));
    let found = found_soon(address, &options, "reset_at_once");
    assert_eq!(found["tls"]["version"], "TLSv1_3");
    let address = secured(pki.issue("logs", |_| ()), None, |tls, socket| {
        reset(&read_some(tls, socket, 800));
    });
    let found = probe(address, &options);
    assert_eq!(found["finding"], "reset_after_data", "{found}");
    assert!(found["sent_bytes"].as_u64().unwrap() > ALL as u64);
}

#[test]
fn ports_that_do_not_speak_tls() {
    // A version that is too old: an alert of TLS 1.0, fatal, `protocol_version`.
    let old = server(|mut socket| {
        assert!(socket.read(&mut [0; 1000]).unwrap() > 0);
        socket.write_all(&[0x15, 3, 1, 0, 2, 2, 70]).unwrap();
        socket.read_to_end(&mut Vec::new()).ok();
    });
    assert_eq!(probe(old, &["--tls", "--ca", &any_ca()])["finding"], "tls_version");
    let text = server(|mut socket| {
        socket.write_all(b"220 mx1.example.com ESMTP\r\n").unwrap();
        socket.read_to_end(&mut Vec::new()).ok();
    });
    assert_eq!(probe(text, &["--tls", "--ca", &any_ca()])["finding"], "tls_not_tls");
    let plain = server(|mut socket| {
        socket.read_to_end(&mut Vec::new()).ok();
    });
    assert_eq!(probe(plain, &["--tls", "--ca", &any_ca()])["finding"], "tls_no_answer");
    let closes = server(|mut socket| {
        assert!(socket.read(&mut [0; 1000]).unwrap() > 0);
    });
    assert_eq!(probe(closes, &["--tls", "--ca", &any_ca()])["finding"], "tls_ended");
}

/// An authority of no server here.
fn any_ca() -> String {
    let path: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("doctor-ca.pem");
    if !path.exists() {
        let made = path.with_extension(format!("{}", std::process::id()));
        fs::write(&made, Pki::new("any").authority.pem()).unwrap();
        fs::rename(&made, &path).unwrap();
    }
    path.to_str().unwrap().to_owned()
}

#[test]
fn each_address_is_tried_and_both_protocols() {
    let address = server(|mut socket| {
        socket.read_to_end(&mut Vec::new()).ok();
    });
    let count = ("localhost", address.port()).to_socket_addrs().unwrap().count();
    let output = Command::new(env!("CARGO_BIN_EXE_ringmail"))
        .args(["doctor", "syslog", "--json", "--watch", "300ms"])
        .arg(format!("localhost:{}", address.port()))
        .output()
        .unwrap();
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let probes = all["probes"].as_array().unwrap();
    assert!(probes.len() >= count && probes.len().is_multiple_of(2), "{all}");
    let of = |protocol: &str, address: String| {
        let mut found = probes.iter().filter(|probe| probe["protocol"] == protocol);
        found.find(|probe| probe["address"] == address).unwrap()["finding"].clone()
    };
    assert_eq!(of("tcp", address.to_string()), "healthy");
    assert_eq!(of("udp", address.to_string()), "udp_unreachable");
    assert_eq!(output.status.code(), Some(1), "not by UDP");
    let v6 = format!("[::1]:{}", address.port());
    if probes.iter().any(|probe| probe["address"] == v6.as_str()) {
        assert_eq!(of("tcp", v6), "refused");
    }
}

#[test]
fn a_name_that_is_not_there() {
    let name = format!("{}.invalid:514", "x".repeat(70));
    let output = Command::new(env!("CARGO_BIN_EXE_ringmail"))
        .args(["doctor", "syslog", "--tcp", "--json", &name])
        .output()
        .unwrap();
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["faults"], serde_json::json!(["lookup_failed"]));
    assert_eq!(all["probes"][0]["address"], Value::Null);
}

#[test]
fn it_answers_in_plain_words() {
    let address = server(|mut socket| {
        socket.read_exact(&mut [0; ALL]).unwrap();
        reset(&socket);
    });
    let output = doctor(address, &["--tcp"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let head = format!("tcp {address}: FAULT: reset ");
    assert!(text.starts_with(&head), "{text}");
    assert!(text.contains(" ms after it was made, 804 of 804 bytes acknowledged\n"), "{text}");
    assert!(
        text.contains("\n  proven:  the connection was made and messages were sent, then a reset")
    );
    assert!(
        text.contains("\n  likely:  a firewall or an IPS blocks access to the server"),
        "{text}"
    );
    assert!(
        text.contains("\n  or:      if all devices on the path allow the traffic: the server is")
    );
    assert!(text.contains("\n  next:    check each device on the path"), "{text}");
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error, "ringmail: messages do not get to the server\n");
}

#[test]
fn wrong_usage_is_told() {
    for wrong in [
        &["no:port"][..],
        &["logs:514", "--udp", "--tcp"],
        &["logs:514", "--ca", "x.pem"],
        &["logs:6514", "--tls", "--client-cert", "x.pem"],
        &["logs:6514", "--tls", "--fingerprint", "AB:CD"],
        &["logs:514", "--timeout", "soon"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_ringmail"))
            .args(["doctor", "syslog"])
            .args(wrong)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(!output.stderr.is_empty());
    }
}
