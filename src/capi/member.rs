//! How members of C structs become fields of events.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::slice;

use super::field::{
    ringmail_ip, ringmail_opt_u64, ringmail_pairs, ringmail_rids, ringmail_str, ringmail_strs,
};
use crate::base::Timestamp;
use crate::event::{
    Action, Archive, BounceCause, Dcid, DnsSecurity, Given, Icid, MAX_FIELD, Mid, Pairs, Rcid, Rid,
    Rids, Text, Texts,
};

/// What is wrong with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(super) member: &'static str,
    pub(super) what: &'static str,
}

impl Wrong {
    #[cold]
    pub(super) const fn new(member: &'static str, what: &'static str) -> Self {
        Self { member, what }
    }
}

/// A member of a C struct that becomes a `T`.
///
/// Whoever holds a reference to one may read it: [`emit`](super::emit::emit) is given structs whose
/// pointers are valid or NULL, and these types cannot be made otherwise outside of this folder.
pub(crate) trait Member<'a, T> {
    fn read(&'a self, name: &'static str) -> Result<T, Wrong>;
}

/// The field that a member stands for.
#[inline]
pub(crate) fn read<'a, T, M: Member<'a, T>>(member: &'a M, name: &'static str) -> Result<T, Wrong> {
    member.read(name)
}

const NULL_TEXT: &str = "is NULL, but has a length";
const NULL_LIST: &str = "is NULL, but has a count";
const CROOKED: &str = "points between two elements";

impl ringmail_str {
    /// The text as far as a record can hold it, and a byte more, by which it is seen to be longer.
    #[inline]
    fn bytes<'a>(self) -> Result<&'a [u8], &'static str> {
        if self.ptr.is_null() {
            return if self.len == 0 { Ok(b"") } else { Err(NULL_TEXT) };
        }
        // SAFETY: the pointer is not NULL, so that it points to so many bytes (see `Member`), and
        // no more than those are taken.
        Ok(unsafe { slice::from_raw_parts(self.ptr.cast(), self.len.min(MAX_FIELD + 1)) })
    }
}

impl<'a> Member<'a, Text<'a>> for ringmail_str {
    #[inline]
    fn read(&'a self, name: &'static str) -> Result<Text<'a>, Wrong> {
        self.bytes().map(Text::from).map_err(|what| Wrong::new(name, what))
    }
}

impl<'a> Member<'a, Option<Text<'a>>> for ringmail_str {
    #[inline]
    fn read(&'a self, name: &'static str) -> Result<Option<Text<'a>>, Wrong> {
        let text: Text<'a> = read(self, name)?;
        Ok((!self.ptr.is_null()).then_some(text))
    }
}

/// The elements of a list as far as a record can hold them, and one more, by which it is seen to be
/// longer: each takes two bytes at least.
const MAX_COUNT: usize = MAX_FIELD / 2 + 1;

fn elements<'a, T>(items: *const T, count: usize) -> Result<&'a [T], &'static str> {
    if items.is_null() {
        return if count == 0 { Ok(&[]) } else { Err(NULL_LIST) };
    }
    if !items.is_aligned() {
        return Err(CROOKED);
    }
    // SAFETY: the pointer is neither NULL nor crooked, so that it points to so many elements (see
    // `Member`), and no more than those are taken.
    Ok(unsafe { slice::from_raw_parts(items, count.min(MAX_COUNT)) })
}

impl Given for ringmail_strs {
    fn count(&self) -> usize {
        self.count.min(MAX_COUNT)
    }

    fn text(&self, at: usize) -> Option<Text<'_>> {
        let text = elements(self.items, self.count).ok()?.get(at)?;
        text.bytes().ok().map(Text::from)
    }
}

impl<'a> Member<'a, Texts<'a>> for ringmail_strs {
    fn read(&'a self, name: &'static str) -> Result<Texts<'a>, Wrong> {
        let wrong = |what| Wrong::new(name, what);
        for text in elements(self.items, self.count).map_err(wrong)? {
            text.bytes().map_err(wrong)?;
        }
        Ok(Texts::of(self))
    }
}

impl Given for ringmail_pairs {
    fn count(&self) -> usize {
        self.count.min(MAX_COUNT)
    }

    fn text(&self, at: usize) -> Option<Text<'_>> {
        let pair = elements(self.items, self.count).ok()?.get(at / 2)?;
        let text = if at.is_multiple_of(2) { pair.name } else { pair.value };
        text.bytes().ok().map(Text::from)
    }
}

impl<'a> Member<'a, Pairs<'a>> for ringmail_pairs {
    fn read(&'a self, name: &'static str) -> Result<Pairs<'a>, Wrong> {
        let wrong = |what| Wrong::new(name, what);
        for pair in elements(self.items, self.count).map_err(wrong)? {
            pair.name.bytes().map_err(wrong)?;
            pair.value.bytes().map_err(wrong)?;
        }
        Ok(Pairs::of(self))
    }
}

