//! Time servers.

use ringmail_rows::rows;

rows! {
    family: Ntp, 670..=679;
    field host: "The time server.";
    field offset: "Its time minus ours, in microseconds.";

    /// A time server was asked.
    NtpQuery = 670, Info: "sntp query host " host: Text " delay "
        /// How long the answer took, in microseconds.
        delay: I64 " offset " offset: I64;

    /// The clock is steered.
    NtpAdjust = 671, Info: "adjust: time_const: "
        /// The time constant of the control loop, as a power of two.
        time_const: U32 " offset: " offset: I64 "us next_poll: "
        /// When the server is asked again, in seconds from now.
        next_poll: U64;

    /// The clock was set.
    NtpTimeChanged = 672, Info: "The system time was changed from "
        /// The time before: `Sun, 16 Jun 2024 21:00:52`.
        from: Text " to "
        /// The time since.
        to: Text " using information from " host: Text ".";
}
