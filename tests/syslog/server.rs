//! Syslog servers: rsyslog and syslog-ng, on loopback, with files of their own.

use std::fs;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How a server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Udp,
    /// Frames that end in a line feed.
    Lf,
    /// Frames with their length.
    Counted,
    /// Either, by TLS with certificates on both sides.
    Tls,
}

/// Which server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Rsyslog,
    SyslogNg,
}

/// A server. It ends with the value.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) port: u16,
    program: PathBuf,
    kind: Program,
    dir: tempfile::TempDir,
    child: Option<Child>,
    is_udp: bool,
}

impl Server {
    /// A server that runs; `None`, with a word why, where it is not installed.
    pub(crate) fn start(kind: Program, way: Way) -> Option<Self> {
        Self::start_writing(kind, way, None)
    }

    /// The same, which writes what it makes of each message, in its own words.
    pub(crate) fn start_parsing(kind: Program, way: Way, template: &str) -> Option<Self> {
        Self::start_writing(kind, way, Some(template))
    }

    fn start_writing(kind: Program, way: Way, template: Option<&str>) -> Option<Self> {
        let program = program(kind)?;
        let dir = tempfile::tempdir().unwrap();
        let port = free_port();
        if way == Way::Tls {
            certificates(dir.path());
        }
        let configuration = match kind {
            Program::Rsyslog => rsyslog(dir.path(), port, way, template.unwrap_or("%rawmsg%\\n")),
            Program::SyslogNg => syslog_ng(dir.path(), port, way, template),
        };
        fs::write(dir.path().join("conf"), configuration).unwrap();
        let is_udp = way == Way::Udp;
        let mut server = Self { port, program, kind, dir, child: None, is_udp };
        server.run();
        Some(server)
    }

