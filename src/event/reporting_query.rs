//! Queries to the reporting service.

use ringmail_rows::rows;

rows! {
    family: ReportingQuery, 850..=859;
    field handle: "The query's number: the key of its lines.";

    /// A span of time is not looked at any more.
    QueryIntervalClosed = 850, Info: "Query: Closing interval handle " handle: U64 ".";

    /// A query is over.
    QueryClosed = 851, Info: "Query: Closing query handle " handle: U64 ".";

    /// A query over the figures of all gateways begins.
    QueryMerge = 852, Info: "Query: Merge query with handle " handle: U64 " for ["
        /// The counters that are asked for.
        counters: TextList "] for rollup period \""
        /// What they are added up over: `day` ...
        period: Text "\" with interval range "
        /// The first day: `2007-08-29`.
        from: Text " to "
        /// The last day.
        to: Text " with key constraints "
        /// Which keys are wanted; `None` for all.
        constraints: Text " sorting on ["
        /// The counters by which the result is sorted.
        sorting: TextList "] returning results from "
        /// The first result, counted from 0.
        first: U64 " to "
        /// The result to end before.
        last: U64 " sort_ascending="
        /// Whether the smallest come first.
        ascending: Bool ".";
}
