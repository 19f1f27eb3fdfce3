//! What the members of C structs are.

use core::ffi::{CStr, c_char};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::abi::flag;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