impl<'a> Member<'a, Option<Pairs<'a>>> for ringmail_pairs {
    fn read(&'a self, name: &'static str) -> Result<Option<Pairs<'a>>, Wrong> {
        let pairs: Pairs<'a> = read(self, name)?;
        Ok((!self.items.is_null()).then_some(pairs))
    }
}

impl<'a> Member<'a, Rids<'a>> for ringmail_rids {
    fn read(&'a self, name: &'static str) -> Result<Rids<'a>, Wrong> {
        let rids = elements(self.items, self.count).map_err(|what| Wrong::new(name, what))?;
        // SAFETY: a `Rid` is laid out as its number, by `repr(transparent)`.
        Ok(Rids::new(unsafe { slice::from_raw_parts(rids.as_ptr().cast::<Rid>(), rids.len()) }))
    }
}

impl Member<'_, Option<IpAddr>> for ringmail_ip {
    fn read(&self, name: &'static str) -> Result<Option<IpAddr>, Wrong> {
        let [a, b, c, d, ..] = self.bytes;
        match self.family {
            0 => Ok(None),
            4 => Ok(Some(Ipv4Addr::new(a, b, c, d).into())),
            6 => Ok(Some(Ipv6Addr::from(self.bytes).into())),
            _ => Err(Wrong::new(name, "has a family that is none of 4, 6 and 0")),
        }
    }
}

impl Member<'_, IpAddr> for ringmail_ip {
    fn read(&self, name: &'static str) -> Result<IpAddr, Wrong> {
        let address: Option<IpAddr> = read(self, name)?;
        Ok(address.unwrap_or(Ipv4Addr::UNSPECIFIED.into()))
    }
}

impl<'a, T: TryFrom<u64>> Member<'a, Option<T>> for ringmail_opt_u64 {
    fn read(&'a self, name: &'static str) -> Result<Option<T>, Wrong> {
        if self.present == 0 {
            return Ok(None);
        }
        let value = T::try_from(self.value).map_err(|_| Wrong::new(name, "is too large"))?;
        Ok(Some(value))
    }
}

/// Members that are their fields.
macro_rules! numbers {
    ($($member:ty => { $($field:ty: $make:expr,)* })*) => {
        $($(
            impl Member<'_, $field> for $member {
                #[inline]
                fn read(&self, _: &'static str) -> Result<$field, Wrong> {
                    Ok($make(*self))
                }
            }
        )*)*
    };
}

numbers! {
    u64 => { u64: |number| number, Mid: Mid, Icid: Icid, Dcid: Dcid, Rcid: Rcid, }
    u32 => { u32: |number| number, Rid: Rid, }
    u16 => { u16: |number| number, }
    u8 => { u8: |number| number, bool: |truth| truth != 0, }
    i64 => { i64: |number| number, Timestamp: Timestamp::from_micros, }
}

/// Members that are the number of one of some words.
macro_rules! words {
    ($($word:ident)*) => {
        $(
            impl Member<'_, $word> for u32 {
                fn read(&self, name: &'static str) -> Result<$word, Wrong> {
                    let index = usize::try_from(*self).unwrap_or(usize::MAX);
                    $word::ALL.get(index).copied().ok_or(Wrong::new(name, "is none of its words"))
                }
            }
        )*
    };
}

words! { Action Archive BounceCause DnsSecurity }

#[cfg(test)]
mod tests {
    use core::ptr;

    use super::*;
    use crate::capi::field::ringmail_pair;

    fn of(bytes: &[u8]) -> ringmail_str {
        ringmail_str { ptr: bytes.as_ptr().cast(), len: bytes.len() }
    }

    const NONE: ringmail_str = ringmail_str { ptr: ptr::null(), len: 0 };

