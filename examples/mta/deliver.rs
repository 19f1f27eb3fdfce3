//! The delivering side: one thread's connections to the next hop, from `New SMTP DCID` to
//! `DCID close`, and what becomes of each recipient.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use ringmail::event::{
    BounceCause, Bounced, ConnectionError, Dcid, DcidClose, Delayed, DeliveryStart, Done,
    DoubleBounce, Finished, GeneratedForBounce, Icid, NewDcid, Pending, PossibleDelivery, Queued,
    Ready, Recipient, Response, Rid, Sender, StartMid, Text, Texts,
};
use ringmail::{Producer, Timestamp};

use crate::bounce::{self, GivenUp};
use crate::client::{Client, Reply};
use crate::queue::{self, Message, Next};
use crate::{HOST, Server};

/// How long a connection is kept for the next message.
const KEEP: Duration = Duration::from_secs(1);
/// Most messages of a connection.
const MAX_MESSAGES: u32 = 100;

/// A delivery thread.
pub(crate) struct Deliverer<'s> {
    server: &'s Server,
    log: Producer,
    connection: Option<Connection>,
}

struct Connection {
    dcid: Dcid,
    client: Client,
    messages: u32,
}

impl Connection {
    /// Ends a mail transaction that came to nothing. What cannot is not used any more.
    fn reset(&mut self) {
        if !self.client.command("RSET").is_ok_and(|reply| reply.is_positive()) {
            self.messages = MAX_MESSAGES;
        }
    }
}

impl<'s> Deliverer<'s> {
    pub(crate) const fn new(server: &'s Server, log: Producer) -> Self {
        Self { server, log, connection: None }
    }

    pub(crate) fn run(mut self) {
        loop {
            match self.server.queue.next(KEEP) {
                Next::Message(message) => self.attempt(message),
                Next::Idle => self.hang_up(true),
                Next::Closed => return self.hang_up(true),
            }
        }
    }

    fn attempt(&mut self, mut message: Message) {
        message.attempts += 1;
        let (dcid, replies) = match self.take_connection() {
            Ok(mut connection) => {
                let dcid = connection.dcid;
                let replies = self.transfer(&mut connection, &message);
                self.connection = Some(connection);
                (dcid, replies)
            }
            Err((dcid, refusal)) => (dcid, vec![refusal; message.recipients.len()]),
        };
        let is_broken = replies.iter().any(|reply| matches!(reply.code, 0 | 421));
        self.settle(message, dcid, &replies);
        if is_broken || self.connection.as_ref().is_some_and(|c| c.messages >= MAX_MESSAGES) {
            self.hang_up(!is_broken);
        }
    }

    fn take_connection(&mut self) -> Result<Connection, (Dcid, Reply)> {
        if let Some(connection) = self.connection.take() {
            return Ok(connection);
        }
        let dcid = self.server.engine.ids().dcid();
        let hop = self.server.options.next_hop;
        let (refusal, why) = match Client::connect(hop, HOST) {
            Ok(Ok(client)) => {
                self.log.emit(&NewDcid {
                    dcid,
                    interface: client.local().to_string().as_str().into(),
                    ip: hop.ip(),
                    port: Some(hop.port()),
                    domain: "next-hop".into(),
                });
                return Ok(Connection { dcid, client, messages: 0 });
            }
            Ok(Err(refusal)) => (refusal, "refused by the server"),
            Err(error) => (Reply::none(&error), "network error"),
        };
        self.log.emit(&ConnectionError {
            dcid,
            domain: "next-hop".into(),
            ip: hop.ip(),
            port: hop.port(),
            details: refusal.text().as_str().into(),
            interface: self.server.options.listen.ip().to_string().as_str().into(),
            why: why.into(),
        });
        Err((dcid, refusal))
    }

