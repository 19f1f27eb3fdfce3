//! Lists: recipients, texts, names with values. Made from a slice, or borrowed from a record.

use core::fmt;

use super::id::Rid;
use super::text::{MAX_FIELD, Text};
use crate::event::Malformed;

/// The bit of a list's count that says that the list was longer.
const CUT: u16 = 0x8000;

/// Says in a list's binary form that the list was longer.
pub(crate) fn mark_cut(list: &mut [u8]) {
    if let Some(high) = list.get_mut(1) {
        *high |= CUT.to_le_bytes()[1];
    }
}

/// The elements of a list that is in its binary form.
#[derive(Clone, Copy)]
struct Wire<'a> {
    count: u16,
    elements: &'a [u8],
}

impl<'a> Wire<'a> {
    /// The next text, its length before it.
    fn text(rest: &mut &'a [u8]) -> Option<Text<'a>> {
        let (len, behind) = rest.split_first_chunk::<2>()?;
        let (text, behind) = behind.split_at_checked(u16::from_le_bytes(*len).into())?;
        *rest = behind;
        Some(Text(text))
    }

    fn is_cut(self) -> bool {
        self.count & CUT != 0
    }

    fn len(self) -> usize {
        (self.count & !CUT).into()
    }
}

/// The texts of a list that lie elsewhere in another form, given one by one.
#[cfg(feature = "capi")]
pub(crate) trait Given: Send + Sync {
    /// How many elements the list has.
    fn count(&self) -> usize;
    /// The text at this place, counted from 0; a pair has two.
    fn text(&self, at: usize) -> Option<Text<'_>>;
}

/// What of a list goes into a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kept {
    count: usize,
    bytes: usize,
    cut: bool,
}

impl Kept {
    /// Measures elements until one no longer fits.
    #[inline]
    fn of(sizes: impl Iterator<Item = usize>, cut: bool) -> Self {
        let mut kept = Self { cut, ..Self::default() };
        for size in sizes {
            if kept.bytes + size > MAX_FIELD {
                kept.cut = true;
                break;
            }
            kept.count += 1;
            kept.bytes += size;
        }
        kept
    }

    /// The count as it stands in the record.
    #[inline]
    fn count_word(self) -> u16 {
        super::text::short(self.count) | if self.cut { CUT } else { 0 }
    }
}

macro_rules! lists {
    ($(
        $(#[$doc:meta])*
        $name:ident<$life:lifetime>($element:ty) = $element_size:expr, $next:expr, $given:expr;
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy)]
            pub struct $name<$life>(Repr<$life, $element>);

            impl<$life> $name<$life> {
                /// A list without elements.
                pub const EMPTY: $name<'static> = $name(Repr::Many(&[]));

                /// The list with these elements.
                #[inline]
                #[must_use]
                pub const fn new(elements: &$life [$element]) -> Self {
                    Self(Repr::Many(elements))
                }

                /// The list with this one element.
                #[inline]
                #[must_use]
                pub const fn one(element: $element) -> Self {
                    Self(Repr::One(element))
                }

                /// The list whose elements something else gives.
                #[cfg(feature = "capi")]
                #[allow(dead_code, reason = "recipients need it not: they are a slice in C, too")]
                pub(crate) const fn of(elements: &$life dyn Given) -> Self {
                    Self(Repr::Given(elements))
                }

                /// The number of elements.
                #[must_use]
                pub fn len(self) -> usize {
                    match self.0 {
                        Repr::One(_) => 1,
                        Repr::Many(elements) => elements.len(),
                        #[cfg(feature = "capi")]
                        Repr::Given(elements) => elements.count(),
                        Repr::Wire(wire) => wire.len(),
                    }
                }

                /// Whether there are no elements.
                #[must_use]
                pub fn is_empty(self) -> bool {
                    self.len() == 0
                }

                /// Whether the list comes from a record and was longer before.
                #[must_use]
                pub fn is_cut(self) -> bool {
                    matches!(self.0, Repr::Wire(wire) if wire.is_cut())
                }

                /// The elements in order.
                #[inline]
                pub fn iter(self) -> impl Iterator<Item = $element> + Clone + use<$life> {
                    let (one, many, mut wire) = match self.0 {
                        Repr::One(element) => (Some(element), &[][..], &[][..]),
                        Repr::Many(elements) => (None, elements, &[][..]),
                        #[cfg(feature = "capi")]
                        Repr::Given(_) => (None, &[][..], &[][..]),
                        Repr::Wire(wire) => (None, &[][..], wire.elements),
                    };
                    #[cfg(feature = "capi")]
                    let one = one.into_iter().chain(self.given());
                    let next: fn(&mut &$life [u8]) -> Option<$element> = $next;
                    let of_wire = core::iter::from_fn(move || next(&mut wire));
                    one.into_iter().chain(many.iter().copied()).chain(of_wire)
                }

                #[cfg(feature = "capi")]
                fn given(self) -> impl Iterator<Item = $element> + Clone + use<$life> {
                    let given = match self.0 {
                        Repr::Given(given) => Some(given),
                        _ => None,
                    };
                    let element: fn(&$life dyn Given, usize) -> Option<$element> = $given;
                    given.into_iter().flat_map(move |given| {
                        (0..given.count()).map_while(move |index| element(given, index))
                    })
                }

                /// The list whose elements are these bytes.
                fn from_wire(count: u16, elements: &$life [u8]) -> Result<Self, Malformed> {
                    let wire = Wire { count, elements };
                    let next: fn(&mut &$life [u8]) -> Option<$element> = $next;
                    let mut rest = elements;
                    for _ in 0..wire.len() {
                        next(&mut rest).ok_or(Malformed)?;
                    }
                    if rest.is_empty() { Ok(Self(Repr::Wire(wire))) } else { Err(Malformed) }
                }

                #[inline]
                fn kept(self) -> Kept {
                    let size: fn($element) -> usize = $element_size;
                    Kept::of(self.iter().map(size), self.is_cut())
                }
            }

            impl Default for $name<'_> {
                fn default() -> Self {
                    Self::EMPTY
                }
            }

            impl PartialEq for $name<'_> {
                fn eq(&self, other: &Self) -> bool {
                    self.is_cut() == other.is_cut() && self.iter().eq(other.iter())
                }
            }

            impl Eq for $name<'_> {}

            impl fmt::Debug for $name<'_> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.debug_list().entries(self.iter()).finish()?;
                    f.write_str(if self.is_cut() { "..." } else { "" })
                }
            }

            impl<$life> From<&$life [$element]> for $name<$life> {
                #[inline]
                fn from(elements: &$life [$element]) -> Self {
                    Self::new(elements)
                }
            }

            impl<$life, const N: usize> From<&$life [$element; N]> for $name<$life> {
                #[inline]
                fn from(elements: &$life [$element; N]) -> Self {
                    Self::new(elements)
                }
            }

            impl<$life> From<$element> for $name<$life> {
                #[inline]
                fn from(element: $element) -> Self {
                    Self::one(element)
                }
            }
        )*
    };
}

