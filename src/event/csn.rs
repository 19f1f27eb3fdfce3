//! What is told of the use of the gateway.

use ringmail_rows::rows;

rows! {
    family: Csn, 980..=989;

    /// Nothing is told: the gateway is not registered.
    CsnNotRegistered = 980, Warning:
        "Device is not registered with CSSM. Skipping upload of CSN data";

    /// Nothing could be told.
    CsnUploadFailed = 981, Warning:
        "The appliance failed to upload CSN data. reason for failure: "
        /// What went wrong.
        error: Text;

    /// It was told.
    CsnUploaded = 982, Info: "The appliance uploaded CSN data successfully";

    /// What is told.
    CsnData = 983, Trace: "CSN data: "
        /// The data as JSON, cut to 8192 bytes.
        data: Text;
}
