//! `ringmail load` through a real server, and what `ringmail load verify` says of the server's file.

use std::io::{Read as _, copy, sink};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::server::{Program, Server, Way};

fn ringmail(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ringmail")).args(arguments).output().unwrap()
}

/// Sends a load to the server; how many lines that were, by the number of the last one.
fn load(to: &str, rate: &str) {
    let load = ["load", "--events", "50000", "--json", "--to", to, "--rate", rate];
    let output = ringmail(&load);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{to}: {said}");
    let report: Value = serde_json::from_str(&said).unwrap();
    let push = &report["subscriptions"][0]["push"];
    let terms = ["acknowledged", "unknown", "pending", "lost"];
    let sum: u64 = terms.iter().map(|term| push[term].as_u64().unwrap()).sum();
    assert_eq!(push["handed"], sum, "{report}");
    assert_eq!((&push["lost"], &push["pending"]), (&0.into(), &0.into()), "{report}");
}

fn verify(server: &Server) -> Value {
    let file = server.dir().join("out");
    let output = ringmail(&["load", "verify", "--json", file.to_str().unwrap()]);
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn all_that_is_sent_by_tcp_is_verified() {
    for program in [Program::Rsyslog, Program::SyslogNg] {
        for (way, scheme, options) in [
            (Way::Lf, "tcp", ""),
            (Way::Counted, "tcp", "&framing=octet-counting"),
            (Way::Tls, "tls", "&server_name=localhost"),
        ] {
            let Some(server) = Server::start(program, way) else { continue };
            let mut to =
                format!("syslog+{scheme}://127.0.0.1:{}?facility=mail{options}", server.port);
            if way == Way::Tls {
                let path = |name: &str| server.dir().join(name).display().to_string();
                let (ca, certificate) = (path("ca.pem"), path("client.pem"));
                to += &format!("&ca={ca}&certificate={certificate}&key={}", path("client.key"));
            }
            load(&to, "1000000");
            // Three header records, the numbered lines, the last of which tells how many.
            let last = |message: &Vec<u8>| String::from_utf8_lossy(message).contains("Load ended");
            while !server.wait_for(1).last().is_some_and(last) {
                std::thread::sleep(Duration::from_millis(20));
            }
            let found = verify(&server);
            for term in ["missing", "duplicated", "reordered"] {
                assert_eq!(found[term], 0, "{program:?} {way:?}: {found}");
            }
            assert_eq!(found["sent"], found["received"]);
            assert!(found["sent"].as_u64().unwrap() > 10_000, "{found}");
        }
    }
}

#[test]
fn what_is_missing_by_udp_is_what_the_socket_dropped() {
    let Some(server) = Server::start(Program::Rsyslog, Way::Udp) else { return };
    load(&format!("syslog+udp://127.0.0.1:{}", server.port), "20000");
    // The last lines are on their way through the server; each that does not come was dropped.
    let mut found = verify(&server);
    for _ in 0..500 {
        let (missing, drops) = (found["missing"].as_u64().unwrap(), server.drops() as u64);
        // Behind a first gap there may be others, which have not come to the file yet.
        if found["has_last"] == true || missing > 0 && (missing..=missing + 3).contains(&drops) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
        found = verify(&server);
    }
    assert_eq!((&found["duplicated"], &found["reordered"]), (&0.into(), &0.into()), "{found}");
    // The three header records are datagrams, too, and have no number.
    let missing = found["missing"].as_u64().unwrap();
    assert!(server.drops() as u64 >= missing && server.drops() as u64 <= missing + 3, "{found}");
}

/// It has everything, but only its end would say that it has read it.
#[test]
fn a_server_that_never_closes_is_not_waited_for_long_and_the_report_says_why() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("syslog+tcp://{}", listener.local_addr().unwrap());
    let reader = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        copy(&mut stream.by_ref(), &mut sink()).unwrap();
        stream
    });
    let began = Instant::now();
    let output = ringmail(&["load", "--events", "2000", "--json", "--to", &to]);
    let took = began.elapsed();
    let open = reader.join().unwrap();
    assert!(output.status.success());
    assert!(took < Duration::from_secs(20), "{took:?}");
    let report: Value = serde_json::from_slice(&output.stderr).unwrap();
    let subscription = &report["subscriptions"][0];
    let push = &subscription["push"];
    assert_eq!((&push["acknowledged"], &push["unknown"]), (&0.into(), &push["handed"]), "{push}");
    let said = subscription["told"][0].as_str().unwrap();
    let count = format!("the last {} lines", push["handed"]);
    assert!(said.contains("did not close") && said.contains(&count), "{said}");
    drop(open);
}
