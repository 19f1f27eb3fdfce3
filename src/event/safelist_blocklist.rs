//! The safelists and blocklists.

use ringmail_rows::rows;

rows! {
    family: SafelistBlocklist, 830..=839;

    /// A copy of the database was saved.
    SlblSnapshot = 830, Info: "SLBL: The database snapshot has been created.";

    /// Senders could not be put on a list.
    SlblAddFailed = 831, Warning: "SLBL: Adding senders to the database failed.";

    /// Senders were put on a list.
    SlblAdded = 832, Info: "SLBL: Adding senders to the database succeeded.";

    /// No copy of the database could be saved.
    SlblSnapshotFailed = 833, Warning: "SLBL: Creating the database snapshot failed: "
        /// What went wrong.
        error: Text;
}
