//! One client's SMTP session, from `New SMTP ICID` to `ICID close`.

use std::borrow::Cow;
use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpStream};

use ringmail::Producer;
use ringmail::event::{
    Aborted, Action, BadSyntax, Disconnected, FinishedAborted, Icid, IcidClose, IcidLost,
    InvalidRecipient, InvalidSender, MessageId, Mid, NewIcid, PolicyMatch, Queued, Ready,
    ReceivingFailed, Recipient, RecipientRejected, Rid, Sender, SenderGroup, SenderRejected,
    StartMid, Subject, UnknownCommand,
};
use smtp_proto::{Error, MailFrom, Request};

use crate::queue::{self, Message};
use crate::wire::{Wire, header, is_plain};
use crate::{HOST, Server};

const MAX_RECIPIENTS: usize = 1000;
/// Commands that a client may get wrong before it is cut off.
const MAX_MISTAKES: u32 = 10;

/// How a session ends.
enum End {
    Quit,
    /// We cut the client off.
    Cut(&'static str),
    /// The client is gone.
    Lost,
}

/// A message that is being received.
struct Incoming {
    mid: Mid,
    from: String,
    recipients: Vec<queue::Recipient>,
}

struct Session<'s> {
    server: &'s Server,
    log: &'s mut Producer,
    icid: Icid,
    peer: IpAddr,
    wire: Wire,
    /// What the client calls itself.
    hello: Option<String>,
    message: Option<Incoming>,
    mistakes: u32,
}

/// Serves a client.
pub(crate) fn serve(
    server: &Server,
    log: &mut Producer,
    icid: Icid,
    stream: TcpStream,
    peer: IpAddr,
) {
    let local = stream.local_addr().map_or(Ipv4Addr::UNSPECIFIED.into(), |local| local.ip());
    log.emit(&NewIcid {
        icid,
        interface: "Data 1".into(),
        interface_ip: local,
        ip: peer,
        host: "unknown".into(),
        verified: false,
        listener: "IncomingMail".into(),
    });
    let address = peer.to_string();
    let (action, group, condition) = if peer.is_loopback() {
        (Action::Relay, "RELAYLIST", address.as_str())
    } else {
        (Action::Accept, "UNKNOWNLIST", "sbrs[none]")
    };
    log.emit(&SenderGroup {
        icid,
        action,
        group: group.into(),
        condition: condition.into(),
        sbrs: Some("None".into()),
        ..SenderGroup::EMPTY
    });
    let mut session = Session {
        server,
        log,
        icid,
        peer,
        wire: Wire::new(stream),
        hello: None,
        message: None,
        mistakes: 0,
    };
    match session.talk().unwrap_or_else(|error| session.why(&error)) {
        End::Quit => session.abort("Receiving aborted by sender"),
        End::Cut(reason) => {
            session.abort("Receiving aborted");
            session.log.emit(&Disconnected { icid, ip: peer, reason: reason.into() });
        }
        End::Lost => {
            session.abort("Receiving aborted by sender");
            session.log.emit(&IcidLost { icid });
        }
    }
    session.log.emit(&IcidClose { icid });
    // Last, so that who sees the connection end finds its lines.
    let _gone = session.wire.flush();
}

