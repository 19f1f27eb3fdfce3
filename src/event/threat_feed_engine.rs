//! The external threat feeds.

use ringmail_rows::rows;

rows! {
    family: ThreatFeedEngine, 1060..=1079;
    field error: "What went wrong.";
    field poll: "What is fetched: `delta` or `full`.";
    field source: "The source's name.";

    /// A fetch came to an end that was not foreseen.
    FeedJobFailed = 1060, Info: "THREAT_FEEDS: Job failed with exception: " error: Text;

    /// A source will be asked.
    FeedScheduled = 1061, Info:
        "THREAT_FEEDS: A " poll: Text " poll is scheduled for the source: " source: Text;

    /// A source is asked.
    FeedStarted = 1062, Info:
        "THREAT_FEEDS: A " poll: Text " poll has started for the source: " source: Text
        ", domain: "
        /// The source's host name.
        domain: Text ", collection: "
        /// Which of its collections.
        collection: Text;

    /// What is new since the last time is fetched.
    FeedFetching = 1063, Info:
        "THREAT_FEEDS: Observables are being fetched from the source: " source: Text " between "
        /// From when on: `2018-06-07 04:34:13+00:00`.
        from: Text " and "
        /// Until when; with a fraction if there is one.
        to: Text;

    /// So much is new.
    FeedFetched = 1064, Info: "THREAT_FEEDS: "
        /// How many observables.
        count: U64 " observables were fetched from the source: " source: Text;

    /// A source could not be asked.
    FeedFailed = 1065, Info: "THREAT_FEEDS: [TaxiiClient] Failed to poll threat feeds from \
        following source: "
        /// The source's host name.
        host: Text ", cause of failure: " error: Text
        also "THREAT_FEEDS: [TaxiiClient] Failed to poll threat feeds from following source: "
        host " , cause of failure: " error;
}
