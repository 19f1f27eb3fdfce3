//! `GET /metrics` on a loopback port.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Sender, sync_channel};
use std::time::Duration;

use crate::base::{Error, Result};
use crate::service::clients::serve;
use crate::service::control::{Asked, Request};

/// How long a client may take for its request, and to take the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 8 << 10;

/// The most clients at a time.
const MAX_CLIENTS: usize = 8;

/// Answers requests for figures, on threads of its own. The address is known to be a loopback one.
pub(crate) fn start<T: From<Asked> + Send + 'static>(
    listen: &str,
    requests: Sender<T>,
) -> Result<std::net::SocketAddr> {
    let failed = |source| Error::io(format!("cannot listen on {listen} (metrics.listen)"), source);
    let listener = TcpListener::bind(listen).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    std::thread::Builder::new()
        .name("ringmail-metrics".to_owned())
        .spawn(move || {
            serve(listener.incoming(), MAX_CLIENTS, "ringmail-scrape", move |client| {
                answer(client, &requests)
            });
        })
        .map_err(failed)?;
    Ok(address)
}

fn answer<T: From<Asked>>(mut client: TcpStream, requests: &Sender<T>) -> std::io::Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    client.set_write_timeout(Some(PATIENCE))?;
    let (status, body) = match read_request(&mut client)? {
        Asks::Figures => match figures(requests) {
            Some(text) => ("200 OK", text),
            None => ("503 Service Unavailable", "the service is ending\n".to_owned()),
        },
        Asks::Elsewhere => ("404 Not Found", "the figures are at /metrics\n".to_owned()),
        Asks::Otherwise => ("405 Method Not Allowed", "only GET\n".to_owned()),
        Asks::Nonsense => ("400 Bad Request", "not an HTTP request\n".to_owned()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    client.write_all(head.as_bytes())?;
    client.write_all(body.as_bytes())
}

/// What a client wants.
enum Asks {
    Figures,
    Elsewhere,
    Otherwise,
    Nonsense,
}

fn read_request(client: &mut TcpStream) -> std::io::Result<Asks> {
    let mut head = Vec::new();
    let mut bytes = [0; 1024];
    loop {
        let len = client.read(&mut bytes)?;
        head.extend_from_slice(bytes.get(..len).unwrap_or_default());
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(&head) {
            Ok(httparse::Status::Complete(_)) => {
                let path = request.path.unwrap_or_default();
                let path = path.split('?').next().unwrap_or_default();
                return Ok(match (request.method, path) {
                    (Some("GET"), "/metrics") => Asks::Figures,
                    (Some("GET"), _) => Asks::Elsewhere,
                    _ => Asks::Otherwise,
                });
            }
            Ok(httparse::Status::Partial) if len > 0 && head.len() < MAX_HEAD => {}
            _ => return Ok(Asks::Nonsense),
        }
    }
}

fn figures<T: From<Asked>>(requests: &Sender<T>) -> Option<String> {
    let (answer, answered) = sync_channel(1);
    requests.send(T::from((Request::Metrics, answer))).ok()?;
    let figures = answered.recv().ok()?.ok()?;
    figures.get("text")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn figures_are_at_their_path_and_nowhere_else() {
        let (requests, received) = channel::<Asked>();
        let address = start("127.0.0.1:0", requests).unwrap();
        std::thread::spawn(move || {
            for (_, answer) in received {
                answer.send(Ok(serde_json::json!({ "text": "ringmail_up 1\n" }))).unwrap();
            }
        });
        let ask = |request: &str| {
            let mut client = TcpStream::connect(address).unwrap();
            let mut answer = Vec::new();
            // Of a request that is too long the end is not read, which resets the connection.
            client.write_all(request.as_bytes()).ok();
            client.shutdown(std::net::Shutdown::Write).ok();
            client.read_to_end(&mut answer).ok();
            String::from_utf8(answer).unwrap()
        };
        let answer = ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\nringmail_up 1\n"), "{answer}");
        assert!(ask("GET / HTTP/1.0\r\n\r\n").contains("404"));
        assert!(ask("POST /metrics HTTP/1.1\r\n\r\n").contains("405"));
        assert!(ask("nonsense\r\n\r\n").contains("400"));
        assert!(!ask(&format!("GET /{} HTTP/1.1\r\n", "x".repeat(9000))).contains("200"));
    }
}
