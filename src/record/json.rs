//! Events as JSON, one a line, and back (contract C13).
//!
//! ```text
//! {"event":"Finished","time":"2014-11-19T15:16:46.000000Z","mid":7}
//! ```
//!
//! Members bear the names of the event's fields; `level` is there only when it is not the level
//! of the row. A text is a string, or `{"b64": "..."}` when it is no UTF-8; names with values are
//! arrays of two texts; times are RFC 3339 with microseconds. A list that was cut when it was
//! recorded is `{"cut": [...]}`. Optional fields that are absent have no member, and a member that
//! is missing reads as absent, zero or empty.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Map, Value as Json};

use super::value::{Value, fields};
use crate::base::{Error, Level, Result, Timestamp};
use crate::event::{self, FieldKind, Pairs, Presence, Rid, Rids, Row, Text, Texts};

/// An event that was read from JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonEvent {
    /// The event's number.
    pub number: u16,
    /// The level, where the line names one.
    pub level: Option<Level>,
    /// The time, where the line names one.
    pub time: Option<Timestamp>,
    /// The fields in their binary form.
    pub payload: Vec<u8>,
    /// How many members of the line the event does not know.
    pub unknown: usize,
}

/// An event as a JSON object, without a line feed.
///
/// ```
/// use ringmail::record::{from_json, to_json};
/// use ringmail::{Level, Timestamp, event};
/// let number = event::row_by_name("Finished").unwrap().number;
/// let payload = 7_u64.to_le_bytes();
/// let time = Timestamp::from_seconds(1_416_410_206);
/// let json = to_json(number, Level::Info, Some(time), &payload).unwrap();
/// assert_eq!(json, r#"{"event":"Finished","time":"2014-11-19T15:16:46.000000Z","mid":7}"#);
/// assert_eq!(from_json(&json).unwrap().payload, payload);
/// ```
///
/// # Errors
/// [`Error::is_input`] when no event has the number, or the payload is not one of that event.
pub fn to_json(
    number: u16,
    level: Level,
    time: Option<Timestamp>,
    payload: &[u8],
) -> Result<String> {
    let row = event::row(number)
        .ok_or_else(|| Error::input(format!("no event has the number {number}")))?;
    let mut members = Map::new();
    members.insert("event".to_owned(), row.name.into());
    if let Some(time) = time {
        members.insert("time".to_owned(), time.to_string().into());
    }
    if level != row.level {
        members.insert("level".to_owned(), level.name().into());
    }
    for field in fields(row, payload) {
        let (field, value) = field.map_err(|malformed| {
            Error::input(format!("an event {} whose fields cannot be read: {malformed}", row.name))
        })?;
        if let Some(value) = value {
            members.insert(field.name.to_owned(), of_value(value));
        }
    }
    Ok(Json::Object(members).to_string())
}

/// Reads an event from a JSON object.
///
/// # Errors
/// [`Error::is_input`] when the text is no JSON object, names no event or one that does not
/// exist, or a member does not hold what its field does. The position is the caller's to add.
pub fn from_json(line: &str) -> Result<JsonEvent> {
    let json = serde_json::from_str(line).map_err(|error| {
        Error::input(format!("no JSON object: {error}")).at_position(error.column() as u64)
    })?;
    let Json::Object(mut members) = json else {
        return Err(Error::input("not a JSON object"));
    };
    let Some(Json::String(name)) = members.remove("event") else {
        return Err(Error::input("no member `event` with the name of an event"));
    };
    let row = event::row_by_name(&name)
        .ok_or_else(|| Error::input(format!("no event has the name `{name}`")))?;
    let level = member(&mut members, "level", |json| Level::parse(json.as_str()?))?;
    let time = member(&mut members, "time", |json| to_time(json.as_str()?))?;
    let payload = to_payload(row, &mut members)?;
    Ok(JsonEvent { number: row.number, level, time, payload, unknown: members.len() })
}

fn member<T>(
    members: &mut Map<String, Json>,
    name: &str,
    read: impl Fn(&Json) -> Option<T>,
) -> Result<Option<T>> {
    members.remove(name).map(|json| read(&json).ok_or_else(|| wrong(name, &json))).transpose()
}

fn wrong(name: &str, json: &Json) -> Error {
    let mut shown = json.to_string();
    if shown.len() > 60 {
        shown.truncate((0..=60).rev().find(|at| shown.is_char_boundary(*at)).unwrap_or(0));
        shown.push_str("...");
    }
    Error::input(format!("member `{name}` cannot be {shown}"))
}

