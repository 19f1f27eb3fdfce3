//! The reputation of files, and their analysis.

use ringmail_rows::rows;

rows! {
    family: AmpEngine, 740..=769;
    field details: "What the server says.";
    field disposition: "`MALICIOUS`, `CLEAN`, `FILE UNKNOWN`, `VERDICT UNKNOWN`, `LOW RISK` ...";
    field error: "What went wrong.";
    field file: "The file's name; `unknown` when it has none.";
    field malware: "The threat's name; `None` when there is none.";
    field mime: "The file's MIME type.";
    field reason: "Why.";
    field score: "The score that the server gives.";
    field sha256: "The file's SHA-256, 64 small hexadecimal digits.";
    field source: "Who answered: `Cloud` or `Cache`.";

    /// Reputations can be asked for.
    AmpReputationReady = 740, Info: "File reputation service initialized successfully";

    /// Which files can be analysed.
    AmpFileTypes = 741, Info: "The following file type(s) can be sent for File Analysis: "
        /// The types' names, with commas between them.
        types: Text ". To allow analysis of new file type(s), go to Security Services > \
        File Reputation and Analysis.";

    /// Files can be analysed.
    AmpAnalysisReady = 742, Info: "File Analysis service initialized successfully";

    /// A reputation could not be learned.
    AmpQueryFailed = 743, Warning: "MID " mid: Mid " reputation query failed for attachment "
        file: Quoted " with error \"" error: Text "\""
        also "MID " mid " reputation query failed for attachment " file: Text
        " with error \"" error "\"";

    /// A reputation is asked for.
    AmpQuery = 744, Info: "File reputation query initiating. File Name = " file: Quoted
        ", MID = " mid: Mid ", File Size = "
        /// The file's size in bytes.
        bytes: U64 " bytes, File Type = " mime: Text
        also "File reputation query initiating. File Name = " file: Text
        ", MID = " mid ", File Size = " bytes " bytes, File Type = " mime;

    /// A reputation was learned.
    AmpResponse = 745, Info: "Response received for file reputation query from " source: Text
        ". File Name = " file: Quoted ", MID = " mid: Mid ", Disposition = " disposition: Text
        ", Malware = " malware: Text ", Reputation Score = " score: I64
        ", sha256 = " sha256: Text ", upload_action = "
        /// 0 no need to send the file, 1 send it, 2 do not, 3 send what describes it only.
        upload: U8
        also "Response received for file reputation query from " source
        ". File Name = " file: Text ", MID = " mid ", Disposition = " disposition
        ", Malware = " malware ", Reputation Score = " score
        ", sha256 = " sha256 ", upload_action = " upload
        also "Response received for file reputation query from " source
        ". FileName = " file ", MID = " mid ", Disposition = " disposition
        ", Malware = " malware ",Reputation Score = " score
        ", sha256 =" sha256 ", upload_action = " upload;

    /// A reputation was learned, as newer versions say it.
    AmpCloudResponse = 746, Info: "Response received for file reputation query from " source: Text
        ". File Name = " file: Text ", MID = " mid: Mid ", Disposition = " disposition: Text
        ", Malware = " malware: Text ", Analysis Score = " score: I64
        ", sha256 = " sha256: Text ", upload_action = "
        /// In words: `Recommended to send the file for analysis` ...
        upload: Text
        [", verdict_source = "
        /// The engine that says so.
        engine: Text];

    /// A file was sent to be analysed.
    AmpUploaded = 748, Info: "File uploaded for analysis. SHA256: " sha256: Text
        [", file name: " file: Text];

    /// An analysis is not over.
    AmpAnalysisRunning = 749, Info: "File Analysis is running for SHA: " sha256: Text;

    /// An analysis is over.
    AmpAnalysisDone = 750, Info: "File Analysis complete. SHA256: " sha256: Text
        ", Submit Timestamp: "
        /// When the file was sent, in seconds since 1970.
        submitted: U64 ", Update Timestamp: "
        /// When the analysis was over, in seconds since 1970.
        updated: U64 ", Disposition: "
        /// 1 no malware found, 2 clean, 3 malware.
        result: U8 " Score: " score: I64 ", run_id: "
        /// The server's number for the analysis.
        run: U64 " Details: " details: Text;

    /// A file is not analysed.
    AmpNotUploaded = 751, Info: "File not uploaded for analysis. MID = " mid: Mid
        " File SHA256[" sha256: Text "] file mime[" mime: Text "] Reason: " reason: Text
        also "File not uploaded for analysis. MID = " mid
        " File SHA256[" sha256 "] File mime[" mime "] Reason: " reason
        also "File not uploaded for analysis. MID = " mid
        ", File SHA256[" sha256 "], file mime[" mime "], Reason: " reason
        also "File not uploaded for analysis. MID = " mid
        ", File SHA256[" sha256 "], File mime[" mime "], Reason: " reason;

    /// A file was to be sent, and is given up.
    AmpUploadSkipped = 752, Info: "File analysis upload skipped. SHA256: " sha256: Text
        ",Timestamp["
        /// When it was sent in vain, in seconds since 1970.
        at: U64 "] details[" details: Text "]"
        also "SHA256: " sha256 ",Timestamp[" at "] details[" details "]";

    /// No more files can be sent.
    AmpUploadLimit = 753, Critical: "The attachment could not be uploaded to the File Analysis \
        server because the appliance exceeded the upload limit";

    /// What is known of a file changed after its delivery.
    AmpRetrospective = 754, Info: "Retrospective verdict received. SHA256: " sha256: Text
        ", Timestamp: "
        /// When, in seconds since 1970 with a fraction: `1475832815.7`.
        at: Text ", Verdict: "
        /// `MALICIOUS` or `CLEAN`.
        verdict: Text ", Reputation Score: " score: I64 ", Spyname: "
        /// The threat's name.
        malware: Text;
}