#[derive(Clone, Copy)]
enum Repr<'a, T> {
    One(T),
    Many(&'a [T]),
    #[cfg(feature = "capi")]
    Given(&'a dyn Given),
    Wire(Wire<'a>),
}

/// The most bytes of a text in a list of texts.
pub(crate) const MAX_ELEMENT: usize = MAX_FIELD - 2;
/// The most bytes of each text of a pair.
pub(crate) const MAX_HALF: usize = MAX_FIELD / 2 - 2;

#[inline]
fn text_size(text: Text<'_>, limit: usize) -> usize {
    let (kept, mark) = text.within(limit);
    2 + kept.len() + mark.len()
}

lists! {
    /// Recipients of a message.
    ///
    /// A record keeps the first 2048; a line shows a cut list with `...` as its last element.
    ///
    /// ```
    /// use ringmail::event::{Rid, Rids};
    /// let rids = [Rid(0), Rid(1)];
    /// assert!(Rids::from(&rids).iter().eq(rids));
    /// assert_eq!(Rids::one(Rid(0)).len(), 1);
    /// ```
    Rids<'a>(Rid) = |_| 4, |rest| {
        let (bytes, behind) = rest.split_first_chunk()?;
        *rest = behind;
        Some(Rid(u32::from_le_bytes(*bytes)))
    }, |_, _| None;

    /// Texts in order, such as the lines of an SMTP reply.
    ///
    /// A record keeps as many as fit into 8192 bytes, two bytes for the length of each; a line
    /// shows a cut list with `...` as its last element.
    ///
    /// ```
    /// use ringmail::event::{Text, Texts};
    /// let reply = Texts::one(Text::from("Relaying denied"));
    /// assert!(reply.iter().eq([Text::from("Relaying denied")]));
    /// ```
    Texts<'a>(Text<'a>) =
        |text| text_size(text, MAX_ELEMENT), Wire::text, |given, index| given.text(index);

    /// Names with values in order, such as logged headers.
    ///
    /// A record keeps as many as fit into 8192 bytes, two bytes for the length of each text; a
    /// line shows a cut list with `...` as its last element.
    ///
    /// ```
    /// use ringmail::event::{Pairs, Text};
    /// let headers = [(Text::from("x-sbrs"), Text::from("None"))];
    /// assert_eq!(Pairs::from(&headers).len(), 1);
    /// ```
    Pairs<'a>((Text<'a>, Text<'a>)) =
        |(name, value)| text_size(name, MAX_HALF) + text_size(value, MAX_HALF),
        |rest| Some((Wire::text(rest)?, Wire::text(rest)?)),
        |given, index| Some((given.text(2 * index)?, given.text(2 * index + 1)?));
}

