//! What the members of C structs are, and how they become fields of events.

use core::ffi::{CStr, c_char};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::slice;

use super::abi::flag;
use crate::base::Timestamp;
use crate::event::{
    Action, Archive, BounceCause, Dcid, DnsSecurity, Given, Icid, MAX_FIELD, Mid, Pairs, Rcid, Rid,
    Rids, Text, Texts,
};

/// Text: bytes as they came, in any encoding. NULL and 0: no text.
///
/// It is read while the function runs, and not kept. A text over 8192 bytes is cut at a character
/// and ends in `...`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringmail_str {
    /// The first byte; no 0 is needed at the end.
    pub(super) ptr: *const c_char,
    /// The number of bytes.
    pub(super) len: usize,
}

/// The text of a string that ends with a 0; no text for NULL.
///
/// # Safety
/// `text` is NULL or ends with a 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ringmail_str_of(text: *const c_char) -> ringmail_str {
    if text.is_null() {
        return ringmail_str { ptr: text, len: 0 };
    }
    // SAFETY: it is not NULL, and ends with a 0, says the caller.
    ringmail_str { ptr: text, len: unsafe { CStr::from_ptr(text) }.count_bytes() }
}

/// Texts in order, of which as many are kept as fit into 8192 bytes.
#[repr(C)]
pub struct ringmail_strs {
    /// The first of them.
    pub(super) items: *const ringmail_str,
    /// How many there are.
    pub(super) count: usize,
}

/// A name and a value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ringmail_pair {
    /// The name.
    pub(super) name: ringmail_str,
    /// The value.
    pub(super) value: ringmail_str,
}

/// Names with values in order, of which as many are kept as fit into 8192 bytes.
#[repr(C)]
pub struct ringmail_pairs {
    /// The first of them.
    pub(super) items: *const ringmail_pair,
    /// How many there are.
    pub(super) count: usize,
}

/// Recipients of a message by their numbers, of which the first 2048 are kept.
#[repr(C)]
pub struct ringmail_rids {
    /// The first of them.
    pub(super) items: *const u32,
    /// How many there are.
    pub(super) count: usize,
}

/// An IP address. `ringmail_ip_of` makes it of a socket's address.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ringmail_ip {
    /// The address in network order; the first four bytes when `family` is 4.
    pub(super) bytes: [u8; 16],
    /// 4, 6, or 0 for none, which shows as 0.0.0.0 where an address is needed.
    pub(super) family: u8,
}

impl ringmail_ip {
    pub(super) const NONE: Self = Self { bytes: [0; 16], family: 0 };

    /// The address in a `sockaddr_in` or `sockaddr_in6` that these bytes are.
    pub(super) fn of_socket(address: &[u8]) -> Self {
        let family = address.first_chunk().map(|bytes| i32::from(u16::from_ne_bytes(*bytes)));
        let v4 = || address.get(4..8)?.first_chunk::<4>().copied().map(Ipv4Addr::from);
        let v6 = || address.get(8..24)?.first_chunk::<16>().copied().map(Ipv6Addr::from);
        let address = match family {
            Some(libc::AF_INET) => v4().map(IpAddr::from),
            Some(libc::AF_INET6) => v6().map(|address| IpAddr::from(address).to_canonical()),
            _ => None,
        };
        match address {
            Some(IpAddr::V4(address)) => {
                let [a, b, c, d] = address.octets();
                Self { bytes: [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], family: 4 }
            }
            Some(IpAddr::V6(address)) => Self { bytes: address.octets(), family: 6 },
            None => Self::NONE,
        }
    }
}

/// A number that may be absent: `RINGMAIL_U64(7)`, or left out.
#[repr(C)]
pub struct ringmail_opt_u64 {
    /// The number.
    pub(super) value: u64,
    /// Whether there is one.
    pub(super) present: flag,
}

// SAFETY: they only say where bytes are that nobody changes while the function that was given them
// runs, and no such value outlives it.
unsafe impl Send for ringmail_str {}
// SAFETY: as before.
unsafe impl Sync for ringmail_str {}
// SAFETY: as before.
unsafe impl Send for ringmail_strs {}
// SAFETY: as before.
unsafe impl Sync for ringmail_strs {}
// SAFETY: as before.
unsafe impl Send for ringmail_pairs {}
// SAFETY: as before.
unsafe impl Sync for ringmail_pairs {}

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
    fn addresses_come_from_sockets() {
        let mut v4 = [0; 16];
        v4[..2].copy_from_slice(&2_u16.to_ne_bytes());
        v4[4..8].copy_from_slice(&[192, 0, 2, 7]);
        let ip = ringmail_ip::of_socket(&v4);
        assert_eq!((ip.family, &ip.bytes[..5]), (4, &[192, 0, 2, 7, 0][..]));
        let mut v6 = [0; 28];
        v6[..2].copy_from_slice(&10_u16.to_ne_bytes());
        v6[18..24].copy_from_slice(&[0xff, 0xff, 192, 0, 2, 7]);
        assert_eq!(ringmail_ip::of_socket(&v6), ip, "an IPv4 address inside");
        v6[8] = 0x20;
        assert_eq!(ringmail_ip::of_socket(&v6).family, 6);
        for none in [&v6[..23], &v4[..7], &[1, 0], b""] {
            assert_eq!(ringmail_ip::of_socket(none), ringmail_ip::NONE);
        }
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
