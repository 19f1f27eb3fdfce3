//! The web services: requests, sessions, connections that fail.

use ringmail_rows::rows;

rows! {
    family: Http, 640..=669;
    field agent: "The client's program; `-` when it does not say.";
    field error: "What went wrong.";
    field ip: "The client's address.";
    field method: "The request's method: `GET`, `POST` ...";
    field path: "The page, with its query.";
    field place: "An address and a port: `192.0.2.1:80`.";
    field protocol: "`http` or `https`.";
    field session: "The session's mark, 20 characters.";
    field status: "The status of the answer: `200`, `303` ...";
    field user: "The user; `-` when none is logged in.";
    field version: "The protocol's version: `1.1`.";

    /// A service sends its clients to another one.
    HttpRedirecting = 640, Info: "http service on " place: Text " redirecting to https port "
        /// The port of that service.
        port: U16;

    /// A service begins to listen.
    HttpListening = 641, Info: protocol: Text " service listening on " place: Text;

    /// A request was answered.
    HttpRequest = 642, Info: "req:" ip: Ip " user:" user: Text " id:" session: Text
        " " method: Text " " path: Text " HTTP/" version: Text " " status: U16;

    /// A request was answered, with the client's program, as newer versions say it.
    HttpAgentRequest = 643, Info: "req:" ip: Ip " user:" user: Text " id:" session: Text
        " " status: U16 " " method: Text " " path: Text " HTTP/" version: Text " " agent: Text;

    /// A request came with a session that does not exist.
    HttpSessionUnknown = 644, Info: "Session " session: Text " from " ip: Ip " not found"
        [" Destination:" place: Text];

    /// A session is over.
    HttpSessionExpired = 645, Info: "Session " session: Text " user:" user: Text " expired";

    /// A session is over because nobody used it.
    HttpSessionIdle = 646, Info: "Action: User " user: Text " logged out from session "
        session: Text " beacuse of inactivity timeout"
        also "Action: User " user " logged out from session " session
        " because of inactivity timeout";

    /// A session was opened.
    HttpSessionOpened = 647, Info: "SourceIP:" ip: Ip " Destination:" place: Text
        " Username:" user: Text " Privilege:"
        /// The user's role.
        privilege: Text " session:" session: Text
        " Action: The HTTPS session has been established successfully.";

    /// A connection's encryption failed.
    HttpTlsError = 648, Info: "SSL error with client " place: Text " - " error: Text;

    /// A connection failed.
    HttpConnectionError = 649, Info: "Error in " protocol: Text " connection from host "
        /// The client's address or name.
        host: Text " port "
        /// The client's port.
        port: U16 " - " error: Text;

    /// What the scheduled reports say.
    HttpReports = 650, Info: "PERIODIC REPORTS: "
        /// What there is to say.
        text: Text;

    /// A user has another passphrase.
    HttpPassphrase = 651, Info: "Passphrase has been changed for user " user: Text;
}
