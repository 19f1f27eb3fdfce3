//! What holds for the C struct of every row: all its members reach the event's fields, and what is
//! behind the end of a caller's struct is absent. Laid out here once more, from the rows' data.

use core::net::IpAddr;

use super::abi::CEncoder;
use super::field::ringmail_str;
use crate::base::Timestamp;
use crate::event::{self, FieldKind, Pairs, Presence, Rid, Rids, Row, Text, Texts};
use crate::record::{Value, fields};

/// A C struct as bytes, aligned as it has to be, and what its pointers point to.
struct Struct {
    words: Vec<u64>,
    end: usize,
    /// Where each member begins and ends.
    places: Vec<(usize, usize)>,
}

impl Struct {
    fn new(size: usize) -> Self {
        let mut this = Self { words: vec![0; size / 8 + 8], end: 20, places: Vec::new() };
        this.words[0] = size as u64;
        this
    }

    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: any bytes are words, and the other way round.
        unsafe { self.words.align_to_mut().1 }
    }

    fn put(&mut self, align: usize, bytes: &[u8]) {
        let begin = self.end.next_multiple_of(align);
        self.end = begin + bytes.len();
        self.places.push((begin, self.end));
        let end = self.end;
        self.bytes()[begin..end].copy_from_slice(bytes);
    }

    fn put_list<T>(&mut self, items: &[T], count: usize) {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&items.as_ptr().expose_provenance().to_ne_bytes());
        bytes[8..].copy_from_slice(&count.to_ne_bytes());
        self.put(8, &bytes);
    }

    /// Puts a member for a value of a field.
    fn put_value(&mut self, kind: FieldKind, presence: Presence, value: &Value<'static>) {
        match *value {
            Value::Uint(number) if presence == Presence::Optional => {
                let mut bytes = [0; 16];
                bytes[..8].copy_from_slice(&number.to_ne_bytes());
                bytes[8] = 1;
                self.put(8, &bytes);
            }
            Value::Bool(yes) => self.put(1, &[u8::from(yes)]),
            Value::Int(number) => self.put(8, &number.to_ne_bytes()),
            Value::Time(time) => self.put(8, &time.micros().to_ne_bytes()),
            Value::Uint(number) => {
                let width = match kind {
                    FieldKind::Code => 2,
                    FieldKind::Uint(width) => usize::from(width),
                    _ => panic!("{kind:?}"),
                };
                self.put(width, &number.to_le_bytes()[..width]);
            }
            Value::Ip(address) => {
                let mut bytes = [0; 17];
                match address {
                    IpAddr::V4(address) => bytes[..4].copy_from_slice(&address.octets()),
                    IpAddr::V6(address) => bytes[..16].copy_from_slice(&address.octets()),
                }
                bytes[16] = if address.is_ipv4() { 4 } else { 6 };
                self.put(1, &bytes);
            }
            Value::Word(word) => {
                let FieldKind::Word(words) = kind else { panic!("{kind:?}") };
                let index = words.iter().position(|other| *other == word).unwrap();
                self.put(4, &u32::try_from(index).unwrap().to_ne_bytes());
            }
            Value::Text(text) => self.put_list(text.as_bytes(), text.len()),
            Value::Rids(rids) => {
                let rids: Vec<u32> = rids.iter().map(|rid| rid.0).collect();
                self.put_list(rids.leak(), rids_len(value));
            }
            Value::Texts(texts) => {
                let texts: Vec<_> = texts.iter().map(c_text).collect();
                let count = texts.len();
                self.put_list(texts.leak(), count);
            }
            Value::Pairs(pairs) => {
                let pairs: Vec<_> = pairs.iter().map(|(n, v)| [c_text(n), c_text(v)]).collect();
                let count = pairs.len();
                self.put_list(pairs.leak(), count);
            }
        }
    }
}

fn rids_len(value: &Value<'_>) -> usize {
    if let Value::Rids(rids) = value { rids.len() } else { 0 }
}

fn c_text(text: Text<'_>) -> ringmail_str {
    ringmail_str { ptr: text.as_bytes().as_ptr().cast(), len: text.len() }
}

/// A value that no other field of the event has, as far as its kind has so many.
fn value(kind: FieldKind, at: usize) -> Value<'static> {
    let name = |tail: &str| Text::from(&*format!("{at}\u{e4}\r\n'{tail}").leak());
    let number = at as u64 + 1;
    match kind {
        FieldKind::Bool | FieldKind::YesNo => Value::Bool(true),
        FieldKind::Code => Value::Uint(500 + number),
        FieldKind::Uint(width) => Value::Uint(number << (8 * (width - 1)).min(40)),
        FieldKind::I64 => Value::Int(-i64::try_from(number).unwrap()),
        FieldKind::Time => Value::Time(Timestamp::from_seconds(number.cast_signed())),
        FieldKind::Ip if at.is_multiple_of(2) => Value::Ip([10, 0, 0, at.to_le_bytes()[0]].into()),
        FieldKind::Ip => {
            Value::Ip([0x2001, 0xdb8, 0, 0, 0, 0, 0, u16::try_from(at).unwrap()].into())
        }
        FieldKind::Word(words) => Value::Word(words[at % (words.len() - 1) + 1]),
        FieldKind::RidList => {
            Value::Rids(Rids::new(vec![Rid(1), Rid(u32::try_from(at).unwrap())].leak()))
        }
        FieldKind::TextList => Value::Texts(Texts::new(vec![name("a"), Text::EMPTY].leak())),
        FieldKind::Pairs | FieldKind::Headers => {
            Value::Pairs(Pairs::new(vec![(name("n"), name("v")), (name("m"), Text::EMPTY)].leak()))
        }
        _ => Value::Text(name("t")),
    }
}

