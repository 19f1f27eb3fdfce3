//! What the tuple of a record says: checked at once, given out when it is asked for.

use core::net::Ipv4Addr;

use super::pickle::{Item, Span, Texts, Unpickler};
use super::{MAX_PAYLOAD, Wrong};
use crate::base::Timestamp;
use crate::event::{Mid, Rid, Text};
use crate::format::delivery::{Delivery, Outcome, Recipient, VERSION};

/// A checked record, made to be used again.
#[derive(Debug)]
pub(super) struct Outline {
    /// What the last `<<` said.
    pub(super) version: u8,
    is_done: bool,
    injected: Timestamp,
    bytes: u64,
    mid: u64,
    ip: u32,
    source_ip: u32,
    code: u16,
    from: Span,
    /// The domain, or the reason of a bounce.
    what: Span,
    reply: Span,
    errors: Vec<Span>,
    recipients: Vec<(u32, Span, u32)>,
    headers: Vec<(Span, Span)>,
    /// Bytes of all texts: one that the pickle names again and again counts each time.
    text_bytes: usize,
}

const TOO_FEW: Wrong = "the record has not the fields of its kind";
const KIND: Wrong = "a field of the record is of another kind";
const RANGE: Wrong = "a number in the record is out of range";

impl Default for Outline {
    fn default() -> Self {
        Self {
            version: VERSION,
            is_done: false,
            injected: Timestamp::default(),
            bytes: 0,
            mid: 0,
            ip: 0,
            source_ip: 0,
            code: 0,
            from: Span::default(),
            what: Span::default(),
            reply: Span::default(),
            errors: Vec::new(),
            recipients: Vec::new(),
            headers: Vec::new(),
            text_bytes: 0,
        }
    }
}

impl Outline {
    /// Reads what `<<` holds.
    pub(super) fn begin(&mut self, root: Item) -> Result<(), Wrong> {
        let version = number(Some(root))?;
        if version > VERSION {
            return Err("the version of the file is not known");
        }
        self.version = version;
        Ok(())
    }

    /// Reads what `MD` or `HB` holds. How many fields there are tells the version, but for one
    /// thing: before version 3 the addresses of what was delivered have no domain.
    pub(super) fn read(
        &mut self,
        is_done: bool,
        version: u8,
        root: Item,
        unpickler: &mut Unpickler,
        payload: &[u8],
    ) -> Result<(), Wrong> {
        self.is_done = is_done;
        self.text_bytes = 0;
        self.errors.clear();
        self.recipients.clear();
        self.headers.clear();
        let mut fields = unpickler.tuple(root).ok_or(KIND)?;
        let count = fields.len();
        let known: &[usize] = if is_done { &[8, 9, 12] } else { &[9, 10, 11, 12] };
        if !known.contains(&count) {
            return Err(TOO_FEW);
        }
        self.injected = time(number(fields.next())?, number(fields.next())?)?;
        self.bytes = number(fields.next())?;
        self.mid = number(fields.next())?;
        self.ip = address(fields.next())?;
        self.from = self.text(fields.next())?;
        let (mut errors, mut code) = (None, None);
        self.what = Span::default();
        if is_done {
            self.what = self.text(fields.next())?;
        } else {
            if count > 9 {
                self.what = self.text(fields.next())?;
            }
            code = fields.next();
            errors = fields.next();
        }
        let recipients = fields.next();
        let headers = if count > if is_done { 8 } else { 10 } { fields.next() } else { None };
        self.source_ip = if count == 12 { address(fields.next())? } else { 0 };
        self.reply = Span::default();
        if is_done && count == 12 {
            code = fields.next();
            self.reply = self.text(fields.next())?;
        }
        drop(fields);
        match errors {
            Some(text @ Item::Text(_)) => {
                let error = self.text(Some(text))?;
                self.errors.push(error);
            }
            Some(list) => {
                for error in unpickler.list(list).ok_or(KIND)? {
                    let error = self.text(Some(error))?;
                    self.errors.push(error);
                }
            }
            None => {}
        }
        if let Some(headers) = headers {
            for pair in unpickler.list(headers).ok_or(KIND)? {
                let mut pair = unpickler.tuple(pair).filter(|pair| pair.len() == 2).ok_or(KIND)?;
                let pair = (self.text(pair.next())?, self.text(pair.next())?);
                self.headers.push(pair);
            }
        }
        for recipient in unpickler.list(recipients.ok_or(TOO_FEW)?).ok_or(KIND)? {
            let mut fields =
                unpickler.tuple(recipient).filter(|fields| fields.len() == 3).ok_or(KIND)?;
            let rid = number(fields.next())?;
            let to = self.text(fields.next())?;
            let attempts: u32 = number(fields.next())?;
            self.recipients.push((rid, to, attempts.saturating_add(1)));
        }
        if is_done && version < 3 {
            let domain = self.what;
            let all = self.text_bytes + self.recipients.len() * (domain.len() + 1);
            if all > MAX_PAYLOAD {
                return Err("the record repeats its texts too often");
            }
            for (_, to, _) in &mut self.recipients {
                *to = unpickler.join([*to, domain], b'@', payload);
            }
        }
        self.code = reply_code(code, unpickler.texts(payload))?;
        Ok(())
    }

