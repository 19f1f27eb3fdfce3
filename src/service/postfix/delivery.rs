//! Messages go out: the lines of the queue manager, of the delivery agents and of bounce.

use super::face::{Allot, Emit};
use super::head::Head;
use super::message::Recipient;
use super::reception::{NOWHERE, protocol_and_cipher};
use super::report::{Report, cause};
use super::scan::{Answer, Peer, QueueId, address, at, fnv, number};
use super::translator::{Delivery, MessageKey, Say, Seen, Translator, process};
use crate::base::Timestamp;
use crate::event::{
    AliasMatch, BounceCause, Bounced, ConnectionError, CustomLogEntry, Dcid, DcidTls,
    DcidTlsFailed, Delayed, DeliveryStart, Done, Finished, Generated, GeneratedForBounce, Icid,
    NewDcid, Queued, Ready, Recipient as RecipientEvent, Response, Rids, Sender, Text, Texts,
};
use crate::format::reply;

impl<I: Allot> Translator<I> {
    #[inline]
    pub(super) fn qmgr<S: Emit>(&mut self, head: &Head<'_>, say: &mut Say<'_, S>) -> Seen {
        let Some((id, rest)) = QueueId::before_colon(head.text) else { return Seen::Unknown };
        let key = MessageKey { host: head.host, id };
        if rest == b"removed" {
            let Some(message) = self.forget(&key) else { return Seen::Unmatched };
            say.say(&Finished { mid: message.mid });
            return Seen::Told;
        }
        if let Some(to) = rest.strip_prefix(b"to=<") {
            return self.report(head, key, to, say);
        }
        let Some((from, rest)) = rest.strip_prefix(b"from=<").and_then(address) else {
            return if rest.starts_with(b"skipped, ") { Seen::Silent } else { Seen::Unknown };
        };
        if let Some(rest) = rest.strip_prefix(b", size=") {
            self.queued(key, from, number(rest).0, say);
            return Seen::Told;
        }
        if rest.starts_with(b", status=expired") || rest.starts_with(b", status=force-expired") {
            return self.expired(key, say);
        }
        Seen::Unknown
    }

    /// The queue manager has a message: for the first time, or again.
    fn queued<S: Emit>(&mut self, key: MessageKey, from: &[u8], bytes: u64, say: &mut Say<'_, S>) {
        let Some(message) = self.message(key, Icid(0), say) else { return };
        message.is_held = false;
        if message.from.is_some() {
            return;
        }
        message.from = Some(from.into());
        message.bytes = bytes;
        let (mid, icid) = (message.mid, message.icid);
        self.weight += from.len();
        let from = from.into();
        say.say(&Sender { mid, icid, from });
        say.say(&Ready { mid, bytes, from });
        say.say(&Queued { mid });
    }

    /// A message was in the queue for too long: what is not settled bounces.
    fn expired<S: Emit>(&mut self, key: MessageKey, say: &mut Say<'_, S>) -> Seen {
        let Some(message) = self.messages.get(&key) else { return Seen::Unmatched };
        message.last = say.time;
        let (mid, bytes, injected) = (message.mid, message.bytes, message.injected);
        let source_ip = message.source_ip;
        let from = message.from.as_deref().unwrap_or_default().into();
        for (rid, recipient) in message.recipients.iter_mut().filter(|(_, it)| !it.is_settled) {
            recipient.is_settled = true;
            say.say(&Bounced {
                mid,
                rid,
                reason: "4.4.7 - Delivery expired (message too old)".into(),
                response: Texts::one("returned to sender".into()),
                from,
                to: recipient.address.as_ref().into(),
                cause: BounceCause::Expired,
                attempts: recipient.attempts,
                bytes,
                injected,
                source_ip,
                ..Bounced::EMPTY
            });
        }
        Seen::Told
    }

    #[inline]
    pub(super) fn delivery_agent<S: Emit>(
        &mut self,
        head: &Head<'_>,
        say: &mut Say<'_, S>,
    ) -> Seen {
        let text = head.text;
        if let Some((id, rest)) = QueueId::before_colon(text) {
            let key = MessageKey { host: head.host, id };
            return match rest.strip_prefix(b"to=<") {
                Some(to) => self.report(head, key, to, say),
                None => self.on_the_way(head, rest, say),
            };
        }
        if let Some(rest) = text.strip_prefix(b"connect to ") {
            let Some((peer, details)) = Peer::read(rest) else { return Seen::Unknown };
            connection_error(&peer, details, "connect", say);
            return Seen::Told;
        }
        if let Some((trust, rest)) = at(text, b"TLS connection established to ")
            && matches!(trust, b"Anonymous " | b"Untrusted " | b"Trusted " | b"Verified " | b"")
        {
            let Some((peer, behind)) = Peer::read(rest) else { return Seen::Unknown };
            let relay = relay_of(rest, behind);
            let dcid = self.open_delivery(head, relay, &peer, None, false, b"", say);
            let (protocol, cipher) = protocol_and_cipher(behind);
            say.say(&DcidTls {
                dcid,
                protocol: protocol.unwrap_or_default(),
                cipher: cipher.unwrap_or_default(),
                domain: Some(peer.host.into()),
                ..DcidTls::EMPTY
            });
            return Seen::Told;
        }
        if let Some(rest) = text.strip_prefix(b"SSL_connect error to ") {
            let Some((peer, behind)) = Peer::read(rest) else { return Seen::Unknown };
            let relay = relay_of(rest, behind);
            let dcid = self.open_delivery(head, relay, &peer, None, false, b"", say);
            let error = behind.strip_prefix(b": ").unwrap_or(behind).into();
            say.say(&DcidTlsFailed { dcid, error });
            return Seen::Told;
        }
        if text.starts_with(b"setting up TLS connection to ") {
            return Seen::Silent;
        }
        Seen::Unknown
    }

