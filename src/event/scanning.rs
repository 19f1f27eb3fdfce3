//! What the scanning engines find: spam, viruses, malware, outbreaks, data that must not leave.

use ringmail_rows::rows;

rows! {
    family: TextMail, 140..=199;
    field engine: "The engine: `CASE`, `SLBL`, `GRAYMAIL`, `Sophos` ...";
    field error: "What went wrong.";
    field threat: "The threat level.";
    field text: "What the engine says.";
    field verdict: "The verdict.";
    field virus: "The name of the virus.";

    /// What one spam engine says; the last word comes later.
    InterimVerdict = 140, Info:
        "MID " mid: Mid " interim verdict using engine: " engine: Text " " verdict: Text;

    /// Whether a message is spam.
    Verdict = 141, Info: "MID " mid: Mid " using engine: " engine: Text " " verdict: Text;

    /// A verdict that an engine has given before holds for the message.
    CachedVerdict = 142, Info:
        "MID " mid: Mid " using engine: " engine: Text " using cached verdict";

    /// What Brightmail says.
    Brightmail = 143, Info: "MID " mid: Mid " Brightmail " verdict: Text;

    /// How well the cache of spam verdicts works.
    CaseCache = 144, Info: "CASE cache status: hits = "
        /// Verdicts found.
        hits: U64 ", misses = "
        /// Verdicts not found.
        misses: U64 ", expires = "
        /// Verdicts that became too old.
        expires: U64 ", adds = "
        /// Verdicts stored.
        adds: U64 ", seconds saved = "
        /// Scanning time saved, in seconds with a fraction.
        saved: Text ", total seconds = "
        /// Scanning time in all, in seconds with a fraction.
        total: Text;

    /// What one virus engine says; the last word comes later.
    InterimAntivirus = 145, Info:
        "MID " mid: Mid " interim AV verdict using " engine: Text " " verdict: Text;

    /// No virus was found.
    AntivirusNegative = 146, Info: "MID " mid: Mid " antivirus negative" {only V7_6: " "};

    /// A virus was found.
    AntivirusPositive = 147, Info: "MID " mid: Mid " antivirus positive " virus: Quoted;

    /// A virus was found and removed.
    AntivirusRepaired = 148, Info: "MID " mid: Mid " antivirus repaired " virus: Quoted;

    /// A message is encrypted and cannot be searched for viruses.
    AntivirusEncrypted = 149, Info: "MID " mid: Mid " antivirus encrypted";

    /// A message cannot be searched for viruses.
    AntivirusUnscannable = 150, Info: "MID " mid: Mid " antivirus unscannable";

    /// What is known of a message's attachments.
    AmpVerdict = 151, Info: "MID " mid: Mid " AMP file reputation verdict : " verdict: Text;

    /// An attachment may be sent for analysis.
    AmpQueued = 152, Info: "MID " mid: Mid " SHA "
        /// The file's SHA-256 in hexadecimal.
        sha256: Text " filename "
        /// The file's name.
        name: Text " queued for possible file analysis upload";

    /// Attachments are not checked.
    AmpSkipped = 153, Trace: "MID " mid: Mid ": Skip AMP Engine check";

    /// What the outbreak filters say.
    OutbreakVerdict = 154, Info: "MID " mid: Mid " Outbreak Filters: verdict " verdict: Text;

    /// The threat level that the outbreak filters give, as a virus.
    VirusThreatLevel = 155, Info: "MID " mid: Mid " Virus Threat Level=" threat: Text;

    /// The threat level that the outbreak filters give.
    ThreatLevel = 156, Info: "MID " mid: Mid " Threat Level=" threat: Text;

    /// A message holds data that must not leave.
    DlpViolation = 157, Info: "MID " mid: Mid " DLP violation. Severity: "
        /// How bad it is, in a word.
        severity: Text " (Risk Factor: "
        /// How bad it is, 0 to 100.
        risk: U32 "). DLP policy match: "
        /// The policy that it breaks.
        policy: Quoted "."
        also "MID " mid " DLP violation";

    /// A message was not scanned in full by the sensitive data scanner.
    SdsError = 158, Info: "MID " mid: Mid " not completely scanned by SDS. Error: " error: Text;

    /// What the graymail engine does.
    GraymailTrace = 159, Trace: "GRAYMAIL: " text: Text;

    /// How the graymail engine is configured.
    GraymailConfig = 160, Info: "graymail [CONFIG] " text: Text;

    /// A message could not be scanned.
    Unscannable = 161, Info: "MID " mid: Mid " was marked as unscannable due to "
        /// What kind of failure: `extraction failures`, `an RFC violation`.
        cause: Text ". Reason: "
        /// The failure in detail.
        reason: Text;

    /// Where what is found goes for analysis.
    EcsClientOnly = 162, Trace: "Data will be sent to ECS client only " text: Text;

    /// The verdict that SPF has given before holds for the message.
    SpfCachedVerdict = 163, Info:
        "MID " mid: Mid " using engine: SPF Verdict Cache using cached verdict";
}