    /// Starts it, again where it was stopped, and waits until it listens.
    pub(crate) fn run(&mut self) {
        let dir = self.dir.path();
        let mut command = Command::new(&self.program);
        match self.kind {
            Program::Rsyslog => {
                command.arg("-n").arg("-f").arg(dir.join("conf")).arg("-i").arg(dir.join("pid"));
                if let Some(modules) = modules() {
                    command.arg("-M").arg(modules);
                }
            }
            Program::SyslogNg => {
                command.args(["-F", "--no-caps", "-f"]).arg(dir.join("conf"));
                command.arg("-R").arg(dir.join("persist")).arg("-p").arg(dir.join("pid"));
                command.arg("-c").arg(dir.join("ctl"));
            }
        }
        let log = fs::File::create(dir.join("log")).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        let deadline = Instant::now() + Duration::from_secs(30);
        while !self.listens() {
            let log = || fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "{:?} does not listen:\n{}", self.kind, log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: i32) {
        let pid = self.child.as_ref().unwrap().id().cast_signed();
        // SAFETY: it is our child, which has not been waited for.
        assert_eq!(unsafe { libc::kill(pid, signal) }, 0);
    }

    /// Ends it with a signal, and waits until it has.
    pub(crate) fn end(&mut self, signal: i32) {
        self.signal(signal);
        self.child.take().unwrap().wait().unwrap();
    }

    /// The messages that it has written, one a line; a line that is not whole is left out.
    pub(crate) fn messages(&self) -> Vec<Vec<u8>> {
        let all = fs::read(self.dir.path().join("out")).unwrap_or_default();
        let lines = all.split_inclusive(|byte| *byte == b'\n');
        lines.filter_map(|line| line.strip_suffix(b"\n").map(<[u8]>::to_vec)).collect()
    }

    /// The same, when there are so many.
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Vec<u8>> {
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut before = 0;
        loop {
            let len = fs::metadata(self.dir.path().join("out")).map_or(0, |meta| meta.len());
            if len != before {
                before = len;
                let messages = self.messages();
                if messages.len() >= count {
                    return messages;
                }
                assert!(Instant::now() < deadline, "{} of {count} messages", messages.len());
            }
            assert!(Instant::now() < deadline, "fewer than {count} messages");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The folder with its certificates.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Datagrams that its socket has dropped.
    pub(crate) fn drops(&self) -> usize {
        self.udp_line().and_then(|line| line.split_whitespace().last()?.parse().ok()).unwrap()
    }

    fn listens(&self) -> bool {
        if self.is_udp {
            return self.udp_line().is_some();
        }
        TcpStream::connect(("127.0.0.1", self.port)).is_ok()
    }

    fn udp_line(&self) -> Option<String> {
        let table = fs::read_to_string("/proc/net/udp").unwrap();
        let port = format!(":{:04X}", self.port);
        let of = |line: &&str| line.split_whitespace().nth(1).is_some_and(|a| a.ends_with(&port));
        table.lines().find(of).map(str::to_owned)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// A port that nobody has, of both protocols.
pub(crate) fn free_port() -> u16 {
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        if UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Where servers are that were unpacked and not installed.
fn unpacked() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers")
}

fn modules() -> Option<PathBuf> {
    let libraries = fs::read_dir(unpacked().join("usr/lib")).ok()?;
    libraries.flatten().map(|entry| entry.path().join("rsyslog")).find(|path| path.is_dir())
}

fn program(kind: Program) -> Option<PathBuf> {
    let candidates = match kind {
        Program::Rsyslog => {
            vec![unpacked().join("usr/sbin/rsyslogd"), PathBuf::from("/usr/sbin/rsyslogd")]
        }
        Program::SyslogNg => vec![PathBuf::from("/usr/sbin/syslog-ng")],
    };
    let found = candidates.into_iter().find(|path| path.exists());
    if found.is_none() {
        println!("skipped: {kind:?} is not installed");
        let required = std::env::var("RINGMAIL_PEERS").is_ok_and(|value| value == "required");
        assert!(!required, "RINGMAIL_PEERS is required, and {kind:?} is not installed");
    }
    found
}

fn rsyslog(dir: &Path, port: u16, way: Way, template: &str) -> String {
    let dir = dir.display();
    let (module, tls) = match way {
        Way::Udp => ("imudp", String::new()),
        Way::Lf | Way::Counted => ("imtcp", String::new()),
        Way::Tls => (
            "imtcp",
            format!(
                "global(defaultNetstreamDriver=\"gtls\" \
                 defaultNetstreamDriverCAFile=\"{dir}/ca.pem\" \
                 defaultNetstreamDriverCertFile=\"{dir}/server.pem\" \
                 defaultNetstreamDriverKeyFile=\"{dir}/server.key\")\n"
            ),
        ),
    };
    let driver = if way == Way::Tls {
        " StreamDriver.Name=\"gtls\" StreamDriver.Mode=\"1\" StreamDriver.AuthMode=\"x509/name\" \
         PermittedPeer=[\"mx1.example.com\"]"
    } else {
        ""
    };
    let buffer = if way == Way::Udp { " rcvbufSize=\"212992\"" } else { "" };
    format!(
        "global(workDirectory=\"{dir}\" maxMessageSize=\"70000\" \
         parser.escapeControlCharactersOnReceive=\"off\")\n{tls}\
         main_queue(queue.type=\"FixedArray\" queue.size=\"500000\" queue.workerThreads=\"1\" \
         queue.timeoutEnqueue=\"60000\" queue.timeoutShutdown=\"60000\")\n\
         module(load=\"{module}\"{driver})\n\
         input(type=\"{module}\" address=\"127.0.0.1\" port=\"{port}\"{buffer})\n\
         template(name=\"raw\" type=\"string\" string=\"{template}\")\n\
         action(type=\"omfile\" file=\"{dir}/out\" template=\"raw\" flushOnTXEnd=\"on\")\n"
    )
}

fn syslog_ng(dir: &Path, port: u16, way: Way, template: Option<&str>) -> String {
    let dir = dir.display();
    let source = match way {
        Way::Udp => "network(transport(\"udp\")",
        Way::Lf => "network(transport(\"tcp\")",
        Way::Counted => "syslog(transport(\"tcp\")",
        Way::Tls => "network(transport(\"tls\")",
    };
    let tls = if way == Way::Tls {
        format!(
            " tls(key-file(\"{dir}/server.key\") cert-file(\"{dir}/server.pem\") \
             ca-file(\"{dir}/ca.pem\") peer-verify(required-trusted))"
        )
    } else {
        String::new()
    };
    let flags = if template.is_none() { "flags(no-parse)" } else { "keep-hostname(yes)" };
    let template = template.unwrap_or("${MESSAGE}\\n");
    format!(
        "@version: 3.38\n\
         options {{ log-msg-size(70000); stats-freq(0); use-dns(no); flush-lines(100); }};\n\
         source s {{ {source} ip(\"127.0.0.1\") port({port}) {flags} \
         max-connections(50) log-iw-size(50000) log-fetch-limit(1000){tls}); }};\n\
         destination d {{ file(\"{dir}/out\" template(\"{template}\") \
         log-fifo-size(100000)); }};\n\
         log {{ source(s); destination(d); flags(flow-control); }};\n"
    )
}

/// An authority, and a certificate each for the server and for us.
pub(crate) fn certificates(dir: &Path) {
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = rcgen::KeyPair::generate().unwrap();
    fs::write(dir.join("ca.pem"), authority.self_signed(&authority_key).unwrap().pem()).unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    for (file, name) in [("server", "localhost"), ("client", "mx1.example.com")] {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let certificate = params.signed_by(&key, &issuer).unwrap();
        fs::write(dir.join(format!("{file}.pem")), certificate.pem()).unwrap();
        let path = dir.join(format!("{file}.key"));
        fs::write(&path, key.serialize_pem()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}
