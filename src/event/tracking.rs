//! The tracking service: what it does with the files that it reads.

use ringmail_rows::rows;

rows! {
    family: Tracking, 890..=899;

    /// A file waits to be read into the database.
    TrackingMoved = 890, Info: "Tracking parser moved "
        /// Where it was.
        from: Text " to "
        /// Where it is.
        to: Text ".";

    /// A file is fetched from a gateway.
    TrackingTransfer = 891, Info: "TRANSFER: Plugin "
        /// What fetches it: `TRACKINGPLUGIN` ...
        plugin: Text " downloading from "
        /// The gateway's address.
        ip: Ip " - "
        /// The file's path.
        path: Text;
}
