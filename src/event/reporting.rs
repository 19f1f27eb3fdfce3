//! The reporting service.

use ringmail_rows::rows;

rows! {
    family: Reporting, 840..=849;

    /// How much the figures of a period take.
    ReportPeriod = 840, Info: "Period "
        /// `minute`, `hour`, `day` or `month`.
        period: Text " using "
        /// In kilobytes.
        kilobytes: U64 " (KB)";

    /// Gateways handed in their figures.
    ReportUpdate = 841, Info: "Update "
        /// How many gateways.
        count: U64 " registered appliance at "
        /// The minute: `2007-10-03-13-40`.
        minute: Text;

    /// How well the cache of pages does.
    ReportCache = 842, Info: "Pages found in cache: "
        /// How many pages were there.
        found: U64 " ("
        /// How many these are of all, in per cent.
        percent: U8 "%). Not found: "
        /// How many were not.
        missing: U64;

    /// The figures are safe on disk.
    ReportCheckpoint = 843, Info: "HELPER checkpointed in "
        /// How long it took, in seconds with a fraction.
        seconds: Text " seconds";
}
