//! The encryption of messages. The lines are ours.

use ringmail_rows::rows;

rows! {
    family: Encryption, 1080..=1099;
    field error: "What went wrong.";
    field profile: "The encryption profile.";
    field server: "The key server's host name.";

    /// A message waits to be encrypted.
    EncryptionQueued = 1080, Info: "MID " mid: Mid " queued for encryption with profile "
        profile: Quoted;

    /// A message was encrypted.
    EncryptionDone = 1081, Info: "MID " mid: Mid " encrypted with profile " profile: Quoted
        " as MID "
        /// The new message.
        child: Mid;

    /// A message could not be encrypted.
    EncryptionFailed = 1082, Warning: "MID " mid: Mid " encryption with profile " profile: Quoted
        " failed: " error: Text;

    /// A message will be tried again.
    EncryptionDelayed = 1083, Info: "MID " mid: Mid " encryption delayed until "
        /// When.
        until: Time;

    /// The key server gave a key.
    EncryptionKey = 1084, Info: "MID " mid: Mid " key received from server " server: Text;

    /// The key server can be reached.
    EncryptionServerUp = 1085, Info: "Key server " server: Text " reachable";

    /// The key server cannot be reached.
    EncryptionServerDown = 1086, Warning: "Key server " server: Text " unreachable: " error: Text;

    /// Profiles were handed to the key server.
    EncryptionProvisioned = 1087, Info: "Profile " profile: Quoted " provisioned on server "
        server: Text;
}
