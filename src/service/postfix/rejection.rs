//! What a rule or a filter decided: `reject: RCPT from host[ip]: 550 5.1.1 ..; from=<..> to=<..>`.

use super::face::{Allot, Emit};
use super::head::Head;
use super::reception::HOLD;
use super::scan::{Answer, Peer, QueueId, address, at};
use super::translator::{MessageKey, Say, Seen, Translator, process};
use crate::event::{
    CustomLogEntry, Dropped, DroppedByFilter, FinishedAborted, Icid, IcidClose, Mid, Quarantined,
    ReceivingFailed, RecipientRejected, SenderRejected, Subject,
};

/// A decision, taken apart.
struct Decision<'a> {
    /// `reject`, `milter-reject`, `discard`, `hold`, `warning` ...
    action: &'a [u8],
    /// `RCPT`, `END-OF-MESSAGE`, `header Subject: hello` ...
    stage: &'a [u8],
    peer: Option<Peer<'a>>,
    /// The reply, without the address that it repeats at its front.
    code: u16,
    /// The enhanced code, where the reply repeats an address behind it.
    dsn: &'a [u8],
    reply: &'a [u8],
    from: &'a [u8],
    to: Option<&'a [u8]>,
}

impl<'a> Decision<'a> {
    fn read(text: &'a [u8]) -> Option<Self> {
        let (action, rest) = at(text, b": ")?;
        if !action.iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_')) {
            return None;
        }
        let is_content = [&b"header "[..], b"body ", b"mime-header ", b"nested-header "]
            .iter()
            .any(|word| rest.starts_with(word));
        if is_content {
            return Self::of_content(action, rest);
        }
        let (stage, rest) = at(rest, b" from ")?;
        let (peer, rest) = Peer::read(rest)?;
        let rest = rest.strip_prefix(b": ").or_else(|| rest.strip_prefix(b"; ").map(|_| rest))?;
        let (code, rest) =
            Answer::reply(rest).map_or((0, rest), |answer| (answer.code, answer.text));
        // Behind the enhanced code the reply often repeats an address, which may hold anything.
        let (dsn, behind) = at(rest, b" ").unwrap_or((b"", rest));
        let repeated = behind
            .strip_prefix(b"<")
            .filter(|_| dsn.first().is_some_and(u8::is_ascii_digit))
            .and_then(address)
            .and_then(|(_, rest)| rest.strip_prefix(b": "));
        let dsn = if repeated.is_some() { dsn } else { b"" };
        let (reply, details) = cut_details(repeated.unwrap_or(rest));
        let (from, to) = envelope(details);
        Some(Self { action, stage, peer: Some(peer), code, dsn, reply, from, to })
    }

    /// `header Subject: hello from host[ip]; from=<..> to=<..> proto=ESMTP helo=<..>: text`.
    fn of_content(action: &'a [u8], text: &'a [u8]) -> Option<Self> {
        let end = memchr::memmem::rfind(text, b"; from=<").or_else(|| {
            memchr::memmem::rfind(text, b" from local").map(|end| end + b" from local".len())
        })?;
        let (content, details) = text.split_at_checked(end)?;
        let (from, to) = envelope(details);
        // What the rule says stands last, behind the end of `helo=<..>` or `to=<..>`.
        let reply = at(details, b">: ").map_or(&b""[..], |(_, reply)| reply);
        let start = memchr::memmem::rfind(content, b" from ")?;
        let (stage, peer) = content.split_at_checked(start)?;
        let peer = peer.strip_prefix(b" from ").and_then(Peer::read).map(|(peer, _)| peer);
        Some(Self { action, stage, peer, code: 0, dsn: b"", reply, from, to })
    }
}

/// The reply, and the details behind it.
fn cut_details(text: &[u8]) -> (&[u8], &[u8]) {
    let end = [&b"; from=<"[..], b"; to=<", b"; proto="]
        .iter()
        .find_map(|word| memchr::memmem::find(text, word))
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, b""))
}

/// Sender and recipient of `; from=<..> to=<..> proto=..`.
fn envelope(details: &[u8]) -> (&[u8], Option<&[u8]>) {
    let (from, rest) =
        details.strip_prefix(b"; from=<").and_then(address).unwrap_or((b"", details));
    let to = [&b" to=<"[..], b", to=<", b"; to=<"].iter().find_map(|word| rest.strip_prefix(*word));
    (from, to.and_then(address).map(|(to, _)| to))
}

