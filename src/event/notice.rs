//! What the log engine itself has to say, and the records at the head and foot of its files.

use ringmail_rows::rows;

rows! {
    family: System, 1500..=1599;
    field count: "How many events.";
    field destination: "The server and the way to it.";
    field finding: "What was seen, what it means, what to do next.";
    field repeats: "How often this happened since it was last told.";
    field lane: "The worker's lane, counted from 0.";
    field seconds: "How long, in seconds.";
    field subscription: "The subscription's name.";

    /// Events are missing from the log.
    EventsLost = 1501, Warning: "Logging: " count: U64 " events lost from "
        /// When the first was lost.
        from: Time " to "
        /// When the last was lost.
        to: Time ", reason "
        /// Why: `lane full` ...
        reason: Text;

    /// A subscription's rate limit held events back.
    RateLimited = 1502, Warning: "Logging: subscription " subscription: Text " limited to "
        /// The most events in a window.
        limit: U64 " events in "
        /// The window's length in seconds.
        seconds: U64 " seconds, " count: U64 " events not written";

    /// A subscription cannot write.
    WriteFailed = 1503, Critical: "Logging: subscription " subscription: Text " cannot write "
        /// The file.
        path: Text ": "
        /// What the operating system says.
        error: Text;

    /// A subscription can write again.
    WriteResumed = 1504, Warning: "Logging: subscription " subscription: Text
        " writes again after " seconds: U64 " seconds, " count: U64 " events lost";

    /// The wall clock jumped.
    ClockStepped = 1505, Warning: "Logging: the wall clock moved by "
        /// How far, in milliseconds, negative when it went back.
        millis: I64 " ms";

    /// A worker panicked; what it had logged is kept.
    WorkerPanicked = 1506, Warning:
        "Logging: a worker panicked, its lane " lane: U64 " is closed after " count: U64 " events";

    /// Events were released although they claim to come from the future.
    StampsAhead = 1507, Warning:
        "Logging: " count: U64 " events stamped ahead of the clock";

    /// Records could not be read.
    RecordsMalformed = 1508, Warning:
        "Logging: " count: U64 " malformed records skipped in lane " lane: U64;

    /// Texts were longer than a field may be.
    FieldsCut = 1509, Warning:
        "Logging: " count: U64 " fields cut to 8192 bytes in lane " lane: U64;

    /// A subscription's lines do not get to its syslog server.
    PushFailed = 1510, Critical: "Log Error: Subscription " subscription: Text
        ": Network error while sending log data to syslog server";

    /// What is made of several events was given up before it was complete.
    MessagesGivenUp = 1511, Warning: "Logging: subscription " subscription: Text " gave up "
        count: U64 " messages, reason "
        /// Why: `too many`, `too old` ...
        reason: Text;

    /// A recording has as many sessions as it was to have.
    RecordingEnded = 1512, Warning: "Logging: subscription " subscription: Text
        " has recorded its sessions and takes no more";

    /// An input of the service cannot be read, or something that it was to do failed.
    InputFailed = 1513, Warning: "Logging: "
        /// The input, or what failed.
        input: Text " failed: "
        /// Why.
        error: Text;

    /// A line of an input was refused; others may have been, which are counted.
    LinesRefused = 1514, Warning: "Logging: input "
        /// The input.
        input: Text " refused line "
        /// Its number, from 1.
        line: U64 ": "
        /// Why.
        error: Text;

    /// What workers had handed over before the last run ended without order is written now.
    LanesTakenUp = 1515, Warning: "Logging: took up "
        /// How many lanes.
        lanes: U64 " lanes that an interrupted run left, with " count: U64 " events";

    /// Why a subscription's lines do not get to its syslog server, as far as it can be told.
    PushExplained = 1516, Warning: "Logging: subscription " subscription: Text " to "
        destination: Text ": "
        finding: Text [" (" repeats: U64 " times)"];

    /// A subscription's lines get to its syslog server again.
    PushResumed = 1517, Warning: "Logging: subscription " subscription: Text " sends to "
        destination: Text " again after " seconds: U64 " seconds, "
        /// Lines that were sent again.
        resent: U64 " resent, "
        /// Lines that wait in the disk buffer.
        buffered: U64 " buffered, "
        /// Lines that will not be sent.
        lost: U64 " lost, "
        /// Lines of which nobody knows whether they arrived.
        unknown: U64 " unknown";

    /// Something about a subscription's syslog server needs attention.
    PushWarned = 1518, Warning: "Logging: subscription " subscription: Text ": "
        finding: Text;

    /// A log file begins.
    LogBegin = 1520, Info: "Begin Logfile";

    /// The version that writes a log file.
    LogVersion = 1521, Info: "Version: "
        /// The product's version.
        version: Text " SN: "
        /// The serial number of the machine.
        serial: Text;

    /// From here on the stamps of a log file have this offset.
    TimeOffset = 1522, Info: "Time offset from UTC: "
        /// Local time minus UTC in seconds.
        seconds: I64 " seconds";

    /// A log file ends.
    LogEnd = 1523, Info: "End Logfile";

    /// The system starts.
    ComingUp = 1524, Info: "System is coming up."
        also "System is coming up";

    /// A line of a file that is no other event: what makes a file of events whole. Mail servers do
    /// not emit it.
    TextLine = 1530, Info: "Logging: line without an event: "
        /// The whole line, its stamp included, without its line feed.
        text: Text
        +
        /// Whether the line goes on in the next event: a field holds no more than 8192 bytes.
        more: Bool;
}
