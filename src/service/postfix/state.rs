//! A translator's state as JSON, so that a restart goes on in the middle of messages.

use core::net::IpAddr;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value as Json, json};

use super::face::{Allot, Counting, Limits, TranslatorCounts};
use super::message::{Message, Recipient};
use super::scan::QueueId;
use super::translator::{Delivery, MessageKey, ProcessKey, Session, Translator};
use crate::base::{Error, Result, Timestamp};
use crate::event::{Dcid, Icid, Mid};
use crate::format::Zone;

/// The form that is written, and the only one that is read.
const VERSION: u64 = 1;

impl<I: Allot> Translator<I> {
    /// The state as JSON: what is open, counts, unknown shapes, and the last ids where the
    /// translator allots them itself.
    #[must_use]
    pub fn save(&self) -> String {
        let ids = self.ids.last();
        let messages: Vec<Json> =
            self.messages.iter().map(|(key, it)| of_message(key, it)).collect();
        let sessions: Vec<Json> = self
            .sessions
            .iter()
            .map(|(key, it)| {
                let id = it.message.as_ref().map(QueueId::as_str);
                json!([
                    key.host,
                    key.pid,
                    it.icid.0,
                    it.ip.to_string(),
                    it.has_authenticated,
                    id,
                    it.last.micros()
                ])
            })
            .collect();
        let deliveries: Vec<Json> = self
            .deliveries
            .iter()
            .map(|(key, it)| {
                let id = it.message.as_ref().map(QueueId::as_str);
                json!([key.host, key.pid, it.dcid.0, it.relay, id, it.last.micros()])
            })
            .collect();
        let counts = counts_of(&mut { self.counts }).map(|count| *count);
        json!({
            "version": VERSION,
            "ids": ids.map(|ids| [ids.mid.0, ids.icid.0, ids.dcid.0]),
            "time": self.stamps.reference.micros(),
            "has_begun": self.stamps.has_begun,
            "swept": [self.swept.0.micros(), self.swept.1.cast_signed()],
            "messages": messages,
            "sessions": sessions,
            "deliveries": deliveries,
            "counts": counts,
            "unknown": self.shapes.counts,
            "unknown_others": self.shapes.others,
        })
        .to_string()
    }

    /// A translator that goes on where another one has been [saved](Self::save).
    ///
    /// `ids` goes on behind the ids of the state, where it holds any.
    ///
    /// ```
    /// use ringmail::Timestamp;
    /// use ringmail::format::Zone;
    /// use ringmail::service::postfix::{Counting, Limits, Translator};
    /// let now = Timestamp::from_seconds(1_795_300_000);
    /// let translator = Translator::new(Counting::default(), &Zone::utc(), now);
    /// let state = translator.save();
    /// let ids = Counting::default();
    /// let again = Translator::restore(ids, &Zone::utc(), Limits::default(), &state)?;
    /// assert_eq!(again.save(), state);
    /// # Ok::<(), ringmail::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::is_input`] when the text is not the state of a translator of this version.
    pub fn restore(mut ids: I, zone: &Zone, limits: Limits, state: &str) -> Result<Self> {
        let state: Json = serde_json::from_str(state)
            .map_err(|error| Error::input(format!("a state that is no JSON: {error}")))?;
        if member(&state, "version")?.as_u64() != Some(VERSION) {
            return Err(Error::input("a state of another version than 1"));
        }
        if let [mid, icid, dcid] = items(&state, "ids").unwrap_or_default() {
            let (mid, icid, dcid) = (Mid(uint(mid)?), Icid(uint(icid)?), Dcid(uint(dcid)?));
            ids.go_on(Counting { mid, icid, dcid });
        }
        let time = time(member(&state, "time")?)?;
        let mut translator = Self::with_limits(ids, zone, time, limits);
        translator.stamps.has_begun = member(&state, "has_begun")?.as_bool().unwrap_or(true);
        if let [at, lines] = items(&state, "swept")? {
            let lines = lines.as_u64().ok_or_else(|| damaged("swept"))?;
            translator.swept = (self::time(at)?, lines);
        }
        for it in items(&state, "messages")? {
            let (key, message) = to_message(it)?;
            translator.weight += message.weight();
            translator.messages.insert(key, message);
        }
        for it in items(&state, "sessions")? {
            let [host, pid, icid, ip, has_authenticated, id, last] = array(it)? else {
                return Err(damaged("sessions"));
            };
            let session = Session {
                icid: Icid(uint(icid)?),
                ip: self::ip(ip)?,
                has_authenticated: has_authenticated.as_bool().unwrap_or_default(),
                message: id.as_str().map(queue_id).transpose()?,
                last: self::time(last)?,
            };
            translator.sessions.insert(process(host, pid)?, session);
        }
        for it in items(&state, "deliveries")? {
            let [host, pid, dcid, relay, id, last] = array(it)? else {
                return Err(damaged("deliveries"));
            };
            let delivery = Delivery {
                dcid: Dcid(uint(dcid)?),
                relay: uint(relay)?,
                message: id.as_str().map(queue_id).transpose()?,
                last: self::time(last)?,
            };
            translator.deliveries.insert(process(host, pid)?, delivery);
        }
        let counts = items(&state, "counts")?;
        for (place, count) in counts_of(&mut translator.counts).into_iter().zip(counts) {
            *place = uint(count)?;
        }
        let unknown = member(&state, "unknown")?.as_object().ok_or_else(|| damaged("unknown"))?;
        for (shape, count) in unknown.iter().take(limits.shapes) {
            translator.shapes.counts.insert(shape.clone(), uint(count)?);
        }
        translator.shapes.others = uint(member(&state, "unknown_others")?)?;
        Ok(translator)
    }
}