    /// What a delivery agent says of a message before it reports: an attempt that another one
    /// follows.
    fn on_the_way<S: Emit>(&mut self, head: &Head<'_>, text: &[u8], say: &mut Say<'_, S>) -> Seen {
        for words in [&b"lost connection with "[..], b"conversation with "] {
            if let Some(rest) = text.strip_prefix(words) {
                let Some((peer, details)) = Peer::read(rest) else { return Seen::Unknown };
                connection_error(&peer, details, "lost", say);
                return Seen::Told;
            }
        }
        if let Some(rest) = text.strip_prefix(b"host ") {
            let Some((peer, details)) = Peer::read(rest) else { return Seen::Unknown };
            if let Some(details) = details.strip_prefix(b" refused to talk to me") {
                connection_error(&peer, details, "refused", say);
                return Seen::Told;
            }
            return Seen::Silent;
        }
        if let Some(error) = text.strip_prefix(b"Cannot start TLS: ") {
            let dcid = self.deliveries.get(&process(head)).map_or(Dcid(0), |it| it.dcid);
            say.say(&DcidTlsFailed { dcid, error: error.into() });
            return Seen::Told;
        }
        let is_known = [&b"enabling PIX workarounds"[..], b"breaking line of ", b"passing "]
            .iter()
            .any(|words| text.starts_with(words));
        if is_known { Seen::Silent } else { Seen::Unknown }
    }

    /// The connection that a process uses to a server: that which it has, or a new one.
    #[expect(clippy::too_many_arguments, reason = "what a line says of a connection")]
    fn open_delivery<S: Emit>(
        &mut self,
        head: &Head<'_>,
        relay: &[u8],
        peer: &Peer<'_>,
        message: Option<QueueId>,
        is_reused: bool,
        domain: &[u8],
        say: &mut Say<'_, S>,
    ) -> Dcid {
        let (key, relay, last) = (process(head), fnv(relay), say.time);
        if let Some(delivery) = self.deliveries.get(&key) {
            let goes_on = message.is_some()
                && (is_reused || delivery.message.is_none() || delivery.message == message);
            if delivery.relay == relay && goes_on {
                delivery.message = message;
                delivery.last = last;
                return delivery.dcid;
            }
            self.end_delivery(key, say);
        }
        let dcid = self.ids.dcid();
        say.say(&NewDcid {
            dcid,
            interface: head.service().into(),
            ip: peer.ip.unwrap_or(NOWHERE),
            port: Some(peer.port).filter(|port| *port > 0),
            domain: if domain.is_empty() { peer.host } else { domain }.into(),
        });
        self.deliveries.insert(key, Delivery { dcid, relay, message, last });
        dcid
    }