    #[track_caller]
    fn assert_wrong<'a, T: core::fmt::Debug>(member: &'a impl Member<'a, T>, what: &'static str) {
        let wrong = member.read("it").unwrap_err();
        assert_eq!(wrong, Wrong { member: "it", what });
    }

    #[test]
    fn text_may_be_any_bytes() {
        for bytes in [&b"a@b.example"[..], b"", b"\xff\xfe\0\r\n", "ä".as_bytes()] {
            let given = of(bytes);
            let text: Text<'_> = read(&given, "to").unwrap();
            assert_eq!(text.as_bytes(), bytes);
        }
    }

    #[test]
    fn no_text_is_empty_or_absent() {
        assert!(read::<Text<'_>, _>(&NONE, "to").unwrap().is_empty());
        assert_eq!(read::<Option<Text<'_>>, _>(&NONE, "to"), Ok(None));
        assert_eq!(read::<Option<Text<'_>>, _>(&of(b""), "to"), Ok(Some(Text::EMPTY)));
        let null = ringmail_str { ptr: ptr::null(), len: 1 };
        assert_wrong::<Text<'_>>(&null, NULL_TEXT);
        assert_wrong::<Option<Text<'_>>>(&null, NULL_TEXT);
    }

    #[test]
    fn no_more_is_read_of_a_text_than_a_record_holds() {
        let bytes = vec![b'a'; MAX_FIELD + 1];
        for len in [MAX_FIELD + 1, MAX_FIELD * 2, usize::MAX] {
            let given = ringmail_str { len, ..of(&bytes) };
            let text: Text<'_> = read(&given, "to").unwrap();
            assert_eq!(text.len(), MAX_FIELD + 1, "one byte more, so that it is cut and marked");
        }
    }

    #[test]
    fn lists_are_read_one_by_one() {
        let texts = [of(b"a"), NONE, of(b"\xff")];
        let list = ringmail_strs { items: texts.as_ptr(), count: 3 };
        let read_texts: Texts<'_> = read(&list, "texts").unwrap();
        assert_eq!(read_texts.len(), 3);
        let expected = [Text::from("a"), Text::EMPTY, Text::from(&b"\xff"[..])];
        assert!(read_texts.iter().eq(expected));
        assert_eq!(read_texts, Texts::new(&expected));

        let pairs = [ringmail_pair { name: of(b"x-sbrs"), value: of(b"None") }];
        let list = ringmail_pairs { items: pairs.as_ptr(), count: 1 };
        let read_pairs: Pairs<'_> = read(&list, "pairs").unwrap();
        assert!(read_pairs.iter().eq([(Text::from("x-sbrs"), Text::from("None"))]));

        let rids = [0, 7, u32::MAX];
        let list = ringmail_rids { items: rids.as_ptr(), count: 3 };
        let read_rids: Rids<'_> = read(&list, "rids").unwrap();
        assert!(read_rids.iter().eq(rids.map(Rid)));
    }

    #[test]
    fn no_more_is_read_of_a_list_than_a_record_holds() {
        let rids = vec![7; MAX_COUNT];
        let list = ringmail_rids { items: rids.as_ptr(), count: usize::MAX };
        assert_eq!(read::<Rids<'_>, _>(&list, "rids").unwrap().len(), MAX_COUNT);
        let texts = vec![NONE; MAX_COUNT];
        let list = ringmail_strs { items: texts.as_ptr(), count: usize::MAX };
        let read_texts: Texts<'_> = read(&list, "texts").unwrap();
        assert_eq!(read_texts.iter().count(), MAX_COUNT);
    }

    #[test]
    fn wrong_lists_are_refused() {
        assert_wrong::<Rids<'_>>(&ringmail_rids { items: ptr::null(), count: 1 }, NULL_LIST);
        assert_wrong::<Texts<'_>>(&ringmail_strs { items: ptr::null(), count: 1 }, NULL_LIST);
        assert_wrong::<Pairs<'_>>(&ringmail_pairs { items: ptr::null(), count: 1 }, NULL_LIST);
        let crooked = ringmail_rids { items: ptr::without_provenance(2), count: 1 };
        assert_wrong::<Rids<'_>>(&crooked, CROOKED);
        let texts = [ringmail_str { ptr: ptr::null(), len: 5 }];
        let list = ringmail_strs { items: texts.as_ptr(), count: 1 };
        assert_wrong::<Texts<'_>>(&list, NULL_TEXT);
        let none = ringmail_pairs { items: ptr::null(), count: 0 };
        assert_eq!(read::<Option<Pairs<'_>>, _>(&none, "pairs"), Ok(None));
    }

    #[test]
    fn addresses_words_and_numbers() {
        let mut ip = ringmail_ip { bytes: [0; 16], family: 0 };
        assert_eq!(read::<Option<IpAddr>, _>(&ip, "ip"), Ok(None));
        assert_eq!(read::<IpAddr, _>(&ip, "ip"), Ok(Ipv4Addr::UNSPECIFIED.into()));
        ip.bytes[15] = 1;
        ip.family = 6;
        assert_eq!(read::<IpAddr, _>(&ip, "ip"), Ok(Ipv6Addr::LOCALHOST.into()));
        ip.family = 10;
        assert_wrong::<IpAddr>(&ip, "has a family that is none of 4, 6 and 0");

        assert_eq!(read::<Action, _>(&1_u32, "action"), Ok(Action::Relay));
        assert_wrong::<Action>(&5_u32, "is none of its words");
        assert_eq!(read::<bool, _>(&200_u8, "flag"), Ok(true));

        let some = ringmail_opt_u64 { value: 70_000, present: 1 };
        assert_eq!(read::<Option<u64>, _>(&some, "n"), Ok(Some(70_000)));
        assert_wrong::<Option<u16>>(&some, "is too large");
        let none = ringmail_opt_u64 { present: 0, ..some };
        assert_eq!(read::<Option<u16>, _>(&none, "n"), Ok(None));
    }
}
