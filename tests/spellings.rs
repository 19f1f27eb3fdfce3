//! Spellings that versions of gateways have besides the ones that are written: each is read as the
//! event that it is.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use ringmail::LogType as T;
use ringmail::event::{self, Row};
use ringmail::parse::read_message;
use ringmail::record::{Value, fields};

/// The type, the message, its event, and one field with what it holds.
const SPELLINGS: &[(T, &str, &str, &str, &str)] = &[
    (
        T::Http,
        "req:192.0.2.1 user:- id:Zq3b5mVtYw1x8K2nPd7s 200 GET /login?a=b HTTP/1.1 \
         Mozilla/5.0 (X11)",
        "HttpAgentRequest",
        "agent",
        "Mozilla/5.0 (X11)",
    ),
    (
        T::Http,
        "req:192.0.2.1 user:ann id:Zq3b5mVtYw1x8K2nPd7s GET /a b HTTP/1.1 303",
        "HttpRequest",
        "path",
        "/a b",
    ),
    (
        T::Http,
        "https service listening on [2001:db8::1]:443",
        "HttpListening",
        "place",
        "[2001:db8::1]:443",
    ),
    (T::Http, "Session abc from 192.0.2.1 not found", "HttpSessionUnknown", "session", "abc"),
    (
        T::Http,
        "Session abc from 192.0.2.1 not found Destination:/x",
        "HttpSessionUnknown",
        "place",
        "/x",
    ),
    (T::Http, "Session abc user:ann expired", "HttpSessionExpired", "user", "ann"),
    (
        T::Http,
        "Action: User ann logged out from session abc because of inactivity timeout",
        "HttpSessionIdle",
        "session",
        "abc",
    ),
    (
        T::Http,
        "SourceIP:192.0.2.1 Destination:192.0.2.2 Username:ann Privilege:admin session:abc \
         Action: The HTTPS session has been established successfully.",
        "HttpSessionOpened",
        "privilege",
        "admin",
    ),
    (
        T::Http,
        "SSL error with client 192.0.2.1:4711 - (336151574, 'error:14094416:SSL')",
        "HttpTlsError",
        "place",
        "192.0.2.1:4711",
    ),
    (
        T::Http,
        "Error in https connection from host 192.0.2.1 port 4711 - timed out",
        "HttpConnectionError",
        "error",
        "timed out",
    ),
    (T::Http, "PERIODIC REPORTS: all sent", "HttpReports", "text", "all sent"),
    (T::Http, "Passphrase has been changed for user ann", "HttpPassphrase", "user", "ann"),
    (
        T::Authentication,
        "User ann from 192.0.2.1 was authenticated successfully.",
        "LoginSucceeded",
        "user",
        "ann",
    ),
    (
        T::Authentication,
        "The user ann successfully logged on from 192.0.2.1 using an HTTPS connection.",
        "WebLogin",
        "user",
        "ann",
    ),
    (
        T::Authentication,
        "The user ann successfully logged on from 192.0.2.1 with privilege guest using an HTTPS \
         connection.",
        "WebLogin",
        "privilege",
        "guest",
    ),
    (
        T::Authentication,
        "An authentication attempt by the user ann from 192.0.2.1 failed using an HTTPS \
         connection.",
        "LoginAttemptFailed",
        "user",
        "ann",
    ),
    (
        T::Authentication,
        "An authentication attempt by the user ann from 192.0.2.1 failed",
        "LoginAttemptFailed",
        "user",
        "ann",
    ),
    (T::Authentication, "login:192.0.2.1 user:ann session:abc", "SessionLogin", "session", "abc"),
    (T::Authentication, "logout:192.0.2.1 user:ann session:abc", "SessionLogout", "session", "abc"),
    (
        T::Authentication,
        "CLI: User ann logged out from 192.0.2.1 because of inactivity timeout",
        "CliIdle",
        "user",
        "ann",
    ),
    (
        T::Authentication,
        "GUI: User ann logged out from session abc because of inactivity timeout",
        "WebIdle",
        "session",
        "abc",
    ),
    (
        T::Authentication,
        "PID 7: User ann logged out from session because of inactivity timeout.",
        "SessionIdle",
        "user",
        "ann",
    ),
    (T::Authentication, "User ann logged out of SSH session 192.0.2.1", "SshLogout", "user", "ann"),
    (
        T::AmpEngine,
        "File reputation query initiating. File Name = a, b|c: d.pdf, MID = 7, File Size \
         = 9 bytes, \
         File Type = application/pdf",
        "AmpQuery",
        "file",
        "a, b|c: d.pdf",
    ),
    (
        T::AmpEngine,
        "Response received for file reputation query from Cache. FileName = 'a.exe', MID = 7, \
         Disposition = MALICIOUS, Malware = W32.X,Reputation Score = 73, sha256 =00ff, \
         upload_action = 2",
        "AmpResponse",
        "sha256",
        "00ff",
    ),
    (
        T::AmpEngine,
        "Response received for file reputation query from Cloud. File Name = a, b.pdf, MID = 7, \
         Disposition = LOWRISK, Malware = None, Analysis Score = 0, sha256 = 00ff, upload_action = \
         Recommended to send the file for analysis, verdict_source = CLAMAV",
        "AmpCloudResponse",
        "engine",
        "CLAMAV",
    ),
    (
        T::AmpEngine,
        "File uploaded for analysis. SHA256: 00ff, file name: a, b.pdf",
        "AmpUploaded",
        "file",
        "a, b.pdf",
    ),
    (
        T::AmpEngine,
        "File not uploaded for analysis. MID = 7, File SHA256[00ff], File mime[text/plain], \
         Reason: too small",
        "AmpNotUploaded",
        "mime",
        "text/plain",
    ),
    (T::AntiVirus, "sophos  antivirus - MID 7 - Result 'CLEAN' ()", "AvResult", "verdict", "CLEAN"),
    (
        T::AntiVirus,
        "sophos antivirus - MID 7 0 - Error - 'Encrypted' '0x8004021'",
        "AvError",
        "code",
        "0x8004021",
    ),
    (
        T::AntiVirus,
        "sophos  antivirus - MID 7 0 - Virus 'EICAR' 'body.scan/a' 1 0",
        "AvVirus",
        "flags",
        "1 0",
    ),
    (
        T::AntiVirus,
        "sophos  antivirus - MID 7 7 - Limit - 'Max Files Exceeded'",
        "AvLimit",
        "limit",
        "Max Files Exceeded",
    ),
    (
        T::AntiVirus,
        "mcafee  antivirus - MID 7 - timed out on message",
        "AvTimeout",
        "vendor",
        "mcafee",
    ),
    (
        T::Scanning,
        "PF: Restarting content_scanner service.",
        "ContentScanner",
        "text",
        "Restarting content_scanner service.",
    ),
    (
        T::Ntp,
        "The system time was changed from Sun, 16 Jun 2024 21:00:52 to Sun, 16 Jun 2024 21:00:53 \
         using information from 192.0.2.1.",
        "NtpTimeChanged",
        "host",
        "192.0.2.1",
    ),
    (
        T::SpamQuarantine,
        "ISQ: out of limit action changed to 'DELETE OLDEST'",
        "IsqLimitAction",
        "action",
        "DELETE OLDEST",
    ),
    (
        T::Tracking,
        "TRANSFER: Plugin TRACKINGPLUGIN downloading from 192.0.2.1 - /export/tracking/a b",
        "TrackingTransfer",
        "path",
        "/export/tracking/a b",
    ),
    (
        T::FtpServer,
        "ID:1 Upload my own words.txt 20 bytes",
        "FtpUpload",
        "file",
        "my own words.txt",
    ),
    (T::Updater, "Skipping update request for “case”", "UpdateSkipped", "component", "case"),
    (
        T::Updater,
        "Internal SMTP system attempting to send a message to a@b.example with subject ‘x y’ \
         attempt #0).",
        "UpdateAlertAttempt",
        "subject",
        "x y",
    ),
    (
        T::System,
        "lame DNS referral: qname:a.example ns_name:ns.example zone:example ref_zone:example \
         referrals:[(524666183436709L, 0, 'insecure', 'ns')]",
        "LameReferral",
        "referred",
        "example",
    ),
    (
        T::System,
        "DNS query network error '[Errno 64] Host is down' to '192.0.2.1' looking up 'a.example'",
        "DnsNetworkError",
        "qname",
        "a.example",
    ),
];

fn text_of(row: &Row, payload: &[u8], name: &str) -> Option<String> {
    fields(row, payload).find_map(|field| match field.unwrap() {
        (field, Some(Value::Text(text))) if field.name == name => text.to_str().map(str::to_owned),
        _ => None,
    })
}

#[test]
fn other_spellings_are_read_as_their_event() {
    for (log_type, message, name, field, text) in SPELLINGS {
        let mut payload = Vec::new();
        let number = read_message(*log_type, 0, message.as_bytes(), &mut payload);
        let row = number.and_then(event::row).unwrap_or_else(|| panic!("not read: {message}"));
        assert_eq!(row.name, *name, "{message}");
        assert_eq!(text_of(row, &payload, field).as_deref(), Some(*text), "{message}");
    }
}