/// The struct of a row with all members set, and the values.
fn filled(row: &Row, size: usize) -> (Struct, Vec<Value<'static>>) {
    let mut made = Struct::new(size);
    let mut values = Vec::new();
    for (at, (field, presence)) in row.fields().enumerate() {
        let value = value(field.kind, at);
        made.put_value(field.kind, presence, &value);
        values.push(value);
    }
    assert_eq!(made.end.next_multiple_of(8), size, "{}", row.name);
    (made, values)
}

fn each_row() -> impl Iterator<Item = (&'static Row, CEncoder)> {
    let encoders = event::C_ENCODERS.iter().copied().flatten().copied();
    encoders.map(|encoder| (event::row(encoder.0).unwrap(), encoder))
}

/// The fields that come of a struct of which the caller has so many bytes.
fn read(encoder: CEncoder, made: &mut Struct, size: usize) -> Result<Vec<u8>, String> {
    made.words[0] = size as u64;
    // SAFETY: it is as long as it says, and its pointers are valid.
    unsafe { encoder.2(made.words.as_ptr().cast()) }
}

#[test]
fn every_member_reaches_its_field() {
    let mut count = 0;
    for (row, encoder) in each_row() {
        let (mut made, values) = filled(row, encoder.1);
        let payload = read(encoder, &mut made, encoder.1).unwrap();
        let found: Vec<_> = fields(row, &payload).map(|field| field.unwrap().1).collect();
        assert_eq!(found, values.into_iter().map(Some).collect::<Vec<_>>(), "{}", row.name);
        // A newer header than the library.
        made.words[encoder.1 / 8] = u64::MAX;
        assert_eq!(read(encoder, &mut made, encoder.1 + 8).unwrap(), payload, "{}", row.name);
        count += 1;
    }
    assert_eq!(count, event::rows().count());
}

#[test]
fn what_is_zero_is_empty_or_absent() {
    for (row, encoder) in each_row() {
        let payload = read(encoder, &mut Struct::new(encoder.1), encoder.1).unwrap();
        for ((field, found), (_, presence)) in
            fields(row, &payload).map(Result::unwrap).zip(row.fields())
        {
            let expected = (presence != Presence::Optional).then(|| Value::empty(field.kind));
            assert_eq!(found, expected, "{} {}", row.name, field.name);
        }
    }
}

#[test]
fn what_is_behind_the_end_of_an_older_struct_is_absent() {
    for (row, encoder) in each_row() {
        let (mut made, values) = filled(row, encoder.1);
        for size in (24..encoder.1).step_by(8) {
            let payload = read(encoder, &mut made, size).unwrap();
            let found = fields(row, &payload).map(|field| field.unwrap().1);
            for (((at, found), value), (field, presence)) in
                found.enumerate().zip(&values).zip(row.fields())
            {
                let (begin, end) = made.places[at];
                let empty = (presence != Presence::Optional).then(|| Value::empty(field.kind));
                // In between, where no struct has ever ended: whatever that reads as, it is safe.
                if end <= size {
                    assert_eq!(found, Some(*value), "{} {} of {size}", row.name, field.name);
                } else if begin >= size {
                    assert_eq!(found, empty, "{} {} of {size}", row.name, field.name);
                }
            }
        }
    }
}

#[test]
fn sizes_that_no_struct_has_are_refused() {
    for (_, encoder) in each_row() {
        let (mut made, _) = filled(event::row(encoder.0).unwrap(), encoder.1);
        for size in [0, 1, 8, 16, 20, 23, 25, encoder.1 + 4, 4104, usize::MAX] {
            let error = read(encoder, &mut made, size).unwrap_err();
            assert!(error.contains("struct_size"), "{error}");
        }
        let crooked = made.words.as_ptr().cast::<u8>().wrapping_add(4);
        // SAFETY: NULL is looked at before all else.
        let null = unsafe { encoder.2(core::ptr::null()) };
        // SAFETY: so is what is not aligned.
        let crooked = unsafe { encoder.2(crooked) };
        assert_eq!(null.unwrap_err(), "the event is NULL");
        assert!(crooked.unwrap_err().contains("aligned"));
    }
}