fn to_payload(row: &Row, members: &mut Map<String, Json>) -> Result<Vec<u8>> {
    let mut payload = Vec::new();
    for (field, presence) in row.fields() {
        let json = members.remove(field.name).filter(|json| !json.is_null());
        if presence == Presence::Optional {
            payload.push(json.is_some().into());
        }
        match json {
            Some(json) => {
                put(&json, field.kind, &mut payload).ok_or_else(|| wrong(field.name, &json))?
            }
            None if presence == Presence::Optional => {}
            None => Value::empty(field.kind)
                .encode(field.kind, &mut payload)
                .map_err(|_| wrong(field.name, &Json::Null))?,
        }
    }
    Ok(payload)
}

/// The JSON type of a field of this kind: `array`, `boolean`, `integer` or `string`.
///
/// A `string` that is no UTF-8, and an `array` that was cut, are objects instead: `{"b64": "..."}`
/// and `{"cut": [...]}`.
///
/// ```
/// use ringmail::event::FieldKind;
/// assert_eq!(ringmail::record::json_type(FieldKind::Uint(8)), "integer");
/// ```
#[must_use]
pub const fn json_type(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Bool | FieldKind::YesNo => "boolean",
        FieldKind::Code | FieldKind::I64 | FieldKind::Uint(_) => "integer",
        FieldKind::Ip
        | FieldKind::Quoted
        | FieldKind::Subject
        | FieldKind::Text
        | FieldKind::Time
        | FieldKind::Word(_) => "string",
        FieldKind::Headers | FieldKind::Pairs | FieldKind::RidList | FieldKind::TextList => "array",
    }
}

fn of_value(value: Value<'_>) -> Json {
    match value {
        Value::Bool(yes) => yes.into(),
        Value::Int(number) => number.into(),
        Value::Ip(address) => address.to_string().into(),
        Value::Pairs(pairs) => {
            let pairs = pairs.iter();
            of_list(value, pairs.map(|(name, value)| [of_text(name), of_text(value)].into()))
        }
        Value::Rids(rids) => of_list(value, rids.iter().map(|rid| rid.0.into())),
        Value::Text(text) => of_text(text),
        Value::Texts(texts) => of_list(value, texts.iter().map(of_text)),
        Value::Time(time) => time.to_string().into(),
        Value::Uint(number) => number.into(),
        Value::Word(word) => word.into(),
    }
}

fn of_text(text: Text<'_>) -> Json {
    match text.to_str() {
        Some(text) => text.into(),
        None => object("b64", BASE64_STANDARD.encode(text.as_bytes()).into()),
    }
}

fn of_list(list: Value<'_>, elements: impl Iterator<Item = Json>) -> Json {
    let cut = match list {
        Value::Pairs(list) => list.is_cut(),
        Value::Rids(list) => list.is_cut(),
        Value::Texts(list) => list.is_cut(),
        _ => false,
    };
    let elements = Json::Array(elements.collect());
    if cut { object("cut", elements) } else { elements }
}

fn object(name: &str, value: Json) -> Json {
    Json::Object(Map::from_iter([(name.to_owned(), value)]))
}

/// Puts what a member holds; `None` when its field cannot hold that.
fn put(json: &Json, kind: FieldKind, payload: &mut Vec<u8>) -> Option<()> {
    let count_at = payload.len();
    let out = &mut *payload;
    let (list, cut) = match json.as_object().and_then(|object| object.get("cut")) {
        Some(list) => (list, true),
        None => (json, false),
    };
    match kind {
        FieldKind::Bool | FieldKind::YesNo => Value::Bool(json.as_bool()?).encode(kind, out),
        FieldKind::Code | FieldKind::Uint(_) => Value::Uint(json.as_u64()?).encode(kind, out),
        FieldKind::I64 => Value::Int(json.as_i64()?).encode(kind, out),
        FieldKind::Ip => Value::Ip(json.as_str()?.parse().ok()?).encode(kind, out),
        FieldKind::Time => Value::Time(to_time(json.as_str()?)?).encode(kind, out),
        FieldKind::Word(words) => {
            let word = words.iter().find(|word| json.as_str() == Some(word))?;
            Value::Word(word).encode(kind, out)
        }
        FieldKind::Quoted | FieldKind::Subject | FieldKind::Text => {
            Value::Text(Text::from(&to_bytes(json)?)).encode(kind, out)
        }
        FieldKind::RidList => {
            let rid = |json: &Json| json.as_u64()?.try_into().ok().map(Rid);
            let rids: Vec<_> = list.as_array()?.iter().map(rid).collect::<Option<_>>()?;
            Value::Rids(Rids::new(&rids)).encode(kind, out)
        }
        FieldKind::TextList => {
            let texts: Vec<_> = list.as_array()?.iter().map(to_bytes).collect::<Option<_>>()?;
            let texts: Vec<_> = texts.iter().map(Text::from).collect();
            Value::Texts(Texts::new(&texts)).encode(kind, out)
        }
        FieldKind::Headers | FieldKind::Pairs => {
            let pair = |json: &Json| match json.as_array()?.as_slice() {
                [name, value] => Some((to_bytes(name)?, to_bytes(value)?)),
                _ => None,
            };
            let pairs: Vec<_> = list.as_array()?.iter().map(pair).collect::<Option<_>>()?;
            let pairs: Vec<_> =
                pairs.iter().map(|(name, value)| (Text::from(name), Text::from(value))).collect();
            Value::Pairs(Pairs::new(&pairs)).encode(kind, out)
        }
    }
    .ok()?;
    if cut {
        event::mark_cut(payload.get_mut(count_at..)?);
    }
    Some(())
}