/// The names by which rows call these kinds.
pub(crate) mod kinds {
    use super::super::text::{put_text, short};
    use super::super::{Decode, Dialect, Encode, FieldKind, Kind, Line, Malformed, take};
    use super::{MAX_ELEMENT, MAX_FIELD, MAX_HALF, Rid, Text};

    macro_rules! kinds {
        ($($name:ident($list:ident), $put:expr, $show:expr;)*) => {
            $(
                pub(crate) struct $name;

                impl Kind for $name {
                    type Value<'a> = super::$list<'a>;
                    const KIND: FieldKind = FieldKind::$name;
                    const MAX_LEN: usize = 4 + MAX_FIELD;
                    const EMPTY: super::$list<'static> = super::$list::EMPTY;

                    #[inline]
                    fn encoded_len(value: super::$list<'_>) -> usize {
                        4 + value.kept().bytes
                    }

                    #[inline]
                    fn encode<E: Encode>(value: super::$list<'_>, out: &mut E) {
                        let kept = value.kept();
                        out.put_u16(kept.count_word());
                        out.put_u16(short(kept.bytes));
                        if kept.cut && !value.is_cut() {
                            out.note_cut();
                        }
                        for element in value.iter().take(kept.count) {
                            $put(element, out);
                        }
                    }

                    #[inline]
                    fn decode<'a, D: Decode<'a>>(
                        from: &mut D,
                    ) -> Result<super::$list<'a>, Malformed> {
                        if from.is_at_end() {
                            return Ok(Self::EMPTY);
                        }
                        let count = take(from).map(u16::from_le_bytes)?;
                        let len = take(from).map(u16::from_le_bytes)?;
                        super::$list::from_wire(count, from.take(len.into())?)
                    }

                    #[inline]
                    fn line<L: Line>(value: super::$list<'_>, _: Dialect, out: &mut L) {
                        let mut between = "";
                        for element in value.iter() {
                            out.literal(between);
                            $show(element, out);
                            between = ", ";
                        }
                        if value.is_cut() {
                            out.literal(between);
                            out.literal("...");
                        }
                    }
                }
            )*
        };
    }

    kinds! {
        Headers(Pairs), put_pair, |pair, out: &mut L| show_header(pair, out);
        Pairs(Pairs), put_pair, |(name, value): (Text<'_>, Text<'_>), out: &mut L| {
            out.literal("(");
            out.quoted(name.as_bytes());
            out.literal(", ");
            out.quoted(value.as_bytes());
            out.literal(")");
        };
        RidList(Rids), |rid: Rid, out: &mut E| out.put_u32(rid.0),
            |rid: Rid, out: &mut L| out.uint(rid.0.into());
        TextList(Texts), |text, out: &mut E| put_text(text, MAX_ELEMENT, out),
            |text: Text<'_>, out: &mut L| out.quoted(text.as_bytes());
    }

    #[inline]
    fn put_pair<E: Encode>((name, value): (Text<'_>, Text<'_>), out: &mut E) {
        put_text(name, MAX_HALF, out);
        put_text(value, MAX_HALF, out);
    }

    /// `'name: value'` as one quoted text.
    fn show_header<L: Line>((name, value): (Text<'_>, Text<'_>), out: &mut L) {
        let mut header = Vec::with_capacity(name.len() + 2 + value.len());
        header.extend_from_slice(name.as_bytes());
        header.extend_from_slice(b": ");
        header.extend_from_slice(value.as_bytes());
        out.quoted(&header);
    }
}

#[cfg(test)]
mod tests {
    use super::{Kept, Rid, Rids, Text, Texts};

    #[test]
    fn keeps_whole_elements_and_says_what_is_cut() {
        let rids = vec![Rid(7); 3000];
        let kept = Rids::new(&rids).kept();
        assert_eq!(kept, Kept { count: 2048, bytes: 8192, cut: true });
        assert_eq!(kept.count_word(), 0x8000 | 2048);

        let long = "a".repeat(9000);
        let kept = Texts::one(Text::from(&long)).kept();
        assert_eq!(kept, Kept { count: 1, bytes: 8192, cut: false });
    }

    #[test]
    fn refuses_counts_that_the_bytes_do_not_hold() {
        assert!(Rids::from_wire(2, &[0; 8]).is_ok());
        assert!(Rids::from_wire(3, &[0; 8]).is_err());
        assert!(Rids::from_wire(1, &[0; 8]).is_err());
        assert!(Texts::from_wire(1, &[9, 0, b'a']).is_err());
        let cut = Rids::from_wire(0x8001, &[0; 4]).unwrap();
        assert!(cut.is_cut() && cut.len() == 1);
    }
}
