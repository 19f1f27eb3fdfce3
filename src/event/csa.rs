//! The security awareness service.

use ringmail_rows::rows;

rows! {
    family: Csa, 1020..=1039;

    /// The list of users who click on anything could not be fetched.
    CsaDownloadFailed = 1020, Warning: "CSA: The download of the Repeat Clickers list from the \
        Cisco Security Awareness cloud service failed because "
        /// Why: `of an invalid token`, `the proxy authentication failed` ...
        reason: Text ".";

    /// The list could not be fetched: the service does not give it away.
    CsaReportApiDisabled = 1021, Warning: "CSA: The download of the Repeat Clickers list failed. \
        A request to the CSA cloud service failed because the Report API was not enabled on the \
        CSA cloud service";

    /// Nobody is on the list.
    CsaListEmpty = 1022, Info: "CSA: The downloaded Repeat Clickers list is empty.";

    /// The licence will be over.
    CsaExpires = 1023, Info: "The Cisco Security Awareness feature expires on "
        /// When: `2029-12-28T23:59:59Z`.
        date: Text
        ". You need to contact your Cisco Account Manager to renew the license.";

    /// The licence is over.
    CsaExpired = 1024, Critical: "The Cisco Security Awareness feature license has expired, and \
        the feature is disabled on your email gateway. Contact your Cisco Account Manager to \
        renew the license.";
}