fn to_bytes(json: &Json) -> Option<Vec<u8>> {
    match json {
        Json::String(text) => Some(text.clone().into_bytes()),
        Json::Object(object) => BASE64_STANDARD.decode(object.get("b64")?.as_str()?).ok(),
        _ => None,
    }
}

/// The reverse of a time's `Display`.
fn to_time(text: &str) -> Option<Timestamp> {
    let micros = match text.strip_suffix("us") {
        Some(micros) => micros.parse().ok()?,
        None => text.parse::<jiff::Timestamp>().ok()?.as_microsecond(),
    };
    Some(Timestamp::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Level;
    use crate::event::row_by_name;

    fn again(line: &str) -> String {
        let read = from_json(line).unwrap();
        let level = read.level.unwrap_or(Level::Info);
        to_json(read.number, level, read.time, &read.payload).unwrap()
    }

    #[test]
    fn types_are_those_of_the_values() {
        for (field, _) in event::rows().flat_map(Row::fields) {
            let found = match of_value(Value::empty(field.kind)) {
                Json::Array(_) => "array",
                Json::Bool(_) => "boolean",
                Json::Number(_) => "integer",
                Json::String(_) => "string",
                other => panic!("{}: {other}", field.name),
            };
            assert_eq!(json_type(field.kind), found, "{}", field.name);
        }
    }

    #[test]
    fn keeps_every_kind_of_member() {
        for line in [
            r#"{"event":"LogBegin","time":"2024-02-29T23:59:59.999999Z"}"#,
            r#"{"event":"Response","mid":1,"rids":[0,1],"text":"ok","code":250}"#,
            r#"{"event":"Response","mid":1,"rids":{"cut":[4294967295]},"text":{"b64":"//4="},"code":0}"#,
            r#"{"event":"IcidTlsFailed","level":"Debug","icid":18446744073709551615,"error":"ü"}"#,
            r#"{"event":"TimeOffset","seconds":-9223372036854775808}"#,
            r#"{"event":"DcidTlsRequired","dcid":8,"ip":"2001:db8::1"}"#,
            r#"{"event":"PolicyMatch","mid":1,"policy":"DEFAULT","table":"inbound"}"#,
            r#"{"event":"PolicyMatch","mid":1,"policy":"DEFAULT"}"#,
        ] {
            assert_eq!(again(line), line);
        }
    }

    #[test]
    fn counts_unknown_members_and_fills_missing_ones() {
        let read = from_json(r#"{"event":"Finished","host":"a","color":"red"}"#).unwrap();
        assert_eq!((read.unknown, read.payload.as_slice()), (2, &[0; 8][..]));
        assert_eq!(read.number, row_by_name("Finished").unwrap().number);
    }

    #[test]
    fn refuses_what_no_event_can_hold() {
        for (line, message) in [
            ("[]", "not a JSON object"),
            ("{\"event\"", "8: no JSON object: EOF while parsing an object at line 1 column 8"),
            ("{}", "no member `event` with the name of an event"),
            (r#"{"event":"Nope"}"#, "no event has the name `Nope`"),
            (r#"{"event":"Finished","mid":-1}"#, "member `mid` cannot be -1"),
            (r#"{"event":"NewDcid","port":65536}"#, "member `port` cannot be 65536"),
            (r#"{"event":"Finished","level":"Loud"}"#, "member `level` cannot be \"Loud\""),
            (
                r#"{"event":"Response","text":{"b64":"!"}}"#,
                "member `text` cannot be {\"b64\":\"!\"}",
            ),
        ] {
            let error = from_json(line).unwrap_err();
            assert!(error.is_input());
            assert_eq!(error.to_string(), message);
        }
    }
}