    /// The record as its reader gives it.
    pub(super) fn delivery<'a>(&self, time: Timestamp, texts: Texts<'a>) -> Delivery<'a> {
        let text = |span: &Span| Text::from(texts.of(*span));
        Delivery {
            time,
            injected: self.injected,
            bytes: self.bytes,
            mid: Mid(self.mid),
            ip: Ipv4Addr::from_bits(self.ip),
            from: text(&self.from),
            source_ip: Ipv4Addr::from_bits(self.source_ip),
            code: self.code,
            outcome: if self.is_done {
                Outcome::Delivered { domain: text(&self.what), reply: text(&self.reply) }
            } else {
                let errors = self.errors.iter().map(text).collect();
                Outcome::Bounced { reason: text(&self.what), errors }
            },
            recipients: self
                .recipients
                .iter()
                .map(|(rid, to, attempts)| Recipient {
                    rid: Rid(*rid),
                    to: text(to),
                    attempts: *attempts,
                })
                .collect(),
            headers: self.headers.iter().map(|(name, value)| (text(name), text(value))).collect(),
        }
    }

    fn text(&mut self, item: Option<Item>) -> Result<Span, Wrong> {
        let span = match item {
            Some(Item::Text(span)) => span,
            Some(Item::None) => Span::default(),
            Some(Item::Int(_) | Item::Uint(_) | Item::Sequence(_)) => return Err(KIND),
            None => return Err(TOO_FEW),
        };
        self.text_bytes += span.len();
        if self.text_bytes > MAX_PAYLOAD {
            return Err("the record repeats its texts too often");
        }
        Ok(span)
    }
}

fn number<T: TryFrom<i64> + TryFrom<u64>>(item: Option<Item>) -> Result<T, Wrong> {
    match item {
        Some(Item::Int(value)) => T::try_from(value).map_err(|_| RANGE),
        Some(Item::Uint(value)) => T::try_from(value).map_err(|_| RANGE),
        Some(_) => Err(KIND),
        None => Err(TOO_FEW),
    }
}

/// An address: 32 bits, which may have been taken for a signed number.
fn address(item: Option<Item>) -> Result<u32, Wrong> {
    let value: i64 = number(item)?;
    u32::try_from(value)
        .or_else(|_| i32::try_from(value).map(i32::cast_unsigned))
        .map_err(|_| RANGE)
}

fn time(seconds: i64, micros: i64) -> Result<Timestamp, Wrong> {
    if !(0..1_000_000).contains(&micros) {
        return Err(RANGE);
    }
    let all = seconds.checked_mul(1_000_000).and_then(|all| all.checked_add(micros));
    all.map(Timestamp::from_micros).ok_or(RANGE)
}

/// A code is text, or a number; nothing is 0.
fn reply_code(item: Option<Item>, texts: Texts<'_>) -> Result<u16, Wrong> {
    match item {
        None | Some(Item::None) => Ok(0),
        Some(Item::Int(_) | Item::Uint(_)) => number(item),
        Some(Item::Text(span)) => match texts.of(span) {
            b"" => Ok(0),
            digits => {
                let digits = core::str::from_utf8(digits).map_err(|_| RANGE)?;
                digits.trim().parse().map_err(|_| RANGE)
            }
        },
        Some(Item::Sequence(_)) => Err(KIND),
    }
}