    /// What became of a delivery to one recipient.
    #[inline]
    fn report<S: Emit>(
        &mut self,
        head: &Head<'_>,
        key: MessageKey,
        text: &[u8],
        say: &mut Say<'_, S>,
    ) -> Seen {
        let Some(report) = Report::read(text) else { return Seen::Unknown };
        if !matches!(
            report.status,
            b"sent" | b"bounced" | b"deferred" | b"undeliverable" | b"deliverable" | b"expired"
        ) {
            return Seen::Unknown;
        }
        if self.messages.get(&key).is_none()
            && let Some(message) = self.message(key, Icid(0), say)
        {
            // Its beginning was not seen, but is told here.
            let injected = say.time.micros().saturating_sub(report.delay);
            message.injected = Timestamp::from_micros(injected);
        }
        // The connection comes before what is said of the delivery over it.
        let peer = Peer::read(report.relay).map(|(peer, _)| peer).filter(|peer| peer.ip.is_some());
        let dcid = peer.map_or(Dcid(0), |peer| {
            let domain = memchr::memrchr(b'@', report.to)
                .and_then(|at| report.to.get(at + 1..))
                .unwrap_or_default();
            let (relay, is_reused) = (report.relay, report.is_reused);
            self.open_delivery(head, relay, &peer, Some(key.id), is_reused, domain, say)
        });
        let ip = peer.and_then(|peer| peer.ip).unwrap_or(NOWHERE);

        let Some(message) = self.messages.get(&key) else { return Seen::Unmatched };
        message.last = say.time;
        let (mid, icid, bytes) = (message.mid, message.icid, message.bytes);
        let (injected, source_ip) = (message.injected, message.source_ip);
        let from = message.from.as_deref().unwrap_or_default().into();
        let to: Text<'_> = report.to.into();
        let (rid, recipient, is_new) = message.recipients.named(report.to);
        if is_new {
            self.weight += size_of::<Recipient>() + report.to.len() + 32;
            say.say(&RecipientEvent { mid, icid, rid, to });
            if !report.orig_to.is_empty() {
                let (address, targets) = (report.orig_to.into(), to);
                say.say(&AliasMatch { mid, rid, address, targets });
            }
        }
        if report.status == b"deliverable" {
            let text = report.detail.into();
            say.say(&CustomLogEntry { mid, text, label: "deliverable".into() });
            return Seen::Told;
        }
        recipient.attempts = recipient.attempts.saturating_add(1);
        let attempts = recipient.attempts;
        let rids = Rids::one(rid);
        say.say(&DeliveryStart { dcid, mid, rids, ..DeliveryStart::EMPTY });
        let Answer { code, text } = Answer::read(report.detail);
        if report.status == b"sent" {
            recipient.is_settled = true;
            let (to, reply) = (Texts::one(to), text.into());
            say.say(&Done {
                dcid,
                mid,
                rids,
                from,
                to,
                attempts,
                bytes,
                injected,
                ip,
                source_ip,
                code,
                reply,
                ..Done::EMPTY
            });
            say.say(&Response { mid, rids, text: reply, code });
            self.forwarded(head.host, key, text, say);
            return Seen::Told;
        }
        let reason = reply::reason(code, if report.dsn.is_empty() { text } else { report.dsn });
        let (reason, response) = ((&reason).into(), Texts::one(text.into()));
        let cause = cause(&report, code, text);
        if report.status == b"deferred" {
            say.say(&Delayed {
                dcid,
                mid,
                rid,
                reason,
                code,
                response,
                from,
                to,
                cause,
                attempts,
                bytes,
                injected,
                ip,
                source_ip,
                ..Delayed::EMPTY
            });
        } else {
            recipient.is_settled = true;
            say.say(&Bounced {
                dcid,
                mid,
                rid,
                reason,
                code,
                response,
                from,
                to,
                cause,
                attempts,
                bytes,
                injected,
                ip,
                source_ip,
                ..Bounced::EMPTY
            });
        }
        Seen::Told
    }

    /// `forwarded as QUEUEID`: a local delivery made another message.
    fn forwarded<S: Emit>(
        &mut self,
        host: u64,
        parent: MessageKey,
        text: &[u8],
        say: &mut Say<'_, S>,
    ) {
        let child = text.strip_prefix(b"forwarded as ").and_then(QueueId::new);
        if let Some(id) = child
            && let Some(parent) = self.messages.get(&parent).map(|message| message.mid)
            && let Some(child) = self.message(MessageKey { host, id }, Icid(0), say)
        {
            let (mid, component) = (child.mid, "forward".into());
            say.say(&Generated { mid, parent, component, ..Generated::EMPTY });
        }
    }

    /// `QUEUEID: sender non-delivery notification: QUEUEID`.
    pub(super) fn bounce<S: Emit>(&mut self, head: &Head<'_>, say: &mut Say<'_, S>) -> Seen {
        let Some((id, rest)) = QueueId::before_colon(head.text) else { return Seen::Unknown };
        let Some((what, child)) = at(rest, b" notification: ") else { return Seen::Unknown };
        let Some(child) = QueueId::new(child) else { return Seen::Unknown };
        let parent = self.messages.get(&MessageKey { host: head.host, id });
        let Some(parent) = parent.map(|message| message.mid) else { return Seen::Unmatched };
        let key = MessageKey { host: head.host, id: child };
        let Some(message) = self.message(key, Icid(0), say) else { return Seen::Unmatched };
        let mid = message.mid;
        if what == b"sender non-delivery" {
            say.say(&GeneratedForBounce { mid, parent });
        } else {
            say.say(&Generated { mid, parent, component: what.into(), ..Generated::EMPTY });
        }
        Seen::Told
    }
}

/// The part of `text` before `behind`: `host[ip]:port`, as a delivery's `relay=` spells it.
fn relay_of<'a>(text: &'a [u8], behind: &[u8]) -> &'a [u8] {
    text.get(..text.len().saturating_sub(behind.len())).unwrap_or_default()
}

fn connection_error<S: Emit>(peer: &Peer<'_>, details: &[u8], why: &str, say: &mut Say<'_, S>) {
    let details = details.strip_prefix(b":").unwrap_or(details).trim_ascii().into();
    say.say(&ConnectionError {
        domain: peer.host.into(),
        ip: peer.ip.unwrap_or(NOWHERE),
        port: peer.port,
        details,
        why: why.into(),
        ..ConnectionError::EMPTY
    });
}