impl<I: Allot> Translator<I> {
    /// What was decided of a command or a message.
    pub(super) fn verdict<S: Emit>(
        &mut self,
        head: &Head<'_>,
        id: Option<QueueId>,
        text: &[u8],
        say: &mut Say<'_, S>,
    ) -> Seen {
        let Some(decision) = Decision::read(text) else { return Seen::Unknown };
        let key = id.map(|id| MessageKey { host: head.host, id });
        let mid = key.and_then(|key| self.messages.get(&key)).map(|message| message.mid);
        match decision.action {
            b"reject" | b"milter-reject" | b"proxy-reject" => {
                self.rejected(head, key, mid, &decision, say)
            }
            b"discard" | b"milter-discard" => {
                let (Some(key), Some(mid)) = (key, mid) else { return Seen::Unmatched };
                let engine = rule_or_milter(&decision).into();
                say.say(&Dropped { mid, engine });
                say.say(&FinishedAborted { mid });
                self.forget(&key);
                Seen::Told
            }
            b"hold" | b"milter-hold" | b"quarantine" => {
                let Some(message) = key.and_then(|key| self.messages.get(&key)) else {
                    return Seen::Unmatched;
                };
                message.is_held = true;
                let reason = Some(decision.reply).filter(|reply| !reply.is_empty());
                let (mid, reason) = (message.mid, reason.map(Into::into));
                say.say(&Quarantined { mid, quarantine: HOLD.into(), reason });
                Seen::Told
            }
            _ => {
                // The other actions let the message pass. Many use one to have subjects logged.
                let Some(mid) = mid else { return Seen::Silent };
                match decision.stage.strip_prefix(b"header ").and_then(subject) {
                    Some(subject) => say.say(&Subject { mid, subject: subject.into() }),
                    None => say.say(&CustomLogEntry {
                        mid,
                        text: text.into(),
                        label: decision.action.into(),
                    }),
                }
                Seen::Told
            }
        }
    }

    fn rejected<S: Emit>(
        &mut self,
        head: &Head<'_>,
        key: Option<MessageKey>,
        mid: Option<Mid>,
        decision: &Decision<'_>,
        say: &mut Say<'_, S>,
    ) -> Seen {
        if let Some(icid) = self.of_message(key) {
            self.say_rejected(icid, key, mid, decision, say);
            return Seen::Told;
        }
        if let Some(session) = self.sessions.get(&process(head)).filter(|_| head.daemon == b"smtpd")
        {
            let icid = session.icid;
            self.say_rejected(icid, key, mid, decision, say);
            return Seen::Told;
        }
        // A connection of which no other line tells: that of postscreen.
        let Some(peer) = decision.peer else { return Seen::Unmatched };
        let icid = self.new_icid(head, &peer, say);
        self.say_rejected(icid, key, mid, decision, say);
        say.say(&IcidClose { icid });
        Seen::Told
    }

    /// The connection that a message came by.
    fn of_message(&mut self, key: Option<MessageKey>) -> Option<Icid> {
        self.messages.get(&key?).map(|message| message.icid)
    }

    fn say_rejected<S: Emit>(
        &mut self,
        icid: Icid,
        key: Option<MessageKey>,
        mid: Option<Mid>,
        decision: &Decision<'_>,
        say: &mut Say<'_, S>,
    ) {
        let mut reply = Vec::new();
        if decision.code > 0 {
            reply.extend_from_slice(decision.code.to_string().as_bytes());
            reply.push(b' ');
        }
        if !decision.dsn.is_empty() {
            reply.extend_from_slice(decision.dsn);
            reply.push(b' ');
        }
        reply.extend_from_slice(decision.reply);
        let is_of_message = decision.peer.is_none()
            || decision.stage.contains(&b' ')
            || decision.stage == b"END-OF-MESSAGE";
        if is_of_message {
            say.say(&ReceivingFailed { icid, error: (&reply).into() });
            let (Some(key), Some(mid)) = (key, mid) else { return };
            match decision.stage.split(|byte| *byte == b' ').next() {
                Some(place @ (b"header" | b"body" | b"mime-header" | b"nested-header")) => {
                    let mut filter = place.to_vec();
                    filter.extend_from_slice(b"_checks");
                    say.say(&DroppedByFilter {
                        mid,
                        filter: (&filter).into(),
                        ..DroppedByFilter::EMPTY
                    });
                }
                _ => say.say(&Dropped { mid, engine: rule_or_milter(decision).into() }),
            }
            say.say(&FinishedAborted { mid });
            self.forget(&key);
        } else if decision.stage == b"MAIL"
            || decision.reply.starts_with(b"Sender address rejected")
        {
            let (address, reason) = (decision.from.into(), (&reply).into());
            say.say(&SenderRejected { icid, address, reason });
        } else if let Some(to) = decision.to {
            let (to, by) = (to.into(), (&reply).into());
            say.say(&RecipientRejected { mid, icid, to, by });
        } else {
            let mut error = decision.stage.to_vec();
            error.extend_from_slice(b": ");
            error.extend_from_slice(&reply);
            say.say(&ReceivingFailed { icid, error: (&error).into() });
        }
    }
}

/// What decided.
fn rule_or_milter(decision: &Decision<'_>) -> &'static str {
    if decision.action.starts_with(b"milter") { "milter" } else { "access rule" }
}

/// The value of a `Subject` header.
fn subject(header: &[u8]) -> Option<&[u8]> {
    let (name, value) = header.split_at_checked(8)?;
    name.eq_ignore_ascii_case(b"subject:").then(|| value.strip_prefix(b" ").unwrap_or(value))
}
