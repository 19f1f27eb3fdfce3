//! What the system itself says: cluster, commits, DNS.

use ringmail_rows::rows;

rows! {
    family: System, 520..=599;
    field host: "The host's name.";
    field machine: "The machine: a host name or a serial number.";
    field error: "What went wrong.";

    /// A machine of the cluster is called.
    ClusterConnecting = 520, Info: "Attempting to connect to " host: Text " via IP "
        /// The machine's address.
        ip: Ip " port "
        /// The machine's port.
        port: U16
        [explicit: " (explicitly configured)"];

    /// It is checked whether a machine has the cluster's configuration.
    ClusterVerifying = 521, Info:
        "Verifying cluster synchronization with machine " machine: Text;

    /// A machine has the cluster's configuration.
    ClusterSynchronized = 522, Info:
        "Cluster synchronization with machine " machine: Text " ok";

    /// A connection between clusters stands.
    InterClusterConnected = 523, Info: "Inter-cluster connection is successful";

    /// A machine came to or went from the connections between clusters.
    InterClusterPool = 524, Info: "Inter-Cluster connection pool updated for "
        /// The machine's serial number.
        serial: Text " - host "
        /// `added` or `removed`.
        change: Text;

    /// A part of the configuration was handed to the machines of other clusters.
    InterClusterCommit = 525, Info: "Successfully committed "
        /// The part of the configuration.
        area: Text " configuration changes to the inter-cluster machines";

    /// A user put configuration changes into force.
    Commit = 526, Info: "PID "
        /// The process.
        pid: U32 ": User "
        /// The user; `system` is the system itself.
        user: Text " commit changes:" [" "
        /// What the user says of the changes.
        comment: Text];

    /// A name server sent us to one that knows nothing.
    LameReferral = 527, Warning: "lame DNS referral: qname:"
        /// The name that was looked up.
        qname: Text " ns_name:"
        /// The name server.
        server: Text " zone:"
        /// The zone that was asked for.
        zone: Text " ref_zone:"
        /// The zone that it sent us to.
        referred: Text " referrals:"
        /// The name servers that it named.
        referrals: Text;

    /// The DNS resolver found no root server.
    DnsBootstrapFailed = 528, Warning: "Failed to bootstrap the DNS resolver." [" " error: Text];

    /// A name server could not be reached.
    DnsNetworkError = 529, Warning: "DNS query network error " error: Quoted " to "
        /// The name server's address.
        server: Quoted " looking up "
        /// The name that was looked up.
        qname: Quoted;

    /// A name server's answer has no valid form.
    DnsInvalidResponse = 530, Warning: "Received an invalid DNS Response: "
        /// The answer.
        answer: Quoted " to IP "
        /// The name server's address.
        ip: Ip " looking up "
        /// The name that was looked up.
        qname: Text;
}
