//! The probes as they are. Each stands in one place of the program, out of line: `emit` is copied
//! into each of its callers, and to attach to a thousand places takes seconds.

#[inline(never)]
pub(crate) fn emit_begin(number: u16) {
    probe::probe!(ringmail, emit_begin, number);
}

#[inline(never)]
pub(crate) fn emit_end(number: u16, is_shed: bool) {
    probe::probe!(ringmail, emit_end, number, is_shed);
}

#[inline(never)]
pub(crate) fn lane_full(lane: u64, held: u64) {
    probe::probe!(ringmail, lane_full, lane, held);
}

#[inline(never)]
pub(crate) fn round(age_nanos: u64) {
    probe::probe!(ringmail, round, age_nanos);
}

/// The MID is looked for only while somebody traces.
#[inline]
pub(crate) fn event(number: u16, level: u8, mid: impl FnOnce() -> u64) {
    probe::probe_lazy!(ringmail, event, number, level, mid());
}

#[inline(never)]
pub(crate) fn write(name: &str, bytes: Option<usize>, nanos: u64) {
    let bytes = bytes.map_or(-1, usize::cast_signed);
    probe::probe!(ringmail, write, name.as_ptr(), name.len(), bytes, nanos);
}

#[inline(never)]
pub(crate) fn rollover(name: &str) {
    probe::probe!(ringmail, rollover, name.as_ptr(), name.len());
}

#[inline(never)]
pub(crate) fn dropped(reason: &str, count: u64) {
    probe::probe!(ringmail, drop, reason.as_ptr(), reason.len(), count);
}