impl Session<'_> {
    fn talk(&mut self) -> io::Result<End> {
        self.reply(&format!("220 {HOST} ESMTP"));
        loop {
            let Some(line) = self.wire.read_line()? else {
                self.reply("500 5.5.2 Line too long");
                return Ok(End::Cut("line too long"));
            };
            match Request::parse(&mut line.iter()) {
                Ok(Request::Quit) => {
                    self.reply("221 2.0.0 Bye");
                    return Ok(End::Quit);
                }
                Ok(request) => self.obey(request)?,
                Err(error) => self.mistake(&error, line.trim_ascii()),
            }
            if self.mistakes > MAX_MISTAKES {
                self.reply("421 4.7.0 Too many mistakes");
                return Ok(End::Cut("too many mistakes"));
            }
        }
    }

    /// What it means that nothing more can be read.
    fn why(&mut self, error: &io::Error) -> End {
        if self.server.door.is_closed() {
            self.reply("421 4.3.2 System going down");
            return End::Cut("system going down");
        }
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                self.reply("421 4.4.2 Timeout");
                End::Cut("timeout")
            }
            _ => End::Lost,
        }
    }

    fn obey(&mut self, request: Request<Cow<'_, str>>) -> io::Result<()> {
        match request {
            Request::Helo { host } => {
                self.abort("Receiving aborted by sender");
                self.hello = Some(host.into_owned());
                self.reply(&format!("250 {HOST}"));
            }
            Request::Ehlo { host } => {
                self.abort("Receiving aborted by sender");
                self.hello = Some(host.into_owned());
                let max = self.server.options.max_bytes;
                self.reply(&format!(
                    "250-{HOST}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n\
                     250 SIZE {max}"
                ));
            }
            Request::Mail { from } => self.mail(&from),
            Request::Rcpt { to } => self.rcpt(&to.address),
            Request::Data => return self.data(),
            Request::Rset => {
                self.abort("Receiving aborted by sender");
                self.reply("250 2.0.0 Ok");
            }
            Request::Noop { .. } => self.reply("250 2.0.0 Ok"),
            Request::Vrfy { .. } => self.reply("252 2.1.5 Send some mail, and see"),
            _ => self.reply("502 5.5.1 Command not implemented"),
        }
        Ok(())
    }

    fn mail(&mut self, mail: &MailFrom<Cow<'_, str>>) {
        let options = &self.server.options;
        if self.hello.is_none() || self.message.is_some() {
            return self.reply("503 5.5.1 Bad sequence of commands");
        }
        let from: &str = &mail.address;
        if !from.is_empty() && !is_plain(from) {
            self.log.emit(&InvalidSender { icid: self.icid, address: from.into() });
            return self.reply("553 5.1.7 Sender address not supported");
        }
        let refusal = if mail.size > options.max_bytes {
            Some(("552 5.3.4 Message too big", "message too big"))
        } else if self.server.queue.is_full() {
            Some(("452 4.3.1 Queue full", "queue full"))
        } else {
            None
        };
        if let Some((reply, reason)) = refusal {
            let (icid, reason) = (self.icid, reason.into());
            self.log.emit(&SenderRejected { icid, address: from.into(), reason });
            return self.reply(reply);
        }
        let (mid, icid) = (self.server.engine.ids().mid(), self.icid);
        self.log.emit(&StartMid { mid, icid, ..StartMid::EMPTY });
        self.log.emit(&Sender { mid, icid, from: from.into() });
        self.message = Some(Incoming { mid, from: from.to_owned(), recipients: Vec::new() });
        self.reply("250 2.1.0 Sender ok");
    }

    fn rcpt(&mut self, to: &str) {
        let Some(message) = &mut self.message else {
            return self.reply("503 5.5.1 Bad sequence of commands");
        };
        let (mid, icid) = (message.mid, self.icid);
        if !is_plain(to) {
            self.log.emit(&InvalidRecipient { icid, mid, address: to.into() });
            return self.reply("553 5.1.3 Recipient address not supported");
        }
        if message.recipients.len() >= MAX_RECIPIENTS {
            let by = "Injection Control".into();
            self.log.emit(&RecipientRejected { mid: Some(mid), icid, to: to.into(), by });
            return self.reply("452 4.5.3 Too many recipients");
        }
        let rid = Rid(u32::try_from(message.recipients.len()).unwrap_or(u32::MAX));
        message.recipients.push(queue::Recipient { rid, address: to.to_owned() });
        self.log.emit(&Recipient { mid, icid, rid, to: to.into() });
        self.reply("250 2.1.5 Recipient ok");
    }

    fn data(&mut self) -> io::Result<()> {
        let Some(message) = self.message.take_if(|message| !message.recipients.is_empty()) else {
            self.reply("503 5.5.1 Bad sequence of commands");
            return Ok(());
        };
        self.reply("354 Go ahead");
        self.wire.flush()?;
        let mid = message.mid;
        let trace = self.trace(mid);
        // Until it is received in full, the message is one that can still be aborted.
        self.message = Some(message);
        let content = self.wire.read_content(&trace, self.server.options.max_bytes)?;
        let Some(message) = self.message.take() else { return Ok(()) };
        let Some(content) = content else {
            let error = "message too big".into();
            self.log.emit(&ReceivingFailed { icid: self.icid, error });
            self.message = Some(message);
            self.abort("Receiving aborted");
            self.reply("552 5.3.4 Message too big");
            return Ok(());
        };
        if let Some(id) = header(&content, b"Message-ID") {
            self.log.emit(&MessageId { mid, message_id: id.into() });
        }
        if let Some(subject) = header(&content, b"Subject") {
            self.log.emit(&Subject { mid, subject: subject.into() });
        }
        let from = message.from.as_str().into();
        self.log.emit(&Ready { mid, bytes: content.len() as u64, from });
        let table = if self.peer.is_loopback() { "outbound" } else { "inbound" };
        self.log.emit(&PolicyMatch { mid, policy: "DEFAULT".into(), table: Some(table.into()) });
        self.log.emit(&Queued { mid });
        // From here on the message belongs to a delivery thread, whose lines come behind.
        self.server.queue.push(Message {
            mid,
            from: message.from,
            recipients: message.recipients,
            content,
            injected: queue::now(),
            source_ip: self.peer,
            attempts: 0,
        });
        self.reply(&format!("250 2.0.0 Ok: Message {} accepted", mid.0));
        Ok(())
    }

    fn trace(&self, mid: Mid) -> String {
        let hello = self.hello.as_deref().unwrap_or_default();
        let hello: String = hello.chars().filter(char::is_ascii_graphic).collect();
        format!(
            "Received: from {hello} ([{}])\r\n by {HOST} with ESMTP id {};\r\n {}\r\n",
            self.peer,
            mid.0,
            jiff::Zoned::now().strftime("%a, %d %b %Y %H:%M:%S %z"),
        )
    }

    /// The message in hand, if there is one, comes to nothing.
    fn abort(&mut self, what: &str) {
        if let Some(Incoming { mid, .. }) = self.message.take() {
            self.log.emit(&Aborted { mid, what: what.into() });
            self.log.emit(&FinishedAborted { mid });
        }
    }

    fn mistake(&mut self, error: &Error, line: &[u8]) {
        let (icid, command) = (self.icid, line.into());
        self.mistakes += 1;
        match (error, &self.message) {
            (Error::UnknownCommand, _) => {
                self.log.emit(&UnknownCommand { icid, command });
                self.reply("500 5.5.1 Unknown command");
            }
            (Error::InvalidSenderAddress, _) => {
                self.log.emit(&InvalidSender { icid, address: command });
                self.reply("553 5.1.7 Bad sender address");
            }
            (Error::InvalidRecipientAddress, Some(Incoming { mid, .. })) => {
                self.log.emit(&InvalidRecipient { icid, mid: *mid, address: command });
                self.reply("553 5.1.3 Bad recipient address");
            }
            (Error::InvalidParameter { .. } | Error::UnsupportedParameter { .. }, _) => {
                self.log.emit(&BadSyntax { icid, command });
                self.reply("555 5.5.4 Parameter not supported");
            }
            _ => {
                self.log.emit(&BadSyntax { icid, command });
                self.reply("501 5.5.2 Syntax error");
            }
        }
    }

    fn reply(&mut self, reply: &str) {
        self.wire.reply(reply);
    }
}
