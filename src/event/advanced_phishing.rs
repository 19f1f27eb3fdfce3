//! The service against phishing.

use ringmail_rows::rows;

rows! {
    family: AdvancedPhishing, 990..=999;

    /// A message's headers are not handed over: the service is over.
    EaasNotForwarded = 990, Info: "eaas : You cannot forward the MID [" mid: Mid
        "] Message Headers to Cisco Advanced Phishing Protection Cloud Service as the service has \
        expired";

    /// The service is over.
    EaasExpired = 991, Info: "eaas : Cisco Advanced Phishing Protection Cloud Service has expired \
        and is disabled. Contact your Cisco Account manager to renew the service and then enable \
        it.";

    /// The service will be over.
    EaasExpires = 992, Info:
        "eaas : Cisco Advanced Phishing Protection Cloud Service expires on "
        /// When: `2020-05-10 07:00:00`.
        date: Text
        ". You need to contact your Cisco Account manager to renew the service.";
}
