//! The anti-virus engines: their updates, and what they find.

use ringmail_rows::rows;

rows! {
    family: AntiVirus, 720..=739;
    field code: "The engine's own number for what happened: `0x8004021`.";
    field error: "What went wrong.";
    field step: "The number that the engine puts behind the message's.";
    field vendor: "The engine's vendor.";

    /// It is asked whether there is an update.
    AvUpdateCheck = 720, Info: "Checking for " vendor: Text " Update";

    /// The engine is the newest.
    AvEngineCurrent = 721, Info: "Current SAV engine ver="
        /// The engine's version.
        version: Text ". No engine update needed";

    /// The engine's virus definitions are the newest.
    AvDefinitionsCurrent = 722, Info: "Current IDE serial="
        /// The definitions' serial number.
        serial: Text ". No update needed.";

    /// What an engine says of a message.
    AvResult = 723, Info: vendor: Text "  antivirus - MID " mid: Mid " - Result "
        /// The verdict: `CLEAN` ...
        verdict: Quoted " ("
        /// What was found; often nothing.
        details: Text ")"
        also vendor " antivirus - MID " mid " - Result " verdict " (" details ")";

    /// An engine could not scan a part of a message.
    AvError = 724, Info: vendor: Text "  antivirus - MID " mid: Mid " " step: U64 " - Error - "
        error: Quoted " " code: Quoted
        also vendor " antivirus - MID " mid " " step " - Error - " error " " code;

    /// An engine found a virus.
    AvVirus = 725, Info: vendor: Text "  antivirus - MID " mid: Mid " " step: U64 " - Virus "
        /// The virus's name.
        virus: Quoted " "
        /// Where in the message it is.
        part: Quoted " "
        /// Two numbers of the engine's: `1 0`.
        flags: Text
        also vendor " antivirus - MID " mid " " step " - Virus " virus " " part " " flags;

    /// An engine stopped at one of its limits.
    AvLimit = 726, Info: vendor: Text "  antivirus - MID " mid: Mid " " step: U64 " - Limit - "
        /// The limit: `Max Files Exceeded` ...
        limit: Quoted
        also vendor " antivirus - MID " mid " " step " - Limit - " limit;

    /// An engine took too long.
    AvTimeout = 727, Info: vendor: Text "  antivirus - MID " mid: Mid " - timed out on message"
        also vendor " antivirus - MID " mid " - timed out on message";
}