    /// Hands a message over, and gives the next hop's last word for each recipient.
    fn transfer(&mut self, connection: &mut Connection, message: &Message) -> Vec<Reply> {
        connection.messages += 1;
        let rids: Vec<Rid> = message.recipients.iter().map(|recipient| recipient.rid).collect();
        let (dcid, mid) = (connection.dcid, message.mid);
        self.log.emit(&DeliveryStart {
            dcid,
            mid,
            rids: rids.as_slice().into(),
            ..DeliveryStart::EMPTY
        });
        let mut replies: Vec<Option<Reply>> = vec![None; rids.len()];
        let rest = self
            .dialogue(connection, message, &mut replies)
            .unwrap_or_else(|error| Reply::none(&error));
        replies.into_iter().map(|reply| reply.unwrap_or_else(|| rest.clone())).collect()
    }

    /// Fills in the refusals of single recipients; what it returns goes for the others.
    fn dialogue(
        &mut self,
        connection: &mut Connection,
        message: &Message,
        replies: &mut [Option<Reply>],
    ) -> io::Result<Reply> {
        let client = &mut connection.client;
        let mail = client.command(&format!("MAIL FROM:<{}>", message.from))?;
        if !mail.is_positive() {
            return Ok(mail);
        }
        let mut accepted = Vec::new();
        for (recipient, place) in message.recipients.iter().zip(replies) {
            let reply = client.command(&format!("RCPT TO:<{}>", recipient.address))?;
            if reply.is_positive() {
                accepted.push(recipient.rid);
            } else {
                *place = Some(reply);
            }
        }
        if accepted.is_empty() {
            connection.reset();
            return Ok(mail);
        }
        let data = client.command("DATA")?;
        if data.code != 354 {
            connection.reset();
            return Ok(data);
        }
        client.content(&message.content).inspect_err(|_| {
            // It may have it: that is for the operator to know.
            let (dcid, mid) = (connection.dcid, message.mid);
            let rids = accepted.as_slice().into();
            self.log.emit(&PossibleDelivery { dcid, mid, rids });
        })
    }

    /// Logs what became of each recipient, and decides what becomes of the message.
    fn settle(&mut self, mut message: Message, dcid: Dcid, replies: &[Reply]) {
        let options = &self.server.options;
        let ip = if self.connection.is_some() {
            options.next_hop.ip()
        } else {
            Ipv4Addr::UNSPECIFIED.into()
        };
        let attempt = Attempt { dcid, ip, message: &message };
        attempt.log_done(&mut self.log, replies);

        let is_last = message.attempts >= options.max_attempts;
        let expired = Reply { code: 0, lines: vec![b"timeout".to_vec()] };
        let mut given_up = Vec::new();
        let mut delayed = Vec::new();
        for (recipient, reply) in message.recipients.iter().zip(replies) {
            if reply.is_positive() {
                continue;
            }
            let (reply, reason, cause) = if reply.is_permanent() {
                (reply, bounce::reason(reply), BounceCause::Smtp5xx)
            } else if is_last {
                let reason = "5.4.7 - Delivery expired (message too old)".to_owned();
                (&expired, reason, BounceCause::Expired)
            } else {
                attempt.log_delayed(&mut self.log, recipient, reply);
                delayed.push(recipient.rid);
                continue;
            };
            attempt.log_bounced(&mut self.log, recipient, reply, &reason, cause);
            given_up.push((recipient, reply, reason));
        }

        let given_up: Vec<_> = given_up
            .iter()
            .map(|(recipient, reply, reason)| GivenUp {
                address: &recipient.address,
                reason,
                reply,
            })
            .collect();
        if !given_up.is_empty() {
            self.tell_sender(&message, &given_up);
        }
        let mid = message.mid;
        if delayed.is_empty() {
            self.log.emit(&Finished { mid });
            self.server.queue.finish(&message);
            return;
        }
        let pause = Duration::from_secs(options.retry_seconds.into());
        let until =
            queue::now().micros().saturating_add(i64::try_from(pause.as_micros()).unwrap_or(0));
        let until = Timestamp::from_micros(until);
        self.log.emit(&Pending { mid, rids: delayed.as_slice().into(), until });
        message.recipients.retain(|recipient| delayed.contains(&recipient.rid));
        self.server.queue.retry(message, Instant::now() + pause);
    }

