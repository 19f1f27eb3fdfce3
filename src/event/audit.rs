//! Who did what to the gateway.

use ringmail_rows::rows;

rows! {
    family: Audit, 1000..=1019;

    /// Somebody did something.
    AuditEvent = 1000, Info: "Appliance: "
        /// The gateway's host name.
        host: Text
        [", Interaction Mode: "
        /// `GUI`, `CLI` or `API`.
        mode: Text] ", User: "
        /// The user.
        user: Text
        [", Role: "
        /// The user's role; `Role Not Available` when the user does not exist.
        role: Text]
        [", Source IP: "
        /// The client's address.
        source: Ip]
        [", Destination IP: "
        /// The address that it connected to.
        destination: Ip]
        [", Location: "
        /// The page, or the request: `GET /esa/api/v2.0/config HTTP/1.0`.
        location: Text] ", Event: "
        /// What was done: `Successful login`, `User input was 'Enter'` ...
        what: Text;

    /// One of the changes that a user put into force.
    AuditChange = 1001, Info: "* ["
        /// Where it counts: `standalone`, or a level of the cluster.
        scope: Text "] "
        /// What changed.
        change: Text;

    /// A request to the programming interface was refused.
    AuditApiError = 1002, Debug:
        /// When: `08/Oct/2020 13:52:28 +0000`.
        date: Text " Error - Code: "
        /// The HTTP status.
        code: U16 ", Details: "
        /// What the interface says.
        details: Text;
}
