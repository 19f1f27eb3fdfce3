//! A next hop that judges recipients one by one, which `smtp-sink` cannot.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A listening next hop. Its thread ends with the test.
pub(crate) struct NextHop {
    pub(crate) address: SocketAddr,
    contents: Arc<Mutex<Vec<String>>>,
}

impl NextHop {
    /// `judge` gets a recipient and how often it was named before, and gives the reply.
    pub(crate) fn start(judge: fn(&str, u32) -> &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let contents = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&contents);
        std::thread::spawn(move || {
            let mut seen = HashMap::new();
            for stream in listener.incoming() {
                // A connection that breaks is the server's affair.
                let _ended = serve(&stream.unwrap(), &mut seen, judge, &kept);
            }
        });
        Self { address, contents }
    }

    /// The messages that it took.
    pub(crate) fn contents(&self) -> Vec<String> {
        self.contents.lock().unwrap().clone()
    }
}

fn serve(
    stream: &TcpStream,
    seen: &mut HashMap<String, u32>,
    judge: fn(&str, u32) -> &'static str,
    contents: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut output = stream;
    let mut input = BufReader::new(stream);
    let mut say = |reply: &str| output.write_all(format!("{reply}\r\n").as_bytes());
    say("220 next-hop")?;
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let command = line.trim_end().to_owned();
        line.clear();
        if let Some(address) = command.strip_prefix("RCPT TO:") {
            let times = seen.entry(address.to_owned()).or_default();
            say(judge(address.trim_matches(['<', '>']), *times))?;
            *times += 1;
        } else if command == "DATA" {
            say("354 go on")?;
            let mut content = String::new();
            while input.read_line(&mut line)? > 0 && line != ".\r\n" {
                content.push_str(line.strip_prefix('.').unwrap_or(&line));
                line.clear();
            }
            line.clear();
            contents.lock().unwrap().push(content);
            say("250 Ok: queued as 9C8B425DA7 ")?;
        } else if command == "QUIT" {
            return say("221 bye");
        } else {
            say("250 fine")?;
        }
    }
    Ok(())
}