    /// Queues a bounce message, unless the message is one itself.
    fn tell_sender(&mut self, message: &Message, given_up: &[GivenUp<'_>]) {
        if message.from.is_empty() {
            for GivenUp { address, reason, .. } in given_up {
                let text = format!("MID {} To: <{address}> - {reason}", message.mid.0);
                self.log.emit(&DoubleBounce { text: text.as_str().into() });
            }
            return;
        }
        if self.server.options.no_bounces {
            return;
        }
        let (mid, icid) = (self.server.engine.ids().mid(), Icid(0));
        let to: Text<'_> = message.from.as_str().into();
        let content = bounce::report(mid, message, given_up);
        self.log.emit(&StartMid { mid, icid, ..StartMid::EMPTY });
        self.log.emit(&GeneratedForBounce { mid, parent: message.mid });
        self.log.emit(&Sender { mid, icid, from: Text::EMPTY });
        self.log.emit(&Recipient { mid, icid, rid: Rid(0), to });
        self.log.emit(&Ready { mid, bytes: content.len() as u64, from: Text::EMPTY });
        self.log.emit(&Queued { mid });
        self.server.queue.push(Message {
            mid,
            from: String::new(),
            recipients: vec![queue::Recipient { rid: Rid(0), address: message.from.clone() }],
            content,
            injected: queue::now(),
            source_ip: Ipv4Addr::UNSPECIFIED.into(),
            attempts: 0,
        });
    }

    fn hang_up(&mut self, politely: bool) {
        if let Some(mut connection) = self.connection.take() {
            if politely {
                // It closes whatever the answer is.
                let _reply = connection.client.command("QUIT");
            }
            self.log.emit(&DcidClose { dcid: connection.dcid });
        }
    }
}

/// A delivery attempt, as its events tell it.
struct Attempt<'m> {
    dcid: Dcid,
    ip: IpAddr,
    message: &'m Message,
}

impl Attempt<'_> {
    fn log_done(&self, log: &mut Producer, replies: &[Reply]) {
        let Self { dcid, ip, message } = *self;
        let delivered = || {
            let all = message.recipients.iter().zip(replies);
            all.filter(|(_, reply)| reply.is_positive())
        };
        let Some((_, reply)) = delivered().next() else { return };
        let rids: Vec<Rid> = delivered().map(|(recipient, _)| recipient.rid).collect();
        let to: Vec<Text<'_>> = delivered().map(|(r, _)| r.address.as_str().into()).collect();
        let (mid, rids) = (message.mid, rids.as_slice().into());
        log.emit(&Done {
            dcid,
            mid,
            rids,
            from: message.from.as_str().into(),
            to: to.as_slice().into(),
            attempts: message.attempts,
            bytes: message.content.len() as u64,
            injected: message.injected,
            ip,
            source_ip: message.source_ip,
            code: reply.code,
            reply: reply.text().as_str().into(),
            ..Done::EMPTY
        });
        log.emit(&Response { mid, rids, text: reply.text().as_str().into(), code: reply.code });
    }

    fn log_bounced(
        &self,
        log: &mut Producer,
        recipient: &queue::Recipient,
        reply: &Reply,
        reason: &str,
        cause: BounceCause,
    ) {
        let message = self.message;
        log.emit(&Bounced {
            dcid: self.dcid,
            mid: message.mid,
            rid: recipient.rid,
            reason: reason.into(),
            code: reply.code,
            response: Texts::new(&reply.texts()),
            from: message.from.as_str().into(),
            to: recipient.address.as_str().into(),
            cause,
            attempts: message.attempts,
            bytes: message.content.len() as u64,
            injected: message.injected,
            ip: self.ip,
            source_ip: message.source_ip,
            ..Bounced::EMPTY
        });
    }

    fn log_delayed(&self, log: &mut Producer, recipient: &queue::Recipient, reply: &Reply) {
        let message = self.message;
        log.emit(&Delayed {
            dcid: self.dcid,
            mid: message.mid,
            rid: recipient.rid,
            reason: bounce::reason(reply).as_str().into(),
            code: reply.code,
            response: Texts::new(&reply.texts()),
            from: message.from.as_str().into(),
            to: recipient.address.as_str().into(),
            cause: BounceCause::Other,
            attempts: message.attempts,
            bytes: message.content.len() as u64,
            injected: message.injected,
            ip: self.ip,
            source_ip: message.source_ip,
            ..Delayed::EMPTY
        });
    }
}
