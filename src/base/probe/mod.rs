//! Points at which a tracer can look into a running engine: USDT probes of the provider `ringmail`.
//!
//! With the feature `usdt` each is a `nop` and a note in the program's file, which bpftrace, perf
//! and gdb find; a tracer that attaches puts a breakpoint there. Without the feature they are
//! nothing. `perf/bpf` has scripts for bpftrace.
//!
//! | probe | where | arguments |
//! |---|---|---|
//! | `emit_begin` | a worker has begun an `emit` that somebody wants | number of the event |
//! | `emit_end` | that `emit` comes back | number, 0: accepted, 1: shed |
//! | `lane_full` | there is no room in a lane | lane, bytes that it holds |
//! | `round` | the formatter begins a round that has events | age of the oldest, in ns |
//! | `event` | the formatter hands out an event | number, level, MID or 0 |
//! | `write` | a sink has been given lines | name, its length, bytes, ns; bytes are -1 if it failed |
//! | `rollover` | a file has ended and the next has begun | name of the subscription, its length |
//! | `drop` | events are lost, or kept back by a limit | reason, its length, how many |

#[cfg_attr(all(feature = "usdt", target_os = "linux", not(loom)), path = "enabled.rs")]
#[cfg_attr(not(all(feature = "usdt", target_os = "linux", not(loom))), path = "disabled.rs")]
mod imp;

pub(crate) use imp::{dropped, emit_begin, emit_end, event, lane_full, rollover, round, write};
