//! Messages come in: the lines of smtpd, cleanup, pickup, postscreen and postsuper.

use core::net::{IpAddr, Ipv4Addr};

use super::face::{Allot, Emit};
use super::head::Head;
use super::scan::{Peer, QueueId, address, at, at_byte};
use super::translator::{MessageKey, NEVER_QUEUED, Say, Seen, Session, Translator, process};
use crate::event::{
    BadSyntax, Disconnected, Icid, IcidTls, IcidTlsFailed, MessageId, NewIcid, Quarantined,
    Released, Rewritten, SmtpAuth, SmtpAuthFailed,
};

/// The quarantine that Postfix has.
pub(super) const HOLD: &str = "hold";

/// No address.
pub(super) const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl<I: Allot> Translator<I> {
    #[inline]
    pub(super) fn smtpd<S: Emit>(&mut self, head: &Head<'_>, say: &mut Say<'_, S>) -> Seen {
        let text = head.text;
        if let Some((id, rest)) = QueueId::before_colon(text) {
            return match rest.strip_prefix(b"client=") {
                Some(client) => self.client(head, id, client, say),
                None => self.verdict(head, Some(id), rest, say),
            };
        }
        if let Some(rest) = text.strip_prefix(b"connect from ") {
            let Some((peer, _)) = Peer::read(rest) else { return Seen::Unknown };
            self.connected(head, &peer, say);
            return Seen::Told;
        }
        if let Some(rest) = text.strip_prefix(b"disconnect from ") {
            return self.disconnected(head, rest, say);
        }
        if let Some(rest) = text.strip_prefix(b"NOQUEUE: ") {
            // A filter in front of the queue has the message; its own lines come from another
            // smtpd.
            if rest.starts_with(b"client=") {
                return Seen::Silent;
            }
            return self.verdict(head, None, rest, say);
        }
        if let Some((trust, rest)) = at(text, b"TLS connection established from ")
            && matches!(trust, b"Anonymous " | b"Untrusted " | b"Trusted " | b"Verified " | b"")
        {
            return self.secured(head, rest, say);
        }
        for (word, is_lost) in [
            (&b"lost connection after "[..], true),
            (b"timeout after ", true),
            (b"too many errors after ", false),
        ] {
            if let Some(rest) = text.strip_prefix(word) {
                return self.broken(head, rest, is_lost, say);
            }
        }
        if let Some((_, rest)) = text
            .strip_prefix(b"improper command pipelining after ")
            .and_then(|rest| at(rest, b" from "))
        {
            let Some((_, command)) = Peer::read(rest) else { return Seen::Unknown };
            let Some(session) = self.sessions.get(&process(head)) else { return Seen::Unmatched };
            let command = command.strip_prefix(b": ").unwrap_or(command).into();
            say.say(&BadSyntax { icid: session.icid, command });
            return Seen::Told;
        }
        if let Some(rest) = text.strip_prefix(b"SSL_accept error from ") {
            let Some((_, error)) = Peer::read(rest) else { return Seen::Unknown };
            let Some(session) = self.sessions.get(&process(head)) else { return Seen::Unmatched };
            let error = error.strip_prefix(b": ").unwrap_or(error);
            say.say(&IcidTlsFailed { icid: session.icid, error: Some(error.into()) });
            return Seen::Told;
        }
        if text.starts_with(b"setting up TLS connection from ") || text.starts_with(b"statistics:")
        {
            return Seen::Silent;
        }
        Seen::Unknown
    }

    /// A client connected.
    pub(super) fn connected<S: Emit>(
        &mut self,
        head: &Head<'_>,
        peer: &Peer<'_>,
        say: &mut Say<'_, S>,
    ) -> Icid {
        let key = process(head);
        // Its end was not told: the process number is another process's by now.
        self.end_session(key, true, say);
        let icid = self.new_icid(head, peer, say);
        let session = Session {
            icid,
            ip: peer.ip.unwrap_or(NOWHERE),
            has_authenticated: false,
            message: None,
            last: say.time,
        };
        self.sessions.insert(key, session);
        icid
    }

    /// A new connection, of which nothing is kept yet.
    pub(super) fn new_icid<S: Emit>(
        &mut self,
        head: &Head<'_>,
        peer: &Peer<'_>,
        say: &mut Say<'_, S>,
    ) -> Icid {
        let icid = self.ids.icid();
        say.say(&NewIcid {
            icid,
            interface: head.service().into(),
            interface_ip: NOWHERE,
            ip: peer.ip.unwrap_or(NOWHERE),
            host: peer.host.into(),
            // Postfix names no host whose name does not lead back to the address.
            verified: peer.host != b"unknown",
            listener: head.program.into(),
        });
        icid
    }

    /// `client=host[ip], sasl_method=.., sasl_username=..`: a message begins.
    fn client<S: Emit>(
        &mut self,
        head: &Head<'_>,
        id: QueueId,
        text: &[u8],
        say: &mut Say<'_, S>,
    ) -> Seen {
        let Some((peer, rest)) = Peer::read(text) else { return Seen::Unknown };
        let key = process(head);
        if self.sessions.get(&key).is_none() {
            self.connected(head, &peer, say);
        }
        let Some(session) = self.sessions.get(&key) else { return Seen::Unmatched };
        session.last = say.time;
        session.message = Some(id);
        let (icid, ip) = (session.icid, session.ip);
        if !session.has_authenticated
            && let Some((_, rest)) = at(rest, b"sasl_method=")
        {
            session.has_authenticated = true;
            let (mechanism, rest) = at(rest, b", ").unwrap_or((rest, b""));
            let user = rest.strip_prefix(b"sasl_username=").unwrap_or_default();
            let user = at(user, b", sasl_sender=").map_or(user, |(user, _)| user);
            let (user, mechanism) = (user.into(), mechanism.into());
            say.say(&SmtpAuth { icid, user, mechanism, profile: head.service().into() });
        }
        let key = MessageKey { host: head.host, id };
        self.give_up_namesake(key, say);
        if let Some(message) = self.message(key, icid, say) {
            message.source_ip = ip;
        }
        Seen::Told
    }

    /// `host[ip] helo=1 mail=1 rcpt=1 data=0/1 commands=3/4`.
    fn disconnected<S: Emit>(
        &mut self,
        head: &Head<'_>,
        text: &[u8],
        say: &mut Say<'_, S>,
    ) -> Seen {
        let Some(session) = self.end_session(process(head), false, say) else {
            return Seen::Unmatched;
        };
        // Versions since 3.0 count commands: without a DATA or BDAT that went well nothing came
        // in.
        let statistics = Peer::read(text).map_or(&b""[..], |(_, rest)| rest);
        let went_well = |word: &[u8]| {
            at(statistics, word).is_some_and(|(_, count)| !matches!(count, [b'0', ..]))
        };
        if at(statistics, b" commands=").is_some() && !went_well(b" data=") && !went_well(b" bdat=")
        {
            self.abort_unqueued(head.host, session.message, say);
        }
        Seen::Told
    }

    /// `DATA (5 bytes) from host[ip]`: where in the dialogue a client was lost.
    fn broken<S: Emit>(
        &mut self,
        head: &Head<'_>,
        text: &[u8],
        is_lost: bool,
        say: &mut Say<'_, S>,
    ) -> Seen {
        let Some((stage, _)) = at(text, b" from ") else { return Seen::Unknown };
        let Some(session) = self.sessions.get(&process(head)).copied() else {
            return Seen::Unmatched;
        };
        if !is_lost {
            let mut reason = b"too many errors after ".to_vec();
            reason.extend_from_slice(stage);
            say.say(&Disconnected { icid: session.icid, ip: session.ip, reason: (&reason).into() });
            return Seen::Told;
        }
        say.say(&crate::event::IcidLost { icid: session.icid });
        // Behind the end of the data the message may have been taken.
        if stage.starts_with(b"DATA") || stage.starts_with(b"BDAT") {
            self.abort_unqueued(head.host, session.message, say);
        }
        Seen::Told
    }

    /// A short id comes again: what had it before has ended in a way that no line told.
    fn give_up_namesake<S: Emit>(&mut self, key: MessageKey, say: &mut Say<'_, S>) {
        if self.messages.get(&key).is_some_and(|it| it.from.is_some() || it.is_held) {
            self.forget(&key);
            self.counts.messages_given_up += 1;
        }
        self.abort(key, NEVER_QUEUED.as_bytes(), say);
    }

    fn abort_unqueued<S: Emit>(&mut self, host: u64, id: Option<QueueId>, say: &mut Say<'_, S>) {
        let Some(id) = id else { return };
        let key = MessageKey { host, id };
        if self.messages.get(&key).is_some_and(|it| it.from.is_none() && !it.is_held) {
            self.abort(key, NEVER_QUEUED.as_bytes(), say);
        }
    }

    /// `host[ip]: TLSv1.3 with cipher X (256/256 bits) ...`.
    fn secured<S: Emit>(&mut self, head: &Head<'_>, text: &[u8], say: &mut Say<'_, S>) -> Seen {
        let Some((_, rest)) = Peer::read(text) else { return Seen::Unknown };
        let Some(session) = self.sessions.get(&process(head)) else { return Seen::Unmatched };
        let (protocol, cipher) = protocol_and_cipher(rest);
        say.say(&IcidTls { icid: session.icid, protocol, cipher });
        Seen::Told
    }

    /// `host[ip]: SASL PLAIN authentication failed: ..`.
    pub(super) fn smtpd_warning<S: Emit>(
        &mut self,
        head: &Head<'_>,
        text: &[u8],
        say: &mut Say<'_, S>,
    ) -> Seen {
        let Some((mechanism, rest)) = Peer::read(text)
            .and_then(|(_, rest)| at(rest.strip_prefix(b": SASL ")?, b" authentication "))
        else {
            return Seen::Unknown;
        };
        let Some(session) = self.sessions.get(&process(head)) else { return Seen::Unmatched };
        let user = at(rest, b", sasl_username=").map_or(&b""[..], |(_, user)| user);
        say.say(&SmtpAuthFailed {
            icid: session.icid,
            user: user.into(),
            mechanism: mechanism.into(),
            profile: head.service().into(),
        });
        Seen::Told
    }

    pub(super) fn cleanup<S: Emit>(&mut self, head: &Head<'_>, say: &mut Say<'_, S>) -> Seen {
        let Some((id, rest)) = QueueId::before_colon(head.text) else { return Seen::Unknown };
        let key = MessageKey { host: head.host, id };
        if let Some(message_id) = rest.strip_prefix(b"message-id=") {
            if let Some(message) = self.message(key, Icid(0), say) {
                say.say(&MessageId { mid: message.mid, message_id: message_id.into() });
            }
            return Seen::Told;
        }
        if rest.starts_with(b"resent-message-id=") {
            return Seen::Silent;
        }
        self.verdict(head, Some(id), rest, say)
    }

    /// `QUEUEID: message rejected: hopcount exceeded`.
    pub(super) fn cleanup_warning<S: Emit>(
        &mut self,
        head: &Head<'_>,
        text: &[u8],
        say: &mut Say<'_, S>,
    ) -> Seen {
        let Some((id, what)) = QueueId::before_colon(text) else { return Seen::Unknown };
        let is_end =
            [&b"message rejected: "[..], b"queue file size limit exceeded", b"write queue file"]
                .iter()
                .any(|words| what.starts_with(words));
        if !is_end {
            return Seen::Unknown;
        }
        let key = MessageKey { host: head.host, id };
        if self.messages.get(&key).is_none() {
            return Seen::Unmatched;
        }
        self.abort(key, what, say);
        Seen::Told
    }

    /// `uid=1000 from=<user>`: a message from a program on the machine.
    pub(super) fn pickup<S: Emit>(&mut self, head: &Head<'_>, say: &mut Say<'_, S>) -> Seen {
        let Some((id, rest)) = QueueId::before_colon(head.text) else { return Seen::Unknown };
        if !rest.starts_with(b"uid=") {
            return Seen::Unknown;
        }
        let key = MessageKey { host: head.host, id };
        self.give_up_namesake(key, say);
        let Some(mid) = self.message(key, Icid(0), say).map(|message| message.mid) else {
            return Seen::Unmatched;
        };
        // Put into the queue anew by an operator.
        let old = at(rest, b" from=<")
            .and_then(|(_, rest)| address(rest))
            .and_then(|(_, rest)| QueueId::new(rest.strip_prefix(b" orig_id=")?));
        if let Some(id) = old
            && let Some(old) = self.forget(&MessageKey { host: head.host, id })
        {
            say.say(&Rewritten {
                mid: old.mid,
                child: mid,
                component: "postsuper".into(),
                ..Rewritten::EMPTY
            });
            say.say(&crate::event::Finished { mid: old.mid });
        }
        Seen::Told
    }

    /// postscreen: only what it refuses has to do with mail.
    pub(super) fn postscreen<S: Emit>(&mut self, head: &Head<'_>, say: &mut Say<'_, S>) -> Seen {
        match head.text.strip_prefix(b"NOQUEUE: ") {
            Some(rest) => self.verdict(head, None, rest, say),
            None => Seen::Silent,
        }
    }

    /// postsuper: what an operator does with the queue.
    pub(super) fn postsuper<S: Emit>(&mut self, head: &Head<'_>, say: &mut Say<'_, S>) -> Seen {
        let Some((id, rest)) = QueueId::before_colon(head.text) else { return Seen::Silent };
        let key = MessageKey { host: head.host, id };
        let Some(message) = self.messages.get(&key) else { return Seen::Unmatched };
        let (mid, quarantine) = (message.mid, HOLD.into());
        match rest {
            b"removed" => self.abort(key, b"Deleted by an operator", say),
            b"placed on hold" => {
                message.is_held = true;
                say.say(&Quarantined { mid, quarantine, reason: Some("postsuper".into()) });
            }
            b"released from hold" => {
                message.is_held = false;
                let reason = "postsuper".into();
                say.say(&Released { mid, quarantine, reason, ..Released::EMPTY });
            }
            // The message goes on as another one, which pickup tells.
            b"requeued" => return Seen::Silent,
            _ => return Seen::Unknown,
        }
        Seen::Told
    }
}

/// `: TLSv1.3 with cipher X (256/256 bits) ...`.
pub(super) fn protocol_and_cipher(
    text: &[u8],
) -> (Option<crate::event::Text<'_>>, Option<crate::event::Text<'_>>) {
    let text = text.strip_prefix(b": ").unwrap_or(text);
    match at(text, b" with cipher ") {
        Some((protocol, rest)) => {
            let cipher = at_byte(rest, b' ').map_or(rest, |(cipher, _)| cipher);
            (Some(protocol.into()), Some(cipher.into()))
        }
        None => (None, None),
    }
}
