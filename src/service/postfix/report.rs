//! The report of a delivery agent, as a line holds it.

use super::scan::{address, at_byte, number};
use crate::event::BounceCause;

/// The `to=<..>, relay=.., status=..` of a delivery agent.
#[derive(Default)]
pub(super) struct Report<'a> {
    pub(super) to: &'a [u8],
    pub(super) orig_to: &'a [u8],
    pub(super) relay: &'a [u8],
    /// Whether the connection has served other messages.
    pub(super) is_reused: bool,
    /// How long ago the message came in, in microseconds.
    pub(super) delay: i64,
    pub(super) dsn: &'a [u8],
    pub(super) status: &'a [u8],
    /// In parentheses.
    pub(super) detail: &'a [u8],
}

impl<'a> Report<'a> {
    /// Reads what stands behind `to=<`.
    #[inline]
    pub(super) fn read(text: &'a [u8]) -> Option<Self> {
        let (to, rest) = address(text)?;
        let mut report = Self { to, ..Self::default() };
        let mut rest = rest.strip_prefix(b", ")?;
        if let Some(orig_to) = rest.strip_prefix(b"orig_to=<") {
            let (orig_to, behind) = address(orig_to)?;
            report.orig_to = orig_to;
            rest = behind.strip_prefix(b", ")?;
        }
        loop {
            let (name, behind) = at_byte(rest, b'=')?;
            if name == b"status" {
                (report.status, report.detail) = at_byte(behind, b' ').unwrap_or((behind, b""));
                return Some(report);
            }
            let (value, behind) = at_byte(behind, b',')?;
            match name {
                b"relay" => report.relay = value,
                b"conn_use" => report.is_reused = true,
                b"delay" => report.delay = micros(value),
                b"dsn" => report.dsn = value,
                _ => {}
            }
            rest = behind.strip_prefix(b" ")?;
        }
    }
}

/// `0.25` as microseconds.
fn micros(seconds: &[u8]) -> i64 {
    let (whole, len) = number(seconds);
    let mut micros = i64::try_from(whole).unwrap_or(0).saturating_mul(1_000_000);
    let mut weight = 100_000;
    for digit in seconds.iter().skip(len + 1).take(6).take_while(|byte| byte.is_ascii_digit()) {
        micros = micros.saturating_add(i64::from(digit - b'0') * weight);
        weight /= 10;
    }
    micros
}

/// How the status counters sort a failure.
pub(super) fn cause(report: &Report<'_>, code: u16, text: &[u8]) -> BounceCause {
    if code >= 500 {
        BounceCause::Smtp5xx
    } else if code == 0 && text.starts_with(b"Host or domain name not found") {
        BounceCause::Dns
    } else if report.status == b"expired" {
        BounceCause::Expired
    } else {
        BounceCause::Other
    }
}
