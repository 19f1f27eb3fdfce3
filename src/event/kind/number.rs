//! Numbers, truth values, addresses and times.

/// The names by which rows call these kinds.
pub(crate) mod kinds {
    use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use super::super::{Decode, Dialect, Encode, FieldKind, Kind, Line, Malformed, take};
    use crate::base::Timestamp;

    macro_rules! uints {
        ($($name:ident($int:ty), $kind:expr, $bytes:literal, $put:ident, $show:ident;)*) => {
            $(
                pub(crate) struct $name;

                impl Kind for $name {
                    type Value<'a> = $int;
                    const KIND: FieldKind = $kind;
                    const MAX_LEN: usize = $bytes;
                    const EMPTY: $int = 0;

                    #[inline]
                    fn encoded_len(_: $int) -> usize {
                        $bytes
                    }

                    #[inline]
                    fn encode<E: Encode>(value: $int, out: &mut E) {
                        out.$put(value);
                    }

                    #[inline]
                    fn decode<'a, D: Decode<'a>>(from: &mut D) -> Result<$int, Malformed> {
                        if from.is_at_end() {
                            return Ok(0);
                        }
                        take(from).map(<$int>::from_le_bytes)
                    }

                    #[inline]
                    fn line<L: Line>(value: $int, _: Dialect, out: &mut L) {
                        out.$show(value.into());
                    }
                }
            )*
        };
    }

    uints! {
        Code(u16), FieldKind::Code, 2, put_u16, code;
        U8(u8), FieldKind::Uint(1), 1, put_u8, uint;
        U16(u16), FieldKind::Uint(2), 2, put_u16, uint;
        U32(u32), FieldKind::Uint(4), 4, put_u32, uint;
        U64(u64), FieldKind::Uint(8), 8, put_u64, uint;
    }

    pub(crate) struct I64;

    impl Kind for I64 {
        type Value<'a> = i64;
        const KIND: FieldKind = FieldKind::I64;
        const MAX_LEN: usize = 8;
        const EMPTY: i64 = 0;

        #[inline]
        fn encoded_len(_: i64) -> usize {
            8
        }

        #[inline]
        fn encode<E: Encode>(value: i64, out: &mut E) {
            out.put_u64(value.cast_unsigned());
        }

        #[inline]
        fn decode<'a, D: Decode<'a>>(from: &mut D) -> Result<i64, Malformed> {
            U64::decode(from).map(u64::cast_signed)
        }

        #[inline]
        fn line<L: Line>(value: i64, _: Dialect, out: &mut L) {
            out.int(value);
        }
    }

    pub(crate) struct Time;

    impl Kind for Time {
        type Value<'a> = Timestamp;
        const KIND: FieldKind = FieldKind::Time;
        const MAX_LEN: usize = 8;
        const EMPTY: Timestamp = Timestamp::from_micros(0);

        #[inline]
        fn encoded_len(_: Timestamp) -> usize {
            8
        }

        #[inline]
        fn encode<E: Encode>(value: Timestamp, out: &mut E) {
            I64::encode(value.micros(), out);
        }

        #[inline]
        fn decode<'a, D: Decode<'a>>(from: &mut D) -> Result<Timestamp, Malformed> {
            I64::decode(from).map(Timestamp::from_micros)
        }

        #[inline]
        fn line<L: Line>(value: Timestamp, _: Dialect, out: &mut L) {
            out.time(value);
        }
    }

    pub(crate) struct Ip;

    impl Kind for Ip {
        type Value<'a> = IpAddr;
        const KIND: FieldKind = FieldKind::Ip;
        const MAX_LEN: usize = 17;
        const EMPTY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

        #[inline]
        fn encoded_len(value: IpAddr) -> usize {
            if value.is_ipv4() { 5 } else { 17 }
        }

        #[inline]
        fn encode<E: Encode>(value: IpAddr, out: &mut E) {
            match value {
                IpAddr::V4(address) => {
                    out.put_u8(4);
                    out.put_bytes(&address.octets());
                }
                IpAddr::V6(address) => {
                    out.put_u8(6);
                    out.put_bytes(&address.octets());
                }
            }
        }

        #[inline]
        fn decode<'a, D: Decode<'a>>(from: &mut D) -> Result<IpAddr, Malformed> {
            if from.is_at_end() {
                return Ok(Self::EMPTY);
            }
            match take(from)? {
                [4] => take::<4, D>(from).map(Ipv4Addr::from).map(IpAddr::V4),
                [6] => take::<16, D>(from).map(Ipv6Addr::from).map(IpAddr::V6),
                _ => Err(Malformed),
            }
        }

        #[inline]
        fn line<L: Line>(value: IpAddr, _: Dialect, out: &mut L) {
            out.ip(value);
        }
    }

    macro_rules! bools {
        ($($name:ident, $yes:literal, $no:literal;)*) => {
            $(
                pub(crate) struct $name;

                impl Kind for $name {
                    type Value<'a> = bool;
                    const KIND: FieldKind = FieldKind::$name;
                    const MAX_LEN: usize = 1;
                    const EMPTY: bool = false;

                    #[inline]
                    fn encoded_len(_: bool) -> usize {
                        1
                    }

                    #[inline]
                    fn encode<E: Encode>(value: bool, out: &mut E) {
                        out.put_u8(value.into());
                    }

                    #[inline]
                    fn decode<'a, D: Decode<'a>>(from: &mut D) -> Result<bool, Malformed> {
                        U8::decode(from).map(|byte| byte != 0)
                    }

                    #[inline]
                    fn line<L: Line>(value: bool, _: Dialect, out: &mut L) {
                        out.literal(if value { $yes } else { $no });
                    }
                }
            )*
        };
    }

    bools! {
        Bool, "True", "False";
        YesNo, "yes", "no";
    }
}
