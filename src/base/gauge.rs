use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! gauges {
    ($($(#[$doc:meta])+ $name:ident = $label:literal,)+) => {
        /// A figure of the status line that the engine cannot work out from events.
        ///
        /// What a host program does not set stays 0. Source: section "Status line" of
        /// `docs/FORMATS.md`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Gauge { $($(#[$doc])+ $name,)+ }

        impl Gauge {
            /// All gauges, in the order of the status line.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The gauge's label in the status line.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }
        }
    };
}

gauges! {
    /// Queue space in use, kB.
    QueueUsed = "QKUsd",
    /// Queue space left, kB.
    QueueFree = "QKFre",
    /// DNS requests.
    DnsRequests = "DnsReq",
    /// Network requests.
    NetRequests = "NetReq",
    /// DNS cache: hits.
    CacheHits = "CchHit",
    /// DNS cache: misses.
    CacheMisses = "CchMis",
    /// DNS cache: exceptions.
    CacheExceptions = "CchEct",
    /// DNS cache: expirations.
    CacheExpired = "CchExp",
    /// The most disk operations a second that the mail process may make.
    MaxIo = "MaxIO",
    /// Destination objects in memory.
    Destinations = "DstInMem",
    /// Seconds by which acceptance of mail is delayed under load.
    Conservation = "ResCon",
    /// Messages in the work queue.
    WorkQueue = "WorkQ",
    /// Messages in policy, virus and outbreak quarantines.
    Quarantined = "QuarMsgs",
    /// Space that they use, kB.
    QuarantineUsed = "QuarQKUsd",
    /// CPU share of Sophos anti-virus scanning, percent.
    SophosLoad = "SophLd",
    /// CPU share of the Brightmail engine, percent.
    BrightmailLoad = "BMLd",
    /// CPU share of CASE scanning, percent.
    CaseLoad = "CASELd",
    /// Messages in the spam quarantine, estimated.
    SpamQuarantine = "EuQ",
    /// Messages in the spam quarantine's release queue, estimated.
    SpamRelease = "EuqRls",
    /// CPU share of the Cloudmark engine, percent.
    CloudmarkLoad = "CmrkLd",
    /// CPU share of `McAfee` anti-virus scanning, percent.
    McafeeLoad = "McafLd",
    /// CPU share of report processing, percent.
    ReportLoad = "RptLd",
    /// CPU share of quarantine processing, percent.
    QuarantineLoad = "QtnLd",
    /// Messages in the encryption queue.
    EncryptionQueue = "EncrQ",
}

/// The gauges of an engine. Setting one is a store to memory; any thread may.
///
/// ```
/// use ringmail::{Gauge, Gauges};
/// let gauges = Gauges::default();
/// gauges.set(Gauge::WorkQueue, 17);
/// assert_eq!(gauges.get(Gauge::WorkQueue), 17);
/// assert_eq!(Gauge::WorkQueue.label(), "WorkQ");
/// ```
#[derive(Debug)]
pub struct Gauges([AtomicU64; Gauge::ALL.len()]);

impl Default for Gauges {
    fn default() -> Self {
        Self([const { AtomicU64::new(0) }; Gauge::ALL.len()])
    }
}

impl Gauges {
    /// Sets a gauge.
    pub fn set(&self, gauge: Gauge, value: u64) {
        if let Some(place) = self.0.get(gauge as usize) {
            // ORDERING: a figure for people; nothing is handed over by it.
            place.store(value, Ordering::Relaxed);
        }
    }

    /// What a gauge was set to, or 0.
    #[must_use]
    pub fn get(&self, gauge: Gauge) -> u64 {
        self.0.get(gauge as usize).map_or(0, |place| place.load(Ordering::Relaxed))
    }
}
