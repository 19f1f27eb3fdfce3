//! Queries to directories, step by step.

use ringmail_rows::rows;

rows! {
    family: LdapDebug, 680..=699;

    /// An address was replaced as a directory says.
    LdapMasquerade = 680, Info: "Masquerade query "
        /// The query's name.
        query: Text " address "
        /// The address that was looked up.
        address: Text " to "
        /// The address that takes its place.
        target: Text;

    /// What is remembered of answers was thrown away.
    LdapCacheCleared = 681, Info: "Clearing LDAP cache";

    /// A query is about to be sent.
    LdapQuerying = 682, Info: "Query "
        /// The query, with `{a}` for the address and `{g}` for the group.
        template: Quoted " to server "
        /// The server's name in the configuration.
        server: Text " ("
        /// The server's host name.
        host: Text ":"
        /// The server's port.
        port: U16 ")";

    /// What is sent: the query with its values.
    LdapSubstituted = 683, Info: "After substitute, query is "
        /// The query.
        query: Quoted;

    /// There was no connection, so one is opened.
    LdapConnecting = 684, Info: "connecting to server";

    /// The connection stands.
    LdapConnected = 685, Info: "connected";

    /// A query was answered.
    LdapAnswered = 686, Info: "Query "
        /// The query.
        query: Text " returned "
        /// How many entries match.
        results: U64 " results";

    /// What is made of an answer.
    LdapReturning = 687, Info: "returning: ["
        /// The entries; `<LDAP:>` is one of which no attribute was asked for.
        results: Text "]";
}
