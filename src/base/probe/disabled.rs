//! This build has no probes: the feature `usdt` is off.

#[inline(always)]
pub(crate) const fn emit_begin(_number: u16) {}

#[inline(always)]
pub(crate) const fn emit_end(_number: u16, _is_shed: bool) {}

#[inline(always)]
pub(crate) const fn lane_full(_lane: u64, _held: u64) {}

#[inline(always)]
pub(crate) const fn round(_age_nanos: u64) {}

#[inline(always)]
pub(crate) fn event(_number: u16, _level: u8, _mid: impl FnOnce() -> u64) {}

#[inline(always)]
pub(crate) const fn write(_name: &str, _bytes: Option<usize>, _nanos: u64) {}

#[inline(always)]
pub(crate) const fn rollover(_name: &str) {}

#[inline(always)]
pub(crate) const fn dropped(_reason: &str, _count: u64) {}
