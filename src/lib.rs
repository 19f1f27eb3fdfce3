#![doc = include_str!("../README.md")]

pub mod base;
#[cfg(feature = "capi")]
#[doc(hidden)]
pub mod capi;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod engine;
pub mod event;
pub mod filter;
pub mod format;
pub mod parse;
pub mod record;
pub mod ring;
#[cfg(feature = "service")]
pub mod service;
pub mod sink;
pub mod subscription;

pub use base::{
    Clock, Dialect, Error, Gauge, Gauges, LaneAccount, Ledger, Level, LogType, ManualClock,
    PushAccount, Result, SubscriptionAccount, SystemClock, Timestamp,
};
pub use engine::{Builder, Engine, EngineGuard, Ids};
pub use filter::{Peers, RateLimit};
pub use format::{CefField, QmailStamp};
pub use ring::{
    Attached, FullLane, Handle, Order, Outcome, Producer, RunDirectory, ShedReason, attach,
};
pub use sink::{File, LogFile, Memory, Null};
pub use subscription::{Fsync, Identity, Opening, Rollover, Schedule, Sink, Subscription};
