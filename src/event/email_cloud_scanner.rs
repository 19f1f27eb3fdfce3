//! The cloud scanner: verdicts on links after delivery.

use ringmail_rows::rows;

rows! {
    family: EmailCloudScanner, 1050..=1059;

    /// The service could not be asked.
    EcsQueryFailed = 1050, Warning: "ECS: Cloud query failed. "
        /// What went wrong.
        error: Quoted;
}
