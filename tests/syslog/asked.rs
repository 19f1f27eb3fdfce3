//! What `ringmail doctor` says of real servers.

use std::process::Command;

use serde_json::Value;

use crate::server::{Program, Server, Way, certificates};

const PROGRAMS: [Program; 2] = [Program::Rsyslog, Program::SyslogNg];

/// The only probe of a server at this port.
fn probe(port: u16, options: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_ringmail"))
        .args(["doctor", "syslog", "--json", "--timeout", "2s", "--watch", "500ms"])
        .arg(format!("127.0.0.1:{port}"))
        .args(options)
        .output()
        .unwrap();
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["probes"].as_array().unwrap().len(), 1, "{all}");
    all["probes"][0].clone()
}

#[test]
fn a_server_that_runs_is_healthy_and_has_the_probes() {
    for program in PROGRAMS {
        for (way, options) in [
            (Way::Udp, &["--udp"][..]),
            (Way::Lf, &["--tcp"]),
            (Way::Counted, &["--tcp", "--octet-counting"]),
        ] {
            let Some(server) = Server::start(program, way) else { continue };
            let found = probe(server.port, options);
            let expected = if way == Way::Udp { "udp_sent" } else { "healthy" };
            assert_eq!(found["finding"], expected, "{program:?} {way:?}: {found}");
            let id = found["probe_id"].as_str().unwrap();
            for (place, message) in server.wait_for(4).iter().enumerate() {
                let text = String::from_utf8_lossy(message);
                let mark = format!("probe {id} {} of 4", place + 1);
                assert!(text.contains(&mark), "{program:?} {way:?}: {text}");
            }
        }
    }
}

#[test]
fn a_stopped_server_does_not_read() {
    for program in PROGRAMS {
        let Some(server) = Server::start(program, Way::Lf) else { continue };
        server.signal(libc::SIGSTOP);
        let found = probe(server.port, &["--tcp", "--bytes", "64m"]);
        server.signal(libc::SIGCONT);
        assert_eq!(found["finding"], "stalled", "{program:?}: {found}");
    }
}

#[test]
fn certificates_of_senders() {
    let strangers = tempfile::tempdir().unwrap();
    certificates(strangers.path());
    for program in PROGRAMS {
        let Some(server) = Server::start(program, Way::Tls) else { continue };
        let path = |dir: &std::path::Path, name| dir.join(name).to_str().unwrap().to_owned();
        let ca = path(server.dir(), "ca.pem");
        let trusted = ["--tls", "--ca", &ca, "--server-name", "localhost"];
        let with = |dir| {
            let (certificate, key) = (path(dir, "client.pem"), path(dir, "client.key"));
            let identity = ["--client-cert", &certificate, "--client-key", &key];
            probe(server.port, &[&trusted[..], &identity].concat())
        };
        let found = with(server.dir());
        assert_eq!(found["finding"], "healthy", "{program:?}: {found}");
        assert_eq!(found["tls"]["version"], "TLSv1_3");
        let found = probe(server.port, &trusted);
        assert_eq!(found["finding"], "tls_client_certificate_wanted", "{program:?}: {found}");
        let found = with(strangers.path());
        // With GnuTLS it says nothing.
        let expected = match program {
            Program::Rsyslog => "tls_ended_behind_certificate",
            Program::SyslogNg => "tls_client_certificate_refused",
        };
        assert_eq!(found["finding"], expected, "{program:?}: {found}");
        let found = probe(server.port, &["--tls", "--ca", &ca]);
        assert_eq!(found["finding"], "tls_wrong_name", "{program:?}: {found}");
        let found = probe(server.port, &["--tcp"]);
        assert_eq!(found["finding"], "wants_tls", "{program:?}: {found}");
    }
}

#[test]
fn plain_ports_do_not_speak_tls() {
    for program in PROGRAMS {
        let Some(server) = Server::start(program, Way::Lf) else { continue };
        let found = probe(server.port, &["--tls", "--fingerprint", &"0".repeat(64)]);
        assert_eq!(found["finding"], "tls_no_answer", "{program:?}: {found}");
    }
}
