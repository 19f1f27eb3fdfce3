//! The consolidated event log: its line, and what only it shows of a message.

use ringmail_rows::rows;

rows! {
    family: ConsolidatedEvent, 1120..=1129;

    /// A message's line. Mail servers do not emit it: the engine makes it of a message's events.
    ConsolidatedLine = 1120, Info: "CEF:"
        /// The version of the format, 0.
        format: Text "|"
        /// Who made the gateway.
        vendor: Text "|"
        /// What it is.
        product: Text "|"
        /// Its version.
        version: Text "|ESA_CONSOLIDATED_LOG_EVENT|Consolidated Log Event|"
        /// How bad it is, 5.
        severity: Text "|"
        /// The fields: `key=value` with blanks between.
        extension: Text;

    /// A field of a message's line that no other event tells, or tells otherwise.
    MessageField = 1121, Info: "MID " mid: Mid " field "
        /// The field by its key, `ESAHeloDomain`, or its name, `Remote Host/ Helo Domain`.
        field: Quoted " is "
        /// Its value.
        value: Text;

    /// Headers of a message, one pair an occurrence, for the field of logged headers.
    MessageHeaders = 1122, Info: "MID " mid: Mid " headers ["
        /// Names and values.
        headers: Pairs "]";
}
