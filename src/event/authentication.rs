//! Whether a sender is who it says: SPF, DKIM, DomainKeys, DMARC, sender domain reputation.

use ringmail_rows::rows;

rows! {
    family: TextMail, 100..=139;
    field category: "The category of the threat, `N/A` when there is none.";
    field domain: "The domain.";
    field identity: "The signing identity, `i=`.";
    field profile: "The signing profile.";
    field selector: "The signature's selector, `s=`.";
    field sender: "The sender's address.";
    field detail: "What there is to say.";

    /// SPF was checked for one identity.
    Spf = 100, Info: "MID " mid: Mid " SPF: "
        /// Which identity: `helo`, `mailfrom` or `pra`.
        scope: Text " identity "
        /// The host name or address that was checked.
        address: Text " "
        /// `Pass`, `Fail`, `SoftFail`, `Neutral`, `None`, `TempError` or `PermError`.
        verdict: Text
        [spf1: " (v=spf1)"];

    /// A DKIM signature is right.
    DkimPass = 101, Info: "MID " mid: Mid " DKIM: pass signature verified " [test: "[TEST] "]
        "(d=" domain: Text " s=" selector: Text " i=" identity: Text ")";

    /// A DKIM signature is wrong.
    DkimPermFail = 102, Info: "MID " mid: Mid " DKIM: permfail " detail: Text " [final] (d="
        domain: Text " s=" selector: Text " i=" identity: Text ")";

    /// A message is not signed with DKIM: no profile is for its sender.
    DkimNoProfile = 103, Info:
        "MID " mid: Mid " DKIM: cannot sign - no profile matches " sender: Text;

    /// A message is signed with DKIM.
    DkimSigning = 104, Info:
        "MID " mid: Mid " DKIM: signing with " profile: Text " - matches " sender: Text;

    /// How DKIM signing is set up for a message.
    DkimContext = 105, Trace:
        "MID " mid: Mid " DKIM: signing context (profile - " profile: Text ") : " detail: Text;

    /// What else DKIM has to say.
    Dkim = 106, Info: "MID " mid: Mid " DKIM: " detail: Text;

    /// A message is not signed with DomainKeys: no profile is for its sender.
    DomainKeysNoProfile = 107, Info:
        "MID " mid: Mid " DomainKeys: cannot sign - no profile matches " sender: Text;

    /// A message is not signed with DomainKeys: it is signed already.
    DomainKeysSigned = 108, Info: "MID " mid: Mid " DomainKeys: cannot sign - already signed";

    /// A message is signed with DomainKeys.
    DomainKeysSigning = 109, Info:
        "MID " mid: Mid " DomainKeys: signing with " profile: Text " - matches " sender: Text;

    /// What else DomainKeys has to say.
    DomainKeys = 110, Info: "MID " mid: Mid " DomainKeys: " detail: Text;

    /// DMARC was checked.
    DmarcVerification = 111, Info: "MID " mid: Mid " DMARC: Verification "
        /// `passed`, `failed` ...
        verdict: Text;

    /// What DMARC says of the message's domain.
    Dmarc = 112, Info: "MID " mid: Mid " DMARC: Message from domain " domain: Text ", DMARC "
        /// `pass`, `fail` and what follows from it.
        verdict: Text " (SPF aligned "
        /// Whether SPF holds for that domain.
        spf_aligned: Bool ", DKIM aligned "
        /// Whether DKIM holds for that domain.
        dkim_aligned: Bool ")";

    /// The domains of which the reputation is asked; `Not Present` for those that are missing.
    SdrDomains = 113, Info: "MID " mid: Mid
        " SDR: Domains for which SDR is requested: reverse DNS host: "
        /// Of the client's address.
        host: Text ", helo: "
        /// Of the client's greeting.
        helo: Text ", env-from: "
        /// Of the envelope sender.
        env_from: Text ", header-from: "
        /// Of the `From` header.
        header_from: Text ", reply-to: "
        /// Of the `Reply-To` header.
        reply_to: Text;

    /// The reputation of a message's domains.
    SdrThreatLevel = 114, Info: "MID " mid: Mid " SDR: Consolidated Sender Threat Level: "
        /// The level in words.
        threat: Text ", Threat Category: " category: Text ", Suspected Domain(s) : "
        /// The domains that made it so.
        suspected: Text " (other reasons for verdict). Sender Maturity: "
        /// For how long the domain is known.
        maturity: Text " for domain: " domain: Text;

    /// The reputation of a message's domains, as versions 12 and 13 say it.
    SdrReputation = 115, Info: "MID " mid: Mid " SDR: Consolidated Sender Reputation: "
        /// The reputation in a word.
        reputation: Text ", Threat Category: " category: Text " Youngest Domain Age: "
        /// For how long the youngest of the domains is known.
        age: Text;

    /// The reputation of a message's domains could not be asked.
    SdrNotScanned = 116, Info: "MID " mid: Mid
        " SDR: Message was not scanned for Sender Domain Reputation. Reason: "
        /// Why: `Authentication failure.`, `Request timed out.` ...
        reason: Text;

    /// The mark by which the reputation service knows the message again.
    SdrTracker = 117, Info: "MID " mid: Mid " SDR: Tracker Header : "
        /// The mark.
        header: Text;
}