/// The counts in the order of the state; new ones come last.
fn counts_of(counts: &mut TranslatorCounts) -> [&mut u64; 10] {
    [
        &mut counts.told,
        &mut counts.silent,
        &mut counts.unknown,
        &mut counts.unmatched,
        &mut counts.foreign,
        &mut counts.malformed,
        &mut counts.empty,
        &mut counts.events,
        &mut counts.messages_given_up,
        &mut counts.connections_given_up,
    ]
}

fn of_message(key: &MessageKey, message: &Message) -> Json {
    let recipients: Vec<Json> = message
        .recipients
        .iter()
        .map(|(_, it)| json!([of_bytes(&it.address), it.attempts, it.is_settled]))
        .collect();
    json!({
        "host": key.host,
        "id": key.id.as_str(),
        "mid": message.mid.0,
        "icid": message.icid.0,
        "source_ip": message.source_ip.to_string(),
        "from": message.from.as_deref().map(of_bytes),
        "bytes": message.bytes,
        "injected": message.injected.micros(),
        "last": message.last.micros(),
        "is_held": message.is_held,
        "recipients": recipients,
    })
}

fn to_message(it: &Json) -> Result<(MessageKey, Message)> {
    let id = member(it, "id")?.as_str().ok_or_else(|| damaged("id"))?;
    let key = MessageKey { host: uint(member(it, "host")?)?, id: queue_id(id)? };
    let mid = Mid(uint(member(it, "mid")?)?);
    let icid = Icid(uint(member(it, "icid")?)?);
    let mut message = Message::new(mid, icid, time(member(it, "injected")?)?);
    message.source_ip = ip(member(it, "source_ip")?)?;
    message.from = match member(it, "from")? {
        Json::Null => None,
        from => Some(bytes(from)?),
    };
    message.bytes = uint(member(it, "bytes")?)?;
    message.last = time(member(it, "last")?)?;
    message.is_held = member(it, "is_held")?.as_bool().unwrap_or_default();
    for recipient in items(it, "recipients")? {
        let [address, attempts, is_settled] = array(recipient)? else {
            return Err(damaged("recipients"));
        };
        message.recipients.push(Recipient {
            address: bytes(address)?,
            attempts: u32::try_from(uint(attempts)?).map_err(|_| damaged("recipients"))?,
            is_settled: is_settled.as_bool().unwrap_or_default(),
        });
    }
    Ok((key, message))
}

/// Text as it is, other bytes as `{"b64": ..}`.
fn of_bytes(bytes: &[u8]) -> Json {
    match str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({ "b64": BASE64_STANDARD.encode(bytes) }),
    }
}

fn bytes(it: &Json) -> Result<Box<[u8]>> {
    if let Some(text) = it.as_str() {
        return Ok(text.as_bytes().into());
    }
    let text = it.get("b64").and_then(Json::as_str).ok_or_else(|| damaged("text"))?;
    BASE64_STANDARD.decode(text).map(Into::into).map_err(|_| damaged("b64"))
}

fn member<'a>(it: &'a Json, name: &str) -> Result<&'a Json> {
    it.get(name).ok_or_else(|| Error::input(format!("a state without `{name}`")))
}

fn items<'a>(it: &'a Json, name: &str) -> Result<&'a [Json]> {
    array(member(it, name)?)
}

fn array(it: &Json) -> Result<&[Json]> {
    it.as_array().map(Vec::as_slice).ok_or_else(|| damaged("a list"))
}

fn uint(it: &Json) -> Result<u64> {
    it.as_u64().ok_or_else(|| damaged("a number"))
}

fn time(it: &Json) -> Result<Timestamp> {
    it.as_i64().map(Timestamp::from_micros).ok_or_else(|| damaged("a time"))
}

fn ip(it: &Json) -> Result<IpAddr> {
    it.as_str().and_then(|ip| ip.parse().ok()).ok_or_else(|| damaged("an address"))
}

fn queue_id(text: &str) -> Result<QueueId> {
    QueueId::new(text.as_bytes()).ok_or_else(|| damaged("a queue id"))
}

fn process(host: &Json, pid: &Json) -> Result<ProcessKey> {
    let pid = u32::try_from(uint(pid)?).map_err(|_| damaged("a process"))?;
    Ok(ProcessKey { host: uint(host)?, pid })
}

#[cold]
fn damaged(what: &str) -> Error {
    Error::input(format!("a state in which {what} has another form than it should"))
}
